"""Histories that nobody planned: an author edits and releases, a learner imports and learns.

After every import in the real Anki, what the design promises is compared with what happened. The
author knows which fact, blank, step and side is which; the lock has to find it out.

    CRISIS_CARDS_HISTORIES=1000 pytest tests/test_histories.py --hypothesis-seed=1
"""

from __future__ import annotations

import os
import struct
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml
from anki.collection import Collection
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import real_anki
from conftest import fields, sound
from crisis_cards import pipeline
from crisis_cards.cards.ordinals import of_cloze
from crisis_cards.release.plan import Published, Release

NOW = 1_790_000_000
LATER = NOW + 1_000_000  # after every release, and before today
STEP = 1000

# Few and short, so that texts and the words around them meet again.
ANSWERS = ("a", "b", "c", "no", "d & e", "*f*")
WORDS = ("the", "in", "of", "<i>", "22:30")
TEXTS = ("Havana", "a & b", "<b>x</b>", "*m* `n`", "no", "{{c1::x}}", "==y==", "1962")
DATES = ("1962", "1962-10", "1962-10-22", "1962-10-14/1962-10-28")
LANGUAGES = ("en", "en-US", "de", "ar")
NEEDED = {
    "ask": ("ask", "answer"), "cloze": (), "term": ("term", "means"), "person": ("person", "role"),
    "place": ("place", "what"), "event": ("event",), "why": ("why", "because"), "quote": ("by",),
    "sequence": ("sequence",), "contrast": ("contrast",), "picture": ("picture",),
}  # fmt: skip
OPTIONAL = {"hint": TEXTS, "extra": TEXTS, "image": ("p.png", "q.png"), "when": DATES}
SENTENCES, LISTS = ("cloze", "quote"), ("sequence", "contrast", "picture")


# --- what an author knows ---------------------------------------------------------------------


@dataclass(eq=False)
class Part:
    """A blank, step, side or region: the same one to the author, whatever becomes of its text."""

    text: str
    hint: str = ""
    about: str = ""  # a side's description, a region's answer
    pin: int | None = None  # the author's own number
    number: int = 0  # the last that was published

    def __str__(self) -> str:
        pin = f"c{self.pin}::" if self.pin else ""
        return f"=={pin}{self.text}{'::' + self.hint if self.hint else ''}=="


@dataclass(eq=False)
class Fact:
    """A fact. Its `life` is what it is to a learner; a rename without `was` begins another."""

    id: str
    kind: str
    life: int
    keys: dict[str, Any]
    pieces: list[str | Part] = field(default_factory=list)
    was: str = ""
    known_as: str = ""  # its id in the last release that had it
    mistakes: list[tuple[str, int]] = field(default_factory=list)  # ids and lives left without was
    left: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    part_edits: int = 0
    highest: int = 0

    @property
    def parts(self) -> list[Part]:
        return [piece for piece in self.pieces if isinstance(piece, Part)]

    @property
    def waits(self) -> bool:
        """Whether `was` has still to be released."""
        return self.was != "" and self.known_as != self.id

    def yaml(self) -> dict[str, Any]:
        keys = {key: list(value) if key == "tags" else value for key, value in self.keys.items()}
        if self.kind in SENTENCES:
            keys = {self.kind: " ".join(map(str, self.pieces)), **keys}
        elif self.kind == "sequence":
            keys["steps"] = [part.text for part in self.parts]
        elif self.kind == "contrast":
            keys["sides"] = {part.text: part.about for part in self.parts}
        elif self.kind == "picture":
            keys.setdefault("image", "p.png")
            keys["regions"] = {
                part.text: {"answer": part.about, "at": [f"{at * 20}", "10", "19", "80"]}
                for at, part in enumerate(self.parts)
            }
        return keys

    def around(self, part: Part) -> str:
        """What stands beside a part and helps to know it again."""
        at = self.pieces.index(part)
        if self.kind in ("contrast", "picture"):
            return part.about
        if self.kind == "sequence":
            texts = ["", *(p.text for p in self.parts), ""]
            return f"{texts[at]} … {texts[at + 2]}"
        return f"{_words(self.pieces[:at][::-1])} … {_words(self.pieces[at + 1 :])}"


