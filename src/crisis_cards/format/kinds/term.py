"""A technical term and its meaning."""

from __future__ import annotations

from ..prompt import DEFINITION, LONGEST_DEFINITION, Label, Layout, Note, Notes, Prompt
from ..shape import Key, Values
from ..shapes import TEXT
from .kind import Kind

TERM = Key("term", TEXT, "a technical term", "ExComm")
MEANS = Key("means", TEXT, "what it means", "Kennedy's committee of crisis advisers")


def _notes(fact: Values) -> Notes:
    term, means = fact[TERM], fact[MEANS]
    way = "from the term to its meaning"
    longest = LONGEST_DEFINITION
    meaning = Prompt(Label.MEANING, term, means, way, longest=longest, listed="as-meaning")
    yield Note("meaning", Layout.PLAIN, (meaning,))
    way = "from the meaning to the term"
    back = Prompt(Label.TERM, means, term, way, DEFINITION, compared=True)
    yield Note("term", Layout.PLAIN, (back,))


KIND = Kind("A technical term and its meaning.", (TERM, MEANS), _notes)
