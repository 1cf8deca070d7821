"""What a build takes over from the last one: the sections whose files are as they were.

A section's notes come from its own file and from what all sections share: deck.yaml, theme.css,
media/, the lock, the tool. Beside that, sections meet in few points, and `Part` names them all: two
facts cannot have one id, an event's date is asked for once, questions are taken for each other.
Where a section that changed meets another one there, did so before, or may, nothing is taken over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from . import checks, twins
from .checks import Finding, Study
from .diagnostics import Diagnostic, Edit, Span
from .facts import Deck, Event, Section


class Part(NamedTuple):
    """One section: how it was built, and where others can meet it. It is plain data throughout.

    `path` is its file's, as messages name it; `notes` are the keys of its notes in their order.
    """

    path: str
    facts: int
    notes: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    others: tuple[str, ...]  # sections that something was found in together with this one
    silenced: tuple[str, ...]  # the checks that deck.yaml switched off here
    ids: tuple[str, ...]
    former: tuple[tuple[str, str], ...]  # id, and the one before
    dates: tuple[tuple[str, bool], ...]  # of events, and whether the date is asked for
    tags: tuple[str, ...]
    pictures: tuple[str, ...]
    questions: tuple[int, ...]  # as hashes
    cards: tuple[tuple[int, ...], ...]  # those that are compared: what they say, and their frames


class Last(NamedTuple):
    """The last build of a deck: all of its sections, which files changed since, and its package."""

    parts: tuple[Part, ...]
    changed: frozenset[str]
    package: Path

    def kept(self) -> list[Part]:
        """The sections that did not change."""
        return [part for part in self.parts if part.path not in self.changed]


def parts(
    study: Study,
    findings: Iterable[Finding],
    problems: Iterable[Diagnostic],
    silenced: Collection[tuple[str, str]],
) -> tuple[Part, ...] | None:
    """The parts of a deck without errors, their notes left out.

    None where something was found that is the whole deck's, or depends on all of its sections.
    `silenced` are checks that deck.yaml switched off, each with the file that it would have named.
    """
    deck = study.deck
    files = {section.title.file.path for section in deck.sections}
    if any(problem.span.path not in files for problem in problems):
        return None
    others: dict[str, set[str]] = {path: set() for path in files}
    for finding in findings:
        if finding.problem.check == checks.name(checks.thin_section):
            return None  # it depends on the number of all facts
        met = {fact.id.file.path for fact in finding.facts}
        for path in met:
            others[path] |= met - {path}
    of_file: dict[str, list[Diagnostic]] = {path: [] for path in files}
    for problem in problems:
        of_file[problem.span.path].append(problem)
    questions, cards = _questions(study), _cards(study)
    made = []
    for section in deck.sections:
        path = section.title.file.path
        made.append(
            Part(
                path=path,
                facts=len(section.facts),
                notes=(),
                problems=tuple(of_file[path]),
                others=tuple(sorted(others[path])),
                silenced=tuple(  # what deck.yaml would have been named for, each section does
                    name for where, name in silenced if where == path or where not in files
                ),
                ids=tuple(fact.id.value for fact in section.facts),
                former=tuple((f.id.value, f.was.value) for f in section.facts if f.was),
                dates=tuple(
                    (repr(fact.body.when.when), fact.body.both)
                    for fact in section.facts
                    if type(fact.body) is Event
                ),
                tags=_tags(deck, section),
                pictures=tuple(sorted({f.image.text.value for f in section.facts if f.image})),
                questions=tuple(questions[path]),
                cards=tuple(cards[path]),
            )
        )
    return tuple(made)


def _questions(study: Study) -> dict[str, list[int]]:
    """What is asked in each file. Two questions that share a hash by chance do no harm."""
    asked: dict[str, list[int]] = defaultdict(list)
    for fact, key, _ in study.questions:
        asked[fact.id.file.path].append(crc32(key.encode()))
    return asked


def _cards(study: Study) -> dict[str, list[tuple[int, ...]]]:
    """The cards in each file that may be taken for others: all that counts of them, as hashes."""
    cards: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for fact, kind, asked, answered, frames in study.asked:
        answer = answered.value if answered else ""
        said = (fact.id.value, kind, asked.value, answer, "hint" * bool(fact.hint))
        cards[fact.id.file.path].append((twins.stable_hash("\0".join(said)), *frames))
    return cards


def _tags(deck: Deck, section: Section) -> tuple[str, ...]:
    own = (*section.tags, *(tag for fact in section.facts for tag in fact.tags))
    return tuple(sorted({f"{deck.tag}::{section.tag}", *(tag.value for tag in own)}))


def apart(deck: Deck, last: Last, fresh: Sequence[Part], findings: Iterable[Finding]) -> bool:
    """Whether the sections that changed meet none of the others, before or now.

    `deck` holds the changed sections, `fresh` are their parts, `findings` what was found in them.
    """
    before = [part for part in last.parts if part.path in last.changed]
    others = last.kept()
    near_twin = checks.name(checks.near_twin)
    twins_found = any(finding.problem.check == near_twin for finding in findings)
    if {part.path for part in fresh} != {part.path for part in before}:
        return False
    return not (
        _all(before, "others")
        or _share_ids(before, fresh, others)
        or _share_dates(fresh, others)
        or _share_tags(fresh, others)
        or _all(before, "pictures") != _all(fresh, "pictures")
        or any(checks.is_thin(part.facts, _facts((*fresh, *others))) for part in (*fresh, *others))
        or not {name.value for name in deck.off} <= _all((*fresh, *others), "silenced")
        or not _all(fresh, "questions").isdisjoint(_all(others, "questions"))
        or _may_be_twins(before, fresh, others, twins_found)
    )


def _facts(parts: Iterable[Part]) -> int:
    return sum(part.facts for part in parts)


def _all(parts: Iterable[Part], name: str) -> set[Any]:
    return {value for part in parts for value in getattr(part, name)}


def _share_ids(before: Sequence[Part], fresh: Sequence[Part], others: Sequence[Part]) -> bool:
    ids = _all(fresh, "ids")
    elsewhere = _all(others, "ids") | {was for _, was in _all(others, "former")}
    return not ids.isdisjoint(elsewhere) or _all(before, "former") != _all(fresh, "former")


def _share_dates(fresh: Sequence[Part], others: Sequence[Part]) -> bool:
    dates, elsewhere = _all(fresh, "dates"), _all(others, "dates")
    asked = {date for date, both in dates | elsewhere if both}
    return bool({date for date, _ in dates} & {date for date, _ in elsewhere} & asked)


def _share_tags(fresh: Sequence[Part], others: Sequence[Part]) -> bool:
    """Whether a tag is written in two ways."""
    tags = _all(fresh, "tags") | _all(others, "tags")
    return len({checks.same_tag(tag) for tag in tags}) < len(tags)


def _may_be_twins(
    before: Sequence[Part], fresh: Sequence[Part], others: Sequence[Part], twins_found: bool
) -> bool:
    """Whether a card that is new, or one that is gone, changes what others are compared with.

    As many that have a frame in common as make a template are not compared: twins that were found
    in the changed sections alone may be two of more.
    """
    moved = {frame for card in _all(fresh, "cards") ^ _all(before, "cards") for frame in card[1:]}
    now, then = _frames(fresh), _frames(before)
    found = {frame for frame, number in now.items() if twins_found and number > 1}
    return any(
        frame in found
        or twins.are_compared(now[frame] + number)
        or twins.are_compared(then[frame] + number)
        for frame, number in _frames(others, moved | found).items()
    )


def _frames(parts: Iterable[Part], wanted: Collection[int] | None = None) -> Counter[int]:
    """How many cards of some sections have a frame, of those that are wanted."""
    return Counter(
        frame
        for part in parts
        for card in part.cards
        for frame in card[1:]
        if wanted is None or frame in wanted
    )


# --- as JSON --------------------------------------------------------------------------------------


def from_json(record: list[Any]) -> Part:
    """A part from the lists that JSON makes of it."""
    part = Part(*record)
    return Part(
        path=part.path,
        facts=part.facts,
        notes=tuple(part.notes),
        problems=tuple(map(_diagnostic, part.problems)),
        others=tuple(part.others),
        silenced=tuple(part.silenced),
        ids=tuple(part.ids),
        former=_tuples(part.former),
        dates=_tuples(part.dates),
        tags=tuple(part.tags),
        pictures=tuple(part.pictures),
        questions=tuple(part.questions),
        cards=_tuples(part.cards),
    )


def _tuples(lists: Iterable[Iterable[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(map(tuple, lists))


def _diagnostic(record: Sequence[Any]) -> Diagnostic:
    span, check, message, hint, fix = record
    return Diagnostic(Span(*span), check, message, hint, tuple(Edit(*edit) for edit in fix))
