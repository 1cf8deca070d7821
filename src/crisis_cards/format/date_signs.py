"""A typed date as signs: each word and number by what a language calls it.

`14 juillet 1789` is a number, a month and a year. Case, accents and stops make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from babel import Locale

from .dates import SEASONS
from .language import date_words
from .shown import roman


class Sign(NamedTuple):
    """What a word or number of a date is, by its letter, and its numbers.

    N a number, O that of a day or century (14th), Y a year (three digits and more), M a month, S a
    season, P a date in numbers, ? one that could be two, H a time of day, C "century", D "decade",
    E an era (0 before Christ), A "about", Q "perhaps", T "to", U "until", I "since", B "before",
    F "after". `is_word` is false for numbers and marks.
    """

    sign: str
    numbers: tuple[int, ...] = ()
    is_word: bool = True


_WORDS = {
    "about": "A", "before": "B", "after": "F", "until": "U", "since": "I", "to": "T",
    "century": "C", "decade": "D", "nothing": "",
}  # fmt: skip
_SCAN = re.compile(
    r"""(?P<ymd>-?\d{4}[-./]\ ?\d{1,2}[-./]\ ?\d{1,2}(?!\d))
    | (?P<dmy>\d{1,2}(?P<between>[-./])\ ?\d{1,2}(?P=between)\ ?\d{4}(?!\d))
    | (?P<ym>\d{4}[-./]\d{1,2}(?![\d.]))
    | (?P<my>\d{1,2}[-./]\d{4}(?!\d))
    | (?P<time>t?\d{1,2}(?:[:h]\d\d(?!\d)(?:\ ?[ap]\.?m\b)?|\ ?[ap]\.?m\b))
    | (?P<ordinal>\d{1,2}(?:st|nd|rd|th|er|re|eme|e|o|a)(?![\w.]))
    | (?P<number>\d{2,3}[.,’']\d{3}(?!\d)|\d{2,3}\ 000(?!\d)|\d{1,5})
    | (?P<to>[-–—/])
    | (?P<about>~)
    | (?P<perhaps>\?|\(\?\))
    | (?P<both>%)
    | (?P<nothing>[\s,.'’]+)""",
    re.VERBOSE,
)
_ROMAN = re.compile(r"([ivxl]+)(?:er|re|eme|e|th|o)?(?![^\W\d_])")
_ROMANS = {roman(number).lower(): number for number in range(1, 41)}
_LONG_DASHES = str.maketrans("‐‑‒−〜～", "----––", "º")
_LETTER = r"[^\W\d_]"
_GAP = r"[\s.'’-]*"


class _Words(NamedTuple):
    pattern: re.Pattern[str]
    signs: dict[str, Sign]
    at: frozenset[str]  # words that say nothing before a time of day, or at the beginning


def signs(text: str, language: str) -> list[Sign]:
    """The signs of a text; none where something in it is none of this language."""
    text, words = _folded(text), _words(language)
    centuries = any(words.signs[_bare(word)].sign == "C" for word in words.pattern.findall(text))
    found: list[tuple[Sign, str]] = []
    at = 0
    while at < len(text):
        if word := words.pattern.match(text, at):
            new = [words.signs[_bare(word[0])]]
        elif centuries and (word := _ROMAN.match(text, at)) and word[1] in _ROMANS:
            new = [Sign("N", (_ROMANS[word[1]],), is_word=False)]
        elif word := _SCAN.match(text, at):
            new = list(_of_numbers(str(word.lastgroup), word[0]))
        else:
            return []
        found += ((sign, _bare(word[0])) for sign in new if sign.sign)
        at = word.end()
    after = [sign.sign for sign, _ in found[1:]]
    idle = [
        word in words.at and ("H" in after[at : at + 1] or (at == 0 and sign.sign == "T"))
        for at, (sign, word) in enumerate(found)
    ]
    return [sign for (sign, _), is_idle in zip(found, idle, strict=True) if not is_idle]


def _of_numbers(kind: str, text: str) -> Iterator[Sign]:
    numbers = tuple(map(int, re.findall(r"\d+", text)))
    if kind == "number":
        number = int("".join(map(str, re.findall(r"\d", text))))
        yield Sign("N" if len(text) < 3 else "Y", (number,), is_word=False)
    elif kind == "ordinal":
        yield Sign("O", numbers, is_word=False)
    elif kind == "time":
        hour, minute = (*numbers, 0)[:2]
        if text.endswith("m"):
            hour = hour % 12 + 12 * ("p" in text)
        yield Sign("H", (hour, minute), is_word=False)
    elif kind == "ymd":
        year, *rest = numbers
        yield Sign("P", (-year if text[0] == "-" else year, *rest), is_word=False)
    elif kind == "my":
        yield Sign("P", numbers[::-1], is_word=False)
    elif kind == "ym":
        yield from _of_two(text, *numbers)
    elif kind == "dmy":
        day, month, year = numbers
        if month > 12 >= day:
            day, month = month, day
        elif day <= 12 and day != month and "." not in text:  # nobody puts a stop behind a month
            yield Sign("?", (year, month, day))
        yield Sign("P", (year, month, day), is_word=False)
    else:
        marks = {"to": "T", "about": "A", "perhaps": "Q", "both": "AQ"}
        yield from (Sign(sign, is_word=False) for sign in marks.get(kind, ""))


def _of_two(text: str, year: int, other: int) -> Iterator[Sign]:
    """A year and a month, or the years in which something began and ended: 1914-18."""
    years = text[-2].isdigit() and other > year % 100
    if years and other <= 12 and "/" in text:
        yield Sign("?", (year, other))
    if years and other > 12:
        yield Sign("Y", (year,), is_word=False)
        yield Sign("T", is_word=False)
        yield Sign("N", (other,), is_word=False)
    else:
        yield Sign("P", (year, other), is_word=False)


def _folded(text: str) -> str:
    """Lower case, without accents, with ASCII digits; dashes within numbers are hyphens."""
    text = unicodedata.normalize("NFKD", text.translate(_LONG_DASHES).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    # 14-Jul-1789 is no span, and neither is 1960-е.
    return re.sub(rf"(?<=\d)-(?:({_LETTER}+)-(?=\d)|(?={_LETTER}{{1,2}}(?!\w)))", r" \1 ", text)


def _bare(word: str) -> str:
    return re.sub(r"[\s.'’-]+", "", word)


@cache
def _words(language: str) -> _Words:
    """All that a language calls months, eras and what else there is in a date."""
    known: dict[str, Sign] = {}
    spoken: list[str] = []

    def add(words: str, sign: Sign) -> None:
        folded = map(_folded, words.split(", "))
        spoken.extend(word for word in folded if known.setdefault(_bare(word), sign) is sign)

    typed = date_words(language) or {}
    locale = Locale.parse(language)
    for era, name in enumerate(("bc", "ad")):
        add(typed.get(f"read-{name}", ""), Sign("E", (era,)))
        for width in ("wide", "abbreviated"):
            add(locale.eras[width][era], Sign("E", (era,)))
    for form in locale.months.values():
        for width in ("wide", "abbreviated"):
            for month, word in form.get(width, {}).items():
                add(word, Sign("M", (month,)))
    for season, name in SEASONS.items():
        add(typed.get(f"read-{name}", ""), Sign("S", (season,)))
    for name, letter in _WORDS.items():
        add(typed.get(f"read-{name}", ""), Sign(letter))
    known.pop("", None)
    longest_first = sorted(filter(_bare, spoken), key=lambda word: -len(_bare(word)))
    at = frozenset(_bare(_folded(word)) for word in typed.get("read-at", "").split(", "))
    return _Words(re.compile("|".join(map(_pattern, longest_first))), known, at)


def _pattern(word: str) -> str:
    parts = _GAP.join(map(re.escape, re.findall(r"[^\s.'’-]+", word)))
    if any(char > "\u3000" for char in word):  # these scripts have no spaces
        return parts
    return rf"(?<!{_LETTER}){parts}(?!{_LETTER})"
