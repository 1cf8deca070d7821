"""Templates of an author's own, `front-1.html` and `back-1.html`: read, and refused where they
would load or run something, or name a field that there is not.

They are Anki's: `{{key}}`, `{{#key}} … {{/key}}`, `{{^key}} … {{/key}}`, `{{type:key}}`, `{{Tags}}`
and, on the back, `{{FrontSide}}`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path

from ..problems import Problem, Span, errors
from ..yaml.tree import File
from . import stylesheet
from .reading import nearest

TAG = re.compile(
    r"<!--.*?-->|\{\{\s*(?P<sign>[#^/]?)\s*(?P<way>(?:[^{}:]*:)*)(?P<field>[^{}]*?)\s*\}\}",
    re.DOTALL,
)
"""A tag of a template: `#`, `^`, `/` or nothing, how it is shown (`type:`), and the field. Comments
of HTML match as well, with none of these groups: what is in them is no tag.
"""
_ACTIVE = "applet audio base embed form frame iframe link meta object script source video".split()
_LOADS = ("src", "srcset", "poster", "data", "background", "xlink:href")


def read(path: Path, data: bytes, side: str, fields: Collection[str]) -> tuple[str, list[Problem]]:
    """The text of a template, and what is wrong with it; `side` is front or back."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message, hint = "this template is not written in UTF-8", "save it again in UTF-8"
        return "", [Problem(Span(str(path), 1, 1, 2), errors.NOT_UTF8, message, hint)]
    text = unicodedata.normalize("NFC", re.sub(r"\r\n?", "\n", text)).strip()
    file = File(str(path), text)
    if not text:
        message, hint = "this template is empty", "write one, or delete this file"
        return "", [Problem(file.span(0, 1), errors.BAD_TEMPLATE, message, hint)]
    special = ("Tags", "FrontSide") if side == "back" else ("Tags",)
    return text, [*_tags(file, fields, special), *_html(file)]


def _tags(file: File, fields: Collection[str], special: Collection[str]) -> Iterator[Problem]:
    """Fields that there are not, and conditions that do not end."""
    opened: list[tuple[str, re.Match[str]]] = []
    shown = False
    for tag in TAG.finditer(file.text):
        sign, way, field = tag.groups()
        if field is None:
            continue
        shown = shown or not sign
        if sign == "/":
            if not opened or opened[-1][0] != field:
                yield _problem(
                    file, tag, f"{tag[0]} ends no condition", "remove it, or write its beginning"
                )
            else:
                opened.pop()
            continue
        if sign:
            opened.append((field, tag))
        known = fields if sign or way else (*fields, *special)
        if field not in known:
            close = nearest(field, known)
            hint = f'did you mean "{close}"?' if close else f"there are: {', '.join(known)}"
            yield _problem(file, tag, f'this kind has no field "{field}"', hint)
        elif way not in ("", "type:"):
            yield _problem(file, tag, f'"{way}" is not taken here', f"write {{{{{field}}}}}")
    for name, tag in opened:
        yield _problem(file, tag, f"{tag[0]} has no end", f"write {{{{/{name}}}}} behind it")
    if not shown:
        message = "this template shows no field, so that Anki makes no card of it"
        yield Problem(
            file.span(0, 1), errors.BAD_TEMPLATE, message, f"write {{{{{next(iter(fields))}}}}}"
        )


def _html(file: File) -> Iterator[Problem]:
    """What loads or runs something; learners review without a network."""
    parser = _Parser()
    parser.feed(file.text)
    parser.close()
    lines = [0]
    for line in file.text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    # What a field holds would become a tag, or a part of one.
    for found in re.finditer(r"<[/!?]?\s*\{\{", file.text):
        yield _unsafe(file, found.start(), "a field in a tag of HTML")
    for (row, column), what in parser.unsafe:
        yield _unsafe(file, lines[row - 1] + column, what)


def _unsafe(file: File, start: int, what: str) -> Problem:
    message = f"{what} is not allowed in a template: it may load or run something"
    hint = "take it out; a picture or sound belongs into a fact, as ![](file)"
    return Problem(file.span(start, start + 1), errors.UNSAFE_TEMPLATE, message, hint)


class _Parser(HTMLParser):
    """Collects tags and attributes that do something, each with its line and column."""

    def __init__(self) -> None:
        super().__init__()
        self.unsafe: list[tuple[tuple[int, int], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self.unsafe.append((self.getpos(), f"<{tag}>"))
        elif "{{" in (self.get_starttag_text() or ""):
            self.unsafe.append((self.getpos(), "a field in a tag of HTML"))
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            runs = name.startswith("on") or address.startswith(("javascript:", "vbscript:"))
            loads = name in _LOADS and not address.startswith(("data:image/", "{{"))
            loads = loads or (name == "style" and any(stylesheet.loading(value or "")))
            if runs or loads or (name == "href" and tag != "a" and not address.startswith("#")):
                self.unsafe.append((self.getpos(), f"{name}= in <{tag}>"))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style" and any(stylesheet.loading(data)):
            self.unsafe.append((self.getpos(), "what this style sheet loads"))


def _problem(file: File, found: re.Match[str], message: str, hint: str) -> Problem:
    return Problem(file.span(*found.span()), errors.BAD_TEMPLATE, message, hint)
