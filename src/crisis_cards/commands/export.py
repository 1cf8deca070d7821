"""`crisis-cards export`: a release in other forms than a package, and what they lack."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ..format.folders import LOCK
from ..problems import count
from . import common

if TYPE_CHECKING:
    from ..pipeline import Deck
    from ..release.plan import Published, Release

_WIDTH = 80  # columns of a terminal
_CROWDANKI_LACKS = (
    "the ids of note types: let a learner have packages or CrowdAnki, not one after the other",
    "the times of notes: every import replaces all notes, with a learner's own edits and tags",
    "deck options: the deck gets a group of its own, which is the learner's to set",
)


class _Export(NamedTuple):
    """Files to be written, the last of which is named, and those of the former export to go.

    `contents` says what is in them, `lacks` what this form cannot carry, a sentence each.
    """

    files: Sequence[tuple[Path, bytes]]
    contents: str
    lacks: Sequence[str]
    stale: Sequence[Path] = ()


@click.command("export")
@click.argument("deck", required=False, type=common.Folders())
@click.option(
    "--to",
    type=click.Choice(("text", "crowdanki")),
    default="text",
    show_default=True,
    help="A text that Anki imports, or a folder for its add-on CrowdAnki.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=common.DIST,
    show_default=True,
    help="The folder to write into.",
)
def command(deck: Path | None, to: str, output: Path) -> None:
    """Write a deck as text for Anki, or as a folder for CrowdAnki.

    It holds the notes of the next build, with the GUIDs that learners have; deck.lock stays as it
    is. What the form cannot carry is said.

    \b
    Example:
      crisis-cards export
      crisis-cards export decks/cuban-missile-crisis --to crowdanki -o release
    """
    from .. import files, pipeline

    folder = common.one(deck)
    for sound in common.each_sound((folder,), output):
        release = pipeline.release(sound, common.now())
        place = output / folder.resolve().name
        made = (_text if to == "text" else _crowdanki)(sound, release.notes, place)
        files.write(made.files)
        for path in made.stale:
            path.unlink(missing_ok=True)
        target, data = made.files[-1]
        click.echo(f"{target} ({common.size(len(data))})\n  {made.contents}")
        _say_what_is_unpublished(release)
        _say("This form cannot carry:")
        for line in made.lacks:
            _say(f"- {line}")


def _text(deck: Deck, notes: Sequence[Published], place: Path) -> _Export:
    from ..targets import text

    types = deck.note_types()
    lacks = ["note types: import the package first; Anki leaves notes of unknown types out"]
    if media := {name for note in notes for name in note.pictures}:
        lacks.append(f"{count(len(media), 'media file')}: the package brings them")
    lacks.append(
        "the times of notes: one that differs from the learner's replaces it, with the learner's "
        "own edits and tags"
    )
    lacks += (
        f'the name "{name}": Anki takes it for the number of a deck or note type, and may leave '
        "its notes out"
        for name in text.numbers(deck.settings, notes, types)
    )
    if empty := text.left_out(notes):
        named = ", ".join(empty[:5]) + (" …" if len(empty) > 5 else "")
        lacks.append(f"{count(len(empty), 'note')} with an empty first field: {named}")
    lacks += _apart(notes)
    data = text.render(deck.settings, notes, types).encode()
    return _Export([(place.with_name(f"{place.name}.txt"), data)], count(len(notes), "note"), lacks)


def _crowdanki(deck: Deck, notes: Sequence[Published], place: Path) -> _Export:
    from ..targets import crowdanki

    if place.resolve() == deck.folder.resolve():
        raise click.UsageError(f"{place} is the deck's own folder: name another one with -o")
    try:
        uuids = crowdanki.kept(deck.folder)
        others = deck.settings.of_templates(deck.folder)
        made = crowdanki.deck(deck.settings, notes, deck.note_types(), uuids, others)
    except (crowdanki.UuidsError, crowdanki.ApartError) as error:
        raise click.ClickException(str(error)) from error
    target, media, pictures = place / crowdanki.FILE, place / "media", deck.pictures() | others
    shown = crowdanki.media(made)
    written = [(media / name, pictures[name].read_bytes()) for name in sorted(shown)]
    stale = [media / name for name in sorted(crowdanki.former_media(target, made) - shown)]
    contents = f"{count(len(notes), 'note')}, {count(len(shown), 'media file')}"
    lacks = [*_CROWDANKI_LACKS, *_apart(notes)]
    return _Export([*written, (target, crowdanki.render(made))], contents, lacks, stale)


def _apart(notes: Sequence[Published]) -> list[str]:
    number = sum(bool(note.decks) for note in notes)
    said = f"the decks of single cards: those of {count(number, 'note')} come into one deck"
    return [said] if number else []


def _say_what_is_unpublished(release: Release) -> None:
    changes = (("new", release.new), ("changed", release.changed))
    parts = [f"{count(len(keys), 'note')} {what}" for what, keys in changes if keys]
    if parts:
        _say(
            f"{' and '.join(parts)} since the last build: build as well, and commit {LOCK}, which "
            "keeps what these notes are recognised by."
        )


def _say(line: str) -> None:
    """Says something to people, in lines that fit."""
    indent = "  " if line.startswith("- ") else ""
    click.echo(
        textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False), err=True
    )
