"""Blanks that an author did not mean: operators and names of programs that look like marks."""

from __future__ import annotations

import re
from itertools import cycle

from ...format.cloze import Blank
from ...problems import excerpt
from ..reading import Reading
from ..register import Fault, of_wording

_APART = re.compile(r"\s+==\s+")
# What stands before `::` in programs, and what a hint for people does not have.
_NAMESPACES = frozenset("std boost crate self super core alloc".split())
_OF_CODE = re.compile(r"[_()<>&*]|[a-z][A-Z]")


@of_wording
def odd_blank(reading: Reading) -> Fault | None:
    r"""A blank hides what was hardly meant: an operator or a name in code was taken for its marks.

    Two equals signs that touch a word begin a blank, and `::` begins its hint. In `x==1 and y==2`,
    `1 and y` would be hidden; in `std::vector`, `vector` would be a hint. A backslash makes them
    ordinary signs; backquotes make the whole an expression of code, which can be hidden as one.

    Bad:

        cloze: The test x==1 is ==true== when y==2 is not.

    Good:

        cloze: The test `x==1` is ==true== when `y==2` is not.

    Where the rule comes from: reports of authors who write cards about programs.
    """
    passage = reading.passage
    if passage is None:
        return None
    text = passage.text
    for blank in passage.walk():
        if odd := _odd(text.value, blank):
            return Fault(text.span_of(blank.start, blank.end), *odd)
    return None


def _odd(value: str, blank: Blank) -> tuple[str, str] | None:
    """What is odd about a blank, and what to write instead."""
    start, end = blank.start, blank.end
    hidden = value[slice(*blank.answer)]
    before, after = value[:start][-1:], value[end : end + 1]
    is_operator = _touches(before, hidden[:1]) or _touches(hidden[-1:], after)
    if value.startswith("==", start) and " " in hidden and is_operator:
        message = f'this hides "{excerpt(hidden)}", as an operator was taken for a mark'
        return message, r"write \== for equals signs, or put the expression in backquotes: `x==1`"
    if _APART.search(hidden):
        message = f'this hides all of "{excerpt(hidden)}"'
        ends = cycle((r"== ", r" =="))  # the first mark inside closes a blank, the next opens one
        whole = _APART.sub(lambda _: next(ends), value[start:end])
        return message, f"write the marks right beside their words: {excerpt(whole)}"
    hint = value[slice(*blank.hint)] if blank.hint else ""
    is_name = hidden in _NAMESPACES or _OF_CODE.search(hint)
    if hint and is_name and not re.search(r"\s", hidden + hint) and _touches(hidden[-1:], hint[:1]):
        message = f'this asks for "{hidden}" and shows "{hint}" as its hint'
        return message, rf"write \:: where it belongs to the answer: =={hidden}\::{hint}=="
    return None


def _touches(left: str, right: str) -> bool:
    """Whether two characters are of words in a script that puts spaces between them."""
    return all(char.isalnum() and ord(char) < 0x2E80 for char in (left or " ", right or " "))
