"""Tables: the library's rule for those of GitHub, which drops what it has no column for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markdown_it.rules_block.table import escapedSplit, getLine, table

if TYPE_CHECKING:
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict


def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, unless one of its rows has more cells than the first: then its lines are text."""
    if start < state.env.get("no table before", 0):  # or its rows would be tried one by one
        return False
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if silent:
        return True
    made = state.tokens[before:]
    columns = sum(token.type == "th_open" for token in made)
    if all(_cells(getLine(state, line)) <= columns for line in range(start + 2, state.line)):
        return True
    del state.tokens[before:]
    state.env["no table before"] = state.line
    state.line = start
    return False


def _cells(row: str) -> int:
    """How many cells a row has; the bars around it make none."""
    cells = escapedSplit(row.strip())
    return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")


def render(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """The beginning or end of a table, in a box that scrolls where it is wider than the card."""
    opens = tokens[at].nesting == 1
    return '<div class="table">\n<table>\n' if opens else "</table>\n</div>\n"
