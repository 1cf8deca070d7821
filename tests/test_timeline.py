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
from crisis_cards.format.dates import Point, When, days, parse
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
POINTS = st.tuples(DAYS, st.integers(1, 3)).map(lambda pair: pair[0][: pair[1]])


def _ordered(ends: tuple[Point, Point]) -> When:
    start, end = sorted(ends, key=lambda point: days(When(point))[0])
    return When(start, end) if days(When(start))[1] < days(When(end))[1] else When(start)


SPANS = st.tuples(POINTS, POINTS).map(_ordered)


@given(SPANS, SPANS)
def test_a_date_stays_on_the_line(span: When, when: When) -> None:
    start, end = timeline.place(span, when)
    assert 0 < start <= end < 100


@given(SPANS, DAYS, DAYS)
def test_a_later_day_lies_no_earlier(span: When, one: Point, other: Point) -> None:
    first, second = (timeline.place(span, When(day)).middle for day in sorted((one, other)))
    assert first <= second


@given(SPANS, DAYS)
def test_before_and_after_are_outside_of_the_span(span: When, day: Point) -> None:
    first, after = days(span)
    at = timeline.place(span, When(day)).middle
    here = days(When(day))[0]
    assert (at < timeline._EDGE) == (here < first)
    assert (at > 100 - timeline._EDGE) == (here >= after)


def test_days_of_a_date() -> None:
    def lasts(text: str) -> int:
        first, after = days(_when(text))
        return after - first

    assert [lasts(text) for text in ("1962", "1964", "1962-02", "1962-02-03")] == [365, 366, 28, 1]
    assert lasts("1962-10/1962-11-20") == 51
    assert lasts("9999-12-31") == 1


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("1962-09-04", "September 4, 1962: before"),
        ("1962-10-14", "October 14, 1962: first third"),
        ("1962-10-21", "October 21, 1962: middle third"),
        ("1962-10-28", "October 28, 1962: last third"),
        ("1963-04", "April 1963: after"),
        ("1962-10", "October 1962: before – after"),
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
    assert all("{{Timeline}}" in kind.back for kind in types)
    assert not any("{{Timeline}}" in kind.front for kind in types)
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
