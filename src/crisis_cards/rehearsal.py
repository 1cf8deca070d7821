"""A package in a throw-away real Anki: what its import does to a learner.

The only module that runs Anki. Anki is optional and imported where it is needed, so that everything
else works without it. A learner's collection is copied, never opened where it lies.

What a learner wrote is told from what a release wrote by time and by content. Anki gives a note the
time of the edit, and also where a tag is added, a note marked, or a card becomes a leech; an import
gives it the package's time. So a note was not touched

- if its time is that of a release: one that occurs in the package, in the lock if there is one, or
  on cards of several of the package's notes that were imported and never studied, because an edit
  of a note leaves the times of its cards alone;
- or if the lock has the hash of its fields with some of its tags: the other tags are the learner's.

Every other note counts as edited. No edit is missed, save one in the very second of a build; but
a note that came from a release which nothing here remembers is taken for edited too, and one that
was updated by Anki 24.11 or older, which wrote the time of the import. The lock of the release that
the learner has clears up both.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain, permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from . import releases
from .diagnostics import count
from .diff import plain
from .lock import Lock
from .notes import title
from .theme import NoteTypes

if TYPE_CHECKING:
    from anki.collection import Collection
    from anki.dbproxy import DBProxy
    from anki.import_export_pb2 import ImportResponse

INSTALL = "pip install 'crisis-cards[anki]'"

_COLLECTION = "collection.anki2"
_SQLITE = b"SQLite format 3\x00"
_LOCKED_BYTES = (512, 0x40000000)  # how many and from where: SQLite locks these on every system
_NAME = 70  # longest name of a note, in characters
_LISTED = 10  # notes that a terminal shows under one heading
_SEARCHED = 100  # notes that one search names
_DAMAGED = re.compile(
    r"Error \{|Zip archive|Invalid checksum|corrupt|i/o error|not found in archive"
)
_TAGS_TRIED = 6  # more tags than these make too many orders to try


class RehearsalError(Exception):
    """Why there is no report, as a sentence without its full stop."""


class UnavailableError(RehearsalError):
    """The anki package is not installed."""


class Note(NamedTuple):
    """A note of the collection: Anki's id, and its first field as a line of text."""

    id: int
    name: str


class Emptied(NamedTuple):
    """A note with cards that have nothing to ask any more; a card's number is its blank's."""

    id: int
    name: str
    cards: tuple[int, ...]


class Untagged(NamedTuple):
    """A note with the learner's own tags that it loses."""

    id: int
    name: str
    tags: tuple[str, ...]


class Report(NamedTuple):
    """What an import did to a copy of a collection, or to an empty one (`onto` is empty then).

    `unchanged` counts notes that Anki left alone; those among them whose text differs from the
    package's, because they are as new or newer, are `kept`. `overwritten` are updated notes whose
    text the learner had edited, `untagged` those that lose the learner's own tags. Of note types,
    `types_changed` look different now, `types_restyled` are those of them that the learner had
    changed, and `types_doubled` are new ones that Anki made because the collection's have another
    shape. `emptied` were not empty before. The last three numbers are 0 unless Anki broke what it
    promises: cards whose schedule changed, reviews that changed, notes of other decks that did.
    `sure` is whether there was something to know the learner's release by.
    """

    package: str
    onto: str
    found: int
    new: int
    updated: tuple[Note, ...]
    unchanged: int
    conflicting: tuple[Note, ...]
    new_cards: int
    decks_added: tuple[str, ...]
    types_added: tuple[str, ...]
    types_changed: tuple[str, ...]
    types_restyled: tuple[str, ...]
    types_doubled: tuple[str, ...]
    overwritten: tuple[Note, ...]
    untagged: tuple[Untagged, ...]
    kept: tuple[Note, ...]
    emptied: tuple[Emptied, ...]
    rescheduled_cards: int
    changed_reviews: int
    changed_others: int
    sure: bool

    @property
    def would_lose(self) -> bool:
        """Whether a learner would lose an edit, a tag or a review, or could not be updated."""
        return bool(
            self.overwritten
            or self.untagged
            or self.types_restyled
            or self.conflicting
            or self.types_doubled
            or self.rescheduled_cards
            or self.changed_reviews
            or self.changed_others
            or not (self.new or self.updated or self.unchanged)
        )


