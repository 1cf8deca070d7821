"""What was published: GUIDs, times and numbers that a later release has to keep.

`deck.lock` is text beside the facts, and is committed with them. An entry is one line, entries are
sorted, and an empty line stands between them, so that git merges changes to neighbouring entries:

    crisis-cards lock 2

    deck cuban-missile-crisis History::Cuban Missile Crisis

    type cloze 1790000000 8d0c3e0a9f2b4c11

    note excomm/term Zg0tLq5yXo2fA1bC 1790000000 1789999123456 5b1d… 77ac01f2 e07f…

    note talks/cloze Kq9… 1790000000 1789999120000 91c2… 0f3e2a11 - 1=5ac1f0…/9be2aa… ~2=…

    parts discovery/step 1=90aa12…/5be2c1… 2=3c77ab…/0a91d2…

    parts discovery/stepwording 1=01f3a2e8…/90aa12… 2=77c1…/3c77ab…

    gone old-fact/ask Xy… 1790000000 1789999110000 77b0… 0a1b2c3d 41c9…

    was ex-comm excomm

    type type:country 1790000000 77c1… fields 9 capital=2 country=1 cards 5 capital=1 country=2

    type type:geo 1585323248 41c9… fields 2 Capital%20info=2 Country=1 cards 1 Capital=1 id 158532…

    section 2-prelude History::Cuban Missile Crisis::Prelude

A note has its key, GUID, time of change and note id; the hashes of all that a learner receives, of
its first field, and of what its author wrote for it (`-` where a lock of version 1 did not know);
and its blanks: number = hash of the answer / hash of the words around it, with a `~` before those
that are no longer there. Steps and sides have a line of their own, and a second one: number =
hashes of the single words / hash of the text, by which one that was reworded is known again. To a
version that does not know it, it is a line of parts that nothing has.
`gone` are notes that were published and are no longer made; they come back if their key does.
Where git merged two branches by the union of their lines, an entry may stand there as both branches
wrote it; the two are united when the lock is read (`_Reader`).
`stray` are notes that were published under an id before it turned out to be another fact's new one;
they never do. `was` are ids that were given up. `deck` has the id and the name of the deck; a lock
that was written before there was a name in it gains it at the next build. The last two types are
that of a kind of the author's own, with the places of its keys and cards (`cards.room`), and one
that was adopted, with its fields, templates and id in Anki. In names and GUIDs, a space or `%` is
written as in the address of a web page. `section` has the tag of a section and the name of its
deck, as soon as one has had another deck than the deck itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote, unquote

from ..cards.room import Places, Room
from ..format.prompt import OWN
from ..problems import Problem, Span
from ..problems.errors import BAD_LOCK
from . import damage

VERSION = 4
"""The newest version; all older ones are still read. What is written is the oldest that can hold
it, so that a deck goes on with an older tool as long as it uses nothing new (`Lock.needs`)."""

_HEADER = "crisis-cards lock "
_VERSIONS = [str(version) for version in range(1, VERSION + 1)]
_WORDING = "wording"  # after a slot: not its parts, but their words
_UNKNOWN = "-"  # stands for the source of an entry that a lock of version 1 had

K = TypeVar("K")
V = TypeVar("V")


class Used(NamedTuple):
    """The number of a blank, step, side or region, with hashes of its text and what is around it.

    `gone` ones are kept so that their numbers are never given to another text.
    """

    number: int
    text: str
    around: str
    gone: bool = False


class Entry(NamedTuple):
    """A note as it was published.

    Three hashes: `content` of all that a learner receives, `face` of the first field, `source` of
    what the author wrote for it; "" where a lock of version 1 did not record it.
    """

    guid: str
    mod: int  # seconds since 1970
    id: int  # milliseconds since 1970
    content: str
    face: str
    source: str
    parts: tuple[Used, ...] = ()


class TypeEntry(NamedTuple):
    """A note type as it was published; one of the author's own has its room."""

    mod: int
    content: str
    room: Room | None = None


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What was published of a deck; empty for a deck that never was."""

    notes: Mapping[str, Entry] = field(default_factory=dict)
    parts: Mapping[str, tuple[Used, ...]] = field(default_factory=dict)
    wordings: Mapping[str, tuple[Used, ...]] = field(default_factory=dict)  # by the keys of parts
    gone: Mapping[str, Entry] = field(default_factory=dict)
    stray: Mapping[tuple[str, str], Entry] = field(default_factory=dict)  # by key and GUID
    was: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, TypeEntry] = field(default_factory=dict)
    deck: str = ""  # the id of the deck; empty where it never was published
    name: str = ""  # of the deck in Anki; empty where an older version wrote the lock
    sections: frozenset[tuple[str, str]] = frozenset()  # tags with the names of their decks

    def entries(self) -> tuple[Entry, ...]:
        """All notes that learners may have."""
        return (*self.notes.values(), *self.gone.values(), *self.stray.values())

    def needs(self) -> int:
        """The oldest version that can hold it."""
        rooms = [entry.room for entry in self.types.values() if entry.room]
        if any(room.id for room in rooms):
            return 4
        return 3 if self.sections or rooms else 2


def fact_of(key: str) -> str:
    """The id of the fact that a note with this key belongs to."""
    return key.split("/", 1)[0]


def slot_of(key: str) -> str:
    """Which of a fact's notes it is."""
    return key.split("/", 1)[1]


