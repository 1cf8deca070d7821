"""Things that are easily confused, each with what tells it apart."""

from __future__ import annotations

from ...yaml.tree import Node, Text
from ..prompt import LONGEST_ANSWER, Label, Layout, Note, Notes, Part, Prompt
from ..reading import is_key, read_mapping
from ..schema_parts import mapping_of, reference
from ..shape import Context, Key, Shape, Values
from ..shapes import TEXT, are_several, differ, read_text
from .kind import Kind

Sides = tuple[tuple[Text, Text], ...]
"""Each side and its description."""


def _read_sides(context: Context, key: Text, node: Node) -> Sides | None:
    mapping = read_mapping(context, key, node, 'write one line a side: "side: description"')
    if mapping is None:
        return None
    sides = []
    for side, description in mapping.items:
        if not is_key(context, side):
            continue
        text = read_text(context, side, description)
        if text is not None:
            sides.append((side, text))
    if len(sides) < len(mapping.items):
        return None
    named = are_several(context, key, tuple(side for side, _ in sides), "sides")
    return tuple(sides) if named and differ(context, (text for _, text in sides)) else None


TWO_SIDES = Shape(
    _read_sides,
    lambda: mapping_of(reference("text"), least=2),
    "one line for each: `side: description`",
    "mapping",
)
CONTRAST = Key("contrast", TEXT, "what the sides have in common", "Which of the two messages")
SIDES = Key("sides", TWO_SIDES, "2 to 4 sides: side, description", "{MRBM: medium, IRBM: longer}")


def _notes(fact: Values) -> Notes:
    for side, description in fact[SIDES]:
        part = Part(side.value, description.value)
        way, seen = "that asks for this side", (fact[CONTRAST],)
        prompt = Prompt(
            Label.SIDE, description, side, way, seen=seen, part=part, longest=LONGEST_ANSWER
        )
        yield Note("side", Layout.SIDE, (prompt,))


ABOUT = "Things that are easily confused, each with what tells it apart."
KIND = Kind(ABOUT, (CONTRAST, SIDES), _notes)
