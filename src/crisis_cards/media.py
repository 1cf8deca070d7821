"""Pictures that facts name: found in the deck's `media/`, checked, and named by their content.

The name carries a hash because Anki copies a picture only together with a changed note, and never
over a file of the same name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from xml.parsers import expat

from .diagnostics import excerpt

FOLDER = "media"
TYPES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""What Anki shows on all its platforms."""
LARGEST = 5_000_000
"""Bytes. A learner's phone loads every picture of a deck when it syncs."""

_SIGNATURES = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|.{4}ftypavi[fs]", re.DOTALL
)
_ACTIVE_ELEMENTS = frozenset(
    "script foreignobject iframe embed object audio video animate set handler listener".split()
)
"""Parts of an SVG that do or load something; `animate` and `set` can change a link."""
_ACTIVE_STYLE = re.compile(
    r"@import|url\((?!\s*[\"']?\s*(?:#|data:(?:image/(?:png|jpeg|gif|webp)|font/|application/font)))",
    re.IGNORECASE,
)
_STYLE_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)
_EMBEDDED = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE)


class Picture(NamedTuple):
    """A picture to be packaged: the file, and the name that it gets in Anki.

    `size_to_write` is what an SVG should say of its size; empty for pictures that do.
    """

    path: Path
    name: str
    size_to_write: str = ""


class Refused(NamedTuple):
    """Why a picture cannot be used."""

    check: str
    message: str
    hint: str


def find(deck_folder: Path, value: str) -> Picture | Refused:
    """The picture that `image: value` names, below the deck's `media/`."""
    folder = deck_folder / FOLDER
    relative = PurePosixPath(value)
    shown = excerpt(value)
    if relative.is_absolute() or ".." in relative.parts or "\\" in value or ":" in value:
        return Refused(
            "unsafe-media",
            f'"{shown}" leads out of the deck',
            f"put the picture into {FOLDER}/ and write its name alone",
        )
    path = _as_stored(folder / relative)
    if path.suffix.lower() not in TYPES:
        return Refused(
            "unsafe-media",
            f'Anki does not show files such as "{shown}"',
            f"use a picture that ends in {', '.join(TYPES)}",
        )
    if not _is_there(path):
        return Refused(
            "missing-media", f'there is no picture "{shown}" in {FOLDER}/', _nearest(folder, value)
        )
    if not path.resolve().is_relative_to(deck_folder.resolve() / FOLDER):
        return Refused(
            "unsafe-media",
            f'"{shown}" is a link that leads out of the deck',
            f"copy the picture itself into {FOLDER}/",
        )
    return _checked(path, shown)


def _as_stored(path: Path) -> Path:
    """A path with its name as the folder has it: accents can be stored in two ways."""
    wanted = unicodedata.normalize("NFC", path.name)
    names = _names(path.parent)
    return path.with_name(
        next((name for name in names if unicodedata.normalize("NFC", name) == wanted), path.name)
    )


def _names(folder: Path) -> list[str]:
    """What is in a folder, by name; nothing where it cannot be read."""
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _is_there(path: Path) -> bool:
    """Whether there is a file of exactly this name, also where the system overlooks capitals."""
    try:
        return path.is_file() and path.name in _names(path.parent)
    except OSError:  # a name that is too long for one
        return False


def _checked(path: Path, shown: str) -> Picture | Refused:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Refused("missing-media", f'"{shown}" cannot be read: {reason}', "")
    if size > LARGEST:
        return Refused(
            "unsafe-media",
            f'"{shown}" has {size / 1e6:.1f} MB, more than the {LARGEST / 1e6:.0f} MB allowed',
            "make the picture smaller: every learner's phone has to load it",
        )
    name = _stored_name(path, data)
    if path.suffix.lower() != ".svg":
        if _SIGNATURES.match(data):
            return Picture(path, name)
        return Refused(
            "unsafe-media",
            f'"{shown}" is not what its name says, and Anki would show nothing',
            "open it in a picture program and save it as PNG or JPEG",
        )
    try:
        part, size_to_write = _drawing(data)
    except (expat.ExpatError, LookupError, ValueError):
        return Refused(
            "unsafe-media",
            f'"{shown}" is damaged or no SVG, and Anki would show nothing',
            "export it again as plain SVG from the program that it was drawn with",
        )
    if part:
        return Refused(
            "unsafe-media",
            f'"{shown}" is not a plain picture: it contains "{part}"',
            "export it as plain SVG, without scripts and without parts from elsewhere",
        )
    return Picture(path, name, size_to_write)


