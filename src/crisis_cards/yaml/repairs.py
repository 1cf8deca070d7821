"""What a YAML slip means, found by the edit that mends it.

The parser says what it expected; an author wants to know what to type. Every repair of the table
looks at the place where the parser stopped and proposes edits, each with its message and hint. The
first edit that lets the parser get further is the explanation: no hint is printed untried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from ..problems import Edit
from .characters import name
from .keeping import SIGNS, keeps, keeps_words
from .quotes import (
    comment,
    indent,
    level,
    line_above,
    line_end,
    line_start,
    note_after,
    quoted,
    quoted_line,
    quoting,
    short_quoted,
    shortened,
    starts_line,
    value_at,
)
from .stops import OWN, SECOND_DOCUMENT, Slip, Stop

_OPENERS = "[{*&!@`%|>?"
_MARKERS = {"*": "an alias", "&": "an anchor", "!": "a tag", "[": "a list", "{": "a mapping"}
_MARKS = "\"'“”„‘’"
_APOSTROPHE = re.compile(r"'(?:tis|twas|til|em|n|s|t|\d\ds?)\b")
_DOUBLE_QUOTED = re.compile(r'"(?:[^"\\\r\n]|\\.)*')
_BACKSLASH = re.compile(
    r"\\(?:(?P<good>[\"\\/abefnrtv0 N_LP\t]|x[\da-fA-F]{2}|u(?![dD][89a-fA-F])[\da-fA-F]{4}"
    r"|U00(?:0[\da-fA-F]|10)[\da-fA-F]{4})|)"
)
_INNER: dict[str, Callable[[str], str]] = {
    "'": lambda text: re.sub("'{1,2}", "''", text),
    '"': lambda text: re.sub(r'\\.|"', lambda m: '\\"' if m[0] == '"' else m[0], text),
}
"""How a quote is written inside of quotes of its kind; one that is written so stays."""
_COLON = 'a colon with a space after it (": ") cannot stand in text without quotes'
_NO_KEY = "this line has no key"


def explain(stop: Stop, mends: Callable[[tuple[Edit, ...]], bool]) -> Slip:
    """The slip behind a parser's stop; `mends` says whether edits let the parser get further."""
    tried: set[tuple[Edit, ...]] = set()
    for _, slip in proposals(stop):
        if slip.edits not in tried and mends(slip.edits):
            return slip
        tried.add(slip.edits)
    return _unexplained(stop)


def proposals(stop: Stop) -> Iterator[tuple[str, Slip]]:
    """Everything that the table proposes and that takes no text away, with the repair's name."""
    for repair in REPAIRS:
        for slip in repair(stop):
            if slip.edits and keeps_words(stop.text, slip.edits):
                sure = slip.sure and keeps(stop.text, slip.edits)
                yield repair.__name__, slip._replace(sure=sure)


# The repairs, in the order of the table.


def replace_tab(stop: Stop) -> Iterator[Slip]:
    """Replaces a tab by spaces."""
    if stop.here != "\t":
        return
    size = max(1, len(stop.rest) - len(stop.rest.lstrip("\t")))
    hint = "replace it by spaces (two for every step inward)"
    slip = Slip(stop.at, stop.at + size, "a tab stands where YAML wants spaces", hint)
    if starts_line(stop.text, stop.at):
        words, above = stop.rest.lstrip(), line_above(stop.text, stop.line)
        depth = indent(above) + 2 * (above.rstrip().endswith(":") or ": " not in f"{words} ")
        lead = Edit(stop.line, stop.at + len(stop.rest) - len(words), " " * depth)
        yield slip._replace(
            edits=(lead,), sure=re.split(r"[\s:]", words, maxsplit=1)[0] in stop.known
        )
    yield slip._replace(edits=(Edit(stop.at, slip.end, "  " * size),))


def double_backslash(stop: Stop) -> Iterator[Slip]:
    r"""Doubles the backslashes of a text such as "C:\Windows"."""
    if not (scalar := _DOUBLE_QUOTED.match(stop.text, stop.began)):
        return
    escapes = _BACKSLASH.finditer(stop.text, stop.began, scalar.end())
    edits = tuple(Edit(m.start(), m.start(), "\\") for m in escapes if m["good"] is None)
    if edits:
        at = edits[0].start
        message = "in double quotes a backslash begins an escape, and this is none that YAML knows"
        hint = r"write two backslashes (\\), or put the text in single quotes"
        yield Slip(at, at + 2, message, hint, edits)


