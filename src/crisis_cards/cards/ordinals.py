"""Which cards Anki makes of a note: its own rules, measured, not taken from its code.

An import adds exactly the cards that a package holds, so these rules have to be right: a card too
few is invisible until "Check Database", one too many is an empty card. genanki's own rules miss
nested clozes and conditional templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

_DEEPEST = 10  # marks nested deeper are ignored
_LAST = 499  # the highest card of a cloze note

SPECIAL = dict.fromkeys(("Deck", "Subdeck", "Type", "Card", "CardID", "CardFlag"), "…")
"""What templates can show beside fields, and is never empty (measured with Anki 26.9)."""

_CLOZE = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_FLAT = re.compile(r"\{\{c([0-9]+)::[^{}]*\}\}")  # most clozes: one number, nothing nested
_BLANK = re.compile(r"(?:[ \t\n\r\f\v]|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_TAG = re.compile(r"(<!--.*?-->)|\{\{(.*?)\}\}", re.DOTALL)


def of_cloze(fields: Iterable[str]) -> tuple[int, ...]:
    """The ordinals (from 0) of a cloze note's cards: one for every number in any field."""
    numbers: set[int] = set()
    for text in fields:
        if "{{c" not in text:
            continue
        flat = _FLAT.findall(text)
        if len(flat) == text.count("{{c"):
            numbers.update(map(int, flat))
            continue
        waiting: list[set[int]] = []
        for found in _CLOZE.finditer(text):
            if found[1] is not None:
                here = {int(number) for number in found[1].split(",") if number}
                if here and len(waiting) < _DEEPEST:
                    waiting.append(here)
            elif waiting:
                # A mark that is never closed takes those inside it along.
                done = waiting.pop()
                (waiting[-1] if waiting else numbers).update(done)
    return tuple(sorted({min(number - 1, _LAST) for number in numbers if number}))


def of_templates(fronts: Iterable[str], fields: Mapping[str, str]) -> tuple[int, ...]:
    """The ordinals of a Q/A note's cards: one for every front that shows a field with content.

    `fields` are the note's fields by name, and its `Tags`; text of the template itself does not
    count.
    """
    fields = {**SPECIAL, **fields}
    return tuple(
        at
        for at, front in enumerate(fronts)
        if not all(is_blank(fields.get(_field(tag), "")) for _, tag in visible(front, fields))
    )


def always_shown(front: str) -> str | None:
    """The first field that a front shows whatever the others hold, if there is one."""
    depth = 0
    for _, sign, name in _parsed(front):
        if name and not sign and not depth:
            return _field(name)
        depth += {"#": 1, "^": 1, "/": -1}.get(sign, 0)
    return None


def _field(tag: str) -> str:
    return tag.rpartition(":")[2]


def is_blank(value: str) -> bool:
    """Whether a field counts as empty."""
    return bool(_BLANK.fullmatch(value))


def visible(template: str, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a template shows of a note: texts, each with the tag behind it that is to be replaced.

    There is none behind the last text, and behind those that a section follows or ends.
    """
    shown = [True]
    for literal, sign, name in _parsed(template):
        here = shown[-1]
        if sign == "/":
            shown.pop()
        elif sign:
            shown.append(here and is_blank(fields.get(name, "")) == (sign == "^"))
        if here:
            yield literal, "" if sign else name


@cache  # the templates of a deck are the same for all its notes
def _parsed(template: str) -> tuple[tuple[str, str, str], ...]:
    """The texts of a template, each with the tag behind it: `#`, `^`, `/` or nothing, and the rest.

    Comments are text. The last one has no tag.
    """
    parts = []
    literal, at = "", 0
    for found in _TAG.finditer(template):
        literal += template[at : found.start()]
        at = found.end()
        if found[1]:
            literal += found[1]
            continue
        tag = found[2].strip()
        sign = tag[:1] if tag[:1] in ("#", "^", "/") else ""
        parts.append((literal, sign, tag.removeprefix(sign).strip()))
        literal = ""
    return (*parts, (literal + template[at:], "", ""))
