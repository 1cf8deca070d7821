"""The fields of the note types, as HTML, in an order that is frozen with a deck's first release.

The spare ones are there so that a later release can fill one: a note type that gains a field is a
conflict to Anki's import, and no note would be updated.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from .draft import SEPARATOR


class Question(NamedTuple):
    """The fields of a Q/A note."""

    question: str
    answer: str
    label: str
    hint: str
    extra: str
    date: str
    timeline: str
    image: str
    section: str
    source: str
    retired: str
    spare_1: str = ""
    spare_2: str = ""
    spare_3: str = ""


class Sentence(NamedTuple):
    """The fields of a cloze note."""

    text: str
    label: str
    hint: str
    extra: str
    date: str
    timeline: str
    image: str
    section: str
    source: str
    retired: str
    spare_1: str = ""
    spare_2: str = ""
    spare_3: str = ""


class Regions(NamedTuple):
    """The fields of a note with a picture.

    `image` holds the picture and nothing else, because a canvas lies on it; its credit is apart.
    `regions` are clozes that Anki's own image occlusion draws on that canvas: shape and place as
    fractions of the picture. `answer` has one cloze of the same number for every region's name.
    """

    regions: str
    image: str
    question: str
    extra: str
    answer: str
    credit: str
    label: str
    hint: str
    date: str
    timeline: str
    section: str
    source: str
    retired: str
    spare_1: str = ""
    spare_2: str = ""
    spare_3: str = ""


Fields: TypeAlias = Question | Sentence | Regions

TYPES: dict[str, type[Fields]] = {"question": Question, "cloze": Sentence, "picture": Regions}
"""The note types by their names."""
NAMES: dict[type[Fields], str] = {fields: name for name, fields in TYPES.items()}

TITLE_OF_PICTURE = Regions._fields.index("question")
_IS_PICTURE = re.compile(r"\{\{c\d+::image-occlusion:")


def split(note_type: str, fields: str) -> Fields:
    """The fields of a note, each by its name, from Anki's joined form."""
    return TYPES[note_type](*fields.split(SEPARATOR))


def title(fields: str) -> str:
    """The field that stands for a note in lists: its first, and of a picture the question."""
    listed = fields.split(SEPARATOR, TITLE_OF_PICTURE + 1)
    return listed[TITLE_OF_PICTURE] if _IS_PICTURE.match(listed[0]) else listed[0]
