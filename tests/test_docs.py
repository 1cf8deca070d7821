"""Documents that can be wrong are tested: the README's first screen is run as it stands."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from conftest import ROOT
from crisis_cards import pipeline
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
    section, settings, *_ = _blocks("yaml")
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
    for name, page in pages.items():
        assert "\nBad" in page, name
        assert "\nGood" in page, name
        if not CHECKS[name].is_error:
            assert re.search(r"Where the (?:rule|threshold)s? comes? from", page), name


_ERRORS = sorted(name for name, check in CHECKS.items() if check.is_error)
_IN_WORDS = {"empty-deck", "media-collision", "not-utf8", "type-shape", "unreadable-file"}
"""Errors that no text shows: it takes folders, bytes, or another system."""
_EXAMPLE = re.compile(
    r"^(Bad|Good)(?:, in (deck\.(?:yaml|lock)|\.baseline|theme\.css|countries\.csv|types/[\w./-]+)"
    r"|, .*)?:\n\n((?:    .*\n|\n)+)",
    re.MULTILINE,
)
_MAP = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"/>'
_TYPE = "keys: [country, river]\ncards: {where: {ask: country, answer: river}}\n"
_TABLE = "id,ask,answer\none,Who?,Me\n"
_SOURCES = "sources: {milestone: {title: Milestones}}\n"


def _examples(name: str) -> dict[str, tuple[str, str]]:
    """The file and the text of the example that is wrong, and of the one that is right."""
    found = _EXAMPLE.findall(manual.pages()[name] + "\n")
    return {word: (file, textwrap.dedent(text)) for word, file, text in found}


@pytest.mark.parametrize("name", [name for name in _ERRORS if name not in _IN_WORDS])
def test_an_example_of_an_error_is_one_and_its_remedy_mends_it(name: str, tmp_path: Path) -> None:
    examples = _examples(name)
    assert "Bad" in examples
    assert "Good" in examples or name == "bad-lock"  # a lock is never written by hand
    for word, (file, text) in examples.items():
        deck = tmp_path / word
        (deck / "media").mkdir(parents=True)
        (deck / "media/map.svg").write_text(_MAP, encoding="utf-8")
        (deck / "deck.yaml").write_text("deck: Cuba\nid: cuba\n" + _SOURCES, encoding="utf-8")
        (deck / "1.yaml").write_text(_section("ask: Who?\nanswer: Me\n"), encoding="utf-8")
        (deck / "countries.csv").write_text(_TABLE, encoding="utf-8")
        if file == "countries.csv":
            (deck / "1.yaml").write_text(f"section: One\ntable: {file}\n", encoding="utf-8")
        if file == "deck.yaml":
            text += "id: cuba\n"
        if file.startswith("types/"):
            (deck / "types/country").mkdir(parents=True)
            (deck / "types/country/type.yaml").write_text(_TYPE, encoding="utf-8")
        (deck / (file or "1.yaml")).write_text(text if file else _section(text), encoding="utf-8")
        errors = {p.check for p in pipeline.read(deck).problems if p.is_error}
        assert errors == ({name} if word == "Bad" else set())


def _section(text: str) -> str:
    """A section file of an example, which may be one, or facts, or the keys of one fact."""
    first = text.partition(":")[0]
    if first == "section":
        return text
    if first in COMMON or any(first in kind.keys for kind in BUILT_IN.values()):
        text = "one:\n" + textwrap.indent(text, "  ")
    return "section: One\nfacts:\n" + textwrap.indent(text, "  ")


def test_the_kind_in_the_readme_is_that_of_the_deck() -> None:
    _, _, shown = _blocks("yaml")
    name, _, text = shown.partition("\n")
    assert text == (ROOT / "decks" / "south-america" / name.removeprefix("# ")).read_text("utf-8")


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


_FROM_NOTES = ROOT / "docs" / "from-notes.md"
_SHOWN = re.compile(r"^```console\n\$ (crisis-cards .*)\n((?:.*\n)*?)```$", re.MULTILINE)


def test_the_page_on_notes_runs_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """What its commands print is rewritten by `--bless`."""
    monkeypatch.chdir(tmp_path)
    page = _FROM_NOTES.read_text(encoding="utf-8")
    blocks = {
        name: re.findall(rf"^```{name}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        for name in ("markdown", "yaml", "text")
    }
    (notes,), (section, draft), _ = blocks.values()
    Path("notes.md").write_text(notes, encoding="utf-8")
    size = re.compile(r"\(\d+ kB\)")
    deck = Path("decks/berlin-wall")

    def printed(found: re.Match[str]) -> str:
        command, _, target = found[1].partition(" > ")
        if "check" in command:
            (deck / "03-draft.yaml").write_text(draft, encoding="utf-8")
        if "build" in command:
            mended = draft.replace("answr", "answer")
            (deck / "03-draft.yaml").write_text(mended, encoding="utf-8")
            settings = (deck / "deck.yaml").read_text(encoding="utf-8")
            sources = "sources: {book: {title: A Book}}\n"
            (deck / "deck.yaml").write_text(settings + sources, encoding="utf-8")
        ran = CliRunner().invoke(main, shlex.split(command)[1:])
        assert ran.exit_code == ("check" in command), ran.output
        if target:
            return found[0]
        return f"```console\n$ {found[1]}\n{size.sub('(12 kB)', ran.stdout)}```"

    ran = _SHOWN.sub(printed, page)
    if request.config.getoption("--bless"):
        _FROM_NOTES.write_text(ran, encoding="utf-8")
    assert size.sub("(12 kB)", _FROM_NOTES.read_text(encoding="utf-8")) == ran
    assert (deck / "02-its-end.yaml").read_text(encoding="utf-8") == section


def test_the_prompt_names_kinds_that_there_are() -> None:
    page = _FROM_NOTES.read_text(encoding="utf-8")
    (prompt,) = re.findall(r"^```text\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    named = set(re.findall(r'"(\w+)"', prompt))
    assert named <= set(BUILT_IN)
    assert len(named) > 6
