"""Answers that so many facts of a deck share that they are guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from ..problems import Spot, excerpt
from ..yaml.tree import Text
from .index import Whole, across
from .phrase import Phrase
from .reading import Reading
from .record import spot
from .register import Fault

_LONGEST = 6  # words of an answer that somebody might guess
_LONGEST_WORD = 15  # letters, on an average: what is longer need not be counted
_FEWEST = 5  # facts with one answer that may be too many, in the smallest deck
_CLASSES = 4  # different answers with which a deck may be one that sorts things into classes


class Answered(NamedTuple):
    """What a card of a fact asks for: short, and its words of content, in small letters."""

    fact: str
    at: Spot
    answer: str
    key: str


def entries(reading: Reading) -> Iterator[Answered]:
    """The short answers of a fact, each once; not those of small words alone, nor yes and no."""
    told: set[str] = set()
    for text, phrase in _answers(reading):
        if len(phrase.plain) > _LONGEST * _LONGEST_WORD:
            continue
        words = phrase.language
        content = [word for word in phrase.words if word not in words.stop]
        if not 1 <= len(content) <= _LONGEST or content[0] in words.sets["polar"]:
            continue
        key = " ".join(content)
        if key not in told:
            told.add(key)
            yield Answered(reading.fact.id.value, spot(text), excerpt(phrase.plain, 40), key)


def _answers(reading: Reading) -> Iterator[tuple[Text, Phrase]]:
    for card in reading.cards:
        if card.answer:
            yield card.answer.text, card.answer
        elif card.prompt.answer:
            date = card.prompt.answer
            text = date if isinstance(date, Text) else date.text
            yield text, Phrase(text, reading.words)
    if reading.passage:
        for gap in reading.gaps:
            for blank in gap:
                yield reading.passage.text, reading.part(blank.answer)


@across(Answered, lambda study: study.answers)
def shared_answer(whole: Whole, entries: Sequence[Answered]) -> Iterator[Fault]:
    """So many facts of a deck have one answer that it is guessed.

    Whoever has said "Kennedy" twenty times says it a twenty-first time without reading the
    question. A deck may have one answer often: a fact that is asked from many sides is known well.
    Too often is five times or more, and the square root of the number of facts: 5 of 20, 10 of
    100, 32 of 1,000. A deck that sorts things into four classes or more (continents) has answers
    that are shared by nature: there, it is three times as often as the others.

    Bad: of twenty facts, eight with

        answer: John F. Kennedy

    Good: some of them turned round, so that the name stands in the question.

        ask: Against which advice of the Joint Chiefs did Kennedy decide on October 20?

    Where the threshold comes from: a convention; in this project's own deck, the answer that is
    asked for most often has 4 of 147 facts.
    """
    sharing: dict[str, list[Answered]] = defaultdict(list)
    for entry in entries:
        if whole.is_sound(entry.at.path, entry.fact):
            sharing[entry.key].append(entry)
    facts, all_answers = len({entry.fact for entry in entries}), len(entries)
    for same in sharing.values():
        others = (all_answers - len(same)) / max(1, len(sharing) - 1)  # how often, in the middle
        least = max(_FEWEST, sqrt(facts), 3 * others if len(sharing) >= _CLASSES else 0)
        if len(same) >= least:
            names = tuple(entry.fact for entry in same)
            message = f'"{same[0].answer}" is the answer in {len(same)} of {facts} facts'
            some = ", ".join(f'"{name}"' for name in names[-3:])
            hint = f"turn some of them round, so that it stands in the question, such as {some}"
            yield Fault(whole.span(same[0].at), f"{message}, and soon guessed", hint, names)
