"""The wording of one fact's cards: what makes a card hard to answer, or too easy.

A check takes a `Reading` of a fact and returns the first fault of its kind, or None. Its name is
the function's with hyphens; its docstring is its manual page. In doubt a check is silent: one that
alarms falsely teaches authors to ignore it. Most facts have no fault, so that every check begins
with what is cheap to ask.

Numbers of words come from measured decks: 1,645 questions of OpenTriviaQA's history section
(questions: half have 17 words or fewer, three quarters 25; answers: 95 % have 7 or fewer, 99 % 15)
and 281 cards of Ultimate History. "Wozniak" is his Twenty rules of formulating knowledge (1999),
"Matuschak" his How to write good prompts (2020).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from .cloze import Passage
from .diagnostics import Span
from .facts import Ask, Cloze, Fact, Quote, Steps, Term
from .prompts import THING, Card, Gap, Phrase, cards, gaps, without_quotes
from .source import Text
from .words import Words

LONGEST_ANSWER = 12
LONGEST_DEFINITION = 15
LONGEST_QUESTION = 25
LONGEST_SENTENCE = 30
LONGEST_BLANK = 6
MOST_BLANKS = 3
STEPS = range(3, 8)


_ASKED = frozenset(("ask", "who", "did", "where", "when", "why", "effect"))
"""Cards whose questions say something of the world; a quotation does so in its own words."""


class Fault(NamedTuple):
    """What is wrong with a fact, where, and what to do instead."""

    span: Span
    message: str
    hint: str


class Reading:
    """One fact as the checks see it."""

    __slots__ = ("_gaps", "cards", "fact", "hint", "passage", "questions", "statements", "words")

    def __init__(self, fact: Fact, words: Words) -> None:
        self.fact = fact
        self.words = words
        self.cards = cards(fact, words)
        self.hint = Phrase(fact.hint, words) if fact.hint else None
        body = fact.body
        self.passage: Passage | None = None
        if type(body) is Cloze:
            self.passage = body.cloze
        elif type(body) is Quote and body.quote.blanks:
            self.passage = body.quote
        self._gaps: list[Gap] | None = None
        if self.cards:
            self.questions = [card.asked for card in self.cards if card.key in _ASKED]
        else:
            self.questions = [Phrase(body.cloze.text, words)] if type(body) is Cloze else []
        self.statements = self.questions
        if type(body) is Ask:
            self.statements = [self.cards[0].asked, *filter(None, (self.cards[0].answer,))]
        elif type(body) is Term:
            self.statements = [self.cards[1].asked]

    @property
    def gaps(self) -> list[Gap]:
        """The cards of the fact's blanks."""
        if self._gaps is None:
            self._gaps = list(gaps(self.passage)) if self.passage else []
        return self._gaps

    def question(self) -> Phrase | None:
        """The question of an `ask` fact."""
        return self.cards[0].asked if type(self.fact.body) is Ask else None


# --- answers ----------------------------------------------------------------------------------


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
            if card.key == "meaning" and not _ends_as_list(card.answer, reading.words):
                continue
            if len(items) >= 3 and not _asks_for_one_thing(card, reading.words):
                return _list_fault(card.answer.span(), len(items))
    if type(body) is Cloze and reading.passage and _is_separated(body.cloze.text.value):
        text = reading.passage.text
        for gap in reading.gaps:
            for blank in gap.blanks:
                if not _may_be_list(text.value[slice(*blank.answer)]):
                    continue
                items = _items(_part(text, blank.answer, reading.words), reading.words)
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


def _parts(answer: Phrase, words: Words) -> list[str]:
    """What an answer would be if it were a list."""
    return [part for part in words.joint.split(_NO_BREAK.sub(" ", answer.lower)) if part.strip()]


def _ends_as_list(answer: Phrase, words: Words) -> bool:
    """Whether there is an "and" or a semicolon; a few commas may stand between adjectives."""
    return (
        ";" in answer.plain
        or answer.plain.count(", ") >= 3
        or not words.and_.isdisjoint(answer.words)
    )


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


