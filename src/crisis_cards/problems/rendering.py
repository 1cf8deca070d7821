"""Problems as people and programs read them: text, short, JSON, GitHub's workflow commands."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import PurePath
from textwrap import wrap

from . import Problem, Span

FORMATS = ("text", "short", "json", "github")

_EXCERPT = 96  # widest source excerpt under a message, in terminal cells
_WIDTH = 80  # of lines that hold nothing but places or numbers
_FEW = 5  # like problems that are all printed in full
_SHOWN = 3  # of more than those
_MANY = 20  # problems after which there is a count by check


def render(problems: Iterable[Problem], style: str, *, every: bool = False) -> str:
    """All problems in one of `FORMATS`, sorted by place; empty for none (JSON: an empty array).

    As text, of many that are alike the first are printed in full and the others by their places,
    unless `every` one is wanted.
    """
    ordered = sorted(problems)
    if style == "json":
        return json.dumps([_record(p) for p in ordered], indent=2) + "\n"
    flat = [_flat(problem) for problem in ordered]
    if style == "text":
        return _grouped(flat, _FEW if not every else len(flat))
    line = {"short": _short, "github": _github}[style]
    return "".join(line(problem) + "\n" for problem in flat)


def _grouped(problems: Sequence[Problem], few: int) -> str:
    """Problems as text; of more than a few that are alike, the first in full."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    kinds = [_likeness(problem) for problem in problems]
    for kind, problem in zip(kinds, problems, strict=True):
        alike.setdefault(kind, []).append(problem)
    printed: Counter[tuple[str, str]] = Counter()
    lines = []
    for kind, problem in zip(kinds, problems, strict=True):
        like = alike[kind]
        printed[kind] += 1
        if len(like) <= few or printed[kind] <= _SHOWN:
            lines.append(_text(problem))
        if len(like) > few and printed[kind] == _SHOWN:
            lines.append(_places(problem, like[_SHOWN:]))
    if len(problems) > _MANY:
        numbers = Counter(str(problem.check) for problem in problems).most_common()
        counted = ", ".join(f"{name} {number:,}" for name, number in numbers)
        lines += ["", *wrap(f"by check: {counted}", _WIDTH, break_on_hyphens=False)]
    if any(len(like) > few for like in alike.values()):
        lines.append("crisis-cards check --all shows each")
    return "".join(line + "\n" for line in lines)


def _likeness(problem: Problem) -> tuple[str, str]:
    """What problems share that differ in the words and numbers which their messages quote."""
    return problem.check, re.sub(r'"[^"]*"|\d+', "", problem.message)


def _places(last: Problem, others: Sequence[Problem]) -> str:
    """The places of problems like the last one that is printed, in two lines at most."""
    folder = PurePath(last.span.path).parent
    places = []
    for path, of_file in groupby(others, lambda problem: problem.span.path):
        name = PurePath(path)
        name = name.relative_to(folder) if name.is_relative_to(folder) else name
        numbers = Counter(problem.span.line for problem in of_file)
        lines = [f"{line}" + f" ({n} times)" * (n > 1) for line, n in numbers.items()]
        places += [f"{name}:{lines[0]}", *lines[1:]]
    head = f"  {' ' * len(str(last.span.line))} = and {len(others):,} more: "
    kept = wrap(
        head + ", ".join(places), _WIDTH, subsequent_indent=" " * len(head), max_lines=2,
        placeholder=" …", break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
    return "\n".join(kept)


def _flat(problem: Problem) -> Problem:
    """With a message of one line: what it quotes may have several."""
    if "\n" not in problem.message and "\n" not in problem.hint:
        return problem
    message, hint = (" ".join(text.split()) for text in (problem.message, problem.hint))
    return problem._replace(message=message, hint=hint)


def _short(problem: Problem) -> str:
    path, line, column, *_ = problem.span
    return f"{path}:{line}:{column}: {problem.severity}[{problem.check}] {problem.message}"


def _text(problem: Problem) -> str:
    lines = [_short(problem)]
    gutter = " " * len(str(problem.span.line))
    if problem.span.source.strip():
        before, marked, after = _excerpt(problem.span)
        lines += [
            f"  {gutter} |",
            f"  {problem.span.line} | {before}{marked}{after}",
            f"  {gutter} | {' ' * _cells(before)}{'^' * max(1, _cells(marked))}",
        ]
    if problem.hint:
        lines.append(f"  {gutter} = hint: {problem.hint}")
    return "\n".join(lines)


def _github(problem: Problem) -> str:
    """A workflow command of GitHub Actions; properties and data have their own escapes there."""

    def data(value: str) -> str:
        return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    path, line, column, end, _ = problem.span
    place = data(path).replace(":", "%3A").replace(",", "%2C")
    text = problem.message + (f" (hint: {problem.hint})" if problem.hint else "")
    return (
        f"::{problem.severity} file={place},line={line},col={column},endColumn={end},"
        f"title={problem.check}::{data(text)}"
    )


def _record(problem: Problem) -> dict[str, str | int]:
    (path, line, column, end, _), check, message, hint, _ = problem
    return {
        "path": path, "line": line, "column": column, "end_column": end,
        "severity": check.severity, "check": check, "message": message, "hint": hint,
    }  # fmt: skip


def _excerpt(span: Span) -> tuple[str, str, str]:
    """The source line before, under and after the caret, cut to a readable width."""
    # A tab is one character to the author's editor and several cells here; control and
    # direction characters would act on the terminal.
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", " ", span.source)
    start, end = span.column - 1, span.end_column - 1
    before, marked, after = line[:start], line[start:end], line[end:]
    marked = _cut(marked, _EXCERPT * 2 // 3)
    room = _EXCERPT - _cells(marked)
    if _cells(before) > room * 2 // 3:
        before = "…" + _cut(before[::-1], room * 2 // 3)[::-1].lstrip("…")
    return before, marked, _cut(after, max(0, room - _cells(before)))


def _cut(text: str, room: int) -> str:
    """The start of `text` that fits into `room` cells, with an ellipsis where it was cut."""
    if len(text) * 2 <= room or (_cells(text[: room + 1]) <= room and len(text) <= room):
        return text
    used = 0
    for position, char in enumerate(text):
        used += _cells(char)
        if used > room - 1:
            return text[:position] + "…"
    return text


def _cells(text: str) -> int:
    """Terminal cells: a CJK character takes two, a combining mark none."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # only needed once there is a problem to show

    return max(0, wcswidth(text))
