"""Dates of every precision, read and written."""

from __future__ import annotations

import pytest

from crisis_cards.format import dates, language
from crisis_cards.format.dates import When


@pytest.mark.parametrize(
    ("written", "read", "precision"),
    [
        ("1962", When((1962,)), "year"),
        ("0044", When((44,)), "year"),
        ("1962-07", When((1962, 7)), "month"),
        ("1962-11-20", When((1962, 11, 20)), "day"),
        ("1964-02-29", When((1964, 2, 29)), "day"),
        ("1962-10-16/1962-10-28", When((1962, 10, 16), (1962, 10, 28)), "span"),
        ("1962/1963-04", When((1962,), (1963, 4)), "span"),
        ("1962-10 / 1962-11", When((1962, 10), (1962, 11)), "span"),
    ],
)
def test_good_dates(written: str, read: When, precision: str) -> None:
    assert dates.parse(written) == read
    assert read.precision == precision


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("1962-7-4", "write 1962-07-04"),
        ("1962.10.22", "write 1962-10-22"),
        ("22.10.1962", "write 1962-10-22"),
        ("10/22/1962", "write 1962-10-22"),
        ("22/10/1962", "write 1962-10-22"),
        ("10/11/1962", "write the year, month and day as 1962, 1962-07 or 1962-11-20"),
        ("1962-10-22 19:00", "write 1962-10-22"),
        ("1919/7", "write 1919-07"),
        ("1914-1918", "write 1914/1918"),
        ("1914–18", "write 1914/1918"),
        ("793", "write the year with four digits: 0793"),
        (
            "490 BC",
            'years before the year 1 cannot be a "when": ask for them with "ask" and "answer"',
        ),
        ("October 1962", "write the year, month and day as 1962, 1962-07 or 1962-11-20"),
        ("62", "write the year, month and day as 1962, 1962-07 or 1962-11-20"),
        ("1962-13", "1962-13 is not in the calendar: check the month and the day"),
        ("1962-02-30", "1962-02-30 is not in the calendar: check the month and the day"),
        ("0000", "0000 is not in the calendar: check the month and the day"),
        ("1963/1962", "the span ends before it begins: write the earlier date first"),
        ("1962/1963/1964", "write a span as start/end, for instance 1962-10-16/1962-10-28"),
        ("١٩٦٢", "write the year, month and day as 1962, 1962-07 or 1962-11-20"),
    ],
)
def test_bad_dates(written: str, advice: str) -> None:
    assert dates.parse(written) == advice


@pytest.mark.parametrize(
    ("code", "year", "month", "day", "span"),
    [
        ("en-US", "1962", "October 1962", "October 22, 1962", "Oct 16 – 28, 1962"),
        ("en-GB", "1962", "October 1962", "22 October 1962", "16–28 Oct 1962"),
        ("de", "1962", "Oktober 1962", "22. Oktober 1962", "16.–28. Okt. 1962"),
        ("fr", "1962", "octobre 1962", "22 octobre 1962", "16–28 oct. 1962"),
        ("es", "1962", "octubre de 1962", "22 de octubre de 1962", "16–28 oct 1962"),
        ("ja", "1962年", "1962年10月", "1962年10月22日", "1962年10月16日～28日"),
    ],
)
def test_dates_as_the_language_writes_them(
    code: str, year: str, month: str, day: str, span: str
) -> None:
    spoken = language.load(code)
    assert spoken is not None
    written = [
        spoken.date(when)
        for when in (
            When((1962,)),
            When((1962, 10)),
            When((1962, 10, 22)),
            When((1962, 10, 16), (1962, 10, 28)),
        )
    ]
    # CLDR separates with thin and narrow spaces in some languages.
    assert [" ".join(text.split()) for text in written] == [year, month, day, span]
