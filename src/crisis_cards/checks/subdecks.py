"""The decks of sections: each name in one spelling, and cards where learners have them."""

from __future__ import annotations

from collections.abc import Iterator

from ..cards.subdecks import clean, same
from ..problems import Spot
from ..problems.errors import BAD_DECK
from .index import Whole, from_records
from .register import Fault


@from_records(BAD_DECK)
def bad_deck(whole: Whole) -> Iterator[Fault]:
    """Anki keeps one spelling of a deck's name: two that differ in capitals would become one."""
    own = whole.settings
    sections = ((section.deck, section.deck_at) for section in whole.sections if section.deck)
    first: dict[str, tuple[str, Spot | None]] = {}
    for name, place in ((own.name, None), *sections):
        for above in _spelled(name):
            known, at = first.setdefault(same(above), (above, place))
            if known != above and place:
                where = "{0.path}:{0.line}".format(whole.span(at) if at else own.named)
                message = f'the deck "{above}" is called "{known}" in {where}, and Anki makes '
                hint = "write it the same way everywhere"
                yield Fault(whole.span(place), f"{message}one of the two", hint)
                break


def _spelled(name: str) -> Iterator[str]:
    """A deck and those that it lies in, from the outermost one."""
    parts = clean(name).split("::")
    return ("::".join(parts[:end]) for end in range(1, len(parts) + 1))


@from_records(needs_sound=True)
def moved_section(whole: Whole) -> Iterator[Fault]:
    """The cards of a published section lie in another deck from now on.

    Anki moves no card on import: learners keep the cards that they have where they are, and only
    new ones come into the new deck. That holds for a section with another `deck`, for another title
    where `subdecks: true` makes the deck's name of it, and where subdecks are switched on or off
    after the first release. Learners who want all cards together search for the section's tag in
    Anki's browser, select all, and use Change Deck; a deck that only gets another name, they rename
    before the import. It is said until the next build. A fact that is moved to another section
    leaves its card in the same way, and nothing is said of that.

    Bad, where the section was published in "Cuba::Prelude":

        section: The Prelude
        deck: Cuba::The Prelude

    Good:

        section: The Prelude
        deck: Cuba::Prelude

    Where the rule comes from: imports into the real Anki (26.9).
    """
    moved = whole.moved()
    own, switched = whole.settings.name, whole.settings.subdecks
    if len(moved) > 1 and switched and all(move.before == own for move in moved.values()):
        search = f"each section's tag, such as {next(iter(moved.values())).search}"
        message = (
            f'this deck was published without subdecks: learners keep their cards in "{own}", '
        )
        message += "and only new ones come into decks of sections"
        hint = f'remove "subdecks: true" (or {_how(search)})'
        yield Fault(whole.settings.named, message, hint)
        return
    for at, (_, before, now, search) in moved.items():
        where = f'"{before}"' if before else "another deck"
        message = f"this section was published in {where}: learners keep those cards there, "
        message += f'and only new ones come into "{now}"'
        hint = f"write: deck: {before} (or {_how(search)})" if before else _how(search)
        yield Fault(whole.span(whole.sections[at].deck_at), message, hint)


def _how(search: str) -> str:
    return f"tell learners: in Anki's browser, search for {search}, and use Change Deck"
