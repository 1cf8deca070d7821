"""A line for a person who waits, and for nobody else."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import SHIPPED
from crisis_cards.commands import progress

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on Windows")

RUN = "import sys; from crisis_cards.commands import main, progress; progress.PATIENCE = 0; main()"


def _shown(master: int, until: str) -> str:
    """What a terminal gets, up to a text; the end of everything is an error to Linux."""
    shown = ""
    while until not in shown:
        shown += os.read(master, 1000).decode()
    return shown


def test_a_line_appears_on_a_terminal_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0)
    master, slave = pty.openpty()
    with open(slave, "w", encoding="utf-8") as terminal:
        with progress.line(terminal, "reading decks/cuba"):
            assert "reading decks/cuba … " in _shown(master, " s")
        assert _shown(master, " \r").strip() == ""
    os.close(master)


def test_short_work_shows_none() -> None:
    master, slave = pty.openpty()
    with open(slave, "w", encoding="utf-8") as terminal:
        with progress.line(terminal, "reading"):
            pass
        terminal.write("end")
    assert _shown(master, "end") == "end"
    os.close(master)


def test_there_is_none_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0)
    pipe = io.StringIO()
    with progress.line(pipe, "reading"):
        pass
    assert pipe.getvalue() == ""


@pytest.mark.parametrize("arguments", [["check"], ["build"], ["build", "--format", "json"]])
def test_a_pipe_gets_none_and_json_neither(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRISIS_CARDS_CACHE", "")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SHIPPED, "deck")
    command = [sys.executable, "-c", RUN, *arguments, "deck"]
    piped = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "…" not in piped.stderr
    master, slave = pty.openpty()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=slave)
    os.write(slave, b"end")
    shown = _shown(master, "end")
    assert ("reading " in shown) == ("json" not in arguments)
    assert shown.endswith(("\r" + piped.stderr.replace("\n", "\r\n") + "end", "end"))
    os.close(slave)
    os.close(master)
