"""Throw-away collections: the real Anki reads a deck into one, and writes a package from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..rehearsal import states
from ..rehearsal.copies import refusing
from ..rehearsal.states import database
from .package import AdoptionError

if TYPE_CHECKING:
    from anki.collection import Collection
    from anki.decks import DeckId

_SHOWN = 40  # decks that a message names


@contextmanager
def empty(place: Path, name: str) -> Iterator[Collection]:
    """A collection in a new folder, whose own note types take no name away from a deck's."""
    place.mkdir()
    with states.opened(place, name) as col:
        database(col).execute("UPDATE notetypes SET name = 'Anki''s own ' || id")
        yield col


def export(col: Collection, package: Path, name: str, deck: str | None) -> None:
    """Writes all that is in a collection as a package, or one deck of it with its subdecks.

    `name` is what a maintainer calls it.
    """
    from anki.collection import DeckIdLimit, ExportAnkiPackageOptions
    from anki.errors import AnkiException

    with refusing(f"{name} cannot be exported", AnkiException):
        col.export_anki_package(
            out_path=str(package),
            options=ExportAnkiPackageOptions(with_media=True, legacy=True),
            limit=DeckIdLimit(_deck(col, name, deck)) if deck is not None else None,
        )


def _deck(col: Collection, name: str, deck: str) -> DeckId:
    """The id of a deck with cards, in it or below it. AdoptionError if there is none."""
    decks = database(col).list("SELECT name FROM decks WHERE id IN (SELECT did FROM cards)")
    full = sorted(deck.replace("\x1f", "::") for deck in decks)
    found = col.decks.id_for_name(deck)
    if found is None or not any(f"{one}::".startswith(f"{deck}::") for one in full):
        shown = ", ".join(f"“{one}”" for one in full[:_SHOWN])
        more = f" and {len(full) - _SHOWN} more" if len(full) > _SHOWN else ""
        asked = f"has no deck “{deck}”" if deck else "holds many decks: name one"
        raise AdoptionError(f"{name} {asked}; it has {shown}{more}")
    return found
