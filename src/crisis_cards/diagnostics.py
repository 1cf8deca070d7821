"""Problems and where they are.

A problem is a value: complete when it is made, never changed, never raised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

ERRORS = {
    "yaml-syntax": "the file is not YAML, or uses a character that YAML does not allow",
    "not-utf8": "the file is not written in UTF-8",
    "duplicate-key": "a key stands twice in one place",
    "unknown-key": "a key that the format does not have, mostly a misspelt one",
    "missing-key": "a key that is needed is not there",
    "wrong-type": "a value has the wrong shape, such as a list instead of a text",
    "alias": "a value begins with `&`, `*` or `!`, which mean something in YAML",
    "bad-id": "an id is not lower-case words with hyphens, or a published deck got another",
    "duplicate-id": "two facts, or two decks, have one id",
    "no-kind": "nothing says what kind of fact this is",
    "two-kinds": "a fact has the keys of two kinds",
    "unknown-source": "a fact names a source that deck.yaml does not have",
    "unknown-check": "an `allow` or `off` names a check that does not exist",
    "bad-date": "a date cannot be read, or is not in the calendar",
    "shared-date": "an event with `both: true` has the date of another event",
    "bad-tag": "a tag that Anki would change",
    "no-cloze": "a sentence to be completed has no blank",
    "unclosed-cloze": "the mark of a blank has no partner",
    "empty-cloze": "a blank hides nothing",
    "bad-cloze-number": "a blank has a number that Anki cannot use",
    "missing-media": "a picture is not there",
    "unsafe-media": "a file is too large, or no plain picture",
    "unsafe-style": "theme.css would load something, or break the card",
    "media-collision": "two pictures would be one file in Anki",
    "bad-lock": "deck.lock cannot be read, so that it is not known what learners have",
    "bad-was": "`was` names an id that is still there, or that another fact claims",
    "wrong-count": "a sequence or contrast has fewer than two parts",
    "bad-region": "a region of a picture is not four numbers that lie inside it",
    "repeated-text": "a step or side stands twice in one fact",
    "bad-url": "an address does not begin with http:// or https://, or has a space",
    "bad-language": "the code of a language does not exist",
    "empty-deck": "a deck has no section files",
    "unreadable-file": "the system does not let the file be read",
}
"""What stops a build, and what each means."""
WARNINGS = frozenset(
    """
    no-source answer-long answer-list enumeration answer-leak hint-leak cloze-leak
    double-question yes-no vague-question duplicate-question near-twin date-precision
    relative-time dangling-pronoun question-size cloze-shape sequence-shape
    unattributed-claim avoided-term dropped-comment orphan-media no-alt looks-renamed unknown-was
    unused-allow thin-section
    """.split()
)
NAMES = frozenset(ERRORS) | WARNINGS
"""Every name that a check has or will have, so that `allow` may use it from the first day."""

FORMATS = ("text", "short", "json", "github")

_EXCERPT = 96  # widest source excerpt under a message, in terminal cells


class Span(NamedTuple):
    """A range on one line of a file, with that line, so that nothing has to be read again.

    `line` and the columns are 1-based and counted in characters; `end_column` is exclusive.
    `source` is empty where there is no line to show (a file that cannot be read).
    """

    path: str
    line: int
    column: int
    end_column: int
    source: str = ""


class Edit(NamedTuple):
    """A text to be put in the place of a range of a file.

    The range is given in characters of the decoded file, a byte-order mark not counted.
    """

    start: int
    end: int
    text: str


class Diagnostic(NamedTuple):
    """One problem. It sorts by file, line, column and name of the check.

    `message` says what is wrong, in lower case and without a full stop;
    `hint` says what to type instead, or is empty.
    `fix` mends the file that the span lies in; it is empty where no remedy is the only one.
    """

    span: Span
    check: str
    message: str
    hint: str = ""
    fix: tuple[Edit, ...] = ()

    @property
    def severity(self) -> str:
        """`error` stops the build, `warning` does not."""
        return "error" if self.check in ERRORS else "warning"

    @property
    def is_error(self) -> bool:
        return self.check in ERRORS


def render(problems: Iterable[Diagnostic], style: str) -> str:
    """All problems in one of `FORMATS`, sorted by place; empty for none (JSON: an empty array)."""
    ordered = sorted(problems)
    if style == "json":
        return json.dumps([_record(p) for p in ordered], indent=2) + "\n"
    line = {"text": _text, "short": _short, "github": _github}[style]
    return "".join(line(_flat(p)) + "\n" for p in ordered)


def _flat(problem: Diagnostic) -> Diagnostic:
    """With a message of one line: what it quotes may have several."""
    if "\n" not in problem.message and "\n" not in problem.hint:
        return problem
    message, hint = (" ".join(text.split()) for text in (problem.message, problem.hint))
    return problem._replace(message=message, hint=hint)


def summary(problems: Iterable[Diagnostic]) -> str:
    """How many there are, in words: `2 errors, 1 warning`."""
    listed = list(problems)
    errors = sum(p.is_error for p in listed)
    parts = [count(errors, "error")] if errors else []
    if len(listed) > errors:
        parts.append(count(len(listed) - errors, "warning"))
    return ", ".join(parts) or "no problems"


def count(number: int, noun: str) -> str:
    """`1 fact`, `2 facts`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def excerpt(text: str, longest: int = 50) -> str:
    """A text as a message quotes it: in one line, with at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 3].rstrip() + "…"


def _short(problem: Diagnostic) -> str:
    path, line, column, *_ = problem.span
    return f"{path}:{line}:{column}: {problem.severity}[{problem.check}] {problem.message}"


def _text(problem: Diagnostic) -> str:
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


def _github(problem: Diagnostic) -> str:
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


def _record(problem: Diagnostic) -> dict[str, str | int]:
    path, line, column, end, _ = problem.span
    return {
        "path": path,
        "line": line,
        "column": column,
        "end_column": end,
        "severity": problem.severity,
        "check": problem.check,
        "message": problem.message,
        "hint": problem.hint,
    }


def _excerpt(span: Span) -> tuple[str, str, str]:
    """The source line before, under and after the caret, cut to a readable width."""
    # A tab is one character to the author's editor and several cells here; control and
    # direction characters would act on the terminal.
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", " ", span.source)
    before, marked, after = (
        line[: span.column - 1],
        line[span.column - 1 : span.end_column - 1],
        line[span.end_column - 1 :],
    )
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