def _words(pieces: list[str | Part]) -> list[str]:
    """The next two words up to a blank."""
    return list(takewhile(lambda piece: isinstance(piece, str), pieces[:2]))  # type: ignore[arg-type]


@dataclass(eq=False)
class Section:
    title: str
    tags: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


class Held(NamedTuple):
    """What last had a number: texts, the parts themselves, and what stood around them."""

    texts: set[str]
    parts: list[Part]  # twins included
    around: set[str]
    live: bool


class Author:
    """Writes a deck, edits it, releases it, and compares each release with what was meant."""

    def __init__(self, chance: Random, folder: Path) -> None:
        self.chance = chance
        self.folder = folder
        self.counted = 0
        self.language = "en"
        self.description = ""
        self.pictures = {"p.png": 1, "q.png": 2}
        self.sections = [Section(self.fresh("Section ")) for _ in range(chance.randint(1, 3))]
        self.deleted: list[Fact] = []
        self.focus: Fact | None = None
        # Edits of one sort or two, so that they meet.
        some, more = chance.choice(EDITS), chance.choice(EDITS)
        self.habits = chance.choice((some, (*some, *more)))
        self.lives_of_ids: defaultdict[str, set[int]] = defaultdict(set)
        for _ in range(chance.randint(2, 7)):
            insert_fact(self)
        # What was published, by what it is to the author.
        self.guids: dict[tuple[int, str], str] = {}
        self.contents: dict[str, tuple[Any, ...]] = {}  # GUID → fields and tags
        self.mods: dict[str, int] = {}
        self.looks: dict[int, tuple[Any, dict[str, Any]]] = {}  # life → all that its notes show
        self.numbers: dict[int, tuple[int, bool, dict[int, Held]]] = {}  # life → edits, pins, …
        self.types: dict[str, int] = {}
        self.spoken = ""
        self.sources: dict[str, bytes] = {}
        self.files: dict[str, str] = {}  # pictures: names in the package → names in media/
        self.package = b""

    def fresh(self, start: str) -> str:
        self.counted += 1
        return f"{start}{self.counted}"

    def facts(self) -> list[Fact]:
        return [fact for section in self.sections for fact in section.facts]

    def home(self, fact: Fact) -> Section:
        return next(section for section in self.sections if fact in section.facts)

    def ids(self) -> set[str]:
        return {fact.id for fact in self.facts()}

    def any_fact(self, fits: Callable[[Fact], Any] = lambda _: True) -> Fact | None:
        """A fact that fits, more often than not the one that was edited last."""
        fitting = [fact for fact in self.facts() if fits(fact)]
        if fitting and not (self.focus in fitting and self.chance.randrange(2)):
            self.focus = self.chance.choice(fitting)
        return self.focus if fitting else None

    def text(self) -> str:
        return self.chance.choice((*TEXTS, self.fresh("text ")))

    def part(self, fact: Fact) -> Part:
        part = Part(self.answer(fact), about=self.about(fact))
        if fact.kind in SENTENCES and self.chance.randrange(4) == 3:
            part.hint = self.chance.choice(WORDS[:3])
        return part

    def about(self, fact: Fact) -> str:
        """A side's description, which no other has; or a region's answer."""
        taken = {part.about for part in fact.parts}
        while (text := self.text()) in taken:
            pass
        return text

    def answer(self, fact: Fact) -> str:
        """An answer for a blank, or one that no other step or side has; a region's id."""
        taken = {part.text for part in fact.parts} if fact.kind in LISTS else set()
        answers = [a for a in ANSWERS if fact.kind != "picture" or a.isalpha()]
        return self.chance.choice([*(a for a in answers if a not in taken), self.fresh("z")])

    def edit(self) -> None:
        change = self.chance.choice(self.habits)
        what = change(self)
        note(f"  {change.__name__}: {what or '(not possible)'}")

    def drop_stale_was(self) -> None:
        """`was` lines that have done their work, where the id they name is in use again."""
        ids = self.ids()
        for fact in (*self.facts(), *self.deleted):
            if fact.was in ids and not fact.waits:
                fact.was = ""

    # releasing

    def write(self) -> dict[str, bytes]:
        """The deck's files but the lock, as they are now."""
        self.drop_stale_was()
        files: dict[str, Any] = {"deck.yaml": {"deck": "D", "language": self.language}}
        if self.description:
            files["deck.yaml"]["description"] = self.description
        for at, section in enumerate(self.sections):
            facts = {f.id: {**f.yaml(), **({"was": f.was} if f.was else {})} for f in section.facts}
            if facts:
                tags = list(section.tags)
                files[f"{at}.yaml"] = {"section": section.title, "tags": tags, "facts": facts}
        dumped = {
            name: yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()
            for name, content in files.items()
        }
        dumped |= {f"media/{name}": png(shade) for name, shade in self.pictures.items()}
        (self.folder / "media").mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob("*.yaml"):
            path.unlink()
        for name, data in dumped.items():
            (self.folder / name).write_bytes(data)
        return dumped

    def read(self) -> pipeline.Deck:
        project = pipeline.read(self.folder)
        strange = [p for p in project.problems if p.is_error or p.check == "unknown-was"]
        assert not strange, strange
        deck = sound(project)
        self.files = {
            name: Path(path).name for part in deck.sections for name, path in part.pictures.items()
        }
        return deck

    def release(self, now: int) -> pipeline.Built:
        """Builds with and without `locked`, twice, and compares all of it."""
        sources = self.write()
        lock, target, spare = (self.folder / name for name in ("deck.lock", "d.apkg", "e.apkg"))
        spare.unlink(missing_ok=True)
        known = lock.read_bytes() if lock.is_file() else b""
        locked = pipeline.write(self.read(), spare, now, locked=True)
        assert (lock.read_bytes() if lock.is_file() else b"") == known
        assert spare.exists() == (locked is not None)
        built = pipeline.write(self.read(), target, now)
        assert built is not None
        self.compare(built.release)
        written, package = lock.read_bytes(), target.read_bytes()
        assert (locked is None) == (written != known)
        assert locked is None or spare.read_bytes() == package
        if built.release.new or built.release.changed or built.release.new_types:
            assert locked is None
        if sources == self.sources:
            assert package == self.package
            assert locked is not None
        again = pipeline.write(self.read(), target, now + 7, locked=True)
        assert again is not None, "a second build without a change would change the lock"
        assert (lock.read_bytes(), target.read_bytes()) == (written, package)
        assert (again.release.new, again.release.changed, again.release.new_types) == ((), (), ())
        self.sources, self.package = sources, package
        return built

    def compare(self, release: Release) -> None:
        """The release with what the author meant."""
        sent = {p.key: p for p in release.notes}
        assert len({p.guid for p in release.notes}) == len(release.notes) == len(sent)
        assert {p.guid for p in release.notes if p.key in release.new} == {
            p.guid for p in release.notes if p.guid not in self.contents
        }
        assert set(release.changed) == {
            key
            for key, p in sent.items()
            if p.guid in self.contents and self.contents[p.guid] != content(p)
        }
        assert {*release.new, *release.changed, *release.unchanged} == set(sent)
        assert release.redrawn == (), "a change of the author's, not seen in the source"
        for key, p in sent.items():
            before = self.mods.get(p.guid, 0)
            assert p.mod > before if key in {*release.new, *release.changed} else p.mod == before
        self.mods |= {p.guid: p.mod for p in release.notes}
        for section in self.sections:
            for fact in section.facts:
                mine = [p for p in release.notes if p.key.split("/")[0] == fact.id]
                self.compare_fact(fact, section, mine)
        self.contents |= {p.guid: content(p) for p in release.notes}
        now = {p.guid for p in release.notes}
        assert {entry.guid for _, entry in release.vanished} == set(self.contents) - now
        known = set(self.types) | {"question", "cloze"} | {p.type for p in release.notes}
        assert set(release.types) == known
        if self.language == self.spoken:
            known -= set(self.types)
        assert set(release.new_types) == known
        for kind, mod in release.types.items():
            assert kind in known or mod == self.types[kind]
        self.types, self.spoken = dict(release.types), self.language

    def compare_fact(self, fact: Fact, section: Section, mine: list[Published]) -> None:
        slots = {p.key.split("/")[1]: p for p in mine}
        for slot, published in slots.items():
            guid = self.guids.setdefault((fact.life, slot), published.guid)
            assert published.guid == guid, f"{fact.id}/{slot} is another note to learners"
        assert len(set(self.guids.values())) == len(self.guids)
        picture = self.pictures.get(fact.yaml().get("image", ""))
        shows = (fact.yaml(), section.title, list(section.tags), self.language, picture)
        made = {slot: content(p) for slot, p in slots.items()}
        shown, before = self.looks.get(fact.life, (None, made))
        if shown == shows:
            assert made == before, f"{fact.id} changed without an edit"
        self.looks[fact.life] = (shows, made)
        if fact.parts:
            if fact.kind in slots:
                text = fields(slots[fact.kind])[0]
                numbers = [int(piece.split("::")[0]) for piece in text.split("{{c")[1:]]
            else:
                numbers = [int(slot.split("-")[1]) for slot in slots]
            self.compare_numbers(fact, numbers)
        fact.known_as = fact.id
        self.lives_of_ids[fact.id].add(fact.life)

    def compare_numbers(self, fact: Fact, numbers: list[int]) -> None:
        """No number, and so no history of reviews, moves to another text."""
        parts = fact.parts
        assert len(parts) == len(numbers)
        edits, pinned, held = self.numbers.get(fact.life, (fact.part_edits, False, {}))
        one_edit = fact.part_edits - edits <= 1
        texts = Counter(part.text for part in parts)
        before = Counter(text for h in held.values() if h.live for text in h.texts)
        for part, number in zip(parts, numbers, strict=True):
            part.number = number
            fact.highest = max(fact.highest, number)
            if part.pin:
                assert number == part.pin
            elif number in held:
                last = held[number]
                meant = last.texts | {p.text for p in last.parts if p in parts}
                alone = len(held) == len(parts) == 1
                # Of several edits nobody can tell a rewording from another blank in its place.
                place_taken = last.live and all(texts[text] < before[text] for text in last.texts)
                place_taken &= alone or fact.around(part) in last.around
                assert part.text in meant or (place_taken and not one_edit), (
                    f"number {number} of {fact.id} was {last.texts}, now {part.text!r}"
                )
        pins = any(part.pin for part in parts)
        if not (pins or pinned):
            assert len(set(numbers)) == len(numbers), "two parts share a number unasked"
            if one_edit:
                live = {number for number, h in held.items() if h.live}
                stayed = {p for h in held.values() if h.live for p in h.parts if p in parts}
                assert len(live & set(numbers)) >= len(stayed), f"{fact.id}: numbers lost"
        now = {n: h._replace(live=False) for n, h in held.items()}
        for number in numbers:
            marks = {(p.text, fact.around(p)) for p in parts if p.number == number}
            twins = [p for p in parts if (p.text, fact.around(p)) in marks]
            now[number] = Held({t for t, _ in marks}, twins, {a for _, a in marks}, live=True)
        self.numbers[fact.life] = (fact.part_edits, pins, now)


