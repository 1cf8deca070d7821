"""YAML text → a tree of values that know their place.

The tree comes from the parser's events, not from its loader: a loader turns `no` into False and
`22:30` into 1350, keeps the last of two equal keys, and forgets where anything stood.
"""

from __future__ import annotations

import errno
import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

import yaml

from .diagnostics import Diagnostic, Edit, Span
from .slips import COMPLEX_KEY, SECOND_DOCUMENT, TOO_DEEP, explain, quoted_line, quoting

_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it

_DEEPEST = 32  # open mappings and lists; the format needs five, and libyaml slows down with depth

# What YAML may not contain (YAML 1.2, section 5.1), and the line separators and byte-order marks
# that it takes for something other than text.
# Named one by one, because re takes long to prepare a set that leaves out a few of all characters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
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
        if "\r" in self.text:
            return [0, *(m.end() for m in re.finditer(r"\r\n?|\n", self.text))]
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))][:-1]

    def line(self, offset: int) -> int:
        """The number of the line, from 1, that an offset lies in."""
        return bisect_right(self._starts, min(offset, len(self.text)))

    def span(self, start: int, end: int) -> Span:
        """The range of two offsets; one that runs over several lines is cut at its first."""
        start = min(start, len(self.text))
        number = self.line(start)
        first = self._starts[number - 1]
        last = self._starts[number] if number < len(self._starts) else len(self.text)
        line = self.text[first:last].rstrip("\r\n")
        column = start - first + 1
        end_column = max(column + 1, min(end - first, len(line)) + 1)
        return Span(self.path, number, column, end_column, line)


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
        if self.file.text.startswith(self.value, self.start):  # plain, and on one line
            return self.file.span(self.start + start, self.start + max(start + 1, end))
        places = _places(self.file.text[self.start : self.end], self.value)
        first, last = places[start], places[max(start, end - 1)]
        return self.file.span(self.start + first[0], self.start + last[1])


