"""What a kind of fact is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..keys import COMMON
from ..prompt import Notes
from ..shape import AnyKey, Context, Keys, Schema, Values, table

if TYPE_CHECKING:
    from .own import OwnType


class Kind:
    """A kind of fact: its keys, and the notes that are made of their values.

    The first key of `needs` decides that a fact is of this kind. `may` are keys that can be left
    out. `refuse` reports what is wrong with values that are fine each by itself, and says whether
    anything is. `schema` adds to the JSON Schema of the kind. `own` is what an author said of a
    kind of their own. `common` are the keys that it has beside its own. Where there are `variants`,
    the value of the first key says by its name which of them a fact is.
    """

    def __init__(
        self,
        about: str,
        needs: tuple[AnyKey, ...],
        notes: Callable[[Values], Notes],
        may: tuple[AnyKey, ...] = (),
        refuse: Callable[[Context, Values], bool] | None = None,
        schema: Schema | None = None,
        own: OwnType | None = None,
        common: Keys = COMMON,
        variants: Mapping[str, Kind] = MappingProxyType({}),
    ) -> None:
        self.about, self.notes, self.refuse, self.schema = about, notes, refuse, schema or {}
        self.own, self.variants = own, variants
        self.name = needs[0].name
        self.called = f'a fact with "{self.name}"'  # in a message
        self.needs = needs
        self.needed = frozenset(key.name for key in needs)
        self.keys = table(*needs, *may)
        self.allowed: Keys = {**self.keys, **common}  # its own first
