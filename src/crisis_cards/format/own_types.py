"""The kinds of a deck's own: what lies below `types/` in its folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..problems import Problem, Span, errors
from ..yaml import tree
from ..yaml.tree import Node, Sequence, Text
from . import adopted_types, stylesheet, templates
from .folders import TYPE_FILE, TYPES, Unread, renaming
from .keys import COMMON
from .kinds import BUILT_IN, Kinds, adopted
from .kinds.own import FIELDS, OwnCard, OwnType, kind
from .media import Media
from .reading import entries_once, nearest, read_keys, read_mapping, read_root, report_no_such
from .schema_parts import IDS, mapping_of, object_of, reference, scalar
from .shape import Context, Key, Shape, Values, short, table
from .shapes import FLAG, TEXT, read_id, read_some, read_text, slug

_NAME = r"[^\W\d_][\w-]*"
_OF_ANKI = ("tags", "type", "deck", "subdeck", "card", "cardflag", "cardid", "frontside")
_ELSEWHERE = {*COMMON, *BUILT_IN}
_OF_BUILT_IN = {name for kind in BUILT_IN.values() for name in kind.keys}
_TAKEN = {
    **dict.fromkeys(_OF_ANKI, "is a word of Anki's own"),
    **dict.fromkeys(
        ("empty", "id", *map(str.lower, FIELDS)), "is the name of a field that every note has"
    ),
    **dict.fromkeys(COMMON, "is a key that every fact may have"),
    **dict.fromkeys(BUILT_IN, "makes a fact of a built-in kind"),
}
"""Names that no key of a deck's own can have, and why."""


def _read_key_names(context: Context, key: Text, node: Node) -> tuple[tuple[Text, str], ...] | None:
    """The keys of a kind, each with its explanation, if there is one."""
    if type(node) is tree.Mapping:
        if not (mapping := read_mapping(context, key, node, 'write one a line: "country: …"')):
            return None
        entries = entries_once(context, mapping.items)
        texts = [(name, read_text(context, name, value)) for name, value in entries]
        known = [(name, text.value) for name, text in texts if text]
        return tuple(known) if len(known) == len(entries) else None
    names = read_some(context, key, node)
    return tuple((name, "") for name in names) if names else None


