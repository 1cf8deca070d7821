"""Pictures and sounds that facts name: found in the deck's `media/`, checked, and named by content.

The name carries a hash because Anki copies a file only together with a changed note, and never
over a file of the same name.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import NamedTuple
from xml.parsers import expat

from ..files import walk
from ..problems import Check, errors, excerpt, reason
from ..yaml.tree import Text
from .folders import MEDIA, PICTURES, SOUNDS

_FEW = 1_000  # names among which a similar one is looked for
LARGEST = 5_000_000
"""Bytes. A learner's phone loads every picture of a deck when it syncs."""

_SIGNATURES = rb"(?s)\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|.{4}ftypavi[fs]"
_SOUND_SIGNATURES = (
    rb"(?s)ID3|\xff[\xe0-\xff]|OggS|RIFF.{4}WAVE|fLaC"
    rb"|.{4}ftyp(?:M4[AB] |mp4[12]|isom|iso[2-6]|dash)"
)
_ACTIVE = (
    "script foreignobject iframe embed object audio video animate set handler listener".split()
)
"""Parts of an SVG that do or load something; `animate` and `set` can change a link."""
_ACTIVE_STYLE = (
    r"(?i)@import"
    r"|url\((?!\s*[\"']?\s*(?:#|data:(?:image/(?:png|jpeg|gif|webp)|font/|application/font)))"
)
_EMBEDDED = r"(?i)\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,])"


class Picture(NamedTuple):
    """A picture or sound to be packaged: the file, and the name that it gets in Anki.

    `former` is the name that older versions made where the system stores accents apart from their
    letters, as macOS does; empty where it is the same. `size_to_write` is what an SVG should say of
    its size; empty for pictures that do. `content` is a hash of the file where the name has none.
    """

    path: Path
    name: str
    former: str = ""
    size_to_write: str = ""
    content: str = ""

    @property
    def is_sound(self) -> bool:
        return self.name.endswith(SOUNDS)


class Image(NamedTuple):
    """A picture or sound and where it is named."""

    text: Text
    picture: Picture


class Refused(NamedTuple):
    """Why a file cannot be used."""

    check: Check
    message: str
    hint: str


class Media:
    """The files in a deck's `media/`, each of which is looked at once."""

    def __init__(self, deck_folder: Path) -> None:
        self.deck_folder = deck_folder
        self._found: dict[str, Picture | Refused] = {}
        self._kept: dict[str, Picture | Refused] = {}

    def picture(self, value: str) -> Picture | Refused:
        """The picture that `image: value` names."""
        found = self.find(value)
        if isinstance(found, Refused) or not found.is_sound:
            return found
        shown = excerpt(value)
        hint = f"write ![]({shown}) into the text where it is to be heard"
        return Refused(errors.UNSAFE_MEDIA, f'"{shown}" is a sound, and no picture', hint)

    def find(self, value: str) -> Picture | Refused:
        """The picture or sound of a name."""
        if value not in self._found:
            self._found[value] = find(self.deck_folder, value)
        return self._found[value]

    def kept(self, value: str) -> Picture | Refused:
        """A file of any kind, which keeps its name: learners of an adopted deck have it by that."""
        if value not in self._kept:
            self._kept[value] = _kept(self.deck_folder / MEDIA, value, self._stored)
        return self._kept[value]

    @cached_property
    def _stored(self) -> dict[str, str]:
        """The names in the folder as it has them, by how they are written."""
        names = _names(self.deck_folder / MEDIA)
        return {unicodedata.normalize("NFC", name): name for name in names}

    def digest(self) -> str:
        """A hash of all that is in the folder: what a section's pictures depend on."""
        whole = hashlib.sha256()
        folder = self.deck_folder / MEDIA
        for place, inner, names in walk(folder):
            for name in sorted((*inner, *names)):
                path = place / name
                # A link may lead out of the deck, to the same picture.
                known = f"{path.relative_to(folder)}\0{os.path.realpath(path)}\0"
                whole.update(os.fsencode(known) + _content_of(path))
        return whole.hexdigest()


