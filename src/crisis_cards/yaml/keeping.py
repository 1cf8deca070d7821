"""The proof that an edit takes nothing away from what an author typed.

Whoever offers an edit, as a remedy or in a hint, asks here first. White space may change, and so
may the few invisible characters that are no spelling; look-alikes of YAML's signs may become the
signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..problems import Edit
from .quotes import comment, line_end, line_start

_NOTHING = "\xad\u200b\ufeff"
"""A soft hyphen, a zero-width space and a byte-order mark: the invisible characters that may go.

U+200C and U+200D are not among them: they are spelling in Persian, Indic scripts and emoji.
"""
SIGNS = {
    **dict.fromkeys("：﹕︓꞉∶", ":"), **dict.fromkeys("–—−‒‐‑﹣－•◦‣▪●", "-"),
    **dict.fromkeys("“”„‟＂«»", '"'), **dict.fromkeys("‘’‚‛＇", "'"),
}  # fmt: skip
"""What looks like one of YAML's signs, and was typed for it."""
_SOLID = str.maketrans({**SIGNS, **dict.fromkeys(_NOTHING)})


def keeps(text: str, edits: Iterable[Edit]) -> bool:
    """Whether every letter, digit, mark and sign that edits replace is still there, in its order.

    None of them is in a comment now that was text before.
    """
    return all(
        holds(edit.text, text[edit.start : edit.end]) and not _cuts(text, edit, sure=True)
        for edit in edits
    )


def keeps_words(text: str, edits: Iterable[Edit]) -> bool:
    """The same for a hint, which may tell an author to type a sign otherwise."""
    return all(
        holds(edit.text, "".join(filter(str.isalpha, text[edit.start : edit.end])))
        and not _cuts(text, edit, sure=False)
        for edit in edits
    )


def holds(text: str, typed: str) -> bool:
    """Whether the characters of `typed` stand in a text, in their order, white space aside."""
    rest = iter(solid(text))
    return all(char in rest for char in solid(typed))


def solid(text: str) -> str:
    """What an author would miss: a text without white space and what nobody sees."""
    return "".join(text.translate(_SOLID).split())


def _cuts(text: str, edit: Edit, *, sure: bool) -> bool:
    """Whether a quote that an edit closes leaves text behind a #.

    In a text without quotes, that # may have been a character like any other.
    """
    end = line_end(text, edit.end)
    if edit.text[-1:] not in ("'", '"') or not re.match(r"[ \t]+#", text[edit.end : end]):
        return False
    start = line_start(text, edit.end)
    found = comment(text[start:end])
    return (sure and not found.sure) or text[edit.end : start + found.start].strip() != ""
