"""The pipeline: a deck's folder → its compiled sections, linked into a deck → a release.

There is one way for a first build, a build where one file changed, `check`, `--watch` and the
preview: a section comes from the store or is compiled now, and the deck is linked from all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from . import checks, files, git
from .cards.draft import Draft
from .cards.room import Room
from .cards.theme import NoteTypes
from .cards.theme import load as load_note_types
from .checks.baseline import Baseline
from .compiled import Compiled, compile_section, restored, without_echoes
from .format import columns, own_types, stylesheet
from .format import deck as deck_file
from .format.deck import Settings
from .format.folders import (
    BASELINE,
    DECK_FILE,
    LOCK,
    Unread,
    misnamed,
    namesakes,
    renaming,
    section_files,
    unread,
)
from .format.media import Media
from .format.section import known_keys
from .format.tables import Tables
from .problems import Problem, Span
from .problems.errors import BAD_LOCK, DUPLICATE_ID
from .release import lock as locks
from .release.lock import Lock
from .release.numbering import better
from .release.places import Place, moves, recorded
from .release.plan import Release, face, keyed, parts_of, plan, would_change
from .release.renames import looks_renamed, renamed
from .store import Store, digest
from .yaml import tree


@dataclass(frozen=True)
class Deck:
    """A deck without errors, and what was published of it: all that a release needs."""

    folder: Path
    settings: Settings
    style: str
    sections: tuple[Compiled, ...]
    lock: Lock
    problems: tuple[Problem, ...] = ()  # warnings

    def drafts(self) -> Iterator[Draft]:
        """All notes in the order of the files."""
        return chain.from_iterable(section.drafts for section in self.sections)

    def pictures(self) -> dict[str, Path]:
        """The files that its notes show, by their names in a package."""
        shown = chain.from_iterable(section.pictures.items() for section in self.sections)
        return {name: Path(path) for name, path in shown}

    def note_types(self) -> NoteTypes:
        """The note types, with the deck's own style sheet and the words of its language."""
        return _note_types(self.settings, self.style, self.lock)


def _note_types(settings: Settings, style: str, lock: Lock) -> NoteTypes:
    rooms = _rooms(lock)
    return load_note_types(settings.id, settings.language, style, settings.kinds, rooms)


def _rooms(lock: Lock) -> dict[str, Room]:
    return {name: entry.room for name, entry in lock.types.items() if entry.room}


@dataclass(frozen=True)
class Project:
    """What was read of a deck's folder, and everything that is wrong with it.

    There are no settings where deck.yaml cannot be read, no lock where it cannot be trusted, and no
    deck where there is any error. Sections are without what only the checks of the deck need.
    Warnings that are in its baseline are no problems; `held` has them.
    """

    folder: Path
    problems: tuple[Problem, ...]
    settings: Settings | None = None
    style: str = ""
    sections: tuple[Compiled, ...] = ()
    lock: Lock | None = None
    deck: Deck | None = None
    held: checks.Held = field(default_factory=checks.Held)

    def with_old(self) -> Project:
        """The same as if there were no baseline."""
        old = self.held.old
        return replace(self, problems=(*self.problems, *old), held=checks.Held())

    def note_types(self, settings: Settings) -> NoteTypes:
        """The note types that its notes would have, as far as is known."""
        return _note_types(settings, self.style, self.lock or Lock())

    def facts(self) -> int:
        """The number of facts that could be read."""
        return _count(self.sections)


@dataclass(frozen=True)
class Memory:
    """Where compiled sections come from: this process has made them before, or the store has them.

    `store` is shared by all decks; `sections` are those of one, by path, each with its key.
    """

    store: Store = field(default_factory=Store)
    sections: dict[str, tuple[str, Compiled]] = field(default_factory=dict)

    def get(self, path: Path, key: str) -> Compiled | None:
        """The section in a file, if it was compiled for this key before."""
        known = self.sections.get(str(path))
        if known and known[0] == key:
            return known[1]
        record = self.store.get(str(path.resolve()), key)
        if not record:
            return None
        section = restored(record)
        self.sections[str(path)] = (key, section)
        return section

    def put(self, path: Path, key: str, section: Compiled) -> None:
        """Keeps a section that was compiled now."""
        self.sections[str(path)] = (key, section)
        self.store.put(str(path.resolve()), key, section)


class Built(NamedTuple):
    """What a build wrote, and the release that it is."""

    package: Path
    size: int  # bytes
    facts: int
    notes: int
    cards: int
    release: Release


def _count(sections: Sequence[Compiled]) -> int:
    return sum(section.section.facts for section in sections if section.section)