def _content_of(path: Path) -> bytes:
    try:
        found = path.stat()
        regular = S_ISREG(found.st_mode)  # a pipe would be waited for
        return _content(path, found.st_mtime_ns, found.st_size) if regular else b"none"
    except OSError as error:
        return f"unreadable: {error.errno}".encode()


@lru_cache(maxsize=4096)  # while a deck is watched, only what was saved is read again
def _content(path: Path, changed: int, size: int) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def find(deck_folder: Path, value: str) -> Picture | Refused:
    """The picture or sound of a name, below the deck's `media/`."""
    folder = deck_folder / MEDIA
    relative = PurePosixPath(value)
    shown = excerpt(value)
    noun = "sound" if relative.suffix.lower() in SOUNDS else "picture"
    if relative.is_absolute() or ".." in relative.parts or "\\" in value or ":" in value:
        hint = f"put the {noun} into {MEDIA}/ and write its name alone"
        return Refused(errors.UNSAFE_MEDIA, f'"{shown}" leads out of the deck', hint)
    if relative.suffix.lower() not in PICTURES + SOUNDS:
        message = f'Anki does not show files such as "{shown}"'
        hint = f"use a picture that ends in {', '.join(PICTURES)}"
        return Refused(errors.UNSAFE_MEDIA, message, hint)
    path = _stored(folder / relative)
    if path is None:
        close = get_close_matches(value, _names(folder), 1)
        hint = f"put the file into the folder {folder.as_posix()}/"
        if close:
            hint = f'did you mean "{close[0]}"?'
        message = f'there is no {noun} "{shown}" in {MEDIA}/'
        return Refused(errors.MISSING_MEDIA, message, hint)
    if not path.resolve().is_relative_to(deck_folder.resolve() / MEDIA):
        message = f'"{shown}" is a link that leads out of the deck'
        return Refused(errors.UNSAFE_MEDIA, message, f"copy the {noun} itself into {MEDIA}/")
    return _checked(path, shown, noun)


def _kept(folder: Path, value: str, stored: Mapping[str, str]) -> Picture | Refused:
    """A file of the deck's `media/` under its own name, of whatever kind."""
    shown = excerpt(value)
    name = stored.get(unicodedata.normalize("NFC", value)) if is_plain_name(value) else None
    path = folder / (name or "")
    if (
        not name
        or not path.is_file()
        or not path.resolve().is_relative_to(folder.parent.resolve() / MEDIA)
    ):
        hint = f"put the file into the folder {folder.as_posix()}/"
        near = get_close_matches(value, stored, 1) if len(stored) < _FEW else []
        if near:
            hint = f'did you mean "{near[0]}"?'
        return Refused(errors.MISSING_MEDIA, f'there is no file "{shown}" in {MEDIA}/', hint)
    try:
        content = _content(path, path.stat().st_mtime_ns, path.stat().st_size).hex()
    except OSError as error:
        return Refused(errors.MISSING_MEDIA, f'"{shown}" cannot be read: {reason(error)}', "")
    return Picture(path, unicodedata.normalize("NFC", value), content=content[:16])


def is_plain_name(name: str) -> bool:
    """Whether a name is that of a file in a folder, and leads nowhere else."""
    return bool(name) and not name.startswith(".") and not re.search(r"[/\\\0]", name)


def _stored(path: Path) -> Path | None:
    """A file by its name as the folder has it; None where there is no such file.

    Accents can be stored in two ways, and some systems overlook capitals.
    """
    wanted = unicodedata.normalize("NFC", path.name)
    for name in _names(path.parent):
        if unicodedata.normalize("NFC", name) == wanted:
            with suppress(OSError):
                return path.with_name(name) if path.with_name(name).is_file() else None
    return None


def _names(folder: Path) -> list[str]:
    """What is in a folder, by name; nothing where it cannot be read."""
    with suppress(OSError):
        return sorted(path.name for path in folder.iterdir())
    return []


