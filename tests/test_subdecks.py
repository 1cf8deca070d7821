"""Decks of sections: where cards are, and where they stay when a section is moved."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import CliRunner

import real_anki
from conftest import run
from crisis_cards import pipeline, preview
from crisis_cards.commands import main
from crisis_cards.commands.new import TEMPLATE
from crisis_cards.release import lock as locks

FOLDER = Path("decks", "cuba")
LOCK = FOLDER / "deck.lock"
HEAD = 'deck: "{}"\nid: cuba\ndescription: About Cuba.\nchecks: {{off: [no-source]}}\n'
PRELUDE = """\
facts:
  wrote: {ask: "Who wrote the letter?", answer: Khrushchev}
  read: {ask: "Who read the letter?", answer: Kennedy}
"""
TALKS = """\
facts:
  pledge: {cloze: "Kennedy promised ==no invasion== of ==Cuba==."}
"""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)


def write(
    keys: str = "", prelude: str = "section: Prelude", talks: str = "section: Talks",
    *, name: str = "Cuba", more: str = "",
) -> None:  # fmt: skip
    (FOLDER / "deck.yaml").write_text(f"{HEAD.format(name)}{keys}\n")
    (FOLDER / "1.yaml").write_text(f"{prelude}\n{PRELUDE}{more}")
    (FOLDER / "2.yaml").write_text(f"{talks}\n{TALKS}")


MORE = '  carried: {ask: "Who carried the letter?", answer: Dobrynin}\n'


def build(at: int = 0) -> Path:
    """The package of what is written, as built some seconds after the first release."""
    done = CliRunner().invoke(main, ["build"], env={"SOURCE_DATE_EPOCH": str(1_790_000_000 + at)})
    assert done.exit_code == 0, done.output
    return Path("dist/cuba.apkg").rename(f"{at}.apkg")


def found() -> list[str]:
    """The names of all checks that find something."""
    return [problem["check"] for problem in json.loads(run("check", "--format", "json").stdout)]


def sections() -> set[str]:
    lines = LOCK.read_text().splitlines()
    return {line.removeprefix("section ") for line in lines if line.startswith("section ")}


def decks(col: Collection) -> dict[str, int]:
    """All decks but Anki's own, with their numbers of cards."""
    assert col.db is not None
    held = Counter(col.db.list("SELECT did FROM cards"))
    return {
        deck.name: held[deck.id] for deck in col.decks.all_names_and_ids() if deck.name != "Default"
    }


def is_sound(col: Collection) -> bool:
    """Whether Check Database finds nothing to mend."""
    return col.fix_integrity() == ("Database rebuilt and optimized.", True)


def test_cards_lie_in_the_decks_of_their_sections(tmp_path: Path) -> None:
    write("subdecks: true", talks="section: Talks\ndeck: History::Cuban talks")
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, build())
        assert decks(col) == {
            "Cuba": 0, "Cuba::Prelude": 2, "History": 0, "History::Cuban talks": 2,
        }  # fmt: skip
        about = {name: col.decks.by_name(name)["desc"] for name in decks(col)}  # type: ignore[index]
        assert {name for name, text in about.items() if text} == {"Cuba"}
        assert is_sound(col)
        assert col.db is not None
        in_order = "SELECT n.sfld FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.due, c.ord"
        assert [text.split()[1] for text in col.db.list(in_order)] == [
            "wrote", "read", "promised", "promised",
        ]  # fmt: skip


def test_no_deck_is_left_empty_where_all_cards_lie_elsewhere(tmp_path: Path) -> None:
    write("", "section: Prelude\ndeck: A::B", "section: Talks\ndeck: A::C")
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, build())
        assert decks(col) == {"A": 0, "A::B": 2, "A::C": 2}


AWAY = ("section: Prelude\ndeck: Cuba::Letters", {"prelude Cuba::Letters", "talks Cuba::Talks"})
RETITLED = ("section: The prelude", {"the-prelude Cuba::The prelude", "talks Cuba::Talks"})


