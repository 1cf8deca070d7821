"""Numbers stay with their blanks: `number` alone, on parts made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis_cards.format.prompt import Part
from crisis_cards.release.lock import Used
from crisis_cards.release.numbering import Numbered, better, number, short_hash, worded


def used(number_: int, text: str, around: str = "", *, gone: bool = False) -> Used:
    return Used(number_, short_hash(text), short_hash(around), gone)


def parts(*words: str) -> list[Part]:
    """`text around`, and after it perhaps the author's number."""
    split = [word.split() for word in words]
    return [Part(text, around, int(*fixed) if fixed else None) for text, around, *fixed in split]


def numbers(before: Sequence[str], now: Sequence[str]) -> tuple[int, ...]:
    return number(number((), parts(*before)).used, parts(*now)).numbers


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # nothing changed; other surroundings; another order
        (["a x", "b y"], ["a x", "b y"], (1, 2)),
        (["a x", "b y"], ["a v", "b w"], (1, 2)),
        (["a x", "b y"], ["b v", "a w"], (2, 1)),
        # one more, one less
        (["a x", "b y"], ["c z", "a x", "b y"], (3, 1, 2)),
        (["a x", "b y", "c z"], ["a x", "c z"], (1, 3)),
        # another text in the same place
        (["a x", "b y"], ["v x", "b y"], (1, 2)),
        (["a x", "b y"], ["v x", "w y"], (1, 2)),
        # another text in another place
        (["a x", "b y"], ["a x", "v z"], (1, 3)),
        # the only one there ever was
        (["a x"], ["v z"], (1,)),
        # the author's own numbers
        (["a x", "b y"], ["v z 2", "b y"], (2, 3)),
        (["a x", "b y"], ["a x 7", "b y"], (7, 2)),
        (["a x", "b y"], ["a x 1", "b y 1"], (1, 1)),
        # equal texts: the one with its surroundings first, then in the order of the text
        (["a x", "a y"], ["a y", "a x"], (2, 1)),
        (["a x", "a y"], ["a v", "a w"], (1, 2)),
        (["a x", "a y"], ["b y", "a y"], (3, 2)),
    ],
)
def test_numbers_stay_with_their_blanks(
    before: list[str], now: list[str], expected: tuple[int, ...]
) -> None:
    assert numbers(before, now) == expected


def test_a_new_blank_beside_a_gone_one_is_not_the_only_one_there_ever_was() -> None:
    before = (used(1, "a", "x"), used(2, "b", "y", gone=True))
    assert number(before, parts("v z")) == Numbered(
        (3,), (used(3, "v", "z"), used(1, "a", "x", gone=True), used(2, "b", "y", gone=True)), (1,)
    )


def test_a_gone_one_is_not_carried_on_by_the_only_part() -> None:
    before = (used(1, "a", "x", gone=True),)
    assert number(before, parts("v z")) == Numbered((2,), (used(2, "v", "z"), *before), ())


def test_beside_a_number_of_the_author_the_other_part_is_not_the_only_one() -> None:
    before = (used(1, "a", "x"),)
    assert number(before, parts("b y 5", "v z"))[::2] == ((5, 2), (1,))
    assert number(before, parts("b y 1", "v z"))[::2] == ((1, 2), ())


def test_of_two_new_texts_in_one_place_neither_is_the_old_one() -> None:
    before = (used(1, "a", "x"), used(2, "b", "y"))
    assert number(before, parts("v x", "w x", "b y"))[::2] == ((3, 4, 2), (1,))


def test_of_two_old_texts_in_one_place_neither_is_the_new_one() -> None:
    before = (used(1, "a", "x"), used(2, "b", "x"), used(3, "c", "y"))
    assert number(before, parts("v x", "c y"))[::2] == ((4, 3), (1, 2))


def test_a_text_that_is_matched_is_no_rival_for_its_place() -> None:
    before = (used(1, "a", "x"), used(2, "b", "x"))
    assert number(before, parts("v x", "b x")).numbers == (1, 2)


def test_a_used_number_is_never_given_again() -> None:
    first = number((), parts("a x", "b y"))
    second = number(first.used, parts("a x"))
    assert second == Numbered((1,), (used(1, "a", "x"), used(2, "b", "y", gone=True)), ())
    assert number(second.used, parts("a x", "c z")).numbers == (1, 3)


def test_a_text_that_comes_back_gets_its_number_back_but_a_place_does_not() -> None:
    before = (used(1, "a", "x"), used(2, "b", "y", gone=True))
    assert number(before, parts("b z", "a x")).numbers == (2, 1)
    assert number(before, parts("c y", "a x")).numbers == (3, 1)


def test_what_nobody_can_tell_is_said() -> None:
    before = (used(1, "a", "x"), used(2, "b", "y"))
    assert number(before, parts("v z", "w u"))[::2] == ((3, 4), (1, 2))
    assert number(before, parts("a z"))[::2] == ((1,), ()), "a removal is no question"


