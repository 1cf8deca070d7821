"""Lines of a YAML text, quotes around its values, and where their characters stand."""

from __future__ import annotations

import re
from functools import lru_cache

from ..problems import Edit

KEY_BEFORE = re.compile(r"[ ]*(?:-[ ]+)*([\w-]+):[ ]+$")
_VALUE_AFTER = re.compile(r"[ ]*(?:-[ ]+)*(?:[^:]+:[ ][ \t]*)?(?:-[ ]+)*")
_LINE_BREAK = re.compile(r"[\r\n]")
_CHARACTER = {
    "'": re.compile(r"''|.", re.DOTALL),
    '"': re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|.)|.", re.DOTALL),
}
"""A character as it is written in quotes."""
_ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "N": "\x85", "_": "\xa0", "L": "\u2028",
    "P": "\u2029", "0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f",
}  # fmt: skip


def quoted(value: str) -> str:
    """`value` as a quoted YAML scalar, in the kind of quotes that needs the fewest changes."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def short_quoted(value: str) -> str:
    """The same for a message; a long value loses its middle, not its closing quote."""
    line = quoted(value)
    return line if len(line) <= 72 else f"{line[:48].rstrip()} … {line[-16:].lstrip()}"


def quoted_line(text: str, start: int, end: int | None = None) -> str:
    """The advice to put quotes around the value that begins at `start`, with the line to type.

    The value ends at `end`, or with its line and before a comment.
    """
    value = " ".join(line.strip() for line in value_at(text, start, end).splitlines())
    before = text[line_start(text, start) : start]
    key = before.strip() if KEY_BEFORE.fullmatch(before) or before.strip() == "-" else ""
    return "put it in quotes: " + f"{key} {short_quoted(value)}".strip()


def quoting(text: str, start: int, end: int | None = None) -> tuple[Edit, ...]:
    """The edit that does so; none where the value goes on below its line, or may do so."""
    value = value_at(text, start, end)
    below = text[line_end(text, start) :].lstrip("\r\n").split("\n", maxsplit=1)[0]
    goes_on = end is None and indent(below) > level(text, start) and below.strip()
    begins = end is not None or _VALUE_AFTER.fullmatch(text, line_start(text, start), start)
    if not value or "\n" in value or "\r" in value or goes_on or not begins:
        return ()
    return (Edit(start, start + len(value), quoted(value)),)


def value_at(text: str, start: int, end: int | None = None) -> str:
    """The value from `start` to `end`, or to the end of its line without a comment."""
    value = text[start : line_end(text, start) if end is None else end]
    if end is None:
        value = re.split(r"[ \t]#", value, maxsplit=1)[0]
    return value.rstrip()


def level(text: str, at: int) -> int:
    """How deep the key or dash of a value is indented: what stands deeper belongs to the value."""
    before = text[line_start(text, at) : at]
    found = re.match(r"[ ]*(?:-[ ]+)*(?=[^ -]|-[^ ])", before)
    return found.end() if found else indent(before)


def starts_line(text: str, at: int) -> bool:
    """Whether only white space stands before an offset in its line."""
    return not text[line_start(text, at) : at].strip()


def line_start(text: str, at: int) -> int:
    """The offset at which the line of an offset begins."""
    start = text.rfind("\n", 0, at) + 1
    return max(start, text.rfind("\r", start, at) + 1)


def line_end(text: str, at: int) -> int:
    """The offset at which the line of an offset ends, before its line break."""
    found = _LINE_BREAK.search(text, at)
    return found.start() if found else len(text)


def line_above(text: str, line: int) -> str:
    """The nearest line above that holds something other than a comment."""
    while line > 0:
        end, line = line - 1, line_start(text, line - 1)
        above = text[line:end]
        if above.strip() and not above.lstrip().startswith("#"):
            return above
    return ""


def indent(line: str) -> int:
    """The number of spaces that a line begins with."""
    return len(line) - len(line.lstrip(" "))


@lru_cache(maxsize=4)  # one text may have many problems
def places(raw: str, value: str) -> list[tuple[int, int]]:
    """For every character of a scalar's value, the range of `raw` that it comes from.

    Folding and indentation only change white space, so that the other characters are found one
    after the other; a blank stands where the search for the next character begins.
    """
    units = _units(raw)
    last = len(units) - 1
    found = []
    at = 0
    for char in value:
        if not char.isspace():
            while at < last and units[at][0] != char:
                at += 1
        unit, start, end = units[min(at, last)]
        found.append((start, end))
        at += unit == char
    return found


def _units(raw: str) -> list[tuple[str, int, int]]:
    """The characters of a scalar as written, an escape as one, a block without its first line."""
    if written := _CHARACTER.get(raw[:1]):
        found = written.finditer(raw, 1, len(raw) - 1)
        return [(_meant(m[0]), m.start(), m.end()) for m in found] or [("", 0, 1)]
    start = line_end(raw, 0) if raw[:1] in ("|", ">") else 0
    return [(raw[at], at, at + 1) for at in range(start, len(raw))] or [("", 0, 1)]


def _meant(written: str) -> str:
    """The character that an escape or a doubled quote stands for, or one that is none."""
    code = written[2:]
    if len(written) > 3:
        return chr(int(code, 16))
    return _ESCAPES.get(written[1:], written[1:]) or written
