"""deck.yaml: what belongs to a deck as a whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Table
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..problems import Problem, Span, errors
from ..yaml.tree import Document, Mapping, Node, Text
from . import language
from .dates import Dated
from .kinds import BUILT_IN, Kinds, own_types
from .kinds.own import OwnType
from .language import Language
from .media import Media, of_templates
from .reading import entries_once, is_key, nearest, read_keys, read_mapping, read_root
from .schema_parts import mapping_of, object_of, reference, scalar, string
from .shape import Context, Key, Keys, Shape, Values, short, table
from .shapes import CHECK_NAMES, FLAG, ID, TAG, TEXT, WHEN, of_text, read_text, slug


class Source(NamedTuple):
    """Where facts come from; a book has no `url`."""

    title: Text
    url: Text | None = None


class Settings(NamedTuple):
    """What deck.yaml says. `place` stands for the deck as a whole in messages.

    `named` is the place of its name. `off` names the checks that the deck does without. With
    `subdecks`, every section has a deck of its own. The language has the deck's own labels.
    """

    id: str
    name: str
    tag: str
    language: Language
    description: Text | None
    timeline: Dated | None
    sources: Table[str, Source]
    avoid: tuple[tuple[Text, Text], ...]
    off: tuple[Text, ...]
    place: Span
    named: Span
    kinds: Kinds
    subdecks: bool = False

    def own_types(self) -> list[OwnType]:
        """What its own kinds are made of, those of adopted note types included."""
        return list(own_types(self.kinds))

    def of_templates(self, folder: Path) -> dict[str, Path]:
        """The files in `media/` that templates of adopted note types may show, by name.

        Anki imports those with such names with every package, named in a note or not.
        """
        is_adopted = any(own.adopted for own in self.own_types())
        return of_templates(folder) if is_adopted else {}


class DeckFile(NamedTuple):
    """What could be read of a deck.yaml, and what is wrong with it.

    There are no settings where it is no mapping, or reading stopped within it. `sources` is None
    where nobody knows which there are; `knows_kinds` is false where the same holds of its kinds.
    """

    settings: Settings | None
    sources: Table[str, Source] | None
    problems: tuple[Problem, ...]
    knows_kinds: bool = True


def _read_switches(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    """The checks that are switched off."""
    if not (mapping := read_mapping(context, key, node, "write: checks: {off: [no-source]}")):
        return None
    values, _ = read_keys(context, entries_once(context, mapping.items), CHECKS_KEYS, '"checks"')
    return values.get(OFF)


def _read_pairs(context: Context, key: Text, node: Node) -> tuple[tuple[Text, Text], ...] | None:
    mapping = read_mapping(context, key, node, 'write one line each: "wording: better wording"')
    if mapping is None:
        return None
    entries = [entry for entry in entries_once(context, mapping.items) if is_key(context, entry[0])]
    pairs = [(name, read_text(context, name, value)) for name, value in entries]
    return tuple((name, text) for name, text in pairs if text is not None)


def _read_labels(context: Context, key: Text, node: Node) -> dict[str, str] | None:
    """The deck's own words for labels."""
    if not (mapping := read_mapping(context, key, node, "write: labels: {ask: Question}")):
        return None
    entries = entries_once(context, mapping.items)
    values, _ = read_keys(context, entries, label_keys(), '"labels"')
    return {
        known.name: values[known].value.strip()
        for known in label_keys().values()
        if known in values
    }


@cache
def label_keys() -> Keys:
    """The names of labels as keys; their words in English are the examples."""
    words = language.label_names().items()
    return table(*(Key(name, TEXT, f"in English: {text}", text) for name, text in words))


def _name(context: Context, _: Text, text: Text) -> Text | None:
    parts = [" ".join(part.split()) for part in text.value.split("::")]
    if "" in parts:
        good = "::".join(part for part in parts if part)
        message = "a part of the deck's name is empty"
        hint = f"write: {good}"
        if not parts[0]:
            hint = f"write the deck that it lies in before the first ::, or only: {good}"
        context.report(text, errors.WRONG_TYPE, message, hint)
        return None
    return text._replace(value="::".join(parts))


def _language(context: Context, _: Text, text: Text) -> Language | None:
    spoken = language.load(text.value)
    if spoken is None:
        fixed = text.value.replace("_", "-")
        known = language.load(fixed) is not None
        hint = f"write: {fixed}" if known else "write a code such as en, en-US, de or ja"
        message = f'"{short(text)}" is not the code of a language'
        context.report(text, errors.BAD_LANGUAGE, message, hint)
    return spoken


def _line(context: Context, key: Text, node: Node) -> Dated | None:
    """A span with both ends, or a date that has a length."""
    line = WHEN.read(context, key, node)
    if line is None or not line.when.missing:
        return line
    lacks = "end" if line.when.start else "beginning"
    message = f'a timeline needs both ends, and "{short(line.text)}" has no {lacks}'
    hint = "write the first and the last date with a / between them, as in 1962/1963"
    context.report(line.text, errors.BAD_DATE, message, hint)
    return None


