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


def sort_field(note_type: NoteType) -> int:
    """The place of the field that stands for a note in Anki's lists."""
    return TITLE_OF_PICTURE if note_type.covers_pictures else 0


def as_json(note_type: NoteType) -> dict[str, Any]:
    """All that is the same in every collection: no id of the type, no time and no deck."""
    covers = note_type.covers_pictures
    return {
        "css": note_type.css,
        "flds": [
            {"name": name, "id": key, "rtl": note_type.right_to_left, "ord": at}
            | {"font": "Liberation Sans", "media": [], "size": 20, "sticky": False}
            | ({"tag": at} if covers and at in _OCCLUSION_PARTS else {})
            for at, (key, name) in enumerate(note_type.fields)
        ],
        "latexPost": r"\end{document}",
        "latexPre": _LATEX,
        "latexsvg": False,
        "name": note_type.name,
        "req": [],  # Anki works it out itself
        "sortf": sort_field(note_type),
        "tags": [],
        "tmpls": [
            {"name": name, "id": key, "qfmt": front, "afmt": back, "ord": at}
            | {"bafmt": "", "bqfmt": "", "bfont": "", "bsize": 0, "did": None}
            for at, (key, name, front, back) in enumerate(note_type.templates)
        ],
        "type": int(note_type.is_cloze),
        "vers": [],
        # By this, Anki's editor opens a picture's regions to be moved with the mouse.
        **({"originalStockKind": _IMAGE_OCCLUSION} if covers else {}),
    }
