"""The tree of a YAML text: values that know their place."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from ..problems import Edit, Problem, Span
from .quotes import places


class File:
    """A file's text, and the way from an offset in it to a line and column.

    `shown` is the text as it was typed, where it is read otherwise, of the same length.
    """

    def __init__(self, path: str, text: str, shown: str = "") -> None:
        self.path = path
        self.text = text
        self.shown = shown or text

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of every line. Lines end as in editors: LF, CRLF or CR."""
        if "\r" in self.text:
            return [0, *(m.end() for m in re.finditer(r"\r\n?|\n", self.text))]
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))][:-1]

    def line(self, offset: int) -> int:
        """The number of the line, from 1, that an offset lies in."""
        return bisect_right(self._starts, min(offset, len(self.text)))

    def start_of(self, line: int) -> int:
        """The offset at which a line begins, by its number."""
        return self._starts[min(line, len(self._starts)) - 1]

    def span(self, start: int, end: int) -> Span:
        """The range of two offsets; one that runs over several lines is cut at its first."""
        start = min(start, len(self.text))
        number = self.line(start)
        first = self._starts[number - 1]
        last = self._starts[number] if number < len(self._starts) else len(self.text)
        line = self.shown[first:last].rstrip("\r\n")
        column = start - first + 1
        end_column = max(column + 1, min(end - first, len(line)) + 1)
        return Span(self.path, number, column, end_column, line)

    def places(self, text: Text) -> list[tuple[int, int]]:
        """For every character of a value, the range that it comes from, counted from its start."""
        return places(self.text[text.start : text.end], text.value)

    def typed(self, text: Text, new: str) -> str:
        """`new` as it is written inside of a value, as the quotes around that want it."""
        mark = self.text[text.start]
        if mark == '"':
            return new.replace("\\", "\\\\").replace('"', '\\"')
        return new.replace("'", "''") if mark == "'" else new


class Text(NamedTuple):
    """A scalar exactly as written (`no` stays "no") and the offsets where it stands."""

    value: str
    start: int
    end: int
    file: File

    @property
    def span(self) -> Span:
        return self.file.span(self.start, self.end)

    def span_of(self, start: int, end: int) -> Span:
        """Where a part of the value stands in the file; `start` and `end` are offsets in it."""
        return self.file.span(*self.range_of(start, end))

    def edit(self, start: int, end: int, new: str) -> Edit:
        """What puts `new` into the place of a part of the value, written as its quotes want it."""
        return Edit(*self.range_of(start, end), self.file.typed(self, new))

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """The same as offsets in the file."""
        text = self.file.text
        if text[self.start] != '"' and text.startswith(self.value, self.start):  # on one line
            return self.start + start, self.start + max(start + 1, end)
        ranges = self.file.places(self)
        first, last = ranges[start], ranges[max(start, end - 1)]
        return self.start + first[0], self.start + last[1]


def insertion(key: Text, entry: str) -> tuple[Edit, ...]:
    """The edit that makes `entry` ("key: text") the first one of the mapping below a key."""
    text = key.file.text
    found = re.compile(r"\s*:(?:[ \t]*(?:#[^\r\n]*)?(\r\n|\n|\r))*([ \t]*)").match(text, key.end)
    if not found:
        return ()
    if found[1]:
        return (Edit(found.end(), found.end(), f"{entry}{found[1]}{found[2]}"),)
    if text[found.end() : found.end() + 1] == "{":
        return (Edit(found.end() + 1, found.end() + 1, f"{entry}, "),)
    return ()


class Mapping(NamedTuple):
    """Keys and values in the order of the file, repeated keys included."""

    items: list[tuple[Text, Node]]
    start: int
    end: int
    file: File

    @property
    def span(self) -> Span:
        return self.file.span(self.start, self.end)


class Sequence(NamedTuple):
    """A list."""

    items: list[Node]
    start: int
    end: int
    file: File

    @property
    def span(self) -> Span:
        return self.file.span(self.start, self.end)


Node: TypeAlias = "Text | Mapping | Sequence"


class Document(NamedTuple):
    """What a file holds. `root` is None for an empty file, and where nothing could be read.

    `broken` says that not all could be read. `errors` are the slips that it comes from: they are
    not among the problems that reading returns, because whoever knows what the tree should be may
    know a better explanation. `lacking` are the mappings that lack something for it, by their
    `start`; `doubtful` are keys whose value ran up to a slip and is left out.
    """

    file: File
    root: Node | None
    broken: bool
    errors: tuple[Problem, ...] = ()
    lacking: frozenset[int] = frozenset()
    doubtful: tuple[Text, ...] = ()
