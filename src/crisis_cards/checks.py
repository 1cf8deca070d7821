"""Facts → findings: what can be said of a deck as a whole, once all of it is read.

A check is a function from a deck to problems, and a line in `CHECKS`. Its docstring says what it
finds and why that is bad.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from . import media
from .diagnostics import Diagnostic, Span
from .facts import Deck, Event, Fact
from .source import Text


def bad_was(deck: Deck) -> Iterator[Diagnostic]:
    """`was` names the fact's former id, so that the learners' history stays on its cards.

    An id that is still there, or that two facts claim, would put one history on two cards.
    """
    present = {fact.id.value: fact for fact in deck.facts()}
    claimed: dict[str, Fact] = {}
    for fact in deck.facts():
        if fact.was is None:
            continue
        former = fact.was.value
        if former in present:
            owner = "this fact itself" if present[former] is fact else _place(present[former].id)
            yield Diagnostic(
                fact.was.span,
                "bad-was",
                f'"{former}" is still the id of a fact ({owner})',
                "remove this line"
                if present[former] is fact
                else "remove this line, or give the other fact an id of its own",
            )
        elif former in claimed:
            yield Diagnostic(
                fact.was.span,
                "bad-was",
                f'"{former}" is already claimed by "{claimed[former].id.value}" '
                f"({_place(claimed[former].id)})",
                "keep the line in the fact that the history belongs to",
            )
        else:
            claimed[former] = fact


def shared_date(deck: Deck) -> Iterator[Diagnostic]:
    """A card from a date to its event has one right answer only if no other event has that date."""
    events: dict[object, list[tuple[Fact, Event]]] = {}
    for fact in deck.facts():
        if isinstance(fact.body, Event):
            events.setdefault(fact.body.when.when, []).append((fact, fact.body))
    for same in events.values():
        for fact, body in same:
            if body.both and len(same) > 1:
                other = next(o for o, _ in same if o is not fact)
                yield Diagnostic(
                    body.when.text.span,
                    "shared-date",
                    f'"{other.id.value}" ({_place(other.id)}) has the same date, so that '
                    "this date has two right answers",
                    'remove "both: true" from this fact',
                )


def bad_tag(deck: Deck) -> Iterator[Diagnostic]:
    """Anki keeps one spelling of a tag: two that differ in capitals alone would become one."""
    first: dict[str, tuple[str, Text]] = {}
    for section in deck.sections:
        tags = [(f"{deck.tag}::{section.tag}", section.title)]
        own = (*section.tags, *(tag for fact in section.facts for tag in fact.tags))
        tags += [(tag.value, tag) for tag in own]
        for tag, place in tags:
            spelling = unicodedata.normalize("NFC", tag)
            known, where = first.setdefault(spelling.casefold(), (spelling, place))
            if known != spelling:
                first[spelling.casefold()] = (spelling, place)
                yield Diagnostic(
                    place.span,
                    "bad-tag",
                    f'the tag "{spelling}" is written "{known}" in {_place(where)}, '
                    "and Anki makes one of the two",
                    "write it the same way everywhere",
                )


def no_alt(deck: Deck) -> Iterator[Diagnostic]:
    """Who cannot see a picture has it read out by its `alt`; without one, nothing is read."""
    for fact in deck.facts():
        if fact.image and not fact.alt and _may(fact, "no-alt"):
            yield Diagnostic(
                fact.image.text.span,
                "no-alt",
                "nothing says what this picture shows to somebody who cannot see it",
                'add the line "alt: …", or allow: [no-alt] where the picture is decoration',
            )


def _may(fact: Fact, check: str) -> bool:
    """Whether a warning may be given of a fact."""
    return all(name.value != check for name in fact.allow)


CHECKS: tuple[Callable[[Deck], Iterator[Diagnostic]], ...] = (
    bad_was,
    bad_tag,
    shared_date,
    no_alt,
)
"""Every check of a whole deck, in the order in which they run."""


def orphan_media(folder: Path, deck: Deck) -> Iterator[Diagnostic]:
    """A file in `media/` that no fact uses is not packaged: mostly its name was mistyped, or the
    fact that used it is gone. It is looked for once the deck is without errors.
    """
    used = (fact.image.picture.path for fact in deck.facts() if fact.image)
    for path in media.unused(folder, used):
        name = path.relative_to(folder / media.FOLDER).as_posix()
        yield Diagnostic(
            Span(path.as_posix(), 1, 1, 2),
            "orphan-media",
            "no fact uses this file",
            f'name it in a fact, as "image: {name}", or remove it from {media.FOLDER}/',
        )


def check(deck: Deck) -> list[Diagnostic]:
    """All that the checks find in a deck."""
    return [problem for find in CHECKS for problem in find(deck)]


def _place(text: Text) -> str:
    span = text.span
    return f"{span.path}:{span.line}"
