"""A section file: its keys, and its facts with everything that is wrong in them.

One mistake makes one message: what follows from it (a key that is missing because it was misspelt,
a fact that is empty because its keys slid to the left) is not reported again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..problems import Problem, errors
from ..yaml.quotes import line_end
from ..yaml.repairs import tight_colon
from ..yaml.stops import Flow
from ..yaml.tree import Document, Mapping, Node, Sequence, Text
from . import embeds, keys, reading, unnamed
from .dates import Dated
from .deck import DECK_KEYS, NAME, SOURCE_KEYS, DeckFile
from .kinds import BUILT_IN, Kind, Kinds
from .kinds.adopted import NOTE
from .media import Image, Media
from .reading import Entries
from .rows import TABLE_FILE
from .schema_parts import IDS, mapping_of, reference
from .shape import Context, Key, Shape, Values, short, table
from .shapes import NAMES, TAG, TAGS, TEXT, read_id, slug
from .tables import Tables
from .unnamed import Unnamed


class Fact(NamedTuple):
    """One thing worth remembering. What is None or empty was not written."""

    id: Text
    kind: Kind
    values: Values  # of its kind's keys, and of all others
    hint: Text | None = None
    extra: Text | None = None
    sources: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    when: Dated | None = None
    image: Image | None = None
    alt: Text | None = None
    credit: tuple[Text, ...] = ()
    was: Text | None = None
    retired: Text | None = None
    allow: tuple[Text, ...] = ()
    embeds: tuple[Image, ...] = ()  # the files that its texts embed, once each

    @property
    def images(self) -> tuple[Image, ...]:
        """Every file that it shows or plays."""
        return (self.image, *self.embeds) if self.image else self.embeds


class Section(NamedTuple):
    """One file of a deck. `tag` is below the deck's tag, or empty; `tags` go to every fact.

    `deck` is what it says itself of the deck that its cards go into.
    """

    title: Text
    tag: str
    tags: tuple[Text, ...]
    facts: tuple[Fact, ...]
    deck: Text | None = None
    table: tuple[str, Text] | None = None  # the path of its table, and where that is named


class SectionFile(NamedTuple):
    """What could be read of a section file, and what is wrong with it.

    `ids` are those of all its facts, also of such that could not be read, each with the offset
    where the fact ends. There is no section where nothing can be made of the file.
    """

    section: Section | None
    ids: tuple[tuple[Text, int], ...]
    problems: tuple[Problem, ...]


def _read_facts(context: Context, key: Text, node: Node) -> Mapping | None:
    """The facts, unread: they need the values of the section's other keys."""
    if type(node) is Sequence:
        check, message = errors.WRONG_TYPE, "facts are not a list: each has an id"
        hint = 'write an id such as "first-fact:" for each dash, with its keys below it'
        found = unnamed.read(context, key, node)
        if found is None:
            context.report(node, check, message, hint)
            return None
        facts, without, fix = found
        if without:
            have = "facts have" if without > 1 else "fact has"
            check, message = errors.MISSING_ID, f"{without:,} {have} no id in this list"
            hint = 'write one for each, such as "first-fact:", or let check --fix make them'
        else:
            hint = "remove the dashes"
        context.report(node, check, message, hint, fix)
        return Unnamed(*facts)
    hint = 'put facts below it, each as "some-id:" with its keys'
    return reading.read_mapping(context, key, node, hint)


FACTS_BY_ID = Shape(
    _read_facts,
    lambda: mapping_of(reference("fact"), IDS),
    "an id for each, with its keys below it",
    "mapping",
)


def _read_tag(context: Context, key: Text, node: Node) -> Text | None:
    """A tag, or one that is empty where the section does without."""
    if type(node) is Text and node.value in ("false", "False", "FALSE"):  # YAML 1.2 has all three
        return node._replace(value="")
    return TAG.read(context, key, node)


