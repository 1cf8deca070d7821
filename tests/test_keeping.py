"""`check --fix` takes nothing away: all that was typed stays, and stays in its value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import DECK
from crisis_cards import fix, pipeline
from crisis_cards.fix.proof import Trial
from crisis_cards.format.section import KNOWN_KEYS
from crisis_cards.format.shape import plain
from crisis_cards.problems import Check, Edit, Problem, Span, errors
from crisis_cards.yaml import repairs, tree
from crisis_cards.yaml.keeping import SIGNS, keeps, keeps_words
from crisis_cards.yaml.quotes import comment
from crisis_cards.yaml.stops import Slip, Stop

HEAD = "section: S\nsource: book\nfacts:\n"


@pytest.mark.parametrize(
    ("line", "ends", "sure"),
    [
        ("the double helix  # and Franklin", "the double helix ", True),
        ("Hey Jude #1 in 1968", None, True),
        ("Hey Jude #1 in 1968  # look it up", "Hey Jude #1 in 1968 ", True),
        ("Which songs (Hey Jude # in 1968)?", None, True),
        ("Which songs [one # two] three # four", "Which songs [one # two] three", True),
        ("the « grand # jeu » # c", "the « grand # jeu »", True),
        ('a "b # c" d # e', 'a "b # c" d', True),
        ("a 'b # c' d # e", "a 'b # c' d", True),
        ("it's so # isn't it", "it's so", True),
        ("the tag #MeToo", None, False),
        ("C # ", None, False),
        ("C #  # c", "C # ", False),
        ("a #todo later", "a", True),
        ("a ## b", "a", True),
        ("a#b", None, True),
        ("(never closed # c", "(never closed", True),
    ],
)
def test_what_is_a_comment(line: str, ends: str | None, sure: bool) -> None:
    assert comment(line) == (len(line) if ends is None else len(ends), sure)


@pytest.mark.parametrize(
    ("text", "new", "proved", "in_hint"),
    [
        ("a: b", '"a: b"', True, True),
        ("a: b", '"a: "', False, False),
        ("a: 1", '"a: "', False, True),
        ("a : b", "a: b", True, True),
        ("a\u200c: b", "a: b", False, True),
        ("a\u00ad\u200b\ufeff: b", "a: b", True, True),
        ("a： b", "a: b", True, True),
        ("a； b", "a: b", False, True),
        ("“a”", '"a"', True, True),
        ("e\u0301", "é", False, False),
        ("ab", '"ba"', False, False),
    ],
)
def test_the_proof(text: str, new: str, proved: bool, in_hint: bool) -> None:
    edits = [Edit(4, 4 + len(text), new)]
    assert keeps(f"  - {text}\n", edits) == proved
    assert keeps_words(f"  - {text}\n", edits) == in_hint


@pytest.mark.parametrize(
    ("rest", "proved", "in_hint"),
    [("  # b", True, True), (" #1", False, False), (" #b", False, False), ("#1", True, True)],
)
def test_a_quote_does_not_cut_the_rest_of_a_line(rest: str, proved: bool, in_hint: bool) -> None:
    text = f"k: a: b{rest}\n"
    edits = [Edit(3, 7, '"a: b"')]
    assert keeps(text, edits) == proved
    assert keeps_words(text, edits) == in_hint


_TYPED = [*"""ab1é漢?!.,;:-–—'"“”’[](){}&*!|>%@`\\=~#""", " #1 in", ": ", " : ", " ", "\t"]
_FROM_WORD = ["\u00a0: ", "\u00a0", "\u202f?", "\u00ad", "\u200b", "\ufeff", "\u200d", "e\u0301"]
_WORDS = [
    "Hey Jude",
    "👩🏽\u200d🌾",
    "می\u200cخ",
    "(one # two)",
    '"a # b"',
    "==x==",
    " #MeToo",
    "it's",
]
_PIECE = st.sampled_from([*_TYPED, *_FROM_WORD, *_WORDS])
_VALUE = st.lists(_PIECE, min_size=1, max_size=7).map("".join)
_LINE_SLIP = st.sampled_from(
    [
        ("", ""),
        ("(?m)^    hint: ", "    hint\u00a0:\u00a0"),
        ("(?m)^    hint: ", "    “hint”: "),
        ("(?m)^    ", "\u00a0   "),
        ("b-2:", "B_2 :"),
        ("b-2:", "b\u00ad-2："),
        ("hint: ", "hint："),
        ("(?m)^  (c|b-2|a):", "  - \\1:"),
        ("hint", "hi\u200bnt"),
        ("hint:", "\ufeffhint:"),
    ]
)


def _solid(text: str) -> str:
    for char, sign in (*SIGNS.items(), ("\u00ad", ""), ("\u200b", ""), ("\ufeff", "")):
        text = text.replace(char, sign)
    return "".join(text.split())


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


