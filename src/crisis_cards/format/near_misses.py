"""Signs that were meant as the marks of a blank and are none, such as ===answer===.

A row of the table is one way to miss; what is code, mathematics, an address or escaped is left out.
"""

from __future__ import annotations

import re  # its functions compile a pattern when it is needed first, which most never are
from collections.abc import Iterator
from typing import NamedTuple

from ..problems import Fix, excerpt
from ..yaml.tree import Text

HIDDEN = "\ufffc"
"""Stands for every character that is taken as it is."""
_LITERAL = (
    r"(?s)\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]"  # mathematics
    r"|(?<!`)(?P<code>`+)(?!`)[^`]+(?P=code)"
    r"|\\[!-/:-@\[-`{-~]"  # an escaped character
    r"|\]\((?:https?://|mailto:)[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*\)"
    r"|(?<=://)[^\s<>\"']+"
)

# What letters stand beside is an operator; scripts without spaces have no other neighbours.
_BEFORE, _AFTER = r"(?<![=0-9A-Za-z_\u00c0-\u2e7f\ufffc])", r"(?![=0-9A-Za-z_\u00c0-\u2e7f])"
_ANSWER = r"(?P<answer>[^\s={}](?:[^={}\n]*[^\s={}])?)"
_WORD = r"(?P<answer>[^\W_](?:[^={}\[\]|\n]*[^\W_])?)"


class _Row(NamedTuple):
    """A way to miss. Where a sentence has no other blank, most are surely one."""

    pattern: str
    sure: bool = False
    sure_alone: bool = True
    only_alone: bool = False


def _around(left: str, right: str, answer: str = _ANSWER) -> str:
    return f"(?P<left>{_BEFORE}{left}){answer}(?P<right>{right}{_AFTER})"


_TABLE = (
    _Row(_around("={3,}", "={2,}"), sure=True),
    _Row(_around("==", "={3,}"), sure=True),
    _Row(_around("==", "="), sure=True),
    _Row(_around("=", "=="), sure=True),
    _Row(_around("==[ ]+", "=="), sure=True),
    _Row(_around("==", "[ ]+=="), sure=True),
    _Row(_around("==[ ]+", "[ ]+=="), sure_alone=False),  # or two operators: a == b or c == d
    _Row(_around("=", "=", _WORD)),
    _Row(rf"(?P<left>(?<!{{){{(?P<number>[cC]\d+)::?)(?!:){_ANSWER}(?P<right>}})", True),
    _Row(rf"(?P<left>{{{{(?P<number>[cC]\d+)::){_ANSWER}(?P<right>}}(?!}})|==)", True),
    _Row(_around("==", r"\}\}"), sure=True),
    _Row(rf"(?P<left>{{{{[ ]*(?![cC]\d)){_ANSWER}(?P<right>[ ]*}}}})"),
    _Row(rf"(?P<left>(?<!\w)\[\[){_WORD}(?P<right>\]\])(?!\()"),
    _Row(rf"(?P<left>(?<![\w\\{{}}^$]){{){_WORD}(?P<right>}})(?!}})", only_alone=True),
)

_IN_LITERAL = _around("==", "==", r"(?P<answer>[^\s=](?:[^=\n]*[^\s=])?)")


class Miss(NamedTuple):
    """Where signs stand in a text that were meant as a blank, how to write it, and what mends it.

    The remedy also mends all others of its kind in the text; it is empty where it is not sure.
    """

    start: int
    end: int
    hint: str
    fix: Fix


def readable(value: str) -> str:
    """A text of the same length in which everything that is taken as it is, is `HIDDEN`."""
    return re.sub(_LITERAL, _hidden, value)


def _hidden(found: re.Match[str]) -> str:
    edge = found["code"] or ""
    return edge + HIDDEN * (len(found[0]) - 2 * len(edge)) + edge


def find(text: Text, value: str | None = None, *, alone: bool = False) -> list[Miss]:
    """The first miss of each kind. `value` is the text as `readable` makes it, without its blanks.

    With `alone`, the sentence has no other blank, so that more can be meant as one.
    """
    if value is None:
        value = readable(text.value)
    misses = []
    for row in _TABLE:
        if row.only_alone and not alone:
            continue
        all_found = list(re.finditer(row.pattern, value))
        if not all_found:
            continue
        first = all_found[0]
        sure = row.sure or (alone and row.sure_alone)
        fix = tuple(
            text.edit(*found.span(side), "==" + _number(found) * (side == "left"))
            for found in all_found
            for side in ("left", "right")
            if sure
        )
        hint = f"write =={_number(first)}{excerpt(text.value[slice(*first.span('answer'))])}=="
        if not row.sure_alone:
            hint += r" without the spaces, or \== for equals signs"
        misses.append(Miss(*first.span(), hint, fix))
    return misses or list(_in_literal(text))[:1]


def _in_literal(text: Text) -> Iterator[Miss]:
    """Marks in code or in a formula, where two equals signs are two equals signs."""
    for literal in re.finditer(_LITERAL, text.value):
        found = re.search(_IN_LITERAL, literal[0])
        if not found:
            continue
        if literal["code"]:
            hint = f"hide all of the code: =={excerpt(literal[0].replace('==', ''))}=="
        elif literal[0][1] in "([":
            hint = f"in a formula, write {{{{c1::{found['answer']}}}}}"
        else:
            continue
        start, end = found.span()
        yield Miss(literal.start() + start, literal.start() + end, hint, ())


def _number(found: re.Match[str]) -> str:
    number = found.groupdict().get("number")
    return f"{number.lower()}::" if number else ""
