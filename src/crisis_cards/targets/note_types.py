"""A note type as Anki's JSON has it: what packages and CrowdAnki's folders share."""

from __future__ import annotations

from typing import Any

from ..cards.fields import TITLE_OF_PICTURE
from ..cards.theme import NoteType

_IMAGE_OCCLUSION = 6  # Anki's number for its own note type of that name (Anki 26.9)
_OCCLUSION_PARTS = range(5)  # the places of that note type's fields

_LATEX = r"""\documentclass[12pt]{article}
\special{papersize=3in,5in}
\usepackage[utf8]{inputenc}
\usepackage{amssymb,amsmath}
\pagestyle{empty}
\setlength{\parindent}{0in}
\begin{document}
"""  # as Anki's own note types have it
_SAID_APART = ("fields", "templates", "sortf")


def sort_field(note_type: NoteType) -> int:
    """The place of the field that stands for a note in Anki's lists."""
    known = note_type.options.get("sortf")
    if isinstance(known, int) and 0 <= known < len(note_type.fields):
        return known
    return TITLE_OF_PICTURE if note_type.covers_pictures and not note_type.is_adopted else 0


def as_json(note_type: NoteType) -> dict[str, Any]:
    """All that is the same in every collection: no id of the type, no time and no deck."""
    covers = note_type.covers_pictures
    font = "Arial" if note_type.is_adopted else "Liberation Sans"  # ours from the first release on
    return {
        "latexPost": r"\end{document}",
        "latexPre": _LATEX,
        "latexsvg": False,
        "req": [],  # Anki works it out itself
        "tags": [],
        "vers": [],
        "css": note_type.css,
        "flds": [
            {"name": name, "ord": at}
            | {"font": font, "media": [], "size": 20, "sticky": False}
            | {"rtl": note_type.right_to_left}
            | ({"tag": at} if covers and at in _OCCLUSION_PARTS else {})
            | ({"id": key} if key else {})
            | _options(note_type, "fields", name)
            for at, (key, name) in enumerate(note_type.fields)
        ],
        "name": note_type.name,
        "sortf": sort_field(note_type),
        "tmpls": [
            {"name": name, "qfmt": front, "afmt": back, "ord": at}
            | {"bafmt": "", "bqfmt": "", "bfont": "", "bsize": 0, "did": None}
            | ({"id": key} if key else {})
            | _options(note_type, "templates", name)
            for at, (key, name, front, back) in enumerate(note_type.templates)
        ],
        "type": int(note_type.is_cloze),
        # By this, Anki's editor opens a picture's regions to be moved with the mouse.
        **({"originalStockKind": _IMAGE_OCCLUSION} if covers else {}),
        **{name: each for name, each in note_type.options.items() if name not in _SAID_APART},
    }


def _options(note_type: NoteType, part: str, name: str) -> dict[str, Any]:
    """What else Anki keeps of a field or template of an adopted note type."""
    known = note_type.options.get(part)
    found = known.get(name) if isinstance(known, dict) else None
    return found if isinstance(found, dict) else {}
