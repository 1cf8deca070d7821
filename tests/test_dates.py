"""Dates of every precision: read, written, and what people type instead."""

from __future__ import annotations

import re
from datetime import date

import pytest
from babel import Locale, localedata
from hypothesis import given
from hypothesis import strategies as st

from crisis_cards.format import dates, language, schema, typed
from crisis_cards.format.dates import Point, When
from crisis_cards.format.typed import Misread

YEAR = Point((1962,))


@pytest.mark.parametrize(
    ("written", "read", "precision"),
    [
        ("1962", When(YEAR), "year"),
        ("0044", When(Point((44,))), "year"),
        ("1962-07", When(Point((1962, 7))), "month"),
        ("1962-11-20", When(Point((1962, 11, 20))), "day"),
        ("1964-02-29", When(Point((1964, 2, 29))), "day"),
        ("1500-02-29", When(Point((1500, 2, 29))), "day"),  # a leap day in Caesar's calendar
        ("1962-10-16/1962-10-28", When(Point((1962, 10, 16)), Point((1962, 10, 28))), "span"),
        ("1962/1963-04", When(YEAR, Point((1963, 4))), "span"),
        ("1962-10 / 1962-11", When(Point((1962, 10)), Point((1962, 11))), "span"),
        ("-0043", When(Point((-43,))), "year"),
        ("-0043-03-15", When(Point((-43, 3, 15))), "day"),
        ("-0048/0014", When(Point((-48,)), Point((14,))), "span"),
        ("Y-11999", When(Point((-11999,))), "year"),
        ("1200~", When(Point((1200,), mark="~")), "about"),
        ("1789-10-05~", When(Point((1789, 10, 5), mark="~")), "about"),
        ("1962?", When(Point((1962,), mark="?")), "year"),
        ("1962%", When(Point((1962,), mark="%")), "about"),
        ("1200~/1250?", When(Point((1200,), mark="~"), Point((1250,), mark="?")), "span"),
        ("196X", When(Point((1960,), 10)), "decade"),
        ("18XX", When(Point((1800,), 100)), "century"),
        ("-04XX", When(Point((-499,), 100)), "century"),
        ("1962-XX", When(YEAR), "year"),
        ("1962-XX-XX", When(YEAR), "year"),
        ("1962-07-XX", When(Point((1962, 7))), "month"),
        ("1962-22", When(Point((1962, 22))), "season"),
        ("1962/..", When(YEAR, None, ".."), "since"),
        ("1962/", When(YEAR, None, "?"), "since"),
        ("../1962", When(None, YEAR, ".."), "until"),
        ("/1962", When(None, YEAR, "?"), "until"),
        ("1962-10-27T17:40", When(Point((1962, 10, 27, 17, 40))), "minute"),
        ("1969-07-20T20:17:40Z", When(Point((1969, 7, 20, 20, 17, 40), zone="Z")), "minute"),
    ],
)
def test_good_dates(written: str, read: When, precision: str) -> None:
    assert dates.parse(written) == read
    assert read.precision == precision


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("1962-13", "1962-13 is not in the calendar: check the month and the day"),
        ("1962-25", "1962-25 is not in the calendar: check the month and the day"),
        ("1962-02-30", "1962-02-30 is not in the calendar: check the month and the day"),
        ("1900-02-29", "1900-02-29 is not in the calendar: check the month and the day"),
        ("1962-22-01", "1962-22-01 is not in the calendar: check the month and the day"),
        ("0000", 'there is no year 0: write the year before 1 as "1 BC"'),
        ("0000-03-15", 'there is no year 0: write the year before 1 as "1 BC"'),
        ("1962-10-27T24:00", "1962-10-27T24:00 is no time of a day: hours go to 23, minutes to 59"),
        ("196X-05", "196X-05 has a month of a year that nobody knows: leave the month out"),
        ("1963/1962", "the span ends before it begins: write the earlier date first"),
        ("-0043/-0048", "the span ends before it begins: write the earlier date first"),
        ("18XX/1799", "the span ends before it begins: write the earlier date first"),
        ("1962/1962", "the span begins and ends on one date: write 1962"),
        ("../..", "a span needs a date, as in 1962/.. or ../1962"),
    ],
)
def test_wrong_dates(written: str, wrong: str) -> None:
    assert dates.parse(written) == wrong
    assert typed.read(written, "en") == Misread(wrong)


