"""A lock that is gone: whoever knows the deck says so, and what comes back without it."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import Result

import crisis_cards
from conftest import DECK, run
from crisis_cards.targets import apkg

SECTION = """\
section: S
source: book
facts:
  excomm: {term: ExComm, means: a committee of advisers}
  talks: {cloze: "The sides used ==secret== and ==open== channels"}
  path: {sequence: How it began, steps: [a flight, a photograph, a speech]}
"""
FOLDER = Path("decks", "my deck")
LOCK = FOLDER / "deck.lock"
PACKAGE = Path("dist", "my deck.apkg")
BY_GIT = "error[bad-lock] this file is gone, and git has it"
BY_PACKAGE = f"error[bad-lock] this file is gone, and {PACKAGE} was built with it"


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def commit() -> None:
    git("init", "-q")
    git("add", "decks")
    git("commit", "-qm", "release")


def command(result: Result) -> list[str]:
    """The command that a message says to type."""
    (line,) = (line for line in result.stderr.splitlines() if ": git " in line)
    return shlex.split("git " + line.partition(": git ")[2].partition(";")[0])


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The lock of a deck that was built."""
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)
    (FOLDER / "deck.yaml").write_text(f"{DECK}id: mine\n")
    (FOLDER / "one.yaml").write_text(SECTION)
    assert run("build").exit_code == 0
    return LOCK.read_text()


@pytest.mark.parametrize("name", ["build", "check", "diff"])
def test_git_brings_it_back(before: str, name: str) -> None:
    commit()
    LOCK.unlink()
    package = PACKAGE.read_bytes()
    said = run(name)
    assert said.exit_code == 1
    assert BY_GIT in said.stderr
    assert "to begin anew instead: crisis-cards build --new-lock" in said.stderr
    assert not LOCK.exists()
    assert PACKAGE.read_bytes() == package
    assert command(said) == ["git", "checkout", "HEAD", "--", LOCK.as_posix()]
    subprocess.run(command(said), check=True, capture_output=True)
    assert LOCK.read_text() == before
    assert run(name).exit_code == 0


@pytest.mark.parametrize("damage", [None, "crisis-cards lock 2\nnote\n", "something else"])
@pytest.mark.parametrize("place", [".", "decks", "elsewhere"])
@pytest.mark.parametrize("absolute", [True, False])
def test_the_command_is_right_where_it_is_read(
    before: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    absolute: bool,
    damage: str | None,
) -> None:
    commit()
    LOCK.unlink() if damage is None else LOCK.write_text(damage)
    Path(place).mkdir(exist_ok=True)
    if place == "elsewhere":
        subprocess.run(["git", "init", "-q", place], check=True)
    monkeypatch.chdir(place)
    deck = tmp_path / FOLDER if absolute else Path("..", FOLDER) if place != "." else FOLDER
    subprocess.run(command(run("build", str(deck))), check=True, capture_output=True)
    assert (tmp_path / LOCK).read_text() == before


def test_what_was_committed_as_damaged_as_it_is_does_not_come_back_from_there(before: str) -> None:
    LOCK.write_text("something else")
    commit()
    assert "bring back the lock of the last release" in run("check").stderr


def test_the_package_tells_of_a_deck_too(before: str) -> None:
    LOCK.unlink()
    for name in ("build", "check", "diff"):
        said = run(name)
        assert said.exit_code == 1
        assert BY_PACKAGE in said.stderr
    assert run("build", "-o", "other").exit_code == 0, "there is none of it there"


def test_to_programs_check_says_it_as_everything_else(before: str) -> None:
    LOCK.unlink()
    records = json.loads(run("check", "--format", "json").stdout)
    assert ("bad-lock", str(LOCK)) in {(record["check"], record["path"]) for record in records}


def test_a_package_of_another_deck_does_not(before: str) -> None:
    LOCK.unlink()
    (FOLDER / "deck.yaml").write_text(f"{DECK}id: other\n")
    assert run("build").exit_code == 0
    for data in (b"", b"PK\3\4"):
        LOCK.unlink()
        PACKAGE.write_bytes(data)
        assert run("build").exit_code == 0


def test_what_git_does_not_have_is_new(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree("dist")
    LOCK.unlink()
    git("init", "-q")
    assert run("check").exit_code == 0, "there is no commit"
    git("add", "decks")
    git("commit", "-qm", "facts")
    assert run("check").exit_code == 0, "it is not in the commit"
    monkeypatch.setenv("PATH", "")
    assert run("check").exit_code == 0, "there is no git"


def test_new_lock_begins_anew_where_one_is_gone(before: str) -> None:
    commit()
    assert run("build", "--new-lock").exit_code == 2
    assert LOCK.read_text() == before
    LOCK.unlink()
    said = run("build", "--new-lock")
    assert said.exit_code == 0, said.stderr
    assert "6 new" in said.stdout
    assert LOCK.exists()


def test_in_python(before: str) -> None:
    LOCK.unlink()
    with pytest.raises(crisis_cards.BrokenDeckError, match="this file is gone"):
        crisis_cards.build(FOLDER, PACKAGE)
    built = crisis_cards.build(FOLDER, PACKAGE, new_lock=True)
    assert built is not None
    assert len(built.release.new) == 6


def test_former_ids_alone_give_the_same_notes(before: str) -> None:
    guids = apkg.read(PACKAGE).keys()
    LOCK.unlink()
    renamed = SECTION
    for name in ("excomm", "talks", "path"):
        renamed = renamed.replace(f"{name}: {{", f"{name}-2: {{was: {name}, ")
    (FOLDER / "one.yaml").write_text(renamed)
    assert run("build", "--new-lock").exit_code == 0
    assert apkg.read(PACKAGE).keys() == guids
    (FOLDER / "one.yaml").write_text(
        renamed.replace("was: talks, ", "")
        + "  talks: {ask: Who wrote first?, answer: Khrushchev}\n"
    )
    said = run("build", "--format", "json")
    assert said.stderr == ""
    assert [json.loads(said.stdout)[key] for key in ("new", "changed", "unchanged")] == [1, 0, 6]
    assert guids < apkg.read(PACKAGE).keys()
