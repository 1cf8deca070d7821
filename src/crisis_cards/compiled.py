"""A section file, compiled by itself: plain data, which the store keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from . import checks
from .cards.draft import Draft
from .cards.notes import drafts
from .checks import FactRecord, SectionRecord, fact_records, restore, section_record, words
from .format import section
from .format.deck import DeckFile
from .format.media import Media
from .format.tables import Tables
from .problems import Finding, Problem
from .yaml.tree import Document


class Compiled(NamedTuple):
    """What a deck needs of one of its sections; there is none in a file that says nothing.

    `problems` are errors within the file, `findings` warnings about single facts, `entries` what
    each check of the whole deck collected, by its name. `pictures` are the paths of files by their
    names in the package.
    """

    section: SectionRecord | None = None
    facts: tuple[FactRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    entries: Mapping[str, Sequence[Any]] = {}
    drafts: tuple[Draft, ...] = ()
    pictures: Mapping[str, str] = {}


def compile_section(
    document: Document,
    problems: Sequence[Problem],
    deck: DeckFile,
    media: Media,
    tables: Tables | None = None,
) -> Compiled:
    """Compiles a section file from its tree; `problems` are those of reading it."""
    file = section.read(document, deck, media, tables)
    found = (*problems, *without_echoes(file.problems, problems))
    record, facts = section_record(file, deck.settings), fact_records(file)
    if not file.section or not deck.settings or deck.sources is None:
        return Compiled(record, facts, found)
    spoken = words.of(deck.settings.language.code)
    spoiled = any(problem.is_error for problem in deck.problems)
    study = checks.study(file, deck.settings, spoken, spoiled=spoiled)
    images = (image.picture for fact in file.section.facts for image in fact.images)
    return Compiled(
        record,
        facts,
        found,
        tuple(checks.findings(study)),
        {index.check: tuple(index.collect(study)) for index in checks.INDEXES},
        tuple(drafts(file.section, study.notes, deck.settings)),
        {picture.name: str(picture.path) for picture in images},
    )


def without_echoes(problems: Sequence[Problem], found: Sequence[Problem]) -> list[Problem]:
    """What is wrong with a value that is no text in the first place need not be said as well."""
    places = {problem.span[:3] for problem in found}
    return [problem for problem in problems if problem.span[:3] not in places]


def restored(record: Sequence[Any]) -> Compiled:
    """A compiled section from the lists and dicts that JSON made of it."""
    own, facts, problems, findings, entries, made, pictures = record
    return Compiled(
        restore(SectionRecord, [own])[0] if own else None,
        tuple(restore(FactRecord, facts)),
        tuple(restore(Problem, problems)),
        tuple(restore(Finding, findings)),
        {
            index.check: restore(index.entry, entries.get(index.check, ()))
            for index in checks.INDEXES
        },
        tuple(restore(Draft, made)),
        pictures,
    )
