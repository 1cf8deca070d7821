"""Notes of adopted types: the fields as the type has them, and nothing beside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..format.cloze import Passage
from ..format.deck import Settings
from ..format.embeds import Files
from ..format.kinds.adopted import DECKS
from ..format.prompt import FieldValue, Html, Note, Part
from ..format.section import Fact
from ..yaml.tree import Text
from . import markup
from .draft import SEPARATOR, Draft, blanks, hash_of
from .subdecks import clean

_BLANK = re.compile(r"\{\{c([0-9]{1,3})::(.*?)(?=::|\}\})", re.DOTALL)


def draft(fact: Fact, note: Note, tags: tuple[str, ...], deck: str, settings: Settings) -> Draft:
    """The note of a fact; `tags` and `deck` are its section's."""
    named = {unicodedata.normalize("NFC", name.value): file for name, file in fact.embeds}
    fields: list[str] = []
    parts: list[Part] = []
    for _, value in note.values:
        fields.append(_field(value, named, len(parts) + 1))
        if type(value) is Passage:
            parts += blanks(value)
    own = [tag.value for tag in fact.tags]
    own += [f"{settings.tag}::retired"] if fact.retired else []
    all_tags = tuple(dict.fromkeys((*tags, *own)))
    pictures = {file.name: file.content for file in named.values()}
    files = hash_of(*(part for pair in sorted(pictures.items()) for part in pair))
    files = files if pictures else ""
    written = (f"{key}={_typed(value)}" for key, value in note.values if value)
    is_cloze = fact.kind.own and fact.kind.own.adopted and fact.kind.own.adopted.is_cloze
    decks = fact.values.get(DECKS) or ()
    return Draft(
        fact.id.value,
        note.slot,
        note.slot,
        SEPARATOR.join(fields),
        all_tags,
        hash_of(*written, files, *all_tags),
        (*parts, *(_verbatim_blanks(note) if is_cloze else ())),
        pictures=tuple(pictures),
        deck=deck,
        decks=tuple((number, clean(name)) for number, name in decks),
        files=files,
    )


def _field(value: FieldValue | None, files: Files, first: int) -> str:
    """A field as HTML; `first` is the place of its first blank among those of the note."""
    if type(value) is Text:
        # A no-break space is a part of the text, and an empty first line a break.
        return markup.text(value.value.lstrip(" \t").rstrip(" \t\n"), files)
    if type(value) is Passage:
        return markup.passage(value, files, first).strip(" \t\n")
    return _html(value.text.value) if type(value) is Html else ""


def _html(html: str) -> str:
    """HTML as Anki stores it."""
    return unicodedata.normalize("NFC", html.replace("\r\n", "\n"))


def _typed(value: FieldValue) -> str:
    """A field as its author typed it."""
    return value.value if isinstance(value, Text) else value.text.value


def _verbatim_blanks(note: Note) -> Iterator[Part]:
    """The blanks in HTML, which have their numbers."""
    for _, value in note.values:
        if type(value) is Html:
            for number, answer in _BLANK.findall(value.text.value):
                yield Part(answer, fixed=int(number))
