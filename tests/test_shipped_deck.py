"""The shipped deck is a test of its own: clean, complete, and built from every kind of fact."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from conftest import SHIPPED
from crisis_cards import build
from crisis_cards.facts import KINDS, Deck

STATEMENTS = yaml.load(  # the statements of the notes → the facts that teach them
    (Path(__file__).parent / "statements.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)


@pytest.fixture(scope="module")
def deck() -> Deck:
    project = build.read(SHIPPED)
    assert project.deck is not None
    assert project.problems == []
    return project.deck


def test_all_41_statements_are_listed() -> None:
    assert list(STATEMENTS) == [f"N{number:02}" for number in range(1, 42)]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_statement_is_taught(statement: str, deck: Deck) -> None:
    ids = {fact.id.value for fact in deck.facts()}
    assert STATEMENTS[statement]
    assert set(STATEMENTS[statement]) <= ids


def test_every_fact_has_a_source(deck: Deck) -> None:
    assert [fact.id.value for fact in deck.facts() if not fact.sources] == []


def test_every_source_is_used(deck: Deck) -> None:
    used = {name.value for fact in deck.facts() for name in (*fact.sources, *fact.credit)}
    assert set(deck.sources) - used == set()


def test_sections_and_kinds(deck: Deck) -> None:
    assert [section.title.value for section in deck.sections] == [
        "Overview",
        "Prelude to the Crisis",
        "U.S. Response",
        "Soviet Reaction",
        "Crisis Escalation",
        "Resolution",
        "Aftermath and Impact",
    ]
    kinds = Counter(fact.kind for fact in deck.facts())
    assert set(kinds) == set(KINDS)
    assert kinds["cloze"] >= 20
    assert 100 <= sum(kinds.values()) <= 140
