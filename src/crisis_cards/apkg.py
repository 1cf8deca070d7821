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
from types import ModuleType
from typing import Any, NamedTuple

from . import cards
from .facts import Deck
from .markup import page
from .media import Picture
from .notes import TITLE_OF_PICTURE, TYPES
from .releases import Published
from .theme import NoteType, NoteTypes, stable_id


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
_IMAGE_OCCLUSION = 6  # Anki's number for its own note type of that name (Anki 26.9)
_OCCLUSION_PARTS = range(5)  # the places of that note type's fields


class Package(NamedTuple):
    """A package as bytes, and what is in it."""

    data: bytes
    notes: int
    cards: int


def pack(
    deck: Deck, notes: Sequence[Published], types: NoteTypes, mods: Mapping[str, int]
) -> Package:
    """The package of a deck's notes; `mods` are the note types' times, in seconds since 1970.

    Raises OSError where there is no room for it in the folder for temporary files.
    """
    found = (published.note.picture for published in notes)
    pictures = {picture.name: picture for picture in found if picture}
    with tempfile.TemporaryDirectory() as folder:
        pile = _Pile(deck, notes, _models(types, mods))
        return _packed(pile, Path(folder), _media(pictures))


def repack(
    deck: Deck,
    notes: Sequence[Published | int],
    types: NoteTypes,
    mods: Mapping[str, int],
    former: Path,
) -> Package:
    """The same from a former package that has the same pictures.

    Of notes that are in it, and are as they were, the ids are enough.
    """
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(former) as archive:
            names = [name for name in archive.namelist() if name != _DATABASE]
            pictures = [(name, archive.read(name)) for name in names]
            database = Path(archive.extract(_DATABASE, Path(folder, "former")))
        pile = _Pile(deck, notes, _models(types, mods), database)
        return _packed(pile, Path(folder), pictures)


def _packed(pile: _Pile, folder: Path, pictures: Sequence[tuple[str, bytes]]) -> Package:
    """A package whose database is made in a folder; in memory it takes three times its size."""
    path = folder / _DATABASE
    try:
        with closing(sqlite3.connect(path)) as connection:
            _quicken(connection, "main")
            genanki.Package(pile).write_to_db(connection.cursor(), 0, iter(()))
            connection.commit()
    except sqlite3.OperationalError as error:  # the disk is full
        raise OSError(errno.EIO, str(error), str(path)) from error
    notes = len(pile.made) + len(pile.kept)
    return Package(_zip(path, pictures), notes, pile.cards)


def _quicken(connection: sqlite3.Connection, database: str) -> None:
    """Nobody needs a database that is half made: it is not secured against that."""
    connection.execute(f"PRAGMA {database}.journal_mode = OFF")
    connection.execute(f"PRAGMA {database}.synchronous = OFF")


class Stored(NamedTuple):
    """A note as a package holds it: fields and tags in Anki's own joined form."""

    fields: str
    tags: str


def read(path: Path) -> dict[str, Stored]:
    """The notes of an earlier package by GUID; none where there is no package to be read."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(path) as archive:
                database = archive.extract(_DATABASE, folder)
            with closing(sqlite3.connect(database)) as connection:
                rows = connection.execute("SELECT guid, flds, tags FROM notes").fetchall()
    except (OSError, KeyError, zipfile.BadZipFile, sqlite3.Error):
        return {}
    return {key: Stored(fields, tags) for key, fields, tags in rows}


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type with ids of its own for fields and templates, so that they can be renamed."""

    _req: Sequence[Any] = ()  # Anki works it out itself; genanki's way is slow and often wrong

    def __init__(self, note_type: NoteType, mod: int) -> None:
        template_id, template = note_type.template
        super().__init__(
            note_type.id,
            note_type.name,
            fields=[
                {"name": name, "id": key, "rtl": note_type.right_to_left}
                | ({"tag": at} if note_type.covers_pictures and at in _OCCLUSION_PARTS else {})
                for at, (key, name) in enumerate(note_type.fields)
            ],
            templates=[
                {
                    "name": template,
                    "id": template_id,
                    "qfmt": note_type.front,
                    "afmt": note_type.back,
                }
            ],
            css=note_type.css,
            model_type=self.CLOZE if note_type.is_cloze else self.FRONT_BACK,
            sort_field_index=TITLE_OF_PICTURE if note_type.covers_pictures else 0,
        )
        self.mod = mod
        self.names = [name for _, name in note_type.fields]
        self.front = note_type.front
        shown = cards.always_shown(note_type.front)
        self.shown = self.names.index(shown) if shown in self.names else None
        # By this, Anki's editor opens a picture's regions to be moved with the mouse.
        covers = note_type.covers_pictures
        self.origin = {"originalStockKind": _IMAGE_OCCLUSION} if covers else {}

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        return {**super().to_json(timestamp, deck_id), "mod": self.mod, **self.origin}

    def ordinals(self, fields: Sequence[str]) -> tuple[int, ...]:
        """The cards that Anki makes of a note with these fields."""
        if self.model_type == self.CLOZE:
            return cards.of_cloze(fields)
        if self.shown is not None and not cards.is_blank(fields[self.shown]):
            return (0,)
        return cards.of_templates((self.front,), dict(zip(self.names, fields, strict=True)))


