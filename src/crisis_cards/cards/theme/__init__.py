"""The note types: for questions and answers, for clozes, and for pictures with regions.

Ids, field lists and template lists never change: Anki's import refuses updates of a note type whose
shape differs from the learner's. Looks may change; they are the files beside this one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from ...format.language import Language
from ..fields import TYPES
from ..markup import literal

_FOLDER = Path(__file__).parent

QUESTION_FIELDS, CLOZE_FIELDS, PICTURE_FIELDS = (
    tuple(name.replace("_", " ").capitalize() for name in fields._fields)
    for fields in TYPES.values()
)
"""Anki's image occlusion knows its fields by their places: shapes, picture, heading, what is shown
after the answer, and notes. "Check Database" gives those parts to the first five of any note type
that is marked as one (measured with Anki 26.9). The front names `Answer` where it is never shown:
Anki's editor complains of clozes in a field that no front uses as one.

These are keys: a field's id is made of its key, which never changes. Anki shows its name."""

NAMES: Mapping[tuple[str, str], str] = MappingProxyType({})
"""Names that differ from their keys, by note type and key: `("question", "Spare 1"): "Map"`. The id
stays, so that Anki's import renames the field; with another id, it would refuse the note type."""

_TEMPLATE = "Card"
"""The key of the only template of a note type."""

_PARTS = ("top", "hint", "retired", "rest", "cover")
"""Files that the templates share."""
_WORDS = ("hint", "more", "date", "source", "retired", "others", "too-old")


class Field(NamedTuple):
    """A field of a note type: its id for ever, and its name, which may change."""

    id: int
    name: str


class CardTemplate(NamedTuple):
    """A template of a note type: its id for ever, and its name, which may change like its looks."""

    id: int
    name: str
    front: str
    back: str


class NoteType(NamedTuple):
    """A note type of one deck. Ids are positive and fit into 53 bits, as JavaScript needs them."""

    id: int
    name: str
    is_cloze: bool
    fields: tuple[Field, ...]
    templates: tuple[CardTemplate, ...]
    css: str
    right_to_left: bool
    covers_pictures: bool = False


NoteTypes: TypeAlias = Mapping[str, NoteType]
"""The note types of a deck by their names; packages hold those that their notes use."""


def load(deck_id: str, language: Language, style: str = "") -> NoteTypes:
    """The note types of a deck, with the words on them in its language.

    `style` is the deck's own style sheet. It comes last, so that its rules win.
    """
    fields = (QUESTION_FIELDS, CLOZE_FIELDS, PICTURE_FIELDS)
    kinds = zip(TYPES, fields, strict=True)
    return {kind: _note_type(deck_id, language, style, kind, keys) for kind, keys in kinds}


def stable_id(*parts: str) -> int:
    """An id for ever, from what it stands for: between 2^41 and 2^53."""
    digest = hashlib.sha256("/".join(("crisis-cards", *parts)).encode()).digest()
    return 2**41 + int.from_bytes(digest[:8], "big") % (2**53 - 2**41)


def _note_type(
    deck_id: str, language: Language, style: str, kind: str, keys: tuple[str, ...]
) -> NoteType:
    words = {
        "lang": language.code,
        "dir": language.direction,
        "label_lang": language.label_code,
        "label_dir": language.label_direction,
        **{f"word_{word.replace('-', '_')}": literal(language.labels[word]) for word in _WORDS},
    }
    words |= {part: Template(_file(f"{part}.html")).substitute(words) for part in _PARTS}
    front = Template(_file(f"{kind}-front.html")).substitute(words)
    back = Template(_file(f"{kind}-back.html")).substitute(words, front=front)
    template = stable_id(deck_id, kind, "template", _TEMPLATE)
    return NoteType(
        id=stable_id(deck_id, kind),
        name=f"{deck_id} · {kind} (crisis-cards)",
        is_cloze=kind in ("cloze", "picture"),
        fields=tuple(
            Field(stable_id(deck_id, kind, "field", key), NAMES.get((kind, key), key))
            for key in keys
        ),
        templates=(CardTemplate(template, NAMES.get((kind, _TEMPLATE), _TEMPLATE), front, back),),
        css="\n\n".join(filter(None, (_file("style.css"), style.strip()))),
        right_to_left=language.direction == "rtl",
        covers_pictures=kind == "picture",
    )


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").strip()
