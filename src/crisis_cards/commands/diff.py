"""`crisis-cards diff`: the next release, and where old texts come from."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

import click

from .. import git, pipeline
from ..format.folders import DECK_FILE, LOCK
from ..pipeline import Deck
from ..release import diff
from ..release.diff import Difference, OldText
from ..release.places import moves
from ..targets import apkg
from . import common


@click.command("diff")
@common.decks
@common.output
@common.style(("text", "json", "markdown"), "markdown: release notes for learners.")
def command(decks: tuple[Path, ...], output: Path, style: str) -> None:
    """Say what the next release changes for a learner, and write nothing.

    \b
    Example:
      crisis-cards diff
      crisis-cards diff --format markdown decks/cuban-missile-crisis > release-notes.md
    """
    for deck in common.each_sound(decks, output):
        found = between(deck, common.target(deck.folder, output), common.now())
        if style == "json":
            click.echo(json.dumps(diff.record(found)))
        else:
            click.echo(diff.text(found) if style == "text" else diff.markdown(found), nl=False)


def between(deck: Deck, package: Path, now: int) -> Difference:
    """The next release of a deck against the last; nothing is written.

    `package` is where the last release was built to; `now` in seconds since 1970.
    """
    release = pipeline.release(deck, now)
    types = deck.note_types()
    wanted = diff.wanted(release, deck.lock)
    old: dict[str, OldText] = {}
    places = []
    for place, read in (
        ("package", partial(apkg.read, package)),
        ("git", partial(_from_git, deck.folder)),
    ):
        missing = wanted.keys() - old.keys()
        texts = read() if missing else {}
        right = {
            guid: texts[guid]
            for guid in missing & texts.keys()
            if diff.is_published(texts[guid], wanted[guid], types)
        }
        if right:
            places.append(place)
            old |= right
    settings = deck.settings
    own = list(pipeline.places(settings, deck.sections))
    moved = tuple(moves(deck.lock, settings, own).values())
    return diff.between(
        settings.id, settings.name, release, deck.lock, old, tuple(places), types, moved
    )


def _from_git(folder: Path) -> dict[str, OldText]:
    """The notes of the facts as they were committed with the lock."""
    try:
        commit = git.run(folder, "log", "-1", "--format=%H", "--", LOCK).decode().strip()
        archive = git.run(folder, "archive", commit, ".")  # without a commit, git refuses
    except (OSError, CalledProcessError):
        return {}
    with tempfile.TemporaryDirectory() as place:
        former = Path(place, folder.resolve().name)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            for member in files:
                data = files.extractfile(member) if member.isfile() else None
                target = former / member.name
                if data and former.resolve() in target.resolve().parents:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data.read())
        deck = pipeline.read(former).deck if (former / DECK_FILE).is_file() else None
        made = pipeline.release(deck, 1) if deck else None
    if not made:
        return {}
    entries = made.lock.notes
    return {
        note.guid: OldText(note.fields, note.tags, entries[note.key].source) for note in made.notes
    }
