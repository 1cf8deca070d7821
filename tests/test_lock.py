"""The lock: what was published, and what the next release makes of it."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from conftest import DECK, fields, sound
from crisis_cards import pipeline
from crisis_cards.release import plan
from crisis_cards.release.plan import Release

NOW = 1_790_000_000


class Author:
    """Somebody who edits a deck and releases it every day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "deck"
        self.folder.mkdir()
        self.now = NOW
        (self.folder / "deck.yaml").write_text(DECK)

    def release(self, facts: str, section: str = "S") -> Release:
        self.now += 86_400
        self.write(facts, section)
        project = pipeline.read(self.folder)
        assert [p for p in project.problems if p.is_error] == []
        built = pipeline.write(sound(project), self.folder / "dist" / "deck.apkg", self.now)
        assert built is not None
        return built.release

    def deck(self) -> pipeline.Deck:
        return sound(pipeline.read(self.folder))

    def write(self, facts: str, section: str = "S") -> None:
        lines = "".join(f"  {line}\n" for line in facts.strip().splitlines())
        (self.folder / "one.yaml").write_text(f"section: {section}\nsource: book\nfacts:\n{lines}")

    def warnings(self) -> list[tuple[str, str]]:
        return [(p.check, p.hint) for p in pipeline.read(self.folder).problems]

    def texts(self, release: Release) -> dict[str, str]:
        """First field of every note, by GUID."""
        return {note.guid: fields(note)[0] for note in release.notes}

    @property
    def lock_text(self) -> str:
        return (self.folder / "deck.lock").read_text(encoding="utf-8")


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def mods(release: Release) -> dict[str, int]:
    return {note.key: note.mod for note in release.notes}


def guids(release: Release) -> dict[str, str]:
    return {note.key: note.guid for note in release.notes}


# a release touches what changed


def test_only_what_changed_gets_a_new_time(author: Author) -> None:
    first = author.release("a: {ask: Q, answer: A}\nb: {term: T, means: M}")
    assert first.new == ("a/ask", "b/meaning", "b/term")
    second = author.release("a: {ask: Q, answer: B}\nb: {term: T, means: M}")
    assert (second.new, second.changed) == ((), ("a/ask",))
    assert mods(second) == {**mods(first), "a/ask": author.now}
    assert guids(second) == guids(first)
    assert {p.key: p.id for p in first.notes} == {p.key: p.id for p in second.notes}


def test_order_file_and_nothing_at_all_change_nothing(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}\nb: {ask: R, answer: B}")
    before = author.lock_text
    again = author.release("b: {ask: R, answer: B}\na: {ask: Q, answer: A}")
    assert (again.new, again.changed) == ((), ())
    assert author.lock_text == before


def test_a_time_never_goes_back(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}")
    published = author.now
    author.now = NOW - 1_000_000
    assert mods(author.release("a: {ask: Q, answer: B}")) == {"a/ask": published + 1}


def test_note_ids_are_dates_before_the_first_release(author: Author) -> None:
    facts = "\n".join(f"f{n}: {{ask: Q{n}, answer: A}}" for n in range(500))
    ids = [published.id for published in author.release(facts).notes]
    assert len(set(ids)) == 500
    assert all(author.now - 86_400 < note_id / 1000 < author.now for note_id in ids)


