"""An original → the files of a deck: its types, its sections with a fact for every note, its media.

Nothing is lost: what becomes no fact, as Anki makes no card of it, stands in `left-out.txt`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from ..checks import words
from ..fix.naming import free_id
from ..format.folders import DECK_FILE, TYPE_FILE, TYPES
from ..format.kinds import BUILT_IN
from ..format.kinds.adopted import COMMON, NOTE
from ..format.shapes import slug
from ..format.templates import TAG
from ..format.unnamed import free
from ..targets.crowdanki import KEPT
from ..yaml import escapes, writing
from . import markdown
from .original import AdoptionError, Note, Original, OriginalType
from .proof import plainness

LEFT_OUT = "left-out.txt"
_RESERVED = ("question", "cloze", "picture")  # note types of every deck
_ASCII_SPACE = " \t\n\r\f\v"  # any other space counts as something to Anki
_LONGEST_NAME = 40  # characters of a file's name


class Adopted(NamedTuple):
    """A note as a fact: its id, its key in the lock, the note, and which of its fields are HTML."""

    id: str
    key: str
    note: Note
    in_html: frozenset[str]
    filled: int  # fields that hold anything


class Written(NamedTuple):
    """The files of a deck by their paths in its folder, and what became of the notes.

    `left_out` are notes that became no fact, each with the reason; `described` is false where the
    deck's description could only be kept as text. `types` are the names of folders by the ids of
    note types.
    """

    files: Mapping[str, bytes]
    facts: tuple[Adopted, ...]
    left_out: tuple[tuple[Note, str], ...]
    types: Mapping[int, str]
    described: bool


@dataclass(frozen=True)
class Wishes:
    """What a maintainer wants of an adopted deck. `by` is what sections are made of."""

    name: str  # of the folder
    language: str = "en"
    by: str = "deck"  # or "tag"
    levels: Mapping[str, int] = field(default_factory=dict)  # of notes, by GUID (`_at_level`)


def files(original: Original, wishes: Wishes) -> Written:
    """The files of a deck made of an original, its lock and its media aside.

    Raises AdoptionError where no note would become a fact.
    """
    kept, left_out = _kept(original)
    if not kept:
        raise AdoptionError(f"{original.package.name}: Anki makes no card of any note in it")
    types = _names(original.types.values())
    root = _root(note.cards[0].deck for note in original.notes if note.cards)
    made: dict[str, bytes] = {}
    for key, name in types.items():
        made |= _type_files(original.types[key], name)
    facts, sections = _sections(original, kept, types, root, wishes)
    made |= sections
    description, described = _description(original, root)
    entries: list[tuple[str, writing.Value]] = [("deck", root), ("id", wishes.name)]
    entries.append(("language", wishes.language))
    if description:
        entries.append(("description", description))
    head = "# Adopted from an Anki deck: learners keep their reviews as long as deck.lock stays.\n"
    made[DECK_FILE] = (head + writing.mapping(entries, 0)).encode()
    if original.uuids:
        made[KEPT] = (
            json.dumps(dict(original.uuids), indent=2, ensure_ascii=False) + "\n"
        ).encode()
    if left_out:
        made[LEFT_OUT] = "\n".join(_listed(left_out, original.types)).encode()
    return Written(made, tuple(facts), tuple(left_out), types, described)


# --- note types -----------------------------------------------------------------------------------


def _names(types: Iterable[OriginalType]) -> dict[int, str]:
    """The folder of each note type, by its id."""
    taken = {*_RESERVED}
    names = {}
    for each in sorted(types, key=lambda each: each.id):
        name = free(slug(each.name) or "type", taken)
        taken.add(name)
        names[each.id] = name
    return names


def _key(name: str) -> str:
    """The key that facts have for a field."""
    return f"{name}-field" if name in COMMON or name == NOTE else name


def _type_files(kind: OriginalType, name: str) -> dict[str, bytes]:
    keys = {each: _key(each) for each in kind.fields}
    renamed = any(each != key for each, key in keys.items())
    entries: list[tuple[str, writing.Value]] = [("id", str(kind.id)), ("name", kind.name)]
    entries.append(("fields", keys if renamed else kind.fields))
    entries.append(("templates", [template.name for template in kind.templates]))
    text = "anki:\n" + writing.mapping(entries, 2) + "  cloze: true\n" * kind.is_cloze
    if means := _meanings(kind):
        text += writing.mapping([("as", means)], 0)
    folder = f"{TYPES}/{name}"
    made = {f"{folder}/{TYPE_FILE}": text}
    for number, template in enumerate(kind.templates, start=1):
        made[f"{folder}/front-{number}.html"] = template.front + "\n"
        made[f"{folder}/back-{number}.html"] = template.back + "\n"
    if kind.css:
        made[f"{folder}/style.css"] = kind.css + "\n"
    if kind.options:
        options = json.dumps(kind.options, indent=2, ensure_ascii=False)
        made[f"{folder}/anki.json"] = options + "\n"
    return {path: text.encode() for path, text in made.items()}


def _meanings(kind: OriginalType) -> dict[str, str]:
    """What the fields stand for, where the templates leave no doubt; a maintainer can say more."""
    sides = [(_shown(kind, each.front), _shown(kind, each.back)) for each in kind.templates]
    front, back = sides[0]
    if kind.is_cloze:
        found = TAG.findall(kind.templates[0].front)
        blanks = {name for _, way, name in found if "cloze" in way}
        return {_key(name): "cloze" for name in blanks} if len(blanks) == 1 else {}
    answers = [name for name in back if name not in front]
    if len(front) != 1 or not answers:
        return {}
    pair = _key(front[0]), _key(answers[0])
    if len(sides) == 1:
        return dict(zip(pair, ("ask", "answer"), strict=True))
    turned, seen = sides[1]
    is_reversed = len(sides) == 2 and turned == answers[:1] and front[0] in seen
    return dict(zip(pair, ("term", "means"), strict=True)) if is_reversed else {}


def _shown(kind: OriginalType, template: str) -> list[str]:
    """The fields that a template shows, in their order."""
    tags = (tag for tag in TAG.finditer(template) if not tag["sign"])
    return list(dict.fromkeys(tag["field"] for tag in tags if tag["field"] in kind.fields))


# --- facts ----------------------------------------------------------------------------------------


def _kept(original: Original) -> tuple[list[Note], list[tuple[Note, str]]]:
    """The notes that become facts, and the others."""
    kept, left_out = [], []
    for note in original.notes:
        if not note.cards or all((note.guid, c.ordinal) in original.empty for c in note.cards):
            left_out.append((note, "Anki makes no card of it"))
        else:
            kept.append(note)
    return kept, left_out


def _sections(
    original: Original,
    notes: Iterable[Note],
    types: Mapping[int, str],
    root: str,
    wishes: Wishes,
) -> tuple[list[Adopted], dict[str, bytes]]:
    """The facts, and the files that they stand in."""
    groups: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        tag = note.tags[0].split("::")[0] if wishes.by == "tag" and note.tags else ""
        groups.setdefault((note.cards[0].deck, tag), []).append(note)
    stop = words.of(wishes.language).stop
    taken = {
        *BUILT_IN,
        NOTE,
        *COMMON,
        *(name for k in original.types.values() for name in k.fields),
    }
    looks = {key: plainness(kind.css, kind.sides()) for key, kind in original.types.items()}
    made, facts = {}, []
    width = max(2, len(str(len(groups))))
    for number, ((deck, tag), group) in enumerate(sorted(groups.items(), key=_place), start=1):
        title = tag or deck.rpartition("::")[2]
        head: list[tuple[str, writing.Value]] = [("section", title)]
        if deck != root:
            head.append(("deck", deck))
        lines = [writing.mapping(head, 0), "tag: false\nfacts:\n"]
        for note in group:
            kind = original.types[note.type]
            entries, in_html = _entries(
                kind,
                note,
                types[note.type],
                deck,
                plain=looks[note.type],
                level=wishes.levels.get(note.guid, 0),
            )
            name = free_id(_words(note), taken, stop)
            taken.add(name)
            lines.append(f"  {name}:\n{writing.mapping(entries, 4)}\n")
            key = f"{name}/type:{types[note.type]}"
            facts.append(Adopted(name, key, note, in_html, sum(map(bool, note.fields))))
        called = re.sub(r"^[\d-]+(?=[^\W\d])", "", slug(title))[:_LONGEST_NAME].strip("-")
        file = f"{number:0{width}}-{called or 'section'}.yaml"
        made[file] = "".join(lines).rstrip("\n").encode() + b"\n"
    return facts, made


def _place(group: tuple[tuple[str, str], list[Note]]) -> tuple[object, ...]:
    """Sections in the order of Anki's list of decks, where numbers count as numbers."""
    (deck, tag), _ = group
    parts = re.split(r"(\d+)", f"{deck}\x1f{tag}".casefold())
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


