"""The release that follows what was published: its GUIDs, times and note ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from .lock import Entry, Lock, TypeEntry
from .notes import Note
from .notes import guid as guid_of
from .numbering import Numbering, short_hash
from .theme import NoteType, NoteTypes

# A note's id is the date of its creation in milliseconds to Anki. New notes spread over the time
# before their first release, each in a slot that holds the ids of its 500 cards.
_SLOT = 512
_SLOTS = 2**17


# Recorded from the first release on, used or not: locks that are out there have them.
_FIRST_TYPES = ("question", "cloze")


class Published(NamedTuple):
    """A note with all that Anki needs to recognise it."""

    note: Note
    guid: str
    mod: int
    id: int


class Release(NamedTuple):
    """A release in the making, and what it changes for a learner.

    `notes` are those that were made, `kept` the ids of the others by their keys. `new`, `changed`
    and `unchanged` are keys of notes. `vanished` are all notes, by key, that learners have from
    earlier releases and that the deck no longer makes. `emptied` are keys of cloze notes with the
    numbers of the blanks that this release removes. `ambiguous` are keys with the numbers that were
    not carried on because nobody could tell to what.
    """

    lock: Lock
    notes: tuple[Published, ...]
    types: Mapping[str, int]  # the names of note types → mod
    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    vanished: tuple[tuple[str, Entry], ...]
    emptied: Mapping[str, tuple[int, ...]]
    ambiguous: Mapping[str, tuple[int, ...]]
    new_types: tuple[str, ...]
    kept: Mapping[str, int]


def repeated(release: Release) -> Release:
    """The release that comes after one if nothing changes in between."""
    keys = (*release.new, *release.changed, *release.unchanged)
    return release._replace(
        new=(), changed=(), unchanged=keys, emptied={}, ambiguous={}, new_types=()
    )


def after(
    lock: Lock,
    numbering: Numbering,
    deck_id: str,
    notes: Sequence[Note],
    types: NoteTypes,
    now: int,
) -> Release:
    """The release that follows a lock; `now` is its time in seconds since 1970.

    What is unread in the lock stays as it was, beside the notes that were made. `lock` has its
    former ids moved already (`renamed`), `numbering` made the notes' numbers.
    """
    kept = {key: int(line.split(" ", 5)[4]) for key, line in lock.unread.items()}
    new_ones = sum(note.key not in lock.notes and note.key not in lock.gone for note in notes)
    ids = _Ids(lock, kept.values(), new_ones, now)
    guids = _guids(lock) if new_ones else set()
    published: list[Published] = []
    entries: dict[str, Entry] = {}
    gone = dict(lock.gone)
    new: list[str] = []
    changed: list[str] = []
    unchanged = list(kept)
    for note in notes:
        key, fields = note.key, note.fields
        before = lock.notes.get(key) or gone.pop(key, None)
        made = content(note.type, fields, note.tags)
        if before is None:
            guid = _fresh_guid(deck_id, key, guids)
            mod, note_id = now, ids.new(key)
            new.append(key)
        elif before.content == made:
            guid, mod, note_id = before.guid, before.mod, ids.kept(key, before.id)
            unchanged.append(key)
        else:
            guid, mod, note_id = before.guid, max(now, before.mod + 1), ids.kept(key, before.id)
            changed.append(key)
        # What a learner receives is the same: so is its first field, and need not be hashed again.
        face = before.face if before and before.content == made else short_hash(fields[0])
        entries[key] = Entry(guid, mod, note_id, made, face, numbering.parts.get(key, ()))
        published.append(Published(note, guid, mod, note_id))
    gone |= {key: entry for key, entry in lock.notes.items() if key not in entries}
    groups = {key: parts for key, parts in numbering.parts.items() if key not in entries}
    others = {key: parts for key, parts in lock.parts.items() if key not in groups}
    used = {note.type for note in notes}
    type_entries, new_types = _types(lock, types, used, now)
    return Release(
        lock=Lock(
            entries, {**others, **groups}, gone, lock.stray, lock.was, type_entries, deck_id,
            lock.unread,
        ),
        notes=tuple(published),
        types={name: entry.mod for name, entry in type_entries.items()},
        new=tuple(new),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        vanished=(
            *sorted(gone.items()),
            *((key, entry) for (key, _), entry in sorted(lock.stray.items())),
        ),
        emptied=_emptied(lock, entries),
        ambiguous=dict(numbering.ambiguous),
        new_types=new_types,
        kept=kept,
    )  # fmt: skip


def _guids(lock: Lock) -> set[str]:
    """All that were ever given."""
    unread = (line.split(" ", 3)[2] for line in lock.unread.values())
    return {*unread, *(entry.guid for entry in _entries(lock))}


def _entries(lock: Lock) -> Iterable[Entry]:
    return (*lock.notes.values(), *lock.gone.values(), *lock.stray.values())


def _fresh_guid(deck_id: str, key: str, taken: set[str]) -> str:
    """A GUID of its own for a new note; the plain one may belong to a note that was renamed."""
    made = guid_of(deck_id, key)
    again = 1
    while made in taken:
        again += 1
        made = guid_of(deck_id, f"{key}#{again}")
    taken.add(made)
    return made


def content(kind: str, fields: Sequence[str], tags: Sequence[str]) -> str:
    """The hash of all that a learner receives of a note; `kind` is the name of its note type.

    Pictures count by their names, which hold a hash of their own.
    """
    return _hash(kind, *fields, "", *tags)


def _types(
    lock: Lock, types: NoteTypes, used: set[str], now: int
) -> tuple[dict[str, TypeEntry], tuple[str, ...]]:
    entries, changed = {}, []
    for name, note_type in zip(NoteTypes._fields, types, strict=True):
        if name not in used and name not in lock.types and name not in _FIRST_TYPES:
            continue
        content = _looks(note_type)
        before = lock.types.get(name)
        if before and before.content == content:
            entries[name] = before
        else:
            entries[name] = TypeEntry(max(now, before.mod + 1) if before else now, content)
            changed.append(name)
    return entries, tuple(changed)


def _looks(note_type: NoteType) -> str:
    """The hash of what may change about a note type; its shape may not."""
    names = (name for _, name in note_type.fields)
    return _hash(
        note_type.name, note_type.template[1], note_type.front, note_type.back, note_type.css,
        str(note_type.right_to_left), *names,
    )  # fmt: skip


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _emptied(lock: Lock, entries: Mapping[str, Entry]) -> dict[str, tuple[int, ...]]:
    """Cards that are left empty by this release: their blanks were there in the last one."""
    emptied = {}
    for key, entry in entries.items():
        before = lock.notes.get(key)
        if before and before is not entry and before.parts != entry.parts:
            now = {used.number for used in entry.parts if not used.gone}
            lost = sorted({used.number for used in before.parts if not used.gone} - now)
            if lost:
                emptied[key] = tuple(lost)
    return emptied


class _Ids:
    """Note ids: kept where there is one, and new ones that meet no other."""

    def __init__(self, lock: Lock, kept: Iterable[int], new: int, now: int) -> None:
        """`kept` are the ids of notes that are unread in the lock, `new` a number of notes."""
        self.given = set(kept)
        self.known = [*self.given, *(entry.id for entry in _entries(lock))]
        self.latest = now * 1000 // _SLOT
        self.slots = max(_SLOTS, 4 * (len(self.known) + new))  # a free one is found at once

    @cached_property
    def taken(self) -> set[int]:
        """The slots in use. An id of an older version may lie across two."""
        return {end // _SLOT for key in self.known for end in (key, key + _SLOT - 1)}

    def kept(self, key: str, note_id: int) -> int:
        """The id of a published note. Two branches may have given one to two notes."""
        if note_id in self.given:
            return self.new(key)
        self.given.add(note_id)
        return note_id

    def new(self, key: str) -> int:
        at = crc32(key.encode()) % self.slots
        while (slot := max(1, self.latest - at - 1)) in self.taken:
            at += 1
            if slot == 1:
                self.latest += 2 * self.slots
        self.taken.add(slot)
        made = slot * _SLOT
        self.given.add(made)
        return made
