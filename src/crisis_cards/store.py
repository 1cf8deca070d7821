"""What earlier runs made, kept so that it need not be made again.

A record is JSON below a line with its key and a hash of itself: nothing in it is executed. The key
is the hash of all that the record depends on, the tool and its libraries included. Where the key is
another one, or the record is damaged or not there, the work is done as if there were no store; it
can be deleted at any time.

Records lie in the user's folder for caches, so that they are never committed, synchronised or taken
for a part of a deck; `CRISIS_CARDS_CACHE` names another folder, or none if it is empty.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from . import __version__
from .files import below
from .format.folders import BASELINE, LOCK

VARIABLE = "CRISIS_CARDS_CACHE"
_KEPT = 30 * 24 * 3600  # seconds after its last change that a record is kept


class Store:
    """Records by name, each with the key that it was made for."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is None for a store that keeps nothing."""
        self.folder = folder
        self.tool = digest(*_tool()) if folder else ""

    def get(self, name: str, key: str) -> Any:
        """The record of a name, if it is whole and was made for this key; None otherwise."""
        if not self.folder:
            return None
        try:
            head, _, text = self._path(name).read_bytes().partition(b"\n")
        except OSError:
            return None
        if head.decode("ascii", "replace") != f"{key} {hashlib.sha256(text).hexdigest()}":
            return None
        return json.loads(text)

    def put(self, name: str, key: str, record: object) -> None:
        """Keeps a record in place of the former one; without a word where that cannot be."""
        if not self.folder:
            return
        # Records are trees, and what is not ASCII takes longer to be written and read.
        data = json.dumps(record, separators=(",", ":"), check_circular=False).encode("ascii")
        path = self._path(name)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(f"{key} {hashlib.sha256(data).hexdigest()}\n".encode() + data)
            beside.replace(path)

    def tidy(self) -> None:
        """Removes what was not written for a month."""
        with suppress(OSError):
            for path in self.folder.iterdir() if self.folder else ():
                if time.time() - path.stat().st_mtime > _KEPT:
                    path.unlink()

    def _path(self, name: str) -> Path:
        assert self.folder
        return self.folder / f"{digest(name)[:32]}.json"


def digest(*parts: str | bytes) -> str:
    """A hash of some texts, each of which counts with its length."""
    whole = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """The paths of all files below a folder, and the hashes of what they hold; not of its lock.

    Where a path is a link, or lies in a linked folder, it comes with what it leads to.
    """
    real = {folder: os.path.realpath(folder)}
    for path in below(folder):
        if path != folder / LOCK:
            place = path.parent
            if place not in real:
                real[place] = os.path.realpath(place)
            led = os.path.realpath(path) if path.is_symlink() else real[place]
            yield f"{path}\0{led}", content(path)


def content(path: Path) -> str:
    """The hash of a file; of one that is not there, nothing. Raises OSError."""
    try:
        if not S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise OSError(errno.EINVAL, "it is no file")
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


# --- runs in which nothing has changed ------------------------------------------------------------


class Said(NamedTuple):
    """What a command prints to standard output and to standard error."""

    out: str
    err: str


class Run:
    """One run of a command over some decks, as they were before anything was read.

    `command` are the command and its options; `packages` are the files that it writes, one a deck.
    """

    def __init__(
        self, store: Store, command: Sequence[str], folders: Sequence[Path], made: Sequence[Path]
    ) -> None:
        self.store, self.folders, self.made = store, folders, made
        places = [Path.cwd(), *folders, *(folder.resolve() for folder in folders), *made]
        self.name = digest("said", *command, *map(str, places))
        self.sources = self._sources()
        self.key = self._key(self.sources)

    def recall(self) -> Said | None:
        """What the last run said, if this one would do and say the same."""
        record = self.store.get(self.name, self.key) if self.key else None
        return Said(*record) if record else None

    def remember(self, said: Said) -> None:
        """Notes what the next run says. Nothing where a source was changed since the beginning."""
        if self.key and self.sources == self._sources():
            self.store.put(self.name, self._key(self.sources), said)
            self.store.tidy()

    def _sources(self) -> str:
        """The hash of all files of the decks but their locks; empty where one cannot be read."""
        with suppress(OSError):
            if self.store.folder:
                pairs = chain.from_iterable(map(contents, self.folders))
                hidden = (content(folder / BASELINE) for folder in self.folders)
                return digest(*chain.from_iterable(pairs), *hidden)
        return ""

    def _key(self, sources: str) -> str:
        """The hash of everything that this run reads or writes; empty where that is not known."""
        with suppress(OSError):
            if sources:
                paths = [*(folder / LOCK for folder in self.folders), *self.made]
                return digest(self.store.tool, sources, *map(content, paths))
        return ""


# --- places ---------------------------------------------------------------------------------------


def usual() -> Store:
    """The store of this user; it keeps nothing where there is no folder for it."""
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return Store(Path(chosen) if chosen else None)
    try:
        home = Path.home()
    except RuntimeError:
        return Store()
    caches = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    if sys.platform == "darwin":
        caches = home / "Library/Caches"
    elif sys.platform == "win32":
        caches = Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local")
        return Store(caches / "crisis-cards/Cache")
    return Store(caches / "crisis-cards")


def _tool() -> Iterator[str]:
    """The tool, its libraries and Python: their versions, and the times of the tool's own files."""
    yield from (__version__, sys.version)
    for folder in sys.path:
        with suppress(OSError):
            names = [entry.name for entry in os.scandir(folder)]
            yield from sorted(name for name in names if name.endswith("-info"))
    for path in below(Path(__file__).parent):
        if "__pycache__" not in path.parts:
            found = path.stat()
            yield f"{path} {found.st_size} {found.st_mtime_ns}"
