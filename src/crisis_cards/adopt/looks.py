"""Whether two pieces of HTML look the same in Anki's web view.

Both are brought into one form: the texts with their spaces as a browser leaves them, how bold and
italic each is, the lines, and all other tags as they are. In doubt, the answer is no.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import quote

from . import styles
from .tags import ATTRIBUTE, BLOCKS, TAG, VOID, Attributes, MendedError, Piece, decoded, pieces

Kind: TypeAlias = Literal["text", "space", "mark", "line", "edge", "open", "close", "void", "raw"]


class Token(NamedTuple):
    """A part of what is seen. Two lists of them are equal where the HTML looks the same.

    `mark` are those that Anki acts on. A `line` ends one; an `edge` is where a block begins or ends
    beside tags that may show something or not.
    """

    kind: Kind
    name: str = ""  # of a tag, or the text itself
    attributes: Attributes = ()
    bold: int = 0  # how many times
    italic: int = 0


_BOLD, _ITALIC = ("b", "strong"), ("i", "em")
_SAID = frozenset((*_BOLD, *_ITALIC, "div", "span", "rb", "rp"))
_UNSAID = ("alt", "title")
"""Attributes that say nothing where they are empty."""
_SPACES = re.compile(r"[ \t\n]+")
_ACTIVE = r"\{\{c[\d,]+::|\{\{|\}\}|\[sound:[^\]\n]{0,300}\]|\[(?=\[|sound:|/?latex\]|/?\$|anki:)"
_MARK = re.compile(f"({_ACTIVE})", re.IGNORECASE)
_CLOZE_MARK = re.compile(f"({_ACTIVE}|::)", re.IGNORECASE)
# Between wide characters or where a word may break, a line's end in the source is no space to some
# browsers.
_WIDE = re.compile("[\u1100-\u11ff\u200b\u2e80-\U0010ffff]|<wbr", re.IGNORECASE)


def same(one: str, other: str, *, plain: bool = True) -> bool:
    """Whether two pieces of HTML look the same, each in a block of its own.

    `plain`: the style sheet leaves lines and emphasis as browsers have them (`styles.is_plain`).
    """
    if one == other:
        return True
    plain = plain and styles.are_plain(one) and styles.are_plain(other)
    try:
        return tokens(one, plain=plain) == tokens(other, plain=plain)
    except MendedError:
        return _as_typed(one) == _as_typed(other)


def _as_typed(html: str) -> str:
    """HTML that browsers mend, with each tag in one spelling: of the same, they make the same."""
    return TAG.sub(_in_one_spelling, html)


def _in_one_spelling(tag: re.Match[str]) -> str:
    slash, name, attributes, end = tag.groups()
    pairs = sorted(
        (key.lower(), unescape(value.strip("\"'"))) for key, value in ATTRIBUTE.findall(attributes)
    )
    said = "".join(f" {key}={value!r}" for key, value in pairs if value or key not in _UNSAID)
    end = "" if name.lower() in VOID else end  # in a drawing, it closes an element
    return f"<{slash}{name.lower()}{said}{end}>"


def tokens(html: str, *, plain: bool = True) -> list[Token]:
    """The form by which HTML is compared. Raises `MendedError`."""
    if styles.keep_spaces(html):
        raise MendedError
    return _Form(html, plain and styles.are_plain(html)).tokens


_DEEPEST = 10  # blanks in blanks
_NOTHING, _TAGS, _SEEN = range(3)  # what a line has


class _Role(NamedTuple):
    """What a tag does to lines.

    `said`: no more than what lines, spaces and emphasis say. A `block` has lines of its own and
    ends those around it, a `box` stands in one of those. What is `inline` and may be broken by a
    block shows where; a `doubtful` tag may be hidden or a block.
    """

    said: bool = False
    block: bool = False
    box: bool = False
    inline: bool = False
    doubtful: bool = False


class _Open(NamedTuple):
    """An open element, and how many tokens there were before what is in it."""

    piece: Piece
    role: _Role
    before: int


class _Form:
    def __init__(self, html: str, plain: bool, depth: int = 0) -> None:
        self.plain, self.depth = plain, depth
        # A comment in a formula ends with its line.
        keeps_newlines = _WIDE.search(html) or ("%" in html and "\\" in html)
        self.newline = "\n" if keeps_newlines else " "
        self.marks = _CLOZE_MARK if "{{c" in html.lower() else _MARK
        self.tokens: list[Token] = []
        self.line = _NOTHING
        self.run: list[str] = []  # a text that may go on, `run_bold` and `run_italic`
        self.run_bold = self.run_italic = self.bold = self.italic = 0
        self.open: list[_Open] = []
        # The reading above a word, and a picture beside the sign of a point, may have another place
        # where a block or a part of a line begins.
        self.said = _SAID
        if "<ruby" in (lower := html.lower()) or ("<img" in lower and "<li" in lower):
            self.said -= {"div", "span"}
        for piece in pieces(html):
            if piece.kind == "text":
                self._text(piece.name)
            elif piece.kind == "close":
                self._close(self.open.pop())
            else:
                self._tag(piece)
        self._edge()
        self._join()

    def _put(self, token: Token) -> None:
        self._end_run()
        self.tokens.append(token)

    def _end_run(self) -> None:
        if self.run:
            text = "".join(self.run)
            self.run.clear()
            self.tokens.append(Token("text", text, (), self.run_bold, self.run_italic))

    def _join(self) -> None:
        """Spaces become a part of the texts beside them that are not emphasised."""
        tokens, self.tokens = self.tokens, []
        for token in tokens:
            if token.kind in ("text", "space") and not token.bold and not token.italic:
                self.run_bold = self.run_italic = 0
                self.run.append(token.name)
            else:
                self._put(token)
        self._end_run()

    def _is_in(self, name: str) -> bool:
        return any(each.piece.name == name for each in self.open)

    def _is_inline(self) -> bool:
        return any(each.role.inline for each in self.open)

    def _is_hidden(self) -> bool:
        """In what is for browsers that have no ruby."""
        return self.plain and any(each.piece == Piece("open", "rp") for each in self.open)

    def _text(self, raw: str) -> None:
        if self._is_hidden():
            return
        keeps_spaces = self._is_in("pre")
        if keeps_spaces and not self.run and self.tokens[-1][:2] == ("open", "pre"):
            raw = raw.removeprefix("\n")  # as browsers do
        for place, part in enumerate(self.marks.split(raw)):
            if place % 2:
                mark = re.sub(r"&#?\w+;", lambda entity: decoded(entity[0]), part)
                if mark != decoded(part):  # unlike browsers, Anki wants their semicolons
                    raise MendedError
                self._put(Token("mark", mark, (), self.bold, self.italic))
                self.line = max(self.line, _TAGS)
            elif keeps_spaces and part:
                self._see(decoded(part), self.bold, self.italic)
            elif part:
                self._words(_SPACES.sub(self._one_space, decoded(part)))

    def _one_space(self, spaces: re.Match[str]) -> str:
        return self.newline if "\n" in spaces[0] else " "

    def _words(self, text: str) -> None:
        """A text without two spaces in a row."""
        start, end = text[0] in " \n", text[-1] in " \n"
        if start:
            self._space(text[0])
        if (words := text[start : len(text) - end]) and not self.bold and not self.italic:
            self._see(words)
        elif words:
            # A space is as wide in bold, to the eye.
            for each in re.findall("[ \n]|\u00a0+|[^ \n\u00a0]+", words):
                if each in " \n":
                    self._space(each)
                elif each[0] == "\u00a0":
                    self._see(each)
                else:
                    self._see(each, self.bold, self.italic)
        if end and words:
            self._space(text[-1])

    def _see(self, text: str, bold: int = 0, italic: int = 0) -> None:
        if (self.run_bold, self.run_italic) != (bold, italic):
            self._end_run()
            self.run_bold, self.run_italic = bold, italic
        self.run.append(text)
        self.line = _TAGS if any(each.role.doubtful for each in self.open) else _SEEN

    def _space(self, space: str) -> None:
        """Spaces in a row are one, and those at the edge of a line none."""
        if self.line == _NOTHING:
            return
        if self._ends_in_space():
            space = max(space, self.tokens.pop().name, key=" \n".index)
        self._put(Token("space", space))

    def _ends_in_space(self) -> bool:
        return not self.run and bool(self.tokens) and self.tokens[-1].kind == "space"

    def _break(self) -> None:
        if self._ends_in_space():
            self.tokens.pop()
        self._put(Token("line"))
        self.line = _NOTHING

    def _edge(self) -> None:
        """Here a block begins or ends."""
        if self._ends_in_space():
            self.tokens.pop()
        if self.line != _NOTHING:
            is_line = self.line == _SEEN and not self._is_inline()
            self._put(Token("line" if is_line else "edge"))
        self.line = _NOTHING

    def _role(self, piece: Piece) -> _Role:
        attributes = dict(piece.attributes)
        shown = styles.display(attributes.get("style", ""))
        is_styled = not attributes.keys().isdisjoint(("class", "id", "style"))
        if not self.plain or self._is_in("pre"):
            return _Role(inline=True, doubtful=is_styled or not self.plain)
        if shown == "box":
            return _Role(box=True)
        said = not attributes and piece.name in self.said
        if piece.name in BLOCKS and shown != "inline":
            return _Role(said and not self._is_inline(), block=True)
        # Those of Anki are seen.
        is_cloze = attributes.get("class", "").startswith("cloze")
        doubtful = (is_styled and not is_cloze) or piece.kind != "open"
        return _Role(said, inline=not said and not is_cloze, doubtful=doubtful)

    def _tag(self, piece: Piece) -> None:
        """A tag that opens an element, or is one."""
        if self._is_hidden():
            raise MendedError
        if piece == Piece("void", "br") and not self._is_in("pre"):
            self._break()
            return
        role = self._role(piece)
        if role.block:
            self._edge()
            if not role.said and self._is_in("span"):
                raise MendedError  # it would part what is around it
        if role.said:
            self._emphasise(piece.name, 1)
        else:
            attributes = tuple(filter(None, map(self._attribute, piece.attributes)))
            self._put(Token(piece.kind, piece.name, attributes, self.bold, self.italic))
            self._pass(role)
        if piece.kind == "open":
            self.open.append(_Open(piece, role, len(self.tokens) + len(self.run)))
            if role.box:
                self.line = _NOTHING

    def _close(self, element: _Open) -> None:
        piece, role, before = element
        if piece.name == "pre":
            self._end_pre()
        if role.block or role.box:
            self._edge()
        if not role.said:
            self._put(Token("close", piece.name, (), self.bold, self.italic))
            self._pass(role)
            return
        self._emphasise(piece.name, -1)
        is_empty = len(self.tokens) + len(self.run) == before and piece.name != "rp"
        # The sign of a list's point stands before an empty line, too, and a line ends before it.
        if is_empty and (self._is_in("li") if role.block else self._is_inline()):
            self._put(Token("edge"))

    def _pass(self, role: _Role) -> None:
        """Passes the beginning or end of what is one of the tokens."""
        if role.box or role.doubtful:
            self.line = _TAGS
        elif not role.block:
            self.line = max(self.line, _TAGS)

    def _end_pre(self) -> None:
        """The last line's end in it makes no line of its own."""
        self._end_run()
        at = len(self.tokens) - 1
        while self.tokens[at].kind == "close":
            at -= 1
        last = self.tokens[at]
        if last.kind == "text" and last.name.endswith("\n"):
            self.tokens[at] = last._replace(name=last.name[:-1])

    def _emphasise(self, name: str, change: int) -> None:
        self.bold += change * (name in _BOLD)
        self.italic += change * (name in _ITALIC)

    def _attribute(self, pair: tuple[str, str]) -> tuple[str, str] | None:
        """An attribute as it counts; None for one that says nothing."""
        name, value = pair
        if name in _UNSAID and not value:
            return None
        if name == "href" and not value.isascii():
            return name, quote(value, safe="".join(map(chr, range(33, 127))))
        if name == "data-cloze" and self.depth < _DEEPEST:  # the answer, where it is hidden
            return name, repr(_Form(value, self.plain, self.depth + 1).tokens)
        return pair
