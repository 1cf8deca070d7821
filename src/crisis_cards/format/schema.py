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
from .adopted_types import TYPE_KEYS as ADOPTED_KEYS
from .deck import DECK_KEYS
from .kinds import BUILT_IN, Kinds
from .own_types import TYPE_KEYS
from .schema_parts import IDS, any_case, object_of, reference, scalar, string
from .section import SECTION_KEYS
from .shape import AnyKey, Schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_OF_DECK = ("text", "id", "tag", "line", "checks")
_OF_SECTION = ("text", "id", "tag", "names", "tags", "when", "checks", "fact")

_TAG_PART = r"(?:(?!::)\S)+"
_TAG = rf"^{_TAG_PART}(?:::{_TAG_PART})*$"
_MONTH, _DAY, _TIME = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])", "[01][0-9]|2[0-3]"
_ZONE = r"(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?"
_HOURS = rf"T(?:{_TIME}):[0-5][0-9](?::[0-5][0-9]{_ZONE}|{_ZONE})"
_EXACT = rf"(?:XX|{_DAY}(?:{_HOURS})?)"
_EDTF = (
    r"(?:(?:(?!-?0000)-?[0-9]{4}|Y-?[0-9]{5,9})"
    rf"(?:-(?:XX(?:-XX)?|2[1-4]|{_MONTH}(?:-{_EXACT})?))?|-?[0-9]{{2}}(?:[0-9]X|XX))[~?%]?"
)
# An era in whatever language: only the deck knows which.
_YEAR = r"(?:[0-9]{1,5}|[0-9]{2,3}[.,’' ][0-9]{3})"
_WITH_ERA = (
    rf"(?:{_YEAR}(?:-{_MONTH}(?:-{_DAY})?)?\s*[^\s0-9/.,~?%–—-][^0-9/]*"
    rf"|(?:[Aa]\.?\s?[Dd]\.?|[^\x00-\x7f][^0-9/]*)\s*{_YEAR}[^0-9/]*)"
)
_POINT = rf"\s*(?:{_EDTF}|{_WITH_ERA})\s*"
_OPEN = r"\s*(?:\.\.)?\s*"
_LINE = rf"^{_POINT}(?:/{_POINT})?$"
_WHEN = rf"^(?:{_POINT}(?:/(?:{_POINT}|{_OPEN}))?|{_OPEN}/{_POINT})$"
_IN_WORDS = "Write a date such as 1962, 1962-07, 1962-11-20, 1200~, 196X or 44 BC, or two with a /."


def deck() -> Schema:
    """The schema of a deck.yaml."""
    return _document("deck.yaml", _deck(), _OF_DECK)


def section(kinds: Kinds = BUILT_IN) -> Schema:
    """The schema of a section file."""
    return _document("A section file", _section(), _OF_SECTION, kinds)


def type_() -> Schema:
    """The schema of a type.yaml."""
    return _document("A kind of your own", _type(), ("text", "id"))


def either(kinds: Kinds = BUILT_IN) -> Schema:
    """The schema of both, which tells them apart by the keys that only a section has."""
    is_section = {"anyOf": [{"required": [name]} for name in ("section", "facts", "table")]}
    choice = {"if": is_section, "then": _section(), "else": _deck()}
    return _document("A file of a deck", choice, (*_OF_DECK, *_OF_SECTION), kinds)


def _document(title: str, body: Schema, names: Iterable[str], kinds: Kinds = BUILT_IN) -> Schema:
    own_tag = rf"^(?:{any_case(('marked', 'leech'))})$"  # two are Anki's
    # To an editor, a year alone is a number.
    years = {"type": ["string", "integer"], "minimum": -9999, "maximum": 9999, "not": {"const": 0}}
    known = {
        "text": scalar(),
        "id": scalar(*IDS.values()),
        "tag": scalar(_TAG, "Write a tag without spaces."),
        "names": {"anyOf": [reference("text"), {"type": "array", "items": reference("text")}]},
        "tags": {
            "type": "array",
            "items": {"allOf": [reference("tag")], "not": {"pattern": own_tag}},
        },
        "when": string(_WHEN, _IN_WORDS) | years,
        "line": string(_LINE, _IN_WORDS) | years,
        "checks": {"type": "array", "items": {"enum": sorted(CHECKS)}},
        "fact": _fact(kinds),
    }
    shared = {name: known[name] for name in dict.fromkeys(names)}
    return {"$schema": DRAFT, "title": title, **body, "$defs": shared}


_deck = partial(object_of, DECK_KEYS, ["deck"])


def _type() -> Schema:
    own, adopted = object_of(TYPE_KEYS, ["keys", "cards"]), object_of(ADOPTED_KEYS, ["anki"])
    return {"if": {"required": ["anki"]}, "then": adopted, "else": own}


def _section() -> Schema:
    either = {"anyOf": [{"required": ["facts"]}, {"required": ["table"]}]}
    return object_of(SECTION_KEYS, ["section"]) | either


def _fact(kinds: Kinds) -> Schema:
    """A fact of any kind: one of its branches fits, by the key that decides the kind."""
    keys: dict[str, AnyKey] = {}
    every = [each for kind in kinds.values() for each in kind.variants.values() or (kind,)]
    for kind in every:
        keys |= kind.allowed
    branches = [
        {
            "title": kind.name,
            "required": [key.name for key in kind.needs],
            "properties": kind.schema | {name: False for name in keys if name not in kind.allowed},
        }
        for kind in every
    ]
    refers = {"alt": ["image"], "credit": ["image"]}
    return {**object_of(keys, []), "dependentRequired": refers, "oneOf": branches}
