"""`crisis-cards adopt`."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import files
from ..format.folders import LOCK
from ..format.language import load
from ..format.shapes import slug
from ..problems import count
from . import common, progress
from .new import TEMPLATE

if TYPE_CHECKING:
    from ..adopt.adoption import Adoption
    from ..adopt.original import Original, Remark

_LISTED = 3  # notes that a remark names
_WIDTH = 80  # characters of a line


@click.command("adopt")
@click.argument("package", type=click.Path(exists=True, path_type=Path))
@click.argument("deck", type=click.Path(file_okay=False, path_type=Path))
@click.option("--deck", "name", metavar="NAME", help="The deck in Anki, of a package with several.")
@click.option("--language", metavar="CODE", help="Of the cards, such as de; guessed otherwise.")
@click.option(
    "--by",
    type=click.Choice(["deck", "tag"]),
    default="deck",
    show_default=True,
    help="What sections are made of.",
)
@common.style(("text", "json"))
def command(
    package: Path, deck: Path, name: str | None, language: str | None, by: str, style: str
) -> None:
    """Turn an existing Anki deck into a deck folder, and prove that no review is lost.

    PACKAGE is an .apkg, a .colpkg (with --deck), or CrowdAnki's deck.json or its folder. DECK is
    the new folder. If it was adopted before, nothing is written: what has been changed in Anki
    since then is shown. The exit status is 1 where a learner would lose something.

    \b
    Example:
      crisis-cards adopt geography.apkg decks/geography
      crisis-cards adopt collection.colpkg decks/birds --deck "Birds of Europe"
    """
    from ..adopt import adoption, original
    from ..adopt.language import guess
    from ..adopt.writing import Wishes
    from ..rehearsal import RehearsalError

    is_there = deck.exists() and any(deck.iterdir())
    if is_there and not (deck / LOCK).exists():
        raise click.UsageError(f"{deck} is there already: choose another folder")
    good = slug(deck.name)
    if not is_there and (not good or good != deck.name):
        hint = f"name the folder {good or 'geography, for instance'}"
        raise click.UsageError(f'"{deck}" cannot be the id of a deck: {hint}')
    if language and not load(language):
        raise click.BadParameter(
            f'"{language}" is not the code of a language', param_hint="--language"
        )
    try:
        with (
            progress.line(sys.stderr, "reading", wanted=style == "text") as line,
            original.opened(package, name) as found,
        ):
            if is_there:
                _show_changes(deck, found, package, style)
                return

            def tell(doing: str) -> None:
                line.doing = doing

            texts = (text for note in found.notes for text in note.fields)
            wishes = Wishes(deck.name, language or guess(texts), by)
            made = adoption.adopt(found, deck, wishes, tell, common.now())
            for_git = (TEMPLATE / ".gitattributes").read_bytes()
            files.write([(deck / ".gitattributes", for_git)])
            pointed_out = found.remarks
    except (original.AdoptionError, RehearsalError) as error:
        click.echo(f"Error: {error}", err=True)
        raise click.exceptions.Exit(2) from error
    if style == "json":
        click.echo(json.dumps(_record(made, pointed_out, deck), ensure_ascii=False))
    else:
        click.echo(_text(made, pointed_out, deck), nl=False)
    if made.proof.would_lose:
        raise click.exceptions.Exit(1)


def _show_changes(deck: Path, found: Original, package: Path, style: str) -> None:
    from ..adopt import changes

    (project,) = common.read([deck])
    common.print_problems([each for each in project.problems if each.is_error], "text")
    if not project.deck:
        raise click.exceptions.Exit(1)
    guids = {entry.guid for entry in project.deck.lock.entries()}
    if guids.isdisjoint(note.guid for note in found.notes):
        raise click.UsageError(f"{deck} is there already, and is another deck than {package}")
    result = changes.changes(project.deck, found, str(package))
    if style == "json":
        click.echo(json.dumps(changes.record(result), ensure_ascii=False))
    else:
        click.echo(changes.text(result), nl=False)


def _record(made: Adoption, remarks: tuple[Remark, ...], deck: Path) -> dict[str, object]:
    from ..adopt import report

    written = made.written
    return {
        "folder": str(deck),
        "facts": len(written.facts),
        "fields": sum(fact.filled for fact in written.facts),
        "fields_in_html": sum(len(fact.in_html) for fact in written.facts),
        "left_out": [{"guid": note.guid, "reason": reason} for note, reason in written.left_out],
        "remarks": [each._asdict() for each in remarks],
        "warnings": made.warnings,
        "proof": report.record(made.proof),
    }


def _text(made: Adoption, remarks: tuple[Remark, ...], deck: Path) -> str:
    """What was adopted, what a maintainer should look at, and the proof."""
    from ..adopt import report, writing

    written = made.written
    filled = sum(fact.filled for fact in written.facts)
    in_html = sum(len(fact.in_html) for fact in written.facts)
    share = 100 * (filled - in_html) / max(1, filled)
    sections = sum(path.endswith(".yaml") and "/" not in path for path in written.files) - 1
    numbers = (
        count(len(written.facts), "fact"),
        count(sections, "section"),
        count(len(written.types), "note type"),
    )
    lines = [
        str(deck),
        f"  {', '.join(numbers)}; the language is {made.wishes.language}",
        f"  {count(filled, 'field')}: {share:.1f} % as Markdown, {in_html:,} kept as HTML",
    ]
    if written.left_out:
        lines.append(
            f"  {count(len(written.left_out), 'note')} left out: see {writing.LEFT_OUT} there"
        )
    if not written.described:
        lines.append("  the description was HTML: what it says is kept, its layout is not")
    for remark in remarks:
        names = ", ".join(remark.notes[:_LISTED])
        more = f" and {len(remark.notes) - _LISTED:,} more" if len(remark.notes) > _LISTED else ""
        told = f"{remark.kind}: {remark.message}{f' ({names}{more})' if names else ''}"
        lines += textwrap.wrap(told, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    if made.warnings:
        lines += [
            "",
            f"check has {count(made.warnings, 'warning')} about what was there before.",
            f"To see only new ones from now on: crisis-cards check --baseline {deck}",
        ]
    return "\n".join([*lines, "", report.text(made.proof)])
