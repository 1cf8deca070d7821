"""A note before its numbers and times: plain data, which the store keeps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..format.cloze import Passage
from ..format.prompt import Part

SEPARATOR = "\x1f"
"""Stands between the fields of a note, as in Anki's own database."""

PLACE = "\x05"
"""Stands in fields before the place of a part, which becomes the part's number: `{{c␅1::`."""

_PLACED = re.compile(f"{PLACE}([0-9]+)")


class Former(NamedTuple):
    """How older versions drew a note that this one draws otherwise.

    `drawn` are pairs: what stands in its fields now, and what stood there. `source` is the hash of
    what the author wrote, with the name that its picture had then (`media.Picture`).
    """

    drawn: tuple[tuple[str, str], ...]
    source: str

    def fields(self, fields: str) -> str:
        """The fields as they were."""
        for now, then in self.drawn:
            fields = fields.replace(now, then)
        return fields


class Draft(NamedTuple):
    """One note, complete but for the numbers of its parts; they come from the lock.

    `fields` are joined by `SEPARATOR`; in them, the parts of a text or picture stand by their
    places in `parts`, from 1. Where `is_part`, the note is itself one of several parts (steps,
    sides) of its slot, and its number goes into the key. `pictures` are the names of files in the
    package. `source` is the hash of what the author wrote for this note. `deck` is the name of its
    cards' deck; empty where that is the deck's own. `decks` are those of single cards by their
    numbers, from 1. `files` is a hash of the pictures whose names say nothing of their content.
    """

    fact: str
    slot: str
    type: str  # the name of its note type
    fields: str
    tags: tuple[str, ...]
    source: str
    parts: tuple[Part, ...] = ()
    is_part: bool = False
    pictures: tuple[str, ...] = ()
    former: Former | None = None
    deck: str = ""
    decks: tuple[tuple[int, str], ...] = ()
    files: str = ""


def blanks(passage: Passage) -> Iterator[Part]:
    """The blanks of a passage, each with the two words before and after it."""
    value = passage.text.value
    blanks = list(passage.walk())
    nexts = [*(blank.start for blank in blanks[1:]), len(value)]
    at = 0
    for (start, end, number, (first, last), _, _), after in zip(blanks, nexts, strict=True):
        left = value[at:start].rsplit(maxsplit=2)[-2:]
        right = value[end:after].split(maxsplit=2)[:2]
        yield Part(value[first:last], " ".join((*left, "…", *right)), number)
        at = end


def numbered(fields: str, numbers: tuple[int, ...]) -> str:
    """The fields of a note whose parts have got their numbers, in the order of the parts."""
    if PLACE not in fields:
        return fields
    if numbers == tuple(range(1, len(numbers) + 1)):
        return fields.replace(PLACE, "")
    return _PLACED.sub(lambda place: str(numbers[int(place[1]) - 1]), fields)


def hash_of(*parts: str) -> str:
    """A hash of some texts, in 16 hexadecimal digits."""
    return hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()[:16]


def content(note_type: str, fields: str, tags: tuple[str, ...], files: str = "") -> str:
    """The hash of all that a learner receives of a note.

    Pictures count by their names, which hold a hash of their own, and else by `files` (`Draft`).
    """
    return hash_of(note_type, fields, files, *tags)
