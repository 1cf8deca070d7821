"""The ids of facts and decks: each once, and the same as when they were published."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from ..problems import excerpt
from ..problems.errors import BAD_ID, BAD_WAS, DUPLICATE_ID
from . import filenames
from .index import Whole, from_records
from .record import FactRecord
from .register import Fault


@from_records(DUPLICATE_ID)
def duplicate_id(whole: Whole) -> Iterator[Fault]:
    """An id is the identity of a fact's cards. That none stands twice in one file is known."""
    names = [unicodedata.normalize("NFC", fact.id) for fact in whole.records]
    if len({*names}) == len(names):
        return
    copies = filenames.copies(whole.records)
    for path, original in copies.items():
        yield filenames.copied(path, original)
    first: dict[str, FactRecord] = {}
    for name, fact in zip(names, whole.records, strict=True):
        if fact.at.path in copies:
            continue
        other = first.setdefault(name, fact)
        if other is not fact:
            where = f"{other.at.path}:{other.line}"
            message = f'the id "{excerpt(fact.id)}" is already used in {where}'
            hint = "give this fact an id of its own"
            yield Fault(whole.span(fact.at), message, hint, (fact.id,))


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
        hint = f"write id: {known} in deck.yaml, or remove deck.lock to publish another deck"
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
