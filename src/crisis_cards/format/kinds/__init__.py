"""The kinds of fact, one module each. `BUILT_IN` lists them; a deck may have others beside them."""

from __future__ import annotations

from collections.abc import Mapping

from . import ask, cloze, contrast, event, person, picture, place, quote, sequence, term, why
from .kind import Kind

__all__ = ["BUILT_IN", "Kind", "Kinds"]

Kinds = Mapping[str, Kind]
"""The kinds of fact that a deck knows, by the key that decides them."""

_MODULES = (
    ask, cloze, term, person, place, event, why, quote, sequence, contrast, picture,
)  # fmt: skip
BUILT_IN: Kinds = {module.KIND.name: module.KIND for module in _MODULES}
