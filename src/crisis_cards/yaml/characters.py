"""Characters that look like YAML's signs or like nothing, where YAML wants signs and spaces.

Word writes a no-break space before a colon, a long dash for a hyphen and curly quotes; text from
the web brings characters that nobody sees. Where such a one can only have been typed for a sign,
the text is read as if the sign stood there. In a value it is text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ..problems import Edit, excerpt
from .keeping import SIGNS
from .quotes import line_end
from .stops import Known, Slip

INVISIBLE = {
    "\xad": "a soft hyphen", "\u200b": "a zero-width space", "\ufeff": "a byte-order mark",
    "\u2060": "a word joiner",
}  # fmt: skip
"""What nobody sees in a text and what spells nothing, as U+200C and U+200D do."""

_SPACES = "\xa0\u1680\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B)))
_COLONS, _DASHES, _QUOTES = (
    "".join(char for char, sign in SIGNS.items() if sign in signs) for signs in (":", "-", "\"'")
)
_ODD = re.compile(f"[{_SPACES}{_COLONS}{_DASHES}{_QUOTES}]")
_SUSPECT = re.compile(
    rf"[{_SPACES}{_COLONS}{_DASHES}](?:(?<=[-:\r\n].)|(?<=[\r\n \t][ \t].)|(?<=\A.)"
    rf"|(?=[ \t]{{0,9}}[:{_COLONS}](?:\s|\Z))|(?<=[{_COLONS}])(?=\s|\Z))"
    rf"|[{_QUOTES}](?=[^\"'{_QUOTES}\r\n]{{0,60}}[\"'{_QUOTES}]?[ \t]{{0,9}}[:{_COLONS}](?:\s|\Z))"
)
"""One of these at the beginning of a line, after a sign of YAML, or before a colon."""
_ORDINARY = str.maketrans(dict.fromkeys(_SPACES, " "))
_LINE = re.compile(r"(?:(?<=[\r\n])|\A)(?P<lead>[ \t]*)[^\r\n]*")
_DASH = re.compile(rf"(?:[-{_DASHES}][ \t]+(?:-[ \t]+)*)?")
_QUOTED = re.compile(rf"[\"'{_QUOTES}]([^\"'{_QUOTES}\r\n]*)[\"'{_QUOTES}][ \t]*(?=[:{_COLONS}])")
_CURLY = re.compile("[“”„‟‘’‚‛]([^“”„‟‘’‚‛\"']+)[“”„‟‘’‚‛]")
_IN_KEY = re.compile(f"[{''.join(INVISIBLE)}]|[”‟’‛“{_SPACES}][ ]*:|[{{,][ ]*[{_SPACES}]")
_COLON = re.compile(rf"[:{_COLONS}](?=(?P<after>[ \t]*))(?=[\s]|\Z)")

_UNSEEN = str.maketrans(dict.fromkeys(INVISIBLE))
_NAMES = {
    **INVISIBLE,
    "\xa0": "a no-break space, as Word writes it,",
    "\u202f": "a narrow no-break space, as Word writes it,",
    "–": "an en dash, as Word writes it,", "—": "an em dash, as Word writes it,",
    "：": "a full-width colon",
}  # fmt: skip


TO_BE_ESCAPED = re.compile(
    f'[{_SPACES}{_COLONS}{_DASHES}{_QUOTES}{"".join(INVISIBLE)}"\\\\\n\r\t\x85\u2028\u2029]'
)
"""Written by its number where it may be misread: what looks like a sign or nothing."""


def may_be_misread(text: str) -> bool:
    """Whether something in a text looks like a sign of YAML's, or like nothing."""
    return bool(_ODD.search(text) and _SUSPECT.search(f"x: {text}\n")) or any(
        sign in text for sign in INVISIBLE
    )


def name(char: str) -> str:
    """A character in words."""
    other = f"{unicodedata.name(char, 'character').lower()} (U+{ord(char):04X})"
    return _NAMES.get(char) or f"{'an' if other[0] in 'aeiou' else 'a'} {other}"


