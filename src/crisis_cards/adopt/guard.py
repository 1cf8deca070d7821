"""Whether a package may be opened: nothing in it is larger than it should be, or elsewhere.

Anki unpacks what it is given. So sizes are measured here first, in pieces, whatever the archive
says of them; of Zstandard, in which newer packages are compressed, a bound is read off its blocks.
"""

from __future__ import annotations

import copy
import json
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from ..rehearsal.copies import COLLECTION, unpack
from .package import AdoptionError

LARGEST = 2**31  # bytes of all that is in a package
_MOST_NOTES = 250_000
_MOST_SECTIONS = 2_000  # of all templates: deeply nested ones end Anki without a word
_LARGEST_MAP = 2**26  # bytes of the list of media
_FREE = 2**26  # bytes that may be compressed in any ratio
_RATIO = 200
_PIECE = 2**20
_MARKED = "SELECT guid FROM notes WHERE tags LIKE '% marked %' OR tags LIKE '% leech %'"
_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
_ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
_BLOCK = 2**17  # bytes that a block of Zstandard holds at most
_MEDIA = str(Path(COLLECTION).with_suffix(".media"))
_COLLECTIONS = ("collection.anki21b", "collection.anki21", COLLECTION)  # Anki takes the first


class Contents(NamedTuple):
    """What a package holds: names of media; GUIDs of notes marked as Anki marks a learner's."""

    media: frozenset[str]
    marked: frozenset[str]


def check(package: Path, folder: Path) -> Contents:
    """What is in a package that may be opened; `folder` is made for the check.

    Raises AdoptionError or RehearsalError for every other file.
    """
    folder.mkdir()
    with _refusing(package), zipfile.ZipFile(package) as archive:
        _measure(archive, package)
        name = next((name for name in _COLLECTIONS if name in archive.namelist()), None)
        if name is None:
            raise AdoptionError(f"{package} is a ZIP file, but no package of Anki")
        is_new = name == _COLLECTIONS[0]
        media = frozenset[str]()
        if not is_new:
            with archive.open(name) as source, (folder / COLLECTION).open("wb") as target:
                shutil.copyfileobj(source, target)
            media = _legacy_media(archive, package)
    if is_new:
        unpack(package, folder / COLLECTION)
        media = frozenset(file.name for file in (folder / _MEDIA).iterdir())
    marked = _check_collection(folder / COLLECTION, package)
    shutil.rmtree(folder)
    return Contents(media, marked)


@contextmanager
def _refusing(package: Path) -> Iterator[None]:
    errors = (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    )
    try:
        yield
    except FileNotFoundError as error:
        raise AdoptionError(f"{package} is not there") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise AdoptionError(f"{package} cannot be read: {reason}") from error
    except errors as error:
        raise AdoptionError(f"{package} is no package of Anki, or it is damaged") from error


def _measure(archive: zipfile.ZipFile, package: Path) -> None:
    """Refuses an archive whose members are too large together, or larger than they say."""
    infos = archive.infolist()
    total, most = 0, max(_FREE, _RATIO * package.stat().st_size)
    if sum(info.file_size for info in infos) > LARGEST:
        raise _too_large(package)
    for info in infos:
        honest = copy.copy(info)
        honest.file_size = LARGEST + 1  # or what is beyond the size that it claims would be hidden
        with archive.open(honest) as file:
            size = 0
            while piece := file.read(_PIECE):
                size += len(piece)
        if size != info.file_size:
            raise AdoptionError(
                f"{package} is damaged: “{info.filename}” is not as large as it says"
            )
        with archive.open(info) as file:
            size = max(size, bound(file))
        if info.filename == "media" and size > _LARGEST_MAP:
            raise _too_large(package)
        total += size
        if total > LARGEST or total > most:
            raise _too_large(package)


def _too_large(package: Path) -> AdoptionError:
    return AdoptionError(f"{package} unpacks to far more than a deck holds: it is not opened")


def bound(file: IO[bytes]) -> int:
    """The most bytes that a member in Zstandard unpacks to; 0 for what is none.

    Raises ValueError if it is damaged. Blocks are counted, since headers need not say a size.
    """
    total = 0
    while total <= LARGEST and (magic := file.read(4)):
        if int.from_bytes(magic, "little") in _SKIPPABLE and total:
            _skip(file, int.from_bytes(_exactly(file, 4), "little"))
        elif magic == _ZSTD:
            total += _frame(file)
        elif total:
            raise ValueError("no frame")
        else:
            return 0
    return total


