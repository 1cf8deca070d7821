"""==blanks== ↔ Anki's cloze marks.

A passage is scanned once, from left to right, with one regular expression and a stack, so that no
text can make it slow. What is code, mathematics, an escape or a link's address is stepped over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..problems import Check, Fix, Problem, errors
from ..yaml.tree import Text
from . import near_misses

HIGHEST = 500
"""The highest number of a blank that Anki makes a card of (measured with Anki 26.9)."""
_DEEPEST = 10  # Anki ignores marks nested deeper than this

# Each begins with one character that is certain, so that re passes over all others quickly.
_TOKEN = r"""(?x)
      \\[(\[]                              # mathematics begins
    | \\[!-/:-@\[-`{-~]                    # an escaped character
    | ``*                                  # code begins
    | \{[^{}|=:\n]{0,60}[\u3400-\u9fff][^{}|=:\n]{0,60}\|[^{}|=:\n]{1,120}\}   # a word's reading
    | \]\([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*\)   # a link's address
    | =(?<!==)=(?!=)                       # our mark
    | =(?<!==)===(?!=)                     # our mark twice with nothing between
    | \{\{[cC][\d,]*::                      # Anki's mark opens
    | \{\{[cC]\d+:?                        # and what only looks like it
    | \}\}                                 # Anki's mark closes
    | ::                                   # a hint begins
    """
WITHOUT_BLANKS = re.compile(r"\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]|`[^`]+`", re.DOTALL)
"""Formulas and code, in which two equals signs are two equals signs."""
_PLAIN = re.compile(r"==(?!c[\d,])([^\s=:][^=:]*)(?:::([^=:]*))?(?<!\s)==")
_NOT_PLAIN = re.compile(r"[\\`{}]|===|\]\(")


class Blank(NamedTuple):
    """One blank; all places are offsets in the text.

    `number` is the author's own, None where the tool gives one. `hint` is None without a hint.
    """

    start: int
    end: int
    number: int | None
    answer: tuple[int, int]
    hint: tuple[int, int] | None
    inner: tuple[Blank, ...] = ()


class Passage(NamedTuple):
    """A text and its outermost blanks, in order."""

    text: Text
    blanks: tuple[Blank, ...] = ()

    def walk(self) -> Iterator[Blank]:
        """Every blank, each before the blanks inside it."""
        for blank in self.blanks:
            yield blank
            if blank.inner:
                yield from Passage(self.text, blank.inner).walk()

    def readable(self) -> str:
        """The text as `near_misses.readable` makes it, in which the marks of blanks are hidden."""
        value = list(near_misses.readable(self.text.value))
        for blank in self.walk():
            parts = filter(None, (blank.answer, blank.hint))
            edges = [blank.start, *(edge for part in parts for edge in part), blank.end]
            for start, end in zip(edges[::2], edges[1::2], strict=True):
                value[start:end] = near_misses.HIDDEN * (end - start)
        return "".join(value)


class _Open:
    """A blank whose closing mark has not come yet."""

    def __init__(self, start: int, content: int, number: int | None, anki: bool) -> None:
        self.start, self.content, self.number, self.anki = start, content, number, anki
        self.hint: int | None = None
        self.inner: list[Blank] = []


def parse(text: Text) -> tuple[Passage, list[Problem]]:
    """The blanks of a text. A text without any is not an error here."""
    value = text.value
    if "==" not in value and "{{" not in value:
        return Passage(text), []
    blanks = _plain_blanks(value)
    return (Passage(text, blanks), []) if blanks else _Scanner(text).scan()


def _plain_blanks(value: str) -> tuple[Blank, ...]:
    """The blanks of a text that has no other marks, which most have not; none where it may."""
    if _NOT_PLAIN.search(value):
        return ()
    blanks = []
    for found in _PLAIN.finditer(value):
        start, end = found.span()
        answer, hint = found.span(1), found.span(2)
        blanks.append(Blank(start, end, None, answer, hint if hint[0] < hint[1] else None))
    whole = 2 * len(blanks) == value.count("==") and len(blanks) <= HIGHEST
    return tuple(blanks) if whole else ()


class _Scanner:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.value = text.value
        self.blanks: list[Blank] = []
        self.open: list[_Open] = []
        self.problems: list[Problem] = []
        self.unpaired: list[tuple[int, int, Check, str, str]] = []  # marks, to be reported
        self.code_runs: dict[int, list[int]] | None = None
        self.no_math: set[str] = set()  # closing marks that do not come any more
        self.too_deep = False
        self.stray = False

    def scan(self) -> tuple[Passage, list[Problem]]:
        at = 0
        token_at = re.compile(_TOKEN).search
        while not self.too_deep and (found := token_at(self.value, at)):
            token, (start, at) = found[0], found.span()
            if token in ("\\(", "\\["):
                at = self._after_math(start)
            elif token[0] == "`":
                at = self._after_code(start, at)
            elif token == "==":
                at = self._mark(start)
            elif token == "====":
                at = self._double_mark(start)
            elif token[:3] in ("{{c", "{{C") and (token[2] == "C" or token[-2:] != "::"):
                mended = f"{token.rstrip(':').lower()}::"
                fix = (self.text.edit(start, at, mended),) if token[-1] == ":" else ()
                self._report(start, at, errors.UNCLOSED_CLOZE, "this is no blank", _ANKI, fix)
            else:
                self._anki_token(token, start, at)
        self._report_open()
        self._report_marks()
        if len(self.blanks) > HIGHEST:
            first = self.blanks[HIGHEST]
            message = f"Anki makes cards of {HIGHEST} blanks at most, and this is one more"
            hint = "make several facts of this one"
            self._report(first.start, first.end, errors.BAD_CLOZE_NUMBER, message, hint)
        return Passage(self.text, tuple(self.blanks)), self.problems

    def _report(
        self, start: int, end: int, check: Check, message: str, hint: str, fix: Fix = ()
    ) -> None:
        span = self.text.span_of(start, end)
        self.problems.append(Problem(span, check, message, hint, fix))

    def _report_marks(self) -> None:
        """Marks without a partner, which may be there and be written with other signs."""
        if not self.unpaired:
            return
        value = Passage(self.text, tuple(self.blanks)).readable()
        misses = [miss for miss in near_misses.find(self.text, value) if miss.fix]
        reported = set()
        for start, end, check, message, hint in self.unpaired:
            near = next((miss for miss in misses if miss.start <= start < miss.end), None)
            if near is None:
                self._report(start, end, check, message, hint)
            elif near not in reported:
                self._report(near.start, near.end, check, message, near.hint, near.fix)
                reported.add(near)

    def _after_math(self, start: int) -> int:
        r"""Past `\( … \)`. Anki's own marks count inside: there is no other way to hide a term."""
        close = "\\)" if self.value[start + 1] == "(" else "\\]"
        end = -1 if close in self.no_math else self.value.find(close, start + 2)
        if end < 0:
            self.no_math.add(close)
            return start + 2
        if "{{c" in self.value[start:end]:
            at = start
            token_at = re.compile(r"\{\{c[\d,]*::|\}\}|::").search
            while found := token_at(self.value, at, end):
                at = found.end()
                top = self.open[-1] if self.open else None
                if found[0] == "}}" and top and top.anki:
                    inside = self.value[top.content : found.start()]
                    if inside.count("{") > inside.count("}"):  # a brace of the formula itself
                        at = found.start() + 1
                        continue
                self._anki_token(found[0], found.start(), found.end())
        return end + 2

    def _after_code(self, start: int, after: int) -> int:
        """Past a code span: the next run of as many backquotes closes it, as in Markdown."""
        if self.code_runs is None:
            self.code_runs = {}
            for run in reversed(list(re.finditer("`+", self.value))):
                self.code_runs.setdefault(len(run[0]), []).append(run.start())
        runs = self.code_runs.get(after - start, [])
        while runs and runs[-1] <= start:
            runs.pop()
        return runs[-1] + (after - start) if runs else after

    def _mark(self, start: int) -> int:
        """A `==`: it opens before a letter and closes after one, as Markdown's emphasis does."""
        value, end = self.value, start + 2
        opens = end < len(value) and not value[end].isspace()
        closes = start > 0 and not value[start - 1].isspace()
        top = self.open[-1] if self.open else None
        if closes and top and not top.anki:
            self._close(top, start, end)
        elif opens:
            number = re.compile(r"c([\d,]+)::").match(value, end)
            content = number.end() if number else end
            if short := re.compile(r"c\d+:(?=[^:\s])").match(value, end):
                hint = f"write =={short[0]}:answer== with two colons"
                message = "this blank would show its number as a part of the answer"
                self._report(end, short.end(), errors.BAD_CLOZE_NUMBER, message, hint)
            self._push(start, content, number[1] if number else None, anki=False)
            return content
        elif closes and not self.stray and not self.open:
            self.stray = True  # one message for a text: the others are most likely its doing
            message = "this == closes no blank"
            hint = r"put == right before the answer too (==answer==), or write \== for equals signs"
            self.unpaired.append((start, end, errors.UNCLOSED_CLOZE, message, hint))
        return end

    def _double_mark(self, start: int) -> int:
        """`====`: one blank ends and the next begins, as in ==日====本==; or one is empty."""
        top = self.open[-1] if self.open else None
        if top and not top.anki and start > top.content:
            return self._mark(self._mark(start))
        self.unpaired.append((start, start + 4, errors.EMPTY_CLOZE, "this blank is empty", _EMPTY))
        return start + 4

    def _anki_token(self, token: str, start: int, end: int) -> None:
        top = self.open[-1] if self.open else None
        if token[:2] == "{{":
            self._push(start, end, token[3:-2], anki=True)
        elif token == "}}" and top and top.anki:
            self._close(top, start, end)
        elif token == "::" and top and top.hint is None:
            top.hint = start

    def _push(self, start: int, content: int, digits: str | None, anki: bool) -> None:
        number = None if digits is None else self._number(start, content, digits)
        if len(self.open) >= _DEEPEST:
            self.too_deep = True
            message = f"Anki ignores blanks nested deeper than {_DEEPEST}"
            self._report(start, content, errors.BAD_CLOZE_NUMBER, message, "make two facts of it")
        self.open.append(_Open(start, content, number, anki))

    def _number(self, start: int, end: int, digits: str) -> int | None:
        if digits.isascii() and digits.isdigit() and 1 <= int(digits[-9:]) <= HIGHEST:
            return int(digits[-9:])
        hint = f"number the blanks from c1 to c{HIGHEST}, or leave the numbers away"
        if "," in digits:
            hint = "give each blank one number, such as c1"
        message = f'"c{digits[:12]}" is not a number that a blank can have'
        self._report(start, end, errors.BAD_CLOZE_NUMBER, message, hint)
        return None

    def _close(self, top: _Open, start: int, end: int) -> None:
        self.open.pop()
        answer = (top.content, start if top.hint is None else top.hint)
        hint = None if top.hint is None else (top.hint + 2, start)
        if hint and not self.value[hint[0] : hint[1]].strip():
            hint = None
        if not self.value[answer[0] : answer[1]].strip():
            self._report(top.start, end, errors.EMPTY_CLOZE, "this blank is empty", _EMPTY)
        blank = Blank(top.start, end, top.number, answer, hint, tuple(top.inner))
        (self.open[-1].inner if self.open else self.blanks).append(blank)

    def _report_open(self) -> None:
        """One message for the outermost mark that is left open: the inner ones may be its doing."""
        if not self.open or self.too_deep:
            return
        top = self.open[0]
        mark, close = ("{{c…::", "}}") if top.anki else ("==", "==")
        literal = "" if top.anki else r", or write \== for equals signs"
        message = f"this {mark} opens a blank that never closes"
        hint = f"put {close} right after the answer, without a space between{literal}"
        self.unpaired.append((top.start, top.content, errors.UNCLOSED_CLOZE, message, hint))


_ANKI = "write {{c1::answer}} with a small c and two colons, or ==answer=="
_EMPTY = "write the answer between the marks: ==answer=="
