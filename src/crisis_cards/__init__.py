"""Facts written in YAML → an Anki deck.

    import crisis_cards

    for problem in crisis_cards.check("decks/cuba"):
        print(problem.span.path, problem.span.line, problem.message)
    crisis_cards.build("decks/cuba", "dist/cuba.apkg")

What `__all__` names is the public interface (docs/python.md); every other module is private and may
change in any release.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "BrokenDeckError", "Built", "Check", "Deck", "Edit", "Problem", "Project", "Release", "Span",
    "Values", "__version__", "build", "check", "make", "read",
]  # fmt: skip

if TYPE_CHECKING:
    from .api import (  # noqa: I001 (a list like the one above)
        BrokenDeckError, Built, Check, Deck, Edit, Problem, Project, Release, Span, Values, build,
        check, make, read,
    )  # fmt: skip


def __getattr__(name: str) -> object:
    """Loads the interface when something of it is first asked for: `--help` needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import api

    return getattr(api, name)