def rehearse(package: Path, onto: Path | None = None, lock: Lock | None = None) -> Report:
    """Imports a package as Anki does by default, into a copy of a collection, and looks around.

    `onto` is a collection, a backup of one (.colpkg), an earlier package (as it was published:
    nothing in it counts as edited), or None for an empty collection; it is only read. `lock` is
    that of the release that the learner has. Raises RehearsalError where there is nothing to
    report, UnavailableError without Anki.
    """
    _require_anki()
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as folder:
        incoming = _alone(package, Path(folder, "alone"))
        place = Path(folder, "learner")
        is_package = _lay_out(onto, place)
        with _opened(place, str(onto)) as col:
            if onto is not None and is_package:
                _import(col, onto)
            _watch(_db(col), incoming.notes)
            before = _look(col)
            _remember(_db(col))
            log = _import(col, package)
            seen = _Seen(incoming, before, _look(col), log, _harm(_db(col)))
    untouched = onto is None or is_package
    author = _Author(_times(before if untouched else incoming) | before.added, lock or Lock())
    return _report(str(package), str(onto or ""), seen, author, untouched or lock is not None)


def _require_anki() -> None:
    try:
        import anki.collection
        import anki.lang
    except ImportError as error:
        raise UnavailableError(f"rehearsing needs the real Anki: {INSTALL}") from error
    anki.lang.set_lang("en")


# --- the learner's files ----------------------------------------------------------------------


def _lay_out(onto: Path | None, place: Path) -> bool:
    """Puts a copy of the learner's collection into a new folder; whether `onto` is a package.

    For a package, or for nothing, the folder stays empty.
    """
    place.mkdir()
    if onto is None:
        return False
    head = _head(onto)
    if head == _SQLITE:
        _copy(onto.resolve(), place / _COLLECTION)
        _refuse_if_foreign(place / _COLLECTION, onto)
        return False
    if zipfile.is_zipfile(onto):
        if onto.suffix.lower() != ".colpkg":
            return True
        _unpack(onto, place)
        _refuse_if_foreign(place / _COLLECTION, onto)
        return False
    raise RehearsalError(f"{onto} is neither an Anki collection nor a package")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE))
    except IsADirectoryError as error:
        message = f"{path} is a folder: name the file in it (a learner's is {_COLLECTION})"
        raise RehearsalError(message) from error
    except OSError as error:
        raise RehearsalError(f"{path} cannot be read: {_reason(error)}") from error


def _copy(path: Path, target: Path) -> None:
    """A copy of a collection that nobody has open, with what a crash has left in its journals.

    SQLite itself would write beside the collection, even to read it, so these are plain copies.
    """
    files = [path, *(path.with_name(path.name + end) for end in ("-wal", "-journal"))]
    _refuse_if_open(path)
    try:
        before = _stamps(files)
        for file, (_, size) in before.items():
            if size:
                shutil.copyfile(file, target.with_name(target.name + file.name[len(path.name) :]))
        same = _stamps(files) == before
    except OSError as error:
        raise RehearsalError(f"{path} cannot be copied: {_reason(error)}") from error
    _refuse_if_open(path)
    if not same:
        raise RehearsalError(
            f"{path} was written to while it was copied: close Anki, and try again"
        )