def test_the_cards_of_notes_from_several_releases_have_ids_of_their_own(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card's id is its note's and its number, and a release may follow seconds after another."""
    monkeypatch.setattr(plan, "_SLOTS", 64)  # so that notes lie close together
    blanks = " ".join(f"==blank {number}==" for number in range(30))
    facts = ""
    for number in range(4):
        facts += "".join(f"f{number}-{at}: {{cloze: {blanks}}}\n" for at in range(20))
        author.now += 7 - 86_400
        ids = sorted(published.id for published in author.release(facts).notes)
    assert min(after - before for before, after in pairwise(ids)) >= 500


def test_a_first_release_of_many_notes_leaves_room_between_their_ids(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nearly all places are taken, looking for a free one takes for ever."""
    monkeypatch.setattr(plan, "_SLOTS", 64)
    facts = "".join(f"f{at}: {{ask: Q{at}, answer: A}}\n" for at in range(500))
    ids = [published.id for published in author.release(facts).notes]
    assert (max(ids) - min(ids)) / 512 > 3 * len(ids)


def test_a_tag_a_section_title_and_a_source_count_as_content(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}")
    assert author.release("a: {ask: Q, answer: A, tags: [x]}").changed == ("a/ask",)
    assert author.release("a: {ask: Q, answer: A, tags: [x]}", "T").changed == ("a/ask",)
    assert author.release("a: {ask: Q, answer: A, tags: [x], source: page}", "T").changed


@pytest.mark.parametrize(
    ("old", "new"),
    [("A Page", "The Page"), ("org/page", "org/another"), ("1962-10-14", "1962-10-15")],
)
def test_what_a_fact_names_in_deck_yaml_counts_as_content(
    author: Author, old: str, new: str
) -> None:
    settings = author.folder / "deck.yaml"
    settings.write_text(f"{DECK}timeline: 1962-10-14/1962-10-28\n")
    facts = "a: {ask: Q, answer: A, source: page, when: 1962-10-22}\nb: {ask: R, answer: B}"
    author.release(facts)
    settings.write_text(settings.read_text().replace(old, new))
    made = author.release(facts)
    assert (made.changed, made.redrawn) == (("a/ask",), ())
    assert author.release(facts).changed == ()


def test_note_types_have_a_time_of_their_own(author: Author) -> None:
    first = author.release("a: {ask: Q, answer: A}")
    second = author.release("a: {ask: R, answer: A}")
    assert second.types == first.types
    assert second.new_types == ()
    (author.folder / "deck.yaml").write_text(DECK + "language: de\n")
    third = author.release("a: {ask: R, answer: A}")
    assert third.types == {"question": author.now, "cloze": author.now}


# numbers that stay


def numbers(author: Author, *sentences: str) -> dict[str, int]:
    """The numbers of a sentence's blanks after releases of it, by their answers."""
    releases = [author.release(f"a: {{cloze: {json.dumps(sentence)}}}") for sentence in sentences]
    text = fields(releases[-1].notes[0])[0]
    found = re.findall(r"\{\{c(\d+)::([^:}]*)", text)
    return {answer: int(number) for number, answer in found}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # rewording around the blanks, and reordering
        ("the ==a== and the ==b==", "so ==a== or else ==b==", {"a": 1, "b": 2}),
        ("the ==a== and the ==b==", "the ==b== and the ==a==", {"b": 2, "a": 1}),
        # insertion
        ("the ==a== and the ==b==", "the ==c==, the ==a== and the ==b==", {"c": 3, "a": 1, "b": 2}),
        # removal, and a later blank gets no used number
        ("an ==a==, the ==b== and my ==c==", "an ==a==, the b and my ==c==", {"a": 1, "c": 3}),
        # another answer in the same place
        ("the ==a== and my ==b==", "the ==x== and my ==b==", {"x": 1, "b": 2}),
        ("the ==a== and my ==b==", "the ==x== and my ==y==", {"x": 1, "y": 2}),
        # the only blank there ever was
        ("in ==1961== it began", "the beginning was ==1962==", {"1962": 1}),
        # a new place and a new text: nobody can tell, so the number is not carried on
        ("the ==a== and my ==b==", "the ==a== but never any ==x== here", {"a": 1, "x": 3}),
        # an author's number is the author's word
        ("the ==a== and my ==b==", "the ==c2::x== and my ==b==", {"x": 2, "b": 3}),
        ("the ==a== and my ==b==", "the ==c7::a== and my ==b==", {"a": 7, "b": 2}),
        # the same text twice
        ("an ==a== and my ==a==", "an ==a== and my ==b==", {"a": 1, "b": 2}),
    ],
)
def test_numbers_stay_with_their_blanks(
    author: Author, before: str, now: str, expected: dict[str, int]
) -> None:
    assert numbers(author, before, now) == expected


