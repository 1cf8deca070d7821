"""Problems and where they are.

A problem is a value: complete when it is made, never changed, never raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias


class Check(str):
    """What can be wrong with a deck: a name that knows whether it stops a build.

    It is equal to its name. `error` and `warning` make and register one; there is no other way, so
    that a problem cannot have a name that nobody knows.
    """

    __slots__ = ("is_error", "page", "severity")
    is_error: bool
    severity: str  # `error` stops the build, `warning` does not
    page: str  # of a warning: the docstring of what finds it; those of errors are a file


CHECKS: dict[str, Check] = {}
"""Every check by its name, once the package `checks` is imported."""


def error(name: str) -> Check:
    """Registers what stops a build; its page stands in `checks/errors.md`."""
    return _registered(name, "", "error")


def warning(name: str, page: str | None) -> Check:
    """Registers what does not stop a build; it must have a page in the manual."""
    if not page:
        raise ValueError(f"the warning {name} has no page")
    return _registered(name, page, "warning")


def _registered(name: str, page: str, severity: str) -> Check:
    if name in CHECKS:
        raise ValueError(f"there are two checks called {name}")
    check = CHECKS[name] = Check(name)
    check.page, check.severity, check.is_error = page, severity, severity == "error"
    return check


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


class Spot(NamedTuple):
    """A range of a file by its offsets in characters: what a span is made of once it is shown."""

    path: str
    start: int
    end: int


class Edit(NamedTuple):
    """A text to be put in the place of a range of a file.

    The range is given in characters of the decoded file, a byte-order mark not counted.
    """

    start: int
    end: int
    text: str


Fix: TypeAlias = tuple[Edit, ...]
"""What mends a file; empty where no remedy is the only one."""


class Problem(NamedTuple):
    """One problem. It sorts by file, line, column and name of the check.

    `message` says what is wrong, in lower case and without a full stop;
    `hint` says what to type instead, or is empty.
    `fix` mends the file that the span lies in.
    """

    span: Span
    check: Check
    message: str
    hint: str = ""
    fix: Fix = ()

    @property
    def severity(self) -> str:
        """`error` stops the build, `warning` does not."""
        return self.check.severity

    @property
    def is_error(self) -> bool:
        """Whether it stops the build."""
        return self.check.is_error


class Finding(NamedTuple):
    """A warning and the ids of the facts that it is about: any of them may allow it."""

    facts: tuple[str, ...]
    problem: Problem


def summary(problems: Iterable[Problem], old: int = 0) -> str:
    """How many there are, in words: `2 errors, 1 warning`; `old` ones are those not shown."""
    listed = list(problems)
    errors = sum(p.is_error for p in listed)
    parts = [count(errors, "error")] if errors else []
    if len(listed) > errors:
        parts.append(count(len(listed) - errors, "warning"))
    are = f"{count(old, 'old warning')} {'is' if old == 1 else 'are'}"
    return (", ".join(parts) or "no problems") + (f" ({are} in .baseline)" if old else "")


def count(number: int, noun: str) -> str:
    """`1 fact`, `2 facts`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def excerpt(text: str, longest: int = 50) -> str:
    """A text as a message quotes it: in one line, with at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 3].rstrip() + "…"


def reason(error: OSError) -> str:
    """Why the system refuses something, as a part of a sentence."""
    return (error.strerror or str(error)).lower()
