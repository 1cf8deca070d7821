"""HTML of a card → its texts and tags, where no browser would have to mend it.

The standard library's parser mends in its own ways, and is quadratic in some hostile texts. This
one reads what is written as it should be, in one pass, and says so of everything else.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["text", "open", "close", "void", "raw"]
Attributes: TypeAlias = tuple[tuple[str, str], ...]

DEEPEST = 50  # open elements


class Piece(NamedTuple):
    """A text, undecoded; a tag with its attributes, decoded and sorted; or what is left as it is.

    `raw` are comments, scripts, drawings and the like, each in one piece with its tags.
    """

    kind: Kind
    name: str
    attributes: Attributes = ()


class MendedError(ValueError):
    """HTML that a browser would read otherwise than it is written."""


VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)  # fmt: skip
BLOCKS = frozenset(
    "address article aside blockquote caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre"
    " search section summary table tbody td tfoot th thead tr ul".split()
)
# Browsers read what is in these, or what comes after them, by rules of their own.
_ODD = frozenset(
    "base body col colgroup command frame frameset head html image isindex keygen link listing math"
    " menuitem meta nobr noembed noframes optgroup option param plaintext select template title xmp"
    .split()
)  # fmt: skip
_RAW = frozenset(("iframe", "noscript", "script", "style", "svg", "textarea"))
_ONCE = frozenset(("a", "button", "form"))  # another one would close the first or be dropped
_HEADING = re.compile("h[1-6]")
_SECTIONS = frozenset(("thead", "tbody", "tfoot"))
# A tag outside of these would close another one or be dropped.
_PARENTS: dict[str, frozenset[str]] = {
    "li": frozenset(("ul", "ol", "menu", "dir")),
    **dict.fromkeys(("dt", "dd"), frozenset(("dl",))),
    **dict.fromkeys(("rb", "rt", "rp", "rtc"), frozenset(("ruby",))),
    **dict.fromkeys((*_SECTIONS, "caption"), frozenset(("table",))),
    "tr": _SECTIONS | {"table"},
    **dict.fromkeys(("td", "th"), frozenset(("tr",))),
}
# What stands in these and is no part of a table would be moved before it.
_TABLE = _SECTIONS | {"table", "tr"}
_SPACE = r"[ \t\n\f\r]"
_VALUE = r"\"[^\"]*\"|'[^']*'|[^ \t\n\f\r\"'<>=`]+"
_NAME = r"[^ \t\n\f\r\"'<>/=]+"
TAG = re.compile(
    rf"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:{_SPACE}+{_NAME}(?:{_SPACE}*={_SPACE}*(?:{_VALUE}))?)*)"
    rf"{_SPACE}*(/?)>"
)
ATTRIBUTE = re.compile(rf"({_NAME})(?:{_SPACE}*={_SPACE}*({_VALUE}))?")
_STARTS = re.compile(r"<(?=[A-Za-z/!?])")  # any other is a sign in a text
_DRAWN = re.compile(
    r"<(?!/?(?:animate|circle|clippath|defs|desc|ellipse|g|line|lineargradient|marker|mask|path"
    r"|pattern|polygon|polyline|radialgradient|rect|stop|svg|symbol|text|tspan|use)\b)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NUMBER = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
_LONGEST_NUMBER = len("&#1114111;")
_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]*;?)(?!=)|&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
_ACTIVE = re.compile(r"\{\{|\}\}|\[(?:\[|sound:|/?latex\]|/?\$|anki:)", re.IGNORECASE)


def pieces(html: str) -> list[Piece]:
    """All of some HTML. Raises `MendedError`."""
    if _CONTROLS.search(html):
        raise MendedError
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    found: list[Piece] = []
    stack: list[str] = []
    at = 0
    while start := _STARTS.search(html, at):
        _add_text(found, html[at : start.start()], stack)
        piece, at = _next(html, start.start())
        if piece.kind == "close":
            if not stack or stack.pop() != piece.name:
                raise MendedError
        elif piece.kind != "raw":
            _check_place(piece.name, stack)
            if piece.kind == "open":
                stack.append(piece.name)
        elif stack and stack[-1] in _TABLE and not html.startswith("<!", start.start()):
            raise MendedError
        found.append(piece)
    _add_text(found, html[at:], stack)
    if stack:
        raise MendedError
    return found


def _add_text(found: list[Piece], text: str, stack: list[str]) -> None:
    if stack and stack[-1] in _TABLE:
        if text.strip(" \t\n"):
            raise MendedError
    elif text:
        found.append(Piece("text", text))


def _next(html: str, start: int) -> tuple[Piece, int]:
    """What begins with the sign at a place, and where it ends."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        body = html[start + 4 : end]
        if end < 0 or body.startswith((">", "->")) or "<!--" in body or "--!" in body:
            raise MendedError
        return Piece("raw", html[start : end + 3]), end + 3
    tag = TAG.match(html, start)
    if not tag:
        raise MendedError
    name = tag[2].lower()
    if name in _ODD or (tag[1] and (tag[3] or tag[4] or name in VOID)):
        raise MendedError
    if tag[1]:
        return Piece("close", name), tag.end()
    if name in _RAW:
        return _raw(html, name, tag)
    return Piece("void" if name in VOID else "open", name, _attributes(tag[3])), tag.end()


def _raw(html: str, name: str, tag: re.Match[str]) -> tuple[Piece, int]:
    end = re.compile(rf"</{name}>", re.IGNORECASE).search(html, tag.end())
    if not end or tag[4]:
        raise MendedError
    inside = html[tag.end() : end.start()].lower()
    if "<!--" in inside or f"<{name}" in inside or (name == "svg" and _DRAWN.search(inside)):
        raise MendedError
    return Piece("raw", html[tag.start() : end.end()]), end.end()


def _check_place(name: str, stack: list[str]) -> None:
    parent = stack[-1] if stack else ""
    if (
        len(stack) >= DEEPEST
        or (name in _PARENTS and parent not in _PARENTS[name])
        or (parent in _TABLE and parent not in _PARENTS.get(name, ()))
        or (name in BLOCKS and "p" in stack)
        or (name in _ONCE and name in stack)
        or (_HEADING.fullmatch(name) and _HEADING.fullmatch(parent))
    ):
        raise MendedError


def _attributes(text: str) -> Attributes:
    found: dict[str, str] = {}
    for each in ATTRIBUTE.finditer(text):
        name, value = each[1].lower(), each[2] or ""
        # Anki acts on its marks in attributes as well.
        if name in found or _ACTIVE.search(value):
            raise MendedError
        if value[:1] in ('"', "'"):
            value = value[1:-1]
        found[name] = _REFERENCE.sub(_referred, value) if "&" in value else value
    return tuple(sorted(found.items()))


def _referred(found: re.Match[str]) -> str:
    # Unlike in texts, a name without a semicolon has to be whole: there are `?a=1&copy=2`.
    return html5.get(found[1], found[0]) if found[1] else decoded(found[0])


def decoded(text: str) -> str:
    """A text with its entities read. Raises `MendedError`."""
    if "&" not in text:
        return text
    for number in _NUMBER.finditer(text):
        # Long ones have a limit, and signs that are not allowed would vanish.
        if len(number[0]) > _LONGEST_NUMBER or not unescape(number[0]):
            raise MendedError
    return unescape(text)
