"""`crisis-cards check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..problems import Problem, count, summary
from ..problems.rendering import FORMATS
from . import common

if TYPE_CHECKING:
    from ..pipeline import Deck, Project


@click.command("check")
@common.decks
@common.strict
@common.style(
    FORMATS,
    "How problems are printed: for people, one line each, for programs, for GitHub Actions.",
)
@click.option("--all", "every", is_flag=True, help="Print each of many problems that are alike.")
@click.option("--explain", metavar="NAME", help="Print what a check is about, and no more.")
@common.watch
@click.option("--fix", "mend", is_flag=True, help="Mend what has one sure remedy, in the files.")
@click.option("--diff", is_flag=True, help="With --fix: show what it would change, write nothing.")
def command(
    decks: tuple[Path, ...],
    strict: bool,
    style: str,
    every: bool,
    explain: str | None,
    watch: bool,
    mend: bool,
    diff: bool,
) -> None:
    """Say everything that is wrong with decks, and build nothing.

    \b
    Example:
      crisis-cards check --strict decks/cuban-missile-crisis
      crisis-cards check --watch
      crisis-cards check --fix --diff
      crisis-cards check --explain answer-leak
    """
    if explain is not None:
        _explain(explain)
        return
    if diff and not mend:
        raise click.UsageError("--diff goes with --fix")
    if diff and style == "json":
        raise click.UsageError("--diff shows lines of text: use another --format than json")
    if watch and mend:
        raise click.UsageError("--fix changes files, and --watch waits for that: use one of them")
    if watch:
        if style in ("json", "github"):
            raise click.UsageError(f"--watch prints for people: leave out --format {style}")
        common.on_every_save(
            decks,
            _judged,
            style,
            lambda saved: click.echo(saved.moment + _checked(saved.projects, saved.problems)),
            every=every,
        )
        return
    folders = common.chosen(decks)
    projects = _mended(folders, diff, style) if mend else common.read(folders, style)
    problems, _ = _judged(projects)
    common.print_problems(problems, style, every=every)
    if style == "text":
        click.echo(_checked(projects, problems), err=bool(problems))
        if not mend and any(problem.fix for problem in problems):
            click.echo("to see what can be mended: crisis-cards check --fix --diff", err=True)
    common.fail(problems, strict)


def _judged(projects: list[Project]) -> tuple[list[Problem], list[Deck]]:
    return common.judged(projects, common.DIST)


def _mended(folders: list[Path], diff: bool, style: str) -> list[Project]:
    """Decks whose mistakes were mended, or with `diff` would be: then they are as they were."""
    from .. import fix

    mended = [fix.fix(folder) for folder in folders]
    if diff:
        click.echo("".join(fix.diff(fixed) for fixed in mended), nl=False)
        return common.read(folders)
    try:
        fix.write(mended)
    except fix.ChangedError as error:
        raise click.ClickException(f"{error} was saved in the meantime: do it again") from error
    if style in ("text", "short"):
        common.tell("fixed", (problem for fixed in mended for problem in fixed.mended))
    return [fixed.project for fixed in mended]


def _explain(name: str) -> None:
    """Prints the manual page of a check."""
    from difflib import get_close_matches

    from ..checks import manual

    page = manual.explain(name)
    if page is None:
        close = get_close_matches(name.lower(), sorted(manual.pages()), 1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(manual.pages())}"
        raise click.UsageError(f"there is no check {name}; {hint}")
    click.echo(page, nl=False)


def _checked(projects: list[Project], problems: list[Problem]) -> str:
    """What was checked, and the numbers of problems."""
    checked = count(len(projects), "deck")
    if not any(problem.is_error for problem in problems):
        checked += ", " + count(sum(project.facts() for project in projects), "fact")
    return "\n".join((f"{checked}: {summary(problems)}", *_unchecked(projects)))


def _unchecked(projects: list[Project]) -> list[str]:
    """What is not looked for in languages whose words are not known: a line for each of them."""
    from ..checks import unchecked

    codes = {project.settings.language.code for project in projects if project.settings}
    return [
        f'note: in the language "{code}", these are not looked for: {", ".join(names)}'
        for code in sorted(codes)
        if (names := unchecked(code))
    ]