def _drawing(data: bytes) -> tuple[str, str]:
    """The first part of an SVG that does something or loads something, and the size to be written.

    Each is empty without one. Raises ExpatError for what is not XML, ValueError for what is no SVG.
    Names count without their namespaces, because any prefix can stand for SVG's.
    """
    parts: list[str] = []
    size = ""
    style: list[str] = []
    open_elements: list[str] = []

    def begin(element: str, attributes: dict[str, str]) -> None:
        nonlocal size
        name = _local(element)
        if not open_elements:
            if name != "svg":
                raise ValueError(name)
            size = _size_to_write(attributes)
        open_elements.append(name)
        if name.lower() in _ACTIVE_ELEMENTS:
            parts.append(f"<{name}")
        for attribute, value in attributes.items():
            name = _local(attribute)
            loads = name.lower() in ("href", "src") and not _EMBEDDED.match(value)
            if loads or name.lower().startswith("on"):
                parts.append(f"{name}=")
            parts.extend(_loaded(value))

    def end(_: str) -> None:
        if open_elements.pop() == "style":
            parts.extend(_loaded("".join(style)))
            style.clear()

    def text(content: str) -> None:
        if open_elements[-1] == "style":
            style.append(content)

    def declare(name: str, *_: object) -> None:
        parts.append(f"<!ENTITY {name}")
        raise _StopError

    def instruct(target: str, _: str) -> None:
        if target == "xml-stylesheet":
            parts.append(f"<?{target}")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = declare
    parser.ProcessingInstructionHandler = instruct
    with suppress(_StopError):
        parser.Parse(data, True)
    return parts[0] if parts else "", size


def _size_to_write(attributes: Mapping[str, str]) -> str:
    """The size that an SVG's first tag leaves out, from its `viewBox` where that says it."""
    if all(
        re.match(r"\s*[0-9.]+(?!.*%)", attributes.get(name, "")) for name in ("width", "height")
    ):
        return ""
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    width, height = box[2:] if len(box) == 4 else ("…", "…")
    return f'width="{width}" height="{height}"'


class _StopError(Exception):
    """Entities can grow without end, so nothing after one is read."""


def _local(name: str) -> str:
    """An XML name without its namespace."""
    return name.rpartition(" ")[2]


def _loaded(style: str) -> list[str]:
    """What a style sheet or an attribute loads from elsewhere; CSS can hide letters in escapes."""
    if "\\" in style:
        style = _STYLE_ESCAPE.sub(lambda found: _character(found[1]), style).replace("\\", "")
    return [found[0] for found in _ACTIVE_STYLE.finditer(style)]


def _character(code: str) -> str:
    return chr(min(int(code, 16), 0x10FFFF))


def unused(deck_folder: Path, used: Iterable[Path]) -> list[Path]:
    """The files in the deck's `media/` that are not among those used; hidden ones aside."""
    folder = deck_folder / FOLDER
    kept = {path.resolve() for path in used}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.resolve() not in kept
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _stored_name(path: Path, data: bytes) -> str:
    """`map.svg` → `map-1a2b3c4d5e6f.svg`, in characters that Anki keeps as they are."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "picture"
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}{path.suffix.lower()}"


def same_file_elsewhere(value: str) -> str:
    """A key that is equal for names which some file systems cannot hold side by side."""
    return unicodedata.normalize("NFC", value).lower()


def _nearest(folder: Path, value: str) -> str:
    close = get_close_matches(value, _names(folder), 1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"put the file into the folder {folder.as_posix()}/"
