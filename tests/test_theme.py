"""The look of the cards: contrast, the names to restyle, and a deck's own style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from conftest import sound
from crisis_cards import pipeline
from crisis_cards.cards.theme import parts

CSS = re.sub(r"/\*.*?\*/", "", parts.file("style.css"), flags=re.DOTALL)
DAY_RULES, _, NIGHT_RULES = CSS.partition("@media screen")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6});")
DAY = dict(COLOUR.findall(DAY_RULES))
NIGHT = DAY | dict(COLOUR.findall(NIGHT_RULES))

TEXTS = [
    ("ink", "paper"), ("quiet", "paper"), ("accent", "paper"), ("accent", "tint"),
    ("ink", "code-paper"), ("quiet", "code-paper"), ("accent", "code-paper"),
    ("ink", "notice-paper"), ("notice-ink", "notice-paper"), ("notice-ink", "paper"),
    ("accent", "notice-paper"),
]  # fmt: skip


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, from 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert _contrast("#000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_texts_can_be_read(text: str, ground: str, colours: dict[str, str]) -> None:
    assert _contrast(colours[text], colours[ground]) >= 4.5  # WCAG 2.2, 1.4.3, level AA


def test_colours_and_sizes_stand_at_one_place() -> None:
    rules = re.sub(r"--[\w-]+:[^;]*;", "", CSS)
    assert not re.findall(r"#[0-9a-f]{3,6}\b(?=[^{}]*;)", rules)
    used, known = set(re.findall(r"var\(--([\w-]+)", CSS)), set(re.findall(r"--([\w-]+):", CSS))
    assert used <= known


Make = Callable[..., pipeline.Project]
SECTION = "section: S\nfacts:\n  a: {ask: Q, answer: A}\n"


def test_a_style_sheet_of_the_deck_changes_note_types_and_no_note(make_deck: Make) -> None:
    deck = sound(make_deck(one=SECTION))
    plain = pipeline.release(deck, 1_790_000_000)
    (deck.folder / "theme.css").write_text(".card { --accent: #7a1f3d; }\r\n", newline="")
    deck = replace(sound(make_deck(one=SECTION)), lock=plain.lock)
    styled = pipeline.release(deck, 1_790_000_100)
    assert deck.note_types()["question"].css.endswith("\n\n.card { --accent: #7a1f3d; }")
    assert styled.changed == ()
    assert set(styled.types.values()) == {1_790_000_100}