TAG_OR_NONE = Shape(_read_tag, "tag", "a tag; `false` for none")
TITLE = Key("section", TEXT, "the section's title, shown on its cards", "Prelude to the Crisis")
SECTION_TAG = Key(
    "tag", TAG_OR_NONE, "the section's tag; default: its title as a slug", "2-prelude"
)
SUBDECK = Key("deck", NAME, "the deck of its cards, in full", "Cuban Missile Crisis::Prelude")
SOURCE = Key("source", NAMES, "the source of all facts that name none", "milestone")
SECTION_TAGS = Key("tags", TAGS, "tags for every fact of the section", "[background]")
_EXAMPLE = "{u-2: {term: U-2, means: A spy plane}}"
FACTS = Key("facts", FACTS_BY_ID, "the facts, each below its id", _EXAMPLE)
TABLE = Key("table", TABLE_FILE, "a table of facts, one a row", "countries.csv")
SECTION_KEYS = table(TITLE, SECTION_TAG, SUBDECK, SOURCE, SECTION_TAGS, FACTS, TABLE)

_COMMON = frozenset(keys.COMMON.values())


def known_keys(kinds: Kinds = BUILT_IN) -> dict[str, Flow]:
    """Every key that an author can write, and what its value is to YAML: for repairing slips."""
    tables = (SOURCE_KEYS, DECK_KEYS, SECTION_KEYS, *(kind.allowed for kind in kinds.values()))
    return {name: key.shape.flow for known in tables for name, key in known.items()}


KNOWN_KEYS = known_keys()
"""Those of every deck."""


def read(
    document: Document, deck: DeckFile, media: Media, tables: Tables | None = None
) -> SectionFile:
    """The section in a file, from its tree and what is known of its deck.

    `tables` are those in its folder by default, as they were saved.
    """
    if document.broken and document.root is None:
        return SectionFile(None, (), document.errors)
    kinds = deck.settings.kinds if deck.settings else BUILT_IN
    spoken = deck.settings.language.code if deck.settings else "en"
    tables = tables or Tables(media.deck_folder)
    context = Context(
        kinds, media.picture, deck.sources, document, spoken, tables, media.find,
        knows_kinds=deck.knows_kinds, kept=media.kept,
    )  # fmt: skip
    root = document.root.items if type(document.root) is Mapping else []
    if type(document.root) is not Mapping:
        context.problems += document.errors
    has_table = any(key.value == TABLE.name for key, _ in root)
    needs = ("section",) if has_table else ("section", "facts")
    values = reading.read_root(context, document, SECTION_KEYS, needs, "a section file", _in_place)
    if values is None:
        return SectionFile(None, (), tuple(context.problems))
    ids, facts = _facts(context, values)
    title, tag, subdeck = values.get(TITLE), values.get(SECTION_TAG), values.get(SUBDECK)
    # Small letters first: published tags have the dot of a Turkish İ, which `slug` leaves out.
    name = tag.value if tag else slug(title.value.lower()) if title else ""
    section = None
    if title and (name or tag):
        tags, rows = values.get(SECTION_TAGS) or (), values.get(TABLE)
        source = (rows.facts.file.path, rows.named) if rows else None
        section = Section(title, name, tags, tuple(facts), subdeck, source)
        if "::" in title.value and deck.settings and deck.settings.subdecks and not subdeck:
            message = 'the "::" in this title would make decks of its parts'
            named = " ".join(title.value.replace("::", " ").split())
            hint = f'add the line "deck: {deck.settings.name}::{named}"'
            context.report(title, errors.BAD_DECK, message, hint)
    elif title:
        message = "no tag can be made of this title"
        hint = 'add the line "tag: …" with a word in letters'
        context.report(title, errors.BAD_TAG, message, hint)
    return SectionFile(section, tuple(ids), tuple(context.problems))


def _facts(context: Context, values: Values) -> tuple[list[tuple[Text, int]], list[Fact]]:
    """All ids with the ends of their facts, and the facts that could be read."""
    listed = [(context, values.get(FACTS))]
    if rows := values.get(TABLE):
        below = context.of_table(rows.lacking)
        listed += [(below, rows.facts), (below, rows.nameless)]
    ids: list[tuple[Text, int]] = []
    facts: list[Fact] = []
    known: dict[str, Text] = {}
    for place, mapping in listed:
        if mapping and mapping.items:
            found = _read_all(place, mapping, values.get(SOURCE) or (), known)
            if type(mapping) is not Unnamed:
                ids += found[0]
                facts += found[1]
    return ids, facts


