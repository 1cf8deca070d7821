"""The deck of examples that docs/format.md shows."""

from __future__ import annotations

import pytest

from conftest import ROOT
from crisis_cards import pipeline
from crisis_cards.format.kinds import BUILT_IN


@pytest.mark.parametrize("folder", ["docs/texts", "decks/south-america"])
def test_the_other_examples_are_clean(folder: str) -> None:
    project = pipeline.read(ROOT / folder)
    assert project.problems == ()
    assert project.deck is not None


def test_the_examples_are_clean_and_have_one_fact_of_every_kind() -> None:
    project = pipeline.read(ROOT / "docs" / "example")
    assert project.problems == ()
    assert project.deck is not None
    assert [fact.kind for section in project.deck.sections for fact in section.facts] == list(
        BUILT_IN
    )