def _models(types: NoteTypes, mods: Mapping[str, int]) -> dict[str, _Model]:
    return {name: _Model(getattr(types, name), mod) for name, mod in mods.items()}


class _Pile(genanki.Deck):  # type: ignore[misc]
    """A deck that writes its notes and cards as rows of two tables.

    genanki's own notes look for wrong HTML, in a time that grows with the square of a field's
    length, and write each card by itself; the fields here are our own.
    """

    def __init__(
        self,
        deck: Deck,
        notes: Sequence[Published | int],
        models: Mapping[str, _Model],
        former: Path | None = None,
    ) -> None:
        """`notes` that are ids are in the database `former`, with all of their cards."""
        description = page(deck.description.value) if deck.description else ""
        super().__init__(stable_id(deck.id, "deck"), deck.name, description)
        self.former = former
        self.kinds = {kind: models[name] for kind, name in TYPES.items() if name in models}
        self.kept = {note: at for at, note in enumerate(notes, 1) if isinstance(note, int)}
        # The database takes rows in the order of their ids; new cards come in the author's.
        made = [(note, at) for at, note in enumerate(notes, 1) if not isinstance(note, int)]
        self.made = sorted(made, key=lambda item: item[0].id)
        self.types = {model.model_id: model for model in models.values()}
        self.cards = 0  # known when they are written

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        used = {self._model(note).model_id for note, _ in self.made}
        if self.kept:
            self._merge(cursor)
            of_type = "SELECT 1 FROM former.notes JOIN places USING (id) WHERE mid = ?"
            used |= {key for key in self.types if cursor.execute(of_type, (key,)).fetchone()}
        for key, model in self.types.items():
            if key in used:
                self.add_model(model)
        super().write_to_db(cursor, timestamp, id_gen)
        # In the order of their ids, and the indexes last, a database is quicker and smaller.
        indexes = cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        if self.kept:
            self._take_over(cursor)
        else:
            self._write(cursor, "main")
        (self.cards,) = cursor.execute("SELECT count(*) FROM main.cards").fetchone()
        for _, sql in indexes:
            cursor.execute(sql)

    def _write(self, cursor: sqlite3.Cursor, database: str) -> None:
        """The notes that were made, and their cards, into a database."""
        cursor.executemany(
            f"INSERT INTO {database}.notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')", self._notes()
        )
        cursor.executemany(
            f"INSERT INTO {database}.cards"
            f" VALUES(?,?,{self.deck_id},?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')",
            self._cards(),
        )

    def _merge(self, cursor: sqlite3.Cursor) -> None:
        """Puts the notes that were made into the former database; `places` are of all there are."""
        cursor.execute("ATTACH ? AS former", (str(self.former),))
        _quicken(cursor.connection, "former")
        made = {published.id: at for published, at in self.made}
        cursor.execute("CREATE TEMP TABLE places (id INTEGER PRIMARY KEY, due INTEGER)")
        cursor.executemany("INSERT INTO places VALUES(?,?)", (self.kept | made).items())
        for column in ("notes WHERE id", "cards WHERE nid"):
            cursor.executemany(f"DELETE FROM former.{column} = ?", ((key,) for key in made))
        self._write(cursor, "former")

    def _take_over(self, cursor: sqlite3.Cursor) -> None:
        """The notes and cards that there are now, from the former database, in order."""
        cursor.execute(
            "INSERT INTO main.notes SELECT notes.* FROM former.notes JOIN places USING (id)"
            " ORDER BY notes.id"
        )
        columns = [name for _, name, *_ in cursor.execute("PRAGMA main.table_info(cards)")]
        values = ", ".join("places.due" if name == "due" else f"cards.{name}" for name in columns)
        cursor.execute(
            f"INSERT INTO main.cards SELECT {values} FROM former.cards"
            " JOIN places ON places.id = cards.nid ORDER BY cards.id"
        )

    def _model(self, note: Published) -> _Model:
        return self.kinds[type(note.note.fields)]

    def _notes(self) -> Iterator[tuple[int, str, int, int, str, str, str]]:
        """The rows of the notes, which carry the ids and times that they were published with."""
        for published, _ in self.made:
            note, key, mod, note_id = published
            fields = note.fields
            model = self._model(published)
            sorted_by = fields[model.sort_field_index]
            tags = f" {' '.join(note.tags)} "
            yield note_id, key, model.model_id, mod, tags, "\x1f".join(fields), sorted_by

    def _cards(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Of every card its id, its note, its ordinal, its time and its place among new cards."""
        for published, at in self.made:
            note, _, mod, note_id = published
            for ordinal in self._model(published).ordinals(note.fields):
                yield note_id + ordinal, note_id, ordinal, mod, at


def _media(pictures: dict[str, Picture]) -> list[tuple[str, bytes]]:
    """The members of the archive that hold pictures: their list, then each under its number."""
    names = sorted(pictures)
    listed = json.dumps({str(at): name for at, name in enumerate(names)})
    return [
        ("media", listed.encode()),
        *((str(at), pictures[name].path.read_bytes()) for at, name in enumerate(names)),
    ]


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
