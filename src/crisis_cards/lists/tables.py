"""Tables, and Anki's text export: the text of a list → its rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence

from . import names
from .rows import MOST, Found, Left, ListError, Row

_SEPARATORS = "\t;,|"
_SAMPLE = 200  # rows that tell the separator
ANKI = re.compile(
    r"#(separator|html|columns|notetype|deck|tags|guid|notetype column|deck column|tags column"
    r"|guid column|if matches):(.*)",
    re.IGNORECASE,
)


def table(text: str, known: Collection[str]) -> Found:
    """The rows of a table; `known` are the keys of facts."""
    lines = [line + "\n" for line in text.split("\n")]
    separator = _separator(lines[:_SAMPLE], known)
    rows, left = _records(lines, separator)
    filled = [(line, cells) for line, cells in rows if any(map(str.strip, cells))]
    head: list[str] = []
    if filled and names.is_head(filled[0][1], known):
        head = filled.pop(0)[1]
    found = [Row(f"line {line}", _under(head, cells)) for line, cells in filled]
    form = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}[separator]
    return Found(f"table with {form}", found, left)


def _under(head: Sequence[str], cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    above = [*head, *[""] * len(cells)]
    return tuple((above[at].strip(), cell) for at, cell in enumerate(cells))


def _records(
    lines: Sequence[str], separator: str
) -> tuple[list[tuple[int, list[str]]], list[Left]]:
    """The records of a table with the numbers of their lines, and those whose quotes are wrong."""
    found: list[tuple[int, list[str]]] = []
    left: list[Left] = []
    begun = 0
    while begun < len(lines):
        rest = map(lines.__getitem__, range(begun, len(lines)))
        reader = csv.reader(rest, delimiter=separator, skipinitialspace=True, strict=True)
        first = begun
        try:
            for cells in reader:
                found.append((begun + 1, cells))
                begun = first + reader.line_num
                if len(found) > MOST:
                    raise ListError(f"it has more than {MOST:,} rows: split it")
        except csv.Error:  # mostly a quote that is text: the next line may be fine
            line = lines[begun].rstrip("\n")
            if separator == "\t" and "\t" in line:  # most programs write no quotes there
                found.append((begun + 1, line.split("\t")))
            else:
                reason = "its quotes do not end where the cell ends: write two for one"
                left.append(Left(f"line {begun + 1}", line, reason))
            begun += 1
    return found, left


def _separator(lines: Sequence[str], known: Collection[str]) -> str:
    """What separates cells: it parts known names, makes rows of one width, has no space after."""

    def fitness(separator: str) -> tuple[int, int, int, float]:
        rows = [cells for _, cells in _records(lines, separator)[0] if any(map(str.strip, cells))]
        widths = Counter(len(cells) for cells in rows if len(cells) > 1)
        often = widths.most_common(1)[0][1] if widths else 0
        heads = sum(bool(names.literal(c, known) or names.meant(c)) for c in (rows or [[]])[0])
        text = "".join(lines)
        spaced = text.count(f"{separator} ") / max(1, text.count(separator))
        is_head = heads if rows and len(rows[0]) > 1 and names.is_head(rows[0], known) else 0
        return is_head, often, sum(widths.values()), -spaced

    return max(_SEPARATORS, key=fitness)


# --- Anki's text export ---------------------------------------------------------------------------

_REVERSED = re.compile(r"revers|umgekehrt|invers|invertid", re.IGNORECASE)
"""In the name of a note type that asks both ways."""
_NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}


def anki(text: str) -> Found:
    """The rows of what Anki exports as text, which says in its first lines how."""
    lines = [line + "\n" for line in text.split("\n")]
    says: dict[str, str] = {}
    at = 0
    while at < len(lines) and (found := ANKI.match(lines[at])):
        says[found[1].lower()] = found[2].strip("\n")
        at += 1
    named = says.get("separator", "tab")
    separator = _NAMED.get(named.strip().lower(), named)
    if len(separator) != 1 or separator in '"\n':
        raise ListError(f'line 1: "{named}" separates no columns: write #separator:tab')
    records, left = _records(["\n"] * at + lines[at:], separator)
    special = {
        number - 1: key.removesuffix(" column")
        for key in says
        if key.endswith("column") and (number := _number(says[key]))
    }
    head = [name.strip() for name in says.get("columns", "").split(separator)]
    rows = []
    for line, cells in records:
        if any(map(str.strip, cells)):
            apart = {special[at]: cell for at, cell in enumerate(cells) if at in special}
            kept = [pair for at, pair in enumerate(_under(head, cells)) if at not in special]
            if _REVERSED.search(apart.get("notetype", "") or says.get("notetype", "")):
                both = (("word", kept[0][1]), ("meaning", kept[1][1])) if len(kept) > 1 else ()
                kept = [*both, *kept[len(both) :]]
            tags = f"{apart.get('tags', '')} {says.get('tags', '')}".split()
            deck = apart.get("deck", "") or says.get("deck", "")
            cells_ = (*kept, ("tags", "\n".join(tags)))
            rows.append(Row(f"line {line}", cells_, deck.rpartition("::")[2].strip()))
    in_html = says.get("html", "").strip().lower() == "true"
    return Found("Anki's text export", rows, left, in_html)


def _number(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text) < 5 else 0
