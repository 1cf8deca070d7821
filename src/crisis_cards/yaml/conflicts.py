"""What git leaves in a file where two branches changed the same lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .quotes import indent, line_end

_MARK = re.compile(r"(?<![^\r\n])([<|=>])\1{6}(?=[ \r\n]|$)")
_BREAK = re.compile(r"\r\n?|\n")


class Conflict(NamedTuple):
    """A conflict, or a mark that has lost its partners; places are offsets.

    `start` and `end` are those of all its lines. `ours` and `theirs` are the ranges of the lines of
    both sides, `dropped` are those that are not read: the marks, and all but our side.
    """

    start: int
    end: int
    ours: tuple[int, int]
    theirs: tuple[int, int]
    dropped: tuple[tuple[int, int], ...]


def conflicts(text: str) -> Iterator[Conflict]:
    """The conflicts in a text, in their order."""
    marks: list[tuple[str, int, int]] = []  # of the conflict that is open

    def strays() -> Iterator[Conflict]:
        for _, start, end in marks:
            yield Conflict(start, end, (start, start), (end, end), ((start, end),))
        marks.clear()

    for found in _MARK.finditer(text):
        sign, start, end = found[1], found.start(), line_end(text, found.start())
        if sign == "<":
            yield from strays()
        elif "".join(mark[0] for mark in marks) not in _BEFORE[sign]:
            if sign != "=":  # it may underline a heading
                yield from strays()
                yield Conflict(start, end, (start, start), (end, end), ((start, end),))
            continue
        marks.append((sign, start, _after(text, end)))
        if sign == ">":
            ours = marks[0][2], marks[1][1]
            theirs = marks[-2][2], marks[-1][1]
            dropped = (marks[0][1], marks[0][2]), (marks[1][1], end)
            yield Conflict(marks[0][1], end, ours, theirs, dropped)
            marks.clear()
    yield from strays()


_BEFORE = {"|": ("<",), "=": ("<", "<|"), ">": ("<=", "<|=")}


def without(text: str, found: list[Conflict]) -> str:
    """A text in which our side of every conflict stands, and blanks for all that is dropped."""
    parts, at = [], 0
    for start, end in (part for conflict in found for part in conflict.dropped):
        parts += [text[at:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def depth(text: str, conflict: Conflict) -> int:
    """How deep the first line of a conflict stands, on the side where it stands deeper."""
    sides = (text[start:end] for start, end in (conflict.ours, conflict.theirs))
    return max(indent(side.lstrip("\r\n")) for side in sides)


def _after(text: str, end: int) -> int:
    """Where the next line begins."""
    found = _BREAK.match(text, end)
    return found.end() if found else end
