"""The learner's files: copied to be looked at, never opened where they lie."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

COLLECTION = "collection.anki2"
_SQLITE = b"SQLite format 3\x00"
_LOCKED_BYTES = (512, 0x40000000)  # how many and from where: SQLite locks these on every system
_DAMAGED = re.compile(
    r"Error \{|Zip archive|Invalid checksum|corrupt|i/o error|not found in archive"
)


class RehearsalError(Exception):
    """Why there is no report, as a sentence without its full stop."""


@contextmanager
def refusing(what: str, *errors: type[Exception]) -> Iterator[None]:
    """These errors within the block end the rehearsal: `what` fails, and why."""
    try:
        yield
    except errors as error:
        raise RehearsalError(f"{what}: {_reason(error)}") from error


def lay_out(onto: Path | None, place: Path) -> bool:
    """Puts a copy of the learner's collection into a new folder; whether `onto` is a package.

    For a package, or for nothing, the folder stays empty.
    """
    place.mkdir()
    if onto is None:
        return False
    copy = place / COLLECTION
    if first_bytes(onto) == _SQLITE:
        _copy(onto.resolve(), copy)
    elif not zipfile.is_zipfile(onto):
        raise RehearsalError(f"{onto} is neither an Anki collection nor a package")
    elif onto.suffix.lower() != ".colpkg":
        return True
    else:
        unpack(onto, copy)
    _refuse_if_foreign(copy, onto)
    return False


def first_bytes(path: Path) -> bytes:
    """The beginning of a file, by which SQLite's are known."""
    with refusing(f"{path} cannot be read", OSError):
        if path.is_dir():
            hint = f"name the file in it (a learner's is {COLLECTION})"
            raise RehearsalError(f"{path} is a folder: {hint}")
        with path.open("rb") as file:
            return file.read(len(_SQLITE))


def _copy(path: Path, target: Path) -> None:
    """A copy of a collection that nobody has open, with what a crash has left in its journals.

    SQLite itself would write beside the collection, even to read it, so these are plain copies.
    """
    files = [path, *(path.with_name(path.name + end) for end in ("-wal", "-journal"))]
    _refuse_if_open(path)
    with refusing(f"{path} cannot be copied", OSError):
        before = _stamps(files)
        for file, (_, size) in before.items():
            if size:
                shutil.copyfile(file, target.with_name(target.name + file.name[len(path.name) :]))
        same = _stamps(files) == before
    _refuse_if_open(path)
    if not same:
        reason = "was written to while it was copied"
        raise RehearsalError(f"{path} {reason}: close Anki, and try again")


def _stamps(files: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """The time and size of those files that are there."""
    stats = ((file, file.stat()) for file in files if file.exists())
    return {file: (stat.st_mtime_ns, stat.st_size) for file, stat in stats}


def _refuse_if_open(path: Path) -> None:
    with refusing(f"{path} cannot be read", OSError):
        if _is_open(path):
            raise RehearsalError(f"{path} is open in Anki: close Anki, and try again")


def _is_open(path: Path) -> bool:
    """Whether a program holds one of SQLite's locks on a file. Nothing is written."""
    if sys.platform == "win32":
        try:
            path.rename(path)  # Windows renames no open file, not even to its own name
        except PermissionError:
            return True
        return False
    import fcntl

    # A file that is not ours to write can still show an exclusive lock, which Anki's is.
    mode, how = ("r+b", fcntl.LOCK_EX) if os.access(path, os.W_OK) else ("rb", fcntl.LOCK_SH)
    with path.open(mode) as file:
        try:
            fcntl.lockf(file, how | fcntl.LOCK_NB, *_LOCKED_BYTES)
        except (BlockingIOError, PermissionError):
            return True
        fcntl.lockf(file, fcntl.LOCK_UN, *_LOCKED_BYTES)
    return False


def _refuse_if_foreign(copy: Path, path: Path) -> None:
    """Anki would make a collection of any database; this one has to be one already, and whole."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            connection.create_collation("unicase", _unicase)
            connection.execute("SELECT ver FROM col").fetchone()
            connection.execute("SELECT guid FROM notes LIMIT 1").fetchone()
            whole = connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise RehearsalError(f"{path} is no Anki collection, or it is damaged") from error
    if not whole:
        raise RehearsalError(f"{path} is damaged: in Anki, use Tools → Check Database")


def _unicase(one: str, other: str) -> int:
    """Anki's order of names, well enough to read them."""
    a, b = one.casefold(), other.casefold()
    return (a > b) - (a < b)


def unpack(backup: Path, target: Path) -> None:
    """The collection of a .colpkg, and beside it what media come with it."""
    from anki._backend import RustBackend
    from anki.errors import AnkiException

    media = target.with_suffix(".media")
    media.mkdir()
    with refusing(f"{backup} cannot be restored", AnkiException):
        RustBackend().import_collection_package(
            col_path=str(target),
            backup_path=str(backup),
            media_folder=str(media),
            media_db=f"{media}.db2",
        )


def _reason(error: Exception) -> str:
    """What went wrong, in one line: the system's words, or Anki's."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    words = re.sub("[\u2066-\u2069]", "", str(error))  # Anki's marks around names
    if "FileTooNew" in words:
        return "it was written by a newer Anki; update the anki package"
    if isinstance(error, UnicodeDecodeError) or _DAMAGED.search(words):
        return "it is damaged"
    return " ".join(words.split()).rstrip(".")