def content(published: Published) -> tuple[Any, ...]:
    return (tuple(fields(published)), published.tags)


def png(shade: int) -> bytes:
    """A picture of one grey point."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, shade % 256]))
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# --- what an author does ----------------------------------------------------------------------
# An edit says what it did, or nothing where it was not possible.


def insert_fact(author: Author) -> str | None:
    chance = author.chance
    kind = chance.choice(list(NEEDED))
    keys: dict[str, Any] = {key: author.text() for key in NEEDED[kind]}
    if kind == "event":
        keys["when"] = chance.choice(DATES)
    for key in list(OPTIONAL):
        if chance.randrange(5) == 4:
            keys.setdefault(key, chance.choice(OPTIONAL[key]))
    fact = Fact(author.fresh("f"), kind, author.counted, keys)
    free = [name for name in author.lives_of_ids if can_be_given_again(author, name)]
    if free and chance.randrange(3) == 2:
        fact.id = chance.choice(free)
        author.lives_of_ids[fact.id].add(fact.life)
    if kind in SENTENCES:
        for _ in range(chance.randint(1, 4)):
            fact.pieces += [chance.choice(WORDS) for _ in range(chance.randint(0, 2))]
            fact.pieces.append(author.part(fact))
            if chance.randrange(4) == 3:
                fact.parts[-1].pin = chance.randint(1, 9)
    elif kind in LISTS:
        for _ in range(chance.randint(2, 4)):
            fact.pieces.append(author.part(fact))
    section = chance.choice(author.sections)
    section.facts.insert(chance.randint(0, len(section.facts)), fact)
    return f"{fact.id}: {fact.yaml()}"


def can_be_given_again(author: Author, name: str) -> bool:
    """Whether a fact had this id, is known by another one, and nothing else was ever called so."""
    present = [*author.facts(), *author.deleted]
    return (
        len(author.lives_of_ids[name]) == 1
        and any(name in fact.given_up for fact in present)
        and not any(name in (fact.id, fact.known_as) for fact in present)
        and not any(name == fact.was and fact.waits for fact in present)
    )


def delete_fact(author: Author) -> str | None:
    fact = author.any_fact()
    if fact is None or len(author.facts()) == 1:
        return None
    author.home(fact).facts.remove(fact)
    author.deleted.append(fact)
    return fact.id


def bring_fact_back(author: Author) -> str | None:
    back = [f for f in author.deleted if f.id not in author.ids() and f.was not in author.ids()]
    if not back:
        return None
    fact = author.chance.choice(back)
    author.deleted.remove(fact)
    author.chance.choice(author.sections).facts.append(fact)
    return fact.id


def move_fact(author: Author) -> str | None:
    fact, section = author.any_fact(), author.chance.choice(author.sections)
    assert fact
    author.home(fact).facts.remove(fact)
    section.facts.insert(author.chance.randint(0, len(section.facts)), fact)
    return f"{fact.id} to {section.title}"


def former_ids(author: Author, fact: Fact) -> list[str]:
    """Ids that a fact gave up and can have again: no other history waits under them."""
    others = [f for f in (*author.facts(), *author.deleted) if f is not fact]
    taken = {name for f in others for name in (f.id, f.known_as, f.was)}
    return [name for name in fact.given_up if name not in {*taken, *fact.left, fact.id}]


def rename_with_was(author: Author) -> str | None:
    fact = author.any_fact(lambda f: f.known_as == f.id)
    if fact is None:
        return None
    back = former_ids(author, fact)
    fact.given_up.append(fact.id)
    fact.was, fact.id = fact.id, author.chance.choice([author.fresh("f"), *back])
    return f"{fact.was} → {fact.id}"


def rename_without_was(author: Author) -> str | None:
    fact = author.any_fact(lambda f: f.known_as == f.id)
    if fact is None:
        return None
    fact.mistakes.append((fact.id, fact.life))
    fact.left.append(fact.id)
    life = author.fresh("f")
    fact.id, fact.was = author.chance.choice([life, *former_ids(author, fact)]), ""
    fact.life = author.counted
    return f"{fact.mistakes[-1][0]} → {fact.id}"


def mend_a_rename(author: Author) -> str | None:
    fact = author.any_fact(lambda f: f.mistakes and not f.waits)
    if fact is None:
        return None
    name, life = author.chance.choice(fact.mistakes)
    fact.mistakes = []
    fact.was, fact.life, fact.known_as = name, life, ""
    fact.given_up.append(name)
    return f"{fact.id} was {name}"


def drop_was(author: Author) -> str | None:
    fact = author.any_fact(lambda f: f.was and not f.waits)
    if fact is None:
        return None
    fact.was = ""
    return fact.id


def reword_text(author: Author) -> str | None:
    fact = author.any_fact()
    assert fact
    key = author.chance.choice([*NEEDED[fact.kind], *OPTIONAL])
    if key in fact.keys and key in OPTIONAL and key != "when" and author.chance.randrange(3) == 2:
        del fact.keys[key]
    else:
        fact.keys[key] = author.chance.choice(OPTIONAL[key]) if key in OPTIONAL else author.text()
    return f"{fact.id}: {key}: {fact.keys.get(key)}"


def switch(author: Author) -> str | None:
    """`retired`, `tags` and `both` on or off."""
    fact = author.any_fact()
    assert fact
    values = {"retired": "Wrong.", "tags": [author.chance.choice(("t", "u::v"))], "both": True}
    key = author.chance.choice(list(values) if fact.kind == "why" else list(values)[:2])
    if fact.keys.pop(key, None) is None:
        fact.keys[key] = values[key]
    return f"{fact.id}: {key}: {fact.keys.get(key)}"


def edit_part(change: Callable[[Author, Fact], bool]) -> Callable[[Author], str | None]:
    """An edit of a fact with blanks, steps, sides or regions."""

    def edit(author: Author) -> str | None:
        fact = author.any_fact(lambda f: f.parts)
        if fact is None or not change(author, fact):
            return None
        fact.part_edits += 1
        return f"{fact.id}: {' '.join(map(str, fact.pieces))}"

    edit.__name__ = change.__name__
    return edit


@edit_part
def reword_part(author: Author, fact: Fact) -> bool:
    author.chance.choice(fact.parts).text = author.answer(fact)
    return True


@edit_part
def reword_beside(author: Author, fact: Fact) -> bool:
    """A hint, a side's description, or words around blanks."""
    chance = author.chance
    at = chance.randint(0, len(fact.pieces))
    if fact.kind in LISTS or chance.randrange(4) == 3:
        part = chance.choice(fact.parts)
        part.hint, part.about = "" if part.hint else "help", author.about(fact)
    elif at < len(fact.pieces) and isinstance(fact.pieces[at], str):
        fact.pieces[at : at + 1] = [chance.choice(WORDS)] * chance.randint(0, 2)
    else:
        fact.pieces.insert(at, chance.choice(WORDS))
    return True


