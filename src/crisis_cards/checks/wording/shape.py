"""The shape of blanks and of sequences: how many, how long, in what order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...format.cloze import WITHOUT_BLANKS
from ...format.prompt import LONGEST_ANSWER, Layout
from ...yaml.tree import Text
from ..phrase import THING
from ..reading import Reading
from ..register import Fault, of_wording

LONGEST_SENTENCE = 30
LONGEST_BLANK = 6
MOST_BLANKS = 3
STEPS = range(3, 8)


@of_wording
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
    card, passage = reading.blanks, reading.passage
    if card is None or passage is None or card.layout is not Layout.SENTENCE:
        return None
    text = passage.text
    nested = any(blank.inner for blank in passage.blanks)
    many = nested or len(passage.blanks) > MOST_BLANKS
    if many and (made := len(reading.gaps)) > MOST_BLANKS:
        last = text.span_of(passage.blanks[-1].start, passage.blanks[-1].end)
        message = f"this makes {made} cards, and more than {MOST_BLANKS} give each other away"
        hint = "keep the blanks that matter most, and make a second fact for the others"
        return Fault(last, message, hint)
    whole = _count(text.value)
    if whole > LONGEST_SENTENCE:
        message = f"this text has {whole} words, and more than {LONGEST_SENTENCE} are slow to read"
        hint = (
            f"keep the one sentence that the blank needs, and put the rest into {reading.elsewhere}"
        )
        return Fault(text.span, message, hint)
    all_hidden = 0
    for blank in passage.blanks:
        hidden = text.value[slice(*blank.answer)]
        all_hidden += (words := _count(hidden))
        if words > LONGEST_BLANK:
            message = f"this hides {words} words, and more than {LONGEST_BLANK} are hard to recall"
            return Fault(text.span_of(*blank.answer), message, "hide only the words that matter")
        small = reading.words.sets["function"]
        if not blank.hint and small.issuperset(w.strip(".,;:") for w in hidden.lower().split()):
            message = f'"{hidden}" is a small word, so that this card asks for grammar'
            hint = "hide the word that is to be remembered, or give a hint: ==from::preposition=="
            return Fault(text.span_of(*blank.answer), message, hint)
    if not nested and all_hidden * 2 <= whole:
        return None
    for gap in reading.gaps:
        gone = sum(_count(text.value[slice(*blank.answer)]) for blank in gap)
        if whole >= 4 and gone * 2 > whole and (whole - gone <= 3 or gone * 3 >= whole * 2):
            span = text.span_of(gap[0].start, gap[0].end)
            message = (
                "this hides more than half of the sentence, which leaves little to recall it from"
            )
            return Fault(span, message, "hide less, or say more about it")
    return None


def _count(text: str) -> int:
    """The number of words, without the marks of blanks and their hints."""
    return len(_spoken(text).split()) if " " in text else 1


@of_wording
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
    cards = reading.cards
    if not cards or cards[0].layout is not Layout.STEP:
        return None
    steps = [card.answer.text for card in cards if card.answer]
    if len(steps) not in STEPS:
        few = len(steps) < STEPS.start
        message = f"this sequence has {len(steps)} steps; 3 to 7 can be learned well"
        hint = 'ask for what came next in an "ask" fact' if few else "make two sequences of it"
        return Fault(cards[0].asked.span(), message, hint)
    for step in steps:
        if (words := len(_spoken(step.value).split())) > LONGEST_ANSWER:
            message = (
                f"this step has {words} words, and more than {LONGEST_ANSWER} are hard to recall"
            )
            return Fault(step.span, message, 'keep what happens, and put the rest into "extra"')
    return _out_of_order(steps)


def _out_of_order(steps: Sequence[Text]) -> Fault | None:
    found = [re.findall(_YEAR, step.value.lower()) for step in steps]
    if any(len(years) != 1 for years in found):
        return None
    dates = [int(year) for (year,) in found]
    if dates != sorted(dates, reverse=True):
        for step, before, year in zip(steps[1:], dates, dates[1:], strict=False):
            if year < before:
                message = f"this step is of {year}, and the one before it of {before}"
                hint = "put the steps in the order in which they happened"
                return Fault(step.span, message, hint)
    return None


_YEAR = r"(?<![\d.,$€£])\b[12]\d{3}\b(?![\d,.]\d|\s*(?:bce?\b|b\.c))"
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
