"""What people type for a date, and how the format writes it; what has two meanings is not read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from . import dates, language
from .date_signs import Sign, signs
from .dates import Point, When


class Misread(NamedTuple):
    """What to write instead of a text that is no date; `date` is that, if nothing else is meant."""

    hint: str
    date: str = ""


_YEAR_FIRST = "write the year, with four digits, before the month and the day, as in 1962-11-20"
_GENERAL = (
    "write the year, month and day as 1962, 1962-07 or 1962-11-20, "
    "about 1962 as 1962~, the 1960s as 196X, the 19th century as 18XX"
)
_ORDERS: Mapping[str, Sequence[str]] = {
    "P": (), "Y": ("year",), "N": ("day",), "M": ("month",), "S": ("season",),
    "NMY": ("day", "month", "year"), "MNY": ("month", "day", "year"),
    "YMN": ("year", "month", "day"), "MY": ("month", "year"), "YM": ("year", "month"),
    "NM": ("day", "month"), "MN": ("month", "day"), "NY": ("day", "year"),
    "SY": ("season", "year"), "YS": ("year", "season"),
    "YD": ("decade",), "DY": ("decade",), "NC": ("century",), "CN": ("century",),
}  # fmt: skip
"""What the numbers of a date are, by its signs; the rest is in the other end of its span."""

# The era stands behind, or it is AD or of a script without spaces.
_ERA_BESIDE = re.compile(r"[0-9]|A\.?\s?D\b|[^\x00-\x7f]", re.IGNORECASE)

_Found = dict[str, int]
"""Numbers of a date by the names in `_ORDERS`, and `hour`, `minute`, `era`, `about`, `perhaps`."""


@lru_cache(maxsize=4096)
def read(text: str, code: str) -> When | Misread:
    """A date with its era in words, as `44 BC`, or what to write for a text that is no EDTF.

    `code` is the deck's language; English, German, French and Spanish are tried too.
    """
    text = text.strip()
    languages = dict.fromkeys((code.partition("-")[0], "en", "de", "fr", "es"))
    for name in languages:
        when = dates.parse(text, partial(_with_era, name))
        if isinstance(when, When):
            return when
    if gap := re.fullmatch(r"(\d\d\d?)([xX?*_-]{1,2})", text):
        better = gap[1] + "X" * len(gap[2])
        if len(better) == 4:
            return Misread(f"write {better}", better if gap[2].upper() in ("X", "XX") else "")
    if re.fullmatch(r"[1-9][0-9]{2}", text):
        return Misread(f"write the year with four digits: 0{text}", f"0{text}")
    wrong = dates.parse(text) or ""
    lacks_year = False
    for name in languages:
        found = signs(text, name)
        meant = _meant(found, text)
        if isinstance(meant, Misread):
            return meant
        wrong = wrong or meant
        lacks_year |= bool(found) and not any(sign.sign in "YPOCDE" for sign in found)
    assert isinstance(wrong, str)
    return Misread(wrong) if wrong else _hint(text, lacks_year=lacks_year)


def _with_era(name: str, text: str) -> Point | str | None:
    """A year, or a date in numbers, beside an era: nothing about it could be written clearer."""
    exact = dates.exactly(text)
    found = signs(text, name) if exact is None and _ERA_BESIDE.match(text) else None
    if not found or [sign.sign for sign in found if sign.is_word] != ["E"]:
        return exact
    named = _named(found)
    return _point(named, text) if named else None


def _hint(text: str, *, lacks_year: bool) -> Misread:
    """What helps where nothing could be read."""
    if (found := re.fullmatch(r"-(\d{1,3})", text)) and (year := int(found[1])):
        return Misread(f"write {year} BC, which is {dates.edtf(When(Point((1 - year,))))}")
    if re.fullmatch(r"\d\d?", text):
        return Misread(f"write the year with four digits: {text:0>4}, or 19{text:0>2}")
    if lacks_year or re.fullmatch(r"\d\d?([-./ ])\d\d?\1\d\d?", text):
        return Misread(_YEAR_FIRST)
    if text.count("/") > 1:
        return Misread("write a span as start/end, for instance 1962-10-16/1962-10-28")
    return Misread(_GENERAL)


def _meant(found: Sequence[Sign], text: str) -> Misread | str:
    """The date that signs are, or what is wrong with it; empty where they are none."""
    if doubtful := next((sign.numbers for sign in found if sign.sign == "?"), None):
        return Misread(_either(*doubtful))
    edge = next((sign.sign for sign in (*found[:1], *found[-1:]) if sign.sign in "BFIU"), "")
    middle = [at for at in range(1, len(found) - 1) if found[at].sign in "TUI"]
    when: When | str | None = None
    sure = edge not in ("B", "F")  # that day or year included?
    if not middle:
        when = _single(_inside(found), edge, text)
    elif len(middle) == 1 and sure and found[0].sign != "U":
        before, after = found[: middle[0]], found[middle[0] + 1 :]
        when, sure = _span(_inside(before), _inside(after), text)
    if not isinstance(when, When):
        return when or ""
    form, spoken = dates.edtf(when), language.english().date(when)
    if when.only and when.only.years == 10 and when.only.parts[0] % 100 == 0:
        return Misread(f"write {form} for ten years, or {form[:2]}XX for the century")
    told = not sure or any(point and point.parts[0] < 1 for point in when[:2])
    return Misread(f"write {form} ({spoken})" if told else f"write {form}", form if sure else "")


def _inside(found: Sequence[Sign]) -> Sequence[Sign]:
    """A date without the "since" or "until" at one of its ends."""
    start = 1 if found and found[0].sign in "BFIU" else 0
    end = len(found) - 1 if len(found) > 1 and found[-1].sign in "BFIU" else len(found)
    return found[start:end]


def _single(found: Sequence[Sign], edge: str, text: str) -> When | str | None:
    named = _named(found)
    point = _point(named, text) if named else None
    if not isinstance(point, Point):
        return point
    if not edge:
        return When(point)
    return When(None, point, "..") if edge in "BU" else When(point, None, "..")


def _span(
    before: Sequence[Sign], after: Sequence[Sign], text: str
) -> tuple[When | str | None, bool]:
    """A span, and whether its marks can belong to nothing else."""
    first, last = _named(before), _named(after)
    if first is None or last is None:
        return None, False
    if "era" in first and "era" not in last:
        if before[0].sign == "E":  # AD 66–73
            last["era"] = first["era"]
        elif last.get("year", 0) <= first.get("year", 0):  # 63 BC – 14, but not 27 BC – 180
            return None, False
    sure = True
    if first.get("about") and not last.get("about"):  # mostly nobody says it twice
        last["about"], sure = 1, False
    if last.get("perhaps") and not first.get("perhaps"):
        sure = False
    if "era" in last:
        first.setdefault("era", last["era"])
    start, end = (_point(_completed(*pair), text) for pair in ((first, last), (last, first)))
    for end_or_fault in (start, end):
        if isinstance(end_or_fault, str):
            return end_or_fault, False
    if not isinstance(start, Point) or not isinstance(end, Point):
        return None, False
    if start.is_season and len(end.parts) == 1:  # the winter of 1942/43
        winter = start.parts[1] == 24 and end.parts[0] == start.parts[0] + 1
        return (When(start) if winter else None), sure
    return dates.between(start, end), sure


def _either(year: int, first: int, second: int = 0) -> str:
    """Both readings of 10/11/1962, or of 1909/12."""
    if second:
        return f"write {year}-{first:02}-{second:02} or {year}-{second:02}-{first:02}"
    return f"write {year}/{year // 100}{first:02} for the years, or {year}-{first:02} for the month"


def _named(found: Sequence[Sign]) -> _Found | None:
    """The numbers of one date by their names; None where it is none."""
    named: _Found = {}
    signs = ""
    numbers: list[int] = []
    for sign in found:
        match sign.sign:
            case "A" | "Q":
                named["about" if sign.sign == "A" else "perhaps"] = 1
            case "E":
                named["era"] = sign.numbers[0]
            case "H":
                named |= zip(("hour", "minute"), sign.numbers, strict=True)
            case "P":
                named |= zip(("year", "month", "day"), sign.numbers, strict=False)
                signs += "P"
            case _:
                signs += sign.sign
                numbers += sign.numbers
    if "era" in named and "Y" not in signs and "C" not in signs and "D" not in signs:
        # The year stands beside its era.
        at = signs.find("N") if found[0].sign == "E" else signs.rfind("N")
        signs = f"{signs[:at]}Y{signs[at + 1 :]}" if at >= 0 else signs
    signs = signs.replace("O", "N")
    if signs not in _ORDERS:
        return None
    return named | dict(zip(_ORDERS[signs], numbers, strict=True))


def _completed(own: _Found, other: _Found) -> _Found:
    """One end of a span with what only the other one says: 5–6 October 1789, 1914–18."""
    own = dict(own)
    if (
        set(own) - {"about", "perhaps", "era"} == {"day"}
        and "day" not in other
        and "month" not in other
    ):
        number = own.pop("day")
        if "century" in other:
            own["century"] = number
        elif "era" in other:
            own["year"] = number
        elif "year" in other:
            own["year"] = other["year"] // 100 * 100 + number
    if "decade" in other and "year" in own:
        own["decade"] = own.pop("year")
    if "day" in own and "month" not in own and "month" in other and "day" in other:
        own["month"] = other["month"]
    if "year" not in own and "year" in other and ("month" in own or "season" in own):
        own["year"] = other["year"]
    return own


def _point(found: _Found, text: str) -> Point | str | None:
    """The date that named numbers are; what is wrong with it; None where they do not make one."""
    mark = ("", "?", "~", "%")[2 * found.get("about", 0) + found.get("perhaps", 0)]
    is_bc = found.get("era") == 0
    if century := found.get("century", 0):
        return Point((1 - century * 100 if is_bc else century * 100 - 100,), 100, mark)
    if decade := found.get("decade", 0):
        return None if is_bc or decade % 10 else Point((decade,), 10, mark)
    if "year" not in found or ("hour" in found and "day" not in found):
        return None
    year = 1 - found["year"] if is_bc else found["year"]
    if year > 9999:
        return None
    names = ("season",) if "season" in found else ("month", "day", "hour", "minute")
    parts = (year, *(found[name] for name in names if name in found))
    if not found["year"]:
        return dates.fault((0,), text)
    return dates.fault(parts, text, is_bc=is_bc) or Point(parts, mark=mark)
