"""The public Python interface, as `crisis_cards` offers it."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from . import pipeline, store
from .pipeline import Built, Deck, Memory, Project
from .problems import Check, Edit, Problem, Span
from .release.plan import Release

__all__ = [
    "BrokenDeckError", "Built", "Check", "Deck", "Edit", "Problem", "Project", "Release", "Span",
    "Values", "build", "check", "make", "read",
]  # fmt: skip

Place: TypeAlias = "str | os.PathLike[str]"
Values: TypeAlias = "str | list[Values] | dict[str, Values]"
"""What an author would write in a file, as Python has it: texts, lists and dicts with their keys.

There are no other values: `no`, `1962` and `22:30` are texts.
"""


class BrokenDeckError(Exception):
    """A deck with errors cannot be built; `problems` says what is wrong, and where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(problem for problem in problems if problem.is_error)
        (path, line, *_), _, message, *_ = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{path}:{line}: {message}{more}")


def read(folder: Place) -> Project:
    """The deck in a folder, with everything that is wrong with it.

    `problems` of the project has all errors and warnings, `deck` is None where there are errors.
    Raises OSError where the folder cannot be listed.
    """
    return pipeline.read(Path(folder), Memory(store.usual()))


def make(
    folder: Place,
    settings: Mapping[str, Values],
    sections: Mapping[str, Mapping[str, Values]],
) -> Project:
    """A deck made of Python values instead of files.

    `settings` has the keys of a deck.yaml, `sections` those of section files, by names that decide
    their order. The folder holds the deck's lock and its pictures; its YAML files are not read. In
    places of problems, a line counts in the values written as JSON. Raises TypeError for values
    other than texts, lists and dicts, and ValueError for a section called "deck".
    """
    if "deck" in sections:
        raise ValueError('a section cannot be called "deck": that is the name of the settings')
    files: dict[Path, bytes] = {}
    for name, values in {"deck": settings, **sections}.items():
        _require_texts(name, values)
        text = _as_yaml(values)
        files[Path(folder, f"{name}.yaml")] = text.encode("utf-8", "surrogatepass")
    paths = sorted(Path(folder, f"{name}.yaml") for name in sections)
    return pipeline.read(Path(folder), unsaved=files, sections=paths)


def _as_yaml(values: Mapping[str, Values]) -> str:
    r"""Values as JSON, which is YAML too; line ends and tabs as `\u000a` and `\u0009`.

    A `\n` behind a backslash may be one that an author of a file has typed for a name, as in
    `C:\new`; here nobody has.
    """
    text = json.dumps(values, ensure_ascii=False, indent=2)
    return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), text)


_ESCAPES = {"n": r"\u000a", "t": r"\u0009", "r": r"\u000d", "b": r"\u0008", "f": r"\u000c"}


def _require_texts(name: str, value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _require_texts(name, key)
            _require_texts(f"{name}[{key!r}]", inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            _require_texts(f"{name}[{at}]", inner)
    elif not isinstance(value, str):
        raise TypeError(f"{name} must be a text, a list or a dict, not {value!r}")


def check(source: Place | Project) -> tuple[Problem, ...]:
    """Everything that is wrong with a deck, errors and warnings, in the order of their places."""
    project = source if isinstance(source, Project) else read(source)
    return tuple(sorted(project.problems))


def build(
    source: Place | Project,
    package: Place,
    *,
    now: int | None = None,
    locked: bool = False,
    rerender: bool = False,
    new_lock: bool = False,
) -> Built | None:
    """Builds a deck into a package that Anki imports, and its deck.lock.

    `now` is the time of the release in seconds since 1970, the present one by default. With
    `locked`, the answer is None where the lock would change, and nothing is written. With
    `rerender`, notes that this version draws otherwise are sent to all learners. With `new_lock`, a
    lock that is gone is begun anew. Raises BrokenDeckError where the deck has errors, or its lock
    is gone although git or the former package knows of it, and OSError where a file cannot be
    written; the former package and lock stay as they were then.
    """
    project = source if isinstance(source, Project) else read(source)
    if project.deck is None:
        raise BrokenDeckError(project.problems)
    if not new_lock and (lost := pipeline.lost_lock(project.deck, Path(package))):
        raise BrokenDeckError(tuple(lost))
    moment = int(time.time()) if now is None else now
    return pipeline.write(project.deck, Path(package), moment, locked=locked, rerender=rerender)
