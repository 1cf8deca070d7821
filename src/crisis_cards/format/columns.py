"""What is wrong in a table, in its own words: the names of its columns, and cells, not lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from ..problems import Problem
from . import cells
from .cells import ID, Table

_WORDS = (
    (r'add the lines? "([\w-]+): …"', r'fill in the column "\1"'),
    (r'add the line "([\w-]+): ([^"]+)"', r'write "\2" into the column "\1"'),
    ("remove th(?:is|e) line", "empty this cell"),
    ("it can also have: .*", "empty this cell"),
    (r'write a line with an id of its own above it, such as "[^"]*"', "move it to another row"),
)
"""What hints say of lines of YAML, and what that comes to in a table."""


def told(problems: Iterable[Problem], tables: Mapping[str, bytes | OSError]) -> list[Problem]:
    """Problems of a deck, those in tables in their words; `tables` are their contents, by path."""

    @cache
    def table(path: str) -> Table | None:
        return cells.read(tables[path], path)[0] if path in tables else None

    return [_told(p, found) if (found := table(p.span.path)) else p for p in problems]


def _told(problem: Problem, table: Table) -> Problem:
    message, hint = problem.message, problem.hint
    if not (name := table.column_of(problem.span)):
        return problem
    for of_yaml, of_table in _WORDS:
        hint = re.sub(of_yaml, of_table, hint)
    if name != ID and f'"{name}"' not in message:
        message += f' (column "{name}")'
    return problem._replace(message=message, hint=hint)
