"""The manual of the checks: a page for each, made of the docstring of the function that checks.

`docs/checks.md` is this manual as a file.
"""

from __future__ import annotations

from inspect import cleandoc

from . import CHECKS

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
    errors = {name: check.page for name, check in CHECKS.items() if check.is_error}
    warnings = {name: cleandoc(CHECKS[name].page) for name in sorted(CHECKS.keys() - errors)}
    return {**errors, **warnings}


def explain(name: str) -> str | None:
    """The page of a check for a terminal; None where there is no such check."""
    check = CHECKS.get(name)
    return f"{name} ({check.severity})\n\n{cleandoc(check.page)}\n" if check else None


def markdown() -> str:
    """All pages as one document."""
    found = pages()
    warnings = [f"### {name}\n\n{found[name]}" for name in found if not CHECKS[name].is_error]
    errors = [f"| `{name}` | {found[name]} |" for name in sorted(found) if CHECKS[name].is_error]
    table = ("## Errors\n\n| name | what is wrong |\n|---|---|", *errors)
    return "\n\n".join((_HEAD.strip(), "## Warnings", *warnings, "\n".join(table))) + "\n"