def _entries(
    kind: OriginalType,
    note: Note,
    name: str,
    deck: str,
    *,
    plain: bool | None,
    level: int,
) -> tuple[list[tuple[str, writing.Value]], frozenset[str]]:
    """A note as the entries of a fact, and which of them are HTML."""
    entries: list[tuple[str, writing.Value]] = [(NOTE, name)]
    blanks = _blanks(kind)
    filled = {
        name: escapes.CONTROL.sub("", html)
        for name, html in zip(kind.fields, note.fields, strict=True)
        if html.strip(_ASCII_SPACE)
    }
    texts = {
        name: (markdown.passage if name in blanks else markdown.markdown)(
            html, plain=plain or False, exact=plain is None
        )
        for name, html in filled.items()
    }
    texts = _at_level(level, filled, texts)
    in_html = set()
    for field_name, html in filled.items():
        text = texts[field_name]
        if text == "":
            continue
        if text is None or not text.strip():
            in_html.add(field_name)
            entries.append((_key(field_name), {"html": html}))
        else:
            entries.append((_key(field_name), text))
    if note.tags:
        entries.append(("tags", note.tags))
    others = {str(card.ordinal + 1): card.deck for card in note.cards if card.deck != deck}
    if others:
        entries.append(("decks", others))
    return entries, frozenset(in_html)


