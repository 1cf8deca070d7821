"""The shipped deck is a test of its own: clean, complete, and built from every kind of fact."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

import written
from conftest import ROOT, SHIPPED
from crisis_cards import pipeline
from crisis_cards.format.deck import Settings
from crisis_cards.format.kinds import BUILT_IN
from crisis_cards.format.section import Fact, Section

STATEMENTS = yaml.load(  # the statements of the notes → the facts that teach them
    (Path(__file__).parent / "statements.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


@pytest.fixture(scope="module")
def deck() -> tuple[Settings, list[Section]]:
    project = pipeline.read(SHIPPED)
    assert project.deck is not None
    assert project.problems == ()
    return written.read(SHIPPED)


@pytest.fixture(scope="module")
def facts(deck: tuple[Settings, list[Section]]) -> list[Fact]:
    return [fact for section in deck[1] for fact in section.facts]


def test_all_41_statements_are_listed() -> None:
    assert list(STATEMENTS) == [f"N{number:02}" for number in range(1, 42)]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_statement_is_taught(statement: str, facts: list[Fact]) -> None:
    ids = {fact.id.value for fact in facts}
    assert STATEMENTS[statement]
    assert set(STATEMENTS[statement]) <= ids


def test_the_readme_counts_them(facts: list[Fact]) -> None:
    assert f"a deck of {len(facts)} facts about" in (ROOT / "README.md").read_text("utf-8")


def test_every_fact_has_a_source(facts: list[Fact]) -> None:
    assert [fact.id.value for fact in facts if not fact.sources] == []


def test_every_source_is_used(deck: tuple[Settings, list[Section]], facts: list[Fact]) -> None:
    used = {name.value for fact in facts for name in (*fact.sources, *fact.credit)}
    assert set(deck[0].sources) - used == set()


def test_sections_and_kinds(deck: tuple[Settings, list[Section]], facts: list[Fact]) -> None:
    assert [section.title.value for section in deck[1]] == [
        "Overview",
        "Prelude to the Crisis",
        "U.S. Response",
        "Soviet Reaction",
        "Crisis Escalation",
        "Resolution",
        "Aftermath and Impact",
    ]
    kinds = Counter(fact.kind.name for fact in facts)
    assert set(kinds) == set(BUILT_IN)
    assert kinds["cloze"] >= 20
    assert 100 <= sum(kinds.values()) <= 160
