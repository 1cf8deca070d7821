"""The proof that adopting a deck costs nobody anything: what the real Anki makes of two packages.

It knows packages alone, and nothing of how they were made. `compare` sets the original beside its
rebuild, card by card; `learner` is somebody who studied the original and imports what comes after.
"""

from __future__ import annotations

import filecmp
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..problems import excerpt
from ..rehearsal import require_anki
from ..rehearsal.states import database, opened, run_import
from ..release.diff import plain
from . import looks, styles
from .learners import foreign, learner
from .report import (
    Card,
    Comparison,
    Difference,
    Moved,
    OtherField,
    OtherMedia,
    OtherTags,
    OtherType,
)

if TYPE_CHECKING:
    from anki.collection import Collection

__all__ = ["called", "compare", "foreign", "is_plain", "learner", "plainness", "same"]

_FACES = ("qfmt", "afmt")
_SEPARATOR = "\x1f"  # of fields
_SIDES = ("question", "answer")
_NAME = 44  # longest name of a note, in characters
_CONTEXT = 24  # characters of a text before the place where another one differs
_EXCERPT = 56  # longest piece of a text that a difference shows


class _Note(NamedTuple):
    id: int
    type: int
    tags: frozenset[str]


class _Slot(NamedTuple):
    """A card's id, and the name of its deck."""

    id: int
    deck: str


class _Side:
    """A package in a collection of its own.

    `notes` are by GUID and, because one GUID may be there twice, a number; `cards` are by the id
    of their note and their ordinal.
    """

    def __init__(self, col: Collection, package: Path) -> None:
        run_import(col, package)
        self.col = col
        self.media = Path(col.media.dir())
        db = database(col)
        self.notes: dict[tuple[str, int], _Note] = {}
        known = Counter[str]()
        for guid, note_id, type_id, tags in db.all(
            "SELECT guid, id, mid, tags FROM notes ORDER BY id"
        ):
            self.notes[guid, known[guid]] = _Note(note_id, type_id, frozenset(tags.split()))
            known[guid] += 1
        decks = {deck.id: deck.name for deck in col.decks.all_names_and_ids()}
        self.cards: dict[int, dict[int, _Slot]] = {}
        for note_id, ordinal, card_id, deck_id in db.all(
            "SELECT nid, ord, id, did FROM cards ORDER BY nid, ord"
        ):
            self.cards.setdefault(note_id, {})[ordinal] = _Slot(card_id, decks.get(deck_id, ""))
        self.type = cache(self._type)
        self.plain = cache(self._plain)

    def _type(self, type_id: int) -> dict[str, Any]:
        """A note type as Anki writes it."""
        return self.col.models.get(type_id) or {}  # type: ignore[arg-type]

    def _plain(self, type_id: int) -> bool | None:
        made = self.type(type_id)
        return plainness(made["css"], (part[face] for part in made["tmpls"] for face in _FACES))

    @cached_property
    def empty(self) -> frozenset[int]:
        """The cards that "Tools → Empty Cards" would list."""
        notes = self.col.get_empty_cards().notes
        return frozenset(card for note in notes for card in note.card_ids)

    def fields(self, note: _Note) -> str:
        return str(database(self.col).scalar("SELECT flds FROM notes WHERE id = ?", note.id))

    def faces(self, note: _Note, card: _Slot) -> tuple[str, str]:
        """Question and answer, with the names of sounds and the source of formulas in them.

        A card's id is its own in every collection: a template that shows it differs by nothing.
        """
        from anki.errors import TemplateError

        try:
            made = self.col._backend.render_existing_card(
                card_id=card.id, browser=False, partial_render=False
            )
        except TemplateError as error:  # Anki shows this on the card, so the fields have to do
            return str(error), self.fields(note)
        question, answer = (
            "".join(node.text for node in nodes).replace(str(card.id), "CardID")
            for nodes in (made.question_nodes, made.answer_nodes)
        )
        return question, answer

    def name(self, guid: str, note: _Note, ordinal: int) -> Card:
        """A card as people call it: by its note's first text, and by its template or blank."""
        templates = self.type(note.type)["tmpls"]
        if ordinal < 0:
            which = ""
        elif len(templates) > ordinal and not self.type(note.type)["type"]:
            which = templates[ordinal]["name"]
        else:
            which = f"cloze {ordinal + 1}"
        return Card(guid, ordinal, called(self.fields(note).split(_SEPARATOR)), which)


