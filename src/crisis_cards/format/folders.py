"""Which folders are decks, which of their files are sections, and which only look like it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..files import walk

DECK_FILE = "deck.yaml"
LOCK = "deck.lock"
BASELINE = ".baseline"
STYLE_SHEET = "theme.css"
MEDIA = "media"
TYPES = "types"
TYPE_FILE = "type.yaml"
PICTURES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""What Anki shows on all its platforms."""
SOUNDS = (".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav")
"""What Anki plays on all its platforms."""

TABLES = (".csv", ".tsv")

_SUFFIXES = (".yaml", ".yml")
_OWN_FOLDERS = (MEDIA, TYPES)  # those of a deck that hold no sections
_OTHER_FOLDERS = ("images", "image", "img", "pictures", "photos")  # than the one for pictures
_is_like_deck_file = re.compile(r"(?i)deck\.ya?ml(?:\.txt)?").fullmatch
_id = re.compile(rb"^id[ \t]*:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE).search
_is_like_section = re.compile(rb"^(?:section|facts)[ \t]*:", re.MULTILINE).search


def find(root: Path, deepest: int | None = None) -> list[Path]:
    """The deck folders below a folder, at most so many levels; hidden folders are not looked at.

    Those with sections alone are among them, so that somebody says what they want.
    """
    found: set[Path] = set()
    for place, inner, names in walk(root):
        level = len(place.relative_to(root).parts)
        if level and (any(map(_is_like_deck_file, names)) or _has_sections(place, names, found)):
            found.add(place)
            inner[:] = filter(_may_hold_sections, inner)
        inner[:] = [name for name in inner if name[0] != "." and level != deepest]
    return sorted(found)


def _has_sections(place: Path, names: Iterable[str], decks: set[Path]) -> bool:
    """Whether a folder that lies in none of the decks holds sections."""
    paths = (place / name for name in names)
    return decks.isdisjoint(place.parents) and any(map(_reads_like_section, paths))


def is_deck(folder: Path) -> bool:
    """Whether a folder holds a deck.yaml, or what was meant for one."""
    return (folder / DECK_FILE).is_file() or misnamed(folder) is not None


def misnamed(folder: Path) -> Path | None:
    """What was meant for the deck.yaml of a folder that has none."""
    with suppress(OSError):
        if not (folder / DECK_FILE).exists():
            return next((path for path in _listed(folder) if _is_like_deck_file(path.name)), None)
    return None


def section_files(folder: Path) -> list[Path]:
    """A deck's section files in the order of their names. Raises OSError."""
    other = misnamed(folder)
    return [path for path in _listed(folder) if _is_section(path) and path != other]


def table_files(folder: Path) -> list[Path]:
    """The tables in a deck's folder, by name; none where there is no such folder."""
    with suppress(OSError):
        return [path for path in _listed(folder) if path.suffix.lower() in TABLES]
    return []


def namesakes(folders: Iterable[Path]) -> dict[str, str]:
    """The ids of the decks that lie beside some and are none of them, each with its deck.yaml."""
    own = {folder.resolve() for folder in folders}
    found = {}
    for parent in {folder.parent if folder.name else folder.resolve().parent for folder in folders}:
        with suppress(OSError):
            for path in sorted(parent.glob(f"[!.]*/{DECK_FILE}")):
                if path.parent.resolve() not in own:
                    id_ = _id(path.read_bytes())
                    name = id_[1].decode("utf-8", "replace") if id_ else path.parent.name
                    found[unicodedata.normalize("NFC", name)] = path.as_posix()
    return found


def renaming(path: Path, name: str) -> str:
    """What to do about a file that should have another name. Windows may hide its end."""
    hidden = " (Windows: View → File name extensions)" if path.suffix.lower() == ".txt" else ""
    return f"rename {path.name} to {name}{hidden}"


class Unread(NamedTuple):
    """A file or folder that looks like a part of a deck and is not read."""

    path: Path
    message: str
    hint: str


def unread(folder: Path) -> list[Unread]:
    """What in a deck's folder looks like a part of the deck and is not read. Raises OSError."""
    listed = _listed(folder)
    return [*_other_names(folder, listed), *_in_subfolders(folder, listed)]


def _other_names(folder: Path, listed: Iterable[Path]) -> Iterator[Unread]:
    for path in listed:
        right = _right_name(path)
        there = folder / right
        if right == path.name or (there.exists() and path.exists() and there.samefile(path)):
            continue
        hint = renaming(path, right)
        if there.exists():
            hint = f"{right} is read in its place: remove the one that is not needed"
        yield Unread(path, f"this {'folder' if path.is_dir() else 'file'} is not read", hint)


def _right_name(path: Path) -> str:
    """What a file or folder should be called for being read; its own name if there is no such."""
    name = path.name.lower()
    if path.is_dir():
        others = name in _OTHER_FOLDERS and not (path.parent / MEDIA).exists()
        names = (name for _, _, names in walk(path) for name in names) if others else ()
        pictures = any(name.lower().endswith(PICTURES) for name in names)
        return MEDIA if pictures or name == MEDIA else path.name
    without = name.removesuffix(".txt")
    if without in (STYLE_SHEET, LOCK):
        return without
    return path.stem if without != name and without.endswith((*_SUFFIXES, *TABLES)) else path.name


def _in_subfolders(folder: Path, listed: Iterable[Path]) -> Iterator[Unread]:
    """Sections that do not lie right in the deck's folder; one message for those of one folder."""
    for top in listed:
        for place, inner, names in walk(top) if _may_hold_sections(top.name) else ():
            inner[:] = filter(_may_hold_sections, inner)
            if any(map(_is_like_deck_file, names)):  # a deck of its own
                inner.clear()
                continue
            if found := [path for name in names if _reads_like_section(path := place / name)]:
                others = f" and {len(found) - 1:,} more beside it" if len(found) > 1 else ""
                message = f"this file{others} {'are' if others else 'is'} not read"
                hint = (
                    f"move {'them' if others else 'it'} to {folder.as_posix()}/, beside deck.yaml"
                )
                yield Unread(found[0], message, hint)


def _may_hold_sections(name: str) -> bool:
    return name[0] != "." and name not in _OWN_FOLDERS


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder, by name; what is hidden is an editor's."""
    paths = (path for path in folder.iterdir() if path.name[0] != ".")
    return sorted(paths, key=lambda path: path.name)


def _is_section(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and path.name != DECK_FILE and not path.is_dir()


def _reads_like_section(path: Path) -> bool:
    with suppress(OSError):
        is_one = path.suffix.lower() in _SUFFIXES and path.is_file()
        return is_one and _is_like_section(path.read_bytes()) is not None
    return False
