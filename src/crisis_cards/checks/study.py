"""One section as the checks see it, and what they find in it by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..format.deck import Settings
from ..format.prompt import Note
from ..format.section import Fact, SectionFile
from ..problems import Finding
from ..yaml.tree import Text
from . import facts, shared, signs, twins, wording
from .encoding import broken_encoding
from .printed import printed_as_typed
from .reading import Reading
from .register import finding
from .wording import siblings
from .words import Words


@dataclass(eq=False, repr=False)
class Study:
    """A section. `notes` are those of all facts that could be read, in their order.

    `facts` are such of them as are not retired; `wording` is what was found in the words of their
    cards, `questions`, `asked` and `answers` what their cards are compared by.
    """

    file: SectionFile
    settings: Settings
    words: Words
    notes: list[tuple[Fact, tuple[Note, ...]]]
    facts: list[Fact]
    wording: list[Finding] = field(default_factory=list)
    questions: list[twins.Question] = field(default_factory=list)
    asked: list[twins.Asked] = field(default_factory=list)
    answers: list[shared.Answered] = field(default_factory=list)

    @cached_property
    def typed(self) -> str:
        """All that stands in the files of the facts, as it was typed: for a quick look."""
        return "\n".join(file.text for file in {fact.id.file: None for fact in self.facts})

    @cached_property
    def texts(self) -> list[tuple[Fact, list[Text]]]:
        """Each fact with all texts of it that a learner reads."""
        return [(fact, list(facts.texts(fact))) for fact in self.facts]


def study(file: SectionFile, settings: Settings, words: Words, *, spoiled: bool = False) -> Study:
    """A section whose facts are read once, those that are retired aside.

    Where all is `spoiled` by an error in deck.yaml, none of them is.
    """
    all_facts = file.section.facts if file.section else ()
    notes = [(fact, tuple(fact.kind.notes(fact.values))) for fact in all_facts]
    learned = [each for each in notes if not spoiled and not each[0].retired]
    studied = Study(file, settings, words, notes, [fact for fact, _ in learned])
    before: siblings.Sides | None = None
    for start in range(0, len(learned), _AT_ONCE):
        readings = [Reading(fact, own, words) for fact, own in learned[start : start + _AT_ONCE]]
        studied.wording += _of_wording(readings, words)
        for fact in map(siblings.sides, readings) if words.known else ():
            if fault := siblings.sibling_leak(before, fact):
                studied.wording.append(finding(siblings.CHECK, fault))
            before = fact
        for reading in readings:
            studied.answers += shared.entries(reading)
            for question, asked in twins.entries(reading):
                studied.questions += (question,) if question else ()
                studied.asked += (asked,) if asked else ()
    return studied


_AT_ONCE = 100
"""Facts that one check reads before the next one does: code that goes on running is quicker, by a
seventh, than code that takes turns, and readings are large."""


def findings(studied: Study) -> list[Finding]:
    """What could be better about the facts of a section, each by itself."""
    looked = (*facts.CHECKS, printed_as_typed, signs.lost_sign, signs.turned_text, broken_encoding)
    found = [finding(check, fault) for check, find in looked for fault in find(studied)]
    return found + studied.wording


def _of_wording(readings: Sequence[Reading], words: Words) -> Iterator[Finding]:
    """What the checks of wording find, as far as they know the language."""
    asking = [reading for reading in readings if reading.questions]
    for check, find, of_question in wording.CHECKS if words.known else wording.IN_ANY_LANGUAGE:
        for reading in asking if of_question else readings:
            fault = find(reading)
            if fault is not None:
                yield finding(check, fault._replace(facts=(reading.fact.id.value,)))
