"""A version that draws notes otherwise: learners keep theirs until an author says more."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import CliRunner

from conftest import DECK, fields, sound
from crisis_cards import pipeline, rehearsal
from crisis_cards.cards import notes
from crisis_cards.commands import main
from crisis_cards.format.dates import Dated
from crisis_cards.release.plan import Release
from crisis_cards.targets import apkg
from crisis_cards.yaml.tree import Text
from real_anki import (
    card_rows,
    collection,
    dirty_rows,
    import_guids,
    import_package,
    note_rows,
    rendered,
    snapshot,
    study,
    synchronise,
)

NOW, LATER = 1_790_000_000, 1_790_864_000
FACTS = """\
  who: {ask: Who spoke?, answer: Kennedy}
  excomm: {term: ExComm, means: a committee of advisers}
  left: {cloze: The ==Soviets== left ==Cuba==}
"""
REDRAWN = ("who/ask", "excomm/meaning", "excomm/term")  # all but the cloze
NEW = '<span class="new">'


class Author:
    """Somebody who published a deck, then gets another version of the tool."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.folder, self.package = Path("decks/deck"), Path("dist/deck.apkg")
        self.folder.mkdir(parents=True)
        (self.folder / "deck.yaml").write_text(DECK)
        self.write(FACTS)
        self.published = self.build(NOW)
        self.former = Path("former.apkg")
        self.former.write_bytes(self.package.read_bytes())
        self.lock = (self.folder / "deck.lock").read_text()

    def write(self, facts: str) -> None:
        (self.folder / "one.yaml").write_text(f"section: S\nsource: book\nfacts:\n{facts}")

    def deck(self) -> pipeline.Deck:
        return sound(pipeline.read(self.folder))

    def build(self, now: int = LATER, *, rerender: bool = False) -> Release:
        built = pipeline.write(self.deck(), self.package, now, rerender=rerender)
        assert built is not None
        return built.release

    def update(self) -> None:
        """From now on, what cards ask and answer has a class of its own."""
        text = notes._Scene.text

        def classed(scene: notes._Scene, value: Text | Dated | None, *_: object) -> str:
            return f"{NEW}{text(scene, value)}</span>" if value else ""

        self.patch.setattr(notes._Scene, "text", classed)


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRISIS_CARDS_CACHE", "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LATER))
    return Author(monkeypatch)


def mods(release: Release) -> dict[str, int]:
    return {note.key: note.mod for note in release.notes}


