"""Checks that span sections: each section gives its entries, and the deck judges those of all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from ..cards.room import Room
from ..cards.subdecks import Move
from ..format import cells
from ..format.deck import Settings
from ..format.folders import Unread
from ..format.tables import is_table
from ..problems import Check, Edit, Finding, Span, Spot
from ..yaml.tree import File, Text, insertion
from .baseline import Baseline
from .record import FactRecord, SectionRecord
from .register import Fault, finding, registered
from .words import Made

if TYPE_CHECKING:
    from .study import Study


@dataclass(frozen=True, eq=False, repr=False)
class Whole:
    """A deck: all of its sections and facts, in their order, and how to find a place in a file.

    `text` gives the text of a file by its path, as it was decoded. `spoiled` are the facts, each
    with its file, that an error lies in: no warning is given of them.

    Of what was published: `published` are all ids that ever were (None: nothing was), `renamed`
    finds the id of a fact that is gone by that of the new one with the same front, in a deck
    without errors. `better_number` gives the number that blanks of a note (its key) with a number
    and these texts should have, beside the numbers that its author wrote; 0 where it is right.
    `published_id` and `published_name` are those of the deck, `latest` is the latest time of a
    note, in seconds since 1970. `rooms` are those of the note types of its own kinds, by name.
    `moved` finds the sections whose published cards are in another deck, by their place in
    `sections`, in a deck without errors.

    `unread` is what looks like a part of the deck. `baseline` are the warnings that it was adopted
    with; `was` gives the new id for one that a fact had before.
    """

    settings: Settings
    folder: Path
    sections: Sequence[SectionRecord]
    records: Sequence[FactRecord]
    text: Callable[[str], str]
    published: Collection[str] | None = None
    renamed: Callable[[], Mapping[str, str]] = dict
    better_number: Callable[[str, int, Sequence[str], Collection[int]], int] = lambda *_: 0
    published_id: str = ""
    published_name: str = ""
    latest: int = 0
    rooms: Mapping[str, Room] = field(default_factory=dict)
    moved: Callable[[], Mapping[int, Move]] = dict
    unread: Sequence[Unread] = ()
    baseline: Baseline = field(default_factory=dict)
    was: Mapping[str, str] = field(default_factory=dict)
    spoiled: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def facts(self) -> Mapping[str, FactRecord]:
        """The facts that could be read, by id; of two with one id, the first."""
        return {fact.id: fact for fact in reversed(self.records) if fact.kind}

    def is_sound(self, path: str, fact: str) -> bool:
        """Whether no error lies in a fact of a file."""
        return (path, fact) not in self.spoiled

    def span(self, at: Spot) -> Span:
        """A place with its line, as messages show it."""
        return self._files[at.path].span(at.start, at.end)

    def place(self, fact: str) -> str:
        """Where a fact begins, in the words of a message."""
        return "{0.at.path}:{0.line}".format(self.facts[fact])

    def insertion(self, fact: FactRecord, entry: str) -> tuple[Edit, ...]:
        """The edit that makes `entry` ("key: text") one of a fact, in YAML its first one."""
        if is_table(fact.at.path):
            table = self._tables[fact.at.path]
            return table.entry(fact.at.start, *entry.split(": ")) if table else ()
        key = Text(fact.id, fact.at.start, fact.at.end, self._files[fact.at.path])
        return insertion(key, entry)

    @cached_property
    def _files(self) -> Made[File]:
        return Made(lambda path: File(path, self.text(path)))

    @cached_property
    def _tables(self) -> Made[cells.Table | None]:
        return Made(lambda path: cells.read(self.text(path).encode(), path)[0])


E = TypeVar("E", bound=tuple[object, ...])

Collect: TypeAlias = "Callable[[Study], Iterable[E]]"
Judge: TypeAlias = "Callable[[Whole, Sequence[E]], Iterator[Fault]]"


class Nothing(NamedTuple):
    """The entry of checks that need no more than the records of all sections and facts."""


@dataclass(frozen=True, eq=False, repr=False)
class Index(Generic[E]):
    """A check that spans sections.

    `entry` is a named tuple of plain data. Every section's entries are collected when it is
    compiled; those of all sections are judged on every run, in the order of the deck.
    With `needs_sound`, they are only where the deck has no errors: behind one, there may be more
    facts than were read.
    """

    check: Check
    entry: type[E]
    collect: Collect[E]
    judge: Judge[E]
    needs_sound: bool = False

    def findings(self, whole: Whole, entries: Mapping[str, Sequence[E]]) -> Iterator[Finding]:
        """What is found in a deck; `entries` are those for all checks."""
        for fault in self.judge(whole, entries.get(self.check, ())):
            yield finding(self.check, fault)


def across(
    entry: type[E], collect: Collect[E], check: Check | None = None, *, needs_sound: bool = False
) -> Callable[[Judge[E]], Index[E]]:
    """Makes an index of the function that judges; without a check, it is a warning of its own."""

    def decorate(judge: Judge[E]) -> Index[E]:
        return Index(check or registered(judge), entry, collect, judge, needs_sound)

    return decorate


def from_records(
    check: Check | None = None, *, needs_sound: bool = False
) -> Callable[[Callable[[Whole], Iterator[Fault]]], Index[Nothing]]:
    """The same for a check that needs no entries."""

    def decorate(judge: Callable[[Whole], Iterator[Fault]]) -> Index[Nothing]:
        known = check or registered(judge)
        return Index(known, Nothing, lambda _: (), lambda whole, _: judge(whole), needs_sound)

    return decorate
