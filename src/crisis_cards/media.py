"""Pictures that facts name: found in the deck's `media/`, checked, and named by their content.

The name carries a hash because Anki copies a picture only together with a changed note, and never
over a file of the same name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import NamedTuple

FOLDER = "media"
TYPES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""What Anki shows on all its platforms."""
LARGEST = 5_000_000
"""Bytes. A learner's phone loads every picture of a deck when it syncs."""

# Script, event handlers, and anything that would be fetched from elsewhere.
_ACTIVE = re.compile(
    rb"<\s*(?:script|foreignObject|iframe|embed|object|animate|set)\b|\son\w+\s*="
    rb"|(?:href|src)\s*=(?!\s*[\"']?\s*(?:#|data:image/(?:png|jpeg|gif|webp)))"
    rb"|url\((?!\s*[\"']?\s*#)|@import|<!ENTITY",
    re.IGNORECASE,
)


class Picture(NamedTuple):
    """A picture to be packaged: the file, and the name that it gets in Anki."""

    path: Path
    name: str


class Refused(NamedTuple):
    """Why a picture cannot be used."""

    check: str
    message: str
    hint: str


def find(deck_folder: Path, value: str) -> Picture | Refused:
    """The picture that `image: value` names, below the deck's `media/`."""
    folder = deck_folder / FOLDER
    relative = PurePosixPath(value)
    if relative.is_absolute() or ".." in relative.parts or "\\" in value or ":" in value:
        return Refused(
            "unsafe-media",
            f'"{value}" leads out of the deck',
            f"put the picture into {FOLDER}/ and write its name alone",
        )
    path = _as_stored(folder / relative)
    if path.suffix.lower() not in TYPES:
        return Refused(
            "unsafe-media",
            f'Anki does not show files such as "{value}"',
            f"use a picture that ends in {', '.join(TYPES)}",
        )
    if not _is_there(path):
        return Refused(
            "missing-media", f'there is no picture "{value}" in {FOLDER}/', _nearest(folder, value)
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        return Refused(
            "unsafe-media",
            f'"{value}" is a link that leads out of the deck',
            f"copy the picture itself into {FOLDER}/",
        )
    return _checked(path, value)


def _as_stored(path: Path) -> Path:
    """A path with its name as the folder has it: accents can be stored in two ways."""
    wanted = unicodedata.normalize("NFC", path.name)
    try:
        names = [p.name for p in path.parent.iterdir()]
    except OSError:
        return path
    return path.with_name(
        next((name for name in names if unicodedata.normalize("NFC", name) == wanted), path.name)
    )


def _is_there(path: Path) -> bool:
    """Whether there is a file of exactly this name, also where the system overlooks capitals."""
    try:
        return path.is_file() and path.name in {p.name for p in path.parent.iterdir()}
    except OSError:  # a name that is too long for one
        return False


def _checked(path: Path, value: str) -> Picture | Refused:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Refused("missing-media", f'"{value}" cannot be read: {reason}', "")
    if len(data) > LARGEST:
        return Refused(
            "unsafe-media",
            f'"{value}" has {len(data) / 1e6:.1f} MB, more than the {LARGEST / 1e6:.0f} MB allowed',
            "make the picture smaller: every learner's phone has to load it",
        )
    if path.suffix.lower() == ".svg" and b"\0" in data:
        hint = "save it in UTF-8"
        return Refused("unsafe-media", f'"{value}" is not written in UTF-8', hint)
    if path.suffix.lower() == ".svg" and (found := _ACTIVE.search(data)):
        part = found[0].decode("utf-8", errors="replace").strip()
        return Refused(
            "unsafe-media",
            f'"{value}" is not a plain picture: it contains "{part}"',
            "export it as plain SVG, without scripts and without parts from elsewhere",
        )
    return Picture(path, _stored_name(path, data))


def _stored_name(path: Path, data: bytes) -> str:
    """`map.svg` → `map-1a2b3c4d5e6f.svg`, in characters that Anki keeps as they are."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "picture"
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}{path.suffix.lower()}"


def same_file_elsewhere(value: str) -> str:
    """A key that is equal for names which some file systems cannot hold side by side."""
    return unicodedata.normalize("NFC", value).lower()


def _nearest(folder: Path, value: str) -> str:
    present = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    close = get_close_matches(value, present, 1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"put the file into the folder {folder.as_posix()}/"
