"""The note types: for questions and answers, for clozes, and for pictures with regions.

Ids, field lists and template lists never change: Anki's import refuses updates of a note type whose
shape differs from the learner's. Looks may change; they are the files beside this one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple

from ..language import Language

_FOLDER = Path(__file__).parent

QUESTION_FIELDS = (
    "Question", "Answer", "Label", "Hint", "Extra", "Date", "Timeline", "Image", "Section",
    "Source", "Retired", "Spare 1", "Spare 2", "Spare 3",
)  # fmt: skip
CLOZE_FIELDS = ("Text", *QUESTION_FIELDS[2:])
PICTURE_FIELDS = (
    "Regions", "Image", "Question", "Extra", "Answer", "Credit", "Label", "Hint", "Date",
    "Timeline", "Section", "Source", "Retired", "Spare 1", "Spare 2", "Spare 3",
)  # fmt: skip
"""Anki's image occlusion knows its fields by their places: shapes, picture, heading, what is shown
after the answer, and notes. "Check Database" gives those parts to the first five of any note type
that is marked as one (measured with Anki 26.9). The front names `Answer` where it is never shown:
Anki's editor complains of clozes in a field that no front uses as one."""


_PARTS = ("top", "hint", "retired", "rest", "cover")
"""Files that the templates share."""
_WORDS = ("hint", "more", "date", "source", "retired", "others", "too-old")


class NoteType(NamedTuple):
    """A note type of one deck. Ids are positive and fit into 53 bits, as JavaScript needs them."""

    id: int
    name: str
    is_cloze: bool
    fields: tuple[tuple[int, str], ...]
    template: tuple[int, str]
    front: str
    back: str
    css: str
    right_to_left: bool
    covers_pictures: bool = False


class NoteTypes(NamedTuple):
    """The note types of a deck; packages hold those that their notes use."""

    question: NoteType
    cloze: NoteType
    picture: NoteType


def load(deck_id: str, language: Language, style: str = "") -> NoteTypes:
    """The note types of a deck, with the words on them in its language.

    `style` is the deck's own style sheet. It comes last, so that its rules win.
    """
    return NoteTypes(
        _note_type(deck_id, language, style, "question", QUESTION_FIELDS),
        _note_type(deck_id, language, style, "cloze", CLOZE_FIELDS),
        _note_type(deck_id, language, style, "picture", PICTURE_FIELDS),
    )


def stable_id(*parts: str) -> int:
    """An id for ever, from what it stands for: between 2^41 and 2^53."""
    digest = hashlib.sha256("/".join(("crisis-cards", *parts)).encode()).digest()
    return 2**41 + int.from_bytes(digest[:8], "big") % (2**53 - 2**41)


def _note_type(
    deck_id: str, language: Language, style: str, kind: str, names: tuple[str, ...]
) -> NoteType:
    words = {
        "lang": language.code,
        "dir": language.direction,
        "label_lang": language.label_code,
        "label_dir": language.label_direction,
        **{f"word_{word.replace('-', '_')}": language.labels[word] for word in _WORDS},
    }
    words |= {part: Template(_file(f"{part}.html")).substitute(words) for part in _PARTS}
    front = Template(_file(f"{kind}-front.html")).substitute(words)
    return NoteType(
        id=stable_id(deck_id, kind),
        name=f"{deck_id} · {kind} (crisis-cards)",
        is_cloze=kind in ("cloze", "picture"),
        fields=tuple((stable_id(deck_id, kind, "field", name), name) for name in names),
        template=(stable_id(deck_id, kind, "template", "Card"), "Card"),
        front=front,
        back=Template(_file(f"{kind}-back.html")).substitute(words, front=front),
        css="\n\n".join(filter(None, (_file("style.css"), style.strip()))),
        right_to_left=language.direction == "rtl",
        covers_pictures=kind == "picture",
    )


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").strip()
