"""The pipeline: a deck's folder → its facts, its notes, its package."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from . import checks, files, lock, parsing, releases, renames, reuse, source, stylesheet
from .diagnostics import Diagnostic, Span
from .facts import Deck
from .folders import DECK_FILE, section_files
from .lock import Lock
from .notes import generate
from .numbering import Numbering
from .releases import Published, Release
from .reuse import Last, Part
from .source import Document
from .theme import NoteTypes
from .theme import load as load_note_types


class Project(NamedTuple):
    """A deck and what was published of it; a deck with errors cannot be built.

    There is no deck where its deck.yaml cannot be read, and no lock where it cannot be trusted.
    With `last`, the deck holds those sections only that changed since, and the lock has the others'
    notes unread; the problems are of all. `parts` are the sections of the deck, where a later build
    may take them over.
    """

    folder: Path
    deck: Deck | None
    lock: Lock | None
    problems: list[Diagnostic]
    parts: tuple[Part, ...] | None = None
    last: Last | None = None

    def facts(self) -> int:
        """The number of facts in all sections."""
        read = sum(len(section.facts) for section in self.deck.sections) if self.deck else 0
        return read + (sum(part.facts for part in self.last.kept()) if self.last else 0)


class Built(NamedTuple):
    """What a build wrote, and the release that it is.

    `parts` are the sections as they were built, where a later build may take them over.
    """

    package: Path
    size: int  # bytes
    facts: int
    notes: int
    cards: int
    release: Release
    parts: tuple[Part, ...] | None


def read(
    folder: Path, unsaved: Mapping[Path, bytes] = MappingProxyType({}), last: Last | None = None
) -> Project:
    """The deck of a folder and everything that is wrong with it.

    `unsaved` are files as they would be read if they were written. `last` is the last build of the
    deck, as far as it is known: then the project is made from what changed, if that can be, and
    prepared for the next build.
    """
    if last and (project := _changed(folder, last)):
        return project
    deck, problems = _parsed(folder, section_files(folder), unsaved)
    published, bad = read_lock(folder / lock.NAME)
    problems += bad
    if deck is None:
        return Project(folder, deck, published, problems)
    studied = checks.study(deck, problems)
    findings = checks.warnings(studied)
    sound = published is not None and not any(p.is_error for p in problems)
    if sound and published is not None:
        findings += checks.orphan_media(folder, deck)
        published = lock.renamed(published, _former(deck))
        findings += renames.check(deck, published, lambda: generate(deck, Numbering(published)))
    shown, silenced = checks.settled(deck, findings, sound)
    parts = reuse.parts(studied, findings, shown, silenced) if last and sound else None
    return Project(folder, deck, published, problems + shown, parts)


def _changed(folder: Path, last: Last) -> Project | None:
    """The sections that changed since the last build; None where it takes all of them."""
    if not last.changed <= {part.path for part in last.parts}:
        return None
    paths = [path for path in section_files(folder) if str(path) in last.changed]
    kept = last.kept()
    deck, problems = _parsed(folder, paths, {})
    published, bad = read_lock(folder / lock.NAME, {key for part in kept for key in part.notes})
    if deck is None or published is None or any(p.is_error for p in (*problems, *bad)):
        return None
    studied = checks.study(deck, problems)
    findings = checks.warnings(studied)
    published = lock.renamed(published, _former(deck))
    former = {name for part in kept for _, name in part.former}
    if former and not former <= lock.facts_of(published):
        return None  # what a `was` leads to is only known once there is a lock
    others = former.union(*(part.ids for part in kept))
    findings += renames.check(deck, published, lambda: generate(deck, Numbering(published)), others)
    elsewhere = {name for part in kept for name in part.silenced}
    shown, silenced = checks.settled(deck, findings, complete=True, elsewhere=elsewhere)
    parts = reuse.parts(studied, findings, shown, silenced)
    if parts is None or not reuse.apart(deck, last, parts, findings):
        return None
    known = [problem for part in kept for problem in part.problems]
    return Project(folder, deck, published, problems + shown + known, parts, last)


def _parsed(
    folder: Path, paths: Iterable[Path], unsaved: Mapping[Path, bytes]
) -> tuple[Deck | None, list[Diagnostic]]:
    """A deck with the sections in some files, and what is wrong with the files and with itself."""
    deck_document, found = _document(folder / DECK_FILE, unsaved)

    def documents() -> Iterator[Document]:
        """One at a time: trees take more memory than what is made of them."""
        for path in paths:
            document, problems = _document(path, unsaved)
            found.extend(problems)
            yield document

    deck, problems = parsing.parse(folder, deck_document, documents())
    style, bad = stylesheet.read(folder)
    found += bad
    if deck is not None:
        deck = replace(deck, style=style)
        problems += checks.errors(deck)
    return deck, found + _without_echoes(problems, found)


def _document(path: Path, unsaved: Mapping[Path, bytes]) -> tuple[Document, list[Diagnostic]]:
    return source.parse(unsaved[path], str(path)) if path in unsaved else source.read(path)


def _former(deck: Deck) -> dict[str, str]:
    """The ids that facts had before, by the ids that they have."""
    return {fact.id.value: fact.was.value for fact in deck.facts() if fact.was}


def _without_echoes(problems: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
    """What is wrong with a value that is no text in the first place need not be said as well."""
    places = {problem.span[:3] for problem in found}
    return [problem for problem in problems if problem.span[:3] not in places]


def read_lock(
    path: Path, unread: Collection[str] = frozenset()
) -> tuple[Lock | None, list[Diagnostic]]:
    """The lock in a file; an empty one where there is no file, None where it cannot be trusted.

    `unread` are keys of notes whose lines are known to be as the last build wrote them.
    """
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
    return lock.parse(text, str(path), unread)


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
    return releases.after(published, numbering, deck.id, notes, types, now), types


def write(project: Project, target: Path, now: int, *, locked: bool = False) -> Built | None:
    """Builds the package of a deck without errors, and its lock.

    With `locked`, None where the lock would change, and nothing is written. Raises OSError where a
    file cannot be written; the package and the lock are the former ones then.
    """
    from . import apkg  # genanki takes longer to import than a deck to check

    deck, published, last = project.deck, project.lock, project.last
    assert deck is not None
    assert published is not None
    made, types = release(deck, published, now)
    text = lock.render(made.lock).encode()
    place = project.folder / lock.NAME
    known = place.read_bytes() if place.is_file() else b""
    same = known.replace(b"\r\n", b"\n") == text
    if locked and not same:
        return None
    parts = _parts(project, made)
    if last and parts:
        package = apkg.repack(
            deck, list(_in_order(last, parts, made)), types, made.types, last.package
        )
    else:
        package = apkg.pack(deck, made.notes, types, made.types)
    # The lock goes first: with it, a build that was interrupted is finished by the next one.
    files.write([*([] if same else [(place, text)]), (target, package.data)])
    return Built(
        package=target,
        size=len(package.data),
        facts=project.facts(),
        notes=package.notes,
        cards=package.cards,
        release=made,
        parts=parts,
    )


def _parts(project: Project, made: Release) -> tuple[Part, ...] | None:
    """All sections with their notes, those included that are as they were."""
    if project.parts is None:
        return None
    owner = {name: part.path for part in project.parts for name in part.ids}
    notes: dict[str, list[str]] = defaultdict(list)
    for published in made.notes:
        key = published.note.key
        notes[owner[key.split("/", 1)[0]]].append(key)
    fresh = {part.path: part._replace(notes=tuple(notes[part.path])) for part in project.parts}
    known = project.last.parts if project.last else project.parts
    return tuple(fresh.get(part.path, part) for part in known)


def _in_order(last: Last, parts: Iterable[Part], made: Release) -> Iterator[Published | int]:
    """The notes of all sections: of those that are as they were, their ids."""
    fresh = iter(made.notes)
    for part in parts:
        if part.path in last.changed:
            yield from islice(fresh, len(part.notes))
        else:
            yield from (made.kept[key] for key in part.notes)
