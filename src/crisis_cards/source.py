"""YAML text → a tree of values that know their place.

The tree comes from the parser's events, not from its loader: a loader turns `no` into False and
`22:30` into 1350, keeps the last of two equal keys, and forgets where anything stood.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

import yaml

from .diagnostics import Diagnostic, Span
from .slips import COMPLEX_KEY, TOO_DEEP, explain, quoted_line

_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it

_DEEPEST = 32  # open mappings and lists; the format needs five, and libyaml slows down with depth

# What YAML itself may not contain; YAML 1.2, section 5.1.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Escapes in double quotes can still make these. Anki separates fields with U+001F and removes
# the others.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class File:
    """A file's text, and the way from an offset in it to a line and column."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of every line. Lines end as in editors: LF, CRLF or CR."""
        return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", self.text))]

    def span(self, start: int, end: int) -> Span:
        """The range of two offsets; one that runs over several lines is cut at its first."""
        start = min(start, len(self.text))
        number = bisect_right(self._starts, start) - 1
        first = self._starts[number]
        last = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        line = self.text[first:last].rstrip("\r\n")
        column = start - first + 1
        return Span(
            self.path, number + 1, column, max(column + 1, min(end - first, len(line)) + 1), line
        )


class Text(NamedTuple):
    """A scalar exactly as written (`no` stays "no") and the offsets where it stands."""

    value: str
    start: int
    end: int
    file: File

    @property
    def span(self) -> Span:
        return self.file.span(self.start, self.end)

    def span_of(self, start: int, end: int) -> Span:
        """Where a part of the value stands in the file; `start` and `end` are offsets in it."""
        places = _places(self.file.text[self.start : self.end])
        # An escape that the walk does not know would shift all that follows: then the whole
        # scalar is the honest answer.
        if "".join(char for char, _, _ in places).rstrip() != self.value.rstrip():
            return self.span
        first = places[min(start, len(places) - 1)]
        last = places[min(max(start, end - 1), len(places) - 1)]
        return self.file.span(self.start + first[1], self.start + last[2])


class Mapping(NamedTuple):
    """Keys and values in the order of the file, repeated keys included."""

    items: list[tuple[Text, Node]]
    start: int
    end: int
    file: File

    @property
    def span(self) -> Span:
        return self.file.span(self.start, self.end)


class Sequence(NamedTuple):
    """A list."""

    items: list[Node]
    start: int
    end: int
    file: File

    @property
    def span(self) -> Span:
        return self.file.span(self.start, self.end)


Node: TypeAlias = "Text | Mapping | Sequence"


class Document(NamedTuple):
    """What a file holds. `root` is None for an empty file.

    `broken` says that reading stopped at a syntax error: what came before it is there,
    nothing can be said of what is missing.
    """

    file: File
    root: Node | None
    broken: bool


def read(path: Path, shown: str | None = None) -> tuple[Document, list[Diagnostic]]:
    """A file's tree. `shown` is the path that messages name (default: as given)."""
    name = shown or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        span = Span(name, 1, 1, 2)
        reason = (error.strerror or str(error)).lower()
        problem = Diagnostic(span, "unreadable-file", f"the file cannot be read: {reason}")
        return Document(File(name, ""), None, broken=True), [problem]
    return parse(data, name)