def _read_all(
    context: Context, mapping: Mapping, source: tuple[Text, ...], known: dict[str, Text]
) -> tuple[list[tuple[Text, int]], list[Fact]]:
    """The same for facts of one file; `known` are the ids that there are already."""
    known = {} if type(mapping) is Unnamed else known
    entries = reading.entries_once(context, mapping.items, errors.DUPLICATE_ID, known=known)
    slid = [False] * (len(entries) + 1)
    for at, (name, value) in enumerate(entries):
        is_key = name.value.strip() in context.fact_keys
        slid[at] = is_key and (type(value) is not Mapping or slid[at - 1])
    ids = []
    facts = []
    for at, (name, value) in enumerate(entries):
        if slid[at]:
            if not slid[at - 1]:
                _report_slid_key(context, name, entries[at - 1][0] if at else None)
            continue
        partial = slid[at + 1] or (bool(context.cuts) and _is_cut(context, entries[at : at + 2]))
        fact = _fact(context, name, value, source, partial=partial)
        ids.append((fact.id if fact else name, value.end))
        if fact:
            facts.append(fact)
    return ids, facts


def _is_cut(context: Context, facts: Entries) -> bool:
    """Whether the first of two facts, the last one of a file alone, has lost keys."""
    first, *others = (bisect_left(context.cuts, name.start) for name, _ in facts)
    return first < (others[0] if others else len(context.cuts))


def _in_place(context: Context, document: Document, entries: Entries) -> Entries:
    """A section's entries without the keys and facts that slid to the margin.

    The first is reported; the others, and a syntax error further down, are its doing.
    """
    doubtful = [(key, key) for key in document.doubtful if key.span.column == 1]
    entries = sorted([*entries, *doubtful], key=lambda entry: entry[0].start)
    names = [key.value for key, _ in entries]
    facts = names.index("facts") if "facts" in names else len(names)
    slid = [
        (key, node)
        for key, node in entries[facts + 1 :]
        if key.value not in SECTION_KEYS
        and (reading.odd_space(key) or key.value in context.fact_keys or type(node) is Mapping)
    ]
    unknown = [entry for entry in entries[facts + 1 :] if entry[0].value not in SECTION_KEYS]
    beside = slid + [entry for entry in unknown if entry not in doubtful]
    owner = entries[facts : facts + 1]
    context.problems += _of_their_own(document.errors, beside, owner)
    entries = [entry for entry in entries if entry not in doubtful]
    if not slid:
        return entries if "facts" in names else _without_loose(context, entries)
    key = slid[0][0]
    context.cuts = [
        key.start
        for key, node in slid
        if type(node) is not Mapping or key.value in context.fact_keys
    ]
    if reading.odd_space(key):
        reading.report_odd_space(context, key)
    else:
        message = 'this fact is not indented below "facts:"'
        hint = f'begin "{short(key)}:" and the lines of its keys with two more spaces'
        if key.start in context.cuts:
            message = f'"{key.value}" stands at the margin, outside of its fact'
            hint = "indent it like the other keys of the fact"
        context.report(key, errors.WRONG_TYPE, message, hint)
    return _others(entries, slid + [entry for entry in owner if _is_empty(entry[1])])


def _is_empty(value: Node) -> bool:
    return isinstance(value, Text) and not value.value


def _of_their_own(slips: Iterable[Problem], beside: Entries, facts: Entries) -> Iterator[Problem]:
    """The slips that do not come from a key which stands beside the facts above them.

    The first fact below it stands where nothing is open any more.
    """
    ids = [key for _, node in facts if type(node) is Mapping for key, _ in node.items if beside]
    ends = [
        node.file.line(node.end) if type(node) is Mapping else key.span.line for key, node in beside
    ]
    marks = sorted([2 * key.span.line + 1 for key in ids] + [2 * line for line in ends])
    for slip in slips:
        above = bisect_left(marks, 2 * slip.span.line + 1) - 1
        if above < 0 or marks[above] % 2:
            yield slip


