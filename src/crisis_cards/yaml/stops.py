"""Where the parser stopped in a YAML text, and what an author reads of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from ..problems import Edit
from .quotes import KEY_BEFORE, line_end, line_start

# What our reader finds wrong, raised as if it were the parser.
COMPLEX_KEY = "a mapping or list stands where a key belongs"
TOO_DEEP = "values are nested too deeply"
SECOND_DOCUMENT = "a second YAML document begins here"
OWN = (COMPLEX_KEY, TOO_DEEP, SECOND_DOCUMENT)

_NEAR = 10_000  # characters above a slip that show how deep ids stand
_ID = re.compile(r"^( +)(?!(?:steps|sides):)[^\s:]+:[ ]*$", re.MULTILINE)

Flow: TypeAlias = Literal["scalar", "list", "mapping"]
"""What the value of a key is when it stands on the key's line."""
Known: TypeAlias = Mapping[str, Flow]
"""The keys of the format that is read."""


@dataclass(frozen=True)
class Stop:
    """Where the parser could not go on, and what it had read by then; all places are offsets.

    `at`: what it did not expect. `began`: the start of the token in work. `last`: the range of the
    latest scalar. `bracket`: the latest outermost [ or {, or -1; `inside`: it is still open.
    `begun`: where the parser began, and what it was given in place of the text before. `done`: the
    lines of complete facts that it read. `known`: what the value of each known key is. `problem`:
    the parser's own words.
    """

    text: str
    at: int
    began: int
    last: tuple[int, int]
    bracket: int
    inside: bool
    begun: tuple[int, str]
    done: tuple[int, int]
    known: Known
    problem: str

    @cached_property
    def line(self) -> int:
        """Where the line of `at` begins."""
        return line_start(self.text, self.at)

    @cached_property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    @cached_property
    def rest(self) -> str:
        """The line from `at` on."""
        return self.text[self.at : line_end(self.text, self.at)].rstrip()

    @property
    def stray_colon(self) -> bool:
        """Whether it is a colon that the parser did not expect, outside of brackets."""
        return self.here == ":" and self.began == self.at and not self.inside

    @cached_property
    def runs_on(self) -> bool:
        """Whether the latest scalar began on another line and ends right here."""
        start, end = self.last
        lines = line_start(self.text, start) < line_start(self.text, end)
        return lines and not self.text[end : self.at].strip(" ")

    @cached_property
    def place(self) -> int:
        """Where the first thing begins that the parser could not read."""
        if self.inside:
            return self.bracket
        return min(self.began, self.last[0]) if self.runs_on else self.began

    @cached_property
    def closed_quote(self) -> bool:
        """Whether the latest scalar is a quoted one of one line and ends right here."""
        start, end = self.last
        places = (at for at in (self.began, self.at) if end <= at)
        near = any(not self.text[end:at].strip(" ") for at in places)
        return near and not self.runs_on and self.text[start : start + 1] in ("'", '"')

    @cached_property
    def structured(self) -> bool:
        """Whether the latest brackets were meant as a list or mapping, and not as text."""
        flow, start = self.flow(self.bracket), self.bracket
        if self.text[start] == "[":
            return flow in ("list", "mapping")
        inner = self.text[start + 1 : line_end(self.text, start)]
        return flow == "mapping" or (not flow and bool(re.match(r"[ ]*[\w-]+:[ ]", inner)))

    @cached_property
    def value(self) -> int:
        """Where the value on the line of `at` begins: after its key, if there is one."""
        value = self.last[0] if self.line <= self.last[0] < self.at else self.line
        if self.text[self.line : value].strip():
            return value
        key = re.compile(r"[ ]*(?:- )*[^:\n]*:[ ][ \t]*").match(self.text, self.line, self.at)
        return key.end() if key else self.at - len(self.text[self.line : self.at].lstrip(" -"))

    @cached_property
    def id_level(self) -> int:
        """The indentation of the nearest id above: a line with a key alone, below `facts:`."""
        ids = _ID.findall(self.text, max(0, self.line - _NEAR), self.line)
        return len(ids[-1]) if ids else 2

    def flow(self, value: int) -> Flow | None:
        """What the key before a value asks for; None where there is no known key."""
        key = KEY_BEFORE.fullmatch(self.text, line_start(self.text, value), value)
        return self.known.get(key[1]) if key else None


class Slip(NamedTuple):
    """A syntax error in the author's words, and the edits that mend it.

    `start` and `end` are offsets in the text. `sure`: the edits are the only remedy.
    """

    start: int
    end: int
    message: str
    hint: str = ""
    edits: tuple[Edit, ...] = ()
    sure: bool = False

    @property
    def fix(self) -> tuple[Edit, ...]:
        return self.edits if self.sure else ()


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits that do not overlap."""
    parts, at = [], 0
    for start, end, new in sorted(edits):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def unmoved(edits: Iterable[Edit], at: int) -> int:
    """Where an offset of the edited text lies in the text before."""
    for start, end, new in sorted(edits):
        if at <= start:
            break
        at = max(start, at - len(new) + (end - start))
    return at
