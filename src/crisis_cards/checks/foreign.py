"""Markup that a text does not take, so that a card shows it as it was typed: one table.

Once a text takes a kind of markup, its row goes, or names fewer places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from html.entities import html5
from typing import NamedTuple, TypeAlias

from ..cards import markup
from ..format.near_misses import HIDDEN
from ..problems import Fix, excerpt
from ..yaml.tree import Text

Found: TypeAlias = "re.Match[str]"

TEXT, BLANKS, EXTRA, PAGE, TITLE = 1, 2, 4, 8, 16
"""The places: most texts, those with blanks, `extra`, a deck's description, and titles."""
_OF_FACTS = TEXT | BLANKS | EXTRA | TITLE
_ANYWHERE = _OF_FACTS | PAGE


class _Markup(NamedTuple):
    """A kind of markup: what it is called, its signs, what to write instead, where it is not taken.

    `instead` may name groups of the pattern, {0} being all of it, after `shown` has changed them.
    `mended` are the edits that mend one place; empty where there is no sure remedy. What a card
    shows with the tag `drawn` was taken.
    """

    called: str
    pattern: str
    instead: str
    places: int = _ANYWHERE
    shown: Callable[[str], str] = str
    mended: Callable[[Text, Found], Fix] = lambda _, __: ()
    drawn: str = ""


def _formula(text: Text, found: Found) -> Fix:
    r"""`$x^2$` as `\(x^2\)`; a backslash, ^ or _ is in every formula that cannot be money."""
    if found[0][0] == "$" and not re.search(_TEX, found[1]):
        return ()
    left, right = (r"\[", r"\]") if "$$" in found[0][:3] else (r"\(", r"\)")
    return (
        text.edit(found.start(), found.start(1), left),
        text.edit(found.end(1), found.end(), right),
    )


def _entity(text: Text, found: Found) -> Fix:
    """The character itself, unless it means something to YAML or Markdown, or cannot be seen."""
    char = unescape(found[0])
    plain = (char.isprintable() and char not in "#:,-?!%@<>[]{}*_|~^=`\\$") or char == "\xa0"
    return (text.edit(*found.span(), char),) if plain else ()


def _embedded(text: Text, found: Found) -> Fix:
    """The embed, where nothing but the file's name was said; it is known to be the same file."""
    names = [name for name in found.groups() if name]
    plain = len(names) == 1 and found[0].endswith(f"{names[0]}]" + "]" * found[0].startswith("!"))
    return (text.edit(*found.span(), f"![]({names[0]})"),) if plain else ()


def _character(entity: str) -> str:
    """What to write instead of an entity; nothing for what only looks like one."""
    char = unescape(entity) if entity[1] == "#" else html5.get(entity[1:], "")
    return char if char.isprintable() and not char.isspace() else "a space"


def _script(text: Text, found: Found) -> Fix:
    """`<sub>2</sub>` as `~2~`, where that is a mark as well."""
    written = text.value[: found.start()][-60:] + _sign(found[0])
    tag = f"<{found[1].lower()}>"
    return (text.edit(*found.span(), _sign(found[0])),) if tag in markup.inline(written) else ()


def _sign(tagged: str) -> str:
    """What is between two HTML tags between the signs of Markdown."""
    sign = "~" if tagged[:4].lower() == "<sub" else "^"
    return sign + re.sub(r"<[^>]*>", "", tagged) + sign


def _reading(text: Text, found: Found) -> Fix:
    """Braces around a word and its reading, which Anki and others write behind it."""
    edit = text.edit(*found.span(), f"{{{found[1] or found[3]}|{found[2] or found[4]}}}")
    if found.start() or text.file.text[text.start] in "'\"|>":
        return (edit,)
    # YAML would take a brace at the beginning for its own.
    is_safe = '"' not in text.value and "\\" not in text.value
    quote = edit._replace(start=text.end, end=text.end, text='"')
    return (edit._replace(text=f'"{edit.text}'), quote) if is_safe else ()


def _tag(names: str) -> str:
    """An HTML tag with or without attributes; what only looks like one, as in a <b and c> d."""
    value = r"(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))"
    return rf"(?i)</?(?:{names})(?:\s+[\w:-]+{value})*\s*/?>"


_TEX = r"\\[A-Za-z]|[\^_]"


def _between_dollars(marks: int) -> str:
    """A formula, and no sum of money."""
    mark = rf"\${{{marks}}}"
    formula = rf"(?=[^$]*?(?:{_TEX})|[A-Za-z](?:[^$\n]*[^$\s])?\$)"
    return rf"(?<![\w$]){mark}(?!\d[\d.,]*[\s$]){formula}([^$]+){mark}(?![\w$])"


