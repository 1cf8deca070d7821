"""A deck → a web page that shows every card as Anki does, beside the place of its fact.

The page is `index.html`, `style.css` and `script.js`; what it shows is one JSON object. Served, it
fetches both (`server`), and after a save only what changed (`difference`); exported, everything is
in one file that opens from disk.

Each card is shown in a frame of its own that may not run scripts, so that the theme's style sheet
means there what it means in Anki. What Anki does after rendering is imitated or left out: `vh` in
the style sheet is a share of a window of usual height; regions of a picture are drawn as plain
rectangles; formulas stay as they are written, because MathJax is not there; and neither is Anki's
own style sheet, which the theme overrides. Sounds wait for a press. On paper, where nothing has
Anki's width, cards are fitted to their size.
"""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping
from html import escape
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from ..cards.draft import SEPARATOR
from ..cards.markup import plain
from ..cards.render import Card, render
from ..cards.theme import NoteType
from ..checks.record import FactRecord
from ..format.deck import Settings
from ..pipeline import Project
from ..problems import summary
from ..release.lock import Lock
from ..release.plan import keyed

_FOLDER = Path(__file__).parent
ASSETS = {"index.html": "text/html", "style.css": "text/css", "script.js": "text/javascript"}
"""The files of the page and their types."""

# No script but ours, nothing from elsewhere; the style sheets of cards stand in their frames.
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {style} 'unsafe-inline'; "
    "img-src {pictures}; media-src {pictures}; connect-src {connect}; "
    "base-uri 'none'; form-action 'none'"
)
SERVED_POLICY = _POLICY.format(
    script="'self'", style="'self'", pictures="'self' data:", connect="'self'"
)


Drawn = dict[Hashable, list[dict[str, Any]]]
"""The cards of notes, by all that they are made of."""


class Page(NamedTuple):
    """What the page shows, ready for JSON, and the pictures in it by their names."""

    data: Mapping[str, Any]
    pictures: Mapping[str, Path]
    drawn: Drawn
    is_sound: bool  # whether the deck had no errors when its cards were made


def asset(name: str) -> str:
    """One of the files of the page."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def page(project: Project, before: Page | None = None) -> Page:
    """What there is to see of a deck, with its problems.

    Of what was there to see before, cards whose notes are the same are not made again. Where the
    deck is broken, the last good cards stay.
    """
    is_sound = not any(problem.is_error for problem in project.problems)
    said = summary(project.problems, len(project.held.old))
    problems = {"problems": list(_problems(project)), "summary": said}
    if before and before.data["cards"] and not is_sound:
        return before._replace(data={**before.data, **problems, "stale": before.is_sound})
    data = {
        "deck": project.folder.resolve().name,
        "language": "",
        "direction": "",
        "sections": [],
        "styles": [],
        "pictures": {},
        "places": {},
        "cards": [],
        "stale": False,
        **problems,
    }
    if not project.settings:
        return Page(data, {}, {}, is_sound)
    made, pictures, drawn = _cards(project, project.settings, before.drawn if before else {})
    return Page({**data, **made}, pictures, drawn, is_sound)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What makes the data of one page those of the next: the fields that are other ones.

    Of the cards, only those that are new or changed; and the ids of all as `order`, where those are
    other ones or in another order.
    """
    changed = {name: value for name, value in after.items() if value != before[name]}
    if "cards" in changed:
        known = {card["id"]: card for card in before["cards"]}
        changed["cards"] = [card for card in after["cards"] if known.get(card["id"]) != card]
        order = [card["id"] for card in after["cards"]]
        if order != list(known):
            changed["order"] = order
    return changed


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


