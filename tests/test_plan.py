"""What the next release makes of a lock: what changes a published note."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crisis_cards.cards.draft import SEPARATOR, Draft, content, hash_of
from crisis_cards.release import plan as planning
from crisis_cards.release.lock import Entry, Lock, Used
from crisis_cards.release.numbering import short_hash
from crisis_cards.release.plan import plan, repeated, would_change
from crisis_cards.release.renames import renamed
from hand_made import (
    NOW,
    TYPES,
    ask,
    cloze,
    guids,
    in_order,
    note_type,
    release,
    shown,
    steps,
    without_sources,
)

# what changes a published note


def test_a_first_release() -> None:
    draft = ask()._replace(tags=("d::s", "t"), pictures=("p.png",))
    made = release(draft, cloze("x", "y", fact="b"))
    first, second = made.notes
    assert first[:5] == ("a/ask", "question", draft.fields, draft.tags, ("p.png",))
    assert second.fields == f"{{{{c1::x}}}} {{{{c2::y}}}}{SEPARATOR}"
    assert (made.new, made.changed, made.unchanged) == (("a/ask", "b/cloze"), (), ())
    assert made.lock.deck == "d"
    assert made.lock.notes["a/ask"] == Entry(
        first.guid, NOW, first.id, content("question", draft.fields, draft.tags), short_hash("Q"),
        draft.source,
    )  # fmt: skip
    assert made.lock.notes["b/cloze"].face == short_hash("{{c1::x}} {{c2::y}}")
    assert made.types == {"question": NOW, "cloze": NOW}


def test_guids_are_frozen() -> None:
    assert planning.guid("cuban-missile-crisis", "excomm/meaning") == "YpzRSv_pn9p9ocoe"
    assert guids(plan(Lock(), "cuban-missile-crisis", [ask("x")], TYPES, NOW)) == {
        "x/ask": planning.guid("cuban-missile-crisis", "x/ask")
    }


def test_what_is_the_same_stays_whatever_the_time() -> None:
    drafts = (ask(), cloze("x", "y", fact="b"), *steps("p", "q", fact="c"))
    first = release(*drafts)
    second = release(*reversed(drafts[:2]), *drafts[2:], after=first.lock, day=9)
    assert second.lock == first.lock
    assert set(second.notes) == set(first.notes)
    assert second.unchanged == ("b/cloze", "a/ask", "c/step-1", "c/step-2")
    assert in_order(second) == in_order(repeated(first))


def test_another_source_changes_a_note() -> None:
    first = release(ask("a"), ask("b"))
    second = release(ask("a"), ask("b", "Q2"), after=first.lock, day=5)
    assert (second.changed, second.unchanged, second.redrawn) == (("b/ask",), ("a/ask",), ())
    before, after = first.lock.notes["b/ask"], second.lock.notes["b/ask"]
    assert (after.guid, after.id, after.mod) == (before.guid, before.id, NOW + 5)
    assert (after.face, after.source) == (short_hash("Q2"), hash_of("Q2"))
    assert second.notes[1].mod == NOW + 5


@pytest.mark.parametrize(
    "draft",
    [
        ask(source="s")._replace(tags=("d::s", "t")),
        ask(source="s")._replace(type="cloze"),
        ask(source="s", drawn="B"),
    ],
)
def test_tags_the_note_type_and_every_field_are_content(draft: Draft) -> None:
    assert release(draft, after=release(ask()).lock).changed == ("a/ask",)


def test_a_time_never_goes_back_nor_stands_still() -> None:
    first = release(ask())
    assert release(ask(question="R"), after=first.lock, day=-1000).notes[0].mod == NOW + 1


def test_what_this_version_draws_otherwise_is_no_change_to_a_learner() -> None:
    first = release(ask(), cloze("x", "y", fact="b"), *steps("p", "q", fact="c"))
    again = [ask(drawn="*A*"), cloze("x", "y", fact="b", drawn="*")]
    again += steps("p", "q", fact="c", drawn="*")
    keys = ("a/ask", "b/cloze", "c/step-1", "c/step-2")
    second = release(*again, after=first.lock, day=5)
    assert (second.redrawn, second.unchanged, second.changed) == (keys, keys, ())
    assert second.lock == first.lock, "it keeps what learners have"
    assert not would_change(first.lock, second.lock)
    assert shown(second) == {"a/ask": "*A*", "b/cloze": "*", "c/step-1": "p", "c/step-2": "q"}
    assert [note.mod for note in second.notes] == [NOW] * 4
    third = release(*again, after=second.lock, day=6)
    assert third.redrawn == keys, "until somebody changes or rerenders them"
    assert repeated(second).redrawn == keys


def test_the_front_that_learners_have_stays_in_the_lock_too() -> None:
    first = release(ask(question="Q", source="s"))
    second = release(ask(question="<b>Q</b>", source="s"), after=first.lock)
    assert (second.redrawn, second.lock) == (("a/ask",), first.lock)


def test_rerender_sends_new_drawings_to_all() -> None:
    first = release(ask("a"), ask("b"))
    again = (ask("a", drawn="*A*"), ask("b"))
    second = release(*again, after=first.lock, day=5, all_=True)
    assert (second.changed, second.redrawn, second.unchanged) == (("a/ask",), (), ("b/ask",))
    entry = second.lock.notes["a/ask"]
    assert entry.content == content("question", again[0].fields, again[0].tags)
    assert second.notes[0].mod == entry.mod == NOW + 5
    assert release(*again, after=second.lock).unchanged == ("a/ask", "b/ask")
    assert plan(first.lock, "d", again, TYPES, NOW).changed == (), "only where it is asked for"


def test_a_note_drawn_otherwise_changes_with_its_source() -> None:
    redrawn = release(ask(drawn="*A*"), after=release(ask()).lock)
    made = release(ask(question="R", drawn="*A*"), after=redrawn.lock, day=5)
    assert (made.changed, made.redrawn) == (("a/ask",), ())
    assert made.lock.notes["a/ask"].face == short_hash("R")


def test_a_source_that_learners_do_not_see_is_recorded_and_nothing_else() -> None:
    first = release(ask())
    second = release(ask(source="another"), after=first.lock, day=5)
    assert second.unchanged == ("a/ask",)
    before = first.lock.notes["a/ask"]
    assert second.lock.notes["a/ask"] == before._replace(source=hash_of("another"))
    assert would_change(first.lock, second.lock)


def test_entries_of_version_1_gain_their_source_where_the_content_is_the_same() -> None:
    first = release(ask("a"), ask("b"), cloze("x", fact="c"))
    old = without_sources(first.lock)
    made = release(ask("a"), ask("b", drawn="*A*"), cloze("x", fact="c"), after=old, day=5)
    assert (made.unchanged, made.changed) == (("a/ask", "c/cloze"), ("b/ask",))
    assert made.redrawn == (), "without a source, nobody can tell: it counts as changed, once"
    assert made.lock.notes["a/ask"] == first.lock.notes["a/ask"]
    assert made.lock.notes["b/ask"].source == first.lock.notes["b/ask"].source


def test_a_draft_without_a_source_is_never_just_redrawn() -> None:
    bare = ask()._replace(source="")
    first = release(bare)
    assert release(bare._replace(fields="Q\x1fB"), after=first.lock).changed == ("a/ask",)


def test_other_numbers_are_a_change_though_the_source_is_the_same() -> None:
    first = release(cloze("x", "y"))
    entry = first.lock.notes["a/cloze"]
    merged = replace(
        first.lock,
        notes={"a/cloze": entry._replace(parts=(entry.parts[0], Used(2, "0", "0")))},
    )
    for again in (cloze("x", "y"), cloze("x", "y", drawn="*")):
        made = release(again, after=merged, day=5)
        assert made.notes[0].fields.startswith("{{c1::x}} {{c3::y}}")
        assert (made.changed, made.redrawn) == (("a/cloze",), ())
        assert made.ambiguous == {"a/cloze": (2,)}


def test_numbers_that_are_known_again_are_no_change() -> None:
    first = release(cloze("x", "y"))
    entry = first.lock.notes["a/cloze"]
    other = (entry.parts[0], entry.parts[1]._replace(text="0"))
    merged = replace(first.lock, notes={"a/cloze": entry._replace(parts=other)})
    made = release(cloze("x", "y", drawn="*"), after=merged)
    assert made.redrawn == ("a/cloze",)
    assert made.lock == first.lock


# --locked


def test_missing_sources_and_the_version_are_no_change() -> None:
    drafts = (ask("a"), cloze("x", fact="c"))
    first = release(*drafts, ask("b"))
    old = without_sources(release(*drafts, after=first.lock).lock)
    made = release(*drafts, after=old, day=5)
    assert made.lock != old
    assert not would_change(old, made.lock)
    assert not would_change(made.lock, made.lock)


@pytest.mark.parametrize(
    "drafts", [(ask("a", "Q2"), ask("b")), (ask("a"),), (ask("a"), ask("b"), ask("c"))]
)
def test_all_else_is(drafts: tuple[Draft, ...]) -> None:
    for old in (known := release(ask("a"), ask("b")).lock, without_sources(known)):
        assert would_change(old, release(*drafts, after=old, day=5).lock)


def test_so_are_looks_and_ids() -> None:
    known = release(ask("a")).lock
    types = {**TYPES, "question": note_type("question", "x")}
    assert would_change(known, plan(known, "d", [ask("a")], types, NOW).lock)
    moved = renamed(known, {"b": "a"})
    assert would_change(known, release(ask("b"), after=moved).lock)
    assert would_change(Lock(), release().lock), "the deck has its id in the lock"
