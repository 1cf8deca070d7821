"""What the next release makes of a lock: keys, GUIDs, ids, numbers and note types."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis_cards.cards import theme
from crisis_cards.cards.draft import Draft
from crisis_cards.cards.theme import Field
from crisis_cards.format import language
from crisis_cards.format.prompt import Part
from crisis_cards.release import lock as lock_file
from crisis_cards.release import plan as planning
from crisis_cards.release.lock import Lock, TypeEntry
from crisis_cards.release.plan import plan, repeated
from crisis_cards.release.renames import renamed
from hand_made import NOW, TYPES, ask, cloze, guids, in_order, note_type, release, shown, steps

# keys, GUIDs and ids


def test_two_notes_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="a/ask"):
        release(ask("a"), ask("a", "R"))
    with pytest.raises(ValueError, match="a/ask"):
        release(ask("a"), ask("b"), ask("a", "R"))
    with pytest.raises(ValueError, match="a/step-1"):
        release(*steps("x", "y"), ask("a")._replace(slot="step-1"))
    first, second = steps("x", "y")
    known = release(first, second).lock
    with pytest.raises(ValueError, match="a/step do not come next"):
        release(first, ask("b"), second, after=known)
    with pytest.raises(ValueError, match="a/step do not come next"):
        release(cloze("x")._replace(slot="step"), first)
    with pytest.raises(ValueError, match="a/step do not come next"):
        release(first, cloze("x")._replace(slot="step"))
    fixed = tuple(draft._replace(parts=(Part("x", "", 4),)) for draft in (first, second))
    with pytest.raises(ValueError, match="a/step-4"):
        release(*fixed)


def test_a_new_note_does_not_take_the_guid_of_one_that_was_renamed() -> None:
    first = release(ask("a"))
    moved = renamed(first.lock, {"b": "a"})
    second = release(ask("b"), ask("a", "R"), after=moved)
    assert guids(second)["b/ask"] == guids(first)["a/ask"] == planning.guid("d", "a/ask")
    assert guids(second)["a/ask"] == planning.guid("d", "a/ask#2")
    third = release(ask("b"), ask("c", "R"), after=renamed(second.lock, {"c": "a"}))
    fourth = release(ask("b"), ask("c", "R"), ask("a", "S"), after=third.lock)
    assert guids(fourth)["a/ask"] == planning.guid("d", "a/ask#3")


def test_guids_of_gone_and_stray_notes_are_taken_too() -> None:
    first = release(ask("a"))
    gone = release(after=renamed(first.lock, {"b": "a"}))
    assert [key for key, _ in gone.vanished] == ["b/ask"]
    assert guids(release(ask("a"), after=gone.lock))["a/ask"] != guids(first)["a/ask"]
    mistake = release(ask("b"), after=first.lock)
    mended = release(ask("b"), after=renamed(mistake.lock, {"b": "a"}))
    assert mended.vanished == (("b/ask", mistake.lock.notes["b/ask"]),)
    known = renamed(mended.lock, {"c": "b"})
    assert guids(release(ask("c"), ask("b"), after=known))["b/ask"] != guids(mistake)["b/ask"]


def test_a_note_that_vanished_comes_back_as_itself() -> None:
    first = release(ask("a"), ask("b"))
    second = release(ask("a"), after=first.lock, day=1)
    assert second.vanished == (("b/ask", first.lock.notes["b/ask"]),)
    assert release(ask("a"), after=second.lock, day=2).vanished == second.vanished
    third = release(ask("a"), ask("b"), after=second.lock, day=3)
    assert (third.new, third.changed, third.vanished) == ((), (), ())
    assert third.lock == first.lock


def test_one_note_id_given_by_two_branches_is_mended() -> None:
    first = release(ask("a"), ask("b")).lock
    same = first.notes["b/ask"]._replace(id=first.notes["a/ask"].id)
    made = release(ask("a"), ask("b"), after=replace(first, notes={**first.notes, "b/ask": same}))
    assert len({note.id for note in made.notes}) == 2
    assert made.notes[0].id == first.notes["a/ask"].id
    assert made.changed == ()
    assert made.lock.notes["b/ask"].id == made.notes[1].id


# numbers


def test_numbers_of_gone_notes_are_kept() -> None:
    first = release(cloze("x", "y"))
    second = release(cloze("y"), after=first.lock)
    assert second.emptied == {"a/cloze": (1,)}
    third = release(after=second.lock)
    fourth = release(cloze("z", "y"), after=third.lock)
    assert fourth.notes[0].fields.startswith("{{c3::z}} {{c2::y}}")
    assert fourth.lock.notes["a/cloze"].parts[-1] == first.lock.notes["a/cloze"].parts[0]._replace(
        gone=True
    )


def test_what_is_ambiguous_is_said_once() -> None:
    first = release(cloze("x", "y"))
    second = release(cloze("v", "x and y", "w"), after=first.lock)
    assert second.ambiguous == {"a/cloze": (1, 2)}
    assert second.emptied == {"a/cloze": (1, 2)}
    third = release(cloze("v", "x and y", "w"), after=second.lock)
    assert (third.ambiguous, third.emptied) == ({}, {})
    assert repeated(second).ambiguous == {}


def test_steps_keep_their_notes() -> None:
    first = release(*steps("x", "y", "z"))
    assert first.new == ("a/step-1", "a/step-2", "a/step-3")
    assert [used.number for used in first.lock.parts["a/step"]] == [1, 2, 3]
    assert first.lock.notes["a/step-1"].parts == ()
    second = release(*steps("z", "w", "x", "y"), after=first.lock)
    assert shown(second) == {"a/step-3": "z", "a/step-4": "w", "a/step-1": "x", "a/step-2": "y"}
    assert second.new == ("a/step-4",)
    third = release(*steps("z", "y"), after=second.lock)
    assert [key for key, _ in third.vanished] == ["a/step-1", "a/step-4"]
    fourth = release(*steps("z", "v", "y"), after=third.lock)
    assert shown(fourth) == {"a/step-3": "z", "a/step-5": "v", "a/step-2": "y"}
    gone = release(after=fourth.lock)
    assert gone.lock.parts == fourth.lock.parts
    assert shown(release(*steps("u", "y"), after=gone.lock)) == {"a/step-6": "u", "a/step-2": "y"}


def test_what_is_ambiguous_among_steps_is_said_of_all() -> None:
    first = release(*steps("x", "y"))
    assert release(*steps("u", "v", "w"), after=first.lock).ambiguous == {"a/step": (1, 2)}


def test_a_slot_that_becomes_one_note_keeps_its_numbers() -> None:
    first = release(*steps("x", "y"))
    one = cloze("y", "z")._replace(slot="step")
    second = release(one, after=first.lock)
    assert second.notes[0].fields.startswith("{{c2::y}} {{c3::z}}")
    assert second.lock.parts == second.lock.wordings == {}, "they are the note's own now"
    third = release(one, after=second.lock)
    assert third.lock == second.lock
    assert release(*steps("z", "v"), after=third.lock).lock.parts.keys() == {"a/step"}


@pytest.mark.parametrize("gone", [False, True])
def test_numbers_come_along_when_a_fact_is_renamed(gone: bool) -> None:
    """Those of a note, of the steps that share a slot, and of what is gone at that time."""
    known = release(cloze("x", "y"), *steps("p", "q"))
    known = release(cloze("y"), *steps("q"), after=known.lock)
    if gone:
        known = release(after=known.lock)
    before = {**known.lock.notes, **known.lock.gone}["a/cloze"].parts
    moved = renamed(known.lock, {"b": "a"})
    again = release(cloze("z", "y", fact="b"), *steps("r", "q", fact="b"), after=moved)
    assert again.notes[0].fields.startswith("{{c3::z}} {{c2::y}}")
    assert [note.key for note in again.notes] == ["b/cloze", "b/step-3", "b/step-2"]
    assert again.lock.notes["b/cloze"].parts[2:] == before[1:]
    assert again.lock.parts["b/step"][2:] == known.lock.parts["a/step"][1:]
    assert again.lock.parts.keys() == {"b/step"}


def test_numbers_of_a_stray_note_are_kept_as_they_were() -> None:
    mistake = release(cloze("x", "y", fact="b"), after=release(cloze("x")).lock)
    (stray,) = renamed(mistake.lock, {"b": "a"}).stray.values()
    assert stray == mistake.lock.notes["b/cloze"]


# note types


def test_note_types_have_times_of_their_own() -> None:
    first = release(ask())
    assert first.new_types == ("question", "cloze"), "both from the start, as locks have them"
    assert release(ask(), after=first.lock, day=5).types == first.types
    types = {**TYPES, "cloze": note_type("cloze", "css")}
    third = plan(first.lock, "d", [ask()], types, NOW + 5)
    assert (third.new_types, third.types) == (("cloze",), {"question": NOW, "cloze": NOW + 5})
    back = plan(third.lock, "d", [ask()], TYPES, NOW - 5)
    assert back.types == {"question": NOW, "cloze": NOW + 6}
    assert isinstance(third.lock.types["cloze"], TypeEntry)


def test_the_type_of_pictures_comes_with_the_first_and_stays() -> None:
    picture = ask()._replace(slot="picture", type="picture")
    first = release(ask("b"))
    second = release(ask("b"), picture, after=first.lock, day=5)
    assert second.new_types == ("picture",)
    assert release(ask("b"), after=second.lock).types == second.types


def test_a_field_can_be_renamed_without_another_id(monkeypatch: pytest.MonkeyPatch) -> None:
    english = language.english()
    before = theme.load("d", english)
    assert before["question"].fields[11] == Field(
        theme.stable_id("d", "question", "field", "Spare 1"), "Spare 1"
    )
    (template,) = before["question"].templates
    assert template[:2] == (theme.stable_id("d", "question", "template", "Card"), "Card")
    monkeypatch.setattr(theme, "NAMES", {("question", "Spare 1"): "Map", ("cloze", "Card"): "Gap"})
    after = theme.load("d", english)
    assert [field.name for field in after["question"].fields][11] == "Map"
    (old_template,), (new_template,) = (types["cloze"].templates for types in (before, after))
    assert new_template == old_template._replace(name="Gap")
    assert after["cloze"].fields == before["cloze"].fields
    for old, new in zip(before.values(), after.values(), strict=True):
        assert [field.id for field in new.fields] == [field.id for field in old.fields]
    known = plan(Lock(), "d", [ask()], before, NOW).lock
    assert plan(known, "d", [ask()], after, NOW).new_types == ("question", "cloze")


# any history


_FACTS = st.sampled_from("abc")
_TEXT = st.sampled_from("xyz")
_SOME = st.lists(_TEXT, min_size=1, max_size=3, unique=True)
_DRAFTS = st.lists(
    st.one_of(
        st.builds(ask, _FACTS, _TEXT, drawn=_TEXT).map(lambda draft: [draft]),
        st.builds(lambda fact, texts: [cloze(*texts, fact=fact)], _FACTS, _SOME),
        st.builds(lambda fact, texts: steps(*texts, fact=fact), _FACTS, _SOME),
    ),
    max_size=5,
    unique_by=lambda drafts: drafts[0][:2],
).map(lambda groups: [draft for group in groups for draft in group])
_WAS = st.dictionaries(_FACTS, _FACTS, max_size=2)


@given(st.lists(st.tuples(_WAS, _DRAFTS, st.integers(-9, 9)), max_size=8))
def test_no_two_notes_ever_share_a_guid_or_an_id(
    releases: list[tuple[dict[str, str], list[Draft], int]],
) -> None:
    lock = Lock()
    for was, drafts, day in releases:
        present = {draft.fact for draft in drafts}
        former = {new: old for new, old in was.items() if new in present and old not in present}
        before = renamed(lock, former)
        made = release(*drafts, after=before, day=day)
        entries = made.lock.entries()
        assert len({entry.guid for entry in entries}) == len(entries)
        assert len({entry.id for entry in entries}) == len(entries)
        assert {entry.guid for entry in before.entries()} <= {entry.guid for entry in entries}
        assert sorted((*made.new, *made.changed, *made.unchanged)) == sorted(made.lock.notes)
        assert set(made.redrawn) <= set(made.unchanged)
        for note in made.notes:
            entry = made.lock.notes[note.key]
            assert (note.guid, note.mod, note.id) == (entry.guid, entry.mod, entry.id)
            assert note.mod >= (before.notes.get(note.key) or entry).mod
        assert lock_file.parse(lock_file.render(made.lock), "") == (made.lock, [])
        again = release(*drafts, after=made.lock, day=day + 1)
        assert again.lock == made.lock
        assert in_order(again) == in_order(repeated(made))
        lock = made.lock


@given(st.lists(_DRAFTS, min_size=1, max_size=6))
def test_numbers_of_a_note_or_its_steps_are_never_given_twice(releases: list[list[Draft]]) -> None:
    lock = Lock()
    ever: dict[tuple[str, int], str] = {}
    for drafts in releases:
        lock = release(*drafts, after=lock).lock
        tables = {**{key: entry.parts for key, entry in lock.notes.items()}, **lock.parts}
        for key, parts in tables.items():
            numbers = [used.number for used in parts]
            assert len(set(numbers)) == len(numbers)
            assert {number for name, number in ever if name == key} <= set(numbers)
            ever |= {(key, used.number): used.text for used in parts}


def test_drafts_may_come_from_an_iterator() -> None:
    drafts = [ask(), *steps("x", "y", fact="b")]
    streamed = (draft for _, group in groupby(drafts) for draft in group)
    assert plan(Lock(), "d", streamed, TYPES, NOW) == release(*drafts)
