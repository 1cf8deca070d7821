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
    Cloze,
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
    r"\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL
)
_CODE = re.compile(r"(`+)([^`]+)\1")
# A quotation on a card is shorter than this; a mark that is never closed is not followed further.
_QUOTED = re.compile(
    r"“[^”]{0,500}”|„[^“”]{0,500}[“”]|«[^»]{0,500}»|\"[^\"]*\"|‘[^’]{0,500}’(?!\w)"
    r"|(?<!\w)'[^']*'(?!\w)|(?<!\w)\*[^*]+\*"
)


class Phrase:
    """One text of a fact in plain words; `lower` is the same in small letters."""

    __slots__ = ("_spoken", "_telling", "_words", "lower", "plain", "text")

    def __init__(self, text: Text, spoken: Words) -> None:
        self.text = text
        self.plain = plain = spoken_text(text.value)
        self.lower = plain.lower()
        self._spoken = spoken
        self._words: list[str] | None = None
        self._telling: str | None = None

    @property
    def words(self) -> list[str]:
        """Its words in small letters, those in quotation marks too."""
        if self._words is None:
            self._words = self._spoken.tokens(self.lower)
        return self._words

    @property
    def telling(self) -> str:
        """The first word that can give it away: no figure, no single letter, no small word."""
        if self._telling is None:
            self._telling = ""
            common = self._spoken.common
            for word in self.words:
                if (
                    word not in common
                    and len(word) > 1
                    and word.isalpha()
                    and word.strip("ivxlcdm")  # no Roman figure
                ):
                    self._telling = word
                    break
        return self._telling

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


def spoken_text(text: str) -> str:
    """A text as it is read out: without the signs of markup, normalised."""
    if "*" in text or "_" in text or "[" in text or "`" in text or "\\" in text:
        text = _without_markup(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_markup(text: str) -> str:
    if "`" in text or "\\" in text:
        whole = _CODE.fullmatch(text.strip())
        text = whole[2] if whole else _THINGS.sub(THING, text)
    if "*" in text or "_" in text or "[" in text or "\\" in text:
        text = markup.plain(markup.inline(text))
    return text


def cards(fact: Fact, spoken: Words) -> list[Card]:
    """The cards of a fact, those from blanks left out."""
    made = _CARDS[type(fact.body)](fact.body, spoken)
    if fact.alt and type(fact.body) is Occlusion:
        read_out = (Phrase(fact.alt, spoken),)
        return [card._replace(seen=read_out) for card in made]
    return made


def _ask(body: Ask, spoken: Words) -> list[Card]:
    return [Card("ask", Phrase(body.ask, spoken), Phrase(body.answer, spoken))]


def _cloze(body: Any, spoken: Words) -> list[Card]:
    return []


def _term(body: Term, spoken: Words) -> list[Card]:
    term, means = Phrase(body.term, spoken), Phrase(body.means, spoken)
    return [Card("meaning", term, means), Card("term", means, term)]


def _person(body: Person, spoken: Words) -> list[Card]:
    person, role = Phrase(body.person, spoken), Phrase(body.role, spoken)
    made = [Card("who", role, person), Card("role", person, role)]
    if body.did:
        made.append(Card("did", Phrase(body.did, spoken), person))
    return made


def _place(body: Place, spoken: Words) -> list[Card]:
    place, what = Phrase(body.place, spoken), Phrase(body.what, spoken)
    return [Card("what", place, what), Card("where", what, place)]


def _event(body: Event, spoken: Words) -> list[Card]:
    return [Card("when", Phrase(body.event, spoken), None)]


def _why(body: Why, spoken: Words) -> list[Card]:
    effect, cause = Phrase(body.why, spoken), Phrase(body.because, spoken)
    made = [Card("why", effect, cause)]
    if body.both:
        made.append(Card("effect", cause, effect))
    return made


def _quote(body: Quote, spoken: Words) -> list[Card]:
    words = Phrase(body.quote.text, spoken)
    return [
        Card("by", words, Phrase(body.by, spoken), (Phrase(body.to, spoken),) if body.to else ())
    ]


def _sequence(body: Steps, spoken: Words) -> list[Card]:
    title = Phrase(body.sequence, spoken)
    steps = [Phrase(step, spoken) for step in body.steps]
    return [Card("step", title, step, tuple(steps[:at])) for at, step in enumerate(steps)]


def _contrast(body: Contrast, spoken: Words) -> list[Card]:
    frame = Phrase(body.contrast, spoken)
    return [
        Card("side", Phrase(what, spoken), Phrase(side, spoken), (frame,))
        for side, what in body.sides
    ]


def _picture(body: Occlusion, spoken: Words) -> list[Card]:
    asked = Phrase(body.picture, spoken)
    return [Card("region", asked, Phrase(region.answer, spoken)) for region in body.regions]


_CARDS: dict[type[Any], Callable[[Any, Words], list[Card]]] = {
    Ask: _ask,
    Cloze: _cloze,
    Term: _term,
    Person: _person,
    Place: _place,
    Event: _event,
    Why: _why,
    Quote: _quote,
    Steps: _sequence,
    Contrast: _contrast,
    Occlusion: _picture,
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
