"""Which folders are decks, which files are sections, and what only looks like it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import crisis_cards
from conftest import DECK, run
from crisis_cards import pipeline
from crisis_cards.api import Values
from crisis_cards.format.folders import find, is_deck, section_files, unread

SECTION = "section: S\nsource: book\nfacts:\n  excomm: {term: ExComm, means: advisers}\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*paths: str) -> None:
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        is_deck_file = path.name.lower().startswith("deck.")
        path.write_text(f"{DECK}id: {path.parent.name}-id\n" if is_deck_file else SECTION)


def deck(folder: str, name: str = "deck.yaml") -> None:
    write(f"{folder}/{name}", f"{folder}/1.yaml")


# decks


def test_decks_are_found_at_any_depth(place: Path) -> None:
    for folder in ("b", "history/cuba", "history/cuba/inner", "media", ".git/d", "b/media/e"):
        deck(f"decks/{folder}")
    write("decks/notes.yaml", "decks/history/deck.yaml.bak", "decks/b/more/2.yaml")
    found = [path.relative_to("decks").as_posix() for path in find(Path("decks"))]
    assert found == ["b", "history/cuba", "history/cuba/inner", "media"]
    assert [path.name for path in find(Path("decks"), 1)] == ["b", "media"]
    assert find(Path("nowhere")) == []


def test_every_command_takes_them(place: Path) -> None:
    deck("decks/history/cuba")
    assert run("check").output == "1 deck, 1 fact: no problems\n"
    assert run("build").exit_code == 0
    assert Path("dist/cuba.apkg").is_file()
    assert run("diff").stdout == "cuba-id: 2 unchanged\n"
    assert run("stats").exit_code == 0


def test_two_decks_of_one_name_would_take_each_others_package(place: Path) -> None:
    deck("decks/history/cuba")
    deck("decks/geography/cuba")
    said = run("build")
    assert said.exit_code == 2
    assert "would both be built as cuba.apkg" in said.stderr


@pytest.mark.parametrize("name", ["check", "build", "diff", "stats"])
def test_in_its_folder_a_deck_needs_no_name(
    place: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    deck("decks/cuba")
    monkeypatch.chdir("decks/cuba")
    assert run(name).exit_code == 0
    assert Path("dist/cuba.apkg").is_file() == (name == "build")


def test_where_there_is_no_deck_nothing_is_looked_for(place: Path) -> None:
    deck("somewhere/below")
    said = run("check")
    assert said.exit_code == 2
    assert "there is no deck here" in said.stderr


@pytest.mark.parametrize("name", ["deck.yml", "Deck.yaml", "deck.yaml.txt", "DECK.YML.TXT"])
@pytest.mark.parametrize("asked", [(), ("decks/one",)])
def test_what_was_meant_for_a_deck_file_is_named(
    place: Path, name: str, asked: tuple[str, ...]
) -> None:
    deck("decks/one", name)
    deck("decks/two")
    if Path("decks/one/deck.yaml").exists():
        pytest.skip("to this system, it is the same name")
    said = run("check", *asked)
    assert said.exit_code == 1
    assert said.stderr.count("error[") == 1
    assert f"hint: rename {name} to deck.yaml" in said.stderr
    assert ("Windows" in said.stderr) == name.lower().endswith(".txt")
    assert run("build").exit_code == 1
    assert sorted(path.name for path in Path("dist").iterdir()) == ["two.apkg"], "all others are"


def test_sections_without_a_deck_file_are_named(place: Path) -> None:
    write("decks/one/1.yaml", "decks/one/more/2.yaml")
    deck("decks/two")
    Path("decks/other").mkdir()
    Path("decks/other/list.yaml").write_text("on: push\n")
    said = run("check")
    assert said.exit_code == 1
    assert said.stderr.count("error[") == 1
    assert "decks/one/deck.yaml:1:1: error[unreadable-file]" in said.stderr
    assert "hint: write one, with the line: deck: its name" in said.stderr


def test_a_section_may_be_called_as_a_deck_file_is_not(place: Path) -> None:
    write("one/deck.yaml", "one/1.yaml")
    Path("one/deck.yml").write_text(SECTION.replace("excomm", "other"))
    assert [path.name for path in section_files(Path("one"))] == ["1.yaml", "deck.yml"]
    assert pipeline.read(Path("one")).deck is not None


# files


def names(folder: str) -> list[str]:
    return [found.path.relative_to(folder).as_posix() for found in unread(Path(folder))]


def test_what_is_read_or_is_no_part_of_a_deck_is_not_named(place: Path) -> None:
    deck("one")
    write("one/media/a.yaml", "one/types/t/type.yaml", "one/.schema/a.yaml", "one/.b.yaml.txt")
    write("one/inner/deck.yaml", "one/inner/more/2.yaml", "one/1.yaml~", "one/1.yaml.bak")
    for name in ("readme.txt", "theme.css", "print.css", "docs/ci.yaml", "images/list.txt"):
        Path("one", name).parent.mkdir(exist_ok=True)
        Path("one", name).write_text("on: push\n")
    assert names("one") == []


def test_all_that_is_not_read_is_named(place: Path) -> None:
    deck("one")
    write("one/2.yml.txt", "one/Deck.Lock.txt", "one/a/b/3.yaml", "one/a/4.YML", "one/Media/5.yaml")
    write("one/deck.yaml.TXT", "one/pictures/old/a.PNG")
    assert set(names("one")) == {
        "2.yml.txt", "Deck.Lock.txt", "a/b/3.yaml", "a/4.YML", "Media", "Media/5.yaml",
        "deck.yaml.TXT", "pictures",
    }  # fmt: skip


def test_pictures_beside_the_folder_for_them_may_be_anything(place: Path) -> None:
    deck("one")
    write("one/media/a.png", "one/images/a.png")
    assert names("one") == []


def test_a_deck_of_python_values_reads_no_files(place: Path) -> None:
    write("one/2.yaml.txt", "one/a/3.yaml")
    fact: Values = {"term": "ExComm", "means": "advisers", "source": "book"}
    sources: Values = {"book": {"title": "A Book"}}
    sections: dict[str, dict[str, Values]] = {"s": {"section": "S", "facts": {"excomm": fact}}}
    made = crisis_cards.make("one", {"deck": "One", "sources": sources}, sections)
    assert made.problems == ()


def test_it_can_be_switched_off(place: Path) -> None:
    deck("one")
    write("one/2.yaml.txt")
    (found,) = json.loads(run("check", "one", "--format", "json").stdout)
    assert found["check"] == "not-read"
    path = Path("one/deck.yaml")
    path.write_text(path.read_text() + "checks: {off: [not-read]}\n")
    assert run("check", "--strict", "one").exit_code == 0


def test_a_folder_without_anything_is_no_deck(place: Path) -> None:
    Path("empty").mkdir()
    assert not is_deck(Path("empty"))
    assert not is_deck(Path("nowhere"))
    assert "holds no deck.yaml" in run("check", "empty").stderr
