"""YAML trees → a deck, with everything that is wrong in them.

One mistake makes one message: what follows from it (a key that is missing because it was misspelt,
a fact that is empty because its keys slid to the left) is not reported again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import cloze, language
from .diagnostics import Diagnostic, Span, excerpt
from .facts import (
    KINDS,
    Cloze,
    Deck,
    Fact,
    Occlusion,
    Section,
    needed,
    slug,
)
from .keys import (
    COMMON,
    DECK_KEYS,
    KEYS,
    SECTION_KEYS,
    Key,
)
from .pictures import Pictures
from .slips import tight_colon
from .source import Document, Mapping, Node, Sequence, Text
from .values import nearest, odd_space, short


def parse(
    folder: Path, deck: Document, sections: Iterable[Document]
) -> tuple[Deck | None, list[Diagnostic]]:
    """The deck of a folder from its `deck.yaml` and its section files, with all that is wrong.

    What could not be read is left out of the deck; there is no deck at all without a `deck.yaml`
    that can be read. The sections are taken one after the other, and their trees are used up.
    """
    return _Parser(folder, deck, sections).parse()


class _Parser(Pictures):
    def __init__(self, folder: Path, deck: Document, sections: Iterable[Document]) -> None:
        super().__init__(folder)
        self.deck = deck
        self.documents = iter(sections)
        self.ids: dict[str, Text] = {}
        self.cut = False  # the last fact of the section in work lost keys to the margin

    def parse(self) -> tuple[Deck | None, list[Diagnostic]]:
        place = self.deck.file.span(0, 1)
        values = self._values(self.deck, DECK_KEYS, ("deck",), "a deck.yaml")
        broken = self.deck.broken or values is None
        values = values or {}
        if not broken and not ("sources" not in values and self._present(self.deck, "sources")):
            self.sources = values.get("sources", {})
        deck_id = values.get("id") or self._folder_id(
            place, report=not broken and not self._present(self.deck, "id")
        )
        spoken = values.get("language") or language.load("en")
        assert spoken is not None
        sections = list(map(self._section, self.documents))
        read = tuple(section for section in sections if section)
        if broken:
            return None, self.problems
        if not sections:
            hint = f"write one, for instance {self.folder.as_posix()}/1-first-section.yaml"
            self._report(place, "empty-deck", "this deck has no section files", hint)
        if isinstance(deck_id, Text):
            place, deck_id = deck_id.span, deck_id.value
        tag = values.get("tag")
        return Deck(
            id=deck_id,
            name=values.get("deck", ""),
            tag=tag.value if tag else deck_id,
            language=spoken,
            description=values.get("description"),
            timeline=values.get("timeline"),
            sources=self.sources or {},
            avoid=values.get("avoid", ()),
            off=values.get("checks", ()),
            sections=read,
            place=place,
        ), self.problems

    def _folder_id(self, place: Span, report: bool) -> str:
        name = unicodedata.normalize("NFC", self.folder.resolve().name)
        if report and name != slug(name):
            self._report(
                place,
                "bad-id",
                f'the folder\'s name "{name}" cannot be the id of a deck',
                f"add the line: id: {slug(name) or 'my-deck'}",
            )
        return name

    def _present(self, document: Document, name: str) -> bool:
        """Whether a deck.yaml has a key, be it misspelt: what it says is not known then."""
        root = document.root
        return type(root) is Mapping and any(
            key.value == name
            or (key.value not in DECK_KEYS and nearest(key.value, DECK_KEYS) == name)
            for key, _ in root.items
        )

    def _values(
        self, document: Document, keys: dict[str, Key], needs: tuple[str, ...], what: str
    ) -> dict[str, Any] | None:
        """A document's root mapping, read by a table of keys; None where it is no mapping."""
        self.error_line = document.error.span.line if document.error else 0
        root = document.root
        if type(root) is not Mapping:
            start = document.file.span(0, 1)
            self._report_error(document)
            if not document.broken:
                hint = f'begin it with "{needs[0]}: …"'
                if root is None:
                    self._report(start, "missing-key", "the file is empty", hint)
                else:
                    self._report(root.span, "wrong-type", f"{what} consists of keys", hint)
            return None
        entries = self._entries(root.items)
        if keys is SECTION_KEYS:
            entries = self._without_loose(self._without_slid(document, entries))
            self.source = ()
            entries.sort(key=lambda entry: entry[0].value == "facts")  # the defaults come first
        else:
            self._report_error(document)
        values, unknown = self._read(entries, keys, what)
        present = {key.value for key, _ in root.items}
        missing = [name for name in needs if name not in present]
        unknown |= len(entries) < len(present)
        if missing and not unknown and not document.broken:
            start = document.file.span(0, 1)
            for name in missing:
                hint = f'add the line "{name}: …"'
                self._report(start, "missing-key", f'{what} needs "{name}"', hint)
        return values

    def _report_error(self, document: Document) -> None:
        if document.error:
            self.problems.append(document.error)

    def _without_slid(
        self, document: Document, entries: list[tuple[Text, Node]]
    ) -> list[tuple[Text, Node]]:
        """A section's entries without the keys and facts that slid to the margin.

        The first is reported; the others, and a syntax error further down, are its doing.
        """
        if document.doubtful and document.root and document.doubtful.span.column == 1:
            entries.append((document.doubtful, document.doubtful))
        names = [key.value for key, _ in entries]
        facts = names.index("facts") if "facts" in names else len(names)
        slid = [
            (key, node)
            for key, node in entries[facts + 1 :]
            if key.value not in SECTION_KEYS
            and (odd_space(key) or key.value in KEYS or type(node) is Mapping)
        ]
        entries = [entry for entry in entries if entry[1] is not document.doubtful]
        self.cut = bool(slid) and type(slid[0][1]) is not Mapping
        if not slid or (document.error and document.error.span < slid[0][0].span):
            self._report_error(document)
        if not slid:
            return entries
        key = slid[0][0]
        if odd_space(key):
            self._report_odd_space(key)
        elif self.cut:
            self._report(
                key.span,
                "wrong-type",
                f'"{key.value}" stands at the margin, outside of its fact',
                "indent it like the other keys of the fact",
            )
        else:
            self._report(
                key.span,
                "wrong-type",
                'this fact is not indented below "facts:"',
                f'begin "{short(key)}:" and the lines of its keys with two more spaces',
            )
        kept = _others(entries, slid)
        value = entries[facts][1]
        if isinstance(value, Text) and not value.value:
            kept.remove(entries[facts])
        return kept

    def _without_loose(self, entries: list[tuple[Text, Node]]) -> list[tuple[Text, Node]]:
        """Without the facts of a section that has no "facts:"."""
        if any(key.value == "facts" for key, _ in entries):
            return entries
        loose = [
            entry
            for entry in entries
            if type(entry[1]) is Mapping and any(key.value in KEYS for key, _ in entry[1].items)
        ]
        if loose and not nearest(loose[0][0].value, ("facts",)):
            message = 'there is no "facts:" above the first fact'
            hint = 'write "facts:" above it, and indent all facts below that'
            self._report(loose[0][0].span, "missing-key", message, hint)
            return _others(entries, loose)
        return entries

    # sections and facts

    def _section(self, document: Document) -> Section | None:
        if document.broken and document.root is None:
            return None
        values = self._values(document, SECTION_KEYS, ("section", "facts"), "a section file")
        if values is None:
            return None
        title = values.get("section")
        if title is None:
            return None
        tag = values.get("tag")
        name = tag.value if tag else slug(title.value)
        if not name:
            self._report(
                title.span,
                "bad-tag",
                "no tag can be made of this title",
                'add the line "tag: …" with a word in letters',
            )
            return None
        return Section(
            title=title,
            tag=name,
            tags=values.get("tags", ()),
            facts=tuple(values.get("facts", ())),
        )

    def _facts(self, key: Text, node: Node) -> list[Fact] | None:
        if type(node) is Sequence:
            first = node.items[0] if node.items else None
            named = type(first) is Mapping and len(first.items) == 1
            hint = (
                "remove the dashes" if named else 'write an id such as "first-fact:" for each dash'
            )
            self._report(node.span, "wrong-type", "facts are not a list: each has an id", hint)
            return None
        mapping = self._mapping(key, node, 'put facts below it, each as "some-id:" with its keys')
        if mapping is None:
            return None
        entries = self._entries(mapping.items, "duplicate-id")
        mapping.items.clear()
        facts = []
        slid = [False] * (len(entries) + 1)
        for at, (name, value) in enumerate(entries):
            slid[at] = name.value.strip() in KEYS and (type(value) is not Mapping or slid[at - 1])
        for at, (name, value) in enumerate(entries):
            entries[at] = (name, name)  # a tree takes more memory than the fact that is made of it
            if slid[at]:
                if not slid[at - 1]:
                    self._report_slid_key(name, entries[at - 1][0] if at else None)
                continue
            last = at == len(entries) - 1
            fact = self._fact(name, value, partial=slid[at + 1] or (self.cut and last))
            if fact:
                facts.append(fact)
        return facts

    def _report_slid_key(self, key: Text, above: Text | None) -> None:
        """A fact's key at the level of the ids."""
        if odd_space(key):
            self._report_odd_space(key)
            return
        owner = f'the fact "{short(above)}"' if above else "a fact with an id of its own"
        self._report(
            key.span,
            "wrong-type",
            f'"{short(key)}" stands where the id of a fact belongs',
            f"indent it with two more spaces, so that it belongs to {owner}",
        )

    def _fact(self, name: Text, node: Node, partial: bool) -> Fact | None:
        """A fact, or None with at least one report. `partial`: parts of it slid out of it."""
        self._register(name)
        if not isinstance(node, Mapping):
            if not (partial and isinstance(node, Text) and not node.value):
                self._report_no_keys(name, node)
            return None
        entries = node.items
        present = {key.value for key, _ in entries}
        if len(present) < len(entries) or not present <= _KEYS:
            entries = self._entries(self._until_next_fact(name, node.items))
            present = {key.value for key, _ in entries}
        kinds = present & _KINDS
        if len(kinds) > 1:
            self._report_two_kinds([key for key, _ in entries if key.value in kinds], present)
            return None
        if not kinds:
            self._report_no_kind(name, entries, partial)
            return None
        (of_kind,) = kinds
        kind = KINDS[of_kind]
        values, unknown = self._read(entries, _ALLOWED[kind], f'a fact with "{of_kind}"')
        complete = values.keys() >= _NEEDED[kind]
        if not complete and not unknown and not partial:
            missing = [key for key in needed(kind) if key not in present]
            if missing:
                self._report_missing(name, of_kind, missing)
        if "image" not in present and ("alt" in present or "credit" in present):
            key = next(key for key, _ in entries if key.value in ("alt", "credit"))
            message = f'"{key.value}" belongs to a picture, and this fact has no "image"'
            hint = 'add the line "image: …", or remove this one'
            self._report(key.span, "missing-key", message, hint)
        if "alt" in present:
            values.setdefault("alt", name)  # it is there, though it could not be read
        return self._made(name, kind, values) if complete else None

    def _until_next_fact(
        self, name: Text, items: list[tuple[Text, Node]]
    ) -> list[tuple[Text, Node]]:
        """The entries of a fact up to where another one begins whose id is not there.

        A kind's key for the second time, with all that goes with it, is another fact.
        """
        if len({key.value for key, _ in items}) == len(items):
            return items
        seen: set[str] = set()
        for at, (key, _) in enumerate(items):
            if key.value in KINDS and key.value in seen:
                rest = {later.value for later, _ in items[at:]}
                if not set(needed(KINDS[key.value])) <= (rest & seen):
                    return items
                above, value = items[at - 1]
                if above.value not in KEYS and type(value) is Text and not value.value:
                    hint = f'begin "{short(above)}:" like the other ids, with its keys below it'
                    message = f'the id "{short(above)}" is indented too deep'
                    self._report(above.span, "wrong-type", message, hint)
                    return items[: at - 1]
                self._report(
                    key.span,
                    "duplicate-key",
                    f'"{key.value}" stands for the second time in "{short(name)}": '
                    "does a new fact begin here?",
                    'write a line with its id above it, such as "some-id:"',
                )
                return items[:at]
            seen.add(key.value)
        return items

    def _report_no_keys(self, name: Text, node: Text | Sequence) -> None:
        if name.span.line in (self.error_line, self.error_line - 1):
            return
        message = f'the fact "{short(name)}" has no keys'
        hint = 'write its keys below it, indented, such as "ask: …" and "answer: …"'
        tight = tight_colon(node.value.split("\n")[0], 0) if type(node) is Text else None
        if tight and type(node) is Text and node.value[: tight.start] in KEYS:
            span = node.span_of(tight.start, tight.end)
            words = node.value[tight.end :].split()
            hint = f"write: {node.value[: tight.start]}: {' '.join(words[:4])} …"
            self._report(span, "yaml-syntax", tight.message, hint)
            return
        if type(node) is Sequence:
            message, hint = f'the keys of "{short(name)}" are a list', "remove the dashes"
        self._report(name.span, "wrong-type", message, hint)

    def _report_two_kinds(self, kinds: list[Text], present: set[str]) -> None:
        first, second = kinds[:2]
        shown = next((key for key in kinds if key.value == "picture"), None)
        if shown and "regions" not in present:
            second, first = shown, next(key for key in kinds if key is not shown)
            hint = 'for a picture that is shown with the answer, write "image"'
        elif set(needed(KINDS[second.value])) <= present:
            hint = 'write a line with an id of its own above it, such as "some-id:"'
        else:
            hint = "remove one of the two"
        message = f'"{first.value}" and "{second.value}" each make a fact of their own kind'
        self._report(second.span, "two-kinds", message, hint)

    def _report_no_kind(self, name: Text, entries: list[tuple[Text, Node]], partial: bool) -> None:
        """A misspelt key says more than a missing kind."""
        for key, _ in entries:
            close = nearest(key.value, KINDS) if key.value not in KEYS else None
            if close:
                message = f'a fact has no key "{short(key)}"'
                self._report(key.span, "unknown-key", message, f'did you mean "{close}"?')
                return
        if partial:
            return
        present = {key.value for key, _ in entries}
        likely = [kind for kind, body in KINDS.items() if present & set(needed(body)[1:])]
        hint = (
            f'add the line "{likely[0]}: …"'
            if likely
            else f"give it one of these keys: {', '.join(KINDS)}"
        )
        message = f'nothing says what kind of fact "{short(name)}" is'
        self._report(name.span, "no-kind", message, hint)

    def _report_missing(self, name: Text, kind: str, missing: list[str]) -> None:
        wanted = " and ".join(f'"{key}"' for key in missing)
        self._report(
            name.span,
            "missing-key",
            f'the fact "{short(name)}" has "{kind}", but no {wanted}',
            "add the line " + " and ".join(f'"{key}: …"' for key in missing),
        )

    def _made(self, name: Text, kind: type[Any], values: dict[str, Any]) -> Fact | None:
        if not values.get("source"):
            values["source"] = self.source
        value = {**_DEFAULTS, **values}.__getitem__
        body = kind._make(map(value, kind._fields))
        if kind is Cloze and not body.cloze.blanks:
            self._report_no_blank(body.cloze.text)
            return None
        if kind is Occlusion and (size := body.image.picture.size_to_write):
            text = body.image.text
            message = f'"{short(text)}" does not say how large it is, as regions need it'
            hint = f"write it into the first tag of that file: <svg {size} …>"
            self._report(text.span, "bad-region", message, hint)
            return None
        return Fact._make((name, body, *map(value, _COMMON_FIELDS)))

    def _report_no_blank(self, text: Text) -> None:
        for found in cloze.WITHOUT_BLANKS.finditer(text.value):
            if found[0].count("==") > 1:
                span = text.span_of(found.start(), found.end())
                message = "a part of code or of a formula cannot be a blank"
                whole = excerpt(found[0].replace("==", ""))
                hint = f"put the equals signs around all of it: =={whole}=="
                self._report(span, "no-cloze", message, hint)
                return
        hint = "put two equals signs right before and after what is to be remembered: ==answer=="
        self._report(text.span, "no-cloze", "this sentence has no blank", hint)

    def _register(self, name: Text) -> None:
        """Notes an id as used; a bad one is used too, so that it is complained of once."""
        value = unicodedata.normalize("NFC", name.value)
        first = self.ids.setdefault(value, name)
        if first is not name:
            self._report_repeated(name, first, "duplicate-id")
            return
        self._id(name, name)


