"""Files that are written whole or not at all, and those below a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from typing import TypeAlias


def write(files: Sequence[tuple[Path, bytes]]) -> None:
    """Puts files in their places, in this order, once all of them are safe on the disk.

    Whatever happens, every file is the old one or the new one. Raises OSError where one cannot be
    written; all of them are the old ones then, and nothing is left behind.
    """
    former: list[tuple[Path, bytes | None]] = []
    path = Path()
    try:
        for path, data in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            _put_beside(path.resolve(), data)  # a link stays one, to the new file
        for path, _ in files:
            place = path.resolve()
            former.append((place, place.read_bytes() if place.is_file() else None))
            _beside(place).replace(place)
    except BaseException as error:
        for place, before in former:
            with suppress(OSError):
                if before is not None:
                    _put_beside(place, before)
                    _beside(place).replace(place)
                elif place.is_file():
                    place.unlink()
        for waiting, _ in files:
            with suppress(OSError, RuntimeError):
                _beside(waiting.resolve()).unlink()
        if isinstance(error, OSError):
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise


def _beside(place: Path) -> Path:
    """A name in the same folder, hidden, that no other build at the same time uses."""
    return place.with_name(f".{place.name[:50]}.{os.getpid()}.tmp")


def _put_beside(place: Path, data: bytes) -> None:
    beside = _beside(place)
    _store(beside, data)
    if place.is_file():
        beside.chmod(S_IMODE(place.stat().st_mode))


def _store(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


Walked: TypeAlias = Iterator[tuple[Path, list[str], list[str]]]


def walk(folder: Path, on_error: Callable[[OSError], object] | None = None) -> Walked:
    """Every folder from this one on, the folders in it and its files, by name.

    Links are followed, but into no folder twice.
    """
    seen = set()
    for place, inner, names in os.walk(folder, followlinks=True, onerror=on_error):
        real = os.path.realpath(place)
        if real in seen:
            inner.clear()
            continue
        seen.add(real)
        inner.sort()
        yield Path(place), inner, sorted(names)


def below(folder: Path) -> Iterator[Path]:
    """All files below a folder, in a fixed order, links followed; not what is hidden right in it.

    Raises OSError where a folder cannot be read.
    """
    for place, inner, names in walk(folder, _raise):
        if place == folder:
            inner[:] = [name for name in inner if not name.startswith(".")]
        for name in names:
            if place != folder or not name.startswith("."):
                yield place / name


def _raise(error: OSError) -> None:
    raise error
