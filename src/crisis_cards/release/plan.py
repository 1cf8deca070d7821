"""The release that follows what was published: its GUIDs, times and note ids."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import NamedTuple
from zlib import crc32

from ..cards.draft import SEPARATOR, Draft, content, hash_of, numbered
from ..cards.theme import NoteType, NoteTypes
from .lock import Entry, Lock, TypeEntry, Used, slot_of
from .numbering import number, short_hash, worded

# A note's id is the date of its creation in milliseconds to Anki. New notes spread over the time
# before their first release, each in a slot that holds the ids of its 500 cards.
_SLOT = 512
_SLOTS = 2**17

# Recorded from the first release on, used or not: locks that are out there have them.
_FIRST_TYPES = ("question", "cloze")


class Published(NamedTuple):
    """A note with all that Anki needs: what it shows, and what it is recognised by."""

    key: str
    type: str  # the name of its note type
    fields: str  # joined by SEPARATOR
    tags: tuple[str, ...]
    pictures: tuple[str, ...]
    guid: str
    mod: int
    id: int
    deck: str = ""  # the full name of its cards' deck; empty where that is the deck's own
    decks: tuple[tuple[int, str], ...] = ()  # those of single cards, by their numbers from 1


class Release(NamedTuple):
    """A release in the making, and what it changes for a learner.

    `new`, `changed`, `redrawn` and `unchanged` are keys of notes. `redrawn` are those unchanged
    ones that only this version draws otherwise: new learners get the new drawing, others keep the
    old one. `vanished` are all notes, by key, that learners have from earlier releases and that the
    deck no longer makes. `emptied` are keys of notes with the numbers of the blanks, or cards of a
    kind of the author's own, that this release removes. `ambiguous` are keys with the numbers that
    were not carried on because nobody could tell to what.
    """

    lock: Lock
    notes: tuple[Published, ...]
    types: Mapping[str, int]  # the names of note types → mod
    new: tuple[str, ...]
    changed: tuple[str, ...]
    redrawn: tuple[str, ...]
    unchanged: tuple[str, ...]
    vanished: tuple[tuple[str, Entry], ...]
    emptied: Mapping[str, tuple[int, ...]]
    ambiguous: Mapping[str, tuple[int, ...]]
    new_types: tuple[str, ...]


def repeated(release: Release) -> Release:
    """The release that comes after one if nothing changes in between."""
    keys = (*release.new, *release.changed, *release.unchanged)
    return release._replace(
        new=(), changed=(), unchanged=keys, emptied={}, ambiguous={}, new_types=()
    )


def plan(
    lock: Lock,
    deck_id: str,
    drafts: Iterable[Draft],
    types: NoteTypes,
    now: int,
    *,
    rerender: bool = False,
) -> Release:
    """The release that follows a lock; `now` is its time in seconds since 1970.

    Drafts of one fact and slot come next to one another. `lock` has its former ids moved already
    (`renamed`). With `rerender`, a note that this version draws otherwise counts as changed.
    Raises ValueError where two notes have one key.
    """
    notes, groups, wordings, lost = _numbered(lock, drafts, types)
    new_ones = len(notes.keys() - lock.notes.keys() - lock.gone.keys())
    ids = _Ids(lock, new_ones, now)
    published_guids = Counter(entry.guid for entry in lock.entries())
    guids = {*published_guids}
    stray = dict(lock.stray)
    # Where nothing else is known, a note is what it would be under its former id.
    former = {new: old for old, new in lock.was.items()} if not ids.known else {}
    gone = dict(lock.gone)
    published: list[Published] = []
    entries: dict[str, Entry] = {}
    new, changed, redrawn, unchanged = list[str](), list[str](), list[str](), list[str]()
    emptied: dict[str, tuple[int, ...]] = {}
    for key, (draft, fields, parts) in notes.items():
        _, _, note_type, _, tags, source, _, _, pictures, older, deck, decks, files = draft
        hashed = content(note_type, fields, tags, files)
        before = lock.notes.get(key) or gone.pop(key, None)
        if before is None:
            origin = former.get(draft.fact)
            own = f"{origin}/{slot_of(key)}" if origin else key
            guid = _fresh_guid(deck_id, own, guids)
            entry = Entry(guid, now, ids.new(key), hashed, face(fields), source, parts)
            new.append(key)
        else:
            guid, mod, note_id, known, known_face, known_source, known_parts = before
            note_id = ids.kept(key, note_id)
            is_same = False  # as an older version drew it
            if older and known != hashed:
                is_same = known == content(note_type, older.fields(fields), tags)
                if known_source == older.source:
                    source = older.source
            drawn = known != hashed and (is_same or _is_left_alone(before, source, parts))
            if known != hashed and not (drawn and not rerender):
                mod = max(now, mod + 1)
                if is_twin := published_guids[guid] > 1:
                    # Two adopted notes have it: Anki would put this one in the place of either.
                    stray[key, guid] = before
                    guid, note_id = _fresh_guid(deck_id, key, guids), ids.new(key)
                entry = Entry(guid, mod, note_id, hashed, face(fields), source, parts)
                (new if is_twin else changed).append(key)
            else:
                entry = before
                if (note_id, source, parts) != (before.id, known_source, known_parts):
                    entry = Entry(guid, mod, note_id, known, known_face, source, parts)
                unchanged.append(key)
                if drawn:
                    redrawn.append(key)
            blanks = {*_live(known_parts)}.difference(_live(entry.parts))
            if blanks and key in lock.notes:
                emptied[key] = tuple(sorted(blanks))
        entries[key] = entry
        _, mod, note_id, *_ = entry
        published.append(
            Published(key, note_type, fields, tags, pictures, guid, mod, note_id, deck, decks)
        )
    gone |= {key: lock.notes[key] for key in lock.notes.keys() - entries.keys()}
    others, other_words = (
        {key: parts for key, parts in table.items() if key not in entries}
        for table in (lock.parts, lock.wordings)
    )
    type_entries, new_types = _types(lock, types, {note.type for note in published}, now)
    gone_types = {name: entry for name, entry in lock.types.items() if name not in types}
    strays = ((key, entry) for (key, _), entry in sorted(stray.items()))
    after = replace(
        lock, notes=entries, parts=others | groups, wordings=other_words | wordings,
        gone=gone, stray=stray, types=gone_types | type_entries, deck=deck_id,
    )  # fmt: skip
    return Release(
        lock=after,
        notes=tuple(published),
        types={name: type_entry.mod for name, type_entry in type_entries.items()},
        new=tuple(new),
        changed=tuple(changed),
        redrawn=tuple(redrawn),
        unchanged=tuple(unchanged),
        vanished=(*sorted(gone.items()), *strays),
        emptied=emptied,
        ambiguous=lost,
        new_types=new_types,
    )


def would_change(before: Lock, after: Lock) -> bool:
    """Whether a release changes anything that was published.

    The version of the lock does not count, nor do hashes of sources and the deck's name where it
    did not have them, nor words, nor what git's union of two branches left beside the numbers and
    decks.
    `before` is the lock as it was read, with no former ids moved.
    """

    def as_before(key: str, entry: Entry) -> Entry:
        if (known := before.notes.get(key)) is None:
            return entry
        source = entry.source if known.source else ""
        return entry._replace(source=source, parts=_as_united(known.parts, entry.parts))

    notes = {key: as_before(key, entry) for key, entry in after.notes.items()}
    groups = {
        key: _as_united(before.parts.get(key, ()), parts) for key, parts in after.parts.items()
    }
    name = after.name if before.name else ""
    is_known = after.sections <= before.sections
    sections = before.sections if is_known else after.sections
    return before != replace(
        after, notes=notes, parts=groups, name=name, wordings=before.wordings, sections=sections
    )


def _as_united(before: tuple[Used, ...], after: tuple[Used, ...]) -> tuple[Used, ...]:
    """The parts as two branches left them, if what became of them is one of the ways to read it."""
    live, gone = ({used.number for used in before if used.gone is gone} for gone in (False, True))
    texts = {used[:3] for used in before}
    same = {used.number for used in after} == live | gone
    is_one = same and not live.isdisjoint(gone) and all(used[:3] in texts for used in after)
    return before if is_one else after


# --- numbers ----------------------------------------------------------------------------------


def keyed(
    lock: Lock, drafts: Iterable[Draft], types: NoteTypes
) -> Iterator[tuple[str, Draft, str]]:
    """The notes of a plan without GUIDs, times and ids: key, draft, and fields with numbers."""
    for key, (draft, fields, _) in _numbered(lock, drafts, types).notes.items():
        yield key, draft, fields


class _Numbers(NamedTuple):
    """Notes by key: the draft, its fields with numbers, its parts as the lock keeps them.

    By fact and slot: `groups` are the parts that several notes share, `wordings` the words of
    these, `lost` the numbers that were not carried on.
    """

    notes: dict[str, tuple[Draft, str, tuple[Used, ...]]]
    groups: dict[str, tuple[Used, ...]]
    wordings: dict[str, tuple[Used, ...]]
    lost: dict[str, tuple[int, ...]]


def _numbered(lock: Lock, drafts: Iterable[Draft], types: NoteTypes) -> _Numbers:
    """Gives the parts of drafts their numbers, each note its key, and fields their places."""
    numbers = notes, groups, wordings, lost = _Numbers({}, {}, {}, {})

    def add(key: str, draft: Draft, given: tuple[int, ...], used: tuple[Used, ...]) -> None:
        if key in notes or key in groups:
            raise ValueError(f"two notes have the key {key}")
        note_type = types[draft.type]
        fields = note_type.arranged(draft.fields)
        made = tuple(Used(card + 1, "0", "0") for card in note_type.ordinals(fields, draft.tags))
        notes[key] = draft, numbered(fields, given), made or used

    for (name, are_parts), own in groupby(drafts, lambda d: (f"{d.fact}/{d.slot}", d.is_part)):
        if name in groups or (are_parts and name in notes):
            raise ValueError(f"the notes of {name} do not come next to one another")
        together = list(own)
        parts = [part for draft in together for part in draft.parts]
        before, words = parts_of(lock, name), lock.wordings.get(name, ())
        given, used, unclear = number(before, parts, words)
        if unclear:
            lost[name] = unclear
        if are_parts:
            groups[name] = used
            same = [u[:2] for u in used if not u.gone] == [(u.number, u.around) for u in words]
            wordings[name] = words if same else worded(given, parts)
            for draft, at in zip(together, given, strict=True):
                add(f"{name}-{at}", draft, (at,), ())
        else:
            for draft in together:
                add(name, draft, given, used)
    return numbers


def parts_of(lock: Lock, name: str) -> tuple[Used, ...]:
    """The parts of a note, or of the notes of a fact and slot, as they were published."""
    if name in lock.parts:
        return lock.parts[name]
    entry = lock.notes.get(name) or lock.gone.get(name)
    return entry.parts if entry else ()


def _live(parts: tuple[Used, ...]) -> list[int]:
    """The numbers of the blanks that are there, in the order of the text."""
    return [used.number for used in parts if not used.gone]


# --- what a note is recognised by ----------------------------------------------------------------


def _is_left_alone(before: Entry, source: str, parts: tuple[Used, ...]) -> bool:
    """Whether the author changed nothing about a note.

    Numbers change without the author where a lock was merged; learners need the new ones.
    """
    return before.source == source != "" and _live(before.parts) == _live(parts)


def face(fields: str) -> str:
    """The hash of the first field."""
    return short_hash(fields.split(SEPARATOR, 1)[0])


def guid(deck_id: str, key: str) -> str:
    """A note's GUID: from its identity alone, so that it never changes.

    96 bits of a hash: two of a million notes share one with a chance below 1 in 10^17.
    """
    digest = hashlib.sha256(f"crisis-cards/{deck_id}/{key}".encode()).digest()
    return urlsafe_b64encode(digest[:12]).decode()


def _fresh_guid(deck_id: str, key: str, taken: set[str]) -> str:
    """A GUID of its own for a new note; the plain one may belong to a note that was renamed."""
    fresh = guid(deck_id, key)
    again = 1
    while fresh in taken:
        again += 1
        fresh = guid(deck_id, f"{key}#{again}")
    taken.add(fresh)
    return fresh


class _Ids:
    """Note ids: kept where there is one, and new ones that meet no other."""

    def __init__(self, lock: Lock, new: int, now: int) -> None:
        """`new` is the number of new notes."""
        self.given: set[int] = set()
        self.known = lock.entries()
        self.latest = now * 1000 // _SLOT
        self.slots = max(_SLOTS, 4 * (len(self.known) + new))  # a free one is found at once

    @cached_property
    def taken(self) -> set[int]:
        """The slots in use. An id of an older version may lie across two."""
        return {end // _SLOT for entry in self.known for end in (entry.id, entry.id + _SLOT - 1)}

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
        note_id = slot * _SLOT
        self.given.add(note_id)
        return note_id


# --- note types -------------------------------------------------------------------------------


def _types(
    lock: Lock, types: NoteTypes, used: set[str], now: int
) -> tuple[dict[str, TypeEntry], tuple[str, ...]]:
    """The entries of note types, and the names of those that are new or look otherwise."""
    entries: dict[str, TypeEntry] = {}
    changed: list[str] = []
    for name, note_type in types.items():
        if name not in used and name not in lock.types and name not in _FIRST_TYPES:
            continue
        looks = _looks(note_type)
        before, room = lock.types.get(name), note_type.room
        if before and before.content == looks:
            entries[name] = before._replace(room=room)
        else:
            entries[name] = TypeEntry(max(now, before.mod + 1) if before else now, looks, room)
            changed.append(name)
    return entries, tuple(changed)


def _looks(note_type: NoteType) -> str:
    """The hash of what may change about a note type; its shape may not."""
    drawn = (text for _, *texts in note_type.templates for text in texts)
    names = (field.name for field in note_type.fields)
    options = [json.dumps(note_type.options, sort_keys=True)] if note_type.options else []
    looks = (note_type.css, str(note_type.right_to_left))
    return hash_of(note_type.name, *drawn, *looks, *names, *options)
