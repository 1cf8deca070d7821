"""Author's text → HTML for a note's field.

Inline Markdown is rendered by markdown-it-py, with what this format does not have switched off.
Texts without any mark, most of them, are only escaped. Whatever Anki would act on in a field
(cloze marks, sound and LaTeX tags, type-in boxes) is made harmless, except the blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING

from ..format import embeds
from ..format.cloze import Blank, Passage
from ..format.embeds import NO_FILES, Files
from . import gaps, small
from .draft import PLACE
from .gaps import CLOSE, HINT, NUMBERED, OPEN

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_MARK = re.compile(f"({OPEN}[0-9]+{NUMBERED}|{HINT}|{CLOSE})")

# The bracket of a sound that is to be played: those of the text are made harmless.
_SOUND = "\x06"

_BREAK = "<br>\n"
# Most texts: nothing is done to their characters, alone or together, by Markdown, HTML, Anki, or
# Unicode's composition.
_PLAIN = re.compile(r"[ !-%'-);=?@A-Z\]a-z|}+-;\xa0-\u02ff\u2010-\u2027\u2030-\u205e]*")
# Emphasis that no rule of Markdown can read otherwise: it stands between spaces or punctuation.
_EMPHASIS = re.compile(r"(?<![^\s(])(\*\*?)(?=[^\W_])([^*]*[^\W_])\1(?![^\s.,;:!?)])")
_HAS_MARKUP = re.compile(rf"[\\`*_\[]|  \n|{small.MAY_BE}")
_HAS_BLOCKS = re.compile(
    r"\n[ ]*\n|^[ ]{0,3}(?:(?:[-+*]|[0-9]{1,9}[.)])(?:[ \n]|$)|```|~~~"
    r"|(?=[-:| ]*\|)[-:|][-:| ]*$)",
    re.MULTILINE,
)
_ACTIVE = re.compile(r"\[(?=[\[\x06]|sound:|/?latex\]|/?\$|anki:)", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def inline(text: str, files: Files = NO_FILES) -> str:
    """Text with inline Markdown. A line break that YAML has kept is one on the card too.

    `files` are those that a text may embed, here and below.
    """
    if _PLAIN.fullmatch(text):
        return text
    if (simple := _simple(text)) is not None:
        return simple
    text = _normal(text)
    if not _HAS_MARKUP.search(text):
        return _shield(escape(text, quote=False).replace("\n", _BREAK))
    return _shield(str(_markdown(breaks=True).renderInline(text, {"files": files})))


def _simple(text: str) -> str | None:
    """A text with nothing but words that are emphasised; None for the others."""
    if _PLAIN.fullmatch(text):
        return text
    if "*" in text and _PLAIN.fullmatch(text.replace("*", "")):
        html = _EMPHASIS.sub(_emphasised, text)
        return None if "*" in html else html
    return None


def _emphasised(found: re.Match[str]) -> str:
    return f"<em>{found[2]}</em>" if found[1] == "*" else f"<strong>{found[2]}</strong>"


def text(text: str, files: Files = NO_FILES) -> str:
    """A text of a fact: inline, or blocks where it has several lines that are more than one block.

    A line break is one on the card too, within the blocks.
    """
    if "\n" in text and (html := _blocks(_normal(text), files)):
        return _shield(html)
    return inline(text, files)


def has_blocks(html: str) -> bool:
    """Whether HTML made by this module stands in no paragraph, but has some of its own."""
    return html.startswith(("<p>", "<ul", "<ol", "<pre", "<div"))


def _blocks(text: str, files: Files) -> str:
    """The blocks of a text; nothing where it is a single paragraph."""
    text = text.strip()
    if "\n" not in text or not _HAS_BLOCKS.search(text):
        return ""
    html = str(_markdown(breaks=True).render(text, {"files": files})).strip()
    return "" if html.startswith("<p>") and html.find("</p>") == len(html) - 4 else html


def block(text: str, files: Files = NO_FILES, *, verse: bool = True) -> str:
    """Text that may also have blocks, and is one at least.

    Lines flow where they were filled by an editor, as in Markdown; those of verse stay apart, which
    they did not in older versions (`verse=False`).
    """
    if (simple := _simple(text)) is not None and not _HAS_BLOCKS.match(text):
        return f"<p>{simple if simple is text else simple.strip()}</p>"  # Markdown trims
    text = _normal(text).strip("\n")
    if not _HAS_BLOCKS.search(text) and not _HAS_MARKUP.search(text):
        html = _shield(escape(text, quote=False))
        if verse and _is_verse(text):
            html = html.replace("\n", _BREAK)
        return f"<p>{html}</p>"
    return _shield(str(_markdown().render(text, {"files": files})).strip())


_FILLED = 60
"""Characters of a line, at which the longest lines of running text are at least."""


def _is_verse(paragraph: str) -> bool:
    """Whether the lines of a paragraph are too short for their ends to come from an editor."""
    return max(map(len, paragraph.split("\n"))) < _FILLED


def page(text: str) -> str:
    """Text with all of Markdown's blocks, headings included, for a deck's description."""
    return _shield(str(_markdown(page=True).render(_normal(text), {})).strip())


def passage(passage: Passage, files: Files = NO_FILES, first: int = 1) -> str:
    """A text with its blanks as Anki's cloze marks, numbered by their places (`draft.PLACE`).

    `first` is the place of the first one.
    """
    if (simple := _simple_passage(passage, first)) is not None:
        return simple
    blanks = {blank: place for place, blank in enumerate(passage.walk(), start=first)}
    return _shield_passage(_marked(passage, blanks, files))


def _simple_passage(passage: Passage, first: int) -> str | None:
    """The same for most texts: nothing in them is special but blanks, and no blank is in another.

    None for the others: a colon or brace of the author's could join with a mark of Anki's.
    """
    text = passage.text.value
    if "}" in text:
        return None
    # The marks of blanks are plain too.
    html: Callable[[str], str | None] = str if _PLAIN.fullmatch(text) else _simple
    parts: list[str | None] = []
    at = colons = 0
    for place, blank in enumerate(passage.blanks, start=first):
        start, end, _, (left, right), hint, inner = blank
        if inner:
            return None
        parts += (html(text[at:start]), f"{{{{c{PLACE}{place}::", html(text[left:right]))
        if hint:
            asked = text[slice(*hint)]
            if _joins(asked):
                return None
            colons += 2
            parts += ("::", html(asked))
        parts.append("}}")
        at = end
    parts.append(html(text[at:]))
    return None if None in parts or text.count(":") != colons else "".join(filter(None, parts))


def blank(text: str, place: int, files: Files = NO_FILES) -> str:
    """A text as the answer of one blank that has nothing around it."""
    return _shield_passage(f"{OPEN}{place}{NUMBERED}{inline(text, files)}{CLOSE}")


def revealed(passage: Passage, files: Files = NO_FILES) -> str:
    """The text with its blanks filled in and their hints left out."""
    text = passage.text.value
    if _PLAIN.fullmatch(text) and not any(blank.inner for blank in passage.blanks):
        parts: list[str] = []
        at = 0
        for blank in passage.blanks:
            parts += (text[at : blank.start], text[slice(*blank.answer)])
            at = blank.end
        return "".join((*parts, text[at:]))
    return _shield(_MARK.sub("", _marked(passage, dict.fromkeys(passage.walk(), 0), files)))


def plain(html: str) -> str:
    """HTML made by this module without its tags and entities, for comparing and for terminals."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def _normal(text: str) -> str:
    """As Anki normalises on import: otherwise a note would differ from what was published."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _shield(html: str) -> str:
    """Makes Anki's own marks text. Entities are valid in attributes too."""
    if "{{" in html:
        html = html.replace("{{", "&#123;&#123;")
    if "[" in html:
        html = _ACTIVE.sub("&#91;", html)
    return html.replace(_SOUND, "[") if _SOUND in html else html


