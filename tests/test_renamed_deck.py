"""The name of a deck, by which alone Anki knows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import real_anki
from conftest import run
from crisis_cards.commands import main

SECTION = """\
section: S
facts:
  kept: {ask: Who wrote the letter?, answer: Khrushchev}
  edited: {ask: Who read the letter?, answer: Kennedy}
"""
FOLDER = Path("decks", "one")
LOCK = FOLDER / "deck.lock"


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)


def write(name: str, section: str = SECTION) -> None:
    (FOLDER / "deck.yaml").write_text(f'deck: "{name}"\nchecks: {{off: [no-source]}}\n')
    (FOLDER / "one.yaml").write_text(section)


def build(name: str, at: int, section: str = SECTION) -> Path:
    write(name, section)
    done = CliRunner().invoke(main, ["build"], env={"SOURCE_DATE_EPOCH": str(1_790_000_000 + at)})
    assert done.exit_code == 0, done.output
    return Path("dist/one.apkg").rename(f"{at}.apkg")


def deck_line() -> str:
    (line,) = (line for line in LOCK.read_text().splitlines() if line.startswith("deck "))
    return line


def test_the_lock_has_the_name_in_a_way_that_the_version_before_reads() -> None:
    build("The  Thirteen Days :: Cuba", 0)
    assert deck_line() == "deck one The Thirteen Days::Cuba"
    assert re.fullmatch(r"deck (\S+)(?: \S+)*", deck_line())


def test_a_lock_without_a_name_gains_it_and_is_up_to_date() -> None:
    build("One", 0)
    LOCK.write_text(LOCK.read_text().replace("deck one One\n", "deck one\n"))
    write("Two")
    assert run("check", "--strict").exit_code == 0, "nobody knows what it was"
    write("One")
    assert run("build", "--locked").exit_code == 0
    assert deck_line() == "deck one"
    assert "0 new, 0 changed, 2 unchanged, 0 removed" in run("build").stdout
    assert deck_line() == "deck one One"


def test_it_is_said_until_the_next_build() -> None:
    build("One", 0)
    write("Two")
    assert "warning[renamed-deck]" in run("check").stderr
    assert run("build", "--locked").exit_code == 1
    assert 'The deck was called "One"' in run("diff").stdout
    assert json.loads(run("diff", "--format", "json").stdout)["former_title"] == "One"
    notes = run("diff", "--format", "markdown").stdout
    assert "rename your deck “One” to “Two”" in notes
    assert "Nothing changes" not in notes
    assert "warning[renamed-deck]" in run("build").stderr
    assert run("build").stderr == ""
    assert "former_title" not in run("diff", "--format", "json").stdout


def test_other_capitals_are_the_same_deck_to_anki() -> None:
    build("One", 0)
    write("ONE")
    assert run("check", "--strict").exit_code == 0
    assert run("diff").stdout == "one: 2 unchanged\n"


@pytest.mark.parametrize("renamed", [True, False])
def test_what_happens_to_learners_in_anki(tmp_path: Path, renamed: bool) -> None:
    """As the page of the check says it."""
    releases = [
        build("One", 0),
        build(
            "Two",
            10,
            SECTION.replace("Kennedy", "John F. Kennedy")
            + "  new: {ask: Who carried the letter?, answer: Dobrynin}\n",
        ),
    ]
    with real_anki.collection(tmp_path) as col:
        assert col.db is not None
        real_anki.import_package(col, releases[0])
        if renamed:
            deck = col.decks.by_name("One")
            assert deck is not None
            col.decks.rename(deck, "Two")
        done = real_anki.import_package(col, releases[1])
        assert (done.new, done.updated, done.duplicate, done.conflicting) == (1, 1, 1, 0)
        count = "SELECT count() FROM cards WHERE did = ?"
        found = {deck.name: col.db.scalar(count, deck.id) for deck in col.decks.all_names_and_ids()}
        del found["Default"]
    assert found == ({"Two": 3} if renamed else {"One": 2, "Two": 1})
