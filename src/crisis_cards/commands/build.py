"""`crisis-cards build`, and what it says."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..format.folders import LOCK
from ..problems import count, reason, summary
from ..problems.rendering import render
from ..store import Run, Said, usual
from . import common, progress

if TYPE_CHECKING:
    from ..pipeline import Built, Deck
    from ..release.plan import Release


@click.command("build")
@common.decks
@common.output
@click.option("--locked", is_flag=True, help="Fail where deck.lock would change, as in CI.")
@click.option(
    "--rerender", is_flag=True, help="Send notes that this version draws otherwise to all learners."
)
@click.option("--new-lock", is_flag=True, help="Begin a new deck.lock where one is gone.")
@common.strict
@common.style(("text", "json"), "json: one object a deck, a line each.")
@common.watch
def command(
    decks: tuple[Path, ...],
    output: Path,
    locked: bool,
    rerender: bool,
    new_lock: bool,
    strict: bool,
    style: str,
    watch: bool,
) -> None:
    """Build decks into packages that Anki imports.

    What was published is kept in the deck.lock beside a deck's facts: commit it with them. A deck
    with errors is not built, and its former package and lock stay as they were.

    \b
    Example:
      crisis-cards build
      crisis-cards build decks/cuban-missile-crisis -o release
    """
    make = partial(_build, output=output, style=style, locked=locked, rerender=rerender)
    judge = partial(common.judged, output=None if new_lock else output, strict=strict)
    if watch:

        def again(saved: common.Saved) -> None:
            _refuse_same_names([project.folder for project in saved.projects])
            old = common.old(saved.projects)
            if saved.problems or saved.moment or old:
                click.echo(saved.moment + summary(saved.problems, old), err=True)
            for deck in saved.sound:
                if deck.folder in saved.fresh:
                    make(deck, common.now())

        common.on_every_save(decks, judge, "text", again)
        return
    folders = common.chosen(decks)
    if new_lock and all((folder / LOCK).exists() for folder in folders):
        places = ", ".join(str(folder / LOCK) for folder in folders)
        raise click.UsageError(f"to begin anew, first move the old lock away: {places}")
    _refuse_same_names(folders)
    now = common.now()
    options = ("build", str(output), style, f"{strict=} {locked=} {rerender=}")
    kept = usual()
    targets = [common.target(folder, output) for folder in folders]
    run = Run(kept, options, folders, targets)
    if known := run.recall():
        click.echo(known.err, nl=False, err=True)
        click.echo(known.out, nl=False)
        return
    projects = common.read(folders, style, kept)
    problems, sound = judge(projects)
    complaints = render(problems, "text")
    old = common.old(projects)
    if problems or (old and style == "text"):
        complaints += summary(problems, old) + "\n"
    click.echo(complaints, nl=False, err=True)
    built = [make(deck, now) for deck in sound]
    if None in built:
        raise click.exceptions.Exit(1)
    common.fail(problems, strict)
    said = [_again(deck, made, style) for deck, made in zip(sound, built, strict=True) if made]
    if all(said):
        run.remember(Said("".join(said), complaints))


def _refuse_same_names(folders: list[Path]) -> None:
    first: dict[str, Path] = {}
    for folder in folders:
        name = unicodedata.normalize("NFC", folder.resolve().name).casefold()
        other = first.setdefault(name, folder)
        if other is not folder:
            raise click.UsageError(
                f"{other} and {folder} would both be built as {folder.resolve().name}.apkg: "
                "build them one by one, each with its own -o"
            )


def _again(deck: Deck, built: Built, style: str) -> str:
    """What the next build will say of a deck; empty where only another one can know.

    A release settles what the lock tells of former ids, names and numbers.
    """
    from ..release import plan

    settled = ("unknown-was", "looks-renamed", "renamed-deck", "reused-number", "moved-section")
    if any(problem.check in settled for problem in deck.problems):
        return ""
    return _said(deck, built._replace(release=plan.repeated(built.release)), style)


def _build(
    deck: Deck,
    now: int,
    *,
    output: Path,
    style: str,
    locked: bool,
    rerender: bool,
) -> Built | None:
    """Builds one deck and says what came of it; None where it did not go well."""
    from .. import pipeline

    target = common.target(deck.folder, output)
    try:
        with progress.line(sys.stderr, f"building {target}", wanted=style == "text"):
            built = pipeline.write(deck, target, now, locked=locked, rerender=rerender)
    except OSError as error:
        place = error.filename or target
        click.echo(f"error: {place} cannot be written: {reason(error)}", err=True)
        return None
    if built is None:
        click.echo(
            f"error: {deck.folder / LOCK} is not up to date: build without --locked and commit it",
            err=True,
        )
        return None
    click.echo(_said(deck, built, style), nl=False)
    return built


def _said(deck: Deck, built: Built, style: str) -> str:
    """What a build says of a deck."""
    release = built.release
    changes = {
        "new": len(release.new),
        "changed": len(release.changed),
        "unchanged": len(release.unchanged),
        "removed": len(release.vanished),
    }
    if style == "json":
        made = {name: getattr(built, name) for name in ("facts", "notes", "cards")}
        record = {"deck": deck.settings.id, "package": str(built.package), **made, **changes}
        if release.redrawn:
            record["redrawn"] = len(release.redrawn)
        names = {
            "removed_notes": [key for key, _ in release.vanished],
            "emptied_notes": list(release.emptied),
            "ambiguous_notes": list(release.ambiguous),
        }
        return json.dumps(record | {name: keys for name, keys in names.items() if keys}) + "\n"
    lines = [
        f"{built.package} ({common.size(built.size)})",
        f"  {common.contents(built.facts, built.notes, built.cards)}",
        "  " + ", ".join(f"{number:,} {what}" for what, number in changes.items()),
        *_advice(release),
    ]
    return "\n".join(lines) + "\n"


def _advice(release: Release) -> Iterator[str]:
    """What an author should know of a release beside its numbers."""
    if release.redrawn:
        yield (
            f"  {count(len(release.redrawn), 'note')} drawn otherwise by this version: "
            "learners keep theirs; to send them to all: build --rerender"
        )
    if release.vanished:
        removed = count(len(release.vanished), "removed note")
        ids = ",".join(str(entry.id) for _, entry in release.vanished[:10])
        more = " …" if len(release.vanished) > 10 else ""
        yield f"  learners keep the {removed} ({_listed(key for key, _ in release.vanished)})"
        yield f"  to delete them in Anki: Browse, and search for nid:{ids}{more}"
    if release.emptied:
        yield (
            f"  blanks or cards are gone from {_listed(release.emptied)}: "
            "learners keep them, empty, until they use Tools → Empty Cards"
        )
    for key, numbers in release.ambiguous.items():
        gone = " and ".join(map(str, numbers))
        anew = "its card begins anew"
        if key.endswith(("/cloze", "/quote")):
            anew = "its cards begin anew; to carry their history on, write the number"
            anew += " (==c1::answer==)"
        yield f"  {key}: it is not clear what became of number {gone}, so {anew}"


def _listed(keys: Iterable[str]) -> str:
    facts = list(dict.fromkeys(key.split("/")[0] for key in keys))
    return ", ".join(facts[:5]) + (f" and {len(facts) - 5:,} more" if len(facts) > 5 else "")
