"""The decks that sections have within a deck, by the names that Anki knows them by."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from . import markup

if TYPE_CHECKING:
    from ..format.deck import Settings
    from ..format.section import Section


class Move(NamedTuple):
    """A section whose published cards are in another deck than new ones will be.

    `before` is the full name of that deck, empty where nobody knows which of several it was;
    `search` finds the cards in Anki's browser.
    """

    title: str
    before: str
    now: str
    search: str


def name_of(section: Section, settings: Settings) -> str:
    """The full name of a section's deck; empty where its cards go into the deck itself."""
    name = settings.name
    if section.deck:
        name = section.deck.value
    elif settings.subdecks:
        title = markup.plain(markup.inline(section.title.value))
        name += "::" + (clean(title) or section.tag or "…")
    return "" if clean(name) == clean(settings.name) else clean(name)


def clean(name: str) -> str:
    """A deck's name as Anki (26.9) writes it: no part begins or ends with a space or colon."""
    parts = unicodedata.normalize("NFC", name).split("::")
    return "::".join(" ".join(part.split()).strip(": ") for part in parts)


def same(name: str) -> str:
    """What is equal for names that are one deck to Anki: it looks at no capitals."""
    return clean(name).casefold()
