"""Notes → an Anki package. The only module that knows genanki.

What genanki does otherwise than Anki needs it is mended by subclassing: cards by Anki's own rules,
ids of fields and templates, a time for every note, new cards in the author's order, a database
that is built a table at once, and an archive that is compressed and the same for the same content.

The package is Anki's older format (`collection.anki2`, schema 11), which every Anki from 2.1.60 on
imports.
"""

from __future__ import annotations

import errno
import io
import json
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..cards import ordinals
from ..cards.draft import SEPARATOR
from ..cards.markup import page
from ..cards.theme import NoteType, NoteTypes, stable_id
from ..format.deck import Settings
from ..release.plan import Published
from .note_types import as_json, sort_field

if TYPE_CHECKING:
    from ..release.diff import OldText


@contextmanager
def _put_off(name: str) -> Iterator[None]:
    """What is imported within gets a module that is loaded once something in it is asked for."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stand_in = ModuleType(name)
    vars(stand_in)["__getattr__"] = lambda wanted: getattr(import_module(name), wanted)
    try:
        yield
    finally:
        del sys.modules[name]


# genanki's decorator of properties wants asyncio for coroutines, of which there are none here, and
# would take a tenth of a small build to get it.
with _put_off("asyncio"):
    import genanki

# A third of the default level's time for 8 % more bytes, measured on a database of 26,000 notes.
_DEFLATE = 1
_DATABASE = "collection.anki2"


class Package(NamedTuple):
    """A package as bytes, and what is in it."""

    data: bytes
    notes: int
    cards: int


def pack(
    settings: Settings,
    notes: Sequence[Published],
    types: NoteTypes,
    mods: Mapping[str, int],
    pictures: Mapping[str, Path],
    others: Mapping[str, Path] = MappingProxyType({}),
) -> Package:
    """The package of a deck's notes.

    `mods` are the note types' times, in seconds since 1970; `pictures` are the files of those that
    notes show, by their names in the package, and `others` files that no note names. Raises OSError
    where there is no room for it in the folder for temporary files.
    """
    models = {name: _Model(types[name], mod) for name, mod in mods.items()}
    pile = _Pile(settings, notes, models)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, _DATABASE)  # in memory it would take three times its size
        try:
            with closing(sqlite3.connect(path)) as connection:
                # The file is thrown away if we crash.
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                genanki.Package([pile, *pile.subdecks()]).write_to_db(
                    connection.cursor(), 0, iter(())
                )
                connection.commit()
        except sqlite3.OperationalError as error:  # the disk is full
            raise OSError(errno.EIO, str(error), str(path)) from error
        shown = {name for note in notes for name in note.pictures}
        shown_ones = {name: pictures[name] for name in sorted(shown)}
        media = _media(shown_ones | dict(sorted(others.items())))
        return Package(_zip(path, media), len(notes), pile.cards)


def read(path: Path) -> dict[str, OldText]:
    """The notes of an earlier package by GUID; none where there is no package to be read."""
    from ..release.diff import OldText

    rows = _rows(path, "SELECT guid, flds, tags FROM notes")
    return {key: OldText(fields, tuple(tags.split())) for key, fields, tags in rows}


def is_of(path: Path, deck_id: str) -> bool:
    """Whether a file is a package of the deck with this id."""
    known = f'"{stable_id(deck_id, "deck")}":'
    return any(known in decks for (decks,) in _rows(path, "SELECT decks FROM col"))


def _rows(path: Path, query: str) -> list[Any]:
    """What a package answers; nothing where there is no package to be read."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(path) as archive:
                database = archive.extract(_DATABASE, folder)
            with closing(sqlite3.connect(database)) as connection:
                return connection.execute(query).fetchall()
    except (OSError, KeyError, zipfile.BadZipFile, sqlite3.Error):
        return []


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type, and the cards that its notes have."""

    def __init__(self, note_type: NoteType, mod: int) -> None:
        super().__init__(note_type.id, note_type.name, sort_field_index=sort_field(note_type))
        self.note_type, self.mod = note_type, mod
        self.fronts = [template.front for template in note_type.templates]
        self.names = [name for _, name in note_type.fields]
        # Most notes have one card, and one field tells that it is there.
        shown = ordinals.always_shown(self.fronts[0]) if len(self.fronts) == 1 else None
        self.shown = self.names.index(shown) if shown in self.names else -1

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        own = {"did": deck_id, "id": str(self.model_id), "mod": self.mod, "usn": -1}
        return as_json(self.note_type) | own

    def ordinals(self, joined: str, tags: Sequence[str]) -> tuple[int, ...]:
        """The cards that Anki makes of a note with these fields."""
        if self.note_type.is_cloze:
            return ordinals.of_cloze((joined,))
        shown = joined.split(SEPARATOR, self.shown + 1)[self.shown] if self.shown >= 0 else ""
        if not ordinals.is_blank(shown):
            return (0,)
        fields = dict(zip(self.names, joined.split(SEPARATOR), strict=True))
        fields = {"Tags": " ".join(tags), **fields}
        return ordinals.of_templates(self.fronts, fields)


class _Pile(genanki.Deck):  # type: ignore[misc]
    """A deck that writes its notes and cards, those of its sections' decks included, as rows.

    genanki's own notes look for wrong HTML, in a time that grows with the square of a field's
    length, and write each card by itself; the fields here are our own.
    """

    def __init__(
        self, settings: Settings, notes: Sequence[Published], models: Mapping[str, _Model]
    ) -> None:
        description = page(settings.description.value) if settings.description else ""
        super().__init__(stable_id(settings.id, "deck"), settings.name, description)
        self.ids = {"": self.deck_id}  # of the decks, by name
        names = ((note.deck, *(name for _, name in note.decks)) for note in notes)
        for name in dict.fromkeys(name for own in names for name in own if name):
            self.ids[name] = stable_id(settings.id, "deck", name)
        self.models_by_name = models
        # The database takes rows in the order of their ids; new cards come in the author's.
        self.rows = sorted(enumerate(notes, start=1), key=lambda row: row[1].id)
        self.cards = 0  # known when they are written

    def subdecks(self) -> Iterator[genanki.Deck]:
        """The decks of sections, without their cards."""
        return (genanki.Deck(key, name) for name, key in self.ids.items() if name)

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        used = {note.type for _, note in self.rows}
        for name, model in self.models_by_name.items():
            if name in used:
                self.add_model(model)
        super().write_to_db(cursor, timestamp, id_gen)
        # Anki copies the rows into its own indexes: without any, a package is 13 % smaller, and an
        # import of 20,000 notes takes no longer (Anki 2.1.60 and 26.9).
        found = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        for (name,) in cursor.execute(found).fetchall():
            cursor.execute(f"DROP INDEX {name}")
        cursor.executemany("INSERT INTO notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')", self._notes())
        cursor.executemany(
            "INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')",
            self._cards(),
        )
        (self.cards,) = cursor.execute("SELECT count(*) FROM cards").fetchone()

    def _notes(self) -> Iterator[tuple[int, str, int, int, str, str, str]]:
        """The rows of the notes, which carry the ids and times that they were published with."""
        for _, note in self.rows:
            model = self.models_by_name[note.type]
            tags = f" {' '.join(note.tags)} "
            at = model.sort_field_index
            sorted_by = note.fields.split(SEPARATOR, at + 1)[at]
            yield note.id, note.guid, model.model_id, note.mod, tags, note.fields, sorted_by

    def _cards(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Of every card its id, note, deck, ordinal, time and place among new cards.

        Notes of ours have room for the ids of their cards; those that were adopted may have none.
        """
        latest = 0
        for place, note in self.rows:
            decks = dict(note.decks)
            for ordinal in self.models_by_name[note.type].ordinals(note.fields, note.tags):
                latest = max(latest + 1, note.id + ordinal)
                deck = self.ids[decks.get(ordinal + 1, note.deck)]
                yield latest, note.id, deck, ordinal, note.mod, place


def _media(pictures: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
    """The members of the archive that hold pictures: their list, then each under its number."""
    yield "media", json.dumps({str(at): name for at, name in enumerate(pictures)}).encode()
    for at, path in enumerate(pictures.values()):
        yield str(at), path.read_bytes()


def _zip(database: Path, pictures: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive whose bytes depend on its members alone; they all get the date of 1980."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_DEFLATE) as archive:
        with database.open("rb") as data, archive.open(_DATABASE, "w") as member:
            shutil.copyfileobj(data, member)
        for name, picture in pictures:
            with archive.open(name, "w") as member:
                member.write(picture)
        for info in archive.infolist():
            info.create_system = 3  # Unix, whatever the system
            info.external_attr = 0o644 << 16
    return file.getvalue()
