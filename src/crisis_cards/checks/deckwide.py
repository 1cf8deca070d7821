"""What facts and sections have to agree on, and what is said of a deck as a whole."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..format import media
from ..format.dates import Dated, identity
from ..format.folders import LOCK, MEDIA, SOUNDS
from ..problems import Span, Spot, excerpt
from ..problems.errors import BAD_TAG, MEDIA_COLLISION, SHARED_DATE
from . import facts
from .index import Whole, across, from_records
from .record import spot
from .register import Fault

if TYPE_CHECKING:
    from .study import Study


class Day(NamedTuple):
    """The date of an event; `asks` says that a card asks what happened then."""

    fact: str
    at: Spot
    when: str
    asks: bool


def _days(study: Study) -> Iterator[Day]:
    for fact, notes in study.notes:
        prompts = [prompt for note in notes for prompt in note.prompts]
        dates = [prompt.answer for prompt in prompts if type(prompt.answer) is Dated]
        asks = any(type(prompt.asked) is Dated for prompt in prompts)
        for date in dates:
            yield Day(fact.id.value, spot(date.text), identity(date.when, marks=False), asks)


@across(Day, _days, SHARED_DATE)
def shared_date(whole: Whole, entries: Sequence[Day]) -> Iterator[Fault]:
    """A card from a date to its event has one right answer only if no other event has that date."""
    events: dict[str, list[Day]] = {}
    for day in entries:
        events.setdefault(day.when, []).append(day)
    for same in events.values():
        for day in same if len(same) > 1 else ():
            # One of the first two is another fact's, unless two facts have one id.
            other = next((other.fact for other in same[:2] if other.fact != day.fact), None)
            if day.asks and other is not None:
                where = f'"{other}" ({whole.place(other)})'
                message = f"{where} has the same date, so that this date has two right answers"
                hint = 'remove "both: true" from this fact'
                yield Fault(whole.span(day.at), message, hint, (day.fact,))


class Tag(NamedTuple):
    """A tag in one of its spellings; those of a section that follow and agree are left out."""

    tag: str
    at: Spot


def _tags(study: Study) -> Iterator[Tag]:
    section = study.file.section
    if section is None:
        return
    last: dict[str, str] = {}
    own = (*section.tags, *(tag for fact in section.facts for tag in fact.tags))
    tags = [(f"{study.settings.tag}::{section.tag}", section.title)] if section.tag else []
    for tag, place in (*tags, *((tag.value, tag) for tag in own)):
        spelling = unicodedata.normalize("NFC", tag)
        if last.get(_same_tag(tag)) != spelling:
            last[_same_tag(tag)] = spelling
            yield Tag(spelling, spot(place))


@across(Tag, _tags, BAD_TAG)
def bad_tag(whole: Whole, entries: Sequence[Tag]) -> Iterator[Fault]:
    """Anki keeps one spelling of a tag: two that differ in capitals alone would become one."""
    first: dict[str, Tag] = {}
    for entry in entries:
        known = first.setdefault(_same_tag(entry.tag), entry)
        if known.tag != entry.tag:
            first[_same_tag(entry.tag)] = entry
            where = "{0.path}:{0.line}".format(whole.span(known.at))
            tags = f'the tag "{entry.tag}" is written "{known.tag}"'
            message = f"{tags} in {where}, and Anki makes one of the two"
            hint = "write it the same way everywhere"
            yield Fault(whole.span(entry.at), message, hint)


def _same_tag(tag: str) -> str:
    """What is equal for tags that are one to Anki."""
    return unicodedata.normalize("NFC", tag).casefold()


class Shown(NamedTuple):
    """A picture as a fact names it, and its file."""

    fact: str
    at: Spot
    name: str
    path: str


def _pictures(study: Study) -> Iterator[Shown]:
    for fact, _ in study.notes:
        for text, picture in fact.images:
            yield Shown(fact.id.value, spot(text), text.value, picture.path.as_posix())


@across(Shown, _pictures, MEDIA_COLLISION)
def media_collision(whole: Whole, entries: Sequence[Shown]) -> Iterator[Fault]:
    """Two names that differ in capitals alone are one file to some systems."""
    first: dict[str, Shown] = {}
    for entry in entries:
        known = first.setdefault(media.same_file_elsewhere(entry.name.strip()), entry)
        if known.name.strip() != entry.name.strip():
            names = f'"{excerpt(entry.name)}" and "{excerpt(known.name)}"'
            message = f"{names} are one file on Windows and macOS"
            hint = "rename one of the two"
            yield Fault(whole.span(entry.at), message, hint, (entry.fact,))


@from_records(facts.no_source.check, needs_sound=True)
def no_sources(whole: Whole) -> Iterator[Fault]:
    """The same check for a deck that has no sources at all: it is told once."""
    settled = (fact.retired or fact.sources or not fact.cites for fact in whole.records)
    if whole.settings.sources or all(settled):
        return
    message = "nothing in this deck says where its facts come from"
    hint = 'name books and pages under "sources:", and the key of one in each section as "source:"'
    yield Fault(whole.settings.place, message, hint)


@from_records(needs_sound=True)
def thin_section(whole: Whole) -> Iterator[Fault]:
    """A section has only one or two facts, in a deck that has many.

    A fact that is connected with nothing else is soon forgotten (Nielsen, Augmenting long-term
    memory: no orphan questions), and a tag for one card helps nobody. A deck with fewer than ten
    other facts is still being written, and a section without any is too: both are left alone. It is
    looked for once the deck is without errors: behind one, there may be facts that were not read.

    Bad: a section "Aftermath" with one fact beside five sections of twenty.

    Good: four facts about the aftermath, or the one in the section before it.

    Where the threshold comes from: a convention.
    """
    total = sum(section.facts for section in whole.sections)
    for section in whole.sections:
        if 1 <= section.facts <= 2 and total - section.facts >= 10:
            message = f"this section has only {'one fact' if section.facts == 1 else 'two facts'}"
            hint = "add what belongs to it, or move what there is to another section"
            yield Fault(whole.span(section.title_at), message, hint)


@across(Shown, _pictures, needs_sound=True)
def orphan_media(whole: Whole, entries: Sequence[Shown]) -> Iterator[Fault]:
    """A file in `media/` is used by no fact.

    It is not packaged: mostly its name was mistyped, or the fact that used it is gone. It is looked
    for once the deck is without errors.

    Bad: `media/cuba-old.svg`, which no fact names.

    Good: every file in `media/` stands in the `image` or a text of a fact.

    Where the rule comes from: Anki's own search for unused media.
    """
    used = {entry.path for entry in entries}
    used |= {str(path) for path in whole.settings.of_templates(whole.folder).values()}
    for path in media.unused(whole.folder, map(Path, used)):
        name = path.relative_to(whole.folder / MEDIA).as_posix()
        way = f"![]({name})" if name.lower().endswith(SOUNDS) else f'"image: {name}"'
        hint = f"name it in a fact, as {way}, or remove it from {MEDIA}/"
        yield Fault(Span(path.as_posix(), 1, 1, 2), "no fact uses this file", hint)


@from_records()
def not_read(whole: Whole) -> Iterator[Fault]:
    """A file or folder looks like a part of the deck, and is not read.

    Sections are the files beside deck.yaml that end in `.yaml` or `.yml`; a table beside it is read
    once a section names it, as `table: countries.csv`; pictures lie in `media/`, the look of a deck
    stands in `theme.css`. Windows hides the end of a file's name at first, so
    that an editor may add `.txt` to it unseen.

    Bad: `3-end.yaml.txt`, `part-2/4-talks.yaml`, `Media/map.png`, `Theme.css`.

    Good: `3-end.yaml`, `4-talks.yaml`, `media/map.png`, `theme.css`.

    Where the rule comes from: facts that were written and never became cards.
    """
    for path, message, hint in whole.unread:
        yield Fault(Span(path.as_posix(), 1, 1, 2), message, hint)


@from_records()
def future_lock(whole: Whole) -> Iterator[Fault]:
    """The lock has a time that is still to come: the clock of a computer was wrong once.

    To Anki, a note with a later time is a newer one. Until that time has come, every import of this
    deck replaces what learners wrote into those notes, whether you changed them or not.

    Bad: a deck that was built while the clock said 2099.

    Good: the deck.lock of the release before, and a new build with the clock set right.

    Where the rule comes from: Anki's import, which compares the times of notes.
    """
    if whole.latest > time.time() + 24 * 3600:  # a day: the zones of two computers may differ
        day = time.strftime("%Y-%m-%d", time.gmtime(whole.latest))
        message = f"a release was built when the clock said {day}, which is still to come"
        hint = "if your clock is right: bring back the deck.lock of the release before, and build"
        yield Fault(Span((whole.folder / LOCK).as_posix(), 1, 1, 2), message, hint)


@from_records()
def default_deck(whole: Whole) -> Iterator[Fault]:
    """The deck is called "Default", as a deck that every Anki has.

    Anki calls it "Default_" at the first import, and puts the cards of later releases into the
    learner's own "Default" (measured with Anki 26.9).

    Bad:

        deck: Default

    Good:

        deck: History

    Where the rule comes from: Anki keeps the first deck of a collection for itself.
    """
    sections = ((section.deck, section.deck_at) for section in whole.sections)
    for name, at in ((whole.settings.name, None), *sections):
        if name.lower() == "default":
            message = f'every Anki has a deck of its own called "{name}"'
            hint = "give the deck the name of its subject"
            yield Fault(whole.span(at) if at else whole.settings.place, message, hint)
