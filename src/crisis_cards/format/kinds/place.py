"""A place and what it stands for."""

from __future__ import annotations

from ..prompt import DESCRIPTION, LONGEST_DEFINITION, Label, Layout, Note, Notes, Prompt
from ..shape import Key, Values
from ..shapes import TEXT
from .kind import Kind

PLACE = Key("place", TEXT, "a place", "San Cristóbal")
WHAT = Key("what", TEXT, "what it stands for", "Cuban town near the first missile base found")


def _notes(fact: Values) -> Notes:
    place, what = fact[PLACE], fact[WHAT]
    way = "from the place to what it is"
    stands_for = Prompt(Label.WHAT, place, what, way, longest=LONGEST_DEFINITION)
    yield Note("what", Layout.PLAIN, (stands_for,))
    way = "from what it is to the place"
    where = Prompt(Label.WHERE, what, place, way, DESCRIPTION, compared=True)
    yield Note("where", Layout.PLAIN, (where,))


KIND = Kind("A place and what it stands for.", (PLACE, WHAT), _notes)