def compare(original: Path, rebuilt: Path) -> Comparison:
    """Both packages, each in an empty collection: which cards are the same, and which are not.

    Raises RehearsalError for what is no package, UnavailableError without Anki.
    """
    require_anki("the proof")
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as folder, ExitStack() as stack:
        sides = []
        for name, package in (("original", original), ("rebuilt", rebuilt)):
            place = Path(folder, name)
            place.mkdir()
            col = stack.enter_context(opened(place, str(package)))
            sides.append(_Side(col, package))
        return _compared(*sides)


def _compared(old: _Side, new: _Side) -> Comparison:
    identical = same = 0
    different: list[Difference] = []
    missing: list[Card] = []
    empty: list[Card] = []
    extra: list[Card] = []
    moved: list[Moved] = []
    tags: list[OtherTags] = []
    fields: list[OtherField] = []
    types: dict[tuple[int, int], None] = {}
    for key, note in old.notes.items():
        guid, _ = key
        twin = new.notes.get(key)
        cards = old.cards.get(note.id, {})
        twins = new.cards.get(twin.id, {}) if twin else {}
        known = len(different)
        for ordinal, card in cards.items():
            if not twin or ordinal not in twins:
                gone = empty if card.id in old.empty else missing
                gone.append(old.name(guid, note, ordinal))
                continue
            other = twins[ordinal]
            if card.deck != other.deck:
                moved.append(Moved(old.name(guid, note, ordinal), card.deck, other.deck))
            faces = old.faces(note, card), new.faces(twin, other)
            if faces[0] == faces[1]:
                identical += 1
            elif (side := _unlike(*faces, plain=old.plain(note.type))) is None:
                same += 1
            else:
                name, texts = old.name(guid, note, ordinal), _apart(faces[0][side], faces[1][side])
                different.append(Difference(name, _SIDES[side], *texts))
        if not twin:
            if not cards:
                empty.append(old.name(guid, note, -1))
            continue
        extra += (new.name(guid, twin, ordinal) for ordinal in twins.keys() - cards.keys())
        types[note.type, twin.type] = None
        if note.tags != twin.tags:
            lost, gained = note.tags - twin.tags, twin.tags - note.tags
            name = old.name(guid, note, -1)
            tags.append(OtherTags(guid, name.note, tuple(sorted(lost)), tuple(sorted(gained))))
        if len(different) == known:
            fields += _other_fields(old, new, guid, note, twin)
    for key in new.notes.keys() - old.notes.keys():
        twin = new.notes[key]
        extra += (new.name(key[0], twin, at) for at in new.cards.get(twin.id, (-1,)))
    return Comparison(
        notes=len(old.notes),
        cards=sum(map(len, old.cards.values())),
        identical=identical,
        same=same,
        different=tuple(different),
        missing=tuple(missing),
        extra=tuple(sorted(extra)),
        empty=tuple(empty),
        in_other_decks=tuple(moved),
        other_tags=tuple(tags),
        other_fields=tuple(fields),
        other_media=_other_media(old.media, new.media),
        other_types=tuple(
            found for a, b in types if (found := _other_type(old.type(a), new.type(b)))
        ),
    )


def same(one: str, other: str, plain: bool | None) -> bool:
    """Whether two pieces of HTML look the same; without `plain`, each space counts."""
    return one == other if plain is None else looks.same(one, other, plain=plain)


def _unlike(one: tuple[str, str], other: tuple[str, str], *, plain: bool | None) -> int | None:
    """The first side of a card that does not look the same."""
    for side, (before, after) in enumerate(zip(one, other, strict=True)):
        if before != after and not same(before, after, plain):
            return side
    return None


def _other_fields(
    old: _Side, new: _Side, guid: str, note: _Note, twin: _Note
) -> Iterator[OtherField]:
    """The fields that no card shows and that have another content now."""
    before, after = old.fields(note), new.fields(twin)
    if before == after:
        return
    values = _by_name(new.type(twin.type), after)
    for field, value in _by_name(old.type(note.type), before).items():
        other = values.get(field, "")
        plain = old.plain(note.type)
        # Alone, or behind other text: there, a block begins a line as a break does.
        if value != other and not (
            same(value, other, plain) or same(f"x{value}", f"x{other}", plain)
        ):
            yield OtherField(guid, called(before.split(_SEPARATOR)), field, *_apart(value, other))


def _by_name(note_type: Mapping[str, Any], fields: str) -> dict[str, str]:
    names = (field["name"] for field in note_type["flds"])
    return dict(zip(names, fields.split(_SEPARATOR), strict=False))


