"""Every reader of a value either returns one or says what is wrong: silence would lose a fact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crisis_cards.format.deck import CHECKS_KEYS, DECK_KEYS, SOURCE_KEYS, DeckFile, Source
from crisis_cards.format.kinds import BUILT_IN
from crisis_cards.format.kinds.picture import REGION_KEYS
from crisis_cards.format.media import Media
from crisis_cards.format.section import SECTION_KEYS, SectionFile, read
from crisis_cards.format.shape import AnyKey, Context
from crisis_cards.format.shapes import slug
from crisis_cards.yaml import tree
from crisis_cards.yaml.tree import Mapping, Node, Text

KEYS: dict[int, AnyKey] = {
    id(key): key
    for table in (
        DECK_KEYS,
        CHECKS_KEYS,
        SOURCE_KEYS,
        SECTION_KEYS,
        *(kind.allowed for kind in BUILT_IN.values()),
        REGION_KEYS,
    )
    for key in table.values()
}
"""Every key that an author can write, those of one name but several kinds apart."""


class Items(list[tuple[str, Any]]):
    """A mapping in which a key may stand twice."""


def as_yaml(value: Any) -> str:
    """A value as JSON, which is YAML too."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Items):
        return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(inner)}" for key, inner in value) + "}"
    return "[" + ", ".join(map(as_yaml, value)) + "]"


def parsed(key: str, written: str) -> tuple[Text, Node] | None:
    """A key and its node; None where the text is no YAML that the tool takes."""
    document, problems = tree.parse(f"{key}: {written}\n".encode(), "one.yaml")
    if problems or document.errors or not isinstance(document.root, Mapping):
        return None
    (entry,) = document.root.items
    return entry


def check(key: AnyKey, written: str, *, sources: bool) -> None:
    entry = parsed(key.name, written)
    if entry is None:
        return
    (text, node) = entry
    known = {"book": Source(text)} if sources else None
    context = Context(BUILT_IN, Media(Path("nowhere")).find, known)
    value = key.shape.read(context, text, node)
    if value is None:
        assert any(problem.is_error for problem in context.problems), (key.name, written)
    for problem in context.problems:
        assert problem.message
        assert problem.span.line == 1


ODD = {
    "nothing": "",
    "a comment": "# x",
    "an empty text": '""',
    "spaces": '"  "',
    "a text": "a",
    "a long text": "word " * 2_000,
    "a very long word": "x" * 10_000,
    "other scripts": "東京, दिल्ली, 🇨🇺, Ünïcödé",
    "parts of accents": '"e\u0301\u0301"',
    "line breaks": '"a\\nb\\n\\nc"',
    "a number": "1962",
    "a list of nothing": "[]",
    "a list of empty texts": '["", " "]',
    "a list of one": "[a]",
    "a list of lists": "[[a], [b]]",
    "a list of mappings": "[{a: b}, {c: [d]}]",
    "a long list": f"[{', '.join(map(str, range(300)))}]",
    "the same twice": "[a, a]",
    "a mapping of nothing": "{}",
    "a mapping": "{a: b}",
    "two equal keys": "{a: b, a: c}",
    "an empty key": '{"": a}',
    "an empty value": "{a: }",
    "a mapping of lists": "{a: [b], c: []}",
    "a mapping of mappings": "{a: {b: c}, d: {}}",
    "a deep mapping": "{a: {b: {c: {d: [e, {f: g}]}}}}",
    "a long mapping": "{" + ", ".join(f"k{at}: v" for at in range(300)) + "}",
}


@pytest.mark.parametrize("sources", [True, False])
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.name)
def test_what_is_odd_is_read_or_refused_aloud(key: AnyKey, odd: str, sources: bool) -> None:
    assert parsed(key.name, ODD[odd])
    check(key, ODD[odd], sources=sources)


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.name)
def test_the_example_of_a_key_is_read(key: AnyKey) -> None:
    """A picture, a table and the names of sources are not there."""
    entry = parsed(key.name, key.example)
    assert entry
    context = Context(BUILT_IN, Media(Path("nowhere")).find)
    value = key.shape.read(context, *entry)
    assert (value is not None) == (key.name not in ("image", "table")), context.problems


_WORDS = st.sampled_from(
    [*{key.name for key in KEYS.values()}, *BUILT_IN, "book", "a", "A b", "", " ", "1962-10-22",
     "1962/1963", "2026-02-31", "==a== b", "==c1::a", "{{c1::a}}", "true", "no", "marked", "a::b",
     "::", "answer-long", "near-twin", "map.svg", "../x.png", "https://example.org", "http://",
     "de", "en-XX", "50", "50 %", "101", "0", "é", "東京", "# x", "a: b", "- a", "\u00a0a", "a\nb"]
)  # fmt: skip
_TEXTS = _WORDS | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
_VALUES = st.recursive(
    _TEXTS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(st.tuples(_TEXTS, inner), max_size=5).map(Items)
        | st.lists(st.sampled_from(["0", "10", "20.5", "30%", "x"]), min_size=4, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=1_000, deadline=None)
@given(st.sampled_from(list(KEYS.values())), _VALUES, st.booleans())
def test_any_value_is_read_or_refused_aloud(key: AnyKey, value: Any, sources: bool) -> None:
    check(key, as_yaml(value), sources=sources)


def section(facts: Any) -> SectionFile:
    """A section with these facts, in a deck of which nothing is known."""
    text = as_yaml(Items([("section", "S"), ("facts", facts)]))
    document, problems = tree.parse(text.encode(), "one.yaml")
    file = read(document, DeckFile(None, None, ()), Media(Path("nowhere")))
    return file._replace(problems=(*problems, *file.problems))


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c-d", "É", "ask"]),
            st.lists(st.tuples(_TEXTS, _VALUES), max_size=5).map(Items) | _VALUES,
        ),
        min_size=1,
        max_size=3,
    ).map(Items)
)
@example(Items([("a", Items([("ask", "q"), ("answer", "r")]))]))
def test_no_fact_is_lost_without_a_word(facts: Items) -> None:
    file = section(facts)
    if not any(problem.is_error for problem in file.problems):
        assert file.section
        assert [fact.id.value for fact in file.section.facts] == [name for name, _ in facts]


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("İstanbul", "istanbul"),
        ("I\u0307zmir ve Çeşme", "izmir-ve-çeşme"),
        ("i\u0307stanbul", "i\u0307stanbul"),
        ("ΟΔΟΣ", "οδος"),
        ("A Straße, 1945!", "a-straße-1945"),
    ],
)
def test_slugs(written: str, made: str) -> None:
    assert slug(written) == made
