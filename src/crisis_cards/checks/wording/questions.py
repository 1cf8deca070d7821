"""Questions that have more than one right answer, or another than the one that is written."""

from __future__ import annotations

import re

from ...problems import Span
from ..phrase import Phrase
from ..reading import Card, Reading
from ..register import Fault, of_question, of_wording
from .answers import parts

LONGEST_QUESTION = 25


@of_question
def enumeration(card: Card, reading: Reading) -> Fault | None:
    """The question asks for a list: "Name three …", "What were the main causes of …?"

    Lists without an order are the hardest thing to keep in memory, and "Name three results" has
    many right answers (Wozniak, rule 9). Two things, as in "Which two superpowers …?", are fine.

    Bad:

        ask: Name three results of the crisis.
        answer: The Hotline, the test ban treaty and a new look at the arms race

    Good, one card for each:

        ask: Which link between Washington and Moscow was set up after the crisis?
        answer: The Hotline

    Where the rule comes from: 0.2 % of the trivia questions ask for a list.
    """
    asked, words = card.asked, reading.words
    text = asked.unquoted
    found = words.patterns["enumeration"].match(text)
    if not found:
        found = words.patterns["enumeration-of-list"].match(text)
        if not found or card.answer is None or len(parts(card.answer)) < 3:
            return None
    hint = 'ask for each in a fact of its own, or make a "sequence" if their order matters'
    message = "this asks for a list, and forgetting one item fails the card"
    return Fault(asked.span_in_lower(text, found), message, hint)


@of_question
def double_question(card: Card, reading: Reading) -> Fault | None:
    """The card asks two things at once.

    Whoever knows one half cannot grade the card, and the known half is reviewed as often as the
    other (Wozniak, rule 4). Two questions are two facts. A second question inside quotation marks
    belongs to a title and is fine.

    Bad:

        ask: When did the quarantine begin and how did it end?

    Good:

        ask: What ended the quarantine?

    Where the rule comes from: 0.1 % of the trivia questions are double.
    """
    asked, words = card.asked, reading.words
    span = None
    marks = asked.plain if asked.plain.isascii() else asked.plain.translate(_MARKS)
    if marks.count("?") >= 2 and len(re.findall(_ENDS, asked.unquoted.translate(_MARKS))) >= 2:
        span = asked.span(marks.index("?") + 1, len(asked.plain))
    elif sum(map(words.question.__contains__, asked.words)) >= 2:
        text = asked.unquoted
        if found := words.patterns["double"].match(text.lstrip("¿ ")):
            span = asked.span_in_lower(text, found)
    message = "this card asks two things, and whoever knows one of them cannot grade it"
    return span and Fault(span, message, "make two facts of it, one for each question")


_MARKS = str.maketrans("？؟", "??")
_ENDS = r"\?(?=\W|$)(?!\?)"


@of_question
def yes_no(card: Card, reading: Reading) -> Fault | None:
    """The question can be answered with yes or no, or names the answers to choose from.

    Half of the guesses are right, and the question often gives away which half (Matuschak). Ask for
    what makes the answer yes or no instead. Questions with "X or Y?" and true-or-false statements
    are the same thing.

    Bad:

        ask: Did Kennedy order an air strike?
        answer: "No"

    Good:

        ask: What did Kennedy order instead of an air strike?
        answer: A naval quarantine

    Where the rule comes from: 12 % of the trivia questions, nearly all of them made for guessing.
    """
    asked, answer, words = card.asked, card.answer, reading.words
    if answer is None or not asked.words:
        return None
    polar = bool(answer.words) and answer.words[0] in words.sets["polar"]
    asks = not words.question.isdisjoint(asked.words)
    verb_first = asked.words[0] in words.sets["auxiliary"] and asked.plain.rstrip().endswith("?")
    if verb_first and (polar or not asks):
        message = "this can be answered with a mere yes or no, which half of all guesses get right"
        return Fault(asked.span(), message, "ask for what makes the answer yes or no")
    short = not asks and len(answer.words) <= 3
    if polar and (short or words.patterns["polar-phrase"].search(asked.lower)):
        message = "this has only two possible answers, and half of all guesses are right"
        return Fault(asked.span(), message, "ask for the thing itself instead of whether it is so")
    if not words.sets["or"].isdisjoint(asked.words) and (span := _choice(asked, answer)):
        message = "this names the answers to choose from, and half of all guesses are right"
        hint = "ask without naming them; if they are confused, make a contrast of them"
        return Fault(span, message, hint)
    return None


def _choice(asked: Phrase, answer: Phrase) -> Span | None:
    """Where a question ends with "X or Y?" and the answer is one of the two."""
    words, text = asked.language, asked.lower.rstrip(" ?")
    joints = list(re.finditer(rf"\s(?:{'|'.join(words.sets['or'])})\s", text))
    wanted = [word for word in answer.words if word not in words.stop]
    if not joints or not 1 <= len(wanted) <= 4:
        return None
    start, end = joints[-1].span()
    left = [word for word in words.tokens(text[:start]) if word not in words.stop]
    right = [word for word in words.tokens(text[end:]) if word not in words.stop]
    if len(right) > 5:
        return None
    for side in (left[-len(wanted) - 1 :], right):
        if {words.stems[word] for word in wanted} <= {words.stems[word] for word in side}:
            return asked.span(start + 1, end - 1)
    return None


