"""What a syntax error means to somebody who does not know YAML.

The parser says what it expected; an author wants to know what to type. The commonest slips are told
apart by the parser's own marks and the few characters around them. libyaml and PyYAML's pure parser
set the same marks but use other words, so that the words are only looked at for what both share.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

# Our own findings, raised as if they were the parser's.
COMPLEX_KEY = "a mapping or list stands where a key belongs"
TOO_DEEP = "values are nested too deeply"

_OPENERS = "[{*&!@`%|>?"
_MARKERS = {"*": "an alias", "&": "an anchor", "!": "a tag", "[": "a list", "{": "a mapping"}


class Slip(NamedTuple):
    """A syntax error in the author's words; `start` and `end` are offsets in the text."""

    start: int
    end: int
    message: str
    hint: str = ""


def explain(
    text: str, error: yaml.MarkedYAMLError, last: tuple[int, int] | None, flow_start: int
) -> Slip:
    """The slip behind a parser's error.

    `last` is the range of the latest scalar that was read, `flow_start` the offset of the latest
    outermost `[` or `{` (-1: none).
    """
    context, problem = error.context or "", error.problem or ""
    at = min(error.problem_mark.index, len(text)) if error.problem_mark else 0
    began = min(error.context_mark.index, len(text)) if error.context_mark else at

    if "tab character" in problem or text[at : at + 1] == "\t":
        return _tab(text, at)
    if "scalar" in context and ("quoted" in context):
        return _open_quote(text, began, at, problem)
    if "mapping values are not allowed" in problem:
        return _second_colon(text, at, last)
    if "simple key" in context:
        return _no_colon(text, began)
    if "flow" in context or (problem in (COMPLEX_KEY, TOO_DEEP) and flow_start >= 0):
        return _opener(text, flow_start if flow_start >= 0 else began)
    if "alias" in context or "anchor" in context or "block scalar" in context:
        return _opener(text, began)
    if text[at : at + 1] and text[at] in _OPENERS and not _starts_line(text, at):
        return _opener(text, at)
    if text[at : at + 1] == "-" and not _starts_line(text, at):
        return _opener(text, at)
    if "directive" in context or text[_line_start(text, began) :][:1] == "%":
        start = _line_start(text, began)
        return Slip(start, start + 1, "a line cannot begin with %", quoted_line(text, start))
    if "tag" in context or "tag handle" in problem:
        return _opener(text, began)
    if problem in (COMPLEX_KEY, TOO_DEEP):
        return Slip(at, at + 1, problem, "write each key as a word, with its text after a colon")
    return _misplaced(text, at, last, flow_start, problem)


def quoted_line(text: str, start: int) -> str:
    """The advice to put quotes around the value that begins at `start`, with the line to type."""
    value = text[start : _line_end(text, start)].rstrip()
    key = text[_line_start(text, start) : start].strip()
    line = f"{key} {quoted(value)}".strip()
    return "put it in quotes: " + (line if len(line) <= 72 else line[:60].rstrip() + " …")


