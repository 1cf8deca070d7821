"""What several commands share: arguments and options, and what is read and printed alike."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ..format.folders import BASELINE, DECK_FILE, TABLES, find, is_deck
from ..problems import Problem, count
from ..problems.rendering import render
from ..store import Store, usual
from . import progress

if TYPE_CHECKING:
    from ..pipeline import Deck, Project

DECKS = Path("decks")
DIST = Path("dist")


class Folders(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A deck folder: one that holds a deck.yaml. One of its files stands for it."""

    name = "deck"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        try:
            path = (
                path.parent
                if (path.suffix in (".yaml", ".yml", *TABLES) or path.name == BASELINE)
                and path.is_file()
                else path
            )
            there = path.is_dir()
        except OSError:  # a name that is too long for one
            there = False
        if not there:
            self.fail(f"there is no folder {value}" + _meant(path), param, ctx)
        if not is_deck(path):
            reason = f"{value} holds no {DECK_FILE}, so it is no deck folder"
            self.fail(reason + _meant(path), param, ctx)
        return path


def _meant(path: Path) -> str:
    """The deck folders that may have been meant by a path that is none, as a question."""
    from difflib import get_close_matches

    from ..format.shapes import slug

    try:
        inside = [str(folder) for folder in find(path, 1)]
        near = {str(folder): folder.name for folder in find(path.parent, 1) + find(DECKS)}
    except OSError:  # a name that is too long for one
        return ""
    close = get_close_matches(slug(path.name), near.values(), 1)
    likely = inside or [folder for folder, name in near.items() if name in close]
    return f": did you mean {' or '.join(likely[:3])}?" if likely else ""


decks = click.argument("decks", nargs=-1, type=Folders(), metavar="[DECK]...")
output = click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=DIST,
    show_default=True,
    help="The folder of the packages.",
)
strict = click.option("--strict", is_flag=True, help="Warnings count as errors.")
watch = click.option(
    "--watch", is_flag=True, help="Do it again on every save, and show what changed. Ctrl-C ends."
)


def new_deck(name: str) -> tuple[Path, str]:
    """The folder of a new deck and its name in Anki, of a title, a folder's name or its path.

    What is no path makes a folder below decks/; of a title that nests, its last part does.
    """
    from ..format.shapes import slug

    head, _, last = name.replace("\\", "/").rstrip("/").rpartition("/")
    parts = [" ".join(part.split()) for part in last.split("::")]
    folder = slug(parts[-1])
    if not folder or "" in parts or not last.isprintable():
        reason = "write a word or a title in letters"
        raise click.UsageError(f'no deck can be called "{name}": {reason}')
    if parts[-1] == folder:
        parts[-1] = " ".join(word[:1].upper() + word[1:] for word in folder.split("-"))
    place = Path(head or "/") if "/" in name.rstrip("/") else DECKS
    return place / folder, "::".join(parts)