def _url(context: Context, _: Text, text: Text) -> Text | None:
    if re.fullmatch(r"https?://[^\s/]\S*", text.value, re.IGNORECASE):
        return text
    hint = "write the whole address, beginning with https://"
    if re.search(r"\s", text.value):
        hint = f"an address has no spaces; write: {'%20'.join(text.value.split())}"
    context.report(text, errors.BAD_URL, f'"{short(text)}" is not an address on the web', hint)
    return None


def _read_sources(context: Context, key: Text, node: Node) -> dict[str, Source] | None:
    hint = 'write a key for each, and below it "title: …" and "url: …"'
    if not (mapping := read_mapping(context, key, node, hint)):
        return None
    named = entries_once(context, mapping.items)
    shallow = [key for key, value in named if key.value in SOURCE_KEYS and type(value) is Text]
    if shallow:
        message = f'"{shallow[0].value}" is not indented below its source'
        keys = " and ".join(f'"{key.value}:"' for key in shallow)
        hint = f"begin {keys} with two more spaces"
        context.report(shallow[0], errors.WRONG_TYPE, message, hint)
    sources: dict[str, Source] = {}
    for name, value in named:
        if name in shallow or not is_key(context, name):
            continue
        # Known all the same, so that facts which name it are not complained of as well.
        known = unicodedata.normalize("NFC", name.value)
        sources[known] = Source(name)
        if not (shallow and type(value) is Text and not value.value):
            sources[known] = _read_source(context, name, value) or Source(name)
    return sources


def _read_source(context: Context, name: Text, node: Node) -> Source | None:
    if not (mapping := read_mapping(context, name, node, 'write "title: …" and "url: …" below it')):
        return None
    entries = entries_once(context, mapping.items)
    values, unknown = read_keys(context, entries, SOURCE_KEYS, "a source")
    if TITLE in values:
        return Source(values[TITLE], values.get(ADDRESS))
    known = any(key.value == TITLE.name for key, _ in entries) or context.lacks(mapping)
    if not unknown and not known:
        message = f'the source "{short(name)}" needs a title'
        context.report(name, errors.MISSING_KEY, message, 'add the line "title: …"')
    return None


OFF = Key("off", CHECK_NAMES, "the names of checks that are not wanted", "[no-source]")
CHECKS_KEYS = table(OFF)
SWITCHES = Shape(
    _read_switches,
    lambda: object_of(CHECKS_KEYS, ["off"]),
    "`off`, with a list of names of checks",
    "mapping",
)

_WEB = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/]\S*$"
URL = Shape(
    of_text(_url),
    lambda: string(_WEB, "Write an address that begins with https://"),
    "an address that begins with https:// or http://",
)
TITLE = Key("title", TEXT, "what the card calls the source", "Office of the Historian, Milestones")
ADDRESS = Key("url", URL, "its address on the web", "https://history.state.gov/milestones")
SOURCE_KEYS = table(TITLE, ADDRESS)
SOURCE_LIST = Shape(
    _read_sources,
    lambda: mapping_of(object_of(SOURCE_KEYS, ["title"])),
    "a key for each, with `title` and, if you like, `url` below it",
    "mapping",
)

_NAME_PART = r"(?:(?!::)\s)*(?!::)\S(?:(?!::)[\s\S])*"
_NAME = rf"^{_NAME_PART}(?:::{_NAME_PART})*$"
NAME = Shape(
    of_text(_name),
    lambda: scalar(_NAME, "Write a name; between :: there must be one as well."),
    "text; `::` nests decks",
)
_CODE = r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$"
CODE = Shape(
    of_text(_language),
    lambda: string(_CODE, "Write the code of a language, such as en or en-US."),
    "a language code, such as `en`, `en-US`, `de`",
)
PAIRS = Shape(
    _read_pairs,
    lambda: mapping_of(reference("text")),
    "one line for each: `wording: better wording`",
    "mapping",
)

LABELS = Shape(
    _read_labels,
    lambda: object_of(label_keys(), []) | {"minProperties": 1},
    "a label's name and its words, one line for each",
    "mapping",
)

