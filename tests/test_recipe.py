"""CONTRIBUTING's recipe for a kind of fact, carried out on a copy of the source."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import crisis_cards
from conftest import DECK, ROOT

PACKAGE = Path(crisis_cards.__file__).parent
RECIPE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("### A kind of fact")[1]
BLOCKS = [
    textwrap.dedent(found[1])
    for found in re.finditer(
        r"^ *```(?:python|yaml)\n(.*?)^ *```$", RECIPE, re.MULTILINE | re.DOTALL
    )
]
MODULE, MEMBER, LABEL = BLOCKS[:3]
FACTS = """\
section: Troops
source: book
facts:
  troops: {number: "42,000", of: Soviet troops in Cuba in October 1962}
  warheads: {number: a boatload, of: Tactical warheads on Cuba, hint: one boatload}
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a package that has the kind, step by step as the recipe says."""
    place = tmp_path_factory.mktemp("recipe")
    package = place / "crisis_cards"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    kinds = package / "format" / "kinds"
    (kinds / "number.py").write_text(MODULE, encoding="utf-8")
    change(kinds / "__init__.py", "from . import ", "from . import number, ")
    change(kinds / "__init__.py", "ask, cloze, term", "ask, number, cloze, term")
    change(package / "format" / "prompt.py", '    ASK = "ask"\n', f'    ASK = "ask"\n    {MEMBER}')
    for labels in (package / "format" / "labels").glob("*.yaml"):
        with labels.open("a", encoding="utf-8") as file:
            file.write(LABEL)
    return place


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(copy: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy), "CRISIS_CARDS_CACHE": ""}
    command = [sys.executable, "-m", "crisis_cards", *arguments]
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "deck.yaml").write_text(DECK, encoding="utf-8")
    (tmp_path / "deck" / "1.yaml").write_text(FACTS, encoding="utf-8")
    return tmp_path


def test_facts_of_the_new_kind_are_built_and_checked(copy: Path, deck: Path) -> None:
    built = run(copy, deck, "build", "deck", "--format", "json")
    assert built.returncode == 0, built.stderr
    assert json.loads(built.stdout)["notes"] == 2
    assert "warning[hint-leak]" in built.stderr
    assert "note troops/number " in (deck / "deck" / "deck.lock").read_text(encoding="utf-8")


def test_mistakes_in_the_new_kind_are_told(copy: Path, deck: Path) -> None:
    section = deck / "deck" / "1.yaml"
    section.write_text(FACTS.replace("of: Soviet", "off: Soviet"), encoding="utf-8")
    said = run(copy, deck, "check", "deck").stderr
    assert 'a fact with "number" has no key "off"' in said
    assert 'did you mean "of"?' in said


def test_the_other_commands_know_the_new_kind(copy: Path, deck: Path) -> None:
    stats = json.loads(run(copy, deck, "stats", "deck", "--format", "json").stdout)
    assert [(kind["name"], kind["cards"]) for kind in stats["kinds"]] == [("number", 2)]
    branches = json.loads(run(copy, deck, "schema", "section").stdout)["$defs"]["fact"]["oneOf"]
    assert {"number", "ask"} <= {branch["title"] for branch in branches}
    exported = run(copy, deck, "preview", "deck", "--export", "cards.html")
    assert exported.returncode == 0, exported.stderr
    assert "How many" in (deck / "cards.html").read_text(encoding="utf-8")


def test_a_forgotten_label_is_named_by_a_test(copy: Path, tmp_path: Path) -> None:
    shutil.copytree(copy, tmp_path / "copy")
    german = tmp_path / "copy" / "crisis_cards" / "format" / "labels" / "de.yaml"
    change(german, LABEL, "")
    test = f"{ROOT / 'tests' / 'test_language.py'}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "copy")}
    said = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert said.returncode == 1
    assert "number" in said.stdout


def test_the_type_checker_passes_the_recipe_and_names_what_is_missing(copy: Path) -> None:
    number = copy / "crisis_cards" / "format" / "kinds" / "number.py"
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(number)]
    environment = {**os.environ, "MYPYPATH": str(copy)}

    def checked(module: str) -> str:
        number.write_text(module, encoding="utf-8")
        found = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        return found.stdout + found.stderr

    assert "Success" in checked(MODULE)
    without_notes = checked(MODULE.replace(", (NUMBER, OF), _notes)", ", (NUMBER, OF))"))
    assert 'argument "notes"' in without_notes
    wrong_type = checked(
        MODULE.replace('"of", TEXT', '"of", FLAG').replace("TEXT\n", "FLAG, TEXT\n")
    )
    assert "incompatible type" in wrong_type
    checked(MODULE)