def close_quote(stop: Stop) -> Iterator[Slip]:
    """Closes a quote that never ends, or that ends where a later text begins."""
    began = stop.last[0] if stop.runs_on else stop.began
    mark = stop.text[began : began + 1]
    if mark not in ("'", '"'):
        return
    name = "quotation mark" if mark == '"' else "single quote"
    line = value_at(stop.text, began)
    end = began + len(line)
    slip = Slip(began, began + 1, f"this {name} is never closed")
    if line[-1] in _MARKS and len(line) > 1:  # closed with another mark than it was opened with
        hint = f"end the text with the mark that it begins with: {_short(line[:-1])}{mark}"
        edits = (Edit(end - 1, end, mark),)
        if SIGNS.get(line[-1]) == mark and not any(char in _MARKS for char in line[1:-1]):
            message = f"this text ends with a curly quote ({line[-1]}), as Word writes it"
            yield Slip(end - 1, end, message, hint, edits, sure=True)
        yield slip._replace(hint=hint, edits=edits)
    elif _APOSTROPHE.match(line):
        hint = f"put a text that begins with an apostrophe in quotes: {short_quoted(line)}"
        yield slip._replace(hint=hint, edits=(Edit(began, end, quoted(line)),))
    for part in (line, line.rstrip(",]} ")):
        hint = f"put {mark} at the end of the text: {_short(part)}{mark}"
        place = began + len(part)
        yield slip._replace(hint=hint, edits=(Edit(place, place, mark),))


def indent_less(stop: Stop) -> Iterator[Slip]:
    """Moves a key outward that was read as the second line of the text above."""
    word = stop.text[stop.line : stop.at].strip()
    if not (stop.stray_colon and stop.runs_on and re.fullmatch(r"[\w-]+", word)):
        return
    before = stop.text[line_start(stop.text, stop.last[0]) : stop.last[0]]
    known = word in stop.known
    if before.strip() and (known or ("-" not in before and stop.rest == ":")):
        depth = indent(line_above(stop.text, stop.line)) if known else stop.id_level
        start, like = stop.at - len(word), f'so that "{word}" stands under the line it belongs with'
        hint = f"begin it with {_spaces(depth)}, {like}"
        edit = Edit(stop.line, start, " " * depth)
        yield Slip(start, stop.at, "this line is indented too deep", hint, (edit,), sure=known)


def quote_whole_text(stop: Stop) -> Iterator[Slip]:
    """Quotes a text of several lines with a colon in one of them."""
    if not stop.stray_colon:
        return
    start = stop.last[0] if stop.runs_on else stop.value
    end, depth = line_end(stop.text, stop.at), level(stop.text, start)
    for line in re.compile(r"(?:\r\n|\r|\n)([^\r\n]*)").finditer(stop.text, end):
        if line[1].strip() and indent(line[1]) <= depth:
            break
        end = line.end() if line[1].strip() else end
    if (not stop.runs_on and end == line_end(stop.text, stop.at)) or starts_line(stop.text, start):
        return
    words = " ".join(stop.text[start : start + 60].split()[:3])
    for mark in ('"', "'"):
        if mark not in stop.text[start:end]:
            hint = f'put the whole text in quotes: {mark} before "{words}", {mark} at its end'
            edits = (Edit(start, start, mark), Edit(end, end, mark))
            yield Slip(stop.at, stop.at + 1, _COLON, hint, edits)


def split_line(stop: Stop) -> Iterator[Slip]:
    """Gives the second of two keys on one line a line of its own."""
    if not stop.stray_colon or stop.runs_on:
        return
    start = stop.value
    key = re.compile(r".*[ ]([\w-]+)").fullmatch(stop.text, start, stop.at)
    if key and key[1] in stop.known and stop.flow(start):
        hint = f'begin a new line with "{key[1]}:", or {quoted_line(stop.text, start)}'
        edit = Edit(key.start(1) - 1, key.start(1), "\n" + " " * level(stop.text, start))
        yield Slip(stop.at, stop.at + 1, _COLON, hint, (edit,))


