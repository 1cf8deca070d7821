"""Signs that Markdown takes for its own, where an author meant the signs themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from ..cards import markup
from ..format.cloze import WITHOUT_BLANKS
from ..problems import excerpt
from ..yaml.tree import Text
from .register import Fault, of_facts

if TYPE_CHECKING:
    from .study import Study


@of_facts
def lost_sign(study: Study) -> Iterator[Fault]:
    r"""A path, a piece of code or a formula loses a sign to Markdown.

    In Markdown, a backslash before a sign, stars and underscores around words, and a hyphen or
    number at the beginning of a line are marks, and are not shown. The message says what the card
    shows.

    Bad, where the card shows "C:\temp*.txt":

        ask: What does del C:\temp\*.txt remove?

    Good, with a backslash before what is to be seen, or as code:

        ask: What does `del C:\temp\*.txt` remove?

    Where the rule comes from: CommonMark 0.31, sections 2.4 and 6.2.
    """
    may_lose = _may_lose(study.typed)
    for fact, texts in study.texts:
        found = [_lost(text) for text in texts] if may_lose else []
        found += [
            _lonely_item(text, markup.block if text is fact.extra else markup.text)
            for text in texts
            if (text is fact.extra or "\n" in text.value) and _ITEM.search(text.value)
        ]
        for fault in found:
            if fault:
                yield fault._replace(facts=(fact.id.value,))


@of_facts
def turned_text(study: Study) -> Iterator[Fault]:
    """A character that nobody sees turns a part of a text around, or never ends.

    The overrides U+202D and U+202E show letters backwards. Embeddings and isolates (U+202A to
    U+202C, U+2066 to U+2069) are fine where each has its end; most came along with a copied text.
    Cards need none of them: every text finds its own direction.

    Bad: "U-2" with U+202E before it, which the card shows as "2-U".

    Good: the same text, typed anew.

    Where the rule comes from: Unicode's bidirectional algorithm (UAX 9), section 2.
    """
    if not re.search(_TURNS, study.typed) and "\\u20" not in study.typed:
        return
    for fact, texts in study.texts:
        for text in texts:
            found = _turning(text.value)
            if found:
                message = f"an invisible character (U+{ord(found[0]):04X}) turns this text around"
                hint = "delete it and type the text around it anew"
                yield Fault(text.span_of(*found.span()), message, hint, (fact.id.value,))
                break


_TURNS = "[\u202a-\u202e\u2066-\u2069]"


def _turning(text: str) -> re.Match[str] | None:
    """The first override, or what begins or ends without its partner."""
    begun: list[re.Match[str]] = []
    for found in re.finditer(_TURNS, text):
        if found[0] in "\u202d\u202e":
            return found
        if found[0] not in "\u202c\u2069":
            begun.append(found)
        elif not begun or (begun.pop()[0] >= "\u2066") is not (found[0] == "\u2069"):
            return found
    return begun[0] if begun else None


_NAMES = (
    "abs aenter aexit annotations await bool builtins bytes deepcopy del delattr delitem dict dir"
    " doc eq file floordiv func ge get getattr getattribute getitem getstate gt iadd import init"
    " int invert iter le len lt main mod module mro mul name ne neg post_init pow qualname radd"
    " reduce repr setattr setitem setstate sizeof slots str sub truediv"
    " FILE LINE FUNCTION NAMESPACE DIR COUNTER cplusplus attribute"
).split()
"""What stands between two underscores in Python, C and PHP, but for words that somebody may set in
bold type, such as `__all__`."""

_WRITTEN = re.compile(
    rf"""(?x)
      (?<!\w)[A-Za-z]:\\\S+(?:[ ]\S*\\\S*)* | (?<!\S)\\\\\w\S*   # a path on Windows
    | (?<!\S)(?=\S*\\[^\W_])(?=\S*\\[!-/:-@\[-`{{-~])\S+  # code: one is shown, another lost
    | \*\*?[./][^\s*]*\*\.[^\s*]\S* | \*\.\*         # names of files
    | (?<!\w)__(?:{"|".join(_NAMES)})__(?!\w) | (?<=\w\.)__\w{{1,40}}?__(?!\w)
    | (?<!\w)__\w{{1,40}}?__(?=\()
    """
)
_PRODUCT = re.compile(r"(?<![\w*])[^\W\d_]{4,}(?:\*[^\W\d_]{4,}){2,}(?![\w*])")
"""Emphasis in the middle of a word looks the same, but for an equals sign elsewhere."""
_ITEM = re.compile(r"^[ ]{0,3}([-+*]|[0-9]{1,9}[.)])[ \t]+(\S.*)$", re.MULTILINE)
_STAR = re.compile(r"\*(?:(?<![\w)]\*)[./]|(?<=\w\*)\w)")
_MARK = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\*|__")


def _may_lose(text: str) -> bool:
    """A quick look, at whole files, too."""
    return "\\" in text or "__" in text or _STAR.search(text) is not None


def _lost(text: Text) -> Fault | None:
    """The first thing in a text that is not on the card as it is written."""
    value = text.value
    if not _may_lose(value):
        return None
    bare = WITHOUT_BLANKS.sub(lambda thing: " " * len(thing[0]), value)
    shown = None
    products = _PRODUCT.finditer(bare) if "=" in bare else ()
    for found in chain(_WRITTEN.finditer(bare), products):
        written = found[0].rstrip(".,;:!?\"'”»" if "(" in found[0] else ".,;:!?)\"'”»")
        shown = shown or markup.plain(markup.text(value))
        # Who doubles backslashes knows of them; those before the name of a server are two.
        is_server = re.match(r"\\\\\w", written)
        meant = written if is_server else written.replace("\\\\", "\\")
        if written not in shown and meant not in shown:
            alone = markup.plain(markup.inline(written))
            said = alone if alone != written else excerpt(shown)
            typed = _MARK.sub(lambda mark: "".join(f"\\{sign}" for sign in mark[0]), written)
            hint = f"write: {_typed(text, typed)}, or as code: {_typed(text, f'`{written}`')}"
            span = text.span_of(found.start(), found.start() + len(written))
            return Fault(span, f'this is on the card as "{said}"', hint)
    return None


def _lonely_item(text: Text, drawn: Callable[[str], str]) -> Fault | None:
    """A line that is a list of its own: `- 40 °C`, or `1945. The war ends`."""
    items = list(_ITEM.finditer(text.value))
    if len(items) != 1 or not re.search("<[ou]l", drawn(text.value)):
        return None
    (item,) = items
    mark, rest = item.groups()
    is_bullet = not mark[0].isdigit()
    if not rest[0].isdigit() if is_bullet else mark[:-1] == "1":
        return None
    typed = f"\\{mark} {rest}" if is_bullet else f"{mark[:-1]}\\{mark[-1]} {rest}"
    hint = f"write: {_typed(text, excerpt(typed))}"
    span = text.span_of(item.start(1), item.end(2))
    said = f"{'•' if is_bullet else mark} {rest}"
    return Fault(span, f'this is on the card as a list: "{excerpt(said)}"', hint)


def _typed(text: Text, sample: str) -> str:
    """A sample as it is typed in the place of a text: in double quotes, YAML takes a backslash."""
    return text.file.typed(text, sample)
