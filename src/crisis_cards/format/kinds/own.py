"""Kinds of an author's own: what `types/<name>/type.yaml` says, and the kind that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from ...problems import Span, errors
from ...yaml.tree import Text
from ..prompt import LONGEST_ANSWER, OWN, Layout, Note, Notes, Prompt
from ..shape import Context, Key, Values, short
from ..shapes import TEXT
from ..templates import TAG
from .kind import Kind

FIELDS = ("Hint", "Extra", "Date", "Timeline", "Image", "Section", "Source", "Retired")
"""The fields that a note of any such kind has beside those of its keys."""


class OwnCard(NamedTuple):
    """A card of a kind: the keys that stand on its front and on its back.

    `front` and `back` are templates of the author's own; empty for the usual ones. With `typed`,
    the learner types the answer.
    """

    name: str
    ask: tuple[str, ...]
    answer: tuple[str, ...]
    label: str
    typed: bool = False
    front: str = ""
    back: str = ""

    def shown(self) -> set[str]:
        """The keys that stand on it."""
        drawn = (*(() if self.front else self.ask), *(() if self.back else self.answer))
        tags = TAG.finditer(self.front + self.back)
        return {*drawn, *(tag["field"] for tag in tags if not tag["sign"])}


Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What a JSON file holds."""


class Adopted(NamedTuple):
    """What Anki knows of a note type that was there before its deck was.

    `at` is where type.yaml says it. `fields` are the names of the fields, in the order of the keys
    that facts have for them. `means` are the keys of a built-in kind that these stand for, by key.
    `options` is what else Anki keeps of the note type, in the words of its own JSON.
    """

    at: Span
    id: int
    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    means: Mapping[str, str] = MappingProxyType({})
    options: Mapping[str, Json] = MappingProxyType({})


class OwnType(NamedTuple):
    """A kind of an author's own. `keys` say where each stands, `named` where cards do, by name.

    There are no cards where something is wrong with them. `about` explains keys. Of a note type
    that was adopted, the keys are its fields and the cards its templates, all of the author's own.
    """

    name: str
    keys: Mapping[str, Span]
    cards: tuple[OwnCard, ...]
    named: Mapping[str, Span]
    about: Mapping[str, str]
    style: str = ""
    adopted: Adopted | None = None

    @property
    def note_type(self) -> str:
        """The name of its note type, and the slot of its notes."""
        return OWN + self.name

    def asked(self) -> tuple[str, ...]:
        """The keys that fronts of an adopted type show: a card needs one of them."""
        tags = (tag for card in self.cards for tag in TAG.finditer(card.front))
        shown = (tag["field"] for tag in tags if not tag["sign"])
        return tuple(dict.fromkeys(self._keys()[name] for name in shown if name in self._keys()))

    def blanks(self) -> frozenset[str]:
        """The keys in which an adopted cloze type looks for blanks."""
        tags = (tag for card in self.cards for tag in TAG.finditer(card.front + card.back))
        shown = (tag["field"] for tag in tags if "cloze" in tag["way"])
        is_cloze = self.adopted and self.adopted.is_cloze
        return frozenset(self._keys().get(name, "") for name in shown if is_cloze)

    def _keys(self) -> dict[str, str]:
        """Its keys by the names of fields."""
        return dict(zip(self.adopted.fields if self.adopted else self.keys, self.keys, strict=True))


def kind(own: OwnType) -> Kind:
    """The kind of fact."""
    keys = {name: Key(name, TEXT, own.about.get(name, name), "…") for name in own.keys}

    def notes(fact: Values) -> Notes:
        values = {name: fact.get(key) for name, key in keys.items()}
        prompts = tuple(_prompts(own.cards, values))
        yield Note(own.note_type, Layout.OWN, prompts, tuple(values.items()))

    def refuse(context: Context, fact: Values) -> bool:
        values = {name: fact.get(key) for name, key in keys.items()}
        if any(_is_there(card, values) for card in own.cards):
            return False
        if not own.cards:
            return True  # something is wrong with the kind, and that is said already
        first = next(text for text in values.values() if text)
        wanted = " or ".join(dict.fromkeys(f'"{card.answer[0]}"' for card in own.cards))
        message = f'"{short(first)}" makes no card: each card needs its question and its answer'
        context.report(first, errors.MISSING_KEY, message, f"add {wanted}")
        return True

    first, *others = keys.values()
    text = f"A kind of this deck's own: types/{own.name}."
    return Kind(text, (first,), notes, tuple(others), refuse, own=own)


def _is_there(card: OwnCard, values: Mapping[str, Text | None]) -> bool:
    """Whether a fact has a card: it is there where its question and its answer are."""
    return values[card.ask[0]] is not None and values[card.answer[0]] is not None


def _prompts(cards: Iterable[OwnCard], values: Mapping[str, Text | None]) -> Iterator[Prompt]:
    """What the cards of a fact ask."""
    for card in cards:
        asked, *seen = (values[key] for key in card.ask)
        if asked and _is_there(card, values):
            front = tuple(text for text in seen if text)
            yield Prompt(
                card.label, asked, values[card.answer[0]], f'"{card.name}"', seen=front,
                longest=LONGEST_ANSWER, listed="yes",
            )  # fmt: skip