@edit_part
def insert_part(author: Author, fact: Fact) -> bool:
    if len(fact.parts) == 5:
        return False
    part = author.part(fact)
    if fact.kind in SENTENCES and author.chance.randrange(4) == 3:
        pins = [p.pin for p in fact.parts if p.pin]
        part.pin = author.chance.choice([fact.highest + author.chance.randint(1, 3), *pins])
    fact.pieces.insert(author.chance.randint(0, len(fact.pieces)), part)
    return True


@edit_part
def remove_part(author: Author, fact: Fact) -> bool:
    if len(fact.parts) <= {"quote": 0, "cloze": 1}.get(fact.kind, 2):
        return False
    part = author.chance.choice(fact.parts)
    at = fact.pieces.index(part)
    stays = fact.kind in SENTENCES and (len(fact.pieces) == 1 or author.chance.randrange(2) == 1)
    fact.pieces[at : at + 1] = [part.text] if stays and " " not in part.text else []
    if not fact.pieces:
        fact.pieces = ["the"]
    return True


@edit_part
def move_part(author: Author, fact: Fact) -> bool:
    part = author.chance.choice(fact.parts)
    fact.pieces.remove(part)
    fact.pieces.insert(author.chance.randint(0, len(fact.pieces)), part)
    return True


@edit_part
def pin_number(author: Author, fact: Fact) -> bool:
    """The author writes the number that a blank has, or leaves it away again."""
    part = author.chance.choice(fact.parts)
    if fact.kind in LISTS or not part.number:
        return False
    part.pin = None if part.pin else part.number
    return True


