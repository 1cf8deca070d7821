"""The note type of a kind of an author's own: a template for each of its cards.

Its shape is its room (`cards.room`), for ever: numbered fields for keys, then those that every note
has, some that are reserved, and one that is always empty. A template that no card has shows that
one, so that Anki makes no card of it (measured with Anki 2.1.66 and 26.9).
"""

from __future__ import annotations

from html import escape
from string import Template

from ...format.kinds.own import FIELDS, OwnCard, OwnType
from ...format.language import Language
from ..room import Room
from .parts import CardTemplate, Field, NoteType, css, file, stable_id, words

_RESERVED = ("Reserved 1", "Reserved 2", "Reserved 3")
_EMPTY = "Empty"


def note_type(deck_id: str, language: Language, style: str, own: OwnType, room: Room) -> NoteType:
    """The note type of a kind, whose keys and cards have their places in `room`."""

    def id_of(*parts: str) -> int:
        return stable_id(deck_id, "type", own.name, *parts)

    size = room.fields.size
    names = {place: name for name, place in room.fields.of.items()}
    fields = [
        Field(id_of("field", str(place)), names.get(place, f"Spare {place}"))
        for place in range(1, size + 1)
    ]
    fields += [Field(id_of("field", name), name) for name in (*FIELDS, *_RESERVED, _EMPTY)]
    owners = {place: name for name, place in room.templates.of.items()}
    cards = {card.name: card for card in own.cards}
    templates = []
    for place in range(1, room.templates.size + 1):
        name = owners.get(place, f"Spare {place}")
        card = cards.get(name)
        front, back = _drawn(card, language) if card else _nothing(place)
        templates.append(CardTemplate(id_of("template", str(place)), name, front, back))
    return NoteType(
        id=id_of(),
        name=f"{deck_id} · {own.name} (crisis-cards)",
        is_cloze=False,
        fields=tuple(fields),
        templates=tuple(templates),
        css=css(style, own.style),
        right_to_left=language.direction == "rtl",
        places=(*_places(own, room), *range(size, size + len(FIELDS))),
        room=room,
    )


def _places(own: OwnType, room: Room) -> list[int]:
    """Where the fields of the keys stand, from 0; a key without room has none."""
    return [room.fields.of.get(key, 0) - 1 for key in own.keys]


def _nothing(place: int) -> tuple[str, str]:
    """No card; Anki's editor wants templates that differ."""
    side = f"{{{{#{_EMPTY}}}}}<!-- {place} -->{{{{{_EMPTY}}}}}{{{{/{_EMPTY}}}}}"
    return side, side


def _drawn(card: OwnCard, language: Language) -> tuple[str, str]:
    """The front and back of a card."""
    label = escape(card.label, quote=False).replace("{{", "&#123;&#123;")
    shown = words(language, label, language.code, language.direction)
    first = card.answer[0]
    shown |= {
        "asked": _asked(card.ask),
        "typed": f'<div class="typed">{{{{type:{first}}}}}</div>' if card.typed else "",
        "answered": _answered(card),
    }
    front = Template(file("own-front.html")).substitute(shown)
    back = Template(file("own-back.html")).substitute(shown)
    return card.front or _guarded(_guarded(front, first), card.ask[0]), card.back or back


def _guarded(html: str, key: str) -> str:
    """Nothing where a field is empty. Anki makes a card where its front shows any field at all."""
    return f"{{{{#{key}}}}}\n{html}\n{{{{/{key}}}}}"


def _asked(keys: tuple[str, ...]) -> str:
    html = [f'<div class="question" dir="auto">{{{{{keys[0]}}}}}</div>']
    html += [
        f'{{{{#{key}}}}}<div class="question" dir="auto">{{{{{key}}}}}</div>{{{{/{key}}}}}'
        for key in keys[1:]
    ]
    return "\n  ".join(html)


def _answered(card: OwnCard) -> str:
    """What stands on the back. Of an answer that was typed, Anki shows how it compares."""
    first, *others = card.answer
    shown = f"{{{{type:{first}}}}}" if card.typed else f"{{{{{first}}}}}"
    html = [f'<div class="answer" dir="auto">{shown}</div>']
    html += [
        f'{{{{#{key}}}}}<div class="answer" dir="auto">{{{{{key}}}}}</div>{{{{/{key}}}}}'
        for key in others
    ]
    return "\n  ".join(html)
