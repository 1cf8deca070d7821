"""What a card shows as it was typed: markup of other tools, and signs that make no blank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..format import embeds, near_misses
from ..format.cloze import Passage
from ..yaml.tree import File, Text
from . import foreign
from .foreign import Foreign
from .index import Whole, from_records
from .register import Fault, of_facts

if TYPE_CHECKING:
    from .study import Study


@of_facts
def printed_as_typed(study: Study) -> Iterator[Fault]:
    r"""A text has markup of another tool, which the card would show as it was typed.

    Texts take `*emphasis*`, `**strong**`, `` `code` ``, links, `H~2~O`, `m^2^`, `{漢字|かんじ}` and
    formulas between `\(` and `\)`. Those of a fact also take pictures and sounds, `![…](file)`, and
    below a `|` paragraphs, lists, tables and blocks of code. HTML, footnotes and formulas between
    dollar signs are letters and signs to a text, and so are pictures and sounds in titles, tables
    with too many cells in a row, and marks of blanks elsewhere than in `cloze` and `quote`, or with
    a sign too many, as in `===Cuba===`. What is in backquotes or after a backslash is meant as it
    stands.

    Bad, where the card shows the dollar signs:

        ask: What is the area of a circle?
        answer: $\pi r^2$

    Good:

        ask: What is the area of a circle?
        answer: \(\pi r^2\)

    Where the rule comes from: a learner should never see the source of a card.
    """
    for fact, texts in study.texts:
        passages = {id(v.text): v for v in fact.values.values() if type(v) is Passage}
        for text in texts:
            if passages and (passage := passages.get(id(text))) is not None:
                found = _in_passage(passage)
            else:
                found = _in_text(text, foreign.EXTRA if text is fact.extra else foreign.TEXT)
            for start, end, message, hint, fix in found:
                yield Fault(text.span_of(start, end), message, hint, (fact.id.value,), fix)


def _in_text(text: Text, place: int) -> Iterable[Foreign]:
    if not foreign.MAY_BE.search(text.value):
        return ()
    value = near_misses.readable(text.value)
    if place not in (foreign.TITLE, foreign.PAGE):
        value = embeds.hidden(text.value, value)
    return foreign.find(text, value, place)


def _in_passage(passage: Passage) -> Iterable[Foreign]:
    """What is found around blanks; most passages have no more equals signs than their marks."""
    value = passage.text.value
    other = value.count("=") != 4 * len(passage.blanks)
    if not other and not foreign.MAY_BE.search(value.replace("==", "")):
        return ()
    value = passage.readable()
    value = embeds.hidden(passage.text.value, value)
    misses = near_misses.find(passage.text, value)
    signs = [Foreign(start, end, _NO_BLANK, hint, fix) for start, end, hint, fix in misses]
    return signs + list(foreign.find(passage.text, value, foreign.BLANKS))


_NO_BLANK = "these signs make no blank: the card shows them"


@from_records(printed_as_typed.check)
def printed_titles(whole: Whole) -> Iterator[Fault]:
    """The same for texts that belong to no fact: titles, and the deck's description."""
    settings = whole.settings
    texts = [(source.title, foreign.TITLE) for source in settings.sources.values()]
    texts += [(settings.description, foreign.PAGE)] if settings.description else []
    for section in whole.sections:
        if foreign.MAY_BE.search(section.title):
            path, start, end = section.title_at
            file = File(path, whole.text(path))
            texts.append((Text(section.title, start, end, file), foreign.TITLE))
    for text, place in texts:
        for start, end, message, hint, fix in _in_text(text, place):
            yield Fault(text.span_of(start, end), message, hint, (), fix)
