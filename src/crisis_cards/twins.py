"""Cards that are taken for each other: the same question twice, and questions that nearly agree.

Both are found through indexes that every card enters once, so that time grows with the number of
facts and not with its square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import combinations
from typing import NamedTuple

from .facts import Cloze, Fact
from .prompts import THING, Card, Phrase
from .source import Text
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


class Question(NamedTuple):
    """What a card asks, and where, with a key that is the same if the question is."""

    fact: Fact
    key: str
    text: Text


class Asked(NamedTuple):
    """A card whose question is compared, and its frames; `kind` is the label of the card.

    A frame is what two cards have in common that may be taken for each other, as a hash that is the
    same on every run.
    """

    fact: Fact
    kind: str
    asked: Text
    answer: Text | None
    frames: list[int]


def duplicate_question(questions: Iterable[Question]) -> Iterator[Pair]:
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
    first: dict[str, Fact] = {}
    told: Fact | None = None
    for fact, key, text in questions:
        other = first.setdefault(key, fact)
        if other is fact or told is fact:
            continue
        told = fact
        place = other.id.span
        yield Pair(
            fact,
            other,
            Fault(
                text.span,
                f'"{other.id.value}" ({place.path}:{place.line}) asks the same',
                "say in both what tells them apart, or remove one of the two",
            ),
        )


def questions(reading: Reading) -> list[Question]:
    """What the cards of a fact ask."""
    fact = reading.fact
    made = []
    for key, asked, answer, also_seen in reading.cards:
        if key == "region":
            continue  # the picture asks: one question may go with many
        same = f"{key}\0{_same(asked)}"
        if also_seen:
            same = "\0".join((same, *map(_same, also_seen)))
        elif key == "step" and answer:
            same = f"{same}\0{_same(answer)}"
        made.append(Question(fact, same, asked.text))
    if type(fact.body) is Cloze:
        text = fact.body.cloze.text
        made.append(Question(fact, f"cloze\0{_one_spaced(text.value)}", text))
    return made


_TYPED_TWO_WAYS = str.maketrans({"’": "'", "‘": "'", **dict.fromkeys('“”„«»",', " "), "–": "-"})


def _same(phrase: Phrase) -> str:
    """What two questions have in common if they are one. Formulas and code count as written."""
    text = phrase.text.value.lower() if THING in phrase.plain else phrase.lower
    if '"' in text or not text.isascii():
        text = text.translate(_TYPED_TWO_WAYS)
    return _one_spaced(text).strip(" .?!…:¿¡")


def _one_spaced(text: str) -> str:
    """With single spaces alone between its words."""
    if "  " in text or not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        return " ".join(text.split())
    return text


def near_twin(asked: Sequence[Asked], words: Words) -> Iterator[Pair]:
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
    told: set[str] = set()
    seen: set[tuple[int, int]] = set()
    for entries in _alike(asked):
        for pair in combinations(entries, 2):
            if pair in seen:
                continue
            seen.add(pair)
            one, two = asked[pair[0]], asked[pair[1]]
            fact, other = two.fact, one.fact
            if fact is other or fact.id.value in told or fact.hint or other.hint:
                continue
            if _are_twins(_card(one, words), _card(two, words), words):
                told.add(fact.id.value)
                place = other.id.span
                yield Pair(
                    fact,
                    other,
                    Fault(
                        two.asked.span,
                        f'this is easily confused with "{other.id.value}" '
                        f"({place.path}:{place.line}), which has another answer",
                        'give both a "hint" that tells them apart, or make a "contrast" of them',
                    ),
                )


def are_compared(number: int) -> bool:
    """Whether so many cards with a frame in common are compared; more of them are a template."""
    return 1 < number <= _TEMPLATE


def _alike(asked: Sequence[Asked]) -> list[list[int]]:
    """Groups of cards with a frame in common, by their places."""
    first: dict[int, int] = {}
    more: dict[int, list[int]] = defaultdict(list)
    for at, card in enumerate(asked):
        for frame in card.frames:
            if first.setdefault(frame, at) != at:
                more[frame].append(at)
    return [
        [at, *more[frame]]
        for frame, at in first.items()
        if frame in more and are_compared(1 + len(more[frame]))
    ]


def asked(reading: Reading, hashes: Hashes) -> list[Asked]:
    """The cards of a fact that are compared.

    A question's frames are its words, and all but one of them: so two that differ in one word have
    one in common. The names of terms that look alike have another one.
    """
    made = []
    for key, question, answer, _ in reading.cards:
        if key not in _COMPARED:
            continue
        content = _content(question, reading.words)
        if not 3 <= len(content) <= _MOST_WORDS:
            continue
        codes = list(map(hashes.__getitem__, content))
        whole = sum(codes) + hashes[key]
        frames = [whole, *[whole - code for code in codes]]
        if key == "term" and answer and len(answer.plain) >= 6:
            term = answer.lower
            ends = ((term[:4], term[-3:]), (term[:1], term[-4:]), ("", term[-6:]))
            frames += [hashes["\0".join(end)] for end in ends]
        shown = answer.text if answer else None
        made.append(Asked(reading.fact, key, question.text, shown, frames))
    return made


def _content(question: Phrase, words: Words) -> list[str]:
    """The words of content in a question, each once."""
    small = words.small
    return [word for word in dict.fromkeys(question.words) if word not in small]


class Hashes(dict[str, int]):
    """Hashes of texts, each of which is made once."""

    def __missing__(self, text: str) -> int:
        made = self[text] = stable_hash(text)
        return made


def stable_hash(text: str) -> int:
    """56 bits of a text that are the same on every run."""
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), "big")


_COMPARED = frozenset(("ask", "term", "who", "did", "where", "why", "effect", "when"))


def _card(card: Asked, words: Words) -> Card:
    """A card that is compared: few are, so that their words are found again and not kept."""
    answer = Phrase(card.answer, words) if card.answer else None
    return Card(card.kind, Phrase(card.asked, words), answer)


def _are_twins(first: Card, second: Card, known: Words) -> bool:
    if first.key != second.key or _same(first.asked) == _same(second.asked):
        return False
    if first.answer and second.answer:
        if _same(first.answer) == _same(second.answer):
            return False
        if first.key == "term" and _look_alike(first.answer.lower, second.answer.lower):
            return _shared(first.asked.lower, second.asked.lower) >= _ALIKE_OF_TERMS
    words, other_words = _content(first.asked, known), _content(second.asked, known)
    here = [word for word in words if word not in other_words]
    there = [word for word in other_words if word not in words]
    if len(here) > 1 or len(there) > 1:
        return False
    if not known.question.isdisjoint((*here, *there)):
        return False  # "when" and "where" of one thing
    if _listed(here, there, known):
        return _shared(first.asked.lower, second.asked.lower) >= _ALIKE_OF_TERMS
    shared = _shared(first.asked.lower, second.asked.lower)
    if shared < _ALIKE:
        return False
    if here and there:
        long = len(words) >= _LONG
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
