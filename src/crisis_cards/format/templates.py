"""Templates of an author's own, `front-1.html` and `back-1.html`: read, and refused where they
would load or run something, or name a field that there is not.

They are Anki's: `{{key}}`, `{{#key}} … {{/key}}`, `{{^key}} … {{/key}}`, `{{type:key}}`, `{{Tags}}`
and, on the back, `{{FrontSide}}`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from html import unescape
from itertools import starmap
from pathlib import Path

from ..problems import Problem, Span, errors
from ..yaml.tree import File
from . import stylesheet
from .reading import nearest

TAG = re.compile(r"\{\{\s*(?P<sign>[#^/]?)\s*(?P<way>(?:[^{}:]*:)*)(?P<field>[^{}]*?)\s*\}\}")
"""A tag of a template: `#`, `^`, `/` or nothing, how it is shown (`type:`), and the field."""


def read(
    path: Path, data: bytes, side: str, fields: Collection[str], asked: str
) -> tuple[str, list[Problem]]:
    """The text of a template, and what is wrong with it; `side` is front or back.

    A front has to show `asked`, or the card would be there or not for other reasons than its kind
    says.
    """
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
    problems = [*_tags(file, fields, special), *_html(file)]
    if side == "front" and not problems and not _always_shows(text, asked):
        message = f'this front does not always show "{asked}", which its card asks'
        hint = f"write {{{{{asked}}}}} outside of conditions"
        problems = [Problem(file.span(0, 1), errors.BAD_TEMPLATE, message, hint)]
    return text, problems


def _always_shows(text: str, field: str) -> bool:
    depth = 0
    for sign, _, name in TAG.findall(text):
        if not sign and not depth and name == field:
            return True
        depth += {"": 0, "/": -1}.get(sign, 1)
    return False


def _tags(file: File, fields: Collection[str], special: Collection[str]) -> Iterator[Problem]:
    """Fields that there are not, and tags and conditions that do not end."""
    opened: list[tuple[str, re.Match[str]]] = []
    for tag in TAG.finditer(file.text):
        sign, way, field = tag.groups()
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
        elif way not in ("", "" if sign else "type:"):
            yield _problem(file, tag, f'"{way}" is not taken here', f"write {{{{{field}}}}}")
    for name, tag in opened:
        yield _problem(file, tag, f"{tag[0]} has no end", f"write {{{{/{name}}}}} behind it")
    for left in re.finditer(r"\{\{", TAG.sub(lambda tag: " " * len(tag[0]), file.text)):
        yield _problem(file, left, "this tag is not closed", "write }} at its end")


_ELEMENTS = """
a abbr article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li
main mark nav ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td
tfoot th thead time tr tt u ul var wbr
""".split()
_HTML_TAG = re.compile(
    r"</?(?P<element>[a-z][a-z0-9]*)"
    r"(?P<attributes>(?:\s+[a-z][\w-]*(?:\s*=\s*(?:\"[^\"<>{}]*\"|'[^'<>{}]*'|[^\s\"'<>={}`]+))?)*)"
    r"\s*/?>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+)))?")
_ATTRIBUTES = (
    "align alt class colspan dir height href id lang open rowspan src style title width".split()
)
_ADDRESSES = {"href": ("https://", "http://", "mailto:", "#"), "src": ("data:image/",)}
_OF_ANKI = re.compile(r"\[(?:sound:|anki:|/?latex\]|/?\$)", re.IGNORECASE)


def _html(file: File) -> Iterator[Problem]:
    """What could load or run something: all but plain elements with plain attributes.

    Learners review without a network. Browsers read bad HTML in ways of their own, so that a `<`
    has to begin one of these elements, or stand before a space.
    """
    for found in re.finditer(r"<(?=[^\s/])", file.text):
        tag = _HTML_TAG.match(file.text, found.start())
        if not tag:
            yield _unsafe(file, found.start(), "what begins here")
        elif (element := tag["element"].lower()) not in _ELEMENTS:
            yield _unsafe(file, found.start(), f"<{element}>")
        elif name := next(filter(None, starmap(_bad, _ATTRIBUTE.findall(tag["attributes"]))), ""):
            yield _unsafe(file, found.start(), f"{name}= in <{element}>")
    for mark in _OF_ANKI.finditer(file.text):
        yield _unsafe(file, mark.start(), f"{mark[0]}…")


def _bad(name: str, *values: str) -> str:
    """The name of an attribute that may do something; empty where it does not."""
    name, value = name.lower(), unescape("".join(values))
    address = re.sub(r"[\s\x00-\x1f]", "", value).lower()
    known = name in _ATTRIBUTES or name.startswith(("data-", "aria-"))
    fine = address.startswith(_ADDRESSES.get(name, ""))
    loads = name == "style" and any(stylesheet.loading(value))
    return "" if known and fine and not loads else name


def _unsafe(file: File, start: int, what: str) -> Problem:
    message = f"{what} is not allowed in a template: it may load or run something"
    hint = "take it out; a picture or sound belongs into a fact, and rules into style.css"
    return Problem(file.span(start, start + 1), errors.UNSAFE_TEMPLATE, message, hint)


def _problem(file: File, found: re.Match[str], message: str, hint: str) -> Problem:
    return Problem(file.span(*found.span()), errors.BAD_TEMPLATE, message, hint)
