"""Note types that learners had before their deck was: what Anki knows of them, as it is.

They go out without ids of fields and templates: Anki compares names then, whatever ids the
learner's have; with others, it would refuse them (measured with Anki 2.1.66 to 26.9).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...format.kinds.own import OwnType
from ..room import Places, Room
from .parts import CardTemplate, Field, NoteType

_IMAGE_OCCLUSION = 6
"""Anki's number for its own note type of that name."""


def note_type(own: OwnType) -> NoteType:
    """The note type of an adopted kind."""
    known = own.adopted
    assert known
    return NoteType(
        id=known.id,
        name=known.name,
        is_cloze=known.is_cloze,
        fields=tuple(Field(None, name) for name in known.fields),
        templates=tuple(CardTemplate(None, each.name, each.front, each.back) for each in own.cards),
        css=own.style,
        right_to_left=False,
        covers_pictures=known.options.get("originalStockKind") == _IMAGE_OCCLUSION,
        room=room(own),
        options=known.options,
    )


def room(own: OwnType) -> Room:
    """Its shape, which has room for nothing more."""
    assert own.adopted
    fields, templates = own.adopted.fields, [card.name for card in own.cards]
    return Room(Places.full(fields), Places.full(templates), own.adopted.id)


def differences(own: OwnType, published: Room) -> Iterator[tuple[str, str]]:
    """What is not as learners have it, and what to write instead."""
    now = room(own)
    pairs = zip(("fields", "templates"), now[:2], published[:2], strict=True)
    for noun, (_, names), (_, known) in pairs:
        if names != known:
            listed = ", ".join(sorted(known, key=lambda name: known[name]))
            message = f"learners have this note type with other {noun}, and Anki would refuse it"
            yield message, f"write {noun}: [{listed}]"
    if now.id != published.id:
        message = "learners have this note type by another id, and Anki would take it for a new one"
        yield message, f"write id: {published.id}"
