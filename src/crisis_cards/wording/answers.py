"""Answers that nobody can recall as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..diagnostics import Span
from ..facts import Cloze
from ..prompts import THING, Card, Phrase, without_quotes
from ..words import Words
from .reading import Fault, Reading, part

LONGEST_ANSWER = 12
LONGEST_DEFINITION = 15


def answer_long(reading: Reading) -> Fault | None:
    """The answer is too long to be recalled: more than 12 words, or 15 for a definition.

    Nobody can say whether they knew a long answer: one part was right, another was not. The card is
    graded by mood, and comes back for ever. Several short cards are reviewed faster than one long
    one (Wozniak, rule 4: minimum information). Cards for causes, definitions, roles and places are
    looked at too; a quotation may have 25 words.

    Bad:

        ask: Why did Kennedy choose a quarantine?
        answer: >-
          It let him act firmly without attacking at once, it gave Khrushchev time to think, and it
          won the support of the Organization of American States

    Good:

        ask: What did the quarantine give Khrushchev that an air strike would not have?
        answer: Time to reconsider

    Where the threshold comes from: of 1,645 answers to trivia questions on history, 98 % have 12
    words or fewer; the middle one has 2.
    """
    for card in reading.cards:
        most = _LONGEST.get(card.key)
        answer = card.answer
        if not most or answer is None or answer.plain.count(" ") < most:
            continue
        words = answer.length()
        if words <= most or (words <= 25 and _is_quotation(answer)):
            continue
        return Fault(
            answer.span(),
            f"this answer has {words} words, and more than {most} are hard to recall and to grade",
            'ask for the one thing that matters, and put the rest into "extra"',
        )
    return None


_LONGEST = {
    "ask": LONGEST_ANSWER, "why": LONGEST_ANSWER, "effect": LONGEST_ANSWER, "side": LONGEST_ANSWER,
    "meaning": LONGEST_DEFINITION, "role": LONGEST_DEFINITION, "what": LONGEST_DEFINITION,
}  # fmt: skip


def answer_list(reading: Reading) -> Fault | None:
    """The answer is a list of three or more things.

    A list has to be recalled as a whole: whoever forgets one item fails all of it, and the items
    that they do know are drilled again and again (Wozniak, rules 9 and 10: avoid sets and
    enumerations). Titles, dates, places ("Geneva, Switzerland") and clauses of one sentence are no
    lists.

    Bad:

        ask: Who advised Kennedy to attack?
        answer: Acheson, Nitze and Taylor

    Good, if the order matters:

        sequence: How Washington found out about the missiles
        steps: [A U-2 takes pictures, Analysts see missiles in them, Bundy informs Kennedy]

    Good, if it does not: a fact for each of them, asked from its own side.

        person: Dean Acheson
        role: former secretary of state who argued for an air strike

    Where the threshold comes from: 1 % of the answers to trivia questions have three items; the two
    of "Which two superpowers …?" are one thing to remember.
    """
    body = reading.fact.body
    for card in reading.cards:
        if card.key in ("ask", "why", "meaning") and card.answer is not None:
            items = _items(card.answer, reading.words)
            if card.key == "meaning" and not _is_list_of_meanings(
                card.answer, items, reading.words
            ):
                continue
            if len(items) >= 3 and not _asks_for_one_thing(card, reading.words):
                return _list_fault(card.answer.span(), len(items))
    if type(body) is Cloze and reading.passage and _is_separated(body.cloze.text.value):
        text = reading.passage.text
        for gap in reading.gaps:
            for blank in gap.blanks:
                if not _may_be_list(text.value[slice(*blank.answer)]):
                    continue
                items = _items(part(text, blank.answer, reading.words), reading.words)
                if len(items) >= 3:
                    return _list_fault(text.span_of(*blank.answer), len(items))
    return None


def _list_fault(span: Span, number: int) -> Fault:
    return Fault(
        span,
        f"this answer is a list of {number} things, and forgetting one of them fails the card",
        'make a fact of each, or a "sequence" if their order matters',
    )


def _items(answer: Phrase, words: Words) -> list[str]:
    """The items of an answer that is a list; empty where it may be prose, a date or a name."""
    if not _may_be_list(answer.plain) or _is_prose(answer, words):
        return []
    text = _PARENTHESES.sub("", answer.lower).strip().rstrip(".")
    if without_quotes(text) != text and _is_quotation(answer):
        return []
    text = _NO_BREAK.sub(" ", text)
    joined = words.joint
    items = [item.strip() for item in joined.split(text)]
    items = [item for item in items if item]
    if len(items) < 3:
        return []
    joints = [any(char.isalpha() for char in joint) for joint in joined.findall(text)]
    if any(joints[:-1]) and not all(joints):
        return []  # "earns and pays abroad, assets aside"
    begun = {item.split()[0] for item in items}
    for at, item in enumerate(items):
        parts = item.split()
        if len(parts) > 8 or not words.inner_clause.isdisjoint(parts):
            return []
        if at and len(begun) > 1 and parts[0] in words.clause:
            return []
    if all(len(item) == 1 or item == THING for item in items) or words.months.keys() & set(
        answer.words
    ):
        return []  # the notes of a chord, a date
    if not any(joints) and all(any(char.isdigit() for char in item) for item in items):
        return []  # coordinates
    return items


def _may_be_list(text: str) -> bool:
    """A cheap first look: a sign between items, or the five words of "one and two and three"."""
    return _is_separated(text) or text.count(" ") >= 4 or len(text.split()) >= 5


def _is_prose(answer: Phrase, words: Words) -> bool:
    """Whether nothing stands between items, or too little: an item has at most eight words."""
    text = answer.plain
    if words.and_.isdisjoint(answer.words) and not _is_separated(text):
        return True
    joints = sum(map(text.count, ",;/\n&")) + sum(map(words.and_.__contains__, answer.words))
    return "(" not in text and text.count(" ") > 9 * joints + 8


def _is_separated(text: str) -> bool:
    return "," in text or ";" in text or "/" in text or "\n" in text


_PARENTHESES = re.compile(r"\([^)]*\)")
_NO_BREAK = re.compile(
    r", (?=(?:jr|sr|inc|ltd|phd|md|d\.c|llc|esq)\b)|, (?<=\d, )(?=\d{4}\b)|,(?<=\d,)(?=\d)"
)


def parts(answer: Phrase, words: Words) -> list[str]:
    """What an answer would be if it were a list."""
    return [part for part in words.joint.split(_NO_BREAK.sub(" ", answer.lower)) if part.strip()]


def _is_list_of_meanings(answer: Phrase, items: Sequence[str], words: Words) -> bool:
    """Whether there is an "and" or a semicolon; a few commas may stand between adjectives.

    In "study of the Earth's structure, history and processes" the list is a part of one thing.
    """
    ends = ";" in answer.plain or answer.plain.count(", ") >= 3
    if not ends and words.and_.isdisjoint(answer.words):
        return False
    first, *others = (len(item.split()) for item in items or ("",))
    return bool(others) and first < min(others) + 2


def _asks_for_one_thing(card: Card, words: Words) -> bool:
    """Whether a question is for a title, a place or another name that has commas of its own."""
    assert card.answer is not None
    asked = card.asked.words
    if not words.one_thing.isdisjoint(asked):
        return True
    joined = not words.and_.isdisjoint(card.answer.words)
    # "Crosby, Stills & Nash"; "Springfield, Illinois, United States"
    return "&" in card.answer.plain or (not joined and not words.place.isdisjoint(asked))


def _is_quotation(answer: Phrase) -> bool:
    return len(without_quotes(answer.lower).strip(" .…,;" + THING)) == 0