def _other_type(old: Mapping[str, Any], new: Mapping[str, Any]) -> OtherType | None:
    """How a note type differs from the one that its notes had; None for not at all.

    Of its shape is what a learner's Anki tells note types by. The rest is only shown.
    """

    def names(parts: str) -> tuple[list[str], list[str]]:
        return [p["name"] for p in old[parts]], [p["name"] for p in new[parts]]

    shape = [key for key, what in _SHAPE.items() if old[what] != new[what]]
    for word, part in (("fields", "flds"), ("templates", "tmpls")):
        before, after = names(part)
        if before != after:
            shape.append(word)
    look = [word for word, keys in _LOOK.items() if any(old.get(k) != new.get(k) for k in keys)]
    for part, keys in _PARTS.items():
        for one, other in zip(old[part], new[part], strict=False):
            changed = [word for key, word in keys.items() if one.get(key) != other.get(key)]
            look += (f"{word} of {one['name']}" for word in dict.fromkeys(changed))
    return OtherType(old["name"], tuple(shape), tuple(look)) if shape or look else None


_SHAPE = {"id": "id", "cloze or not": "type", "sort field": "sortf"}
_LOOK = {
    "name": ("name",),
    "styling": ("css",),
    "LaTeX": ("latexPre", "latexPost", "latexsvg"),
}
_PARTS = {
    "flds": {"rtl": "direction", "font": "font", "size": "font size"},
    "tmpls": {"qfmt": "front", "afmt": "back", "bqfmt": "browser front", "bafmt": "browser back"},
}


def _other_media(old: Path, new: Path) -> OtherMedia:
    before, after = ({file.name for file in folder.iterdir()} for folder in (old, new))
    return OtherMedia(
        missing=tuple(sorted(before - after)),
        extra=tuple(sorted(after - before)),
        different=tuple(
            name
            for name in sorted(before & after)
            if not filecmp.cmp(old / name, new / name, shallow=False)
        ),
    )


# Markdown writes <strong> for <b>, <em> for <i>, and lines in its own way.
_ELEMENT = re.compile(r"(?<![\w.#:@$-])(?:b|strong|i|em|div|br|p)(?![\w-])", re.IGNORECASE)
_STYLE, _SCRIPT = (
    re.compile(rf"<{tag}\b[^>]*>(.*?)</{tag}>", re.DOTALL | re.IGNORECASE)
    for tag in ("style", "script")
)
_LOOKED_UP = re.compile(r"""(?:querySelector(?:All)?|getElementsByTagName|\$)\(\s*["']([^"']*)""")
_BY_PLACE = re.compile(r":(?:nth-|(?:first|last|only)-(?:child|of-type)|empty\b)", re.IGNORECASE)


def is_plain(css: str, *templates: str) -> bool:
    """Whether a note type makes no difference of `<b>` and `<strong>`, of `<div>` and `<br>`.

    It does where a selector, of its stylesheet or of styles and scripts in its templates, names
    such an element or asks for the place of one.
    """
    sheets = [css, *(sheet for text in templates for sheet in _STYLE.findall(text))]
    bare = re.sub(r"/\*.*?\*/", "", "\n".join(sheets), flags=re.DOTALL)
    scripts = "\n".join(script for text in templates for script in _SCRIPT.findall(text))
    # Each piece with its end, so that a long one (a font, say) is read once.
    pieces = re.findall(r"([^{};]*)([{};]|\Z)", bare)
    selectors = [text for text, end in pieces if end == "{"] + _LOOKED_UP.findall(scripts)
    return styles.is_plain(css) and not any(
        _ELEMENT.search(text) or _BY_PLACE.search(text) for text in selectors
    )


def plainness(css: str, templates: Iterable[str]) -> bool | None:
    """What `same` has to know of a note type: whether it is plain; None if its spaces count."""
    return None if styles.keeps_spaces(css) else is_plain(css, *templates)


def called(fields: Iterable[str]) -> str:
    """What a note is called: the text of its first field that has any, or a file in it."""
    for field in fields:
        if text := _text(field):
            return excerpt(text, _NAME)
    return "(no text)"


def _text(html: str) -> str:
    """HTML as a line of text, with the names of pictures in it."""
    shown = plain(re.sub(r"""<img\b[^>]*?\bsrc=["']?([^"'>]+)[^>]*>""", r" \1 ", html))
    return "".join(char for char in shown if char.isprintable())


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two texts, each from a little before the place where they part."""
    a, b = _text(one), _text(other)
    if a == b:  # then it is the HTML
        a, b = (" ".join(text.split()) for text in (one, other))
    shorter = min(len(a), len(b))
    start = max(0, next((at for at in range(shorter) if a[at] != b[at]), shorter) - _CONTEXT)
    before, after = (("…" if start else "") + text[start:] for text in (a, b))
    return excerpt(before, _EXCERPT), excerpt(after, _EXCERPT)
