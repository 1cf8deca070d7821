"""Somebody's words, with or without blanks."""

from __future__ import annotations

from ...problems import errors
from ..prompt import Label, Layout, Note, Notes, Prompt
from ..shape import Context, Key, Values
from ..shapes import FLAG, PASSAGE, TEXT
from .kind import Kind

QUOTE = Key("quote", PASSAGE, "somebody's words, with blanks or without", "untie that ==knot==")
BY = Key("by", TEXT, "who said or wrote it", "Nikita Khrushchev")
TO = Key("to", TEXT, "to whom", "John F. Kennedy")
WHO = Key("who", FLAG, "false: do not ask who said it", "false")


def _notes(fact: Values) -> Notes:
    words, by, to = fact[QUOTE], fact[BY], fact.get(TO)
    seen = (to,) if to else ()
    if words.blanks:
        yield Note("quote", Layout.QUOTATION, (Prompt(Label.QUOTE, words, None, seen=(by, *seen)),))
    if fact.get(WHO) is not False:
        yield Note("by", Layout.SPEAKER, (Prompt(Label.BY, words, by, seen=seen),))


def _refuse(context: Context, fact: Values) -> bool:
    """A quotation of which nothing is asked."""
    words = fact[QUOTE]
    if words.blanks or fact.get(WHO) is not False:
        return False
    message = 'with "who: false" and without a blank, nothing is asked of this quotation'
    hint = 'put == around the word to be remembered, as in ==answer==, or remove "who: false"'
    context.report(words.text, errors.NO_CLOZE, message, hint)
    return True


KIND = Kind("Somebody's words, with or without blanks.", (QUOTE, BY), _notes, (TO, WHO), _refuse)
