"""Former ids: what was published under one goes on under the fact's new id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from .lock import Lock, fact_of, slot_of

V = TypeVar("V")


def renamed(lock: Lock, former: Mapping[str, str]) -> Lock:
    """The lock with what belonged to former ids under the new ones; `former` is new id → old id.

    What was published under a new id by mistake, before `was` was written, becomes stray. A lock
    that knows no notes is a first one, or was lost: it takes the former ids as they are.
    """
    if not former:
        return lock
    if not lock.entries():
        return replace(lock, was={old: new for new, old in former.items()})
    move = _Move(lock)
    for new, old in former.items():
        move.to(new, old)
    return replace(
        lock, notes=move.notes, gone=move.gone, parts=move.parts, wordings=move.wordings,
        stray=move.stray, was=move.was,
    )  # fmt: skip


class _Move:
    """Entries on their way from former ids to new ones, found by the fact that they belong to."""

    def __init__(self, lock: Lock) -> None:
        self.notes, self.gone, self.parts = dict(lock.notes), dict(lock.gone), dict(lock.parts)
        self.stray, self.was = dict(lock.stray), dict(lock.was)
        self.wordings = dict(lock.wordings)
        self.keys: dict[str, set[str]] = {}
        for key in (*self.notes, *self.gone, *self.parts):
            self.keys.setdefault(fact_of(key), set()).add(key)

    def to(self, new: str, old: str) -> None:
        if self.was.get(old) == new and self.keys.get(new):
            return  # it was done in an earlier release
        owner = old
        seen = {new}
        while owner not in seen and not self.keys.get(owner) and owner in self.was:
            seen.add(owner)
            owner = self.was[owner]
        if owner == new or not self.keys.get(owner):
            return
        for key in self.keys.pop(new, ()):
            self.parts.pop(key, None)
            self.wordings.pop(key, None)
            for entry in (self.notes.pop(key, None), self.gone.pop(key, None)):
                if entry is not None:
                    self.stray[key, entry.guid] = entry
        moved = {key: f"{new}/{slot_of(key)}" for key in self.keys.pop(owner)}
        for before, key in moved.items():
            _move(self.notes, before, key)
            _move(self.gone, before, key)
            _move(self.parts, before, key)
            _move(self.wordings, before, key)
        self.keys[new] = set(moved.values())
        self.was.pop(new, None)  # an id that is in use again is given up no longer
        self.was |= {old: new, owner: new}


def _move(table: dict[str, V], before: str, key: str) -> None:
    if before in table:
        table[key] = table.pop(before)


def looks_renamed(
    present: Collection[str],
    fresh_faces: Iterable[tuple[str, str]],
    claimed: Collection[str],
    lock: Lock,
) -> dict[str, str]:
    """New ids → the lost ids that their notes look like, in the order of `fresh_faces`.

    `present` are the ids in the deck, `claimed` those that a `was` names. `fresh_faces` are keys
    and hashes of the first field of notes whose facts have no `was`; they are only asked for where
    an id is lost. The lock has its former ids moved already (`renamed`).
    """
    known = {fact_of(key) for key in lock.notes}
    lost = known.union(map(fact_of, lock.gone)).difference(present, claimed)
    if not lost:
        return {}
    faces = {
        (slot_of(key), entry.face): fact_of(key)
        for key, entry in (*lock.gone.items(), *lock.notes.items())
        if fact_of(key) in lost
    }
    found: dict[str, str] = {}
    for key, face in fresh_faces:
        new, old = fact_of(key), faces.get((slot_of(key), face))
        if old is not None and new not in known:
            found.setdefault(new, old)
    return found
