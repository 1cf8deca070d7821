"""The table of keys as JSON Schema (draft 2020-12), for editors that complete and check YAML.

A schema accepts all that `check` accepts, and refuses what `check` refuses wherever one value
decides. It cannot compare a value with another one, look into a folder or a calendar, or see how
something was typed; what remains for `check` is listed in the tests.

Editors load YAML with types: `when: 1962` is a number to them, `answer: false` a boolean, and both
`answer: null` and a missing answer are nothing. A text may be any of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from . import media, source
from .diagnostics import NAMES
from .facts import KINDS, needed
from .keys import (
    CHECKS_KEYS,
    COMMON,
    DECK_KEYS,
    KEYS,
    REGION_KEYS,
    SECTION_KEYS,
    SOURCE_KEYS,
    Key,
)

Schema: TypeAlias = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# Every pattern means the same to Python and to JavaScript, which editors use.
_WORD = r"(?:[a-z0-9]|[^\x00-\x7f])+"
_ID = rf"^{_WORD}(?:-{_WORD})*$"
_ID_WANTED = "Write an id: lower-case words with hyphens between them."
_TAG_PART = r"(?:(?!::)\S)+"
_TAG = rf"^{_TAG_PART}(?:::{_TAG_PART})*$"
_NAME_PART = r"(?:(?!::)\s)*(?!::)\S(?:(?!::)[\s\S])*"
_NAME = rf"^{_NAME_PART}(?:::{_NAME_PART})*$"
_POINT = r"(?!0000)[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_WHEN = rf"^\s*{_POINT}\s*(?:/\s*{_POINT}\s*)?$"
_URL = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/]\S*$"
_LANGUAGE = r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$"
_PERCENT = r"(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%?$"
_BLANK = r"(?<!=)==(?![=\s])|(?<!=)====(?!=)|\{\{[cC]"


def deck() -> Schema:
    """The schema of a deck.yaml."""
    return _document("deck.yaml", _deck(), _DECK_DEFS)


def section() -> Schema:
    """The schema of a section file."""
    return _document("A section file", _section(), _SECTION_DEFS)


def either() -> Schema:
    """The schema of both, which tells them apart by the key `deck`."""
    choice = {"if": {"required": ["deck"]}, "then": _deck(), "else": _section()}
    return _document("A file of a deck", choice, (*_DECK_DEFS, *_SECTION_DEFS))


def example(key: Key) -> Any:
    """A key's example as data, every value as written."""
    document, problems = source.parse(f"{key.name}: {key.example}".encode(), key.name)
    assert not problems
    assert document.error is None
    assert isinstance(document.root, source.Mapping)
    value = plain(document.root.items[0][1])
    return value == "true" if key.shape == "flag" else value


def plain(node: source.Node) -> Any:
    """A tree as mappings, lists and texts; of two equal keys, the last one counts."""
    if isinstance(node, source.Mapping):
        return {key.value: plain(value) for key, value in node.items}
    if isinstance(node, source.Sequence):
        return [plain(item) for item in node.items]
    return node.value


def _document(title: str, body: Schema, names: Iterable[str]) -> Schema:
    shared = {name: _DEFS[name]() for name in dict.fromkeys(names)}
    return {"$schema": DRAFT, "title": title, **body, "$defs": shared}


def _deck() -> Schema:
    return _object(DECK_KEYS, ["deck"])


def _section() -> Schema:
    return _object(SECTION_KEYS, ["section", "facts"])


def _object(keys: Mapping[str, Key], required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": {name: _value(key) for name, key in keys.items()},
        "required": required,
        "additionalProperties": False,
    }


def _value(key: Key) -> Schema:
    return {**_SHAPES[key.shape], "description": key.about, "examples": [example(key)]}


def _fact() -> Schema:
    """A fact of any kind: one of its branches fits, by the key that decides the kind."""
    return {
        **_object(KEYS, []),
        "dependentRequired": {"alt": ["image"], "credit": ["image"]},
        "oneOf": [_kind(name, body) for name, body in KINDS.items()],
    }


def _kind(name: str, body: type[Any]) -> Schema:
    own: Schema = {"cloze": _string(_BLANK, "Put == around what is asked.")}
    others = {key: False for key in KEYS if key not in (*body._fields, *COMMON)}
    return {
        "title": name,
        "required": list(needed(body)),
        "properties": {**(own if name == "cloze" else {}), **others},
    }