_TAGS = """
abbr audio big blockquote center dd del div dl dt embed figcaption figure font h[1-6] hr iframe ins
kbd li mark ol p pre q rp rt ruby s script small span strike style svg table tbody td tfoot th thead
tr tt u ul video
"""
_SOUND = "(?:mp3|ogg|oga|opus|m4a|wav|flac)"
_KANJI = "[\u3400-\u9fff\uf900-\ufaff々〆]"


def _lines(pattern: str) -> str:
    return rf"(?m)^[ ]{{0,3}}(?:{pattern})"


_TABLE = (
    _Markup(
        "a formula between Anki's brackets",
        r"(?i)\[(?:latex|\$\$?)\]([^\[]+)\[/(?:latex|\$\$?)\]",
        r"write \({1}\)",
        mended=_formula,
    ),
    _Markup(
        "a formula between dollar signs",
        _between_dollars(2),
        r"write \[{1}\]",
        shown=str.strip,
        mended=_formula,
    ),
    _Markup(
        "a formula between dollar signs",
        _between_dollars(1),
        r"write \({1}\)",
        shown=str.strip,
        mended=_formula,
    ),
    _Markup(
        "a formula of LaTeX",
        r"\\(?:begin|ce|[dt]?frac|mathbb|mathrm|overline|sqrt|text|vec)\{[^{}]*\}",
        r"put the whole formula between \( and \)",
    ),
    _Markup(
        "an HTML entity",
        r"(?i)&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});",
        "write {0}",
        shown=_character,
        mended=_entity,
    ),
    _Markup(
        "a reading above a word",
        r"(?i)<ruby>([^<>{}|]{1,60})(?:<rp>[^<>]?</rp>)?<rt>([^<>{}|]{1,60})</rt>"
        rf"(?:<rp>[^<>]?</rp>)?</ruby>|(?<!{_KANJI})({_KANJI}+)[\[《]([\u3040-\u30ff]+)[\]》]",
        "write {{{1}{3}|{2}{4}}}",
        mended=_reading,
    ),
    _Markup(
        "the HTML tag {0}",
        _tag("br"),
        "write | after the key's colon and the text below it: a new line there is one on the card",
    ),
    _Markup("the HTML tag {0}", _tag("b|strong"), "write **words** to make them bold"),
    _Markup("the HTML tag {0}", _tag("i|em"), "write *words* to make them slanted"),
    _Markup(
        "the HTML tag of a small sign",
        r"(?i)<(su[bp])>([\w+\-−]{1,40})</\1>",
        "write {0}",
        shown=_sign,
        mended=_script,
    ),
    _Markup("the HTML tag {0}", _tag("sub"), "write H~2~O to set a sign lower"),
    _Markup("the HTML tag {0}", _tag("sup"), "write m^2^ to set a sign higher"),
    _Markup("the HTML tag {0}", _tag("a"), "write a link as [text](https://…)"),
    _Markup(
        "the HTML tag {0}",
        _tag("img"),
        "put the picture into media/, and write ![what it shows](its name)",
    ),
    _Markup("the HTML tag {0}", _tag("code|samp|var"), "put code in backquotes: `code`"),
    _Markup(
        "the HTML tag {0}",
        _tag("|".join(_TAGS.split())),
        "leave it out, or put it in backquotes if the card is about it",
    ),
    _Markup("an HTML comment", r"<!--", "write a comment in a line that begins with #"),
    _Markup(
        "an address in angle brackets",
        r"<((?:https?://|mailto:)[^\s<>]+)>",
        "write {1}",
        _OF_FACTS,
    ),
    _Markup("a struck text", r"~~(?=\S)([^~\n]+)~~", "leave it out"),
    _Markup(
        "a blank",
        r"(?<![=\w])==(?=[^\s=])[^=\n]*[^\s=]==(?![=\w])|\{\{[cC]\d+::[^{}]*\}\}",
        'only "cloze" and "quote" take blanks; write **words** to stress them',
        _ANYWHERE ^ BLANKS,
    ),
    _Markup(
        "a sound",
        rf"(?i)\[sound:([^\[\]\n|]+)\]|!\[\[([^\[\]\n|]*\.{_SOUND})\]\]",
        "put the file into media/, and write ![]({1}{2})",
        _OF_FACTS ^ TITLE,
        mended=_embedded,
    ),
    _Markup(
        "a picture in a text",
        r"!\[\[([^\[\]\n|]+)(?:\|[^\[\]\n]*)?\]\]",
        "put the file into media/, and write ![what it shows]({1})",
        _OF_FACTS ^ TITLE,
        mended=_embedded,
    ),
    _Markup(
        "a sound",
        r"(?i)\[sound:[^\[\]\n]*\]"
        rf"|!\[[^\[\]\n]*\]\([^()\n]*\.{_SOUND}\)|!\[\[[^\[\]\n]*\.{_SOUND}\]\]",
        "leave it out: sounds belong into the texts of facts",
        PAGE | TITLE,
    ),
    _Markup(
        "a picture in a text",
        r"!\[[^\[\]\n]*\](?:\[[^\[\]\n]*\]|\(([^()\s]*)[^()]*\))|!\[\[([^\[\]\n]+)\]\]",
        "leave it out: pictures belong into facts",
        PAGE | TITLE,
    ),
    _Markup(
        "a link of a wiki",
        r"(?<![\w!\[])\[\[(?:[^\[\]|\n]*\|)?([^\W\d][^\[\]|\n]*)\]\]",
        "write {1}",
        _ANYWHERE ^ BLANKS,
    ),
    _Markup(
        "a link whose address stands elsewhere",
        r"(?m)(?<![\w\]])\[[^\W\d][^\[\]\n]*\]\[[^\[\]\n]*\]|^[ ]{0,3}\[[^\[\]^\n]+\]:[ ]+\S+",
        "write [text](https://…)",
        _OF_FACTS,
    ),
    _Markup(
        "a link without a whole address",
        r"(?<![\w!\]])\[([^\[\]\n]+)\]\((?!https?:|mailto:)(?=[^\s()]*[./#])[^\s()]+\)",
        "write [{1}](https://…)",
    ),
    _Markup(
        "a table",
        r"\|[ ]*:?-{2,}:?[ ]*\||(?<!-)-{3,}:?[ ]*\|[ ]*:?-{3,}",
        "write | after the key's colon, each row in a line of its own, and |---|---| with as many "
        "cells below the first one",
        drawn="<table",
    ),
    _Markup("a box to tick", _lines(r"[-*+][ ]+\[[ xX]\](?=\s)"), "leave out the brackets"),
    _Markup(
        "a footnote",
        r"\[\^\w{1,20}\](?![*+?{])",
        'write the note itself into "extra", and where it comes from into "source"',
    ),
    _Markup(
        "a block of code",
        _lines(r"```|~~~"),
        "write | after the key's colon and the code below it, between two lines of ```; put one "
        "line of code in single backquotes: `code`",
        drawn="<pre",
    ),
    _Markup(
        "a heading",
        _lines(r"(#{1,6})[ ]+[^\W\d]"),
        "leave out {1}, and write **words** to stress them",
        _OF_FACTS,
    ),
    _Markup(
        "a quotation of Markdown",
        _lines(r">[ ]+[^\W\d]"),
        "leave out >, and use quotation marks",
        _OF_FACTS,
    ),
    _Markup(
        "a line across",
        r"(?<=\n)[ ]{0,3}(?:[*]{3,}|-{3,}|_{3,}|={3,}|[*] [*] [*]|- - -)[ ]*(?=\n|\Z)",
        "leave it out; an empty line begins a new paragraph",
        _OF_FACTS,
    ),
)
# Each begins with one character that is certain, so that re passes over all others quickly.
MAY_BE = re.compile(
    r"\$|>|~~|\{|\||#|《|&[#\w]+;|<[!/\w]|\[(?![^\[\]]*\]\(https?:)|==|```"
    r"|\*\*\*|---|___|\* \* |- - "
)
"""Whether a text may have any of it: a quick look, which most texts pass."""


_DRAW: dict[int, Callable[[str], str]] = {EXTRA: markup.block, PAGE: markup.page}


class Foreign(NamedTuple):
    """A kind of markup that was found in a text: where it first stands, and what to do about it."""

    start: int
    end: int
    message: str
    hint: str
    fix: Fix = ()


def find(text: Text, value: str, place: int) -> Iterator[Foreign]:
    """The kinds of markup in a text that is read at `place`.

    `value` is the text as `near_misses.readable` makes it.
    """
    for called, pattern, instead, places, shown, mended, drawn in _TABLE:
        if not places & place:
            continue
        all_found = [found for found in re.finditer(pattern, value) if shown(found[0])]
        if not all_found or (drawn and drawn in _DRAW.get(place, markup.text)(text.value)):
            continue
        start, end = all_found[0].span()
        groups = [excerpt(shown(text.value[a:b])) if a < b else "" for a, b in all_found[0].regs]
        message = f"{called.format(*groups)} is printed as typed"
        fix = tuple(edit for found in all_found for edit in mended(text, found))
        yield Foreign(start, end, message, instead.format(*groups), fix)
        # What stands inside of it is no mistake of its own.
        value = re.sub(pattern, lambda found: HIDDEN * len(found[0]), value)