def parse(data: bytes, name: str) -> tuple[Document, list[Diagnostic]]:
    """The tree of one document; `name` is the path that messages name."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error, name)
    file = File(name, text)
    bad = _UNPRINTABLE.search(text)
    if bad:
        problem = Diagnostic(
            file.span(bad.start(), bad.end()),
            "yaml-syntax",
            f"an invisible control character (U+{ord(bad[0]):04X}) stands here",
            "delete it and type the text around it anew",
        )
        return Document(file, None, broken=True), [problem]
    return _Builder(file).build()


def _not_utf8(
    data: bytes, error: UnicodeDecodeError, name: str
) -> tuple[Document, list[Diagnostic]]:
    """The place of the first byte that is not UTF-8, in the line as far as it can be read."""
    file = File(name, data.decode("utf-8", errors="replace").removeprefix("\ufeff"))
    place = len(data[: error.start].decode("utf-8-sig", errors="replace"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        file, place = File(name, ""), 0
    problem = Diagnostic(
        file.span(place, place + 1),
        "not-utf8",
        "the file is not written in UTF-8",
        'in your editor, choose "Save with encoding" and there UTF-8',
    )
    return Document(file, None, broken=True), [problem]


class _Open(NamedTuple):
    """A mapping or list whose end has not come yet."""

    node: Mapping | Sequence
    key: Text | None  # under which it goes into the mapping around it
    flow: bool


class _Builder:
    """Events → tree, with everything that this format refuses reported on the way."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.problems: list[Diagnostic] = []
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.last: Text | None = None  # the latest scalar, for the explanation of an error
        self.flow_start = -1  # where the latest outermost [ or { began

    def build(self) -> tuple[Document, list[Diagnostic]]:
        broken = False
        try:
            self._run()
        except yaml.MarkedYAMLError as error:
            broken = True
            self.problems.append(self._explained(error))
        except yaml.YAMLError as error:
            broken = True
            self._report(0, 1, "yaml-syntax", f"this is not YAML: {error}")
        if broken:
            self._keep_finished()
        return Document(self.file, self.root, broken), self.problems

    def _run(self) -> None:
        """The hot loop: one turn an event, local names, no call for a plain scalar."""
        file = self.file
        parser = _Parser(file.text)
        next_event = parser.get_event
        stack = self.open
        items: list[tuple[Text, Node]] | list[Node] = []
        key: Text | None = None
        in_mapping = False
        documents = 0
        scalar, mapping, sequence = (
            yaml.ScalarEvent,
            yaml.MappingStartEvent,
            yaml.SequenceStartEvent,
        )
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        try:
            while True:
                event = next_event()
                kind = type(event)
                if kind is scalar:
                    text = Text(event.value, event.start_mark.index, event.end_mark.index, file)
                    if event.anchor is not None or event.tag is not None:
                        text = self._refused(text)
                    node: Node = text
                    self.last = text
                    if event.style == '"':
                        self._refuse_control(text)
                elif kind is mapping or kind is sequence:
                    make = Mapping if kind is mapping else Sequence
                    start = event.start_mark.index
                    node = make([], start, start + 1, file)
                    if event.anchor is not None or event.tag is not None:
                        self._refused(node)
                    if event.flow_style and not (stack and stack[-1].flow):
                        self.flow_start = start
                    if in_mapping and key is None:
                        raise yaml.parser.ParserError(None, None, COMPLEX_KEY, event.start_mark)
                    if len(stack) == _DEEPEST:
                        raise yaml.parser.ParserError(None, None, TOO_DEEP, event.start_mark)
                    stack.append(_Open(node, key, bool(event.flow_style)))
                    items, in_mapping, key = node.items, kind is mapping, None
                    continue
                elif kind in ends:
                    closed = stack.pop()
                    node = closed.node._replace(end=max(event.start_mark.index, closed.node.end))
                    key = closed.key
                    if stack:
                        items = stack[-1].node.items
                        in_mapping = type(stack[-1].node) is Mapping
                    else:
                        items, in_mapping = [], False
                elif kind is yaml.AliasEvent:
                    node = self._refused(
                        Text("", event.start_mark.index, event.end_mark.index, file)
                    )
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        self._report(
                            event.start_mark.index,
                            event.start_mark.index + 3,
                            "yaml-syntax",
                            "a second YAML document begins here",
                            "remove this line: a file holds one document",
                        )
                        return
                    continue
                elif kind is yaml.StreamEndEvent:
                    return
                else:
                    continue
                if in_mapping:
                    if key is None:
                        key = cast("Text", node)
                    else:
                        cast("list[tuple[Text, Node]]", items).append((key, node))
                        key = None
                elif stack:
                    cast("list[Node]", items).append(node)
                elif self.root is None:
                    self.root = node
        finally:
            parser.dispose()

    def _keep_finished(self) -> None:
        """After a syntax error: keep what was complete, so that its problems are reported too.

        The innermost two open containers (the fact in work, and what it holds) are dropped:
        nothing can be said of their missing parts.
        """
        keep = self.open[: max(1, min(2, len(self.open) - 1))] if self.open else []
        for outer, inner in pairwise(keep):
            if type(outer.node) is Mapping and inner.key is not None and inner.node.items:
                outer.node.items.append((inner.key, inner.node))
        if keep:
            self.root = keep[0].node

    def _report(self, start: int, end: int, check: str, message: str, hint: str = "") -> None:
        self.problems.append(Diagnostic(self.file.span(start, end), check, message, hint))

    def _refused(self, node: Mapping | Sequence | Text) -> Text:
        """Anchors, aliases and tags: YAML's own machinery, met here only by accident.

        Returns what the author meant: the text as written.
        """
        raw = self.file.text[node.start : node.end]
        word = re.match(r"\S+", raw)
        name = {"&": "an anchor", "*": "an alias", "!": "a tag"}.get(raw[:1], "a mark")
        self._report(
            node.start,
            node.start + len(word[0] if word else raw),
            "alias",
            f"a value that begins with {raw[:1]} is {name} to YAML, not text",
            quoted_line(self.file.text, node.start),
        )
        return Text(raw, node.start, node.end, self.file)

    def _refuse_control(self, text: Text) -> None:
        if bad := _CONTROL.search(text.value):
            self.problems.append(
                Diagnostic(
                    text.span_of(bad.start(), bad.end()),
                    "yaml-syntax",
                    f"this escape makes an invisible control character (U+{ord(bad[0]):04X})",
                    "remove it, or write two backslashes for one that should be seen",
                )
            )

    def _explained(self, error: yaml.MarkedYAMLError) -> Diagnostic:
        slip = explain(
            self.file.text,
            error,
            last=(self.last.start, self.last.end) if self.last else None,
            flow_start=self.flow_start,
        )
        return Diagnostic(
            self.file.span(slip.start, slip.end), "yaml-syntax", slip.message, slip.hint
        )


