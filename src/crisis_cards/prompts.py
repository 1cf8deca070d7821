"""Facts → their cards as plain text: what is asked, what else is seen, what is to be answered.

This is what the checks of wording read. It is made for every fact on every run, so that markup is
only taken away where there is some. Formulas and code count as one thing without words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from . import markup
from .cloze import Blank, Passage
from .diagnostics import Span
from .facts import (
    Ask,
    Contrast,
    Event,
    Fact,
    Occlusion,
    Person,
    Place,
    Quote,
    Steps,
    Term,
    Why,
)
from .source import Text
from .words import Words

THING = "\ufffc"
"""Stands for a formula or a code span."""

_THINGS = re.compile(
    r"\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]|(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL
)
_CODE = re.compile(r"(`+)([^`]+)\1")
_QUOTED = re.compile(
    r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"|‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)|(?<!\w)\*[^*]+\*"
)


class Phrase:
    """One text of a fact in plain words.

    `lower` is in small letters and without quotations; `words` are its words.
    """

    __slots__ = ("lower", "plain", "text", "words")

    def __init__(self, text: Text, spoken: Words) -> None:
        self.text = text
        plain = text.value
        if "*" in plain or "_" in plain or "[" in plain or "`" in plain or "\\" in plain:
            plain = _without_markup(plain)
        if not plain.isascii():
            plain = unicodedata.normalize("NFC", plain)
        self.plain = plain
        self.lower = plain.lower()
        self.words = spoken.tokens(self.lower)

    @property
    def unquoted(self) -> str:
        """In small letters, without what stands in quotation marks."""
        return without_quotes(self.lower)

    def length(self) -> int:
        """The number of words, as an author counts them."""
        return sum(1 for word in self.plain.split() if word[:1].isalnum() or len(word) > 1)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Where a range of `plain` stands in the file; all of it by default."""
        value = self.text.value
        if end is None:
            return self.text.span
        fragment = self.plain[start:end]
        if self.plain != value:
            start = value.find(fragment)
        if start < 0 or not fragment:
            return self.text.span
        return self.text.span_of(start, start + len(fragment))


class Card(NamedTuple):
    """One question and its answer; `seen` is what else stands on the front.

    `key` is the label of the card: what it asks for. The answer is None where it is a date.
    """

    key: str
    asked: Phrase
    answer: Phrase | None
    seen: tuple[Phrase, ...] = ()


class Gap(NamedTuple):
    """A card of a text with blanks: what is hidden."""

    passage: Passage
    blanks: tuple[Blank, ...]

    def seen(self) -> str:
        """The text that is left to see, the other blanks filled in."""
        text = self.passage.text.value
        return _filled(text, 0, len(text), self.passage.blanks, set(self.blanks))


def without_quotes(text: str, keep_length: bool = False) -> str:
    """A text with a placeholder for everything in quotation marks."""
    if "“" in text or '"' in text or "'" in text or "‘" in text or "«" in text or "„" in text:
        return _QUOTED.sub(lambda found: THING * (len(found[0]) if keep_length else 1), text)
    return text


def _without_markup(text: str) -> str:
    if "`" in text or "\\" in text:
        whole = _CODE.fullmatch(text.strip())
        text = whole[2] if whole else _THINGS.sub(THING, text)
    if "*" in text or "_" in text or "[" in text or "\\" in text:
        text = markup.plain(markup.inline(text))
    return text


def cards(fact: Fact, spoken: Words) -> list[Card]:
    """The cards of a fact, those from blanks left out."""
    made = _CARDS[fact.kind](fact.body, lambda text: Phrase(text, spoken))
    if fact.kind == "picture" and fact.alt:
        read_out = (Phrase(fact.alt, spoken),)
        return [card._replace(seen=read_out) for card in made]
    return made


_Phrase = Callable[[Text], Phrase]


def _ask(body: Ask, phrase: _Phrase) -> list[Card]:
    return [Card("ask", phrase(body.ask), phrase(body.answer))]


def _cloze(body: Any, phrase: _Phrase) -> list[Card]:
    return []


def _term(body: Term, phrase: _Phrase) -> list[Card]:
    term, means = phrase(body.term), phrase(body.means)
    return [Card("meaning", term, means), Card("term", means, term)]


def _person(body: Person, phrase: _Phrase) -> list[Card]:
    person, role = phrase(body.person), phrase(body.role)
    made = [Card("who", role, person), Card("role", person, role)]
    if body.did:
        made.append(Card("did", phrase(body.did), person))
    return made


def _place(body: Place, phrase: _Phrase) -> list[Card]:
    place, what = phrase(body.place), phrase(body.what)
    return [Card("what", place, what), Card("where", what, place)]


def _event(body: Event, phrase: _Phrase) -> list[Card]:
    return [Card("when", phrase(body.event), None)]


def _why(body: Why, phrase: _Phrase) -> list[Card]:
    effect, cause = phrase(body.why), phrase(body.because)
    made = [Card("why", effect, cause)]
    if body.both:
        made.append(Card("effect", cause, effect))
    return made


def _quote(body: Quote, phrase: _Phrase) -> list[Card]:
    words = phrase(body.quote.text)
    return [Card("by", words, phrase(body.by), (phrase(body.to),) if body.to else ())]


def _sequence(body: Steps, phrase: _Phrase) -> list[Card]:
    title = phrase(body.sequence)
    steps = [phrase(step) for step in body.steps]
    return [Card("step", title, step, tuple(steps[:at])) for at, step in enumerate(steps)]


def _contrast(body: Contrast, phrase: _Phrase) -> list[Card]:
    frame = phrase(body.contrast)
    return [Card("side", phrase(what), phrase(side), (frame,)) for side, what in body.sides]


def _picture(body: Occlusion, phrase: _Phrase) -> list[Card]:
    asked = phrase(body.picture)
    return [Card("region", asked, phrase(region.answer)) for region in body.regions]


_CARDS: dict[str, Callable[[Any, _Phrase], list[Card]]] = {
    "ask": _ask,
    "cloze": _cloze,
    "term": _term,
    "person": _person,
    "place": _place,
    "event": _event,
    "why": _why,
    "quote": _quote,
    "sequence": _sequence,
    "contrast": _contrast,
    "picture": _picture,
}


def gaps(passage: Passage) -> Iterator[Gap]:
    """The cards of a text with blanks. Blanks of one number are hidden together."""
    groups: dict[object, list[Blank]] = {}
    for blank in passage.walk():
        groups.setdefault(blank.number or blank, []).append(blank)
    for blanks in groups.values():
        yield Gap(passage, tuple(blanks))


def _filled(text: str, start: int, end: int, blanks: tuple[Blank, ...], hidden: set[Blank]) -> str:
    """A range of a text with some blanks hidden and the others filled in."""
    parts = []
    at = start
    for blank in blanks:
        if not start <= blank.start < end:
            continue
        parts.append(text[at : blank.start])
        if blank in hidden:
            parts.append("…")
        else:
            parts.append(_filled(text, *blank.answer, blank.inner, hidden))
        at = blank.end
    parts.append(text[at:end])
    return "".join(parts)