@of_question
def vague_question(card: Card, reading: Reading) -> Fault | None:
    """The question has many right answers: "Describe …", "What do you know about …?"

    A card has to say exactly what it wants, or it is graded differently at every review (Matuschak:
    prompts should be precise). "What happened on October 27?" has at least four right answers.

    Bad:

        ask: Describe the Soviet reaction.

    Good:

        ask: What did Khrushchev call the quarantine in his letter of October 24?

    Where the rule comes from: under 1 % of the trivia questions begin so. Titles and quotations
    that contain such words are left alone.
    """
    asked = card.asked
    if found := reading.words.patterns["vague"].match(asked.lower):
        message = "this has many right answers, so that nobody can grade the card"
        hint = "ask for one thing: who, when, where, which, or why"
        return Fault(asked.span(*found.span()), message, hint)
    return None


@of_wording
def question_size(reading: Reading) -> Fault | None:
    """The question is longer than 25 words, or shorter than three.

    A long question is read at every review for years; often it is a paragraph with the answer at
    the end, or gives it away. One or two words are no question at all: nobody knows what is wanted.

    Bad:

        ask: Kennedy?

    Good:

        ask: Who was president of the United States during the crisis?

    Where the thresholds come from: three quarters of the trivia questions have 25 words or fewer,
    and those are long; the facts of a deck written with these rules in mind have 17 at most.
    """
    for card in reading.cards:
        if not card.wording.size:
            continue
        asked = card.asked
        spaces = asked.plain.count(" ")
        if (
            spaces < (3 if reading.words.known else 1)
            and card.wording.question
            and re.match(_ONE_OR_TWO, asked.plain)
        ):
            hint = 'write a whole question; for a word and its meaning, use "term" and "means"'
            return Fault(asked.span(), "this is too short to say what is asked", hint)
        if spaces >= LONGEST_QUESTION and (words := asked.length()) > LONGEST_QUESTION:
            longest = f"more than {LONGEST_QUESTION} take too long to read"
            hint = (
                f"keep what tells the answer from others, and put the rest into {reading.elsewhere}"
            )
            return Fault(asked.span(), f"this has {words} words, and {longest}", hint)
    return None


_ONE_OR_TWO = r"[\s¿¡]*[A-Za-zÀ-ɏ'’-]{2,}(?:\s+[A-Za-zÀ-ɏ'’-]{2,})?[\s?.:!]*$"


@of_question
def date_precision(card: Card, reading: Reading) -> Fault | None:
    """The question asks for a date of one precision, and the answer has another.

    If the question says "on what date" and the answer is "November 1962", nobody knows what has to
    be known. The kind `event` asks for exactly the precision that is written.

    Bad:

        ask: On what date did the quarantine end?
        answer: November 1962

    Good:

        event: The quarantine of Cuba ends
        when: 1962-11-20

    Where the rule comes from: 0.4 % of the trivia questions; Ultimate History lets learners choose
    a precision before they review.
    """
    asked, answer, words = card.asked, card.answer, reading.words
    if answer is None or (date := _date(answer)) is None:
        return None
    known = _precision(date)
    for wanted, entry in _ASKED.items():
        found = words.patterns[entry].search(asked.unquoted)
        if not found:
            continue
        if found.start() > 30 or (wanted == "y" and known == "ym"):
            return None
        if known != wanted:
            message = f"the question asks for {_IN_WORDS[wanted]}, and this is {_IN_WORDS[known]}"
            hint = 'make them agree, or use "event" and "when", which ask for what is written'
            return Fault(answer.span(), message, hint)
        when = reading.fact.when
        dates = zip(date, when.when.known, strict=False) if when else ()
        if when and any(mine not in (None, other) for mine, other in dates):
            message = f'this does not agree with the "when" of the fact, {when.text.value}'
            return Fault(answer.span(), message, "correct one of the two")
        return None
    return None


_Date = tuple[int | None, int | None, int | None]
"""Year, month, day."""

_ASKED = {"ymd": "asks-day", "ym": "asks-month", "y": "asks-year"}
_IN_WORDS = {
    "ymd": "a day, month and year", "ym": "a month and year", "y": "a year",
    "md": "a day and month", "m": "a month",
}  # fmt: skip
"""How precise a date is, by the letters of what it has."""

_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?")
_YEAR = re.compile(r"\d{4}")


def _date(answer: Phrase) -> _Date | None:
    """An answer that is a date and nothing else."""
    words = answer.language
    if len(answer.words) > 5 or "–" in answer.plain or "-" in answer.plain.strip():
        return None
    if not words.sets["before-christ"].isdisjoint(answer.words):
        return None
    year = month = day = None
    for word in answer.words:
        if word in words.months:
            month = words.months[word]
        elif _YEAR.fullmatch(word):
            year = int(word)
        elif (number := _DAY.fullmatch(word)) and 1 <= int(number[1]) <= 31:
            day = int(number[1])
        elif word not in words.stop:
            return None
    date = (year, month, day)
    return date if _precision(date) in _IN_WORDS else None


def _precision(date: _Date) -> str:
    return "".join(letter for letter, part in zip("ymd", date, strict=True) if part is not None)
