"""What is wrong with a lock that cannot be read: all of it, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .. import git
from ..problems import Problem, Span
from ..problems.errors import BAD_LOCK

_OURS, _BASE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
_SHOWN = 10  # messages; there may be a conflict for every note


def problem(path: str, number: int, line: str, message: str, hint: str) -> Problem:
    """A problem with a line of a lock; without a hint, the whole lock has to come back."""
    if not hint:
        hint = "bring back the lock of the last release, from an earlier commit or a backup"
        if command := git.restoring(Path(path)):
            hint = f"bring back the lock of the last commit: {command}"
    return Problem(Span(path, number, 1, max(2, len(line) + 1), line), BAD_LOCK, message, hint)


def found(
    path: str, lines: Sequence[str], fault: Callable[[str], tuple[str, str] | None]
) -> list[Problem]:
    """All that is wrong with the lines of a lock below its first one.

    `fault` reads a line and gives the message and the hint if it cannot be read. Where there are
    more messages than anybody reads, the last one sums up.
    """
    faults = list(_faults(lines, fault))
    more = len(faults) - _SHOWN
    if more > 1:
        number, line, message, _ = faults[_SHOWN]
        message += f", and {more - 1:,} more places are like this, the last is line {faults[-1][0]}"
        faults = [*faults[:_SHOWN], (number, line, message, faults[0][3])]
    return [problem(path, *each) for each in faults]


def _faults(
    lines: Sequence[str], fault: Callable[[str], tuple[str, str] | None]
) -> Iterator[tuple[int, str, str, str]]:
    """Numbers of lines, the lines, messages and hints."""
    numbered = enumerate(lines, start=2)
    for number, line in numbered:
        if line.startswith(_OURS):
            inside = [line]
            while not inside[-1].startswith(_END) and (after := next(numbered, None)):
                inside.append(after[1])
            hint = "remove git's marks"
            if any(other.startswith(_BASE) for other in inside):
                hint += f", and all from {_BASE} to {_THEIRS}"
            yield (
                number,
                line,
                "git left a merge conflict here",
                f"{hint}; keep the lines of both sides",
            )
        elif line.startswith((_BASE, _THEIRS, _END)):
            yield number, line, "git left a mark of a merge conflict here", "remove this line"
        elif line and (found := fault(line)):
            yield number, line, *found
