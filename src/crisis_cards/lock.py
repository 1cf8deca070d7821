"""What was published: GUIDs, times and numbers that a later release has to keep.

`deck.lock` is text beside the facts, and is committed with them. An entry is one line, entries are
sorted, and an empty line stands between them, so that git merges changes to neighbouring entries:

    crisis-cards lock 1

    deck cuban-missile-crisis

    type cloze 1790000000 8d0c3e0a9f2b4c11

    note excomm/term Zg0tLq5yXo2fA1bC 1790000000 1789999123456 5b1d… 77ac01f2

    note talks/cloze Kq9… 1790000000 1789999120000 91c2… 0f3e2a11 1=5ac1f0…/9be2aa… ~2=…

    parts discovery/step 1=90aa12…/5be2c1… 2=3c77ab…/0a91d2…

    gone old-fact/ask Xy… 1790000000 1789999110000 77b0… 0a1b2c3d

    was ex-comm excomm

A note has its key, GUID, time of change, note id, the hash of all that a learner receives, the hash
of its first field, and for a cloze its blanks: number = hash of the answer / hash of the words
around it, with a `~` before those that are no longer there. Steps and sides have a line of their
own.
`gone` are notes that were published and are no longer made; they come back if their key does.
`stray` are notes that were published under an id before it turned out to be another fact's new one;
they never do. `was` are ids that were given up.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple
from zlib import crc32

from .checks import Finding
from .diagnostics import Diagnostic, Span
from .facts import Deck
from .notes import Note, Part
from .notes import guid as guid_of
from .source import insertion
from .theme import NoteType, NoteTypes

NAME = "deck.lock"
_HEADER = "crisis-cards lock "
_VERSION = 1

# A note's id is the date of its creation in milliseconds to Anki. New notes spread over the time
# before their first release, each in a slot that holds the ids of its 500 cards.
_SLOT = 512
_SLOTS = 2**17


# Recorded from the first release on, used or not: locks that are out there have them.
_FIRST_TYPES = ("question", "cloze")


class Used(NamedTuple):
    """The number of a blank, step, side or region, with hashes of its text and what is around it.

    `gone` ones are kept so that their numbers are never given to another text.
    """

    number: int
    text: str
    around: str
    gone: bool = False


class Entry(NamedTuple):
    """A note as it was published."""

    guid: str
    mod: int  # seconds since 1970
    id: int  # milliseconds since 1970
    content: str
    face: str
    parts: tuple[Used, ...] = ()


class TypeEntry(NamedTuple):
    """A note type as it was published."""

    mod: int
    content: str


@dataclass(frozen=True)
class Lock:
    """What was published of a deck; empty for a deck that never was.

    `unread` are lines of notes that are as they were, by key, where nobody asks for more of them.
    """

    notes: Mapping[str, Entry] = field(default_factory=dict)
    parts: Mapping[str, tuple[Used, ...]] = field(default_factory=dict)
    gone: Mapping[str, Entry] = field(default_factory=dict)
    stray: Mapping[tuple[str, str], Entry] = field(default_factory=dict)  # by key and GUID
    was: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, TypeEntry] = field(default_factory=dict)
    deck: str = ""  # the id of the deck; empty where it never was published
    unread: Mapping[str, str] = field(default_factory=dict)


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


CHECKS = frozenset({"unknown-was", "looks-renamed"})
"""The checks that compare with what was published, so that a release may settle what they find."""


def repeated(release: Release) -> Release:
    """The release that comes after one if nothing changes in between."""
    keys = (*release.new, *release.changed, *release.unchanged)
    return release._replace(
        new=(), changed=(), unchanged=keys, emptied={}, ambiguous={}, new_types=()
    )


# --- reading and writing ----------------------------------------------------------------------


def parse(
    text: str, path: str, unread: Collection[str] = frozenset()
) -> tuple[Lock | None, list[Diagnostic]]:
    """A lock from the text of its file; None with a problem where it cannot be trusted.

    `unread` are keys of notes whose lines are known to be as the last build wrote them.
    """
    lines = re.split(r"\r\n|\n|\r", text) if "\r" in text else text.split("\n")
    head = lines[0]
    if not head.startswith(_HEADER) or not head[len(_HEADER) :].isdecimal():
        return _bad(path, 1, head, "this is no lock of crisis-cards")
    if int(head[len(_HEADER) :]) > _VERSION:
        return _bad(path, 1, head, "this lock was written by a newer crisis-cards", _NEWER)
    reader = _Reader(unread)
    for number, line in enumerate(lines[1:], start=2):
        if not line or reader.reads_note(line):
            continue
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            return _bad(path, number, line, "git left a merge conflict in the lock", _CONFLICT)
        try:
            reader.read(line.split(" "))
        except _TwiceError:
            return _bad(path, number, line, "this entry is in the lock twice", _RESTORE)
        except (ValueError, KeyError, IndexError):
            return _bad(path, number, line, "this line of the lock is damaged", _RESTORE)
    return reader.lock(), []


_RESTORE = "bring the lock back from the last commit: git checkout -- deck.lock"
_CONFLICT = "keep the lines of both sides and remove git's marks; of a note in both, keep the later"
_NEWER = "update crisis-cards: pip install --upgrade crisis-cards"


def _bad(
    path: str, number: int, line: str, message: str, hint: str = _RESTORE
) -> tuple[None, list[Diagnostic]]:
    span = Span(path, number, 1, max(2, len(line) + 1), line)
    return None, [Diagnostic(span, "bad-lock", message, hint)]


class _TwiceError(Exception):
    """A key for the second time."""


class _Reader:
    def __init__(self, unread: Collection[str]) -> None:
        self.keys = unread
        self.unread: dict[str, str] = {}
        self.notes: dict[str, Entry] = {}
        self.parts: dict[str, tuple[Used, ...]] = {}
        self.gone: dict[str, Entry] = {}
        self.stray: dict[tuple[str, str], Entry] = {}
        self.was: dict[str, str] = {}
        self.types: dict[str, TypeEntry] = {}
        self.deck: dict[str, str] = {}

    def reads_note(self, line: str) -> bool:
        """Reads what nearly all lines are: a note, as it was written. False where it is not."""
        if self.keys and line.startswith("note "):
            key = line.split(" ", 2)[1]
            if key in self.keys:
                self.unread[key] = line
                return True
        found = _NOTE.fullmatch(line)
        if not found:
            return False
        key, guid, mod, note_id, content, face, parts = found.groups()
        if key in self.notes:
            return False
        used: tuple[Used, ...] = ()
        if parts:
            used = tuple(
                Used(int(number), text, around, bool(gone))
                for gone, number, text, around in _PART.findall(parts)
            )
        self.notes[key] = Entry(guid, int(mod), int(note_id), content, face, used)
        return True

    def read(self, words: list[str]) -> None:
        """One line. Raises ValueError where it is damaged, _TwiceError where its key is there."""
        kind, name, *rest = words
        if kind in ("note", "gone", "stray"):
            key, mod, note_id, content, face, *parts = rest
            entry = Entry(key, _time(mod), _time(note_id), content, face, _used(parts))
            if kind == "stray":
                _put(self.stray, (_key(name), key), entry)
            else:
                _put(self.notes if kind == "note" else self.gone, _key(name), entry)
        elif kind == "parts":
            _put(self.parts, _key(name), _used(rest))
        elif kind == "was":
            (new,) = rest
            _put(self.was, name, new)
        elif kind == "deck":
            _put(self.deck, "deck", name)
        elif kind == "type":
            mod, content = rest
            _put(self.types, name, TypeEntry(_time(mod), content))
        else:
            raise ValueError(kind)

    def lock(self) -> Lock:
        deck = self.deck.get("deck", "")
        return Lock(
            self.notes, self.parts, self.gone, self.stray, self.was, self.types, deck, self.unread
        )


def _put(table: dict, key: object, value: object) -> None:  # type: ignore[type-arg]
    if key in table:
        raise _TwiceError
    table[key] = value


_KEY = r"[^\s/]+/[a-z]+(?:-[0-9]+)?"
_PART = re.compile(r"(~?)([0-9]+)=([0-9a-f]+)/([0-9a-f]+)")
_NOTE = re.compile(
    rf"note ({_KEY}) (\S+) ([1-9][0-9]{{,14}}) ([1-9][0-9]{{,14}}) (\S+) (\S+)"
    r"((?: ~?[0-9]+=[0-9a-f]+/[0-9a-f]+)*)"
)


def _key(text: str) -> str:
    if not re.fullmatch(_KEY, text):
        raise ValueError(text)
    return text


def _time(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:20]) < 2**53):
        raise ValueError(text)
    return int(text)


def _used(words: Iterable[str]) -> tuple[Used, ...]:
    used = []
    for word in words:
        found = _PART.fullmatch(word)
        if not found:
            raise ValueError(word)
        used.append(Used(int(found[2]), found[3], found[4], bool(found[1])))
    return tuple(used)


def render(lock: Lock) -> str:
    """The text of a lock: sorted, and the same for the same lock."""
    lines = [f"type {name} {entry.mod} {entry.content}" for name, entry in lock.types.items()]
    lines += [f"note {key} {_line(entry)}" for key, entry in lock.notes.items()]
    lines += lock.unread.values()
    lines += [f"parts {key}{_words(parts)}" for key, parts in lock.parts.items()]
    lines += [f"gone {key} {_line(entry)}" for key, entry in lock.gone.items()]
    lines += [f"stray {key} {_line(entry)}" for (key, _), entry in lock.stray.items()]
    lines += [f"was {old} {new}" for old, new in lock.was.items()]
    lines += [f"deck {lock.deck}"] if lock.deck else []
    return "\n\n".join([f"{_HEADER}{_VERSION}", *sorted(lines)]) + "\n"


def _line(entry: Entry) -> str:
    guid, mod, note_id, content, face, parts = entry
    return f"{guid} {mod} {note_id} {content} {face}{_words(parts)}"


def _words(parts: Iterable[Used]) -> str:
    return "".join(f" {'~' * p.gone}{p.number}={p.text}/{p.around}" for p in parts)


# --- former ids -------------------------------------------------------------------------------


def renamed(lock: Lock, former: Mapping[str, str]) -> Lock:
    """The lock with what belonged to former ids under the new ones; `former` is new id → old id.

    What was published under a new id by mistake, before `was` was written, becomes stray.
    """
    if not former:
        return lock
    move = _Move(lock)
    for new, old in former.items():
        move.to(new, old)
    return replace(
        lock, notes=move.notes, gone=move.gone, parts=move.parts, stray=move.stray, was=move.was
    )


class _Move:
    """Entries on their way from former ids to new ones, found by the fact that they belong to."""

    def __init__(self, lock: Lock) -> None:
        self.notes, self.gone, self.parts = dict(lock.notes), dict(lock.gone), dict(lock.parts)
        self.stray, self.was = dict(lock.stray), dict(lock.was)
        self.keys: dict[str, set[str]] = {}
        for key in (*self.notes, *self.gone, *self.parts):
            self.keys.setdefault(_fact(key), set()).add(key)

    def to(self, new: str, old: str) -> None:
        if self.was.get(old) == new and self.keys.get(new):
            return  # it was done in an earlier release
        owner = old
        seen = {new}
        while owner not in seen and not self.keys.get(owner) and owner in self.was:
            seen.add(owner)
            owner = self.was[owner]
        if owner == new or not self.keys.get(owner):
            return
        for key in self.keys.pop(new, ()):
            self.parts.pop(key, None)
            for entry in (self.notes.pop(key, None), self.gone.pop(key, None)):
                if entry is not None:
                    self.stray[key, entry.guid] = entry
        moved = self.keys.pop(owner)
        for key in moved:
            if key in self.notes:
                self.notes[_renamed(key, new)] = self.notes.pop(key)
            if key in self.gone:
                self.gone[_renamed(key, new)] = self.gone.pop(key)
            if key in self.parts:
                self.parts[_renamed(key, new)] = self.parts.pop(key)
        self.keys[new] = {_renamed(key, new) for key in moved}
        self.was.pop(new, None)  # an id that is in use again is given up no longer
        self.was |= {old: new, owner: new}


def _renamed(key: str, fact: str) -> str:
    return f"{fact}/{_slot(key)}"


def _fact(key: str) -> str:
    return key.split("/", 1)[0]


def _slot(key: str) -> str:
    return key.split("/", 1)[1]


# --- numbers ----------------------------------------------------------------------------------


class Numbering:
    """Gives blanks, steps, sides and regions the numbers that they were published with.

    Called by the card generator for one note, or one fact's steps or sides, after the other.
    A part keeps its number if its text is the same; or else if the words around it are; or else if
    it is the only one there ever was. Any other pairing could put a history on a wrong text.
    """

    def __init__(self, lock: Lock) -> None:
        self.lock = lock
        self.parts: dict[str, tuple[Used, ...]] = {}
        self.ambiguous: dict[str, tuple[int, ...]] = {}

    def __call__(self, key: str, parts: Sequence[Part]) -> tuple[int, ...]:
        before = self._before(key)
        marks = [(short(part.text), short(part.around)) for part in parts]
        if not before and all(part.fixed is None for part in parts):
            self.parts[key] = tuple(Used(at, *mark) for at, mark in enumerate(marks, start=1))
            return tuple(range(1, len(parts) + 1))
        if [(*mark, False) for mark in marks] == [used[1:] for used in before] and all(
            part.fixed in (None, used.number) for part, used in zip(parts, before, strict=True)
        ):
            self.parts[key] = tuple(dict.fromkeys(before))
            return tuple(used.number for used in before)
        numbers: list[int | None] = [part.fixed for part in parts]
        fixed = {part.fixed for part in parts}
        free = [used for used in before if used.number not in fixed]

        def pair(same: Sequence[int], among: list[Used]) -> None:
            """Pairs what is left on both sides by text (0) or by the words around (1)."""
            if not among:
                return
            for at, mark in enumerate(marks):
                if numbers[at] is None:
                    hits = [used for used in among if all(mark[s] == used[s + 1] for s in same)]
                    rivals = [
                        m for n, m in zip(numbers, marks, strict=True)
                        if n is None and all(m[s] == mark[s] for s in same)
                    ]  # fmt: skip
                    if hits and (0 in same or len(hits) == len(rivals) == 1):
                        numbers[at] = hits[0].number
                        among.remove(hits[0])

        live = [used for used in free if not used.gone]
        pair((0, 1), live)
        pair((0,), live)
        pair((1,), live)
        pair((0,), [used for used in free if used.gone])
        open_ = [at for at, number in enumerate(numbers) if number is None]
        if len(before) == len(parts) == len(open_) == len(live) == 1:
            numbers[0] = live.pop().number
            open_ = []
        if open_ and live:
            self.ambiguous[key] = tuple(used.number for used in live)
        used_up = {*fixed, *(used.number for used in before)}
        fresh = (number for number in count(1) if number not in used_up)
        for at in open_:
            numbers[at] = next(fresh)
        result = tuple(number for number in numbers if number is not None)
        # In the order of the text: of two equal texts, the first keeps the first one's number.
        now = [Used(n, *mark) for n, mark in zip(result, marks, strict=True)]
        old = [used._replace(gone=True) for used in before if used.number not in result]
        self.parts[key] = tuple(dict.fromkeys((*now, *sorted(old))))
        return result

    def _before(self, key: str) -> tuple[Used, ...]:
        if key in self.lock.parts:
            return self.lock.parts[key]
        if key in self.lock.notes:
            return self.lock.notes[key].parts
        former = self.lock.gone.get(key)
        return former.parts if former else ()


def short(text: str) -> str:
    """A short hash of a text, white space and the way accents are stored aside."""
    same = unicodedata.normalize("NFC", " ".join(text.split()))
    return hashlib.sha256(same.encode()).hexdigest()[:8]


# --- a release --------------------------------------------------------------------------------


def release(
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
    unread = {key: _guid_and_id(line) for key, line in lock.unread.items()}
    kept = {key: note_id for key, (_, note_id) in unread.items()}
    known = [(entry.guid, entry.id) for entry in _entries(lock)] + list(unread.values())
    guids = {guid for guid, _ in known}
    new_ones = sum(note.key not in lock.notes and note.key not in lock.gone for note in notes)
    ids = _Ids([note_id for _, note_id in known], new_ones, now)
    ids.given |= set(kept.values())
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
        face = before.face if before and before.content == made else short(fields[0])
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


def _guid_and_id(line: str) -> tuple[str, int]:
    """Of the line of a note."""
    _, _, guid, _, note_id, _ = line.split(" ", 5)
    return guid, int(note_id)


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

    def __init__(self, known: Sequence[int], new: int, now: int) -> None:
        # An id of an older version may lie across two slots.
        self.taken = {end // _SLOT for key in known for end in (key, key + _SLOT - 1)}
        self.given: set[int] = set()
        self.latest = now * 1000 // _SLOT
        self.slots = max(_SLOTS, 4 * (len(known) + new))  # a free one is found at once

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


# --- what an author has to be told ------------------------------------------------------------


def check(
    deck: Deck,
    lock: Lock,
    generate: Callable[[], Iterable[Note]],
    others: Collection[str] = frozenset(),
) -> Iterator[Finding]:
    """What the lock knows of ids: of the deck, of former ones, and of those that look renamed.

    `generate` makes the notes; it is only called where there is something to compare them with.
    `others` are ids, and former ones, in sections that are not at hand.
    """
    if lock.deck and lock.deck != deck.id:
        message = f'this deck was published with the id "{lock.deck}", not "{deck.id}"'
        hint = f"write id: {lock.deck} in deck.yaml, or remove {NAME} to publish another deck"
        yield Finding((), Diagnostic(deck.place, "bad-id", message, hint))
    if lock.notes or lock.gone or lock.stray:
        yield from unknown_was(deck, lock)
        yield from looks_renamed(deck, lock, generate, others)


def unknown_was(deck: Deck, lock: Lock) -> Iterator[Finding]:
    """A fact's `was` names an id that was never published.

    Then no history is carried over: mostly the id is misspelt, or the fact was renamed before its
    first release, and needs no `was`. What was published stands in deck.lock.

    Bad, where the fact was published as "ex-comm":

        excomm:
          term: ExComm
          means: Kennedy's committee of crisis advisers
          was: excom

    Good:

        was: ex-comm

    Where the rule comes from: a learner's reviews are kept with the id.
    """
    renamed = [(fact, fact.was) for fact in deck.facts() if fact.was is not None]
    ever = facts_of(lock) if renamed else set()
    for fact, former in renamed:
        if former.value not in ever:
            message = f'no fact with the id "{former.value}" was ever published'
            hint = "check the spelling; if it never was in a release, remove this line"
            yield Finding((fact,), Diagnostic(former.span, "unknown-was", message, hint))


def facts_of(lock: Lock) -> set[str]:
    """The ids that ever were published, former ones included."""
    return {*lock.was, *(_fact(key) for key in (*lock.notes, *lock.gone, *lock.unread))}


def looks_renamed(
    deck: Deck,
    lock: Lock,
    generate: Callable[[], Iterable[Note]],
    others: Collection[str] = frozenset(),
) -> Iterator[Finding]:
    """A new fact has the same front as one that is gone from the deck.

    Its id was probably changed. To Anki the new id is a new card: learners would begin anew, and
    keep the old card beside it. `was` carries their history over.

    Bad, where the fact was published as "ex-comm":

        excomm:
          term: ExComm
          means: Kennedy's committee of crisis advisers

    Good:

        excomm:
          term: ExComm
          means: Kennedy's committee of crisis advisers
          was: ex-comm

    Where the rule comes from: a learner's reviews are kept with the id.
    """
    present = {fact.id.value: fact for fact in deck.facts()}
    claimed = {*others, *(fact.was.value for fact in present.values() if fact.was)}
    known = {_fact(key) for key in lock.notes}
    fresh = {name for name in present if name not in known and present[name].was is None}
    missing = known.union(map(_fact, lock.gone)) - present.keys() - claimed
    if not missing or not fresh:
        return
    lost = {
        (_slot(key), entry.face): _fact(key)
        for key, entry in (*lock.gone.items(), *lock.notes.items())
        if _fact(key) in missing
    }
    told: dict[str, str] = {}
    for note in generate():
        name = _fact(note.key)
        old = lost.get((_slot(note.key), short(note.fields[0])))
        if old and name in fresh and name not in told:
            told[name] = old
    for name, old in told.items():
        message = f'this looks like "{old}", which is no longer there'
        hint = f'add the line "was: {old}", so that learners keep their history'
        place = present[name].id
        sure = list(told.values()).count(old) == 1
        fix = insertion(place, f"was: {old}") if sure else ()
        problem = Diagnostic(place.span, "looks-renamed", message, hint, fix)
        yield Finding((present[name],), problem)
