r"""Backslashes in double quotes that an author meant, and that begin an escape to YAML.

`"\nabla"` is a line end and "abla" to YAML, `"C:\temp"` holds a tab, `"\beta"` a character that
nobody sees.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..problems import Edit
from .quotes import places

# Escapes can make these. Anki separates fields with U+001F and removes the others.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no value can hold: nobody sees it, and Anki removes most of it."""
_ESCAPE = re.compile(r"\\(?:[abefrvnt](?=([A-Za-z0-9])?)|.)", re.DOTALL)
_COMMAND = re.compile(
    r"\\(?:n(?:abla|atural|cong|earrow|eq|ewcommand|ewline|ewpage|geq|leq|leftarrow|oindent"
    r"|onumber|ot|otin|rightarrow|subseteq|supseteq|warrow)"
    r"|t(?:binom|ext|extbf|extcolor|extit|extrm|extsc|extstyle|exttt|frac|herefore|heta|hinspace"
    r"|ilde|imes|riangle|riangleleft|riangleq|riangleright))(?![A-Za-z])"
)
"""Commands of LaTeX whose other letters are no word: nobody means a line end or a tab."""
_WORD = re.compile(
    r"\\(?:n(?:e|eg|exists|i|mid|parallel|sim|u)|t(?:ag|an|anh|au|o|op))(?![A-Za-z])"
)
"""Those whose other letters are one. They count in formulas."""
_FORMULA = re.compile(r"\\\\[(\[]|[_^]\{|\\\\[a-z]+\{")
_PATH = re.compile(r"(?:\W*(?:C|[A-Za-z](?=:\\\w+(?:\\|\.\w)[^:]*$)):|\\\\\w)", re.IGNORECASE)
_BEGINNING = re.compile(r"\\\w+")
_TO_SPACE = re.compile(r"[^\s\"]*")
_CHOICE = re.compile(r"(?<!\w)[AaBb]:")
"""Behind `A:` and `B:`, `C:` is an answer to choose."""
_FAR = 250  # characters of a path that are looked at, before an escape and after it


class Misread(NamedTuple):
    """An escape that was not meant. All places are offsets in the scalar as it is written."""

    start: int
    end: int
    message: str
    hint: str
    fix: tuple[Edit, ...]


def misread(raw: str, value: str) -> Misread | None:
    """The first escape of a scalar in double quotes that was not meant; `fix` doubles all."""
    in_formula, has_choices = _FORMULA.search(raw) is not None, _CHOICE.search(raw) is not None
    found = [
        escape
        for escape in _ESCAPE.finditer(raw)
        if _begins_name(escape)
        or _COMMAND.match(raw, escape.start())
        or (in_formula and _WORD.match(raw, escape.start()))
        or (not has_choices and _is_in_path(raw, escape))
    ]
    fix = tuple(Edit(escape.start(), escape.start(), "\\") for escape in found)
    hint = "write two backslashes for one that should be seen"
    if bad := CONTROL.search(value):
        start, end = places(raw, value)[bad.start()]
        message = f"this escape makes an invisible character (U+{ord(bad[0]):04X})"
        is_mended = any(escape.start() == start for escape in found)
        return Misread(start, end, message, f"remove it, or {hint}", fix if is_mended else ())
    if not found:
        return None
    start, end = found[0].span()
    made = "a line end" if raw[start + 1] == "n" else "a tab"
    shown = _BEGINNING.match(raw, start, start + _FAR)[0]  # type: ignore[index]
    message = f'in double quotes, "{shown[:2]}" makes {made} of the beginning of "{shown}"'
    return Misread(start, end, message, f"{hint}: \\{shown}", fix)


def _begins_name(escape: re.Match[str]) -> bool:
    r"""Whether a character that nobody sees stands before a letter: `\beta`, `\rho`."""
    return escape[0][1] not in "nt" and escape[1] is not None and escape[1].isalpha()


def _is_in_path(raw: str, escape: re.Match[str]) -> bool:
    r"""Whether a line end or tab is a part of `C:\temp`, `D:\notes.txt` or `\\server\new`."""
    at = escape.start()
    name = escape[1]  # what may be the rest of a name
    if not name or name.isupper() or escape[0][1] not in "nt" or raw[at - 1].isspace():
        return False
    before = raw[max(1, at - _FAR) : at].split()
    after = _TO_SPACE.match(raw, at, at + _FAR)
    return bool(before) and after is not None and bool(_PATH.match(before[-1] + after[0]))