_YEARS = st.integers(-12000, 9999).filter(bool)
_DAYS = st.tuples(_YEARS, st.integers(1, 12), st.integers(1, 28))
_TIMES = st.builds(lambda day, *time: (*day, *time), _DAYS, st.integers(0, 23), st.integers(0, 59))
_PARTS = st.one_of(
    _DAYS.flatmap(lambda day: st.integers(1, 3).map(lambda size: day[:size])),
    st.tuples(_YEARS, st.sampled_from(list(dates.SEASONS))),
    _TIMES,
)
_MARKS = st.sampled_from(["", "", "~", "?", "%"])
_CENTURIES = st.integers(0, 99).map(lambda n: Point((n * 100,), 100))
_BEFORE = st.integers(0, 99).map(lambda n: Point((-n * 100 - 99,), 100))
_DECADES = st.integers(1, 999).map(lambda n: Point((n * 10,), 10))
_POINTS = st.one_of(
    st.builds(lambda parts, mark: Point(parts, mark=mark), _PARTS, _MARKS),
    st.builds(
        lambda point, mark: point._replace(mark=mark), _CENTURIES | _BEFORE | _DECADES, _MARKS
    ),
)
_WHENS = st.one_of(
    _POINTS.map(When),
    st.builds(lambda point, missing: When(point, None, missing), _POINTS, st.sampled_from("?")),
    st.builds(lambda point: When(None, point, ".."), _POINTS),
    st.tuples(_POINTS, _POINTS)
    .map(lambda ends: dates.between(*ends))
    .filter(lambda when: isinstance(when, When)),
)


@given(_WHENS)
def test_what_is_written_is_read(when: When) -> None:
    assert dates.parse(dates.edtf(when)) == when
    assert re.search(schema._WHEN, dates.edtf(when))
    first, after = dates.days(when)
    assert first < after


@given(_WHENS, _WHENS)
def test_two_dates_are_one_only_if_they_are_equal(one: When, other: When) -> None:
    assert (dates.identity(one) == dates.identity(other)) == (one == other)


def test_locks_know_exact_dates_by_these() -> None:
    def identity(text: str, *, marks: bool = True) -> str:
        when = dates.parse(text)
        assert isinstance(when, When)
        return dates.identity(when, marks=marks)

    assert identity("1962") == "1962"
    assert identity("0044-03-05") == "44-3-5"
    assert identity("1962-10/1962-11-20") == "1962-10/1962-11-20"
    assert identity("1962?", marks=False) == identity("1962~", marks=False) == "1962"
    assert identity("196X", marks=False) != identity("1960", marks=False)


@given(st.dates())
def test_days_are_numbered_as_python_does(day: date) -> None:
    when = When(Point((day.year, day.month, day.day)))
    assert dates.days(when) == (day.toordinal(), day.toordinal() + 1)


