"""deck.lock as text, and what it knows of ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis_cards.cards.room import Places, Room
from crisis_cards.problems import Problem
from crisis_cards.release import lock
from crisis_cards.release.lock import Entry, Lock, TypeEntry, Used
from crisis_cards.release.renames import looks_renamed

ENTRY = Entry("g", 5, 7, "00ff", "0a", "5e", (Used(1, "ab", "cd"), Used(2, "ef", "01", gone=True)))


def problem(text: str) -> Problem:
    parsed, (only,) = lock.parse(text, "deck.lock")
    assert parsed is None
    return only


def test_a_lock_reads_as_it_was_written() -> None:
    written = Lock(
        notes={"b/cloze": ENTRY, "a/ask": ENTRY._replace(parts=(), source="")},
        parts={"c/step": (Used(1, "ab", "cd"),)},
        wordings={"c/step": (Used(1, "0123abcd", "ab"),)},
        gone={"d/ask": ENTRY._replace(guid="h")},
        stray={("d/ask", "i"): ENTRY._replace(guid="i"), ("d/ask", "j"): ENTRY._replace(guid="j")},
        was={"old": "new"},
        types={"cloze": TypeEntry(5, "0b")},
        deck="d",
    )
    text = lock.render(written)
    assert lock.parse(text, "deck.lock") == (written, [])
    entries = text.split("\n\n")[1:]
    assert entries == sorted(entries)
    assert "parts c/stepwording 1=0123abcd/ab" in entries
    assert "note a/ask g 5 7 00ff 0a -" in entries
    assert "note b/cloze g 5 7 00ff 0a 5e 1=ab/cd ~2=ef/01" in entries


_HEX = st.text("0123456789abcdef", min_size=1, max_size=16)
_WORD = st.text(st.characters(exclude_categories=("Z", "C"), exclude_characters="/"), min_size=1)
_SLOT = st.from_regex(r"[a-z]{1,5}(-[0-9]{1,3})?|type:[a-z0-9-]{1,9}", fullmatch=True)
_KEY = st.builds("{}/{}".format, _WORD, _SLOT)
_TIME = st.integers(1, 2**53 - 1)
_PARTS = st.lists(st.builds(Used, st.integers(0, 999), _HEX, _HEX, st.booleans())).map(tuple)
# Anki takes almost any name for a field or template.
_NAME = _WORD | st.sampled_from(("a b", "%", "%20", "a=b", "=", "=1", "a=1 b=2", "\u3000", "x/y"))
_PLACES = st.builds(
    lambda names, others: Places(99, dict(zip(names, (1, *others), strict=False))),
    st.lists(_NAME, min_size=1, max_size=4, unique=True),
    st.lists(st.integers(2, 99), min_size=3, max_size=3, unique=True),
)
_ROOM = st.builds(Room, _PLACES, _PLACES, st.just(0) | _TIME)
_GUID = _WORD | st.sampled_from(("", " ", "a b", "%", "%20", 'd]>a{nT"&', "\u3000"))
_ENTRY = st.builds(Entry, _GUID, _TIME, _TIME, _HEX, _HEX, st.just("") | _HEX, _PARTS)
_ENTRIES = st.dictionaries(_KEY, _ENTRY, max_size=4)
_GONE = st.dictionaries(_KEY.map("gone-{}".format), _ENTRY, max_size=4)  # no note is both
_LOCK = st.builds(
    Lock,
    notes=_ENTRIES,
    parts=st.dictionaries(_KEY, _PARTS, max_size=3),
    wordings=st.dictionaries(_KEY.map(lambda key: re.sub("-[0-9]+$", "", key)), _PARTS, max_size=3),
    gone=_GONE,
    stray=_ENTRIES.map(lambda table: {(key, entry.guid): entry for key, entry in table.items()}),
    was=st.dictionaries(_WORD.map("was-{}".format), _WORD, max_size=3),
    types=st.dictionaries(_WORD, st.builds(TypeEntry, _TIME, _HEX, st.none() | _ROOM), max_size=3),
    deck=_WORD,
    name=st.lists(_WORD, max_size=3).map(" ".join),
    sections=st.frozensets(
        st.tuples(_WORD, st.lists(_WORD, min_size=1, max_size=3).map(" ".join)), max_size=3
    ),
)


@given(_LOCK, st.sampled_from(("\n", "\r\n")))
def test_every_lock_reads_as_it_was_written(written: Lock, end: str) -> None:
    text = lock.render(written)
    parsed, problems = lock.parse(text.replace("\n", end), "deck.lock")
    assert (parsed, problems) == (written, [])
    assert parsed is not None
    assert lock.render(parsed) == text


FIRST = """\
crisis-cards lock 1

