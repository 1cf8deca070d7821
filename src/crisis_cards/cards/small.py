"""Small signs: `H~2~O`, `m^2^`, and readings above words, `{漢字|かんじ}`.

The library's plugins take any two signs without a space between for marks, and would lower the
middle of `5~10~15` and raise that of `10^6-10^7`; for readings there is none. Here a mark touches
what it goes with, and ranges, powers, kaomoji and operators stay text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from . import gaps

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_SIGNS = rf"\w+\-\u2212\u2013±=:(),.*'\u2032\u2019/\\{gaps.MARKS}"
_SCRIPT = re.compile(rf"([~^])([{_SIGNS}]{{1,60}})\1(?!\1)")
_OPERATOR = re.compile(r"\w[+\-\u2212\u2013±=(),.*/]+\w")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FIRST_CJK = "\u2e80"
_RUBY = re.compile(r"\{([^{}|\n]{1,60})\|([^{}|\n]{1,120})\}")

MAY_BE = r"~[^\s~]{1,60}~|\^[^\s^]{1,60}\^|\{[^{}|\n]+\|"
"""Where such signs may be; a pattern that is a part of others."""


def script(state: StateInline, silent: bool) -> bool:
    """A rule of the Markdown library: what is set lower or higher than the line."""
    if silent or state.src[state.pos] not in "~^":
        return False
    found = _SCRIPT.match(state.src, state.pos, state.posMax)
    if not found or not gaps.are_whole(found[2]) or not _is_mark(state, found):
        return False
    tag = "sub" if found[1] == "~" else "sup"
    state.push(f"{tag}_open", tag, 1)
    gaps.tokenize(state, *found.span(2))
    state.push(f"{tag}_close", tag, -1)
    state.pos = found.end()
    return True


def _is_mark(state: StateInline, found: re.Match[str]) -> bool:
    """Whether two signs are marks and what they enclose is small."""
    sign, content = found[1], gaps.without(found[2])
    before, after = gaps.before(state.src, found.start()), gaps.after(state.src, found.end())
    if before == sign or not re.search(r"[^\W_]|[+\-\u2212\u2013±*'\u2032\u2019]", content):
        return False
    is_word = bool(re.match(r"\w", after))
    is_attached = before.isalnum() or before in ")]}_*'\u2032\u2019\"”»°%"
    is_attached = is_attached or unicodedata.category(before) in ("Sm", "So", "Mn", "Mc")
    if before in "~^":  # such as the charge of SO~4~^2-^
        is_attached = bool(state.tokens and not state.pending) and (
            state.tokens[-1].type in ("sub_close", "sup_close")
        )
    if sign == "~":  # or it says from … to …
        is_range = before.isdigit() and after.isdigit()
        return is_attached and not is_range and max(content) < _FIRST_CJK
    if after.isdigit() or (is_word and _OPERATOR.search(content)):  # powers: 10^6-10^7, e^x^2
        return False
    return is_attached or (before != "[" and (is_word or after == "~"))


def ruby(state: StateInline, silent: bool) -> bool:
    """A rule of the Markdown library: how a word in Chinese characters is read, above it."""
    if silent or state.src[state.pos] != "{":
        return False
    found = _RUBY.match(state.src, state.pos, state.posMax)
    if not found or not re.search(f"[{_HAN}]", found[1]) or re.search(f"[{_HAN}]", found[2]):
        return False
    if not found[2].strip() or not all(map(gaps.are_whole, found.groups())):
        return False
    state.push("ruby_open", "ruby", 1)
    _append(state, found[1])
    state.push("html_inline", "", 0).content = "<rp>（</rp>"  # where there is no room above
    state.push("rt_open", "rt", 1)
    _append(state, found[2])
    state.push("rt_close", "rt", -1)
    state.push("html_inline", "", 0).content = "<rp>）</rp>"
    state.push("ruby_close", "ruby", -1)
    state.pos = found.end()
    return True


def _append(state: StateInline, part: str) -> None:
    """Renders a part of a text whose end is no sign at which the library looks up."""
    tokens: list[Token] = []
    state.md.inline.parse(part, state.md, state.env, tokens)
    state.tokens += tokens
    state.tokens_meta += [None] * len(tokens)
