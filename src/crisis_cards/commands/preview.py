"""`crisis-cards preview`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from ..problems import count, reason
from . import common

_PORT = 8642


@click.command("preview")
@click.argument("deck", required=False, type=common.Folders())
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Where the page is served.  [default: {_PORT}, or another one where that is taken]",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write the page as one file instead, for sending and for printing cards to cut out.",
)
def command(deck: Path | None, port: int | None, opens: bool, export: Path | None) -> None:
    """Show every card of a deck as Anki will, in the browser, and again on every save.

    The page is there for this computer alone. Ctrl-C ends it.

    \b
    Example:
      crisis-cards preview
      crisis-cards preview decks/cuban-missile-crisis --export cards.html
    """
    folder = common.one(deck)
    if export is not None:
        _export(folder, export)
        return
    try:
        import watchfiles  # noqa: F401 (what watches the deck)

        from ..preview import server
    except ImportError as error:
        install = "pip install 'crisis-cards[preview]'"
        raise click.UsageError(f"the preview needs more libraries: {install}") from error
    try:
        opened = server.listen(_PORT if port is None else port)
    except OSError as error:
        if port is not None:
            hint = "leave out --port, and a free one is found"
            why = f"port {port} cannot be used: {reason(error)}; {hint}"
            raise click.UsageError(why) from error
        opened = server.listen(0)
    address = f"http://{server.HOST}:{opened.getsockname()[1]}/"
    with suppress(KeyboardInterrupt):
        click.echo(f"{address}  shows {folder}; Ctrl-C ends it")
        if opens:
            click.launch(address)
        server.Server(folder).run(sockets=[opened])


def _export(folder: Path, target: Path) -> None:
    from .. import files, preview

    (project,) = common.read([folder])
    common.print_problems(project.problems, "text")
    common.fail(project.problems)
    page = preview.page(project)
    html = preview.export(page).encode()
    files.write([(target, html)])
    click.echo(f"{target} ({common.size(len(html))})\n  {count(len(page.data['cards']), 'card')}")
