"""A language's words, as far as the checks of wording need them: one file a language in `words/`.

A language without a file gets none, and the checks that depend on words are silent. Stems it has
where the stemmer knows it.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..format.shape import Plain, plain
from ..yaml import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

T = TypeVar("T")

_FOLDER = Path(__file__).parent / "words"
_TOKEN = re.compile(r"[^\W_]+")
_LATIN = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
"""Latin-1 with a space for everything that is no letter and no figure."""

_NEVER = re.compile(r"(?!)")


class Made(dict[str, T]):
    """Values by name, each made when it is asked for first."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> T:
        made = self[name] = self._make(name)
        return made


class Phrases:
    """Patterns, each with a word that has to occur before it is worth trying."""

    def __init__(self, patterns: Mapping[str, Plain]) -> None:
        self.words = frozenset(patterns)
        self._compiled = Made(lambda word: re.compile(str(patterns[word])))

    def search(self, text: str, words: Set[str]) -> re.Match[str] | None:
        """The first of the phrases in a text in small letters; `words` are those that occur in it.

        Of those that begin at one place it is the longest.
        """
        tried = [self._compiled[word].search(text) for word in words & self.words]
        found = [match for match in tried if match]
        return min(found, key=lambda match: (match.start(), -match.end())) if found else None


class Words:
    """The words of one language. An entry that its file leaves out is empty and matches nothing.

    By the names of entries, `sets` has lists of words, `patterns` patterns as one, `phrases` each
    pattern by its word. `pole` has one word for all that are opposites of each other.
    """

    def __init__(self, entries: Mapping[str, Plain], code: str = "") -> None:
        self._entries = entries
        self._code = code
        self.known = bool(entries)
        self.sets = Made(lambda name: frozenset(self._text(name).split()))
        self.patterns = Made(self._pattern)
        self.phrases = Made(self._phrases)
        self.stop = self.sets["stop"]
        self.question = self.sets["question"]
        self.small = self.stop - self.question
        self.faint = self.stop | self.sets["weak"]
        self.common = self.faint | self.sets["numbers"]
        months = self._text("months").split()
        self.months = {month: at % 12 + 1 for at, month in enumerate(months)}

    def _text(self, name: str) -> str:
        value = self._entries.get(name, "")
        assert isinstance(value, str)
        return value

    def _pattern(self, name: str) -> re.Pattern[str]:
        lines = self._text(name).strip().splitlines()
        return re.compile("|".join(lines)) if lines else _NEVER

    def _phrases(self, name: str) -> Phrases:
        patterns = self._entries.get(name, {})
        assert isinstance(patterns, dict)
        return Phrases(patterns)

    @cached_property
    def _pairs(self) -> list[list[str]]:
        pairs = [pair.split("/") for pair in self._text("opposites").split()]
        endings = self._text("endings").split()
        return pairs + [[one + end, other + end] for one, other in pairs for end in endings]

    @cached_property
    def opposites(self) -> set[frozenset[str]]:
        """Pairs of words that mean the opposite of each other."""
        return {frozenset(pair) for pair in self._pairs}

    @cached_property
    def pole(self) -> dict[str, str]:
        """Each word that has an opposite, with one word for all that it is paired with."""
        return _one_for_all(self._pairs)

    @cached_property
    def times(self) -> frozenset[str]:
        """The words of which one occurs in every phrase of time."""
        return self.phrases["relative"].words | self.phrases["relative-to-date"].words

    @cached_property
    def joint(self) -> re.Pattern[str]:
        """What stands between the items of a list."""
        joins = "|".join(sorted(self.sets["and"])) or "&"
        return re.compile(rf"\s*[;,\n/、，；،؛]\s*(?:(?:{joins})\s+)?|\s+(?:{joins}|&)\s+")

    def tokens(self, lower: str) -> list[str]:
        """The words and figures of a text in small letters; `Kennedy's` is `kennedy`."""
        if "'" in lower or "’" in lower:
            lower = self.patterns["clitics"].sub(" ", lower)
        try:
            latin = lower.encode("latin-1")
        except UnicodeEncodeError:
            return _TOKEN.findall(lower)
        return latin.translate(_LATIN).decode("latin-1").split()  # the same, at a third of the time

    @cached_property
    def stems(self) -> Made[str]:
        """What the inflected forms of a word have in common."""
        import Stemmer  # small decks may not have two words that are alike

        name = self._text("stemmer") or {"nb": "no", "nn": "no"}.get(self._code, self._code)
        try:
            return Made(Stemmer.Stemmer(name).stemWord)
        except KeyError:  # the stemmer does not know the language: words are compared as they are
            return Made(str)


def _one_for_all(pairs: Iterable[Sequence[str]]) -> dict[str, str]:
    """Each word of some pairs, with one that stands for it and all that it is paired with."""
    groups: dict[str, list[str]] = {}
    for one, other in pairs:
        keep, drop = groups.setdefault(one, [one]), groups.setdefault(other, [other])
        if keep is not drop:
            keep += drop
            groups.update(dict.fromkeys(drop, keep))
    return {word: group[0] for word, group in groups.items()}


@cache
def of(code: str) -> Words:
    """The words of the language of a BCP 47 tag; of one without a file, none are known."""
    language = code.split("-", maxsplit=1)[0]
    path = _FOLDER / f"{language}.yaml"
    if not path.is_file():
        return Words({}, language)
    document, _ = tree.read(path)
    entries = plain(document.root) if document.root else {}
    assert not document.broken, document.errors
    assert isinstance(entries, dict)
    return Words(entries)


def languages() -> list[str]:
    """The codes of the languages that have a file."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))
