"""What all note types are made of: ids, words in the deck's language, parts that they share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import NamedTuple

from ...format.kinds.own import Json
from ...format.language import Language
from ..draft import SEPARATOR
from ..markup import literal
from ..ordinals import of_templates
from ..room import Room

_FOLDER = Path(__file__).parent

_PARTS = ("top", "hint", "retired", "rest", "cover")
"""Files that the templates share."""
_WORDS = ("hint", "more", "date", "source", "retired", "others", "too-old")


class Field(NamedTuple):
    """A field of a note type: its id for ever, and its name, which may change.

    One that was adopted has no id, and its name is what Anki knows it by. So it is with templates.
    """

    id: int | None
    name: str


class CardTemplate(NamedTuple):
    """A template of a note type: its id for ever, and its name, which may change like its looks."""

    id: int | None
    name: str
    front: str
    back: str


class NoteType(NamedTuple):
    """A note type of one deck. Ids are positive and fit into 53 bits, as JavaScript needs them.

    One of an author's own has its `room`, and `places` says which of its fields each field of a
    draft becomes, from 0; -1 for none. `options` is what else Anki keeps of one that was adopted.
    """

    id: int
    name: str
    is_cloze: bool
    fields: tuple[Field, ...]
    templates: tuple[CardTemplate, ...]
    css: str
    right_to_left: bool
    covers_pictures: bool = False
    places: tuple[int, ...] = ()
    room: Room | None = None
    options: Mapping[str, Json] = MappingProxyType({})

    @property
    def is_adopted(self) -> bool:
        """Whether learners had it before its deck was."""
        return self.room is not None and self.room.id > 0

    def named(self) -> list[str]:
        """Its fields as an author knows them: those that keys have by the keys, others by name."""
        keys = {place - 1: key for key, place in self.room.fields.of.items()} if self.room else {}
        return [keys.get(at, name) for at, (_, name) in enumerate(self.fields)]

    def arranged(self, fields: str) -> str:
        """The fields of a draft, joined, in their places."""
        if not self.places:
            return fields
        placed = [""] * (len(self.fields) + 1)  # the last one takes what has no place
        for place, text in zip(self.places, fields.split(SEPARATOR), strict=True):
            placed[place] = text
        return SEPARATOR.join(placed[:-1])

    def ordinals(self, fields: str, tags: Iterable[str]) -> tuple[int, ...]:
        """The cards that Anki makes of a note of an author's own kind with these fields, joined.

        There are none where blanks make them.
        """
        if not self.room or self.is_cloze:
            return ()
        names = [name for _, name in self.fields]
        values = dict(zip(names, fields.split(SEPARATOR), strict=True))
        values = {"Tags": " ".join(tags), **values}
        return of_templates([template.front for template in self.templates], values)


def stable_id(*parts: str) -> int:
    """An id for ever, from what it stands for: between 2^41 and 2^53."""
    digest = hashlib.sha256("/".join(("crisis-cards", *parts)).encode()).digest()
    return 2**41 + int.from_bytes(digest[:8], "big") % (2**53 - 2**41)


def words(language: Language, asks: str, code: str, direction: str) -> dict[str, str]:
    """What stands in templates: the words on cards, and the parts that several share.

    `asks` is what says what a card asks for, in a language and direction of its own.
    """
    made = {
        "lang": language.code,
        "dir": language.direction,
        "label_lang": language.label_code,
        "label_dir": language.label_direction,
        "asks": asks,
        "asks_lang": code,
        "asks_dir": direction,
        **{f"word_{word.replace('-', '_')}": literal(language.labels[word]) for word in _WORDS},
    }
    return made | {part: Template(file(f"{part}.html")).substitute(made) for part in _PARTS}


def css(*styles: str) -> str:
    """The style sheet of a note type: ours, and then those of the deck, whose rules win."""
    return "\n\n".join(filter(None, (file("style.css"), *map(str.strip, styles))))


@cache
def file(name: str) -> str:
    """A file beside this module."""
    return (_FOLDER / name).read_text(encoding="utf-8").strip()
