"""What the value of a key may be: a text, a list, a date, a mapping with keys of its own.

The readers share the list of what is wrong, and each returns None after it has added to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar

from . import cloze, dates, language
from .cloze import Passage
from .dates import When
from .diagnostics import NAMES, Diagnostic, Edit, Span, excerpt
from .facts import KINDS, Dated, Source, slug
from .keys import CHECKS_KEYS, SECTION_KEYS, SOURCE_KEYS, Key
from .language import Language
from .slips import quoted_line, quoting
from .source import Mapping, Node, Sequence, Text


class Values:
    """Readers of values, each by the name of its shape in `keys`, and what they find wrong."""

    readers: ClassVar[dict[str, Callable[[Any, Text, Node], Any]]]
    """All of them; the parser lists them, as it adds its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Diagnostic] = []
        self.sources: dict[str, Source] | None = None  # None: not known, so nothing is unknown
        self.source: tuple[Text, ...] = ()  # of the facts in the section in work that name none
        self.error_line = 0  # where reading of the file in work stopped; 0: it did not

    # mappings

    def _report(
        self, span: Span, check: str, message: str, hint: str = "", fix: tuple[Edit, ...] = ()
    ) -> None:
        self.problems.append(Diagnostic(span, check, message, hint, fix))

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
        self._report(key.span, check, f'the {noun} "{short(key)}" is already used in {where}', hint)

    def _read(
        self, entries: list[tuple[Text, Node]], keys: dict[str, Key], what: str
    ) -> tuple[dict[str, Any], bool]:
        """The values of known keys, and whether there were unknown ones."""
        values: dict[str, Any] = {}
        free: list[str] | None = None  # the keys that could still be used, once one is unknown
        cut_off = False  # the key before this one was no key, but the rest of a text
        for key, node in entries:
            spec = keys.get(key.value)
            if spec is None:
                if free is None:
                    present = {key.value for key, _ in entries}
                    free = [name for name in keys if name not in present]
                if key.value == "<<" and type(node) is Text and node.value.startswith("*"):
                    continue  # YAML's way to copy keys; the alias is reported already
                cut_off = _stands_alone(key, node) and (
                    cut_off or self._report_cut_off(key, entries)
                )
                if not cut_off:
                    self._report_unknown(key, node, free, what)
                continue
            cut_off = False
            value = self.readers[spec.shape](self, key, node)
            if value is not None:
                values[key.value] = value
                if keys is SECTION_KEYS and key.value == "source":
                    self.source = value
        return values, free is not None

    def _report_unknown(self, key: Text, node: Node, free: list[str], what: str) -> None:
        """`free` are the keys that could still be used here."""
        if odd_space(key):
            self._report_odd_space(key)
        elif not key.value:
            self._report(key.span, "unknown-key", "this line has no key", 'write "key: text"')
        elif type(node) is Mapping and any(k.value in KINDS for k, _ in node.items):
            self._report(
                key.span,
                "wrong-type",
                f'the fact "{short(key)}" is indented too deep',
                f'begin "{short(key)}:" like the other ids, and indent its keys below it',
            )
        else:
            close = nearest(key.value, free)
            hint = f'did you mean "{close}"?' if close else f"it can also have: {', '.join(free)}"
            self._report(key.span, "unknown-key", f'{what} has no key "{short(key)}"', hint)

    def _report_cut_off(self, key: Text, entries: list[tuple[Text, Node]]) -> bool:
        """Whether a key is the rest of a text between { and }, where a comma ends a text."""
        at = next(at for at, (other, _) in enumerate(entries) if other is key)
        text = entries[at - 1][1] if at else None
        raw = key.file.text
        if type(text) is not Text or not text.value or raw[text.start] in "\"'":
            return False
        last = key
        for other, node in entries[at:]:
            if not _stands_alone(other, node):
                break
            last = other
        self._report(
            key.span,
            "unknown-key",
            "a comma ends a text between { and }, so that this is taken for a key",
            quoted_line(raw, text.start, last.end),
            quoting(raw, text.start, last.end),
        )
        return True

    def _report_odd_space(self, key: Text) -> None:
        """Spaces pasted from a web page or typed with a Japanese keyboard."""
        code = f"U+{ord(key.value[0]):04X}"
        self._report(
            key.span_of(0, 1),
            "yaml-syntax",
            f"this line begins with a kind of space that YAML does not know ({code})",
            "delete the spaces at its beginning and type ordinary ones",
        )

    # shapes of values

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
            self._report(key.span, "wrong-type", f'"{short(key)}" is empty', hint)

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
                hint = f"{key.value}: [{short(node)}], or {hint}"
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
            f'"{short(text)}" is not an id: ids are lower-case words with hyphens between them',
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
                f'a tag cannot contain a space: "{short(text)}"',
                f"write: {'-'.join(value.split())}",
            )
            return False
        if "" in value.split("::"):
            good = "::".join(part for part in value.split("::") if part)
            hint = f"write: {good}" if good else "write a word"
            self._report(text.span, "bad-tag", f'a part of the tag "{short(text)}" is empty', hint)
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
            self._report(name.span, "unknown-source", f'there is no source "{short(name)}"', hint)
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
                self._report(name.span, "unknown-check", f'there is no check "{short(name)}"', hint)
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
        self._report(text.span, "bad-date", f'"{short(text)}" cannot be read as a date', when)
        return None

    def _url(self, key: Text, node: Node) -> Text | None:
        text = self._text(key, node)
        if text is None or re.fullmatch(r"https?://[^\s/]\S*", text.value, re.IGNORECASE):
            return text
        hint = "write the whole address, beginning with https://"
        if re.search(r"\s", text.value):
            hint = f"an address has no spaces; write: {'%20'.join(text.value.split())}"
        self._report(text.span, "bad-url", f'"{short(text)}" is not an address on the web', hint)
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
            message = f'"{short(text)}" is not the code of a language'
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
                    f'the source "{short(name)}" needs a title',
                    'add the line "title: …"',
                )
        return sources


def short(text: Text) -> str:
    """A text for a message."""
    return excerpt(text.value)


def nearest(word: str, keys: Iterable[str]) -> str | None:
    """The key that was most likely meant, among those that are possible."""
    keys = list(keys)
    for other in _OTHER_WORDS.get(word.lower(), "").split():
        if other in keys:
            return other
    close = get_close_matches(word.lower(), keys, 1, cutoff=0.6)
    return close[0] if close else None


def _stands_alone(key: Text, node: Node) -> bool:
    """Whether a key has neither a colon nor a value, as only a comma or brace makes one."""
    after = _AFTER_KEY.match(key.file.text, key.end)
    return type(node) is Text and not node.value and bool(after)


_AFTER_KEY = re.compile(r"\s*[,}]")


def odd_space(key: Text) -> bool:
    """Whether a key begins with a space other than U+0020."""
    return key.value[:1].isspace() and key.file.text[key.start] == key.value[0]


def _composed(text: Text) -> Text:
    """A name with its accents as Anki stores them, so that both ways of typing one are the same."""
    return text._replace(value=unicodedata.normalize("NFC", text.value))


_SINGLE = {
    "when": "write one date, or the first and the last with a / between them, as in 1962/1963",
    "timeline": "write the first and the last date with a / between them, as in 1962/1963",
    "was": "write one id",
    "image": "write the name of one picture",
}
"""What to write instead of a list where brackets are not text."""

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
