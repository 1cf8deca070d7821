"""What a card shows as it was typed: markup of other tools, and signs that make no blank."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..format import near_misses
from ..format.cloze import Passage
from ..yaml.tree import File, Text
from . import foreign
from .facts import texts
from .foreign import Foreign
from .index import Whole, from_records
from .register import Fault, of_facts

if TYPE_CHECKING:
    from .study import Study


@of_facts
def printed_as_typed(study: Study) -> Iterator[Fault]:
    r"""A text has markup of another tool, which the card would show as it was typed.

    Texts take `*emphasis*`, `**strong**`, `` `code` ``, links and formulas between `\(` and `\)`;
    `extra` also takes paragraphs, lists and blocks of code. HTML, tables, footnotes, formulas
    between dollar signs, sounds and pictures in a text are letters and signs to it, and so are
    marks of blanks elsewhere than in `cloze` and `quote`, or with a sign too many, as in
    `===Cuba===`. What is in backquotes or after a backslash is meant as it stands.

    Bad, where the card shows the dollar signs:

        ask: What is the area of a circle?
        answer: $\pi r^2$

    Good:

        ask: What is the area of a circle?
        answer: \(\pi r^2\)

    Where the rule comes from: a learner should never see the source of a card.
    """
    for fact in study.facts:
        passages = {id(v.text): v for v in fact.values.values() if type(v) is Passage}
        for text in texts(fact):
            if (passage := passages.get(id(text))) is not None:
                found = _in_passage(passage)
            else:
                found = _in_text(text, foreign.EXTRA if text is fact.extra else foreign.TEXT)
            for start, end, message, hint, fix in found:
                yield Fault(text.span_of(start, end), message, hint, (fact.id.value,), fix)


def _in_text(text: Text, place: int) -> Iterator[Foreign]:
    if foreign.MAY_BE.search(text.value):
        yield from foreign.find(text, near_misses.readable(text.value), place)


def _in_passage(passage: Passage) -> Iterator[Foreign]:
    text = passage.text
    signs = text.value.count("=") - 4 * len(passage.blanks)
    if not signs and not foreign.MAY_BE.search(text.value.replace("==", "")):
        return
    value = passage.readable()
    for start, end, hint, fix in near_misses.find(text, value):
        yield Foreign(start, end, "these signs make no blank: the card shows them", hint, fix)
    yield from foreign.find(text, value, foreign.BLANKS)


@from_records(printed_as_typed.check)
def printed_titles(whole: Whole) -> Iterator[Fault]:
    """The same for texts that belong to no fact: titles, and the deck's description."""
    texts = [(source.title, foreign.TEXT) for source in whole.settings.sources.values()]
    if about := whole.settings.description:
        texts.append((about, foreign.PAGE))
    for section in whole.sections:
        if foreign.MAY_BE.search(section.title):
            path, start, end = section.title_at
            file = File(path, whole.text(path))
            texts.append((Text(section.title, start, end, file), foreign.TEXT))
    for text, place in texts:
        for start, end, message, hint, fix in _in_text(text, place):
            yield Fault(text.span_of(start, end), message, hint, (), fix)
