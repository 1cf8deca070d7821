"""A package in a throw-away real Anki: what its import does to a learner.

The only module that runs Anki. Anki is optional and imported where it is needed, so that everything
else works without it. A learner's collection is copied, never opened where it lies.

What a learner wrote is told from what a release wrote by time and by content. Anki gives a note the
time of the edit, and also where a tag is added, a note marked, or a card becomes a leech; an import
gives it the package's time. So a note was not touched

- if its time is that of a release: one that occurs in the package, in the lock if there is one, or
  on cards of several of the package's notes that were imported and never studied, because an edit
  of a note leaves the times of its cards alone;
- or if the lock has the hash of its fields with some of its tags: the other tags are the learner's.

Every other note counts as edited. No edit is missed, save one in the very second of a build; but
a note that came from a release which nothing here remembers is taken for edited too, and one that
was updated by Anki 24.11 or older, which wrote the time of the import. The lock of the release that
the learner has clears up both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .. import releases
from ..diff import plain
from ..lock import Lock
from ..notes import title
from ..theme import NoteTypes
from .copies import RehearsalError, lay_out
from .report import Emptied, Note, Report, Untagged, record, text
from .states import (
    Harm,
    Row,
    State,
    Type,
    alone,
    database,
    harm_done,
    look,
    opened,
    remember,
    run_import,
    watch,
)

if TYPE_CHECKING:
    from anki.import_export_pb2 import ImportResponse

__all__ = ["INSTALL", "RehearsalError", "Report", "UnavailableError", "record", "rehearse", "text"]

INSTALL = "pip install 'crisis-cards[anki]'"

_NAME = 70  # longest name of a note, in characters
_TAGS_TRIED = 6  # more tags than these make too many orders to try


class UnavailableError(RehearsalError):
    """The anki package is not installed."""


def rehearse(package: Path, onto: Path | None = None, lock: Lock | None = None) -> Report:
    """Imports a package as Anki does by default, into a copy of a collection, and looks around.

    `onto` is a collection, a backup of one (.colpkg), an earlier package (as it was published:
    nothing in it counts as edited), or None for an empty collection; it is only read. `lock` is
    that of the release that the learner has. Raises RehearsalError where there is nothing to
    report, UnavailableError without Anki.
    """
    _require_anki()
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as folder:
        incoming = alone(package, Path(folder, "alone"))
        place = Path(folder, "learner")
        is_package = lay_out(onto, place)
        with opened(place, str(onto)) as col:
            if onto is not None and is_package:
                run_import(col, onto)
            watch(database(col), incoming.notes)
            before = look(col)
            remember(database(col))
            log = run_import(col, package)
            seen = _Seen(incoming, before, look(col), log, harm_done(database(col)))
    untouched = onto is None or is_package
    author = _Author(_times(before if untouched else incoming) | before.added, lock or Lock())
    return _report(str(package), str(onto or ""), seen, author, untouched or lock is not None)


def _require_anki() -> None:
    try:
        import anki.collection
        import anki.lang
    except ImportError as error:
        raise UnavailableError(f"rehearsing needs the real Anki: {INSTALL}") from error
    anki.lang.set_lang("en")


# --- what it means to the learner -------------------------------------------------------------


class _Seen(NamedTuple):
    """What was seen of an import: the package alone, and the collection before and after."""

    incoming: State
    before: State
    after: State
    log: ImportResponse.Log
    harm: Harm


class _Author:
    """Tells what a release wrote from what a learner did, by the rule of this module."""

    def __init__(self, times: Iterable[int], lock: Lock) -> None:
        """`times` are those of releases, beside the lock's."""
        entries = (*lock.notes.values(), *lock.gone.values(), *lock.stray.values())
        self.hashes = {entry.guid: entry.content for entry in entries}
        self.times = {
            *times,
            *(entry.mod for entry in entries),
            *(entry.mod for entry in lock.types.values()),
        }

    def wrote(self, note: Row | Type) -> bool:
        """Whether a note or note type has been left alone since a release."""
        return note.mod in self.times

    def tags(self, guid: str, note: Row) -> tuple[str, ...] | None:
        """The tags that a note was published with; None where its text is not the lock's.

        The hash depends on the author's order of tags, which Anki does not keep.
        """
        if guid not in self.hashes or len(note.tags) > _TAGS_TRIED:
            return None
        for length in range(len(note.tags), -1, -1):
            for tags in permutations(note.tags, length):
                hashes = (releases.content(kind, note.fields, tags) for kind in NoteTypes._fields)
                if self.hashes[guid] in hashes:
                    return tags
        return None


