"""Answers that are given away: by the question, by the hint, by the rest of the sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from ...format.prompt import Layout
from ...problems import Span, excerpt
from ..phrase import Phrase, filled
from ..reading import Card, Reading
from ..register import Fault, of_wording
from ..words import Words


@of_wording
def answer_leak(reading: Reading) -> Fault | None:
    """The question contains its answer.

    What can be read need not be recalled: the card is always right and teaches nothing (Matuschak:
    a prompt should be effortful). Words are compared by their stems ("photographs" gives
    "photograph" away), and all words of the answer must be there: "Which doctrine …?" does not give
    "The Monroe Doctrine" away. Figures, single letters, small words and quoted ones never do. All
    cards of a fact are looked at, from a meaning to its term too.

    Bad:

        ask: What was the naval quarantine of Cuba called?
        answer: A quarantine

    Good:

        ask: What did Kennedy call the stopping of ships bound for Cuba?
        answer: A quarantine

    Where the threshold comes from: all stems of the answer in the question, 1 % of the trivia
    questions; half of them, 7 %, mostly words such as "treaty" that a question needs.
    """
    for card in reading.cards:
        answer = card.answer
        if answer is None or card.layout is Layout.SPEAKER:
            continue
        shown = [card.asked]
        if card.layout is Layout.REGIONS:
            shown += card.seen  # the picture's text alternative, read out on the front
        elif card.layout is Layout.STEP:
            if len(answer.words) < 2:
                continue
        elif card.wording.deed and (surname := _begins_with_name(card.asked, answer)):
            message = "this deed begins with the person's name, which is to be answered"
            hint = 'begin with what was done, as in "met Robert Kennedy in secret"'
            return Fault(card.asked.span(0, surname), message, hint)
        for phrase in shown:
            found = given_away(answer, phrase)
            if found and not _may_repeat(card):
                way = f": the card {card.prompt.way} shows it" if card.prompt.way else ""
                message = f'this gives the answer "{_short(answer)}" away'
                return Fault(phrase.span(*found), message, f"say it in other words{way}")
    return None


def _may_repeat(card: Card) -> bool:
    """Choices between named things, and questions about words themselves, repeat their answer."""
    asked, words = card.asked.words, card.asked.language
    no_choice = words.sets["between"].isdisjoint(asked[:1]) and words.sets["or"].isdisjoint(asked)
    return card.wording.question and not (no_choice and words.sets["of-language"].isdisjoint(asked))


def _begins_with_name(deed: Phrase, name: Phrase) -> int:
    """The length of a surname with which a deed begins."""
    names = re.sub(r"\(.*?\)", "", name.plain).split()
    last = names[-1] if len(names) > 1 else ""
    if last.lower() in name.language.faint or not last[:1].isupper():
        return 0
    return len(last) if deed.plain.startswith(last + " ") else 0


@of_wording
def hint_leak(reading: Reading) -> Fault | None:
    """The hint contains the answer.

    A hint helps if it makes the answer easier to recall; one that lets it be read or guessed undoes
    the practice (Vaughn & Kornell 2019: hints do no harm unless the answer can be guessed from
    them). Words are compared by their stems; a word of which the hint leaves out less than half
    ("Deoxyribonuc…", "g_ld") is given away too. The hints of blanks (==answer::hint==) are looked
    at as well.

    Bad:

        person: Alexander Fomin
        role: KGB chief in Washington during the crisis
        hint: Fomin, Alexander

    Good:

        hint: used a cover name

    Where the threshold comes from: Ultimate Geography's rule for hints, "convey as little
    information as possible".
    """
    hint, passage = reading.hint, reading.passage
    if hint:
        for card in reading.cards:
            if card.answer and (found := _hinted_away(card.answer, hint)):
                return _hint_fault(hint.span(*found), card.answer)
    if not passage or ("::" not in passage.text.value and not hint):
        return None
    for blank in chain.from_iterable(reading.gaps):
        if not blank.hint and not hint:
            continue
        answer = reading.part(blank.answer)
        if blank.hint and (found := _hinted_away(answer, reading.part(blank.hint))):
            start, end = (blank.hint[0] + at for at in found)
            return _hint_fault(passage.text.span_of(start, end), answer)
        if hint and (found := _hinted_away(answer, hint)):
            return _hint_fault(hint.span(*found), answer)
    return None


def _hinted_away(answer: Phrase, hint: Phrase) -> tuple[int, int] | None:
    """The range of a hint that gives an answer away, or so much of a word that it can be read."""
    text = hint.plain
    if "…" in text or "..." in text or "_" in text:
        for word in text.split():
            if _can_be_read(word.lower().replace("...", "…"), answer):
                start = text.find(word)
                return start, start + len(word)
    return given_away(answer, hint)


def _can_be_read(shown: str, answer: Phrase) -> bool:
    """Whether "deoxyribonuc…" or "g_ld" is most of an answer's main word."""
    letters = re.sub(r"[\W_]", "", shown)
    word = max(answer.words, key=len, default="")
    is_most_of_it = len(letters) * 2 > len(word) and len(word) * 2 > sum(map(len, answer.words))
    if not is_most_of_it or len(letters) == len(shown):
        return False
    start, gap, end = re.sub(r"[^\w…]", "", shown).partition("…")
    fits = len(start + end) <= len(word) if gap else len(start) == len(word)
    return fits and _agree(start, word) and _agree(end[::-1], word[::-1])


