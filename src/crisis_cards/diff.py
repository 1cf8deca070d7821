"""What the next release changes for a learner, in words.

The lock holds hashes, not texts. Old texts come from the last built package, or from the facts that
git has beside the lock, and are only believed where their hash is the one that was published.
"""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from . import apkg, build, lock, markup, releases
from .build import Project
from .diagnostics import count
from .folders import DECK_FILE
from .notes import Note
from .notes import title as title_of
from .releases import Release
from .theme import NoteTypes

_SHOWN = ("question", "answer", "text", "hint", "extra", "date", "image", "retired")
# Changes that need no words of their own; those of `regions` have none.
_QUIET = ("label", "section", "source", "credit", "timeline")


class Field(NamedTuple):
    """A field of a note before and after, as plain text."""

    name: str
    old: str
    new: str


class Change(NamedTuple):
    """A note that changes; `fields` is None where its old text is not known."""

    key: str
    name: str
    fields: tuple[Field, ...] | None
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()


class Removed(NamedTuple):
    """A note that the deck no longer makes; `name` is its key where its text is not known."""

    key: str
    name: str
    search: str


class Difference(NamedTuple):
    """What a release does to a learner. Each note is in one list at most.

    `texts` says where old texts came from: `package`, `git`, both, or nothing where they were not
    found. `emptied` are clozes with the numbers of blanks that are gone.
    """

    deck: str
    title: str
    first: bool
    new: tuple[Change, ...]
    reworded: tuple[Change, ...]
    retagged: tuple[Change, ...]
    retired: tuple[Change, ...]
    removed: tuple[Removed, ...]
    emptied: tuple[tuple[str, tuple[int, ...]], ...]
    ambiguous: tuple[tuple[str, tuple[int, ...]], ...]
    looks: tuple[str, ...]
    unchanged: int
    texts: tuple[str, ...]


def between(project: Project, package: Path, now: int) -> Difference:
    """The next release of a deck without errors, against the last; nothing is written.

    `package` is where the last release was built to; `now` in seconds since 1970.
    """
    assert project.deck is not None
    assert project.lock is not None
    release, _ = build.release(project.deck, project.lock, now)
    before = project.lock.notes
    notes = {published.note.key: published.note for published in release.notes}
    wanted = {
        before[key].guid: before[key].content
        for key in (*release.changed, *(key for key, _ in release.vanished))
        if key in before
    }
    old, texts = _old_texts(project, package, wanted)
    changes = [_change(notes[key], old.get(before[key].guid)) for key in _known(release, before)]
    back = [key for key in release.changed if key not in before]
    retired = {c.key for c in changes if any(tag.endswith("::retired") for tag in c.tags_added)}
    retagged = {c.key for c in changes if c.fields == () and c.key not in retired}
    return Difference(
        deck=project.deck.id,
        title=project.deck.name,
        first=not before,
        new=tuple(Change(key, _name(notes[key]), ()) for key in (*release.new, *back)),
        reworded=tuple(c for c in changes if c.key not in retagged | retired),
        retagged=tuple(c for c in changes if c.key in retagged),
        retired=tuple(c for c in changes if c.key in retired),
        removed=tuple(
            Removed(key, _stored_name(key, old.get(entry.guid)), f"nid:{entry.id}")
            for key, entry in release.vanished
            if key in before
        ),
        emptied=tuple(release.emptied.items()),
        ambiguous=tuple(release.ambiguous.items()),
        looks=tuple(name for name in release.new_types if name in project.lock.types),
        unchanged=len(release.unchanged),
        texts=texts,
    )


def _known(release: Release, before: Mapping[str, object]) -> Iterator[str]:
    return (key for key in release.changed if key in before)


# --- old texts --------------------------------------------------------------------------------


class _Text(NamedTuple):
    fields: tuple[str, ...]
    tags: tuple[str, ...]


def _old_texts(
    project: Project, package: Path, wanted: Mapping[str, str]
) -> tuple[dict[str, _Text], tuple[str, ...]]:
    """GUID → old text for those whose hash is the published one, and where they were found."""
    found: dict[str, _Text] = {}
    places = []
    for place, read in (("package", _from_package), ("git", _from_git)):
        missing = wanted.keys() - found.keys()
        if not missing:
            break
        texts = read(project.folder, package)
        right = {
            guid: texts[guid]
            for guid in missing
            if guid in texts and _is_published(texts[guid], wanted[guid])
        }
        if right:
            places.append(place)
            found |= right
    return found, tuple(places)


