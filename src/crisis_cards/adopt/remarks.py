"""What a maintainer should know of a deck before it is adopted: nothing here changes it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from urllib.parse import unquote

from .guard import Contents
from .package import Note, Original, OriginalType, Remark

_NAMED = 50  # notes that a remark names
_SHORT = 60  # characters of a note's name
_QUOTED = 5  # things that a message quotes
_QUOTE = 120  # characters of each

# No pattern runs past the next “<”, so that none takes long on text that is no HTML.
_TAG = re.compile(r"<[^<>]*>")
_MEDIA = re.compile(
    r"""\[sound:(?P<sound>[^][]+)\]
    |<(?:img|audio|video|source|embed|script|object|link)\b[^<>]*?\s(?:src|data|href)\s*=\s*
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+))""",
    re.IGNORECASE | re.VERBOSE,
)
_ASSET = re.compile(
    r"""(?:src|href|data)\s*=\s*["']?(_[^"'\s>]+)|url\(\s*["']?(_[^"')]+)
    |@import\s+["'](_[^"']+)|\[sound:(_[^][]+)\]""",
    re.IGNORECASE | re.VERBOSE,
)
_FORBIDDEN = re.compile(r"""[\x00-\x1f\x7f\[\]<>:"/?*^\\|]""")
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b|<[^<>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE)
_NETWORK = re.compile(
    r"""<(?!a\b)[a-z][^<>]*?\s(?:src|data|poster|srcset)\s*=\s*["']?\s*(?:https?:)?//[^\s"'>]+
    |<link\b[^<>]*?\shref\s*=\s*["']?\s*(?:https?:)?//[^\s"'>]+
    |url\(\s*["']?\s*(?:https?:)?//[^"')\s]+
    |@import\s+["'](?:https?:)?//[^"']+""",
    re.IGNORECASE | re.VERBOSE,
)
_PERSONAL = re.compile(
    r"""(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*
    \.(?!(?:png|jpe?g|gif|svg|webp|avif|mp3|ogg|wav|mp4|webm)\b)[a-z]{2,}\b
    |(?<![\w+])\+\d[\d\ ()/.-]{7,}\d
    |file:///[^\s"'<>]+|[a-z]:\\users\\[^\s"'<>]+""",
    re.IGNORECASE | re.VERBOSE,
)
_LICENCE = re.compile(
    r"\blicen[cs]e|\blizenz|\bcopyright|©|\(c\)\s*\d{4}|\bcc[ -](?:by|0)|\bcreative commons"
    r"|\bpublic domain|\bgemeinfrei|\ball rights reserved|\bGFDL\b",
    re.IGNORECASE,
)
_CREDITS = re.compile(
    r"source|attribution|licen[cs]e|credit|copyright|quelle|lizenz", re.IGNORECASE
)


def remarks(original: Original, contents: Contents) -> tuple[Remark, ...]:
    """What is odd about a deck, and about the file that it comes in."""
    about = _About(original)
    found = (
        about.twice(),
        about.notes(
            "unclosed-cloze",
            "a cloze begins and never ends, so Anki hides the rest; kept as HTML",
            lambda note: original.types[note.type].is_cloze and any(map(_unclosed, note.fields)),
        ),
        about.notes(
            "no-cards", "no card, so nobody ever sees it; left out", lambda note: not note.cards
        ),
        about.empty_cards(),
        about.several_decks(),
        about.script(),
        about.network(),
        about.missing(),
        about.unused(contents.media),
        about.personal(),
        about.licence(),
        about.notes(
            "own-tags",
            "tags “marked” or “leech”, a learner's own, which Anki takes away on import",
            lambda note: note.guid in contents.marked,
        ),
        about.notes("no-fields-text", "the first field is empty", lambda n: not _seen(n.fields[0])),
    )
    return tuple(remark for remark in found if remark)


class _About:
    """The questions, each of which is a remark or None."""

    def __init__(self, original: Original) -> None:
        self._all = original

    def notes(self, kind: str, words: str, odd: Callable[[Note], bool]) -> Remark | None:
        found = [note for note in self._all.notes if odd(note)]
        return Remark(kind, f"{words}: {_notes(found)}", _names(found)) if found else None

    def twice(self) -> Remark | None:
        often = Counter(note.guid for note in self._all.notes)
        words = "one GUID for several notes, which Anki mixes up; one that is edited becomes new"
        return self.notes("guid-twice", words, lambda note: often[note.guid] > 1)

    def empty_cards(self) -> Remark | None:
        guids = {guid for guid, _ in self._all.empty}
        cards = _count(len(self._all.empty), "card")
        words = f"{cards} without content, as Tools → Empty Cards lists them; left out"
        return self.notes("empty-cards", words, lambda note: note.guid in guids)

    def several_decks(self) -> Remark | None:
        return self.notes(
            "several-decks",
            "the cards of a note lie in several decks; kept by “decks:”",
            lambda note: len({card.deck for card in note.cards}) > 1,
        )

    def script(self) -> Remark | None:
        found = [place for place, text in self._looks() if _SCRIPT.search(text)]
        return _listed("script", "kept as they are: scripts in", "template", found)

    def network(self) -> Remark | None:
        found = [place for place, text in self._looks() if _NETWORK.search(text)]
        notes = [note for note in self._all.notes if _loads(note)]
        if not found and not notes:
            return None
        places = [*([_notes(notes)] if notes else []), *found]
        message = f"loaded from the network, and missing without it, in {_some(places)}"
        return Remark("network", message, _names(notes))

    def missing(self) -> Remark | None:
        there = self._all.media.keys()
        lost = {
            note: names
            for note in self._all.notes
            if (names := {name for name in _named(note) if not {name, unquote(name)} & there})
        }
        assets = {name for _, text in self._looks() for name in _assets(text) if name not in there}
        absent = sorted(assets.union(*lost.values()))
        found = _listed(
            "missing-media", "kept, though a file is named and not there:", "file", absent
        )
        return found._replace(notes=_names(lost)) if found else None

    def unused(self, in_archive: Iterable[str]) -> Remark | None:
        left = sorted({name for name in in_archive if _in_anki(name) not in self._all.media})
        words = "named by no note, template or style, and so left out:"
        return _listed("unused-media", words, "file", left)

    def personal(self) -> Remark | None:
        found = {
            note: quotes
            for note in self._all.notes
            if (quotes := {m[0] for field in note.fields for m in _PERSONAL.finditer(field)})
        }
        words = "addresses, numbers or paths that may be personal:"
        remark = _listed("personal", words, "", sorted(set[str]().union(*found.values())))
        return remark._replace(notes=_names(found)) if remark else None

    def licence(self) -> Remark | None:
        said = {note: lines for note in self._all.notes if (lines := [*self._credited(note)])}
        texts = [*self._all.decks.values(), *(text for _, text in self._looks())]
        lines = [line for text in texts for line in _licences(text)]
        lines += chain.from_iterable(said.values())
        found = _listed("licence", "a licence is named:", "line", list(dict.fromkeys(lines)))
        return found._replace(notes=_names(said)) if found else None

    def _credited(self, note: Note) -> Iterator[str]:
        """What a note's fields for sources say of licences."""
        names = self._all.types[note.type].fields
        for name, field in zip(names, note.fields, strict=False):
            if _CREDITS.search(name):
                yield from _licences(field)

    def _looks(self) -> Iterator[tuple[str, str]]:
        """The templates and styles of all types, and what to call them."""
        for kind in self._all.types.values():
            yield from _looks(kind)


def _in_anki(name: str) -> str:
    """The name that a file gets on import."""
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", name))


def _looks(kind: OriginalType) -> Iterator[tuple[str, str]]:
    yield f"the style of “{kind.name}”", kind.css
    for template in kind.templates:
        yield f"front of “{template.name}” of “{kind.name}”", template.front
        yield f"back of “{template.name}” of “{kind.name}”", template.back


def _unclosed(field: str) -> bool:
    """Whether a cloze begins that does not end, read as Anki does: from the inside out."""
    depth = 0
    for token in re.finditer(r"\{\{c[\d,]+::|\}\}", field):
        depth = depth + 1 if token[0] != "}}" else max(depth - 1, 0)
    return depth > 0


def _loads(note: Note) -> bool:
    """Whether a note loads something from the network."""
    return any("//" in field and _NETWORK.search(field) for field in note.fields)


def _named(note: Note) -> Iterator[str]:
    """The media that a note names, as files of this collection."""
    for field in note.fields:
        for found in _MEDIA.finditer(field):
            name = html.unescape(next(filter(None, found.groups()), "").strip())
            if name and not _REMOTE.match(name):
                yield name


def _assets(text: str) -> Iterator[str]:
    """The files that a template or style names: only `_…` come with a deck."""
    for found in _ASSET.finditer(text):
        if "{{" not in (name := next(filter(None, found.groups()))):
            yield unquote(html.unescape(name.strip()))


def _licences(text: str) -> Iterator[str]:
    """The lines that name a licence, shortly."""
    if not _LICENCE.search(text):
        return
    for line in re.split(r"<br\s*/?>|</?(?:div|p|li)\b[^<>]*>|\n", text):
        if (found := _LICENCE.search(plain := _plain(line))) is not None:
            start = max(found.start() - _QUOTE // 2, 0)
            yield f"{'…' if start else ''}{plain[start : start + _QUOTE]}"


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def _seen(field: str) -> bool:
    """Whether a field shows anything: text or media."""
    return bool(_plain(field)) or _MEDIA.search(field) is not None


def name(note: Note) -> str:
    """What to call a note: its first field in short, or where that shows no text, its GUID."""
    text = _plain(note.fields[0]) or note.fields[0].strip() or f"GUID {note.guid}"
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _names(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(name(note) for note in islice(notes, _NAMED))


def _notes(notes: Sequence[Note]) -> str:
    return _count(len(notes), "note")


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _listed(kind: str, words: str, unit: str, found: Sequence[str]) -> Remark | None:
    """A remark that counts what was found and quotes the first of it."""
    if not found:
        return None
    number = f"{_count(len(found), unit)}: " if unit else ""
    return Remark(kind, f"{words} {number}{_some(found)}")


def _some(found: Sequence[str]) -> str:
    few = [one if len(one) <= _QUOTE else f"{one[: _QUOTE - 1]}…" for one in found[:_QUOTED]]
    return ", ".join(few) + (f", and {len(found) - _QUOTED} more" if found[_QUOTED:] else "")