DECK = Key("deck", NAME, "the deck's name in Anki; :: nests", "History::Cuban Missile Crisis")
DECK_ID = Key("id", ID, "the deck's identity, never changed once published", "cuban-missile-crisis")
DECK_TAG = Key("tag", TAG, "the root of all tags; default: the id", "cuban-missile-crisis")
LANGUAGE = Key("language", CODE, "the language of the cards; default: en", "en-US")
_OWN = "your own words for the labels on cards: they win over the language's"
OWN_LABELS = Key("labels", LABELS, _OWN, "{ask: Quiz, why: How come}")
SUBDECKS = Key("subdecks", FLAG, "true: every section gets a deck below this one", "true")
ABOUT = Key("description", TEXT, "Markdown, shown in Anki's deck overview", "The thirteen days.")
LINE = Shape(_line, "line", "a date or a span")
_LINE = "the span of the timeline on the back of dated cards"
TIMELINE = Key("timeline", LINE, _LINE, "1962-10-14/1962-10-28")
_FROM = "where facts come from: a key, then title and url"
SOURCES = Key("sources", SOURCE_LIST, _FROM, "{hotline: {title: The Hotline Agreement}}")
AVOID = Key("avoid", PAIRS, "wording not to use, and what to write instead", "{Reds: Soviets}")
CHECKS = Key("checks", SWITCHES, "checks that this deck does without", "{off: [no-source]}")
DECK_KEYS = table(
    DECK, DECK_ID, DECK_TAG, SUBDECKS, LANGUAGE, OWN_LABELS, ABOUT, TIMELINE, SOURCES, AVOID, CHECKS
)  # fmt: skip


def read(
    folder: Path,
    document: Document,
    media: Media,
    kinds: Kinds = BUILT_IN,
    *,
    has_sections: bool,
    elsewhere: str = "",
) -> DeckFile:
    """The settings of the deck in a folder, from the tree of its deck.yaml.

    `elsewhere` says how sections become such that are only meant to be some.
    """
    context = Context(BUILT_IN, media.picture, document=document, language=_code(document))
    place = document.file.span(0, 1)
    values = read_root(context, document, DECK_KEYS, ("deck",), "a deck.yaml")
    context.problems += document.errors
    if values is None:
        return DeckFile(None, None, tuple(context.problems))
    sources, lacking = _known_sources(context, document, values)
    if lacking:
        return DeckFile(None, sources, tuple(context.problems))
    own_id = values.get(DECK_ID)
    name = unicodedata.normalize("NFC", folder.resolve().name)
    if not own_id and not _is_present(document, "id") and name != slug(name):
        message = f'the folder\'s name "{name}" cannot be the id of a deck'
        hint = f"add the line: id: {slug(name) or 'my-deck'}"
        context.report(place, errors.BAD_ID, message, hint)
    if not has_sections:
        first = f"write one, for instance {folder.as_posix()}/1-first-section.yaml"
        hint = elsewhere or first
        context.report(place, errors.EMPTY_DECK, "this deck has no section files", hint)
    deck_id = own_id.value if own_id else name
    title, tag = values.get(DECK), values.get(DECK_TAG)
    spoken = values.get(LANGUAGE) or language.english()
    labels, subdecks = values.get(OWN_LABELS), values.get(SUBDECKS)
    settings = Settings(
        id=deck_id,
        name=title.value if title else "",
        tag=tag.value if tag else deck_id,
        language=spoken.with_labels(labels) if labels else spoken,
        description=values.get(ABOUT),
        timeline=values.get(TIMELINE),
        sources=sources or {},
        avoid=values.get(AVOID) or (),
        off=values.get(CHECKS) or (),
        place=own_id.span if own_id else place,
        named=_named(document) or place,
        kinds=kinds,
        subdecks=subdecks or False,
    )
    return DeckFile(settings, sources, tuple(context.problems))


def _named(document: Document) -> Span | None:
    """Where the deck's name stands."""
    items = document.root.items if type(document.root) is Mapping else ()
    return next((value.span for key, value in items if key.value == DECK.name), None)


def _known_sources(
    context: Context, document: Document, values: Values
) -> tuple[dict[str, Source] | None, bool]:
    """The sources, None where some may be missing; and whether anything else is lacking."""
    root = document.root
    entries = root.items if type(root) is Mapping else []
    node = next((value for key, value in entries if key.value == SOURCES.name), None)
    inside = [value for _, value in node.items] if type(node) is Mapping else []
    elsewhere = document.lacking - {value.start for value in (node, *inside) if value}
    if node and context.lacks(node):
        return None, bool(elsewhere)
    if node or elsewhere or _is_present(document, SOURCES.name):
        return values.get(SOURCES), bool(elsewhere)
    return {}, False


def _code(document: Document) -> str:
    """The language that a deck.yaml names, wherever in it, for what stands before and after."""
    root = document.root
    items = root.items if type(root) is Mapping else ()
    code = next((value for key, value in items if key.value == LANGUAGE.name), None)
    known = type(code) is Text and language.load(code.value)
    return known.code if known else "en"


def _is_present(document: Document, name: str) -> bool:
    """Whether a deck.yaml has a key, be it misspelt: what it says is not known then."""
    root = document.root
    return type(root) is Mapping and any(
        key.value == name or (key.value not in DECK_KEYS and nearest(key.value, DECK_KEYS) == name)
        for key, _ in root.items
    )