def attribute(text: str) -> str:
    """Plain text for an attribute in double quotes; Anki looks for its marks there too."""
    return _shield(escape(" ".join(_normal(text).split())))


def literal(text: str, *, quote: bool = False) -> str:
    """A text without Markdown, as it is. With `quote`, for an attribute."""
    return _shield(escape(_normal(text), quote=quote))


def _joins(hint: str) -> bool:
    """Whether a hint becomes a mark of Anki's with the brackets that Anki writes around it."""
    return bool(_ACTIVE.match(f"[{hint}]"))


def _shield_passage(html: str) -> str:
    """The same around and inside blanks, and the blanks' marks put in.

    Inside, a `}}` or `::` of the author would end the answer. Single ones at an edge count too:
    they would join with the mark beside them.
    """
    depth = 0
    parts = []
    for piece in _MARK.split(html):
        if piece[:1] == OPEN:
            depth += 1
            parts.append(f"{{{{c{PLACE}{piece[1:-1]}::")
        elif piece == HINT:
            parts.append("::")
        elif piece == CLOSE:
            depth -= 1
            parts.append("}}")
        elif piece:
            piece = re.sub(r"\{(?=\{|$)", "&#123;", piece)
            if depth:
                piece = re.sub(r"\}(?=\}|$)", "&#125;", piece)
                piece = re.sub(r":(?=:|$)", "&#58;", piece)
                # Anki would draw a shape instead of showing the answer.
                draws = parts[-1][:3] == "{{c" and piece.startswith("image-occlusion:")
                if draws or (parts[-1] == "::" and _joins(piece)):
                    piece = f"&#{ord(piece[0])};{piece[1:]}"
            parts.append(_shield(piece))
    return "".join(parts)