def _agree(shown: str, word: str) -> bool:
    """Whether a word begins as shown, where `_` stands for any letter."""
    return all(one in ("_", other) for one, other in zip(shown, word, strict=False))


def _hint_fault(span: Span, answer: Phrase) -> Fault:
    message = f'this hint gives the answer "{_short(answer)}" away'
    return Fault(span, message, "hint at what tells it apart from others, or leave the hint out")


def _short(answer: Phrase) -> str:
    return excerpt(answer.plain, 40)


@of_wording
def cloze_leak(reading: Reading) -> Fault | None:
    """The rest of the sentence shows what a blank hides.

    When one blank is asked, the others can be read. If the hidden word stands in the sentence a
    second time, or in another blank, the card is a copying exercise. Words are compared by their
    stems; all words of the hidden text must be seen. Figures never give each other away, years do.
    In a quotation, the names below it count.

    Bad:

        cloze: The ==quarantine== began on October 24; ships were to respect the quarantine.

    Good:

        cloze: The ==quarantine== began on October 24; ships were to turn back at a line.

    Where the rule comes from: it is `answer-leak` for what Anki shows of a card with blanks.
    """
    card, passage = reading.blanks, reading.passage
    if card is None or passage is None:
        return None
    text = passage.text
    whole = text.value.lower()
    also = " \n " + " ".join(seen.value for seen in card.prompt.seen) if card.seen else ""
    answers = {blank: text.value[slice(*blank.answer)].lower() for blank in passage.walk()}
    if not also and not any(_may_occur_again(hidden, whole) for hidden in answers.values()):
        return None
    for gap in reading.gaps:
        for blank in gap:
            if not also and not _may_occur_again(answers[blank], whole):
                continue
            answer = reading.part(blank.answer)
            is_year = YEAR.fullmatch(answer.plain)
            if not answer.telling and not is_year:
                continue
            left = filled(text.value, (0, len(text.value)), passage.blanks, gap)
            seen = Phrase(text._replace(value=left + also), reading.words)
            if given_away(answer, seen) or (is_year and answer.plain in seen.words):
                message = f'"{_short(answer)}" can be read elsewhere on the card that asks for it'
                alike = (
                    "number both blanks alike, as in ==c1::…==, so that they are hidden together"
                )
                hint = f"say the other place in other words, or {alike}"
                return Fault(text.span_of(blank.start, blank.end), message, hint)
    return None


YEAR = re.compile(r"[12]\d{3}")


def _may_occur_again(hidden: str, whole: str) -> bool:
    """A cheap first look: whether the beginning of a hidden word stands somewhere else too."""
    for word in hidden.split():
        start = word[: max(3, len(word) - 3)]
        if len(word) > 1 and whole.count(start) > hidden.count(start):
            return True
    return False


def _begins_word(start: str, text: str) -> bool:
    """Whether a word of a text begins so, which is cheaper to ask than to find its words."""
    at = text.find(start)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(start, at + 1)
    return at >= 0


def given_away(answer: Phrase, shown: Phrase) -> tuple[int, int] | None:
    """The range of `shown.plain` that gives the first word of an answer away; None for no leak.

    Every word of the answer has to be there, figures and single letters too ("George II" is not
    given away by "George I"), and at least one must have content.
    """
    first, words = answer.telling, answer.language
    start = first[:3]
    if not first or not _begins_word(start, shown.lower):
        return None
    text = shown.unquoted
    seen = shown.words if text == shown.lower else words.tokens(text)
    if first not in seen and not _inflected(first, seen, words):
        return None
    for word in answer.words:
        small = word in words.stop and not (word == "i" and answer.plain.endswith(" I"))
        if small or word in seen or _inflected(word, seen, words):
            continue
        if words.known or not answer.may_be_small(word):
            return None
    stem = words.stems[first]
    for found in re.finditer(r"[^\W_]+", shown.lower):
        if found[0].startswith(start) and words.stems[found[0]] == stem:
            return found.start(), found.end()
    return 0, len(shown.plain)


def _inflected(word: str, seen: Sequence[str], words: Words) -> bool:
    """Whether a word is among others in another form; its first letters are always the same."""
    alike = [other for other in seen if other.startswith(word[:3])]
    return bool(alike) and words.stems[word] in map(words.stems.__getitem__, alike)
