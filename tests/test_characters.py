"""Characters that look like YAML's signs, or like nothing: named, and mended where it is sure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from conftest import DECK, run
from crisis_cards import pipeline
from crisis_cards.format.section import KNOWN_KEYS
from crisis_cards.yaml import characters, tree

HEAD = "section: S\nsource: book\nfacts:\n"
FILE = Path("decks/one/1.yaml")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("decks/one").mkdir(parents=True)
    Path("decks/one/deck.yaml").write_text(DECK)


def put(facts: str) -> None:
    FILE.write_bytes((HEAD + facts).encode())


def fixed() -> str:
    run("check", "--fix")
    return FILE.read_bytes().decode().removeprefix(HEAD)


GOOD = (
    "  crise:\n    sequence: Les étapes de la crise\u00a0: 1962\n    steps:\n"
    "      - une découverte\u00a0!\n      - un blocus\n    tags: [one, two]\n"
    "  blocus:\n    ask: Qui décide\n      du blocus\u202f?\n    answer: Kennedy\n"
).replace("crise\u00a0: 1962", "crise\u00a0?")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("what", "pattern", "typed", "number"),
    [
        ("a no-break space", "^  (?=[ ]*\\S)", "\u00a0 ", 10),
        ("a no-break space", "(?<=\\w):(?=[ \r\n])", "\u00a0:", 7),
        ("a narrow no-break space", "(?<=\\w):(?=[ \r\n])", "\u202f:", 7),
        ("a no-break space", "(?<=\\w): ", ":\u00a0", 4),
        ("an em space", "(?<=\\w): ", "\u2003:\u00a0", 4),
        ("an en dash", "- ", "– ", 2),
        ("a minus sign", "- ", "− ", 2),
        ("a no-break space", "- ", "-\u00a0", 2),
        ("a full-width colon", "(?<=\\w):(?=[ \r\n])", "：", 7),
        ("curly quotes", "^ +(ask|answer|sequence|steps)(?=:)", "    “\\1”", 4),
        ("a zero-width space", "(?<=\\w):(?=[ \r\n])", "\u200b:", 7),
        ("a soft hyphen", "(blo)(?=cus:)", "\\1\u00ad", 1),
        ("a byte-order mark", "(?<=\\w):(?=[ \r\n])", "\ufeff:", 7),
        ("a byte-order mark", "(?<=une)", "\ufeff", 1),
        ("curly quotes", "(one|two)(?=[],])", "‘\\1’", 2),
    ],
)
def test_each_is_named_once_a_line_and_mended(
    what: str, pattern: str, typed: str, number: int, newline: str
) -> None:
    text = re.sub(pattern, typed, GOOD, flags=re.MULTILINE)
    assert text != GOOD
    put(text.replace("\n", newline))
    project = pipeline.read(Path("decks/one"))
    errors = [problem for problem in project.problems if problem.is_error]
    assert len(errors) == number
    assert {problem.check for problem in errors} == {"yaml-syntax"}
    for problem in errors:
        assert what in problem.message
        assert problem.span.source in text.split("\n")
        assert problem.hint
    after = fixed()
    assert run("check").exit_code == 0
    plain = re.sub("[\"']", "", after.replace(newline, "\n"))
    assert re.sub("(?<=\\w) :", ":", plain) == GOOD


def test_in_a_value_they_are_text() -> None:
    facts = (
        "  crise:\n    ask: |\n      answer\u00a0: x\n      \u00a0\u00a0\u00a0– y\n"
        "    answer: Dit\n      source\u00a0:\u00a0Le Monde\n"
        "    extra:\n      –\u00a0Oui\u00a0:\u00a0non\n      steps： x\n    # ask\u00a0: x\n"
        "  gauche:\n    contrast: Les partis\n    sides:\n      À gauche\u00a0: l'un\n"
        "      “Droite”: l'autre\n"
        "  pas:\n    sequence: Les pas\n    steps:\n      - source\u00a0:\u00a0un\n      - – deux\n"
    )
    put(facts)
    assert run("check").exit_code == 0
    assert fixed() == facts


@pytest.mark.parametrize("char", ["\u200c", "\u200d"])
def test_what_spells_words_stays(char: str) -> None:
    facts = f"  می{char}خواهم:\n    term: 👩🏽{char}🌾\n    means: x{char}y\n    tags: [a{char}b]\n"
    put(facts)
    assert run("check", "--strict").exit_code == 0
    assert fixed() == facts
    put(facts.replace("خواهم:", "خواهم_Z:"))
    assert fixed() == facts.replace("خواهم:", "خواهم-z:")


def test_an_id_with_a_decomposed_accent_is_the_same_id() -> None:
    good = "  dîme: {term: dîme, means: x}\n  clé: {term: clé, means: y, was: été}\n"
    put("  dîme: {term: dîme, means: x}\n  été: {term: clé, means: y}\n")
    assert run("build").exit_code == 0
    put(unicodedata.normalize("NFD", good))
    told = re.findall(r"error\[(.*?)\] (.*)", run("check").stderr)
    assert [check for check, _ in told] == ["bad-id"] * 3
    assert all("an accent" in message for _, message in told)
    after = fixed()
    assert unicodedata.normalize("NFC", after) == good
    assert re.findall(r"^  (\S+):|was: (\w+)", after, re.MULTILINE) == [
        ("dîme", ""), ("clé", ""), ("", "été"),
    ]  # fmt: skip
    assert "0 new" in run("build").stdout
    assert "1 changed" in run("build").stdout or "0 changed" in run("build").stdout


def test_accents_of_values_are_left_as_they_are_typed() -> None:
    facts = "  a:\n    ask: Qui paie la dîme?\n    answer: le tiers état\n"
    put(unicodedata.normalize("NFD", facts))
    assert run("check").exit_code == 0
    assert fixed() == unicodedata.normalize("NFD", facts)


def test_soft_hyphens_in_texts_are_taken_out() -> None:
    put(
        "  a:\n    ask: Who was the presi\u00addent in nine\u00adteen sixty-two?\n"
        '    answer: "x\\xADy"\n'
    )
    assert "warning[unseen-character]" in run("check").stderr
    assert fixed() == (
        '  a:\n    ask: Who was the president in nineteen sixty-two?\n    answer: "x\\xADy"\n'
    )


def test_blanks_that_were_published_keep_their_histories() -> None:
    text = "  a:\n    cloze: The ==presi\u00addent== sat in the ==White\u00ad House==.\n"
    put(text)
    assert run("build").exit_code == 0
    assert fixed() == text
    assert "warning[unseen-character]" in run("check").stderr


def test_what_is_read_otherwise_keeps_its_length() -> None:
    text = HEAD + re.sub("(?<=\\w): ", "\u00a0:\u00a0", GOOD).replace("-", "–") + "\ufeff# x\n"
    plain, slips = characters.read_as(text, KNOWN_KEYS)
    assert len(plain) == len(text)
    assert slips
    assert characters.read_as(plain, KNOWN_KEYS) == (plain, [])
    document, problems = tree.parse(text.encode(), "x", KNOWN_KEYS)
    assert document.file.shown == text
    assert len(problems) == len(slips)
