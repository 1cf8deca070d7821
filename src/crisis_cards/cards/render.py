"""A note type and a note's fields → what Anki shows: the question and the answer of a card.

Anki's template language, from measurements of Anki 26.9: what comes out of the theme's templates is
the same to the letter (`tests/test_render.py` compares every card with the real one). Adopted ones
use more of it, which is below the line.

    {{Field}}               the field as it is; braces in it are text
    {{Tags}}                the note's tags
    {{#Field}} … {{/Field}}   only where the field holds something
    {{^Field}} … {{/Field}}   only where it does not
    {{cloze:Field}}         the field with its blanks hidden, or shown on the answer
    {{cloze-only:Field}}    what is in the card's blanks and nothing else, on the answer
    {{type:Field}}          a box to type the field into, which Anki puts in the place of a mark
    {{FrontSide}}           on the answer: the question as it was
    ----------------------
    {{text:Field}}          the field without its HTML
    {{hint:Field}}          the field behind a tap; Anki's own is a link with a script
    {{furigana:Field}}      漢字[かんじ] as ruby; {{kanji:Field}} and {{kana:Field}}, a part of it
    {{tts …:Field}}         nothing to see: it is spoken
    {{Card}}, {{Type}}      names; of a deck, nobody knows here which it will be
    [sound:…]               a button to play it; Anki plays all of a side when it comes

Comments of a template stay as they are, tags in them included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from . import ordinals
from .draft import SEPARATOR
from .theme import NoteType

_MARK = re.compile(r"\{\{c([0-9]+)::|\}\}")
_FLAT = re.compile(r"\{\{c([0-9]+)::(.*?)(?:::.*?)?\}\}", re.DOTALL)
_FORMULA = re.compile(r"\\[(\[].*?\\[)\]]", re.DOTALL)
_ELEMENT = re.compile(r"<[^>]*>")
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
_OCCLUSION = "image-occlusion:"

# What Anki writes in `data-cloze` for a character: everything below U+0100 that is no ASCII letter
# or digit becomes a reference.
_NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;"}
_REFERENCES = {
    code: _NAMED.get(chr(code), f"&#x{code:02X};")
    for code in range(0x100)
    if not (chr(code).isascii() and chr(code).isalnum())
}


class Card(NamedTuple):
    """One card of a note; `ordinal` counts from 0, and a cloze's numbers from 1."""

    ordinal: int
    question: str
    answer: str
    heard: tuple[str, ...] = ()  # the sounds of the question, by their files' names
    answered: tuple[str, ...] = ()  # those of the answer that the question did not play


def render(note_type: NoteType, joined: str, tags: Sequence[str] = ()) -> Iterator[Card]:
    """The cards of a note with these fields, in order."""
    fields = joined.split(SEPARATOR)
    names = [name for _, name in note_type.fields]
    values = dict(zip(names, fields, strict=True))
    if note_type.is_cloze:
        made = ordinals.of_cloze(fields)
    else:
        named = {"Tags": " ".join(tags), **values}
        made = ordinals.of_templates([template.front for template in note_type.templates], named)
    values = {**ordinals.SPECIAL, "Tags": " ".join(tags), "Type": note_type.name, **values}
    for ordinal in made:
        template = note_type.templates[0 if note_type.is_cloze else ordinal]
        values["Card"] = template.name
        question, heard = _played(_filled(template.front, values, ordinal + 1, ""), "q")
        answer = _filled(template.back, values, ordinal + 1, question)
        answer, answered = _played(answer, "a")
        yield Card(ordinal, question, answer, heard, answered)


def _played(side: str, letter: str) -> tuple[str, tuple[str, ...]]:
    """A side with the places of its sounds, and their names in the order of playing."""
    if "[sound:" not in side:
        return side, ()
    names = tuple(_SOUND.findall(side))
    numbers = count()
    return _SOUND.sub(lambda _: f"[anki:play:{letter}:{next(numbers)}]", side), names