def test_without_parts_all_are_gone() -> None:
    assert number((), ()) == Numbered((), (), ())
    gone = (used(1, "a", gone=True),)
    assert number((used(1, "a"),), ()) == Numbered((), gone, ())
    assert number(gone, ()) == Numbered((), gone, ())


def test_white_space_and_the_way_accents_are_stored_make_no_other_text() -> None:
    assert short_hash(" Fidel\n Castro Ru\u0301z ") == short_hash("Fidel Castro R\u00faz")
    assert short_hash("Cuba") == "0d0b4e41", "the hashes in locks that are out there"


# numbers that the author wrote


@pytest.mark.parametrize(
    ("number_", "texts", "right"),
    [
        (1, ["a"], 0),  # its own
        (1, ["v"], 0),  # it is there, and in other words now
        (2, ["b"], 0),  # it comes back
        (2, ["v"], 5),  # another one's, which is gone
        (2, ["v", "b"], 0),  # they hide together
        (3, ["a"], 1),  # another one's, while it has a number itself
        (2, ["a"], 1),
        (9, ["v"], 0),  # new
    ],
)
def test_a_number_that_was_another_blanks_has_a_better_one(
    number_: int, texts: list[str], right: int
) -> None:
    before = (used(1, "a", "x"), used(3, "c", "z"), used(2, "b", "y", gone=True))
    assert better(before, number_, texts, {number_, 4}) == right


# texts that were reworded beside others that are new


def reworded(before: Sequence[str], now: Sequence[str]) -> tuple[int, ...]:
    """The numbers of steps after one release with them and another one."""

    def steps(texts: Sequence[str]) -> list[Part]:
        around = ["", *texts, ""]
        return [Part(text, f"{around[at]} … {around[at + 2]}") for at, text in enumerate(texts)]

    first = number((), steps(before))
    return number(first.used, steps(now), worded(first.numbers, steps(before))).numbers


FLIGHT = "A U-2 takes pictures of western Cuba"
PLANE = "A U-2 plane photographs western Cuba and takes home its pictures"
SITES = "Analysts find launch sites"
NEW = "The photographs are developed in Suitland"
TOLD = "Kennedy is told at breakfast"
SPEECH = "Kennedy speaks on television"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([FLIGHT, SITES, TOLD], [PLANE, NEW, SITES, TOLD], (1, 4, 2, 3)),
        ([FLIGHT, SITES, TOLD], [NEW, PLANE, SITES, TOLD], (4, 1, 2, 3)),
        ([SITES, FLIGHT, TOLD], [SITES, NEW, PLANE, TOLD], (1, 4, 2, 3)),
        ([SITES, FLIGHT], [SITES, NEW, PLANE], (1, 3, 2)),
        # two that were reworded side by side
        ([FLIGHT, TOLD, SPEECH], [PLANE, "At breakfast Kennedy is told", SPEECH], (1, 2, 3)),
        # beside one that is gone
        ([SITES, FLIGHT, TOLD, SPEECH], [SITES, PLANE, SPEECH], (1, 2, 4)),
        # other words
        ([SITES, FLIGHT, TOLD], [SITES, NEW, "Nobody sleeps", TOLD], (1, 4, 5, 3)),
        # two that may be it
        ([SITES, FLIGHT, TOLD], [SITES, PLANE, f"{FLIGHT} again", TOLD], (1, 4, 5, 3)),
        ([SITES, FLIGHT, f"{FLIGHT} twice", TOLD], [SITES, PLANE, NEW, TOLD], (1, 5, 6, 4)),
        # not in the same place
        ([SITES, FLIGHT, TOLD], [SITES, TOLD, PLANE, NEW], (1, 3, 4, 5)),
        # without spaces between words
        (["古巴發現導彈", "總統知道"], ["古巴西部發現導彈", "照片", "總統知道"], (1, 3, 2)),
    ],
)  # fmt: skip
def test_a_text_in_other_words_keeps_its_number_beside_a_new_one(
    before: list[str], now: list[str], expected: tuple[int, ...]
) -> None:
    assert reworded(before, now) == expected


def test_words_of_a_text_that_is_no_longer_that_of_its_number_do_not_count() -> None:
    """A version that knows no words goes on with other texts, and leaves the words as they are."""
    words = worded((1, 2), [Part(FLIGHT), Part(SITES)])
    before = (used(1, TOLD, "x"), used(2, SITES, "y"))
    assert number(before, [Part(PLANE), Part(NEW), Part(SITES)], words).numbers == (3, 4, 2)