def insertion(key: Text, entry: str) -> tuple[Edit, ...]:
    """The edit that makes `entry` ("key: text") the first one of the mapping below a key."""
    text = key.file.text
    found = re.compile(r"\s*:(?:[ \t]*(?:#[^\r\n]*)?(\r\n|\n|\r))*([ \t]*)").match(text, key.end)
    if not found:
        return ()
    if found[1]:
        return (Edit(found.end(), found.end(), f"{entry}{found[1]}{found[2]}"),)
    if text[found.end() : found.end() + 1] == "{":
        return (Edit(found.end() + 1, found.end() + 1, f"{entry}, "),)
    return ()


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

    `broken` says that reading stopped: what came before is there, nothing can be said of what is
    missing. `error` is the syntax error that stopped it. It is not among the problems that reading
    returns, because whoever knows what the tree should be may know a better explanation. `doubtful`
    is a key whose value ran up to the error and is left out of the tree.
    """

    file: File
    root: Node | None
    broken: bool
    error: Diagnostic | None = None
    doubtful: Text | None = None


def read(path: Path) -> tuple[Document, list[Diagnostic]]:
    """A file's tree, and what else is wrong with its text."""
    name = str(path)
    try:
        data = _bytes(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        span = Span(name, 1, 1, 2)
        problem = Diagnostic(span, "unreadable-file", f"the file cannot be read: {reason}")
        return Document(File(name, ""), None, broken=True), [problem]
    return parse(data, name)


def _bytes(path: Path) -> bytes:
    if path.is_fifo():  # reading would wait for a writer for ever
        raise OSError(errno.EINVAL, "it is a pipe")
    return path.read_bytes()


def parse(data: bytes, name: str) -> tuple[Document, list[Diagnostic]]:
    """The tree of one document; `name` is the path that messages name."""
    if b"\0" in data:
        return _not_utf8(data, 0, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error.start, name)
    file = File(name, text)
    if bad := _UNPRINTABLE.search(text):
        problem = Diagnostic(
            file.span(bad.start(), bad.end()),
            "yaml-syntax",
            f"an invisible character (U+{ord(bad[0]):04X}) stands here",
            "delete it and type the text around it anew",
        )
        return Document(file, None, broken=True), [problem]
    return _Builder(file).build()


def _not_utf8(data: bytes, start: int, name: str) -> tuple[Document, list[Diagnostic]]:
    """The place of the first byte that is not UTF-8, in the line as far as it can be read."""
    file = File(name, data.decode("utf-8", errors="replace").removeprefix("\ufeff"))
    place = len(data[:start].decode("utf-8-sig", errors="replace"))
    if b"\0" in data:  # UTF-16 or UTF-32: there is no line to show
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

    make: Callable[..., Mapping | Sequence]
    items: list[tuple[Text, Node]] | list[Node]
    start: int
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
        try:
            self._run()
        except yaml.MarkedYAMLError as error:
            found = self._explained(error)
        except yaml.YAMLError as error:  # one without a place, which has not been met so far
            found = Diagnostic(self.file.span(0, 1), "yaml-syntax", f"this is not YAML: {error}")
        else:
            return Document(self.file, self.root, broken=False), self.problems
        doubtful = self._keep_finished(found.span.line)
        # An alias that was not meant as one upsets the rest of its line: one message is enough.
        echo = any(problem.span.line == found.span.line for problem in self.problems)
        shown = None if echo else found
        return Document(self.file, self.root, True, shown, doubtful), self.problems

    def _run(self) -> None:
        """The hot loop: one turn an event, local names, no call for a plain scalar."""
        file = self.file
        parser = _Parser(_digestible(file.text))
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
        node: Node
        make: Callable[..., Mapping | Sequence]
        new = tuple.__new__  # what Text(…) comes to, at a third of its time
        try:
            while True:
                event = next_event()
                kind = type(event)
                if kind is scalar:
                    start, end = event.start_mark.index, event.end_mark.index
                    text = new(Text, (event.value, start, end, file))
                    if event.anchor is not None or event.tag is not None:
                        text = self._refused(text, key)
                    if event.style == '"':
                        self._refuse_control(text)
                    self.last = node = text
                elif kind is mapping or kind is sequence:
                    start, flow = event.start_mark.index, event.flow_style
                    if event.anchor is not None or event.tag is not None:
                        self._refused(Sequence([], start, start + 1, file), key)
                    if flow and not (stack and stack[-1].flow):
                        self.flow_start = start
                    if in_mapping and key is None:
                        raise yaml.parser.ParserError(None, None, COMPLEX_KEY, event.start_mark)
                    if len(stack) == _DEEPEST:
                        raise yaml.parser.ParserError(None, None, TOO_DEEP, event.start_mark)
                    items, in_mapping = [], kind is mapping
                    make = Mapping if in_mapping else Sequence
                    stack.append(_Open(make, items, start, key, flow))
                    key = None
                    continue
                elif kind in ends:
                    make, items, start, key, flow = stack.pop()
                    end = (event.end_mark if flow else event.start_mark).index
                    node = make(items, start, max(end, start + 1), file)
                    if stack:
                        make, items = stack[-1][:2]
                        in_mapping = make is Mapping
                    else:
                        items, in_mapping = [], False
                elif kind is yaml.AliasEvent:
                    alias = Text("", event.start_mark.index, event.end_mark.index, file)
                    node = self._refused(alias, key)
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        mark = event.start_mark
                        raise yaml.parser.ParserError(None, None, SECOND_DOCUMENT, mark)
                    continue
                elif kind is yaml.StreamEndEvent:
                    return
                else:
                    continue
                if in_mapping:
                    if key is None:
                        key = node  # type: ignore[assignment]  # a scalar: others were refused
                    else:
                        items.append((key, node))  # type: ignore[arg-type]
                        key = None
                elif stack:
                    items.append(node)  # type: ignore[arg-type]
                elif self.root is None:
                    self.root = node
        finally:
            parser.dispose()

    def _keep_finished(self, line: int) -> Text | None:
        """After a syntax error: keep what was complete, so that its problems are reported too.

        The fact in work and what it holds are dropped: nothing can be said of their missing
        parts. So is a value that runs up to the line of the error; its key is returned.
        """
        doubtful = None
        if self.open and self.last and self.file.line(self.last.end) >= line:
            items = self.open[-1].items
            if items and self.last in (items[-1], items[-1][1]):
                dropped = items.pop()
                doubtful = (
                    cast("tuple[Text, Node]", dropped)[0] if dropped is not self.last else None
                )
        keep = self.open[: max(1, min(2, len(self.open) - 1))] if self.open else []
        for outer, inner in pairwise(keep):
            if outer.make is Mapping and inner.key is not None and inner.items:
                cast("list[tuple[Text, Node]]", outer.items).append((inner.key, self._node(inner)))
        if keep:
            self.root = self._node(keep[0])
        return doubtful

    def _node(self, unfinished: _Open) -> Node:
        make, items, start, _, _ = unfinished
        return make(items, start, start + 1, self.file)

    def _report(
        self,
        start: int,
        end: int,
        check: str,
        message: str,
        hint: str = "",
        fix: tuple[Edit, ...] = (),
    ) -> None:
        self.problems.append(Diagnostic(self.file.span(start, end), check, message, hint, fix))

    def _refused(self, node: Mapping | Sequence | Text, key: Text | None) -> Text:
        """Anchors, aliases and tags: YAML's own machinery, met here only by accident.

        Returns what the author meant: the text as written.
        """
        raw = self.file.text[node.start : node.end]
        found = re.match(r"\S+", self.file.text[node.start :])
        word = found[0] if found else raw
        fix: tuple[Edit, ...] = ()
        name = {"&": "an anchor", "*": "an alias", "!": "a tag"}.get(word[:1], "a mark")
        if key is not None and key.value == "<<":
            hint = "write the keys out where they are wanted"
        elif type(node) is not Text or word.startswith("!!"):
            hint = f"remove {word}"
        else:
            hint = quoted_line(self.file.text, node.start)
            # An anchor with its alias was meant as that.
            other = word.translate({ord("&"): "*", ord("*"): "&"})
            if not re.search(re.escape(other) + r"(?!\S)", self.file.text) or word[0] == "!":
                fix = quoting(self.file.text, node.start)
        message = f"a value that begins with {word[:1]} is {name} to YAML, not text"
        self._report(node.start, node.start + len(word), "alias", message, hint, fix)
        return Text(raw, node.start, node.end, self.file)

    def _refuse_control(self, text: Text) -> None:
        if bad := _CONTROL.search(text.value):
            self.problems.append(
                Diagnostic(
                    text.span_of(bad.start(), bad.end()),
                    "yaml-syntax",
                    f"this escape makes an invisible character (U+{ord(bad[0]):04X})",
                    "remove it, or write two backslashes for one that should be seen",
                )
            )

    def _explained(self, error: yaml.MarkedYAMLError) -> Diagnostic:
        last = (self.last.start, self.last.end) if self.last else None
        slip = explain(self.file.text, error, last, self.flow_start)
        span = self.file.span(slip.start, slip.end)
        return Diagnostic(span, "yaml-syntax", slip.message, slip.hint, slip.fix)


def _digestible(text: str) -> str:
    """The pure parser refuses tabs that are allowed; a blank for each keeps every offset."""
    if _Parser is not yaml.SafeLoader or "\t" not in text:
        return text
    return re.sub(r"(?<=\S)[ \t]*\t[ \t]*", lambda tabs: " " * len(tabs[0]), text)


_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r\n|.))", re.DOTALL
)
_ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "N": "\x85", "_": "\xa0", "L": "\u2028",
    "P": "\u2029", "0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f",
}  # fmt: skip


