"""Where reading goes on after a slip: at the next line that stands where a key belongs.

The parser stops at a slip for good. Another one begins behind it, with a prefix that opens the
mappings around that place once more, so that it knows how deep every line is to be indented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, cast

from . import nodes
from .nodes import File, Mapping, Node, Text
from .quotes import indent, line_end, line_start
from .stops import SECOND_DOCUMENT, Known, Slip, Stop

Items: TypeAlias = list[tuple[Text, Node]]

_LINE = re.compile(r"(?:\r\n|\n|\r)([ ]*[^\s#][^\r\n]*)")
_KEY = re.compile(r"""["']?([^\s:#"'-][^:]*?)["']?[ ]*:(?=\s|$)""")
_ALONE = re.compile(r"[ \t]*(?:#.*|\{.*)?$")
_STARTER = re.compile(r"\W*([\w-]+)(?:\W*$|[ ]*[:=;：])")
_DEEPEST = 3  # of the mappings that hold a slip: a file, its facts, a fact


class Open(NamedTuple):
    """A mapping or list whose end has not come yet."""

    make: Callable[..., Mapping | nodes.Sequence]
    items: Items | list[Node]
    start: int
    key: Text | None  # under which it goes into the mapping around it
    flow: bool


@dataclass
class Made:
    """What a parser has made of a text so far, and where the next one begins.

    `key`: that of the innermost open mapping whose value is to come. `last`: the latest scalar.
    `lacking` and `doubtful` as in `Document`. The parser reads `prefix` in the place of what stands
    before `start`, and its first `skipped` events are of no interest.
    """

    file: File
    root: Node | None = None
    open: list[Open] = field(default_factory=list)
    key: Text | None = None
    last: Text | None = None
    lacking: set[int] = field(default_factory=set)
    doubtful: list[Text] = field(default_factory=list)
    start: int = 0
    prefix: str = ""
    skipped: int = 0

    @property
    def shift(self) -> int:
        """How far an offset of the file is from that of the parser."""
        return self.start - len(self.prefix)

    def facts(self) -> Items:
        """The facts or sources that are being read; none elsewhere."""
        if len(self.open) > 1:
            return _items(self.open[1]) if self.open[1].make is Mapping else []
        latest = self.latest()
        return latest[1].items if self.open and latest and type(latest[1]) is Mapping else []

    def latest(self) -> tuple[Text | None, Node] | None:
        """The key and value that were complete last, in the innermost open mapping."""
        if self.open:
            return _items(self.open[-1])[-1] if self.open[-1].items else None
        return (None, self.root) if self.root else None

    def reopen(self) -> None:
        """Makes the value that was complete last, a mapping, incomplete again."""
        key, value = cast("tuple[Text | None, Mapping]", self.latest())
        if self.open:
            self.open[-1].items.pop()
        self.root = None
        self.open.append(Open(Mapping, value.items, value.start, key, flow=False))

    def close(self, end: int) -> None:
        """Ends the innermost open mapping at an offset."""
        ended = self.open.pop()
        node = Mapping(_items(ended), ended.start, max(end, ended.start + 1), self.file)
        if self.open:
            _items(self.open[-1]).append((cast("Text", ended.key), node))
        else:
            self.root = node

    def column(self, mapping: Open | Mapping) -> int:
        """How deep the keys of a mapping are indented."""
        return mapping.start - line_start(self.file.text, mapping.start)


def _items(open_: Open) -> Items:
    return cast("Items", open_.items)


class Line(NamedTuple):
    """A line that is neither empty nor a comment.

    `word` is its key, or what may have been meant as one. An id is a key that nobody knows.
    `alone`: nothing follows the key on its line.
    """

    start: int
    depth: int
    word: str
    is_known: bool
    alone: bool = True

    @property
    def is_id(self) -> bool:
        return bool(self.word) and not self.is_known and self.alone


def recover(made: Made, stop: Stop, slip: Slip) -> bool:
    """Whether reading can go on behind a slip; `made` says where then.

    What was complete stays. What holds the slip is marked: it lacks something.
    """
    text = made.file.text
    line = _line_of(text, slip, stop.known)
    lost = _leave_open(made, stop, slip, line)
    around = made.open
    columns = [made.column(open_) for open_ in around]
    if not around:
        made.root = None
    elif len(around) == 1 and line.depth <= columns[0] and line.is_known:
        start = text.index(line.word, line.start)
        lost = Text(line.word, start, start + len(line.word), made.file)
    of_line = made.file.line
    named = len(around) == 2 and lost is not None and of_line(lost.start) == of_line(lost.end)
    if named and lost:  # the id of a fact of which nothing else is known
        node = Mapping([], lost.start, lost.end, made.file)
        _items(around[1]).append((lost, node))
        made.lacking.add(lost.start)
    opens = len(around) == 1 and lost is not None and stop.known.get(lost.value) == "mapping"
    found, low = _next_line(made, max(slip.start, made.start), columns, stop.known, opens=opens)
    low = low if named else min(low, line.depth)
    for depth, open_ in enumerate(around):
        innermost = depth == len(around) - 1 and not named
        if depth > 1 or columns[depth] >= low or innermost:
            made.lacking.add(open_.start)
    if found is None or stop.problem == SECOND_DOCUMENT:
        while around:
            made.close(len(text))
        return False
    deeper = bool(around) and found.depth > columns[-1]
    if len(around) == 2 and len(around[1].items) == 1 and line.depth == found.depth:
        columns[1] = found.depth  # it is the first id that stands elsewhere than the others
    made.start = found.start
    made.prefix = "".join(" " * column + "k:\n" for column in columns)
    # The begin of stream and document, of each mapping, its key, and the empty value of the last.
    made.skipped = 2 + 2 * len(columns) + (not deeper) if around else 0
    made.key = lost if deeper else None
    made.last = None
    if not around:
        made.lacking.add(found.start)
    return True


def _leave_open(made: Made, stop: Stop, slip: Slip, line: Line) -> Text | None:
    """Leaves the mappings open that hold a slip; the key whose value is lost with it.

    A mapping that ended where the slip begins is open again, unless that line begins something of
    its own: it may have been meant to go on.
    """
    text, around = made.file.text, made.open
    # A line whose indentation is the slip does not say how deep a mapping stands.
    moved = {
        start
        for start, end in ((line_start(text, edit.start), edit.end) for edit in slip.edits)
        if not text[start:end].strip()
    }
    blocks = [
        open_.make is Mapping
        and not open_.flow
        and (not depth or line_start(text, open_.start) not in moved)
        for depth, open_ in enumerate(around)
    ]
    kept = [*blocks, False].index(False)
    if kept < len(around):
        lost = around[kept].key
        del around[kept:]
        return lost
    lost, latest = made.key, made.latest()
    if around and latest and _reaches(made, latest[1], slip):
        lost = cast("Text", latest[0])
        around[-1].items.pop()
        made.doubtful.append(lost)
    while len(around) > 1 and made.column(around[-1]) > line.depth:
        if made.key:
            made.lacking.add(around[-1].start)
        made.close(stop.place)
        lost = made.key = None
    while len(around) < _DEEPEST and (latest := made.latest()):
        key, inner = latest
        if type(inner) is not Mapping or text[inner.start] == "{":
            break
        same = len(around) == 1 and line.is_id and line.depth == made.column(inner)
        if inner.end < stop.place and not same:
            break
        if around and line_start(text, inner.start) in moved:
            around[-1].items.pop()
            return key
        margin = made.column(around[-1]) if around else -1
        if line.word:
            if len(around) >= 2 if line.is_id else line.depth <= margin:
                break
        elif len(around) == 2 and line.depth <= margin:
            made.lacking.add(inner.start)
            break
        made.reopen()
        lost = None
    return lost


def _reaches(made: Made, value: Node, slip: Slip) -> bool:
    """Whether a value goes on up to the line of a slip, so that it may be a part of that."""
    line = made.file.line
    is_text = value is made.last or made.file.text[value.start] in "[{"
    return is_text and line(value.end) >= line(slip.start)


def _line_of(text: str, slip: Slip, known: Known) -> Line:
    """The line of a slip, as far as it can be told what it was meant as."""
    start = line_start(text, slip.start)
    words = text[start : line_end(text, start)]
    depth = len(words) - len(words.lstrip())
    if words[:depth].strip(" "):  # tabs: the remedy says how deep it is meant to stand
        depth = indent(slip.edits[0].text if slip.edits else words.expandtabs(2))
    starter = _STARTER.match(words.strip())
    word = starter[1] if starter else ""
    if not word:  # several words may be an id without a colon
        below = next(_lines(text, line_end(text, start), known), None)
        heads = below and below.depth > depth and below.is_known
        word = words.strip() if heads else ""
    return Line(start, depth, word, word in known)


def _next_line(
    made: Made, start: int, columns: Sequence[int], known: Known, *, opens: bool
) -> tuple[Line | None, int]:
    """The next line below an offset at which reading can go on, and the least depth before it.

    As deep as the keys of a mapping, a key is one if it is known, or alone on its line as an id is:
    other words with a colon may be text, unless authors choose the keys of that mapping. With
    `opens`, an id may stand deeper than what is open. Elsewhere it is a slip of its own.
    """
    text = made.file.text
    chosen = [
        bool(depth and open_.items) and _items(open_)[0][0].value not in known
        for depth, open_ in enumerate(made.open)
    ]
    level = dict(zip(columns, chosen, strict=True)) if columns else {0: False}
    last = columns[-1] if columns else 0
    low = last + 1
    for line in _lines(text, line_end(text, start), known):
        if line.word and (line.depth <= last or opens):
            fits = line.depth in level and (line.is_known or line.alone or level[line.depth])
            if fits or (line.is_id and columns):
                return line, low
        low = min(low, line.depth)
    return None, low


def _lines(text: str, start: int, known: Known) -> Iterator[Line]:
    """The lines that begin after an offset, which is a line's end."""
    for found in _LINE.finditer(text, start):
        depth = indent(found[1])
        key = _KEY.match(found[1], depth)
        word = key[1] if key else ""
        alone = bool(key and _ALONE.match(found[1], key.end()))
        yield Line(found.start(1), depth, word, word in known, alone)


class Rest:
    """A text from an offset on, behind a prefix: read as far as the parser asks for it."""

    def __init__(self, text: str, start: int, before: str) -> None:
        self.text, self.at, self.before = text, start, before

    def read(self, size: int = 4096, /) -> str:
        """The next characters, up to `size` of them."""
        part, self.before = self.before, ""
        if not part:
            part = self.text[self.at : self.at + size]
            self.at += size
        return part
