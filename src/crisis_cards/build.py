"""The pipeline: a deck's folder → its facts, its notes, its package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from . import checks, parsing, source
from .diagnostics import Diagnostic
from .facts import Deck
from .notes import generate

DECK_FILE = "deck.yaml"


class Built(NamedTuple):
    """What a build wrote. The last four compare it with the package that stood there before."""

    deck: str
    package: str
    size: int  # bytes
    facts: int
    notes: int
    cards: int
    new: int
    changed: int
    unchanged: int
    removed: int


def find(root: Path) -> list[Path]:
    """The deck folders below a folder, by name."""
    return sorted(path.parent for path in root.glob(f"*/{DECK_FILE}"))


def section_files(folder: Path) -> list[Path]:
    """A deck's section files in the order of their names; hidden ones are an editor's."""
    return sorted(
        (
            path
            for path in folder.iterdir()
            if path.suffix in (".yaml", ".yml")
            and path.name not in (DECK_FILE, "deck.yml")
            and not path.name.startswith(".")
            and path.is_file()
        ),
        key=lambda path: path.name,
    )


def read(folder: Path) -> tuple[Deck | None, list[Diagnostic]]:
    """The deck of a folder and everything that is wrong with it."""
    deck_document, found = source.read(folder / DECK_FILE)
    documents = []
    for path in section_files(folder):
        document, problems = source.read(path)
        documents.append(document)
        found += problems
    deck, problems = parsing.parse(folder, deck_document, documents)
    if deck is not None:
        problems += checks.check(deck)
    return deck, found + _without_echoes(problems, found)


def _without_echoes(problems: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
    """What is wrong with a value that is no text in the first place need not be said as well."""
    places = {problem.span[:3] for problem in found}
    return [problem for problem in problems if problem.span[:3] not in places]


def same_ids(decks: Sequence[Deck]) -> list[Diagnostic]:
    """Decks that would take each other's notes for their own."""
    first: dict[str, Deck] = {}
    problems = []
    for deck in decks:
        other = first.setdefault(deck.id, deck)
        if other is not deck:
            problems.append(
                Diagnostic(
                    deck.place,
                    "duplicate-id",
                    f'the deck in {other.place.path} has the same id, "{deck.id}"',
                    'give one of the two an "id:" of its own',
                )
            )
    return problems


def write(deck: Deck, target: Path, now: int) -> Built:
    """Builds the package of a deck without errors; `now` in seconds since 1970.

    Raises OSError where the package cannot be written: the former one is untouched then.
    """
    from . import apkg, theme  # genanki takes longer to import than a deck to check

    notes = list(generate(deck))
    before = apkg.read(target)
    after = dict(apkg.stored(deck, note) for note in notes)
    package = apkg.pack(deck, notes, theme.load(deck.id, deck.language), now)
    apkg.write(target, package.data)
    new = sum(guid not in before for guid in after)
    unchanged = sum(before.get(guid) == note for guid, note in after.items())
    return Built(
        deck=deck.id,
        package=str(target),
        size=len(package.data),
        facts=sum(1 for _ in deck.facts()),
        notes=package.notes,
        cards=package.cards,
        new=new,
        changed=len(after) - new - unchanged,
        unchanged=unchanged,
        removed=sum(guid not in after for guid in before),
    )
