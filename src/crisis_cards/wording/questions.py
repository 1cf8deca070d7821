"""Questions that have more than one right answer, or another than the one that is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..diagnostics import Span
from ..prompts import Phrase
from ..words import Words
from .answers import parts
from .reading import Fault, Reading

LONGEST_QUESTION = 25


def enumeration(reading: Reading) -> Fault | None:
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
    asked = reading.question()
    if asked is None:
        return None
    words = reading.words
    text = asked.unquoted
    found = words.enumeration.match(text)
    if not found:
        found = words.enumeration_of_list.match(text)
        answer = reading.cards[0].answer
        assert answer is not None
        if not found or len(parts(answer, words)) < 3:
            return None
    return Fault(
        asked.span(found.start(), found.end()) if text == asked.lower else asked.span(),
        "this asks for a list, and forgetting one item fails the card",
        'ask for each in a fact of its own, or make a "sequence" if their order matters',
    )


def double_question(reading: Reading) -> Fault | None:
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
    asked = reading.question()
    if asked is None:
        return None
    words = reading.words
    if asked.plain.count("?") >= 2:
        text = asked.unquoted
        if len(re.findall(r"\?(?=[\s)]|$)", text)) >= 2:
            first = asked.plain.index("?") + 1
            return _double_fault(asked.span(first, len(asked.plain)))
    if sum(map(words.question.__contains__, asked.words)) < 2:
        return None
    text = asked.unquoted
    if found := words.double.match(text.lstrip("¿ ")):
        exact = text == asked.lower
        return _double_fault(asked.span(found.start(), found.end()) if exact else asked.span())
    return None


def _double_fault(span: Span) -> Fault:
    return Fault(
        span,
        "this card asks two things, and whoever knows one of them cannot grade it",
        "make two facts of it, one for each question",
    )


def yes_no(reading: Reading) -> Fault | None:
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
    asked = reading.question()
    if asked is None or not asked.words:
        return None
    words = reading.words
    answer = reading.cards[0].answer
    assert answer is not None
    polar = bool(answer.words) and answer.words[0] in words.polar
    asks = not words.question.isdisjoint(asked.words)
    verb_first = asked.words[0] in words.auxiliary and asked.plain.rstrip().endswith("?")
    if verb_first and (polar or not asks):
        return Fault(
            asked.span(),
            "this can be answered with a mere yes or no, which half of all guesses get right",
            "ask for what makes the answer yes or no",
        )
    if polar and not asks and len(answer.words) <= 3:
        return Fault(
            asked.span(),
            "this has only two possible answers, and half of all guesses are right",
            "ask for the thing itself instead of whether it is so",
        )
    if polar and words.polar_phrase.search(asked.lower):
        return Fault(
            asked.span(),
            "this has only two possible answers, and half of all guesses are right",
            "ask for the thing itself instead of whether it is so",
        )
    if not words.joins.isdisjoint(asked.words) and (span := _choice(asked, answer, words)):
        return Fault(
            span,
            "this names the answers to choose from, and half of all guesses are right",
            "ask without naming them; if they are confused, make a contrast of them",
        )
    return None


def _choice(asked: Phrase, answer: Phrase, words: Words) -> Span | None:
    """Where a question ends with "X or Y?" and the answer is one of the two."""
    text = asked.lower.rstrip(" ?")
    joints = list(re.finditer(rf"\s(?:{'|'.join(words.joins)})\s", text))
    wanted = [word for word in answer.words if word not in words.stop]
    if not joints or not wanted or len(wanted) > 4:
        return None
    left = [w for w in words.tokens(text[: joints[-1].start()]) if w not in words.stop]
    right = [w for w in words.tokens(text[joints[-1].end() :]) if w not in words.stop]
    if len(right) > 5:
        return None
    stems = [words.stem(word) for word in wanted]
    beside = ([words.stem(w) for w in left[-len(stems) - 1 :]], [words.stem(w) for w in right])
    if any(all(stem in side for stem in stems) for side in beside):
        return asked.span(joints[-1].start() + 1, joints[-1].end() - 1)
    return None


def vague_question(reading: Reading) -> Fault | None:
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
    asked = reading.question()
    if asked is None:
        return None
    found = reading.words.vague.match(asked.lower)
    if not found:
        return None
    return Fault(
        asked.span(found.start(), found.end()),
        "this has many right answers, so that nobody can grade the card",
        "ask for one thing: who, when, where, which, or why",
    )


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
        if card.key not in _READ:
            continue
        asked = card.asked
        spaces = asked.plain.count(" ")
        if spaces < 3 and card.key == "ask" and _ONE_OR_TWO.match(asked.plain):
            return Fault(
                asked.span(),
                "this is too short to say what is asked",
                'write a whole question; for a word and its meaning, use "term" and "means"',
            )
        if spaces >= LONGEST_QUESTION and (words := asked.length()) > LONGEST_QUESTION:
            return Fault(
                asked.span(),
                f"this has {words} words, and more than {LONGEST_QUESTION} take too long to read",
                'keep what tells the answer from others, and put the rest into "extra"',
            )
    return None


_READ = frozenset(("ask", "when", "why", "effect", "did"))
_ONE_OR_TWO = re.compile(r"[\s¿¡]*[A-Za-zÀ-ɏ'’-]{2,}(?:\s+[A-Za-zÀ-ɏ'’-]{2,})?[\s?.:!]*$")


def date_precision(reading: Reading) -> Fault | None:
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
    asked = reading.question()
    if asked is None:
        return None
    words = reading.words
    answer = reading.cards[0].answer
    assert answer is not None
    date = _date(answer, words)
    if date is None:
        return None
    text = asked.unquoted
    for wanted, pattern in zip(_WANTED, words.asks_date, strict=True):
        found = pattern.search(text)
        if not found:
            continue
        if found.start() > 30:
            return None
        known = _known(date)
        if known[:2] == (True, True) and wanted == (True, False, False) and not known[2]:
            return None
        if known != wanted:
            return Fault(
                answer.span(),
                f"the question asks for {_PRECISIONS[wanted]}, and this is {_PRECISIONS[known]}",
                'make them agree, or use "event" and "when", which ask for what is written',
            )
        when = reading.fact.when
        if when and when.when.end is None and _contradict(date, when.when.start):
            return Fault(
                answer.span(),
                f'this does not agree with the "when" of the fact, {when.text.value}',
                "correct one of the two",
            )
        return None
    return None


_Date = tuple[int | None, int | None, int | None]
"""Year, month, day."""

_Known = tuple[bool, bool, bool]
_WANTED: tuple[_Known, ...] = ((True, True, True), (True, True, False), (True, False, False))
_PRECISIONS: dict[_Known, str] = {
    (True, True, True): "a day, month and year", (True, True, False): "a month and year",
    (True, False, False): "a year", (False, True, True): "a day and month",
    (False, True, False): "a month",
}  # fmt: skip


_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?")
_YEAR = re.compile(r"\d{4}")


def _date(answer: Phrase, words: Words) -> _Date | None:
    """An answer that is a date and nothing else."""
    if len(answer.words) > 5 or "–" in answer.plain or "-" in answer.plain.strip():
        return None
    if not words.before_christ.isdisjoint(answer.words):
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
    return date if _known(date) in _PRECISIONS else None


def _known(date: _Date) -> _Known:
    return date[0] is not None, date[1] is not None, date[2] is not None


def _contradict(date: _Date, point: Sequence[int]) -> bool:
    return any(one is not None and one != other for one, other in zip(date, point, strict=False))