def _marked(passage: Passage, blanks: Mapping[Blank, int], files: Files) -> str:
    """HTML with the blanks' marks as control characters. A number of 0 leaves the hint out."""
    source = gaps.marked(passage, blanks)
    # A link, a code span or a paragraph may reach across a blank: blanks win, the rest is text.
    html = next(html for html in _ways(source, files) if gaps.are_read(html, source))
    # Only the result can be normalised: an accent may stand behind a blank.
    html = _normal(html)
    return _without_edge_breaks(html) if _BREAK in html else html


def _ways(source: str, files: Files) -> Iterator[str]:
    """The ways to render a text with marks, the last of which always works."""
    if "\n" in source and (html := _blocks(source, files)):
        yield html
    if _HAS_MARKUP.search(source):
        yield str(_markdown(breaks=True).renderInline(source, {"files": files}))
    yield gaps.escaped(source).replace("\n", _BREAK)


def _without_edge_breaks(html: str) -> str:
    """Without what comes of a block scalar's own line ends."""
    start, end = 0, len(html)
    while html.startswith(_BREAK, start):
        start += len(_BREAK)
    while html.endswith(_BREAK, start, end):
        end -= len(_BREAK)
    return html[start:end]


@cache
def _markdown(*, breaks: bool = False, page: bool = False) -> MarkdownIt:
    """Emphasis, strong, code, links, escapes; paragraphs, lists, tables, fences; mathematics,
    small signs and blanks.

    With `breaks`, a single line break is shown. A page has headings, quotations and rules too.
    """
    from markdown_it import MarkdownIt

    from . import emphasis, tables

    parser = MarkdownIt("commonmark" if page else "zero", {"html": False, "breaks": breaks})
    parser.disable(["html_block", "html_inline", "entity", "image"])
    if not page:
        parser.enable(["emphasis", "backticks", "link", "escape", "newline", "list", "fence"])
    parser.enable("table")
    parser.block.ruler.at("table", tables.rule, {"alt": ["paragraph", "reference"]})
    parser.validateLink = lambda url: bool(_SAFE_LINK.match(url))  # type: ignore[method-assign]
    parser.inline.ruler.at("emphasis", emphasis.rule)
    parser.inline.ruler.before("escape", "math", _math_rule)
    parser.inline.ruler.before("math", "blank", gaps.rule)
    parser.inline.ruler.before("math", "embed", _embed_rule)
    parser.inline.ruler.before("emphasis", "script", small.script)
    parser.inline.ruler.before("emphasis", "ruby", small.ruby)
    parser.block.ruler.at("fence", _fence_rule, {"alt": ["paragraph", "list", "blockquote"]})
    if not page:
        parser.core.ruler.push("verse", _verse_rule)
    parser.add_render_rule("text", _render_text)
    parser.add_render_rule("table_open", tables.render)
    parser.add_render_rule("table_close", tables.render)
    return parser


