"""Locks that earlier versions wrote go on: what was published stays as it is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import DECK, sound
from crisis_cards import pipeline
from crisis_cards.cards import notes
from crisis_cards.commands import main
from crisis_cards.format.dates import Dated
from crisis_cards.release.plan import Release
from crisis_cards.yaml.tree import Text

NOW, LATER = 1_790_000_000, 1_790_864_000
LOCKS = Path(__file__).parent / "locks"
FIRST = LOCKS / "version-1"  # four releases of version 1
DRAWINGS = LOCKS / "version-1-drawings"  # one, of what that version drew otherwise than this one
FACTS = """\
  who: {ask: Who spoke?, answer: Kennedy}
  excomm: {term: ExComm, means: a committee of advisers}
  left: {cloze: The ==Soviets== left ==Cuba==}
  path: {sequence: From the flight on, steps: [a flight, a photograph, a speech]}
  kept: {ask: Which card goes and comes back?, answer: This one}
"""

_SOURCE = 7  # the word of an entry's line that version 1 did not have


def as_first(text: str) -> str:
    """The text of a lock as version 1 wrote it."""
    head, *lines = text.removesuffix("\n").split("\n\n")
    assert head == "crisis-cards lock 2"
    older = ["crisis-cards lock 1"]
    for line in lines:
        if re.match(r"parts \S+wording ", line):
            continue
        words = line.split(" ")
        if words[0] in ("note", "gone", "stray"):
            del words[_SOURCE]
        if words[0] == "deck":
            del words[2:]
        older.append(" ".join(words))
    return "\n\n".join(older) + "\n"


def sources(text: str) -> dict[str, str]:
    """The hash of what was written for each note that is published, by its key."""
    lines = (line.split(" ") for line in text.splitlines())
    return {words[1]: words[_SOURCE] for words in lines if words[0] == "note"}


def but_types(text: str) -> list[str]:
    """The lines of a lock but for those of note types: their looks may change."""
    return [line for line in text.splitlines() if not line.startswith("type ")]


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Author:
    """Somebody who published a deck with version 1, and goes on with this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "decks" / "deck"
        self.folder.mkdir(parents=True)
        self.package = folder / "dist" / "deck.apkg"
        self.lock = self.folder / "deck.lock"
        (self.folder / "deck.yaml").write_text(DECK)
        self.write("  gone: {ask: Which card goes?, answer: This one}\n" + FACTS)
        self.build(NOW - 86_400)
        self.write(FACTS)
        self.published = self.build(NOW)
        self.lock.write_text(as_first(self.lock.read_text()))

    def write(self, facts: str) -> None:
        (self.folder / "one.yaml").write_text(f"section: S\nsource: book\nfacts:\n{facts}")

    def deck(self) -> pipeline.Deck:
        return sound(pipeline.read(self.folder))

    def build(self, now: int = LATER) -> Release:
        built = pipeline.write(self.deck(), self.package, now)
        assert built is not None
        return built.release


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRISIS_CARDS_CACHE", "")
    return Author(Path())


def settled(release: Release) -> bool:
    """Whether a release gives learners nothing."""
    return not (
        release.new
        or release.changed
        or release.redrawn
        or release.new_types
        or release.emptied
        or release.ambiguous
    )


# a lock that version 1 itself wrote


def test_every_note_of_every_kind_stays_the_note_that_it_was(tmp_path: Path) -> None:
    """Of types, only their shape is for ever. And should a later version draw these facts
    otherwise, it sends them once, as it cannot know what was written for them: `changed` may have
    them then, with their GUIDs, ids and numbers as they are here.
    """
    folder = Path(shutil.copytree(FIRST, tmp_path / "deck"))
    before = (folder / "deck.lock").read_text()
    built = pipeline.write(sound(pipeline.read(folder)), tmp_path / "deck.apkg", LATER)
    assert built is not None
    made, after = built.release, (folder / "deck.lock").read_text()
    published = [line.split(" ") for line in before.splitlines() if line.startswith("note ")]
    assert {(note.key, note.guid, str(note.mod), str(note.id)) for note in made.notes} == {
        (key, guid, mod, note_id) for _, key, guid, mod, note_id, *_ in published
    }
    assert len(made.notes) == 22
    assert (made.new, made.changed, made.redrawn) == ((), (), ())
    assert (made.emptied, made.ambiguous) == ({}, {})
    assert {(key, entry.guid) for key, entry in made.vanished} == {
        (words[1], words[2])
        for words in map(str.split, before.splitlines())
        if words[:1] in (["gone"], ["stray"])
    }

    assert after.startswith("crisis-cards lock 2\n")
    assert but_types(as_first(after)) == but_types(before), "nothing but the sources is new"
    assert all(source != "-" for source in sources(after).values())
    again = pipeline.write(sound(pipeline.read(folder)), tmp_path / "deck.apkg", LATER + 9)
    assert again is not None
    assert settled(again.release)
    assert (folder / "deck.lock").read_text() == after


