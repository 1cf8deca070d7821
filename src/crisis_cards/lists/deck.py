"""What a deck holds before anything is added: what its facts ask, and its ids."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..format import deck as deck_file
from ..format import own_types, section
from ..format.embeds import texts
from ..format.folders import DECK_FILE, section_files
from ..format.keys import COMMON
from ..format.kinds import BUILT_IN, Kinds
from ..format.kinds.adopted import NOTE
from ..format.media import Media
from ..format.section import KNOWN_KEYS, Fact, known_keys
from ..format.shape import AnyKey
from ..format.tables import Tables
from ..pipeline import Project
from ..release.lock import facts_of
from ..yaml import tree


class There(NamedTuple):
    """A deck as it is. `asked` has answers with their places by what is asked (`normal`).

    `taken` are ids that no new fact may have; `sections` are files by the titles of their sections.
    """

    kinds: Kinds
    language: str
    asked: dict[str, list[tuple[str, str]]]
    taken: set[str]
    sections: dict[str, Path]


def normal(text: str) -> str:
    """A text for comparison: spaces and the two ways of typing an accent make no difference."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def new(language: str) -> There:
    """A deck that is not there yet."""
    return There(BUILT_IN, language, {}, {*KNOWN_KEYS, *COMMON}, {})


def read(folder: Path, project: Project) -> There:
    """A deck that is there, of a project without errors."""
    assert project.settings
    media, tables, own = Media(folder), Tables(folder), own_types.read(folder, Media(folder), {})
    known = known_keys(own.kinds)
    document, _ = tree.parse(tree.load(folder / DECK_FILE), str(folder / DECK_FILE), known)
    settings = deck_file.read(folder, document, media, own.kinds, has_sections=True)
    settings = settings._replace(knows_kinds=own.is_whole)
    taken = {*known, *(facts_of(project.lock) if project.lock else ())}
    there = There(own.kinds, project.settings.language.code, {}, taken, {})
    for path in section_files(folder):
        file = section.read(tree.read(path, known)[0], settings, media, tables)
        there.taken.update(name.value for name, _ in file.ids)
        if file.section:
            there.sections.setdefault(normal(file.section.title.value), path)
            for fact in file.section.facts:
                asked, *answer = (_said(fact, key) for key in _sides(fact))
                place = f"{fact.id.file.path}:{fact.id.span.line}"
                there.asked.setdefault(asked, []).append((normal(" ".join(answer)), place))
    return there


def _sides(fact: Fact) -> Sequence[AnyKey]:
    """The keys of what a fact asks and of what answers it; of an adopted note, its first fields."""
    if fact.kind.own and fact.kind.own.adopted:
        return [key for key in fact.kind.keys.values() if key.name != NOTE][:2]
    return fact.kind.needs


def _said(fact: Fact, key: AnyKey) -> str:
    return normal(" ".join(text.value for text in texts(fact.values.get(key))))
