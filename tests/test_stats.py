"""crisis-cards stats: the numbers of a deck, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conftest import DECK, SHIPPED
from crisis_cards import pipeline
from crisis_cards.commands import main, stats

FIRST = """\
section: First
source: book
tags: [war, peace]
facts:
  a: {ask: Who?, answer: Me, tags: [war, people], hint: h}
  b: {cloze: ==One== and ==two::number==.}
  c: {event: It ends, when: 1962, both: true, source: [page, book]}
"""
SECOND = """\
section: Second
facts:
  d: {term: T, means: M}
  e: {sequence: Steps, steps: [one, two, three], hint: h}
"""


@pytest.fixture(autouse=True)
def _deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("decks/one").mkdir(parents=True)
    Path("decks/one/deck.yaml").write_text(DECK)
    Path("decks/one/1.yaml").write_text(FIRST)
    Path("decks/one/2.yaml").write_text(SECOND)


def _sound(folder: Path) -> pipeline.Deck:
    deck = pipeline.read(folder).deck
    assert deck is not None
    return deck


def _shares(found: dict[str, Any], name: str) -> list[tuple[object, ...]]:
    return [tuple(share.values()) for share in found[name]]


def test_the_numbers() -> None:
    result = CliRunner().invoke(main, ["stats", "--format", "json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["deck"], found["folder"]) == ("Test", "decks/one")
    assert (found["facts"], found["notes"], found["cards"], found["date_cards"]) == (5, 9, 10, 1)
    assert _shares(found, "sections") == [("First", 3, 4, 5), ("Second", 2, 5, 5)]
    assert _shares(found, "kinds") == [
        ("sequence", 1, 3, 3),
        ("cloze", 1, 1, 2),
        ("event", 1, 2, 2),
        ("term", 1, 2, 2),
        ("ask", 1, 1, 1),
    ]
    assert _shares(found, "tags") == [("peace", 3, 4, 5), ("war", 3, 4, 5), ("people", 1, 1, 1)]
    assert _shares(found, "sources") == [("book", 3, 4, 5), ("page", 1, 2, 2)]
    assert found["without_hint"] == ["c", "d"]
    assert found["without_source"] == ["d", "e"]
    assert found["longest"][0] | {"characters": 0} == {
        "card": "e/step-3",
        "path": "decks/one/2.yaml",
        "line": 4,
        "characters": 0,
    }


def test_the_numbers_of_a_build_are_the_same() -> None:
    found = stats.of(_sound(SHIPPED))
    deck = replace(_sound(SHIPPED), folder=Path())
    built = pipeline.write(deck, Path("out.apkg"), 1_790_000_000)
    assert built is not None
    assert (found.facts, found.notes, found.cards) == (built.facts, built.notes, built.cards)
    assert sum(share.cards for share in found.kinds) == found.cards
    assert sum(share.cards for share in found.sections) == found.cards


def test_longer_cards_take_longer() -> None:
    before = stats.of(_sound(Path("decks/one"))).minutes
    Path("decks/one/3.yaml").write_text(
        "section: Third\nfacts:\n"
        + "".join(f"  x-{n}: {{ask: {'word ' * 30}{n}, answer: yes}}\n" for n in range(20))
    )
    after = stats.of(_sound(Path("decks/one"))).minutes
    # 20 cards of 32 words, three times: 8 minutes of reading and 6 of answering.
    assert 12 <= after - before <= 16


def test_the_text_fits_a_terminal() -> None:
    long = "Ein ausgesprochen langer Titel eines Abschnitts, der nirgends hineinpasst: 漢字と仮名"
    Path("decks/one/1.yaml").write_text(FIRST.replace("section: First", f'section: "{long}"'))
    many = "".join(f"  {name}{'x' * 40}: {{ask: q{name}, answer: a}}\n" for name in "jklmnopqr")
    Path("decks/one/2.yaml").write_text(SECOND + many)
    printed = CliRunner().invoke(main, ["stats"]).stdout
    assert all(len(line) <= 80 for line in printed.splitlines())
    assert "Ein ausgesprochen langer" in printed
    assert "about 6 min to learn every card once *" in printed
    assert "assumptions" in printed


def test_a_deck_with_errors_has_no_numbers() -> None:
    Path("decks/one/2.yaml").write_text("section: S\nfacts:\n  a: {ask: q}\n")
    result = CliRunner().invoke(main, ["stats"])
    assert result.exit_code == 1
    assert "error[missing-key]" in result.stderr
    assert result.stdout == ""