def quote_colon(stop: Stop) -> Iterator[Slip]:
    """Quotes a text such as `One thing: the double helix`."""
    if stop.stray_colon and not stop.runs_on:
        yield _quote(stop, stop.value, stop.at, _COLON)


def space_after_dash(stop: Stop) -> Iterator[Slip]:
    """Turns `-item` into `- item`."""
    for start, line in _loose_lines(stop):
        if re.match(r"-\S", line):
            yield _dashed(start, line, 1, "a dash needs a space after it")


def space_after_colon(stop: Stop) -> Iterator[Slip]:
    """Turns `key:text` into `key: text`."""
    for start, line in _loose_lines(stop):
        if slip := tight_colon(line, start):
            yield slip._replace(sure=stop.text[start : slip.start] in stop.known)


def dash_for_bullet(stop: Stop) -> Iterator[Slip]:
    """Turns `1. item` and `* item`, the first of a list, into `- item`."""
    for start, line in _loose_lines(stop, bullets=True):
        mark = re.match(r"(?:\d{1,2}[.)]|[*•–—])[ ]+(?=\S)", line)
        if mark and line_above(stop.text, line_start(stop.text, start)).endswith(":"):
            yield _dashed(start, line, mark.end(), "an item of a list begins with a dash")


def _dashed(start: int, line: str, size: int, message: str) -> Slip:
    """A dash and a space in the place of what a line begins with."""
    edit = Edit(start, start + size, "- ")
    return Slip(start, edit.end, message, f"write: - {_short(line[size:])}", (edit,))


def colon_after_key(stop: Stop) -> Iterator[Slip]:
    """Turns `key text` and `key = text` into `key: text`, and `id` into `id:`."""
    for start, line in _loose_lines(stop):
        found = re.match(r"([\w-]+);*(?:$| (?:[=:] *)?)", line)
        if not found:
            continue
        word, rest = found[1], line[found.end() :]
        end = start + len(line)
        if word in stop.known or get_close_matches(word, stop.known, 1, 0.8):
            edit = Edit(start, start + found.end(), f"{word}: ")
            yield Slip(start, end, _NO_KEY, f"write: {word}: {_short(rest)}", (edit,))
        elif not rest:
            hint = f'put a colon after it ("{word}:"), or indent it deeper if it is text'
            yield Slip(start, end, _NO_KEY, hint, (Edit(start + len(word), end, ":"),))


def indent_text(stop: Stop) -> Iterator[Slip]:
    """Indents a line that goes on with the text above, or gives it a key."""
    for start, line in _loose_lines(stop):
        margin, end = line_start(stop.text, start), start + len(line)
        above = line_above(stop.text, margin)
        deeper = 2 * bool(re.match(r"[ ]*(?:-[ ]|[^\s:]+:(?:[ ]|$))", above))
        edit = Edit(margin, start, " " * (indent(above) + deeper))
        hint = "indent it deeper if it goes on with the text above; if not, begin it with a key"
        yield Slip(start, end, _NO_KEY, hint, (edit,))
        yield Slip(start, end, _NO_KEY, "begin it with a key", (Edit(start, start, "key: "),))


def mend_brackets(stop: Stop) -> Iterator[Slip]:
    """Closes a list or mapping in brackets, or separates or quotes what it holds."""
    start, at = stop.bracket, stop.at
    if not stop.inside or not stop.structured:
        return
    char = stop.text[start]
    noun, close = ("list", "]") if char == "[" else ("mapping", "}")
    if stop.here and stop.here in "]})":
        edits = (Edit(at, at + 1, close),)
        yield Slip(at, at + 1, f"this {noun} begins with {char}", f"end it with {close}", edits)
    elif line_start(stop.text, start) == stop.line and stop.here:
        if char == "{" and stop.here == ":":
            value = re.compile(r".*[:,{][ ]+").match(stop.text, start, at)
            ends = re.compile(r"[^,{}\[\]\r\n]*").match(stop.text, at)
            if value and ends:
                slip = _quote(stop, value.end(), at, _COLON, ends.end())
                yield slip._replace(hint="put the text with this colon in quotes")
        else:
            edits, message = (Edit(at, at, ", "),), f"a comma is missing in this {noun}"
            yield Slip(at, at + 1, message, "put a comma between the items", edits)
    end = len(stop.text[: line_end(stop.text, start)].rstrip().rstrip(","))
    hint = f"put {close} at its end: {_short(stop.text[start:end])}{close}"
    edits = (Edit(end, end, close),)
    yield Slip(start, start + 1, f"this {noun} is never closed", hint, edits)


