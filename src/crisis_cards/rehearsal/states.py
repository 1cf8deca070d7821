"""What Anki holds before an import and after it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .copies import COLLECTION, RehearsalError, first_bytes, refusing

if TYPE_CHECKING:
    from anki.collection import Collection
    from anki.dbproxy import DBProxy
    from anki.import_export_pb2 import ImportResponse


class Row(NamedTuple):
    """A note as Anki stores it."""

    id: int
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


class Type(NamedTuple):
    """A note type; `looks` is all of it but the time."""

    name: str
    mod: int
    looks: tuple[Any, ...]


class State(NamedTuple):
    """What an import may change of a collection.

    `notes` are by GUID, `empty` are (note, card); `added` are the times at which notes were added,
    as far as cards that were never studied still tell.
    """

    notes: Mapping[str, Row]
    empty: frozenset[tuple[int, int]]
    cards: int
    types: Mapping[int, Type]
    decks: frozenset[str]
    added: frozenset[int]


def alone(package: Path, place: Path) -> State:
    """A package in an empty collection: its notes as Anki stores them, its note types."""
    first_bytes(package)
    if not zipfile.is_zipfile(package):
        raise RehearsalError(f"{package} is no Anki package, or it is damaged")
    place.mkdir()
    with opened(place, str(package)) as col:
        stock = _types(database(col))
        run_import(col, package)
        watch(col, database(col).list("SELECT guid FROM notes"))
        state = look(col)
    return state._replace(types={k: v for k, v in state.types.items() if k not in stock})


@contextmanager
def opened(place: Path, name: str) -> Iterator[Collection]:
    """The collection in a folder, a new one where there is none; `name` is what a user calls it."""
    from anki.collection import Collection
    from anki.errors import AnkiException

    with refusing(f"{name} cannot be opened", AnkiException):
        col = Collection(str(place / COLLECTION))
    try:
        with refusing(f"{name} cannot be read", AnkiException, UnicodeDecodeError):
            yield col
    finally:
        col.close()


def run_import(col: Collection, package: Path, *, merge: bool = False) -> ImportResponse.Log:
    """An import with the options that Anki's dialog shows at first; `merge`: merge note types."""
    from anki.errors import AnkiException

    with refusing(f"{package} cannot be imported", AnkiException):
        log = _imported(col, str(package.absolute()), merge)
    if not log.found_notes:
        raise RehearsalError(f"{package} holds no notes that Anki can read")
    return log


def _imported(col: Collection, path: str, merge: bool) -> ImportResponse.Log:
    try:
        from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
    except ImportError as error:  # Anki 2.1.66 and older take a path, and have no options
        if merge:
            raise RehearsalError("this Anki is too old to merge note types") from error
        import_package: Any = col.import_anki_package
        log: ImportResponse.Log = import_package(path).log
        return log
    options = ImportAnkiPackageOptions(merge_notetypes=merge)
    request = ImportAnkiPackageRequest(package_path=path, options=options)
    return col.import_anki_package(request).log


def database(col: Collection) -> DBProxy:
    """Its database, which is there until it is closed."""
    assert col.db is not None
    return col.db


_WATCHED = "guid IN (SELECT guid FROM temp.incoming)"


def look(col: Collection) -> State:
    """What the collection holds now, of notes those that are watched."""
    db = database(col)
    rows = db.all(f"SELECT guid, id, mod, tags, flds FROM notes WHERE {_WATCHED}")
    cards = f"FROM cards WHERE nid IN (SELECT id FROM notes WHERE {_WATCHED})"
    slots = {card: slot for card, *slot in db.all(f"SELECT id, nid, ord {cards}")}
    empty = chain.from_iterable(note.card_ids for note in col.get_empty_cards().notes)
    added = db.list(
        f"SELECT mod {cards} AND id = nid + ord AND type = 0 AND queue = 0 AND reps = 0 "
        "GROUP BY mod HAVING count(DISTINCT nid) > 1"
    )
    return State(
        notes={
            guid: Row(note_id, mod, tuple(tags.split()), tuple(fields.split("\x1f")))
            for guid, note_id, mod, tags, fields in rows
        },
        empty=frozenset((slots[card][0], slots[card][1]) for card in empty if card in slots),
        cards=db.scalar("SELECT count() FROM cards"),
        types=_types(db),
        decks=frozenset(deck.name for deck in col.decks.all_names_and_ids()),
        added=frozenset(added),
    )


def _types(db: DBProxy) -> dict[int, Type]:
    parts: dict[int, list[Any]] = {}
    for table in ("fields", "templates"):
        for type_id, *part in db.all(f"SELECT ntid, ord, name, hex(config) FROM {table}"):
            parts.setdefault(type_id, []).append((table, *part))
    return {
        type_id: Type(name, mod, (name, config, *sorted(parts.get(type_id, ()))))
        for type_id, name, mod, config in db.all(
            "SELECT id, name, mtime_secs, hex(config) FROM notetypes"
        )
    }


# What is compared inside the database. Times of change and sync marks are no loss to a learner.
_KEPT = {
    "cards": "id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, "
    "flags, data",
    "revlog": "id, cid, ease, ivl, lastIvl, factor, time, type",
    "notes": "id, guid, mid, tags, flds",
}


def watch(col: Collection, guids: Iterable[str]) -> None:
    """Tells the database which notes to look at: those of the package."""
    db = database(col)
    db.execute("CREATE TEMP TABLE incoming (guid TEXT PRIMARY KEY) WITHOUT ROWID")
    db.executemany("INSERT OR IGNORE INTO temp.incoming VALUES (?)", [[guid] for guid in guids])


def remember(col: Collection) -> None:
    """Keeps a copy of all that an import must not touch."""
    db = database(col)
    for table, columns in _KEPT.items():
        db.execute(f"CREATE TEMP TABLE before_{table} AS SELECT {columns} FROM {table}")


def harm_done(col: Collection) -> tuple[int, int, int]:
    """How many cards, reviews and notes of other decks are not as `remember` found them."""
    db = database(col)
    cards, reviews, notes = (
        f"FROM (SELECT * FROM temp.before_{table} EXCEPT SELECT {columns} FROM {table})"
        for table, columns in _KEPT.items()
    )
    made_up = "FROM revlog WHERE id NOT IN (SELECT id FROM temp.before_revlog)"
    return (
        db.scalar(f"SELECT count() {cards}"),
        db.scalar(f"SELECT count() {reviews}") + db.scalar(f"SELECT count() {made_up}"),
        db.scalar(f"SELECT count() {notes} WHERE NOT {_WATCHED}"),
    )
