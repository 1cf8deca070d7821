"""Mistakes with one sure remedy, mended in the text; every other character stays as it is.

A problem carries its remedy from where it was found. Here it is tried out in memory and read again:
it stays only if nothing that was typed is lost (`proof.py`), the problem is gone, and no other one
came in its place.
"""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from .. import files, pipeline
from ..checks import words
from ..checks.facts import unseen_character
from ..format.section import KNOWN_KEYS
from ..pipeline import Memory, Project
from ..problems import Problem
from ..problems.errors import BAD_ID, MISSING_ID, NOT_UTF8, UNREADABLE_FILE, YAML_SYNTAX
from ..release.lock import Lock, fact_of
from ..watch import difference
from .naming import named
from .proof import Trial

_HIDING = frozenset({YAML_SYNTAX, NOT_UTF8, UNREADABLE_FILE})
"""Errors behind which there may be ids that nobody has seen."""


class ChangedError(Exception):
    """A file was saved by somebody else while its mistakes were mended."""


class Fixed(NamedTuple):
    """What became of a deck: its files before and after, what was mended, and what is left."""

    project: Project
    files: dict[Path, tuple[bytes, bytes]]
    mended: list[Problem]


def fix(folder: Path, *, old: bool = False) -> Fixed:
    """Mends a deck's mistakes as far as there is one sure remedy. Nothing is written.

    With `old`, also those that are in its baseline.
    """
    memory = Memory()

    def read(unsaved: Mapping[Path, bytes]) -> Project:
        project = pipeline.read(folder, memory, unsaved)
        return project.with_old() if old else project

    project = read({})
    texts: dict[Path, tuple[bytes, bytes]] = {}  # before and after
    mended: list[Problem] = []
    given_up: set[tuple[str, ...]] = set()
    while batch := [p for p in _sure(project) if _name(p) not in given_up]:
        waiting = [batch]
        while waiting:
            attempt = waiting.pop()
            if found := _tried(project, read, texts, attempt):
                project, changed = found
                texts |= changed
                mended += attempt
                break  # the other places have moved
            if len(attempt) == 1:
                given_up.add(_name(attempt[0]))
            else:
                half = len(attempt) // 2
                waiting += [attempt[half:], attempt[:half]]
    return Fixed(project, texts, mended)


def write(decks: Iterable[Fixed]) -> None:
    """Writes the files of decks, all of them or none. Raises OSError, and ChangedError."""
    changed = [(path, *texts) for fixed in decks for path, texts in fixed.files.items()]
    for path, before, _ in changed:
        if path.read_bytes() != before:
            raise ChangedError(str(path))
    files.write([(path, after) for path, _, after in changed])


