"""Texts as YAML that reads back as they are: without quotes where nothing can be misread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from . import characters, escapes

Value: TypeAlias = "str | Sequence[str] | Mapping[str, str]"
"""What a key of a fact holds: a text, a list of words, or a mapping on one line."""

_PLAIN = re.compile(
    r"[^\W_](?:[\w,.;()'’/%+°€$£!?*=~^<>–—-]| (?=[\w(’'–—€$£%<>=+])|(?<=\w)::?(?=[^\W_]))*"
)
_NO_PLAIN = re.compile(r" [–—-]|['’]$|^(?:true|false|null|yes|no|on|off|y|n)$", re.IGNORECASE)
_IN_FLOW = re.compile(r"[,?]")
_BREAK = re.compile(r"[\n\r\t\x85\u2028\u2029]")
_LONGEST = 88  # characters of a line of a list
_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def scalar(text: str, indent: int = 0, *, in_flow: bool = False) -> str:
    """A text as the value of a key; lines of its own stand below, indented by so many spaces.

    Raises ValueError for control characters. `in_flow` is for values between brackets or braces.
    """
    if escapes.CONTROL.search(text):
        raise ValueError(f"no YAML file can hold {text!r}")
    is_plain = _PLAIN.fullmatch(text) and not _NO_PLAIN.search(text)
    if is_plain and not (in_flow and _IN_FLOW.search(text)):
        return text
    if not in_flow and (block := _block(text, indent)):
        return block
    if _BREAK.search(text) or characters.may_be_misread(text):
        return _escaped(text)
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _block(text: str, indent: int) -> str:
    """Several lines as they are, below a `|`; nothing where their spaces would get lost."""
    if "\n" not in text or text[:1] in (" ", "\n") or text.endswith("\n\n"):
        return ""
    lines = text.removesuffix("\n").split("\n")
    odd = _BREAK.search(text.replace("\n", "")) or characters.may_be_misread(text)
    if odd or any(line != line.rstrip() for line in lines):
        return ""
    head = "|" if text.endswith("\n") else "|-"
    margin = " " * indent
    return "\n".join([head, *(f"{margin}{line}" if line else "" for line in lines)])


def _escaped(text: str) -> str:
    return '"' + characters.TO_BE_ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    """A character by its number: of `\\n`, nobody knows if a line end was meant."""
    char = found[0]
    return _ESCAPED.get(char, f"\\u{ord(char):04x}")


def mapping(entries: Iterable[tuple[str, Value]], indent: int) -> str:
    """The lines of a mapping, each key indented by so many spaces and each line with its end."""
    margin = " " * indent
    lines = []
    for key, value in entries:
        if isinstance(value, str):
            shown = scalar(value, indent + 2)
        elif isinstance(value, Mapping):
            pairs = (
                f"{scalar(name, in_flow=True)}: {scalar(text, in_flow=True)}"
                for name, text in value.items()
            )
            shown = f"{{{', '.join(pairs)}}}"
        else:
            shown = _list([scalar(item, in_flow=True) for item in value], margin)
        space = "" if shown[:1] == "\n" else " "
        lines.append(f"{margin}{scalar(key, in_flow=True)}:{space}{shown}\n")
    return "".join(lines)


def _list(items: Sequence[str], margin: str) -> str:
    """A list on one line, or an item a line where that would be too long."""
    line = f"[{', '.join(items)}]"
    if len(line) <= _LONGEST:
        return line
    return "".join(f"\n{margin}  - {item}" for item in items)
