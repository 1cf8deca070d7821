"""The note type of a kind of an author's own: a template for each of its cards.

Its shape is its room (`cards.room`), for ever: numbered fields for keys, then those that every note
has, some that are reserved, and one that is always empty. A template that no card has shows that
one, so that Anki makes no card of it (measured with Anki 2.1.60 to 26.9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import Template

from ...format.kinds.own import FIELDS, OwnCard, OwnType
from ...format.language import Language
from ...format.templates import TAG
from ..markup import literal
from ..room import SPARE_FIELDS, SPARE_TEMPLATES, Room
from .parts import CardTemplate, Field, NoteType, css, file, stable_id, words

_RESERVED = ("Reserved 1", "Reserved 2", "Reserved 3")
_EMPTY = "Empty"


def note_type(deck_id: str, language: Language, style: str, own: OwnType, room: Room) -> NoteType:
    """The note type of a kind, whose keys and cards have their places in `room`."""

    def id_of(*parts: str) -> int:
        return stable_id(deck_id, "type", own.name, *parts)

    size = room.fields.size
    names = room.fields.names(SPARE_FIELDS)
    fields = [Field(id_of("field", str(at)), name) for at, name in enumerate(names, start=1)]
    fields += [Field(id_of("field", name), name) for name in (*FIELDS, *_RESERVED, _EMPTY)]
    places = [room.fields.of.get(key, 0) for key in own.keys]
    # A key without room is an error; what can be shown all the same, is shown.
    shown = {key: names[at - 1] if at else _EMPTY for key, at in zip(own.keys, places, strict=True)}
    cards = {room.templates.of.get(card.name): card for card in own.cards}
    templates = []
    for place, name in enumerate(room.templates.names(SPARE_TEMPLATES), start=1):
        card = cards.get(place)
        front, back = _drawn(card, language, shown) if card else _nothing(place)
        templates.append(CardTemplate(id_of("template", str(place)), name, front, back))
    return NoteType(
        id=id_of(),
        name=f"{deck_id} · {own.name} (crisis-cards)",
        is_cloze=False,
        fields=tuple(fields),
        templates=tuple(templates),
        css=css(style, own.style),
        right_to_left=language.direction == "rtl",
        places=(*(at - 1 for at in places), *range(size, size + len(FIELDS))),
        room=room,
    )


def _nothing(place: int) -> tuple[str, str]:
    """No card; Anki's editor wants templates that differ."""
    side = f"{{{{#{_EMPTY}}}}}<!-- {place} -->{{{{{_EMPTY}}}}}{{{{/{_EMPTY}}}}}"
    return side, side


def _drawn(card: OwnCard, language: Language, shown: Mapping[str, str]) -> tuple[str, str]:
    """The front and back of a card; `shown` are the names of fields by keys."""
    parts = words(language, literal(card.label), language.code, language.direction)
    ask, answer = ([shown[key] for key in keys] for keys in (card.ask, card.answer))
    parts |= {
        "asked": _texts("question", ask),
        "typed": f'<div class="typed">{{{{type:{answer[0]}}}}}</div>' if card.typed else "",
        # Of an answer that was typed, Anki shows how it compares.
        "answered": _texts("answer", answer, "type:" if card.typed else ""),
    }
    front = Template(file("own-front.html")).substitute(parts)
    back = Template(file("own-back.html")).substitute(parts)
    front = _named(card.front, shown) or front
    return _guarded(_guarded(front, answer[0]), ask[0]), _named(card.back, shown) or back


def _named(template: str, shown: Mapping[str, str]) -> str:
    """A template of the author's own with the names of fields in the place of keys."""

    def named(tag: re.Match[str]) -> str:
        sign, way, field = tag.groups()
        return f"{{{{{sign}{way}{shown.get(field, field)}}}}}"

    return TAG.sub(named, template)


def _guarded(html: str, field: str) -> str:
    """Nothing where a field is empty. Anki makes a card where its front shows any field at all."""
    return f"{{{{#{field}}}}}\n{html}\n{{{{/{field}}}}}"


def _texts(look: str, fields: Sequence[str], way: str = "") -> str:
    """The texts of a side, the first of which is there, and shown in a way of its own."""
    begin, end = f'<div class="{look}" dir="auto">', "</div>"
    first, *others = fields
    html = [f"{begin}{{{{{way}{first}}}}}{end}"]
    html += [f"{{{{#{name}}}}}{begin}{{{{{name}}}}}{end}{{{{/{name}}}}}" for name in others]
    return "\n  ".join(html)