DRAWN_OTHERWISE = {"days/when", "long/ask", "told/cloze", "song/ask", "broken/ask"}


def built(folder: Path, *, rerender: bool = False) -> Release:
    deck = sound(pipeline.read(folder))
    made = pipeline.write(deck, folder / "deck.apkg", LATER, rerender=rerender)
    assert made is not None
    return made.release


def test_what_the_first_version_drew_otherwise_stays_as_it_is(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DRAWINGS, tmp_path / "deck"))
    before = (folder / "deck.lock").read_text()
    made = built(folder)
    assert (made.new, made.changed, set(made.redrawn)) == ((), (), DRAWN_OTHERWISE)
    after = as_first((folder / "deck.lock").read_text())
    assert but_types(after) == but_types(before), "nothing but the sources is new"
    assert set(built(folder).redrawn) == DRAWN_OTHERWISE


def test_what_the_first_version_drew_otherwise_changes_with_its_text(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DRAWINGS, tmp_path / "deck"))
    facts = folder / "1-drawn.yaml"
    facts.write_text(facts.read_text().replace("then they wrote", "and then they wrote"))
    made = built(folder)
    assert (made.new, made.changed) == ((), ("told/cloze",))
    assert set(made.redrawn) == DRAWN_OTHERWISE - {"told/cloze"}


def test_what_the_first_version_drew_otherwise_can_be_sent_to_all(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DRAWINGS, tmp_path / "deck"))
    assert set(built(folder, rerender=True).changed) == DRAWN_OTHERWISE
    made = built(folder)
    assert (made.new, made.changed, made.redrawn) == ((), (), ())


# a lock of version 1 beside a deck that is as it was published


def test_the_next_build_changes_nothing_and_adds_the_sources(author: Author) -> None:
    before, package = author.lock.read_text(), author.package.read_bytes()
    made = author.build()
    assert settled(made)
    assert made.notes == author.published.notes
    assert set(made.unchanged) == {note.key for note in made.notes}
    assert author.package.read_bytes() == package, "a learner would get the same package"
    after = author.lock.read_text()
    assert as_first(after) == before
    assert sources(after).keys() == {note.key for note in made.notes}
    assert "-" not in sources(after).values()
    (gone,) = (line for line in after.splitlines() if line.startswith("gone "))
    assert gone.split(" ")[_SOURCE] == "-", "nobody knows what was written for it"
    assert author.build(LATER + 9).lock == made.lock
    assert author.lock.read_text() == after


def test_locked_takes_the_lock_as_it_is_and_leaves_it(author: Author) -> None:
    author.package.unlink()
    before = files(author.folder)
    built = pipeline.write(author.deck(), author.package, LATER, locked=True)
    assert built is not None
    assert settled(built.release)
    assert files(author.folder) == before
    package = author.package.read_bytes()
    author.build()
    assert author.package.read_bytes() == package
    assert pipeline.write(author.deck(), author.package, LATER, locked=True), "with sources too"


def test_locked_on_the_command_line(author: Author) -> None:
    before = files(author.folder)
    done = CliRunner().invoke(main, ["build", "--locked", "--format", "json"])
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert (record["new"], record["changed"], record["unchanged"]) == (0, 0, 8)
    assert "redrawn" not in record
    assert files(author.folder) == before
    said = CliRunner().invoke(main, ["diff"])
    assert said.stdout == "deck: 8 unchanged\n"
    assert files(author.folder) == before


CHANGES: list[Callable[[str], str]] = [
    lambda facts: facts.replace("Kennedy", "John F. Kennedy"),
    lambda facts: facts.replace("==Cuba==", "Cuba"),
    lambda facts: facts.replace("a flight, ", ""),
    lambda facts: facts.replace("answer: This one", "answer: This one, tags: [x]"),
    lambda facts: facts.replace("  who: {", "  speaker: {was: who, "),
    lambda facts: "".join(facts.splitlines(keepends=True)[:-1]),
    lambda facts: facts + "  more: {ask: What is new?, answer: A card}\n",
    lambda facts: facts + "  gone: {ask: Which card goes?, answer: This one}\n",
]


