"""`crisis-cards check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..problems import Problem, count, summary
from ..problems.rendering import FORMATS
from . import baseline, common

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
@click.option("--baseline", "begins", is_flag=True, help="Write old warnings into .baseline.")
@click.option("--no-baseline", "old", is_flag=True, help="Show what is in .baseline, too.")
@click.option("--explain", metavar="NAME", help="Print what a check is about, and no more.")
@common.watch
@click.option("--fix", "mend", is_flag=True, help="Mend what has one sure remedy, in the files.")
@click.option("--diff", is_flag=True, help="With --fix: show what it would change, write nothing.")
def command(
    decks: tuple[Path, ...],
    strict: bool,
    style: str,
    every: bool,
    begins: bool,
    old: bool,
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
      crisis-cards check --baseline decks/adopted
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
    if begins and (old or watch or diff):
        other = "--no-baseline" if old else "--watch" if watch else "--diff"
        raise click.UsageError(f"--baseline writes a file once: leave out {other}")
    if watch:
        if style in ("json", "github"):
            raise click.UsageError(f"--watch prints for people: leave out --format {style}")
        common.on_every_save(
            decks,
            lambda projects: _judged(_shown(projects, old)),
            style,
            lambda saved: click.echo(
                saved.moment + _checked(_shown(saved.projects, old), saved.problems)
            ),
            every=every,
        )
        return
    folders = common.chosen(decks)
    projects = _mended(folders, diff, style, old) if mend else common.read(folders, style)
    if begins:
        for line in baseline.written(projects):
            click.echo(line, err=True)
        projects = common.read(folders)
    projects = _shown(projects, old)
    problems, _ = _judged(projects)
    common.print_problems(problems, style, every=every)
    if style == "text":
        writes = baseline.may_write() and not diff
        click.echo(_checked(projects, problems, writes=writes), err=bool(problems))
        if not mend and any(problem.fix for problem in problems):
            click.echo("to see what can be mended: crisis-cards check --fix --diff", err=True)
    common.fail(problems, strict)


def _shown(projects: list[Project], old: bool) -> list[Project]:
    """Decks as they are shown: with `old`, as if there were no baselines."""
    return [project.with_old() for project in projects] if old else projects


def _judged(projects: list[Project]) -> tuple[list[Problem], list[Deck]]:
    return common.judged(projects, common.DIST)


def _mended(folders: list[Path], diff: bool, style: str, old: bool) -> list[Project]:
    """Decks whose mistakes were mended, or with `diff` would be: then they are as they were."""
    from .. import fix

    mended = [fix.fix(folder, old=old) for folder in folders]
    if diff:
        click.echo("".join(fix.diff(fixed.files) for fixed in mended), nl=False)
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


def _checked(projects: list[Project], problems: list[Problem], *, writes: bool = False) -> str:
    """What was checked, the numbers of problems, and what is mended of baselines.

    That is taken out of them where it `writes`.
    """
    checked = count(len(projects), "deck")
    if not any(problem.is_error for problem in problems):
        checked += ", " + count(sum(project.facts() for project in projects), "fact")
    said = f"{checked}: {summary(problems, common.old(projects))}"
    return "\n".join((said, *baseline.kept_up(projects, writes=writes), *_unchecked(projects)))


def _unchecked(projects: list[Project]) -> list[str]:
    """What is not looked for in languages whose words are not known: a line for each of them."""
    from ..checks import unchecked

    codes = {project.settings.language.code for project in projects if project.settings}
    return [
        f'note: in the language "{code}", these are not looked for: {", ".join(names)}'
        for code in sorted(codes)
        if (names := unchecked(code))
    ]
