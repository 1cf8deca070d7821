"""YAML trees → a deck, with everything that is wrong in them.

One mistake makes one message: what follows from it (a key that is missing because it was misspelt,
a fact that is empty because its keys slid to the left) is not reported again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from . import cloze, dates, language, media
from .cloze import Passage
from .dates import When
from .diagnostics import NAMES, Diagnostic, Edit, Span
from .facts import (
    KINDS,
    Box,
    Cloze,
    Dated,
    Deck,
    Fact,
    Image,
    Occlusion,
    Region,
    Section,
    Source,
    needed,
    slug,
)
from .keys import (
    CHECKS_KEYS,
    COMMON,
    DECK_KEYS,
    KEYS,
    REGION_KEYS,
    SECTION_KEYS,
    SOURCE_KEYS,
    Key,
)
from .language import Language
from .media import Picture, Refused
from .slips import quoted_line, quoting, tight_colon
from .source import Document, Mapping, Node, Sequence, Text


def parse(
    folder: Path, deck: Document, sections: Iterable[Document]
) -> tuple[Deck | None, list[Diagnostic]]:
    """The deck of a folder from its `deck.yaml` and its section files, with all that is wrong.

    What could not be read is left out of the deck; there is no deck at all without a `deck.yaml`
    that can be read. The sections are taken one after the other, and their trees are used up.
    """
    return _Parser(folder, deck, sections).parse()


class _Parser:
    def __init__(self, folder: Path, deck: Document, sections: Iterable[Document]) -> None:
        self.folder = folder
        self.deck = deck
        self.documents = iter(sections)
        self.problems: list[Diagnostic] = []
        self.sources: dict[str, Source] | None = None  # None: not known, so nothing is unknown
        self.ids: dict[str, Text] = {}
        self.pictures: dict[str, Text] = {}  # a picture without case → as it is first written
        self.found: dict[str, Picture | Refused] = {}
        self.cut = False  # the last fact of the section in work lost keys to the margin
        self.source: tuple[Text, ...] = ()  # of the facts in the section in work that name none
        self.error_line = 0  # where reading of the file in work stopped; 0: it did not

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

    def _report(
        self, span: Span, check: str, message: str, hint: str = "", fix: tuple[Edit, ...] = ()
    ) -> None:
        self.problems.append(Diagnostic(span, check, message, hint, fix))

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

    # documents and mappings

    def _present(self, document: Document, name: str) -> bool:
        """Whether a deck.yaml has a key, be it misspelt: what it says is not known then."""
        root = document.root
        return type(root) is Mapping and any(
            key.value == name
            or (key.value not in DECK_KEYS and _nearest(key.value, DECK_KEYS) == name)
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
            and (_odd_space(key) or key.value in KEYS or type(node) is Mapping)
        ]
        entries = [entry for entry in entries if entry[1] is not document.doubtful]
        self.cut = bool(slid) and type(slid[0][1]) is not Mapping
        if not slid or (document.error and document.error.span < slid[0][0].span):
            self._report_error(document)
        if not slid:
            return entries
        key = slid[0][0]
        if _odd_space(key):
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
                f'begin "{_short(key)}:" and the lines of its keys with two more spaces',
            )
        kept = [entry for entry in entries if entry not in slid]
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
        if loose and not _nearest(loose[0][0].value, ("facts",)):
            message = 'there is no "facts:" above the first fact'
            hint = 'write "facts:" above it, and indent all facts below that'
            self._report(loose[0][0].span, "missing-key", message, hint)
            return [entry for entry in entries if entry not in loose]
        return entries

    def _report_odd_space(self, key: Text) -> None:
        """Spaces pasted from a web page or typed with a Japanese keyboard."""
        code = f"U+{ord(key.value[0]):04X}"
        self._report(
            key.span_of(0, 1),
            "yaml-syntax",
            f"this line begins with a kind of space that YAML does not know ({code})",
            "delete the spaces at its beginning and type ordinary ones",
        )

    def _entries(
        self, items: list[tuple[Text, Node]], check: str = "duplicate-key"
    ) -> list[tuple[Text, Node]]:
        """A mapping's items without the repeated ones, which are reported."""
        first: dict[str, Text] = {}
        kept = []
        second = False  # a second section, all of whose keys are there already
        for key, value in items:
            name = unicodedata.normalize("NFC", key.value)
            if name in first:
                if not (second and name in SECTION_KEYS):
                    self._report_repeated(key, first[name], check)
                second = second or (check == "duplicate-key" and name == "section")
            else:
                first[name] = key
                kept.append((key, value))
        return kept

    def _report_repeated(self, key: Text, first: Text, check: str) -> None:
        noun, hint = {
            "duplicate-key": ("key", "keep one of the two"),
            "duplicate-id": ("id", "give this fact an id of its own"),
            "repeated-text": ("text", "keep one of the two, or say how they differ"),
        }[check]
        if check == "duplicate-key" and key.value == "section":
            hint = "a file holds one section: move the second one to a file of its own"
        place = first.span
        where = f"line {place.line}" if first.file is key.file else f"{place.path}:{place.line}"
        self._report(
            key.span, check, f'the {noun} "{_short(key)}" is already used in {where}', hint
        )

    def _read(
        self, entries: list[tuple[Text, Node]], keys: dict[str, Key], what: str
    ) -> tuple[dict[str, Any], bool]:
        """The values of known keys, and whether there were unknown ones."""
        values: dict[str, Any] = {}
        unknown = False
        for key, node in entries:
            spec = keys.get(key.value)
            if spec is None:
                unknown = True
                if key.value == "<<" and type(node) is Text and node.value.startswith("*"):
                    continue  # YAML's way to copy keys; the alias is reported already
                present = {key.value for key, _ in entries}
                self._report_unknown(
                    key, node, [name for name in keys if name not in present], what
                )
                continue
            value = _READERS[spec.shape](self, key, node)
            if value is not None:
                values[key.value] = value
                if keys is SECTION_KEYS and key.value == "source":
                    self.source = value
        return values, unknown

    def _report_unknown(self, key: Text, node: Node, free: list[str], what: str) -> None:
        """`free` are the keys that could still be used here."""
        if _odd_space(key):
            self._report_odd_space(key)
        elif not key.value:
            self._report(key.span, "unknown-key", "this line has no key", 'write "key: text"')
        elif type(node) is Mapping and any(k.value in KINDS for k, _ in node.items):
            self._report(
                key.span,
                "wrong-type",
                f'the fact "{_short(key)}" is indented too deep',
                f'begin "{_short(key)}:" like the other ids, and indent its keys below it',
            )
        else:
            close = _nearest(key.value, free)
            hint = f'did you mean "{close}"?' if close else f"it can also have: {', '.join(free)}"
            self._report(key.span, "unknown-key", f'{what} has no key "{_short(key)}"', hint)

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
        if _odd_space(key):
            self._report_odd_space(key)
            return
        owner = f'the fact "{_short(above)}"' if above else "a fact with an id of its own"
        self._report(
            key.span,
            "wrong-type",
            f'"{_short(key)}" stands where the id of a fact belongs',
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
                    hint = f'begin "{_short(above)}:" like the other ids, with its keys below it'
                    message = f'the id "{_short(above)}" is indented too deep'
                    self._report(above.span, "wrong-type", message, hint)
                    return items[: at - 1]
                self._report(
                    key.span,
                    "duplicate-key",
                    f'"{key.value}" stands for the second time in "{_short(name)}": '
                    "does a new fact begin here?",
                    'write a line with its id above it, such as "some-id:"',
                )
                return items[:at]
            seen.add(key.value)
        return items

    def _report_no_keys(self, name: Text, node: Text | Sequence) -> None:
        if name.span.line in (self.error_line, self.error_line - 1):
            return
        message = f'the fact "{_short(name)}" has no keys'
        hint = 'write its keys below it, indented, such as "ask: …" and "answer: …"'
        tight = tight_colon(node.value.split("\n")[0], 0) if type(node) is Text else None
        if tight and type(node) is Text and node.value[: tight.start] in KEYS:
            span = node.span_of(tight.start, tight.end)
            words = node.value[tight.end :].split()
            hint = f"write: {node.value[: tight.start]}: {' '.join(words[:4])} …"
            self._report(span, "yaml-syntax", tight.message, hint)
            return
        if type(node) is Sequence:
            message, hint = f'the keys of "{_short(name)}" are a list', "remove the dashes"
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
            close = _nearest(key.value, KINDS) if key.value not in KEYS else None
            if close:
                message = f'a fact has no key "{_short(key)}"'
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
        message = f'nothing says what kind of fact "{_short(name)}" is'
        self._report(name.span, "no-kind", message, hint)

    def _report_missing(self, name: Text, kind: str, missing: list[str]) -> None:
        wanted = " and ".join(f'"{key}"' for key in missing)
        self._report(
            name.span,
            "missing-key",
            f'the fact "{_short(name)}" has "{kind}", but no {wanted}',
            "add the line " + " and ".join(f'"{key}: …"' for key in missing),
        )

    def _made(self, name: Text, kind: type[Any], values: dict[str, Any]) -> Fact | None:
        if not values.get("source"):
            values["source"] = self.source
        value = {**_DEFAULTS, **values}.__getitem__
        body = kind._make(map(value, kind._fields))
        if kind is Cloze and not body.cloze.blanks:
            text = body.cloze.text
            self._report(
                text.span,
                "no-cloze",
                "this sentence has no blank",
                "put two equals signs right before and after what is to be remembered: ==answer==",
            )
            return None
        if kind is Occlusion and (size := body.image.picture.size_to_write):
            text = body.image.text
            message = f'"{_short(text)}" does not say how large it is, as regions need it'
            hint = f"write it into the first tag of that file: <svg {size} …>"
            self._report(text.span, "bad-region", message, hint)
            return None
        return Fact._make((name, body, *map(value, _COMMON_FIELDS)))

    def _register(self, name: Text) -> None:
        """Notes an id as used; a bad one is used too, so that it is complained of once."""
        value = unicodedata.normalize("NFC", name.value)
        first = self.ids.setdefault(value, name)
        if first is not name:
            self._report_repeated(name, first, "duplicate-id")
            return
        self._id(name, name)

    # shapes of values; each returns None after it has reported what is wrong

    def _text(self, key: Text, node: Node) -> Text | None:
        if type(node) is Text:
            if node.value.strip():
                return node
            self._report_no_text(key, node)
            return None
        raw = node.file.text
        fix: tuple[Edit, ...] = ()
        if key.value in _SINGLE:
            hint = _SINGLE[key.value]
        elif raw[node.start] in "[{":
            hint = quoted_line(raw, node.start, node.end)
            # A list of several texts may have been meant as one, and a mapping too.
            one = type(node) is Sequence and len(node.items) == 1
            if one or raw.startswith("{{", node.start):
                fix = quoting(raw, node.start, node.end)
        else:
            hint = f'write it on one line, as "{key.value}: …"'
        noun = "a list" if type(node) is Sequence else "a mapping"
        message = f'"{key.value}" must be a text, not {noun}'
        self._report(node.span, "wrong-type", message, hint, fix)
        return None

    def _report_no_text(self, key: Text, node: Text) -> None:
        line = key.span.source
        comment = re.compile(r":[ \t]+#").match(line, key.span.end_column - 1)
        if comment and not node.value:
            start = key.end + comment.end() - comment.start() - 1
            span = key.file.span(start, start + 1)
            raw = key.file.text
            hint = quoted_line(raw, start)
            fix = quoting(raw, start) if raw[start + 1 : start + 2].isalnum() else ()
            message = "what begins with # is a comment, not text"
            self._report(span, "wrong-type", message, hint, fix)
            return
        self._report_empty(key, "write a text after the colon, or remove the line")

    def _report_empty(self, key: Text, hint: str) -> None:
        """Unless a syntax error in the same or the next line tells why."""
        if key.span.line not in (self.error_line, self.error_line - 1):
            self._report(key.span, "wrong-type", f'"{_short(key)}" is empty', hint)

    def _mapping(self, key: Text, node: Node, hint: str) -> Mapping | None:
        if type(node) is Mapping and node.items:
            return node
        empty = type(node) is Mapping or (type(node) is Text and not node.value)
        if empty:
            self._report_empty(key, hint)
        else:
            message = f'"{key.value}" must have keys below it'
            self._report(node.span, "wrong-type", message, hint)
        return None

    def _is_key(self, key: Text) -> bool:
        if key.value.strip():
            return True
        self._report(key.span, "wrong-type", "this line has no key", 'write "key: text"')
        return False

    def _texts(self, key: Text, node: Node) -> tuple[Text, ...] | None:
        """A list of texts."""
        if not isinstance(node, Sequence):
            self._report_no_list(key, node)
            return None
        texts = []
        for item in node.items:
            if type(item) is Text and item.value.strip():
                texts.append(item)
                continue
            if isinstance(item, Text):
                hint = "write a text, or remove it"
                self._report(item.span, "wrong-type", "this item is empty", hint)
            else:
                self._report_item(key, item)
        return tuple(texts) if len(texts) == len(node.items) else None

    def _report_item(self, key: Text, item: Mapping | Sequence) -> None:
        """Mostly a `: ` in an item, which makes a mapping of it."""
        raw = item.file.text
        span = item.span
        hint = "write a text after the dash"
        fix: tuple[Edit, ...] = ()
        if type(item) is Mapping and raw[item.start] != "{" and item.items:
            name, value = item.items[0]
            colon = raw.find(":", name.end)
            span = item.file.span(colon, colon + 1)
            in_brackets = raw[item.end : item.end + 1] in ("]", ",")
            hint = quoted_line(raw, item.start, value.end if in_brackets else None)
            if len(item.items) == 1:
                fix = quoting(raw, item.start, value.end if in_brackets else None)
        elif raw[item.start] in "[{":
            hint = quoted_line(raw, item.start, item.end)
        noun = "a list" if type(item) is Sequence else "a key with a value"
        message = f'an item of "{key.value}" must be a text, not {noun}'
        self._report(span, "wrong-type", message, hint, fix)

    def _report_no_list(self, key: Text, node: Text | Mapping) -> None:
        if type(node) is not Text:
            hint = f'write one text a line below "{key.value}:", each after a dash'
            self._report(node.span, "wrong-type", f'"{key.value}" must be a list', hint)
        elif not node.value:
            self._report_empty(key, "write its items, or remove the line")
        elif re.match(r"-\S", node.value):
            message = f'"{key.value}" must be a list, and a dash needs a space after it'
            hint = f"write: - {node.value.split(' -')[0][1:].strip()}"
            self._report(node.span, "wrong-type", message, hint)
        else:
            hint = "one item a line, each after a dash"
            if "," in node.value or node.span.line == node.file.line(node.end):
                hint = f"{key.value}: [{_short(node)}], or {hint}"
            hint = f"write {hint}"
            if " - " in node.value:
                hint = (
                    f'write the first item on a line of its own below "{key.value}:", after a dash'
                )
            self._report(node.span, "wrong-type", f'"{key.value}" must be a list', hint)

    def _flag(self, key: Text, node: Node) -> bool | None:
        text = self._text(key, node)
        if text is None:
            return None
        if text.value in ("true", "false"):
            return text.value == "true"
        good = "false" if text.value.lower() in ("false", "no", "off", "0") else "true"
        message = f'"{key.value}" is either true or false'
        self._report(text.span, "wrong-type", message, f"write: {good}")
        return None

    def _id(self, key: Text, node: Node) -> Text | None:
        text = self._text(key, node)
        if text is None:
            return None
        if text.value == slug(text.value):
            return text
        good = slug(text.value)
        self._report(
            text.span,
            "bad-id",
            f'"{_short(text)}" is not an id: ids are lower-case words with hyphens between them',
            f"write: {good}" if good else "write a word in letters",
            (Edit(text.start, text.end, good),) if good else (),
        )
        return None

    def _tag(self, key: Text, node: Node) -> Text | None:
        text = self._text(key, node)
        return _composed(text) if text and self._is_tag(text) else None

    def _tags(self, key: Text, node: Node) -> tuple[Text, ...] | None:
        texts = self._texts(key, node)
        if texts is None:
            return None
        bad = [text for text in texts if not self._is_tag(text)]
        for text in texts:
            if text.value.lower() in ("marked", "leech"):
                message = f'the tag "{text.value}" is Anki\'s own: it removes it on import'
                self._report(text.span, "bad-tag", message, "choose another word")
        return None if bad else tuple(_composed(text) for text in texts)

    def _is_tag(self, text: Text) -> bool:
        """A tag that Anki keeps as it is: without spaces and without an empty part."""
        value = text.value
        if re.search(r"\s", value):
            self._report(
                text.span,
                "bad-tag",
                f'a tag cannot contain a space: "{_short(text)}"',
                f"write: {'-'.join(value.split())}",
            )
            return False
        if "" in value.split("::"):
            good = "::".join(part for part in value.split("::") if part)
            hint = f"write: {good}" if good else "write a word"
            self._report(text.span, "bad-tag", f'a part of the tag "{_short(text)}" is empty', hint)
            return False
        return True

    def _names(self, key: Text, node: Node) -> tuple[Text, ...] | None:
        """A key of `sources` or a list of keys."""
        names: tuple[Text, ...] | None
        if type(node) is Sequence:
            names = self._texts(key, node)
        else:
            text = self._text(key, node)
            names = None if text is None else (text,)
        if names is None or self.sources is None:
            return names
        names = tuple(_composed(name) for name in names)
        unknown = [name for name in names if name.value not in self.sources]
        for name in unknown:
            close = get_close_matches(name.value, self.sources, 1)
            several = [part.strip() for part in name.value.split(",")]
            if len(several) > 1 and set(several) <= set(self.sources):
                hint = f"write {key.value}: [{', '.join(several)}]"
            elif close:
                hint = f'did you mean "{close[0]}"?'
            else:
                hint = 'add it to "sources:" in deck.yaml'
            self._report(name.span, "unknown-source", f'there is no source "{_short(name)}"', hint)
        return None if unknown else names

    def _checks(self, key: Text, node: Node) -> tuple[Text, ...] | None:
        names = self._texts(key, node)
        for name in names or ():
            if name.value not in NAMES:
                close = get_close_matches(name.value, sorted(NAMES), 1)
                hint = (
                    f'did you mean "{close[0]}"?'
                    if close
                    else "write the name that a message shows"
                )
                self._report(
                    name.span, "unknown-check", f'there is no check "{_short(name)}"', hint
                )
        return names

    def _switches(self, key: Text, node: Node) -> tuple[Text, ...] | None:
        """The checks that are switched off."""
        mapping = self._mapping(key, node, "write: checks: {off: [no-source]}")
        if mapping is None:
            return None
        values, _ = self._read(self._entries(mapping.items), CHECKS_KEYS, '"checks"')
        return values.get("off")

    def _when(self, key: Text, node: Node) -> Dated | None:
        text = self._text(key, node)
        if text is None:
            return None
        when = dates.parse(text.value.strip())
        if isinstance(when, When):
            return Dated(text, when)
        self._report(text.span, "bad-date", f'"{_short(text)}" cannot be read as a date', when)
        return None

    def _url(self, key: Text, node: Node) -> Text | None:
        text = self._text(key, node)
        if text is None or re.fullmatch(r"https?://[^\s/]\S*", text.value, re.IGNORECASE):
            return text
        hint = "write the whole address, beginning with https://"
        if re.search(r"\s", text.value):
            hint = f"an address has no spaces; write: {'%20'.join(text.value.split())}"
        self._report(text.span, "bad-url", f'"{_short(text)}" is not an address on the web', hint)
        return None

    def _language(self, key: Text, node: Node) -> Language | None:
        text = self._text(key, node)
        if text is None:
            return None
        spoken = language.load(text.value)
        if spoken is None:
            fixed = text.value.replace("_", "-")
            hint = (
                f"write: {fixed}"
                if language.load(fixed)
                else "write a code such as en, en-US, de or ja"
            )
            message = f'"{_short(text)}" is not the code of a language'
            self._report(text.span, "bad-language", message, hint)
        return spoken

    def _deck_name(self, key: Text, node: Node) -> str | None:
        text = self._text(key, node)
        if text is None:
            return None
        parts = [" ".join(part.split()) for part in text.value.split("::")]
        if "" in parts:
            good = "::".join(part for part in parts if part)
            self._report(
                text.span, "wrong-type", "a part of the deck's name is empty", f"write: {good}"
            )
            return None
        return "::".join(parts)

    def _passage(self, key: Text, node: Node) -> Passage | None:
        text = self._text(key, node)
        if text is None:
            return None
        passage, problems = cloze.parse(text)
        self.problems += problems
        return None if problems else passage

    def _steps(self, key: Text, node: Node) -> tuple[Text, ...] | None:
        steps = self._texts(key, node)
        if steps is None:
            return None
        return steps if self._counted(key, steps, "steps") else None

    def _sides(self, key: Text, node: Node) -> tuple[tuple[Text, Text], ...] | None:
        mapping = self._mapping(key, node, 'write one line a side: "side: description"')
        if mapping is None:
            return None
        sides = []
        for side, description in mapping.items:
            if not self._is_key(side):
                continue
            text = self._text(side, description)
            if text is not None:
                sides.append((side, text))
        if len(sides) < len(mapping.items):
            return None
        named = self._counted(key, tuple(side for side, _ in sides), "sides")
        return tuple(sides) if named and self._differ(text for _, text in sides) else None

    def _counted(self, key: Text, texts: tuple[Text, ...], noun: str) -> bool:
        """At least two, and none twice: the text is the identity of a step or side."""
        if len(texts) < 2:
            message = f'"{key.value}" needs at least two {noun}'
            self._report(
                key.span, "wrong-count", message, "add the others, or make an ask fact of it"
            )
            return False
        return self._differ(texts)

    def _differ(self, texts: Iterable[Text]) -> bool:
        """Two that are the same would be the same question, with two answers."""
        first: dict[str, Text] = {}
        fine = True
        for text in texts:
            same = " ".join(unicodedata.normalize("NFC", text.value).split())
            if same in first:
                self._report_repeated(text, first[same], "repeated-text")
                fine = False
            first.setdefault(same, text)
        return fine

    def _pairs(self, key: Text, node: Node) -> tuple[tuple[Text, Text], ...] | None:
        mapping = self._mapping(key, node, 'write one line each: "wording: better wording"')
        if mapping is None:
            return None
        entries = [entry for entry in self._entries(mapping.items) if self._is_key(entry[0])]
        pairs = [(name, self._text(name, value)) for name, value in entries]
        return tuple((name, text) for name, text in pairs if text is not None)

    def _sources(self, key: Text, node: Node) -> dict[str, Source] | None:
        mapping = self._mapping(
            key, node, 'write a key for each, and below it "title: …" and "url: …"'
        )
        if mapping is None:
            return None
        sources = {}
        named = list(self._entries(mapping.items))
        shallow = [key for key, value in named if key.value in SOURCE_KEYS and type(value) is Text]
        if shallow:
            message = f'"{shallow[0].value}" is not indented below its source'
            keys = " and ".join(f'"{key.value}:"' for key in shallow)
            self._report(
                shallow[0].span, "wrong-type", message, f"begin {keys} with two more spaces"
            )
        for name, value in named:
            if name in shallow or not self._is_key(name):
                continue
            entry = None
            if not (shallow and type(value) is Text and not value.value):
                entry = self._mapping(name, value, 'write "title: …" and "url: …" below it')
            # Known all the same, so that facts which name it are not complained of as well.
            known = unicodedata.normalize("NFC", name.value)
            sources[known] = Source(name)
            if entry is None:
                continue
            entries = self._entries(entry.items)
            values, unknown = self._read(entries, SOURCE_KEYS, "a source")
            if "title" in values:
                sources[known] = Source(values["title"], values.get("url"))
            elif not unknown and not any(k.value == "title" for k, _ in entries):
                self._report(
                    name.span,
                    "missing-key",
                    f'the source "{_short(name)}" needs a title',
                    'add the line "title: …"',
                )
        return sources

    def _image(self, key: Text, node: Node) -> Image | None:
        text = self._text(key, node)
        if text is None:
            return None
        value = text.value.strip()
        found = self.found.get(value) or media.find(self.folder, value)
        self.found[value] = found
        if isinstance(found, Refused):
            self._report(text.span, *found)
            return None
        first = self.pictures.setdefault(media.same_file_elsewhere(value), text)
        if first.value.strip() != value:
            self._report(
                text.span,
                "media-collision",
                f'"{value}" and "{_short(first)}" are one file on Windows and macOS',
                "rename one of the two pictures",
            )
            return None
        return Image(text, found)

    def _regions(self, key: Text, node: Node) -> tuple[Region, ...] | None:
        hint = 'write an id for each, and below it "answer: …" and "at: [left, top, width, height]"'
        mapping = self._mapping(key, node, hint)
        if mapping is None:
            return None
        entries = self._entries(mapping.items)
        made = [self._region(name, value) for name, value in entries]
        regions = tuple(region for region in made if region)
        if len(regions) > cloze.HIGHEST:
            first = regions[cloze.HIGHEST].id
            message = f"Anki makes cards of {cloze.HIGHEST} regions at most, and this is one more"
            self._report(first.span, "wrong-count", message, "make two facts of this one")
        whole = len(regions) == len(mapping.items) and self._apart(regions)
        return regions if whole else None

    def _region(self, name: Text, node: Node) -> Region | None:
        if not self._is_key(name) or not self._id(name, name):
            return None
        mapping = self._mapping(name, node, 'write "answer: …" and "at: [32, 41, 6, 4]" below it')
        if mapping is None:
            return None
        entries = self._entries(mapping.items)
        values, unknown = self._read(entries, REGION_KEYS, "a region")
        present = {key.value for key, _ in entries}
        missing = [key for key in REGION_KEYS if key not in present]
        if missing and not unknown:
            wanted = " and ".join(f'"{key}"' for key in missing)
            hint = " and ".join(f'"{key}: {REGION_KEYS[key].example}"' for key in missing)
            message = f'the region "{_short(name)}" has no {wanted}'
            self._report(name.span, "missing-key", message, f"add a line such as {hint}")
        if any(key not in values for key in REGION_KEYS):
            return None
        return Region(name, values["answer"], values["at"])

    def _box(self, key: Text, node: Node) -> Box | None:
        """Left, top, width and height in percent; the sign may stand after each number."""
        if isinstance(node, Text) and node.value:
            numbers = re.findall(r"\d+(?:\.\d+)?", node.value)
            hint = f"write them in brackets: [{', '.join(numbers)}]"
            self._report(
                node.span,
                "bad-region",
                "a region's place is four numbers in brackets",
                hint if len(numbers) == 4 else _BOX,
            )
            return None
        texts = self._texts(key, node)
        if texts is None:
            return None
        if len(texts) != 4:
            message = f"a region's place is four numbers, and these are {len(texts)}"
            hint = "in a number, write a point: 32.5" if len(texts) > 4 else _BOX
            self._report(node.span, "bad-region", message, hint)
            return None
        for text in texts:
            if not re.fullmatch(r"(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%?", text.value):
                message = f'"{_short(text)}" is not a percentage from 0 to 100'
                self._report(text.span, "bad-region", message, _BOX)
                return None
        box = Box(*(float(text.value.rstrip("%")) for text in texts))
        if not box.width * box.height:
            text = texts[2] if not box.width else texts[3]
            message = "a region without width or height covers nothing"
            self._report(text.span, "bad-region", message, "write how large it is, in percent")
            return None
        for start, size, first, second in ((0, 2, "left", "width"), (1, 3, "top", "height")):
            end = round(box[start] + box[size], 6)
            if end > 100:
                message = f"the region ends at {end:g} % of the picture's {second}"
                hint = f"{first} and {second} together are at most 100"
                self._report(texts[size].span, "bad-region", message, hint)
                return None
        return box

    def _apart(self, regions: tuple[Region, ...]) -> bool:
        """A region under another one would stay covered when it is the answer."""
        for at, region in enumerate(regions):
            for other in regions[:at]:
                if region.at.covers_middle(other.at) or other.at.covers_middle(region.at):
                    self._report(
                        region.id.span,
                        "bad-region",
                        f'"{_short(region.id)}" and "{_short(other.id)}" lie on one another, '
                        "so that neither can be shown alone",
                        'correct the "at" of one of the two',
                    )
                    return False
        return True


_READERS: dict[str, Callable[[_Parser, Text, Node], Any]] = {
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


def _composed(text: Text) -> Text:
    """A name with its accents as Anki stores them, so that both ways of typing one are the same."""
    return text._replace(value=unicodedata.normalize("NFC", text.value))


def _short(text: Text) -> str:
    """A text for a message: one line, not too long."""
    value = " ".join(text.value.split())
    return value if len(value) <= 50 else value[:47].rstrip() + "…"


_SINGLE = {
    "when": "write one date, or the first and the last with a / between them, as in 1962/1963",
    "timeline": "write the first and the last date with a / between them, as in 1962/1963",
    "was": "write one id",
    "image": "write the name of one picture",
}
"""What to write instead of a list where brackets are not text."""

_BOX = "write left, top, width and height in percent of the picture, as in [32, 41, 6, 4]"

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

_OTHER_WORDS = {
    "question": "ask", "front": "ask", "back": "answer", "text": "cloze",
    "definition": "means", "meaning": "means", "description": "means what role",
    "name": "person title deck section", "who": "person by", "deed": "did", "where": "what",
    "author": "by", "speaker": "by", "from": "by source", "answer": "because means what role by",
    "date": "when", "year": "when", "day": "when", "reason": "because", "cause": "because",
    "list": "steps", "items": "steps", "parts": "steps sides",
    "note": "extra", "notes": "extra", "comment": "extra", "photo": "image", "tag": "tags",
    "title": "section deck", "sources": "source", "link": "url source", "lang": "language",
}  # fmt: skip
"""What authors write who do not know a key's name, and the keys that they may mean by it."""


def _nearest(word: str, keys: Iterable[str]) -> str | None:
    """The key that was most likely meant, among those that are possible."""
    keys = list(keys)
    for other in _OTHER_WORDS.get(word.lower(), "").split():
        if other in keys:
            return other
    close = get_close_matches(word.lower(), keys, 1, cutoff=0.6)
    return close[0] if close else None


def _odd_space(key: Text) -> bool:
    """Whether a key begins with a space other than U+0020."""
    return key.value[:1].isspace() and key.file.text[key.start] == key.value[0]
