"""What the next release changes, in words, with old texts from the package or from git."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import DECK
from crisis_cards import pipeline
from crisis_cards.commands import main
from crisis_cards.commands.diff import between
from crisis_cards.release import diff
from crisis_cards.release.diff import Difference

NOW = 1_790_000_000
BEFORE = """\
section: S
facts:
  committee: {term: ExComm, means: a committee of advisers}
  talks: {cloze: "The sides used ==secret== and ==open== channels"}
  gone: {ask: Which card goes?, answer: This one}
  old: {ask: Which card is old?, answer: A}
  tagged: {ask: Which card is tagged?, answer: A}
"""
AFTER = """\
section: S
facts:
  committee: {term: ExComm, means: a group of advisers}
  talks: {cloze: "The sides used ==secret== channels"}
  old: {ask: Which card is old?, answer: A, retired: Wrong.}
  tagged: {ask: Which card is tagged?, answer: A, tags: [x]}
  fresh: {ask: Which card is new?, answer: A}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = Path("decks", "deck")
    folder.mkdir(parents=True)
    (folder / "deck.yaml").write_text(DECK)
    (folder / "one.yaml").write_text(BEFORE)
    built = pipeline.write(deck(folder), Path("dist", "deck.apkg"), NOW)
    assert built is not None
    return folder


def deck(folder: Path) -> pipeline.Deck:
    made = pipeline.read(folder).deck
    assert made is not None
    return made


def difference(folder: Path, text: str = AFTER) -> Difference:
    (folder / "one.yaml").write_text(text)
    files = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    found = between(deck(folder), Path("dist", "deck.apkg"), NOW + 9)
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == files
    return found


def test_every_kind_of_change_has_its_list(folder: Path) -> None:
    found = difference(folder)
    assert [change.key for change in found.new] == ["fresh/ask"]
    assert {c.key for c in found.reworded} == {"committee/meaning", "committee/term", "talks/cloze"}
    assert [change.key for change in found.retagged] == ["tagged/ask"]
    assert [change.key for change in found.retired] == ["old/ask"]
    assert [(note.key, note.name) for note in found.removed] == [("gone/ask", "Which card goes?")]
    assert found.emptied == (("talks/cloze", (2,)),)
    assert found.texts == ("package",)


def test_nothing_changed(folder: Path) -> None:
    found = difference(folder, BEFORE)
    assert diff.text(found) == "deck: 6 unchanged\n"
    assert diff.markdown(found) == "## Test\n\nNothing changes for you.\n"


def test_text(folder: Path) -> None:
    printed = diff.text(difference(folder))
    assert printed.startswith("deck: 1 new, 3 reworded, 1 retagged, 1 retired, 1 removed")
    assert "    answer: a [-committee-] {+group+} of advisers\n" in printed
    assert "    text: The sides used [secret] [-and [open]-] channels\n" in printed
    assert "    tags: +x\n" in printed
    assert "  talks/cloze: number 2\n" in printed


def test_release_notes(folder: Path) -> None:
    notes = diff.markdown(difference(folder))
    assert "- ExComm: a ~~committee~~ **group** of advisers\n" in notes
    assert "### No longer part of the deck (1)" in notes
    assert "Tools → Empty Cards" in notes
    assert "Tags changed on 1 note." in notes


def test_old_texts_come_from_git_where_there_is_no_package(folder: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    git("init", "-q")
    git("add", "decks")
    git("commit", "-qm", "release")
    shutil.rmtree("dist")
    found = difference(folder)
    assert found.texts == ("git",)
    assert [note.name for note in found.removed] == ["Which card goes?"]
    assert "[-committee-] {+group+}" in diff.text(found)


def test_a_package_of_another_release_is_not_believed(folder: Path) -> None:
    (folder / "one.yaml").write_text(BEFORE.replace("committee of advisers", "board"))
    before = (folder / "deck.lock").read_bytes()
    pipeline.write(deck(folder), Path("dist", "deck.apkg"), NOW + 5)
    (folder / "deck.lock").write_bytes(before)
    found = difference(folder)
    changes = {change.key: change.fields for change in found.reworded}
    assert changes["committee/meaning"] is None
    assert changes["talks/cloze"] is not None


def test_neither_package_nor_git(folder: Path) -> None:
    shutil.rmtree("dist")
    found = difference(folder)
    assert found.texts == ()
    printed = diff.text(found)
    assert "Old texts are not known" in printed
    assert "  gone/ask: gone/ask (nid:" in printed


def test_the_command(folder: Path) -> None:
    (folder / "one.yaml").write_text(AFTER)
    runner = CliRunner()
    assert runner.invoke(main, ["diff"]).stdout.startswith("deck: 1 new")
    assert runner.invoke(main, ["diff", "--format", "markdown"]).stdout.startswith("## Test\n")
    record = json.loads(runner.invoke(main, ["diff", "--format", "json"]).stdout)
    assert record["new"][0]["key"] == "fresh/ask"
    assert record["reworded"][0]["fields"][0]["name"] == "answer"
    (folder / "one.yaml").write_text(AFTER.replace("answer: A}", "anser: A}", 1))
    result = runner.invoke(main, ["diff"])
    assert result.exit_code == 1
    assert "error[unknown-key]" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a b c", "a x c", "a [-b-] {+x+} c"),
        ("a", "a b", "a {+b+}"),
        ("", "a", "{+a+}"),
        ("a", "", "[-a-]"),
        ("a b", "a b", "a b"),
    ],
)
def test_words(old: str, new: str, shown: str) -> None:
    assert diff.words(old, new, "[-{}-]", "{{+{}+}}") == shown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a {{c1::b::hint}} {{c2::<em>c</em>}}", "a [b] [c]"),
        ("{{c1::a {{c2::b}}}}", "[a [b]]"),
        ("<p>T</p><ol><li>x</li><li>?</li></ol>", "T x ?"),
        ("a &lt;b&gt; &amp;", "a <b> &"),
    ],
)
def test_plain(html: str, text: str) -> None:
    assert diff.plain(html) == text
