"""The shapes of values that several keys have, and their readers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TypeVar

from ..problems import CHECKS, Edit, Fix, errors
from ..yaml import characters
from ..yaml.quotes import quoted_line, quoting
from ..yaml.tree import Mapping, Node, Sequence, Text
from . import cloze, dates, typed
from .cloze import Passage
from .dates import Dated, When
from .folders import MEDIA
from .media import Image, Refused
from .reading import report_repeated
from .schema_parts import picture_name
from .shape import Context, Shape, short

T = TypeVar("T")

_SINGLE = {
    "when": "write one date, or the first and the last with a / between them, as in 1962/1963",
    "timeline": "write the first and the last date with a / between them, as in 1962/1963",
    "was": "write one id",
    "image": "write the name of one picture",
}
"""What to write instead of a list where brackets are not text."""


def read_text(context: Context, key: Text, node: Node) -> Text | None:
    """A text that is not empty."""
    if type(node) is Text:
        if node.value.strip():
            return node
        _report_no_text(context, key, node)
        return None
    if context.lacks(node):  # a slip in it is reported, and made a mapping of it
        return None
    raw = node.file.text
    fix: Fix = ()
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
    context.report(node, errors.WRONG_TYPE, message, hint, fix)
    return None


def _report_no_text(context: Context, key: Text, node: Text) -> None:
    comment = re.compile(r":[ \t]+#").match(key.span.source, key.span.end_column - 1)
    if node.value or not comment:
        context.report_empty(key, "write a text after the colon, or remove the line")
        return
    raw = key.file.text
    start = key.end + comment.end() - comment.start() - 1
    fix = quoting(raw, start) if raw[start + 1 : start + 2].isalnum() else ()
    message = "what begins with # is a comment, not text"
    span = key.file.span(start, start + 1)
    context.report(span, errors.WRONG_TYPE, message, quoted_line(raw, start), fix)


def of_text(
    made: Callable[[Context, Text, Text], T | None],
) -> Callable[[Context, Text, Node], T | None]:
    """The reader of what is made of a text, which is not empty."""

    def read(context: Context, key: Text, node: Node) -> T | None:
        text = read_text(context, key, node)
        return None if text is None else made(context, key, text)

    return read


def read_texts(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    """A list of texts."""
    if not isinstance(node, Sequence):
        _report_no_list(context, key, node)
        return None
    texts = []
    for item in node.items:
        if not isinstance(item, Text):
            _report_item(context, key, item)
        elif item.value.strip():
            texts.append(item)
        else:
            hint = "write a text, or remove it"
            context.report(item, errors.WRONG_TYPE, "this item is empty", hint)
    return tuple(texts) if len(texts) == len(node.items) else None


def read_some(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    """A list of texts that is not empty."""
    names = read_texts(context, key, node)
    if names == ():
        context.report(node, errors.WRONG_TYPE, f'"{key.value}" is empty', "name at least one")
    return names or None


def _report_item(context: Context, key: Text, item: Mapping | Sequence) -> None:
    """Mostly a `: ` in an item, which makes a mapping of it."""
    raw = item.file.text
    span = item.span
    hint = "write a text after the dash"
    fix: Fix = ()
    if type(item) is Mapping and raw[item.start] != "{" and item.items:
        name, value = item.items[0]
        colon = raw.find(":", name.end)
        span = item.file.span(colon, colon + 1)
        end = value.end if raw[item.end : item.end + 1] in ("]", ",") else None  # in brackets
        hint = quoted_line(raw, item.start, end)
        if len(item.items) == 1:
            fix = quoting(raw, item.start, end)
    elif raw[item.start] in "[{":
        hint = quoted_line(raw, item.start, item.end)
    noun = "a list" if type(item) is Sequence else "a key with a value"
    message = f'an item of "{key.value}" must be a text, not {noun}'
    context.report(span, errors.WRONG_TYPE, message, hint, fix)


def _report_no_list(context: Context, key: Text, node: Text | Mapping) -> None:
    message = f'"{key.value}" must be a list'
    if type(node) is not Text:
        hint = f'write one text a line below "{key.value}:", each after a dash'
    elif not node.value:
        context.report_empty(key, "write its items, or remove the line")
        return
    elif re.match(r"-\S", node.value):
        message += ", and a dash needs a space after it"
        hint = f"write: - {node.value.split(' -')[0][1:].strip()}"
    elif " - " in node.value:
        hint = f'write the first item on a line of its own below "{key.value}:", after a dash'
    elif "," in node.value or node.span.line == node.file.line(node.end):
        hint = f"write {key.value}: [{short(node)}], or one item a line, each after a dash"
    else:
        hint = "write one item a line, each after a dash"
    context.report(node, errors.WRONG_TYPE, message, hint)


def _flag(context: Context, key: Text, text: Text) -> bool | None:
    if text.value in ("true", "false"):
        return text.value == "true"
    good = "false" if text.value.lower() in ("false", "no", "off", "0") else "true"
    message = f'"{key.value}" is either true or false'
    context.report(text, errors.WRONG_TYPE, message, f"write: {good}")
    return None


def read_id(context: Context, key: Text, node: Node) -> Text | None:
    """Lower-case words with hyphens between them."""
    text = read_text(context, key, node)
    if text is None or (text.value.isascii() and text.value == slug(text.value)):
        return text
    seen = _seen(context, text)
    if seen.value == (good := slug(seen.value, JOINERS)):
        return seen
    same = unicodedata.normalize("NFC", seen.value) == good
    message = f'"{short(text)}" is not an id: ids are lower-case words with hyphens between them'
    hint = f"write: {good}" if good else "write a word in letters"
    if same:
        message = f'in "{good}", an accent is typed as a character of its own, which looks the same'
        hint = f"type it anew: {good}"
    fix = (Edit(text.start, text.end, good),) if good else ()
    if seen is text:  # one message is enough
        context.report(text, errors.BAD_ID, message, hint, fix)
    return seen._replace(value=good) if same else None


JOINERS = "\u200c\u200d"
"""Two characters that nobody sees, and that spell words in Persian and in scripts of India."""


def _seen(context: Context, text: Text) -> Text:
    """A name without what nobody sees, and without curly quotes: it would be another name."""
    if text.value.isascii() or not (found := characters.in_name(text.value)):
        return text
    slip = characters.slip_of_name(text.file.shown[text.start : text.end], text.start, found)
    span = text.file.span(slip.start, slip.end)
    context.report(span, errors.YAML_SYNTAX, slip.message, slip.hint, slip.fix)
    return text._replace(value=found)


def _tag(context: Context, _: Text, text: Text) -> Text | None:
    """A tag that Anki keeps as it is: without spaces and without an empty part."""
    text = _seen(context, text)
    value = text.value
    if re.search(r"\s", value):
        message = f'a tag cannot contain a space: "{short(text)}"'
        hint = f"write: {'-'.join(value.split())}"
    elif "" in value.split("::"):
        good = "::".join(part for part in value.split("::") if part)
        message = f'a part of the tag "{short(text)}" is empty'
        hint = f"write: {good}" if good else "write a word"
    else:
        return _composed(text)
    context.report(text, errors.BAD_TAG, message, hint)
    return None


def _read_tags(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    texts = read_texts(context, key, node)
    if texts is None:
        return None
    tags = [_tag(context, key, text) for text in texts]
    for text in texts:
        if text.value.lower() in ("marked", "leech"):
            message = f'the tag "{text.value}" is Anki\'s own: it removes it on import'
            context.report(text, errors.BAD_TAG, message, "choose another word")
    return None if None in tags else tuple(tag for tag in tags if tag)


def _read_names(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    """A key of `sources` or a list of keys."""
    if type(node) is Sequence:
        names = read_texts(context, key, node)
    else:
        text = read_text(context, key, node)
        names = None if text is None else (text,)
    if names is None or context.sources is None:
        return names
    names = tuple(_composed(_seen(context, name)) for name in names)
    unknown = [name for name in names if name.value not in context.sources]
    for name in unknown:
        close = get_close_matches(name.value, context.sources, 1)
        several = [part.strip() for part in name.value.split(",")]
        hint = 'add it to "sources:" in deck.yaml'
        if len(several) > 1 and set(several) <= set(context.sources):
            hint = f"write {key.value}: [{', '.join(several)}]"
        elif close:
            hint = f'did you mean "{close[0]}"?'
        context.report(name, errors.UNKNOWN_SOURCE, f'there is no source "{short(name)}"', hint)
    return None if unknown else names


def _read_checks(context: Context, key: Text, node: Node) -> tuple[Text, ...] | None:
    names = read_texts(context, key, node)
    names = None if names is None else tuple(_seen(context, name) for name in names)
    for name in names or ():
        if name.value not in CHECKS:
            close = get_close_matches(name.value, sorted(CHECKS), 1)
            hint = f'did you mean "{close[0]}"?' if close else "write the name that a message shows"
            context.report(name, errors.UNKNOWN_CHECK, f'there is no check "{short(name)}"', hint)
    return names


def _when(context: Context, _: Text, text: Text) -> Dated | None:
    text = text if text.value.strip().isascii() else _seen(context, text)
    when = dates.parse(text.value.strip())
    if isinstance(when, When):
        return Dated(text, when)
    other = typed.read(text.value, context.language)
    if isinstance(other, When):
        return Dated(text, other)
    fix = (Edit(text.start, text.end, other.date),) if other.date else ()
    message = f'"{short(text)}" cannot be read as a date'
    context.report(text, errors.BAD_DATE, message, other.hint, fix)
    return None


SENTENCE_ENDS = ".?!…。？！؟"
REMARKS = r"(?i:todo|fixme|xxx|note)\b"
"""How a comment begins that is one for sure, as a regular expression."""
_CUT = re.compile(rf" #(?!#| ?{REMARKS})[^\r\n]*?(?:==|\{{\{{c\d)(?:(?![ \t]#(?!\d))[^\r\n])*")
"""A comment that has blanks, up to one behind it; two spaces before its # say that it is meant."""


