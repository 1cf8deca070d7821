"""Where the cards of sections were published: the decks that learners have them in.

Anki knows a deck by its name, and an import moves no card that is there already. So a section that
gets another deck leaves its published cards behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from ..cards.subdecks import Move, same
from ..format.deck import Settings
from ..format.shapes import slug
from .lock import Lock, facts_of


class Place(NamedTuple):
    """A section with the full name of its deck, and the ids of its facts."""

    title: str
    tag: str
    deck: str
    facts: Iterable[str]

    @property
    def key(self) -> str:
        """What the lock knows the section by."""
        return self.tag or slug(self.title) or "-"


def recorded(lock: Lock, deck: str, places: Iterable[Place]) -> frozenset[tuple[str, str]]:
    """The sections of a release for its lock, with their decks; `deck` is the deck's own name.

    There are none as long as all cards ever went into the deck itself.
    """
    found = frozenset((place.key, place.deck) for place in places)
    return found if lock.sections or any(name != deck for _, name in found) else frozenset()


def moves(lock: Lock, settings: Settings, places: Sequence[Place]) -> dict[int, Move]:
    """The sections that go into another deck than their published cards did, by their place.

    A section that has neither its tag nor its title any more is taken for the one that is gone, or
    that is called most like it. Of a deck that is renamed, nothing is said of what lies below it:
    to Anki, that is renamed with it.
    """
    if not lock.sections and all(place.deck == settings.name for place in places):
        return {}
    published = facts_of(lock)
    known: dict[str, list[str]] = {}
    for key, name in sorted(lock.sections):
        known.setdefault(key, []).append(_renamed(name, lock.name, settings.name))
    used = {same(name) for names in known.values() for name in names}
    lost = sorted(known.keys() - {place.key for place in places})
    found = {}
    for at, place in enumerate(places):
        if published.isdisjoint(place.facts):
            continue
        before = known.get(place.key)
        if not lock.sections:
            before = [settings.name]
        elif before is None and same(place.deck) in used:
            continue  # only its tag is another one
        elif before is None:
            close = lost if len(lost) == 1 else get_close_matches(place.key, lost, 1)
            before = known[close[0]] if close else [""]
        if same(place.deck) not in map(same, before):
            search = f"tag:{settings.tag}::{place.tag}" if place.tag else f'deck:"{before[0]}"'
            found[at] = Move(place.title, before[0], place.deck, search)
    return found


def _renamed(name: str, old: str, new: str) -> str:
    """The name of a deck after the deck that it lies in was renamed."""
    if old and same(old) != same(new) and f"{same(name)}::".startswith(f"{same(old)}::"):
        return new + name[len(old) :]
    return name
