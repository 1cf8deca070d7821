"""Files that are written whole or not at all, wherever a build is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import DECK
from crisis_cards import build, files

# Ends the process, without any clean-up, at the n-th step that touches the disk.
CRASHING = """
import os, sys
from pathlib import Path
from crisis_cards.cli import main
steps = iter(range(int(sys.argv[1])))
def counted(real):
    def step(*arguments):
        if next(steps, None) is None:
            os._exit(9)
        return real(*arguments)
    return step
os.fsync, Path.replace = counted(os.fsync), counted(Path.replace)
main(["build", "decks/deck"])
"""


def _section(answer: str) -> str:
    return f"section: S\nfacts:\n  a: {{ask: Q, answer: {answer}}}\n  b: {{cloze: ==x== ==y==}}\n"


@pytest.mark.parametrize("steps", range(5))
def test_a_build_that_dies_leaves_old_or_new_files_and_the_next_one_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.chdir(tmp_path)
    folder, package = Path("decks/deck"), Path("dist/deck.apkg")
    folder.mkdir(parents=True)
    (folder / "deck.yaml").write_text(DECK)
    (folder / "one.yaml").write_text(_section("A"))
    build.write(build.read(folder), package, 1_700_000_000)
    lock = folder / "deck.lock"
    old = (lock.read_bytes(), package.read_bytes())

    (folder / "one.yaml").write_text(_section("B"))
    path = os.pathsep.join(sys.path)  # the same modules as here
    environment = {"SOURCE_DATE_EPOCH": "1790000000", "PATH": "", "PYTHONPATH": path}
    environment["CRISIS_CARDS_CACHE"] = ""
    command = [sys.executable, "-c", CRASHING, str(steps)]
    crashed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert crashed.returncode == (0 if steps == 4 else 9)
    left = (lock.read_bytes(), package.read_bytes())

    after = build.write(build.read(folder), package, 1_790_000_000)
    assert after is not None
    new = (lock.read_bytes(), package.read_bytes())
    assert left[0] in (old[0], new[0])
    assert left[1] in (old[1], new[1])
    assert not (left[0] == old[0] and left[1] == new[1]), "the lock goes first"
    assert {p.note.key: p.mod for p in after.release.notes} == {
        "a/ask": 1_790_000_000,
        "b/cloze": 1_700_000_000,
    }


def test_a_folder_without_permission(tmp_path: Path) -> None:
    target = tmp_path / "file" / "deck.apkg"
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"deck\.apkg"):
        files.write([(target, b"x")])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