@lru_cache(maxsize=4)  # one text may have many problems
def _places(raw: str, value: str) -> list[tuple[int, int]]:
    """For every character of a scalar's value, the range of `raw` that it comes from.

    Folding and indentation only change white space, so that the other characters are found one
    after the other; a blank stands where the search for the next character begins.
    """
    units = _units(raw)
    last = len(units) - 1
    places = []
    at = 0
    for char in value:
        if not char.isspace():
            while at < last and units[at][0] != char:
                at += 1
        found, start, end = units[min(at, last)]
        places.append((start, end))
        at += found == char
    return places


def _units(raw: str) -> list[tuple[str, int, int]]:
    """The characters of a scalar as written, an escape as one, a block without its first line."""
    quote = raw[:1]
    start, end = 0, len(raw)
    if quote in ("'", '"'):
        start, end = 1, end - 1
    elif quote in ("|", ">"):
        header = re.match(r"[^\r\n]*", raw)
        start = header.end() if header else 0
    units = []
    at = start
    while at < end:
        char, size = raw[at], 1
        if quote == "'" and raw.startswith("''", at):
            size = 2
        elif quote == '"' and (escape := _ESCAPE.match(raw, at)):
            code = escape[1] or escape[2] or escape[3]
            char = chr(int(code, 16)) if code else _ESCAPES.get(escape[4], escape[4])
            size = len(escape[0])
        units.append((char, at, at + size))
        at += size
    return units or [("", 0, 1)]
