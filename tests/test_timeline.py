"""Timelines: where a date lies in a span, as a drawing and in words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import fields, sound
from crisis_cards import pipeline
from crisis_cards.cards import timeline
from crisis_cards.cards.fields import Question
from crisis_cards.format import language
from crisis_cards.format.dates import Parts, Point, When, between, days, parse
from crisis_cards.format.language import Language
from crisis_cards.release.lock import Lock
from crisis_cards.release.plan import Release
from real_anki import collection, import_package

Make = Callable[..., pipeline.Project]
NOW = 1_790_000_000


def _when(text: str) -> When:
    when = parse(text)
    assert isinstance(when, When)
    return when


def _language(code: str) -> Language:
    found = language.load(code)
    assert found is not None
    return found


CRISIS = _when("1962-10-14/1962-10-28")
DAYS = st.dates(date(1950, 1, 1), date(1975, 12, 31)).map(
    lambda day: (day.year, day.month, day.day)
)
POINTS = st.one_of(
    st.tuples(DAYS, st.integers(1, 3)).map(lambda pair: Point(pair[0][: pair[1]])),
    st.sampled_from([Point((1960,), 10), Point((1900,), 100, "~"), Point((1962, 24))]),
)


def _ordered(ends: tuple[Point, Point]) -> When:
    start, end = sorted(ends, key=lambda point: days(When(point))[0])
    found = between(start, end)
    return found if isinstance(found, When) else When(start)


SPANS = st.tuples(POINTS, POINTS).map(_ordered)
OPEN = st.tuples(POINTS, st.sampled_from(["..", "?"]), st.booleans()).map(
    lambda own: When(own[0], None, own[1]) if own[2] else When(None, own[0], own[1])
)


@given(SPANS, SPANS | OPEN)
def test_a_date_stays_on_the_line(span: When, when: When) -> None:
    start, end = timeline.place(span, when)
    assert 0 < start <= end < 100


@given(SPANS, DAYS, DAYS)
def test_a_later_day_lies_no_earlier(span: When, one: Parts, other: Parts) -> None:
    first, second = (timeline.place(span, When(Point(day))).middle for day in sorted((one, other)))
    assert first <= second


@given(SPANS, DAYS)
def test_before_and_after_are_outside_of_the_span(span: When, day: Parts) -> None:
    first, after = days(span)
    at = timeline.place(span, When(Point(day))).middle
    here = days(When(Point(day)))[0]
    assert (at < timeline._EDGE) == (here < first)
    assert (at > 100 - timeline._EDGE) == (here >= after)


def test_days_of_a_date() -> None:
    def lasts(text: str) -> float:
        first, after = days(_when(text))
        return after - first

    assert [lasts(text) for text in ("1962", "1964", "1962-02", "1962-02-03")] == [365, 366, 28, 1]
    assert lasts("1962-10/1962-11-20") == 51
    assert lasts("9999-12-31") == 1
    assert [lasts(text) for text in ("196X", "18XX", "1961-24")] == [3653, 36524, 90]
    assert lasts("1962-10-27T06:00/1962-10-27T17:59") == pytest.approx(0.5)
    assert lasts("1962/..") == lasts("../1962") == float("inf")
    assert lasts("1962/") == lasts("1962"), "an end that nobody knows is nowhere"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("1962-09-04", "September 4, 1962: before"),
        ("1962-10-14", "October 14, 1962: first third"),
        ("1962-10-21", "October 21, 1962: middle third"),
        ("1962-10-28", "October 28, 1962: last third"),
        ("1963-04", "April 1963: after"),
        ("1962-10", "October 1962: before – after"),
        ("1961-24", "winter 1961: before"),
        ("196X", "1960s: before – after"),
        ("1962-10-20?", "October 20, 1962 (?): middle third"),
        ("1962-10-20T18:00", "October 20, 1962, 6:00 PM: middle third"),
        ("1962-10-26/..", "since October 26, 1962: last third – after"),
        ("../1962-10-18", "until October 18, 1962: before – first third"),
        ("1962-10-16/1962-10-28", "Oct 16 – 28, 1962: first third – last third"),
    ],
)
def test_the_same_in_words(when: str, words: str) -> None:
    drawn = ET.fromstring(timeline.draw(CRISIS, _when(when), _language("en")))
    said = drawn.attrib["aria-label"].replace("\u2009", " ").replace("\u202f", " ")
    assert said == f"Timeline, Oct 14 – 28, 1962. {words}"


def test_words_without_labels_of_their_own_are_english_throughout() -> None:
    drawn = ET.fromstring(timeline.draw(CRISIS, _when("1962-10-22"), _language("ja")))
    assert drawn.attrib["lang"] == "en"
    assert "October 22, 1962" in drawn.attrib["aria-label"]
    (shown,) = drawn.findall("g")
    assert shown.attrib["lang"] == "ja"
    assert "1962年10月22日" in "".join(shown.itertext())


def test_a_day_is_a_dot_and_a_span_is_a_bar() -> None:
    english = _language("en")
    day = timeline.draw(CRISIS, _when("1962-10-21"), english)
    assert '<circle class="when" cx="50%"/>' in day
    assert "October 21, 1962" in day
    assert "October 21" not in re.sub(
        'aria-label="[^"]*"', "", timeline.draw(CRISIS, _when("1962-10-21"), english, named=False)
    )
    bar = timeline.draw(CRISIS, _when("1962-10-14/1962-10-28"), english)
    assert '<rect class="when" x="6%" width="88%"/>' in bar


def _drawn(span: str, when: str, name: str) -> ET.Element:
    drawn = ET.fromstring(timeline.draw(_when(span), _when(when), _language("en")))
    (mark,) = drawn.findall(f"{name}[@class='when']")
    return mark


def test_a_decade_or_a_century_is_a_bar_and_a_speck_is_a_dot() -> None:
    assert _drawn("1900/1999", "196X", "rect").attrib["width"] == "8.8%"
    assert _drawn("1001/2000", "18XX", "rect").attrib["width"] == "8.8%"
    assert _drawn("1900/1999", "1962/..", "rect") is not None
    assert _drawn("1900/1999", "1962-21", "circle") is not None
    assert _drawn("1789/1799", "1789-10-05/1789-10-06", "circle") is not None
    assert _drawn("-2999/1999", "196X", "circle") is not None
    assert _drawn("-0099/0100", "0001-01-01", "circle").attrib["cx"] == "50%"


@pytest.mark.parametrize(
    "when", ["1962~", "1962?", "1962%", "1962/", "/1962", "1962/1963?", "196X~"]
)
def test_what_nobody_knows_for_certain_is_soft(when: str) -> None:
    assert 'style="fill-opacity' in timeline.draw(_when("1900/1999"), _when(when), _language("en"))
    exact = when.strip("~?%/")
    assert "style" not in timeline.draw(_when("1900/1999"), _when(exact), _language("en"))


def test_what_ends_where_the_span_begins_lies_before_it() -> None:
    drawn = timeline.draw(_when("1900/2000"), _when("18XX"), _language("en"))
    assert "19th century: before" in drawn
    assert 'class="when outside"' in drawn


def test_time_runs_as_the_language_is_written() -> None:
    left, right = (timeline.draw(CRISIS, _when("1962-10-14"), _language(c)) for c in ("en", "ar"))
    at = [float(re.search(r'cx="([\d.]+)%"', drawn)[1]) for drawn in (left, right)]  # type: ignore[index]
    assert at[0] + at[1] == pytest.approx(100)
    assert at[0] < 10


SECTION = """\
section: S
source: book
facts:
  a: {event: The address, when: 1962-10-22, both: true}
  b: {ask: "Who spoke?", answer: Kennedy, when: 1962-10-22}
  c: {ask: "What did he say?", answer: Quarantine}
