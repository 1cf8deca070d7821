"""The schemas and `check` agree, in the judgement of a real validator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conftest import DECK, ROOT, cases, lay_out
from crisis_cards import pipeline
from crisis_cards.commands import main
from crisis_cards.format import folders, own_types, schema
from crisis_cards.format.deck import CHECKS_KEYS, DECK_KEYS, SOURCE_KEYS
from crisis_cards.format.kinds import BUILT_IN
from crisis_cards.format.kinds.picture import REGION_KEYS
from crisis_cards.format.media import Media
from crisis_cards.format.section import SECTION_KEYS
from crisis_cards.format.shape import AnyKey, Key, plain
from crisis_cards.yaml import tree

SCHEMAS = {
    "deck": schema.deck(), "section": schema.section(), "type": schema.type_(),
    "either": schema.either(),
}  # fmt: skip
FACT_KEYS = list(
    {id(key): key for kind in BUILT_IN.values() for key in kind.allowed.values()}.values()
)
NOWHERE = Path("nowhere")
VALIDATORS = {name: Draft202012Validator(found) for name, found in SCHEMAS.items()}
Files = list[tuple[str, Path]]

BEYOND = {
    "alias": "an anchor, an alias and a tag are gone once YAML is loaded",
    "bad-deck": "compares sections and deck.yaml",
    "bad-cloze-number": "a passage has a syntax of its own",
    "bad-lock": "another file",
    "bad-baseline": "another file",
    "bad-template": "another file",
    "bad-type": "what other words mean, and other files",
    "bad-was": "compares facts",
    "cut-blank": "a comment is gone once YAML is loaded",
    "duplicate-id": "of two equal keys a loader keeps one",
    "duplicate-key": "of two equal keys a loader keeps one",
    "empty-cloze": "a passage has a syntax of its own",
    "empty-deck": "a folder without section files",
    "media-collision": "compares facts",
    "missing-media": "looks into the folder",
    "missing-table": "looks into the folder",
    "not-utf8": "the bytes of a file",
    "repeated-text": "white space and accents aside, and the keys of a mapping",
    "shared-date": "compares facts",
    "type-shape": "compares with what was published",
    "unclosed-cloze": "a passage has a syntax of its own",
    "unknown-source": "another file",
    "unsafe-media": "looks into the picture",
    "unsafe-style": "another file",
    "unsafe-template": "another file",
    "yaml-syntax": "what no loader reads, and invisible characters",
}
"""Checks with errors that no schema can express, and why."""

BEYOND_CASES = {
    "bad-date-century": "what an era is called in the deck's language",
    "bad-date-first-decade": "what an era is called in the deck's language",
    "bad-date-february-30": "the calendar",
    "bad-id-decomposed": "how an accent is stored",
    "bad-date-reversed-span": "compares two dates",
    "bad-date-same-ends": "compares two dates",
    "bad-region-outside": "adds two numbers",
    "bad-region-outside-below": "adds two numbers",
    "bad-region-same-place": "compares regions",
    "bad-region-picture-without-size": "looks into the picture",
    "bad-language-unknown": "the languages that there are",
    "bad-tag-title": "a title without a letter or digit, where there is no tag",
    "bad-tag-two-spellings": "compares tags",
    "fact-without-card": "which keys make a card",
    "missing-key-adopted-no-card": "which fields make a card",
    "no-cloze-adopted": "which fields have blanks",
    "type-unknown-key": "compares keys with cards",
    "no-cloze-in-code": "tells code from text",
    "no-cloze-in-formula": "tells a formula from text",
    "quote-of-which-nothing-is-asked": "compares two values",
    "bad-id-cyrillic-upper-case": "capitals of other scripts than the Latin one",
}
"""Cases of other checks that no schema can express, and why."""


class _Core(yaml.SafeLoader):
    """YAML as editors load it: with the types of YAML 1.2's core schema."""


