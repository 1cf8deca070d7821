"""What a rehearsal found, for a learner, a terminal and a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ..problems import count

_LISTED = 10  # notes that a terminal shows under one heading
_SEARCHED = 100  # notes that one search names


class Note(NamedTuple):
    """A note of the collection: Anki's id, and its first field as a line of text."""

    id: int
    name: str


class Emptied(NamedTuple):
    """A note with cards that have nothing to ask any more; a card's number is its blank's."""

    id: int
    name: str
    cards: tuple[int, ...]


class Untagged(NamedTuple):
    """A note with the learner's own tags that it loses."""

    id: int
    name: str
    tags: tuple[str, ...]


_AnyNote: TypeAlias = "Note | Emptied | Untagged"


class Report(NamedTuple):
    """What an import did to a copy of a collection, or to an empty one (`onto` is empty then).

    `unchanged` counts notes that Anki left alone because they are as new as the package's or newer.
    Of those whose text is another one, `kept` have the learner's, and `missed` are such of them
    that miss a correction; `ahead` are from a later release than the package. `overwritten` are
    updated notes whose text the learner had edited, `untagged` those that lose the learner's own
    tags. Of note types, `types_changed` look different now, `types_restyled` are those of them that
    the learner had changed, and `types_doubled` are new ones that Anki made because the
    collection's have another shape. `emptied` were not empty before. The last three numbers are 0
    unless Anki broke what it promises: cards whose schedule changed, reviews that changed, notes of
    other decks that did. `sure` is whether there was something to know the learner's release by.
    """

    package: str
    onto: str
    found: int
    new: int
    updated: tuple[Note, ...]
    unchanged: int
    conflicting: tuple[Note, ...]
    new_cards: int
    decks_added: tuple[str, ...]
    types_added: tuple[str, ...]
    types_changed: tuple[str, ...]
    types_restyled: tuple[str, ...]
    types_doubled: tuple[str, ...]
    overwritten: tuple[Note, ...]
    untagged: tuple[Untagged, ...]
    kept: tuple[Note, ...]
    missed: tuple[Note, ...]
    ahead: tuple[Note, ...]
    emptied: tuple[Emptied, ...]
    rescheduled_cards: int
    changed_reviews: int
    changed_others: int
    sure: bool

    @property
    def would_lose(self) -> bool:
        """Whether a learner would lose an edit, a tag or a review, or could not be updated."""
        losses = (
            self.overwritten, self.untagged, self.types_restyled, self.conflicting,
            self.types_doubled, self.rescheduled_cards, self.changed_reviews, self.changed_others,
        )  # fmt: skip
        return any(losses) or not (self.new or self.updated or self.unchanged)


def search(notes: Iterable[_AnyNote]) -> str:
    """What finds notes in Anki's browser."""
    return "nid:" + ",".join(str(note.id) for note in notes)


def record(report: Report) -> dict[str, object]:
    """For JSON: notes as objects, and under `search` what finds each list of them in Anki."""
    fields = report._asdict()
    notes = {
        name: value
        for name, value in fields.items()
        if isinstance(value, tuple) and value and not isinstance(value[0], str)
    }
    return {
        **fields,
        **{name: [note._asdict() for note in value] for name, value in notes.items()},
        "search": {name: search(value) for name, value in notes.items()},
        "would_lose": report.would_lose,
    }


def text(report: Report) -> str:
    """For a terminal: what a learner would meet after this import."""
    r = report
    place = f"into {r.onto}" if r.onto else "into an empty collection"
    numbers = (
        f"{r.new:,} new, {len(r.updated):,} updated, {r.unchanged:,} unchanged, "
        f"{len(r.conflicting):,} conflicting"
    )
    lines = [
        f"{r.package} {place}",
        f"  {count(r.found, 'note')}: {numbers}",
        f"  {count(r.new_cards, 'new card')}",
        *_about_types(r),
        *_about_notes(r),
    ]
    for number, what, where in (
        (r.rescheduled_cards, "card", " of the learner's"),
        (r.changed_reviews, "review", ""),
        (r.changed_others, "note", " outside the package"),
    ):
        if number:
            lines += ["", f"Anki changed {count(number, what)}{where}: please report this."]
    end = (
        "This import is not safe: something is lost, or cannot be updated."
        if r.would_lose
        else "This import is safe: the learner loses nothing."
    )
    return "\n".join([*lines, "", end]) + "\n"


def _about_types(r: Report) -> Iterator[str]:
    for heading, names in (
        ("new deck", r.decks_added),
        ("new note type", r.types_added),
        ("note type with another look", r.types_changed),
    ):
        yield from (f"  {heading}: {name}" for name in names)
    for name in r.types_restyled:
        yield from ("", f"The learner's own changes to the look of {name} are replaced.")
    for name in r.types_doubled:
        yield from (
            "",
            f"Anki adds a second note type, {name}: the learner's has other fields or templates.",
            "Notes of the learner's type are not updated, by this release or a later one. To mend",
            'that, import once with "Merge note types" on and "Update notes" set to "Always".',
        )


def _about_notes(r: Report) -> Iterator[str]:
    yield from _listed("The learner edited these notes, and their text is replaced:", r.overwritten)
    if r.overwritten and not r.sure:
        yield "  If nobody edited them, they are from a release that is not known here:"
        yield "  name its deck.lock with --lock."
    yield from _listed("These notes lose tags that the learner gave them:", r.untagged)
    yield from _listed(
        "These notes are not updated, because the learner has them in another note type:",
        r.conflicting,
    )
    yield from _listed("These notes keep the learner's text, and miss what is new:", r.missed)
    if r.ahead:
        stay = "stays as it is" if len(r.ahead) == 1 else "stay as they are"
        newer = f"{count(len(r.ahead), 'note')} {stay}"
        yield from ("", f"This package is older than the release that the learner has: {newer}.")
    yield from _listed(
        "These notes have cards with nothing left to ask (Tools → Empty Cards removes them):",
        r.emptied,
    )


def _listed(heading: str, notes: Sequence[_AnyNote]) -> Iterator[str]:
    """A heading, the first notes by name, and how to find all of them; nothing for no notes."""
    if not notes:
        return
    yield from ("", heading)
    for note in notes[:_LISTED]:
        detail = ""
        if isinstance(note, Untagged):
            detail = f" ({', '.join(note.tags)})"
        elif isinstance(note, Emptied):
            detail = f" (card {', '.join(map(str, note.cards))})"
        yield f"  {note.name}{detail}"
    if len(notes) > _LISTED:
        yield f"  and {len(notes) - _LISTED:,} more"
    yield f"  in Anki: Browse, and search for {search(notes[:_SEARCHED])}"
    if len(notes) > _SEARCHED:
        yield f"  (these are the first {_SEARCHED}; --format json has all)"
