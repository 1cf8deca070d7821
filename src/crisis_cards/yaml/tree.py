"""YAML text → a tree of values that know their place.

The tree comes from the parser's events, not from its loader: a loader turns `no` into False and
`22:30` into 1350, keeps the last of two equal keys, and forgets where anything stood.
"""

from __future__ import annotations

import errno
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

import yaml

from ..problems import Edit, Problem, Span
from ..problems.errors import ALIAS, NOT_UTF8, UNREADABLE_FILE, YAML_SYNTAX
from . import characters, repairs, stops
from .quotes import line_end, line_start, places, quoted_line, quoting, starts_line
from .stops import COMPLEX_KEY, SECOND_DOCUMENT, TOO_DEEP, Known, Slip, Stop

_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it

_UNKNOWN: Known = {}  # a reader that knows no keys

_DEEPEST = 32  # open mappings and lists; the format needs five, and libyaml slows down with depth

_AHEAD = 20_000  # characters that a trial reads beyond the place of an error

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
    """A file's text, and the way from an offset in it to a line and column.

    `shown` is the text as it was typed, where it is read otherwise, of the same length.
    """

    def __init__(self, path: str, text: str, shown: str = "") -> None:
        self.path = path
        self.text = text
        self.shown = shown or text

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
        line = self.shown[first:last].rstrip("\r\n")
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
        ranges = places(self.file.text[self.start : self.end], self.value)
        first, last = ranges[start], ranges[max(start, end - 1)]
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
    error: Problem | None = None
    doubtful: Text | None = None


def read(path: Path, known: Known = _UNKNOWN) -> tuple[Document, list[Problem]]:
    """A file's tree, and what else is wrong with its text.

    `known` are the keys that an author may mean, and what their values are to YAML.
    """
    return parse(load(path), str(path), known)


def load(path: Path) -> bytes | OSError:
    """What a file holds, or why it cannot be read."""
    try:
        if path.is_fifo():  # reading would wait for a writer for ever
            return OSError(errno.EINVAL, "it is a pipe")
        return path.read_bytes()
    except OSError as error:
        return error


def parse(
    data: bytes | OSError, name: str, known: Known = _UNKNOWN
) -> tuple[Document, list[Problem]]:
    """The tree of one document; `name` is the path that messages name."""
    if isinstance(data, OSError):
        message = f"the file cannot be read: {(data.strerror or str(data)).lower()}"
        problem = Problem(Span(name, 1, 1, 2), UNREADABLE_FILE, message)
        return Document(File(name, ""), None, broken=True), [problem]
    if b"\0" in data:
        return _not_utf8(data, 0, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error.start, name)
    plain, slips = (text, []) if text.isascii() else characters.read_as(text, known)
    file = File(name, plain, text)
    if bad := _UNPRINTABLE.search(plain):
        message = f"an invisible character (U+{ord(bad[0]):04X}) stands here"
        hint = "delete it and type the text around it anew"
        problem = Problem(file.span(bad.start(), bad.end()), YAML_SYNTAX, message, hint)
        return Document(file, None, broken=True), [problem]
    document, problems = _Builder(file, known).build()
    if document.root is not None and not text.isascii() and characters.may_be_in_key(plain):
        slips += _misspelt(document.root, known)
    for slip in slips:
        span = file.span(slip.start, slip.end)
        problems.append(Problem(span, YAML_SYNTAX, slip.message, slip.hint, slip.fix))
    return document, problems