def _is_published(text: _Text, content: str) -> bool:
    return content in (releases.content(kind, *text) for kind in NoteTypes._fields)


def _from_package(folder: Path, package: Path) -> dict[str, _Text]:
    return {
        guid: _Text(tuple(note.fields.split("\x1f")), tuple(note.tags.split()))
        for guid, note in apkg.read(package).items()
    }


def _from_git(folder: Path, package: Path) -> dict[str, _Text]:
    """The notes of the facts as they were committed with the lock."""
    try:
        commit = _git(folder, "log", "-1", "--format=%H", "--", lock.NAME).decode().strip()
        archive = _git(folder, "archive", commit, ".") if commit else b""
    except (OSError, subprocess.CalledProcessError):
        return {}
    if not archive:
        return {}
    with tempfile.TemporaryDirectory() as place:
        former = Path(place, folder.resolve().name)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            for member in files:
                data = files.extractfile(member) if member.isfile() else None
                target = former / member.name
                if data and former.resolve() in target.resolve().parents:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data.read())
        if not (former / DECK_FILE).is_file():
            return {}
        _, deck, published, *_ = build.read(former)
        if deck is None or published is None:
            return {}
        release, _ = build.release(deck, published, 1)
    return {p.guid: _Text(tuple(p.note.fields), p.note.tags) for p in release.notes}


def _git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True).stdout


# --- changes ----------------------------------------------------------------------------------


def _change(note: Note, old: _Text | None) -> Change:
    name = _name(note)
    if old is None:
        return Change(note.key, name, None)
    names = type(note.fields)._fields
    pairs = [
        Field(field, plain(before), plain(after))
        for field, before, after in zip(names, old.fields, note.fields, strict=True)
        if before != after
    ]
    return Change(
        note.key,
        name,
        tuple(pair for pair in pairs if pair.name in (*_SHOWN, *_QUIET)),
        tuple(tag for tag in note.tags if tag not in old.tags),
        tuple(tag for tag in old.tags if tag not in note.tags),
    )


def plain(html: str) -> str:
    """A field as one line of text, blanks in brackets."""
    html = re.sub(r'<img src="([^"]*)" alt="([^"]*)">', r"\1 \2 ", html)
    html = re.sub(r"\{\{c\d+::", "[", html)
    html = re.sub(r"(?:::(?:(?!\}\}).)*)?\}\}", "]", html)
    return " ".join(markup.plain(re.sub(r"<(?=/?(?:p|li|div|blockquote)\b)", " <", html)).split())


def _name(note: Note) -> str:
    return plain(title_of(note.fields))


def _stored_name(key: str, old: _Text | None) -> str:
    return plain(title_of(old.fields)) if old else key


def words(old: str, new: str, removed: str, added: str) -> str:
    """Both texts as one, what is only in one of them between marks: `[-{}-]`, `{{+{}+}}`."""
    before, after = old.split(" "), new.split(" ")
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += before[a:b]
            continue
        gone, come = " ".join(before[a:b]), " ".join(after[c:d])
        parts += [removed.format(gone)] * bool(gone) + [added.format(come)] * bool(come)
    return " ".join(parts)


# --- words ------------------------------------------------------------------------------------


def record(difference: Difference) -> dict[str, object]:
    """For JSON: names and lists, changes as objects."""

    def plain_data(value: object) -> object:
        if hasattr(value, "_asdict"):
            return {name: plain_data(part) for name, part in value._asdict().items()}
        return [plain_data(part) for part in value] if isinstance(value, tuple) else value

    return {name: plain_data(value) for name, value in difference._asdict().items()}


