"""Sentences that cannot be understood, or not be checked, when the card comes back years later."""

from __future__ import annotations

import re

from ..diagnostics import Span
from ..facts import Cloze
from .reading import Fault, Reading


def dangling_pronoun(reading: Reading) -> Fault | None:
    """A card begins with "he", "it" or "this", and nothing says who or what is meant.

    Cards come in any order, months later; whoever sees this one does not know what was on the one
    before (Wozniak, rule 16: context cues). Every card of a fact is looked at.

    Bad:

        ask: When did he announce the quarantine?

    Good:

        ask: When did Kennedy announce the quarantine?

    Where the rule comes from: 13 % of the trivia questions say "this man", which their text
    explains; only pronouns that stand alone are reported.
    """
    words = reading.words
    for card in reading.cards:
        asked = card.asked
        if card.key in _NO_PRONOUNS:
            continue
        found = words.dangling.match(asked.lower)
        if not found or not words.of_language.isdisjoint(asked.words):
            continue
        if card.key == "ask" and not _SENTENCE.search(asked.plain):
            continue
        if card.key not in ("ask", "event") and not asked.plain[:1].isupper():
            continue
        return _pronoun_fault(asked.span(0, len(asked.plain.rstrip())))
    body = reading.fact.body
    if type(body) is Cloze:
        text = reading.questions[0]
        if words.dangling.match(text.lower) and text.plain[:1].isupper():
            return _pronoun_fault(body.cloze.text.span)
    return None


_AROUND = " .,;:?!…"
_NO_PRONOUNS = frozenset(
    ("meaning", "term", "who", "role", "did", "by", "step", "side", "what", "region")
)
_SENTENCE = re.compile(r"^\W*[A-Z].*[.?!…]\W*$", re.DOTALL)


def _pronoun_fault(span: Span) -> Fault:
    return Fault(
        span,
        "nothing on this card says whom or what the pronoun stands for",
        "write the name instead: cards are seen alone and in any order",
    )


def relative_time(reading: Reading) -> Fault | None:
    """A card says "currently", "last year" or "the next day", which depends on when it is read.

    "The current president" is a wrong card after an election, and "the next day" means nothing on a
    card that is seen alone (Wozniak, rule 19: date stamping). Where the text itself has a date or
    year to count from, "the next day" is fine; words in quotation marks are too.

    Bad:

        ask: Who is currently Secretary-General of the United Nations?

    Good:

        ask: Who was Secretary-General of the United Nations in October 1962?

    Where the rule comes from: 2 % of the trivia questions, most of them out of date.
    """
    words = reading.words
    for text in reading.questions:
        times = words.times.intersection(text.words)
        if not times or len(text.words) < 4:
            continue
        lower = text.unquoted
        for phrases in (words.relative, words.relative_to_date):
            found = phrases.search(lower, times)
            if not found or (phrases is words.relative_to_date and re.search(r"\d", lower)):
                continue
            exact = lower == text.lower
            said = found[0].strip(_AROUND)
            return Fault(
                text.span(found.start(), found.end()) if exact else text.span(),
                f'"{said}" depends on when the card is read or on what came before',
                "write the date or the year, or name the event to count from",
            )
    return None


def unattributed_claim(reading: Reading) -> Fault | None:
    """A card states a judgement ("the greatest", "clearly") as if it were a fact.

    Somebody has judged so; the card should say who. Otherwise the learner memorises an opinion
    without knowing it, and a better-read learner cannot answer at all. "According to …", "in
    Nixon's words", "is often called" and the like are enough; quotations are left alone.

    Bad:

        ask: What was the most dangerous moment of the Cold War?

    Good:

        ask: What did the National Archives call the "most dangerous encounter" of the Cold War?

    Where the rule comes from: the reviews of this project's own sources; 3 % of the trivia
    questions.
    """
    words = reading.words
    claim = words.claim
    for text in reading.statements:
        if claim.words.isdisjoint(text.words) or len(text.words) < 4:
            continue
        lower = text.unquoted
        found = claim.search(lower, claim.words.intersection(text.words))
        if found and not words.attribution.search(lower):
            exact = lower == text.lower
            return Fault(
                text.span(found.start(), found.end()) if exact else text.span(),
                f'"{found[0].strip(_AROUND)}" is a judgement, and the card does not say whose',
                'say who judges so ("according to …"), or write what can be measured',
            )
    return None
