"""The machinery of the checks: what is collected of a section, stored, and judged for a deck."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

import crisis_cards
from crisis_cards import checks, problems
from crisis_cards.checks import words
from crisis_cards.checks.record import T
from crisis_cards.checks.register import of_wording
from crisis_cards.format import deck, section
from crisis_cards.format.media import Media
from crisis_cards.problems import CHECKS, Check, Finding, Problem
from crisis_cards.yaml import tree

DECK = "deck: Test\nsources: {book: {title: A Book}}\n"
HEAD = "section: One\nsource: book\nfacts:\n"


def _judged(*sections: str, settings: str = DECK, published: set[str] | None = None) -> list[str]:
    """What is said of a deck whose sections were stored; all of it as `line check`."""
    texts = {f"deck/{at}.yaml": text for at, text in enumerate(sections, start=1)}
    folder = Path("deck")
    media = Media(folder)
    document, _ = tree.parse(settings.encode(), "deck/deck.yaml")
    known = deck.read(folder, document, media, has_sections=True)
    assert known.settings
    entries: dict[str, list[tuple[object, ...]]] = {i.check: [] for i in checks.INDEXES}
    findings: list[Finding] = []
    records: list[checks.FactRecord] = []
    of_sections: list[checks.SectionRecord] = []
    found_all: list[Problem] = []
    for path, text in texts.items():
        document, found = tree.parse(text.encode(), path)
        file = section.read(document, known, media)
        found_all += [*found, *file.problems]
        spoken = words.of(known.settings.language.code)
        studied = checks.study(file, known.settings, spoken)
        for index in checks.INDEXES:
            collected = list(index.collect(studied))
            again = checks.restore(index.entry, json.loads(json.dumps(collected)))
            assert again == collected
            entries[index.check] += again
        findings += _again(Finding, checks.findings(studied))
        records += _again(checks.FactRecord, checks.fact_records(file))
        record = checks.section_record(file, known.settings)
        of_sections += _again(checks.SectionRecord, [record] if record else [])
    whole = checks.Whole(
        known.settings, folder, of_sections, records, texts.__getitem__, published=published
    )
    judged = checks.judge(whole, entries, findings, found_all).new
    return [f"{p.span.path}:{p.span.line} {p.check}" for p in sorted((*found_all, *judged))]


def _again(record: type[T], values: Iterable[T]) -> list[T]:
    listed = list(values)
    again = checks.restore(record, json.loads(json.dumps(listed)))
    assert again == listed
    return again


def test_a_warning_needs_a_page() -> None:
    with pytest.raises(ValueError, match="no page"):
        of_wording(lambda _: None)


def test_no_problem_can_have_a_name_that_nobody_knows() -> None:
    before = dict(CHECKS)
    for page in (None, ""):
        with pytest.raises(ValueError, match="unheard-of has no page"):
            problems.warning("unheard-of", page)
    with pytest.raises(ValueError, match="two checks called bad-id"):
        problems.error("bad-id")
    with pytest.raises(ValueError, match="two checks called bad-id"):
        problems.warning("bad-id", "another page")
    assert before == CHECKS
    with pytest.raises(AttributeError):
        _ = Check("unheard-of").is_error


def test_every_name_of_a_check_is_its_own() -> None:
    for name, check in CHECKS.items():
        assert name == check
        assert check.severity in ("error", "warning")
        assert check.is_error == (check.severity == "error")


def test_checks_know_no_kind_of_fact() -> None:
    for path in (Path(crisis_cards.__file__).parent / "checks").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert "kinds" not in f"{node.module}", path


def test_the_card_from_a_date_to_its_event_is_looked_at_too() -> None:
    fact = HEAD + "  wall:\n    event: The Berlin Wall falls\n    when: 1989-11-09\n"
    assert _judged(fact + "    hint: the Berlin Wall falls\n") == []
    assert _judged(fact + "    hint: in Germany\n    both: true\n") == []
    leak = fact + "    hint: the Berlin Wall falls\n    both: true\n"
    assert _judged(leak) == ["deck/1.yaml:7 hint-leak"]


def test_an_error_of_the_deck_silences_the_warnings_of_its_fact() -> None:
    first = "  rome:\n    ask: Which king founded the city of Rome?\n    answer: Romulus\n"
    second = first.replace("Romulus", "Remus")
    assert _judged(HEAD + first, HEAD + second.replace("rome", "two")) == [
        "deck/2.yaml:5 duplicate-question"
    ]
    assert _judged(HEAD + first, HEAD + second) == ["deck/2.yaml:4 duplicate-id"]


def test_an_error_above_the_first_fact_silences_all_of_its_file() -> None:
    fact = "  one:\n    ask: Describe it.\n    answer: A city\n"
    tagged = HEAD.replace("source: book", "source: book\ntags: [form]")
    upper = tagged.replace("form", "Form")
    said = _judged(tagged + fact, upper + fact.replace("one", "two"))
    assert said == ["deck/1.yaml:6 vague-question", "deck/2.yaml:3 bad-tag"]


def test_a_deck_without_sources_is_told_once() -> None:
    fact = "  one:\n    term: Quay\n    means: a landing place\n"
    head = HEAD.replace("source: book\n", "")
    other = "  two:\n    term: Mole\n    means: a wall against the sea\n"
    assert _judged(head + fact, head + other, settings="deck: Test\n") == [
        "deck/deck.yaml:1 no-source"
    ]


def test_what_a_deck_was_published_with_is_compared_once_it_has_no_errors() -> None:
    fact = "  one:\n    term: Quay\n    means: a landing place\n    was: old\n"
    assert _judged(HEAD + fact) == []
    assert _judged(HEAD + fact, published={"old"}) == []
    assert _judged(HEAD + fact, published={"other"}) == ["deck/1.yaml:7 unknown-was"]
    assert _judged(HEAD + fact + "    both: true\n", published={"other"}) == [
        "deck/1.yaml:8 unknown-key"
    ]
