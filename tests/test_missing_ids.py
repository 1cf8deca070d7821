"""A list of facts without ids: `check --fix` makes the ids, and changes nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DECK, run
from crisis_cards import fix
from crisis_cards.format.shape import plain
from crisis_cards.yaml import tree

HEAD = "section: S\nsource: book\nfacts:\n"
FILE = Path("decks/one/1.yaml")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("decks/one").mkdir(parents=True)
    Path("decks/one/deck.yaml").write_text(DECK)


def fixed(facts: str, head: str = HEAD) -> str:
    """The facts of a file after `check --fix`."""
    FILE.write_bytes((head + facts).encode())
    run("check", "--fix")
    return FILE.read_bytes().decode().removeprefix(head)


def ids(facts: str) -> list[str]:
    root: Any = plain(tree.parse((HEAD + fixed(facts)).encode(), "")[0].root)  # type: ignore[arg-type]
    return list(root["facts"])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "  # the first\n  - ask: Who led France?   # c\n    answer: he\n\n"
            "  # the second\n  - term: U-2\n    means: |\n      a plane\n\n       # no comment\n",
            "  # the first\n  led-france:\n    ask: Who led France?   # c\n    answer: he\n\n"
            "  # the second\n  u-2:\n    term: U-2\n    means: |\n      a plane\n\n"
            "       # no comment\n",
            id="dashes",
        ),
        pytest.param(
            "- ask: Who led France?\n  answer: De\n    Gaulle\n# at the margin\n-   term: U-2\n"
            "    means: |\n      a plane\n\n       # no comment\n    # a comment\n",
            "  led-france:\n    ask: Who led France?\n    answer: De\n      Gaulle\n"
            "# at the margin\n  u-2:\n      term: U-2\n      means: |\n        a plane\n\n"
            "         # no comment\n      # a comment\n",
            id="dashes at the margin",
        ),
        pytest.param(
            "  - {term: U-2, means: a plane}\n  - # a - dash\n    term: SAM\n    means: a missile",
            "  u-2: {term: U-2, means: a plane}\n  sam: # a - dash\n    term: SAM\n"
            "    means: a missile",
            id="facts in braces, and below their dash",
        ),
        pytest.param(
            "  [{term: U-2, means: a plane},\n   {term: SAM, means: a missile}]  # all\n",
            "  {u-2: {term: U-2, means: a plane},\n   sam: {term: SAM, means: a missile}}  # all\n",
            id="a list in brackets",
        ),
        pytest.param(
            "  - id: spy-plane  # an id\n    term: U-2\n    means: a plane\n"
            "  - sam:\n    term: SAM\n    means: a missile\n"
            "  - mig:\n      term: MiG\n      means: a fighter\n"
            "  - term: Foxtrot\n    means: boat\n",
            "  spy-plane:  # an id\n    term: U-2\n    means: a plane\n"
            "  sam:\n    term: SAM\n    means: a missile\n"
            "  mig:\n      term: MiG\n      means: a fighter\n"
            "  foxtrot:\n    term: Foxtrot\n    means: boat\n",
            id="some have ids",
        ),
        pytest.param(
            "  - sam:\n    term: SAM\n    means: a missile\n"
            "  - mig:\n    term: MiG\n    means: a fighter\n",
            "  sam:\n    term: SAM\n    means: a missile\n"
            "  mig:\n    term: MiG\n    means: a fighter\n",
            id="all have ids",
        ),
    ],
)
def test_the_list_becomes_a_mapping_and_nothing_else_changes(
    before: str, after: str, newline: str
) -> None:
    head = HEAD.replace("\n", newline)
    assert fixed(before.replace("\n", newline), head) == after.replace("\n", newline)
    assert "error" not in run("check").stderr


@pytest.mark.parametrize(
    ("fact", "made"),
    [
        (
            "ask: Which songs were number one in the United States in 1968?",
            "songs-number-united-states",
        ),
        ("ask: Where?", "where"),
        ("cloze: The Navy enforced a ==c1::quarantine::law==.", "navy-enforced-quarantine-law"),
        ("term: Größe", "größe"),
        ("term: 江戸", "江戸"),
        ("term: می\u200cخواهم", "می\u200cخواهم"),
        ("person: Khrushchev's son", "khrushchev-son"),
        ("term: '?!'", "fact"),
        ("term: source", "source-2"),
        ("event: Antidisestablishmentarianism wins", "antidisestablishmentarianism"),
    ],
)
def test_an_id_says_what_the_fact_is_about(fact: str, made: str) -> None:
    rest = {
        "ask": "answer: x", "cloze": "hint: x", "term": "means: x", "person": "role: x",
        "event": "when: 1962",
    }[fact.split(":", maxsplit=1)[0]]  # fmt: skip
    assert ids(f"  - {fact}\n    {rest}\n") == [made]


def test_the_words_that_say_little_are_those_of_the_language() -> None:
    Path("decks/one/deck.yaml").write_text(DECK + "language: fr\n")
    asked = "  - ask: Qui a convoqué l'assemblée des notables en 1787 ?\n    answer: Calonne\n"
    assert ids(asked) == ["convoqué-assemblée-notables-1787"]


def test_an_id_is_its_own() -> None:
    """It is in no other file, it was never published, and no fact had it before."""
    Path("decks/one/2.yaml").write_text(HEAD + "  sam: {term: SAM, means: x, was: mig}\n")
    FILE.write_text(HEAD + "  u-2: {term: U-2, means: a plane}\n")
    assert run("build").exit_code == 0
    facts = [
        f"  - {{term: {name}, means: thing {at}}}\n"
        for at, name in enumerate(
            ["SAM", "MiG", "U 2", "SAM", "Foxtrot and its crew", "the Foxtrot", "Foxtrot"]
        )
    ]
    assert ids("".join(facts)) == [
        "sam-2", "mig-2", "u-2-2", "sam-3", "foxtrot-crew", "foxtrot", "foxtrot-2",
    ]  # fmt: skip


def test_behind_what_cannot_be_read_there_may_be_the_same_id() -> None:
    Path("decks/one/2.yaml").write_text(HEAD + '  sam: {term: "SAM, means: x}\n')
    facts = "  - {term: SAM, means: x}\n"
    assert fixed(facts) == facts


def test_a_list_in_which_something_is_no_fact_stays() -> None:
    for facts in (
        "  - a text\n  - {term: SAM, means: x}\n  - {term: MiG, means: x}\n",
        "  - ask: Who?\n  - answer: Me\n",
        "  - one\n  - two\n",
    ):
        assert fixed(facts) == facts


def test_what_else_is_wrong_in_the_facts_is_told_at_once() -> None:
    FILE.write_text(HEAD + "  - {term: SAM, meens: x}\n  - {ask: Who?, answer: I, when: soon}\n")
    told = re.findall(r"error\[([\w-]+)\]", run("check").stderr)
    assert told == ["missing-id", "unknown-key", "bad-date"]
    left = run("check", "--fix").stderr
    assert re.findall(r"error\[([\w-]+)\]", left) == ["missing-id", "unknown-key", "bad-date"]
    assert left.startswith("fixed: ")


_TEXT = st.builds(
    lambda first, rest: first + "".join(rest).rstrip(),
    st.sampled_from("abé漢"),
    st.lists(st.sampled_from([*"abé漢’'-_.,;!?0 \u200d\u0301"]), max_size=12),
)
_STYLE = st.sampled_from(
    [
        "  - ask: {0}\n    answer: {1}\n",
        "  - ask: {0}  # why\n    answer: |\n      {1}\n       x\n",
        "  - {{term: \"{0}\", means: '{2}'}}\n", "  # a note\n  -   term: {0}\n      means: {1}\n",
        "  -\n    ask: {0}\n\n    answer: >\n     {1}\n",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_STYLE, _TEXT, _TEXT), min_size=1, max_size=5), st.booleans())
def test_every_fact_keeps_what_it_says(
    tmp_path_factory: pytest.TempPathFactory, facts: list[tuple[str, str, str]], margin: bool
) -> None:
    folder = tmp_path_factory.mktemp("deck")
    (folder / "deck.yaml").write_text(DECK + "id: x\n")
    text = "".join(style.format(a, b, b.replace("'", "''")) for style, a, b in facts)
    if margin:
        text = re.sub("^  ", "", text, flags=re.MULTILINE)
    (folder / "1.yaml").write_text(HEAD + text)
    made = fix.fix(folder)
    ((_, (before, after)),) = made.files.items()
    old, new = (plain(tree.parse(data, "")[0].root) for data in (before, after))  # type: ignore[arg-type]
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    assert isinstance(new["facts"], dict)
    assert list(new["facts"].values()) == old["facts"]
    assert not [problem for problem in made.project.problems if problem.is_error]
    rest = iter("".join(after.decode().split()))
    assert all(char in rest for char in "".join(before.decode().split()).replace("-", ""))
