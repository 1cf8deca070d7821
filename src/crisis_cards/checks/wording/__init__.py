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

from collections.abc import Sequence

from .. import words
from ..register import WordingCheck
from . import answers, blanks, leaks, questions, sentences, shape, siblings

IN_ANY_LANGUAGE: tuple[WordingCheck, ...] = (
    questions.double_question, answers.answer_long, answers.answer_list, leaks.answer_leak,
    questions.question_size, leaks.cloze_leak, shape.cloze_shape, shape.sequence_shape,
    leaks.hint_leak, blanks.odd_blank,
)  # fmt: skip
"""The checks that need to know no words, or of which a part does not: two question marks, commas,
lengths, and what is given away by words that are the same."""

OF_WORDS: tuple[WordingCheck, ...] = (
    questions.enumeration, questions.yes_no, questions.vague_question, questions.date_precision,
    sentences.dangling_pronoun, sentences.relative_time, sentences.unattributed_claim,
)  # fmt: skip
"""The checks for a language whose words are known."""


def unchecked(language: str) -> Sequence[str]:
    """The names of the checks that cannot be made in a language (a BCP 47 tag)."""
    found = (siblings.CHECK, *(check for check, *_ in OF_WORDS))
    return () if words.of(language).known else sorted(found)


CHECKS = (*OF_WORDS, *IN_ANY_LANGUAGE)
"""The checks of one fact's wording."""
