"""One fact as the checks of wording see it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ..format import keys
from ..format.cloze import Blank, Passage
from ..format.dates import Dated
from ..format.prompt import Layout, Note, Prompt, Wording
from ..format.section import Fact
from ..yaml.tree import Text
from .phrase import Phrase
from .words import Words


class Card(NamedTuple):
    """A prompt with its texts as words, and the slot and layout of the note that it belongs to.

    The slot of a kind of the author's own has the name of the card with it.
    `seen` is what else stands on the front. There is no answer where blanks hold it, and where it
    is a date.
    """

    slot: str
    layout: Layout
    prompt: Prompt
    wording: Wording
    asked: Phrase
    answer: Phrase | None
    seen: tuple[Phrase, ...] = ()


class Reading:
    """One fact as the checks see it. `blanks` is the card that asks for the blanks of a text."""

    def __init__(self, fact: Fact, notes: Sequence[Note], words: Words) -> None:
        self.fact = fact
        self.words = words
        self.hint = Phrase(fact.hint, words) if fact.hint else None
        self.cards: list[Card] = []
        self.questions: list[Card] = []
        self.blanks: Card | None = None
        self.passage: Passage | None = None
        self._parts: dict[tuple[int, int], Phrase] = {}
        known: dict[int, Phrase] = {}  # what several cards show is read once

        def phrase(value: Text | Passage | Dated) -> Phrase:
            text = value if isinstance(value, Text) else value.text
            found = known.get(id(text))
            if found is None:
                found = known[id(text)] = Phrase(text, words)
            return found

        for slot, layout, prompts, _ in notes:
            for prompt in prompts:
                asked, answer, wording = prompt.asked, prompt.answer, prompt.wording
                told = phrase(answer) if type(answer) is Text else None
                seen = tuple(map(phrase, prompt.seen)) if prompt.seen else ()
                place = f"{slot} {prompt.way}" if layout is Layout.OWN else slot
                card = Card(place, layout, prompt, wording, phrase(asked), told, seen)
                self.cards.append(card)
                if wording.question:
                    self.questions.append(card)
                if answer is None and type(asked) is Passage:
                    self.blanks, self.passage = card, asked

    @property
    def elsewhere(self) -> str:
        """Where more of a fact can stand than its cards ask: notes of adopted types have fields."""
        return '"extra"' if keys.EXTRA.name in self.fact.kind.allowed else "another field"

    @cached_property
    def gaps(self) -> list[list[Blank]]:
        """The blanks that each card of the fact's text hides: those of one number together."""
        groups: dict[object, list[Blank]] = {}
        for blank in self.passage.walk() if self.passage else ():
            groups.setdefault(blank.number or blank, []).append(blank)
        return list(groups.values())

    def part(self, places: tuple[int, int]) -> Phrase:
        """A range of the text with blanks as a phrase of its own."""
        found = self._parts.get(places)
        if found is None:
            assert self.passage
            value, start, end, file = self.passage.text
            part = Text(value[slice(*places)], start, end, file)
            found = self._parts[places] = Phrase(part, self.words)
        return found
