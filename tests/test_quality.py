"""The checks of wording keep their word on cards that they were not written for."""

from __future__ import annotations

from collections import Counter

import pytest

from quality.report import ABOUT_PAIRS, HALVES, Score, score

ABOUT_WORDING = ABOUT_PAIRS | set(
    """
    no-source answer-long answer-list enumeration answer-leak hint-leak cloze-leak
    double-question yes-no vague-question date-precision relative-time dangling-pronoun
    question-size cloze-shape sequence-shape unattributed-claim avoided-term
    """.split()
)


@pytest.fixture(scope="module", params=HALVES)
def half(request: pytest.FixtureRequest) -> Score:
    return score(request.param)


def test_every_check_of_wording_has_bad_cards_in_both_halves(half: Score) -> None:
    labels = Counter(case.label for case in half.bad)
    assert set(labels) == ABOUT_WORDING
    assert min(labels.values()) >= 6
    assert len(half.good) >= 130
