"""docs/format.md is made from the table of keys and the deck of examples."""

from __future__ import annotations

import re

import pytest

import reference
from conftest import ROOT
from crisis_cards.format.deck import CHECKS_KEYS, DECK_KEYS, SOURCE_KEYS
from crisis_cards.format.keys import COMMON
from crisis_cards.format.kinds import BUILT_IN
from crisis_cards.format.kinds.picture import REGION_KEYS
from crisis_cards.format.own_types import CARD_KEYS, TYPE_KEYS
from crisis_cards.format.section import SECTION_KEYS

PAGE = ROOT / "docs" / "format.md"


def test_the_reference_is_up_to_date(request: pytest.FixtureRequest) -> None:
    """`--bless` writes it."""
    made = reference.page()
    if request.config.getoption("--bless"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


def test_every_key_kind_and_shape_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    of_kinds = [kind.allowed for kind in BUILT_IN.values()]
    tables = (DECK_KEYS, CHECKS_KEYS, SECTION_KEYS, SOURCE_KEYS, REGION_KEYS, TYPE_KEYS, CARD_KEYS)
    for table in (*tables, *of_kinds):
        for key in table.values():
            assert f"`{key.example}`" in text
            assert key.shape.about in text
    for kind in BUILT_IN:
        assert f"\n### {kind}\n" in text
    common = text.split("## Keys of every fact")[1].split("\n## ")[0]
    assert all(f"`{name}`" in common for name in COMMON)


def test_links_lead_somewhere() -> None:
    text = re.sub(r"(?m)^    .*$", "", PAGE.read_text(encoding="utf-8"))  # examples aside
    targets = set(re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text))
    pictures = {target for target in targets if target.startswith("pictures/")}
    assert len(pictures) == 2 * (len(BUILT_IN) + 1 + len(reference._IN_TEXTS))
    missing = {target for target in targets if not (PAGE.parent / target).exists()}
    assert missing == set()
    anchors = {
        re.sub(r"[^\w -]", "", line).strip().replace(" ", "-").lower()
        for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= anchors
