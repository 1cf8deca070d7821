"""A newer release of an adopted deck, made in Anki: what its maintainers changed there, by fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .. import pipeline
from ..cards.draft import SEPARATOR
from ..problems import count
from ..release.diff import plain, words
from ..release.plan import Published
from . import looks
from .original import Note, Original

_LISTED = 10  # facts that a terminal shows under one heading
_NAME = 60  # longest name of a note, in characters


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
    changed = []
    for guid, note in ours.items():
        if guid in theirs:
            names = [name for _, name in types[note.type].fields]
            if change := _change(note, names, theirs[guid], original):
                changed.append(change)
    new = (
        NewNote(guid, _name(note.fields), original.types[note.type].name, _named(note, original))
        for guid, note in theirs.items()
        if guid not in ours
    )
    removed = (
        (_fact(note), _name(note.fields.split(SEPARATOR)))
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


def _change(note: Published, names: list[str], theirs: Note, original: Original) -> Change | None:
    """What differs to the eye; fields are known by their names, so that a new one is a change."""
    was = dict(zip(names, note.fields.split(SEPARATOR), strict=True))
    now = dict(zip(original.types[theirs.type].fields, theirs.fields, strict=True))
    fields = tuple(
        Field(name, was.get(name, ""), now.get(name, ""))
        for name in dict.fromkeys((*was, *now))
        if not looks.same(was.get(name, ""), now.get(name, ""))
    )
    ours = {tag.casefold() for tag in note.tags}
    others = {tag.casefold() for tag in theirs.tags}
    added = tuple(tag for tag in theirs.tags if tag.casefold() not in ours)
    removed = tuple(tag for tag in note.tags if tag.casefold() not in others)
    if not (fields or added or removed):
        return None
    return Change(_fact(note), _name(note.fields.split(SEPARATOR)), fields, added, removed)


def _name(fields: Iterable[str]) -> str:
    texts = (" ".join(plain(html).split()) for html in fields)
    text = next(filter(None, texts), "(no text)")
    return text if len(text) <= _NAME else f"{text[: _NAME - 1].rstrip()}…"


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
    lines += _part(
        "Changed in Anki",
        [line for each in found.changed for line in _lines(each)],
        len(found.changed),
    )
    lines += _part(
        "New in Anki", [f"  {each.name} ({each.type})" for each in found.new], len(found.new)
    )
    lines += _part(
        "No longer in the package",
        [f"  {fact}: {name}" for fact, name in found.removed],
        len(found.removed),
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


def _part(title: str, lines: list[str], number: int) -> list[str]:
    """A heading and the lines below it, as many as one reads."""
    if not lines:
        return []
    most = 4 * _LISTED
    more = (
        [f"  … ({count(number, 'note')} in all; --format json has each)"]
        if len(lines) > most
        else []
    )
    return ["", title, *lines[:most], *more]