def _cards(
    project: Project, settings: Settings, known: Drawn
) -> tuple[dict[str, Any], dict[str, Path], Drawn]:
    """The cards in the order of the files with what they refer to, the pictures on them by their
    names, and the cards by what they are made of: those that are in `known` are not made again.
    """
    types = project.note_types(settings)
    looks = {name: (each.name, each.fields, each.templates) for name, each in types.items()}
    facts: dict[str, tuple[int, FactRecord]] = {}
    for number, section in enumerate(project.sections):
        for fact in section.facts:
            facts.setdefault(fact.id, (number, fact))
    files = {name: path for section in project.sections for name, path in section.pictures.items()}
    styles: dict[str, int] = {}
    tagged = [bool(each.section and each.section.tag) for each in project.sections]  # the first tag
    places: dict[str, str] = {}
    pictures = settings.of_templates(project.folder)
    drawn: Drawn = {}
    drafts = (
        draft
        for number, section in enumerate(project.sections)
        for draft in section.drafts
        if facts[draft.fact][0] == number  # of two facts with one id, the first
    )
    for note, draft, fields in keyed(project.lock or Lock(), drafts, types):
        number, fact = facts[draft.fact]
        kind = types[draft.type]
        pictures |= {name: Path(files[name]) for name in draft.pictures}
        places[fact.id] = f"{fact.at.path}:{fact.line}"
        shared = {
            "fact": fact.id,
            "kind": fact.kind,
            "section": number,
            "tags": draft.tags[tagged[number] :],
            "style": styles.setdefault(kind.css, len(styles)),
        }
        key = (looks[draft.type], note, fields, draft.tags, *shared.values())
        drawn[key] = known.get(key) or [
            {
                "id": f"{note}#{card.ordinal + 1}",
                **shared,
                "front": _with_players(card, card.question),
                # Most answers begin with their question: what follows it is told.
                "repeats": card.answer.startswith(card.question),
                "back": _with_players(card, card.answer.removeprefix(card.question)),
            }
            for card in _with_boxes(render(kind, fields, draft.tags), kind, fields)
        ]
    data = {
        "deck": settings.name,
        "language": settings.language.code,
        "direction": settings.language.direction,
        "sections": [found.section.title if found.section else "" for found in project.sections],
        "styles": list(styles),
        "pictures": {name: f"media/{name}" for name in pictures},
        "places": places,
        "cards": [card for cards in drawn.values() for card in cards],
    }
    return data, pictures, drawn


_BOX = re.compile(r"\[\[type:(.*?)\]\]")


def _with_boxes(cards: Iterable[Card], note_type: NoteType, fields: str) -> Iterator[Card]:
    """Cards with what Anki puts in the place of the marks of `{{type:Field}}`."""
    names = [name for _, name in note_type.fields]

    def answer(mark: re.Match[str]) -> str:
        values = dict(zip(names, fields.split(SEPARATOR), strict=True))
        typed = plain(values.get(mark[1].rpartition(":")[2], ""))
        return f'<code id="typeans">{escape(typed, quote=False)}</code>'

    box = '<input id="typeans" type="text" autocomplete="off">'
    for card in cards:
        front, back = _BOX.sub(box, card.question), _BOX.sub(answer, card.answer)
        yield card._replace(question=front, answer=back)


def _with_players(card: Card, html: str) -> str:
    """A side of a card with something to press for each of its sounds."""
    for side, names in (("q", card.heard), ("a", card.answered)):
        for at, name in enumerate(names):
            look = "vertical-align: middle; max-inline-size: 100%"
            player = f'<audio controls preload="none" src="{name}" style="{look}"></audio>'
            html = html.replace(f"[anki:play:{side}:{at}]", player)
    return html


def _problems(project: Project) -> Iterator[dict[str, str]]:
    """Problems as the page shows them; `fact` is the fact that one stands in, or empty."""
    facts: dict[str, list[FactRecord]] = {}  # by file: a section may have a table, too
    for fact in chain.from_iterable(section.facts for section in project.sections):
        facts.setdefault(fact.at.path, []).append(fact)
    for problem in sorted(project.problems):
        path, line, *_, source = problem.span
        near = facts.get(path, ())
        at = bisect_right(near, line, key=attrgetter("line")) - 1
        yield {
            "severity": problem.severity,
            "check": problem.check,
            "message": problem.message,
            "hint": problem.hint,
            "place": f"{path}:{line}",
            "line": source.strip(),
            "fact": near[at].id if at >= 0 and line <= near[at].last else "",
        }