def _text(pattern: str = r"\S", wanted: str = "Write a text.") -> Schema:
    return {**_string(pattern, wanted), "type": ["string", "number", "boolean", "null"]}


def _string(pattern: str, wanted: str) -> Schema:
    """`wanted` is what editors show in place of a pattern that nobody can read."""
    return {"type": "string", "pattern": pattern, "patternErrorMessage": wanted}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(item: Schema, **limits: Any) -> Schema:
    return {"type": "array", "items": item, **limits}


def _mapping(value: Schema, least: int = 1) -> Schema:
    return {
        "type": "object",
        "minProperties": least,
        "propertyNames": {"pattern": r"\S"},
        "additionalProperties": value,
    }


def _any_case(words: Iterable[str]) -> str:
    """A pattern for words in capitals or not; JavaScript has no flag inside a pattern."""
    return "|".join("".join(f"[{c.lower()}{c.upper()}]" for c in word) for word in words)


def _own_tag() -> Schema:
    """A tag of a fact; two are Anki's own."""
    return {"allOf": [_ref("tag")], "not": {"pattern": rf"^(?:{_any_case(('marked', 'leech'))})$"}}


def _picture() -> str:
    endings = _any_case(ending.lstrip(".") for ending in media.TYPES)
    return rf"^\s*(?!/)(?!(?:.*/)?\.\.(?:/|$))(?:[^\\:]*/)?[^\\:/]+\.(?:{endings})\s*$"


def _percent(*, size: bool = False) -> Schema:
    """A number from 0 to 100; the size of a region is not 0."""
    least = "exclusiveMinimum" if size else "minimum"
    number = {"type": "number", least: 0, "maximum": 100}
    pattern = rf"^(?=.*[1-9]){_PERCENT}" if size else f"^{_PERCENT}"
    return {"anyOf": [number, {"type": "string", "pattern": pattern}]}


_DEFS: dict[str, Callable[[], Schema]] = {
    "text": _text,
    "id": lambda: _text(_ID, _ID_WANTED),
    "tag": lambda: _text(_TAG, "Write a tag without spaces."),
    "names": lambda: {"anyOf": [_ref("text"), _list(_ref("text"))]},
    "tags": lambda: _list(_own_tag()),
    "when": lambda: {
        **_string(_WHEN, "Write a date such as 1962, 1962-07 or 1962-11-20, or two with a /."),
        "type": ["string", "integer"],
        "minimum": 1,
        "maximum": 9999,
    },
    "checks": lambda: _list({"enum": sorted(NAMES)}),
    "fact": _fact,
}
_DECK_DEFS = ("text", "id", "tag", "when", "checks")
_SECTION_DEFS = ("text", "id", "tag", "names", "tags", "when", "checks", "fact")

_SHAPES: dict[str, Schema] = {
    **{name: _ref(name) for name in ("text", "id", "tag", "names", "tags", "when", "checks")},
    "passage": _ref("text"),
    "flag": {"enum": [True, False, "true", "false"]},
    "url": _string(_URL, "Write an address that begins with https://"),
    "language": _string(_LANGUAGE, "Write the code of a language, such as en or en-US."),
    "deck-name": _text(_NAME, "Write a name; between :: there must be one as well."),
    "image": _string(_picture(), f"Write the name of a file in {media.FOLDER}/."),
    "box": {
        "type": "array",
        "prefixItems": [_percent(), _percent(), _percent(size=True), _percent(size=True)],
        "minItems": 4,
        "maxItems": 4,
    },
    "steps": _list(_ref("text"), minItems=2, uniqueItems=True),
    "sides": _mapping(_ref("text"), least=2),
    "pairs": _mapping(_ref("text")),
    "facts": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": _ID, "patternErrorMessage": _ID_WANTED},
        "additionalProperties": _ref("fact"),
    },
}
_SHAPES["switches"] = _object(CHECKS_KEYS, ["off"])
_SHAPES["sources"] = _mapping(_object(SOURCE_KEYS, ["title"]))
_SHAPES["regions"] = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": _ID, "patternErrorMessage": _ID_WANTED},
    "additionalProperties": _object(REGION_KEYS, list(REGION_KEYS)),
}
