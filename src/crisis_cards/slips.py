"""What a syntax error means to somebody who does not know YAML.

The parser says what it expected; an author wants to know what to type. The commonest slips are told
apart by the parser's own marks and the few characters around them. libyaml and PyYAML's pure parser
set the same marks but use other words, so that only those words are looked at which both share.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

import yaml

from .diagnostics import Edit
from .keys import DECK_KEYS, KEYS, LISTS, MAPPINGS, SECTION_KEYS, SOURCE_KEYS

# Our own findings, raised as if they were the parser's.
COMPLEX_KEY = "a mapping or list stands where a key belongs"
TOO_DEEP = "values are nested too deeply"
SECOND_DOCUMENT = "a second document begins"

_OPENERS = "[{*&!@`%|>?"
_MARKERS = {"*": "an alias", "&": "an anchor", "!": "a tag", "[": "a list", "{": "a mapping"}
_KNOWN = {**SOURCE_KEYS, **DECK_KEYS, **SECTION_KEYS, **KEYS}
_APOSTROPHE = re.compile(r"'(?:tis|twas|til|em|n|s|t|\d\ds?)\b")
_KEY_BEFORE = re.compile(r"[ ]*(?:-[ ]+)*([\w-]+):[ ]+$")
_VALUE_AFTER = re.compile(r"[ ]*(?:-[ ]+)*(?:[^:]+:[ ][ \t]*)?(?:-[ ]+)*")


class Slip(NamedTuple):
    """A syntax error in the author's words; `start` and `end` are offsets in the text."""

    start: int
    end: int
    message: str
    hint: str = ""
    fix: tuple[Edit, ...] = ()


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
    here = text[at : at + 1]

    if problem == SECOND_DOCUMENT:
        hint = "remove this line, or move what follows it to a file of its own"
        return Slip(at, at + 3, "a second YAML document begins here", hint)
    if "tab character" in problem or here == "\t":
        return _tab(text, at)
    if "scalar" in context and "quoted" in context:
        return _open_quote(text, began, at, problem)
    if "mapping values are not allowed" in problem:
        return _second_colon(text, at, last)
    if "simple key" in context:
        return _no_colon(text, began)
    if "flow" in context:
        return _brackets(text, flow_start if flow_start >= 0 else began, at)
    if slip := _after_quote(text, last, began) or _after_quote(text, last, at):
        return slip
    if problem in (COMPLEX_KEY, TOO_DEEP) and flow_start >= _line_start(text, at):
        return _opener(text, flow_start)
    if "alias" in context or "anchor" in context or "block scalar" in context:
        return _opener(text, began)
    if here and here in _OPENERS + "-" and not _starts_line(text, at):
        return _opener(text, at)
    if "directive" in context or text[_line_start(text, began) :][:1] == "%":
        start = _line_start(text, began)
        return Slip(start, start + 1, "a line cannot begin with %", quoted_line(text, start))
    if "tag" in context or "tag handle" in problem:
        return _opener(text, began)
    if problem in (COMPLEX_KEY, TOO_DEEP):
        return Slip(at, at + 1, problem, "write each key as a word, with its text after a colon")
    return _misplaced(text, at, flow_start, problem)


def quoted_line(text: str, start: int, end: int | None = None) -> str:
    """The advice to put quotes around the value that begins at `start`, with the line to type.

    The value ends at `end`, or with its line and before a comment.
    """
    value = " ".join(line.strip() for line in _value(text, start, end).splitlines())
    before = text[_line_start(text, start) : start]
    key = before.strip() if _KEY_BEFORE.fullmatch(before) or before.strip() == "-" else ""
    return "put it in quotes: " + f"{key} {_short_quoted(value)}".strip()


def quoting(text: str, start: int, end: int | None = None) -> tuple[Edit, ...]:
    """The edit that does so; none where the value goes on below its line, or may do so."""
    value = _value(text, start, end)
    below = text[_line_end(text, start) :].lstrip("\r\n").split("\n", maxsplit=1)[0]
    goes_on = end is None and _indent(below) > _level(text, start) and below.strip()
    begins = end is not None or _VALUE_AFTER.fullmatch(text, _line_start(text, start), start)
    if not value or "\n" in value or "\r" in value or goes_on or not begins:
        return ()
    return (Edit(start, start + len(value), quoted(value)),)


def _value(text: str, start: int, end: int | None) -> str:
    value = text[start : _line_end(text, start) if end is None else end]
    if end is None:
        value = re.split(r"[ \t]#", value, maxsplit=1)[0]
    return value.rstrip()


def _level(text: str, at: int) -> int:
    """How deep the key or dash of a value is indented: what stands deeper belongs to the value."""
    before = text[_line_start(text, at) : at]
    found = re.match(r"[ ]*(?:-[ ]+)*(?=[^ -]|-[^ ])", before)
    return found.end() if found else _indent(before)


