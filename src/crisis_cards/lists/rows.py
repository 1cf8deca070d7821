"""The rows of a list, whatever form it has."""

from __future__ import annotations

from typing import NamedTuple

MOST = 50_000
"""Rows of a list. Nobody learns more, and such a file is something else."""


class ListError(Exception):
    """Why nothing can be read of a file, as a sentence for its author."""


class Row(NamedTuple):
    """Texts, each with what stands above its column or nothing; and the row's place in words.

    `section` is what the row stands under, empty where it stands under nothing.
    """

    place: str
    cells: tuple[tuple[str, str], ...]
    section: str = ""


class Left(NamedTuple):
    """A row that becomes no fact: its place, what it says, and why."""

    place: str
    text: str
    reason: str


class Found(NamedTuple):
    """What a list holds. `in_html` says that its texts are HTML."""

    form: str
    rows: list[Row]
    left: list[Left]
    in_html: bool = False
