"""Which stars and underscores are emphasis.

CommonMark's rule, with two differences. Beside Chinese, Japanese and Korean, whose words have no
spaces between them, punctuation does not keep a mark from opening or closing: the amendment of
https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md. And a star that
multiplies is a star.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Delimiter

from . import gaps

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_FACTOR = r"(?:[^\W_]\w*(?:[.,]\w+)*(?:\([^()*\n]*\))?|\([^()*\n]*\))"
# Stars at the edge of a whole are no part of it: `Hund**e**` and `**ge**gangen` are emphasis.
_PRODUCT = re.compile(rf"(?<![\w*.,\\]){_FACTOR}(?:\*\*?{_FACTOR})+(?![\w*])")
_OPENS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])")
_CLOSES = re.compile(r"(?<=[^\s*\\])\*(?![\w*])")
_FIRST_CJK = "\u2e80"


def rule(state: StateInline, silent: bool) -> bool:
    """The rule "emphasis" of the Markdown library: a run of marks, and what it may do."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    length = end - state.pos
    if marker == "*" and state.pos in _factors(state):
        state.pending += marker * length
    else:
        opens, closes = _flanks(state, end, marker)
        for _ in range(length):
            state.push("text", "", 0).content = marker
            at = len(state.tokens) - 1
            state.delimiters.append(Delimiter(ord(marker), length, at, -1, opens, closes))
    state.pos = end
    return True


def _flanks(state: StateInline, end: int, marker: str) -> tuple[bool, bool]:
    """Whether a run of marks from `state.pos` can open emphasis, and whether it can close it."""
    before = state.src[state.pos - 1] if state.pos else " "
    if state.pos > 1 and _is_variation(before):
        before = state.src[state.pos - 2]
    after = state.src[end] if end < state.posMax else " "
    space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    sign_before, sign_after = _is_sign(before), _is_sign(after)
    cjk_before, cjk_after = _is_cjk(before), _is_cjk(after)
    free_before = space_before or sign_before or cjk_before
    free_after = space_after or sign_after or cjk_after
    left = not space_after and (free_before or not sign_after or cjk_after)
    right = not space_before and (free_after or not sign_before or cjk_before)
    if marker == "*":
        return left, right
    return left and (not right or sign_before), right and (not left or sign_after)


def _is_sign(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char) or char in gaps.MARKS


def _is_cjk(char: str) -> bool:
    """A character of Chinese, Japanese or Korean; emoji are wide as well, and none."""
    if char.isascii():
        return False
    code = ord(char)
    if 0x1100 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:  # parts of Korean syllables
        return True
    width = unicodedata.east_asian_width(char)
    is_emoji = 0x2000 <= code < 0x2E80 or 0x1F000 <= code < 0x20000
    return width in ("F", "H") or (width == "W" and not is_emoji)


def _is_variation(char: str) -> bool:
    """What chooses a drawing of the character before it."""
    return "\ufe00" <= char <= "\ufe0e" or "\U000e0100" <= char <= "\U000e01ef"


def _factors(state: StateInline) -> frozenset[int]:
    """Where stars stand in a text that are no marks."""
    known: dict[str, frozenset[int]] = state.env.setdefault("factors", {})
    text = state.src
    if text not in known:
        # As emphasis, a star within a word needs one that stands at a word's edge.
        is_paired = len(_OPENS.findall(text)) == len(_CLOSES.findall(text))
        has_strong = "**" in _PRODUCT.sub("", text)
        known[text] = frozenset(
            found.start() + star.start()
            for found in _PRODUCT.finditer(text)
            if _multiplies(found[0], is_paired, has_strong)
            for star in re.finditer(r"\*\*?", found[0])
        )
    return known[text]


def _multiplies(whole: str, is_paired: bool, has_strong: bool) -> bool:
    r"""Whether no emphasis is meant in a word with stars in it: `2*3*4`, `a*b*c`, `f(x)*g(x)*2`.

    Not so in `un*believ*able`, `s*i*ng` and `H**2**O`, which look the same but for that. One star
    alone is the sign of a German plural as well (`Lehrer*innen und Schüler*innen`).
    """
    if max(whole) >= _FIRST_CJK or whole.count("**") > 1:
        return False
    factors = re.split(r"\*\*?", whole)
    return (
        any(char.isdigit() or char == "(" for char in whole)
        or (all(len(factor) == 1 for factor in factors) and not ("**" in whole and has_strong))
        or (len(factors) == 2 and "**" not in whole and is_paired)
    )