def _without_loose(context: Context, entries: Entries) -> Entries:
    """Without the facts of a section that has no "facts:"."""
    loose = [
        (key, node)
        for key, node in entries
        if type(node) is Mapping and any(k.value in context.fact_keys for k, _ in node.items)
    ]
    if not loose or reading.nearest(loose[0][0].value, ("facts",)):
        return entries
    message = 'there is no "facts:" above the first fact'
    hint = 'write "facts:" above it, and indent all facts below that'
    context.report(loose[0][0], errors.MISSING_KEY, message, hint)
    return _others(entries, loose)


def _others(entries: Entries, left_out: Iterable[tuple[Text, Node]]) -> Entries:
    keys = {id(key) for key, _ in left_out}
    return [entry for entry in entries if id(entry[0]) not in keys]


def _report_slid_key(context: Context, key: Text, above: Text | None) -> None:
    """A fact's key at the level of the ids."""
    if reading.odd_space(key):
        reading.report_odd_space(context, key)
        return
    owner = f'the fact "{short(above)}"' if above else "a fact with an id of its own"
    message = f'"{short(key)}" stands where the id of a fact belongs'
    hint = f"indent it with two more spaces, so that it belongs to {owner}"
    context.report(key, errors.WRONG_TYPE, message, hint)


def _fact(
    context: Context, name: Text, node: Node, source: tuple[Text, ...], *, partial: bool
) -> Fact | None:
    """A fact, or None with at least one report.

    `source` is the section's; `partial` says that parts of it slid out of it.
    """
    name = read_id(context, name, name) or name
    if not isinstance(node, Mapping):
        if not (partial and isinstance(node, Text) and not node.value):
            _report_no_keys(context, name, node)
        return None
    entries = node.items
    if lacking := context.lacks(node):
        partial = True
        entries = [(key, value) for key, value in entries if not context.lacks(value)]
    present = {key.value for key, _ in entries}
    if len(present) < len(entries) or not present <= context.fact_keys:
        entries = reading.entries_once(context, _until_next_fact(context, name, entries))
        present = {key.value for key, _ in entries}
    kinds = present & context.kind_keys
    variants = context.kinds[NOTE].variants if NOTE in kinds else {}
    if variants:
        kinds = {NOTE}  # a field may be called like another kind
    if len(kinds) > 1:
        _report_two_kinds(context, [key for key, _ in entries if key.value in kinds], present)
        return None
    if not kinds and lacking:  # the key that decides the kind may be what is not there
        allowed = {
            key: known for kind in context.kinds.values() for key, known in kind.allowed.items()
        }
        reading.read_keys(context, entries, allowed, "a fact")
        return None
    if not kinds:
        if context.knows_kinds:
            _report_no_kind(context, name, entries, partial)
        return None
    (of_kind,) = kinds
    kind = context.kinds[of_kind]
    if variants:
        key, value = next(entry for entry in entries if entry[0].value == NOTE)
        note = kind.needs[0].shape.read(context, key, value)
        if not note:
            return None
        kind = variants[note.value]
    values, unknown = reading.read_keys(context, entries, kind.allowed, kind.called)
    if lacking:
        return None
    unread = [key.name for key in kind.needs if key not in values]
    missing = [key for key in unread if key not in present]
    if missing and not unknown and not partial:
        message = f'the fact "{short(name)}" has "{of_kind}", but no '
        message += " and ".join(f'"{key}"' for key in missing)
        hint = "add the line " + " and ".join(f'"{key}: …"' for key in missing)
        context.report(name, errors.MISSING_KEY, message, hint)
    if "image" not in present and ("alt" in present or "credit" in present):
        key = next(key for key, _ in entries if key.value in ("alt", "credit"))
        message = f'"{key.value}" belongs to a picture, and this fact has no "image"'
        hint = 'add the line "image: …", or remove this one'
        context.report(key, errors.MISSING_KEY, message, hint)
    # What is not known may be what there is too little of.
    if unread or (kind.refuse and (unknown or kind.refuse(context, values))):
        return None
    embedded: tuple[Image, ...] = ()
    if kind.own and kind.own.adopted:
        found = embeds.kept(context, map(values.get, kind.keys.values()))
        if found is None:
            return None
        embedded = found
    elif node.file.text.find("![", node.start, node.end) >= 0:
        shown = (
            *map(values.get, kind.keys.values()),
            values.get(keys.HINT),
            values.get(keys.EXTRA),
        )
        found = embeds.resolve(context, shown, context.media)
        if found is None:
            return None
        embedded = found
    get = values.get
    tags = get(kind.allowed[keys.OWN_TAGS.name]) or ()
    if _COMMON.isdisjoint(values) and not embedded and not tags:
        return Fact(name, kind, values, sources=source)
    return Fact(
        name, kind, values, get(keys.HINT), get(keys.EXTRA), get(keys.SOURCE) or source,
        tags, get(keys.WHEN), get(keys.IMAGE), get(keys.ALT),
        get(keys.CREDIT) or (), get(keys.WAS), get(keys.RETIRED), get(keys.ALLOW) or (),
        embedded,
    )  # fmt: skip