# --- answers that are given away --------------------------------------------------------------


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
                    f'this gives the answer "{_short(answer.plain)}" away',
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
    them). Words are compared by their stems. The hints of blanks (==answer::hint==) are looked at
    too.

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
            if card.answer and (found := _given_away(card.answer, reading.hint, words)):
                return _hint_fault(reading.hint.span(*found), card.answer.plain)
    if not reading.passage or ("::" not in reading.passage.text.value and not reading.hint):
        return None
    text = reading.passage.text
    for gap in reading.gaps:
        for blank in gap.blanks:
            if not blank.hint and not reading.hint:
                continue
            answer = _part(text, blank.answer, words)
            own = [_part(text, blank.hint, words)] if blank.hint else []
            for hint in (*own, *([reading.hint] if reading.hint else [])):
                found = _given_away(answer, hint, words)
                if found and hint is reading.hint:
                    return _hint_fault(hint.span(*found), answer.plain)
                if found and blank.hint:
                    start = blank.hint[0]
                    return _hint_fault(
                        text.span_of(start + found[0], start + found[1]), answer.plain
                    )
    return None


def _hint_fault(span: Span, answer: str) -> Fault:
    return Fault(
        span,
        f'this hint gives the answer "{_short(answer)}" away',
        "hint at what tells it apart from others, or leave the hint out",
    )


