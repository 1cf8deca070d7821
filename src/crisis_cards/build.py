"""The pipeline: a deck's folder → its facts, its notes, its package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from . import checks, files, lock, parsing, source, stylesheet
from .diagnostics import Diagnostic, Span
from .facts import Deck
from .folders import DECK_FILE, section_files
from .lock import Lock, Numbering, Release
from .notes import generate
from .theme import NoteTypes
from .theme import load as load_note_types


class Project(NamedTuple):
    """A deck and what was published of it; a deck with errors cannot be built.

    There is no deck where its deck.yaml cannot be read, and no lock where it cannot be trusted.
    """

    folder: Path
    deck: Deck | None
    lock: Lock | None
    problems: list[Diagnostic]


class Built(NamedTuple):
    """What a build wrote, and the release that it is."""

    package: Path
    size: int  # bytes
    facts: int
    notes: int
    cards: int
    release: Release


def read(folder: Path, unsaved: Mapping[Path, bytes] = MappingProxyType({})) -> Project:
    """The deck of a folder and everything that is wrong with it.

    `unsaved` are files as they would be read if they were written.
    """
    deck_document, found = _document(folder / DECK_FILE, unsaved)
    documents = []
    for path in section_files(folder):
        document, problems = _document(path, unsaved)
        documents.append(document)
        found += problems
    style, problems = stylesheet.read(folder)
    found += problems
    deck, problems = parsing.parse(folder, deck_document, documents)
    documents.clear()  # the trees take as much memory as the deck
    if deck is not None:
        deck = replace(deck, style=style)
        problems += checks.errors(deck)
    problems = found + _without_echoes(problems, found)
    published, bad = read_lock(folder / lock.NAME)
    problems += bad
    if deck is None:
        return Project(folder, deck, published, problems)
    findings = checks.warnings(deck, problems)
    sound = published is not None and not any(p.is_error for p in problems)
    if sound and published is not None:
        findings += checks.orphan_media(folder, deck)
        published = lock.renamed(published, _former(deck))
        findings += lock.check(deck, published, lambda: generate(deck, Numbering(published)))
    return Project(folder, deck, published, problems + checks.settled(deck, findings, sound))


def _document(
    path: Path, unsaved: Mapping[Path, bytes]
) -> tuple[source.Document, list[Diagnostic]]:
    return source.parse(unsaved[path], str(path)) if path in unsaved else source.read(path)


def _former(deck: Deck) -> dict[str, str]:
    """The ids that facts had before, by the ids that they have."""
    return {fact.id.value: fact.was.value for fact in deck.facts() if fact.was}


def _without_echoes(problems: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
    """What is wrong with a value that is no text in the first place need not be said as well."""
    places = {problem.span[:3] for problem in found}
    return [problem for problem in problems if problem.span[:3] not in places]


def read_lock(path: Path) -> tuple[Lock | None, list[Diagnostic]]:
    """The lock in a file; an empty one where there is no file, None where it cannot be trusted."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return Lock(), []
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        span = Span(str(path), 1, 1, 2)
        return None, [Diagnostic(span, "bad-lock", f"the lock cannot be read: {reason}")]
    return lock.parse(text, str(path))


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


def release(deck: Deck, published: Lock, now: int) -> tuple[Release, NoteTypes]:
    """What the next release of a deck is; `now` in seconds since 1970. Nothing is written."""
    numbering = Numbering(published)
    notes = list(generate(deck, numbering))
    types = load_note_types(deck.id, deck.language, deck.style)
    return lock.release(published, numbering, deck.id, notes, types, now), types


def write(project: Project, target: Path, now: int, *, locked: bool = False) -> Built | None:
    """Builds the package of a deck without errors, and its lock.

    With `locked`, None where the lock would change, and nothing is written. Raises OSError where a
    file cannot be written; the package and the lock are the former ones then.
    """
    from . import apkg  # genanki takes longer to import than a deck to check

    deck, published = project.deck, project.lock
    assert deck is not None
    assert published is not None
    made, types = release(deck, published, now)
    text = lock.render(made.lock).encode()
    place = project.folder / lock.NAME
    known = place.read_bytes() if place.is_file() else b""
    same = known.replace(b"\r\n", b"\n") == text
    if locked and not same:
        return None
    package = apkg.pack(deck, made.notes, types, made.types)
    # The lock goes first: with it, a build that was interrupted is finished by the next one.
    files.write([*([] if same else [(place, text)]), (target, package.data)])
    return Built(
        package=target,
        size=len(package.data),
        facts=sum(1 for _ in deck.facts()),
        notes=package.notes,
        cards=package.cards,
        release=made,
    )
