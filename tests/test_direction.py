"""Texts of both directions on one card: at which end the last sign stands, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from conftest import sound
from crisis_cards import pipeline
from crisis_cards.cards.render import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ARABIC = "مرحبا"
_FACTS = f"""\
section: Words
facts:
  arabic:
    ask: "{_ARABIC}!"
    answer: hello!
    hint: "{_ARABIC}?"
    extra: |
      - {_ARABIC} (1962);
      - 1962,

      In 1962 (October).
  number:
    ask: "{_ARABIC} 1962!"
    answer: 1962!
  blank:
    cloze: =={_ARABIC}!== means hello?
"""

_SHOWN = """(signs) => signs.map((sign) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(sign);
        if (at < 1) continue;
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + 1);
        const own = range.getBoundingClientRect();
        range.setStart(walker.currentNode, 0);
        const all = range.getBoundingClientRect();
        const edge = own.right > all.right - 1 ? "right" : own.left < all.left + 1 ? "left" : "in";
        const middle = (all.left + all.right) / 2;
        found.push(`${edge} end, ${middle < innerWidth / 2 ? "left" : "right"} half`);
    }
    return found.join("; ");
})"""
"""Where signs stand in the texts that end in them, and where these texts stand on the card."""


Draw = Callable[..., list[str]]


@pytest.fixture
def draw(browser: Browser, make_deck: Callable[..., pipeline.Project]) -> Draw:
    """A function that draws one side of a fact's first card, and says where signs stand on it."""

    def drawn(language: str, fact: str, side: str, *signs: str) -> list[str]:
        settings = f"deck: Words\nlanguage: {language}\nchecks: {{off: [no-source]}}\n"
        deck = sound(make_deck(deck=settings, one=_FACTS))
        types = deck.note_types()
        notes = pipeline.release(deck, now=1_700_000_000).notes
        note = next(note for note in notes if note.key.startswith(fact))
        card = next(render(types[note.type], note.fields))
        # What stands on the front is looked at there; hints are open.
        html = (
            card.question
            if side == "front"
            else card.answer.partition('<hr id="answer">')[2 * (side == "back")]
        )
        html = html.replace("<details", "<details open")
        page = browser.new_page(viewport={"width": 600, "height": 600})
        style = f'<meta charset="utf-8"><style>{types["question"].css}</style>'
        page.set_content(f'{style}<body class="card">{html}')
        found: list[str] = page.evaluate(_SHOWN, list(signs))
        page.close()
        return found

    return drawn


_ARABIC_END, _ENGLISH_END = "left end, right half", "right end, left half"


@pytest.mark.parametrize("language", ["en", "ar", "he"])
def test_each_text_reads_its_own_way(draw: Draw, language: str) -> None:
    assert draw(language, "arabic", "front", "!", "?") == [_ARABIC_END, _ARABIC_END]
    back = [_ENGLISH_END, _ENGLISH_END, _ARABIC_END]
    assert draw(language, "arabic", "back", "!", ".", ";") == back


@pytest.mark.parametrize(("language", "end"), [("en", _ENGLISH_END), ("ar", _ARABIC_END)])
def test_a_number_reads_the_way_of_the_deck(draw: Draw, language: str, end: str) -> None:
    assert draw(language, "number", "back", "!") == [end]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_sentence_does_not_turn_when_its_blank_is_filled(draw: Draw, language: str) -> None:
    assert draw(language, "blank", "front", "?") == [_ENGLISH_END]
    assert draw(language, "blank", "filled", "?") == [_ENGLISH_END]