# --- reading --------------------------------------------------------------------------------------


def read(
    folder: Path,
    memory: Memory | None = None,
    unsaved: Mapping[Path, bytes] = MappingProxyType({}),
    sections: Sequence[Path] | None = None,
    media: Media | None = None,
) -> Project:
    """The deck of a folder and everything that is wrong with it.

    `unsaved` are files as they would be read if they were written; `sections` are the files of its
    sections, those in the folder by default, and `media` its pictures and sounds.
    """
    memory = memory or Memory()
    paths = section_files(folder) if sections is None else sections
    others = unread(folder) if sections is None else []
    media, tables = media or Media(folder), Tables(folder, unsaved)
    own = own_types.read(folder, media, unsaved)
    known = known_keys(own.kinds)
    texts = {
        str(path): unsaved[path] if path in unsaved else tree.load(path)
        for path in (folder / DECK_FILE, *paths)
    }
    name = str(folder / DECK_FILE)
    document, problems = tree.parse(texts[name], name, known)
    if isinstance(texts[name], FileNotFoundError):
        meant = misnamed(folder)
        hint = renaming(meant, DECK_FILE) if meant else "write one, with the line: deck: its name"
        problems = [problem._replace(hint=hint) for problem in problems]
    elsewhere = others.pop(0).hint if others and not paths else ""
    others += own.unread
    file = deck_file.read(
        folder, document, media, own.kinds, has_sections=bool(paths), elsewhere=elsewhere
    )
    file = file._replace(knows_kinds=own.is_whole)
    style, bad = stylesheet.read(folder)
    problems += without_echoes((*file.problems, *bad), problems)
    problems += own.problems
    known_to = (memory.store.tool, str(folder.resolve()), document.file.text, media.digest())
    # Where a kind could not be read, facts without a kind are passed over in silence.
    kinds = (part for file in own.texts.items() for part in file)
    depends = digest(*known_to, str(own.is_whole), *kinds)

    def section(path: Path) -> Compiled:
        """A section file, compiled before or now."""
        data = texts[str(path)]
        key = ""
        if not isinstance(data, OSError):
            key = digest(depends, str(path), data, *tables.seen_by(data))
        made = memory.get(path, key) if key else None
        if not made:
            made = compile_section(*tree.parse(data, str(path), known), file, media, tables)
            if key:
                memory.put(path, key, made)
        return made

    compiled = tuple(map(section, paths))
    problems += chain.from_iterable(made.problems for made in compiled)
    lock, bad = locks.read(folder / LOCK)
    problems += bad
    baseline, bad = checks.baseline.read(folder / BASELINE)
    problems += bad
    if sections is None and not any(problem.is_error for problem in problems):
        named = (made.section.table for made in compiled if made.section)
        others += tables.unread(table[0] for table in named if table)
    settings, deck, held = file.settings, None, checks.Held()
    if settings:
        former = {fact.id: fact.was[0] for made in compiled for fact in made.facts if fact.was}
        if lock and not any(problem.is_error for problem in problems):
            lock = renamed(lock, former)
        read_ones = {**texts, **own.texts, **tables.texts}
        held = _judged(
            folder, settings, compiled, problems, lock, former, read_ones, others, baseline
        )
        problems += held.new
        held = held._replace(old=tuple(columns.told(held.old, tables.texts)))
        compiled = tuple(made._replace(entries={}, findings=()) for made in compiled)
    problems = columns.told(problems, tables.texts)
    if settings and lock and not any(problem.is_error for problem in problems):
        deck = Deck(folder, settings, style, compiled, lock, tuple(problems))
    return Project(folder, tuple(problems), settings, style, compiled, lock, deck, held)


