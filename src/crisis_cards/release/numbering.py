"""Numbers of blanks, steps, sides and regions: a number is a card, and keeps its history."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
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


def number(
    before: tuple[Used, ...], parts: Sequence[Part], wordings: tuple[Used, ...] = ()
) -> Numbered:
    """Gives parts the numbers that they were published with; `wordings` are their words (`worded`).

    A part keeps its number if its text is the same; or else if what stands around it is; or else if
    it stands between the same others and alone has most of its words; or else if it is the only one
    there ever was. Any other pairing could put a history on a wrong text.
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
    words = [_hashes(part.text) for part in parts] if wordings else []
    known = {(used.number, used.around): _split(used.text) for used in wordings}
    return _paired(before, marks, numbers, words, known)


_Marks: TypeAlias = Sequence[tuple[str, str]]
"""What parts are known by: hashes of their texts and of what stands around them."""
_TEXT, _AROUND = 0, 1


def _paired(
    before: tuple[Used, ...],
    marks: _Marks,
    numbers: list[int | None],
    words: Sequence[_Words],
    known: Mapping[tuple[int, str], _Words],
) -> Numbered:
    """The numbers of parts that are others than before; an author may have given some.

    `words` are those of the parts, `known` those of a number and the text that it stood for.
    """
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
    if words and live and None in numbers:
        olds = [used for used in before if not used.gone]
        for used, at in _reworded(olds, numbers, words, known):
            numbers[at] = used.number
            live.remove(used)
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


_Words: TypeAlias = "frozenset[str]"
"""Hashes of the single words of a text."""

_SAME, _RIVAL = 0.5, 0.25
"""Shares of their words that two texts have in common: of one that was reworded at least the first;
with any other text, each of the two has less than the second."""


def _reworded(
    before: Sequence[Used],
    numbers: Sequence[int | None],
    words: Sequence[_Words],
    known: Mapping[tuple[int, str], _Words],
) -> list[tuple[Used, int]]:
    """Parts of before that go on in other words, and where: the only likely pairs.

    The two of a pair stand between the same others.
    """
    lost = [used.number if used.number in numbers else None for used in before]
    present = [number if number in lost else None for number in numbers]
    olds = [
        (used, place, known.get((used.number, used.text), frozenset()))
        for used, place, own in zip(before, _places(lost), lost, strict=True)
        if own is None
    ]
    news = [
        (at, place, words[at])
        for at, (place, number) in enumerate(zip(_places(present), numbers, strict=True))
        if number is None
    ]
    alike = [[_alike(old, new) for *_, new in news] for *_, old in olds]
    return [
        (used, at)
        for row, (used, place, _) in zip(alike, olds, strict=True)
        for column, (at, its, _) in enumerate(news)
        if place == its
        and row[column] >= _SAME
        and sum(share >= _RIVAL for share in row) == 1
        and sum(other[column] >= _RIVAL for other in alike) == 1
    ]


def _places(numbers: Sequence[int | None]) -> list[tuple[int, int]]:
    """For each place the nearest number before it and after it; 0 where there is none."""

    def nearest(numbers: Iterable[int | None]) -> list[int]:
        last, found = 0, []
        for number in numbers:
            found.append(last)
            last = number or last
        return found

    return list(zip(nearest(numbers), nearest(reversed(numbers))[::-1], strict=True))


def _alike(one: _Words, other: _Words) -> float:
    """Which share of the words of two texts they have in common, from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


_LENGTH = 4  # hexadecimal digits of the hash of a word
# The scripts that set no spaces between words are taken sign by sign.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+"


def worded(numbers: Sequence[int], parts: Sequence[Part]) -> tuple[Used, ...]:
    """What the lock keeps of the words of parts, each with the hash of its whole text."""
    return tuple(
        [
            Used(number, "".join(sorted(_hashes(part.text))) or "0", short_hash(part.text))
            for number, part in zip(numbers, parts, strict=True)
        ]
    )


def _hashes(text: str) -> _Words:
    """Short words are in every text; they count where there are no others."""
    found = re.findall(_WORD, unicodedata.normalize("NFKC", text).casefold())
    words = [word for word in found if len(word) > 3 or ord(word[0]) > 0xDFF] or found
    return frozenset(hashlib.sha256(word.encode()).hexdigest()[:_LENGTH] for word in words)


def _split(joined: str) -> _Words:
    return frozenset(joined[at : at + _LENGTH] for at in range(0, len(joined), _LENGTH))


def better(
    before: tuple[Used, ...], number: int, texts: Iterable[str], others: Collection[int]
) -> int:
    """The number that blanks with these texts should have in place of the author's; 0: it is right.

    It is not, where it was another blank's that is gone, or where one of them has another number.
    `others` are numbers that the author wrote in the same note.
    """
    hashes = {short_hash(text) for text in texts}
    known = [used for used in before if used.number == number]
    if not known or any(used.text in hashes for used in known):
        return 0
    own = next((used.number for used in before if used.text in hashes and not used.gone), 0)
    if own or not all(used.gone for used in known):
        return own
    return max(*others, *(used.number for used in before)) + 1


def short_hash(text: str) -> str:
    """A short hash of a text, white space and the way accents are stored aside."""
    same = " ".join(text.split())
    if not same.isascii():
        same = unicodedata.normalize("NFC", same)
    return hashlib.sha256(same.encode()).hexdigest()[:8]
