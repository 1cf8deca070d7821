"""Cards that are taken for each other: the same question twice, and questions that nearly agree.

Both are found through indexes that every card enters once, so that time grows with the number of
facts and not with its square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from typing import NamedTuple

from .facts import Cloze, Fact
from .prompts import THING, Card, Phrase
from .wording import Fault, Reading
from .words import Words

_ALIKE = 0.6
"""Trigrams that two questions share, of all that they have, from which on they count as near."""
_VERY_ALIKE = 0.75
"""Long questions that share so much are confused whatever the one word is that differs."""
_LONG = 5
"""Words of content in a long question."""
_ALIKE_OF_TERMS = 0.4
"""The same for the meanings of two terms that look alike ("stalactite", "stalagmite")."""
_LOOK_ALIKE = 0.7
"""How much two words must agree to be misread for each other (difflib's ratio)."""
_TEMPLATE = 3
"""More cards than this with a frame are a template ("the capital of …") and confuse nobody."""
_MOST_WORDS = 12
"""A question with more words of content is not compared."""


class Pair(NamedTuple):
    """Two facts that are taken for each other, the later one first, and what is wrong with it."""

    fact: Fact
    other: Fact
    fault: Fault


def duplicate_question(readings: Sequence[Reading]) -> Iterator[Pair]:
    """Two facts ask exactly the same.

    If the answers differ, both are right and the learner is marked wrong half of the time. If they
    agree, one of the two facts is a waste. The cards of one fact are not compared with each other.
    Capitals and the punctuation at the end do not count.

    Bad:

        ask: Who was Kennedy's adviser?
        answer: McGeorge Bundy

        ask: Who was Kennedy's adviser?
        answer: Theodore Sorensen

    Good:

        ask: Who was Kennedy's national security adviser?
        ask: Who was Kennedy's adviser and speech-writer?

    Where the rule comes from: Anki's own search for duplicates; 0.5 % of the trivia questions.
    """
    first: dict[tuple[str, ...], Reading] = {}
    for reading in readings:
        told = False
        for key, card in _questions(reading):
            other = first.setdefault(key, reading)
            if other is reading or told:
                continue
            told = True
            place = other.fact.id.span
            yield Pair(
                reading.fact,
                other.fact,
                Fault(
                    card.asked.span() if card else _passage(reading.fact),
                    f'"{other.fact.id.value}" ({place.path}:{place.line}) asks the same',
                    "say in both what tells them apart, or remove one of the two",
                ),
            )


def are_compared(number: int) -> bool:
    """Whether so many cards with a frame in common are compared; more of them are a template."""
    return 1 < number <= _TEMPLATE


def traces(
    readings: Sequence[Reading],
) -> dict[str, tuple[list[int], list[tuple[int, ...]]]]:
    """By file: what its cards ask, and of those that are compared what they say and their frames.

    All of it are hashes that are the same on every run. A card that neither asks what another one
    does nor has a frame in common with it is no twin of it.
    """
    made: dict[str, tuple[list[int], list[tuple[int, ...]]]] = {}
    for reading in readings:
        fact = reading.fact
        questions, cards = made.setdefault(fact.id.file.path, ([], []))
        questions += [_hash("\0".join(key)) for key, _ in _questions(reading)]
        for card in reading.cards:
            content = _content(card, reading.words)
            if content:
                answer = card.answer.text.value if card.answer else ""
                said = (
                    fact.id.value,
                    card.key,
                    card.asked.text.value,
                    answer,
                    str(bool(fact.hint)),
                )
                frames = (_hash(str(frame)) for frame in _frames_of(card, content, _hash))
                cards.append((_hash("\0".join(said)), *frames))
    return made


@lru_cache(maxsize=100_000)
def _hash(text: str) -> int:
    """64 bits that are the same on every run."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def _questions(reading: Reading) -> Iterator[tuple[tuple[str, ...], Card | None]]:
    """What the cards of a fact ask, in a form that is the same if the question is."""
    for card in reading.cards:
        if card.key == "region":
            continue  # the picture asks: one question may go with many
        seen = [_same(phrase) for phrase in card.seen]
        if card.key == "step" and not seen and card.answer:
            seen = [_same(card.answer)]
        yield (card.key, _same(card.asked), *seen), card
    body = reading.fact.body
    if type(body) is Cloze:
        yield ("cloze", " ".join(body.cloze.text.value.split())), None


_TYPED_TWO_WAYS = str.maketrans({"’": "'", "‘": "'", **dict.fromkeys('“”„«»",', " "), "–": "-"})


def _same(phrase: Phrase) -> str:
    """What two questions have in common if they are one. Formulas and code count as written."""
    text = phrase.text.value.lower() if THING in phrase.plain else phrase.lower
    if '"' in text or not text.isascii():
        text = text.translate(_TYPED_TWO_WAYS)
    return " ".join(text.split()).strip(" .?!…:¿¡")


def _passage(fact: Fact):  # type: ignore[no-untyped-def]
    body = fact.body
    assert isinstance(body, Cloze)
    return body.cloze.text.span


def near_twin(readings: Sequence[Reading]) -> Iterator[Pair]:
    """Two facts ask nearly the same and have different answers.

    Memory interferes: whoever sees one card recalls the answer of the other (Wozniak, rule 11:
    combat interference), and both come back again and again. A hint on either that says what sets
    it apart, or a `contrast` of the two, ends this. Questions made from one pattern ("What is the
    capital of …?") confuse nobody and are fine, and so are such as differ in a name or a figure.

    Bad:

        ask: Which missiles with a range of 1,000 miles did the Soviets bring to Cuba?
        ask: Which missiles with a longer range did the Soviets bring to Cuba?

    Good:

        contrast: Reach of the two Soviet missile types
        sides:
          MRBM: more than 1,000 nautical miles
          IRBM: more than twice as far

    Where the threshold comes from: questions of trivia that share 60 % of their trigrams (groups of
    three letters) are 1 %, and most are such twins.
    """
    asked, frames = _frames(readings)
    told: set[str] = set()
    seen: set[tuple[int, int]] = set()
    for entries in frames:
        for pair in combinations(entries, 2):
            if pair in seen:
                continue
            seen.add(pair)
            one, two = asked[pair[0]], asked[pair[1]]
            fact, other = two.reading.fact, one.reading.fact
            if fact is other or fact.id.value in told or fact.hint or other.hint:
                continue
            if _are_twins(one, two):
                told.add(fact.id.value)
                place = other.id.span
                yield Pair(
                    fact,
                    other,
                    Fault(
                        two.card.asked.span(),
                        f'this is easily confused with "{other.id.value}" '
                        f"({place.path}:{place.line}), which has another answer",
                        'give both a "hint" that tells them apart, or make a "contrast" of them',
                    ),
                )


class _Asked(NamedTuple):
    """A card and the words of content in its question."""

    reading: Reading
    card: Card
    words: list[str]


def _frames(readings: Sequence[Reading]) -> tuple[list[_Asked], list[list[int]]]:
    """All questions, and groups of them that differ in one word at most.

    Every question is filed under its words, and under all but one of them. So two that differ in
    one word meet. A group that is too large is a template.
    """
    first: dict[object, int] = {}
    more: dict[object, list[int]] = defaultdict(list)
    asked: list[_Asked] = []
    for reading in readings:
        for card in reading.cards:
            content = _content(card, reading.words)
            if not content:
                continue
            at = len(asked)
            asked.append(_Asked(reading, card, content))
            for frame in _frames_of(card, content, hash):
                if first.setdefault(frame, at) != at:
                    more[frame].append(at)
    return asked, [
        [at, *more[frame]]
        for frame, at in first.items()
        if frame in more and are_compared(1 + len(more[frame]))
    ]


def _content(card: Card, words: Words) -> list[str]:
    """The words of content in the question of a card that is compared, each once."""
    if card.key not in _COMPARED:
        return []
    small = words.small
    content = [word for word in dict.fromkeys(card.asked.words) if word not in small]
    return content if 3 <= len(content) <= _MOST_WORDS else []


def _frames_of(card: Card, content: list[str], code: Callable[[str], int]) -> list[object]:
    """What a card has in common with others that it may be taken for; `code` hashes words."""
    whole = sum(map(code, content), code(card.key))
    frames: list[object] = [whole, *(whole - code(word) for word in content)]
    if card.key == "term" and card.answer and len(card.answer.plain) >= 6:
        term = card.answer.lower
        frames += ((term[:4], term[-3:]), (term[:1], term[-4:]), ("", term[-6:]))
    return frames


_COMPARED = frozenset(("ask", "term", "who", "did", "where", "why", "effect", "when"))


def _are_twins(one: _Asked, two: _Asked) -> bool:
    first, second = one.card, two.card
    if first.key != second.key or _same(first.asked) == _same(second.asked):
        return False
    if first.answer and second.answer:
        if _same(first.answer) == _same(second.answer):
            return False
        if first.key == "term" and _look_alike(first.answer.lower, second.answer.lower):
            return _shared(first.asked.lower, second.asked.lower) >= _ALIKE_OF_TERMS
    here = [word for word in one.words if word not in two.words]
    there = [word for word in two.words if word not in one.words]
    if len(here) > 1 or len(there) > 1:
        return False
    known = one.reading.words
    if not known.question.isdisjoint((*here, *there)):
        return False  # "when" and "where" of one thing
    if _listed(here, there, known):
        return _shared(first.asked.lower, second.asked.lower) >= _ALIKE_OF_TERMS
    shared = _shared(first.asked.lower, second.asked.lower)
    if shared < _ALIKE:
        return False
    if here and there:
        long = len(one.words) >= _LONG
        return _confusable(here[0], there[0], first, second, long, long and shared >= _VERY_ALIKE)
    longer = first if here else second
    return first.key == "ask" and not any(
        _names(word, longer.asked.plain) for word in (*here, *there)
    )


def _listed(here: list[str], there: list[str], known: Words) -> bool:
    """Whether the difference is "first" and "third", or "left" and "right"."""
    if not here or not there:
        return False
    return {*here, *there} <= known.ordinals or frozenset((*here, *there)) in known.opposites


def _confusable(
    word: str, other: str, first: Card, second: Card, long: bool, nearly_same: bool
) -> bool:
    """Whether two words that are all the difference are taken for each other.

    Names and figures are not. Words that look alike are, in a long question "DNA" and "RNA" too,
    and in one that is nearly the same any two words that are not quoted.
    """
    asked, other_asked = first.asked, second.asked
    if _abbreviation(word, asked.plain) and _abbreviation(other, other_asked.plain):
        return long and SequenceMatcher(None, word, other).ratio() >= _ALIKE
    if _names(word, asked.plain) or _names(other, other_asked.plain):
        return False
    if first.key in _DESCRIPTIONS or _look_alike(word, other):
        return True
    return nearly_same and word in asked.unquoted and other in other_asked.unquoted


_DESCRIPTIONS = frozenset(("term", "who", "where"))


def _look_alike(word: str, other: str) -> bool:
    return SequenceMatcher(None, word, other).ratio() >= _LOOK_ALIKE


def _abbreviation(word: str, plain: str) -> bool:
    return word.isalpha() and len(word) <= 5 and word.upper() in plain


def _names(word: str, plain: str) -> bool:
    """Whether a word is a figure or a name, which tells two questions apart by itself."""
    if not word.isalpha() or len(word) == 1:
        return True
    found = re.search(rf"(?<=[\w,;] )\b{re.escape(word)}\b", plain, re.IGNORECASE)
    return found is not None and found[0][0].isupper()


def _shared(one: str, two: str) -> float:
    """The trigrams that two texts share, of all that they have, from 0 to 1."""
    first = {one[at : at + 3] for at in range(len(one) - 2)}
    second = {two[at : at + 3] for at in range(len(two) - 2)}
    return len(first & second) / max(1, len(first | second))
