"""The deck of examples that docs/format.md shows."""

from __future__ import annotations

from conftest import ROOT
from crisis_cards import build
from crisis_cards.facts import KINDS


def test_the_examples_are_clean_and_have_one_fact_of_every_kind() -> None:
    project = build.read(ROOT / "docs" / "example")
    assert project.problems == []
    assert project.deck is not None
    assert [fact.kind for fact in project.deck.facts()] == list(KINDS)