def list_for_quoted(stop: Stop) -> Iterator[Slip]:
    """Turns `tags: "one", "two"` into a list in brackets."""
    began = stop.last[0]
    if not stop.closed_quote or stop.flow(began) != "list":
        return
    value = value_at(stop.text, began)
    if re.fullmatch(r"""(?:(["'])[^"']*\1[ ]*,?[ ]*)+""", value):
        listed = ", ".join(re.findall(r"""["']([^"']*)["']""", value))
        key = stop.text[line_start(stop.text, began) : began].strip()
        message = f'"{key.rstrip(":")}" is a list, which stands in brackets'
        end = began + len(value)
        edit = Edit(began, end, f"[{listed}]")
        yield Slip(began, end, message, f"write: {key} {edit.text}", (edit,))


def quote_all(stop: Stop) -> Iterator[Slip]:
    """Quotes all of a text whose quote closes too early: `"foo" bar`, `'it's fine'`."""
    if not stop.closed_quote:
        return
    began, end = stop.last
    mark, value = stop.text[began], value_at(stop.text, began)
    key = stop.text[line_start(stop.text, began) : began].strip()
    whole = began + len(value)
    # A mark in the middle of a word or after a space is part of the text: then the outer marks
    # were meant as quotes, and otherwise they belong to the text.
    inner = stop.text[end : end + 1].isalnum() or stop.text[end - 2] == " "
    written = quoted(value)
    if inner and len(value) > 1 and value.endswith(mark):
        written = f"{mark}{_INNER[mark](value[1:-1])}{mark}"
    at = stop.at if stop.text[end : stop.began].strip(" ") else stop.began
    message = f"the text goes on after its closing {mark}"
    hint = f"write: {f'{key} {shortened(written)}'.strip()}{note_after(stop.text, began)}"
    sure = comment(stop.text[began : line_end(stop.text, began)]).sure
    yield Slip(at, at + 1, message, hint, (Edit(began, whole, written),), sure)


def quote_opener(stop: Stop) -> Iterator[Slip]:
    """Quotes a text whose first character means something to YAML."""
    for start in dict.fromkeys(_opened(stop)):
        char = stop.text[start]
        what = f" ({_MARKERS[char]} to YAML)" if char in _MARKERS else ""
        message = f"a text cannot begin with {char}{what} unless it is quoted"
        slip = _quote(stop, start, start, message)
        if starts_line(stop.text, start) and char in "@`%":
            slip = slip._replace(message=f"a line cannot begin with {char}", sure=False)
        elif char in "|>":
            hint = f"{slip.hint}; or move the text after {char} to the next line"
            slip = slip._replace(message=f"text cannot follow {char} on its line", hint=hint)
        if re.compile(r"[\]},]|[!&*][\[{]").match(stop.text, start):  # a mark too much, perhaps
            slip = slip._replace(sure=False)
        yield slip
        for end in (r"[,\]}]", r":(?=\s|$)"):
            if part := re.compile(end).search(stop.text, start + 1, slip.edits[0].end):
                yield _quote(stop, start, start, slip.message, part.start())


def move_into_brackets(stop: Stop) -> Iterator[Slip]:
    """Moves what follows a list or mapping in brackets to its other items."""
    if not stop.inside and stop.line <= stop.bracket < stop.at and stop.structured:
        noun, close = ("list", "]") if stop.text[stop.bracket] == "[" else ("mapping", "}")
        at, rest = stop.at, value_at(stop.text, stop.at)
        end = at + len(rest)
        bare = len(stop.text[stop.bracket : at].rstrip(f" ,{close}")) + stop.bracket
        more = rest.strip(f" ,{close}")
        items = f", {more}" if more else ""
        hint = "put it inside the brackets, or remove it"
        edit = Edit(bare, end, f"{items}{close}")
        yield Slip(at, at + 1, f"the {noun} has ended before this", hint, (edit,))