def test_a_used_number_is_never_given_again(author: Author) -> None:
    author.release("a: {cloze: the ==a== and my ==b==}")
    author.release("a: {cloze: the ==a== and my b}")
    release = author.release("a: {cloze: the ==a== and my b and some ==c== too}")
    assert fields(release.notes[0])[0] == "the {{c1::a}} and my b and some {{c3::c}} too"


def test_a_blank_that_comes_back_gets_its_number_back(author: Author) -> None:
    author.release("a: {cloze: the ==a== and my ==b==}")
    assert author.release("a: {cloze: the ==a== and my b}").emptied == {"a/cloze": (2,)}
    release = author.release("a: {cloze: now ==b== and the ==a==}")
    assert fields(release.notes[0])[0] == "now {{c2::b}} and the {{c1::a}}"
    assert release.emptied == {}


def test_what_is_ambiguous_is_said(author: Author) -> None:
    author.release("a: {cloze: the ==a== and my ==b==}")
    release = author.release("a: {cloze: so ==x== or then ==y==}")
    assert release.ambiguous == {"a/cloze": (1, 2)}
    assert fields(release.notes[0])[0] == "so {{c3::x}} or then {{c4::y}}"


def test_steps_keep_their_notes(author: Author) -> None:
    steps = "a: {{sequence: T, steps: [{}]}}".format
    first = author.texts(author.release(steps("x, y, z")))
    answers = {fields(p)[1]: p.guid for p in author.release(steps("w, x, y, z")).notes}
    assert {answers["x"], answers["y"], answers["z"]} == set(first)
    moved = author.release(steps("z, w, x, y"))
    assert {fields(p)[1]: p.guid for p in moved.notes} == answers
    reworded = author.release(steps("z, w, x2, y"))
    after = {fields(p)[1]: p.guid for p in reworded.notes}
    assert after["x2"] == answers["x"]
    shorter = author.release(steps("z, w, y"))
    assert [key for key, _ in shorter.vanished] == ["a/step-1"]
    longer = author.release(steps("z, w, v, y"))
    fresh = {fields(p)[1]: p.guid for p in longer.notes}["v"]
    assert fresh not in answers.values()


def test_a_refrain_has_a_note_for_every_time_that_it_comes(author: Author) -> None:
    steps = "a: {{sequence: T, steps: [{}]}}".format

    def notes(lines: str) -> list[tuple[str, str]]:
        made = author.release(steps(lines)).notes
        return [(note.guid, fields(note)[1]) for note in made]

    x, first, y, second = song = notes("x, refrain, y, refrain")
    assert len(set(song)) == 4
    assert notes("x, refrain, y, refrain") == song
    longer = notes("w, refrain, x, refrain, y, refrain")
    assert len({guid for guid, _ in longer}) == 6
    assert set(song) < set(longer)
    assert [longer[3], longer[5]] == [first, second], "each stands behind its own line"
    assert notes("x, refrain, z, refrain, y, refrain")[5] == second
    assert notes("x, y, z, refrain")[:2] == [x, y]


def test_sides_keep_their_notes(author: Author) -> None:
    sides = "a: {{contrast: T, sides: {{{}}}}}".format
    first = {fields(p)[1]: p.guid for p in author.release(sides("x: one, y: two")).notes}
    moved = {fields(p)[1]: p.guid for p in author.release(sides("y: two, x: one")).notes}
    assert moved == first
    named = {fields(p)[1]: p.guid for p in author.release(sides("y: two, z: one")).notes}
    assert named == {"y": first["y"], "z": first["x"]}


# was, retired, and what vanished


def test_a_renamed_fact_keeps_everything(author: Author) -> None:
    facts = (
        "old: {sequence: T, steps: [x, y, z]}\nother: {cloze: The poles are ==plus== and ==minus==}"
    )
    first = author.release(facts)
    renamed = facts.replace("old: {", "new: {was: old, ")
    second = author.release(renamed)
    assert (second.new, second.changed, second.vanished) == ((), (), ())
    assert set(guids(second).values()) == set(guids(first).values())
    third = author.release(renamed.replace("was: old, ", ""))
    assert (third.new, third.changed, third.vanished) == ((), (), ())
    assert author.warnings() == []
    fourth = author.release(renamed)
    assert (fourth.new, fourth.vanished) == ((), ()), "was may come back or stay"
    assert author.warnings() == []


