"""Adopting a deck: its files, the lock of its first release, and the proof that both are right.

A field becomes Markdown where that renders to the same; then whole cards are compared in the real
Anki, and a note of which a card differs is kept as HTML. The folder appears when all is done.
"""

from __future__ import annotations

import shutil
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from .. import pipeline
from ..cards.draft import SEPARATOR
from ..checks import FactRecord
from ..format.folders import LOCK, MEDIA
from ..pipeline import Memory
from ..problems import Problem
from ..release import lock as locks
from ..release.lock import Lock
from . import proof, writing
from .learners import learner
from .original import AdoptionError, Original
from .report import Comparison, Proof
from .writing import Wishes, Written

_ROUNDS = 2  # of writing a deck: facts with errors are kept as HTML
_LATER = 86_400  # seconds: merging note types gives notes the time of the import
_SHOWN = 5  # problems that a message lists


class Adoption(NamedTuple):
    """A deck that was adopted: what was written, the proof, and the warnings that it has now."""

    written: Written
    wishes: Wishes
    proof: Proof
    warnings: int


def adopt(
    original: Original, folder: Path, wishes: Wishes, doing: Callable[[str], None], now: int
) -> Adoption:
    """Writes the deck of an original into a folder that is not there yet, and proves it.

    `doing` is told what is being done. Raises AdoptionError, and OSError where nothing can be
    written; there is no folder then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".adopting-", dir=folder.parent) as place:
        made = Path(place, folder.name)
        package = Path(place, "first.apkg")
        (made / MEDIA).mkdir(parents=True)
        for name, path in original.media.items():
            shutil.copyfile(path, made / MEDIA / name)
        doing("writing the facts")
        memory = Memory()
        written, deck, wishes = _written(original, made, wishes, memory)
        doing("comparing the cards in Anki")
        pipeline.write(deck, package, now)
        comparison = proof.compare(original.package, package)
        others = _others(comparison)
        is_mended = bool(others)
        for level in writing.LEVELS if others else ():
            wishes = replace(wishes, levels={**wishes.levels, **dict.fromkeys(others, level)})
            written, deck, wishes = _written(original, made, wishes, memory)
            part = Path(place, "part.apkg")
            pipeline.write(_only(deck, written, others, Path(place, "part")), part, now)
            others = _others(proof.compare(original.package, part))
            if not others:
                break
        if is_mended:
            pipeline.write(deck, package, now)
            comparison = proof.compare(original.package, package)
        doing("a learner imports the first release, and one after it")
        second = _next_release(deck, Path(place, "next"), now + 1)
        studied = [learner(original.package, (package, second))]
        if original.uuids:  # CrowdAnki gives every learner's note types ids of their own
            came_by_it = proof.foreign(original.package, Path(place))
            later = _next_release(deck, Path(place, "later"), now + _LATER)
            studied.append(learner(came_by_it, (package, later), merge=True))
        if not original.media:
            (made / MEDIA).rmdir()
        if folder.exists():
            folder.rmdir()  # an empty one
        made.rename(folder)
    return Adoption(written, wishes, Proof(comparison, tuple(studied)), len(deck.problems))


def _written(
    original: Original, folder: Path, wishes: Wishes, memory: Memory
) -> tuple[Written, pipeline.Deck, Wishes]:
    """The files in their folder, the deck that was read of them, with its lock, and the wishes.

    A fact that cannot be read as it was written is kept as HTML, and the wishes say so.
    """
    for _ in range(_ROUNDS):
        written = writing.files(original, wishes)
        for old in folder.glob("*.yaml"):
            old.unlink()
        for name, data in written.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (folder / LOCK).unlink(missing_ok=True)
        project = pipeline.read(folder, memory)
        if project.deck:
            (folder / LOCK).write_text(
                locks.render(_lock(original, written, project.deck)), encoding="utf-8", newline="\n"
            )
            deck = pipeline.read(folder, memory).deck
            assert deck
            return written, deck, wishes
        wrong = _facts_with(project.problems, project, written)
        wishes = replace(wishes, levels={**wishes.levels, **dict.fromkeys(wrong, writing.LAST)})
    errors = [problem for problem in project.problems if problem.is_error]
    listed = "; ".join(
        f"{each.span.path}:{each.span.line}: {each.message}" for each in errors[:_SHOWN]
    )
    raise AdoptionError(f"the facts of this deck cannot be read back: {listed}")


def _others(comparison: Comparison) -> set[str]:
    """The GUIDs of the notes of which a card differs."""
    return {difference.card.guid for difference in comparison.different}


def _only(deck: pipeline.Deck, written: Written, guids: set[str], place: Path) -> pipeline.Deck:
    """The deck with no other notes than these, whose lock goes into a folder of its own."""
    ids = {fact.id for fact in written.facts if fact.note.guid in guids}
    sections = (
        section._replace(drafts=tuple(draft for draft in section.drafts if draft.fact in ids))
        for section in deck.sections
    )
    return replace(deck, folder=place, sections=tuple(sections))


def _facts_with(
    problems: Iterable[Problem], project: pipeline.Project, written: Written
) -> set[str]:
    """The GUIDs of the notes whose facts have errors."""
    guids = {fact.id: fact.note.guid for fact in written.facts}
    facts: dict[str, list[FactRecord]] = {}
    for fact in chain.from_iterable(section.facts for section in project.sections):
        facts.setdefault(fact.at.path, []).append(fact)
    wrong = set()
    for problem in (problem for problem in problems if problem.is_error):
        near = facts.get(problem.span.path, [])
        at = bisect_right(near, problem.span.line, key=attrgetter("line")) - 1
        if at >= 0:
            wrong.add(guids[near[at].id])
    return wrong


def _lock(original: Original, written: Written, deck: pipeline.Deck) -> Lock:
    """The lock of a first release that is what learners have: their GUIDs, times and ids."""
    drawn = pipeline.release(deck, 1).lock
    notes = {}
    for fact in written.facts:
        entry = drawn.notes[fact.key]
        note = fact.note
        notes[fact.key] = entry._replace(guid=note.guid, mod=max(1, note.mod), id=note.id)
    mods = {f"type:{name}": original.types[key].mod for key, name in written.types.items()}
    types = {
        name: entry._replace(mod=max(1, mods.get(name, entry.mod)))
        for name, entry in drawn.types.items()
    }
    return replace(drawn, notes=notes, types=types)


def _next_release(deck: pipeline.Deck, place: Path, now: int) -> Path:
    """A package of the release after the first one: one note is edited, and one is new."""
    place.mkdir()
    shutil.copyfile(deck.folder / LOCK, place / LOCK)
    first = next(section for section in deck.sections if section.drafts)
    draft = first.drafts[0]
    fields = draft.fields.split(SEPARATOR)
    at = max(at for at, text in enumerate(fields) if text)
    edited = SEPARATOR.join([*fields[:at], f"{fields[at]} (edited)", *fields[at + 1 :]])
    drafts = (
        draft._replace(fields=edited, source="edited"),
        draft._replace(fact=f"new-{draft.fact}", fields=f"new {edited}"),
        *first.drafts[1:],
    )
    sections = tuple(
        section._replace(drafts=drafts) if section is first else section
        for section in deck.sections
    )
    pipeline.write(replace(deck, folder=place, sections=sections), place / "next.apkg", now)
    return place / "next.apkg"
