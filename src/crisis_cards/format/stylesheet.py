"""A deck's own `theme.css`: read, and refused where it would load something or break the card.

It is appended to the style sheet of the note types. A learner reviews without a network, and a
deck must not tell anybody that it is being learned: nothing in the sheet may come from elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ..problems import Problem, Span, errors
from ..yaml.tree import File
from .folders import STYLE_SHEET

# CSS as a browser divides it, as far as it matters here: an address in a comment or in the text of
# a string loads nothing.
_PIECES = r"""(?isx)
      (?P<harmless>/\*.*?(?:\*/|\Z) | "(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'?
        | url\(\s*(?:"data:(?:[^"\\\n])*"|'data:(?:[^'\\\n])*'|data:[^)"'\\]*|\#[\w-]+)\s*\) )
    | (?P<load>@import\b | (?:url|src|image-set)\( )
    | (?P<escape>\\)"""


OF_TYPE = "style.css"
"""The style sheet of one kind of an author's own, beside its type.yaml."""


def read(folder: Path) -> tuple[str, list[Problem]]:
    """The deck's style sheet, empty where there is none, and what is wrong with it."""
    path = folder / STYLE_SHEET
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "", []
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"the style sheet cannot be read: {reason}"
        return "", [Problem(Span(str(path), 1, 1, 2), errors.UNREADABLE_FILE, message)]
    return parse(path, data)


def parse(path: Path, data: bytes) -> tuple[str, list[Problem]]:
    """The text of a style sheet, and what is wrong with it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Span(str(path), data.count(b"\n", 0, error.start) + 1, 1, 2)
        message = "the style sheet is not written in UTF-8"
        hint = "save it again with the encoding UTF-8"
        return "", [Problem(place, errors.NOT_UTF8, message, hint)]
    file = File(str(path), unicodedata.normalize("NFC", re.sub(r"\r\n?|\f", "\n", text)))
    return file.text, list(_unsafe(file))


def _unsafe(file: File) -> Iterator[Problem]:
    for found in re.finditer(r"(?i)</style", file.text):
        hint = f'remove "{found[0]}": a style sheet has no HTML in it'
        yield _problem(file, found, "this ends the style sheet", hint)
    for found in loading(file.text):
        if found["load"]:
            message = f'"{found[0].rstrip("(")}" loads a file that learners do not have'
            hint = "copy what it loads into this file; a picture or font can be url(data:…)"
            yield _problem(file, found, message, hint)
        elif found["escape"]:
            message = "a backslash outside quotation marks can hide what is loaded"
            yield _problem(file, found, message, "write the character itself")


def loading(text: str) -> Iterator[re.Match[str]]:
    """What in CSS loads a file, as the group `load`, or could hide that, as `escape`."""
    found = re.finditer(_PIECES, text)
    return (piece for piece in found if not piece["harmless"])


def _problem(file: File, found: re.Match[str], message: str, hint: str) -> Problem:
    return Problem(file.span(*found.span()), errors.UNSAFE_STYLE, message, hint)
