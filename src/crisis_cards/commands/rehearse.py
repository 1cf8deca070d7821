"""`crisis-cards rehearse`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import common

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("rehearse")
@click.argument("package", type=_file)
@click.option(
    "--onto",
    type=_file,
    metavar="COLLECTION_OR_PACKAGE",
    help="A learner's collection, which is only read, or an earlier package.",
)
@click.option("--lock", type=_file, help="The deck.lock of the release that the learner has.")
@common.style(("text", "json"))
def command(package: Path, onto: Path | None, lock: Path | None, style: str) -> None:
    """Import a package into a throw-away real Anki and say what a learner would meet.

    The exit status is 1 where something of the learner's would be lost.

    \b
    Example:
      crisis-cards rehearse dist/cuban-missile-crisis.apkg
      crisis-cards rehearse dist/cuban-missile-crisis.apkg --onto old/cuban-missile-crisis.apkg
    """
    from .. import rehearsal
    from ..release import lock as locks

    published = None
    if lock is not None:
        published, problems = locks.read(lock)
        common.print_problems(problems, "text")
        common.fail(problems)
    try:
        report = rehearsal.rehearse(package, onto, published)
    except rehearsal.RehearsalError as error:
        click.echo(f"Error: {error}", err=True)
        raise click.exceptions.Exit(2) from error  # 1 says that something would be lost
    if style == "json":
        click.echo(json.dumps(rehearsal.record(report)))
    else:
        click.echo(rehearsal.text(report), nl=False)
    if report.would_lose:
        raise click.exceptions.Exit(1)
