"""What there is of a deck that was made in Anki, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ..format.kinds.own import Json


class AdoptionError(Exception):
    """Why a deck cannot be adopted, as a sentence without its full stop."""


class Template(NamedTuple):
    """A template of a note type: what its card shows."""

    name: str
    front: str
    back: str


class OriginalType(NamedTuple):
    """A note type as Anki keeps it.

    `mod` is in seconds. `options` are what Anki keeps of it beside the other fields, in the keys of
    its JSON of schema 11, where they differ from what a new type has: those of fields and templates
    by their names under "fields" and "templates". Ids and what Anki computes are left out.
    """

    id: int
    name: str
    mod: int
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    css: str
    options: Mapping[str, Json] = MappingProxyType({})

    def sides(self) -> Iterator[str]:
        """The fronts and backs of its templates."""
        for template in self.templates:
            yield from (template.front, template.back)


class Card(NamedTuple):
    """A card: of which template or cloze (from 0), in which deck (full name), its place there."""

    ordinal: int
    deck: str
    position: int


class Note(NamedTuple):
    """A note as a learner gets it. `id` is in milliseconds, `mod` in seconds, `type` is an id."""

    guid: str
    id: int
    mod: int
    type: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[Card, ...]


class Remark(NamedTuple):
    """What a maintainer should know before the deck is adopted; `notes` are short names."""

    kind: str
    message: str
    notes: tuple[str, ...] = ()


class Original(NamedTuple):
    """A deck before it is adopted.

    `package` is an .apkg that holds just this deck. `types` are those of its notes, by id; `notes`
    stand in the order in which a new learner meets them. `decks` are the descriptions by full name,
    of decks with cards and of their parents; those of `in_markdown` are Markdown to Anki. `media`
    are the files that arrive at a learner, by name. `empty` are the cards, as GUID and ordinal,
    that Anki's Empty Cards lists. `uuids` are CrowdAnki's: by "type <name>", "deck <full name>" and
    "config".
    """

    package: Path
    types: Mapping[int, OriginalType]
    notes: tuple[Note, ...]
    decks: Mapping[str, str]
    in_markdown: frozenset[str]
    media: Mapping[str, Path]
    empty: frozenset[tuple[str, int]]
    uuids: Mapping[str, str] = MappingProxyType({})
    remarks: tuple[Remark, ...] = ()