def join_documents(stop: Stop) -> Iterator[Slip]:
    """Removes the line of dashes that begins a second document."""
    if stop.line == stop.at == stop.began and re.match(r"---(?!\S)", stop.rest):
        hint = "remove this line, or move what follows it to a file of its own"
        edit = Edit(stop.at, line_end(stop.text, stop.at), "")
        yield Slip(stop.at, stop.at + 3, SECOND_DOCUMENT, hint, (edit,))


def place_item(stop: Stop) -> Iterator[Slip]:
    """Moves a list item among keys below a key, or makes it one."""
    text, line, at, now = stop.text, stop.line, stop.at, stop.at - stop.line
    if not starts_line(text, at) or not re.match(r"-(?!\S)", stop.rest):
        return
    above = line_above(text, line)
    if re.fullmatch(r"- +[\w-]+:", stop.rest):
        word = stop.rest[1:].strip()
        message, hint = "an id stands without a dash", f"write: {word}"
        edits = [Edit(at, at + len(stop.rest), word)]
    elif owner := re.fullmatch(r"[ ]*([\w-]+):", above.rstrip()):
        items = re.compile(rf"^[ ]{{{now}}}(?=-[ ])", re.MULTILINE)
        below = re.compile(rf"^[ ]{{0,{now}}}[^\s-]", re.MULTILINE).search(text, at)
        places = items.finditer(text, line, below.start() if below else len(text))
        depth = " " * (indent(above) + 2)
        message = f'this item is not indented below "{owner[1]}:"'
        hint = f'indent it and the items that follow below "{owner[1]}:"'
        edits = [Edit(m.start(), m.end(), depth) for m in places]
    else:
        message = "a list item (a line with a dash) stands among keys"
        hint = 'give the list a key of its own, such as "steps:", and indent its items below it'
        edits = [Edit(at, at, f"steps:\n{' ' * now}")]
    yield Slip(at, at + 1, message, hint, tuple(edits))


def indent_id_less(stop: Stop) -> Iterator[Slip]:
    """Moves an id outward that is indented deeper than its keys."""
    above, depth = line_above(stop.text, stop.line), max(0, stop.at - stop.line - 2)
    found = re.fullmatch(r"( *)([^\s:]+):[ ]*", above)
    if starts_line(stop.text, stop.at) and found and len(found[1]) > stop.at - stop.line:
        line = stop.text.rfind(above, 0, stop.line)
        edit = Edit(line, line + len(found[1]), " " * depth)
        message = "this line is indented deeper than the lines that belong to it"
        hint = f"begin it with {_spaces(depth)}"
        yield Slip(edit.end, edit.end + len(found[2]), message, hint, (edit,))


def align_line(stop: Stop) -> Iterator[Slip]:
    """Aligns a line that fits no line above it, or makes it a list item."""
    if not starts_line(stop.text, stop.at) or not stop.rest or stop.problem in OWN:
        return
    at, rest, now = stop.at, stop.rest, stop.at - stop.line
    is_id = bool(re.fullmatch(r"[^\s:]+:", rest)) and rest[:-1] not in stop.known
    depth = stop.id_level if is_id else indent(line_above(stop.text, stop.line))
    sure = is_id or re.split(r"[\s:]", rest, maxsplit=1)[0] in stop.known
    if depth == now:
        sure = False
        message, edit = "a key stands among the items of a list", Edit(at, at, "- ")
        hint = 'begin it with "- " if it is an item; if not, line it up with the key of the list'
    else:
        message, edit = _no_fit(now), Edit(stop.line, at, " " * depth)
        like = "the other ids" if is_id else "the line above, if it belongs with that one"
        hint = f"begin it with {_spaces(depth)}, like {like}"
    end = at + max(1, len(re.split(r"[\s:]", rest, maxsplit=1)[0]))
    yield Slip(at, end, message, hint, (edit,), sure)


