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

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .diagnostics import Diagnostic, Span

NAME = "deck.lock"
_HEADER = "crisis-cards lock "
_VERSION = 1


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


def fact_of(key: str) -> str:
    """The id of the fact that a note with this key belongs to."""
    return key.split("/", 1)[0]


def slot_of(key: str) -> str:
    """Which of a fact's notes it is."""
    return key.split("/", 1)[1]


def facts_of(lock: Lock) -> set[str]:
    """The ids that ever were published, former ones included."""
    return {*lock.was, *(fact_of(key) for key in (*lock.notes, *lock.gone, *lock.unread))}


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
            self.keys.setdefault(fact_of(key), set()).add(key)

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
    return f"{fact}/{slot_of(key)}"
