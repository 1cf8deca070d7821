"""The note types: for questions and answers, for clozes, for pictures with regions, and those of a
deck's own kinds (`own.py`), and those that were adopted (`adopted.py`).

Ids, field lists and template lists never change: Anki's import refuses updates of a note type whose
shape differs from the learner's. Looks may change; they are the files beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from types import MappingProxyType
from typing import TypeAlias

from ...format.kinds import Kinds, own_types
from ...format.language import Language
from .. import room
from ..fields import TYPES
from ..room import Room
from . import adopted, own
from .parts import CardTemplate, Field, NoteType, css, file, stable_id, words

__all__ = ["CardTemplate", "Field", "NoteType", "NoteTypes", "load", "stable_id"]

QUESTION_FIELDS, CLOZE_FIELDS, PICTURE_FIELDS = (
    tuple(name.replace("_", " ").capitalize() for name in fields._fields)
    for fields in TYPES.values()
)
"""Anki's image occlusion knows its fields by their places: shapes, picture, heading, what is shown
after the answer, and notes. "Check Database" gives those parts to the first five of any note type
that is marked as one (measured with Anki 26.9). The front names `Answer` where it is never shown:
Anki's editor complains of clozes in a field that no front uses as one.

These are keys: a field's id is made of its key, which never changes. Anki shows its name."""

NAMES: Mapping[tuple[str, str], str] = MappingProxyType({})
"""Names that differ from their keys, by note type and key: `("question", "Spare 1"): "Map"`. The id
stays, so that Anki's import renames the field; with another id, it would refuse the note type."""

_TEMPLATE = "Card"
"""The key of the only template of a note type."""

NoteTypes: TypeAlias = Mapping[str, NoteType]
"""The note types of a deck by their names; packages hold those that their notes use."""


def load(
    deck_id: str,
    language: Language,
    style: str = "",
    kinds: Kinds = MappingProxyType({}),
    rooms: Mapping[str, Room] = MappingProxyType({}),
) -> NoteTypes:
    """The note types of a deck, with the words on them in its language.

    `style` is the deck's own style sheet. It comes last, so that its rules win. `rooms` are those
    of note types that were published, by name.
    """
    fields = (QUESTION_FIELDS, CLOZE_FIELDS, PICTURE_FIELDS)
    built_in = zip(TYPES, fields, strict=True)
    made = {kind: _note_type(deck_id, language, style, kind, keys) for kind, keys in built_in}
    for each in own_types(kinds):
        if each.adopted:
            made[each.note_type] = adopted.note_type(each)
            continue
        cards = [card.name for card in each.cards]
        known = rooms.get(each.note_type) or room.first(each.keys, cards)
        place = known.grown(each.keys, cards)
        made[each.note_type] = own.note_type(deck_id, language, style, each, place)
    return made


def _note_type(
    deck_id: str, language: Language, style: str, kind: str, keys: tuple[str, ...]
) -> NoteType:
    shown = words(language, "{{Label}}", language.label_code, language.label_direction)
    front = Template(file(f"{kind}-front.html")).substitute(shown)
    back = Template(file(f"{kind}-back.html")).substitute(shown, front=front)
    template = stable_id(deck_id, kind, "template", _TEMPLATE)
    return NoteType(
        id=stable_id(deck_id, kind),
        name=f"{deck_id} · {kind} (crisis-cards)",
        is_cloze=kind in ("cloze", "picture"),
        fields=tuple(
            Field(stable_id(deck_id, kind, "field", key), NAMES.get((kind, key), key))
            for key in keys
        ),
        templates=(CardTemplate(template, NAMES.get((kind, _TEMPLATE), _TEMPLATE), front, back),),
        css=css(style),
        right_to_left=language.direction == "rtl",
        covers_pictures=kind == "picture",
    )
