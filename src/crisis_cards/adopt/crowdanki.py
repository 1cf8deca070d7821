"""A deck of CrowdAnki (deck.json, and media/ beside it) → a package that the real Anki writes.

CrowdAnki drops ids and times: every collection that imports its JSON makes up its own. So ids are
made up here, the same every time, from CrowdAnki's UUIDs and from the GUIDs of notes. Times lie
before CrowdAnki was: whatever a learner has is newer, and no note counts as changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..cards.theme import stable_id
from ..rehearsal.copies import refusing
from ..rehearsal.states import database
from . import throwaway
from .package import AdoptionError, Remark

if TYPE_CHECKING:
    from anki.collection import AddNoteRequest, Collection
    from anki.decks import DeckId

_LARGEST = 2**29  # bytes of JSON
_MOST_MEDIA = 2**31  # bytes of them all
_FIRST, _LAST = 1_325_376_000, 1_420_070_400  # 2012-01-01 and 2015-01-01, in seconds
_APART = 512  # milliseconds between notes: more than a note has cards
_YEAR = 365 * 86_400  # seconds
_OURS = {"__type__", "crowdanki_uuid", "id", "mod", "usn", "did", "req"}


class Made(NamedTuple):
    """What became of a CrowdAnki deck: its UUIDs, its media, and what was odd about it."""

    uuids: Mapping[str, str] = MappingProxyType({})
    media: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()


def json_of(path: Path) -> Path | None:
    """The JSON file of a deck, if a path is that or the folder of one."""
    if not path.is_dir():
        return path if path.suffix.lower() == ".json" else None
    for file in (path / "deck.json", path / f"{path.resolve().name}.json"):
        if file.is_file():
            return file
    raise AdoptionError(f"{path} holds no deck.json: name the file of the deck")


def pack(file: Path, place: Path, package: Path) -> Made:
    """Writes the package of a CrowdAnki deck; `place` is a folder that is made for it."""
    from anki.errors import AnkiException

    deck = _Deck(file)
    with throwaway.empty(place, str(file)) as col:
        media = Path(col.media.dir())
        _copy_media(file.parent / "media", media)
        try:
            with refusing(f"{file} cannot be read", AnkiException):
                uuids = deck.into(col)
        except (RecursionError, UnicodeError) as error:
            raise AdoptionError(f"{file} is damaged, or no deck of CrowdAnki") from error
        throwaway.export(col, package, str(file), None)
        names = frozenset(file.name for file in media.iterdir())
    return Made(uuids, names, deck.remarks())


def _copy_media(folder: Path, target: Path) -> None:
    """All files of the folder, under the names that Anki uses; links out of it do not count."""
    if not folder.is_dir():
        return
    inside = folder.resolve()
    files = [file for file in sorted(folder.iterdir()) if file.is_file()]
    files = [file for file in files if file.resolve().is_relative_to(inside)]
    with refusing(f"{folder} cannot be copied", OSError):
        if sum(file.stat().st_size for file in files) > _MOST_MEDIA:
            raise AdoptionError(f"{folder} holds more than {_MOST_MEDIA >> 30} GB")
        for file in files:
            shutil.copyfile(file, target / unicodedata.normalize("NFC", file.name))


class _Deck:
    """A CrowdAnki deck on its way into a collection. What is not as it must be is an error."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._json = self._load()
        self._types: dict[str, Any] = {}
        self._notes: dict[str, AddNoteRequest] = {}
        self._twice: dict[str, str] = {}

    def remarks(self) -> tuple[Remark, ...]:
        """What was odd: notes that are there more than once."""
        if not self._twice:
            return ()
        message = "one GUID for several notes, of which the last one counts, as in CrowdAnki"
        message += f": {len(self._twice)}"
        return (Remark("guid-twice", message, tuple(self._twice.values())[:50]),)

    def into(self, col: Collection) -> dict[str, str]:
        """Adds all of it; its UUIDs."""
        uuids: dict[str, str] = {}
        if isinstance(config := self._json.get("deck_config_uuid"), str):
            uuids["config"] = config
        for kind in self._list(self._json, "note_models", "the deck"):
            name, uuid = self._add_type(col, kind)
            uuids[f"type {name}"] = uuid
        self._add_decks(col, self._json, "", uuids)
        requests = list(self._notes.values())
        col.add_notes(requests)
        col.media.check()  # gives files, and what names them, the names that Anki allows
        _settle(col, {request.note.id: guid for guid, request in self._notes.items()})
        return uuids

    def _load(self) -> dict[str, Any]:
        with refusing(f"{self._file} cannot be read", OSError):
            if self._file.stat().st_size > _LARGEST:
                raise AdoptionError(f"{self._file} has more than {_LARGEST >> 20} MB")
            data = self._file.read_bytes()
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise AdoptionError(f"{self._file} is no JSON, or it is damaged") from error
        if not isinstance(found, dict) or found.get("__type__") != "Deck":
            raise AdoptionError(f"{self._file} is no deck of CrowdAnki")
        return found

    def _add_type(self, col: Collection, kind: Mapping[str, Any]) -> tuple[str, str]:
        """The name that Anki gave it, and its UUID."""
        from anki.errors import AnkiException

        name = self._text(kind, "name", "a note type")
        uuid = self._text(kind, "crowdanki_uuid", f"the note type “{name}”")
        where = f"the note type “{name}”"
        if uuid in self._types:
            raise self._wrong(f"has the note type with the UUID {uuid} twice")
        flds = [{**col.models.new_field(""), **part} for part in self._list(kind, "flds", where)]
        tmpls = [
            {**col.models.new_template(""), **part} for part in self._list(kind, "tmpls", where)
        ]
        if not flds or not tmpls:
            raise self._wrong(f"has no fields or no templates for {where}")
        for part in (*flds, *tmpls):
            self._text(part, "name", where)
        made = {
            **col.models.new(name),
            "originalStockKind": 0,
            **{key: value for key, value in kind.items() if key not in _OURS},
            "id": stable_id("crowdanki", uuid),
            "mod": _FIRST + _number(uuid) % _YEAR,
            "flds": [{**part, "ord": place} for place, part in enumerate(flds)],
            "tmpls": [{**part, "ord": place, "did": None} for place, part in enumerate(tmpls)],
        }
        while col.models.id_for_name(made["name"]):
            made["name"] += "+"  # as Anki does on import
        with refusing(f"{self._file}: {where} cannot be read", AnkiException):
            col.models.update(made, skip_checks=True)
        self._types[uuid] = made
        return made["name"], uuid

    def _add_decks(
        self, col: Collection, deck: Mapping[str, Any], parent: str, uuids: dict[str, str]
    ) -> None:
        """A deck, and before its own notes those of its children, in the order of CrowdAnki."""
        name = self._text(deck, "name", f"a deck in “{parent}”" if parent else "the deck")
        made = col.decks.id(f"{parent}::{name}" if parent else name)
        found = col.decks.get(made) if made else None
        assert made is not None
        assert found is not None
        desc = deck.get("desc")
        found |= {"desc": desc if isinstance(desc, str) else "", "md": deck.get("md") is True}
        col.decks.save(found)
        if isinstance(uuid := deck.get("crowdanki_uuid"), str):
            uuids[f"deck {found['name']}"] = uuid
        where = f"the deck “{found['name']}”"
        for child in self._list(deck, "children", where):
            self._add_decks(col, child, found["name"], uuids)
        for note in self._list(deck, "notes", where):
            self._add_note(col, note, made, where)

    def _add_note(self, col: Collection, note: Mapping[str, Any], deck: DeckId, where: str) -> None:
        from anki.collection import AddNoteRequest

        guid = self._text(note, "guid", f"a note in {where}")
        which = f"the note with the GUID {guid}"
        kind = self._types.get(self._text(note, "note_model_uuid", which))
        fields, tags = self._texts(note, "fields", which), self._texts(note, "tags", which)
        if kind is None:
            raise self._wrong(f"has no note type for {which}")
        if len(fields) != len(kind["flds"]):
            expected = f"its note type “{kind['name']}” has {len(kind['flds'])}"
            raise self._wrong(f"has {len(fields)} fields for {which}; {expected}")
        if any("\x1f" in field for field in fields):
            raise self._wrong(f"has the control character U+001F in {which}")
        made = col.new_note(kind)
        made.guid, made.fields, made.tags = guid, fields, tags
        if (old := self._notes.get(guid)) and (old.note.fields, old.note.tags) != (fields, tags):
            self._twice[guid] = guid
        self._notes[guid] = AddNoteRequest(made, deck)

    def _list(self, of: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
        found = of.get(key) or []
        if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
            raise self._wrong(f"has something else than a list of objects as “{key}” of {where}")
        return found

    def _texts(self, of: Mapping[str, Any], key: str, where: str) -> list[str]:
        found = of.get(key) or []
        if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
            raise self._wrong(f"has something else than a list of texts as “{key}” of {where}")
        return found

    def _text(self, of: Mapping[str, Any], key: str, where: str) -> str:
        if isinstance(found := of.get(key), str) and found:
            return found
        raise self._wrong(f"has no text as “{key}” of {where}")

    def _wrong(self, what: str) -> AdoptionError:
        return AdoptionError(f"{self._file} {what}")


def _settle(col: Collection, guids: Mapping[int, str]) -> None:
    """Gives notes ids and times that hang on their GUIDs alone."""
    db = database(col)
    ids = dict(_ids(guids.values()))
    # By a table of its own: Anki's statistics make SQLite look through all cards for each note.
    db.execute("CREATE TEMP TABLE settled (old INTEGER PRIMARY KEY, new INTEGER)")
    pairs = [[old, ids[guid]] for old, guid in guids.items()]
    db.executemany("INSERT INTO settled VALUES (?, ?)", pairs)
    db.execute("UPDATE cards SET nid = (SELECT new FROM settled WHERE old = nid)")
    db.execute("UPDATE notes SET id = (SELECT new FROM settled WHERE old = id)")
    db.execute("UPDATE notes SET mod = id / 1000")


def _ids(guids: Iterable[str]) -> Iterator[tuple[str, int]]:
    """An id for each GUID, in milliseconds; they depend on no order of the notes."""
    slots = (_LAST - _FIRST) * 1000 // _APART
    taken: set[int] = set()
    for guid in sorted(guids):
        slot = _number(guid) % slots
        while slot in taken:
            slot = (slot + 1) % slots
        taken.add(slot)
        yield guid, _FIRST * 1000 + slot * _APART


def _number(text: str) -> int:
    """A number for ever, from a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
