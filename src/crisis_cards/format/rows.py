"""A table as the facts of a section: the same tree that their YAML would give, row by row.

One row is a fact; the first row names the keys, and the column of the ids.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..problems import Edit, errors
from ..yaml.tree import Mapping, Node, Sequence, Text
from . import cells, unnamed
from .cells import ID, Record, Table
from .media import Refused
from .reading import Entries, nearest, report_no_such, seems_key
from .schema_parts import table_name
from .shape import AnyKey, Context, Keys, Shape, short
from .shapes import CHECK_NAMES, FLAG, NAMES, TAGS, of_text

_LINES = re.compile(r"[^\r\n]+")
_NAMES = re.compile(r"[^,;\r\n]+")
_OF_NAMES = (TAGS, NAMES, CHECK_NAMES)
"""The lists whose items are names, without commas in them."""


class Rows(NamedTuple):
    """The facts of a table, those without an id apart, and where a section names it.

    `lacking` are the offsets of the rows of which some cells could not be read.
    """

    named: Text
    facts: Mapping
    nameless: unnamed.Unnamed
    lacking: frozenset[int]


class Column(Text):
    """A key that stands at the head of a column, in the place of a cell below it."""


class _Head(NamedTuple):
    """The first row: the name of each column, empty where none can be made of it.

    `keys` are those of all kinds.
    """

    cells: list[Text]
    names: list[str]
    keys: Keys


def _read(context: Context, _: Text, text: Text) -> Rows | None:
    """The rows of the table that a section names."""
    path = context.tables.find(text.value.strip())
    if isinstance(path, Refused):
        context.report(text, *path)
        return None
    table, problems = cells.read(context.tables.load(path), str(path))
    context.problems += problems
    head = table and _head(context, table)
    return Rows(text, *_rows(context, table, head)) if table and head else None


TABLE_FILE = Shape(
    of_text(_read), table_name, "the name of a file beside deck.yaml that ends in `.csv` or `.tsv`"
)


def _head(context: Context, table: Table) -> _Head | None:
    """What stands in the first row; what is wrong with a column is told once."""
    keys: dict[str, AnyKey] = {}
    for kind in context.kinds.values():
        keys = {**kind.allowed, **keys}
    first = next(iter(table.records), None)
    if first and first.cells is None:
        _report_quotes(context, table, first)
        return None
    head = (first.cells or []) if first else []
    if not first or not any(seems_key(cell.value, (ID, *keys)) for cell in head):
        message = "no key stands in the first row" if first else "the table is empty"
        hint = f"name the columns in the first row, as in: {table.separator.join(_EXAMPLE)}"
        span = table.span(first.start, first.end) if first else table.span(0, 1)
        context.report(span, errors.TABLE_SHAPE, message, hint)
        return None
    names: list[str] = []
    for text in head:
        name = text.value
        if name and name in names:
            message = f'the column "{short(text)}" is there twice'
            context.report(text, errors.DUPLICATE_KEY, message, "keep one of the two")
            name = ""
        elif name in keys and keys[name].shape.flow == "mapping":
            message = f'a cell cannot hold "{name}", which has keys of its own'
            hint = 'remove this column, and write such facts below "facts:" in the section file'
            context.report(text, errors.WRONG_TYPE, message, hint)
            name = ""
        elif name and name != ID and name not in keys:
            name = _report_unknown(context, text, [cell.value for cell in head], keys)
        names.append(name)
    return _Head(head, names, keys)


_EXAMPLE = (ID, "ask", "answer")


def _report_unknown(context: Context, text: Text, head: Collection[str], keys: Keys) -> str:
    """A column that no fact has; its name if it was meant for the ids, which none lacks then."""
    kinds = [kind.allowed for name, kind in context.kinds.items() if name in head]
    free = [key for key in (ID, *keys) if key not in head]
    close = nearest(text.value, free)
    free = [key for key in free if any(key in allowed for allowed in kinds)] or list(context.kinds)
    report_no_such(context, text, "a fact", close, free)
    return ID if close == ID else ""


def _rows(
    context: Context, table: Table, head: _Head
) -> tuple[Mapping, unnamed.Unnamed, frozenset[int]]:
    """The facts below the first row, and what is wrong with the rows."""
    shaped = {
        name
        for kind in context.kinds.values()
        for name, key in kind.allowed.items()
        if key.shape.flow == "list" or key.shape is FLAG
    }
    names, width, new = head.names, len(head.names), tuple.__new__  # as in the reader of YAML
    facts: list[tuple[Text, Node]] = []
    nameless: list[tuple[Record, Mapping]] = []
    lacking: set[int] = set()
    heads = {at for at, cell in enumerate(head.cells) if cell.value}  # and those told of
    for record in table.records[1:]:
        start, end, row = record
        if row is None:
            _report_quotes(context, table, record)
            continue
        name, odd = None, False
        items: list[tuple[Text, Node]] = []
        for at, cell in enumerate(row):
            value, begin, stop, _ = cell
            if not value:
                continue
            key = names[at] if at < width else ""
            if key == ID:
                name = cell
            elif key:
                items.append((new(Column, (key, begin, stop, table)), cell))
                odd = odd or key in shaped
            else:
                lacking.add(start)
                if at not in heads:
                    _report_headless(context, table, cell, at, width)
                if at >= width:
                    break
                heads.add(at)
        fact = Mapping(_shaped(context, head.keys, items) if odd else items, start, end, table)
        if name:
            facts.append((name, fact))
        else:
            nameless.append((record, fact))
    made = _named(context, table, head, nameless) if nameless else []
    whole = 0, len(table.text), table
    return Mapping(facts, *whole), unnamed.Unnamed(made, *whole), frozenset(lacking)


def _shaped(context: Context, keys: Keys, items: Entries) -> Entries:
    """The cells of a row, those that hold lists as lists."""
    of_kind = next((name.value for name, _ in items if name.value in context.kinds), None)
    keys = context.kinds[of_kind].allowed if of_kind else keys
    return [
        (name, _value(keys[name.value], node) if name.value in keys else node)
        for name, node in items
    ]


def _value(key: AnyKey, node: Node) -> Node:
    assert isinstance(node, Text)
    if key.shape.flow == "list" and not (key.shape is NAMES and node.value.isalnum()):
        return Sequence(list(_items(key, node)), node.start, node.end, node.file)
    if key.shape is FLAG and node.value.lower() in ("true", "false"):  # as Excel writes them
        return node._replace(value=node.value.lower())
    return node


def _items(key: AnyKey, node: Text) -> Iterator[Text]:
    """The items of a list in one cell, each with its place."""
    _, start, end, file = node
    quoted = file.text[start] == '"'
    pattern = _NAMES if key.shape in _OF_NAMES else _LINES
    for found in pattern.finditer(file.text, start + quoted, end - quoted):
        if typed := found[0].strip():
            begin = found.start() + found[0].index(typed)
            value = typed.replace('""', '"') if quoted else typed
            yield Text(value, begin, begin + len(typed), file)


def _report_headless(context: Context, table: Table, cell: Text, at: int, width: int) -> None:
    """The first cell in a column without a name, or the first of its row beyond the last column."""
    message, hint = "nothing stands above this cell in the first row", "name its column there"
    if at >= width:
        message = f"this row has more cells than the first one, which has {width}"
        hint = f'a text that has a "{table.separator}" in it needs quotes around it'
        hint = hint if table.separator != "\t" else "remove the tab that is too many"
    context.report(cell, errors.TABLE_SHAPE, message, hint)


def _report_quotes(context: Context, table: Table, record: Record) -> None:
    message = "the quotes of this cell do not end where the cell ends"
    hint = 'write two quotes for one that is text: ""'
    place = table.stray_quote(record)
    context.report(table.span(place, place + 1), errors.TABLE_SHAPE, message, hint)


def _named(
    context: Context, table: Table, head: _Head, rows: list[tuple[Record, Mapping]]
) -> Entries:
    """The facts without ids, which are told of once, below ids that stand nowhere."""
    column = head.names.index(ID) if ID in head.names else None
    taken, tried = {*context.fact_keys}, dict[str, int]()
    made: Entries = []
    first = table.records[0]
    edits = [] if column is not None else [Edit(first.start, first.start, ID + table.separator)]
    for record, fact in rows:
        words = unnamed.words(context, fact)
        name = Text(unnamed.free(words, taken, tried), record.start, record.start + 1, table)
        taken.add(name.value)
        made.append((name, fact))
        if column is None:
            edits.append(Edit(record.start, record.start, words + table.separator))
        else:
            edits.append(table.insertion(record, column, words))
    have = "facts have" if len(rows) > 1 else "fact has"
    message = f"{len(rows):,} {have} no id in this table"
    hint = f'write one for each into a column "{ID}", or let check --fix make them'
    place = edits[0].start
    # A row that could not be read would be left without an id.
    fix = tuple(edits) if all(record.cells is not None for record in table.records) else ()
    context.report(table.span(place, place + 1), errors.MISSING_ID, message, hint, fix)
    return made