@given(_DAYS, _DAYS)
def test_later_days_have_higher_numbers(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    first, second = (dates.days(When(Point(day)))[0] for day in (one, other))
    assert (first < second) == (one < other)


def test_the_day_before_the_first_of_the_era_is_in_1_bc() -> None:
    eve, first = (
        typed.read("0001-12-31 BC", "en"),
        dates.parse("0001-01-01"),
    )
    assert isinstance(eve, When)
    assert isinstance(first, When)
    assert dates.days(eve)[1] == dates.days(first)[0] == 1


# as cards show them

_SHOWN = {
    "en-US": [
        "1962", "October 1962", "October 22, 1962", "October 16 – 28, 1962",
        "July 17 – August 2, 1945", "December 30, 1961 – January 2, 1962", "44 BC",
        "March 15, 44 BC", "63 BC – 14 AD", "about 1200", "about October 5, 1789", "1962 (?)",
        "1960s", "19th century", "5th century BC", "summer 1962", "since 1962",
        "until July 14, 1789", "1962 – ?", "October 27, 1962, 5:40 PM",
    ],
    "de": [
        "1962", "Oktober 1962", "22. Oktober 1962", "16.–28. Oktober 1962",
        "17. Juli – 2. August 1945", "30. Dezember 1961 – 2. Januar 1962", "44 v. Chr.",
        "15. März 44 v. Chr.", "63 v. Chr. – 14 n. Chr.", "um 1200", "um den 5. Oktober 1789",
        "1962 (?)", "1960er-Jahre", "19. Jahrhundert", "5. Jahrhundert v. Chr.", "Sommer 1962",
        "seit 1962", "bis zum 14. Juli 1789", "1962 – ?", "27. Oktober 1962, 17:40",
    ],
    "fr": [
        "1962", "octobre 1962", "22 octobre 1962", "16–28 octobre 1962",
        "17 juillet – 2 août 1945", "30 décembre 1961 – 2 janvier 1962", "44 av. J.-C.",
        "15 mars 44 av. J.-C.", "63 av. J.-C. à 14 ap. J.-C.", "vers 1200",
        "vers le 5 octobre 1789", "1962 (?)", "années 1960", "XIXe siècle", "Ve siècle av. J.-C.",
        "été 1962", "depuis 1962", "jusqu’au 14 juillet 1789", "1962 – ?", "27 octobre 1962, 17:40",
    ],
    "es": [
        "1962", "octubre de 1962", "22 de octubre de 1962", "16–28 de octubre de 1962",
        "17 de julio – 2 de agosto de 1945", "30 de diciembre de 1961 – 2 de enero de 1962",
        "44 a. C.", "15 de marzo de 44 a. C.", "63 a. C. – 14 d. C.", "hacia 1200",
        "hacia el 5 de octubre de 1789", "1962 (?)", "años 1960", "siglo XIX", "siglo V a. C.",
        "verano de 1962", "desde 1962", "hasta el 14 de julio de 1789", "1962 – ?",
        "27 de octubre de 1962, 17:40",
    ],
    "ja": [
        "1962年", "1962年10月", "1962年10月22日", "1962年10月16日～28日", "1945年7月17日～8月2日",
        "1961年12月30日～1962年1月2日", "紀元前44年", "紀元前44年3月15日", "紀元前63年～西暦14年",
        "1200年頃", "1789年10月5日頃", "1962年 (?)", "1960年代", "19世紀", "紀元前5世紀",
        "1962年夏", "1962年から", "1789年7月14日まで", "1962年～?", "1962年10月27日 17:40",
    ],
    "cs": [
        "1962", "říjen 1962", "22. října 1962", "16.–28. října 1962",
        "17. července – 2. srpna 1945",
        "30. prosince 1961 – 2. ledna 1962", "44 př. n. l.", "15. března 44 př. n. l.",
        "63 př. n. l. – 14 n. l.", "about 1200", "about October 5, 1789", "1962 (?)", "1960s",
        "19th century", "5th century BC", "summer 1962", "since 1962", "until July 14, 1789",
        "1962 – ?", "27. října 1962 17:40",
    ],
    "sv": [  # it has no file of words: what needs one is in English as a whole
        "1962", "oktober 1962", "22 oktober 1962", "16–28 oktober 1962", "17 juli–2 augusti 1945",
        "30 december 1961–2 januari 1962", "44 f.Kr.", "15 mars 44 f.Kr.", "63 f.Kr. – 14 e.Kr.",
        "about 1200", "about October 5, 1789", "1962 (?)", "1960s", "19th century",
        "5th century BC", "summer 1962", "since 1962", "until July 14, 1789", "1962 – ?",
        "27 oktober 1962 17:40",
    ],
}  # fmt: skip
_WRITTEN = (
    "1962 1962-10 1962-10-22 1962-10-16/1962-10-28 1945-07-17/1945-08-02 1961-12-30/1962-01-02 "
    "-0043 -0043-03-15 -0062/0014 1200~ 1789-10-05~ 1962? 196X 18XX -04XX 1962-22 1962/.. "
    "../1789-07-14 1962/ 1962-10-27T17:40"
).split()


@pytest.mark.parametrize("code", _SHOWN)
def test_dates_as_the_language_writes_them(code: str) -> None:
    assert [_shown(text, code) for text in _WRITTEN] == _SHOWN[code]


def _shown(text: str, code: str) -> str:
    spoken, when = language.load(code), dates.parse(text)
    assert spoken is not None
    assert isinstance(when, When)
    return " ".join(spoken.date(when).split())  # CLDR has thin and narrow spaces


LANGUAGES = sorted(code for code in localedata.locale_identifiers() if "_" not in code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_writes_the_months_of_a_span_as_those_of_a_day(code: str) -> None:
    """CLDR has spans of days with short names of months only; these names are put into them."""
    if language.load(code) is None:
        return
    day, span, before_christ = (
        _shown(text, code) for text in ("1962-10-28", "1962-10-16/1962-10-28", "-1961-10-28")
    )
    names = Locale.parse(code).months["format"]["wide"][10], "10"
    assert any(name in day and name in span and name in before_christ for name in names)
    assert all(_shown(text, code) for text in _WRITTEN)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("0079-10-24", "October 24, 79 AD"),  # nobody takes 79 for a year
        ("0476", "476"),
        ("1500-02-29", "February 29, 1500"),
        ("0066/0073", "66 – 73 AD"),
        ("20XX", "21st century"),
        ("01XX", "2nd century"),
        ("-02XX~", "about the 3rd century BC"),
        ("-004X", "50 – 41 BC"),  # what people call the 40s is 49 to 40
        ("Y-11999", "12000 BC"),
        ("1200%", "about 1200 (?)"),
        ("196X/198X", "1960s – 1980s"),
        ("194X~/..", "about the 1940s – …"),
        ("1962-10-27T17:40/1962-10-27T19:00", "October 27, 1962, 5:40 PM – 7:00 PM"),
        ("1969-07-20T20:17:40Z", "July 20, 1969, 8:17:40 PM UTC"),
        ("-0043-21", "spring 44 BC"),
    ],
)
def test_rare_dates(written: str, shown: str) -> None:
    assert _shown(written, "en") == shown