_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^ \t`]*)[ \t]*")


def _fence_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """The library's rule for fenced code, which would take the rest of a text for code where no
    fence ends it, and hide what else stands in its first line.
    """
    from markdown_it.rules_block import fence

    lines = (
        state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]]
        for at in range(first, last)
    )
    opening = _FENCE.fullmatch(next(lines))
    if not opening:
        return False
    ends = (_FENCE.fullmatch(line) for line in lines)
    if not any(end and end[1].startswith(opening[1]) and not end[2] for end in ends):
        return False
    return fence(state, first, last, silent)


def _verse_rule(state: StateCore) -> None:
    """The lines of verse stay apart."""
    for block in state.tokens:
        if block.type == "inline" and "\n" in block.content and _is_verse(block.content):
            for token in block.children or ():
                if token.type == "softbreak":
                    token.type = "hardbreak"


def _math_rule(state: StateInline, silent: bool) -> bool:
    r"""`\( … \)` and `\[ … \]` go through to Anki's MathJax untouched, but for HTML's signs."""
    opening = state.src[state.pos : state.pos + 2]
    if opening not in ("\\(", "\\["):
        return False
    close = "\\)" if opening == "\\(" else "\\]"
    # Many opening marks without a closing one must not mean as many searches.
    searched = state.env.setdefault("unclosed", {})
    if searched.get(close) == (state.src, state.posMax):
        return False
    end = state.src.find(close, state.pos + 2, state.posMax)
    if end < 0:
        searched[close] = (state.src, state.posMax)
        return False
    formula = state.src[state.pos : end + 2]
    if not gaps.are_whole(formula):
        return False
    if not silent:
        token = state.push("html_inline", "", 0)
        token.content = gaps.escaped(formula)
    state.pos = end + 2
    return True


def _embed_rule(state: StateInline, silent: bool) -> bool:
    """A picture, or a sound that Anki plays; a blank that begins in its brackets wins."""
    files: Files = state.env.get("files", NO_FILES)
    if not files or not state.src.startswith("![", state.pos):
        return False
    found = embeds.EMBED.match(state.src, state.pos, state.posMax)
    if not found or gaps.without(found[0]) != found[0]:
        return False
    each = embeds.embed(found)
    file = files.get(_normal(each.name))
    if not file:
        return False
    if not silent:
        name = escape(file.name, quote=False).replace('"', "&quot;")
        html = f"{_SOUND}sound:{name}]"
        if not file.is_sound:
            html = f'<img src="{name}" alt="{attribute(_without_math(each.alt))}">'
        state.push("html_inline", "", 0).content = html
    state.pos = each.end
    return True


def _render_text(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return _without_math(escape(tokens[at].content, quote=False))


def _without_math(text: str) -> str:
    r"""A `\(` that is left over is text, so a joiner keeps MathJax from seeing it."""
    return re.sub(r"\\(?=[()\[\]])", "\\\\\u2060", text) if "\\" in text else text