_Core.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"(?:null|Null|NULL|~|)$", [*"nN~", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", [*"tTfF"]),
    ("int", r"(?:[-+]?[0-9]+)$", [*"-+0123456789"]),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", [*"-+.0123456789"]),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)
_Core.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))
_Core.add_constructor("tag:yaml.org,2002:float", lambda _, node: float(node.value))
_Core.add_constructor(  # keys are texts in JSON
    "tag:yaml.org,2002:map",
    lambda loader, node: {k.value: loader.construct_object(v, deep=True) for k, v in node.value},
)


def _files(deck: Path) -> Files:
    return [
        ("deck", deck / folders.DECK_FILE),
        *(("section", path) for path in folders.section_files(deck)),
        *(("type", path) for path in sorted(deck.glob(f"{folders.TYPES}/*/{folders.TYPE_FILE}"))),
    ]


def _refusals(kind: str, data: Any, deck: Path | None = None) -> list[str]:
    """What both schemas for such a file say against it, with the kinds of a deck's own."""
    validators = VALIDATORS
    if deck and (deck / folders.TYPES).is_dir():
        kinds = own_types.read(deck, Media(deck), {}).kinds
        made = {"section": schema.section(kinds), "either": schema.either(kinds)}
        validators = validators | {name: Draft202012Validator(its) for name, its in made.items()}
    found = [error.message for error in validators[kind].iter_errors(data)]
    either = validators["either"].is_valid(data)
    if kind == "section" or (isinstance(data, dict) and "deck" in data):
        assert either == (not found)
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("case", [*cases("ok/*"), ROOT / "docs" / "example"], ids=lambda p: p.stem)
def test_what_check_accepts_the_schema_accepts(case: Path, tmp_path: Path) -> None:
    deck = lay_out(case, tmp_path)
    for kind, path in _files(deck):
        document, _ = tree.read(path)
        assert document.root is not None
        assert _refusals(kind, plain(document.root), deck) == []
        # The pure parser refuses tabs that YAML allows.
        text = path.read_bytes().decode("utf-8-sig").replace("\t", " ")
        typed = yaml.load(text, _Core)
        assert _refusals(kind, typed, deck) == []


@pytest.mark.parametrize("case", cases("err/*/*"), ids=lambda p: p.stem)
def test_what_check_refuses_the_schema_refuses_where_it_can(case: Path, tmp_path: Path) -> None:
    printed = case.with_suffix(".out").read_text(encoding="utf-8")
    in_yaml = r"^(?!\S+\.csv:)\S+ error\[([\w-]+)\]"  # an editor does not look into tables
    checks = set(re.findall(in_yaml, printed, re.MULTILINE))
    refused = False
    deck = lay_out(case, tmp_path)
    for kind, path in _files(deck):
        document, problems = tree.read(path)
        if document.broken or problems:
            return  # it is no YAML of ours, which the editor tells by itself or cannot know
        refused |= bool(_refusals(kind, plain(document.root) if document.root else None, deck))
    if checks <= set(BEYOND) or case.stem in BEYOND_CASES:
        return
    assert refused


def test_every_exception_is_needed(tmp_path: Path) -> None:
    known = {case.stem: case for case in cases("err/*/*")}
    for name in BEYOND_CASES:
        (tmp_path / name).mkdir()
        deck = lay_out(known[name], tmp_path / name)
        for kind, path in _files(deck):
            root = tree.read(path)[0].root
            assert root is not None
            assert _refusals(kind, plain(root), deck) == []


