"""A row of a list → the likeliest kind of fact, and its keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import NamedTuple

from ..adopt import markdown
from ..format import cloze, dates, typed
from ..format.cells import ID
from ..format.dates import When
from ..format.keys import COMMON, OWN_TAGS, WHEN
from ..format.kinds import Kinds
from ..format.shape import AnyKey
from ..format.shapes import FLAG, NAMES
from ..yaml import escapes
from ..yaml.tree import File, Text
from ..yaml.writing import Value
from . import names
from .rows import Found, Left, Row

_QUESTION = re.compile(r"[?？؟]\s*$")
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_NUMBER = re.compile(r"[\d\s.,/-]+", re.ASCII)
_TAG = re.compile(r"<[^>]*>")
_ANKIS_OWN = ("marked", "leech")


class Made(NamedTuple):
    """A row as a fact: its kind, its keys with their values, and the id that it asks for."""

    row: Row
    kind: str
    entries: tuple[tuple[str, Value], ...]
    id: str = ""

    @property
    def asked(self) -> str:
        """What the fact is asked by: the value of its first key."""
        value = self.entries[0][1]
        return value if isinstance(value, str) else " ".join(value)


class Judged(NamedTuple):
    """The facts of a list, the rows that are left over, and what was changed in texts, by why."""

    made: list[Made]
    left: list[Left]
    changed: dict[str, int]


def judge(found: Found, kinds: Kinds, language: str) -> Judged:
    """What the rows of a list become in a deck with these kinds."""
    judged = Judged([], [Left(*map(_printable, left)) for left in found.left], {})
    keys = {key: shape for kind in kinds.values() for key, shape in kind.allowed.items()}
    keys |= COMMON
    rows = [_cleaned(row, judged.changed, in_html=found.in_html) for row in found.rows]
    years = [_are_years(rows, at, language) for at in (0, 1)]
    for row in rows:
        made = _Maker(row, keys, kinds, language, years).made()
        if isinstance(made, Made):
            judged.made.append(made)
        else:
            text = " | ".join(filter(None, (text for _, text in row.cells)))
            judged.left.append(Left(row.place, text, made))
    return judged


def _cleaned(row: Row, changed: dict[str, int], *, in_html: bool) -> Row:
    """A row whose texts can stand in YAML, as Markdown."""
    cells = []
    for name, text in row.cells:
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if in_html and name != "tags":
            text = _in_markdown(text, changed)
        plain = _printable(text)
        cells.append((_printable(name), plain.strip()))
        if plain != text:
            why = "lost a character that nobody sees"
            changed[why] = changed.get(why, 0) + 1
    return row._replace(cells=tuple(cells), section=_printable(row.section))


def _printable(text: str) -> str:
    """A text without what no file can hold."""
    return escapes.CONTROL.sub("", text)


def _in_markdown(html: str, changed: dict[str, int]) -> str:
    read = markdown.passage if "{{c" in html else markdown.markdown
    if (text := read(html)) is not None:
        return text.strip()
    why = "lost colours or other looks"
    changed[why] = changed.get(why, 0) + 1
    lines = re.sub(r"<br ?/?>|</(?:p|div|li|tr|h\d)>", "\n", html)
    kept = re.sub(r"\[sound:([^\]]*)\]", r"![](\1)", lines)
    kept = re.sub(r"<img\b[^>]*?src=[\"']?([^\"'>]+)[^>]*>", r"![](\1)", kept)
    return unescape(_TAG.sub("", kept)).strip()


def _are_years(rows: Sequence[Row], at: int, language: str) -> bool:
    """Whether all that stands in a column are dates: then numbers are years."""
    column = [row.cells[at][1] for row in rows if len(row.cells) > at and row.cells[at][1]]
    return bool(column) and all(
        _YEAR.fullmatch(text) or (not _NUMBER.fullmatch(text) and _date(text, language))
        for text in column
    )


def _date(text: str, language: str) -> str:
    """A text as the format writes a date; empty where it is none, or two can be meant."""
    if len(text) > 60 or not re.search(r"\d", text):
        return ""
    if isinstance(dates.parse(text), When):
        return text
    other = typed.read(text, language)
    return text if isinstance(other, When) else other.date


class _Maker:
    """One row on its way to a fact.

    `fixed` are texts by keys that stand above them, `sides` what asks and what answers, each below
    the key that is meant; `years` says of the first two columns whether their numbers are years.
    """

    def __init__(
        self,
        row: Row,
        keys: Mapping[str, AnyKey],
        kinds: Kinds,
        language: str,
        years: Sequence[bool],
    ) -> None:
        self.row, self.keys, self.kinds, self.language = row, keys, kinds, language
        self.years = years
        self.fixed: dict[str, str] = {}
        self.sides: list[tuple[str, str]] = []
        self.extra: list[str] = []

    def made(self) -> Made | str:
        """The fact, or why there is none."""
        if twice := self._sorted():
            return f'"{twice}" is there twice'
        for kind in self.kinds.values():
            if kind.needed <= self.fixed.keys():
                self._add(text for key, text in self.sides if key not in self.fixed)
                order = dict.fromkeys((*kind.keys, *self.fixed))
                return self._fact(kind.name, [(k, self.fixed[k]) for k in order if k in self.fixed])
        for key, _ in self.sides:
            self.fixed.pop(key, None)
        filled = [text for _, text in self.sides if text]
        if filled and _has_blanks(self.sides[0][1]):
            self._add(filled[1:])
            return self._fact("cloze", [("cloze", filled[0])])
        if len(filled) < 2 or not all(text for _, text in self.sides[:2]):
            return "one of its two sides is empty" if filled else "it has no question"
        self._add(text for _, text in self.sides[2:])
        return self._pair(*self.sides[0], *self.sides[1])

    def _add(self, texts: Iterable[str]) -> None:
        """Keeps what has no key as an extra."""
        self.extra = [*filter(None, texts), *self.extra]

    def _sorted(self) -> str:
        """Gives each cell its place; a key that is there twice is what is returned."""
        read = [(names.literal(name, self.keys), name, text) for name, text in self.row.cells]
        meant = [key or names.meant(name) for key, name, _ in read]
        meant = [WHEN.name if key == WHEN.name else "" if _is_common(key) else key for key in meant]
        free = 2 - sum(map(bool, meant))  # columns that say nothing and are sides
        for (key, name, text), side in zip(read, meant, strict=True):
            other = names.meant(name) if not key else ""
            if _is_common(other) and other not in self.fixed:
                key = other
            if key and text:
                if key in self.fixed:
                    return key
                self.fixed[key] = text
            elif _is_common(other) and not key and text:  # two columns of remarks
                self.extra.append(f"{name}: {text}")
                continue
            if side and (text or not key):
                self.sides.append((side, text))
            elif not key and free > 0:
                free -= 1
                self.sides.append(("", text))
            elif not key and text:
                self.extra.append(f"{name}: {text}" if name else text)
        return ""

    def _pair(self, first: str, asked: str, second: str, answer: str) -> Made | str:
        for at, (name, date, other) in enumerate(((first, asked, answer), (second, answer, asked))):
            said = name == WHEN.name or self.years[at] or not _NUMBER.fullmatch(date)
            exact = re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", date)
            is_asked = _QUESTION.search(other) or "ask" in (first, second)
            if (said or exact) and not is_asked and (when := _date(date, self.language)):
                return self._fact("event", [("event", other), ("when", when)])
        is_term = {first, second} & {"term", "means"} and not _QUESTION.search(asked)
        if first in ("means", "answer") and second in ("term", "ask"):
            asked, answer = answer, asked
        kind = ("term", "means") if is_term else ("ask", "answer")
        return self._fact(kind[0], [*zip(kind, (asked, answer), strict=True)])

    def _fact(self, kind: str, pairs: Iterable[tuple[str, str]]) -> Made | str:
        entries: dict[str, Value] = {}
        for key, text in (*pairs, *self.fixed.items()):
            if key == ID or key in entries:
                continue
            value = self._value(key, text)
            if value is None:
                return f'a cell cannot hold "{key}", which has keys of its own'
            if value:
                entries[key] = value
        extra = [*([str(entries["extra"])] if "extra" in entries else []), *self.extra]
        if extra:
            entries["extra"] = "\n\n".join(extra)
        return Made(self.row, kind, tuple(entries.items()), self.fixed.get(ID, ""))

    def _value(self, key: str, text: str) -> Value | None:
        shape = self.keys[key].shape
        if key == OWN_TAGS.name:
            parts = re.split(r"[,;\n]" if re.search(r"[,;\n]", text) else r"\s", text)
            tags = ("-".join(part.split()) for part in parts)
            return [*dict.fromkeys(t for t in tags if t and t.lower() not in _ANKIS_OWN)]
        if shape.flow == "mapping":
            return None
        if shape.flow == "list":
            if shape is NAMES or "\n" not in text:
                parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
                return parts[0] if shape is NAMES and len(parts) == 1 else parts
            return [part.strip() for part in text.split("\n") if part.strip()]
        if key == WHEN.name:
            return _date(text, self.language) or text
        return text.lower() if shape is FLAG else text


def _is_common(key: str) -> bool:
    """Whether facts of every kind may have a key: it makes no side. A date may."""
    return key == ID or (key in COMMON and key != WHEN.name)


def _has_blanks(text: str) -> bool:
    """Whether a text has blanks that are right."""
    if "==" not in text and "{{c" not in text:
        return False
    passage, problems = cloze.parse(Text(text, 0, len(text), File("", text)))
    return bool(passage.blanks) and not problems
