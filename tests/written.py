"""The facts of a deck as the format reads them, before anything is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crisis_cards.format import deck, section
from crisis_cards.format.folders import DECK_FILE, section_files
from crisis_cards.format.media import Media
from crisis_cards.yaml import tree

if TYPE_CHECKING:
    from pathlib import Path

    from crisis_cards.format.deck import Settings
    from crisis_cards.format.section import Section


def read(folder: Path) -> tuple[Settings, list[Section]]:
    """The settings and sections of a deck without errors of format."""
    media = Media(folder)
    known = deck.read(folder, tree.read(folder / DECK_FILE)[0], media, has_sections=True)
    assert known.settings
    assert not known.problems
    sections = []
    for path in section_files(folder):
        file = section.read(tree.read(path)[0], known, media)
        assert file.section
        assert not file.problems
        sections.append(file.section)
    return known.settings, sections
