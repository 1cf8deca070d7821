"""Letters that were lost or garbled on the way through a program that read them otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..problems import excerpt
from ..yaml.tree import Text
from .register import Fault, of_facts

if TYPE_CHECKING:
    from .study import Study


def _byte(char: int) -> str:
    """What Windows shows for a byte; five of them are nothing there, and pass through."""
    return bytes([char]).decode("cp1252", "ignore") or chr(char)


_BYTES = {_byte(char): char for char in range(0x80, 0x100)}
_FOLLOWING = [_byte(char) for char in range(0x80, 0xC0)]
_NEXT = f"[{re.escape(''.join(_FOLLOWING))}]"
_QUOTES = "‚„…‹‘’“”–—›«»ªº°·\xa0"  # may stand behind a capital, as in PERCHÉ»
_SIGN = f"[{re.escape(''.join(sorted(set(_FOLLOWING) - set(_QUOTES))))}]"
_GARBLED = rf"""(?x)
    (?: [Â-Å]{_SIGN}
      | (?<=[0-9a-zß-ÿ])[Â-Å][{_QUOTES}] | (?<![A-ZÀ-Þ])[Â-Å][{_QUOTES}](?=[a-zÃ])
      | â€{_NEXT}                                     # dashes, quotation marks
      | (?:[Æ-ß]{_NEXT} | [à-ï]{_NEXT}{{2}}){{2,}}        # other scripts
    )+"""
_LOST = "\ufffd+"


@of_facts
def broken_encoding(study: Study) -> Iterator[Fault]:
    """Letters are garbled: a program read the file, or what was copied, in another encoding.

    Letters with accents then turn into two or three others, mostly with `Ã` or `â` before them,
    and can be turned back. Where a � stands, the letter is lost, and has to be typed again.

    Bad:

        ask: Who was ChÃ¢teaubriand?

    Good:

        ask: Who was Châteaubriand?

    Where the rule comes from: UTF-8 that is read as Windows-1252 gives these letters and no others.
    """
    if not re.search("[Â-ï\ufffd]", study.typed):
        return
    for fact, texts in study.texts:
        for text in texts:
            if not text.value.isascii() and (fault := _broken(text)):
                yield fault._replace(facts=(fact.id.value,))
                break


def _broken(text: Text) -> Fault | None:
    if lost := re.search(_LOST, text.value):
        message = "letters are lost here: another program could not read or write them"
        return Fault(text.span_of(*lost.span()), message, "type them again")
    found = [(garbled, _read(garbled[0])) for garbled in re.finditer(_GARBLED, text.value)]
    edits = tuple(text.edit(*garbled.span(), better) for garbled, better in found if better)
    if not edits:
        return None
    place = next(garbled.span() for garbled, better in found if better)
    if any(garbled[0] == text.value.strip() for garbled, _ in found):
        edits = ()  # this may be what the card is about
    mended = re.sub(_GARBLED, lambda garbled: _read(garbled[0]) or garbled[0], text.value)
    message = "these letters are others in disguise: another program read them in its own way"
    return Fault(text.span_of(*place), message, f"write: {excerpt(mended)}", fix=edits)


def _read(garbled: str) -> str:
    """What stood there before; empty where it was no UTF-8."""
    try:
        return bytes(map(_BYTES.__getitem__, garbled)).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return ""
