"""The manual of the checks: a page for each, made of the docstring of the function that checks.

`docs/checks.md` is this manual as a file.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from . import checks, renames, wording
from .diagnostics import ERRORS

_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    *wording.CHECKS,
    *checks.WARNING_CHECKS,
    checks.orphan_media,
    checks.unused_allow,
    renames.unknown_was,
    renames.looks_renamed,
)

_HEAD = """\
# The checks

What `crisis-cards check` finds, by name. `crisis-cards check --explain NAME` prints an entry.
This page is made from the program by `make bless`.

**Errors** stop a build. **Warnings** do not, unless it is run with `--strict`. A fact may break a
warning's rule for a reason of its own: `allow: [answer-long]` silences it there. `checks: {off:
[answer-long]}` in deck.yaml silences it for a deck. Either is itself reported where it silences
nothing.

The warnings on wording know English well, and German, French and Spanish less so. In other
languages those that depend on words are silent. A retired fact is left alone.
"""


def pages() -> dict[str, str]:
    """A page for every check, by its name: Markdown that is also readable as it stands."""
    made = {checks.name(function): inspect.getdoc(function) or "" for function in _FUNCTIONS}
    return {**ERRORS, **{name: made[name] for name in sorted(made)}}


def explain(name: str) -> str | None:
    """The page of a check for a terminal; None where there is no such check."""
    page = pages().get(name)
    if page is None:
        return None
    severity = "error" if name in ERRORS else "warning"
    return f"{name} ({severity})\n\n{page}\n"


def markdown() -> str:
    """All pages as one document."""
    found = pages()
    parts = [_HEAD, "## Warnings"]
    parts += [f"### {name}\n\n{page}" for name, page in found.items() if name not in ERRORS]
    errors = "\n".join(f"| `{name}` | {about} |" for name, about in sorted(ERRORS.items()))
    parts.append(f"## Errors\n\n| name | what is wrong |\n|---|---|\n{errors}")
    return "\n\n".join(part.strip() for part in parts) + "\n"
