"""Reading goes on behind a slip in YAML: no slip hides another, or a fact that it is not in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CASES, DECK
from crisis_cards.commands import main
from crisis_cards.format import deck as decks
from crisis_cards.format import section
from crisis_cards.format.media import Media
from crisis_cards.format.section import KNOWN_KEYS
from crisis_cards.problems import Problem
from crisis_cards.yaml import tree

HEAD = "section: S\nsource: book\nfacts:\n"
FACTS = (
    "  f{n}:\n    ask: Which number is {n}?\n    answer: The number {n}\n    source: book\n",
    '  f{n}: {{ask: "Which number, {n}?", answer: It is {n}}}\n',
    '  f{n}:\n    cloze: "The ==number {n}== and ==it=="\n    extra: |\n      A.\n\n      B: x\n',
    "  f{n}:\n    sequence: 'To {n}'\n    steps:\n      - one {n}\n      - two\n      - \"a: b\"\n",
    "  f{n}:\n    contrast: Both of {n}\n    sides:\n      left {n}: not right\n      right: x\n",
    "\n  # a comment: here\n  f{n}:\n    term: {n}\n    means: >\n      on\n    hint: h # x\n",
    "  f{n}:\n    event: It happened {n}\n    when: 1962-10-{n}\n    extra: two\n      lines\n",
)

MEDIA = Media(Path("nowhere"))
_DECK = decks.read(
    Path("deck"), tree.parse(DECK.encode(), "", KNOWN_KEYS)[0], MEDIA, has_sections=True
)


class Read(NamedTuple):
    """What was read of a text, and what is wrong with it."""

    ids: set[str]  # of the facts that could be read
    problems: list[Problem]
    broken: bool


def read(text: str) -> Read:
    document, problems = tree.parse(text.encode(), "f.yaml", KNOWN_KEYS)
    file = section.read(document, _DECK, MEDIA)
    facts = file.section.facts if file.section else ()
    return Read({f.id.value for f in facts}, [*problems, *file.problems], document.broken)


@pytest.fixture(params=["libyaml", "pure"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(tree, "_Parser", yaml.SafeLoader)


_SLIPS: dict[str, Callable[[str], str]] = {
    "no space after the colon": lambda fact: fact.replace("ask: ", "ask:"),
    "a colon in a text": lambda fact: fact.replace("Which", "This: which"),
    "a quote inside quotes": lambda fact: fact.replace("Which", '"The "number" of').replace(
        "?", '"'
    ),
    "a quote that is never closed": lambda fact: fact.replace("The", '"The'),
    "an apostrophe first": lambda fact: fact.replace("The", "'The"),
    "a tab": lambda fact: fact.replace("    answer", "\tanswer"),
    "a key indented too little": lambda fact: fact.replace("    answer", "   answer"),
    "a key indented too deep": lambda fact: fact.replace("    answer", "      answer"),
    "an id indented too little": lambda fact: fact[1:],
    "an id indented too deep": lambda fact: " " + fact,
    "an id without a colon": lambda fact: fact.replace(":\n", "\n", 1),
    "a key without a colon": lambda fact: fact.replace("answer:", "answer"),
    "an at sign first": lambda fact: fact.replace("The", "@The"),
    "a list that is never closed": lambda fact: fact + "    tags: [one, two\n",
    "a mapping that is never closed": lambda fact: fact + "    extra: {one: two\n",
    "text at the margin": lambda fact: fact + "and more text\n",
    "an item among keys": lambda fact: fact.replace("    answer", "    - answer"),
}


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("at", [0, 3, 6])
@pytest.mark.parametrize("name", _SLIPS)
def test_one_slip_is_one_message_and_hides_no_other_fact(name: str, at: int) -> None:
    facts = [pattern.format(n=10 + n) for n, pattern in enumerate(FACTS)]
    facts[at] = _SLIPS[name](FACTS[0].format(n=10 + at))
    found = read(HEAD + "".join(facts))
    assert len(found.problems) == 1, found.problems
    first = HEAD.count("\n") + "".join(facts[:at]).count("\n") + 1
    assert first <= found.problems[0].span.line <= first + 5
    # Text at the margin below a fact, or an id that is none, may belong to the fact above.
    assert found.ids >= {f"f{10 + n}" for n in range(7) if n not in (at, at - 1)}
    assert f"f{10 + at}" not in found.ids or "id" in name


@pytest.mark.usefixtures("_parser")
def test_a_slip_in_every_second_fact() -> None:
    names = list(_SLIPS)
    names.remove("an id indented too little")  # and the next one, too deep: which one is right?
    parts = []
    for n, name in enumerate(names):
        parts += [_SLIPS[name](FACTS[0].format(n=f"1{n}")), FACTS[0].format(n=f"2{n}")]
    found = read(HEAD + "".join(parts))
    assert len(found.problems) == len(names)
    assert found.ids >= {f"f2{n}" for n in range(len(names))}


_CHARACTERS = st.sampled_from(
    [*"\"'[]{}&*!|>%@`-?,\\:#\t\n ab=", ": ", " #", "- ", "\n  ", "\n    ", "    ", '"x', "\n "]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FACTS), min_size=3, max_size=8), st.data())
def test_whatever_is_damaged_the_other_facts_are_read(patterns: list[str], data: Any) -> None:
    """All but the one above, to which the damaged lines may belong as well."""
    facts = [pattern.format(n=10 + n) for n, pattern in enumerate(patterns)]
    hurt = data.draw(st.integers(1, len(facts) - 1))
    fact = facts[hurt]
    at = data.draw(st.integers(0, len(fact) - 2))
    typed, over = data.draw(st.one_of(st.just(""), _CHARACTERS)), data.draw(st.integers(0, 2))
    facts[hurt] = fact[:at] + typed + fact[min(at + over, len(fact) - 1) :]
    text = HEAD + "".join(facts)
    found = read(text)
    lines = text.split("\n")
    for problem in found.problems:
        _, line, column, end, source = problem.span
        assert 1 <= line <= len(lines)
        assert source == lines[line - 1]
        assert 1 <= column < end
        assert column <= len(source) + 1
    others = {f"f{10 + n}" for n in range(len(facts)) if n not in (hurt, hurt - 1)}
    if "\n" not in typed or at > 3:  # a new line at the margin begins another key there
        assert others <= found.ids
    assert found.problems or f"f{10 + hurt - 1}" in found.ids


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2000), _CHARACTERS), max_size=12))
def test_nothing_that_is_typed_raises(typed: list[tuple[int, str]]) -> None:
    text = HEAD + "".join(pattern.format(n=10 + n) for n, pattern in enumerate(FACTS))
    for at, what in typed:
        place = at % len(text)
        text = text[:place] + what + text[place:]
    for problem in read(text).problems:
        assert 1 <= problem.span.column < problem.span.end_column


_CUTS = st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 9)), max_size=9)


@settings(max_examples=200, deadline=None)
@given(_CUTS)
def test_nothing_that_is_taken_away_raises(cuts: list[tuple[int, int]]) -> None:
    text = HEAD + "".join(pattern.format(n=10 + n) for n, pattern in enumerate(FACTS))
    for at, size in cuts:
        place = at % max(1, len(text))
        text = text[:place] + text[place + size :]
    for problem in read(text).problems:
        assert 1 <= problem.span.column < problem.span.end_column


@pytest.mark.parametrize("head", ["facts: k:", "section: a: b\nfacts:", "section: S\nfacts: k:"])
def test_a_key_at_the_margin_below_facts_that_are_in_doubt(head: str) -> None:
    for key in ("ask", "answer", "term"):
        checks = {problem.check for problem in read(f"{head}\n{key}: s:").problems}
        assert "yaml-syntax" in checks


def _events(monkeypatch: pytest.MonkeyPatch, facts: int, slip: str) -> int:
    """How much the parser reads in a file with a slip in each of its facts."""
    count = 0

    class Counting(yaml.SafeLoader):
        def get_event(self) -> Any:
            nonlocal count
            count += 1
            return super().get_event()  # type: ignore[no-untyped-call]

    with monkeypatch.context() as patch:
        patch.setattr(tree, "_Parser", Counting)
        parts = [FACTS[0].format(n=n) + slip for n in range(facts)]
        document, _ = tree.parse((HEAD + "".join(parts)).encode(), "", KNOWN_KEYS)
    assert len(document.errors) == facts
    return count


@pytest.mark.parametrize(
    "slip",
    [
        "    extra: one: two\n",
        '    extra: "never closed\n',
        "    extra: 'never closed\n",
        "    tags: [one, two\n",
        "   extra: three spaces\n",
        "  ,[x: y\n",
        "  no colon\n",
    ],
)
def test_thousands_of_slips_are_read_in_linear_time(
    monkeypatch: pytest.MonkeyPatch, slip: str
) -> None:
    assert _events(monkeypatch, 400, slip) < 2.5 * _events(monkeypatch, 200, slip)


EIGHTEEN = CASES / "err" / "several" / "eighteen-mistakes.yaml"


@pytest.fixture
def eighteen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck with the case of a beginner's mistakes, one in each fact but the last."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decks" / "one").mkdir(parents=True)
    (tmp_path / "decks" / "one" / "deck.yaml").write_text(DECK)
    return Path(shutil.copy(EIGHTEEN, tmp_path / "decks" / "one" / "1.yaml"))


def test_a_beginners_mistakes_come_in_one_run(eighteen: Path) -> None:
    text = eighteen.read_text(encoding="utf-8")
    starts = [
        number for number, line in enumerate(text.split("\n"), 1) if re.match(" {2}\\S", line)
    ]
    shown = CliRunner().invoke(main, ["check", "--format", "short"]).stderr
    lines = [int(number) for number in re.findall(r"1\.yaml:(\d+):", shown)]
    of_fact = [max(start for start in starts if start <= line) for line in lines]
    assert of_fact == starts[:-1]


def test_all_sure_remedies_are_typed_in_one_run(eighteen: Path) -> None:
    before = eighteen.read_text(encoding="utf-8").split("\n")
    CliRunner().invoke(main, ["check", "--fix"])
    after = eighteen.read_text(encoding="utf-8").split("\n")
    changed = {line.strip() for line in set(after) - set(before)}
    assert changed >= {
        'ask: "What kept West Berlin alive during the blockade: food, coal or both?"',
        'ask: "Which money did the \\"Bizone\\" bring in?"',
        'ask: "Which number of flights was #1 of all days?"',
        'answer: "[Spandau] and Gatow"',
    }
    again = CliRunner().invoke(main, ["check", "--fix"])
    assert "fixed:" not in again.stderr
    assert eighteen.read_text(encoding="utf-8").split("\n") == after
