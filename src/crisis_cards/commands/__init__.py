"""The command line: `main`, and a module for each of its commands."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

import click

from .. import __version__

_LINES = {
    "adopt": "Turn an existing Anki deck into a deck folder, and prove that no review is lost.",
    "build": "Build decks into packages that Anki imports.",
    "check": "Say everything that is wrong with decks, and build nothing.",
    "diff": "Say what the next release changes for a learner, and write nothing.",
    "export": "Write a deck as text for Anki, or as a folder for CrowdAnki.",
    "import": "Turn a list into facts of a deck: a table, Anki's text export, notes, JSON.",
    "new": "Make a small deck that builds, to be edited.",
    "preview": "Show every card of a deck as Anki will, in the browser, and again on every save.",
    "rehearse": "Import a package into a throw-away real Anki and say what a learner would meet.",
    "schema": "Print a JSON Schema, with which an editor completes and checks YAML while you type.",
    "stats": "Say what decks hold, where they are thin, and how long they take to learn.",
}
"""The command of each module, in one sentence: `--help` says no more of them."""
_MODULES = {"import": "importing"}
"""Commands whose names no module can have."""


class _Commands(click.Group):
    """Commands that stay lines of `--help` until one runs: then its module is imported.

    They say which file or folder the system refuses, rather than where it was met.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        with _refusals():  # --help prints already here
            return super().make_context(info_name, args, parent, **extra)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, line, rest = super().resolve_command(ctx, args)
        module = _MODULES.get(name or "", name)
        return name, import_module(f".{module}", __name__).command if line else None, rest

    def invoke(self, ctx: click.Context) -> object:
        # What is imported stays, and so do facts until the end. They refer to one another in no
        # ring: to look for rings among them again and again would take half of the time.
        gc.freeze()
        gc.set_threshold(1_000_000, 50, 100)
        with _refusals():
            return super().invoke(ctx)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of a pipe has gone: click's own business
            raise
        if error.filename is None:
            # What could not be written would be tried again at the end, and fail without a word.
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        from ..problems import reason

        message = f"{error.filename or 'output'}: {reason(error)}"
        raise click.ClickException(message) from error


@click.group(
    cls=_Commands,
    commands=[click.Command(name, help=line) for name, line in _LINES.items()],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def main() -> None:
    """Facts written in YAML become an Anki deck.

    DECK is a folder with a deck.yaml; without one, every such folder under decks/ is taken.

    \b
    Example:
      crisis-cards check
      crisis-cards build decks/cuban-missile-crisis
    """