def _filled(template: str, values: Mapping[str, str], number: int, front: str) -> str:
    """A template with its tags replaced; `front` is empty on the question itself."""
    parts: list[str] = []
    for literal, tag in ordinals.visible(template, values):
        parts += (literal, _replaced(tag, values, number, front) if tag else "")
    return "".join(parts)


def _replaced(tag: str, values: Mapping[str, str], number: int, front: str) -> str:
    if tag == "FrontSide":
        return front
    *ways, name = tag.split(":")
    if ways[:1] == ["type"]:
        return f"[[{tag}]]"
    text = values.get(name, "")
    for way in reversed(ways):
        if way == "cloze":
            text = cloze(text, number, hidden=not front)
        elif way == "cloze-only":
            text = only(text, number)
        elif way == "hint" and text:
            text = f"<details><summary>{name}</summary>{text}</details>"
        elif way.startswith("tts"):
            text = ""
        elif way in _READINGS:
            text = _READING.sub(_READINGS[way], text)
        elif way == "text":
            text = _ELEMENT.sub("", text)
    return text


_READING = re.compile(r" ?([^ >\[\]]+?)\[(?!sound:)([^\]]+)\]")
_READINGS = {
    "furigana": r"<ruby><rb>\1</rb><rt>\2</rt></ruby>",
    "kanji": r"\1",
    "kana": r"\2",
}


def only(text: str, number: int) -> str:
    """The answers of a number's blanks, which are not nested and hold no mark of Anki's."""
    return ", ".join(found[2] for found in _FLAT.finditer(text) if int(found[1]) == number)


class _Open:
    """A blank that is being read: what it holds so far, and its hint."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.parts: list[str] = []
        self.hint: str | None = None

    def take(self, text: str) -> None:
        """Text; what follows a `::` in it is the hint."""
        if self.number:
            text, colons, hint = text.partition("::")
            self.hint = hint if colons else self.hint
        self.parts.append(text)


def cloze(text: str, number: int, *, hidden: bool) -> str:
    """A field as the card of a number shows it, with that number's blanks hidden or shown."""
    at = 0
    stack = [_Open()]
    for found in _MARK.finditer(text):
        stack[-1].take(text[at : found.start()])
        at = found.end()
        if found[1]:
            stack.append(_Open(int(found[1])))
        elif len(stack) > 1:
            blank = stack.pop()
            stack[-1].parts.append(_blank(blank, blank.number == number, hidden))
        else:
            stack[-1].parts.append(found[0])
    stack[-1].take(text[at:])
    # A blank that is never closed vanishes, and with it what it holds.
    return _FORMULA.sub(lambda formula: _ELEMENT.sub("", formula[0]), "".join(stack[0].parts))


def _blank(blank: _Open, is_asked: bool, hidden: bool) -> str:
    inner = "".join(blank.parts)
    if inner.startswith(_OCCLUSION):
        return _shape(inner.removeprefix(_OCCLUSION), blank.number, is_asked, hidden)
    look, answer = "cloze" if is_asked else "cloze-inactive", ""
    if is_asked and hidden:
        answer = f' data-cloze="{inner.translate(_REFERENCES)}"'
        inner = f"[{'...' if blank.hint is None else blank.hint}]"
    return f'<span class="{look}"{answer} data-ordinal="{blank.number}">{inner}</span>'


def _shape(shape: str, number: int, is_asked: bool, hidden: bool) -> str:
    """A region of a picture: Anki's script draws it over the picture from these attributes."""
    kind, *properties = shape.split(":")
    look = "cloze-inactive" if not is_asked else "cloze" if hidden else "cloze-highlight"
    attributes = [f'class="{look}"', f'data-ordinal="{number}"', f'data-shape="{kind}"']
    for name, _, value in (each.partition("=") for each in properties):
        attributes.append(f'data-{"occludeInactive" if name == "oi" else name}="{value}"')
    return f"<div {' '.join(attributes)} ></div>"
