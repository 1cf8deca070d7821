"""The proof that a remedy takes nothing away: before it is tried, and once it was read again.

A remedy adds signs, or changes white space: every character that an author typed stays, and stays
in its value. Some replace a value or a name by design; they are known by the check that offers
them, and nothing but that one value may change.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from codecs import BOM_UTF8
from collections.abc import Sequence
from itertools import accumulate, chain

from ..checks.encoding import broken_encoding
from ..checks.printed import printed_as_typed
from ..format import cells
from ..format.section import KNOWN_KEYS
from ..format.tables import is_table
from ..problems import Edit, Problem
from ..problems.errors import (
    BAD_CLOZE_NUMBER,
    BAD_DATE,
    BAD_ID,
    EMPTY_CLOZE,
    NO_CLOZE,
    UNCLOSED_CLOZE,
    UNKNOWN_CHECK,
    UNKNOWN_KEY,
    UNKNOWN_SOURCE,
)  # fmt: skip
from ..yaml import tree
from ..yaml.keeping import holds, keeps
from ..yaml.stops import edited
from ..yaml.tree import File, Node, Text

REPLACING = frozenset(
    {
        BAD_CLOZE_NUMBER,
        BAD_DATE,
        BAD_ID,
        EMPTY_CLOZE,
        NO_CLOZE,
        UNCLOSED_CLOZE,
        UNKNOWN_CHECK,
        UNKNOWN_KEY,
        UNKNOWN_SOURCE,
        broken_encoding.check,
        printed_as_typed.check,
    }
)
"""What is mended by another value or name in the place of the one that was typed."""

_OF_LIST = re.compile(r"[-\[\]\s]*(?:id:\s*)?")
"""The signs of a list, and the key above an id in it."""


class Trial:
    """A file before and after some remedies; `after` is what it would hold."""

    def __init__(self, before: bytes, problems: Sequence[Problem]) -> None:
        self.mark = "utf-8-sig" if before.startswith(BOM_UTF8) else "utf-8"
        self.text = before.decode(self.mark)
        self.is_table = is_table(problems[0].span.path)
        self.problems = _written(before, problems) if self.is_table else problems
        self.edits = sorted(edit for problem in self.problems for edit in problem.fix)
        self.after = edited(self.text, self.edits).encode(self.mark)
        self._ends = [edit.end for edit in self.edits]
        grown = (len(edit.text) - (edit.end - edit.start) for edit in self.edits)
        self._shifts = [0, *accumulate(grown)]  # of what stands behind so many edits

    def is_proved(self) -> bool:
        """Whether nothing is lost, and no other value has changed."""
        read = _cells if self.is_table else _values
        before, after = read(self.text), read(self.after.decode(self.mark))
        return self._same_elsewhere(before, after) and all(
            self._replaces(problem, before, after)
            if problem.check in REPLACING
            else self._keeps(problem, before, after)
            for problem in self.problems
        )

    def touched(self) -> set[int]:
        """The numbers of the lines that the edits have changed."""
        file = File("", self.after.decode("utf-8-sig"))
        return {file.line(self._start(edit)) for edit in self.edits}

    def _start(self, edit: Edit) -> int:
        """Where an edit begins afterwards."""
        return edit.start + self._shifts[bisect_left(self.edits, edit)]

    def _same_elsewhere(self, before: Sequence[Text], after: Sequence[Text]) -> bool:
        """Whether every value that could be read is still there, apart from the edited ones."""
        values = {text.start: text.value for text in after}
        for text in before:
            edits = bisect_right(self._ends, text.start)  # that stand before it
            is_edited = edits < len(self.edits) and self.edits[edits].start < text.end
            moved = text.start + self._shifts[edits]
            if text.start < text.end and not is_edited and values.get(moved) != text.value:
                return False
        return True

    def _keeps(self, problem: Problem, before: Sequence[Text], after: Sequence[Text]) -> bool:
        """Whether all that was typed is still there, and words are words of a value."""
        replaced = [self.text[edit.start : edit.end] for edit in problem.fix]
        if any(map(str.strip, replaced)) and all(map(_OF_LIST.fullmatch, replaced)):
            return self._named(problem, before, after)
        return keeps(self.text, problem.fix) and all(
            holds("".join(text.value for text in self._at(edit, after)), _without_quotes(typed))
            for edit in problem.fix
            if any(map(str.isalnum, typed := self.text[edit.start : edit.end]))
        )

    def _replaces(self, problem: Problem, before: Sequence[Text], after: Sequence[Text]) -> bool:
        """Whether each edit lies in one value, and makes one of it."""
        return all(
            _holds(before, edit.start, edit.end)
            and _holds(after, start := self._start(edit), start + len(edit.text))
            for edit in problem.fix
        )

    def _named(self, problem: Problem, before: Sequence[Text], after: Sequence[Text]) -> bool:
        """Whether only ids came to the values, where nothing but the signs of a list has gone."""
        made = {edit.text.split(":")[0].strip() for edit in problem.fix} | {"id"}
        left, were = ([t.value for t in texts if t.value not in made] for texts in (after, before))
        return left == were

    def _at(self, edit: Edit, after: Sequence[Text]) -> Sequence[Text]:
        """The values afterwards in the place of an edit."""
        start = self._start(edit)
        return _between(after, start, start + len(edit.text))


def _holds(texts: Sequence[Text], start: int, end: int) -> bool:
    """Whether one of some values, in their order, has all that stands between two offsets."""
    at = bisect_right(texts, start, key=lambda text: text.start) - 1
    return at >= 0 and end <= texts[at].end


def _between(texts: Sequence[Text], start: int, end: int) -> Sequence[Text]:
    """Of values in their order, those that have a part between two offsets."""
    first = bisect_right(texts, start, key=lambda text: text.end)
    return texts[first : bisect_left(texts, end, key=lambda text: text.start)]


def _without_quotes(typed: str) -> str:
    """A text without the marks that YAML may have read as its own."""
    return re.sub(r"[\"'\\]", "", typed)


def _written(before: bytes, problems: Sequence[Problem]) -> Sequence[Problem]:
    """Problems of a table; a cell whose value is mended gets quotes where it needs them."""
    table, _ = cells.read(before, "")
    return [p._replace(fix=table.quoted(p.fix)) for p in problems] if table else problems


def _cells(text: str) -> list[Text]:
    """All cells of a table that hold something, in their order."""
    table, _ = cells.read(text.encode(), "")
    rows = (record.cells or () for record in (table.records if table else ()))
    return [cell for cell in chain.from_iterable(rows) if cell.value]


def _values(text: str) -> list[Text]:
    """All keys and texts of a file, in their order; those of a fact with a slip as far as it."""
    document, _ = tree.parse(text.encode(), "", KNOWN_KEYS)
    found = {scalar.start: scalar for scalar in tree.scalars(text)}
    waiting: list[Node] = [document.root] if document.root is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, Text):
            found[node.start] = node
        elif isinstance(node, tree.Mapping):
            waiting += chain.from_iterable(node.items)
        else:
            waiting += node.items
    return [found[start] for start in sorted(found)]
