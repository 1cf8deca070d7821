"""The kinds of fact, one module each. `BUILT_IN` lists them; a deck may have others beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import ask, cloze, contrast, event, person, picture, place, quote, sequence, term, why
from .kind import Kind
from .own import OwnType

__all__ = ["BUILT_IN", "Kind", "Kinds", "own_types"]

Kinds = Mapping[str, Kind]
"""The kinds of fact that a deck knows, by the key that decides them."""

_MODULES = (
    ask, cloze, term, person, place, event, why, quote, sequence, contrast, picture,
)  # fmt: skip
BUILT_IN: Kinds = {module.KIND.name: module.KIND for module in _MODULES}


def own_types(kinds: Kinds) -> Iterator[OwnType]:
    """What a deck's own kinds are made of, those of adopted note types included."""
    for kind in kinds.values():
        for each in (kind, *kind.variants.values()):
            if each.own:
                yield each.own
