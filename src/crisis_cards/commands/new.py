"""A new deck: a small one that builds, to be edited."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from .. import files
from ..format import own_types, schema
from ..format.folders import TYPE_FILE, TYPES, is_deck
from ..format.media import Media
from ..format.section import KNOWN_KEYS
from ..format.shape import Schema, plain
from ..yaml import tree
from ..yaml.quotes import quoted
from . import common

TEMPLATE = Path(__file__).parent / "template"
KIND = Path(__file__).parent / "kind.yaml"
_SCHEMAS = Path(".schema")
"""In the deck's folder, where editors find it without the network; nothing else reads it."""


@click.command("new")
@click.argument("name", nargs=-1, required=True, metavar="NAME")
@click.option("--kind", metavar="KIND", help="A kind of fact for the deck NAME that is there.")
def command(name: tuple[str, ...], kind: str | None) -> None:
    """Make a small deck that builds, to be edited.

    NAME is the deck's title or its folder. The deck comes into decks/ unless NAME is a path.
    With --kind, NAME is a deck that is there already, and gets a kind of fact of its own.

    \b
    Example:
      crisis-cards new "French Revolution"
      crisis-cards new ./lessons/french-revolution
      crisis-cards new --kind country decks/south-america
    """
    folder, title = common.new_deck(" ".join(name))  # a title does without quotes
    if kind is not None:
        _add_kind(folder, kind)
        return
    if folder.exists() or folder.is_symlink():
        raise click.UsageError(f"{folder} is there already: choose another name")
    edited = {path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATE.iterdir())}
    settings = edited["deck.yaml"].replace("TITLE", _scalar(title)).replace("FOLDER", folder.name)
    edited["deck.yaml"] = settings
    made = {folder / name: text for name, text in edited.items()}
    schemas = {"deck": schema.deck(), "section": schema.section(), "type": schema.type_()}
    made |= _as_files(folder, schemas)
    files.write([(path, text.encode()) for path, text in made.items()])
    for file in edited:
        if not file.startswith("."):
            click.echo(folder / file)
    check = f"crisis-cards check {shlex.quote(str(folder))}"
    click.echo(f"Edit them, and see what is wrong with: {check}")


def _as_files(folder: Path, schemas: Mapping[str, Schema]) -> dict[Path, str]:
    """Schemas by the paths where an editor finds them."""
    return {
        folder / _SCHEMAS / f"{name}.json": json.dumps(found, indent=2) + "\n"
        for name, found in schemas.items()
    }


def _add_kind(folder: Path, kind: str) -> None:
    """A kind of fact of a deck's own, and schemas that know it."""
    if not is_deck(folder):
        raise click.UsageError(f"{folder} is no deck: make one first, without --kind")
    place = folder / TYPES / kind
    if place.exists():
        raise click.UsageError(f"{place} is there already: choose another name")
    if reason := own_types.refused(kind):
        raise click.UsageError(f'no kind can be called "{kind}": {reason}')
    text = KIND.read_text(encoding="utf-8").replace("KIND", kind)
    text = text.replace("LABEL", kind.replace("-", " "))
    files.write([(place / TYPE_FILE, text.encode())])
    kinds = own_types.read(folder, Media(folder), {}).kinds
    made = _as_files(folder, {"section": schema.section(kinds), "type": schema.type_()})
    files.write([(path, text.encode()) for path, text in made.items()])
    click.echo(place / TYPE_FILE)
    click.echo(f"Edit it, and write facts with it: some-id: {{{kind}: …, meaning: …}}")


def _scalar(text: str) -> str:
    """A text as a value in YAML, in quotes only where it needs them."""
    document, problems = tree.parse(f"key: {text}".encode(), "", KNOWN_KEYS)
    root = document.root
    same = isinstance(root, tree.Mapping) and plain(root) == {"key": text}
    return text if same and not problems and not document.broken else quoted(text)
