"""What is measured against is made of the same facts, and makes the same notes and cards."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT, SHIPPED, copy_of_shipped
from crisis_cards import build

BENCH = ROOT / "bench"


def _python(script: str, *arguments: object) -> None:
    command = [sys.executable, str(BENCH / script), *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("shape", ["mixed", "long", "blanks"])
def test_measured_decks_have_no_errors_and_are_the_same_every_time(
    shape: str, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        _python("decks.py", tmp_path / name, "--facts", 300, "--files", 3, "--shape", shape)
    project = build.read(tmp_path / "one")
    assert not [problem for problem in project.problems if problem.is_error]
    assert project.deck is not None
    assert sum(1 for _ in project.deck.facts()) == 300
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize("script", ["safe_load", "csafe", "floor"])
def test_baselines_make_as_many_notes_and_cards(script: str, tmp_path: Path) -> None:
    if script == "floor" and sys.version_info < (3, 11):
        pytest.skip("the floor serialises a database, which Python 3.10 cannot")
    package = tmp_path / "baseline.apkg"
    _python("baselines.py", script, SHIPPED, package)
    built = build.write(copy_of_shipped(tmp_path), tmp_path / "deck.apkg", 1)
    assert built is not None
    with zipfile.ZipFile(package) as archive:
        archive.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    made = [
        connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("notes", "cards")
    ]
    assert made == [built.notes, built.cards]