def style(
    choices: Sequence[str], about: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option --format; without it, what is printed is "text"."""
    choice = click.Choice(choices)
    return click.option(
        "--format", "style", type=choice, default="text", show_default=True, help=about
    )


def here() -> list[Path]:
    """The decks of the current folder: those below its `decks/`, or else itself."""
    return find(DECKS) or [folder for folder in (Path(),) if is_deck(folder)]


def chosen(decks: tuple[Path, ...]) -> list[Path]:
    """The deck folders of a run, each once."""
    folders = list(decks) or here()
    if not folders:
        raise click.UsageError(
            "there is no deck here: name a deck folder, or go to the folder that holds decks/"
        )
    return list({folder.resolve(): folder for folder in folders}.values())


def one(deck: Path | None) -> Path:
    """The deck of a command that takes one alone."""
    folders = chosen((deck,) if deck else ())
    if len(folders) > 1:
        names = ", ".join(map(str, folders))
        raise click.UsageError(f"there are {len(folders)} decks here, so name one: {names}")
    return folders[0]


def read(folders: list[Path], style: str = "", store: Store | None = None) -> list[Project]:
    """The decks of some folders; in a style for people, a line says how far it is."""
    from .. import pipeline

    store = store or usual()
    projects = []
    with progress.line(sys.stderr, "reading", wanted=style in ("text", "short")) as line:
        for at, folder in enumerate(folders, start=1):
            of = f" ({at:,} of {len(folders):,})" if len(folders) > 1 else ""
            line.doing = f"reading {folder}{of}"
            projects.append(pipeline.read(folder, pipeline.Memory(store)))
    return projects


def judged(
    projects: list[Project], output: Path | None, *, strict: bool = False
) -> tuple[list[Problem], list[Deck]]:
    """All that is wrong with the decks of a run, and those that a release can be made of.

    They are also held against one another and, where `output` is the folder of their packages,
    against what was published: then a lock that is gone is an error.
    """
    from ..pipeline import lost_lock, same_ids

    shared = same_ids(projects)
    problems = [problem for project in projects for problem in project.problems]
    problems += shared.values()
    sound = []
    for deck in (project.deck for project in projects if project.deck):
        if deck.settings.id in shared or (strict and deck.problems):
            continue
        lost = lost_lock(deck, target(deck.folder, output)) if output else []
        problems += lost
        if not lost:
            sound.append(deck)
    return problems, sound


def each_sound(decks: tuple[Path, ...], output: Path | None) -> Iterator[Deck]:
    """Those decks of a run that a release can be made of (`judged`).

    What stands against the others is printed first, and ends the command with status 1 at last.
    """
    problems, sound = judged(read(chosen(decks)), output)
    print_problems([problem for problem in problems if problem.is_error], "text")
    yield from sound
    fail(problems)


def old(projects: Iterable[Project]) -> int:
    """The number of warnings that are in baselines and not shown."""
    return sum(len(project.held.old) for project in projects)


class Saved(NamedTuple):
    """The decks of a run as they are after a save.

    `fresh` are the folders that were read anew, `sound` the decks that a release can be made of,
    `moment` is the time of day to be printed, empty for the first time.
    """

    projects: list[Project]
    fresh: set[Path]
    problems: list[Problem]
    sound: list[Deck]
    moment: str


def on_every_save(
    decks: tuple[Path, ...],
    judge: Callable[[list[Project]], tuple[list[Problem], list[Deck]]],
    style: str,
    run: Callable[[Saved], None],
    *,
    every: bool = False,
) -> None:
    """Runs with the decks as they are and again after every save, until Ctrl-C.

    Problems that are new since the last time are printed first, and those that are gone.
    """
    from .. import watch

    chosen(decks)
    before: list[Problem] | None = None
    try:
        roots = decks or [DECKS if DECKS.is_dir() else Path()]
        for projects, fresh in watch.projects(roots, lambda: list(decks) or here(), usual()):
            moment = "" if before is None else time.strftime("%H:%M:%S  ")
            problems, sound = judge(projects)
            new, gone = watch.difference(before or [], problems)
            print_problems(new, style, every=every)
            tell("gone", sorted(gone))
            run(Saved(projects, fresh, problems, sound, moment))
            before = problems
    except watch.UnavailableError as error:
        raise click.UsageError(str(error)) from error
    except KeyboardInterrupt:
        click.echo()


def target(folder: Path, output: Path) -> Path:
    """The package that a deck is built into."""
    return output / f"{folder.resolve().name}.apkg"


_EARLIEST = 1_704_067_200  # January 2024, before there was this tool
_LATEST = _EARLIEST + 40 * 365 * 24 * 3600  # seconds; nobody uses a version for so long


def now() -> int:
    """The time of this build in seconds since 1970; SOURCE_DATE_EPOCH where it is set.

    Notes keep it for ever: to Anki, a note with a later time is a newer one. So a clock that cannot
    be right ends the command.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        clock = int(time.time())
        if not _EARLIEST <= clock < _LATEST:
            day = time.strftime("%Y-%m-%d", time.localtime(clock))
            raise click.ClickException(
                f"this computer's clock says {day}: set it right first, as learners' Anki takes "
                "a note for newer or older by the time of its build"
            )
        return clock
    if not (epoch.isascii() and epoch.isdigit() and int(epoch[:20]) < 2**40):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch!r}")
    return max(1, int(epoch))  # Anki takes 0 for "never"


def print_problems(problems: Sequence[Problem], style: str, *, every: bool = False) -> None:
    """Prints JSON to standard output, and everything else to standard error."""
    click.echo(render(problems, style, every=every), nl=False, err=style != "json")


def tell(word: str, problems: Iterable[Problem]) -> None:
    """Says what became of problems, to people."""
    for problem in problems:
        click.echo(f"{word}: {render([problem], 'short')}", nl=False, err=True)


def fail(problems: Sequence[Problem], strict: bool = False) -> None:
    """Ends the command with status 1 where there is an error or, if `strict`, a warning."""
    if any(strict or problem.is_error for problem in problems):
        raise click.exceptions.Exit(1)


def contents(facts: int, notes: int, cards: int) -> str:
    """What is in a deck, in numbers."""
    return f"{count(facts, 'fact')}, {count(notes, 'note')}, {count(cards, 'card')}"


def size(number: int) -> str:
    """A number of bytes as people say it."""
    return f"{number / 1000:,.0f} kB" if number < 1_000_000 else f"{number / 1_000_000:,.1f} MB"
