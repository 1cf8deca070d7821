"""What a kind says of a fact's notes and cards: all that the card generator and the checks need.

A kind yields notes, each with one or more prompts; a prompt is what one card asks. Both the HTML of
a card and the words that the checks read are made of it, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias

from ..yaml.tree import Text
from .cloze import Passage
from .dates import Dated


class Label(Enum):
    """What a card asks for, in small letters above it: an entry of every file in `labels/`."""

    ASK = "ask"
    CLOZE = "cloze"
    MEANING = "meaning"
    TERM = "term"
    WHO = "who"
    ROLE = "role"
    DID = "did"
    WHAT = "what"
    WHERE = "where"
    WHEN_YEAR = "when-year"
    WHEN_MONTH = "when-month"
    WHEN_DAY = "when-day"
    WHEN_MINUTE = "when-minute"
    WHEN_SEASON = "when-season"
    WHEN_DECADE = "when-decade"
    WHEN_CENTURY = "when-century"
    WHEN_ABOUT = "when-about"
    WHEN_SPAN = "when-span"
    WHEN_SINCE = "when-since"
    WHEN_UNTIL = "when-until"
    EVENT = "event"
    WHY = "why"
    EFFECT = "effect"
    QUOTE = "quote"
    BY = "by"
    FIRST_STEP = "first-step"
    NEXT_STEP = "next-step"
    SIDE = "side"
    PICTURE = "picture"


class Part(NamedTuple):
    """A blank, step, side or region, which wants a number that is its own for ever.

    `around` is what stands beside it and helps to know it again; `fixed` is the author's number.
    """

    text: str
    around: str = ""
    fixed: int | None = None


class Box(NamedTuple):
    """A rectangle on a picture, in percent of its width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def covers_middle(self, other: Box) -> bool:
        """Whether the middle of another rectangle lies inside this one."""
        x, y = other.left + other.width / 2, other.top + other.height / 2
        return self.left < x < self.left + self.width and self.top < y < self.top + self.height


class Wording(NamedTuple):
    """What the checks of wording look at in the text that a card shows as its question."""

    question: bool = False  # a whole question of the author's own: its form
    size: bool = False  # how long it takes to read
    times: bool = False  # "currently", "the next day"
    claims: bool = False  # judgements
    pronouns: bool = False  # "he", "this": whom or what they stand for
    term: bool = False  # it tells what a term means, which may look like another one
    describes: bool = False  # two descriptions that differ in one word are confused
    deed: bool = False  # what somebody did, whose name is the answer


QUESTION = Wording(question=True, size=True, times=True, claims=True, pronouns=True)
SENTENCE = Wording(times=True, claims=True, pronouns=True)
"""A text with blanks: how long it is, is a matter of its shape."""
STATEMENT = Wording(size=True, times=True, claims=True, pronouns=True)
DEED = Wording(size=True, times=True, claims=True, deed=True)
DEFINITION = Wording(claims=True, term=True, describes=True)
ROLE = Wording(times=True, claims=True, describes=True)
DESCRIPTION = Wording(times=True, claims=True, pronouns=True, describes=True)
NAME = Wording()
"""A name, a title or a quotation: it says nothing of the world by itself."""

LONGEST_ANSWER = 12
"""Words of an answer that can be recalled and graded: the measure of `answer-long`."""
LONGEST_DEFINITION = 15

Listed: TypeAlias = Literal["no", "yes", "as-meaning"]
"""Whether an answer may turn out to be a list, which nobody can recall as a whole; in a definition,
commas mostly stand between adjectives."""


class Prompt(NamedTuple):
    """What one card asks; of a text with blanks, every number is a card.

    The answer is None where blanks or regions of `asked` hold it. `seen` is what else stands on the
    front: what the sides of a contrast have in common, the earlier steps, who is spoken to, the
    text alternative of a picture.
    """

    label: Label | str  # a string is the author's own word
    asked: Text | Passage | Dated
    answer: Text | Dated | None
    way: str = ""  # from what to what the card leads, in the words of a message
    wording: Wording = NAME
    seen: tuple[Text, ...] = ()
    part: Part | None = None  # a step, side or region that wants a number
    at: Box | None = None  # where a region lies on its picture
    longest: int | None = None  # words that the answer may have; None: not looked at
    listed: Listed = "no"
    compared: bool = False  # with those of other facts, by near-twin


class Layout(Enum):
    """How the prompts of a note become its fields: one function each in `cards/notes.py`."""

    PLAIN = "plain"  # a question and its answer
    SENTENCE = "sentence"  # a text with blanks
    QUOTATION = "quotation"  # a text with blanks, and who said it to whom
    SPEAKER = "speaker"  # a quotation, and whose words they are
    STEP = "step"  # what comes first or next
    SIDE = "side"  # which of several things is described
    REGIONS = "regions"  # a picture, parts of which are asked
    OWN = "own"  # a kind of an author's own: its keys are the first fields
    ADOPTED = (
        "adopted"  # a type that was there before: its keys are the fields, and there are no others
    )


OWN = "type:"
"""Begins the slots and note types of kinds of an author's own, so that they meet no others."""


@dataclass(frozen=True)
class Html:
    """A field that Markdown cannot say: HTML that goes to Anki as it is. No check reads it."""

    text: Text


FieldValue: TypeAlias = "Text | Passage | Html"
"""What a field of an adopted note type may hold."""


class Note(NamedTuple):
    """A note of a fact. Its identity is the fact's id and the slot; nothing of its text goes in.

    Notes of one fact that share a slot (steps, sides) are told apart by the numbers of their parts.
    `values` are the texts of a kind of an author's own by their keys, asked on a card or not.
    """

    slot: str
    layout: Layout
    prompts: tuple[Prompt, ...]
    values: tuple[tuple[str, FieldValue | None], ...] = ()


Notes: TypeAlias = Iterator[Note]
