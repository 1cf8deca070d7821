"""YAML text → a tree of values that know their place.

The tree comes from the parser's events, not from its loader: a loader turns `no` into False and
`22:30` into 1350, keeps the last of two equal keys, and forgets where anything stood.
"""

from __future__ import annotations

import errno
import re
from bisect import bisect_left, bisect_right
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import yaml

from ..problems import Edit, Problem, Span
from ..problems.errors import ALIAS, MERGE_CONFLICT, NOT_UTF8, UNREADABLE_FILE, YAML_SYNTAX
from . import characters, conflicts, recovery, repairs, stops
from .conflicts import Conflict
from .nodes import Document, File, Mapping, Node, Sequence, Text, insertion
from .quotes import line_end, line_start, quoted_line, quoting, starts_line
from .recovery import Made, Open
from .stops import COMPLEX_KEY, SECOND_DOCUMENT, TOO_DEEP, Known, Slip, Stop

__all__ = [
    "Document", "File", "Mapping", "Node", "Sequence", "Text", "gets_further", "insertion", "load",
    "parse", "read", "stop",
]  # fmt: skip

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
_SAVE_AS = 'in your editor, choose "Save with encoding" and there UTF-8'
_WORD = re.compile(r"\S+")
_ANCHOR = re.compile(r"[^\s,\[\]{}:]+")


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
    raw, refused = decoded(data, name)
    if refused:
        return Document(raw, None, broken=True), [refused]
    text = raw.text
    plain, slips = (text, []) if text.isascii() else characters.read_as(text, known)
    file = File(name, plain, text)
    problems = list(map(partial(_slip, file), slips))
    plain, strays, merged = without_strays(file)
    problems += strays
    document, found = _Builder(File(name, plain, text) if problems else file, known).build()
    for conflict in merged:
        document = _lacking(document, conflict, conflicts.depth(file.text, conflict))
    if document.root is not None and not text.isascii() and characters.may_be_in_key(plain):
        problems += map(partial(_slip, file), _misspelt(document.root, known))
    return document, problems + found


def decoded(data: bytes | OSError, name: str, hint: str = _SAVE_AS) -> tuple[File, Problem | None]:
    """The text of a file, and why there is none; `hint` says how it is saved in UTF-8."""
    if isinstance(data, OSError):
        message = f"the file cannot be read: {(data.strerror or str(data)).lower()}"
        return File(name, ""), Problem(Span(name, 1, 1, 2), UNREADABLE_FILE, message)
    if data[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) or data.count(0) > len(data) // 8:
        return _not_utf8(data, 0, name, hint)
    try:
        return File(name, data.decode("utf-8-sig")), None
    except UnicodeDecodeError as error:
        return _not_utf8(data, error.start, name, hint)


def without_strays(file: File) -> tuple[str, list[Problem], list[Conflict]]:
    """A text with blanks for what nobody typed: control characters, and what git left in it."""
    plain, merged = file.text, []
    problems: list[Problem] = []
    if _UNPRINTABLE.search(plain):
        problems += map(partial(_invisible, file), _UNPRINTABLE.finditer(plain))
        plain = _UNPRINTABLE.sub(" ", plain)
    if "<<<<<<<" in plain or ">>>>>>>" in plain:
        merged = list(conflicts.conflicts(plain))
        problems += map(partial(_merged, file), merged)
        plain = conflicts.without(plain, merged)
    return plain, problems, merged


def _slip(file: File, slip: Slip) -> Problem:
    span = file.span(slip.start, slip.end)
    return Problem(span, YAML_SYNTAX, slip.message, slip.hint, slip.fix)


def _invisible(file: File, bad: re.Match[str]) -> Problem:
    message = f"an invisible character (U+{ord(bad[0]):04X}) stands here"
    hint = "delete it and type the text around it anew"
    return Problem(file.span(bad.start(), bad.end()), YAML_SYNTAX, message, hint)


def _merged(file: File, conflict: Conflict) -> Problem:
    """The message of a merge conflict, with the numbers of the lines of both sides."""
    sides = []
    for start, end in (conflict.ours, conflict.theirs):
        if start < end:
            first, last = file.line(start), file.line(end - 1)
            sides.append(str(first) if first == last else f"{first}–{last}")
    lines = f"lines {' and '.join(sides)}" if "–" in "".join(sides) or len(sides) > 1 else ""
    lines = lines or f"line {sides[0]}" if sides else ""
    hint = f"keep what you want of {lines}, and remove the marks" if lines else "remove this line"
    span = file.span(conflict.start, line_end(file.text, conflict.start))
    return Problem(span, MERGE_CONFLICT, "git left a merge conflict here", hint)


