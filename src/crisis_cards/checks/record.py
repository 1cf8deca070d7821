"""What is kept of a section for judging its deck: plain data that JSON can hold."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias, TypeVar

from ..cards import subdecks
from ..format import keys
from ..format.cloze import Passage
from ..format.deck import Settings
from ..format.section import Fact, SectionFile
from ..problems import CHECKS, Check, Spot
from ..yaml.tree import Text

T = TypeVar("T", bound=tuple[object, ...])

Name: TypeAlias = tuple[str, Spot]
"""A name that an author wrote, and where."""


class FactRecord(NamedTuple):
    """A fact: where it is, and what other facts and the deck can ask of it."""

    id: str
    at: Spot  # of its id
    line: int  # of its id
    last: int  # its last line
    kind: str = ""  # empty where the fact could not be read
    retired: bool = False
    was: Name | None = None
    allow: tuple[Name, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    hinted: bool = False  # it has a hint, or one of its blanks does
    cites: bool = True  # it may name a source


class SectionRecord(NamedTuple):
    """A section that could be read. `facts` counts those of its facts that could be.

    `tag` is empty where it has none, `deck` where its cards go into the deck itself; `deck_at` is
    what that name was made of.
    """

    path: str
    title: str
    title_at: Spot
    tag: str
    tags: tuple[str, ...]
    facts: int
    deck: str
    deck_at: Spot
    table: Name | None = None  # the path of its table, and where that is named


def spot(text: Text) -> Spot:
    """Where a text stands."""
    return Spot(text.file.path, text.start, text.end)


def section_record(file: SectionFile, settings: Settings | None) -> SectionRecord | None:
    """The section in a file; None where nothing could be made of the file."""
    if file.section is None:
        return None
    title, tag, tags, facts, own, table = file.section
    deck = subdecks.name_of(file.section, settings) if settings else ""
    return SectionRecord(
        title.file.path, title.value, spot(title), tag, _values(tags), len(facts), deck,
        spot(own or title), (table[0], spot(table[1])) if table else None,
    )  # fmt: skip


def fact_records(file: SectionFile) -> tuple[FactRecord, ...]:
    """All facts of a file, also those that could not be read."""
    read = {id(fact.id): fact for fact in file.section.facts} if file.section else {}
    return tuple([_fact_record(name, end, read.get(id(name))) for name, end in file.ids])


def _fact_record(name: Text, end: int, fact: Fact | None) -> FactRecord:
    file, text = name.file, name.file.text
    while end > name.end and text[end - 1].isspace():
        end -= 1
    at, line, last = spot(name), file.line(name.start), file.line(end - 1)
    if fact is None:
        return FactRecord(name.value, at, line, last)
    return FactRecord(
        name.value, at, line, last, fact.kind.name, fact.retired is not None,
        (fact.was.value, spot(fact.was)) if fact.was else None,
        tuple([(name.value, spot(name)) for name in fact.allow]) if fact.allow else (),
        _values(fact.tags) if fact.tags else (), _values(fact.sources),
        fact.hint is not None or _has_hinted_blank(fact),
        keys.SOURCE.name in fact.kind.allowed,
    )  # fmt: skip


def _has_hinted_blank(fact: Fact) -> bool:
    for key in fact.kind.needs:
        value = fact.values.get(key)
        if type(value) is Passage and "::" in value.text.value:
            return any(blank.hint for blank in value.walk())
    return False


def _values(texts: Iterable[Text]) -> tuple[str, ...]:
    return tuple([text.value for text in texts])


Convert: TypeAlias = "Callable[[typing.Any], object]"


def restore(record: type[T], rows: Iterable[Sequence[object]]) -> list[T]:
    """The named tuples that JSON made lists of, as their annotations say what they were."""
    make = _maker(record)
    columns = _columns(record)
    if not any(columns):
        return list(map(make, rows))
    # Column by column: tens of thousands of rows take a fraction of the time that they do one by
    # one, because the loops are Python's own.
    by_column = [
        values if convert is None else map(convert, values)
        for convert, values in zip(columns, zip(*rows, strict=True), strict=False)
    ]
    return list(map(make, zip(*by_column, strict=True)))


def _maker(record: type[T]) -> Callable[[Iterable[object]], T]:
    make: Callable[[Iterable[object]], T] = getattr(record, "_make")  # noqa: B009
    return make


@cache
def _columns(record: type[object]) -> tuple[Convert | None, ...]:
    """What makes a field of a record from JSON's value; None where that is the same."""
    return tuple(map(_converter, typing.get_type_hints(record).values()))


def _converter(hint: object) -> Convert | None:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        if arguments[-1] is Ellipsis:
            item = _converter(arguments[0])
            return tuple if item is None else lambda values: tuple(map(item, values))
        return _of_items(tuple, tuple(map(_converter, arguments)))
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        convert = _converter(inner)
        return convert and (lambda value: None if value is None else convert(value))
    if hint is Check:
        return CHECKS.__getitem__
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _of_items(_maker(hint), _columns(hint))
    return None


def _of_items(make: Convert, columns: tuple[Convert | None, ...]) -> Convert:
    """What makes a tuple of a list whose items have these columns."""
    if not any(columns):
        return make
    return lambda values: make(
        value if convert is None else convert(value)
        for convert, value in zip(columns, values, strict=True)
    )
