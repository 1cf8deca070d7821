"""Somebody, the role that they had, and a deed."""

from __future__ import annotations

from ..prompt import DEED, LONGEST_DEFINITION, ROLE, Label, Layout, Note, Notes, Prompt
from ..shape import Key, Values
from ..shapes import TEXT
from .kind import Kind

PERSON = Key("person", TEXT, "a person's name", "Anatoly Dobrynin")
HAD_ROLE = Key("role", TEXT, "the role that they had", "Soviet ambassador to the United States")
DID = Key("did", TEXT, "what they did", "met Robert Kennedy in secret on October 27")


def _notes(fact: Values) -> Notes:
    person, role, did = fact[PERSON], fact[HAD_ROLE], fact.get(DID)
    way = "from the role to the name"
    who = Prompt(Label.WHO, role, person, way, ROLE, compared=True)
    yield Note("who", Layout.PLAIN, (who,))
    way = "from the name to the role"
    which = Prompt(Label.ROLE, person, role, way, longest=LONGEST_DEFINITION)
    yield Note("role", Layout.PLAIN, (which,))
    if did:
        way = "from the deed to the name"
        deed = Prompt(Label.DID, did, person, way, DEED, compared=True)
        yield Note("did", Layout.PLAIN, (deed,))


KIND = Kind("Somebody, the role that they had, and a deed.", (PERSON, HAD_ROLE), _notes, may=(DID,))
