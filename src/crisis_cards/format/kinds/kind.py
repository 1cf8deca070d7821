"""What a kind of fact is."""

from __future__ import annotations

from collections.abc import Callable
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
    kind of their own.
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
    ) -> None:
        self.about, self.notes, self.refuse, self.schema = about, notes, refuse, schema or {}
        self.own = own
        self.name = needs[0].name
        self.called = f'a fact with "{self.name}"'  # in a message
        self.needs = needs
        self.needed = frozenset(key.name for key in needs)
        self.keys = table(*needs, *may)
        self.allowed: Keys = {**self.keys, **COMMON}  # its own first
