"""The shape of blanks and of sequences: how many, how long, in what order."""

from __future__ import annotations

import re

from ..cloze import WITHOUT_BLANKS
from ..facts import Cloze, Steps
from ..prompts import THING
from ..words import Words
from .answers import LONGEST_ANSWER
from .reading import Fault, Reading

LONGEST_SENTENCE = 30
LONGEST_BLANK = 6
MOST_BLANKS = 3
STEPS = range(3, 8)


def cloze_shape(reading: Reading) -> Fault | None:
    """A sentence with blanks has too many, too long or empty ones, or is too long itself.

    More than three blanks are a list in disguise, and their cards answer each other. A blank of
    more than six words is an answer that is too long; one of more than half of a sentence that
    leaves three words or fewer (or of two thirds of any) leaves nothing to recall from. A blank of
    small words only ("from", "the") asks for grammar; where that is meant, give it a hint. A
    sentence of more than 30 words is slow to read at every review. Quotations may be as they are.

    Bad:

        cloze: The missiles were removed ==from== Cuba.

    Good:

        cloze: The missiles were removed from ==Cuba==.

    Where the thresholds come from: published linters of cards allow two, three or five blanks; the
    style of the AnKing deck asks for small, independent ones with the context in the sentence.
    """
    body = reading.fact.body
    if type(body) is not Cloze:
        return None
    passage, text = body.cloze, body.cloze.text
    nested = any(blank.inner for blank in passage.blanks)
    many = nested or len(passage.blanks) > MOST_BLANKS
    if many and (made := len(reading.gaps)) > MOST_BLANKS:
        return Fault(
            text.span_of(passage.blanks[-1].start, passage.blanks[-1].end),
            f"this makes {made} cards, and more than {MOST_BLANKS} give each other away",
            "keep the blanks that matter most, and make a second fact for the others",
        )
    whole = _count(text.value)
    if whole > LONGEST_SENTENCE:
        return Fault(
            text.span,
            f"this text has {whole} words, and more than {LONGEST_SENTENCE} are slow to read",
            'keep the one sentence that the blank needs, and put the rest into "extra"',
        )
    all_hidden = 0
    for blank in passage.blanks:
        hidden = text.value[slice(*blank.answer)]
        all_hidden += (words := _count(hidden))
        if words > LONGEST_BLANK:
            return Fault(
                text.span_of(*blank.answer),
                f"this hides {words} words, and more than {LONGEST_BLANK} are hard to recall",
                "hide only the words that matter",
            )
        if not blank.hint and _only_function(hidden, reading.words):
            return Fault(
                text.span_of(*blank.answer),
                f'"{hidden}" is a small word, so that this card asks for grammar',
                "hide the word that is to be remembered, or give a hint: ==from::preposition==",
            )
    if not nested and all_hidden * 2 <= whole:
        return None
    for gap in reading.gaps:
        gone = sum(_count(text.value[slice(*blank.answer)]) for blank in gap.blanks)
        if whole >= 4 and gone * 2 > whole and (whole - gone <= 3 or gone * 3 >= whole * 2):
            return Fault(
                text.span_of(gap.blanks[0].start, gap.blanks[0].end),
                "this hides more than half of the sentence, which leaves little to recall it from",
                "hide less, or say more about it",
            )
    return None


def _count(text: str) -> int:
    """The number of words, without the marks of blanks and their hints."""
    return len(_spoken(text).split()) if " " in text else 1


def _only_function(hidden: str, words: Words) -> bool:
    return all(word.strip(".,;:") in words.function for word in hidden.lower().split())


def sequence_shape(reading: Reading) -> Fault | None:
    """A sequence has other than 3 to 7 steps, a step of more than 12 words, or years out of order.

    Every step is a card that shows the earlier ones: of two steps, a question is simpler; after
    seven, nobody reads the list. Long steps are hard to grade.

    Bad:

        sequence: The discovery
        steps: [A U-2 flies, Kennedy is told]

    Good:

        sequence: The discovery
        steps: [A U-2 flies, Analysts look at its film, Kennedy is told]

    Where the thresholds come from: Wozniak, rule 10; add-ons that overlap the items of a list
    suggest few and short ones.
    """
    body = reading.fact.body
    if type(body) is not Steps:
        return None
    if len(body.steps) not in STEPS:
        few = len(body.steps) < STEPS.start
        return Fault(
            body.sequence.span,
            f"this sequence has {len(body.steps)} steps; 3 to 7 can be learned well",
            'ask for what came next in an "ask" fact' if few else "make two sequences of it",
        )
    for step in body.steps:
        if (words := len(_spoken(step.value).split())) > LONGEST_ANSWER:
            return Fault(
                step.span,
                f"this step has {words} words, and more than {LONGEST_ANSWER} are hard to recall",
                'keep what happens, and put the rest into "extra"',
            )
    return _out_of_order(body, reading.words)


def _out_of_order(body: Steps, words: Words) -> Fault | None:
    years = []
    for step in body.steps:
        found = re.findall(
            r"(?<![\d.,$€£])\b[12]\d{3}\b(?![\d,.]\d|\s*(?:bce?\b|b\.c))", step.value.lower()
        )
        if len(found) != 1:
            return None
        years.append(int(found[0]))
    for at in range(1, len(years)):
        if years[at] < years[at - 1] and years != sorted(years, reverse=True):
            return Fault(
                body.steps[at].span,
                f"this step is of {years[at]}, and the one before it of {years[at - 1]}",
                "put the steps in the order in which they happened",
            )
    return None


_MARKS = re.compile(r"==(?:c\d+::)?|::[^=]*?(?===)|\{\{c\d+::|\}\}")
_MARKS_WITHOUT_HINTS = re.compile(r"\{\{c\d+::|\}\}")


def _spoken(text: str) -> str:
    """A text without the marks of blanks and their hints; a formula is one word."""
    if "\\" in text or "`" in text:
        text = WITHOUT_BLANKS.sub(THING, text)
    if "::" not in text and "}}" not in text:
        return text.replace("==", "")  # what most blanks are
    if "==" not in text and "{{" not in text:
        return text
    before, mark, after = text.rpartition("==")  # no hint begins after the last of them
    return _MARKS.sub("", before + mark) + _MARKS_WITHOUT_HINTS.sub("", after)
