"""The facts of a list → the files of a deck, with what is new alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .. import pipeline
from ..checks import words
from ..fix.naming import free_id
from ..format.folders import DECK_FILE, section_files
from ..format.shape import plain
from ..format.shapes import slug
from ..problems import Problem
from ..yaml import tree, writing
from . import pictures
from .deck import There, normal
from .kinds import Made
from .rows import Left

_LONGEST_NAME = 40  # characters of a file's name, and of a word in an id
_MARKS = re.compile(r"\{\{c[\d,]+::|(?:::[^{}=]*)?(?:\}\}|==)|==(?:c[\d,]+::)?|!?\[|\]\([^)]*\)")


class Wanted(NamedTuple):
    """Where facts are to go: `title` is that of a section for those that stand under no heading.

    `one` puts all of them into that section. `beside` is the folder of the list, where pictures may
    lie. `deck` is the name of a deck that is to be made.
    """

    folder: Path
    title: str
    one: bool = False
    beside: Path | None = None
    deck: str = ""


class Written(NamedTuple):
    """What an import writes: files before and after, and media by the files that they come from.

    `facts` are new facts by the files that they go into. `there` are rows that the deck has
    already, `other` those that it has with another answer, each with the place of that.
    """

    files: dict[Path, tuple[bytes, bytes]]
    media: dict[Path, Path]
    facts: dict[Path, list[Made]]
    there: list[Made]
    other: list[tuple[Made, str]]
    left: list[Left]


class BrokenError(Exception):
    """What is wrong with a deck beside the new facts."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = [*problems]


def write(made: Iterable[Made], there: There, wanted: Wanted) -> Written:
    """What an import would write. Raises BrokenError and OSError."""
    new, result = _new(made, there)
    result = result._replace(media=pictures.found(new, wanted.folder, wanted.beside))
    files: dict[Path, tuple[bytes, bytes]] = {}
    facts: dict[Path, list[Made]] = {}
    memory = pipeline.Memory()
    while new:
        files, facts, lines = _files(new, there, wanted)
        bad = _refused(wanted, files, result.media, lines, memory)
        if not bad:
            break
        refused = {id(fact): message for fact, message in bad}
        result.left.extend(_left(fact, refused[id(fact)]) for fact in new if id(fact) in refused)
        new = [fact for fact in new if id(fact) not in refused]
        files, facts = {}, {}
    named = {name for fact in new for name in pictures.named(fact)}
    kept = {path: source for path, source in result.media.items() if path.name in named}
    return result._replace(files=files, media=kept, facts=facts)


def _left(made: Made, reason: str) -> Left:
    text = " | ".join(text for _, text in made.row.cells)
    return Left(made.row.place, text, reason)


# --- what is new ----------------------------------------------------------------------------------


def _new(made: Iterable[Made], there: There) -> tuple[list[Made], Written]:
    """The facts that the deck does not have, each with its id, and what became of the others."""
    new: list[Made] = []
    result = Written({}, {}, {}, [], [], [])
    stop = words.of(there.language).stop
    taken = {*there.taken}
    asked = {key: [*answers] for key, answers in there.asked.items()}
    for fact in made:
        needs = [key.name for key in there.kinds[fact.kind].needs]
        said = dict(fact.entries)
        question, *answers = (normal(_flat(said.get(key, ""))) for key in needs)
        answer = normal(" ".join(answers))
        if known := asked.get(question):
            if any(one == answer for one, _ in known):
                result.there.append(fact)
            else:
                result.other.append((fact, known[0][1]))
            continue
        name = slug(fact.id) if fact.id else ""
        if name in taken:
            result.left.append(_left(fact, f'the id "{name}" belongs to another fact'))
            continue
        name = name or free_id(_words(question, answer), taken, stop)
        taken.add(name)
        asked[question] = [(answer, f"{fact.row.place} of the list")]
        new.append(fact._replace(id=name))
    return new, result


def _flat(value: writing.Value) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _words(*texts: str) -> list[str]:
    """The words that an id is made of: those of the first text that has any."""
    for text in texts:
        found = (
            slug(word[:_LONGEST_NAME]) for word in slug(_MARKS.sub(" ", text[:500])).split("-")
        )
        if kept := [word for word in found if word]:
            return kept
    return ["fact"]


# --- files ----------------------------------------------------------------------------------------

_Lines = dict[Path, list[tuple[int, Made]]]
"""The first line of each new fact in its file, in order."""


