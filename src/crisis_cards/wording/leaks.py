"""Answers that are given away: by the question, by the hint, by the rest of the sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..diagnostics import Span
from ..facts import Quote
from ..prompts import Card, Phrase
from ..source import Text
from ..words import Words
from .reading import Fault, Reading, part, short


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
        if answer is None or card.key == "by":
            continue
        shown = [card.asked]
        if card.key == "region":
            shown += card.seen  # the picture's text alternative, read out on the front
        elif card.key == "step":
            if len(answer.words) < 2:
                continue
        elif card.key == "did" and (surname := _begins_with_name(card, reading.words)):
            return Fault(
                card.asked.span(0, surname),
                "this deed begins with the person's name, which is to be answered",
                'begin with what was done, as in "met Robert Kennedy in secret"',
            )
        for phrase in shown:
            found = _given_away(answer, phrase, reading.words)
            if found and not _may_repeat(card, reading.words):
                return Fault(
                    phrase.span(*found),
                    f'this gives the answer "{short(answer.plain)}" away',
                    "say it in other words"
                    if card.key == "ask"
                    else f"say it in other words: the card {_DIRECTION.get(card.key, '')} shows it",
                )
    return None


_DIRECTION = {
    "meaning": "from the term to its meaning", "term": "from the meaning to the term",
    "who": "from the role to the name", "role": "from the name to the role",
    "did": "from the deed to the name", "what": "from the place to what it is",
    "where": "from what it is to the place", "why": "from the effect to the cause",
    "effect": "from the cause to the effect", "step": "that asks for this step",
    "side": "that asks for this side", "region": "that asks for this region",
}  # fmt: skip


def _may_repeat(card: Card, words: Words) -> bool:
    """Choices between named things, and questions about words themselves, repeat their answer."""
    asked = card.asked
    return card.key == "ask" and (
        not words.of_language.isdisjoint(asked.words)
        or not words.joins.isdisjoint(asked.words)
        or not words.set("between").isdisjoint(asked.words[:1])
    )


def _begins_with_name(card: Card, words: Words) -> int:
    """The length of a surname with which a deed begins."""
    assert card.answer is not None
    names = re.sub(r"\(.*?\)", "", card.answer.plain).split()
    if len(names) < 2 or names[-1].lower() in words.faint or not names[-1][0].isupper():
        return 0
    return len(names[-1]) if card.asked.plain.startswith(names[-1] + " ") else 0


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
    words = reading.words
    if reading.hint:
        for card in reading.cards:
            if card.answer and (found := _hinted_away(card.answer, reading.hint, words)):
                return _hint_fault(reading.hint.span(*found), card.answer.plain)
    if not reading.passage or ("::" not in reading.passage.text.value and not reading.hint):
        return None
    text = reading.passage.text
    for gap in reading.gaps:
        for blank in gap.blanks:
            if not blank.hint and not reading.hint:
                continue
            answer = part(text, blank.answer, words)
            own = [part(text, blank.hint, words)] if blank.hint else []
            for hint in (*own, *([reading.hint] if reading.hint else [])):
                found = _hinted_away(answer, hint, words)
                if found and hint is reading.hint:
                    return _hint_fault(hint.span(*found), answer.plain)
                if found and blank.hint:
                    start = blank.hint[0]
                    return _hint_fault(
                        text.span_of(start + found[0], start + found[1]), answer.plain
                    )
    return None


def _hinted_away(answer: Phrase, hint: Phrase, words: Words) -> tuple[int, int] | None:
    """The range of a hint that gives an answer away, or so much of a word that it can be read."""
    text = hint.plain
    if "…" in text or "..." in text or "_" in text:
        for word in text.split():
            if _can_be_read(word.lower().replace("...", "…"), answer):
                start = text.find(word)
                return start, start + len(word)
    return _given_away(answer, hint, words)


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


def _hint_fault(span: Span, answer: str) -> Fault:
    return Fault(
        span,
        f'this hint gives the answer "{short(answer)}" away',
        "hint at what tells it apart from others, or leave the hint out",
    )


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
    passage = reading.passage
    if not passage:
        return None
    words = reading.words
    text = passage.text
    whole = text.value.lower()
    also = ""
    if type(reading.fact.body) is Quote:
        body = reading.fact.body
        also = " \n " + body.by.value + (f" {body.to.value}" if body.to else "")
    suspected = {
        blank
        for blank in passage.walk()
        if also or _may_occur_again(text.value[slice(*blank.answer)].lower(), whole)
    }
    if not suspected:
        return None
    for gap in reading.gaps:
        for blank in gap.blanks:
            if blank not in suspected:
                continue
            answer = part(text, blank.answer, words)
            if not answer.telling and not _YEAR.fullmatch(answer.plain):
                continue
            seen = Phrase(Text(gap.seen() + also, text.start, text.end, text.file), words)
            if _given_away(answer, seen, words) or _is_year_in(answer, seen):
                return Fault(
                    text.span_of(blank.start, blank.end),
                    f'"{short(answer.plain)}" can be read elsewhere on the card that asks for it',
                    "say the other place in other words, or number both blanks alike, "
                    "as in ==c1::…==, so that they are hidden together",
                )
    return None


_YEAR = re.compile(r"[12]\d{3}")


def _is_year_in(answer: Phrase, seen: Phrase) -> bool:
    return bool(_YEAR.fullmatch(answer.plain)) and answer.plain in seen.words


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


def _given_away(answer: Phrase, shown: Phrase, words: Words) -> tuple[int, int] | None:
    """The range of `shown.plain` that gives the first word of an answer away; None for no leak.

    Every word of the answer has to be there, figures and single letters too ("George II" is not
    given away by "George I"), and at least one must have content.
    """
    first = answer.telling
    start = first[:3]
    if not first or not _begins_word(start, shown.lower):
        return None
    text = shown.unquoted
    seen = shown.words if text == shown.lower else words.tokens(text)
    if first not in seen and not _inflected(first, seen, words):
        return None
    for word in answer.words:
        if word not in words.stop and word not in seen and not _inflected(word, seen, words):
            return None
    stem = words.stem(first)
    for found in re.finditer(r"[^\W_]+", shown.lower):
        if found[0].startswith(start) and words.stem(found[0]) == stem:
            return found.start(), found.end()
    return 0, len(shown.plain)


def _inflected(word: str, seen: Sequence[str], words: Words) -> bool:
    """Whether a word is among others in another form; its first letters are always the same."""
    alike = [other for other in seen if other.startswith(word[:3])]
    return bool(alike) and words.stem(word) in map(words.stem, alike)
