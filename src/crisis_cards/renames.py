"""Facts whose id was changed: what an author has to be told of them before a release."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from .checks import Finding
from .diagnostics import Diagnostic
from .facts import Deck
from .lock import NAME, Lock, fact_of, facts_of, slot_of
from .notes import Note
from .numbering import short_hash
from .source import insertion

CHECKS = frozenset({"unknown-was", "looks-renamed"})
"""The checks that compare with what was published, so that a release may settle what they find."""


def check(
    deck: Deck,
    lock: Lock,
    generate: Callable[[], Iterable[Note]],
    others: Collection[str] = frozenset(),
) -> Iterator[Finding]:
    """What the lock knows of ids: of the deck, of former ones, and of those that look renamed.

    `generate` makes the notes; it is only called where there is something to compare them with.
    `others` are ids, and former ones, in sections that are not at hand.
    """
    if lock.deck and lock.deck != deck.id:
        message = f'this deck was published with the id "{lock.deck}", not "{deck.id}"'
        hint = f"write id: {lock.deck} in deck.yaml, or remove {NAME} to publish another deck"
        yield Finding((), Diagnostic(deck.place, "bad-id", message, hint))
    if lock.notes or lock.gone or lock.stray:
        yield from unknown_was(deck, lock)
        yield from looks_renamed(deck, lock, generate, others)


def unknown_was(deck: Deck, lock: Lock) -> Iterator[Finding]:
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
    renamed = [(fact, fact.was) for fact in deck.facts() if fact.was is not None]
    ever = facts_of(lock) if renamed else set()
    for fact, former in renamed:
        if former.value not in ever:
            message = f'no fact with the id "{former.value}" was ever published'
            hint = "check the spelling; if it never was in a release, remove this line"
            yield Finding((fact,), Diagnostic(former.span, "unknown-was", message, hint))


def looks_renamed(
    deck: Deck,
    lock: Lock,
    generate: Callable[[], Iterable[Note]],
    others: Collection[str] = frozenset(),
) -> Iterator[Finding]:
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
    present = {fact.id.value: fact for fact in deck.facts()}
    claimed = {*others, *(fact.was.value for fact in present.values() if fact.was)}
    known = {fact_of(key) for key in lock.notes}
    fresh = {name for name in present if name not in known and present[name].was is None}
    missing = known.union(map(fact_of, lock.gone)) - present.keys() - claimed
    if not missing or not fresh:
        return
    lost = {
        (slot_of(key), entry.face): fact_of(key)
        for key, entry in (*lock.gone.items(), *lock.notes.items())
        if fact_of(key) in missing
    }
    told: dict[str, str] = {}
    for note in generate():
        name = fact_of(note.key)
        old = lost.get((slot_of(note.key), short_hash(note.fields[0])))
        if old and name in fresh and name not in told:
            told[name] = old
    for name, old in told.items():
        message = f'this looks like "{old}", which is no longer there'
        hint = f'add the line "was: {old}", so that learners keep their history'
        place = present[name].id
        sure = list(told.values()).count(old) == 1
        fix = insertion(place, f"was: {old}") if sure else ()
        problem = Diagnostic(place.span, "looks-renamed", message, hint, fix)
        yield Finding((present[name],), problem)
