"""What a YAML slip means: every hint was tried, and every repair is met by a case."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CASES
from crisis_cards.format.section import KNOWN_KEYS
from crisis_cards.problems import Edit
from crisis_cards.yaml import repairs, stops, tree
from crisis_cards.yaml.stops import Slip, Stop


class Repaired(NamedTuple):
    """A file that does not parse, and what was found out about it."""

    stop: Stop
    repair: str
    slip: Slip


def _is_broken(data: bytes) -> bool:
    """Whether the parser stops in a file as it is; git's marks are taken out before it reads."""
    return b"<<<<<<<" not in data and bool(tree.parse(data, "", KNOWN_KEYS)[0].errors)


def _texts() -> dict[str, str]:
    """The files that do not parse, of every case that says so, by case and file."""
    found = {}
    for out in sorted((CASES / "err").glob("*/*.out")):
        if "[yaml-syntax]" in out.read_text(encoding="utf-8"):
            case = out.with_suffix("")
            for path in (case.with_suffix(".yaml"), *case.glob("*.yaml")):
                if path.exists() and _is_broken(path.read_bytes()):
                    found[f"{case.stem}/{path.stem}"] = path.read_bytes().decode("utf-8-sig")
    return found


TEXTS = _texts()


@cache
def _repaired(name: str) -> Repaired:
    stop = tree.stop(TEXTS[name], KNOWN_KEYS)
    assert stop is not None
    for repair, slip in repairs.proposals(stop):
        if tree.gets_further(stop, slip.edits):
            return Repaired(stop, repair, slip)
    raise AssertionError("no repair helps")


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(tree, "_Parser", yaml.SafeLoader)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hint_is_true(name: str) -> None:
    """Once the whole file is edited, the parser stops nowhere, or further on."""
    stop, _, slip = _repaired(name)
    error = tree.parse(TEXTS[name].encode(), "", KNOWN_KEYS)[0].errors[0]
    assert (error.message, error.hint, error.fix) == (slip.message, slip.hint, slip.fix)
    assert slip.hint
    left = tree.stop(stops.edited(stop.text, slip.edits), KNOWN_KEYS)
    if left is not None:
        assert stops.unmoved(slip.edits, left.place) > stop.place


_TO_TYPE = re.compile(r"(?:write|put it in quotes): ([^…]+?)(?:; or .*)?$")


@pytest.mark.parametrize("name", TEXTS)
def test_what_a_hint_tells_to_type_is_what_the_edit_makes(name: str) -> None:
    stop, _, slip = _repaired(name)
    if (typed := _TO_TYPE.search(slip.hint)) and "begin a new line" not in slip.hint:
        assert typed[1].strip() in stops.edited(stop.text, slip.edits)


def test_every_repair_is_needed() -> None:
    used = {_repaired(name).repair for name in TEXTS}
    assert used == {repair.__name__ for repair in repairs.REPAIRS}


def test_most_cases_are_whole_after_one_repair() -> None:
    """Getting further is little; the usual slip is the only one of its file."""
    left = [
        name
        for name in TEXTS
        if tree.stop(stops.edited(TEXTS[name], _repaired(name).slip.edits)) is not None
    ]
    assert len(left) * 5 < len(TEXTS), left


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", ""),
        ("?\n  - b\n: c\n", stops.COMPLEX_KEY),
        ("- " * 40, ""),
        ("".join(f"{' ' * depth}k:\n" for depth in range(40)), stops.TOO_DEEP),
        ("a\n---\nb: c\n", stops.SECOND_DOCUMENT),
        ("a: \0b", ""),
        ("'", ""),
        ("\t", ""),
        ("%", ""),
        ("&", ""),
    ],
)
def test_what_no_repair_mends_still_has_a_message(text: str, message: str) -> None:
    document, problems = tree.parse(text.encode(), "", KNOWN_KEYS)
    shown = [*problems, *document.errors]
    assert len(shown) == 1
    assert message in shown[0].message
    assert shown[0].span.line >= 1


_TYPED = st.lists(
    st.sampled_from(
        [*"abé#'\"[]{}&*!|>%@`-?,\\:=\t\n", ": ", " #", "\n  ", "\n    ", "- ", "ask: "]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(_TYPED, _TYPED)
def test_whatever_is_typed_has_at_most_one_true_explanation(typed: str, more: str) -> None:
    text = f"section: S\nfacts:\n  a:\n    ask: {typed}\n    answer: b\n  c:\n    ask: {more}\n"
    stop = tree.stop(text, KNOWN_KEYS)
    if stop is None:
        return
    slip = repairs.explain(stop, lambda edits: tree.gets_further(stop, edits))
    assert 0 <= slip.start <= slip.end <= len(text) + 3
    if slip.hint:
        left = tree.stop(stops.edited(text, slip.edits), KNOWN_KEYS)
        assert left is None or stops.unmoved(slip.edits, left.place) >= stop.place


_FACT = "  fact-{0}:\n    ask: Which number is {0}?\n    answer: The number {0}\n"
_SLIPS = {
    "colon": "    extra: one: two\n",
    "quote": '    extra: "never closed\n',
    "bracket": "    tags: [one, two\n",
    "margin": "   extra: three spaces\n",
    "nothing helps": "  ,[x: y\n",
}


@pytest.mark.parametrize("at", [0, 10_000, 19_999])
@pytest.mark.parametrize("slip", _SLIPS)
def test_a_slip_in_a_large_file_costs_few_readings(slip: str, at: int) -> None:
    if tree._Parser is yaml.SafeLoader:
        return
    facts = [_FACT.format(n) for n in range(20_000)]
    data = f"section: S\nfacts:\n{''.join(facts)}".encode()
    started = time.process_time()
    tree.parse(data, "", KNOWN_KEYS)
    once = time.process_time() - started
    facts[at] += _SLIPS[slip]
    data = f"section: S\nfacts:\n{''.join(facts)}".encode()
    started = time.process_time()
    assert len(tree.parse(data, "", KNOWN_KEYS)[0].errors) == 1
    assert time.process_time() - started < 5 * once


def test_many_comments_above_a_slip() -> None:
    comments = "# a comment\n" * 100_000
    document, _ = tree.parse(f"section: S\n{comments}facts\n  a: b\n".encode(), "", KNOWN_KEYS)
    assert [error.hint for error in document.errors] == ["write: facts: "]


def test_edits_and_the_way_back() -> None:
    edits = (Edit(6, 8, "!"), Edit(2, 2, "xyz"))
    assert stops.edited("0123456789", edits) == "01xyz2345!89"
    moved = [stops.unmoved(edits, at) for at in range(12)]
    assert moved == [0, 1, 2, 2, 2, 2, 3, 4, 5, 6, 8, 9]


def test_the_cases_are_there() -> None:
    assert Path(CASES / "err").is_dir()
    assert len(TEXTS) > 100
