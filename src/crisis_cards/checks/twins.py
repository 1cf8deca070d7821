"""Cards that are taken for each other: the same question twice, and questions that nearly agree.

Both are found through indexes that every card enters once, so that time grows with the number of
facts and not with its square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from typing import NamedTuple

from ..format.prompt import Layout, Wording
from ..problems import Spot
from ..yaml.tree import File, Text
from . import words as languages
from .index import Whole, across
from .phrase import THING, Phrase
from .reading import Reading
from .record import spot
from .register import Fault
from .words import Words

# The share of their trigrams from which on two questions count as near: most of them; long ones,
# whatever the one word is that differs; the meanings of terms that look alike ("stalactite"), and
# of those that differ in a letter ("affect").
_ALIKE, _VERY_ALIKE, _ALIKE_OF_TERMS, _ALIKE_OF_TWINS = 0.6, 0.75, 0.4, 0.25
_LONG_ALIKE = 0.65  # of questions with many words
# How much two words must agree to be misread for each other, and to differ in a letter alone
# (difflib's ratio).
_LOOK_ALIKE, _ALL_ALIKE = 0.7, 0.8
_LONG, _VERY_LONG = 4, 5  # words of content in a long question
_QUESTION_WORDS = 4  # how many words may say what is asked for, in an unknown language
_FEWEST_WORDS, _MOST_WORDS = 3, 12  # of content, in a question that is compared
_TEMPLATE = 3  # more cards with one frame ("the capital of …") are a template and confuse nobody


class Question(NamedTuple):
    """What a card asks, and where, as a hash that is the same if the question is."""

    fact: str
    at: Spot
    key: int


class Asked(NamedTuple):
    """A card whose question is compared, and its frames.

    A frame is what two cards have in common that may be taken for each other, as a hash that is the
    same on every run. `slot` tells what is asked for; a date as the answer is empty. `question`,
    `term` and `describes` are what the kind says of the question's wording.
    """

    fact: str
    at: Spot
    slot: str
    asked: str
    answer: str
    hinted: bool
    question: bool
    term: bool
    describes: bool
    frames: tuple[int, ...]


@across(Question, lambda study: study.questions)
def duplicate_question(whole: Whole, entries: Sequence[Question]) -> Iterator[Fault]:
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
    first: dict[int, str] = {}
    told = ""
    for fact, at, key in entries:
        if not whole.is_sound(at.path, fact):
            continue
        other = first.setdefault(key, fact)
        if fact not in (other, told):
            told = fact
            message = f'"{other}" ({whole.place(other)}) asks the same'
            hint = "say in both what tells them apart, or remove one of the two"
            yield Fault(whole.span(at), message, hint, (fact, other))


def entries(reading: Reading) -> Iterator[tuple[Question | None, Asked | None]]:
    """What each card of a fact asks, as far as it is compared.

    A question's frames are its words, and all but one of them: so two that differ in one word have
    one in common. The names of terms that look alike have another one.
    """
    fact, hinted = reading.fact.id.value, reading.hint is not None
    for slot, layout, prompt, wording, asked, answer, also_seen in reading.cards:
        at = spot(asked.text)
        question = compared = None
        if layout not in _NOT_ASKED_ALONE:
            same = _one_spaced(asked.text.value) if layout is Layout.SENTENCE else _same(asked)
            key = f"{slot}\0{same}"
            if also_seen:
                key = "\0".join((key, *map(_same, also_seen)))
            elif layout is Layout.STEP and answer:
                key = f"{key}\0{_same(answer)}"
            question = Question(fact, at, stable_hash(key))
        if prompt.compared and (frames := _frames(slot, wording, asked, answer)):
            compared = Asked(
                fact, at, slot, asked.text.value, answer.text.value if answer else "",
                hinted, wording.question, wording.term, wording.describes, frames,
            )  # fmt: skip
        yield question, compared


_NOT_ASKED_ALONE = (Layout.REGIONS, Layout.QUOTATION)
"""One question may go with many pictures, and whose words a quotation is asks for all of it."""


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


@across(Asked, lambda study: study.asked)
def near_twin(whole: Whole, entries: Sequence[Asked]) -> Iterator[Fault]:
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
    words = languages.of(whole.settings.language.code)
    asked = [card for card in entries if whole.is_sound(card.at.path, card.fact)]
    told: set[str] = set()
    seen: set[tuple[int, int]] = set()
    for group in _alike(asked):
        for pair in combinations(group, 2):
            if pair in seen:
                continue
            seen.add(pair)
            one, two = asked[pair[0]], asked[pair[1]]
            fact, other = two.fact, one.fact
            if fact == other or fact in told or one.hinted or two.hinted:
                continue
            if _are_twins(one, two, words):
                told.add(fact)
                with_other = f'"{other}" ({whole.place(other)}), which has another answer'
                hint = 'give both a "hint" that tells them apart, or make a "contrast" of them'
                if not (whole.facts[one.fact].cites and whole.facts[two.fact].cites):
                    hint = "say in both what tells them apart"  # adopted notes have no hints
                message = f"this is easily confused with {with_other}"
                yield Fault(whole.span(two.at), message, hint, (fact, other))


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
        if frame in more and 1 + len(more[frame]) <= _TEMPLATE
    ]


def _frames(slot: str, wording: Wording, asked: Phrase, answer: Phrase | None) -> tuple[int, ...]:
    """The frames of a card; none where its question has too few words of content, or too many."""
    content = _content(asked)
    frames: tuple[int, ...] = ()
    if len(content) > _MOST_WORDS:
        return ()
    if len(content) >= _FEWEST_WORDS:
        pole = asked.language.pole
        codes = [_hash(pole.get(word, word)) for word in content]
        whole = sum(codes) + _hash(slot)
        frames = (whole, *[whole - code for code in codes])
    if wording.term and answer and len(answer.plain) >= 6:
        term = answer.lower
        bones = _VOWELS.sub("", term)
        ends = ((term[:4], term[-3:]), (term[:1], term[-4:]), ("", term[-6:]), (bones,))
        frames += tuple(_hash("\0".join(end)) for end in ends)
    return frames


_VOWELS = re.compile(r"[aeiouyäöü]")


def _content(question: Phrase) -> list[str]:
    """The words of content in a question, each once."""
    small = question.language.small
    return [word for word in dict.fromkeys(question.words) if word not in small]


def stable_hash(text: str) -> int:
    """56 bits of a text that are the same on every run."""
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), "big")


_hash = lru_cache(maxsize=1 << 16)(stable_hash)


_NO_FILE = File("", "")


def _phrase(text: str, words: Words) -> Phrase:
    """A text that is compared: few are, so that their words are found again and not kept."""
    return Phrase(Text(text, 0, 0, _NO_FILE), words)


def _are_twins(first: Asked, second: Asked, known: Words) -> bool:
    if first.slot != second.slot:
        return False
    asked, other_asked = _phrase(first.asked, known), _phrase(second.asked, known)
    if _same(asked) == _same(other_asked):
        return False
    shared, answers_alike = _shared(asked.lower, other_asked.lower), 0.0
    if first.answer and second.answer:
        answer, other_answer = _phrase(first.answer, known), _phrase(second.answer, known)
        if _same(answer) == _same(other_answer):
            return False
        if first.term or (answer.lower.isalpha() and other_answer.lower.isalpha()):
            answers_alike = _look_alike(answer.lower, other_answer.lower)
        if first.term and answers_alike:
            least = _ALIKE_OF_TERMS if answers_alike < _ALL_ALIKE else _ALIKE_OF_TWINS
            return shared >= least
    opposed = _opposed(asked.words, other_asked.words, known)
    words = [word for word in _content(asked) if word not in opposed]
    other_words = [word for word in _content(other_asked) if word not in opposed]
    here = [word for word in words if word not in other_words]
    there = [word for word in other_words if word not in words]
    differ = frozenset((*here, *there))
    if len(here) > 1 or len(there) > 1 or not known.question.isdisjoint(differ):
        return False  # "when" and "where" of one thing
    if opposed:
        return shared >= (_ALIKE if differ else _ALIKE_OF_TERMS)
    if not here or not there:
        longer = asked if here else other_asked
        more = first.question and not any(_names(word, longer.plain) for word in differ)
        return more and shared >= _ALIKE
    if differ <= known.sets["ordinals"]:
        return shared >= _ALIKE_OF_TERMS
    if first.question and _say_two_things_of_one(asked, other_asked, *differ):
        return True
    confused = first.describes or answers_alike >= _ALL_ALIKE
    least_shared = _differ_in(here[0], there[0], asked, other_asked, confused)
    return least_shared is not None and shared >= least_shared


def _differ_in(
    word: str, other: str, asked: Phrase, other_asked: Phrase, confused: bool
) -> float | None:
    """What two questions must share to be taken for each other, though they differ in a word.

    None if the words tell them apart, as names and figures do. Words that look alike do not, nor
    "DNA" and "RNA" in a long question, nor any two that are not quoted in one that is nearly the
    same; what is `confused` anyway needs no more.
    """
    known, words = asked.language, _content(asked)
    long = len(words) >= (_LONG if known.known else _VERY_LONG)
    if _abbreviation(word, asked.plain) and _abbreviation(other, other_asked.plain):
        alike = SequenceMatcher(None, word, other).ratio() >= _ALIKE
        return _ALIKE if alike and len(words) >= _LONG else None
    if _names(word, asked.plain) or _names(other, other_asked.plain):
        return None
    if confused or _look_alike(word, other) > 0:
        return _ALIKE
    if asked.words[asked.words.index(word) - 1] in known.question:
        return None  # "in which year" and "in which city"
    if not known.known and asked.words.index(word) < _QUESTION_WORDS:
        return None  # the same, as far as one can see
    if not long or word not in asked.unquoted or other not in other_asked.unquoted:
        return None
    no_language = known.known and known.sets["of-language"].isdisjoint(words)
    return _LONG_ALIKE if len(words) >= _VERY_LONG and no_language else _VERY_ALIKE


def _say_two_things_of_one(asked: Phrase, other: Phrase, *differ: str) -> bool:
    """Whether the verbs alone differ: "which organ makes bile" and "which organ stores bile"."""
    known = asked.language
    for words in (asked.words, other.words):
        if len(words) < 4 or words[0] not in known.question or words[1] in known.stop:
            return False
    return {asked.words[2], other.words[2]} == set(differ)


def _opposed(words: Sequence[str], others: Sequence[str], known: Words) -> set[str]:
    """The words of one question that have their opposite in the other one, and these."""
    here = [word for word in words if word in known.pole and word not in others]
    there = [word for word in others if word in known.pole and word not in words] if here else []
    pairs = ((one, other) for one in here for other in there)
    return {word for pair in pairs if frozenset(pair) in known.opposites for word in pair}


def _look_alike(word: str, other: str) -> float:
    """How much two words look alike, as far as they may be misread for each other; else 0."""
    ratio = SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= _LOOK_ALIKE else 0


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