def _until_next_fact(context: Context, name: Text, items: Entries) -> Entries:
    """The entries of a fact up to where another one begins whose id is not there.

    A kind's key for the second time, with all that goes with it, is another fact.
    """
    seen: set[str] = set()
    for at, (key, _) in enumerate(items):
        if key.value in context.kinds and key.value in seen:
            rest = {later.value for later, _ in items[at:]}
            if not context.kinds[key.value].needed <= (rest & seen):
                return items
            above, value = items[at - 1]
            if above.value not in context.fact_keys and type(value) is Text and not value.value:
                hint = f'begin "{short(above)}:" like the other ids, with its keys below it'
                message = f'the id "{short(above)}" is indented too deep'
                context.report(above, errors.WRONG_TYPE, message, hint)
                return items[: at - 1]
            message = f'"{key.value}" stands for the second time in "{short(name)}": '
            message += "does a new fact begin here?"
            hint = 'write a line with its id above it, such as "some-id:"'
            context.report(key, errors.DUPLICATE_KEY, message, hint)
            return items[:at]
        seen.add(key.value)
    return items


def _report_no_keys(context: Context, name: Text, node: Text | Sequence) -> None:
    if context.is_near_error(name):
        return
    message = f'the fact "{short(name)}" has no keys'
    hint = 'write its keys below it, indented, such as "ask: …" and "answer: …"'
    if type(node) is Sequence:
        message, hint = f'the keys of "{short(name)}" are a list', "remove the dashes"
    elif type(node) is Text:
        text = node.file.text
        tight = tight_colon(text[node.start : line_end(text, node.start)], node.start)
        if tight and text[node.start : tight.start] in context.fact_keys:
            span = node.file.span(tight.start, tight.end)
            fix = tight.edits if text[tight.start] != ":" else ()
            context.report(span, errors.YAML_SYNTAX, tight.message, tight.hint, fix)
            return
    context.report(name, errors.WRONG_TYPE, message, hint)


def _report_two_kinds(context: Context, kinds: list[Text], present: set[str]) -> None:
    first, second = kinds[:2]
    shown = next((key for key in kinds if key.value == "picture"), None)
    if shown and "regions" not in present:
        second, first = shown, next(key for key in kinds if key is not shown)
        hint = 'for a picture that is shown with the answer, write "image"'
    elif context.kinds[second.value].needed <= present:
        hint = 'write a line with an id of its own above it, such as "some-id:"'
    else:
        hint = "remove one of the two"
    message = f'"{first.value}" and "{second.value}" each make a fact of their own kind'
    context.report(second, errors.TWO_KINDS, message, hint)


def _report_no_kind(context: Context, name: Text, entries: Entries, partial: bool) -> None:
    """A misspelt key says more than a missing kind."""
    for key, _ in entries:
        close = (
            reading.nearest(key.value, context.kinds)
            if key.value not in context.fact_keys
            else None
        )
        if close:
            reading.report_no_such(context, key, "a fact", close)
            return
    if partial:
        return
    present = {key.value for key, _ in entries}
    likely = [of for of, kind in context.kinds.items() if present & kind.needed - {of}]
    hint = f"give it one of these keys: {', '.join(context.kinds)}"
    if likely:
        hint = f'add the line "{likely[0]}: …"'
    message = f'nothing says what kind of fact "{short(name)}" is'
    context.report(name, errors.NO_KIND, message, hint)