def _checked(path: Path, shown: str, noun: str) -> Picture | Refused:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        return Refused(errors.MISSING_MEDIA, f'"{shown}" cannot be read: {reason(error)}', "")
    if size > LARGEST:
        sizes = f"{size / 1e6:.1f} MB, more than the {LARGEST / 1e6:.0f} MB allowed"
        hint = f"make the {noun} smaller: every learner's phone has to load it"
        return Refused(errors.UNSAFE_MEDIA, f'"{shown}" has {sizes}', hint)
    name, former = (_name(unicodedata.normalize(form, path.name), data) for form in ("NFC", "NFD"))
    former = "" if former == name else former
    if path.suffix.lower() != ".svg":
        signatures = _SOUND_SIGNATURES if noun == "sound" else _SIGNATURES
        if re.match(signatures, data):
            return Picture(path, name, former)
        message = f'"{shown}" is not what its name says, and Anki would show nothing'
        hint = "open it in a picture program and save it as PNG or JPEG"
        if noun == "sound":
            message = f'"{shown}" is not what its name says, and Anki would play nothing'
            hint = "open it in a sound program and save it as MP3"
        return Refused(errors.UNSAFE_MEDIA, message, hint)
    try:
        part, size_to_write = _drawing(data)
    except (expat.ExpatError, LookupError, ValueError):
        message = f'"{shown}" is damaged or no SVG, and Anki would show nothing'
        hint = "export it again as plain SVG from the program that it was drawn with"
        return Refused(errors.UNSAFE_MEDIA, message, hint)
    if part:
        message = f'"{shown}" is not a plain picture: it contains "{part}"'
        hint = "export it as plain SVG, without scripts and without parts from elsewhere"
        return Refused(errors.UNSAFE_MEDIA, message, hint)
    return Picture(path, name, former, size_to_write)


def _name(written: str, data: bytes) -> str:
    """`map.svg` → `map-1a2b3c4d5e6f.svg`, in characters that Anki keeps as they are."""
    path = PurePosixPath(written)
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "picture"
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}{path.suffix.lower()}"


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
        name = element.rpartition(" ")[2]
        if not open_elements:
            if name != "svg":
                raise ValueError(name)
            size = _size_to_write(attributes)
        open_elements.append(name)
        if name.lower() in _ACTIVE:
            parts.append(f"<{name}")
        for attribute, value in attributes.items():
            name = attribute.rpartition(" ")[2]
            loads = name.lower() in ("href", "src") and not re.match(_EMBEDDED, value)
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
    sizes = [attributes.get(name, "") for name in ("width", "height")]
    if all(re.match(r"\s*[0-9.]+(?!.*%)", size) for size in sizes):
        return ""
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    width, height = box[2:] if len(box) == 4 else ("…", "…")
    return f'width="{width}" height="{height}"'


class _StopError(Exception):
    """Entities can grow without end, so nothing after one is read."""


def _loaded(style: str) -> list[str]:
    """What a style sheet or an attribute loads from elsewhere; CSS can hide letters in escapes."""
    if "\\" in style:
        escape = r"(?i)\\([0-9a-f]{1,6})\s?"
        style = re.sub(escape, lambda code: chr(min(int(code[1], 16), 0x10FFFF)), style)
        style = style.replace("\\", "")
    return [found[0] for found in re.finditer(_ACTIVE_STYLE, style)]


def of_templates(deck_folder: Path) -> dict[str, Path]:
    """The files in `media/` that Anki keeps whether a note names them or not, by their names."""
    folder = deck_folder / MEDIA
    names = (name for name in _names(folder) if name.startswith(("_", "latex-")))
    paths = {unicodedata.normalize("NFC", name): folder / name for name in names}
    return {name: path for name, path in paths.items() if path.is_file()}


def unused(deck_folder: Path, used: Iterable[Path]) -> list[Path]:
    """The files in the deck's `media/` that are not among those used; hidden ones aside."""
    folder = deck_folder / MEDIA
    kept = {path.resolve() for path in used}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.resolve() not in kept
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def same_file_elsewhere(value: str) -> str:
    """A key that is equal for names which some file systems cannot hold side by side."""
    return unicodedata.normalize("NFC", value).lower()
