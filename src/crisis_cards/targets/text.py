"""Notes → a text file with Anki's headers: a row a note, with its GUID, note type, deck and tags.

What is said here of Anki was measured with 2.1.66, 23.10, 24.11 and 26.9.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..cards.draft import SEPARATOR
from ..cards.subdecks import clean
from ..cards.theme import NoteTypes
from ..format.deck import Settings
from ..release.plan import Published

# Without the last line, Anki does with known notes what its user chose in the import before.
_HEADERS = """\
#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:4
#if matches:update current
"""
_QUOTED = re.compile(r'[\t\n\r"]|^#')  # a row that begins with # would be a comment
_NUMBER = re.compile(r"[+-]?[0-9]+")


def render(settings: Settings, notes: Sequence[Published], types: NoteTypes) -> str:
    """The file's text.

    The fields come last. All rows are of the same length: Anki 24.11 and older take as many columns
    as the first row has. Decks come before those inside them: where a deck is made for one inside
    it, Anki puts the notes of the deck itself into a second one, "Cuba+".
    """
    most = max((len(types[note.type].fields) for note in notes), default=0)
    name, lines = clean(settings.name), []
    for note in sorted(notes, key=lambda note: (note.deck or name).count("::")):
        note_type = types[note.type]
        fields = note.fields + SEPARATOR * (most - len(note_type.fields))
        tags = " ".join(note.tags)
        row = (note.guid, note_type.name, note.deck or name, tags, *fields.split(SEPARATOR))
        lines.append("\t".join(map(_cell, row)) + "\n")
    return _HEADERS + "".join(lines)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def numbers(settings: Settings, notes: Sequence[Published], types: NoteTypes) -> list[str]:
    """Names of decks and note types that Anki takes for the number of one, and may not find."""
    decks = (note.deck or clean(settings.name) for note in notes)
    names = dict.fromkeys((*decks, *(types[note.type].name for note in notes)))
    return [name for name in names if _NUMBER.fullmatch(name)]


def left_out(notes: Sequence[Published]) -> list[str]:
    """The keys of notes whose first field is empty: Anki takes them from packages alone."""
    return [note.key for note in notes if note.fields.startswith(SEPARATOR) or not note.fields]
