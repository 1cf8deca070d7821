"""Something that happened, and when."""

from __future__ import annotations

from ..keys import BOTH, WHEN
from ..prompt import STATEMENT, Label, Layout, Note, Notes, Prompt
from ..shape import Key, Values
from ..shapes import TEXT
from .kind import Kind

EVENT = Key("event", TEXT, "something that happened", "The quarantine of Cuba ends")


def _notes(fact: Values) -> Notes:
    event, when = fact[EVENT], fact[WHEN]
    label = Label(f"when-{when.when.precision}")
    dated = Prompt(label, event, when, wording=STATEMENT, compared=True)
    yield Note("when", Layout.PLAIN, (dated,))
    if fact.get(BOTH):
        way = "from the date to the event"
        yield Note("event", Layout.PLAIN, (Prompt(Label.EVENT, when, event, way),))


KIND = Kind("Something that happened, and when.", (EVENT, WHEN), _notes, may=(BOTH,))
