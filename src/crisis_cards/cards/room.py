"""The room in a note type of an author's own: which key has which field, and which card which
template, for ever.

Anki's import refuses a note type that has more fields or templates than the learner's. So there are
some to spare from the first release on: a key or card that is added later takes one of them, and
one that is removed keeps its own, in case it comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

SPARE_FIELDS, SPARE_TEMPLATES = 6, 3


class Places(NamedTuple):
    """Numbered places, counted from 1: how many there are, and who has which."""

    size: int
    of: Mapping[str, int]

    @staticmethod
    def full(names: Collection[str]) -> Places:
        """Those of some names in their order, and none to spare."""
        return Places(len(names), {name: at for at, name in enumerate(names, start=1)})

    def grown(self, names: Collection[str]) -> Places:
        """With a free place for each name that has none, as long as there are any."""
        free = sorted({*range(1, self.size + 1)}.difference(self.of.values()))
        new = [name for name in names if name not in self.of]
        return self._replace(of={**self.of, **dict(zip(new, free, strict=False))})

    def names(self, spare: int) -> list[str]:
        """What Anki calls each of them: by its first owner, and the last ones only by number.

        A name never changes. Anki 2.1.66 and older take another one for another shape, and 23.10
        makes cards of all templates then (measured).
        """
        owners = {place: name for name, place in self.of.items()}
        named = [owners.get(place, "") for place in range(1, self.size - spare + 1)]
        return [*named, *(f"Spare {place}" for place in range(len(named) + 1, self.size + 1))]

    def united(self, other: Places) -> Places:
        """What two branches made of one; where both gave away a place, the first name has it."""
        of: dict[str, int] = {}
        for name, place in sorted({*self.of.items(), *other.of.items()}):
            if name not in of and place not in of.values():
                of[name] = place
        return Places(max(self.size, other.size), of)


class Room(NamedTuple):
    """The places for keys among a note type's fields, and for cards among its templates.

    `id` is that of a note type that was adopted, which has no places but those of its fields and
    templates; 0 for others, whose id is made of their name.
    """

    fields: Places
    templates: Places
    id: int = 0

    def grown(self, keys: Collection[str], cards: Collection[str]) -> Room:
        """With a place for each of them, as far as there is one."""
        return Room(self.fields.grown(keys), self.templates.grown(cards), self.id)

    def united(self, other: Room) -> Room:
        """What two branches made of one."""
        fields, templates = self.fields.united(other.fields), self.templates.united(other.templates)
        return Room(fields, templates, self.id or other.id)


def first(keys: Collection[str], cards: Collection[str]) -> Room:
    """The room of a note type that was never published."""
    fields = Places(len(keys) + SPARE_FIELDS, {})
    templates = Places(len(cards) + SPARE_TEMPLATES, {})
    return Room(fields, templates).grown(keys, cards)
