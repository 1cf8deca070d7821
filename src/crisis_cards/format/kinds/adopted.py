"""Notes of types that were there before their deck was: `note: <type>`, and the fields by name.

Facts keep the names of the fields. The map `as:` in type.yaml says which keys of a built-in kind
they stand for, so that the checks of wording read them as they read those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ...problems import errors
from ...yaml import tree
from ...yaml.tree import Node, Text
from ..cloze import Passage
from ..keys import ALLOW, OWN_TAGS, RETIRED, WAS
from ..prompt import FieldValue, Html, Layout, Note, Notes, Prompt
from ..reading import entries_once, nearest, read_keys, read_mapping
from ..schema_parts import mapping_of, object_of, reference, scalar
from ..shape import Context, Key, Schema, Shape, Values, short, table
from ..shapes import PASSAGE, TEXT, of_text, read_text, read_texts
from . import BUILT_IN
from .kind import Kind
from .own import OwnType

NOTE = "note"
"""The key that says which adopted type a fact is of."""


def _read_verbatim(context: Context, key: Text, node: Node) -> Text | None:
    """A text that is not empty, be it a space that HTML shows."""
    return node if type(node) is Text and node.value else read_text(context, key, node)


def _read_html(context: Context, key: Text, node: Node) -> Html | None:
    mapping = read_mapping(context, key, node, "write a text, or {html: '…'}")
    if mapping is None:
        return None
    values, _ = read_keys(context, entries_once(context, mapping.items), HTML_KEYS, "a field")
    html = values.get(HTML)
    return Html(html) if html else None


def _read_field(context: Context, key: Text, node: Node) -> FieldValue | None:
    reader = _read_html if type(node) is tree.Mapping else read_text
    return reader(context, key, node)


def _read_blanks(context: Context, key: Text, node: Node) -> FieldValue | None:
    reader = _read_html if type(node) is tree.Mapping else PASSAGE.read
    return reader(context, key, node)


def _field_schema() -> Schema:
    return {"anyOf": [reference("text"), object_of(HTML_KEYS, [HTML.name])]}


HTML = Key(
    "html",
    Shape(_read_verbatim, "text", "text"),
    "HTML that goes to Anki as it is",
    "'<u>Suez</u>'",
)
HTML_KEYS = table(HTML)
FIELD: Shape[FieldValue] = Shape(_read_field, _field_schema, "text, or `{html: '…'}`")
FIELD_WITH_BLANKS: Shape[FieldValue] = Shape(
    _read_blanks, _field_schema, "text with blanks, or `{html: '…'}`"
)

_NUMBER = {"pattern": "^[1-9][0-9]{0,2}$", "patternErrorMessage": "Write the number of a card."}


def _read_decks(context: Context, key: Text, node: Node) -> tuple[tuple[int, str], ...] | None:
    mapping = read_mapping(context, key, node, 'write one a line: "2: Biology::Pictures"')
    if mapping is None:
        return None
    decks = []
    for number, value in entries_once(context, mapping.items):
        name = read_text(context, number, value)
        if not re.fullmatch(_NUMBER["pattern"], number.value):
            message = f'"{short(number)}" is not the number of a card'
            context.report(number, errors.WRONG_TYPE, message, "write 1 for the first card")
        elif name:
            decks.append((int(number.value), name.value))
    return tuple(decks) if len(decks) == len(mapping.items) else None


_DECKS = Shape(
    _read_decks,
    lambda: mapping_of(reference("text"), _NUMBER),
    "the numbers of cards, each with the full name of its deck",
    "mapping",
)
DECKS = Key(
    "decks", _DECKS, "cards that lie in other decks than their section's", "{2: Birds::Calls}"
)


def _read_tags(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    """Tags as learners have them, whatever signs are in them."""
    texts = read_texts(context, key, node)
    for text in texts or ():
        if re.search(r"\s", text.value):
            message, hint = (
                f'a tag cannot contain a space: "{short(text)}"',
                "write a hyphen for it",
            )
            context.report(text, errors.BAD_TAG, message, hint)
            return None
    return texts


_TAG = scalar(r"^\S+$", "Write a tag without spaces.")
_TAGS = Shape(_read_tags, lambda: {"type": "array", "items": _TAG}, "tags", "list")
TAGS = Key(OWN_TAGS.name, _TAGS, "the tags of the note", "[UG::Europe]")
COMMON = table(TAGS, WAS, RETIRED, ALLOW, DECKS)
"""The keys beside the fields. The notes have no place for a hint, a source or a picture."""


def kinds_of(types: Iterable[OwnType]) -> Mapping[str, Kind]:
    """The kind `note` with a variant for each adopted type; no kind where there is none."""
    variants = {own.name: _variant(own) for own in types}
    if not variants:
        return {}
    others = {name: key for kind in variants.values() for name, key in kind.keys.items()}
    del others[NOTE]
    about = "A note of a type that was there before this deck: one of those in types/."
    key = _note_key(variants)
    note = Kind(
        about, (key,), _nothing, tuple(others.values()), common=COMMON,
        variants=MappingProxyType(variants),
    )  # fmt: skip
    return {NOTE: note}


def _nothing(_: Values) -> Notes:
    """The notes of a fact of no variant: there is no such fact."""
    yield from ()


def _note_key(names: Iterable[str]) -> Key[Text]:
    known = sorted(names)

    def named(context: Context, _: Text, text: Text) -> Text | None:
        if text.value in known:
            return text
        close = nearest(text.value, known)
        hint = f'did you mean "{close}"?' if close else f"there are: {', '.join(known)}"
        message = f'there is no adopted note type "{short(text)}" in types/'
        context.report(text, errors.NO_KIND, message, hint)
        return None

    shape = Shape(of_text(named), lambda: {"enum": known}, "the name of a folder in `types/`")
    return Key(NOTE, shape, "the note type, whose fields are the other keys", known[0])


def _variant(own: OwnType) -> Kind:
    assert own.adopted
    fields: dict[str, Key[FieldValue]] = {}
    for name in own.keys:
        shape = FIELD_WITH_BLANKS if name in own.blanks() else FIELD
        fields[name] = Key(name, shape, f"the field {name}", "…")
    means = own.adopted.means
    note = _note_key([own.name])

    def notes(fact: Values) -> Notes:
        values = tuple((name, fact.get(key)) for name, key in fields.items())
        yield Note(own.note_type, Layout.ADOPTED, tuple(_prompts(means, fields, fact)), values)

    def refuse(context: Context, fact: Values) -> bool:
        asked = own.asked()
        if not asked or any(_asks(own, fact.get(fields[name])) for name in asked):
            return False  # a front without fields shows what every note has, such as its tags
        named = " or ".join(f'"{name}"' for name in asked)
        check, message, hint = (
            errors.MISSING_KEY,
            f"no card of this note shows a field: it has no {named}",
            f"add {named}",
        )
        if own.adopted and own.adopted.is_cloze:
            check, message = errors.NO_CLOZE, f"this note has no card: there is no blank in {named}"
            hint = "put two equals signs right before and after what is asked: ==answer=="
        context.report(fact[note], check, message, hint)
        return True

    kind = Kind(
        f"A note of the type in types/{own.name}.", (note,), notes, tuple(fields.values()), refuse,
        own=own, common=COMMON, schema={NOTE: {"const": own.name}},
    )  # fmt: skip
    kind.called = f'a fact with "{NOTE}: {own.name}"'
    return kind


def _asks(own: OwnType, value: FieldValue | None) -> bool:
    """Whether a field that a front shows makes a card."""
    if not (own.adopted and own.adopted.is_cloze):
        return value is not None
    if isinstance(value, Html):
        return "{{c" in value.text.value
    return isinstance(value, Passage) and bool(value.blanks)


def meant_kind(keys: Iterable[str]) -> Kind | None:
    """The built-in kind that has these keys, all of them texts, and needs no others."""
    wanted = frozenset(keys)
    return next(
        (
            kind
            for kind in BUILT_IN.values()
            if kind.needed <= wanted <= kind.keys.keys()
            and all(kind.keys[key].shape in (TEXT, PASSAGE) for key in wanted)
        ),
        None,
    )


MEANINGS = ", ".join(
    f"{' and '.join(key.name for key in kind.needs)}"
    for kind in BUILT_IN.values()
    if meant_kind(kind.needed)
)
"""What `as:` can say, in the words of a message."""


def _prompts(
    means: Mapping[str, str], fields: Mapping[str, Key[FieldValue]], fact: Values
) -> Iterator[Prompt]:
    """What the cards of a note ask, as those of the built-in kind do that its fields stand for.

    Nothing where one that is needed is empty, or is HTML.
    """
    kind = meant_kind(means.values())
    meant = Values()
    for name, key in means.items():
        value = fact.get(fields[name])
        shape = kind.keys[key].shape if kind else None
        if kind and type(value) is (Passage if shape is PASSAGE else Text):
            meant[kind.keys[key]] = value
    if kind and all(key in meant for key in kind.needs):
        for note in kind.notes(meant):
            yield from note.prompts
