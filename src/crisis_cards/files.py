"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def write(files: Sequence[tuple[Path, bytes]]) -> None:
    """Puts files in their places, in this order, once all of them are safe on the disk.

    Whatever happens, every file is the old one or the new one. Raises OSError where one cannot be
    written; all of them are the old ones then, and nothing is left behind.
    """
    waiting: list[tuple[Path, Path, Path]] = []
    former: list[tuple[Path, bytes | None]] = []
    path = Path()
    try:
        for path, data in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            place = path.resolve()  # a link stays one, to the new file
            beside = _beside(place)
            waiting.append((path, beside, place))
            _store(beside, data)
            if place.is_file():
                shutil.copymode(place, beside)
        for path, beside, place in waiting:  # noqa: B007 (an error names it)
            former.append((place, place.read_bytes() if place.is_file() else None))
            beside.replace(place)
    except BaseException as error:
        for place, before in former:
            with suppress(OSError):
                if before is not None:
                    _put_back(place, before)
                elif place.is_file():
                    place.unlink()
        for _, beside, _ in waiting:
            with suppress(OSError):
                beside.unlink()
        if isinstance(error, OSError):
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise


def _put_back(path: Path, data: bytes) -> None:
    beside = _beside(path)
    _store(beside, data)
    beside.replace(path)


def _beside(path: Path) -> Path:
    """A name in the same folder, hidden, that no other build at the same time uses."""
    return path.with_name(f".{path.name[:50]}.{os.getpid()}.tmp")


def _store(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
