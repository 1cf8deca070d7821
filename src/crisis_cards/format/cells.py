"""The text of a table → records of cells that know their place.

Python's `csv` reads the cells. Where each one stands, quotes included, a look at the text of its
record tells.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ..problems import Edit, Fix, Problem, Span
from ..problems.errors import TABLE_SHAPE, YAML_SYNTAX
from ..yaml import tree
from ..yaml.stops import edited
from ..yaml.tree import File, Text
from .kinds import BUILT_IN

csv.field_size_limit(2**31 - 1)  # a text may be longer than the module wants

ID = "id"
"""The head of the column that has the facts' ids."""

_SEPARATORS = ",;\t"
_KNOWN = {ID, *(name for kind in BUILT_IN.values() for name in kind.allowed)}
_SAVE_AS = 'in Excel, choose "Save as" and there "CSV UTF-8"; elsewhere, save it in UTF-8'


class Record(NamedTuple):
    """A row, and the offsets of its text without its line end. No cells: its quotes are wrong.

    A cell is without the space around it. It stands where its quotes stand, and an empty one where
    its text would.
    """

    start: int
    end: int
    cells: list[Text] | None


class Table(File):
    """The text of a table, and what separates its cells."""

    def __init__(self, path: str, text: str, shown: str) -> None:
        super().__init__(path, text, shown)
        self.lines = io.StringIO(text, newline="").readlines()
        self.separator = max(_SEPARATORS, key=self._fitness)
        self._cell = re.compile(rf'[ ]*(?:("[^"]*(?:""[^"]*)*")[ ]*|[^{self.separator}\r\n]*)')

    def _fitness(self, separator: str) -> tuple[int, int]:
        """How many names of keys are in the first row, and how many cells."""
        reader = csv.reader(self.lines, delimiter=separator, skipinitialspace=True)
        try:
            names = next(filter(any, reader), [])
        except csv.Error:
            return 0, 0
        return sum(name.strip().lower() in _KNOWN for name in names), len(names)

    @cached_property
    def records(self) -> list[Record]:
        """All records in their order, those without any text left out."""
        lines, count = self.lines, len(self.lines)
        offsets = [0, *accumulate(map(len, lines))]
        found = []
        begun = 0
        while begun < count:
            rest = map(lines.__getitem__, range(begun, count))
            reader = csv.reader(rest, delimiter=self.separator, skipinitialspace=True, strict=True)
            first = begun
            try:
                for values in reader:
                    start, begun = offsets[begun], first + reader.line_num
                    if any(map(str.strip, values)):
                        end = offsets[begun - 1] + len(lines[begun - 1].rstrip("\r\n"))
                        found.append(Record(start, end, self._cells(start, end, values)))
            except csv.Error:  # mostly a quote too many: the next line may be fine
                start = offsets[begun]
                found.append(Record(start, start + len(lines[begun].rstrip("\r\n")), None))
                begun += 1
        return found

    def _cells(self, start: int, end: int, values: list[str]) -> list[Text]:
        """The cells of a record, of which `csv` has read the values."""
        new, text, cells, at = tuple.__new__, self.text, [], start  # as in the reader of YAML
        if '"' not in (raw := text[start:end]):
            for part in raw.split(self.separator):
                value = part.strip()
                begin = at if part[:1] == value[:1] else at + part.index(value[:1])
                cells.append(new(Text, (value, begin, begin + len(value), self)))
                at += len(part) + 1
            return cells
        match = self._cell.match
        for value in values:
            found = match(text, at)
            assert found
            value = value.strip()
            begin, stop = found.span(1)
            if begin < 0:
                begin = text.index(value[:1], at)
                stop = begin + len(value)
            elif "\r" in value:
                value = value.replace("\r\n", "\n").replace("\r", "\n")
            cells.append(new(Text, (value, begin, stop, self)))
            at = found.end() + 1
        return cells

    def cell_at(self, offset: int) -> tuple[Record, int]:
        """The record at an offset, and the number of its cell there, from 0."""
        above = bisect_right(self.records, offset, key=lambda record: record.start) - 1
        record = self.records[max(0, above)]
        number, at = 0, record.start
        while (found := self._cell.match(self.text, at)) and found.end() < offset:
            number, at = number + 1, found.end() + 1
        return record, number

    def insertion(self, record: Record, column: int, value: str) -> Edit:
        """What writes a value that needs no quotes into an empty cell, which may not be there."""
        row = record.cells or []
        if column < len(row):
            start = row[column].start + self._has_quotes(row[column])
            return Edit(start, start, value)
        lacking = column + 1 - len(row)
        return Edit(record.end, record.end, self.separator * lacking + value)

    def entry(self, offset: int, name: str, value: str) -> Fix:
        """The same in the row at an offset and the column of a name, if that is there and empty."""
        record, _ = self.cell_at(offset)
        names = [cell.value for cell in self.records[0].cells or ()]
        row = record.cells or []
        if name not in names or any(cell.value for cell in row[names.index(name) :][:1]):
            return ()
        return (self.insertion(record, names.index(name), value),)

    def column_of(self, span: Span) -> str:
        """What stands above the cell that a span begins in; nothing for the first row itself."""
        offset = self.start_of(span.line) + span.column - 1
        if not self.records or offset <= self.records[0].end:
            return ""
        _, number = self.cell_at(offset)
        head = self.records[0].cells or []
        return head[number].value if number < len(head) else ""

    def stray_quote(self, record: Record) -> int:
        """Where the first quote of a record stands whose cell does not end with its partner."""
        at = record.start
        while (found := self._cell.match(self.text, at)) and at <= record.end:
            is_open = found[1] is None and found[0].lstrip().startswith('"')
            if is_open or self.text[found.end() : found.end() + 1].strip(self.separator + "\r\n"):
                return found.start() + found[0].index('"')
            at = found.end() + 1
        return record.start

    def places(self, text: Text) -> list[tuple[int, int]]:
        """For every character of a value, the range that it comes from, counted from its start."""
        raw = self.text[text.start : text.end]
        cell = self._cell_of(text)
        quoted = self._has_quotes(cell)
        edge = int(quoted and text.start == cell.start)
        character = re.compile(r'(?s)""|\r\n|.' if quoted else "(?s).")
        units = list(character.finditer(raw, edge, len(raw) - edge))
        lead = next((at for at, unit in enumerate(units) if not unit[0].isspace()), 0)
        return [unit.span() for unit in units[lead : lead + len(text.value)]]

    def _cell_of(self, text: Text) -> Text:
        """The cell that holds a text: itself, or one with the items of a list."""
        record, number = self.cell_at(text.start)
        return (record.cells or [text])[number]

    def _is_quoted(self, text: Text) -> bool:
        return self._has_quotes(self._cell_of(text))

    def _has_quotes(self, cell: Text) -> bool:
        return self.text[cell.start : cell.start + 1] == '"'

    def typed(self, text: Text, new: str) -> str:
        """`new` as it is written inside of a cell: a quote is doubled where there are quotes."""
        return new.replace('"', '""') if self._is_quoted(text) else new

    def quoted(self, fix: Fix) -> Fix:
        """Edits of values, those of a cell that needs quotes now made one that writes them.

        What replaces nothing is written as it should stand.
        """
        of_cell: dict[Text, list[Edit]] = {}
        for edit in fix:
            record, number = self.cell_at(edit.start)
            of_cell.setdefault((record.cells or [])[number], []).append(edit)
        needs = re.compile(f'["\r\n{self.separator}]').search
        edits: list[Edit] = []
        for cell, found in of_cell.items():
            if not self._has_quotes(cell) and any(
                edit.start < edit.end and needs(edit.text) for edit in found
            ):
                moved = [Edit(e.start - cell.start, e.end - cell.start, e.text) for e in found]
                new = edited(self.text[cell.start : cell.end], moved).replace('"', '""')
                found = [Edit(cell.start, cell.end, f'"{new}"')]
            edits += found
        return tuple(edits)


def read(data: bytes | OSError, name: str) -> tuple[Table | None, list[Problem]]:
    """The table in a file, and what is wrong with its text."""
    file, refused = tree.decoded(data, name, _SAVE_AS)
    if refused:
        return None, [refused]
    plain, problems, _ = tree.without_strays(file)
    problems = [p._replace(check=TABLE_SHAPE) if p.check == YAML_SYNTAX else p for p in problems]
    return Table(name, plain, file.text), problems
