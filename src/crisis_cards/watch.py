"""Decks that are read again when one of their files is saved."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from . import pipeline
from .format.folders import BASELINE, LOCK, MEDIA, TABLES, TYPES
from .pipeline import Memory, Project
from .problems import Problem
from .store import Store

INSTALL = "pip install 'crisis-cards[watch]'"

# Milliseconds. What changed is told when a step has brought nothing more. Some editors delete a
# file and write it anew, or write it in pieces: that is one change, not two.
_STEP = 20
_PATIENCE = 200  # for the rest of such a change
_ROUND = 50  # until it is looked for


class UnavailableError(Exception):
    """The library that watches files is not installed."""


def changes(
    folders: Iterable[Path], stop: threading.Event | None = None
) -> Iterator[frozenset[Path]]:
    """The paths below folders that changed, resolved, each time that they have settled.

    The first set comes at once, when the watch has begun, and is mostly empty: what is read after
    it misses no change. A path may be a file that is new, changed or gone, or a folder. Ends when
    `stop` is set; Ctrl-C raises KeyboardInterrupt. Raises UnavailableError where the library is
    missing, and OSError where a folder cannot be watched.
    """
    try:
        import watchfiles
    except ImportError as error:
        raise UnavailableError(f"watching needs one more library: {INSTALL}") from error
    begun = False
    made: dict[Path, bool] = {}  # what changed, and whether it was made
    latest = 0.0
    for found in watchfiles.watch(
        *(folder.resolve() for folder in folders),
        watch_filter=lambda _, path: _matters(Path(path)),
        step=_STEP,
        rust_timeout=_ROUND,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        latest = latest if made else time.monotonic() + _PATIENCE / 1000
        for change, name in found:
            path = Path(name)
            made[path] = made.get(path, False) or change == watchfiles.Change.added
        if begun and not made:
            continue
        if time.monotonic() >= latest or not any(_goes_on(*each) for each in made.items()):
            begun = True
            yield frozenset(made)
            made.clear()


def projects(
    roots: Iterable[Path], find: Callable[[], list[Path]], store: Store
) -> Iterator[tuple[list[Project], set[Path]]]:
    """The decks below some folders, now and after every change, and which of them were read anew.

    `find` says which folders are decks at the time. A lock that the caller wrote in between is no
    change. Raises what `changes` raises.
    """
    known: dict[Path, Project] = {}
    memories: dict[Path, Memory] = {}
    locks: dict[Path, bytes] = {}
    for changed in changes(roots):
        if changed and all(path in locks and _content(path) == locks[path] for path in changed):
            continue
        folders = find()
        fresh = {folder for folder in folders if folder not in known or _is_in(changed, folder)}
        for folder in fresh:
            known[folder] = pipeline.read(folder, memories.setdefault(folder, Memory(store)))
        known = {folder: known[folder] for folder in folders}
        yield list(known.values()), fresh
        locks = {path: _content(path) for path in (f.resolve() / LOCK for f in folders)}


def difference(
    before: Iterable[Problem], after: Iterable[Problem]
) -> tuple[list[Problem], list[Problem]]:
    """The problems that are new and those that are gone.

    One whose line only moved, because of other lines above it, is neither.
    """
    old, new = _by_line(before), _by_line(after)
    return _beyond(new, old), _beyond(old, new)


def _goes_on(path: Path, was_made: bool) -> bool:
    """Whether a file is being written, or is gone and may be written anew.

    What was made and is gone was an editor's own file.
    """
    try:
        return 0 <= time.time() - path.stat().st_mtime < _STEP / 1000
    except OSError:
        return not was_made


def _matters(path: Path) -> bool:
    """Whether a path can be a deck's: not an editor's own file, nor a package below the deck.

    A path without a suffix may be a folder that was renamed, with all that it holds.
    """
    if path.name.startswith(".") or path.name.endswith("~"):
        return path.name == BASELINE
    deck_file = path.suffix.lower() in (".yaml", ".yml", ".css", "", *TABLES) or path.name == LOCK
    return deck_file or not {MEDIA, TYPES}.isdisjoint(path.parts)


def _is_in(changed: Iterable[Path], folder: Path) -> bool:
    place = folder.resolve()
    return any(path.is_relative_to(place) for path in changed)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


_Problems = dict[tuple[str, str, str, str], list[Problem]]


def _by_line(problems: Iterable[Problem]) -> _Problems:
    """Problems by what they say of which line, wherever in the file that line stands."""
    found: _Problems = {}
    for problem in problems:
        # A message may name other lines by their number, and they move as well.
        message = re.sub(r"\d+", "", problem.message)
        key = (problem.span.path, problem.span.source.strip(), problem.check, message)
        found.setdefault(key, []).append(problem)
    return found


def _beyond(these: _Problems, those: _Problems) -> list[Problem]:
    return [problem for key, found in these.items() for problem in found[len(those.get(key, ())) :]]