def edit_section(author: Author) -> str | None:
    section = author.chance.choice(author.sections)
    if author.chance.randrange(2) == 1:
        section.tags = [] if section.tags else ["background"]
    else:
        section.title = author.fresh("Section ")
    return f"{section.title} {section.tags}"


def edit_picture(author: Author) -> str | None:
    name = author.chance.choice(list(author.pictures))
    author.pictures[name] += 2
    return name


def edit_deck(author: Author) -> str | None:
    if author.chance.randrange(2) == 1:
        author.language = author.chance.choice(LANGUAGES)
    else:
        author.description = author.chance.choice(["", author.fresh("Words ")])
    return f"{author.language} {author.description}"


EDITS: tuple[tuple[Callable[[Author], str | None], ...], ...] = (
    (reword_part, reword_beside, insert_part, remove_part, move_part, pin_number),
    (rename_with_was, rename_without_was, mend_a_rename),
    (insert_fact, delete_fact, bring_fact_back, move_fact, drop_was),
    (reword_text, switch, edit_section, edit_picture, edit_deck),
)  # fmt: skip


# --- what a learner does and sees -------------------------------------------------------------


class Seen(NamedTuple):
    """A collection at one moment: whole rows."""

    notes: dict[str, real_anki.NoteRow]
    cards: dict[tuple[str, int], tuple[Any, ...]]
    revlog: list[Any]
    types: dict[str, dict[str, Any]]