"""
DECK = "deck: Test\ntimeline: 1962-10-14/1962-10-28\nsources:\n  book: {title: A Book}\n"


def _release(project: pipeline.Project, published: Lock) -> Release:
    return pipeline.release(replace(sound(project), lock=published), NOW)


def test_dated_cards_alone_have_one_and_fronts_never(make_deck: Make) -> None:
    made = _release(make_deck(deck=DECK, one=SECTION), Lock())
    lines = {
        note.key: fields(note).timeline for note in made.notes if isinstance(fields(note), Question)
    }
    assert [key for key, line in lines.items() if line] == ["a/when", "a/event", "b/ask"]
    types = sound(make_deck(deck=DECK, one=SECTION)).note_types()
    templates = [template for kind in types.values() for template in kind.templates]
    assert all("{{Timeline}}" in template.back for template in templates)
    assert not any("{{Timeline}}" in template.front for template in templates)
    without = _release(make_deck(deck=DECK.replace("timeline", "# timeline"), one=SECTION), Lock())
    assert not any(fields(note).timeline for note in without.notes)


def test_a_changed_date_touches_its_own_notes_only(make_deck: Make) -> None:
    first = _release(make_deck(deck=DECK, one=SECTION), Lock())
    moved = SECTION.replace("Kennedy, when: 1962-10-22", "Kennedy, when: 1962-10-23")
    assert _release(make_deck(deck=DECK, one=moved), first.lock).changed == ("b/ask",)
    wider = DECK.replace("10-28", "11-20")
    dated = ("a/when", "a/event", "b/ask")
    assert _release(make_deck(deck=wider, one=SECTION), first.lock).changed == dated


def test_anki_keeps_the_drawing_and_misses_no_file(make_deck: Make, tmp_path: Path) -> None:
    deck = sound(make_deck(deck=DECK, one=SECTION))
    built = pipeline.write(deck, tmp_path / "deck.apkg", NOW)
    assert built is not None
    with collection(tmp_path) as col:
        import_package(col, tmp_path / "deck.apkg")
        stored = {
            guid: flds.split("\x1f") for guid, flds in col.db.all("SELECT guid, flds FROM notes")
        }
        assert stored == {note.guid: list(fields(note)) for note in built.release.notes}
        assert not col.media.check().missing
