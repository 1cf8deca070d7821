"""A sentence with blanks."""

from __future__ import annotations

from ...problems import errors
from .. import near_misses
from ..prompt import SENTENCE, Label, Layout, Note, Notes, Prompt
from ..schema_parts import string
from ..shape import Context, Key, Values
from ..shapes import PASSAGE
from .kind import Kind

CLOZE = Key("cloze", PASSAGE, "a sentence with ==blanks==", "The Navy enforced a ==quarantine==.")

_HAS_BLANK = r"(?<!=)==(?![=\s])|(?<!=)====(?!=)|\{\{[cC]"


def _notes(fact: Values) -> Notes:
    prompt = Prompt(Label.CLOZE, fact[CLOZE], None, wording=SENTENCE, listed="yes")
    yield Note("cloze", Layout.SENTENCE, (prompt,))


def _refuse(context: Context, fact: Values) -> bool:
    """A sentence without a blank, mostly because the mark of one is forgotten."""
    passage = fact[CLOZE]
    if passage.blanks:
        return False
    text = passage.text
    for miss in near_misses.find(text, alone=True):
        span = text.span_of(miss.start, miss.end)
        message = "these signs make no blank"
        context.report(span, errors.NO_CLOZE, message, miss.hint, miss.fix)
        return True
    hint = "put two equals signs right before and after what is to be remembered: ==answer=="
    context.report(text, errors.NO_CLOZE, "this sentence has no blank", hint)
    return True


KIND = Kind(
    "A sentence with blanks.",
    (CLOZE,),
    _notes,
    refuse=_refuse,
    schema={"cloze": string(_HAS_BLANK, "Put == around what is asked.")},
)
