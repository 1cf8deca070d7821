"""The bytes of a list → its form and its rows."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import PurePath
from typing import NamedTuple

from ..yaml import tree
from . import names, notes, tables
from .rows import MOST, Found, Left, ListError, Row

LARGEST = 20_000_000  # bytes

_SAVE_AS = "save it in UTF-8 (in Excel: CSV UTF-8)"


def read(data: bytes, name: str, known: Collection[str]) -> Found:
    """The rows of a list; `name` is that of its file, `known` are the keys of facts.

    Raises ListError.
    """
    if len(data) > LARGEST:
        raise ListError(f"it is larger than {LARGEST // 1_000_000} MB: split it")
    file, refused = tree.decoded(data, name, _SAVE_AS)
    if refused:
        raise ListError(f"{refused.message}: {refused.hint}")
    if "\0" in file.text:
        raise ListError("it is no text: it holds NUL characters")
    text = file.text.replace("\r\n", "\n").replace("\r", "\n")
    found = _read(text, PurePath(name).suffix.lower(), known)
    if len(found.rows) + len(found.left) > MOST:
        raise ListError(f"it has more than {MOST:,} rows: split it")
    if not found.rows and not found.left:
        raise ListError("it holds no rows")
    return found


def _read(text: str, suffix: str, known: Collection[str]) -> Found:
    if tables.ANKI.match(text):
        return tables.anki(text)
    if suffix == ".json" or (suffix not in (".csv", ".tsv") and text.lstrip()[:2] in _JSON):
        return _json(text)
    if suffix in (".md", ".markdown") or (suffix not in (".csv", ".tsv") and notes.is_notes(text)):
        return notes.notes(text)
    return tables.table(text, known)


_JSON = ("[{", "[\n", "[ ", '{"', "{\n", "{ ", "[]", "{}")


class _Object(NamedTuple):
    pairs: list[tuple[str, object]]


def _json(text: str) -> Found:
    try:
        data = json.loads(text, object_pairs_hook=_Object, parse_int=str, parse_float=str)
    except ValueError as error:
        place = f"line {error.lineno}: " if isinstance(error, json.JSONDecodeError) else ""
        raise ListError(f"{place}it is no JSON") from error
    except RecursionError:
        raise ListError("its JSON nests too deep to be a list of facts") from None
    if isinstance(data, _Object):
        lists = [value for _, value in data.pairs if isinstance(value, list)]
        if len(lists) != 1:
            raise ListError("its JSON holds no list of objects, or several: write one list")
        data = lists[0]
    if not isinstance(data, list):
        raise ListError("its JSON is no list of objects")
    rows, left = [], []
    for number, item in enumerate(data, start=1):
        place = f"item {number}"
        if not isinstance(item, _Object):
            left.append(Left(place, str(item)[:100], "it is no object with keys"))
            continue
        cells = []
        for key, value in item.pairs:
            said = _text(value)
            if said is None:
                left.append(Left(place, key, f'its "{key}" is no text'))
            elif isinstance(value, list) and "tags" in (key, names.meant(key)):
                cells.append(("tags", "\n".join("-".join(line.split()) for line in value)))
            else:
                cells.append((key, said))
        rows.append(Row(place, tuple(cells)))
    return Found("JSON", rows, left)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(map(str, value))
    return None