# what people type

WORDS = sorted(path.stem for path in language.DATE_WORDS.glob("*.yaml"))
_HARD = {("ar", "1962-10-27T17:40"), ("ja", "1962-10-27T17:40")}


@pytest.mark.parametrize("code", WORDS)
def test_what_a_card_shows_can_be_typed(code: str) -> None:
    for written in [*_WRITTEN, "1200~/1250~", "0079-10-24", "-0048/-0043", "1814-09/1815-06-09"]:
        if written.endswith("/") or (code, written) in _HARD:
            continue
        shown = _shown(written, code)
        meant = dates.parse(shown) or typed.read(shown, code)
        form = dates.edtf(meant) if isinstance(meant, When) else str(meant)
        assert written in form, shown


@pytest.mark.parametrize(
    ("text", "code", "form"),
    [
        ("44 BC", "en", "-0043"), ("44 B.C.", "en", "-0043"), ("44 bce", "de", "-0043"),
        ("44 v. Chr.", "de", "-0043"), ("44 av. J.-C.", "fr", "-0043"), ("44 a.C.", "es", "-0043"),
        ("44 до н. э.", "ru", "-0043"), ("44 ق.م", "ar", "-0043"), ("紀元前44年", "ja", "-0043"),
        ("AD 14", "en", "0014"), ("14 n. Chr.", "de", "0014"), ("1 BC", "en", "0001 BC"),
        ("10,000 BC", "en", "-9999"), ("44 BC~", "en", "-0043~"),
        ("63 BC/14 AD", "en", "-0062/0014"),
        ("63 BC/0014", "en", "-0062/0014"), ("44 BC/..", "en", "-0043/.."),
        ("0044-03-15 BC", "en", "-0043-03-15"), ("44 v. Chr.", "en", "-0043"),
    ],
)  # fmt: skip
def test_an_era_in_words_is_taken_as_it_is(text: str, code: str, form: str) -> None:
    when = typed.read(text, code)
    assert isinstance(when, When)
    assert dates.edtf(when) == form


