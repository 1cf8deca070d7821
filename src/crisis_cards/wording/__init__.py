"""The wording of one fact's cards: what makes a card hard to answer, or too easy.

A check takes a `Reading` of a fact and returns the first fault of its kind, or None. Its name is
the function's with hyphens; its docstring is its manual page. In doubt a check is silent: one that
alarms falsely teaches authors to ignore it. Most facts have no fault, so that every check begins
with what is cheap to ask.

Numbers of words come from measured decks: 1,645 questions of OpenTriviaQA's history section
(questions: half have 17 words or fewer, three quarters 25; answers: 95 % have 7 or fewer, 99 % 15)
and 281 cards of Ultimate History. "Wozniak" is his Twenty rules of formulating knowledge (1999),
"Matuschak" his How to write good prompts (2020).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..words import Words
from .answers import answer_list, answer_long
from .leaks import answer_leak, cloze_leak, hint_leak
from .questions import (
    date_precision,
    double_question,
    enumeration,
    question_size,
    vague_question,
    yes_no,
)
from .reading import Fault, Reading
from .sentences import dangling_pronoun, relative_time, unattributed_claim
from .shape import cloze_shape, sequence_shape

__all__ = ["CHECKS", "COVERED", "Check", "Fault", "Reading", "checks"]

Check = Callable[[Reading], Fault | None]

CHECKS: tuple[Check, ...] = (
    enumeration, yes_no, double_question, vague_question, date_precision, answer_long, answer_list,
    answer_leak, question_size, cloze_leak, cloze_shape, sequence_shape, hint_leak,
    dangling_pronoun, relative_time, unattributed_claim,
)  # fmt: skip
"""The checks of one fact's wording."""

_OF_SENTENCES: tuple[Check, ...] = (dangling_pronoun, relative_time, unattributed_claim)

_OF_KIND: dict[str, tuple[Check, ...]] = {
    "ask": (
        enumeration, yes_no, double_question, vague_question, date_precision, answer_long,
        answer_list, answer_leak, question_size, hint_leak, *_OF_SENTENCES,
    ),
    "cloze": (answer_list, cloze_leak, cloze_shape, hint_leak, *_OF_SENTENCES),
    "term": (answer_long, answer_list, answer_leak, hint_leak, unattributed_claim),
    "person": (
        answer_long, answer_leak, question_size, hint_leak, relative_time, unattributed_claim,
    ),
    "place": (answer_long, answer_leak, hint_leak, *_OF_SENTENCES),
    "event": (question_size, *_OF_SENTENCES),
    "why": (answer_long, answer_list, answer_leak, question_size, hint_leak, *_OF_SENTENCES),
    "quote": (cloze_leak, hint_leak),
    "sequence": (answer_leak, hint_leak, sequence_shape),
    "contrast": (answer_long, answer_leak, hint_leak),
    "picture": (answer_leak, hint_leak),
}  # fmt: skip
"""Those that can find something in facts of a kind."""

_IN_ANY_LANGUAGE = (cloze_shape, sequence_shape)


def checks(kind: str, words: Words) -> tuple[Check, ...]:
    """The checks of facts of a kind, as far as they can be made in a language."""
    made = _OF_KIND[kind]
    return made if words.known else tuple(check for check in made if check in _IN_ANY_LANGUAGE)


COVERED: dict[str, Collection[str]] = {
    "answer-list": ("enumeration",),
    "answer-long": ("answer-list", "enumeration"),
    "answer-leak": ("yes-no",),
    "question-size": ("double-question", "vague-question", "enumeration"),
    "near-twin": ("duplicate-question",),
    "cloze-shape": ("answer-list",),
    "vague-question": ("enumeration",),
}
"""Faults that say nothing new where another one was found: one mistake makes one message."""
