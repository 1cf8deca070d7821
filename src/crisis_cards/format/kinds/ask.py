"""A question and its answer."""

from __future__ import annotations

from ..prompt import LONGEST_ANSWER, QUESTION, Label, Layout, Note, Notes, Prompt
from ..shape import Key, Values
from ..shapes import TEXT
from .kind import Kind

ASK = Key("ask", TEXT, "a question", "Which aircraft photographed the sites?")
ANSWER = Key("answer", TEXT, "its answer", "The U-2")


def _notes(fact: Values) -> Notes:
    ask, answer = fact[ASK], fact[ANSWER]
    prompt = Prompt(
        Label.ASK, ask, answer, "", QUESTION, longest=LONGEST_ANSWER, listed="yes", compared=True
    )
    yield Note("ask", Layout.PLAIN, (prompt,))


KIND = Kind("A question and its answer.", (ASK, ANSWER), _notes)
