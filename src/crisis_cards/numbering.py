"""Numbers of blanks, steps, sides and regions: a number is a card, and keeps its history."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from itertools import count

from .lock import Lock, Used
from .notes import Part


class Numbering:
    """Gives blanks, steps, sides and regions the numbers that they were published with.

    Called by the card generator for one note, or one fact's steps or sides, after the other.
    A part keeps its number if its text is the same; or else if the words around it are; or else if
    it is the only one there ever was. Any other pairing could put a history on a wrong text.
    """

    def __init__(self, lock: Lock) -> None:
        self.lock = lock
        self.parts: dict[str, tuple[Used, ...]] = {}
        self.ambiguous: dict[str, tuple[int, ...]] = {}

    def __call__(self, key: str, parts: Sequence[Part]) -> tuple[int, ...]:
        before = self._before(key)
        marks = [(short_hash(part.text), short_hash(part.around)) for part in parts]
        if not before and all(part.fixed is None for part in parts):
            self.parts[key] = tuple(Used(at, *mark) for at, mark in enumerate(marks, start=1))
            return tuple(range(1, len(parts) + 1))
        if [(*mark, False) for mark in marks] == [used[1:] for used in before] and all(
            part.fixed in (None, used.number) for part, used in zip(parts, before, strict=True)
        ):
            self.parts[key] = tuple(dict.fromkeys(before))
            return tuple(used.number for used in before)
        numbers: list[int | None] = [part.fixed for part in parts]
        fixed = {part.fixed for part in parts}
        free = [used for used in before if used.number not in fixed]

        def pair(same: Sequence[int], among: list[Used]) -> None:
            """Pairs what is left on both sides by text (0) or by the words around (1)."""
            if not among:
                return
            for at, mark in enumerate(marks):
                if numbers[at] is None:
                    hits = [used for used in among if all(mark[s] == used[s + 1] for s in same)]
                    rivals = [
                        m for n, m in zip(numbers, marks, strict=True)
                        if n is None and all(m[s] == mark[s] for s in same)
                    ]  # fmt: skip
                    if hits and (0 in same or len(hits) == len(rivals) == 1):
                        numbers[at] = hits[0].number
                        among.remove(hits[0])

        live = [used for used in free if not used.gone]
        pair((0, 1), live)
        pair((0,), live)
        pair((1,), live)
        pair((0,), [used for used in free if used.gone])
        open_ = [at for at, number in enumerate(numbers) if number is None]
        if len(before) == len(parts) == len(open_) == len(live) == 1:
            numbers[0] = live.pop().number
            open_ = []
        if open_ and live:
            self.ambiguous[key] = tuple(used.number for used in live)
        used_up = {*fixed, *(used.number for used in before)}
        fresh = (number for number in count(1) if number not in used_up)
        for at in open_:
            numbers[at] = next(fresh)
        result = tuple(number for number in numbers if number is not None)
        # In the order of the text: of two equal texts, the first keeps the first one's number.
        now = [Used(n, *mark) for n, mark in zip(result, marks, strict=True)]
        old = [used._replace(gone=True) for used in before if used.number not in result]
        self.parts[key] = tuple(dict.fromkeys((*now, *sorted(old))))
        return result

    def _before(self, key: str) -> tuple[Used, ...]:
        if key in self.lock.parts:
            return self.lock.parts[key]
        if key in self.lock.notes:
            return self.lock.notes[key].parts
        former = self.lock.gone.get(key)
        return former.parts if former else ()


def short_hash(text: str) -> str:
    """A short hash of a text, white space and the way accents are stored aside."""
    same = unicodedata.normalize("NFC", " ".join(text.split()))
    return hashlib.sha256(same.encode()).hexdigest()[:8]
