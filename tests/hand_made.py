"""Drafts made by hand, and releases of them."""

from __future__ import annotations

from dataclasses import replace

from crisis_cards.cards.draft import PLACE, SEPARATOR, Draft, hash_of
from crisis_cards.cards.fields import TYPES as BUILT_IN
from crisis_cards.cards.theme import CardTemplate, Field, NoteType
from crisis_cards.format.prompt import Part
from crisis_cards.release.lock import Lock
from crisis_cards.release.plan import Release, plan

NOW = 1_790_000_000


def note_type(name: str, css: str = "") -> NoteType:
    fields, template = (
        (Field(2, "Front"), Field(3, "Back")),
        CardTemplate(4, "Card", "front", "back"),
    )
    return NoteType(1, name, name != "question", fields, (template,), css, False)


TYPES = {name: note_type(name) for name in BUILT_IN}


def ask(fact: str = "a", question: str = "Q", source: str = "", *, drawn: str = "A") -> Draft:
    """A question; the source is its text where no other is given."""
    fields = SEPARATOR.join((question, drawn))
    return Draft(fact, "ask", "question", fields, ("d::s",), hash_of(source or question))


def cloze(*blanks: str, fact: str = "a", drawn: str = "") -> Draft:
    """A sentence of blanks, each between its neighbours."""
    text = " ".join(f"{{{{c{PLACE}{at}::{word}}}}}" for at, word in enumerate(blanks, start=1))
    around = ["", *blanks, ""]
    parts = [Part(word, f"{around[at]} … {around[at + 2]}") for at, word in enumerate(blanks)]
    fields = SEPARATOR.join((text, drawn))
    return Draft(fact, "cloze", "cloze", fields, (), hash_of(*blanks), tuple(parts))


def steps(*texts: str, fact: str = "a", drawn: str = "") -> list[Draft]:
    """A sequence: a note for every step."""
    around = ["", *texts, ""]
    return [
        Draft(
            fact, "step", "question", SEPARATOR.join((f"after {texts[:at]}", text, drawn)), (),
            hash_of(*texts[: at + 1]), (Part(text, f"{around[at]} … {around[at + 2]}"),), True,
        )
        for at, text in enumerate(texts)
    ]  # fmt: skip


def release(*drafts: Draft, after: Lock | None = None, day: int = 0, all_: bool = False) -> Release:
    return plan(after or Lock(), "d", drafts, TYPES, NOW + day, rerender=all_)


def guids(made: Release) -> dict[str, str]:
    return {note.key: note.guid for note in made.notes}


def shown(made: Release) -> dict[str, str]:
    """The second field of notes, by key."""
    return {note.key: note.fields.split(SEPARATOR)[1] for note in made.notes}


def in_order(made: Release) -> Release:
    """A release with its notes sorted."""
    notes, unchanged = sorted(made.notes), sorted(made.unchanged)
    return made._replace(notes=tuple(notes), unchanged=tuple(unchanged))


def without_sources(lock: Lock) -> Lock:
    """A lock as version 1 had it."""
    return replace(
        lock,
        notes={key: entry._replace(source="") for key, entry in lock.notes.items()},
        gone={key: entry._replace(source="") for key, entry in lock.gone.items()},
    )