def _at_level(
    level: int, filled: Mapping[str, str], texts: Mapping[str, str | None]
) -> dict[str, str | None]:
    """The fields of a note as Markdown, or None for those that are to stay HTML.

    Alone, each looks as it did; on a card, what stands beside it matters too. So a note of which a
    card differed is tried anew at the next level: 1 begins lines of their own with a break, the
    following ones keep one doubtful field each as HTML, and those after them all.
    """
    doubtful = [name for name, html in filled.items() if texts[name] not in (html, None, "")]
    drawn = dict(texts)
    if level == 1:
        for name in doubtful:
            if filled[name].lstrip().startswith("<div"):
                drawn[name] = f"\n{texts[name]}"
    elif level:
        drawn |= dict.fromkeys(doubtful[level - 2 : level - 1] or doubtful)
    return drawn


LAST = 1_000
LEVELS = (1, 2, 3, 4, LAST)
"""The levels that are tried in turn; at the last one, everything doubtful is kept as HTML."""


def _blanks(kind: OriginalType) -> set[str]:
    if not kind.is_cloze:
        return set()
    return {name for _, way, name in TAG.findall("".join(kind.sides())) if "cloze" in way}


_MARKS = re.compile(r"\{\{c\d+::|(?:::[^{}]*)?\}\}|\[sound:[^\]]*\]|<[^>]*>")
_SHOWN = re.compile(r"(?:src=[\"']?|\[sound:)([^\"'\]>]+?)\.\w+[\"'\]> ]")


def _words(note: Note) -> list[str]:
    """The words that an id is made of: those of the first field that has any."""
    for html in note.fields:
        if text := slug(unescape(_MARKS.sub(" ", html[:500]))):
            return text.split("-")
    pictures = (found[1] for html in note.fields for found in _SHOWN.finditer(html[:500]))
    return (slug(next(pictures, "")) or "note").split("-")


# --- the deck -------------------------------------------------------------------------------------


def _root(decks: Iterable[str]) -> str:
    """The deck that all cards lie in or below; the first one where there is none."""
    names = [name.split("::") for name in dict.fromkeys(decks)]
    common = []
    for parts in zip(*names, strict=False):
        if len({*parts}) > 1:
            break
        common.append(parts[0])
    return "::".join(common or names[0][:1])


def _description(original: Original, root: str) -> tuple[str, bool]:
    """What the deck says of itself, and whether it could be said in Markdown."""
    html = original.decks.get(root, "").strip()
    if not html or root in original.in_markdown:
        return html, True
    text = markdown.markdown(html)
    if text is not None:
        return text, True
    lines = unescape(re.sub(r"<br ?/?>|</(?:p|div|li|h\d)>", "\n", html))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"<[^>]*>", "", lines)).strip(), False


def _listed(notes: Iterable[tuple[Note, str]], types: Mapping[int, OriginalType]) -> Iterator[str]:
    yield "Notes of the adopted package that became no facts. Learners keep what they have of them."
    for note, reason in notes:
        yield from ("", f"{note.guid} (note {note.id}, {types[note.type].name}): {reason}")
        for name, html in zip(types[note.type].fields, note.fields, strict=True):
            if html:
                yield f"  {name}: {html}"
        if note.tags:
            yield f"  tags: {' '.join(note.tags)}"
    yield ""