def diff(changed: Mapping[Path, tuple[bytes, bytes]]) -> str:
    """Files before and after, as a unified diff that `patch` and `git apply` take.

    A file that was empty before is a new one.
    """
    lines: list[str] = []
    for path, (before, after) in sorted(changed.items()):
        name = path.as_posix()
        former = f"a/{name}" if before else "/dev/null"
        lines += unified_diff(_lines(before), _lines(after), former, f"b/{name}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    return list(io.StringIO(data.decode("utf-8"), newline="\n"))


def _sure(project: Project) -> list[Problem]:
    """The problems that can be mended together, in the order of their places."""
    hidden = any(problem.check in _HIDING for problem in project.problems)
    ids = Counter(
        edit.text for problem in project.problems if problem.check == BAD_ID for edit in problem.fix
    )
    known = None if hidden or project.lock is None else _known(project.lock)
    used = {*KNOWN_KEYS, *ids, *(known or ()), *_used(project)}
    unseen = any(problem.check == unseen_character.check for problem in project.problems)
    numbered = _numbered(project) if unseen else []
    chosen: list[Problem] = []
    taken: set[tuple[str, int]] = set()
    for problem in sorted(project.problems):
        if problem.check == BAD_ID and not (
            known is not None
            and all(
                ids[edit.text] == 1 and (edit.text not in known or _is_same(problem, edit.text))
                for edit in problem.fix
            )
        ):
            continue
        if problem.check == MISSING_ID:
            if known is None or project.settings is None:
                continue
            problem = named(problem, used, words.of(project.settings.language.code).stop)
        path, line, *_ = problem.span
        if problem.check == unseen_character.check and (
            known is None or any(p == path and line in lines for p, lines in numbered)
        ):
            continue
        # Two remedies in one line could meet: one of them waits for the next round.
        if problem.fix and (path, line) not in taken:
            taken.add((path, line))
            chosen.append(problem)
    return chosen


def _numbered(project: Project) -> list[tuple[str, range]]:
    """The file and lines of every fact whose blanks, steps or sides learners have.

    They are known by their texts: with two of them changed, histories could be mixed up.
    """
    lock = project.lock or Lock()
    keys = (*lock.parts, *(key for key, entry in lock.notes.items() if entry.parts))
    published = set(map(fact_of, keys))
    facts = chain.from_iterable(section.facts for section in project.sections)
    return [(f.at.path, range(f.line, f.last + 1)) for f in facts if f.id in published]


def _is_same(problem: Problem, good: str) -> bool:
    """Whether an id differs from a good one only in how its accents are typed."""
    _, _, column, end, source = problem.span
    return unicodedata.normalize("NFC", source[column - 1 : end - 1]) == good


def _used(project: Project) -> Iterator[str]:
    """The ids of all facts, and those that they had before."""
    for fact in chain.from_iterable(section.facts for section in project.sections):
        yield fact.id
        if fact.was:
            yield fact.was[0]


def _known(lock: Lock) -> set[str]:
    """Every id that was ever published."""
    keys = (*lock.notes, *lock.gone, *lock.parts, *(key for key, _ in lock.stray))
    return {lock.deck, *lock.was, *lock.was.values(), *(key.split("/")[0] for key in keys)}


def _name(problem: Problem) -> tuple[str, ...]:
    """A problem by what it says of which line, which may move."""
    return (problem.span.path, problem.span.source, problem.check, problem.message)


def _tried(
    project: Project,
    read: Callable[[Mapping[Path, bytes]], Project],
    texts: Mapping[Path, tuple[bytes, bytes]],
    batch: Sequence[Problem],
) -> tuple[Project, dict[Path, tuple[bytes, bytes]]] | None:
    """The deck and its changed files once some problems are mended; None if that went wrong."""
    by_file: dict[Path, list[Problem]] = {}
    for problem in batch:
        by_file.setdefault(Path(problem.span.path), []).append(problem)
    changed: dict[Path, tuple[bytes, bytes]] = {}
    touched: set[tuple[str, int]] = set()
    for path, problems in by_file.items():
        data = path.read_bytes() if path not in texts else b""
        saved, before = texts.get(path, (data, data))
        trial = Trial(before, problems)
        if not trial.is_proved():
            return None
        changed[path] = (saved, trial.after)
        # What is wrong in a fact without an id is told of another name now.
        if all(problem.check != MISSING_ID for problem in problems):
            touched |= {(str(path), line) for line in trial.touched()}
    unsaved = {path: after for path, (_, after) in {**texts, **changed}.items()}
    result = read(unsaved)
    new, gone = difference(project.problems, result.problems)
    mended = {_name(problem) for problem in batch} <= {_name(problem) for problem in gone}
    # Another mistake in a line that was mended is told of another line now.
    still = Counter(map(_kind, gone)) - Counter(map(_kind, batch))
    # Behind a text that could not be read, other mistakes come to light: not in its own line.
    hiding = any(problem.is_error and problem.check != BAD_ID for problem in batch)
    worse = False
    for problem in new:
        if still[_kind(problem)]:
            still[_kind(problem)] -= 1
        elif problem.is_error and not (hiding and problem.span[:2] not in touched):
            worse = worse or problem.check != MISSING_ID  # which no remedy makes
    return (result, changed) if mended and not worse else None


def _kind(problem: Problem) -> tuple[str, str, str]:
    """A problem by what it says of its file."""
    return (problem.span.path, problem.check, problem.message)