def remove_mark(stop: Stop) -> Iterator[Slip]:
    """Removes a quote or bracket that has no partner."""
    for start in dict.fromkeys((stop.place, stop.at)):
        char = stop.text[start : start + 1]
        if char and char in "\"'[]{}":
            edit = Edit(start, start + 1, "")
            message = f"this {char} {'closes nothing' if char in ']}' else 'is never closed'}"
            yield Slip(start, start + 1, message, "remove it", (edit,))


REPAIRS: tuple[Callable[[Stop], Iterator[Slip]], ...] = (
    join_documents, replace_tab, double_backslash, close_quote, indent_less, split_line,
    quote_colon, quote_whole_text, space_after_dash, space_after_colon, dash_for_bullet,
    colon_after_key, indent_text, mend_brackets, list_for_quoted, quote_all, move_into_brackets,
    quote_opener, place_item, indent_id_less, align_line, remove_mark,
)  # fmt: skip
"""The table. What is more special stands above what would mend the same text less well."""


def tight_colon(line: str, start: int) -> Slip | None:
    """`key:text` without a space; `start` is the offset of the line."""
    found = re.match(r"([\w-]+)(?:([：﹕︓꞉∶])\s*|:(?=\S))", line)
    if not found:
        return None
    message = "a colon needs a space after it"
    if found[2]:
        message = f"this is {name(found[2])}, which is a letter to YAML"
    hint = f"write: {found[1]}: {_short(line[found.end() :])}"
    edit = Edit(start + found.end(1), start + found.end(), ": ")
    return Slip(edit.start, edit.start + 1, message, hint, (edit,))


def _unexplained(stop: Stop) -> Slip:
    """What can be said where no edit was found that helps."""
    text, at, start = stop.text, stop.at, stop.place
    if stop.problem in OWN:
        return Slip(at, at + 1, stop.problem)
    if start < stop.line and starts_line(text, start) and not stop.inside:
        return Slip(start, line_end(text, start), _NO_KEY)
    if not text[at:].strip():
        return Slip(at, at, f"the file ends too early: {stop.problem}")
    if starts_line(text, at) and not stop.inside and re.match(r"[\w-]", stop.here):
        return Slip(at, at + 1, _no_fit(at - stop.line))
    return Slip(at, at + 1, _COLON if stop.stray_colon else "YAML does not expect anything here")


def _quote(stop: Stop, start: int, at: int, message: str, end: int | None = None) -> Slip:
    """Quotes around a value; sure where the value surely ends with its line."""
    text, value = stop.text, value_at(stop.text, start, end)
    edits = (Edit(start, start + len(value), quoted(value)),)
    sure = end is None and bool(quoting(text, start))
    return Slip(at, at + 1, message, quoted_line(text, start, end), edits, sure)


def _loose_lines(stop: Stop, *, bullets: bool = False) -> Iterator[tuple[int, str]]:
    """The line that should be `key: text` or `- item`, but is neither: its offset and its text."""
    for start in dict.fromkeys((stop.place, stop.began, stop.at)):
        line = stop.text[start : line_end(stop.text, start)].rstrip()
        if not line or not starts_line(stop.text, start) or stop.inside:
            continue
        above = line_above(stop.text, line_start(stop.text, start))
        plain = line[0] not in _OPENERS + "'\"" or bullets or above.endswith(("|", ">"))
        if plain and (start < stop.at or re.match(r"-\S", line) or line[0] in _OPENERS):
            yield start, line


def _opened(stop: Stop) -> Iterator[int]:
    """Where a text may begin with a character that YAML takes for something else."""
    marks = "@`%" if starts_line(stop.text, stop.at) else _OPENERS + "-]},"
    if stop.here and stop.here in "@`%":
        yield stop.at
    if stop.bracket >= (0 if stop.inside else stop.line) and not stop.structured:
        yield stop.bracket
    if stop.text[stop.began : stop.began + 1] in tuple("&*!|>%"):
        yield stop.began
    if stop.here and stop.here in marks:
        yield stop.at
    for place in (stop.began, stop.at):
        start = line_start(stop.text, place)
        if stop.text[start : start + 1] == "%":
            yield start


def _no_fit(depth: int) -> str:
    return f"this line begins with {_spaces(depth)}, which fits no line above it"


def _spaces(number: int) -> str:
    return {0: "no space", 1: "1 space"}.get(number, f"{number} spaces")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:56].rstrip() + " …"