def cloze_leak(reading: Reading) -> Fault | None:
    """The rest of the sentence shows what a blank hides.

    When one blank is asked, the others can be read. If the hidden word stands in the sentence a
    second time, or in another blank, the card is a copying exercise. Words are compared by their
    stems; all words of the hidden text must be seen. In a quotation, the names below it count.

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
    whole = _lower(text.value)
    also = ""
    if type(reading.fact.body) is Quote:
        body = reading.fact.body
        also = " \n " + body.by.value + (f" {body.to.value}" if body.to else "")
    suspected = {
        blank
        for blank in passage.walk()
        if also or _may_occur_again(_lower(text.value[slice(*blank.answer)]), whole)
    }
    if not suspected:
        return None
    for gap in reading.gaps:
        for blank in gap.blanks:
            if blank not in suspected:
                continue
            answer = _part(text, blank.answer, words)
            if not answer.telling:
                continue
            seen = Phrase(Text(gap.seen() + also, text.start, text.end, text.file), words)
            found = _given_away(answer, seen, words)
            if found:
                return Fault(
                    text.span_of(blank.start, blank.end),
                    f'"{_short(answer.plain)}" can be read elsewhere on the card that asks for it',
                    "say the other place in other words, or number both blanks alike, "
                    "as in ==c1::…==, so that they are hidden together",
                )
    return None


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
    alike = [word for word in seen if word.startswith(start)]
    if not alike:
        return None
    stem = words.stem(first)
    if all(words.stem(word) != stem for word in alike):
        return None
    others = [word for word in answer.words if word not in words.stop and word not in seen]
    if others and not {words.stem(word) for word in others} <= {words.stem(word) for word in seen}:
        return None
    for found in re.finditer(r"[^\W_]+", shown.lower):
        if words.stem(words.tokens(found[0])[0] if words.tokens(found[0]) else "") == stem:
            return found.start(), found.end()
    return 0, len(shown.plain)


# --- questions --------------------------------------------------------------------------------


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
        if not found or len(_parts(answer, words)) < 3:
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
            return Fault(
                text.span(found.start(), found.end()) if exact else text.span(),
                f'"{found[0].strip()}" depends on when the card is read or on what came before',
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
                f'"{found[0].strip()}" is a judgement, and the card does not say whose',
                'say who judges so ("according to …"), or write what can be measured',
            )
    return None


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


# --- blanks and steps -------------------------------------------------------------------------


def cloze_shape(reading: Reading) -> Fault | None:
    """A sentence with blanks has too many, too long or empty ones, or is too long itself.

    More than three blanks are a list in disguise, and their cards answer each other. A blank of
    more than six words is an answer that is too long; one of more than half of a sentence that
    leaves three words or fewer (or of two thirds of any) leaves nothing to recall from. A blank of
    small words only ("from", "the") asks for grammar; where that is meant, give it a hint. A
    sentence of more than 30 words is slow to read at every review. Quotations may be as they are.

    Bad:

        cloze: The missiles were removed ==from== Cuba.

    Good:

        cloze: The missiles were removed from ==Cuba==.

    Where the thresholds come from: published linters of cards allow two, three or five blanks; the
    style of the AnKing deck asks for small, independent ones with the context in the sentence.
    """
    body = reading.fact.body
    if type(body) is not Cloze:
        return None
    passage, text = body.cloze, body.cloze.text
    nested = any(blank.inner for blank in passage.blanks)
    many = nested or len(passage.blanks) > MOST_BLANKS
    if many and (made := len(reading.gaps)) > MOST_BLANKS:
        return Fault(
            text.span_of(passage.blanks[-1].start, passage.blanks[-1].end),
            f"this makes {made} cards, and more than {MOST_BLANKS} give each other away",
            "keep the blanks that matter most, and make a second fact for the others",
        )
    whole = _count(text.value)
    if whole > LONGEST_SENTENCE:
        return Fault(
            text.span,
            f"this text has {whole} words, and more than {LONGEST_SENTENCE} are slow to read",
            'keep the one sentence that the blank needs, and put the rest into "extra"',
        )
    all_hidden = 0
    for blank in passage.blanks:
        hidden = text.value[slice(*blank.answer)]
        all_hidden += (words := _count(hidden))
        if words > LONGEST_BLANK:
            return Fault(
                text.span_of(*blank.answer),
                f"this hides {words} words, and more than {LONGEST_BLANK} are hard to recall",
                "hide only the words that matter",
            )
        if not blank.hint and _only_function(hidden, reading.words):
            return Fault(
                text.span_of(*blank.answer),
                f'"{hidden}" is a small word, so that this card asks for grammar',
                "hide the word that is to be remembered, or give a hint: ==from::preposition==",
            )
    if not nested and all_hidden * 2 <= whole:
        return None
    for gap in reading.gaps:
        gone = sum(_count(text.value[slice(*blank.answer)]) for blank in gap.blanks)
        if whole >= 4 and gone * 2 > whole and (whole - gone <= 3 or gone * 3 >= whole * 2):
            return Fault(
                text.span_of(gap.blanks[0].start, gap.blanks[0].end),
                "this hides more than half of the sentence, which leaves little to recall it from",
                "hide less, or say more about it",
            )
    return None


def _count(text: str) -> int:
    """The number of words, without the marks of blanks and their hints."""
    return len(_spoken(text).split()) if " " in text else 1


def _only_function(hidden: str, words: Words) -> bool:
    return all(word.strip(".,;:") in words.function for word in hidden.lower().split())


def sequence_shape(reading: Reading) -> Fault | None:
    """A sequence has other than 3 to 7 steps, a step of more than 12 words, or years out of order.

    Every step is a card that shows the earlier ones: of two steps, a question is simpler; after
    seven, nobody reads the list. Long steps are hard to grade.

    Bad:

        sequence: The discovery
        steps: [A U-2 flies, Kennedy is told]

    Good:

        sequence: The discovery
        steps: [A U-2 flies, Analysts look at its film, Kennedy is told]

    Where the thresholds come from: Wozniak, rule 10; add-ons that overlap the items of a list
    suggest few and short ones.
    """
    body = reading.fact.body
    if type(body) is not Steps:
        return None
    if len(body.steps) not in STEPS:
        few = len(body.steps) < STEPS.start
        return Fault(
            body.sequence.span,
            f"this sequence has {len(body.steps)} steps; 3 to 7 can be learned well",
            'ask for what came next in an "ask" fact' if few else "make two sequences of it",
        )
    for step in body.steps:
        if (words := len(_spoken(step.value).split())) > LONGEST_ANSWER:
            return Fault(
                step.span,
                f"this step has {words} words, and more than {LONGEST_ANSWER} are hard to recall",
                'keep what happens, and put the rest into "extra"',
            )
    return _out_of_order(body, reading.words)


def _out_of_order(body: Steps, words: Words) -> Fault | None:
    years = []
    for step in body.steps:
        found = re.findall(
            r"(?<![\d.,$€£])\b[12]\d{3}\b(?![\d,.]\d|\s*(?:bce?\b|b\.c))", step.value.lower()
        )
        if len(found) != 1:
            return None
        years.append(int(found[0]))
    for at in range(1, len(years)):
        if years[at] < years[at - 1] and years != sorted(years, reverse=True):
            return Fault(
                body.steps[at].span,
                f"this step is of {years[at]}, and the one before it of {years[at - 1]}",
                "put the steps in the order in which they happened",
            )
    return None


# --- help -------------------------------------------------------------------------------------


def _part(text: Text, places: tuple[int, int], words: Words) -> Phrase:
    return Phrase(Text(text.value[slice(*places)], text.start, text.end, text.file), words)


def _lower(text: str) -> str:
    return text.lower()


_FORMULA = re.compile(r"\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]|`[^`]+`", re.DOTALL)
_MARKS = re.compile(r"==(?:c\d+::)?|::[^=]*?(?===)|\{\{c\d+::|\}\}")
_MARKS_WITHOUT_HINTS = re.compile(r"\{\{c\d+::|\}\}")


def _spoken(text: str) -> str:
    """A text without the marks of blanks and their hints; a formula is one word."""
    if "\\" in text or "`" in text:
        text = _FORMULA.sub(THING, text)
    if "::" not in text and "}}" not in text:
        return text.replace("==", "")  # what most blanks are
    if "==" not in text and "{{" not in text:
        return text
    before, mark, after = text.rpartition("==")  # no hint begins after the last of them
    return _MARKS.sub("", before + mark) + _MARKS_WITHOUT_HINTS.sub("", after)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37].rstrip() + "…"


Check = Callable[[Reading], Fault | None]

CHECKS: tuple[Check, ...] = (
    enumeration, yes_no, double_question, vague_question, date_precision, answer_long, answer_list,
    answer_leak, question_size, cloze_leak, cloze_shape, sequence_shape, hint_leak,
    dangling_pronoun, relative_time, unattributed_claim,
)  # fmt: skip
"""The checks of one fact's wording."""

