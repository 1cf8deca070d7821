"""`crisis-cards import`."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..format.folders import is_deck
from ..format.shapes import slug
from ..problems import count, excerpt
from . import common, progress

if TYPE_CHECKING:
    from ..lists.deck import There
    from ..lists.kinds import Judged
    from ..lists.rows import Found
    from ..lists.writing import Written

_LISTED = 5  # rows that are named


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.argument("deck")
@click.option(
    "--section", metavar="TITLE", help="Of all facts; default: headings, the file's name."
)
@click.option("--language", metavar="CODE", help="Of a new deck; default: en.")
@click.option("--diff", is_flag=True, help="Show what it would write, and write nothing.")
@common.style(("text", "json"))
def command(
    file: str, deck: str, section: str | None, language: str | None, diff: bool, style: str
) -> None:
    """Turn a list into facts of a deck: a table, Anki's text export, notes, JSON.

    FILE is a list, or - for standard input. DECK is a deck folder, or the title or path of a new
    deck. Nothing that stands in a file is changed; a second run adds only what is new.

    \b
    Example:
      crisis-cards import words.csv decks/spanish
      crisis-cards import notes.md "French Revolution" --diff
      pbpaste | crisis-cards import - decks/cuba --section Prelude
    """
    from .. import files, fix
    from ..lists import deck as decks
    from ..lists import kinds, reading, rows, writing

    folder, title = _chosen(deck)
    if diff and style == "json":
        raise click.UsageError("--diff shows lines of text: leave out --format json")
    if title is None and language:
        raise click.UsageError(f"--language is for a new deck: {folder} says its own in deck.yaml")
    if section is not None and not (slug(section) and section.isprintable()):
        raise click.UsageError("--section needs a title with a letter in it, on one line")
    there = _there(folder) if title is None else decks.new(language or "en")
    stream = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115
    with stream:
        data = stream.read(reading.LARGEST + 1)
    beside = None if file == "-" else Path(file).parent
    name = _title(file)
    wanted = writing.Wanted(folder, section or name, section is not None, beside, title or "")
    keys = {key for kind in there.kinds.values() for key in kind.allowed}
    try:
        with progress.line(sys.stderr, f"reading {file}", wanted=style == "text"):
            found = reading.read(data, file, keys)
            judged = kinds.judge(found, there.kinds, there.language)
            written = writing.write(judged.made, there, wanted)
    except rows.ListError as error:
        click.echo(f"Error: {file}: {error}", err=True)
        raise click.exceptions.Exit(2) from error
    except writing.BrokenError as error:
        common.print_problems(error.problems, "text")
        raise click.exceptions.Exit(1) from error
    written.left[:0] = judged.left
    if diff:
        click.echo(fix.diff(written.files), nl=False)
    else:
        copied = [(place, source.read_bytes()) for place, source in written.media.items()]
        texts = [(path, after) for path, (_, after) in written.files.items()]
        files.write([*copied, *texts])
    if style == "json":
        click.echo(json.dumps(_record(found, judged, written, folder), ensure_ascii=False))
    else:
        click.echo(_text(found, judged, written, folder, diff=diff), nl=False, err=diff)
    if written.left and not (written.facts or written.there):
        raise click.exceptions.Exit(1)


def _chosen(deck: str) -> tuple[Path, str | None]:
    """A deck's folder, and its name in Anki if it is to be made."""
    path = Path(deck)
    try:
        path = path.parent if path.is_file() else path  # its deck.yaml, perhaps
        if is_deck(path):
            return path, None
        folder, title = common.new_deck(deck)
        if is_deck(folder):
            return folder, None
        if Path(deck).is_file():
            folder = Path(deck)
        is_taken = folder.is_file() or (folder.exists() and any(folder.iterdir()))
    except OSError as error:  # a name that is too long for one
        raise click.UsageError(f"{excerpt(deck)} cannot be a deck's folder") from error
    if is_taken:
        raise click.UsageError(f"{folder} is there and holds no deck.yaml: choose another name")
    return folder, title


def _there(folder: Path) -> There:
    """A deck that is there; its errors end the command."""
    from ..lists import deck as decks

    (project,) = common.read([folder])
    errors = [p for p in project.problems if p.is_error and p.check != "empty-deck"]
    if errors or not project.settings:
        common.print_problems(errors, "text")
        click.echo("Error: mend the deck first: nothing was written", err=True)
        raise click.exceptions.Exit(1)
    return decks.read(folder, project)


def _title(file: str) -> str:
    """The title that a file's name makes."""
    words = " ".join(Path(file).stem.replace("_", " ").replace("-", " ").split())
    good = words.isprintable() and slug(words)
    return words[:1].upper() + words[1:] if good else "Imported"


def _others(written: Written) -> list[dict[str, str]]:
    return [
        {"place": made.row.place, "asked": made.asked, "there": place}
        for made, place in written.other
    ]


def _record(found: Found, judged: Judged, written: Written, folder: Path) -> dict[str, object]:
    facts = [
        {"id": fact.id, "kind": fact.kind, "file": str(path), "place": fact.row.place}
        for path, group in written.facts.items()
        for fact in group
    ]
    return {
        "folder": str(folder),
        "form": found.form,
        "facts": facts,
        "kinds": Counter(fact["kind"] for fact in facts),
        "there_already": [fact.row.place for fact in written.there],
        "with_another_answer": _others(written),
        "left_over": [each._asdict() for each in written.left],
        "changed": judged.changed,
        "media": [str(path) for path in written.media],
    }


def _text(found: Found, judged: Judged, written: Written, folder: Path, *, diff: bool) -> str:
    """What became of the rows, for people."""
    number = len({row.place for row in found.rows} | {row.place for row in found.left})
    lines = [f"{count(number, 'row')} ({found.form})"]
    for path, group in written.facts.items():
        kinds = Counter(fact.kind for fact in group).most_common()
        of_kind = ", ".join(f"{number:,} {kind}" for kind, number in kinds)
        lines += [str(path), f"  {count(len(group), 'new fact')}: {of_kind}"]
    if written.media:
        lines.append(f"{count(len(written.media), 'file')} copied into {folder / 'media'}")
    for why, number in judged.changed.items():
        lines.append(f"{count(number, 'text')} {why}")
    if written.there:
        lines.append(f"{count(len(written.there), 'row')} there already")
    others = [
        f'{made.row.place}: "{excerpt(made.asked)}" is there with another answer: {place}'
        for made, place in written.other
    ]
    left = [f'{each.place}: {each.reason}: "{excerpt(each.text)}"' for each in written.left]
    for told, called in ((others, "not written"), (left, "left over")):
        if told:
            lines.append(f"{len(told):,} {called}:")
            lines += [f"  {line}" for line in told[:_LISTED]]
            lines += [f"  and {len(told) - _LISTED:,} more"] if len(told) > _LISTED else []
    if written.facts and not diff:
        lines.append(f"Look at them, then: crisis-cards build {shlex.quote(str(folder))}")
    return "\n".join(lines) + "\n"