def facts_of(lock: Lock) -> set[str]:
    """The ids that ever were published, former ones included."""
    return {*lock.was, *map(fact_of, lock.notes), *map(fact_of, lock.gone)}


# --- reading ----------------------------------------------------------------------------------

_TWO_NOTES = "two branches gave one id to two facts: keep the line of the one that was published"
_NEWER = "update crisis-cards: pip install --upgrade crisis-cards"

_KEY = rf"[^\s/]+/(?:[a-z]+(?:-[0-9]+)?|{re.escape(OWN)}[^\s/]+)"
_PART = re.compile(r"(~?)([0-9]+)=([0-9a-f]+)/([0-9a-f]+)")
_PLACES = r"([0-9]{1,4})((?: [^\s=]+=[0-9]+)*)"
_PARTS = r"(?: ~?[0-9]+=[0-9a-f]+/[0-9a-f]+)*"
# Entries of version 1 have no source. They also stand in later locks, where git merged a branch
# that an older crisis-cards wrote; the `=` of a part tells which word comes next.
_is_entry = re.compile(
    rf"(note|gone|stray) ({_KEY}) (\S+) ([0-9]+) ([0-9]+) (\S+) (\S+)"
    rf"(?: ({_UNKNOWN}|[0-9a-f]+))?({_PARTS})"
).fullmatch
_is_parts = re.compile(rf"parts ({_KEY})({_PARTS})").fullmatch
_is_line = re.compile(
    r"(?:was (\S+) (\S+)|deck (\S+)(?: (\S+(?: \S+)*))?|section (\S+) (\S+(?: \S+)*)"
    rf"|type (\S+) ([0-9]+) (\S+)(?: fields {_PLACES} cards {_PLACES}(?: id ([0-9]+))?)?)"
).fullmatch