def read_as(text: str, known: Known) -> tuple[str, list[Slip]]:
    """A text as it was meant, of the same length, and a slip for each line that is read otherwise.

    `known` are the keys that an author may mean.
    """
    marks = [_byte_order_mark(found.start()) for found in re.finditer("\ufeff", text)]
    slips = marks + (list(_slips(text, known)) if known and _SUSPECT.search(text) else [])
    if not slips:
        return text, []
    plain = list(text)
    for slip in slips:
        for start, end, sign in slip.edits:
            # In a word, a space would make two of it.
            in_word = text[start] == "\ufeff" and text[end : end + 1].strip(" \t#-")
            plain[start:end] = sign or ("\u200b" if in_word else " ")
    return "".join(plain), slips


def in_name(text: str) -> str:
    """A name as it was meant, without what nobody sees and without curly quotes around it.

    Empty where it is fine as it is.
    """
    clean = text.translate(_UNSEEN).strip(_SPACES)
    clean = found[1] if (found := _CURLY.fullmatch(clean)) else clean
    return "" if clean == text else clean


def may_be_in_key(text: str) -> bool:
    """Whether it is worth looking at all keys of a file."""
    return bool(_IN_KEY.search(text))


def slip_of_name(raw: str, at: int, clean: str) -> Slip:
    """What is said of such a name, typed as `raw` at an offset, and meant as `clean`."""
    inner = raw.strip(_SPACES)
    begin = at + raw.index(inner)
    places = [
        place
        for place, char in enumerate(raw, at)
        if char in INVISIBLE or not begin <= place < begin + len(inner)
    ]
    if not places:
        message = "curly quotes, as Word writes them, stand around this name"
        end = at + len(raw)
        sign, sure = SIGNS.get(raw[0], ""), SIGNS.get(raw[0]) == SIGNS.get(raw[-1])
        edits = (Edit(at, at + 1, sign), Edit(end - 1, end, sign))
        return Slip(at, at + 1, message, f"write: {excerpt(clean)}", edits, sure)
    first = places[0]
    char = raw[first - at]
    what = f"{name(char)} stands beside"
    if char in INVISIBLE:
        what = f"{name(char)}, which nobody sees, stands in"
    fix = tuple(Edit(place, place + 1, "") for place in places)
    hint = f"type it anew: {excerpt(clean)}"
    return Slip(first, first + 1, f"{what} this name", hint, fix, sure="\u2060" not in raw)


def _byte_order_mark(at: int) -> Slip:
    message = "a byte-order mark, which nobody sees, stands inside of the text"
    fix = (Edit(at, at + 1, ""),)
    return Slip(at, at + 1, message, "delete it, and type the text around it anew", fix, sure=True)


class _Line(NamedTuple):
    """A line in parts, each a range of the text. Without a key, there is no colon either."""

    lead: slice
    dash: slice
    key: slice
    before: slice
    colon: slice
    after: slice
    rest: str


def _slips(text: str, known: Known) -> Iterator[Slip]:
    """The lines that are read otherwise.

    What stands deeper than a key or dash with text behind it goes on with that text.
    """
    view = text.translate(_ORDINARY)
    above: list[tuple[int, str]] = []  # keys that stand alone on their lines, and how deep
    inline = -1  # how deep the key or dash stands that has text behind it; -1 where none has
    for found in _LINE.finditer(view):
        line = _parts(view, found)
        depth = line.dash.start - found.start()
        is_empty = view[found.end("lead") : found.end("lead") + 1] in ("", "\r", "\n", "#")
        if is_empty or 0 <= inline < depth:
            typed = text[line.lead]
            level = len(typed) - len(typed.lstrip(" "))
            # Where YAML sees the line as deep as it looks, it goes on with the text above.
            if _ODD.search(typed) and (level <= inline or (is_empty and inline < 0)):
                yield _slip(text, line, ["lead"], "")
            continue
        is_item = line.dash.start < line.dash.stop
        while above and above[-1][0] >= depth + is_item:
            above.pop()
        owner = above[-1][1] if above else ""
        key = view[line.key].strip(_QUOTES + "\"'")
        odd = _misread(text, line, key, owner, known)
        if odd:
            yield _slip(text, line, odd, key)
        inline = -1
        if key and (text[line.colon] == ":" or "colon" in odd):
            if line.rest[:1] in ("", "#"):
                above.append((line.key.start - found.start(), key))
            else:
                inline = line.key.start - found.start()
        elif is_item:
            inline = depth
        elif above:  # a text that begins below its key
            inline = above[-1][0]