def _others(
    entries: list[tuple[Text, Node]], left_out: list[tuple[Text, Node]]
) -> list[tuple[Text, Node]]:
    """The entries that are not among some of them."""
    keys = {id(key) for key, _ in left_out}
    return [entry for entry in entries if id(entry[0]) not in keys]


_Parser.readers = {
    "text": _Parser._text,
    "flag": _Parser._flag,
    "id": _Parser._id,
    "tag": _Parser._tag,
    "tags": _Parser._tags,
    "names": _Parser._names,
    "checks": _Parser._checks,
    "switches": _Parser._switches,
    "when": _Parser._when,
    "url": _Parser._url,
    "language": _Parser._language,
    "deck-name": _Parser._deck_name,
    "passage": _Parser._passage,
    "steps": _Parser._steps,
    "sides": _Parser._sides,
    "pairs": _Parser._pairs,
    "sources": _Parser._sources,
    "image": _Parser._image,
    "regions": _Parser._regions,
    "box": _Parser._box,
    "facts": _Parser._facts,
}

_ALLOWED = {kind: {key: KEYS[key] for key in (*kind._fields, *COMMON)} for kind in KINDS.values()}
"""The keys that a fact of each kind may have."""

_KEYS = frozenset(KEYS)
_KINDS = frozenset(KINDS)
_NEEDED = {kind: frozenset(needed(kind)) for kind in KINDS.values()}
_COMMON_FIELDS = [{"sources": "source"}.get(field, field) for field in Fact._fields[2:]]
"""The keys that stand for the fields which all facts have."""
_DEFAULTS: dict[str, Any] = {
    **dict(zip(_COMMON_FIELDS, Fact._field_defaults.values(), strict=True)),
    **{key: value for kind in KINDS.values() for key, value in kind._field_defaults.items()},
}
"""What stands for a key that a fact does not have."""
