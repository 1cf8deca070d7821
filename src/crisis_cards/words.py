"""A language's words, as far as the checks of wording need them: one file a language in `words/`.

A language without a file gets none, and the checks that depend on words are silent.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from . import source
from .source import Mapping, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Set

_FOLDER = Path(__file__).parent / "words"
_TOKEN = re.compile(r"[^\W_]+")
_LATIN = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
"""Latin-1 with a space for everything that is no letter and no figure."""

_NEVER = re.compile(r"(?!)")


class Phrases:
    """Patterns, each with a word that has to occur before it is worth trying."""

    def __init__(self, patterns: dict[str, str]) -> None:
        self.words = frozenset(patterns)
        self._patterns = patterns
        self._compiled: dict[str, re.Pattern[str]] = {}

    def search(self, text: str, words: Set[str]) -> re.Match[str] | None:
        """The first of the phrases in a text in small letters; `words` are those that occur in it.

        Of those that begin at one place it is the longest.
        """
        tried = [self._pattern(word).search(text) for word in words & self.words]
        return min(filter(None, tried), key=_first_and_longest, default=None)

    def _pattern(self, word: str) -> re.Pattern[str]:
        found = self._compiled.get(word)
        if found is None:
            found = self._compiled[word] = re.compile(self._patterns[word])
        return found


def _first_and_longest(found: re.Match[str]) -> tuple[int, int]:
    return found.start(), -found.end()


class Words:
    """The words of one language. An entry that its file leaves out is empty and matches nothing."""

    def __init__(self, entries: dict[str, str | dict[str, str]]) -> None:
        self._entries = entries
        self.known = bool(entries)
        self._clitics = self.pattern("clitics")
        self._stems: dict[str, str] = {}
        self.stop = self.set("stop")
        self.question = self.set("question")
        self.auxiliary = self.set("auxiliary")
        self.polar = self.set("polar")
        self.one_thing = self.set("one-thing")
        self.clause = self.set("clause")
        self.place = self.set("place")
        self.and_ = self.set("and")
        self.numbers = self.set("numbers")
        self.function = self.set("function")
        self.of_language = self.set("of-language")
        self.faint = self.stop | self.set("weak")
        self.common = self.faint | self.numbers
        self.small = self.stop - self.question
        self.ordinals = self.set("ordinals")
        pairs = str(self._entries.get("opposites", "")).split()
        self.opposites = {frozenset(pair.split("/")) for pair in pairs}
        self.inner_clause = self.set("inner-clause")
        months = str(self._entries.get("months", "")).split()
        self.months = {month: at % 12 + 1 for at, month in enumerate(months)}
        self.weekdays = self.set("weekday")
        self.before_christ = self.set("before-christ")
        self.joins = self.set("or")

    def set(self, name: str) -> frozenset[str]:
        """A list of words."""
        value = self._entries.get(name, "")
        assert isinstance(value, str)
        return frozenset(value.split())

    def pattern(self, name: str) -> re.Pattern[str]:
        """The patterns of an entry as one."""
        value = self._entries.get(name, "")
        assert isinstance(value, str)
        lines = value.strip().splitlines()
        return re.compile("|".join(lines)) if lines else _NEVER

    @cached_property
    def attribution(self) -> re.Pattern[str]:
        return self.pattern("attribution")

    @cached_property
    def vague(self) -> re.Pattern[str]:
        return self.pattern("vague")

    @cached_property
    def enumeration(self) -> re.Pattern[str]:
        return self.pattern("enumeration")

    @cached_property
    def enumeration_of_list(self) -> re.Pattern[str]:
        return self.pattern("enumeration-of-list")

    @cached_property
    def double(self) -> re.Pattern[str]:
        return self.pattern("double")

    @cached_property
    def dangling(self) -> re.Pattern[str]:
        return self.pattern("dangling")

    @cached_property
    def polar_phrase(self) -> re.Pattern[str]:
        return self.pattern("polar-phrase")

    @cached_property
    def asks_date(self) -> tuple[re.Pattern[str], ...]:
        """What asks for a day, for a month and year, for a year."""
        return tuple(self.pattern(f"asks-{precision}") for precision in ("day", "month", "year"))

    @cached_property
    def relative(self) -> Phrases:
        return self._phrases("relative")

    @cached_property
    def relative_to_date(self) -> Phrases:
        return self._phrases("relative-to-date")

    @cached_property
    def times(self) -> frozenset[str]:
        """The words of which one occurs in every phrase of time."""
        return self.relative.words | self.relative_to_date.words

    @cached_property
    def joint(self) -> re.Pattern[str]:
        """What stands between the items of a list."""
        joins = "|".join(sorted(self.and_))
        return re.compile(rf"\s*[;,\n/]\s*(?:(?:{joins})\s+)?|\s+(?:{joins}|&)\s+")

    @cached_property
    def claim(self) -> Phrases:
        return self._phrases("claim")

    def _phrases(self, name: str) -> Phrases:
        value = self._entries.get(name, {})
        assert isinstance(value, dict)
        return Phrases(value)

    def tokens(self, lower: str) -> list[str]:
        """The words and figures of a text in small letters; `Kennedy's` is `kennedy`."""
        if "'" in lower or "’" in lower:
            lower = self._clitics.sub(" ", lower)
        try:
            latin = lower.encode("latin-1")
        except UnicodeEncodeError:
            return _TOKEN.findall(lower)
        return latin.translate(_LATIN).decode("latin-1").split()  # the same, at a third of the time

    def stem(self, word: str) -> str:
        """What inflected forms of a word have in common."""
        found = self._stems.get(word)
        if found is None:
            found = self._stems[word] = self._stemmer(word)
        return found

    @cached_property
    def _stemmer(self) -> Callable[[str], str]:
        import Stemmer  # small decks may not have two words that are alike

        name = self._entries["stemmer"]
        return Stemmer.Stemmer(name).stemWord  # type: ignore[no-any-return]


@cache
def of(code: str) -> Words:
    """The words of the language of a BCP 47 tag; of one without a file, none are known."""
    path = _FOLDER / f"{code.split('-', maxsplit=1)[0]}.yaml"
    if not path.is_file():
        return Words({})
    document, _ = source.read(path)
    assert not document.broken, document.error
    assert isinstance(document.root, Mapping)
    return Words({key.value: _value(node) for key, node in document.root.items})


def _value(node: source.Node) -> str | dict[str, str]:
    if isinstance(node, Mapping):
        return {key.value: text.value for key, text in node.items if isinstance(text, Text)}
    assert isinstance(node, Text)
    return node.value
