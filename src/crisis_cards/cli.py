"""Arguments, printing, exit status."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import click

from . import __version__, build, diagnostics
from .diagnostics import Diagnostic, count
from .facts import Deck

_DECKS = Path("decks")


class _Folders(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A deck folder: one that holds a deck.yaml."""

    name = "deck"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.name == build.DECK_FILE and path.is_file():
            path = path.parent
        if not path.is_dir():
            self.fail(f"there is no folder {value}", param, ctx)
        if not (path / build.DECK_FILE).is_file():
            self.fail(f"{value} holds no {build.DECK_FILE}, so it is no deck folder", param, ctx)
        return path


_decks = click.argument("decks", nargs=-1, type=_Folders(), metavar="[DECK]...")
_strict = click.option("--strict", is_flag=True, help="Warnings count as errors.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Facts written in YAML become an Anki deck.

    DECK is a folder with a deck.yaml; without one, every such folder under decks/ is taken.

    \b
    Example:
      crisis-cards check
      crisis-cards build decks/cuban-missile-crisis
    """


@main.command("check")
@_decks
@_strict
@click.option(
    "--format",
    "style",
    type=click.Choice(diagnostics.FORMATS),
    default="text",
    show_default=True,
    help="How problems are printed: for people, one line each, for programs, for GitHub Actions.",
)
def check_command(decks: tuple[Path, ...], strict: bool, style: str) -> None:
    """Say everything that is wrong with decks, and build nothing.

    \b
    Example:
      crisis-cards check --strict decks/cuban-missile-crisis
    """
    folders = _chosen(decks)
    read, problems = _read(folders)
    _print_problems(problems, style)
    if style == "text":
        checked = count(len(folders), "deck")
        if not any(problem.is_error for problem in problems):
            checked += ", " + count(sum(1 for deck in read for _ in deck.facts()), "fact")
        click.echo(f"{checked}: {diagnostics.summary(problems)}", err=bool(problems))
    _exit(problems, strict)


@main.command("build")
@_decks
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The folder for the packages.",
)
@_strict
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="json: one object a deck, a line each.",
)
def build_command(decks: tuple[Path, ...], output: Path, strict: bool, style: str) -> None:
    """Build decks into packages that Anki imports.

    A deck with errors is not built, and its former package stays as it was.

    \b
    Example:
      crisis-cards build
      crisis-cards build decks/cuban-missile-crisis -o release
    """
    folders = _chosen(decks)
    _refuse_same_names(folders)
    now = _now()
    read, problems = _read(folders)
    _print_problems(problems, "text")
    shared = {p.span for p in build.same_ids(read)}
    refused = {d.id for d in read if d.place in shared}
    failed = False
    for deck in read:
        wrong = [p for p in problems if _belongs(p, deck)]
        if deck.id in refused or any(p.is_error or strict for p in wrong):
            continue
        folder = Path(deck.place.path).parent
        target = output / f"{folder.resolve().name}.apkg"
        try:
            built = build.write(deck, target, now)
        except OSError as error:
            failed = True
            reason = (error.strerror or str(error)).lower()
            click.echo(f"error: {target} cannot be written: {reason}", err=True)
            continue
        click.echo(_as_json(built) if style == "json" else _as_text(built))
    if problems:
        click.echo(diagnostics.summary(problems), err=True)
    if failed:
        raise click.exceptions.Exit(1)
    _exit(problems, strict)


def _chosen(decks: tuple[Path, ...]) -> list[Path]:
    """The deck folders of a run, each once."""
    folders = list(decks) or build.find(_DECKS)
    if not folders:
        raise click.UsageError(
            "there is no deck here: name a deck folder, or go to the folder that holds decks/"
        )
    return list({folder.resolve(): folder for folder in folders}.values())


def _refuse_same_names(folders: list[Path]) -> None:
    first: dict[str, Path] = {}
    for folder in folders:
        other = first.setdefault(folder.resolve().name, folder)
        if other is not folder:
            raise click.UsageError(
                f"{other} and {folder} would both be built as {folder.resolve().name}.apkg: "
                "build them one by one, each with its own -o"
            )


def _read(folders: list[Path]) -> tuple[list[Deck], list[Diagnostic]]:
    decks = []
    problems = []
    for folder in folders:
        deck, found = build.read(folder)
        problems += found
        if deck is not None:
            decks.append(deck)
    return decks, problems + build.same_ids(decks)


def _belongs(problem: Diagnostic, deck: Deck) -> bool:
    return Path(problem.span.path).parent == Path(deck.place.path).parent


def _now() -> int:
    """The time of this build in seconds since 1970; SOURCE_DATE_EPOCH where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return int(time.time())
    if not (epoch.isascii() and epoch.isdigit()):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch!r}")
    return max(1, int(epoch))  # Anki takes 0 for "never"


def _print_problems(problems: list[Diagnostic], style: str) -> None:
    text = diagnostics.render(problems, style)
    if style == "text":
        text = text.replace("\n\n", "\n")
    click.echo(text, nl=False, err=style != "json")


def _as_json(built: build.Built) -> str:
    record = built._asdict()
    del record["size"]
    return json.dumps(record, ensure_ascii=False)


def _as_text(built: build.Built) -> str:
    made = ", ".join(
        (count(built.facts, "fact"), count(built.notes, "note"), count(built.cards, "card"))
    )
    changes = (
        f"{built.new:,} new, {built.changed:,} changed, "
        f"{built.unchanged:,} unchanged, {built.removed:,} removed"
    )
    return f"{built.package} ({_size(built.size)})\n  {made}\n  {changes}"


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def _exit(problems: list[Diagnostic], strict: bool) -> None:
    if any(strict or problem.is_error for problem in problems):
        raise click.exceptions.Exit(1)
