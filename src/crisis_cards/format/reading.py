"""Reading the keys of a mapping: each once, those that are known, and what the others may mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import TypeAlias

from ..problems import Check, Edit, errors
from ..yaml import tree
from ..yaml.quotes import quoted_line, quoting
from ..yaml.tree import Document, Node, Text
from .shape import Context, Keys, Values, short

Entries: TypeAlias = list[tuple[Text, Node]]
"""The keys and values of a mapping."""


def entries_once(
    context: Context,
    items: Entries,
    check: Check = errors.DUPLICATE_KEY,
    of_section: Collection[str] = (),
    known: dict[str, Text] | None = None,
) -> Entries:
    """A mapping's items without the repeated ones, which are reported.

    `of_section` are the keys of a section file, all of which come twice where a second one begins.
    `known` are the names that stand elsewhere; those of the items are added.
    """
    first = {} if known is None else known
    kept = []
    second = False  # a second section, all of whose keys are there already
    for key, value in items:
        name = unicodedata.normalize("NFC", key.value)
        if name in first:
            if not (second and name in of_section):
                report_repeated(context, key, first[name], check)
            second = second or (bool(of_section) and name == "section")
        else:
            first[name] = key
            kept.append((key, value))
    return kept


def report_repeated(context: Context, key: Text, first: Text, check: Check) -> None:
    """A key, id or text that stands for the second time."""
    noun, hint = {
        errors.DUPLICATE_KEY: ("key", "keep one of the two"),
        errors.DUPLICATE_ID: ("id", "give this fact an id of its own"),
        errors.REPEATED_TEXT: ("text", "keep one of the two, or say how they differ"),
    }[check]
    if check == errors.DUPLICATE_KEY and key.value == "section":
        hint = "a file holds one section: move the second one to a file of its own"
    place = first.span
    where = f"line {place.line}" if first.file is key.file else f"{place.path}:{place.line}"
    context.report(key, check, f'the {noun} "{short(key)}" is already used in {where}', hint)


def read_keys(context: Context, entries: Entries, keys: Keys, what: str) -> tuple[Values, bool]:
    """The values of known keys, and whether there were unknown ones."""
    values = Values()
    unknown = False
    cut_off = False  # the key before this one was no key, but the rest of a text
    for key, node in entries:
        known = keys.get(key.value)
        if known is not None:
            cut_off = False
            value = known.shape.read(context, key, node)
            if value is not None:
                values[known] = value
            continue
        unknown = True
        if key.value == "<<" and type(node) is Text and node.value.startswith("*"):
            continue  # YAML's way to copy keys; the alias is reported already
        cut_off = _stands_alone(key, node) and (cut_off or _report_cut_off(context, key, entries))
        if not cut_off:
            present = {key.value for key, _ in entries}
            free = {name: known for name, known in keys.items() if name not in present}
            _report_unknown(context, key, node, free, what)
    return values, unknown


def _report_unknown(context: Context, key: Text, node: Node, free: Keys, what: str) -> None:
    """`free` are the keys that could still be used here."""
    close = nearest(key.value, free)
    of_mapping = close and free[close].shape.flow == "mapping" and _is_misspelt(key.value, close)
    if odd_space(key):
        report_odd_space(context, key)
    elif not key.value:
        context.report(key, errors.UNKNOWN_KEY, "this line has no key", 'write "key: text"')
    elif (
        type(node) is tree.Mapping
        and any(k.value in context.kinds for k, _ in node.items)
        and not of_mapping
    ):
        message = f'the fact "{short(key)}" is indented too deep'
        hint = f'begin "{short(key)}:" like the other ids, and indent its keys below it'
        context.report(key, errors.WRONG_TYPE, message, hint)
    else:
        report_no_such(context, key, what, close, free)


def report_no_such(
    context: Context, key: Text, what: str, close: str | None, free: Iterable[str] = ()
) -> None:
    """A key that is none; `close` is what was probably meant, `free` are those there are."""
    hint = f'did you mean "{close}"?' if close else f"it can also have: {', '.join(free)}"
    sure = close and _is_misspelt(key.value.lower(), close)
    # In a table, the cell stands there, and the key at the head of its column.
    fix = (Edit(key.start, key.end, close),) if close and sure and type(key) is Text else ()
    context.report(key, errors.UNKNOWN_KEY, f'{what} has no key "{short(key)}"', hint, fix)


def seems_key(word: str, keys: Iterable[str]) -> bool:
    """Whether a word is one of some keys, or what authors write who do not know them."""
    close, word = nearest(word, keys), word.lower()
    return bool(close) and (word in _OTHER_WORDS or _is_misspelt(word, close or ""))


def _is_misspelt(word: str, key: str) -> bool:
    """Whether a word surely was meant for a key: the same letters, or all but one or two.

    A sign in it may be more than a slip of letters, and would get lost.
    """
    if not re.fullmatch(r"[\w -]+", word):
        return False
    return sorted(word) == sorted(key) or SequenceMatcher(None, word, key).ratio() > 0.8


def _report_cut_off(context: Context, key: Text, entries: Entries) -> bool:
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
    message = "a comma ends a text between { and }, so that this is taken for a key"
    hint = quoted_line(raw, text.start, last.end)
    fix = quoting(raw, text.start, last.end)
    context.report(key, errors.UNKNOWN_KEY, message, hint, fix)
    return True


def _stands_alone(key: Text, node: Node) -> bool:
    """Whether a key has neither a colon nor a value, as only a comma or brace makes one."""
    after = re.compile(r"\s*[,}]").match(key.file.text, key.end)
    return type(node) is Text and not node.value and bool(after)


def odd_space(key: Text) -> bool:
    """Whether a key begins with a space other than U+0020."""
    return key.value[:1].isspace() and key.file.text[key.start] == key.value[0]


def report_odd_space(context: Context, key: Text) -> None:
    """Spaces pasted from a web page or typed with a Japanese keyboard, which are two wide."""
    code = f"U+{ord(key.value[0]):04X}"
    message = f"this line begins with a kind of space that YAML does not know ({code})"
    hint = "delete the spaces at its beginning and type ordinary ones"
    typed = key.value[: len(key.value) - len(key.value.lstrip())]
    edit = Edit(key.start, key.start + len(typed), "  " * len(typed))
    fix = () if typed.strip("\u3000") else (edit,)
    context.report(key.span_of(0, 1), errors.YAML_SYNTAX, message, hint, fix)


def read_mapping(context: Context, key: Text, node: Node, hint: str) -> tree.Mapping | None:
    """A mapping that is not empty."""
    if type(node) is tree.Mapping and node.items:
        return node
    if context.lacks(node):
        return None
    if type(node) is tree.Mapping or (type(node) is Text and not node.value):
        context.report_empty(key, hint)
    else:
        context.report(node, errors.WRONG_TYPE, f'"{key.value}" must have keys below it', hint)
    return None


def is_key(context: Context, key: Text) -> bool:
    """Whether a line has a key at all."""
    if key.value.strip():
        return True
    context.report(key, errors.WRONG_TYPE, "this line has no key", 'write "key: text"')
    return False


def read_root(
    context: Context,
    document: Document,
    keys: Keys,
    needs: tuple[str, ...],
    what: str,
    select: Callable[[Context, Document, Entries], Entries] | None = None,
) -> Values | None:
    """A file's root mapping, read by a table of keys; None where it is no mapping.

    `select` takes entries away that are reported already.
    """
    root = document.root
    start = document.file.span(0, 1)
    if type(root) is not tree.Mapping:
        hint = f'begin it with "{needs[0]}: …"'
        if root is None and not document.broken:
            context.report(start, errors.MISSING_KEY, "the file is empty", hint)
        elif root is not None and not document.broken:
            context.report(root, errors.WRONG_TYPE, f"{what} consists of keys", hint)
        return None
    entries = entries_once(context, root.items, of_section=keys if "facts" in keys else ())
    if select:
        entries = select(context, document, entries)
    values, unknown = read_keys(context, entries, keys, what)
    present = {key.value for key, _ in root.items}
    if not unknown and len(entries) >= len(present) and not context.lacks(root):
        for name in needs:
            if name not in present:
                message, hint = f'{what} needs "{name}"', f'add the line "{name}: …"'
                context.report(start, errors.MISSING_KEY, message, hint)
    return values


def nearest(word: str, keys: Iterable[str]) -> str | None:
    """The key that was most likely meant, among those that are possible."""
    keys = list(keys)
    for other in _OTHER_WORDS.get(word.lower(), "").split():
        if other in keys:
            return other
    close = get_close_matches(word.lower(), keys, 1, cutoff=0.6)
    return close[0] if close else None


_OTHER_WORDS = {
    "question": "ask", "front": "ask", "back": "answer", "text": "cloze",
    "definition": "means", "meaning": "means", "description": "means what role",
    "name": "person title section deck", "who": "person by", "deed": "did", "where": "what",
    "author": "by", "speaker": "by", "from": "by source", "answer": "because means what role by",
    "date": "when", "year": "when", "day": "when", "reason": "because", "cause": "because",
    "list": "steps", "items": "steps", "parts": "steps sides",
    "note": "extra", "notes": "extra", "comment": "extra", "photo": "image", "tag": "tags",
    "title": "section deck", "sources": "source", "link": "url source", "lang": "language",
}  # fmt: skip
"""What authors write who do not know a key's name, and the keys that they may mean by it."""
