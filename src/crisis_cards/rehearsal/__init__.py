"""A package in a throw-away real Anki: what its import does to a learner.

Anki is optional and imported where it is needed, so that everything
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
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from ..cards.draft import SEPARATOR, content
from ..cards.fields import TYPES, title
from ..release.diff import plain
from ..release.lock import Entry, Lock, TypeEntry
from . import states
from .copies import RehearsalError, lay_out
from .report import Emptied, Note, Report, Untagged, record, text
from .states import Row, State, Type

if TYPE_CHECKING:
    from anki.import_export_pb2 import ImportResponse

__all__ = [
    "RehearsalError", "Report", "UnavailableError", "record", "rehearse", "require_anki", "text",
]  # fmt: skip

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
    require_anki("rehearsing")
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as folder:
        incoming = states.alone(package, Path(folder, "alone"))
        place = Path(folder, "learner")
        is_package = lay_out(onto, place)
        with states.opened(place, str(onto)) as col:
            if onto is not None and is_package:
                states.run_import(col, onto)
            states.watch(col, incoming.notes)
            before = states.look(col)
            states.remember(col)
            log = states.run_import(col, package)
            after = states.look(col)
            cards, reviews, others = states.harm_done(col)
    untouched = onto is None or is_package
    known = before if untouched else incoming  # no learner has had it
    author = _Author(known, before.added, lock or Lock())
    updated = _guids(log.updated, before)
    conflicting = _guids(log.conflicting, incoming)  # Anki names these by their ids in the package
    overwritten, untagged = _lost(updated, before, after, author)
    kept, missed, ahead = _stay({*updated, *conflicting}, before, incoming, author)
    added = after.types.keys() - before.types.keys()
    changed = [
        note_type
        for key, note_type in before.types.items()
        if key in after.types and note_type.looks != after.types[key].looks
    ]
    return Report(
        package=str(package),
        onto=str(onto or ""),
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
        overwritten=overwritten,
        untagged=untagged,
        kept=kept,
        missed=missed,
        ahead=ahead,
        emptied=_emptied(before, after),
        rescheduled_cards=cards,
        changed_reviews=reviews,
        changed_others=others,
        sure=untouched or lock is not None,
    )


def require_anki(doing: str) -> None:
    """Raises UnavailableError where there is no Anki; `doing` is what needs it."""
    try:
        import anki.collection
        import anki.lang
    except ImportError as error:
        install = "pip install 'crisis-cards[anki]'"
        raise UnavailableError(f"{doing} needs the real Anki: {install}") from error
    anki.lang.set_lang("en")


class _Author:
    """Tells what a release wrote from what a learner did, by the rule of this module."""

    def __init__(self, known: State, added: Iterable[int], lock: Lock) -> None:
        """All times in `known` are those of releases, and so are `added` and the lock's."""
        entries = (*lock.notes.values(), *lock.gone.values(), *lock.stray.values())
        dated: tuple[Row | Type | Entry | TypeEntry, ...] = (
            *known.notes.values(), *known.types.values(), *entries, *lock.types.values()
        )  # fmt: skip
        self.types = {*TYPES, *lock.types}
        self.hashes = {entry.guid: entry.content for entry in entries}
        self.times = {*added, *(item.mod for item in dated)}

    def wrote(self, note: Row | Type) -> bool:
        """Whether a note or note type has been left alone since a release."""
        return note.mod in self.times

    def tags(self, guid: str, note: Row) -> tuple[str, ...] | None:
        """The tags that a note was published with; None where its text is not the lock's.

        The hash depends on the author's order of tags, which Anki does not keep.
        """
        if guid not in self.hashes or len(note.tags) > _TAGS_TRIED:
            return None
        fields = SEPARATOR.join(note.fields)
        for length in range(len(note.tags), -1, -1):
            for tags in permutations(note.tags, length):
                hashes = (content(kind, fields, tags) for kind in self.types)
                if self.hashes[guid] in hashes:
                    return tags
        return None


def _guids(notes: Iterable[ImportResponse.Note], state: State) -> list[str]:
    """The GUIDs of notes in Anki's log, which has their ids in one state or the other."""
    known = {row.id: guid for guid, row in state.notes.items()}
    return [known[note.id.nid] for note in notes]


def _lost(
    updated: Iterable[str], before: State, after: State, author: _Author
) -> tuple[tuple[Note, ...], tuple[Untagged, ...]]:
    """The updated notes whose text a learner had edited, and those with tags of the learner's."""
    edited, untagged = [], []
    for guid in updated:
        old, new = before.notes[guid], after.notes[guid]
        if author.wrote(old):
            continue
        published = author.tags(guid, old)
        if published is None and old.fields != new.fields:
            edited.append(_note(old))
        # To Anki, case makes no difference.
        present = {tag.casefold() for tag in (*new.tags, *(published or ()))}
        if tags := tuple(tag for tag in old.tags if tag.casefold() not in present):
            untagged.append(Untagged(*_note(old), tags))
    return tuple(edited), tuple(untagged)


def _stay(
    others: Collection[str], before: State, incoming: State, author: _Author
) -> tuple[tuple[Note, ...], tuple[Note, ...], tuple[Note, ...]]:
    """Notes whose text stays though the package has another one: `kept`, `missed`, `ahead`.

    Nothing is lost with them. So what only may be a release's counts as one: a time later than all
    of the package's that several of them have.
    """
    stay = {
        guid: row
        for guid, row in before.notes.items()
        # Of one time, both are of one release: the package only draws the note otherwise.
        if guid not in others
        and row.mod != incoming.notes[guid].mod
        and row.fields != incoming.notes[guid].fields
    }
    newest = max((row.mod for row in incoming.notes.values()), default=0)
    times = Counter(row.mod for row in stay.values())
    known = max((row.mod for row in before.notes.values() if author.wrote(row)), default=0)
    kept, missed, ahead = [], [], []
    for guid, row in stay.items():
        released = author.wrote(row) or (row.mod > newest and times[row.mod] > 1)
        if released or author.tags(guid, row) is not None:
            ahead.append(_note(row))
            continue
        kept.append(_note(row))
        if incoming.notes[guid].mod > known:
            missed.append(_note(row))
    return tuple(kept), tuple(missed), tuple(ahead)


def _emptied(before: State, after: State) -> tuple[Emptied, ...]:
    cards: dict[int, list[int]] = {}
    for note, ordinal in sorted(after.empty - before.empty):
        cards.setdefault(note, []).append(ordinal + 1)
    rows = (row for row in after.notes.values() if row.id in cards)
    return tuple(Emptied(*_note(row), tuple(cards[row.id])) for row in rows)


def _note(row: Row) -> Note:
    name = "".join(char for char in plain(title(SEPARATOR.join(row.fields))) if char.isprintable())
    if len(name) > _NAME:
        name = name[: _NAME - 1].rstrip() + "…"
    return Note(row.id, name or "(no text)")


def _names(types: Iterable[Type]) -> tuple[str, ...]:
    return tuple(sorted(note_type.name for note_type in types))