def quoted(value: str) -> str:
    """`value` as a quoted YAML scalar, in the kind of quotes that needs the fewest changes."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def _short_quoted(value: str) -> str:
    """The same for a message; a long value loses its middle, not its closing quote."""
    line = quoted(value)
    return line if len(line) <= 72 else f"{line[:48].rstrip()} … {line[-16:].lstrip()}"


def _tab(text: str, at: int) -> Slip:
    end = at + len(text[at:]) - len(text[at:].lstrip("\t"))
    return Slip(
        at,
        max(end, at + 1),
        "a tab stands where YAML wants spaces",
        "replace it by spaces (two for every step inward)",
    )


def _open_quote(text: str, began: int, at: int, problem: str) -> Slip:
    if "escape" in problem or "hex" in problem or "Unicode" in problem:
        while at > began and text[at : at + 1] != "\\":
            at -= 1
        return Slip(
            at,
            at + 2,
            "in double quotes a backslash begins an escape, and this is none that YAML knows",
            r"write two backslashes (\\), or put the text in single quotes",
        )
    return _unclosed(text, began)


def _unclosed(text: str, began: int) -> Slip:
    mark = text[began]
    name = "quotation mark" if mark == '"' else "single quote"
    line = _value(text, began, None)
    hint = f"put {mark} at the end of the text: {_short(line)}{mark}"
    if line[-1] in "\"'“”„‘’" and len(line) > 1:  # closed with another mark than it was opened with
        hint = f"end the text with the mark that it begins with: {_short(line[:-1])}{mark}"
    elif _APOSTROPHE.match(line):
        hint = f"put a text that begins with an apostrophe in quotes: {_short_quoted(line)}"
    return Slip(began, began + 1, f"this {name} is never closed", hint)


def _second_colon(text: str, at: int, last: tuple[int, int] | None) -> Slip:
    """A `: ` where the parser expected none: in the text itself, or on a line that slid inward."""
    line = _line_start(text, at)
    message = 'a colon with a space after it (": ") cannot stand in text without quotes'
    if last and last[0] < line <= last[1]:  # the scalar began on a line above
        first = _line_start(text, last[0])
        before = text[first : last[0]]
        if not before.strip():  # that line holds no `key: ` of its own
            return _no_colon(text, last[0])
        word = text[line:at].strip()
        if re.fullmatch(r"[\w-]+", word) and (word in _KNOWN or "-" not in before):
            fact = not text[at + 1 : _line_end(text, at)].strip()
            if word in _KNOWN or fact:
                return _too_deep(text, line, at, word, is_id=word not in _KNOWN)
        hint = f'put the whole text in quotes: " before "{_words(text[last[0] :])}", " at its end'
        return Slip(at, at + 1, message, hint)
    value = last[0] if last and line <= last[0] < at else line
    if value == line or not text[line:value].strip():
        value = _after_key(text, line, at)
    hint, fix = quoted_line(text, value), quoting(text, value)
    key = re.search(r"[ ]([\w-]+)$", text[value:at])
    if key and key[1] in KEYS and _shape(text, value):  # two keys on one line, perhaps
        return Slip(at, at + 1, message, f'begin a new line with "{key[1]}:", or {hint}')
    return Slip(at, at + 1, message, hint, fix)


def _too_deep(text: str, line: int, at: int, word: str, is_id: bool) -> Slip:
    start = at - len(text[line:at].lstrip())
    level = _id_level(text, line) if is_id else _indent(_line_above(text, line))
    return Slip(
        start,
        at,
        "this line is indented too deep",
        f'begin it with {_spaces(level)}, so that "{word}" stands under the line it belongs with',
    )


def _after_key(text: str, line: int, at: int) -> int:
    found = re.compile(r"[ ]*(?:- )*[^:\n]*:[ ][ \t]*").match(text, line, at)
    return found.end() if found else line + len(text[line:]) - len(text[line:].lstrip(" -"))


def _no_colon(text: str, start: int) -> Slip:
    """A line that should be `key: text` or `- item`, but lacks the mark or the space after it."""
    line = text[start : _line_end(text, start)].rstrip()
    if re.match(r"-\S", line):
        hint = f"write: - {_short(line[1:])}"
        return Slip(start, start + 1, "a dash needs a space after it", hint)
    if slip := tight_colon(line, start) or _bullet(text, start):
        return slip
    word, _, rest = line.partition(" ")
    word = word.rstrip(";")
    rest = re.sub(r"^[=:] *", "", rest)
    if re.match(r"[\w-]+$", word) and (word in _KNOWN or get_close_matches(word, _KNOWN, 1, 0.8)):
        hint = f"write: {word}: {_short(rest)}"
    elif not rest and re.fullmatch(r"[\w-]+", word):
        hint = f'put a colon after it ("{word}:"), or indent it deeper if it is text'
    else:
        hint = "indent it deeper if it goes on with the text above; if not, begin it with a key"
    return Slip(start, start + len(line), "this line has no key", hint)


def _bullet(text: str, start: int) -> Slip | None:
    """The first item of a list after a number or a mark that YAML does not know as one."""
    mark = re.compile(r"(?:\d{1,2}[.)]|[*•–—])[ ]+(?=\S)").match(text, start)
    if not mark or not _line_above(text, _line_start(text, start)).endswith(":"):
        return None
    hint = f"write: - {_short(text[mark.end() : _line_end(text, start)].rstrip())}"
    return Slip(start, mark.end(), "an item of a list begins with a dash", hint)


def tight_colon(line: str, start: int) -> Slip | None:
    """`key:text` without a space; `start` is the offset of the line."""
    wide = re.match(r"([\w-]+)：\s*", line)
    if wide:
        return Slip(
            start + len(wide[1]),
            start + len(wide[1]) + 1,
            "this is a full-width colon, which is a letter to YAML",
            f"write: {wide[1]}: {_short(line[wide.end() :])}",
        )
    tight = re.match(r"([\w-]+):(?=\S)", line)
    if not tight:
        return None
    return Slip(
        start + tight.end() - 1,
        start + tight.end(),
        "a colon needs a space after it",
        f"write: {tight[1]}: {_short(line[tight.end() :])}",
    )


def _shape(text: str, at: int) -> str:
    """The shape that the key before a value asks for; empty where there is no known key."""
    key = _KEY_BEFORE.fullmatch(text[_line_start(text, at) : at])
    return _KNOWN[key[1]].shape if key and key[1] in _KNOWN else ""


def _brackets(text: str, start: int, at: int) -> Slip:
    """A `[` or `{` that does not work out: a list or mapping with a fault, or a text."""
    char = text[start]
    shape = _shape(text, start)
    inner = text[start + 1 : _line_end(text, start)]
    structured = shape in LISTS | MAPPINGS if char == "[" else (
        shape in MAPPINGS or (not shape and re.match(r"[ ]*[\w-]+:[ ]", inner))
    )  # fmt: skip
    if not structured:
        return _opener(text, start)
    noun, close = ("list", "]") if char == "[" else ("mapping", "}")
    wrong = re.search(r"[\]})]", text[at : at + 1])
    if wrong:
        return Slip(at, at + 1, f"this {noun} begins with {char}", f"end it with {close}")
    if _line_start(text, at) == _line_start(text, start) and at < len(text):
        if char == "{" and text[at] == ":":
            message = 'a colon with a space after it (": ") cannot stand in text without quotes'
            return Slip(at, at + 1, message, "put the text with this colon in quotes")
        return Slip(
            at, at + 1, f"a comma is missing in this {noun}", "put a comma between the items"
        )
    line = inner.rstrip().rstrip(",")
    return Slip(
        start,
        start + 1,
        f"this {noun} is never closed",
        f"put {close} at its end: {_short(char + line)}{close}",
    )


def _opener(text: str, at: int) -> Slip:
    """A value whose first character means something to YAML."""
    char = text[at : at + 1]
    if _starts_line(text, at) and char in "@`%":
        return Slip(at, at + 1, f"a line cannot begin with {char}", quoted_line(text, at))
    if _starts_line(text, at) and _line_above(text, _line_start(text, at)).endswith(("|", ">")):
        return _no_colon(text, at)
    if _starts_line(text, at) and (slip := _bullet(text, at)):
        return slip
    what = f" ({_MARKERS[char]} to YAML)" if char in _MARKERS else ""
    if char in "|>":
        hint = quoted_line(text, at) + f"; or move the text after {char} to the next line"
        return Slip(at, at + 1, f"text cannot follow {char} on its line", hint, quoting(text, at))
    message = f"a text cannot begin with {char}{what} unless it is quoted"
    return Slip(at, at + 1, message, quoted_line(text, at), quoting(text, at))


def _misplaced(text: str, at: int, flow_start: int, problem: str) -> Slip:
    """Something stands where a key or list item should: after a value, or wrongly indented."""
    line = _line_start(text, at)
    if text[line:at].strip():
        if flow_start >= line:
            return _after_bracket(text, flow_start, at)
        return Slip(at, at + 1, "YAML does not expect anything here", quoted_line(text, at))
    if not text[at:].strip():
        return Slip(at, at, f"the file ends too early: {problem}")
    rest = text[at : _line_end(text, at)].rstrip()
    if rest == "-" or rest.startswith("- "):
        return _stray_item(text, line, at, rest)
    if re.match(r"-\S", rest):
        return _no_colon(text, at)
    if slip := _above_too_deep(text, line, at):
        return slip
    word = re.match(r"[^\s:]*", rest)
    end = max(at + 1, at + (word.end() if word else 1))
    is_id = bool(re.fullmatch(r"[^\s:]+:", rest)) and rest[:-1] not in _KNOWN
    level = _id_level(text, line) if is_id else _indent(_line_above(text, line))
    if level == at - line:
        return Slip(
            at,
            end,
            "a key stands among the items of a list",
            'begin it with "- " if it is an item; if not, line it up with the key of the list',
        )
    return Slip(
        at,
        end,
        f"this line begins with {_spaces(at - line)}, which fits no line above it",
        f"begin it with {_spaces(level)}, "
        + ("like the other ids" if is_id else "like the line above, if it belongs with that one"),
    )


def _above_too_deep(text: str, line: int, at: int) -> Slip | None:
    """An id that is indented deeper than the keys that should stand below it."""
    above = _line_above(text, line)
    found = re.fullmatch(r"( *)([^\s:]+):[ ]*", above)
    if not found or len(found[1]) <= at - line:
        return None
    start = text.rfind(above, 0, line) + len(found[1])
    return Slip(
        start,
        start + len(found[2]),
        "this line is indented deeper than the lines that belong to it",
        f"begin it with {_spaces(max(0, at - line - 2))}",
    )


def _stray_item(text: str, line: int, at: int, rest: str) -> Slip:
    above = _line_above(text, line)
    owner = re.fullmatch(r"[ ]*([\w-]+):", above.rstrip())
    if re.fullmatch(r"- +[\w-]+:", rest):
        return Slip(at, at + 1, "an id stands without a dash", f"write: {rest[1:].strip()}")
    if owner:
        hint = f'indent it and the items that follow below "{owner[1]}:"'
        return Slip(at, at + 1, f'this item is not indented below "{owner[1]}:"', hint)
    return Slip(
        at,
        at + 1,
        "a list item (a line with a dash) stands among keys",
        'give the list a key of its own, such as "steps:", and indent its items below it',
    )


def _after_bracket(text: str, start: int, at: int) -> Slip:
    """Text after a list or mapping in brackets has ended."""
    if _shape(text, start) in LISTS | MAPPINGS:
        return Slip(
            at,
            at + 1,
            f"the {'list' if text[start] == '[' else 'mapping'} has ended before this",
            "remove it, or put it inside the brackets",
        )
    return _opener(text, start)


def _after_quote(text: str, last: tuple[int, int] | None, at: int) -> Slip | None:
    """What stands right after a closing quote; None where there is none before it."""
    if last is None:
        return None
    start, end = last
    if text[start : start + 1] not in ("'", '"') or end > at or text[end:at].strip(" "):
        return None
    if "\n" in text[start:end]:
        return _unclosed(text, start)
    return _text_after_quote(text, last, at)


def _text_after_quote(text: str, last: tuple[int, int], at: int) -> Slip:
    """`"foo" bar`, `'it's fine'`: the quote closed before the text did."""
    began, end = last
    mark = text[began]
    value = re.split(r"[ \t]#", text[began : _line_end(text, began)], maxsplit=1)[0].rstrip()
    key = text[_line_start(text, began) : began].strip()
    items = re.fullmatch(r"""(?:(["'])[^"']*\1[ ]*,?[ ]*)+""", value)
    if _shape(text, began) in LISTS and items:
        listed = ", ".join(re.findall(r"""["']([^"']*)["']""", value))
        message = f'"{key.rstrip(":")}" is a list, which stands in brackets'
        return Slip(began, began + len(value), message, f"write: {key} [{listed}]")
    # A mark in the middle of a word or after a space is part of the text: then the outer marks
    # were meant as quotes, and otherwise they belong to the text.
    inner = text[end : end + 1].isalnum() or text[end - 2] == " "
    whole = Edit(began, began + len(value), "")
    if inner and len(value) > 1 and value.endswith(mark):
        value = value[1:-1]
    return Slip(
        at,
        at + 1,
        f"the text goes on after its closing {mark}",
        f"write: {f'{key} {_short_quoted(value)}'.strip()}",
        (whole._replace(text=quoted(value)),),
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
    above = re.split(r"\r\n|\r|\n", text[:line])
    return next((x for x in reversed(above) if x.strip() and not x.lstrip().startswith("#")), "")


def _id_level(text: str, line: int) -> int:
    """The indentation of the nearest id above: a line with a key alone, below `facts:`."""
    ids = re.findall(r"^( +)(?!(?:steps|sides):)[^\s:]+:[ ]*$", text[:line], re.MULTILINE)
    return len(ids[-1]) if ids else 2


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spaces(number: int) -> str:
    return {0: "no space", 1: "1 space"}.get(number, f"{number} spaces")


def _words(text: str) -> str:
    """The first few words of a text."""
    return " ".join(text[:60].split()[:3])


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:56].rstrip() + " …"