def _times(state: State) -> frozenset[int]:
    """The times of notes and note types that no learner has had."""
    notes, types = state.notes.values(), state.types.values()
    return frozenset((*(note.mod for note in notes), *(item.mod for item in types)))


def _report(package: str, onto: str, seen: _Seen, author: _Author, sure: bool) -> Report:
    incoming, before, after, log, harm = seen
    updated = _guids(log.updated, before)
    conflicting = _guids(log.conflicting, incoming)  # Anki names these by their ids in the package
    edited, untagged = [], []
    for guid in updated:
        old, new = before.notes[guid], after.notes[guid]
        if author.wrote(old):
            continue
        published = author.tags(guid, old)
        if published is None and old.fields != new.fields:
            edited.append(_note(old))
        if tags := _lost(old.tags, (*new.tags, *(published or ()))):
            untagged.append(Untagged(*_note(old), tags))
    kept = [
        note
        for guid, note in before.notes.items()
        if guid not in {*updated, *conflicting} and note.fields != incoming.notes[guid].fields
    ]
    added = after.types.keys() - before.types.keys()
    changed = [
        note_type
        for key, note_type in before.types.items()
        if key in after.types and note_type.looks != after.types[key].looks
    ]
    return Report(
        package=package,
        onto=onto,
        found=log.found_notes,
        new=len(log.new),
        updated=tuple(_note(after.notes[guid]) for guid in updated),
        unchanged=len(log.duplicate),
        conflicting=tuple(_note(before.notes[guid]) for guid in conflicting),
        new_cards=after.cards - before.cards,
        decks_added=tuple(sorted(after.decks - before.decks)),
        types_added=_names(after.types[key] for key in added & incoming.types.keys()),
        types_changed=_names(changed),
        types_restyled=_names(item for item in changed if not author.wrote(item)),
        types_doubled=_names(after.types[key] for key in added - incoming.types.keys()),
        overwritten=tuple(edited),
        untagged=tuple(untagged),
        kept=tuple(_note(note) for note in kept),
        emptied=_emptied(before, after),
        rescheduled_cards=harm.cards,
        changed_reviews=harm.reviews,
        changed_others=harm.notes,
        sure=sure,
    )


def _guids(notes: Iterable[ImportResponse.Note], state: State) -> list[str]:
    """The GUIDs of notes in Anki's log, which has their ids in one state or the other."""
    known = {row.id: guid for guid, row in state.notes.items()}
    return [known[note.id.nid] for note in notes]


def _lost(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    """Old tags that are not among new ones; to Anki, case makes no difference."""
    present = {tag.casefold() for tag in new}
    return tuple(tag for tag in old if tag.casefold() not in present)


def _emptied(before: State, after: State) -> tuple[Emptied, ...]:
    cards: dict[int, list[int]] = {}
    for note, ordinal in sorted(after.empty - before.empty):
        cards.setdefault(note, []).append(ordinal + 1)
    rows = (row for row in after.notes.values() if row.id in cards)
    return tuple(Emptied(*_note(row), tuple(cards[row.id])) for row in rows)


def _note(row: Row) -> Note:
    name = "".join(char for char in plain(title(row.fields)) if char.isprintable())
    if len(name) > _NAME:
        name = name[: _NAME - 1].rstrip() + "…"
    return Note(row.id, name or "(no text)")


def _names(types: Iterable[Type]) -> tuple[str, ...]:
    return tuple(sorted(note_type.name for note_type in types))