_SIMPLE_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f",
    "r": "\r", "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_BREAK = re.compile(
    r"[ \t]*(\r\n|[\n\r\x85\u2028\u2029])((?:[ \t]*(?:\r\n|[\n\r\x85\u2028\u2029]))*)[ \t]*"
)


def _places(raw: str) -> list[tuple[str, int, int]]:
    """Every character of a scalar's value with the range of `raw` that made it."""
    if raw[:1] in ("|", ">"):
        return _block_places(raw)
    quote = raw[:1] if raw[:1] in ("'", '"') else ""
    places: list[tuple[str, int, int]] = []
    at, stop = len(quote), len(raw) - len(quote)
    while at < stop:
        char = raw[at]
        size = 1
        if quote == "'" and raw.startswith("''", at):
            size = 2
        elif quote == '"' and char == "\\":
            code = raw[at + 1 : at + 2]
            digits = {"x": 2, "u": 4, "U": 8}.get(code, 0)
            if digits:
                char, size = chr(int(raw[at + 2 : at + 2 + digits], 16)), 2 + digits
            elif code in _SIMPLE_ESCAPES:
                char, size = _SIMPLE_ESCAPES[code], 2
            else:  # an escaped line break joins the lines
                fold = _BREAK.match(raw, at + 1)
                char, size = "", (fold.end() - at) if fold else 2
                places += [("\n", at, at + size)] * len(re.findall(r"\n", fold[2] if fold else ""))
        elif char in " \t\n\r\x85\u2028\u2029" and (fold := _BREAK.match(raw, at)):
            extra = re.findall(r"\r\n|[\n\r\x85\u2028\u2029]", fold[2])
            size = fold.end() - at
            places += [("\n", at, at + size)] * len(extra)
            char = "" if extra else " "
        if char:
            places.append((char, at, at + size))
        at += size
    return places


def _block_places(raw: str) -> list[tuple[str, int, int]]:
    """The same for a literal or folded block: its lines without their indentation."""
    lines = list(re.finditer(r"([ ]*)([^\r\n]*)(\r\n|\n|\r|$)", raw[raw.find("\n") + 1 :]))
    offset = raw.find("\n") + 1
    filled = [line for line in lines if line[2]]
    indent = len(filled[0][1]) if filled else 0
    places: list[tuple[str, int, int]] = []
    folded = raw[0] == ">"
    pending = False  # a folded line break that becomes a blank if a plain line follows
    for line in lines:
        body = (line[1] + line[2])[indent:]
        start = offset + line.start() + min(indent, len(line[1]))
        if folded and pending and body and body[0] not in " \t":
            places[-1] = (" ", *places[-1][1:])
        places += [(char, start + i, start + i + 1) for i, char in enumerate(body)]
        if line[3]:
            if folded and pending and not body:
                pending = False  # the break before an empty line is the empty line's own
                continue
            places.append(("\n", start + len(body), offset + line.end()))
            pending = folded and bool(body) and body[0] not in " \t"
    return places