def _read_names(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    """One key, or several."""
    if type(node) is Sequence:
        return read_some(context, key, node)
    text = read_text(context, key, node)
    return (text,) if text else None


class _Card(NamedTuple):
    """A card as it was written."""

    name: Text
    ask: tuple[Text, ...]
    answer: tuple[Text, ...]
    label: Text | None
    typed: bool


def _read_cards(context: Context, key: Text, node: Node) -> tuple[_Card, ...] | None:
    mapping = read_mapping(context, key, node, 'write one a line: "capital: {ask: …, answer: …}"')
    if mapping is None:
        return None
    entries = entries_once(context, mapping.items)
    cards = [card for name, value in entries if (card := _read_card(context, name, value))]
    return tuple(cards) if len(cards) == len(entries) else None


def _read_card(context: Context, name: Text, node: Node) -> _Card | None:
    hint = 'write "ask: …" and "answer: …" below it, each with the name of a key'
    if not read_id(context, name, name) or not (mapping := read_mapping(context, name, node, hint)):
        return None
    entries = entries_once(context, mapping.items)
    values, unknown = read_keys(context, entries, CARD_KEYS, "a card")
    present = {key.value for key, _ in entries}
    missing = [f'"{key.name}"' for key in (ASK, ANSWER) if key.name not in present]
    if missing and not unknown:
        message = f'the card "{short(name)}" has no {" and ".join(missing)}'
        context.report(name, errors.MISSING_KEY, message, hint)
    ask, answer = values.get(ASK), values.get(ANSWER)
    if not ask or not answer:
        return None
    return _Card(name, ask, answer, values.get(LABEL), values.get(TYPED) or False)


_KEY = scalar(rf"^{_NAME}$", "Write a word: letters, digits and hyphens.")
KEY_NAMES = Shape(
    _read_key_names,
    lambda: {
        "anyOf": [{"type": "array", "items": _KEY, "minItems": 1}, mapping_of(reference("text"))]
    },
    "a list of names, or a mapping from each to its explanation",
    "mapping",
)
SOME_KEYS = Shape(
    _read_names,
    lambda: {"anyOf": [_KEY, {"type": "array", "items": _KEY, "minItems": 1}]},
    "a key, or a list of keys",
    "list",
)
ASK = Key(
    "ask", SOME_KEYS, "what stands on the front; where it is empty, there is no card", "country"
)
ANSWER = Key("answer", SOME_KEYS, "what stands on the back", "capital")
LABEL = Key("label", TEXT, "what is asked, in small letters; default: the answer's key", "Capital")
TYPED = Key("type", FLAG, "true: the learner types the answer", "true")
CARD_KEYS = table(ASK, ANSWER, LABEL, TYPED)
CARDS_BY_NAME = Shape(
    _read_cards,
    lambda: mapping_of(object_of(CARD_KEYS, [ASK.name, ANSWER.name]), IDS),
    "a name for each, with `ask` and `answer` below it",
    "mapping",
)
_KEYS = "the keys of a fact; the first one decides the kind, the others can be left out"
KEYS = Key("keys", KEY_NAMES, _KEYS, "[country, capital]")
_CARDS = "{capital: {ask: country, answer: capital}}"
CARDS = Key("cards", CARDS_BY_NAME, "the cards of a fact, which are one note", _CARDS)
TYPE_KEYS = table(KEYS, CARDS)


class Types(NamedTuple):
    """The kinds of a deck, its own and those built in, and what is wrong with its own.

    `texts` are those of all files that say so, by path. It is not whole where nothing is known of
    one of the kinds. `unread` are files beside them that say nothing.
    """

    kinds: Kinds
    problems: tuple[Problem, ...]
    texts: Mapping[str, bytes]
    is_whole: bool
    unread: tuple[Unread, ...]


def read(deck_folder: Path, media: Media, unsaved: Mapping[Path, bytes]) -> Types:
    """The kinds of the deck in a folder."""
    problems: list[Problem] = []
    texts: dict[str, bytes] = {}
    read_ones: list[OwnType | None] = []
    unread: list[Unread] = []
    for folder in _listed(deck_folder / TYPES):
        if not folder.is_dir():
            hint = f"a kind has a folder of its own, with a {TYPE_FILE} in it"
            unread.append(Unread(folder, "this file is not read", hint))
            continue
        unread += (
            Unread(path, "this file is not read", _FILES)
            for path in _listed(folder)
            if not _is_read(path) and path.suffix != ".md"
        )
        for path in filter(_is_read, _listed(folder)):
            with suppress(OSError):
                texts[str(path)] = unsaved[path] if path in unsaved else path.read_bytes()
        read_ones.append(_read_type(folder, media, texts, problems))
    made = [each for each in read_ones if each]
    own = [each for each in made if not each.adopted]
    problems += _ambiguous(own)
    if len(own) < len(made):
        problems += _named_note(own)
    kinds = {next(iter(each.keys)): kind(each) for each in own}
    kinds |= adopted.kinds_of(each for each in made if each.adopted)
    is_whole = len(made) == len(read_ones)
    return Types({**BUILT_IN, **kinds}, tuple(problems), texts, is_whole, tuple(unread))


def _is_read(path: Path) -> bool:
    """Whether a file says something of the kind in whose folder it lies."""
    known = path.name in (stylesheet.OF_TYPE, adopted_types.OPTIONS_FILE)
    known = known or bool(_TEMPLATE.fullmatch(path.name))
    return path.is_file() and (known or path.suffix in (".yaml", ".yml"))


_TEMPLATE = re.compile(r"(front|back)-([1-9][0-9]{0,3})\.html")
_FILES = f"the files of a kind are {TYPE_FILE}, front-1.html, back-1.html … and style.css"


def _listed(place: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in place.iterdir() if path.name[0] != ".")
    return []


def _ambiguous(types: Iterable[OwnType]) -> Iterator[Problem]:
    """Keys that decide one kind and belong to another one as well."""
    owners: dict[str, OwnType] = {}
    for own in types:
        for name, place in own.keys.items():
            other = owners.setdefault(name, own)
            if other is not own and name in (next(iter(own.keys)), next(iter(other.keys))):
                message = f'"{name}" is a key of the kind "{other.name}", too: a fact could be both'
                yield Problem(place, errors.BAD_TYPE, message, "choose another word here")


def _named_note(types: Iterable[OwnType]) -> Iterator[Problem]:
    """Keys that would name an adopted type where a deck has any."""
    for place in filter(None, (own.keys.get(adopted.NOTE) for own in types)):
        message = f'"{adopted.NOTE}" names the adopted note type of a fact in this deck'
        yield Problem(place, errors.BAD_TYPE, message, "choose another word here")


def _read_type(
    folder: Path, media: Media, texts: Mapping[str, bytes], problems: list[Problem]
) -> OwnType | None:
    """A kind of its own, or None with at least one problem. One with any may lack cards."""
    path = folder / TYPE_FILE
    start = Span(str(path), 1, 1, 2)
    if str(path) not in texts:
        files = (other for other in map(Path, texts) if other.parent == folder)
        like = next((other for other in files if other.suffix in (".yaml", ".yml")), None)
        hint = 'write one, with the lines "keys: …" and "cards: …"'
        hint = renaming(like, TYPE_FILE) if like else hint
        problems.append(Problem(start, errors.BAD_TYPE, f"this folder has no {TYPE_FILE}", hint))
        return None
    document, slips = tree.parse(texts[str(path)], str(path), _FLOWS)
    context = Context(BUILT_IN, media.find, document=document)
    name = unicodedata.normalize("NFC", folder.name)  # as a Mac may not store it
    own = None
    if is_adopted := adopted_types.is_one(document):
        own = adopted_types.read(context, document, name, folder, texts)
    else:
        values = read_root(context, document, TYPE_KEYS, (KEYS.name, CARDS.name), "a type.yaml")
    context.problems[:0] = [*slips, *document.errors]
    if _is_bad_name(name):
        hint = f"rename the folder, for instance to {slug(folder.name) or 'my'}-card"
        message = f'"{folder.name}" cannot be the name of a kind'
        context.report(start, errors.BAD_TYPE, message, hint)
    if not is_adopted and values is not None:
        own = _own(context, name, values)
    if own and own.cards and not is_adopted:
        own = _with_files(context, own, folder, texts)
    problems += context.problems
    return own


def refused(name: str) -> str:
    """Why a kind whose first key is its name cannot have this one; empty where it can."""
    if _is_bad_name(name) or not re.fullmatch(_NAME, name):
        return "write a word in small letters, with hyphens"
    return f"it {_TAKEN[name]}" if name in _TAKEN else ""


def _is_bad_name(name: str) -> bool:
    return name != slug(name) or name in _NOTE_TYPES


_NOTE_TYPES = ("question", "cloze", "picture")
"""The names of the other note types of a deck, which Anki must tell from its own."""
_TABLES = (TYPE_KEYS, CARD_KEYS, adopted_types.TYPE_KEYS, adopted_types.ANKI_KEYS)
_FLOWS = {name: key.shape.flow for keys in _TABLES for name, key in keys.items()}


def _own(context: Context, called: str, values: Values) -> OwnType | None:
    names, cards = values.get(KEYS) or (), values.get(CARDS) or ()
    before = len(context.problems)
    known: dict[str, Text] = {}
    for at, (name, _) in enumerate(names):
        _check_name(context, name, known)
        if not at and name.value in _OF_BUILT_IN and name.value not in BUILT_IN:
            message = f'"{name.value}" belongs to a built-in kind, and cannot decide another one'
            context.report(name, errors.BAD_TYPE, message, "put another key first")
        known.setdefault(name.value, name)
    usable = {name: text.span for name, text in known.items() if name not in _ELSEWHERE}
    if not usable:
        return None
    for card in cards:
        _check_card(context, card, known)
    made = tuple(
        OwnCard(
            card.name.value,
            tuple(key.value for key in card.ask),
            tuple(key.value for key in card.answer),
            card.label.value.strip() if card.label else _shown(card.answer[0].value),
            card.typed,
        )
        for card in cards
    )
    return OwnType(
        called,
        usable,
        made if len(context.problems) == before else (),
        {card.name.value: card.name.span for card in cards},
        {name.value: about for name, about in names if about},
    )


def _shown(key: str) -> str:
    return key[:1].upper() + key[1:].replace("-", " ").replace("_", " ")


def _check_name(context: Context, name: Text, known: Iterable[str]) -> None:
    """Reports what cannot be a key: it becomes the name of a field in Anki."""
    value = name.value
    if not re.fullmatch(_NAME, value):
        good = re.sub(r"[^\w-]+", "-", value).strip("-_0123456789")
        hint = f"write: {good}" if good else "write a word in letters"
        context.report(name, errors.BAD_TYPE, f'"{short(name)}" cannot be a key', hint)
    elif value.lower() in _TAKEN:
        message = f'"{value}" {_TAKEN[value.lower()]}'
        hint = f'choose another word, such as "{value.lower()}-name"'
        context.report(name, errors.BAD_TYPE, message, hint)
    elif value.lower() in {other.lower() for other in known}:
        message = f'the key "{value}" stands here twice'
        context.report(name, errors.DUPLICATE_KEY, message, "keep one of the two")


def _values(keys: Iterable[Text]) -> set[str]:
    return {key.value for key in keys}


def _check_card(context: Context, card: _Card, known: Mapping[str, Text]) -> None:
    asked = _values(card.ask)
    for key in (*card.ask, *card.answer):
        if key.value not in known:
            report_no_such(context, key, "this kind", nearest(key.value, known), known)
    for keys in (card.ask, card.answer):
        twice = next((key for at, key in enumerate(keys) if key.value in _values(keys[:at])), None)
        if twice:
            message = f'"{twice.value}" stands twice on one side of the card "{card.name.value}"'
            context.report(twice, errors.BAD_TYPE, message, "keep one of the two")
    for key in card.answer:
        if key.value in asked:
            message = f'"{key.value}" is asked and answered by the card "{card.name.value}"'
            hint = "a card asks for something that its front does not show"
            context.report(key, errors.BAD_TYPE, message, hint)
            return


def _with_files(
    context: Context, own: OwnType, folder: Path, texts: Mapping[str, bytes]
) -> OwnType:
    """A kind with what lies beside its type.yaml: templates of its cards, and a style sheet."""
    fields = (*own.keys, *FIELDS)
    cards = list(own.cards)
    for path, side, number in _templates(folder, texts):
        if not 1 <= number <= len(cards):
            message = f"there is no card {number}: this kind has {len(cards)}"
            span, hint = Span(str(path), 1, 1, 2), "rename or delete this file"
            context.report(span, errors.BAD_TEMPLATE, message, hint)
            continue
        card = cards[number - 1]
        text, bad = templates.read(path, texts[str(path)], side, fields, card.ask[0])
        context.problems += bad
        front, back = (text, card.back) if side == "front" else (card.front, text)
        cards[number - 1] = card._replace(front=front, back=back)
    style = ""
    if (path := folder / stylesheet.OF_TYPE) and str(path) in texts:
        style, bad = stylesheet.parse(path, texts[str(path)])
        context.problems += bad
    return own._replace(cards=tuple(cards), style=style)


def _templates(folder: Path, texts: Mapping[str, bytes]) -> Iterator[tuple[Path, str, int]]:
    for path in map(Path, texts):
        found = _TEMPLATE.fullmatch(path.name)
        if found and path.parent == folder:
            yield path, found[1], int(found[2])
