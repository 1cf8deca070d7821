"""What pre-commit runs, and the recipe for continuous integration."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from conftest import DECK, ROOT
from crisis_cards.commands import main

GOOD = "section: S\nfacts:\n  a: {ask: Q, answer: A, source: book}\n"


def _hook() -> dict[str, Any]:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(hook, dict)
    return hook


def _deck(name: str, section: str) -> None:
    folder = Path("decks", name)
    folder.mkdir(parents=True)
    (folder / "deck.yaml").write_text(DECK)
    (folder / "1-one.yaml").write_text(section)


def test_the_hook_checks_the_decks_whose_files_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _deck("good", GOOD)
    _deck("bad", GOOD.replace("answer", "anwser"))
    _deck("other", GOOD.replace("section", "sektion"))
    hook = _hook()
    names = ["decks/good/1-one.yaml", "decks/good/deck.yaml", "decks/bad/1-one.yaml"]
    names += ["decks/bad/facts.csv", "decks/bad/facts.tsv"]
    for name in names[3:]:
        Path(name).write_text("id,ask,answer\n")
    assert all(re.search(hook["files"], name) for name in names)
    command, *arguments = shlex.split(hook["entry"])
    assert command == "crisis-cards"
    run = [sys.executable, "-m", "crisis_cards", *arguments]
    assert subprocess.run([*run, *names[:2]], check=False, capture_output=True).returncode == 0
    result = subprocess.run([*run, *names], check=False, capture_output=True, text=True)
    assert result.returncode == 1
    assert "decks/bad/1-one.yaml:3:15: error[unknown-key]" in result.stderr
    assert "sektion" not in result.stderr


@pytest.mark.parametrize(
    "name", ["README.md", "decks/a/deck.lock", "decks/a/.schema/deck.json", "other/a/1.yaml"]
)
def test_other_files_are_not_its_business(name: str) -> None:
    assert not re.search(_hook()["files"], name)


def test_the_commands_of_the_recipe_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", recipe, re.DOTALL | re.MULTILINE)
    workflow = next(found for found in map(yaml.safe_load, blocks) if found and "jobs" in found)
    runs = [step.get("run", "") for step in workflow["jobs"]["check"]["steps"]]
    commands = [line for line in runs if line.startswith("crisis-cards ")]
    assert len(commands) == 3
    monkeypatch.chdir(tmp_path)
    _deck("good", GOOD.replace("source: book", "hint: h, source: book"))
    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    for command in commands:
        arguments = shlex.split(command.split(">>")[0])[1:]
        assert CliRunner().invoke(main, arguments).exit_code == 0, command