def _passage(context: Context, _: Text, text: Text) -> Passage | None:
    whole = text.file.text
    passage, problems = cloze.parse(text)
    is_complete = passage.blanks and text.value[-1:] in SENTENCE_ENDS
    is_plain = whole[text.start] not in "\"'|>"
    if is_plain and not is_complete and (cut := _CUT.match(whole, text.end)):
        at = text.end + 1
        span = text.file.span(at, at + 1)
        message = "the rest of this line is a comment to YAML, and its blanks are missing"
        hint = "put the whole text in quotes"
        context.report(span, errors.CUT_BLANK, message, hint, quoting(whole, text.start, cut.end()))
        return None
    context.problems += problems
    return None if problems else passage


def _image(context: Context, _: Text, text: Text) -> Image | None:
    text = text if text.value.strip().isascii() else _seen(context, text)
    found = context.picture(text.value.strip())
    if isinstance(found, Refused):
        context.report(text, *found)
        return None
    return Image(text, found)


def are_several(context: Context, key: Text, texts: tuple[Text, ...], noun: str) -> bool:
    """At least two, and none twice."""
    if len(texts) < 2:
        message = f'"{key.value}" needs at least two {noun}'
        hint = "add the others, or make an ask fact of it"
        context.report(key, errors.WRONG_COUNT, message, hint)
        return False
    return differ(context, texts)