@settings(max_examples=250, deadline=None)
@example(["Which songs (Beatles: Hey Jude #1 in 1968)?"], ("", ""), "\n")
@example(["'it's #1'"], ("", ""), "\n")
@example(['"a" b # c'], ("hint: ", "hint："), "\r\n")
@example(["Lima"], ("hint: ", "hint：: "), "\n")
@example(["[sic]: x", "*a* #1 b", "#1 c"], ("(?m)^    ", "\u00a0   "), "\r")
@given(st.lists(_VALUE, min_size=1, max_size=3), _LINE_SLIP, st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_character_is_still_there(
    tmp_path_factory: pytest.TempPathFactory,
    values: list[str],
    slip: tuple[str, str],
    newline: str,
) -> None:
    folder = tmp_path_factory.mktemp("deck")
    (folder / "deck.yaml").write_text(DECK + "id: x\n")
    facts = "".join(
        f"  # above {at}\n  {name}:\n    ask: Which number is {at}?  # a note\n    answer: x\n"
        f"    hint: {value}   # a remark\n"
        for at, (name, value) in enumerate(zip(("a", "b-2", "c"), values, strict=False))
    )
    text = HEAD + (re.sub(*slip, facts) if slip[0] else facts)
    path = folder / "1.yaml"
    path.write_bytes(text.replace("\n", newline).encode())
    made = fix.fix(folder)
    if not made.files:
        return
    ((_, (before, after)),) = made.files.items()
    kept = _solid(re.sub("(?m)^  - ", "", before.decode().replace(newline, "\n")))
    mended = _solid(after.decode()).replace("B_2", "b-2")
    assert _in_order(kept.replace("B_2", "b-2"), mended)
    notes = [line.rsplit("#", 1)[1] for line in after.decode().splitlines() if "#" in line]
    assert notes.count(" a note") == notes.count(" a remark") == len(values)
    opens = any(value.strip()[:1] in ("'", '"', "|", ">") for value in values)
    if opens or any(problem.is_error for problem in made.project.problems):
        return
    root: Any = plain(tree.parse(after, "", KNOWN_KEYS)[0].root)  # type: ignore[arg-type]
    assert list(root["facts"]) == ["a", "b-2", "c"][: len(values)]
    for number, (typed, fact) in enumerate(zip(values, root["facts"].values(), strict=True)):
        assert fact["ask"] == f"Which number is {number}?"
        line = f"    hint: {typed}   # a remark"
        read = [text.value for text in tree.scalars(line)]  # YAML may have cut it by itself
        if line in before.decode() and _solid(fact["hint"]) != _solid(read[-1]):
            assert _in_order(_solid(typed), _solid(fact["hint"]))


@settings(max_examples=150, deadline=None)
@given(_VALUE, _VALUE)
def test_no_hint_proposes_a_cut(one: str, two: str) -> None:
    text = f"{HEAD}  a:\n    ask: {one}\n    answer: {two}\n"
    found = tree.stop(text, KNOWN_KEYS)
    if found is None:
        return
    for _, slip in repairs.proposals(found):
        assert keeps_words(text, slip.edits)
        if slip.sure:
            assert keeps(text, slip.edits)


def test_the_proof_decides_what_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A remedy that would take something away is not tried, whoever offers it."""
    (tmp_path / "deck.yaml").write_text(DECK + "id: x\n")
    (tmp_path / "1.yaml").write_text(HEAD + "  a: {ask: Who?, answer: I}\n  b:\n    ask: a: b #1\n")

    def cutting(stop: Stop) -> Any:
        start = stop.text.index("a: b")
        edits = (Edit(start, start + 4, '"a: b"'),)
        yield Slip(start, start + 1, "a colon", "quote it", edits, sure=True)

    monkeypatch.setattr(repairs, "REPAIRS", (cutting,))
    assert not fix.fix(tmp_path).mended
    problem = next(p for p in pipeline.read(tmp_path).problems if p.check == "yaml-syntax")
    assert not problem.fix
    assert "quote it" not in problem.hint


@pytest.mark.parametrize(
    ("check", "edits", "proved"),
    [
        (errors.BAD_DATE, [("July 1962", "1962-07")], True),
        (errors.BAD_DATE, [("July 1962}", "1962-07}")], False),
        (errors.BAD_DATE, [("when: July 1962", "when: 1962-07")], False),
        (errors.BAD_DATE, [("July", "1962 #")], False),
        (errors.WRONG_TYPE, [("July 1962", "1962-07")], False),
        (errors.UNCLOSED_CLOZE, [("x===", "x==")], True),
        (errors.UNCLOSED_CLOZE, [("x===", "x==, a: b")], False),
        (errors.UNKNOWN_KEY, [("whn", "when")], True),
    ],
)
def test_what_replaces_a_value_changes_that_value_alone(
    check: Check, edits: list[tuple[str, str]], proved: bool
) -> None:
    text = (
        HEAD
        + "  a: {cloze: The ==x===, when: July 1962}  # c\n  b: {ask: q, whn: 1962, answer: r}\n"
    )
    fixes = tuple(
        Edit(text.index(typed), text.index(typed) + len(typed), new) for typed, new in edits
    )
    problem = Problem(Span("x", 1, 1, 2), check, "", "", fixes)
    assert Trial(text.encode(), [problem]).is_proved() == proved