def read(path: Path) -> tuple[Lock | None, list[Problem]]:
    """The lock in a file; an empty one where there is no file, None where it cannot be trusted."""
    try:
        return parse(path.read_bytes().decode("utf-8"), str(path))
    except FileNotFoundError:
        return Lock(), []
    except UnicodeDecodeError:
        return parse("", str(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"the lock cannot be read: {reason}"
        return None, [Problem(Span(str(path), 1, 1, 2), BAD_LOCK, message)]


def parse(text: str, path: str) -> tuple[Lock | None, list[Problem]]:
    """A lock from the text of its file; None with a problem where it cannot be trusted."""
    first, *lines = re.split(r"\r\n|\n|\r", text) if "\r" in text else text.split("\n")
    head = re.fullmatch(rf"{_HEADER}([1-9][0-9]{{,17}})", first)
    if not head:
        return None, [damage.problem(path, 1, first, "this is no lock of crisis-cards", "")]
    if int(head[1]) > VERSION:
        message = "this lock was written by a newer crisis-cards"
        return None, [damage.problem(path, 1, first, message, _NEWER)]
    reader = _Reader()
    try:
        for each in filter(None, lines):
            reader.read(each)
    except ValueError:
        return None, damage.found(path, lines, _Reader().fault)
    return reader.united(), []


class _TwoOwnersError(ValueError):
    """One key for two notes of which learners may have both."""


class _Reader:
    """Collects the entries of a lock, line by line.

    Git's union of two branches keeps the lines of both where both changed something. An entry that
    stands there twice is united; only of two texts with one number, the first one keeps it.
    """

    def __init__(self) -> None:
        self.notes: dict[str, Entry] = {}
        self.gone: dict[str, Entry] = {}
        self.stray: dict[tuple[str, str], Entry] = {}
        self.parts: dict[str, tuple[Used, ...]] = {}
        self.wordings: dict[str, tuple[Used, ...]] = {}
        self.was: dict[str, str] = {}
        self.rivals: list[tuple[str, str]] = []  # the same, where each branch has its own new id
        self.types: dict[str, TypeEntry] = {}
        self.deck = ""
        self.name = ""
        self.sections: set[tuple[str, str]] = set()  # one has two decks where two branches moved it

    def fault(self, line: str) -> tuple[str, str] | None:
        """Reads a line, and says what is wrong with it: message and hint."""
        try:
            self.read(line)
        except _TwoOwnersError as error:
            message, hint = error.args
            return message, hint
        except ValueError:
            return "this line of the lock is damaged", ""
        return None

    def read(self, line: str) -> None:
        """One line. Raises ValueError where it is damaged, _TwoOwnersError."""
        if found := _is_entry(line):
            kind, key, guid, mod, id_, content, face, source, parts = found.groups()
            known = "" if source in (None, _UNKNOWN) else source
            used = _used(parts) if parts else ()
            guid = _unword(guid)
            entry = Entry(guid, _time(mod), _time(id_), content, face, known, used)
            if kind == "stray":
                _put(self.stray, (key, guid), entry, _later)
            elif any(key in table and table[key].guid != guid for table in (self.notes, self.gone)):
                raise _TwoOwnersError("this key stands for two notes, with two GUIDs", _TWO_NOTES)
            else:
                _put(self.notes if kind == "note" else self.gone, key, entry, _later)
        elif found := _is_parts(line):
            key = found[1].removesuffix(_WORDING)
            _put(
                self.parts if key == found[1] else self.wordings, key, _used(found[2]), _all_numbers
            )
        elif found := _is_line(line):
            old, new, deck, title, section, subdeck, name, mod, content, *room = found.groups()
            if old:
                if self.was.setdefault(old, new) != new:
                    self.rivals.append((old, new))
            elif section:
                self.sections.add((section, subdeck))
            elif name:
                published = TypeEntry(_time(mod), content, _room(*room) if room[0] else None)
                _put(self.types, name, published, _later_type)
            elif self.deck in ("", deck):
                self.deck, self.name = deck, self.name or title or ""
            else:
                message = f'this lock is of two decks, "{self.deck}" and "{deck}"'
                raise _TwoOwnersError(message, "")
        elif not (line.startswith(_HEADER) and line[len(_HEADER) :] in _VERSIONS):
            raise ValueError(line)

    def united(self) -> Lock:
        """The lock. What stands in both branches is one, also under a former id and a new one.

        A branch that changed a fact and knew nothing of its renaming keeps the former key. Of two
        new ids for one fact, one counts as a former id of the other; which of them the deck still
        has, its `was` says. A note that one branch removed and the other left as it was is gone.
        """
        guids: dict[str, set[str]] = {}
        for table in (self.notes, self.gone) if self.was else ():
            for key, entry in table.items():
                guids.setdefault(fact_of(key), set()).add(entry.guid)
        for old, rival in self.rivals:
            new, given_up = sorted((self._renamed(old), self._renamed(rival)))
            if new != given_up and not guids.get(new, set()).isdisjoint(guids.get(given_up, ())):
                self.was |= {old: new, given_up: new}
        for old in sorted(self.was.keys() & guids.keys()):  # in use again, or one fact with two ids
            new = self._renamed(old)
            if old != new and not guids[old].isdisjoint(guids.get(new, ())):
                self._take_over(old, new)
        for key in self.notes.keys() & self.gone.keys():
            is_there = self.notes[key].mod > self.gone[key].mod
            home, other = (self.notes, self.gone) if is_there else (self.gone, self.notes)
            home[key] = _later(home[key], other.pop(key))
        return Lock(
            notes=self.notes, parts=self.parts, wordings=self.wordings, gone=self.gone,
            stray=self.stray, was=self.was, types=self.types, deck=self.deck, name=self.name,
            sections=frozenset(self.sections),
        )  # fmt: skip

    def _renamed(self, fact: str) -> str:
        """The id that a fact has after all renamings that the lock knows of."""
        seen = set[str]()
        while fact in self.was and fact not in seen:
            seen.add(fact)
            fact = self.was[fact]
        return fact

    def _take_over(self, old: str, new: str) -> None:
        for table in (self.notes, self.gone):
            for key in [key for key in table if fact_of(key) == old]:
                entry, own = table.pop(key), f"{new}/{slot_of(key)}"
                known = self.notes.get(own) or self.gone.get(own) or entry
                if known.guid == entry.guid:
                    _put(table, own, entry, _later)
                else:
                    self.stray[own, entry.guid] = entry
        for parts in (self.parts, self.wordings):
            for key in [key for key in parts if fact_of(key) == old]:
                _put(parts, f"{new}/{slot_of(key)}", parts.pop(key), _all_numbers)


def _put(table: dict[K, V], key: K, value: V, unite: Callable[[V, V], V]) -> None:
    table[key] = unite(table[key], value) if key in table else value


def _later(one: Entry, other: Entry) -> Entry:
    """A note as two branches published it: the later one, with the numbers of both.

    Where both changed it at one second, neither is what all learners have: it counts as changed.
    """
    entry, earlier = sorted((one, other), key=lambda entry: -entry.mod)
    if one.mod == other.mod and one.content != other.content:
        entry = entry._replace(content=_UNKNOWN, source="")
    elif one.content == other.content:
        entry = entry._replace(source=one.source or other.source)
    return entry._replace(parts=_all_numbers(entry.parts, earlier.parts))


def _later_type(one: TypeEntry, other: TypeEntry) -> TypeEntry:
    """A note type as two branches published it: the later one, with the room of both."""
    room = one.room.united(other.room) if one.room and other.room else one.room or other.room
    return max(one, other, key=lambda entry: entry[:2])._replace(room=room)


def _all_numbers(one: tuple[Used, ...], other: tuple[Used, ...]) -> tuple[Used, ...]:
    """The numbers that two branches gave to the parts of a note.

    What one of them removed is removed. A number that stands for one text here and for another one
    there belongs to the first; the other text, as if it were gone, gets it where the first is not.
    """
    if one == other:
        return one
    gone = {used[:3] for used in (*one, *other) if used.gone}
    live = {used.number for used in one if not used.gone}
    ours = [used._replace(gone=used.gone or used[:3] in gone) for used in one]
    theirs = [used._replace(gone=used.gone or used[:3] in gone) for used in other]
    new = (
        used._replace(gone=used.gone or used.number in live) for used in theirs if used not in ours
    )
    return tuple(dict.fromkeys((*ours, *new)))


def _time(text: str) -> int:
    """A time or a note id: digits that Anki and JavaScript can take."""
    if 0 < (time := int(text)) < 2**53:
        return time
    raise ValueError(text)


def _room(fields: str, of_keys: str, templates: str, of_cards: str, id_: str | None) -> Room:
    return Room(_places(fields, of_keys), _places(templates, of_cards), _time(id_) if id_ else 0)


def _places(size: str, words: str) -> Places:
    pairs = (word.rpartition("=") for word in words.split())
    places = Places(int(size), {_unword(name): int(place) for name, _, place in pairs})
    taken = sorted(places.of.values())
    # What comes first never gives its place away.
    if taken[:1] != [1] or taken[-1] > places.size or len({*taken}) < len(taken):
        raise ValueError(words)
    return places


def _used(words: str) -> tuple[Used, ...]:
    found = _PART.findall(words)
    return tuple([Used(int(number), text, near, bool(gone)) for gone, number, text, near in found])


# --- writing ----------------------------------------------------------------------------------


def render(lock: Lock) -> str:
    """The text of a lock: sorted, and the same for the same lock."""
    lines = [f"type {name} {_type_line(entry)}" for name, entry in lock.types.items()]
    lines += [f"note {key} {_line(entry)}" for key, entry in lock.notes.items()]
    lines += [f"parts {key}{_words(parts)}" for key, parts in lock.parts.items()]
    lines += [f"parts {key}{_WORDING}{_words(parts)}" for key, parts in lock.wordings.items()]
    lines += [f"gone {key} {_line(entry)}" for key, entry in lock.gone.items()]
    lines += [f"stray {key} {_line(entry)}" for (key, _), entry in lock.stray.items()]
    lines += [f"was {old} {new}" for old, new in lock.was.items()]
    lines += [f"section {tag} {name}" for tag, name in lock.sections]
    lines += [f"deck {lock.deck} {lock.name}".rstrip(" ")] if lock.deck else []
    return "\n\n".join([f"{_HEADER}{lock.needs()}", *sorted(lines)]) + "\n"


def _line(entry: Entry) -> str:
    guid, mod, note_id, content, face, source, parts = entry
    words = _words(parts) if parts else ""
    if not guid.isalnum():
        guid = _word(guid)
    return f"{guid} {mod} {note_id} {content} {face} {source or _UNKNOWN}{words}"


def _word(text: str) -> str:
    """A text that Anki knows something by as one word: GUIDs and names may have spaces."""
    return re.sub(r"[\s%]", lambda sign: quote(sign[0]), text) or "%"


def _name(text: str) -> str:
    """A name that an `=` ends."""
    return _word(text).replace("=", "%3D")


def _unword(word: str) -> str:
    return unquote(word.removesuffix("%")) if "%" in word else word


def _type_line(entry: TypeEntry) -> str:
    if not entry.room:
        return f"{entry.mod} {entry.content}"
    fields, templates = (
        " ".join(
            [
                str(size),
                *sorted(f"{_name(name)}={place}" for name, place in of.items()),
            ]
        )
        for size, of in entry.room[:2]
    )
    known = f" id {entry.room.id}" if entry.room.id else ""
    return f"{entry.mod} {entry.content} fields {fields} cards {templates}{known}"


def _words(parts: Iterable[Used]) -> str:
    return "".join([f" {'~' * p.gone}{p.number}={p.text}/{p.around}" for p in parts])