@pytest.mark.parametrize(("prelude", "recorded"), [AWAY, RETITLED])
def test_cards_of_a_moved_section_stay_and_new_ones_go_on(
    tmp_path: Path, prelude: str, recorded: set[str]
) -> None:
    write("subdecks: true")
    first = build()
    write("subdecks: true", prelude, more=MORE)
    assert found() == ["moved-section"]
    assert run("build", "--locked").exit_code == 1
    second = build(10)
    assert sections() == recorded
    assert found() == []
    now = next(line.partition(" ")[2] for line in recorded if "talks" not in line)
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, first)
        reviewed = real_anki.cards(col)
        real_anki.study(col)
        reviews = col.db.all("SELECT * FROM revlog ORDER BY id")  # type: ignore[union-attr]
        assert reviews
        log = real_anki.import_package(col, second)
        assert (log.new, log.conflicting) == (1, 0)
        assert decks(col) == {"Cuba": 0, "Cuba::Prelude": 2, "Cuba::Talks": 2, now: 1}
        assert reviewed < real_anki.cards(col)
        assert col.db.all("SELECT * FROM revlog ORDER BY id") == reviews  # type: ignore[union-attr]
        assert is_sound(col)


def test_a_move_alone_changes_no_note(tmp_path: Path) -> None:
    write("subdecks: true")
    first = build()
    write("subdecks: true", AWAY[0])
    assert "0 new, 0 changed, 3 unchanged, 0 removed" in run("build").stdout
    second = build(10)
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, first)
        assert real_anki.import_package(col, second).duplicate == 3


@pytest.mark.parametrize("how", ["subdecks: true", ""])
def test_subdecks_switched_on_or_off_later(tmp_path: Path, how: str) -> None:
    write("" if how else "subdecks: true")
    first = build()
    write(how, more=MORE)
    assert {*found()} == {"moved-section"}
    second = build(10)
    assert found() == []
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, first)
        real_anki.import_package(col, second)
        old = {"Cuba": 4} if how else {"Cuba": 1, "Cuba::Prelude": 2, "Cuba::Talks": 2}
        assert decks(col).items() >= old.items()
        if how:
            assert decks(col)["Cuba::Prelude"] == 1
        assert is_sound(col)
    assert LOCK.read_text().startswith(
        "crisis-cards lock 3\n"
    )  # where they were, is known for ever


def test_a_deck_without_subdecks_has_a_lock_of_the_version_before() -> None:
    write()
    build()
    assert LOCK.read_text().startswith("crisis-cards lock 2\n")
    assert sections() == set()


def test_learners_read_where_a_section_is(tmp_path: Path) -> None:
    write("subdecks: true")
    build()
    write("subdecks: true", AWAY[0])
    text = run("diff").stdout
    assert 'Prelude: "Cuba::Prelude" → "Cuba::Letters" (tag:cuba::prelude)' in text
    (move,) = json.loads(run("diff", "--format", "json").stdout)["moved"]
    assert (move["before"], move["now"]) == ("Cuba::Prelude", "Cuba::Letters")
    notes = run("diff", "--format", "markdown").stdout
    assert "### Sections in another deck (1)" in notes
    assert "`tag:cuba::prelude`" in notes
    assert "Nothing changes" not in notes
    build(10)
    assert '"moved"' not in run("diff", "--format", "json").stdout


def test_other_capitals_and_odd_ends_are_the_same_deck(tmp_path: Path) -> None:
    write("", "section: Prelude\ndeck: Cuba::Prelude")
    first = build()
    write("", 'section: Prelude\ndeck: "Cuba::PRELUDE:"', more=MORE)
    assert found() == []
    second = build(10)
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, first)
        real_anki.import_package(col, second)
        assert decks(col) == {"Cuba": 2, "Cuba::Prelude": 3}


def test_a_renamed_deck_takes_its_subdecks_along(tmp_path: Path) -> None:
    write("subdecks: true")
    first = build()
    write("subdecks: true", name="History::Cuba", more=MORE)
    assert found() == ["renamed-deck"]
    second = build(10)
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, first)
        deck = col.decks.by_name("Cuba")
        assert deck is not None
        col.decks.rename(deck, "History::Cuba")  # as the page of renamed-deck says
        real_anki.import_package(col, second)
        assert decks(col) == {
            "History": 0, "History::Cuba": 0, "History::Cuba::Prelude": 3,
            "History::Cuba::Talks": 2,
        }  # fmt: skip


