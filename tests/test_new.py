"""crisis-cards new: a deck that builds, in the place that its name means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conftest import run
from crisis_cards import pipeline
from crisis_cards.format import folders
from crisis_cards.format.kinds import BUILT_IN
from crisis_cards.format.shape import plain
from crisis_cards.yaml import tree
from real_anki import cards, collection, empty_cards, import_package


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_new_deck_is_clean_and_the_real_anki_takes_it(tmp_path: Path) -> None:
    made = run("new", "French Revolution")
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout.splitlines() == [
        "decks/french-revolution/1-first-section.yaml",
        "decks/french-revolution/deck.yaml",
        "Edit them, and see what is wrong with: crisis-cards check decks/french-revolution",
    ]
    assert run("check", "--strict").exit_code == 0
    assert run("build", "--strict").exit_code == 0
    project = pipeline.read(Path("decks/french-revolution"))
    assert project.deck is not None
    kinds = [fact.kind for section in project.sections for fact in section.facts]
    assert len(kinds) == len(set(kinds)) >= len(BUILT_IN) - 3
    with collection(tmp_path) as col:
        imported = import_package(col, Path("dist/french-revolution.apkg"))
        assert imported.new == imported.found > len(kinds)
        assert len(cards(col)) > len(kinds)
        assert empty_cards(col) == 0


def test_the_files_are_right_by_the_schema_that_they_name() -> None:
    run("new", "French Revolution")
    folder = Path("decks/french-revolution")
    for path in [folder / "deck.yaml", *folders.section_files(folder)]:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        mark = "# yaml-language-server: $schema="
        assert first.startswith(mark)
        named = json.loads((folder / first.removeprefix(mark)).read_text(encoding="utf-8"))
        root = tree.read(path)[0].root
        assert root is not None
        Draft202012Validator(named).validate(plain(root))


@pytest.mark.parametrize(
    ("name", "folder", "title"),
    [
        ("French Revolution", "decks/french-revolution", "French Revolution"),
        ("french-revolution", "decks/french-revolution", "French Revolution"),
        ("History::The Fall of Rome", "decks/the-fall-of-rome", "History::The Fall of Rome"),
        ("Révolution française", "decks/révolution-française", "Révolution française"),
        ("lessons/rome", "lessons/rome", "Rome"),
        ("./Rome & Carthage", "rome-carthage", "Rome & Carthage"),
        ("decks/rome/", "decks/rome", "Rome"),
        ("Crisis: 1962 # a year", "decks/crisis-1962-a-year", "Crisis: 1962 # a year"),
        ('The "Thirteen Days"', "decks/the-thirteen-days", 'The "Thirteen Days"'),
        ("no", "decks/no", "No"),
        ("1962", "decks/1962", "1962"),
        ("第二次世界大戦", "decks/第二次世界大戦", "第二次世界大戦"),
    ],
)
def test_what_a_name_means(name: str, folder: str, title: str) -> None:
    assert run("new", name).exit_code == 0
    project = pipeline.read(Path(folder))
    assert project.problems == ()
    assert project.deck is not None
    assert (project.deck.settings.name, project.deck.settings.id) == (title, Path(folder).name)


@pytest.mark.parametrize("name", ["???", "", " ", "..", "/", "a::", "a\x1bb", "./"])
def test_a_name_that_no_deck_can_have(name: str) -> None:
    before = sorted(Path().rglob("*"))
    result = run("new", name)
    assert result.exit_code == 2
    assert "write a word or a title in letters" in result.stderr
    assert sorted(Path().rglob("*")) == before


def test_a_title_needs_no_quotes() -> None:
    assert run("new", "French", "Revolution").exit_code == 0
    assert Path("decks/french-revolution/deck.yaml").is_file()


def test_what_is_there_already_stays() -> None:
    Path("decks/rome").mkdir(parents=True)
    Path("decks/rome/notes.txt").write_text("mine")
    result = run("new", "Rome")
    assert result.exit_code == 2
    assert "decks/rome is there already: choose another name" in result.stderr
    assert [path.name for path in Path("decks/rome").iterdir()] == ["notes.txt"]


def test_a_kind_of_ones_own_is_begun(tmp_path: Path) -> None:
    run("new", "Words")
    made = run("new", "--kind", "word", "decks/words")
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout.splitlines()[0] == "decks/words/types/word/type.yaml"
    section = Path("decks/words/1-first-section.yaml")
    with section.open("a", encoding="utf-8") as file:
        file.write("  boat: {word: boat, meaning: a small ship}\n")
    assert run("check", "--strict").stdout.startswith("1 deck")
    assert run("build", "--strict").exit_code == 0
    schemas = Path("decks/words/.schema")
    typed = Path("decks/words/types/word/type.yaml")
    first = typed.read_text(encoding="utf-8").splitlines()[0]
    named = typed.parent / first.removeprefix("# yaml-language-server: $schema=")
    for path, schema in ((typed, named), (section, schemas / "section.json")):
        validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
        root = tree.read(path)[0].root
        assert root is not None
        assert validator.is_valid(plain(root))
    with collection(tmp_path) as col:
        import_package(col, Path("dist/words.apkg"))
        assert empty_cards(col) == 0


@pytest.mark.parametrize("kind", ["place", "source", "question", "Word", "two words", "id", "9"])
def test_a_kind_cannot_have_every_name(kind: str) -> None:
    run("new", "Words")
    refused = run("new", "--kind", kind, "decks/words")
    assert refused.exit_code == 2
    assert f'no kind can be called "{kind}"' in refused.stderr
    assert not Path("decks/words/types").exists()


def test_a_kind_needs_a_deck_and_a_name_that_is_free() -> None:
    assert "is no deck" in run("new", "--kind", "word", "decks/words").stderr
    run("new", "Words")
    run("new", "--kind", "word", "decks/words")
    assert "is there already" in run("new", "--kind", "word", "decks/words").stderr