def _lacking(document: Document, conflict: Conflict, depth: int) -> Document:
    """The same with the mappings marked into which a conflict of some depth belongs."""
    text, lacking, node = document.file.text, set(document.lacking), document.root
    while isinstance(node, Mapping) and node.start - line_start(text, node.start) <= depth:
        lacking.add(node.start)
        at = bisect_right(node.items, conflict.start, key=lambda item: item[0].start)
        node = node.items[at - 1][1] if at else None
    return document._replace(lacking=frozenset(lacking), broken=True)


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


def _not_utf8(data: bytes, start: int, name: str, hint: str) -> tuple[File, Problem]:
    """The place of the first byte that is not UTF-8, in the line as far as it can be read."""
    file = File(name, data.decode("utf-8", errors="replace").removeprefix("\ufeff"))
    place = len(data[:start].decode("utf-8-sig", errors="replace"))
    if b"\0" in data:  # UTF-16 or UTF-32: there is no line to show
        file, place = File(name, ""), 0
    span = file.span(place, place + 1)
    return file, Problem(span, NOT_UTF8, "the file is not written in UTF-8", hint)


class _BombError(Exception):
    """Lists of names of lists of names: a few lines that would make a file of any size."""


class _Builder:
    """Events → tree, with everything that this format refuses reported on the way."""

    def __init__(self, file: File, known: Known) -> None:
        self.file = file
        self.known = known
        self.made = Made(file)
        self.problems: list[Problem] = []
        self.told: set[int] = set()  # the lines that they are in
        self.anchors: dict[str, Text] = {}
        self.bomb: Problem | None = None
        self.flow_start = -1  # where the latest outermost [ or { began
        self._source = _digestible(file.text)

    def build(self) -> tuple[Document, list[Problem]]:
        made, errors = self.made, []
        broken = False
        while stop := self.stop():
            broken, begun = True, made.start
            slip = repairs.explain(stop, partial(gets_further, stop))
            slip = recovery.recover(made, stop, slip)
            span = self.file.span(slip.start, slip.end)
            # An alias that was not meant as one upsets the rest of its line: that is told already.
            if self.told.isdisjoint((span.line, self.file.line(stop.place))):
                errors.append(Problem(span, YAML_SYNTAX, slip.message, slip.hint, slip.fix))
            self.told.add(span.line)
            if made.start == begun:
                break
        if self.bomb:
            return Document(self.file, None, broken=True), [self.bomb]
        lacking, doubtful = frozenset(made.lacking), tuple(made.doubtful)
        document = Document(self.file, made.root, broken, tuple(errors), lacking, doubtful)
        return document, self.problems

    def stop(self) -> Stop | None:
        """Reads the file from where it is to begin; where the parser stopped, None if nowhere."""
        made = self.made
        try:
            self._run()
        except _BombError:
            return None
        except yaml.YAMLError as error:
            marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
            least, most = made.start, len(self.file.text)
            at, began = (
                min(max(mark.index + made.shift if mark else 0, least), most) for mark in marks
            )
            # A parser's context is the list or mapping around; a scanner's is the token in work.
            in_token = isinstance(error, yaml.scanner.ScannerError) and marks[1]
            nowhere = max(0, least - 1)
            return Stop(
                text=self.file.text,
                at=at,
                began=began if in_token else at,
                last=(made.last.start, made.last.end) if made.last else (nowhere, nowhere),
                bracket=self.flow_start,
                inside=bool(made.open) and made.open[-1].flow,
                begun=(made.start, made.prefix),
                done=self._done(),
                known=self.known,
                problem=str(getattr(error, "problem", error)),
            )
        return None

    def _done(self) -> tuple[int, int]:
        """The lines of the facts that are complete, but for the last one."""
        facts = self.made.facts()
        at = bisect_left(facts, self.made.start, key=lambda item: item[0].start)
        if at == len(facts):
            return 0, 0
        text, first, last = self.file.text, facts[at][0].start, facts[-1][0].start
        if not starts_line(text, first) or not starts_line(text, last):  # a list's, or in braces
            return 0, 0
        return line_start(text, first), line_start(text, last)

    def _run(self) -> None:
        """The hot loop: one turn an event, local names, no call for a plain scalar."""
        file, made = self.file, self.made
        shift, stack, key = made.shift, made.open, made.key
        items: list[tuple[Text, Node]] | list[Node] = stack[-1].items if stack else []
        in_mapping = bool(stack)
        documents = 1 if stack else 0
        scalar, mapping = yaml.ScalarEvent, yaml.MappingStartEvent
        sequence = yaml.SequenceStartEvent
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        node: Node
        make: Callable[..., Mapping | Sequence]
        new = tuple.__new__  # what Text(…) comes to, at a third of its time
        self.flow_start = -1
        rest = recovery.Rest(self._source, made.start, made.prefix) if made.start else self._source
        parser = _Parser(rest)
        next_event = parser.get_event
        try:
            for _ in range(made.skipped):
                next_event()
            while True:
                event = next_event()
                kind = type(event)
                if kind is scalar:
                    start, end = event.start_mark.index + shift, event.end_mark.index + shift
                    text = new(Text, (event.value, start, end, file))
                    if event.anchor is not None or event.tag is not None:
                        text = self._refused(text, key)
                    if event.style == '"':
                        self._refuse_control(text)
                    made.last = node = text
                elif kind is mapping or kind is sequence:
                    start, flow = event.start_mark.index + shift, event.flow_style
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
                    stack.append(Open(make, items, start, key, flow))
                    key = None
                    continue
                elif kind in ends:
                    make, items, start, key, flow = stack.pop()
                    end = (event.end_mark if flow else event.start_mark).index + shift
                    node = make(items, start, max(end, start + 1), file)
                    if stack:
                        make, items = stack[-1][:2]
                        in_mapping = make is Mapping
                    else:
                        items, in_mapping = [], False
                elif kind is yaml.AliasEvent:
                    start, end = event.start_mark.index + shift, event.end_mark.index + shift
                    node = self._refused(Text("", start, end, file), key)
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
                elif made.root is None:
                    made.root = node
        finally:
            made.key = key
            parser.dispose()

    def _refused(self, node: Mapping | Sequence | Text, key: Text | None) -> Text:
        """Anchors, aliases and tags: YAML's own machinery, met here only by accident.

        Returns what the author meant: the text as written.
        """
        file, start = self.file, node.start
        raw = file.text[start : node.end]
        word, anchor = (
            found[0] if found else raw
            for found in (pattern.match(file.text, start) for pattern in (_WORD, _ANCHOR))
        )
        if word[:1] == "*" and anchor[1:] in self.anchors:
            # It stands where the anchor stands, so that what follows from it is not told either.
            for open_ in self.made.open:
                if file.text[open_.start] == "&":
                    message = "a list or mapping with a name (&…) holds others by their names (*…)"
                    span = file.span(open_.start, open_.start + 1)
                    self.bomb = Problem(span, ALIAS, message, "write all of them out")
                    raise _BombError
            return self.anchors[anchor[1:]]
        fix: tuple[Edit, ...] = ()
        name = {"&": "an anchor", "*": "an alias", "!": "a tag"}.get(word[:1], "a mark")
        if key is not None and key.value == "<<":
            hint = "write the keys out where they are wanted"
        elif word[:1] == "&" and re.search(rf"\*{re.escape(anchor[1:])}(?![\w-])", file.text):
            hint = f"write it out in every place, instead of {anchor} and *{anchor[1:]}"
            value = node.value if type(node) is Text else ""
            self.anchors[anchor[1:]] = Text(value or anchor, start, node.end, file)
        elif type(node) is not Text or word.startswith("!!"):
            hint = f"remove {word}"
        else:
            hint = quoted_line(file.text, start)
            fix = quoting(file.text, start)
        message = f"a value that begins with {word[:1]} is {name} to YAML, not text"
        span = file.span(start, start + len(word))
        self._report(Problem(span, ALIAS, message, hint, fix))
        return Text(raw, start, node.end, file)

    def _refuse_control(self, text: Text) -> None:
        raw = self.file.text[text.start : text.end]
        if "\\" not in raw:
            return
        from . import escapes  # most files have none

        if slip := escapes.misread(raw, text.value):
            start, end, message, hint, edits = slip
            span = self.file.span(text.start + start, text.start + end)
            fix = tuple(Edit(text.start + at, text.start + to, new) for at, to, new in edits)
            self._report(Problem(span, YAML_SYNTAX, message, hint, fix))

    def _report(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.told.add(problem.span.line)


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
    begun, prefix = former.begun
    trial = [*edits, Edit(0, begun, prefix), Edit(rest, len(former.text), "")]
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
