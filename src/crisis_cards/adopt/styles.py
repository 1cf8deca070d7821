"""What style sheets say of lines, spaces and emphasis."""

from __future__ import annotations

import re
from typing import Literal

_NAMED = re.compile(
    r"(?<![\w.#:-])(?:b|strong|i|em|div|span|br|rp|rb)(?![\w-])|[*~](?!=)|[>+]"
    r"|:(?:first|last|nth|only|empty)\b"
)
_DISPLAY = re.compile(r"\bdisplay\s*:\s*([a-z-]+)")
_INLINE = frozenset("a code font kbd mark rt ruby s small sub sup u".split())
_IN_LINES = frozenset("a button input".split())
# A block in a blank has none of these.
_BLANK = re.compile(r"background|border|padding|outline|shadow|font-size\s*:(?!\s*(?:100%|1em))")
_ALL_LINES = re.compile(r"\bdisplay\s*:\s*(?!none\b|block\b|inline(?!-(?:flex|grid|table)))")
_ATTRIBUTE = re.compile(r"\sstyle\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)")


def is_plain(css: str, html: str = "<img <ul <ol <table <li") -> bool:
    """Whether a style sheet leaves lines, spaces and emphasis as browsers have them, in some HTML.

    It then names neither their elements nor what stands at which place, and makes lines of blocks
    alone. Whether it `keeps_spaces` is another question.
    """
    css = re.sub(r"/\*.*?(?:\*/|\Z)", "", css, flags=re.DOTALL).lower()
    css = re.sub(r"@(?:media|supports|layer)\b[^{};]*\{", "", css)
    for rule in css.split("}"):
        selectors, _, body = rule.rpartition("{")
        if _NAMED.search(selectors) or (".cloze" in selectors and _BLANK.search(body)):
            return False
        for shown in _DISPLAY.findall(body):
            if not all(_is_usual(selector, shown, html) for selector in selectors.split(",")):
                return False
    return True


def keeps_spaces(css: str) -> bool:
    """Whether a style sheet, or a style, may have spaces and the source's own lines shown.

    Only what is the same to the last character looks the same then.
    """
    return "white-space" in css.lower()


def _is_usual(selector: str, shown: str, html: str) -> bool:
    """Whether lines stay lines where what a selector names is shown in such a way."""
    last = (selector.split() or [""])[-1]
    name = re.split(r"[^a-z0-9]", last, maxsplit=1)[0]
    if shown in ("none", "block"):
        return name not in _INLINE and ".cloze" not in last and "replay" not in last
    if name in ("ul", "ol", "table", "li"):
        return f"<{name}" not in html.lower()
    # The lines around a picture are never taken for others.
    return name == "img" or (shown == "inline-block" and name in _IN_LINES)


def are_plain(html: str) -> bool:
    """The same for all styles in HTML."""
    if "style" not in (html := html.lower()):
        return True
    if any(_ALL_LINES.search(each[1]) for each in _ATTRIBUTE.finditer(html)):
        return False
    return all(map(is_plain, _sheets(html)))


def keep_spaces(html: str) -> bool:
    """Whether one of the styles in HTML `keeps_spaces`."""
    if not keeps_spaces(html := html.lower()):
        return False
    return any(map(keeps_spaces, (*_sheets(html), *_ATTRIBUTE.findall(html))))


def _sheets(html: str) -> list[str]:
    parts = html.split("<style")[1:]
    return [part.partition(">")[2].partition("</style")[0] for part in parts]


def display(style: str) -> Literal["", "box", "inline"]:
    """How a `style` attribute has an element shown: as browsers do, as a box, or in a line."""
    if re.search(r"\bdisplay\s*:\s*inline\s*(?:;|!|$)", style, re.IGNORECASE):
        return "inline"
    return "box" if re.search(r"\b(?:display|float|position)\s*:", style, re.IGNORECASE) else ""
