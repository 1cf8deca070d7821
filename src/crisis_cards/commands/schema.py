"""`crisis-cards schema`."""

from __future__ import annotations

import json

import click


@click.command("schema")
@click.argument("kind", type=click.Choice(("deck", "section")), required=False)
def command(kind: str | None) -> None:
    """Print a JSON Schema, with which an editor completes and checks YAML while you type.

    Without a name it is one for both kinds of file, deck.yaml and section files.

    \b
    Example:
      crisis-cards schema section > section.schema.json
    """
    from ..format import schema

    made = {"deck": schema.deck, "section": schema.section, None: schema.either}[kind]()
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
