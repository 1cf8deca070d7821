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

from ..register import WordingCheck
from . import answers, leaks, questions, sentences, shape

IN_ANY_LANGUAGE: tuple[WordingCheck, ...] = (shape.cloze_shape, shape.sequence_shape)
"""The checks that need to know no words."""

CHECKS: tuple[WordingCheck, ...] = (
    questions.enumeration, questions.yes_no, questions.double_question, questions.vague_question,
    questions.date_precision, answers.answer_long, answers.answer_list, leaks.answer_leak,
    questions.question_size, leaks.cloze_leak, *IN_ANY_LANGUAGE, leaks.hint_leak,
    sentences.dangling_pronoun, sentences.relative_time, sentences.unattributed_claim,
)  # fmt: skip
"""The checks of one fact's wording, in a language whose words are known."""
