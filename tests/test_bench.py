"""What is measured, and what against: the same facts, the same notes and cards. No times."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

import processes
import run
import watching
from conftest import DECK, ROOT, SHIPPED
from processes import Cost, Deck, Place

BENCH = ROOT / "bench"
SECTION = """\
section: One
source: book
facts:
  capital: {ask: What is the capital of Peru?, answer: Lima}
  excomm:
    term: "ExComm"
    means: Kennedy’s committee
"""


def _python(*arguments: object) -> str:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A deck of one file."""
    tiny = Place(tmp_path / "tiny")
    tiny.deck.mkdir(parents=True)
    (tiny.deck / "deck.yaml").write_text(DECK, encoding="utf-8")
    (tiny.deck / "1.yaml").write_text(SECTION, encoding="utf-8")
    return tiny


@pytest.mark.parametrize("shape", ["mixed", "long", "blanks"])
def test_measured_decks_have_no_errors_and_are_the_same_every_time(
    shape: str, tmp_path: Path
) -> None:
    one, two = (tmp_path / name / "deck" for name in ("one", "two"))  # two decks of one id
    for folder in (one, two):
        made = ("--facts", 300, "--files", 3, "--shape", shape)
        _python(BENCH / "decks.py", folder, *made)
    said = _python("-m", "crisis_cards", "check", "--format", "json", one)
    assert '"error"' not in said
    built = _python("-m", "crisis_cards", "build", one, "-o", tmp_path / "dist")
    assert "300 facts, " in built
    for path in two.iterdir():
        assert path.read_bytes() == (one / path.name).read_bytes()


@pytest.mark.parametrize("script", ["safe_load", "csafe"])
def test_baselines_make_as_many_notes_and_cards(script: str, tmp_path: Path) -> None:
    package = tmp_path / "baseline.apkg"
    _python(BENCH / "baselines.py", script, SHIPPED, package)
    place = processes.write(Deck(), tmp_path / "shipped")
    built = _python("-m", "crisis_cards", "build", place.deck, "-o", tmp_path / "dist")
    with zipfile.ZipFile(package) as archive:
        archive.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    notes, cards = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("notes", "cards")
    )
    assert f" {notes} notes, {cards} cards" in built


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    ask: Why?", "    ask: Saved7 Why?"),
        ('    quote: "*A* ==b=="', '    quote: "Saved7 *A* ==b=="'),
        ("    cloze: Saved6 ==x== y", "    cloze: Saved7 ==x== y"),
        ("    extra: Why?\n    event: It", "    extra: Why?\n    event: Saved7 It"),
        ("    why: >-\n      A\n    ask: B\n", "    why: >-\n      A\n    ask: Saved7 B\n"),
    ],
)
def test_a_save_changes_what_one_fact_asks(before: str, after: str) -> None:
    assert processes.edited(before, 7) == after


def test_work_is_done_in_turn_and_what_is_needed_for_it(place: Place) -> None:
    costs = processes.rounds(place, {"csafe", "import click", "build, one fact changed"}, 2)
    times = {work: len(each) for work, each in costs.items()}
    assert times == {"csafe": 2, "build": 2, "import click": 6, "build, one fact changed": 2}
    assert all(cost.memory > 1 for each in costs.values() for cost in each)
    assert 'term: "Saved1 ExComm' in (place.deck / "1.yaml").read_text(encoding="utf-8")


def test_work_that_fails_is_not_measured(place: Place) -> None:
    (place.deck / "1.yaml").write_text("section: [", encoding="utf-8")
    with pytest.raises(SystemExit, match="yaml-syntax"):
        processes.rounds(place, {"build"}, 1)


@pytest.mark.parametrize("work", ["check --watch", "build --watch"])
def test_saves_are_followed_to_their_result(place: Place, work: str) -> None:
    costs = run.WATCHES[work](place, 2)
    assert {work: 2} == {each: len(found) for each, found in costs.items() if "--watch" in each}
    assert 'term: "Saved1 ExComm' in (place.deck / "1.yaml").read_text(encoding="utf-8")


@pytest.mark.skipif(
    not (watching.CHROMIUM and find_spec("playwright")), reason="no browser to see it in"
)
def test_saves_are_followed_to_the_screen(place: Place) -> None:
    # Playwright takes one browser a thread, and other tests have theirs open in this one.
    with ThreadPoolExecutor(1) as apart:
        assert len(apart.submit(watching.preview, place, 2).result()["preview"]) == 2


def test_figures_are_medians_of_pairs_and_stand_out_where_they_miss() -> None:
    row = run.Row("n", "work, {}", "other", 1.0, 0.5, Deck(2_000, 1), "check", "build")
    costs = {"check": [Cost(1, n) for n in (1, 4, 9)], "build": [Cost(1, n) for n in (2, 2, 3)]}
    assert run.figure(row, costs) == "**2**"
    assert run.figure(row._replace(most=2), costs) == "2"
    clock = row._replace(against=run.CLOCK, other="", of="wall")
    assert run.figure(clock, costs) == f"1 s ({run.processor()})"
    made = run.page([row], {row.deck: costs}, " --quick")
    assert "| work, 2,000 facts in 1 file | other | 1 | 0.5 | **2** |" in made
    assert "| 2,000 facts in 1 file | check | 1 |  | 3 |" in made


def test_a_row_says_what_it_misses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "find_spec", lambda _: None)
    monkeypatch.setattr(watching, "CHROMIUM", None)
    rows = [row for row in run.ROWS if row.work == "preview" or row.other == "ankiforge"]
    assert run.measure(rows, 1, tmp_path) == {}
    made = run.page(rows, {}, "")
    assert made.count("no ankiforge here") == 2
    assert (
        made.count("no playwright, no starlette, no uvicorn, no watchfiles, no chromium here") == 2
    )


def test_the_measured_part_of_the_page_is_what_is_replaced() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    replaced = run.into(page, r"new \1" + "\n")
    before, after = re.split(r"(?s)(?<=<!-- measured -->\n).*(?=<!-- end -->)", page)
    assert replaced == before + r"new \1" + "\n" + after


def test_rows_are_chosen_by_how_their_names_begin() -> None:
    made = _python(BENCH / "run.py", "--pairs", 1, "--rows", "unchanged-sh")
    assert len(re.findall(r"(?m)^\| nothing changed, shipped deck \|", made)) == 1
    assert made.count("| at most |") == 1
    assert len({row.name for row in run.ROWS}) == len(run.ROWS)