def _frame(file: IO[bytes]) -> int:
    """The most bytes of one frame, whose magic number was read."""
    (flags,) = _exactly(file, 1)
    is_single = bool(flags & 0x20)
    declared = (1 if is_single else 0, 2, 4, 8)[flags >> 6]
    _skip(file, (0 if is_single else 1) + (0, 1, 2, 4)[flags & 3] + declared)
    total, is_last = 0, False
    while not is_last:
        header = int.from_bytes(_exactly(file, 3), "little")
        is_last, kind, size = bool(header & 1), header >> 1 & 3, header >> 3
        total += _BLOCK if kind == 2 else size
        _skip(file, 1 if kind == 1 else size)
        if total > LARGEST:
            return total
    _skip(file, 4 if flags & 4 else 0)
    return total


def _exactly(file: IO[bytes], size: int) -> bytes:
    if len(data := file.read(size)) < size:
        raise ValueError("ends too soon")
    return data


def _skip(file: IO[bytes], size: int) -> None:
    while size:
        size -= len(_exactly(file, min(size, _PIECE)))


def _legacy_media(archive: zipfile.ZipFile, package: Path) -> frozenset[str]:
    """The names in the list of media; none of them may lead out of the folder of media."""
    if "media" not in archive.namelist():
        return frozenset()
    try:
        names = json.loads(archive.read("media") or b"{}")
    except (ValueError, RecursionError) as error:
        raise AdoptionError(f"{package} is damaged: its list of media is no JSON") from error
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise AdoptionError(f"{package} is damaged: its list of media is none")
    for name in names.values():
        if "/" in name or name in {"", ".", ".."}:
            raise AdoptionError(f"{package} has a file “{name}”, which would lie outside its media")
    return frozenset(names.values())


def _check_collection(path: Path, package: Path) -> frozenset[str]:
    """Refuses a database that Anki would stumble over; the GUIDs of marked notes and leeches."""
    try:
        with closing(sqlite3.connect(path)) as db:
            db.create_collation("unicase", lambda a, b: (a > b) - (a < b))
            db.text_factory = lambda data: data.decode(errors="replace")
            problem = _problem(lambda sql: db.execute(sql).fetchall())
            marked = [] if problem else db.execute(_MARKED).fetchall()
    except (*_DAMAGED, sqlite3.Error) as error:
        raise AdoptionError(f"{package} holds no collection of Anki, or it is damaged") from error
    if problem:
        raise AdoptionError(f"{package} {problem}")
    return frozenset(guid for (guid,) in marked)


def _problem(ask: Callable[[str], list[tuple[int | str, ...]]]) -> str | None:
    if ask("SELECT 1 FROM sqlite_master WHERE type IN ('view', 'trigger')"):
        return "holds a database that Anki did not make"
    ((notes,),) = ask("SELECT count() FROM notes")
    if int(notes) > _MOST_NOTES:
        return f"holds {notes} notes, which is more than {_MOST_NOTES}"
    if ask("SELECT 1 FROM sqlite_master WHERE name = 'notetypes'"):
        sections = [row[0] for row in ask("SELECT CAST(config AS TEXT) FROM templates")]
        sizes = {kind: int(n) for kind, n in ask("SELECT ntid, count() FROM fields GROUP BY ntid")}
    else:
        ((models,),) = ask("SELECT models FROM col")
        sections = [models]
        sizes = {int(kind): len(model["flds"]) for kind, model in json.loads(str(models)).items()}
    opened = sum(str(text).count(sign) for text in sections for sign in ("{{#", "{{^"))
    if opened > _MOST_SECTIONS:
        return f"holds templates with {opened} conditions, which is more than {_MOST_SECTIONS}"
    mend = "in Anki, use Tools → Check Database, and export it again"
    separators = "length(flds) - length(replace(flds, char(31), ''))"
    for kind, size, number in ask(f"SELECT mid, {separators}, count() FROM notes GROUP BY 1, 2"):
        if kind not in sizes:
            return f"holds {number} notes without a note type: {mend}"
        if int(size) + 1 != sizes[kind]:
            fields = f"{int(size) + 1} fields where their note type has {sizes[kind]}"
            return f"holds {number} notes with {fields}: {mend}"
    return None