def _judged(
    folder: Path,
    settings: Settings,
    sections: Sequence[Compiled],
    problems: Sequence[Problem],
    lock: Lock | None,
    former: Mapping[str, str],
    texts: Mapping[str, bytes | OSError],
    others: Sequence[Unread],
    baseline: Baseline,
) -> checks.Held:
    """What is wrong with a deck beside `problems`; `former` are ids that a `was` names, by new."""

    def text(path: str) -> str:
        data = texts[path]
        return data.decode("utf-8-sig") if isinstance(data, bytes) else ""

    def same_fronts() -> Mapping[str, str]:
        """Facts that look like others which are gone from the deck, by their ids."""
        drafts = chain.from_iterable(section.drafts for section in sections)
        types = _note_types(settings, "", published)
        faces = (
            (key, face(fields))
            for key, draft, fields in keyed(published, drafts, types)
            if draft.fact not in former
        )
        present = {fact.id for fact in records}
        return looks_renamed(present, faces, set(former.values()), published)

    records = [fact for section in sections for fact in section.facts]
    published = lock or Lock()
    ever = bool(published.entries())
    whole = checks.Whole(
        settings,
        folder,
        [section.section for section in sections if section.section],
        records,
        text,
        published=locks.facts_of(published) if ever else None,
        renamed=same_fronts if ever else dict,
        better_number=lambda key, *asked: better(parts_of(published, key), *asked),
        published_id=published.deck,
        published_name=published.name,
        latest=max((entry.mod for entry in published.entries()), default=0),
        moved=lambda: moves(published, settings, list(places(settings, sections))),
        rooms=_rooms(published),
        unread=others,
        baseline=baseline,
        was={**published.was, **{old: new for new, old in former.items()}},
    )
    entries: dict[str, list[Any]] = {
        index.check: [row for section in sections for row in section.entries.get(index.check, ())]
        for index in checks.INDEXES
    }
    findings = chain.from_iterable(section.findings for section in sections)
    return checks.judge(whole, entries, findings, problems)


def places(settings: Settings, sections: Iterable[Compiled]) -> Iterator[Place]:
    """The decks of sections, in their order."""
    for made in sections:
        if own := made.section:
            ids = (fact.id for fact in made.facts)
            yield Place(own.title, own.tag, own.deck or settings.name, ids)


def same_ids(projects: Sequence[Project]) -> dict[str, Problem]:
    """Decks that would take each other's notes for their own, by their id.

    Decks beside those of a run count as well: a copied folder changes the deck that it was made of.
    """
    first = namesakes([project.folder for project in projects])
    problems = {}
    for settings in (project.settings for project in projects if project.settings):
        other = first.setdefault(settings.id, settings.place.path)
        if other != settings.place.path:
            message = f'the deck in {other} has the same id, "{settings.id}"'
            problems[settings.id] = Problem(settings.place, DUPLICATE_ID, message, _OF_A_COPY)
    return problems


_OF_A_COPY = "give the newer of the two an id of its own, and delete the deck.lock in its folder"


# --- releasing ------------------------------------------------------------------------------------


def release(deck: Deck, now: int, *, rerender: bool = False) -> Release:
    """What the next release of a deck is; `now` in seconds since 1970. Nothing is written.

    With `rerender`, notes that this version draws otherwise are sent to all learners.
    """
    name = deck.settings.name
    sections = recorded(deck.lock, name, places(deck.settings, deck.sections))
    lock = replace(deck.lock, name=name, sections=sections)
    types = deck.note_types()
    return plan(lock, deck.settings.id, deck.drafts(), types, now, rerender=rerender)


def lost_lock(deck: Deck, package: Path) -> list[Problem]:
    """What is wrong where a deck was published and its lock is gone.

    Git knows it by its last commit; else `package` does, where the last build wrote to.
    """
    place = deck.folder / LOCK
    if place.exists():
        return []
    anew = "to begin anew instead: crisis-cards build --new-lock"
    if command := git.restoring(place):
        message, hint = "this file is gone, and git has it", f"bring it back: {command}"
    elif package.is_file():
        from .targets import apkg

        if not apkg.is_of(package, deck.settings.id):
            return []
        message = f"this file is gone, and {package} was built with it"
        hint = "bring it back from a backup, or from the computer of the last release"
    else:
        return []
    return [Problem(Span(str(place), 1, 1, 2), BAD_LOCK, message, f"{hint}; {anew}")]


def write(
    deck: Deck, target: Path, now: int, *, locked: bool = False, rerender: bool = False
) -> Built | None:
    """Builds the package of a deck, and its lock.

    With `locked`, None where the lock would change, and nothing is written. Raises OSError where a
    file cannot be written; the package and the lock are the former ones then.
    """
    from .targets import apkg  # genanki takes longer to import than a deck to check

    made = release(deck, now, rerender=rerender)
    text = locks.render(made.lock).encode()
    place = deck.folder / LOCK
    same = place.is_file() and place.read_bytes().replace(b"\r\n", b"\n") == text
    if locked and not same:
        former, _ = locks.read(place)
        if former is None or would_change(former, made.lock):
            return None
    others = deck.settings.of_templates(deck.folder)
    package = apkg.pack(
        deck.settings, made.notes, deck.note_types(), made.types, deck.pictures(), others
    )
    # The lock goes first: with it, a build that was interrupted is finished by the next one.
    files.write([*([] if same or locked else [(place, text)]), (target, package.data)])
    return Built(
        target, len(package.data), _count(deck.sections), package.notes, package.cards, made
    )
