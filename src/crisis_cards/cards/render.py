"""A note type and a note's fields → what Anki shows: the question and the answer of a card.

Anki's template language as far as the theme uses it, from measurements of Anki 26.9: what comes out
is the same to the letter (`tests/test_render.py` compares every card with the real one).

    {{Field}}               the field as it is; braces in it are text
    {{Tags}}                the note's tags
    {{#Field}} … {{/Field}}   only where the field holds something
    {{^Field}} … {{/Field}}   only where it does not
    {{cloze:Field}}         the field with its blanks hidden, or shown on the answer
    {{cloze-only:Field}}    what is in the card's blanks and nothing else, on the answer
    {{type:Field}}          a box to type the field into, which Anki puts in the place of a mark
    {{FrontSide}}           on the answer: the question as it was
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
    """The cards of a note with these fields, in order.

    Raises ValueError for what a template may not use.
    """
    fields = joined.split(SEPARATOR)
    names = [name for _, name in note_type.fields]
    values = dict(zip(names, fields, strict=True))
    if note_type.is_cloze:
        made = ordinals.of_cloze(fields)
    else:
        made = ordinals.of_templates([template.front for template in note_type.templates], values)
    values["Tags"] = " ".join(tags)
    for ordinal in made:
        template = note_type.templates[0 if note_type.is_cloze else ordinal]
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
    way, _, name = tag.rpartition(":")
    if name not in values or way not in ("", "cloze", "type", "cloze-only" if front else ""):
        raise ValueError(f"a template uses {{{{{tag}}}}}, which is not rendered here")
    if way == "cloze":
        return cloze(values[name], number, hidden=not front)
    if way == "type":
        return f"[[{tag}]]"
    return only(values[name], number) if way else values[name]


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
