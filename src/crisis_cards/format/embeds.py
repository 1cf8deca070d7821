"""Pictures and sounds in texts: `![what it shows](flag.svg)`, `![](anthem.mp3)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from types import MappingProxyType
from typing import NamedTuple

from ..problems import errors
from ..yaml.tree import Text
from .cloze import Passage
from .media import Image, Picture, Refused
from .near_misses import HIDDEN
from .prompt import Html
from .shape import Context

# What is in brackets may hold brackets in pairs; a file's name may too, and spaces.
_GRAMMAR = (
    r"!\[(?P<alt>(?:\\.|[^\[\]\\]|\[(?:\\.|[^\[\]\\])*\])*)\]"
    r"\([ \t]*(?:<(?P<pointed>[^<>\n]+)>|(?P<file>(?![ <])(?:[^()\n\"]|\([^()\n]*\)){1,300}?))"
    r"(?:[ \t]{1,9}\"[^\"\n]*\")?[ \t]{0,9}\)"
)
EMBED = re.compile(_GRAMMAR, re.DOTALL)
"""An embed, as the renderer reads it too. Groups: `alt`, and the file as `file` or `pointed`."""
# What Markdown takes as it is comes first: escapes, formulas, code.
_TOKEN = re.compile(
    r"\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]|\\.|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|"
    + _GRAMMAR,
    re.DOTALL,
)

Images = tuple[Image, ...]
Files = Mapping[str, Picture]
"""The files that the texts of a fact embed, by the names that its author wrote."""
NO_FILES: Files = MappingProxyType({})


class Embed(NamedTuple):
    """One embed of a text: what it shows in words, its file's name as written, and their places."""

    alt: str
    name: str
    start: int
    end: int
    name_at: tuple[int, int]


def embed(found: re.Match[str]) -> Embed:
    """What the grammar has found."""
    group = "pointed" if found["pointed"] else "file"
    alt = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", found["alt"])
    return Embed(alt, found[group], *found.span(), found.span(group))


def find(value: str) -> Iterator[Embed]:
    """The embeds of a text, without what is code, mathematics or escaped."""
    if "![" in value:
        for found in _TOKEN.finditer(value):
            if found["alt"] is not None:
                yield embed(found)


def spoken(value: str, sign: str) -> str:
    """A text with the words of its pictures in place of them, each with a sign behind it."""
    parts: list[str] = []
    at = 0
    for each in find(value):
        parts += (value[at : each.start], each.alt, sign)
        at = each.end
    return "".join((*parts, value[at:])) if parts else value


def hidden(value: str, readable: str) -> str:
    """A text as `near_misses.readable` makes it, with its embeds hidden too."""
    parts: list[str] = []
    at = 0
    for each in find(value):
        parts += (readable[at : each.start], HIDDEN * (each.end - each.start))
        at = each.end
    return "".join((*parts, readable[at:]))


def texts(value: object) -> Iterator[Text]:
    """Every text in what was read of a fact's keys."""
    if type(value) is Text:
        yield value
    elif type(value) is Passage:
        yield value.text
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)


Find = Callable[[str], "Picture | Refused"]
"""What finds a file by the name that stands in a text."""


def resolve(context: Context, values: Iterable[object], find_file: Find) -> Images | None:
    """The files that a fact's texts embed, once each; None with at least one report."""
    found: dict[str, Image] = {}
    sound = True
    for value in values:
        for text in texts(value):
            for each in find(text.value):
                at = text.span_of(*each.name_at)
                file = find_file(each.name)
                if isinstance(file, Refused):
                    context.report(at, *file)
                    sound = False
                elif file.is_sound and _in_hint(value, each):
                    message = "Anki plays no sound in the hint of a blank"
                    context.report(at, errors.UNSAFE_MEDIA, message, "put it into the text itself")
                    sound = False
                else:
                    found.setdefault(each.name, Image(text._replace(value=each.name), file))
    return tuple(found.values()) if sound else None


_IN_HTML = re.compile(
    r"\[sound:(?P<sound>[^\]]+)\]"
    r"|<(?:img|audio|video|source|object)\b[^>]*?\s(?:src|data)\s*=\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"']+))",
    re.IGNORECASE,
)


def named_in(html: str) -> Iterator[str]:
    """The names of the files that Anki looks for in a field."""
    for found in _IN_HTML.finditer(html):
        yield unescape(next(filter(None, found.groups()), ""))


def kept(context: Context, values: Iterable[object]) -> Images | None:
    """The same for a note of an adopted type, whose files keep their names.

    Of those that HTML names, the ones that are there: `lost_file` warns of the others.
    """
    values = tuple(values)
    found = resolve(context, values, context.kept)
    if found is None:
        return None
    files = {image.text.value: image for image in found}
    for text in (value.text for value in values if isinstance(value, Html)):
        for name in named_in(text.value):
            file = context.kept(name)
            if not isinstance(file, Refused):
                files.setdefault(name, Image(text._replace(value=name), file))
    return tuple(files.values())


def _in_hint(value: object, each: Embed) -> bool:
    if type(value) is not Passage:
        return False
    hints = (blank.hint for blank in value.walk() if blank.hint)
    return any(start <= each.start < end for start, end in hints)
