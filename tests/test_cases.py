"""The case files: `cases/ok` must print nothing, `cases/err` exactly what stands beside them.

A case is a section file (it gets a small deck.yaml) or a deck folder. What a case must print is
rewritten by `pytest --bless`; review the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from conftest import CASES, lay_out
from crisis_cards import build, source
from crisis_cards.diagnostics import NAMES, render


def _cases(folder: str) -> list[Path]:
    return sorted(p for p in (CASES / folder).iterdir() if p.is_dir() or p.suffix == ".yaml")


def _name(case: Path) -> str:
    return case.stem


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's parsers: an author without libyaml reads the same messages."""
    if request.param == "pure":
        monkeypatch.setattr(source, "_Parser", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without libyaml here")
    return str(request.param)


@pytest.mark.parametrize("case", _cases("ok"), ids=_name)
def test_good_files_print_nothing(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parser: str
) -> None:
    lay_out(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    project = build.read(Path("deck"))
    assert render(project.problems, "text") == ""
    assert project.deck is not None
    assert list(project.deck.facts())


@pytest.mark.parametrize("case", _cases("err"), ids=_name)
def test_bad_files_print_what_stands_beside_them(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    parser: str,
) -> None:
    lay_out(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    printed = render(build.read(Path("deck")).problems, "text")
    expected = case.with_suffix(".out")
    if request.config.getoption("--bless") and parser == "libyaml":
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")
    assert printed.startswith("deck/")


@pytest.mark.parametrize("case", _cases("err"), ids=_name)
def test_one_mistake_makes_one_message(case: Path) -> None:
    """A case holds one mistake; only those that are named for several may print more."""
    printed = case.with_suffix(".out").read_text(encoding="utf-8")
    messages = printed.count(": error[") + printed.count(": warning[")
    assert messages == 1 or (case.stem.startswith("several-") and messages > 1)


_WITHOUT_CASE = {"unreadable-file"}  # what the system tells, and no file can show


def test_every_check_has_a_case() -> None:
    printed = "".join(path.read_text(encoding="utf-8") for path in (CASES / "err").glob("*.out"))
    missing = {name for name in NAMES if f"[{name}]" not in printed}
    assert missing == _WITHOUT_CASE
