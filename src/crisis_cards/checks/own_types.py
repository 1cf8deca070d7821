"""Kinds of a deck's own, as a whole deck sees them."""

from __future__ import annotations

from collections.abc import Iterator

from ..cards.theme import adopted
from ..problems.errors import TYPE_SHAPE
from .index import Whole, from_records
from .register import Fault


@from_records(TYPE_SHAPE)
def type_shape(whole: Whole) -> Iterator[Fault]:
    """A note type that learners have takes no more fields and templates than it has to spare.

    Its first field names the note, and an update that moves another key there would be a new shape.
    """
    for own in whole.settings.own_types():
        if not (room := whole.rooms.get(own.note_type)):
            continue
        if own.adopted:
            for message, hint in adopted.differences(own, room):
                yield Fault(own.adopted.at, message, hint)
            continue
        first = next(iter(own.keys))
        if room.fields.of.get(first) != 1:
            known = next(name for name, place in room.fields.of.items() if place == 1)
            message = f'"{first}" is not the first key of this kind: "{known}" is'
            hint = f'put "{known}" first again, or make a new kind beside this one'
            yield Fault(own.keys[first], message, hint)
        for noun, places, named in (
            ("key", room.fields, own.keys), ("card", room.templates, own.named),
        ):  # fmt: skip
            of = places.grown(named).of
            for name in (name for name in named if name not in of):
                message = f'there is no room for the {noun} "{name}": learners have {places.size}'
                hint = (
                    f"make a new kind with it, whose facts are new notes; who has the places: "
                    f"{', '.join(places.of)}"
                )
                yield Fault(named[name], message, hint)


@from_records(needs_sound=True)
def unshown_key(whole: Whole) -> Iterator[Fault]:
    """A key of a kind of the deck's own stands on none of its cards.

    What facts say there reaches no learner: neither a card in `type.yaml` names the key, nor does a
    template beside it. To show something with the answer, list it behind the answer's key.

    Bad, in types/country/type.yaml:

        keys: [country, capital, currency]
        cards:
          capital: {ask: country, answer: capital}

    Good, in types/country/type.yaml:

        keys: [country, capital, currency]
        cards:
          capital: {ask: country, answer: [capital, currency]}

    Where the rule comes from: nothing that an author writes is dropped in silence.
    """
    for own in whole.settings.own_types():
        if own.adopted:
            continue
        shown = {key for card in own.cards for key in card.shown()}
        for name, place in own.keys.items():
            if name not in shown:
                message = f'no card shows the key "{name}"'
                yield Fault(place, message, "add it to the answer of a card, or take it out")
