"""A deck in numbers: what it holds, where it is thin, and how long it takes to learn once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import click
from wcwidth import wcswidth

from .. import pipeline
from ..cards import markup, ordinals, render
from ..cards.draft import SEPARATOR
from ..cards.fields import Question, Regions, split
from ..cards.theme import NoteType
from ..checks.record import FactRecord
from ..format.kinds.own import OwnType
from ..pipeline import Deck
from ..problems import count
from ..release.lock import fact_of, slot_of
from ..release.plan import Published
from . import common

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults: Brysbaert, How many words do we read per minute?
(Journal of Memory and Language 109, 2019)."""
CELLS_A_WORD = 6
"""A word with its space; a character of Chinese or Japanese takes two cells of a terminal."""
SECONDS_TO_ANSWER = 6
"""To recall, to judge oneself and to press a button. Our assumption, not a measurement."""
SHOWN = 3
"""How often a card is shown until it is learned for the first day. Our assumption as well: Anki's
two learning steps, and one slip."""
ASSUMPTION = (
    f"Every card is shown {SHOWN} times on its first day, read at {WORDS_A_MINUTE} words a minute "
    f"(Brysbaert 2019), and answered in {SECONDS_TO_ANSWER} seconds; the {SHOWN} and the "
    f"{SECONDS_TO_ANSWER} are assumptions of ours."
)

_Notes = list[tuple[str, list[str]]]
"""The notes of a fact: the key of each, and what its cards show."""

_WIDTH = 80
_LISTED = 5
_ROWS = 12


class Share(NamedTuple):
    """What belongs to one section, kind, tag or source."""

    name: str
    facts: int
    notes: int
    cards: int


class Long(NamedTuple):
    """A fact's longest card: its note's key, the place of the fact, and the characters."""

    card: str
    path: str
    line: int
    characters: int


class Stats(NamedTuple):
    """A deck in numbers. `date_cards` ask for a date; `minutes` are those of a first pass.

    A fact with several tags or sources counts for each of them.
    """

    deck: str
    folder: str
    facts: int
    notes: int
    cards: int
    warnings: int
    minutes: int
    date_cards: int
    sections: list[Share]
    kinds: list[Share]
    tags: list[Share]
    sources: list[Share]
    longest: list[Long]
    without_hint: list[str]
    without_source: list[str]


@click.command("stats")
@common.decks
@common.style(("text", "json"), "json: one object a deck, a line each.")
def command(decks: tuple[Path, ...], style: str) -> None:
    """Say what decks hold, where they are thin, and how long they take to learn.

    \b
    Example:
      crisis-cards stats
      crisis-cards stats --format json decks/cuban-missile-crisis
    """
    for at, deck in enumerate(common.each_sound(decks, output=None)):
        found = of(deck)
        if style == "json":
            click.echo(json.dumps(record(found), ensure_ascii=False))
        else:
            click.echo("\n" * bool(at) + text(found), nl=False)


def of(deck: Deck) -> Stats:
    """The numbers of a deck."""
    made: dict[str, _Notes] = {}
    types = deck.note_types()
    own = {each.note_type: each for each in deck.settings.own_types()}
    for note in pipeline.release(deck, 1).notes:
        is_own = note.type in own
        shown = _own(note, own[note.type], types[note.type]) if is_own else _shown(note)
        made.setdefault(fact_of(note.key), []).append((note.key, _plain(shown)))
    placed = [(own.section, fact) for own in deck.sections if own.section for fact in own.facts]
    facts = [fact for _, fact in placed]
    notes = [note for of_fact in made.values() for note in of_fact]
    texts = [text for _, shown in notes for text in shown]

    def shares(pairs: Iterable[tuple[str, FactRecord]]) -> list[Share]:
        groups: dict[str, dict[str, _Notes]] = {}
        for name, fact in pairs:
            groups.setdefault(name, {})[fact.id] = made[fact.id]
        found = []
        for name, grouped in groups.items():
            numbers = [len(shown) for of_fact in grouped.values() for _, shown in of_fact]
            found.append(Share(name, len(grouped), len(numbers), sum(numbers)))
        return found

    def by_size(pairs: Iterable[tuple[str, FactRecord]]) -> list[Share]:
        return sorted(shares(pairs), key=lambda share: (-share.cards, share.name))

    return Stats(
        deck=deck.settings.name,
        folder=str(deck.folder),
        facts=len(made),
        notes=len(notes),
        cards=len(texts),
        warnings=len(deck.problems),
        minutes=round(sum(map(_seconds, texts)) / 60),
        date_cards=sum(len(shown) for key, shown in notes if slot_of(key) == "when"),
        sections=shares((section.title.strip(), fact) for section, fact in placed),
        kinds=by_size((fact.kind, fact) for fact in facts),
        # The section's own tag says nothing new.
        tags=by_size((tag, fact) for own, fact in placed for tag in (*own.tags, *fact.tags)),
        sources=by_size((name, fact) for fact in facts for name in fact.sources),
        longest=sorted(
            (_longest(fact, made[fact.id]) for fact in facts), key=lambda long: -long.characters
        )[:_LISTED],
        without_hint=[fact.id for fact in facts if not fact.hinted],
        without_source=[fact.id for fact in facts if not fact.sources],
    )