def differ(context: Context, texts: Iterable[Text]) -> bool:
    """Two that are the same would be the same question, with two answers."""
    first: dict[str, Text] = {}
    fine = True
    for text in texts:
        other = first.setdefault(" ".join(_composed(text).value.split()), text)
        if other is not text:
            report_repeated(context, text, other, errors.REPEATED_TEXT)
            fine = False
    return fine


def _composed(text: Text) -> Text:
    """A name with its accents as Anki stores them, so that both ways of typing one are the same."""
    return text._replace(value=unicodedata.normalize("NFC", text.value))


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")  # most ids; the others take their time


def slug(text: str, spelling: str = "") -> str:
    """Letters, marks and digits of every script, lower-cased; the rest as single hyphens.

    Inside of words, characters of `spelling` stay.
    """
    if _SLUG.fullmatch(text):
        return text
    # Of a Turkish İ, Python makes an i and a dot that nobody types.
    text = unicodedata.normalize("NFC", text).replace("İ", "i").lower()
    text = unicodedata.normalize("NFC", text)
    kept = (c if unicodedata.category(c)[0] in "LMN" or c in spelling else " " for c in text)
    words = (word.strip(spelling) if spelling else word for word in "".join(kept).split())
    return "-".join(filter(None, words))


TEXT = Shape(read_text, "text", "text")
PASSAGE = Shape(of_text(_passage), "text", "text with blanks")
ID = Shape(
    read_id, "id", "an id: lower-case letters and digits, in words with hyphens between them"
)
TAG = Shape(of_text(_tag), "tag", "a tag: a word without spaces; `::` nests tags")
TAGS = Shape(_read_tags, "tags", "a list of tags", "list")
NAMES = Shape(_read_names, "names", "a key of `sources`, or a list of them", "list")
CHECK_NAMES = Shape(_read_checks, "checks", "a list of names of checks", "list")
FLAG = Shape(of_text(_flag), lambda: {"enum": [True, False, "true", "false"]}, "`true` or `false`")
WHEN = Shape(of_text(_when), "when", "a date or a span")
IMAGE = Shape(of_text(_image), picture_name, f"the name of a file in `{MEDIA}/`")
