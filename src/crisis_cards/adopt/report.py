"""What the proof found, for a terminal and a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..problems import count

_LISTED = 10  # items that a terminal shows under one heading
_WIDTH = 78  # of their lines, without the indentation


class Card(NamedTuple):
    """A card: its note's GUID and its ordinal, which is -1 for a note without a card.

    `note` is the note's first text, `card` the name of the template, or `cloze 2`.
    """

    guid: str
    ordinal: int
    note: str
    card: str


class Difference(NamedTuple):
    """A card that shows something else: on which side, and the texts from where they part."""

    card: Card
    side: str
    was: str
    now: str


class Moved(NamedTuple):
    """A card that lies in another deck for a learner who starts anew."""

    card: Card
    was: str
    now: str


class OtherTags(NamedTuple):
    """A note with other tags."""

    guid: str
    note: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]


class OtherField(NamedTuple):
    """A field that no card shows, with another content."""

    guid: str
    note: str
    field: str
    was: str
    now: str


class OtherMedia(NamedTuple):
    """Names of media files."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    different: tuple[str, ...]


class OtherType(NamedTuple):
    """What differs of a note type: of its shape, by which Anki knows it, and of its look."""

    name: str
    shape: tuple[str, ...]
    look: tuple[str, ...]


class Comparison(NamedTuple):
    """An original beside its rebuild, each in an empty collection.

    `notes` and `cards` are those of the original. Its cards are `identical`, the `same` to the eye,
    `different`, `missing`, or so `empty` that nothing is lost without them.
    """

    notes: int
    cards: int
    identical: int
    same: int
    different: tuple[Difference, ...]
    missing: tuple[Card, ...]
    extra: tuple[Card, ...]
    empty: tuple[Card, ...]
    in_other_decks: tuple[Moved, ...]
    other_tags: tuple[OtherTags, ...]
    other_fields: tuple[OtherField, ...]
    other_media: OtherMedia
    other_types: tuple[OtherType, ...]

    @property
    def would_lose(self) -> bool:
        """Whether the rebuild lacks or adds something; another deck moves no card of a learner."""
        return bool(
            self.different or self.missing or self.extra or self.other_tags or self.other_fields
            or self.other_media.missing or self.other_media.different or self.other_types
        )  # fmt: skip


class Release(NamedTuple):
    """What the import of a release did to a learner: Anki's counts of notes, then the harm.

    `changed_notes` are not as before though Anki did not update them, `emptied` cards have nothing
    left to ask, `doubled_cards` the learner has twice now, `orphans` are cards without a note,
    `repaired` those that Check Database would add or remove and would not have before. `retimed`
    notes have the time of the import now, which is no harm by itself.
    """

    package: str
    new: int
    updated: int
    duplicate: int
    conflicting: int
    changed_cards: int
    changed_reviews: int
    changed_notes: int
    emptied: int
    doubled_cards: int
    doubled_types: tuple[str, ...]
    full_sync: bool
    orphans: int
    repaired: int
    retimed: int

    @property
    def harm(self) -> bool:
        """Whether anything is lost, doubled or stuck; a full sync alone is no harm."""
        return bool(
            self.conflicting or self.changed_cards or self.changed_reviews or self.changed_notes
            or self.emptied or self.doubled_cards or self.doubled_types or self.orphans
            or self.repaired
        )  # fmt: skip


class Learner(NamedTuple):
    """Somebody who studied some of the cards, and imported the releases in turn.

    `merge`: with "Merge note types" on for the first of them.
    """

    merge: bool
    of: int
    cards: int
    reviews: int
    releases: tuple[Release, ...]

    @property
    def would_lose(self) -> bool:
        """Whether a release harms; the first must touch no note, and a full sync is for merging."""
        first = self.releases[:1]
        # Merging leaves notes that are not in the package on the learner's own note type.
        merged = [each._replace(doubled_types=()) for each in self.releases[: self.merge]]
        return (
            any(release.harm for release in (*merged, *self.releases[self.merge :]))
            or any(release.new or release.updated for release in first)
            or any(release.full_sync for release in self.releases[self.merge :])
        )


class Proof(NamedTuple):
    """All that was tried."""

    comparison: Comparison
    learners: tuple[Learner, ...] = ()

    @property
    def would_lose(self) -> bool:
        """Whether adopting the deck like this costs somebody something."""
        return self.comparison.would_lose or any(found.would_lose for found in self.learners)


def record(proof: Proof) -> dict[str, object]:
    """For JSON: names and numbers, whatever has parts as an object."""

    def data(value: object) -> object:
        if isinstance(value, tuple) and hasattr(value, "_asdict"):
            return {name: data(part) for name, part in value._asdict().items()}
        return [data(part) for part in value] if isinstance(value, tuple) else value

    return {
        "comparison": data(proof.comparison),
        "learners": data(proof.learners),
        "would_lose": proof.would_lose,
    }


def text(proof: Proof) -> str:
    """For a terminal: what is not the same, what to do about it, and the verdict."""
    lines = [*_cards(proof.comparison), *_rest(proof.comparison)]
    for found in proof.learners:
        lines += ["", *_learner(found)]
    return "\n".join([*lines, "", _verdict(proof)]) + "\n"


def _verdict(proof: Proof) -> str:
    if any(found.would_lose for found in proof.learners):
        return "Not safe: learners would lose something, or could not be updated."
    if proof.comparison.would_lose:
        return "The rebuilt deck is not the same yet: mend what is listed, then publish."
    if proof.learners:
        return "Nothing is lost: every learner keeps every review."
    return "Nothing is lost: the rebuilt deck is the same."


