"""What the value of a key may be: a shape knows how to read it, and how to describe it.

A reader takes the key and its node and returns a value, or reports an error and returns None.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ..problems import Check, Fix, Problem, Span, excerpt
from ..problems.errors import WRONG_TYPE
from ..yaml import tree
from ..yaml.stops import Flow
from ..yaml.tree import Document, Node, Text
from .media import Picture, Refused
from .tables import Tables

if TYPE_CHECKING:
    from .deck import Source
    from .kinds import Kinds

T = TypeVar("T")

Schema: TypeAlias = dict[str, Any]
"""A part of a JSON Schema (draft 2020-12)."""

Plain: TypeAlias = "str | bool | list[Plain] | dict[str, Plain]"
"""What a tree of YAML is as data."""


class Context:
    """What the readers of one file share: what it may refer to, and what is wrong with it.

    `sources` is None where nobody knows which there are: then none is unknown. `picture` finds a
    picture in `media/`, `media` a sound too, `kept` any file there, which keeps its name; `tables`
    are those of the deck; `language` is the deck's code. `knows_kinds` is false where a kind of the
    deck's own could not be read.
    """

    def __init__(
        self,
        kinds: Kinds,
        picture: Callable[[str], Picture | Refused],
        sources: Mapping[str, Source] | None = None,
        document: Document | None = None,
        language: str = "en",
        tables: Tables | None = None,
        media: Callable[[str], Picture | Refused] | None = None,
        kept: Callable[[str], Picture | Refused] | None = None,
        *,
        knows_kinds: bool = True,
    ) -> None:
        self.language = language
        self.knows_kinds = knows_kinds
        self.kinds = kinds
        self.kind_keys = frozenset(kinds)
        self.fact_keys = frozenset(name for kind in kinds.values() for name in kind.allowed)
        self.picture = picture
        self.tables = tables or Tables(Path())
        self.media = media or picture
        self.kept = kept or self.media
        self.sources = sources
        self.lacking: Collection[int] = document.lacking if document else ()
        self.slips = {slip.span.line for slip in document.errors} if document else ()
        self.cuts: list[int] = []  # where keys stand at the margin that a fact above has lost
        self.problems: list[Problem] = []

    def of_table(self, lacking: Collection[int]) -> Context:
        """The same for the rows of a table, which no slip in the section file is about.

        `lacking` are the offsets of rows that could not be read in full.
        """
        other = copy(self)
        other.lacking, other.slips, other.cuts = lacking, set(), []
        return other

    def report(
        self, at: Node | Span, check: Check, message: str, hint: str = "", fix: Fix = ()
    ) -> None:
        """Adds to what is wrong."""
        span = at if isinstance(at, Span) else at.span
        self.problems.append(Problem(span, check, message, hint, fix))

    def report_empty(self, key: Text, hint: str) -> None:
        """A key without a value, unless a slip in its line tells why."""
        if not self.is_near_error(key):
            self.report(key, WRONG_TYPE, f'"{short(key)}" is empty', hint)

    def is_near_error(self, key: Text) -> bool:
        """Whether a slip is in the line of a key, which explains a lot."""
        return bool(self.slips) and key.span.line in self.slips

    def lacks(self, node: Node) -> bool:
        """Whether a part of a mapping could not be read, so that nothing is known to be missing."""
        return bool(self.lacking) and type(node) is tree.Mapping and node.start in self.lacking


def short(text: Text) -> str:
    """A text for a message."""
    return excerpt(text.value)


class Shape(Generic[T]):
    """The shape of a value.

    `schema` makes its JSON Schema, or is the name of a definition in `schema.py`. `about` is what
    an author writes, in the words of the reference; `flow` is what the value is to YAML, for the
    explanation of slips in brackets.
    """

    def __init__(
        self,
        read: Callable[[Context, Text, Node], T | None],
        schema: Callable[[], Schema] | str,
        about: str,
        flow: Flow = "scalar",
    ) -> None:
        self.read, self.schema, self.about, self.flow = read, schema, about, flow


class Key(Generic[T]):
    """A key that an author can write: the shape of its value, what it is for, and an example."""

    def __init__(self, name: str, shape: Shape[T], about: str, example: str) -> None:
        self.name, self.shape, self.about, self.example = name, shape, about, example


AnyKey: TypeAlias = Key[Any]
"""A key in a table, where its type is of no interest: `Values` gives each value its own."""
Keys: TypeAlias = Mapping[str, AnyKey]
"""The keys that a mapping may have, by name."""


def table(*keys: AnyKey) -> dict[str, AnyKey]:
    """Keys by name."""
    return {key.name: key for key in keys}


class Values(dict[AnyKey, object]):
    """What was written and could be read, each value of the type that its key's shape reads."""

    if TYPE_CHECKING:

        def __getitem__(self, key: Key[T]) -> T: ...

        def get(self, key: Key[T], default: None = None) -> T | None: ...  # type: ignore[override]


def plain(node: Node) -> Plain:
    """A tree as mappings, lists and texts; of two equal keys, the last one counts."""
    if isinstance(node, tree.Mapping):
        return {key.value: plain(value) for key, value in node.items}
    if isinstance(node, tree.Sequence):
        return [plain(item) for item in node.items]
    return node.value
