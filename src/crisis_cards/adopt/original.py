"""A package → what a learner gets from it, read through the real Anki.

Names of decks and media are therefore those that Anki makes of the package's. Anki is optional and
imported where it is needed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..format.kinds.own import Json
from ..rehearsal import require_anki, states
from ..rehearsal.copies import COLLECTION, RehearsalError, unpack
from ..rehearsal.states import database
from . import crowdanki, guard, remarks, throwaway
from .package import AdoptionError, Card, Note, Original, OriginalType, Remark, Template

if TYPE_CHECKING:
    from anki.collection import Collection
    from anki.dbproxy import DBProxy

__all__ = [
    "AdoptionError", "Card", "Note", "Original", "OriginalType", "Remark", "Template", "opened",
]  # fmt: skip

_SEPARATOR = "\x1f"  # of fields, and of the parts of a deck's name
_IN_NO_DECK = "SELECT count() FROM cards WHERE did NOT IN (SELECT id FROM decks)"
_SAID_ELSEWHERE = {"id", "name", "mod", "type", "flds", "tmpls", "css"}
_COMPUTED = {"usn", "req", "ord", "did", "tags", "vers", "originalId"}


@contextmanager
def opened(path: Path, deck: str | None = None) -> Iterator[Original]:
    """The deck in a package or of CrowdAnki; with `deck`, only that deck of it, and its subdecks.

    `deck` is a full name. What the result names on disk is there as long as the block. Raises
    AdoptionError.
    """
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as folder:
        try:
            require_anki("adopting a deck")
            original = _open(path, deck, Path(folder))
        except RehearsalError as error:
            raise AdoptionError(str(error)) from error
        yield original


def _open(path: Path, deck: str | None, folder: Path) -> Original:
    package, made = path, crowdanki.Made()
    if file := crowdanki.json_of(path):
        package = folder / "crowdanki.apkg"
        made = crowdanki.pack(file, folder / "crowdanki", package)
    contents = guard.check(package, folder / "checked")
    is_collection = path.suffix.lower() == ".colpkg"
    if is_collection or deck is not None:
        whole, package = package, folder / "part.apkg"
        lay_out = _collection if is_collection else _imported
        with lay_out(whole, folder / "whole") as col:
            throwaway.export(col, package, str(path), deck or "")
    original = _read(package, folder / "learner")
    if is_collection or deck is not None:
        contents = contents._replace(media=guard.check(package, folder / "checked").media)
    elif made.media:
        contents = contents._replace(media=made.media)
    found = remarks.remarks(original, contents)
    return original._replace(uuids=made.uuids, remarks=(*made.remarks, *found))


@contextmanager
def _collection(backup: Path, place: Path) -> Iterator[Collection]:
    place.mkdir()
    unpack(backup, place / COLLECTION)
    with states.opened(place, str(backup)) as col:
        yield col


@contextmanager
def _imported(package: Path, place: Path) -> Iterator[Collection]:
    with throwaway.empty(place, str(package)) as col:
        states.run_import(col, package)
        yield col


def _read(package: Path, place: Path) -> Original:
    """What arrives of a package at a learner who has nothing yet."""
    with _imported(package, place) as col:
        if lost := database(col).scalar(_IN_NO_DECK):
            mend = "in Anki, use Tools → Check Database, and export it again"
            raise AdoptionError(f"{package} holds {lost} cards that lie in no deck: {mend}")
        notes = _notes(database(col))
        decks = [col.decks.by_name(name) for name in _with_parents(notes)]
        cards = {card for note in col.get_empty_cards().notes for card in note.card_ids}
        used = {note.type for note in notes}
        return Original(
            package=package,
            types={found.id: found for found in map(_Types(col).read, sorted(used))},
            notes=notes,
            decks={found["name"]: found.get("desc", "") for found in decks if found},
            in_markdown=frozenset(found["name"] for found in decks if found and found.get("md")),
            media={file.name: file for file in sorted(Path(col.media.dir()).iterdir())},
            empty=frozenset(_slots(database(col), cards)),
        )


def _notes(db: DBProxy) -> tuple[Note, ...]:
    names = {
        deck: name.replace(_SEPARATOR, "::") for deck, name in db.all("SELECT id, name FROM decks")
    }
    cards: dict[int, list[Card]] = {}
    for note, ordinal, deck, position in db.all(
        "SELECT nid, ord, did, due FROM cards ORDER BY ord"
    ):
        cards.setdefault(note, []).append(Card(ordinal, names[deck], position))
    notes = [
        Note(
            guid,
            id_,
            mod,
            kind,
            tuple(fields.split(_SEPARATOR)),
            tuple(tags.split()),
            tuple(cards.get(id_, ())),
        )
        for id_, guid, kind, mod, tags, fields in db.all(
            "SELECT id, guid, mid, mod, tags, flds FROM notes"
        )
    ]
    return tuple(sorted(notes, key=_place))


def _place(note: Note) -> tuple[bool, int, int]:
    """Where a new learner meets a note; one without cards is never met, and comes last."""
    first = min((card.position for card in note.cards), default=0)
    return (not note.cards, first, note.id)


def _with_parents(notes: Iterable[Note]) -> list[str]:
    decks = {card.deck for note in notes for card in note.cards}
    parents = (accumulate(deck.split("::"), "{}::{}".format) for deck in decks)
    return sorted({name for names in parents for name in names})


def _slots(db: DBProxy, cards: set[int]) -> Iterator[tuple[str, int]]:
    """Those cards as GUID and ordinal."""
    if cards:
        rows = db.all("SELECT c.id, n.guid, c.ord FROM cards c JOIN notes n ON n.id = c.nid")
        yield from ((guid, ordinal) for card, guid, ordinal in rows if card in cards)


class _Types:
    """Reads note types, and knows what Anki gives a new one."""

    def __init__(self, col: Collection) -> None:
        self._col = col
        new = {**col.models.new(""), "originalStockKind": 0}
        self._new, self._field, self._template = (
            new,
            {**col.models.new_field(""), "media": []},  # which Anki once had, and no longer reads
            col.models.new_template(""),
        )

    def read(self, type_id: int) -> OriginalType:
        from anki.models import NotetypeId

        kind = self._col.models.get(NotetypeId(type_id))
        assert kind is not None  # or Anki would have refused its notes
        named = [("fields", part, self._field) for part in kind["flds"]]
        named += [("templates", part, self._template) for part in kind["tmpls"]]
        options = _differing(kind, self._new)
        for group, part, new in named:
            if own := _differing(part, {**new, "qfmt": part.get("qfmt"), "afmt": part.get("afmt")}):
                parts = options.setdefault(group, {})
                assert isinstance(parts, dict)
                parts[part["name"]] = own
        return OriginalType(
            id=type_id,
            name=kind["name"],
            mod=kind["mod"],
            is_cloze=kind["type"] == 1,
            fields=tuple(field["name"] for field in kind["flds"]),
            templates=tuple(Template(t["name"], t["qfmt"], t["afmt"]) for t in kind["tmpls"]),
            css=kind["css"],
            options=options,
        )


def _differing(part: Mapping[str, Any], new: Mapping[str, Json]) -> dict[str, Json]:
    """What a type, a field or a template has otherwise than a new one."""
    told = _SAID_ELSEWHERE | _COMPUTED
    missing = object()
    return {k: v for k, v in part.items() if k not in told and new.get(k, missing) != v}