def text(difference: Difference) -> str:
    """For a terminal: what an author wants to see before a release."""
    d = difference
    numbers = [
        f"{len(listed):,} {noun}"
        for noun, listed in (
            ("new", d.new),
            ("reworded", d.reworded),
            ("retagged", d.retagged),
            ("retired", d.retired),
            ("removed", d.removed),
        )
        if listed
    ]
    lines = [f"{d.deck}: {', '.join([*numbers, f'{d.unchanged:,} unchanged'])}"]
    if d.new and not d.first:
        lines += ["", "New notes", *(f"  {change.key}: {change.name}" for change in d.new)]
    for title, changes in (
        ("Reworded", d.reworded),
        ("Other tags only", d.retagged),
        ("Retired", d.retired),
    ):
        if changes:
            lines += ["", title, *(line for c in changes for line in _lines(c))]
    if d.removed:
        lines += ["", "Removed: learners keep these cards and can delete them in Anki's browser"]
        lines += [f"  {note.key}: {note.name} ({note.search})" for note in d.removed]
    if d.emptied:
        lines += ["", "Blanks that are gone: their cards stay until Tools → Empty Cards"]
        lines += [f"  {key}: {_numbers(numbers)}" for key, numbers in d.emptied]
    if d.ambiguous:
        lines += ["", "Not clear what became of: their cards begin anew"]
        lines += [f"  {key}: {_numbers(numbers)}" for key, numbers in d.ambiguous]
    if d.looks:
        lines += ["", f"Note types with another look: {', '.join(d.looks)}"]
    if any(change.fields is None for change in d.reworded):
        lines += ["", "Old texts are not known: there is no package or commit of the last release."]
    return "\n".join(lines) + "\n"


def _lines(change: Change) -> Iterator[str]:
    yield f"  {change.key}: {change.name}"
    for field in change.fields or ():
        yield f"    {field.name}: {words(field.old, field.new, '[-{}-]', '{{+{}+}}')}"
    if change.tags_added or change.tags_removed:
        added = [f"+{tag}" for tag in change.tags_added]
        yield f"    tags: {' '.join([*added, *(f'-{tag}' for tag in change.tags_removed)])}"


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(f"number {number}" for number in numbers)


def markdown(difference: Difference) -> str:
    """Release notes for learners, to be pasted as they are."""
    d = difference
    lines = [f"## {_escaped(d.title)}", ""]
    if d.first:
        return "\n".join([*lines, f"The first release: {count(len(d.new), 'note')}."]) + "\n"
    if not (d.new or d.reworded or d.retagged or d.retired or d.removed or d.looks):
        return "\n".join([*lines, "Nothing changes for you."]) + "\n"
    lines += [
        "Import the package with Anki’s default options: your reviews stay on their cards.",
        "",
    ]
    if d.new:
        lines += [f"### New ({len(d.new)})", "", *(f"- {_escaped(c.name)}" for c in d.new), ""]
    if d.reworded:
        lines += [f"### Corrected or reworded ({len(d.reworded)})", ""]
        lines += [_item(change) for change in d.reworded] + [""]
    if d.retired:
        lines += [f"### Retired ({len(d.retired)})", ""]
        lines += ["Search Anki’s browser for the tag `retired` to suspend or delete them.", ""]
        lines += [_item(change) for change in d.retired] + [""]
    if d.removed:
        search = ",".join(note.search.removeprefix("nid:") for note in d.removed)
        lines += [f"### No longer part of the deck ({len(d.removed)})", ""]
        lines += [
            f"You keep these cards. To delete them, search the browser for `nid:{search}`.",
            "",
        ]
        lines += [f"- {_escaped(note.name)}" for note in d.removed] + [""]
    if d.emptied:
        lines += ["### Blanks that are gone", ""]
        lines += ["Use *Tools → Empty Cards* after the import to remove their cards.", ""]
    if d.retagged:
        lines += [f"Tags changed on {count(len(d.retagged), 'note')}.", ""]
    if d.looks:
        lines += ["The look of the cards changed; your own changes to it are replaced.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _item(change: Change) -> str:
    shown = [field for field in change.fields or () if field.name in _SHOWN]
    if not shown:
        return f"- {_escaped(change.name)}"
    first, *others = (words(_escaped(f.old), _escaped(f.new), "~~{}~~", "**{}**") for f in shown)
    lead = "" if shown[0].name in ("question", "text") else f"{_escaped(change.name)}: "
    return "\n  ".join([f"- {lead}{first}", *others])


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)