def _parts(view: str, found: re.Match[str]) -> _Line:
    start, end = found.end("lead"), found.end()
    dash = _DASH.match(view, start, end)
    key = dash.end() if dash else start
    quoted = _QUOTED.match(view, key, end)
    colon = None if view[key : key + 1] in "[{&*!|>%@`#" else _COLON.search(view, key, end)
    if quoted or (colon and view[key] not in _QUOTES + "\"'"):
        colon = _COLON.match(view, quoted.end(), end) if quoted else colon
    else:
        colon = None
    if not colon:
        nothing = slice(key, key)
        return _Line(
            slice(found.start(), start), slice(start, key), nothing, nothing, nothing, nothing, ""
        )
    after = min(colon.end("after"), end)
    stop = key + len(view[key : colon.start()].rstrip(" \t"))
    return _Line(
        slice(found.start(), start), slice(start, key), slice(key, stop),
        slice(stop, colon.start()), slice(colon.start(), colon.end()), slice(colon.end(), after),
        view[after:end].strip(),
    )  # fmt: skip


def _misread(text: str, line: _Line, key: str, owner: str, known: Known) -> list[str]:
    """The parts of a line that hold something else than YAML's signs where it wants them.

    `owner` is the key that the line stands below. Only what could not be read otherwise counts:
    below a key that wants a text, a line is text.
    """
    places = {
        "lead": text[line.lead],
        "dash": text[line.dash][:2],  # what follows an ordinary space is text
        "key": text[line.key][:: len(key) + 1],  # its quotes
        "before": text[line.before],
        "colon": text[line.colon],
        "after": text[line.after][:1],
    }
    odd = [part for part, typed in places.items() if _ODD.search(typed)]
    if not odd:
        return []
    flow = known.get(owner) if owner else "mapping"
    is_item = line.dash.start < line.dash.stop
    is_key = key in known and flow != "scalar" and not (flow == "list" and is_item)
    if flow == "mapping" and owner and not is_item and re.fullmatch(r"\S+", key):
        # An id, or another key of the author's own; alone, a no-break space may belong to it.
        opens = line.rest[:1] in ("", "#", "{")
        is_key = is_key or opens or "colon" in odd or "after" in odd
    if is_key:
        return odd
    return [part for part in odd if part in ("lead", "dash")] if is_item and flow == "list" else []


def _slip(text: str, line: _Line, parts: list[str], key: str) -> Slip:
    """What is said of such a line, and the edits that put YAML's signs into some of its parts."""
    edits = []
    for part in parts:
        place: slice = getattr(line, part)
        for odd in _ODD.finditer(text, place.start, place.stop):
            if part == "before":
                edits.append(Edit(odd.start(), odd.end(), ""))
            elif part != "key":
                edits.append(Edit(odd.start(), odd.end(), SIGNS.get(odd[0], " ")))
            elif odd.start() in (place.start, place.stop - 1):
                edits.append(Edit(odd.start(), odd.end(), SIGNS[text[place.start]]))
    start, end = edits[0][:2]
    while Edit(end, end + 1, edits[0].text) in edits:
        end += 1
    called = name(text[start])
    rest = text[line.after.stop : line_end(text, start)].strip()
    write = f"{key}: {excerpt(rest)}" if line.rest else f"{key}:"
    item = write if key else excerpt(text[line.dash.stop : line_end(text, start)])
    message, hint = {
        "lead": (f"this line begins with {called}", "type ordinary spaces at its beginning"),
        "dash": (
            f"this is {called.rstrip(',')}, not the hyphen that begins an item",
            f"write: - {item}",
        ),
        "key": ("curly quotes, as Word writes them, stand around this key", f"write: {write}"),
        "before": (f"{called} stands before the colon", f"write: {write}"),
        "colon": (f"this is {called}, which is a letter to YAML", f"write: {write}"),
        "after": (f"{called} stands after the colon", f"write: {write}"),
    }[parts[0]]
    if parts[0] == "dash" and text[start] not in _DASHES:
        message = f"{called} stands after the dash"
    return Slip(start, end, message.rstrip(","), hint, tuple(edits), sure=True)
