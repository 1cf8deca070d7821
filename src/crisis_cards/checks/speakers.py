"""Quotations of a deck: whether whom they were said to tells who said them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..format.cloze import Passage
from ..format.prompt import Layout
from ..problems import Spot, excerpt
from ..yaml.tree import Text
from . import words
from .index import Whole, across
from .record import spot
from .register import Fault

if TYPE_CHECKING:
    from .study import Study

_ALWAYS = 3
"""Quotations to one person, all by one other, from which on learners know the pair by heart."""
_FEW = 12  # spellings of names, in a deck in which two people speak


class Said(NamedTuple):
    """A quotation: by whom, to whom (empty if that is not said) and where that stands.

    `asked` says that a card asks who said it, `blank` that another one asks for its words.
    """

    fact: str
    at: Spot
    by: str
    to: str
    asked: bool
    blank: bool


def _said(study: Study) -> Iterator[Said]:
    for fact, notes in study.notes:
        if fact.retired or notes[0].layout not in (Layout.QUOTATION, Layout.SPEAKER):
            continue
        (prompt,), (last,) = notes[0].prompts, notes[-1].prompts
        asked = notes[-1].layout is Layout.SPEAKER
        seen = last.seen if asked else last.seen[1:]
        by = last.answer if asked else last.seen[0]
        assert isinstance(by, Text)
        to = seen[0] if seen else None
        blank = isinstance(prompt.asked, Passage) and bool(prompt.asked.blanks)
        yield Said(fact.id.value, spot(to or by), by.value, to.value if to else "", asked, blank)


@across(Said, _said)
def speaker_leak(whole: Whole, entries: Sequence[Said]) -> Iterator[Fault]:
    """The card that asks who said a quotation shows whom it was said to, and that tells who it was.

    In a deck that quotes Kennedy and Khrushchev, whatever is "to John F. Kennedy" is Khrushchev's:
    nobody has to know the words. The same goes for an addressee to whom, three times or more, one
    and the same person speaks. `who: false` leaves the card out; on a published deck it goes the
    way of every card that is removed. The card of a blank, which shows both names, stays.

    Bad, in a deck that quotes nobody else than these two:

        quote: let us take measures to untie that ==knot==
        by: Nikita Khrushchev
        to: John F. Kennedy

    Good: the same with `who: false`, or without `to`.

    Where the rule comes from: of seven such cards in this project's own deck, six were answered
    without a look at the quotation.
    """
    language = words.of(whole.settings.language.code)
    names = {name: _name(name, language) for said in entries for name in (said.by, said.to)}
    spellings = {names[said.by] for said in entries}
    speakers = _different(spellings) if len(spellings) <= _FEW else []
    spoken_to: Mapping[Name, Counter[Name]] = defaultdict(Counter)
    for said in entries:
        spoken_to[names[said.to]][names[said.by]] += 1
    for fact, at, by, to, asked, blank in entries:
        if not (to and asked and whole.is_sound(at.path, fact)):
            continue
        others = [one for one in speakers if not _is(names[to], one, speakers)]
        own = spoken_to[names[to]]
        two_speak = len(others) == 1 < len(speakers)
        if two_speak or (len(own) == 1 and own.total() >= _ALWAYS):
            short_to, short_by = excerpt(to, 30), excerpt(by, 30)
            message = f'"to {short_to}" gives {short_by} away: here nobody else could say this'
            hint = 'add "who: false", so that no card asks who said it, or leave "to" out'
            if not blank:
                hint = 'leave "to" out, or hide a word of the quotation and add "who: false"'
            yield Fault(whole.span(at), message, hint, (fact,))


Name: TypeAlias = tuple[str, ...]
"""The words of a name, in small letters."""


def _name(name: str, language: words.Words) -> Name:
    return tuple(word for word in language.tokens(name.lower()) if word not in language.stop)


def _different(names: Collection[Name]) -> list[Name]:
    """Those that are not a shorter form of another one."""
    return [name for name in names if not any(set(name) < set(other) for other in names)]


def _is(person: Name, speaker: Name, speakers: Collection[Name]) -> bool:
    """Whether a person is one of the speakers: "President Kennedy", if they have one Kennedy."""
    if set(person) <= set(speaker) or set(speaker) <= set(person):
        return True
    last = person[-1]
    no_number = len(last) > 2 and last.strip("ivx")
    return bool(no_number and last in speaker) and sum(last in one for one in speakers) == 1
