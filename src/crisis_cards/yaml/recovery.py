"""Where reading goes on after a slip: at the next line that stands where a key belongs.

The parser stops at a slip for good. Another one begins behind it, with a prefix that opens the
mappings around that place once more, so that it knows how deep every line is to be indented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, cast

from ..problems import count
from . import nodes
from .nodes import File, Mapping, Node, Text
from .quotes import indent, line_end, line_start
from .stops import SECOND_DOCUMENT, Known, Slip, Stop

Items: TypeAlias = list[tuple[Text, Node]]

_LINE = re.compile(r"(?:\r\n|\n|\r)([ ]*[^\s#][^\r\n]*)")
# Bounded, so that a line of any length is read in linear time.
_KEY = re.compile(r"""["']?([^\s:#"'-][^:]{0,200}?)["']?[ ]{0,20}:(?=\s|$)""")
_ID = re.compile(r"[\w-]{1,200}")
_ALONE = re.compile(r"[ \t]*(?:#.*|\{.*)?$")
_STARTER = re.compile(r"""["']?([\w-]{1,200})\W*$|(?:-[ ]*)?["']?([\w-]{1,200})[ ]*[:=;：]""")
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

    def reopen(self, at: int = -1) -> None:
        """Makes a mapping incomplete again, one of those in the innermost open one or the root."""
        key, value = _items(self.open[-1]).pop(at) if self.open else (None, self.root)
        mapping = cast("Mapping", value)
        self.root = None
        self.open.append(Open(Mapping, mapping.items, mapping.start, key, flow=False))

    def close(self, end: int) -> None:
        """Ends the innermost open mapping or list at an offset."""
        ended = self.open.pop()
        node = ended.make(ended.items, ended.start, max(end, ended.start + 1), self.file)
        if not self.open:
            self.root = node
        elif self.open[-1].make is Mapping:
            _items(self.open[-1]).append((cast("Text", ended.key), node))
        else:
            cast("list[Node]", self.open[-1].items).append(node)

    def keep_id(self, key: Text) -> None:
        """Adds a fact of which nothing but its id is known, where that is one."""
        if not _ID.fullmatch(key.value):
            return
        # It begins behind its id: where the first id begins, the mapping of all begins too.
        _items(self.open[1]).append((key, Mapping([], key.end, key.end + 1, self.file)))
        self.lacking.add(key.end)

    def spoil(self) -> None:
        """Marks the latest fact, to which a slip below it may belong, as may its last value."""
        key, fact = _items(self.open[1])[-1]
        if type(fact) is not Mapping:
            self.open[1].items.pop()
            self.keep_id(key)
            return
        self.lacking.add(fact.start)
        if fact.items and not (type(last := fact.items[-1][1]) is Text and last.value):
            fact.items.pop()

    def begin_at(self, line: Line, columns: Sequence[int], key: Text | None) -> None:
        """The next parser begins at a line, in mappings that stand at these columns.

        If the line stands deeper than all of them, it is the value of `key`.
        """
        deeper = bool(columns) and line.written > columns[-1]
        self.start = line.start
        self.prefix = "".join(" " * column + "k:\n" for column in columns)
        # Stream and document begin; each mapping with its key; then the empty value of the last.
        self.skipped = 2 + 2 * len(columns) + (not deeper) if columns else 0
        self.key = key if deeper else None
        self.last = None

    def is_block(self, node: Node | None) -> bool:
        """Whether a value is a mapping whose keys stand one below the other."""
        return type(node) is Mapping and self.file.text[node.start] != "{"

    def column(self, node: Open | Node) -> int:
        """How deep something is indented: a mapping as its keys are."""
        return node.start - line_start(self.file.text, node.start)


def _items(open_: Open) -> Items:
    return cast("Items", open_.items)


class Line(NamedTuple):
    """A line that is neither empty nor a comment. `written`: how deep it stands, `depth`: should.

    `word` is its key, or what may have been meant as one. An id is a word that is no known key.
    `alone`: nothing follows it on its line.
    """

    start: int
    written: int
    depth: int
    word: str
    is_known: bool
    alone: bool

    @property
    def is_id(self) -> bool:
        return bool(self.word) and not self.is_known


def recover(made: Made, stop: Stop, slip: Slip) -> Slip:
    """Makes ready to go on behind a slip: `made` says where, and begins nowhere else if nowhere.

    What was complete stays. What holds the slip is marked: it lacks something. Returns the slip, or
    a better account of it.
    """
    text, around, known = made.file.text, made.open, stop.known
    line = _line_of(made, slip, known)
    lost = _leave_open(made, stop, slip, line)
    # An id that stands where ids do is sound: what ended the facts above it is the slip.
    sound = False
    if len(around) == 1 and not (line.is_known and line.depth <= made.column(around[0])):
        lost, sound = _facts_again(made, line, lost, known)
    columns = [made.column(open_) for open_ in around]
    if len(around) == 1 and line.depth <= columns[0] and line.is_known:
        start = text.index(line.word, line.start)
        lost = Text(line.word, start, start + len(line.word), made.file)
    named = len(around) == 2 and lost is not None and bool(_ID.fullmatch(lost.value))
    if named and lost:  # nothing else is known of this fact
        made.keep_id(lost)
    opens = len(around) == 1 and lost is not None and known.get(lost.value) == "mapping"
    # Of two ids that stand elsewhere, the next one tells which is the odd one.
    facts = _items(around[1]) if len(around) == 2 and line.is_id and not named else []
    may_be_odd = facts and line.written != columns[1]
    may_be_odd = may_be_odd and sum(type(value) is Mapping for _, value in facts[:3]) < 2
    odd = line.written if may_be_odd else -1
    levels = _levels(made, columns, odd, known)
    begin = max(slip.start if slip.edits else stop.place, made.start)
    found, low = _next_line(text, begin, max(odd, *columns, 0), levels, known, opens=opens)
    if found and found.depth == odd:
        slip = _of_odd_id(made, facts, odd, known)
        columns[1], sound = odd, True
        around[1] = around[1]._replace(start=line.start + odd)
        line = line._replace(depth=odd)
    if sound and line.start > made.start:
        found = line
    else:
        low = low if named else min(low, line.depth)
        for depth, open_ in enumerate(around):
            innermost = depth == len(around) - 1 and not named
            if depth > 1 or columns[depth] >= low or innermost:
                made.lacking.add(open_.start)
    if found is None or stop.problem == SECOND_DOCUMENT:
        while around:
            made.close(len(text))
        return slip
    if not around:
        made.root = None
        made.lacking.add(found.start)
    made.begin_at(found, columns, lost)
    return slip


def _leave_open(made: Made, stop: Stop, slip: Slip, line: Line) -> Text | None:
    """Leaves the mappings open that hold a slip; the key whose value is lost with it.

    A mapping that ended where the slip begins is open again, unless that line begins something of
    its own: it may have been meant to go on.
    """
    text, around = made.file.text, made.open
    place = min(stop.place, line.start)
    while line.is_id and len(around) > 1 and not around[-1].flow and _is_deeper(made, line):
        made.close(place)
    # A line whose indentation is the slip does not say how deep a mapping stands.
    moved = {
        start
        for start, end in ((line_start(text, edit.start), edit.end) for edit in slip.edits)
        if not text[start:end].strip()
    }
    for depth, open_ in enumerate(around):
        misplaced = depth and line_start(text, open_.start) in moved
        if open_.make is not Mapping or open_.flow or misplaced:
            del around[depth:]
            if misplaced:
                return open_.key
            made.key = open_.key
            break
    lost, latest = made.key, made.latest()
    if around and latest and not lost and _reaches(made, latest[1], slip):
        lost = cast("Text", latest[0])
        around[-1].items.pop()
        if len(around) == 1:
            made.lacking.add(around[0].start)
        made.doubtful.append(lost)
    while len(around) > 1 and _is_deeper(made, line):
        if lost and len(around) == 2:
            made.keep_id(lost)
        elif lost:
            made.lacking.add(around[-1].start)
        made.close(place)
        lost = None
    while len(around) < _DEEPEST and (latest := made.latest()):
        key, inner = latest
        if not made.is_block(inner) or inner.end < place:
            break
        if around and line_start(text, inner.start) in moved:
            around[-1].items.pop()
            return key
        column = made.column(around[-1]) if around else -1
        if len(around) == 1 and (
            not _holds_facts(made, latest, stop.known) or (line.is_known and line.depth <= column)
        ):
            break
        if len(around) == 2 and line.is_id and (line.alone or line.depth == column):
            break
        if len(around) == 2 and not line.is_known and line.depth <= column:
            made.spoil()
            break
        made.reopen()
        lost = None
    return lost or _cut_value(made, line, place)


def _cut_value(made: Made, line: Line, place: int) -> Text | None:
    """The key of the latest value if that goes on up to a slip, or should have: it is left out."""
    latest = made.latest()
    if len(made.open) < 2 or not latest:
        return None
    key, value = latest
    is_text = type(value) is Text
    below = line.depth > made.column(made.open[-1]) or not line.word
    if below if is_text else len(made.open) > 2 and value.end >= place:
        made.open[-1].items.pop()
        return key
    return None


def _facts_again(
    made: Made, line: Line, lost: Text | None, known: Known
) -> tuple[Text | None, bool]:
    """Opens the facts of a file again, or its sources: a slip beside them has ended them.

    Returns the key of facts that have not begun yet, or `lost`, and whether the line of the slip is
    an id among them.
    """
    items = _items(made.open[0])
    for at in range(len(items) - 1, -1, -1):
        key, value = items[at]
        is_id = line.is_id and line.alone
        if type(value) is Text and known.get(key.value) == "mapping":
            del items[at]
            return key, is_id and line.depth > made.column(made.open[0])
        if _holds_facts(made, items[at], known):
            made.reopen(at)
            latest = made.latest()
            stray = made.doubtful[-1].start if made.doubtful else -1
            if latest and latest[1].start < stray < line.start:
                made.spoil()  # it may have lost keys to the margin
            return None, is_id and line.written == made.column(made.open[1])
    return lost, False


def _holds_facts(made: Made, item: tuple[Text | None, Node], known: Known) -> bool:
    """Whether a value is a mapping of ids, as facts and sources are."""
    key, value = item
    return (
        type(value) is Mapping
        and made.is_block(value)
        and (not key or not known or known.get(key.value) == "mapping")
        and any(
            type(inner) is Mapping or inner.start == inner.end or name.value in known
            for name, inner in value.items[:3]
        )
    )


def _of_odd_id(made: Made, facts: Items, depth: int, known: Known) -> Slip:
    """The slip in the first id of a file, which stands elsewhere than all that follow."""
    first, value = facts[0]
    if first.value in known:
        facts.clear()
        message = f'"{first.value}" stands where the id of a fact belongs'
        return Slip(first.start, first.end, message, 'write its id above it, such as "some-id:"')
    if len(facts) > 1 or type(value) is not Mapping:  # its keys were taken for ids
        facts.clear()
        made.keep_id(first)
    message = "this id does not stand where the others do"
    return Slip(first.start, first.end, message, f"begin it with {count(depth, 'space')}")


def _is_deeper(made: Made, line: Line) -> bool:
    """Whether the innermost mapping or list stands deeper than a line, which ends it then."""
    return made.column(made.open[-1]) > line.depth


def _reaches(made: Made, value: Node, slip: Slip) -> bool:
    """Whether a value goes on up to the line of a slip, so that it may be a part of that."""
    line = made.file.line
    is_text = value is made.last or made.file.text[value.start] in "[{"
    return is_text and line(value.end) >= line(slip.start)


def _line_of(made: Made, slip: Slip, known: Known) -> Line:
    """The line of a slip, as far as it can be told what it was meant as."""
    text = made.file.text
    start = line_start(text, slip.start)
    line = text[start : line_end(text, start)]
    words = line.strip()
    starter, key = _STARTER.match(words), _KEY.match(words)
    word = starter[1] or starter[2] if starter else ""
    alone = bool(key and _ALONE.match(words, key.end()))
    written = depth = len(line) - len(line.lstrip())
    if not depth and not alone and not (word in known and words.startswith(word)):
        word = ""  # no id stands at the margin
    is_id, tabs = bool(word) and word not in known, "\t" in line[:depth]
    if tabs and is_id and alone and len(made.open) > 1:
        depth = made.column(made.open[1])
    elif (tabs or (is_id and key)) and slip.edits and slip.edits[0].start == start:
        # The remedy says how deep it should stand.
        depth = indent(slip.edits[0].text + line[slip.edits[0].end - start :])
    return Line(start, written, depth, word, word in known, alone)


def _levels(made: Made, columns: Sequence[int], odd: int, known: Known) -> dict[int, bool]:
    """Where keys may stand, and whether authors choose them there, as they do with ids."""
    if not columns:
        return {0: False}
    if odd >= 0:
        return {columns[0]: False, odd: False}
    chosen = [
        bool(depth and open_.items) and _items(open_)[0][0].value not in known
        for depth, open_ in enumerate(made.open)
    ]
    return dict(zip(columns, chosen, strict=True))


def _next_line(
    text: str, start: int, last: int, levels: dict[int, bool], known: Known, *, opens: bool
) -> tuple[Line | None, int]:
    """The next line below an offset at which reading can go on, and the least depth before it.

    Where keys stand, one is taken for such if it is known, or alone on its line as an id is: other
    words with a colon may be text, unless authors choose the keys there. With `opens`, an id may
    stand deeper than all. Elsewhere it is a slip of its own.
    """
    low = last + 1
    for line in _lines(text, line_end(text, start), known):
        if line.word and (line.depth <= last or opens):
            chosen = levels.get(line.depth)
            fits = chosen is not None and (chosen or line.alone or line.is_known)
            if fits or (line.is_id and line.alone and len(levels) + line.depth > 1):
                return line, low
        low = min(low, line.depth)
    return None, low


def _lines(text: str, start: int, known: Known) -> Iterator[Line]:
    """The lines that begin after an offset, which is a line's end."""
    for found in _LINE.finditer(text, start):
        depth = indent(found[1])
        key = _KEY.match(found[1], depth)
        bare = None if key else _ID.fullmatch(found[1], depth)
        word = key[1] if key else bare[0] if bare else ""
        alone = bool(key and _ALONE.match(found[1], key.end()))
        yield Line(found.start(1), depth, depth, word, word in known, alone)


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
