"""The warnings that a deck had when it was adopted: `.baseline` in its folder keeps them quiet.

    crisis-cards baseline 1
    answer-leak excomm
    near-twin exec-committee excomm
    printed-as-typed*2 talks
    thin-section ./3-end.yaml

A line is a warning by its check and the facts that it is about, sorted; or by its file in the
deck's folder, where it is about no fact. `*2` counts those that are alike. Facts that a check has
found together stand on one line, however it paired them: that changes with their order. Nothing
depends on the order of lines, and one may stand there twice, so that git may unite two branches.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from .. import git
from ..problems import CHECKS, Finding, Problem, Span, reason
from ..problems.errors import BAD_BASELINE

_HEADER = "crisis-cards baseline "
_VERSION = 1
_HERE = "./"  # before a file; no id of a fact has a slash
_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_is_header = re.compile(rf"{_HEADER}([1-9][0-9]{{,8}})").fullmatch
_is_line = re.compile(r"([a-z0-9-]+)(?:\*([1-9][0-9]{,8}))? (\./.+|[^\s/]+(?: [^\s/]+)*)").fullmatch


class Entry(NamedTuple):
    """Warnings of one check about one fact, about facts that it found together, or one file."""

    check: str
    about: tuple[str, ...]  # ids of facts, sorted; or a path with "./" before it


Baseline: TypeAlias = Mapping[Entry, int]
"""How many warnings each entry stands for; of facts that were found together, it is not counted."""


class Held(NamedTuple):
    """The warnings of a deck, held against its baseline.

    `new` are to be shown, `old` are in the baseline. `found` is the baseline of all of them. Of the
    one in the file, `left` is what is not mended, and `gone` what is left because its facts are not
    in the deck, or its check is not known: a fact may be on its way to another file. `mended`
    counts entries. `changed` says whether `left` is another one than the file has.
    """

    new: tuple[Problem, ...] = ()
    old: tuple[Problem, ...] = ()
    found: Baseline = MappingProxyType({})
    left: Baseline = MappingProxyType({})
    gone: Collection[Entry] = ()
    mended: int = 0
    changed: bool = False


# --- the file -------------------------------------------------------------------------------------


def read(path: Path) -> tuple[Baseline, list[Problem]]:
    """The baseline in a file, empty where there is none; with problems where it is damaged."""
    try:
        lines = re.split(r"\r\n|\n|\r", path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        lines = [""]
    except OSError as error:
        message = f"the baseline cannot be read: {reason(error)}"
        return {}, [Problem(Span(str(path), 1, 1, 2), BAD_BASELINE, message)]
    head, *rest = lines
    version = _is_header(head)
    if version and int(version[1]) > _VERSION:
        message = "this baseline was written by a newer crisis-cards"
        hint = "update crisis-cards: pip install --upgrade crisis-cards"
        return {}, [_problem(path, 1, head, message, hint)]
    if not version and not head.startswith(_MARKS):
        hint = "delete it, and write it anew: crisis-cards check --baseline"
        if command := git.restoring(path):
            hint = f"bring back the one of the last commit: {command}"
        return {}, [_problem(path, 1, head, "this is no baseline of crisis-cards", hint)]
    entries: dict[Entry, int] = {}
    damaged = []
    for number, line in enumerate(rest if version else lines, start=2 if version else 1):
        if found := _is_line(line):
            check, times, about = found.groups()
            file = about.startswith(_HERE)
            entry = Entry(check, (about,) if file else tuple(sorted({*about.split(" ")})))
            entries[entry] = max(entries.get(entry, 0), int(times or 1))
        elif line.strip() and not _is_header(line):  # git's union may leave the header of both
            damaged.append((number, line))
    return entries, [_problem(path, *each) for each in _faults(damaged)]


def _faults(damaged: list[tuple[int, str]]) -> Iterator[tuple[int, str, str, str]]:
    """Numbers of lines, the lines, messages and hints; a conflict of git is one fault."""
    conflict = any(line.startswith(_MARKS[0]) for _, line in damaged)
    for number, line in damaged:
        if line.startswith(_MARKS[0]):
            hint = "remove git's marks, and keep the lines of both sides"
            yield number, line, "git left a merge conflict here", hint
        elif not line.startswith(_MARKS):
            hint = "remove it: if its warning is still there, it is shown again"
            yield number, line, "this line of the baseline is damaged", hint
        elif not conflict:
            hint = "remove this line"
            yield number, line, "git left a mark of a merge conflict here", hint


def _problem(path: Path, number: int, line: str, message: str, hint: str) -> Problem:
    span = Span(str(path), number, 1, max(2, len(line) + 1), line)
    return Problem(span, BAD_BASELINE, message, hint)


def render(baseline: Baseline) -> str:
    """The text of the file: sorted, and the same for the same warnings."""
    lines = (
        f"{check}{f'*{number}' if number > 1 else ''} {' '.join(about)}"
        for (check, about), number in sorted(baseline.items())
    )
    return "\n".join((f"{_HEADER}{_VERSION}", *lines)) + "\n"


# --- holding warnings against it ------------------------------------------------------------------


def hold(
    baseline: Baseline,
    findings: Iterable[Finding],
    folder: Path,
    present: Collection[str],
    was: Mapping[str, str],
) -> Held:
    """Holds the warnings of a deck in a folder against its baseline.

    `present` are the ids of its facts; `was` has the new id of one that was renamed, by its old.
    Where there are more warnings of an entry than it counts, all of them are new: nobody can tell
    which of them is.
    """
    by_entry: dict[Entry, list[Problem]] = defaultdict(list)
    for finding in findings:
        by_entry[_entry(finding, folder)].append(finding.problem)
    found = {entry: len(problems) for entry, problems in by_entry.items()}
    known = _renamed(baseline, present, was)
    gone = {entry for entry in known if not _is_there(entry, present)}
    covers = _cover(known)
    old = {entry for entry, number in found.items() if covers(entry, number)}
    left = dict(_joined({entry: found[entry] for entry in old}))
    covered_by_gone = _cover({entry: known[entry] for entry in gone})
    left = {entry: number for entry, number in left.items() if not covered_by_gone(entry, number)}
    left |= {entry: known[entry] for entry in gone}
    # What a new warning is about stays as it was: an entry may only have got worse.
    touched = {(entry.check, fact) for entry in found.keys() - old for fact in entry.about}
    left |= {
        entry: number
        for entry, number in known.items()
        if any((entry.check, fact) in touched for fact in entry.about)
    }
    stays = _cover(left)
    return Held(
        tuple(p for entry, problems in by_entry.items() if entry not in old for p in problems),
        tuple(p for entry, problems in by_entry.items() if entry in old for p in problems),
        _joined(found),
        left,
        gone,
        sum(not stays(entry, number) for entry, number in known.items()),
        left != baseline,
    )


def _entry(finding: Finding, folder: Path) -> Entry:
    facts, problem = finding
    if facts:
        return Entry(problem.check, tuple(sorted({*facts})))
    path = PurePath(problem.span.path)
    name = (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    return Entry(problem.check, (_HERE + " ".join(name.split()),))


def _is_there(entry: Entry, present: Collection[str]) -> bool:
    """Whether a check and what it is about are there, so that a warning can be missed."""
    check, about = entry
    return check in CHECKS and (about[0].startswith(_HERE) or all(id_ in present for id_ in about))


def _renamed(baseline: Baseline, present: Collection[str], was: Mapping[str, str]) -> Baseline:
    """A baseline with the ids that its facts have now."""

    def now(fact: str) -> str:
        seen = set[str]()
        name = fact
        while name not in present and name in was and name not in seen:
            seen.add(name)
            name = was[name]
        return name if name in present else fact

    entries: dict[Entry, int] = {}
    for (check, about), number in baseline.items():
        entry = Entry(check, tuple(sorted({now(id_) for id_ in about})))
        entries[entry] = max(entries.get(entry, 0), number)
    return entries


def _cover(baseline: Baseline) -> Callable[[Entry, int], bool]:
    """A function that says whether so many warnings of an entry stand in a baseline."""
    groups: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for check, about in baseline:
        if len(about) > 1:
            group = frozenset(about)
            for fact in about:
                groups[check, fact].append(group)

    def covers(entry: Entry, number: int) -> bool:
        check, about = entry
        if len(about) == 1:
            return number <= baseline.get(entry, 0)
        return any(group.issuperset(about) for group in groups.get((check, about[0]), ()))

    return covers


def _joined(found: Baseline) -> Baseline:
    """What was found, with facts in one entry that a check has found together."""
    entries = {entry: number for entry, number in found.items() if len(entry.about) == 1}
    groups: dict[tuple[str, str], set[str]] = {}
    for check, about in found:
        if len(about) > 1:
            group = {*about}.union(*(groups.get((check, fact), ()) for fact in about))
            groups |= {(check, fact): group for fact in group}
    for (check, _), group in groups.items():
        entries[Entry(check, tuple(sorted(group)))] = 1
    return entries