_OF_SENTENCES: tuple[Check, ...] = (dangling_pronoun, relative_time, unattributed_claim)

_OF_KIND: dict[str, tuple[Check, ...]] = {
    "ask": (
        enumeration, yes_no, double_question, vague_question, date_precision, answer_long,
        answer_list, answer_leak, question_size, hint_leak, *_OF_SENTENCES,
    ),
    "cloze": (answer_list, cloze_leak, cloze_shape, hint_leak, *_OF_SENTENCES),
    "term": (answer_long, answer_list, answer_leak, hint_leak, unattributed_claim),
    "person": (
        answer_long, answer_leak, question_size, hint_leak, relative_time, unattributed_claim,
    ),
    "place": (answer_long, answer_leak, hint_leak, *_OF_SENTENCES),
    "event": (question_size, *_OF_SENTENCES),
    "why": (answer_long, answer_list, answer_leak, question_size, hint_leak, *_OF_SENTENCES),
    "quote": (cloze_leak, hint_leak),
    "sequence": (answer_leak, hint_leak, sequence_shape),
    "contrast": (answer_long, answer_leak, hint_leak),
    "picture": (answer_leak, hint_leak),
}  # fmt: skip
"""Those that can find something in facts of a kind."""

_IN_ANY_LANGUAGE = (cloze_shape, sequence_shape)


def checks(kind: str, words: Words) -> tuple[Check, ...]:
    """The checks of facts of a kind, as far as they can be made in a language."""
    made = _OF_KIND[kind]
    return made if words.known else tuple(check for check in made if check in _IN_ANY_LANGUAGE)


COVERED: dict[str, Collection[str]] = {
    "answer-list": ("enumeration",),
    "answer-long": ("answer-list", "enumeration"),
    "answer-leak": ("yes-no",),
    "question-size": ("double-question", "vague-question", "enumeration"),
    "near-twin": ("duplicate-question",),
    "cloze-shape": ("answer-list",),
    "vague-question": ("enumeration",),
}
"""Faults that say nothing new where another one was found: one mistake makes one message."""
