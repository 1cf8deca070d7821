"""The real Anki, as a judge: a throw-away collection and the few questions that tests ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import anki.lang
from anki.collection import Collection
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest

anki.lang.set_lang("en")


class Imported(NamedTuple):
    """What Anki says of an import: how many notes fell under each heading."""

    found: int
    new: int
    updated: int
    duplicate: int
    conflicting: int


@contextmanager
def collection(folder: Path) -> Iterator[Collection]:
    col = Collection(str(folder / "collection.anki2"))
    try:
        yield col
    finally:
        col.close()


def import_package(col: Collection, package: Path) -> Imported:
    """An import with the options that Anki's dialog shows at first."""
    request = ImportAnkiPackageRequest(
        package_path=str(package), options=ImportAnkiPackageOptions()
    )
    log = col.import_anki_package(request).log
    col.models._clear_cache()
    return Imported(
        log.found_notes,
        len(log.new),
        len(log.updated),
        len(log.duplicate),
        len(log.conflicting),
    )


def cards(col: Collection) -> set[tuple[str, int]]:
    """Every card as its note's GUID and its ordinal."""
    rows = col.db.all("SELECT n.guid, c.ord FROM cards c JOIN notes n ON n.id = c.nid")
    return {(guid, ordinal) for guid, ordinal in rows}


def empty_cards(col: Collection) -> int:
    """How many cards "Tools → Empty Cards" would list."""
    return sum(len(note.card_ids) for note in col.get_empty_cards().notes)


def dirty_rows(col: Collection) -> dict[str, int]:
    """Rows that a sync would send, by table: none of them after an import that changed nothing."""
    counts = {}
    for table in ("notes", "cards", "decks", "notetypes"):
        counts[table] = col.db.scalar(f"SELECT count() FROM {table} WHERE usn = -1")
    return counts


def snapshot(col: Collection) -> dict[str, list[Any]]:
    """All rows of notes, cards, reviews, decks and note types."""
    tables = ("notes", "cards", "revlog", "decks", "notetypes", "fields", "templates")
    return {table: sorted(map(tuple, col.db.all(f"SELECT * FROM {table}"))) for table in tables}
