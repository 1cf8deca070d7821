"""What the last build said and made, so that the next one need not do all of it again.

With nothing changed, a build says the same at once; where some sections changed, it takes over the
others. A record holds texts and the hashes of everything that they depend on: the tool and its
libraries, the command, every file of the decks, the locks and packages. Where a hash is not the
same, or the record is damaged, from another version, or not there, there is a build as if there
were no cache; it can be deleted at any time. A record is JSON below a hash of itself: nothing in it
is executed.

It lies in the user's folder for caches, so that it is never committed, synchronised or taken for a
part of a deck; `CRISIS_CARDS_CACHE` names another folder, or none if it is empty.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from . import __version__, files

VARIABLE = "CRISIS_CARDS_CACHE"
LOCK = "deck.lock"
_KEPT = 30 * 24 * 3600  # seconds after its last change that a record is kept


class Said(NamedTuple):
    """What a build prints to standard output and to standard error."""

    out: str
    err: str


class Former(NamedTuple):
    """What the last build of a deck left, in which nothing has changed since but some files.

    `sections` is what was remembered of it, as JSON has it.
    """

    sections: list[Any]
    changed: frozenset[str]


class Run:
    """One run of a command over some decks, as they were before anything was read.

    `command` are the command and its options; `packages` are the files that it writes, one a deck.
    """

    def __init__(
        self, command: Sequence[str], folders: Sequence[Path], packages: Sequence[Path]
    ) -> None:
        self.folders, self.packages = folders, packages
        places = [Path.cwd(), *folders, *(folder.resolve() for folder in folders), *packages]
        self.name = _hash(*command, *map(str, places))
        self.place = _folder()
        self.tool, self.files = self._sources()
        self.state = self._state()

    def recall(self) -> Said | None:
        """What the last build said, if this one would do and say the same."""
        record = self._read("said")
        if record is None or record[0] != self.state:
            return None
        return Said(*record[1:])

    def former(self) -> dict[Path, Former]:
        """The decks of which only some files have changed since the last build."""
        record = self._read("sections")
        if record is None or record[0] != self.tool or not self.state:
            return {}
        found = {}
        for folder, package in zip(self.folders, self.packages, strict=True):
            now = self.files[str(folder)]
            files, made, sections = record[1].get(str(folder), ({}, "", []))
            if files.keys() == now.keys() and made == _made(folder, package):
                changed = frozenset(path for path in files if files[path] != now[path])
                found[folder] = Former(sections, changed)
        return found

    def remember(self, said: Said, sections: Mapping[Path, list[Any]]) -> None:
        """Notes what the next build says, and what it may take over of each deck.

        Nothing where a source was changed since the beginning.
        """
        if not self.place or not self.files or (self.tool, self.files) != self._sources():
            return
        with suppress(OSError):
            decks = {
                str(folder): (self.files[str(folder)], _made(folder, package), sections[folder])
                for folder, package in zip(self.folders, self.packages, strict=True)
                if folder in sections
            }
            self._write("said", [self._state(), *said])
            self._write("sections", [self.tool, decks])
            for path in self.place.glob("*.json"):
                if time.time() - path.stat().st_mtime > _KEPT:
                    path.unlink()

    def _path(self, kind: str) -> Path | None:
        return self.place / f"{self.name[:32]}-{kind}.json" if self.place else None

    def _read(self, kind: str) -> list[Any] | None:
        """A record; None where there is none that is whole."""
        path = self._path(kind)
        if not path or not self.files:
            return None
        try:
            seal, _, text = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if seal.decode("ascii", "replace") != hashlib.sha256(text).hexdigest():
            return None
        record: list[Any] = json.loads(text)
        return record

    def _write(self, kind: str, record: list[Any]) -> None:
        path = self._path(kind)
        if path:
            text = json.dumps(record, separators=(",", ":")).encode()
            seal = hashlib.sha256(text).hexdigest().encode()
            files.write([(path, seal + b"\n" + text)])

    def _sources(self) -> tuple[str, dict[str, dict[str, str]]]:
        """The hash of the tool, and by deck those of its files; nothing where one cannot be read.

        The lock is none of these: a build writes it.
        """
        if not self.place:
            return "", {}
        try:
            files = {str(folder): dict(_contents(folder)) for folder in self.folders}
            return _hash(self.name, *_tool()), files
        except OSError:
            return "", {}

    def _state(self) -> str:
        """The hash of everything that this run reads or writes; empty where that cannot be read."""
        try:
            return _hash(
                self.tool, json.dumps(self.files), *map(_made, self.folders, self.packages)
            )
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


def _contents(folder: Path) -> Iterator[tuple[str, str]]:
    """The paths and hashes of all files of a deck but its lock."""
    for path in _below(folder):
        if path != folder / LOCK:
            yield str(path), _content(path)


def _made(folder: Path, package: Path) -> str:
    """The hashes of what a build of a deck writes."""
    return _content(folder / LOCK) + _content(package)


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
        if not S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise OSError(errno.EINVAL, "it is no file")
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _hash(*parts: str) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()
