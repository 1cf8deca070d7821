"""Problems as they are printed: many that are alike in few lines, and in every encoding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import DECK
from crisis_cards.commands import main
from crisis_cards.problems import Problem, Span
from crisis_cards.problems.errors import BAD_DATE, UNKNOWN_SOURCE
from crisis_cards.problems.rendering import render


def problem(line: int, path: str = "decks/one/1.yaml", name: str = "bok") -> Problem:
    span = Span(path, line, 13, 16, f"    source: {name}")
    return Problem(span, UNKNOWN_SOURCE, f'there is no source "{name}"', 'did you mean "book"?')


DATE = Problem(Span("decks/one/1.yaml", 8, 5, 6, "    x"), BAD_DATE, "not a date")


def test_a_few_are_printed_in_full() -> None:
    few = [problem(line) for line in range(1, 6)]
    assert render(few, "text").count("did you mean") == 5
    assert "more" not in render(few, "text")
    assert render(few, "text") == render(few, "text", every=True)


def test_of_many_that_are_alike_the_first_are_printed_and_the_places_of_the_others() -> None:
    others = [problem(3, "decks/one/2.yaml"), problem(4, "decks/two/1.yaml", "another")]
    many = [*(problem(line) for line in (1, 2, 6, 7, 9, 9)), DATE, *others]
    shown = render(many, "text")
    assert shown.count("did you mean") == 3
    lines = shown.split("\n")
    assert "    = and 5 more: 1.yaml:7, 9 (2 times), 2.yaml:3, decks/two/1.yaml:4" in lines
    assert "decks/one/1.yaml:8:5: error[bad-date] not a date" in lines
    assert lines[-2] == "crisis-cards check --all shows each"
    assert render(many, "text", every=True).count("did you mean") == 8


def test_many_take_few_lines_of_the_width_of_a_terminal() -> None:
    many = [problem(line, f"decks/one/{file}.yaml") for file in range(1, 6) for line in range(60)]
    shown = render([*many, DATE], "text").split("\n")
    assert len(shown) < 30
    assert max(map(len, shown)) <= 80
    assert "by check: unknown-source 300, bad-date 1" in shown
    assert shown.index("by check: unknown-source 300, bad-date 1") == len(shown) - 3


def test_programs_get_all() -> None:
    many = [problem(line) for line in range(1, 41)]
    assert len(json.loads(render(many, "json"))) == 40
    assert render(many, "short").count("\n") == 40
    assert render(many, "github").count("\n") == 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck with nine problems of one line, and letters that few code pages have."""
    monkeypatch.chdir(tmp_path)
    deck = tmp_path / "decks" / "one"
    deck.mkdir(parents=True)
    (deck / "deck.yaml").write_text(DECK.replace("Test", "Test → 漢字"), encoding="utf-8")
    names = ", ".join(f"book{n}" for n in range(9))
    fact = f"  a:\n    ask: Wohin → 漢字?\n    answer: x\n    source: [{names}]\n"
    (deck / "1.yaml").write_text("section: Größe → 漢字\nfacts:\n" + fact, encoding="utf-8")
    return deck


def test_nine_of_one_line(folder: Path) -> None:
    shown = CliRunner().invoke(main, ["check", str(folder)]).stderr
    assert shown.count("error[unknown-source]") == 3
    assert "= and 6 more: 1.yaml:6 (6 times)" in shown
    shown = CliRunner().invoke(main, ["check", "--all", str(folder)]).stderr
    assert shown.count("error[unknown-source]") == 9
    assert "more" not in shown


def _run(*arguments: str, encoding: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "crisis_cards", *arguments]
    return subprocess.run(command, capture_output=True, env=environment, check=False)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "utf-8"])
def test_files_and_pipes_get_utf_8(folder: Path, encoding: str) -> None:
    (folder / "1.yaml").write_text(
        (folder / "1.yaml").read_text(encoding="utf-8").replace("    source:", "    tags:"),
        encoding="utf-8",
    )
    notes = _run("diff", "--format", "markdown", encoding=encoding)
    assert "## Test → 漢字" in notes.stdout.decode("utf-8")
    assert notes.stderr == b""
    (folder / "1.yaml").write_text("section: → 漢字: x\n", encoding="utf-8")
    bad = _run("check", encoding=encoding)
    assert "  1 | section: → 漢字: x" in bad.stderr.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals on Windows")
@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_a_terminal_shows_question_marks_for_what_it_lacks(folder: Path, encoding: str) -> None:
    import pty

    (folder / "1.yaml").write_text("section: → 漢字: x\n", encoding="utf-8")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "crisis_cards", "check", str(folder)]
    running = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert running.wait() == 1
    text = shown.decode(encoding)
    assert "Traceback" not in text
    assert "  1 | section: ? ??: x" in text