def _misspelt(root: Node, known: Known) -> Iterator[Slip]:
    """Makes keys what they were meant to be; a text that is a key stays as it is."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if type(node) is Sequence:
            waiting += node.items
        if type(node) is not Mapping:
            continue
        for at, (key, value) in enumerate(node.items):
            waiting.append(value)
            heads = type(value) is not Text or not value.value
            found = "" if key.value.isascii() else characters.in_name(key.value)
            if found and (heads or found in known):
                node.items[at] = (key._replace(value=found), value)
                raw = key.file.shown[key.start : key.end]
                if "\ufeff" not in raw:  # that is said already
                    yield characters.slip_of_name(raw, key.start, found)


def _not_utf8(data: bytes, start: int, name: str) -> tuple[Document, list[Problem]]:
    """The place of the first byte that is not UTF-8, in the line as far as it can be read."""
    file = File(name, data.decode("utf-8", errors="replace").removeprefix("\ufeff"))
    place = len(data[:start].decode("utf-8-sig", errors="replace"))
    if b"\0" in data:  # UTF-16 or UTF-32: there is no line to show
        file, place = File(name, ""), 0
    hint = 'in your editor, choose "Save with encoding" and there UTF-8'
    span = file.span(place, place + 1)
    problem = Problem(span, NOT_UTF8, "the file is not written in UTF-8", hint)
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

    def __init__(self, file: File, known: Known) -> None:
        self.file = file
        self.known = known
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.last: Text | None = None  # the latest scalar, for the explanation of an error
        self.flow_start = -1  # where the latest outermost [ or { began

    def build(self) -> tuple[Document, list[Problem]]:
        stop = self.stop()
        if stop is None:
            return Document(self.file, self.root, broken=False), self.problems
        slip = repairs.explain(stop, lambda edits: gets_further(stop, edits))
        span = self.file.span(slip.start, slip.end)
        found = Problem(span, YAML_SYNTAX, slip.message, slip.hint, slip.fix)
        doubtful = self._keep_finished(span.line)
        # An alias that was not meant as one upsets the rest of its line: one message is enough.
        echo = any(problem.span.line == span.line for problem in self.problems)
        error = None if echo else found
        return Document(self.file, self.root, True, error, doubtful), self.problems

    def stop(self) -> Stop | None:
        """Reads the file; where the parser stopped, None if it did not."""
        try:
            self._run()
        except yaml.YAMLError as error:
            marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
            at, began = (min(mark.index if mark else 0, len(self.file.text)) for mark in marks)
            # A parser's context is the list or mapping around; a scanner's is the token in work.
            in_token = isinstance(error, yaml.scanner.ScannerError) and marks[1]
            return Stop(
                text=self.file.text,
                at=at,
                began=began if in_token else at,
                last=(self.last.start, self.last.end) if self.last else (0, 0),
                bracket=self.flow_start,
                inside=bool(self.open) and self.open[-1].flow,
                done=self._done(),
                known=self.known,
                problem=str(getattr(error, "problem", error)),
            )
        return None

    def _done(self) -> tuple[int, int]:
        """The lines of the facts that are complete, but for the last one."""
        nodes: list[Node] = [self._node(unfinished) for unfinished in self.open[:2]]
        if len(nodes) == 1 and isinstance(nodes[0], Mapping):
            nodes += [value for _, value in nodes[0].items[-1:]]
        facts = nodes[-1] if len(nodes) == 2 else None
        if not isinstance(facts, Mapping) or not facts.items:
            return 0, 0
        text, first, last = self.file.text, facts.items[0][0].start, facts.items[-1][0].start
        if not starts_line(text, first) or not starts_line(text, last):  # a list's, or in braces
            return 0, 0
        return line_start(text, first), line_start(text, last)

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
        scalar, mapping = yaml.ScalarEvent, yaml.MappingStartEvent
        sequence = yaml.SequenceStartEvent
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

    def _node(self, unfinished: _Open) -> Mapping | Sequence:
        make, items, start, _, _ = unfinished
        return make(items, start, start + 1, self.file)

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
        span = self.file.span(node.start, node.start + len(word))
        self.problems.append(Problem(span, ALIAS, message, hint, fix))
        return Text(raw, node.start, node.end, self.file)

    def _refuse_control(self, text: Text) -> None:
        if bad := _CONTROL.search(text.value):
            message = f"this escape makes an invisible character (U+{ord(bad[0]):04X})"
            hint = "remove it, or write two backslashes for one that should be seen"
            span = text.span_of(bad.start(), bad.end())
            self.problems.append(Problem(span, YAML_SYNTAX, message, hint))


def scalars(text: str) -> Iterator[Text]:
    """The keys and texts of a file up to where the parser stops, also of what it cannot finish."""
    file = File("", text)
    with suppress(yaml.YAMLError):
        for event in yaml.parse(_digestible(text), _Parser):
            if isinstance(event, yaml.ScalarEvent) and event.start_mark and event.end_mark:
                yield Text(event.value, event.start_mark.index, event.end_mark.index, file)


def stop(text: str, known: Known = _UNKNOWN) -> Stop | None:
    """Where the parser stops in a text; None if it reads all of it."""
    return _Builder(File("", text), known).stop()


def gets_further(former: Stop, edits: tuple[Edit, ...]) -> bool:
    """Whether edits let the parser read more of a text than before.

    Tried on the fact in work and some lines below it, so that a slip in a large file costs little.
    """
    last = max(edit.end for edit in edits)
    first, end = former.done
    rest = line_end(former.text, max(former.at, last) + _AHEAD)
    trial = [*edits, Edit(rest, len(former.text), "")]
    if end <= min(edit.start for edit in edits):
        trial.append(Edit(first, end, ""))
    found = stop(stops.edited(former.text, trial))
    if found is None:
        return True
    at, place = (stops.unmoved(trial, offset) for offset in (found.at, found.place))
    if place == former.place:  # the next slip in the same brackets or quotes
        return at > former.at and former.text[place] in '[{"'
    return place > former.place and (at > former.at or at > line_end(former.text, last))


def _digestible(text: str) -> str:
    """The pure parser refuses tabs that are allowed; a blank for each keeps every offset."""
    if _Parser is not yaml.SafeLoader or "\t" not in text:
        return text
    return re.sub(r"(?<=\S)[ \t]*\t[ \t]*", lambda tabs: " " * len(tabs[0]), text)