def _stamps(files: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """The time and size of those files that are there."""
    stats = ((file, file.stat()) for file in files if file.exists())
    return {file: (stat.st_mtime_ns, stat.st_size) for file, stat in stats}


def _refuse_if_open(path: Path) -> None:
    try:
        is_open = _is_open(path)
    except OSError as error:
        raise RehearsalError(f"{path} cannot be read: {_reason(error)}") from error
    if is_open:
        raise RehearsalError(f"{path} is open in Anki: close Anki, and try again")


def _is_open(path: Path) -> bool:
    """Whether a program holds one of SQLite's locks on a file. Nothing is written."""
    if sys.platform == "win32":
        try:
            path.rename(path)  # Windows renames no open file, not even to its own name
        except PermissionError:
            return True
        return False
    import fcntl

    # A file that is not ours to write can still show an exclusive lock, which Anki's is.
    mode, how = ("r+b", fcntl.LOCK_EX) if os.access(path, os.W_OK) else ("rb", fcntl.LOCK_SH)
    with path.open(mode) as file:
        try:
            fcntl.lockf(file, how | fcntl.LOCK_NB, *_LOCKED_BYTES)
        except (BlockingIOError, PermissionError):
            return True
        fcntl.lockf(file, fcntl.LOCK_UN, *_LOCKED_BYTES)
    return False


def _refuse_if_foreign(copy: Path, path: Path) -> None:
    """Anki would make a collection of any database; this one has to be one already, and whole."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            connection.create_collation("unicase", _unicase)
            connection.execute("SELECT ver FROM col").fetchone()
            connection.execute("SELECT guid FROM notes LIMIT 1").fetchone()
            whole = connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise RehearsalError(f"{path} is no Anki collection, or it is damaged") from error
    if not whole:
        raise RehearsalError(f"{path} is damaged: in Anki, use Tools → Check Database")


def _unicase(one: str, other: str) -> int:
    """Anki's order of names, well enough to read them."""
    a, b = one.casefold(), other.casefold()
    return (a > b) - (a < b)


def _unpack(backup: Path, place: Path) -> None:
    """The collection of a .colpkg, and what media come with it, in a folder."""
    from anki._backend import RustBackend
    from anki.errors import AnkiException

    media = place / "collection.media"
    media.mkdir()
    try:
        RustBackend().import_collection_package(
            col_path=str(place / _COLLECTION),
            backup_path=str(backup),
            media_folder=str(media),
            media_db=str(place / "collection.media.db2"),
        )
    except AnkiException as error:
        raise RehearsalError(f"{backup} cannot be restored: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """What went wrong, in one line: the system's words, or Anki's."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    words = re.sub("[\u2066-\u2069]", "", str(error))  # Anki's marks around names
    if "FileTooNew" in words:
        return "it was written by a newer Anki; update the anki package"
    if isinstance(error, UnicodeDecodeError) or _DAMAGED.search(words):
        return "it is damaged"
    return " ".join(words.split()).rstrip(".")


# --- in Anki ----------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A note as Anki stores it."""

    id: int
    type: int
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


class _Type(NamedTuple):
    """A note type; `looks` is all of it but the time."""

    name: str
    mod: int
    looks: tuple[Any, ...]


class _State(NamedTuple):
    """What an import may change of a collection.

    `notes` are by GUID, `empty` are (note, card); `added` are the times at which notes were added,
    as far as cards that were never studied still tell.
    """

    notes: Mapping[str, _Row]
    empty: frozenset[tuple[int, int]]
    cards: int
    types: Mapping[int, _Type]
    decks: frozenset[str]
    added: frozenset[int]


class _Harm(NamedTuple):
    """What no import may do: cards, reviews and other notes that are not as they were."""

    cards: int
    reviews: int
    notes: int


class _Seen(NamedTuple):
    """What was seen of an import: the package alone, and the collection before and after."""

    incoming: _State
    before: _State
    after: _State
    log: ImportResponse.Log
    harm: _Harm


def _alone(package: Path, place: Path) -> _State:
    """A package in an empty collection: its notes as Anki stores them, its note types."""
    _head(package)
    if not zipfile.is_zipfile(package):
        raise RehearsalError(f"{package} is no Anki package, or it is damaged")
    place.mkdir()
    with _opened(place, str(package)) as col:
        stock = _types(_db(col))
        _import(col, package)
        _watch(_db(col), _db(col).list("SELECT guid FROM notes"))
        state = _look(col)
    return state._replace(types={k: v for k, v in state.types.items() if k not in stock})


@contextmanager
def _opened(place: Path, name: str) -> Iterator[Collection]:
    """The collection in a folder, a new one where there is none; `name` is what a user calls it."""
    from anki.collection import Collection
    from anki.errors import AnkiException

    try:
        col = Collection(str(place / _COLLECTION))
    except AnkiException as error:
        raise RehearsalError(f"{name} cannot be opened: {_reason(error)}") from error
    try:
        yield col
    except (AnkiException, UnicodeDecodeError) as error:
        raise RehearsalError(f"{name} cannot be read: {_reason(error)}") from error
    finally:
        col.close()


def _import(col: Collection, package: Path) -> ImportResponse.Log:
    """An import with the options that Anki's dialog shows at first."""
    from anki.errors import AnkiException
    from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    request = ImportAnkiPackageRequest(
        package_path=str(package.absolute()), options=ImportAnkiPackageOptions()
    )
    try:
        log = col.import_anki_package(request).log
    except AnkiException as error:
        raise RehearsalError(f"{package} cannot be imported: {_reason(error)}") from error
    if not log.found_notes:
        raise RehearsalError(f"{package} holds no notes that Anki can read")
    return log


def _db(col: Collection) -> DBProxy:
    assert col.db is not None
    return col.db


_WATCHED = "guid IN (SELECT guid FROM temp.incoming)"


def _look(col: Collection) -> _State:
    """What the collection holds now, of notes those that are watched."""
    db = _db(col)
    rows = db.all(f"SELECT guid, id, mid, mod, tags, flds FROM notes WHERE {_WATCHED}")
    cards = f"FROM cards WHERE nid IN (SELECT id FROM notes WHERE {_WATCHED})"
    slots = {card: slot for card, *slot in db.all(f"SELECT id, nid, ord {cards}")}
    empty = chain.from_iterable(note.card_ids for note in col.get_empty_cards().notes)
    added = db.list(
        f"SELECT mod {cards} AND id = nid + ord AND type = 0 AND queue = 0 AND reps = 0 "
        "GROUP BY mod HAVING count(DISTINCT nid) > 1"
    )
    return _State(
        notes={
            guid: _Row(note_id, type_id, mod, tuple(tags.split()), tuple(fields.split("\x1f")))
            for guid, note_id, type_id, mod, tags, fields in rows
        },
        empty=frozenset((slots[card][0], slots[card][1]) for card in empty if card in slots),
        cards=db.scalar("SELECT count() FROM cards"),
        types=_types(db),
        decks=frozenset(deck.name for deck in col.decks.all_names_and_ids()),
        added=frozenset(added),
    )


def _types(db: DBProxy) -> dict[int, _Type]:
    parts: dict[int, list[Any]] = {}
    for table in ("fields", "templates"):
        for type_id, *part in db.all(f"SELECT ntid, ord, name, hex(config) FROM {table}"):
            parts.setdefault(type_id, []).append((table, *part))
    return {
        type_id: _Type(name, mod, (name, config, *sorted(parts.get(type_id, ()))))
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


def _watch(db: DBProxy, guids: Iterable[str]) -> None:
    """Tells the database which notes to look at: those of the package."""
    db.execute("CREATE TEMP TABLE incoming (guid TEXT PRIMARY KEY) WITHOUT ROWID")
    db.executemany("INSERT OR IGNORE INTO temp.incoming VALUES (?)", [[guid] for guid in guids])


def _remember(db: DBProxy) -> None:
    """Keeps a copy of all that an import must not touch."""
    for table, columns in _KEPT.items():
        db.execute(f"CREATE TEMP TABLE before_{table} AS SELECT {columns} FROM {table}")


def _harm(db: DBProxy) -> _Harm:
    """What is no longer as `_remember` found it."""
    cards, reviews, notes = (
        f"FROM (SELECT * FROM temp.before_{table} EXCEPT SELECT {columns} FROM {table})"
        for table, columns in _KEPT.items()
    )
    made_up = "FROM revlog WHERE id NOT IN (SELECT id FROM temp.before_revlog)"
    return _Harm(
        cards=db.scalar(f"SELECT count() {cards}"),
        reviews=db.scalar(f"SELECT count() {reviews}") + db.scalar(f"SELECT count() {made_up}"),
        notes=db.scalar(f"SELECT count() {notes} WHERE NOT {_WATCHED}"),
    )


# --- what it means to the learner -------------------------------------------------------------


class _Author:
    """Tells what a release wrote from what a learner did, by the rule of this module."""

    def __init__(self, times: Iterable[int], lock: Lock) -> None:
        """`times` are those of releases, beside the lock's."""
        entries = (*lock.notes.values(), *lock.gone.values(), *lock.stray.values())
        self.hashes = {entry.guid: entry.content for entry in entries}
        self.times = {
            *times,
            *(entry.mod for entry in entries),
            *(entry.mod for entry in lock.types.values()),
        }

    def wrote(self, note: _Row | _Type) -> bool:
        """Whether a note or note type has been left alone since a release."""
        return note.mod in self.times

    def tags(self, guid: str, note: _Row) -> tuple[str, ...] | None:
        """The tags that a note was published with; None where its text is not the lock's.

        The hash depends on the author's order of tags, which Anki does not keep.
        """
        if guid not in self.hashes or len(note.tags) > _TAGS_TRIED:
            return None
        for length in range(len(note.tags), -1, -1):
            for tags in permutations(note.tags, length):
                hashes = (releases.content(kind, note.fields, tags) for kind in NoteTypes._fields)
                if self.hashes[guid] in hashes:
                    return tags
        return None


def _times(state: _State) -> frozenset[int]:
    """The times of notes and note types that no learner has had."""
    notes, types = state.notes.values(), state.types.values()
    return frozenset((*(note.mod for note in notes), *(item.mod for item in types)))


def _report(package: str, onto: str, seen: _Seen, author: _Author, sure: bool) -> Report:
    incoming, before, after, log, harm = seen
    updated = _guids(log.updated, before)
    conflicting = _guids(log.conflicting, incoming)  # Anki names these by their ids in the package
    edited, untagged = [], []
    for guid in updated:
        old, new = before.notes[guid], after.notes[guid]
        if author.wrote(old):
            continue
        published = author.tags(guid, old)
        if published is None and old.fields != new.fields:
            edited.append(_note(old))
        if tags := _lost(old.tags, (*new.tags, *(published or ()))):
            untagged.append(Untagged(*_note(old), tags))
    kept = [
        note
        for guid, note in before.notes.items()
        if guid not in {*updated, *conflicting} and note.fields != incoming.notes[guid].fields
    ]
    added = after.types.keys() - before.types.keys()
    changed = [
        note_type
        for key, note_type in before.types.items()
        if key in after.types and note_type.looks != after.types[key].looks
    ]
    return Report(
        package=package,
        onto=onto,
        found=log.found_notes,
        new=len(log.new),
        updated=tuple(_note(after.notes[guid]) for guid in updated),
        unchanged=len(log.duplicate),
        conflicting=tuple(_note(before.notes[guid]) for guid in conflicting),
        new_cards=after.cards - before.cards,
        decks_added=tuple(sorted(after.decks - before.decks)),
        types_added=_names(after.types[key] for key in added & incoming.types.keys()),
        types_changed=_names(changed),
        types_restyled=_names(item for item in changed if not author.wrote(item)),
        types_doubled=_names(after.types[key] for key in added - incoming.types.keys()),
        overwritten=tuple(edited),
        untagged=tuple(untagged),
        kept=tuple(_note(note) for note in kept),
        emptied=_emptied(before, after),
        rescheduled_cards=harm.cards,
        changed_reviews=harm.reviews,
        changed_others=harm.notes,
        sure=sure,
    )


def _guids(notes: Iterable[ImportResponse.Note], state: _State) -> list[str]:
    """The GUIDs of notes in Anki's log, which has their ids in one state or the other."""
    known = {row.id: guid for guid, row in state.notes.items()}
    return [known[note.id.nid] for note in notes]


def _lost(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    """Old tags that are not among new ones; to Anki, case makes no difference."""
    present = {tag.casefold() for tag in new}
    return tuple(tag for tag in old if tag.casefold() not in present)


def _emptied(before: _State, after: _State) -> tuple[Emptied, ...]:
    cards: dict[int, list[int]] = {}
    for note, ordinal in sorted(after.empty - before.empty):
        cards.setdefault(note, []).append(ordinal + 1)
    rows = (row for row in after.notes.values() if row.id in cards)
    return tuple(Emptied(*_note(row), tuple(cards[row.id])) for row in rows)


def _note(row: _Row) -> Note:
    text = "".join(char for char in plain(title(row.fields)) if char.isprintable())
    if len(text) > _NAME:
        text = text[: _NAME - 1].rstrip() + "…"
    return Note(row.id, text or "(no text)")


def _names(types: Iterable[_Type]) -> tuple[str, ...]:
    return tuple(sorted(note_type.name for note_type in types))


# --- words ------------------------------------------------------------------------------------


def search(notes: Iterable[Note | Emptied | Untagged]) -> str:
    """What finds notes in Anki's browser."""
    return "nid:" + ",".join(str(note.id) for note in notes)


def record(report: Report) -> dict[str, object]:
    """For JSON: notes as objects, and under `search` what finds each list of them in Anki."""

    def data(value: object) -> object:
        if isinstance(value, (Note, Emptied, Untagged)):
            return value._asdict()
        return [data(part) for part in value] if isinstance(value, tuple) else value

    return {
        **{name: data(value) for name, value in report._asdict().items()},
        "search": {
            name: search(value)
            for name, value in report._asdict().items()
            if isinstance(value, tuple) and value and not isinstance(value[0], str)
        },
        "would_lose": report.would_lose,
    }


def text(report: Report) -> str:
    """For a terminal: what a learner would meet after this import."""
    r = report
    place = f"into {r.onto}" if r.onto else "into an empty collection"
    numbers = (
        f"{r.new:,} new, {len(r.updated):,} updated, {r.unchanged:,} unchanged, "
        f"{len(r.conflicting):,} conflicting"
    )
    lines = [
        f"{r.package} {place}",
        f"  {count(r.found, 'note')}: {numbers}",
        f"  {count(r.new_cards, 'new card')}",
        *_about_types(r),
        *_about_notes(r),
        *_about_harm(r),
    ]
    end = (
        "This import is not safe: something is lost, or cannot be updated."
        if r.would_lose
        else "This import is safe: the learner loses nothing."
    )
    return "\n".join([*lines, "", end]) + "\n"


def _about_types(r: Report) -> Iterator[str]:
    for heading, names in (
        ("new deck", r.decks_added),
        ("new note type", r.types_added),
        ("note type with another look", r.types_changed),
    ):
        yield from (f"  {heading}: {name}" for name in names)
    for name in r.types_restyled:
        yield from ("", f"The learner's own changes to the look of {name} are replaced.")
    for name in r.types_doubled:
        yield from (
            "",
            f"Anki adds a second note type, {name}: the learner's has other fields or templates.",
            "Notes of the learner's type are not updated, by this release or a later one. To mend",
            'that, import once with "Merge note types" on and "Update notes" set to "Always".',
        )


def _about_notes(r: Report) -> Iterator[str]:
    yield from _listed("The learner edited these notes, and their text is replaced:", r.overwritten)
    if r.overwritten and not r.sure:
        yield "  If nobody edited them, they are from a release that is not known here:"
        yield "  name its deck.lock with --lock."
    yield from _listed(
        "These notes lose tags that the learner gave them:",
        r.untagged,
        [", ".join(note.tags) for note in r.untagged],
    )
    yield from _listed(
        "These notes are not updated, because the learner has them in another note type:",
        r.conflicting,
    )
    yield from _listed(
        "These notes keep the learner's text, which is not older than the package's:", r.kept
    )
    yield from _listed(
        "These notes have cards with nothing left to ask (Tools → Empty Cards removes them):",
        r.emptied,
        ["card " + ", ".join(map(str, note.cards)) for note in r.emptied],
    )


def _listed(
    heading: str, notes: Sequence[Note | Emptied | Untagged], details: Sequence[str] = ()
) -> Iterator[str]:
    """A heading, the first notes by name, and how to find all of them; nothing for no notes."""
    if not notes:
        return
    yield from ("", heading)
    for note, detail in zip(notes[:_LISTED], details or [""] * len(notes), strict=False):
        yield f"  {note.name}" + (f" ({detail})" if detail else "")
    if len(notes) > _LISTED:
        yield f"  and {len(notes) - _LISTED:,} more"
    yield f"  in Anki: Browse, and search for {search(notes[:_SEARCHED])}"
    if len(notes) > _SEARCHED:
        yield f"  (these are the first {_SEARCHED}; --format json has all)"


def _about_harm(r: Report) -> Iterator[str]:
    for number, what, where in (
        (r.rescheduled_cards, "card", " of the learner's"),
        (r.changed_reviews, "review", ""),
        (r.changed_others, "note", " outside the package"),
    ):
        if number:
            yield from ("", f"Anki changed {count(number, what)}{where}: please report this.")
