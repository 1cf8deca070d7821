"""A deck's own `theme.css`: read, and refused where it would load something or break the card.

It is appended to the style sheet of the note types. A learner reviews without a network, and a
deck must not tell anybody that it is being learned: nothing in the sheet may come from elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from .diagnostics import Diagnostic, Span

NAME = "theme.css"

# CSS as a browser divides it, as far as it matters here: an address in a comment or in the text of
# a string loads nothing.
_PIECES = re.compile(
    r"""(?P<harmless>/\*.*?(?:\*/|\Z) | "(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'?
        | url\(\s*(?:"data:(?:[^"\\\n])*"|'data:(?:[^'\\\n])*'|data:[^)"'\\]*|\#[\w-]+)\s*\) )
      | (?P<load>@import\b | (?:url|src|image-set)\( ) | (?P<escape>\\)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_END = re.compile(r"</style", re.IGNORECASE)


def read(folder: Path) -> tuple[str, list[Diagnostic]]:
    """The deck's style sheet, empty where there is none, and what is wrong with it."""
    path = folder / NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "", []
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"the style sheet cannot be read: {reason}"
        return "", [Diagnostic(Span(str(path), 1, 1, 2), "unreadable-file", message)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "the style sheet is not written in UTF-8"
        hint = "save it again with the encoding UTF-8"
        return "", [Diagnostic(Span(str(path), line, 1, 2), "not-utf8", message, hint)]
    text = unicodedata.normalize("NFC", re.sub(r"\r\n?|\f", "\n", text))
    return text, _unsafe(text, str(path))


def _unsafe(text: str, path: str) -> list[Diagnostic]:
    problems = []
    for found in _END.finditer(text):
        hint = f'remove "{found[0]}": a style sheet has no HTML in it'
        problems.append(_problem(text, path, found, "this ends the style sheet", hint))
    for found in _PIECES.finditer(text):
        if found["load"]:
            what = found[0].rstrip("(")
            message = f'"{what}" loads a file that learners do not have'
            hint = "copy what it loads into this file; a picture or font can be url(data:…)"
            problems.append(_problem(text, path, found, message, hint))
        elif found["escape"]:
            message = "a backslash outside quotation marks can hide what is loaded"
            hint = "write the character itself"
            problems.append(_problem(text, path, found, message, hint))
    return problems


def _problem(text: str, path: str, found: re.Match[str], message: str, hint: str) -> Diagnostic:
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", start)
    column = found.start() - start + 1
    span = Span(
        path,
        text.count("\n", 0, start) + 1,
        column,
        column + len(found[0]),
        text[start : end if end >= 0 else len(text)],
    )
    return Diagnostic(span, "unsafe-style", message, hint)