def record(stats: Stats) -> dict[str, object]:
    """For JSON."""
    rows = {
        name: [row._asdict() for row in getattr(stats, name)]
        for name in ("sections", "kinds", "tags", "sources", "longest")
    }
    return {**stats._asdict(), **rows, "assumption": ASSUMPTION}


def text(stats: Stats) -> str:
    """For a terminal of 80 columns."""
    made = common.contents(stats.facts, stats.notes, stats.cards)
    lines = [
        f"{stats.deck} ({stats.folder})",
        f"  {made}; {count(stats.warnings, 'warning')}",
        f"  about {_time(stats.minutes)} to learn every card once *",
        f"  cards that ask for a date: {_part(stats.date_cards, stats.cards)}",
    ]
    groups = (stats.sections, stats.kinds, stats.tags, stats.sources)
    for title, shares in zip(("Section", "Kind", "Tag", "Source"), groups, strict=True):
        if shares:
            lines += ["", _row(title, "facts", "notes", "cards")]
            for name, *numbers in shares[:_ROWS]:
                lines.append(_row(name, *(f"{number:,}" for number in numbers)))
            if len(shares) > _ROWS:
                lines.append(f"  and {len(shares) - _ROWS:,} more")
    lines += ["", "Longest cards, question and answer together"]
    lines += [
        f"  {characters:>5,} characters: {card} ({Path(path).name}:{line})"
        for card, path, line, characters in stats.longest
    ]
    lines += ["", _listed("Facts without a hint", stats.without_hint, stats.facts)]
    lines += [_listed("Facts without a source", stats.without_source, stats.facts), ""]
    return "\n".join([*lines, _wrapped(f"* {ASSUMPTION}"), ""])


def _plain(shown: Iterable[str]) -> list[str]:
    return [" ".join(markup.plain(html.replace("<", " <")).split()) for html in shown]


def _own(note: Published, own: OwnType, note_type: NoteType) -> list[str]:
    """What a learner reads of every card of a note of a kind in types/."""
    if own.adopted:
        return [card.answer for card in render.render(note_type, note.fields, note.tags)]
    values = dict(zip(note_type.named(), note.fields.split(SEPARATOR), strict=True))
    assert note_type.room
    places = note_type.room.templates.of
    cards = {places[card.name]: (*card.ask, *card.answer) for card in own.cards}
    keys = [cards[ordinal + 1] for ordinal in note_type.ordinals(note.fields, note.tags)]
    return [" ".join(values[key] for key in each) for each in keys]


def _shown(note: Published) -> list[str]:
    """What a learner reads of every card of a note."""
    fields = split(note.type, note.fields)
    if isinstance(fields, Question):
        shown = [f"{fields.question} {fields.answer}"]
    else:
        numbers = [ordinal + 1 for ordinal in ordinals.of_cloze(fields)]
        if isinstance(fields, Regions):
            shown = [f"{fields.question} {render.only(fields.answer, at)}" for at in numbers]
        else:
            shown = [render.cloze(fields.text, at, hidden=False) for at in numbers]
    return shown


def _seconds(text: str) -> float:
    words = max(0, wcswidth(text)) / CELLS_A_WORD
    return SHOWN * (words * 60 / WORDS_A_MINUTE + SECONDS_TO_ANSWER)


def _longest(fact: FactRecord, notes: _Notes) -> Long:
    size, card = max((len(text), key) for key, shown in notes for text in shown)
    return Long(card, fact.at.path, fact.line, size)


def _row(name: str, *numbers: str) -> str:
    columns = "".join(f"{number:>8}" for number in numbers)
    room = _WIDTH - len(columns) - 2
    while wcswidth(name) > room:
        name = name[: -2 if name.endswith("…") else -1].rstrip() + "…"
    return f"  {name}{' ' * (room - max(0, wcswidth(name)))}{columns}"


def _listed(title: str, names: list[str], facts: int) -> str:
    if not names:
        return f"{title}: none"
    some = ", ".join(names[:_LISTED]) + (" …" if len(names) > _LISTED else "")
    return _wrapped(f"{title}: {_part(len(names), facts)}: {some}")


def _wrapped(line: str) -> str:
    return fill(line, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _part(number: int, whole: int) -> str:
    return f"{number:,} ({number / max(1, whole):.0%})"


def _time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if hours else f"{max(1, minutes)} min"
