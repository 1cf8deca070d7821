"""A deck → a web page that shows every card as Anki does, beside the place of its fact.

The page is `index.html`, `style.css` and `script.js`; what it shows is one JSON object. Served, it
fetches both (`server`); exported, everything is in one file that opens from disk.

Each card is shown in a frame of its own that may not run scripts, so that the theme's style sheet
means there what it means in Anki. What Anki does after rendering is imitated or left out: `vh` in
the style sheet is a share of a window of usual height; regions of a picture are drawn as plain
rectangles; formulas stay as they are written, because MathJax is not there; and neither is Anki's
own style sheet, which the theme overrides. On paper, where nothing has Anki's width, cards are
fitted to their size.
"""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from .. import diagnostics, source
from ..build import Project
from ..diagnostics import Diagnostic, Span
from ..facts import Deck
from ..lock import Lock
from ..notes import generate
from ..numbering import Numbering
from ..render import note_type, render
from ..theme import load as load_note_types

_FOLDER = Path(__file__).parent
ASSETS = {"index.html": "text/html", "style.css": "text/css", "script.js": "text/javascript"}
"""The files of the page and their types."""

# No script but ours, nothing from elsewhere; the style sheets of cards stand in their frames.
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {style} 'unsafe-inline'; "
    "img-src {pictures}; connect-src {connect}; base-uri 'none'; form-action 'none'"
)
SERVED_POLICY = _POLICY.format(
    script="'self'", style="'self'", pictures="'self' data:", connect="'self'"
)


class Page(NamedTuple):
    """What the page shows, ready for JSON, and the pictures in it by their names."""

    data: Mapping[str, Any]
    pictures: Mapping[str, Path]
    is_sound: bool  # whether the deck has no errors


def asset(name: str) -> str:
    """One of the files of the page."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def page(project: Project) -> Page:
    """What there is to see of a deck, with its problems; also of one that has errors."""
    data: dict[str, Any] = {
        "deck": str(project.folder.resolve().name),
        "sections": [],
        "styles": [],
        "pictures": {},
        "cards": [],
    }
    pictures: dict[str, Path] = {}
    if project.deck is not None:
        data |= _cards(project.deck, project.lock or Lock(), pictures)
        data["pictures"] = {name: f"media/{name}" for name in pictures}
    data["problems"] = list(_problems(project.problems))
    data["summary"] = diagnostics.summary(project.problems)
    return Page(data, pictures, not any(problem.is_error for problem in project.problems))


def kept(before: Page | None, now: Page) -> Page:
    """What to show after a change: the last good cards where the deck is broken now."""
    if now.is_sound or before is None or not before.data["cards"]:
        return now
    problems = {name: now.data[name] for name in ("problems", "summary")}
    return before._replace(data={**before.data, **problems, "stale": before.is_sound})


def export(shown: Page) -> str:
    """The page as one file that needs nothing else: pictures become parts of it."""
    pictures = {name: _data_url(path) for name, path in shown.pictures.items()}
    # No text can end the script element that the data stand in.
    data = json.dumps({**shown.data, "pictures": pictures}, ensure_ascii=False)
    data = data.replace("<", r"\u003c")
    script = asset("script.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = _POLICY.format(
        script=f"'sha256-{digest}'", style="", pictures="data:", connect="'none'"
    )
    parts = {
        '<link rel="stylesheet" href="style.css">': (
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            f"<style>\n{asset('style.css')}</style>"
        ),
        '<script type="module" src="script.js"></script>': (
            f'<script type="application/json" id="data">{data}</script>\n'
            f'<script type="module">{script}</script>'
        ),
    }
    html = asset("index.html")
    for link, inlined in parts.items():
        before, found, after = html.partition(link)
        assert found, link
        html = before + inlined + after
    return html


def _data_url(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _cards(deck: Deck, published: Lock, pictures: dict[str, Path]) -> dict[str, Any]:
    """The cards in the order of the files, and what they refer to by number.

    The pictures on them are added to `pictures`.
    """
    types = load_note_types(deck.id, deck.language, deck.style)
    facts = {
        fact.id.value: (number, fact)
        for number, section in enumerate(deck.sections)
        for fact in section.facts
    }
    styles: dict[str, int] = {}
    cards = []
    for note in generate(deck, Numbering(published)):
        number, fact = facts[note.key.partition("/")[0]]
        kind = note_type(types, note)
        if note.picture:
            pictures[note.picture.name] = note.picture.path
        shared = {
            "fact": fact.id.value,
            "kind": fact.kind,
            "section": number,
            "tags": note.tags[1:],  # the first one is the section's
            "place": _place(fact.id.span),
            "style": styles.setdefault(kind.css, len(styles)),
        }
        for card in render(kind, note.fields, note.tags):
            repeats = card.answer.startswith(card.question)
            cards.append(
                {
                    "id": f"{note.key}#{card.ordinal + 1}",
                    **shared,
                    "front": card.question,
                    # An answer that begins with its question, as most do, is told apart from it.
                    "repeats": repeats,
                    "back": card.answer[len(card.question) :] if repeats else card.answer,
                }
            )
    return {
        "deck": deck.name,
        "language": deck.language.code,
        "direction": deck.language.direction,
        "sections": [section.title.value for section in deck.sections],
        "styles": list(styles),
        "cards": cards,
    }


def _problems(problems: Sequence[Diagnostic]) -> Iterator[dict[str, str]]:
    """Problems as the page shows them; `fact` is the fact that one stands in, or empty."""
    owners = {path: _owners(path) for path in {problem.span.path for problem in problems}}
    for problem in sorted(problems):
        yield {
            "severity": problem.severity,
            "check": problem.check,
            "message": problem.message,
            "hint": problem.hint,
            "place": _place(problem.span),
            "line": problem.span.source.strip(),
            "fact": _owner(owners[problem.span.path], problem.span.line),
        }


def _owner(owners: Sequence[tuple[int, int, str]], line: int) -> str:
    """The fact that a line belongs to, of facts in their order; empty for none."""
    at = bisect_right(owners, line, key=itemgetter(0)) - 1
    return owners[at][2] if at >= 0 and line <= owners[at][1] else ""


def _owners(path: str) -> list[tuple[int, int, str]]:
    """The facts in a file, those with errors included: first line, last line, id.

    Read from the file again: a fact with errors is not in the deck.
    """
    document, _ = source.read(Path(path))
    if not isinstance(document.root, source.Mapping):
        return []
    facts = {key.value: value for key, value in document.root.items}.get("facts")
    if not isinstance(facts, source.Mapping):
        return []
    file = document.file
    return [(key.span.line, file.line(value.end - 1), key.value) for key, value in facts.items]


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"
