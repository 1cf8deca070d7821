"""The case files: `cases/ok` must print nothing, `cases/err` exactly what stands beside them.

A case is a section file (it gets a small deck.yaml) or a deck folder. A bad one lies in the folder
of the check that finds its mistake. What it must print is rewritten by `pytest --bless`; review the
difference.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from conftest import CASES, cases, lay_out
from crisis_cards import pipeline
from crisis_cards.checks import CHECKS
from crisis_cards.problems.rendering import render
from crisis_cards.yaml import tree

_GOOD = cases("ok/*")
_BAD = cases("err/*/*")
_SEVERAL = "several"  # the folder of the cases with more than one mistake


def _name(case: Path) -> str:
    """Its folder is a part of the name: `pytest -k bad-date` runs all cases of a check."""
    return case.relative_to(CASES).with_suffix("").as_posix()


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's parsers: an author without libyaml reads the same messages."""
    if request.param == "pure":
        monkeypatch.setattr(tree, "_Parser", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without libyaml here")
    return str(request.param)


@pytest.mark.parametrize("case", _GOOD, ids=_name)
def test_good_files_print_nothing(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parser: str
) -> None:
    lay_out(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    project = pipeline.read(Path("deck"))
    assert render(project.problems, "text") == ""
    assert project.deck is not None
    assert project.facts()


@pytest.mark.parametrize("case", _BAD, ids=_name)
def test_bad_files_print_what_stands_beside_them(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    parser: str,
) -> None:
    lay_out(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    printed = render(pipeline.read(Path("deck")).problems, "text")
    expected = case.with_suffix(".out")
    if request.config.getoption("--bless") and parser == "libyaml":
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")
    assert printed.startswith("deck/")


@pytest.mark.parametrize("case", _BAD, ids=_name)
def test_one_mistake_makes_one_message(case: Path) -> None:
    """A case holds one mistake, and lies in the folder of its check; those with more lie apart."""
    printed = case.with_suffix(".out").read_text(encoding="utf-8")
    found = re.findall(r": (?:error|warning)\[([\w-]+)\]", printed)
    assert found == [case.parent.name] or (case.parent.name == _SEVERAL and len(found) > 1)


def test_every_file_belongs_to_a_case() -> None:
    """What lies elsewhere would be read by no test."""
    known = {*_BAD, *(case.with_suffix(".out") for case in _BAD)}
    assert {path for path in (CASES / "err").glob("*/*") if path not in known} == set()
    assert all(path.is_dir() for path in (CASES / "err").iterdir())


def test_every_check_has_a_case() -> None:
    assert {case.parent.name for case in _BAD} == CHECKS.keys() | {_SEVERAL}
