"""Cards that come one after the other, where one prints what the other one asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...format.cloze import Blank
from ...format.dates import Dated
from ...format.prompt import Layout
from ...problems import excerpt
from ..phrase import Phrase, filled
from ..reading import Reading
from ..register import Fault, registered
from .leaks import YEAR, given_away

_SAME = 0.6
"""The share of a question's words of content that another card has too if both are of one thing."""
_FEWEST = 3  # words of content in a question that says what it is about


class _Side(NamedTuple):
    """A card: its text as it is written, what it asks for, and the blanks that it hides."""

    text: Phrase
    answer: Phrase
    hidden: list[Blank]

    def front(self, reading: Reading) -> Phrase:
        """What is read before the answer."""
        passage = reading.passage
        if not self.hidden or not passage:
            return self.text
        text = passage.text
        left = filled(text.value, (0, len(text.value)), passage.blanks, self.hidden)
        return Phrase(text._replace(value=left), reading.words)


class Sides(NamedTuple):
    """The cards of a fact, as they are compared with those beside them."""

    reading: Reading
    cards: list[_Side]


def sides(reading: Reading) -> Sides:
    """The cards of a fact that show something and ask for something else."""
    return Sides(reading, list(_sides(reading)))


def _sides(reading: Reading) -> Iterator[_Side]:
    for card in reading.cards:
        if card.layout is Layout.PLAIN:
            date = card.prompt.answer
            if card.answer:
                yield _Side(card.asked, card.answer, [])
            elif type(date) is Dated and YEAR.fullmatch(date.text.value):
                yield _Side(card.asked, Phrase(date.text, reading.words), [])
        elif card.layout is Layout.SENTENCE:
            for gap in reading.gaps:
                for blank in gap:
                    yield _Side(card.asked, reading.part(blank.answer), gap)


def sibling_leak(before: Sides | None, fact: Sides) -> Fault | None:
    """A card prints what another one asks: one of the same fact, or of the fact beside it.

    New cards come in the order of the file: what was read on one card a minute ago need not be
    recalled on the next. Two facts that stand side by side are compared where most words of one's
    question are on the card of the other: those are about one thing. All words of the answer must
    be there, by their stems. The two ways of one pair, a quotation under its speaker, the earlier
    steps of a sequence and the blanks of one sentence are not looked at.

    Bad:

        ask: What did the Soviet build-up in Cuba include besides missiles?
        answer: Bombers

        ask: How many bombers did the Soviet build-up in Cuba include?
        answer: "42"

    Good: one fact for both, as a sentence with two blanks of one number.

        cloze: The Soviet build-up in Cuba included ==c1::42== ==c1::bombers==.

    Where the threshold comes from: in decks that others have shared, whatever shares 60 % of the
    words was such a leak, and of what shares less, half.
    """
    name, own = fact.reading.fact.id.value, fact.cards
    for side in own if len(own) > 1 and not own[0].hidden else ():
        for other in own:
            found = given_away(side.answer, other.text)
            # Two cards with one answer, and the other way of a pair, print nothing new.
            same = (other.text.text, other.answer.text)
            if found and side.answer.text not in same:
                message = f'this shows "{_short(side.answer)}", which another card of the fact asks'
                hint = "say it in other words, or leave it out here"
                return Fault(other.text.span(*found), message, hint, (name,))
    for asking, showing in ((before, fact), (fact, before)) if before else ():
        for side in asking.cards:
            for other in showing.cards:
                if _shows(other.text, side.answer) and _tells(side, asking, other, showing):
                    asked = asking.reading.fact.id.value
                    where = "after" if asking is fact else "before"
                    said = _short(side.answer)
                    message = f'this shows "{said}", the answer of "{asked}" right {where} it'
                    hint = "make one fact of the two, or say it in other words here"
                    facts = (showing.reading.fact.id.value, asked)
                    return Fault(other.text.span(), message, hint, facts)
    return None


CHECK = registered(sibling_leak)


def _shows(text: Phrase, answer: Phrase) -> bool:
    """Whether a text gives an answer away, blanks or not."""
    if answer.plain.isdigit() and YEAR.fullmatch(answer.plain):
        return answer.plain in text.words
    return given_away(answer, text) is not None


def _tells(side: _Side, asking: Sides, other: _Side, showing: Sides) -> bool:
    """Whether a card shows the answer of another one, and is about the same thing."""
    question = side.front(asking.reading)
    about = _content(question)
    if len(about) < _FEWEST or _shows(question, side.answer):
        return False
    front = other.front(showing.reading)
    if not _shows(front, side.answer):
        return False
    shared = about & (_content(front) | _content(other.answer))
    return len(shared) >= _SAME * len(about)


def _content(phrase: Phrase) -> set[str]:
    """The stems of the words of content in a text."""
    words = phrase.language
    return {words.stems[word] for word in phrase.words if len(word) > 1 and word not in words.stop}


def _short(answer: Phrase) -> str:
    return excerpt(answer.plain, 40)
