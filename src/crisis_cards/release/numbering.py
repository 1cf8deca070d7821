"""Numbers of blanks, steps, sides and regions: a number is a card, and keeps its history."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple, TypeAlias

from ..format.prompt import Part
from .lock import Used


class Numbered(NamedTuple):
    """The numbers of some parts, in their order, and what the lock keeps of them.

    `lost` are numbers that no part carries on because nobody can tell which of them it would be.
    """

    numbers: tuple[int, ...]
    used: tuple[Used, ...]
    lost: tuple[int, ...]


_NOTHING = Numbered((), (), ())


def number(before: tuple[Used, ...], parts: Sequence[Part]) -> Numbered:
    """Gives parts the numbers that they were published with.

    A part keeps its number if its text is the same; or else if what stands around it is; or else if
    it is the only one there ever was. Any other pairing could put a history on a wrong text.
    """
    if not before and not parts:
        return _NOTHING
    marks = [(short_hash(part.text), short_hash(part.around)) for part in parts]
    numbers = [part.fixed for part in parts]
    if not before and numbers.count(None) == len(parts):
        new = [Used(at, *mark) for at, mark in enumerate(marks, start=1)]
        return Numbered(tuple(range(1, len(parts) + 1)), tuple(new), ())
    if [(*mark, False) for mark in marks] == [used[1:] for used in before] and all(
        given in (None, used.number) for given, used in zip(numbers, before, strict=True)
    ):
        return Numbered(tuple([used.number for used in before]), tuple(dict.fromkeys(before)), ())
    return _paired(before, marks, numbers)


_Marks: TypeAlias = Sequence[tuple[str, str]]
"""What parts are known by: hashes of their texts and of what stands around them."""
_TEXT, _AROUND = 0, 1


def _paired(before: tuple[Used, ...], marks: _Marks, numbers: list[int | None]) -> Numbered:
    """The numbers of parts that are others than before; an author may have given some."""
    free = [used for used in before if used.number not in numbers]
    live = [used for used in free if not used.gone]

    def pair(among: list[Used], *same: int) -> None:
        """Every open part, in the order of the text, takes the first number that fits."""
        for at, mark in enumerate(marks):
            if numbers[at] is not None:
                continue
            fits = [used for used in among if all(used[1 + s] == mark[s] for s in same)]
            if fits and (_TEXT in same or len(fits) == rivals(mark) == 1):
                numbers[at] = fits[0].number
                among.remove(fits[0])

    def rivals(mark: tuple[str, str]) -> int:
        """How many open parts stand in such a place; of one alone, another text is the new one."""
        pairs = zip(numbers, marks, strict=True)
        return sum(number is None and other[_AROUND] == mark[_AROUND] for number, other in pairs)

    pair(live, _TEXT, _AROUND)
    pair(live, _TEXT)
    pair(live, _AROUND)
    # Two branches may have given one number to two texts; it is not given twice.
    pair([used for used in free if used.gone and used.number not in numbers], _TEXT)
    if len(before) == len(marks) == len(live) == numbers.count(None) == 1:  # the only ones ever
        numbers = [live.pop().number]
    left = tuple(used.number for used in live if used.number not in numbers)
    lost = left if None in numbers else ()
    taken = {*numbers, *(used.number for used in before)}
    fresh = (number for number in count(1) if number not in taken)
    given = tuple([next(fresh) if number is None else number for number in numbers])
    # In the order of the text: of two equal texts, the first keeps the first one's number.
    now = [Used(n, *mark) for n, mark in zip(given, marks, strict=True)]
    gone = sorted(used._replace(gone=True) for used in before if used.number not in given)
    return Numbered(given, tuple(dict.fromkeys((*now, *gone))), lost)


def short_hash(text: str) -> str:
    """A short hash of a text, white space and the way accents are stored aside."""
    same = " ".join(text.split())
    if not same.isascii():
        same = unicodedata.normalize("NFC", same)
    return hashlib.sha256(same.encode()).hexdigest()[:8]
