"""What the last build said, so that a build with nothing changed says it at once.

A record holds texts and the hash of everything that they depend on: the tool and its libraries,
the command, every file of the decks, the packages. Where that hash is the same, a build would write
the same package and lock again and print those texts. Where it is not, or the record is damaged,
from another version, or not there, there is a build as if there were no cache; it can be deleted
at any time. A record is JSON with a hash of its own: nothing in it is executed.

It lies in the user's folder for caches, so that it is never committed, synchronised or taken for a
part of a deck; `CRISIS_CARDS_CACHE` names another folder, or none if it is empty.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from . import __version__, files

VARIABLE = "CRISIS_CARDS_CACHE"
LOCK = "deck.lock"
_KEPT = 30 * 24 * 3600  # seconds after its last change that a record is kept


class Said(NamedTuple):
    """What a build prints to standard output and to standard error."""

    out: str
    err: str


class Run:
    """One run of a command over some decks, as they were before anything was read.

    `command` are the command and its options; `packages` are the files that it writes.
    """

    def __init__(
        self, command: Sequence[str], folders: Sequence[Path], packages: Sequence[Path]
    ) -> None:
        self.folders, self.packages = folders, packages
        places = [Path.cwd(), *folders, *(folder.resolve() for folder in folders), *packages]
        self.name = _hash(*command, *map(str, places))
        place = _folder()
        self.path = place / f"{self.name[:32]}.json" if place else None
        self.sources = self._sources()
        self.state = self._state()

    def recall(self) -> Said | None:
        """What the last build said, if this one would do and say the same."""
        if not self.path or not self.state:
            return None
        try:
            record = json.loads(self.path.read_bytes())
            state, out, err, seal = (record[name] for name in ("state", "out", "err", "seal"))
            whole = seal == _hash(state, out, err)
        except (OSError, ValueError, KeyError, TypeError, RecursionError, AttributeError):
            return None
        return Said(out, err) if whole and state == self.state else None

    def remember(self, said: Said) -> None:
        """Notes what the next build says; not where a source was changed since the beginning."""
        if not self.path or not self.sources or self.sources != self._sources():
            return
        state = self._state()
        record = {"state": state, **said._asdict(), "seal": _hash(state, *said)}
        with suppress(OSError):
            files.write([(self.path, json.dumps(record).encode())])
            for path in self.path.parent.glob("*.json"):
                if time.time() - path.stat().st_mtime > _KEPT:
                    path.unlink()

    def _sources(self) -> str:
        """The hash of what a build reads and does not write; empty where it cannot be read."""
        if not self.path:
            return ""
        try:
            return _hash(self.name, *_tool(), *_contents(self.folders))
        except OSError:
            return ""

    def _state(self) -> str:
        """The same with what a build writes."""
        if not self.sources:
            return ""
        locks = [folder / LOCK for folder in self.folders]
        try:
            return _hash(self.sources, *map(_content, (*locks, *self.packages)))
        except OSError:
            return ""


def _folder() -> Path | None:
    """The folder for records; None where there is to be none."""
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return Path(chosen) if chosen else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local", "crisis-cards/Cache")
    if sys.platform == "darwin":
        return home / "Library/Caches/crisis-cards"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache", "crisis-cards")


def _tool() -> Iterator[str]:
    """The tool, its libraries and Python: their versions, and the times of the tool's own files."""
    yield from (__version__, sys.version)
    for folder in sys.path:
        with suppress(OSError):
            names = [entry.name for entry in os.scandir(folder)]
            yield from sorted(name for name in names if name.endswith("-info"))
    for path in _below(Path(__file__).parent):
        if "__pycache__" not in path.parts:
            found = path.stat()
            yield f"{path} {found.st_size} {found.st_mtime_ns}"


def _contents(folders: Iterable[Path]) -> Iterator[str]:
    """The names and hashes of all files of decks but their locks."""
    for folder in folders:
        for path in _below(folder):
            if path != folder / LOCK:
                yield from (str(path), _content(path))


def _below(folder: Path) -> Iterator[Path]:
    """All files below a folder, links followed, without what is hidden right in it."""
    seen = set()
    for place, inner, names in os.walk(folder, followlinks=True, onerror=_raise):
        real = os.path.realpath(place)
        if real in seen:
            inner.clear()
            continue
        seen.add(real)
        if Path(place) == folder:
            inner[:] = [name for name in inner if not name.startswith(".")]
            names = [name for name in names if not name.startswith(".")]
        inner.sort()
        for name in sorted(names):
            yield Path(place, name)


def _raise(error: OSError) -> None:
    raise error


def _content(path: Path) -> str:
    """The hash of a file; of one that is not there, nothing."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _hash(*parts: str) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()
