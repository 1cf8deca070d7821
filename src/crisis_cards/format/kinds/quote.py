"""Somebody's words, with or without blanks."""

from __future__ import annotations

from ..prompt import Label, Layout, Note, Notes, Prompt
from ..shape import Key, Values
from ..shapes import PASSAGE, TEXT
from .kind import Kind

QUOTE = Key("quote", PASSAGE, "somebody's words, with blanks or without", "untie that ==knot==")
BY = Key("by", TEXT, "who said or wrote it", "Nikita Khrushchev")
TO = Key("to", TEXT, "to whom", "John F. Kennedy")


def _notes(fact: Values) -> Notes:
    words, by, to = fact[QUOTE], fact[BY], fact.get(TO)
    seen = (to,) if to else ()
    if words.blanks:
        yield Note("quote", Layout.QUOTATION, (Prompt(Label.QUOTE, words, None, seen=(by, *seen)),))
    yield Note("by", Layout.SPEAKER, (Prompt(Label.BY, words, by, seen=seen),))


KIND = Kind("Somebody's words, with or without blanks.", (QUOTE, BY), _notes, may=(TO,))
