"""What a deck is: sections of facts of eleven kinds.

A kind of fact is a named tuple whose first field is the key that decides it, and whose fields are
its keys; those without a default cannot be left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from .cloze import Passage
from .dates import When
from .diagnostics import Span
from .language import Language
from .media import Picture
from .source import Text


class Dated(NamedTuple):
    """A date and where it is written."""

    text: Text
    when: When


class Image(NamedTuple):
    """A picture and where it is named."""

    text: Text
    picture: Picture


class Ask(NamedTuple):
    """A question and its answer."""

    ask: Text
    answer: Text


class Cloze(NamedTuple):
    """A sentence with blanks."""

    cloze: Passage


class Term(NamedTuple):
    """A technical term and its meaning."""

    term: Text
    means: Text


class Person(NamedTuple):
    """Somebody, the role that they had, and a deed."""

    person: Text
    role: Text
    did: Text | None = None


class Place(NamedTuple):
    """A place and what it stands for."""

    place: Text
    what: Text


class Event(NamedTuple):
    """Something that happened, and when."""

    event: Text
    when: Dated
    both: bool = False


class Why(NamedTuple):
    """An effect and its cause."""

    why: Text
    because: Text
    both: bool = False


class Quote(NamedTuple):
    """Somebody's words, with or without blanks."""

    quote: Passage
    by: Text
    to: Text | None = None


class Steps(NamedTuple):
    """What happened one after the other."""

    sequence: Text
    steps: tuple[Text, ...]


class Contrast(NamedTuple):
    """Things that are easily confused, each with what tells it apart."""

    contrast: Text
    sides: tuple[tuple[Text, Text], ...]


class Box(NamedTuple):
    """A rectangle on a picture, in percent of its width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def covers_middle(self, other: Box) -> bool:
        """Whether the middle of another rectangle lies inside this one."""
        x, y = other.left + other.width / 2, other.top + other.height / 2
        return self.left < x < self.left + self.width and self.top < y < self.top + self.height


class Region(NamedTuple):
    """A part of a picture. The id is its identity: it may move and be named otherwise."""

    id: Text
    answer: Text
    at: Box


class Occlusion(NamedTuple):
    """A picture with regions, each of which is asked while all of them are covered."""

    picture: Text
    image: Image
    regions: tuple[Region, ...]


Body: TypeAlias = (
    Ask | Cloze | Term | Person | Place | Event | Why | Quote | Steps | Contrast | Occlusion
)
_BODIES: tuple[type[Any], ...] = (
    Ask, Cloze, Term, Person, Place, Event, Why, Quote, Steps, Contrast, Occlusion,
)  # fmt: skip
KINDS: dict[str, type[Any]] = {body._fields[0]: body for body in _BODIES}
"""The kinds of fact by the key that decides them."""


class Fact(NamedTuple):
    """One thing worth remembering. What is None or empty was not written."""

    id: Text
    body: Body
    hint: Text | None = None
    extra: Text | None = None
    sources: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    when: Dated | None = None
    image: Image | None = None
    alt: Text | None = None
    credit: tuple[Text, ...] = ()
    was: Text | None = None
    retired: Text | None = None
    allow: tuple[Text, ...] = ()

    @property
    def kind(self) -> str:
        return type(self.body)._fields[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One file of a deck. `tag` is below the deck's tag; `tags` go to every fact."""

    title: Text
    tag: str
    tags: tuple[Text, ...]
    facts: tuple[Fact, ...]


class Source(NamedTuple):
    """Where facts come from; a book has no `url`."""

    title: Text
    url: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A folder of facts. `place` stands for the deck as a whole in messages.

    `off` names the checks that the deck does without; `style` is its own style sheet.
    """

    id: str
    name: str
    tag: str
    language: Language
    description: Text | None
    timeline: Dated | None
    sources: dict[str, Source]
    avoid: tuple[tuple[Text, Text], ...]
    off: tuple[Text, ...]
    sections: tuple[Section, ...]
    place: Span
    style: str = ""

    def facts(self) -> Iterator[Fact]:
        """All facts in the order of the files."""
        for section in self.sections:
            yield from section.facts


_NEEDED = {
    kind: tuple(name for name in kind._fields if name not in kind._field_defaults)
    for kind in _BODIES
}


def needed(kind: type[Any]) -> tuple[str, ...]:
    """The keys that a fact of a kind cannot do without."""
    return _NEEDED[kind]


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")  # most ids; the others take their time


def slug(text: str) -> str:
    """Letters, marks and digits of every script, lower-cased; the rest as single hyphens."""
    if _SLUG.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text.lower())
    kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in text)
    return "-".join("".join(kept).split())