def united(*locks: str) -> str:
    """The lines of all, each once: what git's union makes of branches."""
    return "\n".join(dict.fromkeys(line for lock in locks for line in lock.splitlines())) + "\n"


@pytest.mark.parametrize("kept", ["b", "c", "both"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_fact_that_two_branches_renamed_keeps_its_one_history(
    author: Author, kept: str, order: int
) -> None:
    facts = (
        "{}: {{{}sequence: T, steps: [x, y, z]}}\n"
        "{}-2: {{{}cloze: The poles are ==plus== and ==minus==}}\n"
    )
    first = guids(author.release(facts.format("a", "", "a", "")))
    base, locks = author.lock_text, []
    for name in "bc":
        (author.folder / "deck.lock").write_text(base)
        author.release(facts.format(name, "was: a, ", name, "was: a-2, "))
        locks.append(author.lock_text)
    (author.folder / "deck.lock").write_text(united(*locks[::order]))
    name = "b" if kept == "both" else kept
    whole = facts.format(name, "was: a, ", name, "was: a-2, ")
    if kept == "both":  # the second one is a copy, and told to leave out its `was`
        whole += facts.format("c", "", "c", "").replace("T", "U").replace("poles", "ends")
    made = author.release(whole)
    now = {key: guid for key, guid in guids(made).items() if key not in made.new}
    assert sorted(now.values()) == sorted(first.values())
    assert {key.split("/")[0] for key in now} == {name, f"{name}-2"}
    assert len(made.new) == (len(first) if kept == "both" else 0)
    assert (made.changed, made.vanished) == ((), ()), "nobody is told to delete what is kept"
    assert len({note.guid for note in made.notes}) == len(made.notes)


def test_an_old_id_used_for_another_fact_is_another_note(author: Author) -> None:
    first = author.release("old: {ask: Q, answer: A}")
    author.release("new: {ask: Q, answer: A, was: old}")
    third = author.release("new: {ask: Q, answer: A}\nold: {ask: R, answer: B}")
    assert guids(third)["new/ask"] == guids(first)["old/ask"]
    assert guids(third)["old/ask"] != guids(first)["old/ask"]
    assert third.new == ("old/ask",)


def test_was_mends_a_rename_that_was_published_by_mistake(author: Author) -> None:
    first = author.release("old: {ask: Q, answer: A}")
    mistake = author.release("new: {ask: Q, answer: A}")
    assert mistake.new == ("new/ask",)
    mended = author.release("new: {ask: Q, answer: A, was: old}")
    assert guids(mended) == {"new/ask": guids(first)["old/ask"]}
    assert mended.new == ()
    assert [entry.guid for _, entry in mended.vanished] == [guids(mistake)["new/ask"]]


def test_a_mended_rename_is_renamed_deleted_and_brought_back_as_itself(author: Author) -> None:
    fact, other = "{}: {{ask: Q, answer: A{}}}", "\nx: {ask: X, answer: A}"
    first = guids(author.release(fact.format("a", "") + other))["a/ask"]
    author.release(fact.format("b", "") + other)
    author.release(fact.format("b", ", was: a") + other)
    author.release(other)
    back = author.release(fact.format("b", ", was: a") + other)
    assert guids(back)["b/ask"] == first
    assert guids(author.release(fact.format("c", ", was: b") + other))["c/ask"] == first


def test_an_id_that_had_another_fact_in_between(author: Author) -> None:
    first = guids(author.release("a: {ask: Q, answer: A}"))["a/ask"]
    author.release("b: {ask: Q, answer: A, was: a}")
    author.release("b: {ask: Q, answer: A}\na: {ask: Z, answer: Z}")
    author.release("b: {ask: Q, answer: A}")
    assert guids(author.release("a: {ask: Q, answer: A, was: b}"))["a/ask"] == first
    assert guids(author.release("c: {ask: Q, answer: A, was: a}"))["c/ask"] == first


def test_a_rename_there_and_back_does_not_hide_a_later_one(author: Author) -> None:
    first = guids(author.release("a: {ask: Q, answer: A}"))["a/ask"]
    author.release("c: {ask: Q, answer: A, was: a}")
    author.release("a: {ask: Q, answer: A, was: c}")
    mistake = guids(author.release("c: {ask: Q, answer: A}"))["c/ask"]
    mended = author.release("c: {ask: Q, answer: A, was: a}")
    assert guids(mended)["c/ask"] == first
    assert [entry.guid for _, entry in mended.vanished] == [mistake]


def test_equal_blanks_keep_their_places(author: Author) -> None:
    author.release("a: {cloze: ==a== ==b==}")
    texts = [fields(author.release("a: {cloze: ==b== ==b==}").notes[0])[0] for _ in range(3)]
    assert len(set(texts)) == 1


def test_a_chain_of_renames(author: Author) -> None:
    first = author.release("a: {ask: Q, answer: A}")
    author.release("b: {ask: Q, answer: A, was: a}")
    third = author.release("c: {ask: Q, answer: A, was: b}")
    assert guids(third) == {"c/ask": guids(first)["a/ask"]}
    skipped = author.release("d: {ask: Q, answer: A, was: a}")
    assert guids(skipped) == {"d/ask": guids(first)["a/ask"]}


def test_a_rename_without_was_is_recognised(author: Author) -> None:
    author.release("old: {ask: Which ship turned back?, answer: A}\nx: {ask: R, answer: B}")
    author.write("new: {ask: Which ship turned back?, answer: Better}\nx: {ask: R, answer: B}")
    assert author.warnings() == [
        ("looks-renamed", 'add the line "was: old", so that learners keep their history')
    ]
    author.write("new: {ask: Which of the others?, answer: A}\nx: {ask: R, answer: B}")
    assert author.warnings() == []


def test_an_unknown_former_id_is_reported(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}")
    author.write("a: {ask: Q, answer: A, was: nobody}")
    assert [check for check, _ in author.warnings()] == ["unknown-was"]


def test_what_vanished_is_told_at_every_build_and_comes_back_as_itself(author: Author) -> None:
    facts = "a: {ask: Q, answer: A}\nb: {ask: R, answer: B}"
    first = author.release(facts)
    for _ in range(2):
        gone = author.release("a: {ask: Q, answer: A}")
        assert [key for key, _ in gone.vanished] == ["b/ask"]
    back = author.release(facts)
    assert (back.new, back.changed, back.vanished) == ((), (), ())
    assert guids(back) == guids(first)
    assert mods(back) == mods(first)


def test_a_retired_fact_is_tagged_and_says_why(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}")
    release = author.release("a: {ask: Q, answer: A, retired: Wrong.}")
    (published,) = release.notes
    assert published.tags[-1].endswith("::retired")
    assert release.changed == ("a/ask",)


# the deck


def test_a_deck_that_was_published_cannot_get_another_id(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}")
    (author.folder / "deck.yaml").write_text(DECK + "id: other\n")
    (problem,) = pipeline.read(author.folder).problems
    assert problem.check == "bad-id"
    assert problem.hint.startswith("write id: deck in deck.yaml")


def test_locked_builds_only_what_is_in_the_lock(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}")
    target = author.folder / "dist" / "deck.apkg"
    before = target.read_bytes()
    built = pipeline.write(author.deck(), target, NOW + 10**6, locked=True)
    assert built is not None
    assert target.read_bytes() == before, "an unchanged deck is the same package, whatever the time"
    author.write("a: {ask: Q, answer: B}")
    assert pipeline.write(author.deck(), target, NOW + 10**6, locked=True) is None
    assert target.read_bytes() == before


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )


def test_two_branches_that_edit_neighbours_merge_without_a_conflict(author: Author) -> None:
    names = "abcdef"
    facts = {name: f"{name}: {{ask: Q{name}, answer: A}}" for name in names}
    author.release("\n\n".join(facts.values()))
    _git(author.folder, "init", "-q", "-b", "main")
    _git(author.folder, "add", "deck.lock")
    _git(author.folder, "commit", "-qm", "first")
    for branch, name in (("spring", "c"), ("summer", "d")):
        _git(author.folder, "checkout", "-qb", branch, "main")
        author.release("\n\n".join({**facts, name: facts[name].replace("A}", "B}")}.values()))
        _git(author.folder, "commit", "-qam", branch)
    _git(author.folder, "merge", "-q", "spring")
    both = [text.replace("A}", "B}") if name in "cd" else text for name, text in facts.items()]
    merged = author.release("\n\n".join(both))
    assert (merged.new, merged.changed, merged.vanished) == ((), (), ())


def test_one_note_id_given_by_two_branches_is_mended(author: Author) -> None:
    author.release("a: {ask: Q, answer: A}\nb: {ask: R, answer: B}")
    text = author.lock_text
    first, second = (line.split()[4] for line in text.splitlines() if line.startswith("note "))
    (author.folder / "deck.lock").write_text(text.replace(second, first))
    release = author.release("a: {ask: Q, answer: A}\nb: {ask: R, answer: B}")
    assert len({published.id for published in release.notes}) == 2
    assert release.changed == ()


# the timeline


DATED = """\
first: {event: E, when: 1962-10-16}
second: {ask: Q, answer: A, when: %s}
third: {term: T, means: M}
"""


def test_a_date_that_is_corrected_changes_its_own_note(author: Author) -> None:
    settings = author.folder / "deck.yaml"
    settings.write_text(f"{DECK}timeline: 1962-10-14/1962-10-28\n")
    author.release(DATED % "1962-10-22")
    assert author.release(DATED % "1962-10-23").changed == ("second/ask",)
    fourth = "fourth: {event: F, when: 1962-10-24}\n"
    release = author.release(DATED % "1962-10-23" + fourth)
    assert (release.new, release.changed) == (("fourth/when",), ())
    settings.write_text(f"{DECK}timeline: 1962-10-14/1962-11-20\n")
    release = author.release(DATED % "1962-10-23" + fourth)
    assert release.changed == ("first/when", "second/ask", "fourth/when")


# steps and sides in other words


@pytest.mark.parametrize("was", ["", "was: path, "])
def test_a_step_in_other_words_beside_a_new_one_keeps_its_card(author: Author, was: str) -> None:
    name = "route" if was else "path"
    steps = "[A U-2 takes pictures of western Cuba, Analysts find launch sites, Kennedy is told]"
    now = (
        "[A plane takes its pictures of western Cuba, The film is developed, "
        "Analysts find launch sites, Kennedy is told]"
    )
    first = author.release(f"path: {{sequence: How it was found, steps: {steps}}}")
    second = author.release(f"{name}: {{{was}sequence: How it was found, steps: {now}}}")
    assert second.new == (f"{name}/step-4",)
    assert (second.vanished, second.ambiguous) == ((), {})
    guids = {note.key.partition("/")[2]: note.guid for note in first.notes}
    answers = {note.guid: note.fields for note in second.notes}
    assert "A plane takes its pictures" in answers[guids["step-1"]]
    assert "Analysts find launch sites" in answers[guids["step-2"]]


def test_without_words_in_the_lock_nobody_can_tell(author: Author) -> None:
    """A lock of an older version gains them at the next build, without being out of date."""
    sides = "{MRBM: reaches Washington, IRBM: reaches nearly all}"
    fact = f"which: {{contrast: Which missile, sides: {sides}}}"
    author.release(fact)
    text = author.lock_text
    place = author.folder / "deck.lock"
    older = re.sub(r"parts \S+wording .*\n\n", "", text)
    assert older != text
    place.write_text(older)
    package = author.folder / "dist" / "deck.apkg"
    assert pipeline.write(author.deck(), package, author.now, locked=True)
    assert author.lock_text == older
    assert author.release(fact).changed == ()
    assert author.lock_text == text
