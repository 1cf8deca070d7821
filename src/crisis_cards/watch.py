"""Decks that are read again when one of their files is saved."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from . import build, lock, media
from .build import Project
from .diagnostics import Diagnostic

INSTALL = "pip install 'crisis-cards[watch]'"

# Milliseconds. Some editors delete a file and write it anew: that is one change, not two.
_SETTLED = 100
_ROUND = 200


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
    for found in watchfiles.watch(
        *(folder.resolve() for folder in folders),
        watch_filter=lambda _, path: _matters(Path(path)),
        step=_SETTLED,
        rust_timeout=_ROUND,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if found or not begun:
            begun = True
            yield frozenset(Path(path) for _, path in found)


def projects(
    roots: Iterable[Path], find: Callable[[], list[Path]]
) -> Iterator[tuple[list[Project], set[Path]]]:
    """The decks below some folders, now and after every change, and which of them were read anew.

    `find` says which folders are decks at the time. A lock that the caller wrote in between is no
    change. Raises what `changes` raises.
    """
    known: dict[Path, Project] = {}
    locks: dict[Path, bytes] = {}
    for changed in changes(roots):
        folders = find()
        fresh = {folder for folder in folders if folder not in known or _is_in(changed, folder)}
        known = {
            folder: build.read(folder) if folder in fresh else known[folder] for folder in folders
        }
        if changed and all(_content(path) == locks.get(path) for path in changed):
            continue
        yield list(known.values()), fresh
        locks = {path: _content(path) for path in _locks(folders)}


def difference(
    before: Iterable[Diagnostic], after: Iterable[Diagnostic]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """The problems that are new and those that are gone.

    One whose line only moved, because of other lines above it, is neither.
    """
    old, new = _by_line(before), _by_line(after)
    return _beyond(new, old), _beyond(old, new)


def _matters(path: Path) -> bool:
    """Whether a path can be a deck's: not an editor's own file, nor a package below the deck.

    A path without a suffix may be a folder that was renamed, with all that it holds.
    """
    if path.name.startswith(".") or path.name.endswith("~"):
        return False
    deck_file = path.suffix.lower() in (".yaml", ".yml", ".css", "") or path.name == lock.NAME
    return deck_file or media.FOLDER in path.parts


def _is_in(changed: Iterable[Path], folder: Path) -> bool:
    place = folder.resolve()
    return any(path.is_relative_to(place) for path in changed)


def _locks(folders: Iterable[Path]) -> list[Path]:
    return [folder.resolve() / lock.NAME for folder in folders]


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


_Problems = dict[tuple[str, str, str, str], list[Diagnostic]]


def _by_line(problems: Iterable[Diagnostic]) -> _Problems:
    """Problems by what they say of which line, wherever in the file that line stands."""
    found: _Problems = {}
    for problem in problems:
        place = problem.span
        # A message may name other lines by their number, and they move as well.
        message = re.sub(r"\d+", "", problem.message)
        key = (place.path, place.source.strip(), problem.check, message)
        found.setdefault(key, []).append(problem)
    return found


def _beyond(these: _Problems, those: _Problems) -> list[Diagnostic]:
    return [problem for key, found in these.items() for problem in found[len(those.get(key, ())) :]]
