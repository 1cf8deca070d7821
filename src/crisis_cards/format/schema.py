"""The tables of keys as JSON Schema (draft 2020-12), for editors that complete and check YAML.

A schema accepts all that `check` accepts, and refuses what `check` refuses wherever one value
decides. It cannot compare a value with another one, look into a folder or a calendar, or see how
something was typed; what remains for `check` is listed in the tests.

Editors load YAML with types: `when: 1962` is a number to them, `answer: false` a boolean, and both
`answer: null` and a missing answer are nothing. A text may be any of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from ..problems import CHECKS
from .deck import DECK_KEYS
from .kinds import BUILT_IN, Kinds
from .schema_parts import IDS, any_case, object_of, reference, scalar, string
from .section import SECTION_KEYS
from .shape import AnyKey, Schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_OF_DECK = ("text", "id", "tag", "when", "checks")
_OF_SECTION = ("text", "id", "tag", "names", "tags", "when", "checks", "fact")

_TAG_PART = r"(?:(?!::)\S)+"
_TAG = rf"^{_TAG_PART}(?:::{_TAG_PART})*$"
_POINT = r"(?!0000)[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_WHEN = rf"^\s*{_POINT}\s*(?:/\s*{_POINT}\s*)?$"


def deck() -> Schema:
    """The schema of a deck.yaml."""
    return _document("deck.yaml", _deck(), _OF_DECK)


def section(kinds: Kinds = BUILT_IN) -> Schema:
    """The schema of a section file."""
    return _document("A section file", _section(), _OF_SECTION, kinds)


def either(kinds: Kinds = BUILT_IN) -> Schema:
    """The schema of both, which tells them apart by the key `deck`."""
    choice = {"if": {"required": ["deck"]}, "then": _deck(), "else": _section()}
    return _document("A file of a deck", choice, (*_OF_DECK, *_OF_SECTION), kinds)


def _document(title: str, body: Schema, names: Iterable[str], kinds: Kinds = BUILT_IN) -> Schema:
    own_tag = rf"^(?:{any_case(('marked', 'leech'))})$"  # two are Anki's
    when = string(_WHEN, "Write a date such as 1962, 1962-07 or 1962-11-20, or two with a /.")
    known = {
        "text": scalar(),
        "id": scalar(*IDS.values()),
        "tag": scalar(_TAG, "Write a tag without spaces."),
        "names": {"anyOf": [reference("text"), {"type": "array", "items": reference("text")}]},
        "tags": {
            "type": "array",
            "items": {"allOf": [reference("tag")], "not": {"pattern": own_tag}},
        },
        "when": {**when, "type": ["string", "integer"], "minimum": 1, "maximum": 9999},
        "checks": {"type": "array", "items": {"enum": sorted(CHECKS)}},
        "fact": _fact(kinds),
    }
    shared = {name: known[name] for name in dict.fromkeys(names)}
    return {"$schema": DRAFT, "title": title, **body, "$defs": shared}


_deck = partial(object_of, DECK_KEYS, ["deck"])
_section = partial(object_of, SECTION_KEYS, ["section", "facts"])


def _fact(kinds: Kinds) -> Schema:
    """A fact of any kind: one of its branches fits, by the key that decides the kind."""
    keys: dict[str, AnyKey] = {}
    for kind in kinds.values():
        keys |= kind.allowed
    branches = [
        {
            "title": kind.name,
            "required": [key.name for key in kind.needs],
            "properties": kind.schema | {name: False for name in keys if name not in kind.allowed},
        }
        for kind in kinds.values()
    ]
    refers = {"alt": ["image"], "credit": ["image"]}
    return {**object_of(keys, []), "dependentRequired": refers, "oneOf": branches}
