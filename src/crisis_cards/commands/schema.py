"""`crisis-cards schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("schema")
@click.argument("kind", type=click.Choice(("deck", "section", "type")), required=False)
@click.option(
    "--of",
    "deck",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DECK",
    help="With the kinds of this deck's own.",
)
def command(kind: str | None, deck: Path | None) -> None:
    """Print a JSON Schema, with which an editor completes and checks YAML while you type.

    Without a name it is one for both kinds of file, deck.yaml and section files; "type" is for
    the type.yaml of a kind of your own.

    \b
    Example:
      crisis-cards schema section > section.schema.json
      crisis-cards schema section --of decks/south-america > section.schema.json
    """
    from ..format import own_types, schema
    from ..format.kinds import BUILT_IN
    from ..format.media import Media

    kinds = own_types.read(deck, Media(deck), {}).kinds if deck else BUILT_IN
    if kind == "deck":
        made = schema.deck()
    elif kind == "type":
        made = schema.type_()
    else:
        made = schema.section(kinds) if kind else schema.either(kinds)
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