gone c/ask i 5 7 00ff 0a

note a/ask g 5 7 00ff 0a

note b/cloze h 5 8 00ff 0a 1=ab/cd ~2=ef/01
"""


def test_a_lock_of_version_1_is_read_and_written_as_version_2() -> None:
    parsed, problems = lock.parse(FIRST, "deck.lock")
    assert problems == []
    assert parsed == Lock(
        notes={
            "a/ask": Entry("g", 5, 7, "00ff", "0a", ""),
            "b/cloze": ENTRY._replace(guid="h", id=8, source=""),
        },
        gone={"c/ask": Entry("i", 5, 7, "00ff", "0a", "")},
    )
    assert parsed is not None
    text = lock.render(parsed)
    assert text.splitlines()[0] == "crisis-cards lock 2"
    assert lock.parse(text, "deck.lock") == (parsed, [])


def test_only_what_version_2_does_not_know_makes_a_lock_of_version_3() -> None:
    moved = Lock(deck="d", name="D", sections=frozenset({("s", "D::S"), ("t", "D")}))
    text = lock.render(moved)
    assert text.splitlines()[::2] == [
        "crisis-cards lock 3", "deck d D", "section s D::S", "section t D",
    ]  # fmt: skip
    again, problems = lock.parse(text, "deck.lock")
    assert (again, problems) == (moved, [])
    assert lock.render(replace(moved, sections=frozenset())).startswith("crisis-cards lock 2\n")


def test_a_damaged_line_of_a_section_is_found() -> None:
    for line in ("section s", "section  s D", "section s D  E"):
        assert problem(f"crisis-cards lock 3\n\n{line}\n").span.line == 3


def test_lines_of_an_older_branch_are_read_where_git_merged_them() -> None:
    parsed, problems = lock.parse(FIRST.replace("lock 1", "lock 2"), "deck.lock")
    assert problems == []
    assert parsed is not None
    assert {entry.source for entry in parsed.entries()} == {""}


@pytest.mark.parametrize("version", ["5", "17", "9" * 18])
def test_a_newer_lock_is_refused(version: str) -> None:
    refused = problem(f"crisis-cards lock {version}\n\nnote whatever\n")
    assert (refused.check, refused.span.line) == ("bad-lock", 1)
    assert refused.message == "this lock was written by a newer crisis-cards"
    assert refused.hint == "update crisis-cards: pip install --upgrade crisis-cards"


@pytest.mark.parametrize(
    "head", ["", "crisis-cards lock", "crisis-cards lock 0", "crisis-cards lock x", f"{'9' * 5000}"]
)
def test_what_is_no_lock_is_refused(head: str) -> None:
    assert problem(f"{head}\n").message == "this is no lock of crisis-cards"


GOOD = "note a/cloze g 5 7 00ff 0a 5e 1=ab/cd"


@pytest.mark.parametrize(
    "line",
    [
        *(" ".join(GOOD.split()[:end]) for end in range(1, 7)),
        GOOD.replace("note", "notes"),
        GOOD.replace("a/cloze", "a"),
        GOOD.replace("a/cloze", "a/b/cloze"),
        GOOD.replace("a/cloze", "a/Cloze"),
        GOOD.replace("a/cloze", "a/cloze-x"),
        GOOD.replace(" 5 ", " 0 "),
        GOOD.replace(" 5 ", " -5 "),
        GOOD.replace(" 5 ", " ٥ "),
        GOOD.replace(" 5 ", f" {2**53} "),
        GOOD.replace(" 7 ", f" {'0' * 19}1{'9' * 20} "),
        GOOD.replace("5e", "5g"),
        GOOD.replace("5e", "--"),
        GOOD.replace("5e", "- -"),
        GOOD.replace("1=ab/cd", "1=ab"),
        GOOD.replace("1=ab/cd", "x=ab/cd"),
        GOOD.replace("1=ab/cd", "1=ab/cd junk"),
        GOOD.replace(" 5 ", "  5 "),
        GOOD.replace(" 5 ", "\t5 "),
        GOOD.replace(" 5 ", "\u00a05 "),
        f"{GOOD} ",
        f" {GOOD}",
        " ",
        "parts a/step 1",
        "was a",
        "was a b c",
        "type cloze x 00",
        "type cloze 5",
        "type type:c 5 00 fields 8 a=1 b=9 cards 4 x=1",
        "type type:c 5 00 fields 8 a=0 b=1 cards 4 x=1",
        "type type:c 5 00 fields 8 a=1 b=1 cards 4 x=1",
        "type type:c 5 00 fields 8 a=2 cards 4 x=1",
        "type type:c 5 00 fields 8 a=1 cards 4",
        "type type:c 5 00 fields 99999 a=1 cards 4 x=1",
        "deck",
    ],
)
def test_a_damaged_line_is_refused(line: str) -> None:
    refused = problem(f"crisis-cards lock 2\n\n{GOOD.replace('a/', 'z/')}\n\n{line}\n")
    assert (refused.check, refused.message) == ("bad-lock", "this line of the lock is damaged")
    assert refused.span == ("deck.lock", 5, 1, max(2, len(line) + 1), line)


def all_problems(*lines: str) -> list[tuple[int, str, str]]:
    parsed, found = lock.parse("\n".join(["crisis-cards lock 2", *lines]), "deck.lock")
    assert parsed is None
    return [(problem.span.line, problem.message, problem.hint) for problem in found]


OURS = ["<<<<<<< HEAD", GOOD, "======="]
THEIRS = [GOOD.replace(" 5 ", " 6 "), ">>>>>>> theirs"]
CONFLICT = "git left a merge conflict here"
MARKS = "remove git's marks; keep the lines of both sides"


def test_every_conflict_of_git_is_named_and_what_else_is_wrong() -> None:
    base = ["||||||| base", GOOD, "======="]
    lines = [*OURS, *THEIRS, "note", "", *OURS[:2], *base, *THEIRS, ">>>>>>> stray"]
    restored = "bring back the lock of the last release, from an earlier commit or a backup"
    assert all_problems(*lines) == [
        (2, CONFLICT, MARKS),
        (7, "this line of the lock is damaged", restored),
        (
            9,
            CONFLICT,
            "remove git's marks, and all from ||||||| to =======; keep the lines of both sides",
        ),
        (16, "git left a mark of a merge conflict here", "remove this line"),
    ]


def test_a_conflict_without_an_end_is_one() -> None:
    assert all_problems(*OURS, GOOD) == [(2, CONFLICT, MARKS)]


@pytest.mark.parametrize("mark", ["=======", ">>>>>>> b", "||||||| c"])
def test_a_mark_that_was_left_is_named(mark: str) -> None:
    assert [line for line, *_ in all_problems(GOOD, mark)] == [3]


@pytest.mark.parametrize("conflicts", [10, 11, 12, 500])
def test_many_conflicts_are_summed_up(conflicts: int) -> None:
    found = all_problems(*(OURS + THEIRS) * conflicts)
    assert len(found) == min(conflicts, 11)
    assert {hint for _, _, hint in found} == {MARKS}
    assert {message for _, message, _ in found[:10]} == {CONFLICT}
    *_, (line, message, _) = found
    assert line == 2 + 5 * (len(found) - 1)
    if conflicts > 11:
        last = 2 + 5 * (conflicts - 1)
        assert message == (
            f"{CONFLICT}, and {conflicts - 11} more places are like this, the last is line {last}"
        )


# what git's union of two branches leaves


def union(*lines: str) -> Lock:
    """The lock of these lines, which is the same in whatever order they come but for numbers."""
    parsed, problems = lock.parse("crisis-cards lock 2\n\n" + "\n".join(lines), "deck.lock")
    assert problems == []
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    "line",
    [
        *(GOOD.replace("note", kind) for kind in ("note", "gone", "stray")),
        *("deck d", "was a b", "parts a/step 1=ab/cd", "type cloze 5 00"),
    ],
)
def test_a_line_that_stands_twice_is_read_once(line: str) -> None:
    assert union(line, line) == union(line)


LATER = GOOD.replace(" 5 7 00ff 0a 5e", " 6 7 00fe 0b 5f")


@pytest.mark.parametrize("lines", [(GOOD, LATER), (LATER, GOOD)])
@pytest.mark.parametrize("kind", ["note", "gone", "stray"])
def test_of_two_changes_of_a_note_the_later_one_stands(lines: tuple[str, str], kind: str) -> None:
    assert union(*(line.replace("note", kind) for line in lines)) == union(
        LATER.replace("note", kind)
    )


@pytest.mark.parametrize("lines", [(GOOD, LATER), (LATER, GOOD)])
def test_a_note_that_one_branch_removed_and_the_other_changed(lines: tuple[str, str]) -> None:
    """What was done last stands until the next build, which knows whether the fact is there."""
    for kind, other in (("note", "gone"), ("gone", "note")):
        changed = LATER.replace("note", kind)
        both = [changed if line == LATER else line.replace("note", other) for line in lines]
        assert union(*both) == union(changed)
    assert union(GOOD, GOOD.replace("note", "gone")) == union(GOOD.replace("note", "gone"))


def test_two_changes_in_one_second_are_sent_again() -> None:
    other = GOOD.replace("00ff", "00fe")
    for lines in ((GOOD, other), (other, GOOD)):
        entry = union(*lines).notes["a/cloze"]
        assert (entry.mod, entry.content, entry.source) == (5, "-", "")


def test_of_two_note_types_the_later_one_stands() -> None:
    first, second = "type cloze 5 ff", "type cloze 6 00"
    assert union(first, second) == union(second, first) == union(second)


def test_a_branch_of_an_older_version_takes_no_source_away() -> None:
    old = GOOD.replace(" 5e ", " ")
    assert union(old, GOOD) == union(GOOD, old) == union(GOOD)


@pytest.mark.parametrize(
    ("ours", "theirs", "together"),
    [
        ("1=a/b", "1=a/b 2=c/d", "1=a/b 2=c/d"),  # one branch added a blank
        ("1=a/b 2=c/d", "1=a/b 3=e/f", "1=a/b 2=c/d 3=e/f"),
        ("1=a/b ~2=c/d", "1=a/b 2=c/d", "1=a/b ~2=c/d"),  # one branch removed it
        ("1=a/b 2=c/d", "1=a/b ~2=c/d", "1=a/b ~2=c/d"),
        ("1=a/b 2=c/d", "1=a/b 2=e/f", "1=a/b 2=c/d ~2=e/f"),  # both gave a number
        ("1=a/b 1=c/d", "1=a/b 1=c/d", "1=a/b 1=c/d"),  # they hide together
    ],
)
def test_numbers_of_both_branches_are_kept(ours: str, theirs: str, together: str) -> None:
    cloze = GOOD.removesuffix("1=ab/cd")
    assert union(cloze + ours, cloze + theirs) == union(cloze + together)
    steps = "parts a/step "
    assert union(steps + ours, steps + theirs) == union(steps + together)


def test_what_a_branch_changed_under_the_former_id_belongs_to_the_new_one() -> None:
    renamed = [GOOD.replace("a/", "c/"), "parts c/step 1=a/b", "was b c", "was a b"]
    changed = [LATER, "parts a/step 1=a/b 2=c/d"]
    expected = [LATER.replace("a/", "c/"), "parts c/step 1=a/b 2=c/d", "was a b", "was b c"]
    for lines in (renamed + changed, changed + renamed):
        assert union(*lines) == union(*expected)
    gone = [line.replace("note", "gone") for line in renamed]
    assert union(*gone, *changed).notes == {"c/cloze": union(LATER).notes["a/cloze"]}


def test_a_note_under_three_ids_is_united_in_one_way() -> None:
    lines = [
        f"note {fact}/cloze g 5 7 00ff 0a 5e {number}={text}/cd"
        for fact, number, text in (("a", 1, "aa"), ("b", 2, "bb"), ("c", 3, "cc"))
    ]
    (entry,) = union(*lines, "was a b", "was b c").notes.values()
    assert [used.number for used in entry.parts] == [3, 1, 2]


def test_what_a_branch_added_under_the_former_id_goes_along() -> None:
    ours = [GOOD.replace("a/", "c/"), "was a c", "note c/step-4 h 5 7 00 0a 5e"]
    theirs = [GOOD, "note a/step-3 i 6 7 00 0a 5e", "note a/step-4 j 6 7 00 0a 5e"]
    together = union(*ours, *theirs)
    assert set(together.notes) == {"c/cloze", "c/step-3", "c/step-4"}
    assert together.notes["c/step-4"].guid == "h"
    assert set(together.stray) == {("c/step-4", "j")}


def test_a_note_that_took_a_former_id_stays() -> None:
    lines = [GOOD, "was a c", GOOD.replace("a/", "c/").replace(" g ", " h ")]
    assert set(union(*lines).notes) == {"a/cloze", "c/cloze"}


def test_renames_in_a_ring_are_followed_once() -> None:
    assert set(union(GOOD, "was a b", "was b a").notes) == {"a/cloze"}


@pytest.mark.parametrize("kind", ["note", "gone"])
def test_one_key_for_two_notes_is_refused(kind: str) -> None:
    other = GOOD.replace(" g ", " h ").replace("note", kind)
    refused = problem(f"crisis-cards lock 2\n\n{GOOD}\n\n{other}\n")
    assert (refused.span.line, refused.message) == (
        5, "this key stands for two notes, with two GUIDs",
    )  # fmt: skip


def test_a_lock_of_two_decks_is_refused() -> None:
    refused = problem("crisis-cards lock 2\n\ndeck d\n\ndeck e\n")
    assert refused.message == 'this lock is of two decks, "d" and "e"'


def test_files_that_are_not_there_or_cannot_be_read(tmp_path: Path) -> None:
    assert lock.read(tmp_path / "deck.lock") == (Lock(), [])
    (tmp_path / "deck.lock").mkdir()
    parsed, (refused,) = lock.read(tmp_path / "deck.lock")
    assert parsed is None
    assert refused.message == "the lock cannot be read: is a directory"
    (tmp_path / "latin").write_bytes(b"crisis-cards lock 2\n\xff")
    assert lock.read(tmp_path / "latin")[1][0].message == "this is no lock of crisis-cards"
    (tmp_path / "lock").write_text(lock.render(Lock(deck="d")))
    assert lock.read(tmp_path / "lock") == (Lock(deck="d"), [])


# ids


PUBLISHED = Lock(
    notes={"old/ask": ENTRY, "kept/ask": ENTRY._replace(face="0b")},
    gone={"gone/ask": ENTRY._replace(face="0c")},
    was={"former": "kept"},
)


def test_ids_that_were_published() -> None:
    assert lock.facts_of(PUBLISHED) == {"old", "kept", "gone", "former"}


def test_a_lost_id_is_recognised_by_its_front() -> None:
    faces = [("new/ask", "0a"), ("back/ask", "0c"), ("other/ask", "0b"), ("side/side-1", "0a")]
    present = {"kept", "new", "back", "other", "side"}
    assert looks_renamed(present, faces, (), PUBLISHED) == {"new": "old", "back": "gone"}
    assert looks_renamed(present, faces, {"old"}, PUBLISHED) == {"back": "gone"}
    assert looks_renamed({*present, "old"}, faces, (), PUBLISHED) == {"back": "gone"}


def test_a_published_id_is_not_renamed() -> None:
    assert looks_renamed({"kept"}, [("kept/ask", "0a")], (), PUBLISHED) == {}


def test_two_facts_may_look_like_one_that_is_lost() -> None:
    faces = [("a/ask", "0a"), ("b/ask", "0a")]
    assert looks_renamed({"kept", "a", "b"}, faces, (), PUBLISHED) == {"a": "old", "b": "old"}


def test_where_no_id_is_lost_nobody_asks_for_fronts() -> None:
    def faces() -> Iterator[tuple[str, str]]:
        raise AssertionError("asked")
        yield

    assert looks_renamed({"old", "kept", "gone"}, faces(), (), PUBLISHED) == {}
