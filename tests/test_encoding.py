"""Letters that another program read in its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from crisis_cards.pipeline import Project

Make: TypeAlias = Callable[..., Project]


def _hint(make: Make, text: str) -> str:
    section = f"section: S\nsource: book\nfacts:\n  a:\n    ask: '{text}?'\n    answer: A\n"
    problems = make(one=section).problems
    return "".join(problem.hint or "" for problem in problems if problem.check == "broken-encoding")


@pytest.mark.parametrize(
    "text",
    [
        "Châteaubriand",
        "dashes – ok’s",
        "Wałęsa",
        "Mémoires",
        "goût",
        "日本語",
        "Привет мир",
        "Žižek, naïve",
    ],
)
def test_what_was_read_as_windows_is_read_again(text: str, make_deck: Make) -> None:
    shown = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    assert _hint(make_deck, shown) == f"write: {text}?"


@pytest.mark.parametrize(
    "text",
    [
        "«PERCHÉ»",
        "«perché»…",
        "L’été «À»",
        "MAÇÃ»",
        "ÅÄÖ",
        "São–",
        "l’Île”",
        "Ä–Ö",
        "É…",
        "CÉ»",
        "Ê”",
    ],
)
def test_letters_beside_quotation_marks_are_meant(text: str, make_deck: Make) -> None:
    assert _hint(make_deck, text) == ""
