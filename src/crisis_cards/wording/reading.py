"""One fact as the checks of wording see it, and what they say of it."""

from __future__ import annotations

from typing import NamedTuple

from ..cloze import Passage
from ..diagnostics import Span, excerpt
from ..facts import Ask, Cloze, Fact, Quote, Term
from ..prompts import Gap, Phrase, cards, gaps
from ..source import Text
from ..words import Words

_ASKED = frozenset(("ask", "who", "did", "where", "when", "why", "effect"))
"""Cards whose questions say something of the world; a quotation does so in its own words."""


class Fault(NamedTuple):
    """What is wrong with a fact, where, and what to do instead."""

    span: Span
    message: str
    hint: str


class Reading:
    """One fact as the checks see it."""

    __slots__ = ("_gaps", "cards", "fact", "hint", "passage", "questions", "statements", "words")

    def __init__(self, fact: Fact, words: Words) -> None:
        self.fact = fact
        self.words = words
        self.cards = cards(fact, words)
        self.hint = Phrase(fact.hint, words) if fact.hint else None
        body = fact.body
        self.passage: Passage | None = None
        if type(body) is Cloze:
            self.passage = body.cloze
        elif type(body) is Quote and body.quote.blanks:
            self.passage = body.quote
        self._gaps: list[Gap] | None = None
        if self.cards:
            self.questions = [card.asked for card in self.cards if card.key in _ASKED]
        else:
            self.questions = [Phrase(body.cloze.text, words)] if type(body) is Cloze else []
        self.statements = self.questions
        if type(body) is Ask:
            self.statements = [self.cards[0].asked, *filter(None, (self.cards[0].answer,))]
        elif type(body) is Term:
            self.statements = [self.cards[1].asked]

    @property
    def gaps(self) -> list[Gap]:
        """The cards of the fact's blanks."""
        if self._gaps is None:
            self._gaps = list(gaps(self.passage)) if self.passage else []
        return self._gaps

    def question(self) -> Phrase | None:
        """The question of an `ask` fact."""
        return self.cards[0].asked if type(self.fact.body) is Ask else None


def part(text: Text, places: tuple[int, int], words: Words) -> Phrase:
    """A range of a text as a phrase of its own."""
    return Phrase(Text(text.value[slice(*places)], text.start, text.end, text.file), words)


def short(text: str) -> str:
    """A text for a message that says more beside it."""
    return excerpt(text, 40)
