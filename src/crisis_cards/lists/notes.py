"""Notes in Markdown or plain text → their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..format.shapes import SENTENCE_ENDS
from .rows import Found, Left, Row

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*")
_BULLET = re.compile(r"[ \t]*(?:[-*+•]|\d{1,4}[.)])[ \t]+(.*)")
_PAIR = re.compile(
    r"(?:\*\*|__)(?P<bold>[^*_]+?):?(?:\*\*|__)[ \t]*(?::|[–—-](?=\s))?[ \t]*(?P<of_bold>.+)"
    r"|(?P<name>(?:`[^`\n]*`|[^:=`]){1,100}?)(?:[ \t]*(?<!:):(?!:)[ \t]+|[ \t]+[–—-][ \t]+)"
    r"(?P<text>.+)"
)
_QUESTION = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)?([QFP])(?:\*\*|__)?\s*:(?:\*\*|__)?(.*)")
_ANSWER = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)?([AR])(?:\*\*|__)?\s*:(?:\*\*|__)?(.*)")
_BOTH = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(.*?\S)[ \t]*:::[ \t]*(.*)")
_BLANK = re.compile(r"==[^\s=](?:[^=]*[^\s=])?==|\{\{c\d+::")


def is_notes(text: str) -> bool:
    """Whether a third of the lines has a form that notes have."""
    lines = text.split("\n")
    forms = (_HEADING.fullmatch, _QUESTION.fullmatch, _BULLET.fullmatch)
    of_form = sum(any(form(line) for form in forms) or ":::" in line for line in lines)
    blanks = sum(bool(_BLANK.search(line)) and "\t" not in line for line in lines)
    return 3 * max(of_form, blanks) >= sum(map(bool, map(str.strip, lines)))


def notes(text: str) -> Found:
    """The rows of notes, each below the heading that it stands under."""
    rows: list[Row] = []
    left: list[Left] = []
    section = ""
    for number, block in _blocks(text.split("\n")):
        place = f"line {number}"
        if heading := _HEADING.fullmatch(block):
            section = heading[1].strip()
        elif cells := _cells(block):
            rows.append(Row(place, cells, section))
        else:
            left.append(Left(place, block, "it has no form of a fact"))
    return Found("notes", rows, left)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The parts of notes with the numbers of their first lines.

    A question goes on to the end of its answer, an item in lines that are indented, and a sentence
    until its end.
    """
    begun, held = 1, list[str]()
    for number, line in enumerate([*lines, ""], start=1):
        if held and _goes_on(held, line):
            held.append(line)
            continue
        if held and not line.strip() and _waits(held) and number <= len(lines):
            continue
        if held:
            yield begun, "\n".join(held)
        begun, held = number, [line] if line.strip() else []


def _waits(held: Sequence[str]) -> bool:
    """Whether a question has no answer yet."""
    return bool(_QUESTION.match(held[0])) and not any(map(_ANSWER.match, held[1:]))


def _goes_on(held: Sequence[str], line: str) -> bool:
    """Whether a line belongs to what the lines before it say."""
    forms = (_HEADING, _QUESTION, _BOTH)
    if not line.strip() or any(form.fullmatch(line) for form in forms):
        return False
    if _QUESTION.match(held[0]):
        return bool(_ANSWER.match(line)) or not _BULLET.match(line)
    if _BULLET.match(line) or _HEADING.fullmatch(held[0]) or _BOTH.fullmatch(held[0]):
        return False
    if _BULLET.match(held[0]):
        return line[:1] in " \t"
    return held[-1].rstrip()[-1:] not in SENTENCE_ENDS


def _cells(block: str) -> tuple[tuple[str, str], ...]:
    """What a part of notes says, below words for keys; nothing where it has no form."""
    if _QUESTION.match(block):
        lines = block.split("\n")
        at = next((at for at, line in enumerate(lines) if _ANSWER.match(line)), len(lines))
        sides = []
        for part, form in ((lines[:at], _QUESTION), (lines[at:], _ANSWER)):
            found = form.fullmatch(part[0]) if part else None
            sides.append("\n".join([found[2].strip(), *part[1:]]).strip() if found else "")
        return ("question", sides[0]), ("answer", sides[1])
    if "\n" not in block and (both := _BOTH.fullmatch(block)):
        return ("question", both[1]), ("answer", both[2])
    bullet = re.fullmatch(_BULLET.pattern, block, re.DOTALL)
    said = bullet[1] if bullet else block
    if _BLANK.search(said):
        return (("", " ".join(said.split())),)
    pair = re.fullmatch(_PAIR.pattern, said, re.DOTALL) if bullet else None
    pair = pair or (_PAIR.fullmatch(said) if said[:2] in ("**", "__") else None)
    if not pair:
        return ()
    name, told = pair["bold"] or pair["name"], pair["of_bold"] or pair["text"]
    return ("word", name.strip()), ("meaning", " ".join(told.split()))
