"""The texts of a fact as words: what the checks of wording read.

Every text of a deck is read so, and therefore markup is only taken away where there is some.
Formulas and code count as one thing without words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ..cards import markup
from ..format import embeds
from ..format.cloze import Blank
from ..problems import Span
from ..yaml.tree import Text
from .words import Words

THING = "\ufffc"
"""Stands for a formula, a code span, a picture or a sound."""

_THINGS = re.compile(
    r"\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL
)
_CODE = re.compile(r"(`+)([^`\n]+)\1")
# A quotation on a card is shorter than this; a mark that is never closed is not followed further.
_QUOTED = re.compile(
    r"“[^”]{0,500}”|„[^“”]{0,500}[“”]|«[^»]{0,500}»|\"[^\"]*\"|‘[^’]{0,500}’(?!\w)"
    r"|(?<!\w)'[^']*'(?!\w)|(?<!\w)\*[^*]+\*"
)


_OF_CONTENT = 4  # letters of a word of content, in a language whose small words are not known


class Phrase:
    """One text of a fact in plain words; `lower` is the same in small letters.

    `language` has the words that are known of its language.
    """

    __slots__ = ("_telling", "_words", "language", "lower", "plain", "text")

    def __init__(self, text: Text, language: Words) -> None:
        self.text = text
        self.plain = plain = spoken_text(text.value)
        self.lower = lowered(plain)
        self.language = language
        self._words: list[str] | None = None
        self._telling: str | None = None

    @property
    def words(self) -> list[str]:
        """Its words in small letters, those in quotation marks too."""
        if self._words is None:
            self._words = self.language.tokens(self.lower)
        return self._words

    @property
    def telling(self) -> str:
        """The first word that can give it away: no figure, no single letter, no small word."""
        if self._telling is None:
            self._telling = ""
            common, known = self.language.common, self.language.known
            for word in self.words:
                if word in common or len(word) == 1 or not word.isalpha():
                    continue
                if not known and self.may_be_small(word):
                    continue
                if word.strip("ivxlcdm"):  # no Roman figure
                    self._telling = word
                    break
        return self._telling

    def may_be_small(self, word: str) -> bool:
        """Whether a word may be "the" or "of", as far as one sees who does not know the language.

        What is written in capitals is a Roman figure or an abbreviation.
        """
        lower = word != word.upper() and word.isalpha()
        return lower and len(word) < _OF_CONTENT and word.upper() not in self.plain

    @property
    def unquoted(self) -> str:
        """In small letters, without what stands in quotation marks."""
        return without_quotes(self.lower)

    def length(self) -> int:
        """The number of words, as an author counts them."""
        return sum(1 for word in self.plain.split() if word[:1].isalnum() or len(word) > 1)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Where a range of `plain` stands in the file; all of it by default."""
        if end is None:
            return self.text.span
        fragment = self.plain[start:end]
        if self.plain != self.text.value:
            start = self.text.value.find(fragment)
        if start < 0 or not fragment:
            return self.text.span
        return self.text.span_of(start, start + len(fragment))

    def span_in_lower(self, lower: str, found: re.Match[str]) -> Span:
        """Where something found in `unquoted` stands: all of the text where quotes are left out."""
        return self.span(*found.span()) if lower == self.lower else self.span()


def lowered(text: str) -> str:
    """A text in small letters, each in its place: of a Turkish İ, Python makes two signs."""
    return text.lower() if text.isascii() else text.replace("İ", "i").lower()


def without_quotes(text: str, keep_length: bool = False) -> str:
    """A text with a placeholder for everything in quotation marks."""
    if "“" in text or '"' in text or "'" in text or "‘" in text or "«" in text or "„" in text:
        return _QUOTED.sub(lambda found: THING * (len(found[0]) if keep_length else 1), text)
    return text


def spoken_text(text: str) -> str:
    """A text as it is read out: without the signs of markup, normalised."""
    if "![" in text:
        text = embeds.spoken(text, THING)
    if "*" in text or "_" in text or "[" in text or "`" in text or "\\" in text:
        text = _without_markup(text)
    elif "\n" in text or "~" in text or "^" in text or "{" in text:
        text = markup.plain(markup.text(text))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_markup(text: str) -> str:
    if "`" in text or "\\" in text:
        whole = _CODE.fullmatch(text.strip())
        text = whole[2] if whole else _THINGS.sub(THING, text)
    return markup.plain(markup.text(text))


def filled(text: str, places: tuple[int, int], blanks: Sequence[Blank], hidden: list[Blank]) -> str:
    """A range of a text with some blanks hidden and the others filled in."""
    parts: list[str] = []
    at, end = places
    for blank in blanks:
        if at <= blank.start < end:
            shown = "…" if blank in hidden else filled(text, blank.answer, blank.inner, hidden)
            parts += (text[at : blank.start], shown)
            at = blank.end
    return "".join((*parts, text[at:end]))
