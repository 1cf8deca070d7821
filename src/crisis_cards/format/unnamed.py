"""Facts in a list, without ids: what each is, and the edits that write ids into the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..problems import Edit, Fix
from ..yaml.quotes import line_start
from ..yaml.tree import Mapping, Node, Sequence, Text
from .shape import Context
from .shapes import JOINERS, slug

_DASH = re.compile(r"(?:\s|#[^\r\n]*(?=[\r\n]))*-")
_LINE = re.compile(r"(?<=[\r\n])(?:[^#\s]|[ \t]+\S)")  # but no comment at the margin
_NO_WORD = re.compile(r"\bc\d+::|\b[^\W\d_]['’](?=\w)|(?<=\w)['’]s\b|\.\w{3,4}$")
"""The number of a blank, an elided article, an English genitive, the ending of a file's name."""


class Unnamed(Mapping):
    """Facts whose ids stand nowhere: they are read for what is wrong in them, and no more."""


class _Item(NamedTuple):
    """A fact of a list. `own` is the id above its keys, `words` are those for a new one."""

    words: str
    own: Text | None
    fact: Node
    node: Node  # the whole item


def read(context: Context, key: Text, node: Sequence) -> tuple[Mapping, int, Fix] | None:
    """The facts of a list, each below its id; how many had none; and the edits that mend the list.

    None where the list holds something else than facts. An id that is new is made of all words of
    what the fact asks; in the edits it is the text before a colon, and any other may stand there.
    There are no edits where an item is no fact.
    """
    items: list[_Item] = []
    for item in node.items:
        own, fact = _own(context, item)
        items.append(_Item("" if own else words(context, fact), own, fact, item))
    kinds = [i for i in items if type(i.fact) is Mapping and _names(i.fact) & context.kind_keys]
    if len(kinds) * 2 <= len(items):
        return None
    taken = {*context.fact_keys, *(item.own.value for item in items if item.own)}
    facts = []
    for made, own, fact, item in items:
        name = own or Text(free(made, taken), item.start, item.start + 1, node.file)
        taken.add(name.value)
        facts.append((name, fact))
    fix: Fix = ()
    if all(type(item.fact) is Mapping for item in items):
        fix = tuple(_of_flow(node, items) if _is_flow(node) else _of_dashes(key, node, items))
    without = sum(item.own is None for item in items)
    return Mapping(facts, node.start, node.end, node.file), without, fix


def _own(context: Context, item: Node) -> tuple[Text | None, Node]:
    """The id that a fact of a list has, as `- u-2:` or `- id: u-2` above its keys; and the fact."""
    if type(item) is not Mapping or _is_flow(item) or not item.items:
        return None, item
    key, value = item.items[0]
    rest = item._replace(items=item.items[1:])
    if (
        key.value == "id"
        and type(value) is Text
        and value.value
        and slug(value.value) == value.value
    ):
        return value, rest
    if key.value in context.fact_keys or slug(key.value) != key.value:
        return None, item
    if type(value) is Mapping and not rest.items:
        return key, value
    return (key, rest) if type(value) is Text and not value.value else (None, item)


def _is_flow(node: Mapping | Sequence) -> bool:
    return node.file.text[node.start] in "[{"


def _names(fact: Mapping) -> set[str]:
    return {key.value for key, _ in fact.items}


def words(context: Context, fact: Node) -> str:
    """The words of what a fact asks, with hyphens between them."""
    items = fact.items if type(fact) is Mapping else ()
    texts = [(k.value in context.kind_keys, v.value) for k, v in items if type(v) is Text]
    decisive = [text for decides, text in texts if decides] or [text for _, text in texts]
    made = slug(_NO_WORD.sub(" ", decisive[0]), JOINERS) if decisive else ""
    return made if made not in ("", "id") else "fact"


def free(name: str, taken: set[str], tried: dict[str, int] | None = None) -> str:
    """The name, with a number if there is such a one already; `tried` are the last ones by name."""
    number = tried.get(name, 1) if tried is not None else 1
    free = name if number == 1 else f"{name}-{number}"
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    if tried is not None:
        tried[name] = number
    return free


def _of_flow(node: Sequence, items: list[_Item]) -> Iterator[Edit]:
    """`[{…}, {…}]` as `{one: {…}, two: {…}}`."""
    yield Edit(node.start, node.start + 1, "{")
    yield from (Edit(item.node.start, item.node.start, f"{item.words}: ") for item in items)
    yield Edit(node.end - 1, node.end, "}")


def _of_dashes(key: Text, node: Sequence, items: list[_Item]) -> Iterator[Edit]:
    """Items after dashes as facts below ids, in as few edits as the indentation needs."""
    text = node.file.text
    newline = "\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r"
    # Dashes may stand right below "facts:", ids may not.
    deeper = "  " if node.start - line_start(text, node.start) < key.span.column else ""
    at = node.start
    moved = {line_start(text, node.start)}
    for words, own, _, item in items:
        found = _DASH.match(text, at)
        if not found:  # no list that an author wrote begins so
            return
        dash, at = found.end() - 1, item.end
        moved.add(line_start(text, dash))
        depth = item.start - line_start(text, item.start)
        if own is not None:
            yield Edit(dash, own.start, deeper)
            if own.start > item.start:  # after "id:"
                yield Edit(own.end, own.end, ":")
        elif text[item.start] == "{" or text[dash + 1 : item.start].strip(" \t"):
            yield Edit(dash, dash + 1, f"{deeper}{words}:")  # the fact stands behind it, or below
        else:
            yield Edit(dash, item.start, f"{deeper}{words}:{newline}{' ' * depth}{deeper}")
    if deeper:
        end = len(text[: node.end].rstrip())
        for line in _LINE.finditer(text, node.start, end):
            if line.start() not in moved:
                yield Edit(line.start(), line.start(), deeper)
