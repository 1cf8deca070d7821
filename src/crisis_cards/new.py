"""A new deck: a small one that builds, to be edited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from . import files, schema, source
from .facts import slug
from .slips import quoted

TEMPLATE = Path(__file__).parent / "template"
_SCHEMAS = Path(".schema")
"""In the deck's folder, where editors find it without the network; nothing else reads it."""


class Refused(Exception):  # noqa: N818 (an answer to the author, not a fault)
    """Why there can be no such deck."""


class Names(NamedTuple):
    """A deck's folder, whose name is its id, and its name in Anki."""

    folder: Path
    title: str


def names(name: str, decks: Path) -> Names:
    """What an author means by a name: a title, a folder's name, or the path of a folder.

    A title or a folder's name makes a folder below `decks`; of a title that nests, its last part
    does. Raises Refused.
    """
    head, _, last = name.replace("\\", "/").rstrip("/").rpartition("/")
    parts = [" ".join(part.split()) for part in last.split("::")]
    folder = slug(parts[-1])
    if not folder or "" in parts or not last.isprintable():
        raise Refused(f'no deck can be called "{name}": write a word or a title in letters')
    title = parts[-1]
    if title == folder:
        title = " ".join(word[:1].upper() + word[1:] for word in folder.split("-"))
    place = Path(head or "/") if "/" in name.rstrip("/") else decks
    return Names(place / folder, "::".join((*parts[:-1], title)))


def make(names: Names) -> list[Path]:
    """Writes the files of a new deck; the paths of those that are to be edited.

    Raises Refused where something is there already, and OSError where it cannot be written.
    """
    folder, title = names
    if folder.exists() or folder.is_symlink():
        raise Refused(f"{folder} is there already: choose another name")
    edited = {path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATE.iterdir())}
    settings = edited["deck.yaml"].replace("TITLE", _scalar(title)).replace("FOLDER", folder.name)
    edited["deck.yaml"] = settings
    schemas = {"deck": schema.deck(), "section": schema.section()}
    files.write(
        [(folder / name, text.encode()) for name, text in edited.items()]
        + [
            (folder / _SCHEMAS / f"{name}.json", (json.dumps(made, indent=2) + "\n").encode())
            for name, made in schemas.items()
        ]
    )
    return [folder / name for name in edited]


def _scalar(text: str) -> str:
    """A text as a value in YAML, in quotes only where it needs them."""
    document, problems = source.parse(f"key: {text}".encode(), "")
    root = document.root
    plain = isinstance(root, source.Mapping) and schema.plain(root) == {"key": text}
    return text if plain and not problems and not document.broken else quoted(text)
