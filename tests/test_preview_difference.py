"""What the preview sends after a save: with what was there before, it is all there is to see."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DECK, PIXEL
from crisis_cards import pipeline
from crisis_cards.preview import Page, difference, page

_FACTS = {
    "question": "{{ask: What is {word}?, answer: Lima, tags: [{word}]}}",
    "term": '{{term: {word}, means: Advisers, hint: "of {word}", source: book}}',
    "cloze": "{{cloze: The =={word}== flows to ==Egypt::land=={more}.}}",
    "picture": "{{ask: Where is {word}?, answer: Here, image: map.png, alt: A map}}",
    "steps": "{{sequence: In {word}?, steps: [One, {word}, Two]}}",
    "broken": "{{ask: {word}, anwser: No}}",
}
_FACT = st.tuples(
    st.sampled_from(sorted(_FACTS)),
    st.sampled_from(["Nile", "Lima", "Peru", "Cusco"]),
    st.sampled_from(["", " and ==more=="]),
)
_SECTION = st.tuples(
    st.integers(0, 2),  # lines above its facts
    st.dictionaries(st.sampled_from("abcdefgh"), _FACT, min_size=1, max_size=5),
)
_DECKS = (DECK, DECK.replace("Test", "Other"), f"language: de\n{DECK}", "deck: [\n")
_EDIT = st.one_of(
    st.tuples(st.sampled_from(["1.yaml", "2.yaml", "3.yaml"]), _SECTION),
    st.tuples(st.just("theme.css"), st.sampled_from([".card { color: red; }", ""])),
    st.tuples(st.just("deck.yaml"), st.sampled_from(_DECKS)),
    st.tuples(st.sampled_from(["2.yaml", "3.yaml"]), st.none()),
)


def _text(section: tuple[int, dict[str, tuple[str, str, str]]], name: str) -> str:
    lines, facts = section
    text = f"section: S{name[0]}\n" + "# a line\n" * lines + "facts:\n"
    for fact, (kind, word, more) in facts.items():
        # Two sections have different ids, except for one.
        own = fact if fact == "h" else fact + name[0]
        text += f"  {own}: {_FACTS[kind].format(word=word, more=more)}\n"
    return text


def _applied(before: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """What the page does with a difference."""
    cards = {card["id"]: card for card in [*before["cards"], *changed.get("cards", ())]}
    order = changed.get("order", [card["id"] for card in before["cards"]])
    fields = {name: value for name, value in changed.items() if name != "order"}
    return {**before, **fields, "cards": [cards[card] for card in order]}


def _sent(data: Mapping[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(json.dumps(data))
    return sent


@given(st.lists(_EDIT, max_size=12))
@settings(max_examples=60, deadline=None)
def test_differences_amount_to_everything(edits: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "deck")
        (folder / "media").mkdir(parents=True)
        (folder / "media/map.png").write_bytes(PIXEL)
        (folder / "deck.yaml").write_text(DECK)
        (folder / "1.yaml").write_text("section: S\nfacts:\n  a1: {ask: Q, answer: A}\n")
        memory = pipeline.Memory()
        shown = page(pipeline.read(folder, memory))
        there = _sent(shown.data)
        for file, content in edits:
            text = _text(content, file) if isinstance(content, tuple) else content
            if text is None:
                (folder / file).unlink(missing_ok=True)
            else:
                (folder / file).write_text(text)
            before, shown = shown, page(pipeline.read(folder, memory), shown)
            changed = _sent(difference(before.data, shown.data))
            _only_what_changed(before, shown, changed)
            there = _applied(there, changed)
            assert there == _sent(shown.data)
            fresh = page(pipeline.read(folder))
            if fresh.is_sound or not before.data["cards"]:
                assert shown == fresh
            else:
                problems = {name: fresh.data[name] for name in ("problems", "summary")}
                stale = {"stale": before.is_sound}
                assert shown.data == {**before.data, **problems, **stale}


def _only_what_changed(before: Page, after: Page, changed: Mapping[str, Any]) -> None:
    """Nothing is sent that is there already."""
    for name in changed.keys() - {"cards", "order"}:
        assert changed[name] != _sent(before.data)[name]
    cards = {card["id"]: card for card in _sent(before.data)["cards"]}
    for card in changed.get("cards", ()):
        assert cards.get(card["id"]) != card
    if "order" in changed:
        assert changed["order"] != list(cards)


def test_a_line_above_changes_places_and_no_card() -> None:
    section = (0, {"a": ("term", "Nile", ""), "b": ("cloze", "Lima", "")})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "deck")  # its name is the id of the deck
        folder.mkdir()
        (folder / "deck.yaml").write_text(DECK)
        (folder / "1.yaml").write_text(_text(section, "1"))
        before = page(pipeline.read(folder))
        (folder / "1.yaml").write_text("# a line\n" + _text(section, "1"))
        after = page(pipeline.read(folder), before)
    assert set(difference(before.data, after.data)) <= {"places", "problems"}
    assert after.data["places"] == {
        "a1": f"{folder / '1.yaml'}:4",
        "b1": f"{folder / '1.yaml'}:5",
    }
    pairs = zip(before.data["cards"], after.data["cards"], strict=True)
    assert all(one is two for one, two in pairs), "no card is made again"