@pytest.mark.parametrize(
    ("text", "code", "form"),
    [
        ("1962-7-4", "en", "1962-07-04"), ("1962.10.22", "en", "1962-10-22"),
        ("22.10.1962", "en", "1962-10-22"), ("5.6.1789", "en", "1789-06-05"),
        ("10/22/1962", "en", "1962-10-22"), ("22/10/1962", "en", "1962-10-22"),
        ("10/1962", "en", "1962-10"), ("1919/7", "en", "1919-07"),
        ("1962-10-22 19:00", "en", "1962-10-22T19:00"),
        ("22 October 1962, 5:40 pm", "en", "1962-10-22T17:40"),
        ("22 octobre 1962 à 17h40", "fr", "1962-10-22T17:40"),
        ("22. Oktober 1962 um 17:40 Uhr", "de", "1962-10-22T17:40"),
        ("22 de octubre de 1962 a las 17:40", "es", "1962-10-22T17:40"),
        ("16.-28.10.1962", "de", "1962-10-16/1962-10-28"),
        ("1914-1918", "en", "1914/1918"), ("1914–18", "en", "1914/1918"),
        ("1914/18", "en", "1914/1918"), ("1909–12", "en", "1909/1912"),
        ("1789-10-05 - 1789-10-06", "en", "1789-10-05/1789-10-06"),
        ("from 1914 to 1918", "en", "1914/1918"), ("October 1962", "en", "1962-10"),
        ("July 14, 1789", "en", "1789-07-14"),
        ("the 14th of July 1789", "en", "1789-07-14"), ("14-Jul-1789", "en", "1789-07-14"),
        ("Sept. 4, 476", "en", "0476-09-04"), ("14 juillet 1789", "fr", "1789-07-14"),
        ("14 JUILLET 1789", "en", "1789-07-14"), ("1er fevrier 1789", "fr", "1789-02-01"),
        ("14. Juli 1789", "de", "1789-07-14"), ("14 de julio de 1789", "es", "1789-07-14"),
        ("14 luglio 1789", "it", "1789-07-14"), ("14 июля 1789 г.", "ru", "1789-07-14"),
        ("1789年7月14日", "ja", "1789-07-14"), ("14 يوليو 1789", "ar", "1789-07-14"),
        ("14 lipca 1789", "pl", "1789-07-14"), ("١٩٦٢", "ar", "1962"),
        ("5-6 octobre 1789", "fr", "1789-10-05/1789-10-06"),
        ("July 5–6, 1789", "en", "1789-07-05/1789-07-06"),
        ("du 17 juillet au 2 août 1945", "fr", "1945-07-17/1945-08-02"),
        ("Oct–Nov 1962", "en", "1962-10/1962-11"), ("c. 1200", "en", "1200~"),
        ("ca. 1200", "de", "1200~"), ("vers 1200", "fr", "1200~"), ("hacia 1200", "es", "1200~"),
        ("vers le 5 octobre 1789", "fr", "1789-10-05~"), ("the 1960s", "en", "196X"),
        ("die 1960er Jahre", "de", "196X"), ("années 1960", "fr", "196X"), ("196x", "en", "196X"),
        ("19th century", "en", "18XX"), ("XIXe siècle", "fr", "18XX"), ("au XIXᵉ s.", "fr", "18XX"),
        ("19. Jh.", "de", "18XX"), ("siglo XIX", "es", "18XX"), ("5. Jh. v. Chr.", "de", "-04XX"),
        ("12th–13th century", "en", "11XX/12XX"), ("1940s-1950s", "en", "194X/195X"),
        ("spring 1962", "en", "1962-21"), ("Frühjahr 1962", "de", "1962-21"),
        ("Winter 1942/43", "de", "1942-24"), ("since 1962", "en", "1962/.."),
        ("bis 1962", "de", "../1962"), ("15 March 44 BC", "en", "-0043-03-15"),
        ("15 March 1 BC", "en", "0001-03-15 BC"), ("c. 44 BC", "en", "-0043~"),
        ("49–44 BC", "en", "-0048/-0043"), ("63 BC – AD 14", "en", "-0062/0014"),
        ("AD 66–73", "en", "0066/0073"),
        ("de 500 av. J.-C. à 2000", "fr", "-0499/2000"), ("27 BC – 180", "en", "-0026/0180"),
        ("1962 (?)", "en", "1962?"),
    ],
)  # fmt: skip
def test_what_people_type_is_understood(text: str, code: str, form: str) -> None:
    misread = typed.read(text, code)
    assert isinstance(misread, Misread)
    assert misread.date == form
    assert misread.hint.startswith(f"write {form}")