@pytest.mark.parametrize("change", CHANGES)
def test_locked_refuses_what_would_change_such_a_lock(
    author: Author, change: Callable[[str], str]
) -> None:
    author.write(change(FACTS))
    author.package.unlink()
    before = files(Path())
    assert pipeline.write(author.deck(), author.package, LATER, locked=True) is None
    done = CliRunner().invoke(main, ["build", "--locked"])
    assert done.exit_code == 1
    assert "deck.lock is not up to date" in done.stderr
    assert files(Path()) == before


# a lock of version 1 beside a deck that was edited


def test_what_differs_from_such_a_lock_counts_as_changed_and_once(author: Author) -> None:
    author.write(FACTS.replace("Kennedy", "John F. Kennedy"))
    made = author.build()
    assert (made.new, made.changed, made.redrawn) == ((), ("who/ask",), ())
    assert {note.key: (note.guid, note.id) for note in made.notes} == {
        note.key: (note.guid, note.id) for note in author.published.notes
    }
    assert {note.key: note.mod for note in made.notes} == {
        **{note.key: note.mod for note in author.published.notes},
        "who/ask": LATER,
    }
    assert "-" not in sources(author.lock.read_text()).values()
    assert settled(author.build(LATER + 9))


def test_so_does_what_this_version_draws_otherwise(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a source, nobody can tell it from an edit."""
    text = notes._Scene.text

    def bold(scene: notes._Scene, value: Text | Dated | None, *_: object) -> str:
        return f"<b>{text(scene, value)}</b>" if value else ""

    monkeypatch.setattr(notes._Scene, "text", bold)
    made = author.build()
    assert set(made.changed) == {note.key for note in made.notes} - {"left/cloze"}
    assert made.redrawn == ()
    assert settled(author.build(LATER + 9))


def test_a_note_that_left_comes_back_as_itself_and_gains_its_source(author: Author) -> None:
    (gone,) = (line for line in author.lock.read_text().splitlines() if line.startswith("gone "))
    author.write(FACTS + "  gone: {ask: Which card goes?, answer: This one}\n")
    made = author.build()
    assert settled(made)
    (back,) = (note for note in made.notes if note.key == "gone/ask")
    assert [back.guid, str(back.mod), str(back.id)] == gone.split(" ")[2:5]
    assert sources(author.lock.read_text())["gone/ask"] != "-"


def test_numbers_and_former_ids_go_on(author: Author) -> None:
    facts = FACTS.replace("The ==Soviets== left ==Cuba==", "Then ==they== left ==Cuba==")
    author.write(facts.replace("  who: {", "  speaker: {was: who, "))
    made = author.build()
    assert (made.new, made.changed) == ((), ("left/cloze",))
    assert made.ambiguous == {"left/cloze": (1,)}
    sentence = next(note.fields for note in made.notes if note.key == "left/cloze")
    assert sentence.startswith("Then {{c3::they}} left {{c2::Cuba}}")
    guids = {note.key: note.guid for note in author.published.notes}
    assert {note.key: note.guid for note in made.notes if note.key != "speaker/ask"} == {
        key: guid for key, guid in guids.items() if key != "who/ask"
    }
    (speaker,) = (note for note in made.notes if note.key == "speaker/ask")
    assert speaker.guid == guids["who/ask"]
    again = author.build(LATER + 9)
    assert settled(again)
    assert again.lock == made.lock


def test_lines_of_both_versions_go_on_where_git_merged_them(author: Author) -> None:
    """Someone else, whose tool is older, changed a fact on a branch."""
    older = author.lock.read_text()
    author.build()
    newer = author.lock.read_text()
    line = next(line for line in newer.splitlines() if line.startswith("note who/ask "))
    theirs = next(line for line in older.splitlines() if line.startswith("note who/ask "))
    author.lock.write_text(newer.replace(line, theirs))
    assert settled(author.build(LATER + 9))
    assert author.lock.read_text() == newer


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_ends_of_lines_do_not_matter(author: Author, end: str) -> None:
    before = author.lock.read_text()
    with author.lock.open("w", newline=end) as file:
        file.write(before)
    kept = author.lock.read_bytes()
    assert pipeline.write(author.deck(), author.package, LATER, locked=True)
    assert author.lock.read_bytes() == kept
    assert settled(author.build())
    assert as_first(author.lock.read_text()) == before
