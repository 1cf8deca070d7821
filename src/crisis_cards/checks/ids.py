"""What learners' reviews are kept by, ids and numbers: each once, and as it was published."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ..format.cloze import Passage
from ..problems import Span, excerpt
from ..problems.errors import BAD_ID, BAD_WAS, DUPLICATE_ID
from . import filenames
from .index import Whole, across, from_records
from .record import FactRecord
from .register import Fault

if TYPE_CHECKING:
    from .study import Study


@from_records(DUPLICATE_ID)
def duplicate_id(whole: Whole) -> Iterator[Fault]:
    """An id is the identity of a fact's cards. That none stands twice in one file is known."""
    names = [unicodedata.normalize("NFC", fact.id) for fact in whole.records]
    if len({*names}) == len(names):
        return
    yield from _twice(whole)
    copies = filenames.copies(whole.records)
    for path, original in copies.items():
        yield filenames.copied(path, original)
    first: dict[str, FactRecord] = {}
    for name, fact in zip(names, whole.records, strict=True):
        if fact.at.path in copies:
            continue
        other = first.setdefault(name, fact)
        if other.at != fact.at:
            where = f"{other.at.path}:{other.line}"
            message = f'the id "{excerpt(fact.id)}" is already used in {where}'
            hint = "give this fact an id of its own"
            yield Fault(whole.span(fact.at), message, hint, (fact.id,))


def _twice(whole: Whole) -> Iterator[Fault]:
    """Tables that two sections name: all of their facts would be there twice."""
    first: dict[str, str] = {}
    for section in whole.sections:
        if section.table:
            path, at = section.table
            if path in first:
                message = f"the facts of this table are already those of {first[path]}"
                yield Fault(whole.span(at), message, "name it in one of the two sections")
            first.setdefault(path, section.path)


@from_records(BAD_WAS)
def bad_was(whole: Whole) -> Iterator[Fault]:
    """`was` names the fact's former id, so that the learners' history stays on its cards.

    An id that is still there, or that two facts claim, would put one history on two cards.
    """
    claimed: dict[str, str] = {}
    for fact in whole.records:
        if fact.was is None:
            continue
        former, at = fact.was
        if former == fact.id:
            message = f'"{former}" is still the id of a fact (this fact itself)'
            hint = "remove this line"
        elif former in whole.facts:
            message = f'"{former}" is still the id of a fact ({whole.place(former)})'
            hint = "remove this line, or give the other fact an id of its own"
        elif claimed.get(former) == fact.id:
            continue  # the id stands twice: that is said already
        elif former in claimed:
            owner = claimed[former]
            message = f'"{former}" is already claimed by "{owner}" ({whole.place(owner)})'
            hint = "keep the line in the fact that the history belongs to"
        else:
            claimed[former] = fact.id
            continue
        yield Fault(whole.span(at), message, hint, (fact.id,))


@from_records(BAD_ID, needs_sound=True)
def published_id(whole: Whole) -> Iterator[Fault]:
    """A deck that gets another id would be another deck to Anki."""
    known, own = whole.published_id, whole.settings.id
    if known and known != own:
        message = f'this deck was published with the id "{known}", not "{own}"'
        hint = (
            f"write id: {known} in deck.yaml; if this is a copy of that deck, delete its deck.lock"
        )
        yield Fault(whole.settings.place, message, hint)


@from_records(needs_sound=True)
def unknown_was(whole: Whole) -> Iterator[Fault]:
    """A fact's `was` names an id that was never published.

    Then no history is carried over: mostly the id is misspelt, or the fact was renamed before its
    first release, and needs no `was`. What was published stands in deck.lock.

    Bad, where the fact was published as "ex-comm":

        excomm:
          term: ExComm
          means: Kennedy's committee of crisis advisers
          was: excom

    Good:

        was: ex-comm

    Where the rule comes from: a learner's reviews are kept with the id.
    """
    if whole.published is None:
        return
    for fact in whole.records:
        if fact.was is not None and fact.was[0] not in whole.published:
            former, at = fact.was
            message = f'no fact with the id "{former}" was ever published'
            hint = "check the spelling; if it never was in a release, remove this line"
            yield Fault(whole.span(at), message, hint, (fact.id,))


