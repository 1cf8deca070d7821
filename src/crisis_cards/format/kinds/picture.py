"""A picture with regions, each of which is asked while all of them are covered."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...problems import errors
from ...yaml.tree import Node, Text
from .. import cloze, embeds
from ..folders import SOUNDS
from ..keys import ALT, IMAGE
from ..prompt import Box, Label, Layout, Note, Notes, Part, Prompt
from ..reading import entries_once, is_key, read_keys, read_mapping
from ..schema_parts import IDS, mapping_of, object_of
from ..shape import Context, Key, Schema, Shape, Values, short, table
from ..shapes import TEXT, read_id, read_texts
from .kind import Kind


class Region(NamedTuple):
    """A part of a picture. The id is its identity: it may move and be named otherwise."""

    id: Text
    answer: Text
    at: Box


def _read_regions(context: Context, key: Text, node: Node) -> tuple[Region, ...] | None:
    hint = 'write an id for each, and below it "answer: …" and "at: [left, top, width, height]"'
    if not (mapping := read_mapping(context, key, node, hint)):
        return None
    entries = entries_once(context, mapping.items)
    made = [_read_region(context, name, value) for name, value in entries]
    regions = tuple(region for region in made if region)
    if len(regions) > cloze.HIGHEST:
        first = regions[cloze.HIGHEST].id
        message = f"Anki makes cards of {cloze.HIGHEST} regions at most, and this is one more"
        context.report(first, errors.WRONG_COUNT, message, "make two facts of this one")
    whole = len(regions) == len(mapping.items) and _lie_apart(context, regions)
    return regions if whole else None


def _read_region(context: Context, name: Text, node: Node) -> Region | None:
    if not is_key(context, name) or not read_id(context, name, name):
        return None
    hint = 'write "answer: …" and "at: [32, 41, 6, 4]" below it'
    if not (mapping := read_mapping(context, name, node, hint)):
        return None
    entries = entries_once(context, mapping.items)
    values, unknown = read_keys(context, entries, REGION_KEYS, "a region")
    present = {key.value for key, _ in entries}
    missing = [key for key in REGION_KEYS if key not in present]
    if missing and not unknown:
        wanted = " and ".join(f'"{key}"' for key in missing)
        hint = " and ".join(f'"{key}: {REGION_KEYS[key].example}"' for key in missing)
        message = f'the region "{short(name)}" has no {wanted}'
        context.report(name, errors.MISSING_KEY, message, f"add a line such as {hint}")
    answer, at = values.get(NAMED), values.get(AT)
    return Region(name, answer, at) if answer and at else None


_PERCENT = r"(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%?"
_BOX = "write left, top, width and height in percent of the picture, as in [32, 41, 6, 4]"


def _read_box(context: Context, key: Text, node: Node) -> Box | None:
    """Left, top, width and height in percent; the sign may stand after each number."""
    if isinstance(node, Text) and node.value:
        numbers = re.findall(r"\d+(?:\.\d+)?", node.value)
        message, hint = "a region's place is four numbers in brackets", _BOX
        if len(numbers) == 4:
            hint = f"write them in brackets: [{', '.join(numbers)}]"
        context.report(node, errors.BAD_REGION, message, hint)
        return None
    texts = read_texts(context, key, node)
    if texts is None:
        return None
    if len(texts) != 4:
        message = f"a region's place is four numbers, and these are {len(texts)}"
        hint = "in a number, write a point: 32.5" if len(texts) > 4 else _BOX
        context.report(node, errors.BAD_REGION, message, hint)
        return None
    for text in texts:
        if not re.fullmatch(_PERCENT, text.value):
            message = f'"{short(text)}" is not a percentage from 0 to 100'
            context.report(text, errors.BAD_REGION, message, _BOX)
            return None
    box = Box(*(float(text.value.rstrip("%")) for text in texts))
    if not box.width * box.height:
        text = texts[2] if not box.width else texts[3]
        message = "a region without width or height covers nothing"
        context.report(text, errors.BAD_REGION, message, "write how large it is, in percent")
        return None
    for start, size, first, second in ((0, 2, "left", "width"), (1, 3, "top", "height")):
        end = round(box[start] + box[size], 6)
        if end > 100:
            message = f"the region ends at {end:g} % of the picture's {second}"
            hint = f"{first} and {second} together are at most 100"
            context.report(texts[size], errors.BAD_REGION, message, hint)
            return None
    return box


def _lie_apart(context: Context, regions: tuple[Region, ...]) -> bool:
    """A region under another one would stay covered when it is the answer."""
    for at, region in enumerate(regions):
        for other in regions[:at]:
            if region.at.covers_middle(other.at) or other.at.covers_middle(region.at):
                message = f'"{short(region.id)}" and "{short(other.id)}" lie on one another, '
                message += "so that neither can be shown alone"
                hint = 'correct the "at" of one of the two'
                context.report(region.id, errors.BAD_REGION, message, hint)
                return False
    return True


def _box_schema() -> Schema:
    """Numbers from 0 to 100; the size of a region is not 0."""

    def percent(least: str, some: str = "") -> Schema:
        number = {"type": "number", least: 0, "maximum": 100}
        return {"anyOf": [number, {"type": "string", "pattern": f"^{some}{_PERCENT}$"}]}

    place, size = percent("minimum"), percent("exclusiveMinimum", "(?=.*[1-9])")
    items = [place, place, size, size]
    return {"type": "array", "prefixItems": items, "minItems": 4, "maxItems": 4}


BOX = Shape(_read_box, _box_schema, "four numbers", "list")
NAMED = Key("answer", TEXT, "what the region shows", "Mexico City")
AT = Key("at", BOX, "left, top, width, height in percent of the picture", "[32, 41, 6, 4]")
REGION_KEYS = table(NAMED, AT)

REGIONS_BY_ID = Shape(
    _read_regions,
    lambda: mapping_of(object_of(REGION_KEYS, list(REGION_KEYS)), IDS),
    "an id for each, with `answer` and `at` below it",
    "mapping",
)
PICTURE = Key("picture", TEXT, "what is asked of each region", "Which city is marked?")
_REGIONS = "the regions that are asked: an id, then answer and at"
REGIONS = Key("regions", REGIONS_BY_ID, _REGIONS, "{lima: {answer: Lima, at: [63, 78, 12, 4]}}")


def _notes(fact: Values) -> Notes:
    alt = fact.get(ALT)
    seen = (alt,) if alt else ()
    way = "that asks for this region"
    prompts = []
    for name, answer, at in fact[REGIONS]:
        part = Part(name.value, answer.value)
        prompt = Prompt(Label.PICTURE, fact[PICTURE], answer, way, seen=seen, part=part, at=at)
        prompts.append(prompt)
    yield Note("picture", Layout.REGIONS, tuple(prompts))


def _refuse(context: Context, fact: Values) -> bool:
    """A drawing that does not say how large it is: nobody could tell where its regions lie.

    And a sound in the name of a region, which Anki shows there as `[sound:…]` (measured: 26.9).
    """
    for _, answer, _ in fact[REGIONS]:
        for each in embeds.find(answer.value):
            if each.name.lower().endswith(SOUNDS):
                at = answer.span_of(*each.name_at)
                hint = 'put it into "extra", or make a fact of its own of it'
                context.report(at, errors.UNSAFE_MEDIA, "Anki plays no sound of a region", hint)
                return True
    text, picture = fact[IMAGE]
    if not picture.size_to_write:
        return False
    message = f'"{short(text)}" does not say how large it is, as regions need it'
    hint = f"write it into the first tag of that file: <svg {picture.size_to_write} …>"
    context.report(text, errors.BAD_REGION, message, hint)
    return True


ABOUT = "A picture with regions, each of which is asked while all of them are covered."
KIND = Kind(ABOUT, (PICTURE, IMAGE, REGIONS), _notes, refuse=_refuse)
