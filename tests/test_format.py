"""docs/format.md is made from the table of keys and the deck of examples."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT
from crisis_cards import build, reference
from crisis_cards.facts import KINDS
from crisis_cards.keys import COMMON, DECK_KEYS, KEYS, SECTION_KEYS, SOURCE_KEYS
from crisis_cards.parsing import _Parser

PAGE = ROOT / "docs" / "format.md"


def test_the_reference_is_up_to_date(request: pytest.FixtureRequest) -> None:
    """`--bless` writes it."""
    made = reference.page(build.read(ROOT / "docs" / "example"))
    if request.config.getoption("--bless"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


def test_every_key_kind_and_shape_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for table in (DECK_KEYS, SECTION_KEYS, SOURCE_KEYS, KEYS):
        for key in table.values():
            assert f"`{key.example}`" in text
    for kind in KINDS:
        assert f"\n### {kind}\n" in text
    assert set(reference.SHAPES) == set(_Parser.readers)
    common = text.split("## Keys of every fact")[1].split("\n## ")[0]
    assert all(f"`{name}`" in common for name in COMMON)


def test_links_lead_somewhere() -> None:
    text = PAGE.read_text(encoding="utf-8")
    targets = set(re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text))
    pictures = {target for target in targets if target.startswith("pictures/")}
    assert len(pictures) == 2 * len(KINDS)
    missing = {target for target in targets if not (PAGE.parent / target).exists()}
    assert missing == set()
    anchors = {
        re.sub(r"[^\w -]", "", line).strip().replace(" ", "-").lower()
        for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= anchors
