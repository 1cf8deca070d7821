"""A newer release of an adopted deck, made in Anki: what its maintainers changed there, by fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from .. import pipeline
from ..cards.draft import SEPARATOR
from ..problems import count
from ..release.diff import plain, words
from ..release.plan import Published
from . import proof
from .original import Note, Original

_LISTED = 10  # notes that a terminal shows under one heading


class Field(NamedTuple):
    """A field that was changed, as HTML."""

    name: str
    was: str
    now: str


class Change(NamedTuple):
    """A fact that was changed in Anki: fields, and tags that came and went."""

    fact: str
    name: str
    fields: tuple[Field, ...]
    tags_added: tuple[str, ...]
    tags_removed: tuple[str, ...]


class NewNote(NamedTuple):
    """A note that no fact of the deck makes, with its fields as HTML."""

    guid: str
    name: str
    type: str
    fields: dict[str, str]


class Changes(NamedTuple):
    """What a package has otherwise than the deck would build it. `removed` are facts."""

    deck: str
    package: str
    changed: tuple[Change, ...]
    new: tuple[NewNote, ...]
    removed: tuple[tuple[str, str], ...]
    unchanged: int


def changes(deck: pipeline.Deck, original: Original, package: str) -> Changes:
    """What was changed in Anki since a deck was adopted; nothing is written."""
    types = deck.note_types()
    ours = {note.guid: note for note in pipeline.release(deck, 1).notes}
    theirs = {note.guid: note for note in reversed(original.notes)}
    plainness = {
        key: proof.plainness(kind.css, kind.sides()) for key, kind in original.types.items()
    }
    changed = []
    for guid, note in ours.items():
        if guid in theirs:
            names = [name for _, name in types[note.type].fields]
            if change := _change(note, names, theirs[guid], original, plainness):
                changed.append(change)
    new = (
        NewNote(
            guid, proof.called(note.fields), original.types[note.type].name, _named(note, original)
        )
        for guid, note in theirs.items()
        if guid not in ours
    )
    removed = (
        (_fact(note), proof.called(note.fields.split(SEPARATOR)))
        for guid, note in ours.items()
        if guid not in theirs
    )
    same = len(ours.keys() & theirs.keys()) - len(changed)
    return Changes(str(deck.folder), package, tuple(changed), tuple(new), tuple(removed), same)


def _fact(note: Published) -> str:
    return note.key.split("/", 1)[0]


def _named(note: Note, original: Original) -> dict[str, str]:
    names = original.types[note.type].fields
    return {name: html for name, html in zip(names, note.fields, strict=True) if html}


def _change(
    note: Published,
    names: list[str],
    theirs: Note,
    original: Original,
    plainness: Mapping[int, bool | None],
) -> Change | None:
    """What differs to the eye; fields are known by their names, so that a new one is a change."""
    was = dict(zip(names, note.fields.split(SEPARATOR), strict=True))
    now = dict(zip(original.types[theirs.type].fields, theirs.fields, strict=True))
    fields = tuple(
        Field(name, was.get(name, ""), now.get(name, ""))
        for name in dict.fromkeys((*was, *now))
        if not proof.same(was.get(name, ""), now.get(name, ""), plainness[theirs.type])
    )
    ours = {tag.casefold() for tag in note.tags}
    others = {tag.casefold() for tag in theirs.tags}
    added = tuple(tag for tag in theirs.tags if tag.casefold() not in ours)
    removed = tuple(tag for tag in note.tags if tag.casefold() not in others)
    if not (fields or added or removed):
        return None
    name = proof.called(note.fields.split(SEPARATOR))
    return Change(_fact(note), name, fields, added, removed)


def record(found: Changes) -> dict[str, object]:
    """For JSON."""
    return {
        "deck": found.deck,
        "package": found.package,
        "changed": [
            {**each._asdict(), "fields": [field._asdict() for field in each.fields]}
            for each in found.changed
        ],
        "new": [each._asdict() for each in found.new],
        "removed": [{"fact": fact, "name": name} for fact, name in found.removed],
        "unchanged": found.unchanged,
    }


def text(found: Changes) -> str:
    """For a terminal; `--format json` has all."""
    numbers = (
        f"{len(found.changed):,} changed, {len(found.new):,} new, {len(found.removed):,} removed"
    )
    lines = [f"{found.package} beside {found.deck}", f"  {numbers}, {found.unchanged:,} unchanged"]
    lines += _part("Changed in Anki", [[*_lines(each)] for each in found.changed])
    lines += _part("New in Anki", [[f"  {each.name} ({each.type})"] for each in found.new])
    lines += _part(
        "No longer in the package", [[f"  {fact}: {name}"] for fact, name in found.removed]
    )
    if found.changed or found.new or found.removed:
        lines += ["", "Nothing was written: carry over into the facts what you want to keep."]
    else:
        lines += ["", "The package has nothing that the deck has not."]
    return "\n".join(lines) + "\n"


def _lines(change: Change) -> Iterator[str]:
    yield f"  {change.fact}: {change.name}"
    for field in change.fields:
        yield f"    {field.name}: {words(plain(field.was), plain(field.now), '[-{}-]', '{{+{}+}}')}"
    if change.tags_added or change.tags_removed:
        tags = [f"+{tag}" for tag in change.tags_added] + [f"-{tag}" for tag in change.tags_removed]
        yield f"    tags: {' '.join(tags)}"


def _part(title: str, notes: Sequence[Sequence[str]]) -> list[str]:
    """A heading and the lines of the notes below it, of as many as one reads."""
    if not notes:
        return []
    lines = ["", title, *chain.from_iterable(notes[:_LISTED])]
    if len(notes) > _LISTED:
        lines.append(f"  … ({count(len(notes), 'note')} in all; --format json has each)")
    return lines
