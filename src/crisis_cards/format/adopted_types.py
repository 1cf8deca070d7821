"""Note types that were there before their deck was: a type.yaml with `anki:`, and what lies by it.

Templates and style sheet are the deck's own from the first day, scripts included: they are what its
learners have.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..problems import Span, errors
from ..yaml import tree
from ..yaml.tree import Document, Node, Text
from . import stylesheet
from .kinds import adopted
from .kinds.own import Adopted, Json, OwnCard, OwnType
from .reading import entries_once, read_keys, read_mapping, read_root
from .schema_parts import mapping_of, object_of, reference
from .shape import Context, Key, Shape, Values, short, table
from .shapes import FLAG, TEXT, read_some, read_text

OPTIONS_FILE = "anki.json"
"""Beside type.yaml: what else Anki keeps of a note type."""


def _read_names(context: Context, key: Text, node: Node) -> tuple[tuple[Text, str], ...] | None:
    """Names of fields, each with the key that facts have for it."""
    if type(node) is not tree.Mapping:
        names = read_some(context, key, node)
        return tuple((name, name.value) for name in names) if names else None
    if not (mapping := read_mapping(context, key, node, 'write one a line: "Front: front"')):
        return None
    entries = entries_once(context, mapping.items)
    texts = [(name, read_text(context, name, value)) for name, value in entries]
    known = tuple((name, text.value) for name, text in texts if text)
    return known if len(known) == len(mapping.items) else None


def _read_meanings(context: Context, key: Text, node: Node) -> tuple[tuple[Text, str], ...] | None:
    mapping = read_mapping(context, key, node, 'write one a line: "Front: ask"')
    return _read_names(context, key, mapping) if mapping else None


def _read_id(context: Context, key: Text, node: Node) -> int | None:
    text = read_text(context, key, node)
    if text and text.value.isascii() and text.value.isdigit() and 0 < int(text.value[:20]) < 2**63:
        return int(text.value)
    if text:
        hint = "write the number that Anki has for it"
        message = f'"{short(text)}" is not the id of a note type'
        context.report(text, errors.BAD_TYPE, message, hint)
    return None


_LIST: dict[str, object] = {"type": "array", "items": reference("text"), "minItems": 1}
NAMES = Shape(
    _read_names,
    lambda: {"anyOf": [_LIST, mapping_of(reference("text"))]},
    "a list of names, or a mapping from each to the key that facts have for it",
    "mapping",
)
MEANINGS = Shape(
    _read_meanings,
    lambda: mapping_of(reference("text")),
    f"fields, each with the key that it stands for: {adopted.MEANINGS}",
    "mapping",
)
NUMBER = Shape(_read_id, lambda: {"type": ["integer", "string"]}, "a number")

ID = Key("id", NUMBER, "the number that Anki knows the note type by", "1585323248000")
NAME = Key("name", TEXT, "its name in Anki", "Ultimate Geography")
CLOZE = Key("cloze", FLAG, "true: its cards are made of blanks", "true")
FIELDS = Key("fields", NAMES, "the names of its fields, in Anki's order", "[Country, Capital]")
TEMPLATES = Key("templates", NAMES, "the names of its templates, in Anki's order", "[Capital]")
ANKI_KEYS = table(ID, NAME, CLOZE, FIELDS, TEMPLATES)
_NEEDED = (ID, NAME, FIELDS, TEMPLATES)


def _read_anki(context: Context, key: Text, node: Node) -> tuple[Text, Values] | None:
    mapping = read_mapping(context, key, node, "write id, name, fields and templates below it")
    if mapping is None:
        return None
    entries = entries_once(context, mapping.items)
    values, unknown = read_keys(context, entries, ANKI_KEYS, '"anki"')
    present = {name.value for name, _ in entries}
    missing = [f'"{needed.name}"' for needed in _NEEDED if needed.name not in present]
    if missing and not unknown:
        message = f'"anki" has no {" and ".join(missing)}'
        context.report(key, errors.MISSING_KEY, message, "add what Anki has")
    return (key, values) if all(needed in values for needed in _NEEDED) else None


ANKI = Key(
    "anki",
    Shape(
        _read_anki,
        lambda: object_of(ANKI_KEYS, [key.name for key in _NEEDED]),
        "`id`, `name`, `fields`, `templates`, and `cloze: true` for a type with blanks",
        "mapping",
    ),
    "the note type as it was adopted; learners have it, so that it never changes",
    "{id: 1585323248000, name: Geo, fields: [Country, Capital], templates: [Capital]}",
)
AS = Key(
    "as", MEANINGS, "which keys of a kind the fields stand for", "{Country: ask, Capital: answer}"
)
TYPE_KEYS = table(ANKI, AS)


def is_one(document: Document) -> bool:
    """Whether a type.yaml is that of an adopted note type."""
    root = document.root
    return type(root) is tree.Mapping and any(key.value == ANKI.name for key, _ in root.items)


def read(
    context: Context, document: Document, name: str, folder: Path, texts: Mapping[str, bytes]
) -> OwnType | None:
    """The note type of a folder; None with at least one report."""
    values = read_root(context, document, TYPE_KEYS, (ANKI.name,), "a type.yaml")
    found = values.get(ANKI) if values is not None else None
    if values is None or not found:
        return None
    at, anki = found
    fields, templates = anki[FIELDS], anki[TEMPLATES]
    before = len(context.problems)
    keys = dict(_keys(context, fields))
    means = _meanings(context, values, keys)
    is_cloze = anki.get(CLOZE) or False
    if is_cloze and len(templates) > 1:
        message = "a cloze type has one template in Anki"
        context.report(templates[1][0], errors.BAD_TYPE, message, "keep the first one")
    cards = tuple(
        OwnCard(each.value, (), (), each.value, front=sides[0], back=sides[1])
        for number, (each, _) in enumerate(templates, start=1)
        if (sides := _template(context, folder, texts, number))
    )
    options = _options(context, folder / OPTIONS_FILE, texts)
    if len(context.problems) > before:
        return None
    style = texts.get(str(folder / stylesheet.OF_TYPE), b"")
    names = tuple(field.value for field, _ in fields)
    known = Adopted(at.span, anki[ID], anki[NAME].value, is_cloze, names, means, options)
    named = {each.value: each.span for each, _ in templates}
    css = _decoded(context, folder / stylesheet.OF_TYPE, style)
    return OwnType(name, keys, cards, named, {}, css, known)


def _keys(context: Context, fields: tuple[tuple[Text, str], ...]) -> Iterator[tuple[str, Span]]:
    """The keys that facts have for fields, each with its place."""
    seen: set[str] = set()
    for field, key in fields:
        if key in adopted.COMMON or key == adopted.NOTE:
            message = f'"{key}" is a key that every note has, and cannot be that of a field'
            hint = f'write the fields as a mapping, and there "{key}: {key}-field"'
            context.report(field, errors.BAD_TYPE, message, hint)
        elif key in seen:
            message = f'the field "{key}" stands here twice'
            context.report(field, errors.DUPLICATE_KEY, message, "keep one of the two")
        seen.add(key)
        yield key, field.span


def _meanings(context: Context, values: Values, keys: Mapping[str, Span]) -> dict[str, str]:
    """What fields stand for; nothing with a report where that makes no sense."""
    means = values.get(AS) or ()
    for field, _ in means:
        if field.value not in keys:
            message = f'this type has no field "{short(field)}"'
            context.report(field, errors.BAD_TYPE, message, f"there are: {', '.join(keys)}")
            return {}
    found = {field.value: key for field, key in means}
    if found and (len({*found.values()}) < len(found) or not adopted.meant_kind(found.values())):
        message = f"no kind of fact has the keys {', '.join(found.values())}, and only these"
        context.report(means[0][0], errors.BAD_TYPE, message, f"there are: {adopted.MEANINGS}")
        return {}
    return found


def _template(
    context: Context, folder: Path, texts: Mapping[str, bytes], number: int
) -> tuple[str, str] | None:
    """The front and the back of a card, as they are."""
    paths = [folder / f"{side}-{number}.html" for side in ("front", "back")]
    for path in paths:
        if str(path) not in texts:
            message = f"this file is not there: it is a side of card {number}"
            hint = "take it from Anki: Tools → Manage Note Types → Cards"
            context.report(Span(str(path), 1, 1, 2), errors.BAD_TEMPLATE, message, hint)
            return None
    front, back = (_decoded(context, path, texts[str(path)]) for path in paths)
    return front, back


def _decoded(context: Context, path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message, hint = "this file is not written in UTF-8", "save it again in UTF-8"
        context.report(Span(str(path), 1, 1, 2), errors.NOT_UTF8, message, hint)
        return ""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").removesuffix("\n"))


def _options(context: Context, path: Path, texts: Mapping[str, bytes]) -> dict[str, Json]:
    if not (text := _decoded(context, path, texts.get(str(path), b""))):
        return {}
    place, message = Span(str(path), 1, 1, 2), "this file must hold one object: {…}"
    try:
        found: Json = json.loads(text)
    except json.JSONDecodeError as error:
        place = tree.File(str(path), text).span(error.pos, error.pos + 1)
        message = f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    except RecursionError:
        message = "this is nested too deeply"
    else:
        if isinstance(found, dict):
            return found
    context.report(place, errors.BAD_TYPE, message, "take it from the last commit")
    return {}
