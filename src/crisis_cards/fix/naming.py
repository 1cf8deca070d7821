"""Ids for facts that have none: short, of words that matter, and never used before."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..problems import Edit, Problem

_NAME = re.compile(r"([\s,;]*)([^\s:,;{}]+)([:,;\t].*|)", re.DOTALL)
_WORDS = 4
_LONGEST = 32


def named(problem: Problem, taken: set[str], small: Collection[str]) -> Problem:
    """A list or table of facts without ids, each with an id of its own; they are added to `taken`.

    Its edits have all words of a fact before their colons, or in a cell of a table; `small` are
    words that say little.
    """
    return problem._replace(fix=tuple(_renamed(edit, taken, small) for edit in problem.fix))


def _renamed(edit: Edit, taken: set[str], small: Collection[str]) -> Edit:
    found = _NAME.fullmatch(edit.text)
    if not found or found[2] == "id":  # the head of a column
        return edit
    before, name, behind = found.groups()
    made = free_id(name.split("-"), taken, small)
    taken.add(made)
    return edit._replace(text=before + made + behind)


def free_id(words: list[str], taken: Collection[str], small: Collection[str]) -> str:
    """The first words that matter; more of them where other facts begin alike, or a number."""
    telling = [word for word in words if word not in small] or words
    short = telling[:1]
    for word in telling[1:_WORDS]:
        if len("-".join([*short, word])) > _LONGEST:
            break
        short.append(word)
    for size in range(len(short), min(len(telling), 3 * _WORDS) + 1):
        if (name := "-".join(telling[:size])) not in taken:
            return name
    number = 2
    while (name := f"{'-'.join(short)}-{number}") in taken:
        number += 1
    return name