@pytest.mark.parametrize(
    ("kind", "key"),
    [("deck", key) for key in DECK_KEYS.values()]
    + [("checks", key) for key in CHECKS_KEYS.values()]
    + [("section", key) for key in SECTION_KEYS.values()]
    + [("fact", key) for key in FACT_KEYS]
    + [("source", key) for key in SOURCE_KEYS.values()]
    + [("region", key) for key in REGION_KEYS.values()],
    ids=lambda value: value.name if isinstance(value, Key) else value,
)
def test_every_key_has_a_description_and_an_example_that_is_right(kind: str, key: AnyKey) -> None:
    whole = SCHEMAS["deck" if kind in ("deck", "checks", "source") else "section"]
    properties = whole["properties"]
    if kind == "source":
        properties = properties["sources"]["additionalProperties"]["properties"]
    elif kind == "region":
        regions = whole["$defs"]["fact"]["properties"]["regions"]
        properties = regions["additionalProperties"]["properties"]
    elif kind == "checks":
        properties = properties["checks"]["properties"]
    elif kind == "fact":
        properties = whole["$defs"]["fact"]["properties"]
    found = properties[key.name]
    assert found["description"] == key.about
    (value,) = found["examples"]
    Draft202012Validator({**found, "$defs": whole["$defs"]}).validate(value)


_VALUES = st.sampled_from(
    ["text", "a b", "", " ", "1962", "1962-10-22", "1962-13", "-0043-03", "196X",
     "196X-01", "1200~/..", "44 BC", "-0000", "1962-22", "1962-25", "c. 1200",
     "true", "yes", "==a== b", "x::y",
     "marked", "a-b", "A-b", "answer-long", "nowhere.png", "book", "::", "a::", "0000",
     [], [""], ["a"], ["a", "b"], ["a", "a"], ["book"], ["answer-long"], ["Marked"], [["a"]],
     ["1", "2.5", "3%", "4"], ["1", "2", "0", "4"], ["1", "2", "3", "130"],
     {"r": {"answer": "a", "at": ["1", "2", "3", "4"]}}, {"r": {"answer": "a"}},
     {"r": {"answer": "a", "at": ["1", "2", "3", "x"]}}, {"r": {"answer": "a", "at": ["1"]}},
     {}, {"a": "b"}, {"a": "b", "c": "d"}, {"a": ["b"]}, {"": "b", "c": "d"}]
)  # fmt: skip
_KEYS = st.sampled_from([*{key.name: key for key in FACT_KEYS}, "section", "facts", "anwser"])
_GOOD: dict[str, dict[str, Any]] = {
    "ask": {"ask": "q", "answer": "a"},
    "cloze": {"cloze": "==a== b"},
    "event": {"event": "e", "when": "1962"},
    "sequence": {"sequence": "s", "steps": ["a", "b"]},
    "contrast": {"contrast": "c", "sides": {"a": "b", "c": "d"}},
    "picture": {"picture": "p", "image": "nowhere.png", "regions": {}},
    "none": {},
}


def test_a_section_needs_facts_or_a_table() -> None:
    assert _refusals("section", {"section": "S", "table": "countries.csv"}) == []
    assert (
        _refusals(
            "section",
            {"section": "S", "table": "a.TSV", "facts": {"a": {"ask": "q", "answer": "a"}}},
        )
        == []
    )
    assert _refusals("section", {"section": "S"})
    for name in ("countries", "../a.csv", "a/b.csv", "a.xlsx", "C:\\a.csv", " .csv"):
        assert _refusals("section", {"section": "S", "table": name})


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(_GOOD)), st.dictionaries(_KEYS, _VALUES, max_size=2))
def test_they_agree_on_random_facts(base: str, more: dict[str, Any]) -> None:
    data = {"section": "S", "facts": {"a": {**_GOOD[base], **more}}}
    deck, section = NOWHERE / folders.DECK_FILE, NOWHERE / "1.yaml"
    texts = {deck: DECK.encode(), section: json.dumps(data).encode()}
    problems = pipeline.read(NOWHERE, unsaved=texts, sections=[section]).problems
    errors = {problem.check for problem in problems if problem.is_error}
    refused = bool(_refusals("section", data))
    if refused:
        assert errors, data
    elif errors:
        assert errors <= set(BEYOND), data


@pytest.mark.parametrize("name", ["deck", "section", ""])
def test_the_command_prints_the_schema(name: str) -> None:
    result = CliRunner().invoke(main, ["schema", *([name] if name else [])])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == SCHEMAS[name or "either"]