@from_records(needs_sound=True)
def looks_renamed(whole: Whole) -> Iterator[Fault]:
    """A new fact has the same front as one that is gone from the deck.

    Its id was probably changed. To Anki the new id is a new card: learners would begin anew, and
    keep the old card beside it. `was` carries their history over.

    Bad, where the fact was published as "ex-comm":

        excomm:
          term: ExComm
          means: Kennedy's committee of crisis advisers

    Good:

        excomm:
          term: ExComm
          means: Kennedy's committee of crisis advisers
          was: ex-comm

    Where the rule comes from: a learner's reviews are kept with the id.
    """
    renamed = whole.renamed()
    claims = Counter(renamed.values())
    for name, old in renamed.items():
        fact = whole.facts[name]
        message = f'this looks like "{old}", which is no longer there'
        hint = f'add the line "was: {old}", so that learners keep their history'
        fix = whole.insertion(fact, f"was: {old}") if claims[old] == 1 else ()
        yield Fault(whole.span(fact.at), message, hint, (name,), fix)


@from_records(needs_sound=True)
def renamed_deck(whole: Whole) -> Iterator[Fault]:
    """The name of a published deck was changed.

    Anki knows a deck by its name alone. Whoever imports the next release gets a second deck with
    the new name: new cards go there, and the cards that they study stay in the old one, though they
    are still updated. Who renames the deck in Anki before that import keeps all cards together. It
    is said until the next build; capitals make no difference to Anki.

    Bad, where the deck was published as "Cuban Missile Crisis":

        deck: The Cuban Missile Crisis

    Good:

        deck: Cuban Missile Crisis

    Where the rule comes from: imports into the real Anki (26.9).
    """
    known, own = whole.published_name, whole.settings.name
    if known and known.casefold() != own.casefold():
        message = f'this deck was published as "{known}": learners get a second deck for new cards'
        hint = f"write: deck: {known} (or have learners rename their deck before they import)"
        yield Fault(whole.settings.named, message, hint)


class Given(NamedTuple):
    """A blank with a number of the author's own, in the note of a fact and slot."""

    fact: str
    slot: str
    number: int
    text: str
    span: Span


def _given(study: Study) -> Iterator[Given]:
    for fact, notes in study.notes:
        for note in notes:
            passage = note.prompts[0].asked if note.prompts else None
            if type(passage) is not Passage or not _may_have_number(passage.text.value):
                continue
            for blank in passage.walk():
                if blank.number is not None:
                    answer = passage.text.value[slice(*blank.answer)]
                    span = passage.text.span_of(blank.start, blank.end)
                    yield Given(fact.id.value, note.slot, blank.number, answer, span)


def _may_have_number(text: str) -> bool:
    return "==c" in text or "{{" in text


@across(Given, _given, needs_sound=True)
def reused_number(whole: Whole, entries: Sequence[Given]) -> Iterator[Fault]:
    """A blank has a number that was another blank's, which is gone, or still has another number.

    A number is a card: whoever studied the other blank would have its reviews count for this one,
    and see this one for the first time months from now. A blank that was only put in other words
    may keep its number while it is published with it. It is said until the next build.

    Bad, where "Turkey" had the number 2 in an earlier release:

        cloze: The missiles in ==c1::Cuba== were aimed at ==c2::Washington==.

    Good: a number that was never used, or none.

        cloze: The missiles in ==c1::Cuba== were aimed at ==Washington==.

    Where the rule comes from: Anki keeps reviews by the number of a blank.
    """
    if whole.published is None:
        return
    for (fact, slot), group in groupby(entries, key=lambda entry: entry[:2]):
        blanks = list(group)
        numbers = {blank.number for blank in blanks}
        for number in sorted(numbers):
            same = [blank for blank in blanks if blank.number == number]
            texts = [blank.text for blank in same]
            if better := whole.better_number(f"{fact}/{slot}", number, texts, numbers):
                message = (
                    f"number {number} was another blank's, whose reviews would count for this one"
                )
                hint = f"write: ==c{better}::{excerpt(texts[0])}=="
                hint += ' (if it is the same blank in other words: "allow: [reused-number]")'
                yield Fault(same[0].span, message, hint, (fact,))