def test_two_branches_that_moved_one_section() -> None:
    """Git's union keeps both lines: learners of either branch have it where that branch put it."""
    write("subdecks: true")
    build()
    lines = "section prelude Cuba::A\n\nsection prelude Cuba::B\n"
    LOCK.write_text(LOCK.read_text().replace("section prelude Cuba::Prelude\n", lines))
    for one in ("A", "B"):
        write("subdecks: true", f"section: Prelude\ndeck: Cuba::{one}")
        assert found() == []
        assert run("build", "--locked").exit_code == 0
    write("subdecks: true")
    assert found() == ["moved-section"]
    build(10)
    assert sections() == {"prelude Cuba::Prelude", "talks Cuba::Talks"}


def git(*words: str) -> int:
    """Git with nobody's settings."""
    config = Path("empty.gitconfig")
    config.touch()
    own = {"GIT_CONFIG_GLOBAL": str(config.resolve()), "GIT_CONFIG_NOSYSTEM": "1"}
    for name in ("AUTHOR", "COMMITTER"):
        own |= {f"GIT_{name}_NAME": "a", f"GIT_{name}_EMAIL": "a@example.org"}
    command = ["git", "-C", str(FOLDER), *words]
    return subprocess.run(command, env={**os.environ, **own}, check=False).returncode


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize("same", [True, False])
def test_git_merges_two_branches_that_moved_sections(same: bool) -> None:
    """One moves the first section, the other one that, too, or the second one."""
    shutil.copy(TEMPLATE / ".gitattributes", FOLDER)
    write()
    build()
    commit = ("commit", "--quiet", "--all", "--message=x")
    assert not any((git("init", "--quiet", "--initial-branch=main"), git("add", "--all")))
    assert git(*commit) == 0
    for branch, moves in (
        ("a", ("section: Prelude\ndeck: Cuba::A",)),
        ("b", ("section: Prelude\ndeck: Cuba::B",) if same else ("section: Prelude", MOVED)),
    ):
        assert git("checkout", "--quiet", "-b", branch, "main") == 0
        write("", *moves)
        build(10 if branch == "a" else 20)
        assert git(*commit) == 0
    assert (git("merge", "--quiet", "--no-edit", "a") != 0) == same
    if same:
        assert git("checkout", "--quiet", "--theirs", "1.yaml") == 0
    assert found() == []
    assert sections() >= {"prelude Cuba::A"}
    build(30)
    assert sections() == {"prelude Cuba::A", "talks Cuba" if same else "talks Cuba::B"}
    assert found() == []


MOVED = "section: Talks\ndeck: Cuba::B"


def test_a_lock_of_one_branch_with_subdecks_and_one_without_is_read() -> None:
    write("subdecks: true")
    build()
    text = LOCK.read_text()
    both = text.replace("lock 3\n", "lock 2\n\ncrisis-cards lock 3\n")
    lock, problems = locks.parse(both, "deck.lock")
    assert not problems
    assert lock == locks.parse(text, "deck.lock")[0]
    assert lock is not None
    assert locks.render(lock) == text


def test_two_sections_with_one_tag_in_two_decks() -> None:
    write("", "section: A\ntag: s\ndeck: Cuba::A", "section: B\ntag: s\ndeck: Cuba::B")
    build()
    assert sections() == {"s Cuba::A", "s Cuba::B"}
    assert found() == []


def test_a_section_without_a_tag() -> None:
    write("", "section: Prelude\ntag: false\ntags: [letters]", "section: Talks\ntag: false")
    build()
    deck = pipeline.read(FOLDER).deck
    assert deck is not None
    assert {draft.tags for draft in deck.drafts()} == {("letters",), ()}
    assert run("stats").exit_code == 0


def test_a_deck_whose_name_anki_changes_holds_its_subdecks(tmp_path: Path) -> None:
    write(
        "subdecks: true",
        'section: "Causes:"',
        "section: '*Talks* & `{{letters}}`'",
        name="Cuba:",
    )
    assert found() == []
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, build())
        assert decks(col) == {"Cuba": 0, "Cuba::Causes": 2, "Cuba::Talks & {{letters}}": 2}


def test_tags_of_a_section_without_one_are_all_a_facts_own(
    make_deck: Callable[..., pipeline.Project],
) -> None:
    """The preview leaves out the section's tag, which is there or not."""
    text = "section: S\nTAG\nfacts:\n  a: {ask: Q, answer: A, source: book, tags: [one, two]}\n"
    for line in ("tag: false", "tag: s"):
        page = preview.page(make_deck(one=text.replace("TAG", line)))
        assert [card["tags"] for card in page.data["cards"]] == [("one", "two")]
