"""What is far larger than any deck works, or ends in a message. A test that hangs has failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import DECK, sound
from crisis_cards import pipeline
from crisis_cards.commands import main

Make = Callable[..., pipeline.Project]
NOW = 1_790_000_000
MANY = 5_000
HEAD = "section: S\nsource: book\nfacts:\n"


def _errors(project: pipeline.Project) -> list[str]:
    return [problem.check for problem in project.problems if problem.is_error]


@pytest.mark.parametrize("key", ["answer", "extra"])
@pytest.mark.parametrize(
    "mark",
    ["<", "a <1 ", "a *b ", "a **b* _c ", "_a ", "a[", "[a](b ", r"a \( b ", r"a \[", "a `b ``",
     "{{c1::", "}}", "[sound:", "[latex]", "&amp;", "==a ", "- "],
)  # fmt: skip
def test_many_marks_in_one_text(mark: str, key: str, make_deck: Make, tmp_path: Path) -> None:
    answer = "answer: A, " if key == "extra" else ""
    text = "x" + mark.replace("\\", "\\\\") * MANY
    project = make_deck(one=f'{HEAD}  a: {{ask: "Which?", {answer}{key}: "{text}"}}\n')
    assert not _errors(project)
    assert pipeline.write(sound(project), tmp_path / "deck.apkg", NOW)


@pytest.mark.parametrize(
    ("mark", "error"),
    [
        ("==a ", "bad-cloze-number"),
        ("{{c1::a ", "bad-cloze-number"),
        ("==a== {{c1::b ", "bad-cloze-number"),
        ("==== ", "empty-cloze"),
        ("==a== ", "bad-cloze-number"),
        ("==c1::a== *b* ", "bad-cloze-number"),
        ("a== b ", "unclosed-cloze"),
    ],
)
def test_many_blanks_in_one_text(mark: str, error: str, make_deck: Make) -> None:
    project = make_deck(one=f'{HEAD}  a: {{cloze: "{mark * MANY}"}}\n')
    assert error in _errors(project)


@pytest.mark.parametrize(
    "mark", ["`", "` ", "::", ":: ", "\\n", "<", "_", "*", "}}", "'", "“", "„", "(", ", "]
)
def test_a_hundred_thousand_marks_beside_a_blank(
    mark: str, make_deck: Make, tmp_path: Path
) -> None:
    project = make_deck(one=f'{HEAD}  a: {{cloze: "==a== b{mark * 100_000}c"}}\n')
    assert not _errors(project)
    assert pipeline.write(sound(project), tmp_path / "deck.apkg", NOW)


def test_many_unknown_keys(make_deck: Make) -> None:
    """A file of another program's, say."""
    keys = "".join(f"key{n}: text\n" for n in range(30_000))
    assert "unknown-key" in _errors(make_deck(one=f"{keys}{HEAD}  a: {{ask: A b?, answer: C}}\n"))
    words = ", ".join(f"word{n}" for n in range(30_000))
    assert _errors(make_deck(one=f"{HEAD}  a: {{ask: {words}, answer: C}}\n")) == ["unknown-key"]


@pytest.mark.parametrize("head", [HEAD, "section: One\n"])
def test_many_facts_at_the_margin(head: str, make_deck: Make) -> None:
    facts = "".join(f"f{n}:\n  ask: Which is {n}?\n  answer: A{n}\n" for n in range(30_000))
    assert len(_errors(make_deck(one=head + facts))) == 1


@pytest.mark.parametrize("shape", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_deep_nesting(shape: str, make_deck: Make) -> None:
    assert "yaml-syntax" in _errors(make_deck(one=f"{HEAD}  a: {shape * MANY}\n"))
    lines = "".join(f"{'  ' * depth}k{depth}:\n" for depth in range(300))
    assert "yaml-syntax" in _errors(make_deck(one=f"{HEAD}{lines}"))


def test_a_long_value(make_deck: Make, tmp_path: Path) -> None:
    words = "word " * 400_000
    project = make_deck(one=f"{HEAD}  a:\n    ask: Which?\n    answer: A\n    extra: {words}\n")
    assert not _errors(project)
    assert pipeline.write(sound(project), tmp_path / "deck.apkg", NOW)


def test_many_files(make_deck: Make, tmp_path: Path) -> None:
    files = {
        f"file-{n}": f"{HEAD}  f{n}: {{ask: Which is {n}?, answer: A{n}}}\n" for n in range(400)
    }
    project = make_deck(**files)
    assert not _errors(project)
    built = pipeline.write(sound(project), tmp_path / "deck.apkg", NOW)
    assert built is not None
    assert built.facts == 400


def test_many_decks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for n in range(50):
        folder = Path("decks", f"deck-{n}")
        folder.mkdir(parents=True)
        (folder / "deck.yaml").write_text(DECK, encoding="utf-8")
        (folder / "1.yaml").write_text(f"{HEAD}  a: {{ask: Which?, answer: A}}\n", encoding="utf-8")
    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    assert len(list(Path("dist").iterdir())) == 50