def _cards(c: Comparison) -> Iterator[str]:
    numbers = [f"{c.identical:,} identical", f"{c.same:,} the same to the eye"]
    numbers += [f"{len(c.different):,} different", f"{len(c.missing):,} missing"]
    yield f"{count(c.notes, 'note')}, {count(c.cards, 'card')}"
    yield f"  {', '.join(numbers)}"
    yield from _listed(
        "These cards show something else now:",
        [
            line
            for card, side, was, now in c.different
            for line in _beside(f"{_name(card)}: the {side}", was, now)
        ],
        _KEEP,
        lines=3,
    )
    yield from _listed(
        "These cards are missing:",
        map(_name, c.missing),
        "Look for their text in the section files. A fact that is not there has to be",
        "added with `note:`; one that is there has an empty or misspelt field.",
    )
    yield from _listed(
        "These cards are new; the original does not have them:",
        map(_name, c.extra),
        "Learners would get them with the first release. If you do not want that, take",
        "their facts out, or empty the fields that make them.",
    )
    yield from _listed(
        "These have nothing to ask in the original, and are left out; nobody misses them:",
        map(_name, c.empty),
    )


_KEEP = "To keep a field as it was, letter by letter, write it as {html: '…'}."


def _beside(name: str, was: str, now: str) -> tuple[str, str, str]:
    return name, f"  was  {was}", f"  is   {now}"


def _rest(c: Comparison) -> Iterator[str]:
    yield from _listed(
        "These fields, which no card shows, have another content:",
        [
            line
            for _, note, field, was, now in c.other_fields
            for line in _beside(f"{note}: {field}", was, now)
        ],
        _KEEP,
        lines=3,
    )
    yield from _listed(
        "These notes have other tags:",
        map(_retagged, c.other_tags),
        "`tags:` of a fact or a section adds tags; `tag: false` in a section adds none.",
    )
    yield from _listed(
        "These cards lie in another deck for who starts anew:",
        [line for card, was, now in c.in_other_decks for line in _beside(_name(card), was, now)],
        "Who has them already keeps them where they are. `deck:` of a section names its",
        "deck.",
        lines=3,
    )
    yield from _listed(
        "These media files are missing:",
        c.other_media.missing,
        "Copy them into media/, from Anki's folder collection.media.",
    )
    yield from _listed(
        "These media files have another content:",
        c.other_media.different,
        "Put the original's files into media/ again, under the same names.",
    )
    yield from _listed(
        "These media files are new; that does no harm:",
        c.other_media.extra,
    )
    yield from _listed(
        "Anki would not know these note types again:",
        (f"{kind.name}: other {', '.join(kind.shape)}" for kind in c.other_types if kind.shape),
        "Under `anki:` in their type.yaml, id, fields and templates must be as they were.",
    )
    yield from _listed(
        "These note types look different:",
        (f"{kind.name}: other {', '.join(kind.look)}" for kind in c.other_types if kind.look),
        "Their fronts, backs and style.css lie in types/.",
    )


def _learner(learner: Learner) -> Iterator[str]:
    who = "A learner who came by CrowdAnki" if learner.merge else "A learner"
    studied = f"{learner.cards:,} of {count(learner.of, 'card')}"
    yield f"{who}, with {count(learner.reviews, 'review')} on {studied}"
    for number, r in enumerate(learner.releases):
        how = ', with "Merge note types" on' if learner.merge and not number else ""
        yield f"  imports release {number + 1}{how}:"
        yield (
            f"    {count(r.new, 'new note')}, {r.updated:,} updated, {r.duplicate:,} unchanged, "
            f"{r.conflicting:,} conflicting"
        )
        yield from (f"    {line}" for line in _harm(learner, number, r))


def _harm(learner: Learner, number: int, r: Release) -> Iterator[str]:
    if not number and (r.new or r.updated):
        yield "the first release should touch nothing: does deck.lock lie beside deck.yaml?"
    if r.conflicting:
        yield "conflicting notes have another note type there, and are never updated:"
        yield "under `anki:` in type.yaml, id, fields and templates must be as they were"
    for found, what, how in (
        (r.changed_reviews, "review", "not as before"),
        (r.changed_cards, "card", "not as before"),
        (r.changed_notes, "note", "not as before, without an update"),
        (r.emptied, "card", "with nothing left to ask"),
        (r.doubled_cards, "card", "there twice"),
        (r.orphans, "card", "without a note"),
        (r.repaired, "card", "that Check Database adds or removes"),
    ):
        if found:
            yield f"{count(found, what)} {how}"
    yield from (f"a second note type: {name}" for name in r.doubled_types)
    if r.full_sync:
        expected = " (merging needs that, once)" if learner.merge and not number else ""
        yield f"Anki asks for a full sync{expected}"
    if r.retimed:
        yield "the notes have the time of this import now: corrections that were built"
        yield "before it, and are not in this release, do not reach this learner"


def _retagged(note: OtherTags) -> str:
    signs = [*(f"-{tag}" for tag in note.lost), *(f"+{tag}" for tag in note.gained)]
    return f"{note.note}: {' '.join(signs)}"


def _name(card: Card) -> str:
    return f"{card.note}, {card.card}" if card.card else card.note


def _listed(heading: str, items: Iterable[str], *remedy: str, lines: int = 1) -> Iterator[str]:
    """A heading, the first items and what to do; nothing for no items, each of so many lines."""
    listed: Sequence[str] = list(items)
    if not listed:
        return
    yield from ("", heading)
    for line in listed[: _LISTED * lines]:
        yield f"  {line}" if len(line) <= _WIDTH else f"  {line[: _WIDTH - 1]}…"
    if len(listed) > _LISTED * lines:
        yield f"  and {len(listed) // lines - _LISTED:,} more (--format json has all)"
    yield from remedy
