"""What crisis-cards is measured against: scripts that make an Anki package of the same facts.

    python bench/baselines.py safe_load|csafe|ankiforge DECK_FOLDER PACKAGE

They trust their input: no positions, no checks, no Markdown, nothing remembered. `safe_load` and
`csafe` are the script that everybody writes, with PyYAML's two loaders and genanki. `ankiforge` is
a packager in Rust behind the faster loader.

Only what a baseline needs is imported, as in a script of its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

_BLANK = re.compile(r"==(?:c(\d+)::)?(.*?)==", re.DOTALL)


class Row(NamedTuple):
    """A note of a script: its key, what is asked (or a cloze text) and the answer."""

    key: str
    front: str
    back: str
    is_cloze: bool
    more: tuple[str, ...]  # hint, extra, date, section, source
    tags: list[str]


def _marked(text: str) -> str:
    numbers = iter(range(1, 1000))
    return _BLANK.sub(lambda blank: f"{{{{c{blank[1] or next(numbers)}::{blank[2]}}}}}", text)


def _faces(fact: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Slot, front and back of every note of a fact; no back for a cloze."""
    if "ask" in fact:
        yield "ask", fact["ask"], fact["answer"]
    elif "cloze" in fact:
        yield "cloze", _marked(fact["cloze"]), ""
    elif "term" in fact:
        yield "meaning", fact["term"], fact["means"]
        yield "term", fact["means"], fact["term"]
    elif "person" in fact:
        yield "who", fact["role"], fact["person"]
        yield "role", fact["person"], fact["role"]
        if "did" in fact:
            yield "did", fact["did"], fact["person"]
    elif "place" in fact:
        yield "what", fact["place"], fact["what"]
        yield "where", fact["what"], fact["place"]
    elif "event" in fact:
        yield "when", fact["event"], str(fact["when"])
        if "both" in fact:
            yield "event", str(fact["when"]), fact["event"]
    elif "why" in fact:
        yield "why", fact["why"], fact["because"]
        if "both" in fact:
            yield "effect", fact["because"], fact["why"]
    elif "quote" in fact:
        if "==" in fact["quote"]:
            yield "quote", f"{_marked(fact['quote'])} {fact['by']}", ""
        if fact.get("who", True):
            yield "by", _BLANK.sub(r"\2", fact["quote"]), fact["by"]
    elif "sequence" in fact:
        for at, step in enumerate(fact["steps"]):
            yield f"step-{at}", " → ".join((fact["sequence"], *fact["steps"][:at])), step
    elif "contrast" in fact:
        for at, (side, text) in enumerate(fact["sides"].items()):
            yield f"side-{at}", f"{fact['contrast']}: {text}", side
    elif "picture" in fact:
        answers = (f"=={region['answer']}==" for region in fact["regions"].values())
        yield "picture", _marked(f"{fact['picture']} {' '.join(answers)}"), ""


def _rows(folder: Path, load: Callable[[bytes], dict[str, Any]]) -> Iterator[Row]:
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "deck.yaml":
            continue
        section = load(path.read_bytes())
        tags = ["deck::" + section["section"].lower().replace(" ", "-"), *section.get("tags", ())]
        for name, fact in section["facts"].items():
            more = (
                escape(str(fact.get("hint", ""))),
                escape(fact.get("extra", "")),
                str(fact.get("when", "")),
                escape(section["section"]),
                str(fact.get("source") or section.get("source", "")),
            )
            for slot, front, back in _faces(fact):
                key = f"{name}/{slot}"
                is_cloze = slot in ("cloze", "quote", "picture")
                every = [*tags, *fact.get("tags", ())]
                yield Row(key, escape(str(front)), escape(str(back)), is_cloze, more, every)


_FIELDS = ("Hint", "Extra", "Date", "Section", "Source")


def with_genanki(folder: Path, package: Path, loader: str) -> None:
    """The usual script."""
    import genanki
    import yaml

    def load(data: bytes) -> dict[str, Any]:
        found: dict[str, Any] = yaml.load(data, getattr(yaml, loader))
        return found

    rest = [{"name": name} for name in _FIELDS]
    back = "{{FrontSide}}<hr>{{Answer}}<br>{{Extra}}<br>{{Date}} {{Section}} {{Source}}"
    question = genanki.Model(
        1607392319,
        "Question",
        fields=[{"name": "Question"}, {"name": "Answer"}, *rest],
        templates=[{"name": "Card", "qfmt": "{{Question}}<br>{{hint:Hint}}", "afmt": back}],
    )
    cloze = genanki.Model(
        1607392320,
        "Cloze",
        fields=[{"name": "Text"}, {"name": "Answer"}, *rest],
        templates=[
            {"name": "Card", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}<br>{{Extra}}"}
        ],
        model_type=genanki.Model.CLOZE,
    )
    deck = genanki.Deck(2059400110, "Measured")
    for row in _rows(folder, load):
        deck.add_note(
            genanki.Note(
                model=cloze if row.is_cloze else question,
                fields=[row.front, row.back, *row.more],
                tags=row.tags,
                guid=genanki.guid_for(row.key),
            )
        )
    genanki.Package(deck).write_to_file(package)


def with_ankiforge(folder: Path, package: Path) -> None:
    """The same facts with a packager in Rust."""
    import yaml
    from ankiforge import BuildOptions, Note, Project

    def load(data: bytes) -> dict[str, Any]:
        found: dict[str, Any] = yaml.load(data, yaml.CSafeLoader)
        return found

    project = Project("measured", default_deck="Measured")
    for row in _rows(folder, load):
        text = "<br>".join(row.more)
        note = Note.cloze(row.front) if row.is_cloze else Note.basic(row.front, row.back + text)
        project.add(row.key, note.tags(row.tags))
    package.unlink(missing_ok=True)
    project.build(BuildOptions.to(package))


if __name__ == "__main__":
    name, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if name in ("safe_load", "csafe"):
        with_genanki(source, target, "SafeLoader" if name == "safe_load" else "CSafeLoader")
    elif name == "ankiforge":
        with_ankiforge(source, target)
    else:
        sys.exit(__doc__)
