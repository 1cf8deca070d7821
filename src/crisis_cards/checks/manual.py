"""The manual of the checks: a page for each.

That of a warning is the docstring of the function that finds it, those of errors are `errors.md`.
`docs/checks.md` is this manual as a file.
"""

from __future__ import annotations

import re
from inspect import cleandoc
from pathlib import Path

from . import CHECKS

_HEAD = """\
# The checks

What `crisis-cards check` finds, by name. `crisis-cards check --explain NAME` prints an entry.
This page is made from the program by `make bless`.

**Errors** stop a build. **Warnings** do not, unless it is run with `--strict`. A fact may break a
warning's rule for a reason of its own: `allow: [answer-long]` silences it there. `checks: {off:
[answer-long]}` in deck.yaml silences it for a deck. Either is itself reported where it silences
nothing.

A deck that comes with hundreds of warnings can be worked with at once. `crisis-cards check
--baseline` writes them into the file `.baseline` in its folder, and from then on only new ones are
shown; `check --no-baseline` shows all. A line of it is a check with the fact that breaks it, with
those that it found together, or with a file. So facts may be moved, and renamed by `was`. If a fact
breaks a check more often than before, all of these warnings are shown.

Commit the file with the facts. `check` takes out of it what is mended, and says so; with `--watch`,
in formats for programs and where `CI` is set, it only says so. Nothing new goes in: `check
--baseline` on a file that is there takes out what is mended, and the lines of facts that are gone.
To begin anew, delete the file first. With the line `.baseline merge=union` in `.gitattributes`, git
merges it without asking: a mended line that comes back goes at the next `check`.

The warnings on wording know English well, and German, French and Spanish less so. In other
languages those that depend on words are silent. A retired fact is left alone.
"""


def pages() -> dict[str, str]:
    """A page for every check, by its name: Markdown that is also readable as it stands."""
    text = Path(__file__).with_name("errors.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    of_errors = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    return {
        name: of_errors[name] if check.is_error else cleandoc(check.page)
        for name, check in sorted(CHECKS.items())
    }


def explain(name: str) -> str | None:
    """The page of a check for a terminal; None where there is no such check."""
    check = CHECKS.get(name)
    return f"{name} ({check.severity})\n\n{pages()[name]}\n" if check else None


def markdown() -> str:
    """All pages as one document."""
    shown = {name: f"### {name}\n\n{page}" for name, page in pages().items()}
    errors = [page for name, page in shown.items() if CHECKS[name].is_error]
    warnings = [page for name, page in shown.items() if not CHECKS[name].is_error]
    return "\n\n".join((_HEAD.strip(), "## Warnings", *warnings, "## Errors", *errors)) + "\n"
