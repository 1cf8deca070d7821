"""HTML of a field → our Markdown.

What is written here is rendered again and compared, so that a text that reads otherwise is never
the outcome: the field then stays HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from ..cards import draft, markup
from ..format import cloze, embeds
from ..format.embeds import Files
from ..format.folders import PICTURES, SOUNDS
from ..format.media import Picture
from ..yaml.tree import File, Text
from .looks import tokens
from .tags import MendedError
from .written import NoMarkdownError, Part, Style, written

LONGEST = 20_000
"""Characters of a field that is tried; longer ones stay HTML."""

_UNTIDY = re.compile(r"[<&\x00-\x1f]|^ | $|  ")
# Those for lists count at the beginning of a line.
_SIGN = re.compile(r"\\(?=[!-/:-@\[-`{-~\n]|\Z)|[*_`\[~^{|]|=(?==)|:(?=:)|\}(?=\})")
_LIST_SIGN = re.compile(r" *(?:([-+])|[0-9]{1,9}([.)])|\*)(?![^ \n])")
_FORMULA = re.compile(r"\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]", re.DOTALL)


def markdown(html: str, *, plain: bool = True, exact: bool = False) -> str | None:
    """The text that `markup.text` renders to HTML that looks the same; None where there is none.

    `plain` is that of `looks.same`. With `exact`, the HTML is the same to the last character.
    """
    styles = (Style("*", anki=True), Style("_", anki=True))
    return _found(html, _rendered, styles, None if exact else plain)


def passage(html: str, *, plain: bool = True, exact: bool = False) -> str | None:
    """The same for a field with Anki's cloze marks, which keep their numbers."""
    styles = [Style(italic, anki) for anki in (True, False) for italic in "*_"]
    if "{{" not in html:
        styles = styles[:2]
    return _found(html, _rendered_passage, styles, None if exact else plain)


def _rendered(text: str) -> str | None:
    files = _files(text)
    return None if files is None else markup.text(text, files)


def _rendered_passage(text: str) -> str | None:
    """A text with blanks as a card gets it; None where a blank is not read or has no number."""
    files = _files(text)
    read, problems = cloze.parse(Text(text, 0, len(text), File("", text)))
    numbers = tuple(blank.number for blank in read.walk())
    if files is None or problems or None in numbers:
        return None
    html = markup.passage(read, files)
    return draft.numbered(html, tuple(number for number in numbers if number))


def _files(text: str) -> Files | None:
    """Every file that a text embeds, under its own name; None where one is none of a deck's."""
    files = {each.name: Picture(Path(each.name), each.name) for each in embeds.find(text)}
    return files if all(map(_is_media, files)) else None


def _is_media(name: str) -> bool:
    """Whether a name is one of a file in `media/`, of a type that may be there."""
    # Anki reads `%20` in a field as a space.
    if re.search(r"[/\\:]", name) or unquote(name) != name:
        return False
    return name.lower().endswith(PICTURES + SOUNDS)


def _found(
    html: str, render: Callable[[str], str | None], styles: Sequence[Style], plain: bool | None
) -> str | None:
    if not _UNTIDY.search(html) and render(html) == html:
        return html
    if len(html) > LONGEST:
        return None
    tried = set()

    def is_same(text: str) -> bool:
        if text in tried:  # two styles differ only where there is something to style
            return False
        tried.add(text)
        rendered = render(text)
        if rendered is None or plain is None:
            return rendered == html
        return tokens(rendered, plain=plain) == wanted

    try:
        wanted = tokens(html, plain=plain is not False)
        for style in styles:
            for text in _texts(written(wanted, style), is_same):
                return text
    except (MendedError, NoMarkdownError):
        pass
    return None


def _texts(parts: Sequence[Part], is_same: Callable[[str], bool]) -> Iterator[str]:
    """The text with as few signs escaped as it needs; nothing where none is right."""
    text = "".join(part.text for part in parts)
    signs = _signs(parts, text)
    escaped = frozenset(sign for _, sign in signs)
    if is_same(text):
        yield text
    elif signs and is_same(_escaped(text, signs, escaped)):
        for sign in sorted(escaped):
            if is_same(_escaped(text, signs, escaped - {sign})):
                escaped -= {sign}
        yield _escaped(text, signs, escaped)


def _signs(parts: Sequence[Part], text: str) -> list[tuple[int, str]]:
    """Where signs stand that may be read as marks and are not meant as such, in order."""
    typed = bytearray()
    for part in parts:
        typed += (b"\1" if part.typed else b"\0") * len(part.text)
    for formula in _FORMULA.finditer(text):
        start, end = formula.span()
        typed[start:end] = b"\0" * (end - start)
    found = {each.start(): each[0] for each in _SIGN.finditer(text)}
    for line in re.finditer("^", text, re.MULTILINE):
        at = line.start()
        while sign := _LIST_SIGN.match(text, at):
            at = sign.end()
            if sign.lastindex:
                found[sign.start(sign.lastindex)] = "list"
    return [(at, sign) for at, sign in sorted(found.items()) if typed[at]]


def _escaped(text: str, signs: Sequence[tuple[int, str]], escaped: Collection[str]) -> str:
    parts: list[str] = []
    last = 0
    for at, sign in signs:
        if sign in escaped:
            parts += (text[last:at], "\\")
            last = at
    return "".join((*parts, text[last:]))
