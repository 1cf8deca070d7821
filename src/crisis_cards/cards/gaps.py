"""The blanks of a passage on their way through Markdown, as marks that no text can contain.

Markdown cuts a text into blocks and cells, so that places in it say nothing any more. Marks of its
blanks stay where they are. Those that a rule has read become others: what is left over then lies
where no blank can be, as in code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..format.cloze import Blank, Passage

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

OPEN, NUMBERED, HINT, CLOSE = "\x01", "\x02", "\x03", "\x04"
"""The marks in HTML: a blank, the end of its number, its hint, and its end."""
# The same in a text. The library looks up only at signs that it knows.
_BEGINS, _NUMBER, _ASKS, _ENDS = "=\x0e", "\x0f", ":\x10", "=\x11"
_EDGE = re.compile(f"{_BEGINS}|{_ASKS}|{_ENDS}")
MARKS = "\x0e\x0f\x10\x11"
"""The characters by which marks in a text are known."""


def marked(passage: Passage, numbers: Mapping[Blank, int]) -> str:
    """The text with its blanks as marks. A number of 0 leaves the hint out."""
    text = passage.text.value
    return _range(text, 0, len(text), passage.blanks, numbers)


def _range(
    text: str, start: int, end: int, inner: Sequence[Blank], numbers: Mapping[Blank, int]
) -> str:
    parts = []
    at = start
    for blank in inner:
        if not start <= blank.start < end:
            continue
        number = numbers[blank]
        answer = _range(text, *blank.answer, blank.inner, numbers)
        parts += [text[at : blank.start], f"{_BEGINS}{number}{_NUMBER}", answer]
        if blank.hint and number:
            parts += [_ASKS, _range(text, *blank.hint, blank.inner, numbers)]
        parts.append(_ENDS)
        at = blank.end
    return "".join((*parts, text[at:end]))


def escaped(marked: str) -> str:
    """A text with marks, or a part of one, only escaped."""
    html = escape(marked, quote=False)
    for mark, read in ((_BEGINS, OPEN), (_NUMBER, NUMBERED), (_ASKS, HINT), (_ENDS, CLOSE)):
        html = html.replace(mark, read)
    return html


def are_read(html: str, marked: str) -> bool:
    """Whether a rule has read every blank of a text."""
    return html.count(OPEN) == marked.count(_BEGINS)


def are_whole(part: str) -> bool:
    """Whether each blank that begins in a part of a text ends there, too."""
    return part.count(_BEGINS) == part.count(_ENDS)


def rule(state: StateInline, silent: bool) -> bool:
    """A rule of the Markdown library: a blank, whose answer and hint are rendered on their own."""
    if not state.src.startswith(_BEGINS, state.pos, state.posMax):
        return False
    number_at = state.pos + len(_BEGINS)
    start = state.src.index(_NUMBER, number_at)
    asks, end = _edges(state.src, start, state.posMax)
    if end < 0:
        return False
    if not silent:
        _push_raw(state, f"{OPEN}{state.src[number_at:start]}{NUMBERED}", 1)
        tokenize(state, start + 1, end if asks < 0 else asks)
        if asks >= 0:
            _push_raw(state, "", -1)
            _push_raw(state, HINT, 1)
            tokenize(state, asks + len(_ASKS), end)
        _push_raw(state, CLOSE, -1)
    state.pos = end + len(_ENDS)
    return True


def _edges(text: str, start: int, most: int) -> tuple[int, int]:
    """Where the hint and the end of the blank are that has begun; -1 where there is none."""
    asks, depth = -1, 0
    for edge in _EDGE.finditer(text, start, most):
        if edge[0] == _ENDS and not depth:
            return asks, edge.start()
        if edge[0] == _ASKS:
            asks = asks if depth else edge.start()
        else:
            depth += -1 if edge[0] == _ENDS else 1
    return asks, -1


def _push_raw(state: StateInline, content: str, nesting: int) -> None:
    # The nesting keeps emphasis from pairing across the edge of a blank.
    state.push("html_inline", "", nesting).content = content  # type: ignore[arg-type]


def tokenize(state: StateInline, start: int, end: int) -> None:
    """Renders a part of a text on its own."""
    after = state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = after


def before(text: str, at: int) -> str:
    """The character before a place, marks of blanks passed over."""
    while at and text[at - 1] in MARKS:
        at = text.rindex(_BEGINS, 0, at) if text[at - 1] == _NUMBER else at - 2
    return text[at - 1] if at else " "


_AFTER = re.compile(f"(?:{_BEGINS}[0-9]+{_NUMBER}|{_ENDS})*")


def after(text: str, at: int) -> str:
    """The character at a place or behind the marks of blanks there."""
    found = _AFTER.match(text, at)
    return text[found.end() : found.end() + 1] if found else ""


def without(text: str) -> str:
    """A text with no marks of blanks."""
    return re.sub(f"{_BEGINS}[0-9]+{_NUMBER}|{_ASKS}|{_ENDS}", "", text)
