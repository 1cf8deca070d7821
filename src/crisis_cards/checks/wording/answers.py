"""Answers that nobody can recall as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from ...cards import markup
from ...problems import Span
from ..phrase import THING, Phrase, without_quotes
from ..reading import Reading
from ..register import Fault, of_wording


@of_wording
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
        most, answer = card.prompt.longest, card.answer
        if not most or answer is None or answer.plain.count(" ") < most:
            continue
        words = answer.length()
        if words <= most or (words <= 25 and _is_quotation(answer)):
            continue
        longest = f"more than {most} are hard to recall and to grade"
        hint = f"ask for the one thing that matters, and put the rest into {reading.elsewhere}"
        return Fault(answer.span(), f"this answer has {words} words, and {longest}", hint)
    return None


@of_wording
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
    for card in reading.cards:
        listed = card.prompt.listed
        if listed == "no":
            continue
        answer = card.answer
        if answer is None:
            if fault := _listed_in_blank(reading):
                return fault
            continue
        written = answer.text.value
        if "\n" in written and (number := markup.text(written).count("<li>")) >= 3:
            return _list_fault(answer.span(), number)
        items = _items(answer)
        if listed == "as-meaning" and not _is_list_of_meanings(answer, items):
            continue
        if len(items) >= 3 and not _asks_for_one_thing(card.asked, answer):
            return _list_fault(answer.span(), len(items))
    return None


def _listed_in_blank(reading: Reading) -> Fault | None:
    """The first blank that hides a list."""
    if reading.passage is None or not _is_separated(reading.passage.text.value):
        return None
    text = reading.passage.text
    for blank in chain.from_iterable(reading.gaps):
        if _may_be_list(text.value[slice(*blank.answer)]):
            items = _items(reading.part(blank.answer))
            if len(items) >= 3:
                return _list_fault(text.span_of(*blank.answer), len(items))
    return None


def _list_fault(span: Span, number: int) -> Fault:
    message = f"this answer is a list of {number} things, and forgetting one of them fails the card"
    return Fault(span, message, 'make a fact of each, or a "sequence" if their order matters')


def _items(answer: Phrase) -> list[str]:
    """The items of an answer that is a list; empty where it may be prose, a date or a name."""
    if not _may_be_list(answer.plain) or _is_prose(answer):
        return []
    words = answer.language
    text = _PARENTHESES.sub("", answer.lower).strip().rstrip(".")
    if without_quotes(text) != text and _is_quotation(answer):
        return []
    text = _NO_BREAK.sub(" ", text)
    items = [item.strip() for item in words.joint.split(text) if item.strip()]
    if len(items) < 3:
        return []
    joints = [any(char.isalpha() for char in joint) for joint in words.joint.findall(text)]
    if any(joints[:-1]) and not all(joints):
        return []  # "earns and pays abroad, assets aside"
    begun = {item.split()[0] for item in items}
    most = 8 if words.known else 3  # words of an item, where clauses are not told from them
    for at, item in enumerate(items):
        inside = item.split()
        if len(inside) > most or not words.sets["inner-clause"].isdisjoint(inside):
            return []
        if at and len(begun) > 1 and inside[0] in words.sets["clause"]:
            return []
    if all(len(item) == 1 or item == THING for item in items):
        return []  # the notes of a chord
    if not words.months.keys().isdisjoint(answer.words):
        return []  # a date
    if not any(joints) and all(any(char.isdigit() for char in item) for item in items):
        return []  # coordinates
    return items


def _may_be_list(text: str) -> bool:
    """A cheap first look: a sign between items, or the five words of "one and two and three"."""
    return _is_separated(text) or text.count(" ") >= 4 or len(text.split()) >= 5


def _is_prose(answer: Phrase) -> bool:
    """Whether nothing stands between items, or too little: an item has at most eight words."""
    text, ands = answer.plain, answer.language.sets["and"]
    if ands.isdisjoint(answer.words) and not _is_separated(text):
        return True
    joints = sum(map(text.count, ",;/\n&")) + sum(map(ands.__contains__, answer.words))
    return "(" not in text and text.count(" ") > 9 * joints + 8


def _is_separated(text: str) -> bool:
    if "," in text or ";" in text or "/" in text or "\n" in text:
        return True
    return not text.isascii() and not _OTHER_COMMAS.isdisjoint(text)


_OTHER_COMMAS = frozenset("、，；،؛")


_PARENTHESES = re.compile(r"\([^)]*\)")
_NO_BREAK = re.compile(
    r", (?=(?:jr|sr|inc|ltd|phd|md|d\.c|llc|esq)\b)|, (?<=\d, )(?=\d{4}\b)|,(?<=\d,)(?=\d)"
)


def parts(answer: Phrase) -> list[str]:
    """What an answer would be if it were a list."""
    text = _NO_BREAK.sub(" ", answer.lower)
    return [part for part in answer.language.joint.split(text) if part.strip()]


def _is_list_of_meanings(answer: Phrase, items: Sequence[str]) -> bool:
    """Whether there is an "and" or a semicolon; a few commas may stand between adjectives.

    In "study of the Earth's structure, history and processes" the list is a part of one thing.
    """
    ends = ";" in answer.plain or answer.plain.count(", ") >= 3
    if not ends and answer.language.sets["and"].isdisjoint(answer.words):
        return False
    first, *others = (len(item.split()) for item in items or ("",))
    return bool(others) and first < min(others) + 2


def _asks_for_one_thing(question: Phrase, answer: Phrase) -> bool:
    """Whether a question is for a title, a place or another name that has commas of its own."""
    words, asked = question.language, question.words
    if not words.sets["one-thing"].isdisjoint(asked) or "&" in answer.plain:
        return True  # "Crosby, Stills & Nash"
    # "Springfield, Illinois, United States"
    return words.sets["and"].isdisjoint(answer.words) and not words.sets["place"].isdisjoint(asked)


def _is_quotation(answer: Phrase) -> bool:
    return len(without_quotes(answer.lower).strip(" .…,;" + THING)) == 0
