"""--watch: what a save changes is shown, whatever an editor does to the files."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import DECK
from crisis_cards import watch
from crisis_cards.commands import main
from crisis_cards.problems import Problem, Span
from crisis_cards.problems.errors import BAD_ID

GOOD = "section: S\nsource: book\nfacts:\n  a: {ask: Q, answer: A}\n"
MISSPELT = "section: S\nfacts:\n  a: {ask: Q, anwser: A}\n"
PATIENCE = 60  # seconds after which a save was not noticed; one that is noticed takes none


@pytest.fixture(autouse=True)
def _deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("decks/one")
    folder.mkdir(parents=True)
    (folder / "deck.yaml").write_text(DECK)
    (folder / "1.yaml").write_text(GOOD)


class Running:
    """A command that watches, with what it has printed."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "crisis_cards", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put("END")

    def until(self, words: str) -> list[str]:
        """The lines up to one that has these words."""
        seen: list[str] = []
        while not seen or words not in seen[-1]:
            seen.append(self.lines.get(timeout=PATIENCE))
            assert seen[-1] != "END", seen
        return seen

    def rest(self) -> list[str]:
        """What it still prints after Ctrl-C, and its exit status."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(PATIENCE)
        seen = []
        while (line := self.lines.get(timeout=PATIENCE)) != "END":
            seen.append(line)
        return [*seen, str(status)]


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def make(*arguments: str) -> Running:
        running.append(Running(*arguments))
        return running[-1]

    yield make
    for each in running:
        each.process.kill()
        each.process.wait()


def save(name: str, text: str) -> None:
    """As most editors save: a new file is renamed over the old one."""
    place = Path("decks/one", name)
    beside = place.with_name("." + name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(place)


def test_check_shows_what_every_save_changes(start: Callable[..., Running]) -> None:
    running = start("check", "--watch")
    assert running.until("deck") == ["1 deck, 1 fact: no problems"]
    save("1.yaml", MISSPELT)
    seen = running.until("1 error")
    assert seen[0].startswith("decks/one/1.yaml:3:15: error[unknown-key]")
    # The old problem has moved and is not told again.
    save("1.yaml", "# a comment\n" + MISSPELT + "  b: {ask: Q}\n")
    seen = running.until("2 errors")
    assert [line for line in seen if "error[" in line] == [
        'decks/one/1.yaml:5:3: error[missing-key] the fact "b" has "ask", but no "answer"'
    ]
    save("1.yaml", "section: 'S\nfacts:\n")
    assert any("error[yaml-syntax]" in line for line in running.until("1 deck: "))
    save("1.yaml", GOOD)
    seen = running.until("no problems")
    assert any(line.startswith("gone: decks/one/1.yaml:1:10: error[yaml-s") for line in seen)
    assert not any(line.startswith("decks") for line in seen)
    assert running.rest() == ["", "0"]


def test_a_baseline_comes_and_goes(start: Callable[..., Running]) -> None:
    save("1.yaml", GOOD.replace("ask: Q", "ask: 'Who led Cuba, and when?'"))
    running = start("check", "--watch")
    running.until("1 deck, 1 fact: 1 warning")
    save(".baseline", "crisis-cards baseline 1\ndouble-question a\n")
    running.until("no problems (1 old warning is in .baseline)")
    save("1.yaml", GOOD)
    assert running.until("1 mended line, which crisis-cards check takes out")
    assert "double-question" in Path("decks/one/.baseline").read_text()
    Path("decks/one/.baseline").unlink()
    assert "mended" not in running.until("no problems")[-1]


def test_files_come_and_go(start: Callable[..., Running]) -> None:
    running = start("check", "--watch")
    running.until("1 fact:")
    save("2.yaml", GOOD.replace("  a: {ask: Q", "  b: {ask: R"))
    running.until("2 facts: no problems")
    Path("decks/one/2.yaml").rename("decks/one/3.yaml")
    running.until("2 facts: no problems")
    Path("decks/one/3.yaml").unlink()
    running.until("1 fact: no problems")
    Path("decks/one/deck.yaml").rename("decks/one/settings.old")
    running.until("1 deck: 1 error")
    Path("decks/one/settings.old").rename("decks/one/deck.yaml")
    running.until("1 deck, 1 fact: no problems")
    Path("decks/one").rename("one")
    running.until("0 decks")
    Path("one").rename("decks/one")
    running.until("1 deck, 1 fact: no problems")


@pytest.mark.parametrize("name", ["check", "build"])
def test_a_lock_that_goes_is_told_once_until_it_is_back(
    start: Callable[..., Running], name: str
) -> None:
    running = start("build", "--watch")
    running.until("1 new, 0 changed")
    running.rest()
    running = start(name, "--watch")
    running.until("1 fact")
    lock, told = Path("decks/one/deck.lock"), "decks/one/deck.lock:1:1: error[bad-lock]"
    lock.rename("kept")
    save("1.yaml", GOOD.replace("Q", "R"))
    seen = running.until("1 error")
    save("1.yaml", GOOD)
    seen += running.until("1 error")
    assert not lock.exists()
    Path("kept").rename(lock)
    save("1.yaml", GOOD.replace("Q", "S"))
    seen += running.until("no problems")
    begun = [line for line in seen if line.startswith((told, f"gone: {told}"))]
    assert [line[: line.index(" this file is gone")] for line in begun] == [told, f"gone: {told}"]


def test_build_builds_on_every_save_and_not_because_of_its_own_files(
    start: Callable[..., Running],
) -> None:
    running = start("build", "--watch", "decks/one", "-o", "decks/one/dist")
    running.until("1 new, 0 changed")
    save("1.yaml", MISSPELT)
    running.until("  1 error")
    package = Path("decks/one/dist/one.apkg").read_bytes()
    save("1.yaml", GOOD + "  b: {ask: Why, answer: So}\n")
    seen = running.until("1 new, 0 changed, 1 unchanged")
    assert Path("decks/one/dist/one.apkg").read_bytes() != package
    assert sum("1 new, 0 changed, 1 unchanged" in line for line in seen) == 1
    assert running.rest() == ["", "0"]


@pytest.mark.parametrize("way", ["anew", "in pieces"])
def test_a_file_that_is_deleted_and_written_anew_is_one_change(way: str) -> None:
    stop = threading.Event()
    changes = watch.changes([Path("decks")], stop)
    next(changes)
    place = Path("decks/one/1.yaml")
    took: list[float] = []

    def write() -> None:
        begin = time.monotonic()
        if way == "anew":
            place.unlink()
            time.sleep(0.05)
        with place.open("w") as file:
            for at in range(0, len(MISSPELT), 4):
                file.write(MISSPELT[at : at + 4])
                file.flush()
                time.sleep(0.008)
        took.append(time.monotonic() - begin)

    for _ in range(20):
        writing = threading.Thread(target=write)
        writing.start()
        seen = [next(changes)]
        told = place.read_text(encoding="utf-8") if place.exists() else ""
        writing.join()
        place.with_name("2.yaml").write_text(GOOD)
        while place.with_name("2.yaml").resolve() not in seen[-1]:
            seen.append(next(changes))
        if took.pop() < 0.17:  # otherwise the machine was busy with something else
            break
    assert told == MISSPELT
    assert [{path.name for path in found} for found in seen] == [{"1.yaml"}, {"2.yaml"}]
    stop.set()


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = CliRunner().invoke(main, ["check", "--watch"])
    assert result.exit_code == 2
    assert "pip install 'crisis-cards[watch]'" in result.stderr


def test_what_is_printed_for_programs_cannot_be_watched() -> None:
    result = CliRunner().invoke(main, ["check", "--watch", "--format", "json"])
    assert result.exit_code == 2
    assert "leave out --format json" in result.stderr


def test_changes_of_files_that_are_no_decks_are_no_changes() -> None:
    """Each change is one of these names, and is told by one of them at least.

    Of a folder that is made with a file in it, a system tells the folder, the file or both, at
    once or one after the other.
    """
    stop = threading.Event()
    changes = watch.changes([Path("decks")], stop)
    assert next(changes) <= {Path("decks/one").resolve() / name for name in ("deck.yaml", "1.yaml")}
    for name in (".1.yaml.swp", "1.yaml~", "notes.txt", "one.apkg"):
        Path("decks/one", name).write_text("x")
    known: set[str] = set()
    for name in ("media/map.svg", "theme.css", "types/country/front-1.html"):
        place = Path("decks/one", name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x")
        names = set(Path(name).parts)
        known |= names
        seen: set[str] = set()
        while not names & seen:
            seen |= {path.name for path in next(changes)}
            assert seen <= known
    stop.set()
    assert {path.name for found in changes for path in found} <= known


def test_of_two_equal_problems_one_can_go() -> None:
    def problem(line: int) -> Problem:
        return Problem(Span("a.yaml", line, 1, 2, "x: y"), BAD_ID, f"as in line {line}")

    assert watch.difference([problem(1), problem(5)], [problem(3)]) == ([], [problem(5)])
    assert watch.difference([problem(3)], [problem(1), problem(5)]) == ([problem(5)], [])
