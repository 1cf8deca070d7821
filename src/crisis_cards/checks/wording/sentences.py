"""Sentences that cannot be understood, or not be checked, when the card comes back years later."""

from __future__ import annotations

import re

from ..phrase import THING
from ..reading import Reading
from ..register import Fault, of_wording


@of_wording
def dangling_pronoun(reading: Reading) -> Fault | None:
    """A card says "he", "it" or "this", and nothing before that says who or what is meant.

    Cards come in any order, months later; whoever sees this one does not know what was on the one
    before (Wozniak, rule 16: context cues). Every card of a fact is looked at. "Who succeeded him?"
    is as bad as "When did he die?"; "Which king beheaded his wife?" is fine.

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
        if not card.wording.pronouns or words.sets["dangling-first"].isdisjoint(asked.words[:1]):
            continue
        points = "![" in asked.text.value  # at a picture or sound
        if points or not words.patterns["dangling"].match(asked.lower):
            continue
        if THING in asked.plain.partition("\n")[2]:
            continue  # "What does this print?", with the code below
        if card.wording.question:
            if not _SENTENCE.search(asked.plain) or asked.plain.lstrip("¿¡ ")[:1].islower():
                continue
        elif not asked.plain[:1].isupper():
            continue
        if card is reading.blanks or words.sets["of-language"].isdisjoint(asked.words):
            span = asked.span(0, None if card is reading.blanks else len(asked.plain.rstrip()))
            message = "nothing on this card says whom or what the pronoun stands for"
            hint = "write the name instead: cards are seen alone and in any order"
            return Fault(span, message, hint)
    return None


_AROUND = " .,;:?!…"
_SENTENCE = re.compile(r"^\W*[^\W\d_].*[.?!…]\W*$", re.DOTALL)


@of_wording
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
    for card in reading.cards:
        text = card.asked
        times = words.times.intersection(text.words) if card.wording.times else None
        if not times or len(text.words) < 4:
            continue
        lower = text.unquoted
        found = words.phrases["relative"].search(lower, times)
        if not found and not re.search(r"\d", lower):
            found = words.phrases["relative-to-date"].search(lower, times)
        if found:
            said = found[0].strip(_AROUND)
            message = f'"{said}" depends on when the card is read or on what came before'
            hint = "write the date or the year, or name the event to count from"
            return Fault(text.span_in_lower(lower, found), message, hint)
    return None


@of_wording
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
    claim = reading.words.phrases["claim"]
    for card in reading.cards:
        if not card.wording.claims:
            continue
        # The answer to a question says something of the world too.
        also = (card.answer,) if card.wording.question and card.answer else ()
        for text in (card.asked, *also):
            if claim.words.isdisjoint(text.words) or len(text.words) < 4:
                continue
            lower = text.unquoted
            found = claim.search(lower, claim.words.intersection(text.words))
            if found and not reading.words.patterns["attribution"].search(lower):
                said = found[0].strip(_AROUND)
                message = f'"{said}" is a judgement, and the card does not say whose'
                hint = 'say who judges so ("according to …"), or write what can be measured'
                return Fault(text.span_in_lower(lower, found), message, hint)
    return None
