"""Files that are written whole or not at all, wherever a build is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import DECK, sound
from crisis_cards import files, pipeline

# Ends the process, without any clean-up, at the n-th step that touches the disk.
CRASHING = """
import os, sys
from pathlib import Path
from crisis_cards.commands import main
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
    pipeline.write(sound(pipeline.read(folder)), package, 1_700_000_000)
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

    after = pipeline.write(sound(pipeline.read(folder)), package, 1_790_000_000)
    assert after is not None
    new = (lock.read_bytes(), package.read_bytes())
    assert left[0] in (old[0], new[0])
    assert left[1] in (old[1], new[1])
    assert not (left[0] == old[0] and left[1] == new[1]), "the lock goes first"
    assert {p.key: p.mod for p in after.release.notes} == {
        "a/ask": 1_790_000_000,
        "b/cloze": 1_700_000_000,
    }


Seen = dict[str, tuple[bytes, int]]


class Place:
    """Three files to be written: one that is there, one that is not, and one that is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "place"
        self.old, self.fresh, self.last = (self.folder / name for name in ("old", "fresh", "last"))
        self.folder.mkdir()
        self.old.write_bytes(b"old")
        self.old.chmod(0o640)
        self.last.write_bytes(b"last")

    def write(self) -> None:
        files.write([(self.old, b"new"), (self.fresh, b"new"), (self.last, b"new")])

    def seen(self) -> Seen:
        """Every file with its permissions, hidden ones included."""
        return {
            path.name: (path.read_bytes(), path.stat().st_mode & 0o777)
            for path in self.folder.iterdir()
            if path.is_file()
        }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def refuse(patch: pytest.MonkeyPatch, place: Place, error: BaseException) -> list[Seen]:
    """Makes the system refuse to replace the last file, or somebody press Ctrl-C once when it does.

    What is seen at that moment is noted.
    """
    real = Path.replace
    noted: list[Seen] = []

    def replace(path: Path, target: Path) -> Path:
        if target.name == place.last.name and not (noted and isinstance(error, KeyboardInterrupt)):
            noted.append(place.seen())
            raise error
        return real(path, target)

    patch.setattr(Path, "replace", replace)
    return noted


def test_files_are_written(place: Place) -> None:
    last = place.last.stat().st_mode & 0o777
    place.write()
    seen = place.seen()
    assert {name: data for name, (data, _) in seen.items()} == dict.fromkeys(
        ("old", "fresh", "last"), b"new"
    )
    assert (seen["old"][1], seen["last"][1]) == (0o640, last)


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied", "?"), KeyboardInterrupt()]
)
def test_what_was_replaced_is_put_back_where_a_later_file_cannot_be(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    before = place.seen()
    noted = refuse(monkeypatch, place, error)
    with pytest.raises(type(error)) as raised:
        place.write()
    assert noted[0]["old"] == (b"new", 0o640)
    assert noted[0]["fresh"][0] == b"new"
    assert place.seen() == before, "nothing is new, gone or left behind"
    if isinstance(raised.value, OSError):
        assert raised.value.filename == str(place.last)


def test_a_folder_where_a_file_should_be_takes_back_what_was_written_before(place: Place) -> None:
    before = place.seen()
    (place.folder / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        files.write([(place.old, b"new"), (place.fresh, b"new"), (place.folder / "folder", b"new")])
    assert place.seen() == before
    assert (place.folder / "folder").is_dir()


def test_a_file_that_cannot_be_put_back_keeps_no_other_from_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.seen()
    store = files._store

    def full(path: Path, data: bytes) -> None:
        if data == b"old":
            path.write_bytes(data[:1])
            raise OSError(28, "No space left on device")
        store(path, data)

    monkeypatch.setattr(files, "_store", full)
    refuse(monkeypatch, place, PermissionError(13, "Permission denied"))
    with pytest.raises(PermissionError, match="last"):
        place.write()
    assert place.seen() == {**before, "old": (b"new", 0o640)}, "whole, and nothing left behind"


def test_a_link_stays_one_whether_files_are_written_or_put_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = place.folder / "link"
    link.symlink_to(place.old)
    with monkeypatch.context() as patch:
        refuse(patch, place, PermissionError(13, "Permission denied"))
        with pytest.raises(PermissionError):
            files.write([(link, b"new"), (place.last, b"new")])
    assert (link.is_symlink(), place.old.read_bytes()) == (True, b"old")
    files.write([(link, b"new"), (place.last, b"new")])
    assert (link.is_symlink(), place.old.read_bytes()) == (True, b"new")


def test_a_folder_without_permission(tmp_path: Path) -> None:
    target = tmp_path / "file" / "deck.apkg"
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"deck\.apkg"):
        files.write([(target, b"x")])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