def said(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def drawn_anew(texts: dict[str, str]) -> set[str]:
    """The GUIDs of those notes that have the new drawing."""
    return {guid for guid, text in texts.items() if NEW in text}


def in_package(package: Path) -> dict[str, str]:
    return {guid: note.fields for guid, note in apkg.read(package).items()}


def in_anki(col: Collection) -> dict[str, str]:
    return {row.guid: row.flds for row in note_rows(col)}


def guids(release: Release, *keys: str) -> set[str]:
    return {note.guid for note in release.notes if note.key in keys}


# without a word of the author's


def test_no_note_is_sent_and_the_package_has_the_new_drawing(author: Author) -> None:
    author.update()
    made = author.build()
    assert (made.new, made.changed, made.redrawn) == ((), (), REDRAWN)
    assert set(made.unchanged) == set(mods(made))
    assert mods(made) == mods(author.published)
    assert (author.folder / "deck.lock").read_text() == author.lock
    assert drawn_anew(in_package(author.former)) == set()
    assert drawn_anew(in_package(author.package)) == guids(made, *REDRAWN)
    assert author.build(LATER + 9).redrawn == REDRAWN, "as long as learners have the old one"


def test_a_rehearsal_takes_such_a_package_for_no_older_one(author: Author) -> None:
    """Its notes have the times that learners have, and other texts."""
    author.update()
    author.build()
    report = rehearsal.rehearse(author.package, author.former)
    assert (report.unchanged, report.ahead, report.kept, report.missed) == (4, (), (), ())
    assert "older" not in rehearsal.text(report)


def test_it_is_said(author: Author) -> None:
    author.update()
    built = said("build")
    assert "  0 new, 0 changed, 4 unchanged, 0 removed\n" in built
    assert (
        "  3 notes drawn otherwise by this version: "
        "learners keep theirs; to send them to all: build --rerender\n"
    ) in built
    record = json.loads(said("build", "--format", "json"))
    assert (record["changed"], record["unchanged"], record["redrawn"]) == (0, 4, 3)
    assert said("diff") == (
        "deck: 4 unchanged\n\n3 notes drawn otherwise by this version: "
        "learners keep theirs; build --rerender sends them to all\n"
    )
    assert json.loads(said("diff", "--format", "json"))["redrawn"] == list(REDRAWN)
    assert "Nothing changes for you." in said("diff", "--format", "markdown")
    said("build", "--locked")
    assert (author.folder / "deck.lock").read_text() == author.lock


def test_it_is_said_again_by_a_build_that_has_nothing_to_do(
    author: Author, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    author.update()
    monkeypatch.setenv("CRISIS_CARDS_CACHE", str(tmp_path / "cache"))
    first = said("build")
    assert "3 notes drawn otherwise by this version" in first
    assert said("build") == first


def test_nothing_is_said_where_nothing_is_drawn_otherwise(author: Author) -> None:
    assert "drawn otherwise" not in said("build") + said("diff")
    assert "redrawn" not in json.loads(said("build", "--format", "json"))


def test_who_has_the_deck_keeps_it_and_who_is_new_gets_the_new_drawing(
    author: Author, tmp_path: Path
) -> None:
    author.update()
    made = author.build()
    for name in ("learner", "new"):
        (tmp_path / name).mkdir()
    with collection(tmp_path / "learner") as col:
        import_package(col, author.former)
        study(col)
        synchronise(col)
        before = snapshot(col)
        log = import_package(col, author.package)
        assert (log.new, log.updated, log.conflicting, log.duplicate) == (0, 0, 0, 4)
        assert snapshot(col) == before
        assert set(dirty_rows(col).values()) == {0}
        assert not drawn_anew(in_anki(col))
    with collection(tmp_path / "new") as col:
        log = import_package(col, author.package)
        assert (log.new, log.found) == (4, 4)
        assert drawn_anew(in_anki(col)) == guids(made, *REDRAWN)
        shown = {guid for (guid, _), (front, _) in rendered(col).items() if NEW in front}
        assert shown == guids(made, *REDRAWN)


# with --rerender


def test_rerender_sends_them_all(author: Author, tmp_path: Path) -> None:
    author.update()
    author.build(LATER - 9)
    made = author.build(rerender=True)
    assert (made.new, made.changed, made.redrawn) == ((), REDRAWN, ())
    assert mods(made) == {**mods(author.published), **dict.fromkeys(REDRAWN, LATER)}
    assert [note.guid for note in made.notes] == [note.guid for note in author.published.notes]
    assert [note.id for note in made.notes] == [note.id for note in author.published.notes]
    with collection(tmp_path) as col:
        import_package(col, author.former)
        study(col)
        cards, reviews = card_rows(col), snapshot(col)["revlog"]
        log = import_guids(col, author.package)
        assert log["updated"] == guids(made, *REDRAWN)
        assert log["duplicate"] == guids(made, "left/cloze")
        assert not log["new"] | log["conflicting"]
        assert drawn_anew(in_anki(col)) == guids(made, *REDRAWN)
        assert card_rows(col) == cards
        assert snapshot(col)["revlog"] == reviews
    again = author.build(LATER + 9)
    assert (again.changed, again.redrawn) == ((), ())
    assert mods(again) == mods(made)


def test_rerender_on_the_command_line(author: Author) -> None:
    author.update()
    done = CliRunner().invoke(main, ["build", "--rerender", "--locked"])
    assert done.exit_code == 1, "it would change the lock"
    assert (author.folder / "deck.lock").read_text() == author.lock
    built = said("build", "--rerender")
    assert "  0 new, 3 changed, 1 unchanged, 0 removed\n" in built
    assert "drawn otherwise" not in built
    assert "  0 new, 0 changed, 4 unchanged, 0 removed\n" in said("build")


def test_rerender_without_another_drawing_changes_nothing(author: Author) -> None:
    package = author.package.read_bytes()
    made = author.build(rerender=True)
    assert (made.changed, made.redrawn) == ((), ())
    assert (author.folder / "deck.lock").read_text() == author.lock
    assert author.package.read_bytes() == package


# with an edit


@pytest.mark.parametrize("built_before", [False, True])
def test_an_edit_sends_its_own_note_and_no_other(
    author: Author, tmp_path: Path, built_before: bool
) -> None:
    author.update()
    if built_before:
        author.build(LATER - 9)
    author.write(FACTS.replace("Kennedy", "John F. Kennedy"))
    made = author.build()
    assert made.changed == ("who/ask",)
    assert set(made.redrawn) == {"excomm/meaning", "excomm/term"}
    assert mods(made) == {**mods(author.published), "who/ask": LATER}
    (who,) = (fields(note) for note in made.notes if note.key == "who/ask")
    assert who[1] == f"{NEW}John F. Kennedy</span>"
    with collection(tmp_path) as col:
        import_package(col, author.former)
        study(col)
        cards = card_rows(col)
        log = import_guids(col, author.package)
        assert log["updated"] == guids(made, "who/ask")
        assert drawn_anew(in_anki(col)) == guids(made, "who/ask")
        assert card_rows(col) == cards
    again = author.build(LATER + 9)
    assert again.changed == ()
    assert set(again.redrawn) == {"excomm/meaning", "excomm/term"}


def test_an_edit_of_what_all_notes_of_a_section_show_sends_them_all(author: Author) -> None:
    author.update()
    path = author.folder / "one.yaml"
    path.write_text(path.read_text().replace("section: S", "section: T"))
    made = author.build()
    assert set(made.changed) == set(mods(made))
    assert made.redrawn == ()


def test_an_edit_that_takes_the_drawing_along_is_told_by_its_words(author: Author) -> None:
    author.update()
    author.write(FACTS.replace("Kennedy", "John F. Kennedy"))
    told = said("diff")
    assert "\n  who/ask: Who spoke?\n" in told
    assert "\n    answer: {+John F.+} Kennedy\n" in told
    assert "2 notes drawn otherwise by this version" in told


def test_the_words_of_the_last_release_are_found_in_git_whoever_drew_them(author: Author) -> None:
    """The package is drawn anew, so its texts are not those that the lock has the hashes of."""
    for line in ("init -q", "add decks", "-c user.name=T -c user.email=t@example.org commit -qm 1"):
        subprocess.run(["git", *line.split()], check=True)
    author.update()
    author.build(LATER - 9)
    author.write(FACTS.replace("Kennedy", "John F. Kennedy"))
    assert said("diff") == (
        "deck: 1 reworded, 3 unchanged\n\nReworded\n"
        "  who/ask: Who spoke?\n    answer: {+John F.+} Kennedy\n\n"
        "2 notes drawn otherwise by this version: "
        "learners keep theirs; build --rerender sends them to all\n"
    )


def test_a_version_that_draws_as_the_one_before_finds_nothing(author: Author) -> None:
    with pytest.MonkeyPatch.context() as patch:
        author.patch = patch
        author.update()
        assert author.build().redrawn == REDRAWN
    made = author.build(LATER + 9)
    assert (made.changed, made.redrawn) == ((), ())
    assert author.package.read_bytes() == author.former.read_bytes()
