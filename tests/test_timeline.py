"""The timeline on the back of a dated card."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis_cards import dates, language, timeline
from crisis_cards.dates import Point, When


def _language(code: str) -> language.Language:
    found = language.load(code)
    assert found
    return found


ENGLISH, ARABIC = _language("en-US"), _language("ar")
DAYS = When((1962, 10, 14), (1962, 10, 28))


def svg(when: str, span: When = DAYS, of: language.Language = ENGLISH) -> ElementTree.Element:
    read = dates.parse(when)
    assert isinstance(read, When)
    return ElementTree.fromstring(timeline.draw(read, span, of))


def words(when: str, span: When = DAYS, of: language.Language = ENGLISH) -> str:
    return svg(when, span, of).attrib["aria-label"]


def shown(drawing: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in drawing.iter("text")]


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ("1962-10-14", "3%"),  # the middle of the first of fifteen days
        ("1962-10-21", "50%"),
        ("1962-10-28", "97%"),
        ("1962-10-13", "before"),
        ("1961", "before"),
        ("1962-10-29", "after"),
        ("1963-06-20", "after"),
        ("1962-10-16/1962-10-28", "13% – 100%"),
        ("1962-10", "before – after"),
        ("1962-09-04/1962-10-20", "before – 47%"),
    ],
)
def test_says_in_words_what_it_shows(when: str, place: str) -> None:
    read = dates.parse(when)
    assert isinstance(read, When)
    assert words(when) == (
        f"On the timeline from October 14, 1962 to October 28, 1962: {ENGLISH.date(read)}, {place}"
    )


def test_only_dates_outside_the_span_have_a_word() -> None:
    ends = ["Oct 14, 1962", "Oct 28, 1962"]
    assert shown(svg("1962-10-22")) == ends
    assert shown(svg("1961-04-17")) == [*ends, "before"]
    assert shown(svg("1963")) == [*ends, "after"]


def test_a_span_of_one_year_or_month_is_written_with_its_ends() -> None:
    assert shown(svg("1962-10-22", When((1962,)))) == ["Jan 1962", "Dec 1962"]
    assert shown(svg("1962-02-01", When((1962, 2)))) == ["Feb 1, 1962", "Feb 28, 1962"]


def test_time_runs_as_the_language_is_written() -> None:
    left, right = (float(svg("1962-10-15", of=of)[1].attrib["cx"]) for of in (ENGLISH, ARABIC))
    assert left < 150 < right
    assert left + right == 300


def test_words_in_english_say_so_where_the_language_has_no_labels() -> None:
    assert svg("1962-10-15", of=ARABIC).attrib["lang"] == "en"
    assert "lang" not in svg("1962-10-15").attrib


points = st.one_of(
    st.integers(1, 9999).map(lambda year: (year,)),
    st.tuples(st.integers(1, 9999), st.integers(1, 12)),
    st.dates().map(lambda day: (day.year, day.month, day.day)),
)


@st.composite
def whens(draw: st.DrawFn) -> When:
    first, second = draw(points), draw(points | st.none())
    if second is None or dates.days(When(first))[0] >= dates.days(When(second))[0]:
        return When(first)
    return When(first, second)


@settings(deadline=None)  # a language's formats are read from disk the first time
@given(whens(), whens())
def test_everything_lies_on_the_drawing(when: When, span: When) -> None:
    for of in (ENGLISH, ARABIC):
        drawing = ElementTree.fromstring(timeline.draw(when, span, of))
        marks = [element for element in drawing.iter() if element.get("class") == "mark"]
        assert marks
        for mark in marks:
            numbers = re.findall(r"\d+(?:\.\d+)?", mark.get("d", "")) or [
                mark.get("cx") or mark.get("x") or ""
            ]
            right = float(numbers[0]) + float(mark.get("width", 0))
            assert 0 <= float(numbers[0]) <= 300
            assert right <= 300


@given(whens(), st.dates(), st.dates())
def test_a_later_day_never_lies_earlier(span: When, one: date, other: date) -> None:
    def point(day: date) -> Point:
        return day.year, day.month, day.day

    places = [timeline.place(When(point(day)), span) for day in sorted((one, other))]
    assert places[0].begin <= places[1].begin
    first, after = dates.days(span)
    assert places[0].is_before == (min(one, other).toordinal() < first)
    assert places[1].is_after == (max(one, other).toordinal() >= after)


@given(points)
def test_the_days_of_a_date_end_where_the_next_ones_begin(point: Point) -> None:
    first, after = dates.days(When(point))
    assert date.fromordinal(first).timetuple()[: len(point)] == point
    assert date.fromordinal(after - 1).timetuple()[: len(point)] == point
    if after <= date.max.toordinal():
        assert date.fromordinal(after).timetuple()[: len(point)] != point