def quoted(value: str) -> str:
    """`value` as a quoted YAML scalar, in the kind of quotes that needs the fewest changes."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def _tab(text: str, at: int) -> Slip:
    end = at + len(text[at:]) - len(text[at:].lstrip("\t"))
    return Slip(
        at,
        max(end, at + 1),
        "a tab stands where YAML wants spaces",
        "replace it by spaces (two for every step inward)",
    )


def _open_quote(text: str, began: int, at: int, problem: str) -> Slip:
    mark = text[began]
    if "escape" in problem or "hexadecimal" in problem or "Unicode" in problem:
        while at > began and text[at] != "\\":
            at -= 1
        return Slip(
            at,
            at + 2,
            "in double quotes a backslash begins an escape, and this is none that YAML knows",
            r"write two backslashes (\\), or put the text in single quotes",
        )
    return _unclosed(text, began, mark)


def _unclosed(text: str, began: int, mark: str) -> Slip:
    name = "quotation mark" if mark == '"' else "single quote"
    line = text[began : _line_end(text, began)].rstrip()
    return Slip(
        began,
        began + 1,
        f"this {name} is never closed",
        f"put {mark} at the end of the text: {_short(line)}{mark}",
    )


def _second_colon(text: str, at: int, last: tuple[int, int] | None) -> Slip:
    """A `: ` where the parser expected none: in the text itself, or on a line that slid inward."""
    line = _line_start(text, at)
    if last and last[0] < line and last[1] >= line:  # the scalar began on a line above
        first = _line_start(text, last[0])
        if text[first : last[0]].strip(" -") == "":  # that line holds no `key: ` of its own
            return _no_colon(text, last[0])
        word = text[line:at].strip()
        if re.fullmatch(r"[\w-]+", word):
            start = at - len(text[line:at].lstrip())
            above = len(text[first : last[0]]) - len(text[first : last[0]].lstrip(" "))
            return Slip(
                start,
                at,
                "this line is indented deeper than the line that it should stand under",
                f'begin it with {_spaces(above)}, so that "{word}" stands under the line above',
            )
    value = last[0] if last and line <= last[0] < at else line
    if value == line or not text[line:value].strip():
        value = _after_key(text, line, at)
    return Slip(
        at,
        at + 1,
        'a colon with a space after it (": ") cannot stand in text without quotes',
        quoted_line(text, value),
    )


def _after_key(text: str, line: int, at: int) -> int:
    found = re.compile(r"[ ]*(?:- )*[^:\n]*:[ ]+").match(text, line, at)
    return found.end() if found else line + len(text[line:]) - len(text[line:].lstrip(" -"))


def _no_colon(text: str, start: int) -> Slip:
    """A line that should be `key: text` or `- item`, but lacks the mark or the space after it."""
    line = text[start : _line_end(text, start)].rstrip()
    if re.match(r"-\S", line):
        return Slip(
            start,
            start + 1,
            "a dash needs a space after it",
            f"write: - {_short(line[1:])}",
        )
    tight = re.match(r"([\w-]+):(?=\S)", line)
    if tight:
        return Slip(
            start + tight.end() - 1,
            start + tight.end(),
            "a colon needs a space after it",
            f"write: {tight[1]}: {_short(line[tight.end() :])}",
        )
    word, _, rest = line.partition(" ")
    return Slip(
        start,
        start + len(line),
        "this line has no key",
        f'write "{word}: {_short(rest)}" if "{word}" is the key; to go on with the text of the '
        "line above, indent this line deeper",
    )


def _opener(text: str, at: int) -> Slip:
    """A value whose first character means something to YAML."""
    char = text[at : at + 1]
    if _starts_line(text, at) and char in "@`%":
        return Slip(at, at + 1, f"a line cannot begin with {char}", quoted_line(text, at))
    what = f" ({_MARKERS[char]} to YAML)" if char in _MARKERS else ""
    if char in "|>":
        rest = text[at + 1 : _line_end(text, at)].strip()
        hint = quoted_line(text, at) + f"; or move the text after {char} to the next line"
        return Slip(at, at + 1, f"text cannot follow {char} on its line", hint if rest else "")
    return Slip(
        at,
        at + 1,
        f"a text cannot begin with {char}{what} unless it is quoted",
        quoted_line(text, at),
    )


def _misplaced(
    text: str, at: int, last: tuple[int, int] | None, flow_start: int, problem: str
) -> Slip:
    """Something stands where a key or list item should: after a value, or wrongly indented."""
    line = _line_start(text, at)
    before = text[line:at]
    if last and text[last[0] : last[0] + 1] in ("'", '"') and not text[last[1] : at].strip(" "):
        mark = text[last[0]]
        if "\n" in text[last[0] : last[1]]:
            return _unclosed(text, last[0], mark)
        return _text_after_quote(text, last[0], at)
    if before.strip() and flow_start >= line:
        return _opener(text, flow_start)
    if before.strip():
        return Slip(at, at + 1, "YAML does not expect anything here", quoted_line(text, at))
    above = _line_above(text, line)
    spaces = len(above) - len(above.lstrip(" "))
    end = at + len(re.match(r"[^\s:]*", text[at:])[0])  # type: ignore[index]
    if text[at : at + 2] in ("- ", "-\n") or text[at:].rstrip() == "-":
        return Slip(
            at,
            at + 1,
            "a list item (a line with a dash) stands among keys",
            'give the list a key of its own, such as "steps:", and indent its items below it',
        )
    if re.match(r"-\S", text[at:]):
        return _no_colon(text, at)
    if not text[at:].strip():
        return Slip(at, at, f"the file ends too early: {problem}")
    if spaces == at - line:
        return Slip(
            at,
            max(end, at + 1),
            "a key stands among the items of a list",
            'begin it with "- " if it is an item; if not, line it up with the key of the list',
        )
    return Slip(
        at,
        max(end, at + 1),
        f"this line begins with {_spaces(at - line)}, which fits no line above it",
        "line it up with the line that it belongs to "
        f"(the line above begins with {_spaces(spaces)})",
    )


def _text_after_quote(text: str, began: int, at: int) -> Slip:
    """`"foo" bar`, `'it's fine'`: the quote closed before the text did."""
    mark = text[began]
    value = text[began : _line_end(text, began)].rstrip()
    if len(value) > 1 and value.endswith(mark):
        value = value[1:-1]
    key = text[_line_start(text, began) : began].strip()
    return Slip(
        at,
        at + 1,
        f"the text goes on after its closing {mark}",
        f"write: {_short(f'{key} {quoted(value)}')}",
    )


def _starts_line(text: str, at: int) -> bool:
    return not text[_line_start(text, at) : at].strip()


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    found = re.compile(r"[\r\n]").search(text, at)
    return found.start() if found else len(text)


def _line_above(text: str, line: int) -> str:
    """The nearest line above that holds something other than a comment."""
    above = text[:line].splitlines()
    return next((x for x in reversed(above) if x.strip() and not x.lstrip().startswith("#")), "")


def _spaces(number: int) -> str:
    return {0: "no space", 1: "1 space"}.get(number, f"{number} spaces")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:56].rstrip() + " …"