_SENTENCES = st.lists(
    st.lists(st.sampled_from([f"word{at}" for at in range(8)]), min_size=1, max_size=4).map(
        " ".join
    ),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(_SENTENCES, _SENTENCES)
def test_words_give_no_number_to_another_text_than_they_should(
    before: list[str], now: list[str]
) -> None:
    """What is certain without words stays; what they add has most of its words in common."""
    without = numbers_of(before, now, words=False)
    for at, (plain, known) in enumerate(
        zip(without, numbers_of(before, now, words=True), strict=True)
    ):
        if plain <= len(before):
            assert known == plain
        elif known <= len(before):
            old, new = set(before[known - 1].split()), set(now[at].split())
            assert 2 * len(old & new) >= 0.5 * (len(old) + len(new))


def numbers_of(before: list[str], now: list[str], *, words: bool) -> tuple[int, ...]:
    old, new = ([Part(text, f"beside {text}") for text in texts] for texts in (before, now))
    first = number((), old)
    return number(first.used, new, worded(first.numbers, old) if words else ()).numbers


# the same numbers as ever


def former(before: tuple[Used, ...], parts: Sequence[Part]) -> Numbered:
    """The algorithm of the first releases, as it was: locks that are out there were made by it.

    But for numbers that it called lost although another blank of the same number was still there.
    """
    marks = [(short_hash(part.text), short_hash(part.around)) for part in parts]
    if not before and all(part.fixed is None for part in parts):
        now = tuple(Used(at, *mark) for at, mark in enumerate(marks, start=1))
        return Numbered(tuple(range(1, len(parts) + 1)), now, ())
    if [(*mark, False) for mark in marks] == [used[1:] for used in before] and all(
        part.fixed in (None, used.number) for part, used in zip(parts, before, strict=True)
    ):
        return Numbered(tuple(used.number for used in before), tuple(dict.fromkeys(before)), ())
    numbers: list[int | None] = [part.fixed for part in parts]
    fixed = {part.fixed for part in parts}
    free = [used for used in before if used.number not in fixed]

    def pair(same: Sequence[int], among: list[Used]) -> None:
        if not among:
            return
        for at, mark in enumerate(marks):
            if numbers[at] is None:
                hits = [used for used in among if all(mark[s] == used[s + 1] for s in same)]
                rivals = [
                    m for n, m in zip(numbers, marks, strict=True)
                    if n is None and all(m[s] == mark[s] for s in same)
                ]  # fmt: skip
                if hits and (0 in same or len(hits) == len(rivals) == 1):
                    numbers[at] = hits[0].number
                    among.remove(hits[0])

    live = [used for used in free if not used.gone]
    pair((0, 1), live)
    pair((0,), live)
    pair((1,), live)
    pair((0,), [used for used in free if used.gone])
    open_ = [at for at, number in enumerate(numbers) if number is None]
    if len(before) == len(parts) == len(open_) == len(live) == 1:
        numbers[0] = live.pop().number
        open_ = []
    lost = tuple(used.number for used in live if used.number not in numbers) if open_ else ()
    used_up = {*fixed, *(used.number for used in before)}
    fresh = (number for number in count(1) if number not in used_up)
    for at in open_:
        numbers[at] = next(fresh)
    result = tuple(number for number in numbers if number is not None)
    kept = [Used(n, *mark) for n, mark in zip(result, marks, strict=True)]
    old = [used._replace(gone=True) for used in before if used.number not in result]
    return Numbered(result, tuple(dict.fromkeys((*kept, *sorted(old)))), lost)


_LETTERS, _PLACES = st.sampled_from("abc"), st.sampled_from("xy")
_PARTS = st.lists(
    st.builds(Part, _LETTERS, _PLACES, st.sampled_from((None, None, None, 1, 2, 9))), max_size=5
)
_BEFORE = st.lists(
    st.builds(
        Used, st.integers(1, 6), _LETTERS.map(short_hash), _PLACES.map(short_hash), st.booleans()
    ),
    max_size=5,
).map(tuple)


def _of_one_branch(before: tuple[Used, ...]) -> bool:
    """Only where two branches were merged is one number gone and there."""
    live, gone = ({used.number for used in before if used.gone is gone} for gone in (False, True))
    return live.isdisjoint(gone)


@given(_BEFORE.filter(_of_one_branch), _PARTS)
def test_the_numbers_are_those_of_the_first_releases(
    before: tuple[Used, ...], parts: list[Part]
) -> None:
    assert number(before, parts) == former(before, parts)


@given(st.lists(_PARTS, max_size=6))
def test_so_they_are_over_many_releases(releases: list[list[Part]]) -> None:
    before: tuple[Used, ...] = ()
    for parts in releases:
        numbered = number(before, parts)
        assert numbered == former(before, parts)
        before = numbered.used


_TEXTS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5)


@given(st.lists(_TEXTS, min_size=2, max_size=6))
def test_a_number_never_moves_to_another_text_while_its_own_is_there(
    releases: list[list[str]],
) -> None:
    ever: dict[int, str] = {}
    known: tuple[Used, ...] = ()
    before: dict[int, str] = {}
    for texts in releases:
        numbers, known, _ = number(known, [Part(text, f"around {text}") for text in texts])
        assert len(set(numbers)) == len(texts), "no two share a number unasked"
        now = dict(zip(numbers, texts, strict=True))
        for own, text in now.items():
            if own in before:
                only = len(before) == len(ever) == len(now) == 1
                assert before[own] == text or only
            else:
                assert ever.get(own, text) == text, "a used number is given to another text"
        ever |= now
        before = now