class Learner:
    def __init__(self, chance: Random, col: Collection) -> None:
        self.chance = chance
        self.col = col
        self.mine = real_anki.make_deck(col, "Mine")
        self.received: set[str] = set()
        self.deleted: set[str] = set()
        self.missed: set[str] = set()  # GUIDs that changed in releases that were not imported

    def see(self) -> Seen:
        notes = real_anki.note_rows(self.col)
        by_guid = {row.guid: row for row in notes}
        assert len(by_guid) == len(notes), "two notes have one GUID"
        types = {t["name"]: t for t in self.col.models.all() if "crisis-cards" in t["name"]}
        revlog = real_anki.snapshot(self.col)["revlog"]
        return Seen(by_guid, real_anki.card_rows(self.col), revlog, types)

    def act(self, released: int) -> None:
        """Reviews, and edits at a time of their own."""
        chance, col = self.chance, self.col
        seen = self.see()
        if not seen.notes:
            return
        row = chance.choice(list(seen.notes.values()))
        card = chance.choice(list(seen.cards.values()))[0]
        mod = chance.choice([released + STEP // 2, released + STEP, LATER])
        style = chance.choice(list(seen.types.values()))["id"]
        deeds: dict[str, Callable[[], Any]] = {
            "answer": lambda: real_anki.answer(col, card, chance.randint(0, 3)),
            "set due": lambda: col.sched.set_due_date([card], "5!"),
            "suspend": lambda: col.sched.suspend_cards([card]),
            "flag": lambda: col.set_user_flag_for_cards(3, [card]),
            "move": lambda: col.set_deck([card], self.mine),
            "tag": lambda: real_anki.tag_note(col, row, "mine", mod),
            "edit": lambda: real_anki.edit_note(col, row, " my words", mod),
            "style": lambda: real_anki.style(col, style, "\n.mine {}", mod),
            "delete": lambda: self.delete(row),
            "empty": lambda: real_anki.remove_empty_cards(col),
        }
        deed = chance.choice(list(deeds))
        note(f"  learner: {deed} {row.guid} or {card} at {mod - NOW}")
        deeds[deed]()

    def delete(self, row: real_anki.NoteRow) -> None:
        real_anki.delete_note(self.col, row)
        self.deleted.add(row.guid)

    def receive(self, built: pipeline.Built, author: Author) -> None:
        release = built.release
        sent = {p.guid: p for p in release.notes}
        changed = {p.guid for p in release.notes if p.key in release.changed} | self.missed
        before = self.see()
        log = real_anki.import_guids(self.col, built.package)
        after = self.see()
        # The log is the release.
        new = {guid for guid in sent if guid not in self.received or guid in self.deleted}
        beats = {g for g, p in sent.items() if g in before.notes and p.mod > before.notes[g].mod}
        assert log["new"] == new
        assert log["updated"] == beats & changed
        assert log["duplicate"] == set(sent) - new - (beats & changed)
        assert not log["conflicting"]
        assert beats <= changed, "an unchanged note has a newer time"
        # Notes: what was sent, and all others as they were.
        arrived = log["new"] | log["updated"]
        assert after.notes.keys() == before.notes.keys() | new
        for guid, row in after.notes.items():
            if guid in arrived:
                self.compare_note(row, sent[guid], author)
            else:
                assert row == before.notes[guid]
        # Cards and reviews: all as they were, and those of the package.
        held = {(p.guid, ordinal) for p in sent.values() for ordinal in ordinals(p)}
        assert after.cards.keys() == before.cards.keys() | held
        home = self.col.decks.id_for_name("D")
        for key, card in after.cards.items():
            assert card == before.cards[key] if key in before.cards else card[2] == home
        assert after.revlog == before.revlog
        self.compare_empty(after)
        self.compare_types(before, after, built)
        if author.description:
            assert author.description in self.col.decks.by_name("D")["desc"]  # type: ignore[index]
        # The same package again changes nothing.
        snapshot = real_anki.snapshot(self.col)
        assert real_anki.import_guids(self.col, built.package)["duplicate"] == set(sent)
        assert real_anki.snapshot(self.col) == snapshot
        self.received |= set(sent)
        self.deleted -= set(sent)
        self.missed -= set(sent)

    def miss(self, release: Release) -> None:
        self.missed |= {p.guid for p in release.notes if p.key in release.changed}

    def compare_note(self, row: real_anki.NoteRow, published: Published, author: Author) -> None:
        assert row.mod == published.mod
        assert tuple(row.flds.split("\x1f")) == tuple(fields(published))
        assert set(row.tags.split()) == set(published.tags)
        for picture in published.pictures:
            stored = Path(self.col.media.dir(), picture).read_bytes()
            assert stored == png(author.pictures[author.files[picture]])
            assert f'src="{picture}"' in published.fields
        assert bool(published.pictures) == ("<img " in row.flds)

    def compare_empty(self, seen: Seen) -> None:
        """Only cards of blanks that are gone are empty, and no card is missing."""
        empty = real_anki.empty_card_ids(self.col)
        texts = {guid: row.flds.split("\x1f") for guid, row in seen.notes.items()}
        clozes = {t["id"] for t in seen.types.values() if t["type"] == 1}
        full = {
            (guid, ordinal)
            for guid, row in seen.notes.items()
            for ordinal in (of_cloze(texts[guid]) if row.mid in clozes else (0,))
        }
        assert full <= seen.cards.keys()
        assert empty == {row[0] for key, row in seen.cards.items() if key not in full}

    def compare_types(self, before: Seen, after: Seen, built: pipeline.Built) -> None:
        """A note type changes where the release says so; otherwise a learner's styling stays."""
        release = built.release
        names = {f"deck · {kind} (crisis-cards)": kind for kind in release.types}
        used = {row.mid for row in after.notes.values()}
        assert {t["id"] for t in after.types.values()} >= used
        assert after.types.keys() <= names.keys(), "a second note type"
        sent = {p.type for p in release.notes}
        for name, look in after.types.items():
            mod = release.types[names[name]]
            if names[name] in sent and (
                name not in before.types or before.types[name]["mod"] < mod
            ):
                assert look["mod"] == mod
                assert ".mine" not in look["css"]
            else:
                assert look == before.types[name]


def ordinals(published: Published) -> tuple[int, ...]:
    return (0,) if published.type == "question" else of_cloze(fields(published))


@settings(
    max_examples=int(os.environ.get("CRISIS_CARDS_HISTORIES", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.randoms(use_true_random=False))
def test_no_history_breaks_a_promise(chance: Random) -> None:
    play(chance)


def play(chance: Random) -> None:
    with tempfile.TemporaryDirectory() as place, real_anki.collection(Path(place)) as col:
        author = Author(chance, Path(place, "deck"))
        learner = Learner(chance, col)
        now = latest = NOW
        for at in range(chance.randint(3, 5)):
            note(f"release {at} at {now - NOW}")
            for _ in range(chance.randint(0, 7) if at else 0):
                author.edit()
            built = author.release(now)
            latest = max(now, latest)
            if at and chance.randrange(6) == 5:
                note("  not imported")
                learner.miss(built.release)
            else:
                learner.receive(built, author)
                for _ in range(chance.randint(0, 4)):
                    learner.act(latest)
            now += chance.choice((STEP, STEP, STEP, 0, -5 * STEP))
        cards_before = real_anki.cards(col)
        col.fix_integrity()
        assert real_anki.cards(col) == cards_before
