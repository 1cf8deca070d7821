"""A deck in numbers: what it holds, where it is thin, and how long it takes to learn once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from wcwidth import wcswidth

from . import cards, markup, render
from .build import Project
from .cloze import Passage
from .diagnostics import Span, count
from .facts import Deck, Fact
from .notes import Note, Question, Regions, generate
from .numbering import Numbering

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
    place: Span
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


def of(project: Project) -> Stats:
    """The numbers of a deck without errors."""
    deck, lock = project.deck, project.lock
    assert deck is not None
    assert lock is not None
    made: dict[str, list[tuple[Note, list[str]]]] = {}
    for note in generate(deck, Numbering(lock)):
        made.setdefault(note.key.split("/")[0], []).append((note, list(_shown(note))))
    sections: dict[str, list[Fact]] = {}
    for section in deck.sections:
        sections.setdefault(section.title.value.strip(), []).extend(section.facts)
    texts = [text for notes in made.values() for _, shown in notes for text in shown]
    numbers = {
        key: (len(notes), sum(len(shown) for _, shown in notes)) for key, notes in made.items()
    }

    def shares(groups: Mapping[str, Iterable[Fact]]) -> list[Share]:
        found = []
        for name, facts in groups.items():
            counted = [numbers[fact.id.value] for fact in facts]
            notes, shown = (sum(pair[at] for pair in counted) for at in (0, 1))
            found.append(Share(name, len(counted), notes, shown))
        return found

    return Stats(
        deck=deck.name,
        folder=str(project.folder),
        facts=len(made),
        notes=sum(notes for notes, _ in numbers.values()),
        cards=len(texts),
        warnings=sum(not problem.is_error for problem in project.problems),
        minutes=round(sum(map(_seconds, texts)) / 60),
        date_cards=sum(
            len(shown)
            for notes in made.values()
            for note, shown in notes
            if note.key.endswith("/when")
        ),
        sections=shares(sections),
        kinds=_by_size(shares(_grouped((fact.kind, fact) for fact in deck.facts()))),
        tags=_by_size(shares(_grouped(_tagged(deck)))),
        sources=_by_size(
            shares(_grouped((name.value, fact) for fact in deck.facts() for name in fact.sources))
        ),
        longest=_longest(deck, made),
        without_hint=[fact.id.value for fact in deck.facts() if not _has_hint(fact)],
        without_source=[fact.id.value for fact in deck.facts() if not fact.sources],
    )


def record(stats: Stats) -> dict[str, object]:
    """For JSON."""
    shares = {
        name: [share._asdict() for share in getattr(stats, name)]
        for name in ("sections", "kinds", "tags", "sources")
    }
    longest = [
        {"card": card, "path": place.path, "line": place.line, "characters": characters}
        for card, place, characters in stats.longest
    ]
    return {**stats._asdict(), **shares, "longest": longest, "assumption": ASSUMPTION}


def text(stats: Stats) -> str:
    """For a terminal of 80 columns."""
    made = (count(stats.facts, "fact"), count(stats.notes, "note"), count(stats.cards, "card"))
    lines = [
        f"{stats.deck} ({stats.folder})",
        f"  {', '.join(made)}; {count(stats.warnings, 'warning')}",
        f"  about {_time(stats.minutes)} to learn every card once *",
        f"  cards that ask for a date: {_part(stats.date_cards, stats.cards)}",
    ]
    for title, shares in (
        ("Section", stats.sections),
        ("Kind", stats.kinds),
        ("Tag", stats.tags),
        ("Source", stats.sources),
    ):
        if shares:
            lines += ["", _row(title, "facts", "notes", "cards")]
            lines += [
                _row(name, f"{facts:,}", f"{notes:,}", f"{shown:,}")
                for name, facts, notes, shown in shares[:_ROWS]
            ]
            if len(shares) > _ROWS:
                lines.append(f"  and {len(shares) - _ROWS:,} more")
    lines += ["", "Longest cards, question and answer together"]
    lines += [
        f"  {characters:>5,} characters: {card} ({Path(place.path).name}:{place.line})"
        for card, place, characters in stats.longest
    ]
    lines += ["", *_listed("Facts without a hint", stats.without_hint, stats.facts)]
    lines += _listed("Facts without a source", stats.without_source, stats.facts)
    return "\n".join([*lines, "", *_wrapped("* " + ASSUMPTION, "  "), ""])


def _shown(note: Note) -> Iterator[str]:
    """What a learner reads of every card of a note, as plain text."""
    fields = note.fields
    if isinstance(fields, Question):
        yield _plain(f"{fields.question} {fields.answer}")
        return
    for ordinal in cards.of_cloze(fields):
        if isinstance(fields, Regions):
            yield _plain(f"{fields.question} {render.only(fields.answer, ordinal + 1)}")
        else:
            yield _plain(render.cloze(fields.text, ordinal + 1, hidden=False))


def _plain(html: str) -> str:
    return " ".join(markup.plain(html.replace("<", " <")).split())


def _seconds(text: str) -> float:
    words = max(0, wcswidth(text)) / CELLS_A_WORD
    return SHOWN * (words * 60 / WORDS_A_MINUTE + SECONDS_TO_ANSWER)


def _grouped(pairs: Iterable[tuple[str, Fact]]) -> dict[str, list[Fact]]:
    groups: dict[str, dict[str, Fact]] = {}
    for name, fact in pairs:
        groups.setdefault(name, {})[fact.id.value] = fact
    return {name: list(facts.values()) for name, facts in groups.items()}


def _tagged(deck: Deck) -> Iterator[tuple[str, Fact]]:
    """Facts by the tags that their authors gave them; the section's own tag says nothing new."""
    for section in deck.sections:
        for fact in section.facts:
            for tag in (*section.tags, *fact.tags):
                yield tag.value, fact


def _by_size(shares: list[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: (-share.cards, share.name))


def _has_hint(fact: Fact) -> bool:
    """Whether a fact has a hint, or one in a blank."""
    passages = [part for part in fact.body if isinstance(part, Passage)]
    return fact.hint is not None or any(
        blank.hint is not None for passage in passages for blank in passage.walk()
    )


def _longest(deck: Deck, made: Mapping[str, list[tuple[Note, list[str]]]]) -> list[Long]:
    found = []
    for fact in deck.facts():
        size, card = max(
            (len(text), note.key) for note, shown in made[fact.id.value] for text in shown
        )
        found.append(Long(card, fact.id.span, size))
    return sorted(found, key=lambda long: -long.characters)[:_LISTED]


def _row(name: str, *numbers: str) -> str:
    columns = "".join(f"{number:>8}" for number in numbers)
    room = _WIDTH - len(columns) - 2
    while wcswidth(name) > room:
        name = name[: -2 if name.endswith("…") else -1].rstrip() + "…"
    return f"  {name}{' ' * (room - max(0, wcswidth(name)))}{columns}"


def _listed(title: str, names: list[str], facts: int) -> list[str]:
    if not names:
        return [f"{title}: none"]
    some = ", ".join(names[:_LISTED]) + (" …" if len(names) > _LISTED else "")
    return _wrapped(f"{title}: {_part(len(names), facts)}: {some}", "  ")


def _wrapped(line: str, indent: str) -> list[str]:
    return wrap(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _part(number: int, whole: int) -> str:
    return f"{number:,} ({number / max(1, whole):.0%})"


def _time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if hours else f"{max(1, minutes)} min"
