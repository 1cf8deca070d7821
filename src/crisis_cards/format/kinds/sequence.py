"""What happened one after the other."""

from __future__ import annotations

from itertools import pairwise

from ...yaml.tree import Node, Text
from ..prompt import Label, Layout, Note, Notes, Part, Prompt
from ..schema_parts import reference
from ..shape import Context, Key, Schema, Shape, Values
from ..shapes import TEXT, are_several, differ, read_texts
from .kind import Kind


def _read_steps(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    steps = read_texts(context, key, node)
    if steps is None:
        return None
    if len(steps) < _SHORTEST_SONG:
        return steps if are_several(context, key, steps, "steps") else None
    # A refrain comes back after other lines. What stands before it makes another card of it.
    twice = [pair for pair in pairwise(steps) if not differ(context, pair)]
    return None if twice else steps


_SHORTEST_SONG = 4  # lines: a line, its refrain, and both once more


def _schema() -> Schema:
    return {"type": "array", "items": reference("text"), "minItems": 2}


TWO_STEPS = Shape(_read_steps, _schema, "a list of texts", "list")
SEQUENCE = Key("sequence", TEXT, "what the steps lead through", "From the flight to the President")
_EXAMPLE = "[A U-2 takes pictures, Analysts find sites]"
STEPS = Key("steps", TWO_STEPS, "3 to 7 steps in order", _EXAMPLE)


def _notes(fact: Values) -> Notes:
    title, steps = fact[SEQUENCE], fact[STEPS]
    texts = ["", *(step.value for step in steps), ""]
    for at, step in enumerate(steps):
        label = Label.NEXT_STEP if at else Label.FIRST_STEP
        part = Part(step.value, f"{texts[at]} … {texts[at + 2]}")
        way = "that asks for this step"
        prompt = Prompt(label, title, step, way, seen=steps[:at], part=part)
        yield Note("step", Layout.STEP, (prompt,))


KIND = Kind("What happened one after the other.", (SEQUENCE, STEPS), _notes)