def test_three_digits_are_a_year() -> None:
    assert typed.read("793", "en") == Misread("write the year with four digits: 0793", "0793")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10/11/1962", "write 1962-11-10 or 1962-10-11"),
        ("1909/12", "write 1909/1912 for the years, or 1909-12 for the month"),
        ("62", "write the year with four digits: 0062, or 1962"),
        ("-44", "write 44 BC, which is -0043"),
        ("-044", "write 44 BC, which is -0043"),
        ("196?", "write 196X"),
        ("1900s", "write 190X for ten years, or 19XX for the century"),
        ("before 1300", "write ../1300 (until 1300)"),
        ("c. 1200–1250", "write 1200~/1250~ (about 1200 – about 1250)"),
        ("0 BC", 'there is no year 0: write the year before 1 as "1 BC"'),
        ("30 février 1962", "30 février 1962 is not in the calendar: check the month and the day"),
        ("1962/1963/1964", "write a span as start/end, for instance 1962-10-16/1962-10-28"),
        ("mai 68", typed._YEAR_FIRST),
        ("7/14/89", typed._YEAR_FIRST),
        ("vers le 5", typed._YEAR_FIRST),
        ("63 BC – 14", typed._GENERAL),
        ("4th c. BC", typed._GENERAL),
        ("10-12/1962", typed._GENERAL),
        ("before 1200–1250", typed._GENERAL),
        ("to 1300", typed._GENERAL),
        ("5 before October 1962", typed._GENERAL),
        ("20170714", typed._GENERAL),
        ("12000", typed._GENERAL),
        ("about 17:40", typed._YEAR_FIRST),
        ("Easter 1916", typed._GENERAL),
        ("July 1789 or 1790", typed._GENERAL),
        ("early 1960s", typed._GENERAL),
    ],
)
def test_what_could_be_several_things_is_not_mended(text: str, hint: str) -> None:
    misread = typed.read(text, "en")
    assert isinstance(misread, Misread)
    assert (" ".join(misread.hint.split()), misread.date) == (hint, "")


@given(
    st.text(alphabet="0123456789-–/.~?%XxYTZ: ,()cadebBC年月世紀頃éûſİ", max_size=14),
    st.sampled_from(WORDS),
)
def test_no_text_is_too_odd(text: str, code: str) -> None:
    meant = typed.read(text, code)
    if isinstance(meant, Misread) and meant.date:
        form = typed.read(meant.date, code)
        assert isinstance(form, When), meant
    else:
        assert isinstance(meant, When) or meant.hint
