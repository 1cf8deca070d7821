"""The checks of wording, on cards that they were not written for, and the guide for authors."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from conftest import DECK, ROOT
from quality.report import (
    ABOUT_PAIRS,
    ANY_WARNING,
    HALVES,
    OWN_CHECK,
    Score,
    details,
    judged,
    score,
)

ABOUT_DECKS = {"shared-answer", "speaker-leak"}  # a deck of cards makes one or a few cases
ABOUT_WORDING = ABOUT_PAIRS | set(
    """
    no-source answer-long answer-list enumeration answer-leak hint-leak cloze-leak
    double-question yes-no vague-question date-precision relative-time dangling-pronoun
    question-size cloze-shape sequence-shape unattributed-claim avoided-term
    dropped-comment
    """.split()
)
GUIDE = (ROOT / "docs" / "writing-good-cards.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"(?:^Instead of \(([^:]+)\):\n\n)?^```yaml\n(.+?)^```$", GUIDE, re.DOTALL | re.MULTILINE
)
SETTINGS = "".join(text for _, text in EXAMPLES if not text.startswith(" "))


@pytest.fixture(scope="module", params=HALVES)
def half(request: pytest.FixtureRequest) -> Score:
    return score(request.param)


def test_every_check_of_wording_has_bad_cards_in_both_halves(half: Score) -> None:
    labels = Counter(case.label for case in half.bad)
    assert set(labels) == ABOUT_WORDING | ABOUT_DECKS
    assert min(labels[check] for check in ABOUT_WORDING) >= 6
    assert len(half.good) >= 130


def test_bad_cards_get_their_own_check(half: Score) -> None:
    assert half.own_check >= OWN_CHECK, "\n".join(details(half))


def test_good_cards_are_left_in_peace(half: Score) -> None:
    assert half.any_warning <= ANY_WARNING, "\n".join(details(half))


def test_a_deck_gets_the_same_messages_every_time() -> None:
    """Python gives texts another order in sets on every run, unless it is told which."""
    decks = [str(path) for path in sorted((ROOT / "tests" / "quality").glob("*/bad-*"))]
    command = [sys.executable, "-m", "crisis_cards", "check", "--format", "short", *decks]
    said = {
        subprocess.run(
            command,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stderr
        for seed in range(4)
    }
    assert len(said) == 1
    assert b"answer-leak" in said.pop()


def _first_id(text: str) -> str | None:
    """The name of an example in pytest's list."""
    return text.partition(":")[0].strip() if text.startswith(" ") else None


def _said_of(facts: str, folder: Path) -> set[str]:
    folder /= "guide"
    folder.mkdir()
    (folder / "deck.yaml").write_text(DECK + SETTINGS, encoding="utf-8")
    section = f"section: From the guide\nsource: book\nfacts:\n{facts}"
    (folder / "1-guide.yaml").write_text(section, encoding="utf-8")
    return {warning.check for case in judged(folder) for warning in case.warnings}


@pytest.mark.parametrize(
    "facts",
    [text for bad, text in EXAMPLES if text.startswith(" ") and not bad],
    ids=_first_id,
)
def test_the_guide_writes_good_cards(facts: str, tmp_path: Path) -> None:
    assert not _said_of(facts, tmp_path)


@pytest.mark.parametrize(("names", "facts"), [case for case in EXAMPLES if case[0]], ids=_first_id)
def test_the_guide_names_the_check_of_a_bad_card(names: str, facts: str, tmp_path: Path) -> None:
    named = set(re.findall(r"#([a-z-]+)\)", names))
    assert named
    assert named <= _said_of(facts, tmp_path)