def _files(
    new: Iterable[Made], there: There, wanted: Wanted
) -> tuple[dict[Path, tuple[bytes, bytes]], dict[Path, list[Made]], _Lines]:
    groups: dict[str, list[Made]] = {}
    for fact in new:
        title = fact.row.section
        if wanted.one or not slug(title):  # a tag is made of it
            title = wanted.title
        groups.setdefault(normal(title), []).append(fact)
    files: dict[Path, tuple[bytes, bytes]] = {}
    if wanted.deck:
        head: list[tuple[str, writing.Value]] = [("deck", wanted.deck)]
        head.append(("language", there.language))
        files[wanted.folder / DECK_FILE] = b"", writing.mapping(head, 0).encode()
        paths = []
    else:
        paths = [path.name for path in section_files(wanted.folder)]
    facts, lines = {}, {}
    for title, group in groups.items():
        former = there.sections.get(title)
        appended = _appended(former.read_bytes(), group) if former else None
        if former and appended:
            path, before, after, begun = former, *appended
        else:
            path = wanted.folder / _name(title, paths, many=bool(wanted.deck))
            paths.append(path.name)
            text = writing.mapping([("section", title)], 0) + "facts:\n"
            before, (body, begun) = b"", _body(group, 2, text.count("\n"))
            after = (text + body).encode()
        files[path], facts[path] = (before, after), group
        lines[path] = list(zip(begun, group, strict=True))
    return files, facts, lines


def _name(title: str, names: Iterable[str], *, many: bool) -> str:
    """A file's name that comes after those there are."""
    numbers = [found[0] for name in names if (found := re.match(r"\d+", name))]
    width = len(numbers[-1]) if numbers else 2 if many else 1
    number = max(map(int, numbers), default=0) + 1
    while any(re.match(rf"0*{number}\D", name) for name in names):
        number += 1
    return f"{number:0{width}}-{slug(title)[:_LONGEST_NAME].strip('-') or 'section'}.yaml"


def _body(facts: Iterable[Made], indent: int, above: int) -> tuple[str, list[int]]:
    """The lines of facts, and the number of the first of each below so many lines."""
    parts: list[str] = []
    begun: list[int] = []
    for fact in facts:
        if parts:
            parts.append("\n")
            above += 1
        begun.append(above + 1)
        name = writing.scalar(fact.id, in_flow=True)
        part = f"{' ' * indent}{name}:\n{writing.mapping(fact.entries, 2 * indent)}"
        above += part.count("\n")
        parts.append(part)
    return "".join(parts), begun


def _appended(before: bytes, facts: Iterable[Made]) -> tuple[bytes, bytes, list[int]] | None:
    """A file before and after facts were added at its end; None where they have no place."""
    text = before.decode("utf-8-sig")
    end = "\r\n" if "\r\n" in text else "\n"
    document, _ = tree.parse(before, "")
    root = document.root
    last = root.items[-1] if isinstance(root, tree.Mapping) and root.items else None
    if not last or last[0].value != "facts" or not isinstance(last[1], tree.Mapping):
        return None
    names = [name for name, _ in last[1].items]
    if not names or text[last[1].start] == "{":
        return None
    gap = "" if text.endswith("\n") else end
    gap += "" if re.search(r"\n[ \t]*\r?\n\Z", text) else end
    above = (text + gap).count("\n")
    body, begun = _body(facts, names[0].span.column - 1, above)
    after = before + (gap + body.replace("\n", end)).encode()
    read, _ = tree.parse(after, "")
    was, now = (plain(root) if root else {}), plain(read.root) if read.root else {}
    assert isinstance(was, dict)
    if not isinstance(now, dict) or {**now, "facts": ""} != {**was, "facts": ""}:
        return None
    old, new = was["facts"], now["facts"]
    kept = isinstance(old, dict) and isinstance(new, dict) and old.items() <= new.items()
    return (before, after, begun) if kept else None


def _refused(
    wanted: Wanted,
    files: Mapping[Path, tuple[bytes, bytes]],
    copied: Mapping[Path, Path],
    lines: _Lines,
    memory: pipeline.Memory,
) -> list[tuple[Made, str]]:
    """The new facts that would be errors, each with its first message. Raises BrokenError."""
    unsaved = {path: after for path, (_, after) in files.items()}
    paths = {path for path in unsaved if path.name != DECK_FILE}
    if not wanted.deck:
        paths |= {*section_files(wanted.folder)}
    with TemporaryDirectory() as incoming:
        found = pipeline.read(
            wanted.folder,
            memory,
            unsaved,
            sections=sorted(paths, key=lambda path: path.name),
            media=pictures.incoming(wanted.folder, Path(incoming), copied),
        )
    bad: dict[int, tuple[Made, str]] = {}
    others = []
    for problem in (each for each in found.problems if each.is_error):
        begun = lines.get(Path(problem.span.path), [])
        fact = next((fact for line, fact in reversed(begun) if line <= problem.span.line), None)
        if fact is None:
            others.append(problem)
        else:
            bad.setdefault(id(fact), (fact, problem.message))
    if others:
        raise BrokenError(others)
    return [*bad.values()]
