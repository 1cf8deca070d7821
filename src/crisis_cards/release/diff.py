"""What the next release changes for a learner, in words.

The lock holds hashes, not texts. Old texts come from elsewhere, and are only believed where one of
their hashes is the one that was published: of all that a learner received, or of what was written
for it, which another version may draw otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from ..cards import markup
from ..cards.draft import SEPARATOR, content
from ..cards.fields import title
from ..cards.subdecks import Move
from ..cards.theme import NoteTypes
from ..problems import count
from .lock import Entry, Lock
from .plan import Published, Release

_SHOWN = ("question", "answer", "text", "hint", "extra", "date", "image", "retired")
# Changes that need no words of their own; those of `regions` have none.
_QUIET = ("label", "section", "source", "credit", "timeline")
_NEWER = ("redrawn", "former_title", "moved")


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
    found. `emptied` are notes with the numbers of blanks or cards that are gone. `redrawn` are
    notes that this version draws otherwise: learners keep them as they are. `former_title` is the
    name that the deck had, where that changes for Anki. `moved` are the sections whose published
    cards are in another deck than new ones will be.
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
    redrawn: tuple[str, ...]
    unchanged: int
    texts: tuple[str, ...]
    former_title: str
    moved: tuple[Move, ...]


class OldText(NamedTuple):
    """What learners have of a note: its fields in Anki's joined form, and its tags.

    `source` is the hash of what its author had written; "" where that is not known.
    """

    fields: str
    tags: tuple[str, ...]
    source: str = ""


def wanted(release: Release, before: Lock) -> dict[str, Entry]:
    """GUID → entry of the notes whose old text a comparison needs."""
    keys = (*release.changed, *(key for key, _ in release.vanished))
    known = (before.notes[key] for key in keys if key in before.notes)
    return {entry.guid: entry for entry in known}


def is_published(text: OldText, entry: Entry, types: Iterable[str]) -> bool:
    """Whether a text is the one that was published; `types` are the names of note types."""
    if text.source == entry.source != "":
        return True
    return entry.content in (content(name, text.fields, text.tags) for name in types)


def between(
    deck: str,
    name: str,
    release: Release,
    before: Lock,
    old: Mapping[str, OldText],
    texts: tuple[str, ...],
    types: NoteTypes,
    moved: tuple[Move, ...] = (),
) -> Difference:
    """The next release of a deck against the last; `deck` is its id.

    `old` are texts of the last one by GUID, as far as they are known, and `texts` says where they
    come from.
    """
    entries = before.notes
    notes = {note.key: note for note in release.notes}
    changes = [
        _change(notes[key], old.get(entries[key].guid), types)
        for key in release.changed
        if key in entries
    ]
    new = (*release.new, *(key for key in release.changed if key not in entries))
    gone = [
        (key, f"nid:{entry.id}", old.get(entry.guid))
        for key, entry in release.vanished
        if key in entries
    ]
    retired = {c.key for c in changes if any(tag.endswith("::retired") for tag in c.tags_added)}
    retagged = {c.key for c in changes if c.fields == () and c.key not in retired}
    quiet = retired | retagged
    return Difference(
        deck=deck,
        title=name,
        first=not entries,
        new=tuple(Change(key, _name(notes[key].fields), ()) for key in new),
        reworded=tuple(c for c in changes if c.key not in quiet),
        retagged=tuple(c for c in changes if c.key in retagged),
        retired=tuple(c for c in changes if c.key in retired),
        removed=tuple(
            Removed(key, _name(known.fields) if known else key, search)
            for key, search, known in gone
        ),
        emptied=tuple(release.emptied.items()),
        ambiguous=tuple(release.ambiguous.items()),
        looks=tuple(name for name in release.new_types if name in before.types),
        redrawn=release.redrawn,
        unchanged=len(release.unchanged),
        texts=texts,
        former_title=before.name if before.name.casefold() != name.casefold() else "",
        moved=moved,
    )


# --- changes ----------------------------------------------------------------------------------


def _change(note: Published, old: OldText | None, types: NoteTypes) -> Change:
    if old is None:
        return Change(note.key, _name(note.fields), None)
    before, after = old.fields.split(SEPARATOR), note.fields.split(SEPARATOR)
    note_type = types[note.type]
    keys = note_type.room.fields.of if note_type.room else ()
    names = (name if name in keys else name.lower() for name in note_type.named())
    fields = (
        Field(name, plain(was), plain(now))
        for name, was, now in zip(names, before, after, strict=True)
        if was != now and name in (*_SHOWN, *_QUIET, *keys)
    )
    return Change(
        note.key,
        _name(note.fields),
        tuple(fields),
        tuple(tag for tag in note.tags if tag not in old.tags),
        tuple(tag for tag in old.tags if tag not in note.tags),
    )


def plain(html: str) -> str:
    """A field as one line of text, blanks in brackets."""
    html = re.sub(r'<img src="([^"]*)" alt="([^"]*)">', r"\1 \2 ", html)
    html = re.sub(r"\{\{c\d+::", "[", html)
    html = re.sub(r"(?:::(?:(?!\}\}).)*)?\}\}", "]", html)
    return " ".join(markup.plain(re.sub(r"<(?=/?(?:p|li|div|blockquote)\b)", " <", html)).split())


def _name(fields: str) -> str:
    return plain(title(fields))


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
    """For JSON: names and lists, changes as objects; `_NEWER` ones where there is something."""

    def plain_data(value: object) -> object:
        if hasattr(value, "_asdict"):
            return {name: plain_data(part) for name, part in value._asdict().items()}
        return [plain_data(part) for part in value] if isinstance(value, tuple) else value

    found = {name: plain_data(value) for name, value in difference._asdict().items()}
    return {name: value for name, value in found.items() if value or name not in _NEWER}


def text(difference: Difference) -> str:
    """For a terminal: what an author wants to see before a release."""
    d = difference
    kinds = ("new", "reworded", "retagged", "retired", "removed")
    numbers = [f"{len(made):,} {kind}" for kind in kinds if (made := getattr(d, kind))]
    lines = [f"{d.deck}: {', '.join([*numbers, f'{d.unchanged:,} unchanged'])}"]

    def part(title: str, items: Iterable[str]) -> None:
        if listed := [f"  {item}" for item in items]:
            lines.extend(("", title, *listed))

    if not d.first:
        part("New notes", (f"{change.key}: {change.name}" for change in d.new))
    part("Reworded", chain.from_iterable(map(_lines, d.reworded)))
    part("Other tags only", chain.from_iterable(map(_lines, d.retagged)))
    part("Retired", chain.from_iterable(map(_lines, d.retired)))
    part(
        "Removed: learners keep these cards and can delete them in Anki's browser",
        (f"{note.key}: {note.name} ({note.search})" for note in d.removed),
    )
    gone = "Blanks or cards that are gone: learners' cards stay until Tools → Empty Cards"
    part(gone, _numbers(d.emptied))
    part("Not clear what became of: their cards begin anew", _numbers(d.ambiguous))
    if d.redrawn:
        drawn = f"{count(len(d.redrawn), 'note')} drawn otherwise by this version"
        lines += ["", f"{drawn}: learners keep theirs; build --rerender sends them to all"]
    if d.looks:
        lines += ["", f"Note types with another look: {', '.join(d.looks)}"]
    if d.former_title:
        lines += ["", f'The deck was called "{d.former_title}": cards of learners stay there, and']
        lines += ["new ones go to a second deck, unless they rename theirs before they import."]
    part(
        "In another deck: cards of learners stay where they are, and only new ones come there",
        (
            f'{move.title}: "{move.before or "?"}" → "{move.now}" ({move.search})'
            for move in d.moved
        ),
    )
    if any(change.fields is None for change in d.reworded):
        lines += ["", "Old texts are not known: there is no package or commit of the last release."]
    return "\n".join(lines) + "\n"


def _lines(change: Change) -> Iterator[str]:
    yield f"{change.key}: {change.name}"
    for field in change.fields or ():
        yield f"  {field.name}: {words(field.old, field.new, '[-{}-]', '{{+{}+}}')}"
    if change.tags_added or change.tags_removed:
        added = [f"+{tag}" for tag in change.tags_added]
        yield f"  tags: {' '.join([*added, *(f'-{tag}' for tag in change.tags_removed)])}"


def _numbers(cards: Iterable[tuple[str, tuple[int, ...]]]) -> Iterator[str]:
    for key, numbers in cards:
        yield f"{key}: {', '.join(f'number {number}' for number in numbers)}"


def markdown(difference: Difference) -> str:
    """Release notes for learners, to be pasted as they are."""
    d = difference
    lines = [f"## {_escaped(d.title)}", ""]
    if d.first:
        return "\n".join([*lines, f"The first release: {count(len(d.new), 'note')}."]) + "\n"
    changes = (d.new, d.reworded, d.retagged, d.retired, d.removed, d.looks, d.former_title)
    if not any((*changes, d.moved)):
        return "\n".join([*lines, "Nothing changes for you."]) + "\n"
    lines += ["Import the package with Anki’s default options: your reviews stay on their cards."]
    if d.former_title:
        names = f"“{_escaped(d.former_title)}” to “{_escaped(d.title)}”"
        lines += [
            "",
            f"**Before you import, rename your deck {names}** (the gear beside it, *Rename*).",
        ]
        lines += ["Otherwise new cards come in a second deck."]

    def part(title: str, about: str, items: Sequence[str]) -> None:
        if items:
            lines.extend(("", f"### {title} ({len(items)})", ""))
            lines.extend((about, "") if about else ())
            lines.extend(f"- {item}" for item in items)

    part("New", "", [_escaped(change.name) for change in d.new])
    part("Corrected or reworded", "", [_item(change) for change in d.reworded])
    about = "Search Anki’s browser for the tag `retired` to suspend or delete them."
    part("Retired", about, [_item(change) for change in d.retired])
    search = ",".join(note.search.removeprefix("nid:") for note in d.removed)
    about = f"You keep these cards. To delete them, search the browser for `nid:{search}`."
    part("No longer part of the deck", about, [_escaped(note.name) for note in d.removed])
    if d.emptied:
        lines += ["", "### Blanks or cards that are gone", ""]
        lines += ["Use *Tools → Empty Cards* after the import to remove their cards."]
    if d.retagged:
        lines += ["", f"Tags changed on {count(len(d.retagged), 'note')}."]
    about = "Your cards stay in the deck where they are. To move them: search the browser for what "
    about += "stands here, select all, and use *Change Deck*."
    moved = [f"{_escaped(m.title)}: `{m.search}` → “{_escaped(m.now)}”" for m in d.moved]
    part("Sections in another deck", about, moved)
    if d.looks:
        lines += ["", "The look of the cards changed; your own changes to it are replaced."]
    return "\n".join(lines) + "\n"


def _item(change: Change) -> str:
    shown = [field for field in change.fields or () if field.name not in _QUIET]
    if not shown:
        return _escaped(change.name)
    first, *others = (words(_escaped(f.old), _escaped(f.new), "~~{}~~", "**{}**") for f in shown)
    lead = "" if shown[0].name in ("question", "text") else f"{_escaped(change.name)}: "
    return "\n  ".join([f"{lead}{first}", *others])


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)
