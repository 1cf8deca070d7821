"""Lines of a YAML text, quotes around its values, and where their characters stand."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..problems import Edit

KEY_BEFORE = re.compile(r"[ ]*(?:-[ ]+)*([\w-]+)[ ]*:[ ]+$")
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
    """The same for a message."""
    return shortened(quoted(value))


def shortened(line: str) -> str:
    """A value in quotes for a message; a long one loses its middle, not its closing quote."""
    return line if len(line) <= 72 else f"{line[:48].rstrip()} … {line[-16:].lstrip()}"


def quoted_line(text: str, start: int, end: int | None = None) -> str:
    """The advice to put quotes around the value that begins at `start`, with the line to type.

    The value ends at `end`, or with its line and before a comment, which stays where it is.
    """
    value = value_at(text, start, end)
    line = short_quoted(" ".join(part.strip() for part in value.splitlines()))
    before = text[line_start(text, start) : start]
    key = before.strip() if KEY_BEFORE.fullmatch(before) or before.strip() == "-" else ""
    return "put it in quotes: " + f"{key} {line}{note_after(text, start, end)}".strip()


def quoting(text: str, start: int, end: int | None = None) -> tuple[Edit, ...]:
    """The edit that does so.

    There is none where the value goes on below its line, or may do so, and none where it may end
    with a comment or go on with a #.
    """
    value = value_at(text, start, end)
    below = text[line_end(text, start) :].lstrip("\r\n").split("\n", maxsplit=1)[0]
    goes_on = end is None and indent(below) > level(text, start) and below.strip()
    begins = end is not None or _VALUE_AFTER.fullmatch(text, line_start(text, start), start)
    sure = end is not None or comment(text[start : line_end(text, start)]).sure
    if not value or "\n" in value or "\r" in value or goes_on or not begins or not sure:
        return ()
    return (Edit(start, start + len(value), quoted(value)),)


def value_at(text: str, start: int, end: int | None = None) -> str:
    """The value from `start` to `end`, or to the end of its line without a comment."""
    if end is not None:
        return text[start:end].rstrip()
    line = text[start : line_end(text, start)]
    return line[: comment(line).start].rstrip()


def note_after(text: str, start: int, end: int | None = None) -> str:
    """The comment behind such a value, with the space before it, as a message shows it."""
    rest = "" if end is not None else text[start : line_end(text, start)]
    note = rest[len(value_at(text, start)) :].rstrip() if rest else ""
    return note if len(note) <= 40 else note[:36].rstrip() + " …"


class Comment(NamedTuple):
    """Where the comment of a line begins, or the line ends. `sure`: nothing else can be meant."""

    start: int
    sure: bool


def comment(line: str) -> Comment:
    """The comment that an author meant, in a line that holds a text without quotes.

    To YAML, every # after a space begins one. Authors write "#1" and "#MeToo" as well, and a # in
    brackets or quotation marks that are closed further on; such a text goes on. A word right after
    the # can be either: a tag, or a comment without its space.
    """
    if "#" not in line:
        return Comment(len(line), sure=True)
    line = _SINGLE_QUOTES.sub(lambda quotation: "x" * len(quotation[0]), line)
    last = {closer: line.rfind(closer) for closer in _PAIRS.values()}
    sure = True
    open_: dict[str, int] = {}  # how many of each are open, by what closes them
    for found in _COMMENT.finditer(line):
        sign, at = found["sign"], found.start()
        if sign in _PAIRS and not (sign == '"' and open_.get(sign)):
            open_[_PAIRS[sign]] = open_.get(_PAIRS[sign], 0) + 1
        elif sign:
            open_[sign] = max(0, open_.get(sign, 0) - 1)
        elif found["number"] or any(count and at < last[closer] for closer, count in open_.items()):
            continue
        elif found["comment"] and not (sure and line.count('"', at) % 2):
            return Comment(at, sure)
        else:
            sure = False
    return Comment(len(line), sure)


_PAIRS = {"(": ")", "[": "]", "{": "}", "\u201c": "\u201d", "«": "»", '"': '"'}
_SINGLE_QUOTES = re.compile(r"(?<!\w)'[^']*'(?!\w)|\u2018[^\u2019]*\u2019(?!\w)")
_COMMENT = re.compile(
    r"(?P<sign>[()\[\]{}\u201c\u201d«»\"])"
    r"|[ \t]#(?:(?P<number>\d)|(?P<comment>#*[ \t!]+[^\s#]|(?:todo|fixme|xxx|note)\b))?",
    re.IGNORECASE,
)


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
