"""An effect and its cause."""

from __future__ import annotations

from ..keys import BOTH
from ..prompt import LONGEST_ANSWER, STATEMENT, Label, Layout, Note, Notes, Prompt
from ..shape import Key, Values
from ..shapes import TEXT
from .kind import Kind

WHY = Key("why", TEXT, "an effect", "Kennedy said “quarantine”, not “blockade”")
BECAUSE = Key("because", TEXT, "its cause", "A blockade assumes a state of war")


def _notes(fact: Values) -> Notes:
    effect, cause = fact[WHY], fact[BECAUSE]
    way, longest = "from the effect to the cause", LONGEST_ANSWER
    why = Prompt(
        Label.WHY, effect, cause, way, STATEMENT, longest=longest, listed="yes", compared=True
    )
    yield Note("why", Layout.PLAIN, (why,))
    if fact.get(BOTH):
        way = "from the cause to the effect"
        back = Prompt(Label.EFFECT, cause, effect, way, STATEMENT, longest=longest, compared=True)
        yield Note("effect", Layout.PLAIN, (back,))


KIND = Kind("An effect and its cause.", (WHY, BECAUSE), _notes, may=(BOTH,))
