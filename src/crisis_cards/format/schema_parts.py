"""What JSON Schema says of values, in parts that shapes and kinds put together.

Every pattern means the same to Python and to JavaScript, which editors use.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..yaml import tree
from .folders import MEDIA, PICTURES, TABLES
from .shape import AnyKey, Keys, Schema, plain

_WORD = r"(?:[a-z0-9]|[^\x00-\x7f])+"
IDS = {
    "pattern": rf"^{_WORD}(?:-{_WORD})*$",
    "patternErrorMessage": "Write an id: lower-case words with hyphens between them.",
}


def scalar(pattern: str = r"\S", wanted: str = "Write a text.") -> Schema:
    """A text as an editor loads it: it may be a number, a boolean or nothing to it."""
    return {**string(pattern, wanted), "type": ["string", "number", "boolean", "null"]}


def string(pattern: str, wanted: str) -> Schema:
    """`wanted` is what editors show in place of a pattern that nobody can read."""
    return {"type": "string", "pattern": pattern, "patternErrorMessage": wanted}


def reference(name: str) -> Schema:
    """One of the definitions that a schema document has at its end."""
    return {"$ref": f"#/$defs/{name}"}


def mapping_of(value: Schema, names: Schema | None = None, least: int = 1) -> Schema:
    """A mapping whose keys are the author's own."""
    return {
        "type": "object",
        "minProperties": least,
        "propertyNames": names or {"pattern": r"\S"},
        "additionalProperties": value,
    }


def object_of(keys: Keys, required: list[str]) -> Schema:
    """A mapping with the keys of a table."""
    return {
        "type": "object",
        "properties": {name: _described(key) for name, key in keys.items()},
        "required": required,
        "additionalProperties": False,
    }


def _described(key: AnyKey) -> Schema:
    """The value of a key, with its explanation and an example for editors."""
    document, problems = tree.parse(f"{key.name}: {key.example}".encode(), key.name)
    assert isinstance(document.root, tree.Mapping), (document.errors, problems)
    example = plain(document.root.items[0][1])
    schema = key.shape.schema
    return {
        **(reference(schema) if isinstance(schema, str) else schema()),
        "description": key.about,
        "examples": [example == "true" if example in ("true", "false") else example],
    }


def any_case(words: Iterable[str]) -> str:
    """A pattern for words in capitals or not; JavaScript has no flag inside a pattern."""
    return "|".join("".join(f"[{c.lower()}{c.upper()}]" for c in word) for word in words)


def table_name() -> Schema:
    """The name of a table beside deck.yaml."""
    endings = any_case(ending.lstrip(".") for ending in TABLES)
    pattern = rf"^\s*[^/\\:\s](?:[^/\\:]*[^/\\:\s])?\.(?:{endings})\s*$"
    return string(pattern, "Write the name of a table beside deck.yaml.")


def picture_name() -> Schema:
    """The name of a file in `media/`."""
    endings = any_case(ending.lstrip(".") for ending in PICTURES)
    pattern = rf"^\s*(?!/)(?!(?:.*/)?\.\.(?:/|$))(?:[^\\:]*/)?[^\\:/]+\.(?:{endings})\s*$"
    return string(pattern, f"Write the name of a file in {MEDIA}/.")
