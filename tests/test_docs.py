"""Documents that can be wrong are tested: the README's first screen is run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from conftest import ROOT
from crisis_cards.checks import CHECKS, manual
from crisis_cards.commands import main
from crisis_cards.format.keys import COMMON
from crisis_cards.format.kinds import BUILT_IN

README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def _deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    section, settings = _blocks("yaml")
    Path("decks/cuba").mkdir(parents=True)
    Path("decks/cuba/deck.yaml").write_text(settings, encoding="utf-8")
    Path("decks/cuba/1-crisis.yaml").write_text(section, encoding="utf-8")


@pytest.mark.usefixtures("_deck")
def test_the_first_screen_runs_as_shown() -> None:
    built, checked = _blocks("console")
    command, _, output = built.partition("\n")
    assert command == "$ crisis-cards build"
    size = re.compile(r"\(\d+ kB\)")
    printed = CliRunner().invoke(main, ["build"]).output
    assert size.sub("", printed) == size.sub("", output)

    file = Path("decks/cuba/1-crisis.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace("    means:", "    meens:"))
    command, _, output = checked.partition("\n")
    assert command == "$ crisis-cards check"
    assert CliRunner().invoke(main, ["check"]).output == output


def test_the_page_of_the_checks_is_the_manual(request: pytest.FixtureRequest) -> None:
    """`docs/checks.md` is rewritten by `--bless`."""
    page = ROOT / "docs" / "checks.md"
    if request.config.getoption("--bless"):
        page.write_text(manual.markdown(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == manual.markdown()


def test_every_check_has_a_page() -> None:
    pages = manual.pages()
    assert set(pages) == set(CHECKS)
    for name in (name for name, check in CHECKS.items() if not check.is_error):
        assert "Bad" in pages[name], name
        assert "Good" in pages[name], name
        assert re.search(r"Where the (?:rule|threshold)s? comes? from", pages[name]), name


def test_every_kind_and_key_is_in_the_readme() -> None:
    for key in (*BUILT_IN, *COMMON):
        assert f"`{key}`" in README


def test_every_command_and_option_is_in_the_readme() -> None:
    for name in main.commands:
        _, command, _ = main.resolve_command(click.Context(main), [name])
        assert command is not None
        assert f"crisis-cards {name} " in README
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert any(option in README for option in parameter.opts), parameter.opts
