"""What is seen of HTML → the Markdown that says it, in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .looks import Token


class NoMarkdownError(ValueError):
    """Something for which our Markdown has no form."""


class Part(NamedTuple):
    """A part of a Markdown text. In one that is `typed`, signs are not meant as marks."""

    text: str
    typed: bool = False


class Style(NamedTuple):
    """Where Markdown has two ways: the mark of italics, and whether blanks have Anki's marks."""

    italic: str
    anki: bool


class _Node(NamedTuple):
    token: Token
    children: list[_Node]


_Parts = list[Part]
_Lines = list[_Parts]
_LISTS = {"ul": ("-", "*"), "ol": (".", ")")}
_BLOCKS = frozenset((*_LISTS, "p", "pre"))
_CLOZE = re.compile(r"\{\{(c[0-9]+::)", re.IGNORECASE)
_SOUND = re.compile(r"\[sound:(.+)\]")


def written(tokens: Sequence[Token], style: Style) -> list[Part]:
    """The parts of the Markdown. Raises `NoMarkdownError`."""
    root: list[_Node] = []
    stack = [root]
    for token in tokens:
        if token.kind == "close":
            stack.pop()
            continue
        node = _Node(token, [])
        stack[-1].append(node)
        if token.kind == "open":
            stack.append(node.children)
    return _joined(_Writer(style).field(root))


def _joined(lines: _Lines) -> _Parts:
    parts: _Parts = []
    for line in lines:
        if parts:
            parts.append(Part("\n"))
        parts += line
    return parts


def _is_block(node: _Node) -> bool:
    return node.token.kind == "open" and node.token.name in _BLOCKS


class _Writer:
    def __init__(self, style: Style) -> None:
        self.style = style
        # Where a style sheet can tell emphasis apart, it comes with its tags.
        self.marks = {"sub": "~", "sup": "^", "strong": "**", "em": style.italic}

    def field(self, nodes: list[_Node]) -> _Lines:
        if not any(map(_is_block, nodes)):
            return self._lines(nodes)
        lines = self._blocks(nodes)
        if len(lines) == 1 and nodes[0].token.name in _LISTS:  # blocks have two lines at least
            marker, *content = lines[0]
            lines = [[Part(marker.text.rstrip())], [Part(" " * len(marker.text)), *content]]
        return lines

    def _blocks(self, nodes: list[_Node]) -> _Lines:
        """Blocks with an empty line between."""
        lines: _Lines = []
        lists = 0  # that follow each other
        for node in nodes:
            if not _is_block(node):
                raise NoMarkdownError
            lines += [[]] if lines else []
            lists = lists + 1 if node.token.name in _LISTS else 0
            lines += self._block(node, lists)
        return lines

    def _block(self, node: _Node, lists: int = 1) -> _Lines:
        name, attributes = node.token.name, node.token.attributes
        if name == "ol" and [key for key, _ in attributes] == ["start"]:
            attributes = ()
        if attributes:
            raise NoMarkdownError
        if name == "pre":
            return self._fence(node)
        return self._lines(node.children) if name == "p" else self._list(node, lists)

    def _fence(self, node: _Node) -> _Lines:
        code = node.children[0] if node.children else node
        language = re.fullmatch("language-([^ `]+)", dict(code.token.attributes).get("class", ""))
        others = [each for each in node.children[1:] if each.token.kind not in ("line", "edge")]
        if code.token.name != "code" or others or len(code.token.attributes) != bool(language):
            raise NoMarkdownError
        text = _only_text(code.children)
        fence = "`" * max(3, _longest("`", text) + 1)
        lines = [fence + (language[1] if language else ""), *text.split("\n"), fence]
        return [[Part(line)] if line else [] for line in lines]

    def _list(self, node: _Node, lists: int) -> _Lines:
        sign = _LISTS[node.token.name][lists % 2 - 1]
        start = dict(node.token.attributes).get("start", "1")
        if not (start.isascii() and start.isdigit() and len(start) < 9):
            raise NoMarkdownError
        is_loose = any(child.token.name == "p" for item in node.children for child in item.children)
        lines: _Lines = []
        for number, item in enumerate(node.children, start=int(start)):
            if item.token[:3] != ("open", "li", ()):
                raise NoMarkdownError
            marker = f"{sign} " if node.token.name == "ul" else f"{number}{sign} "
            content = self._item(item.children) or [[]]
            lines += [[]] if lines and is_loose else []
            lines.append([Part(marker if content[0] else marker.rstrip()), *content[0]])
            indent = Part(" " * len(marker))
            lines += [[indent, *line] if line else [] for line in content[1:]]
        return lines

    def _item(self, nodes: list[_Node]) -> _Lines:
        """What stands in one point of a list: lines with lists below, or paragraphs."""
        at = next((at for at, node in enumerate(nodes) if _is_block(node)), len(nodes))
        if any(node.token.name == "p" for node in nodes):
            return self._blocks(nodes)
        lines = self._lines(nodes[:at])
        for lists, node in enumerate(nodes[at:], start=1):
            if node.token.name not in _LISTS:
                raise NoMarkdownError
            lines += self._block(node, lists)
        return lines

    def _lines(self, nodes: list[_Node], bold: int = 0, italic: int = 0) -> _Lines:
        lines: list[list[_Node]] = [[]]
        for place, node in enumerate(nodes):
            if node.token.kind == "line":
                lines.append([])
            elif node.token.kind != "edge":
                lines[-1].append(node)
            elif place < len(nodes) - 1:
                raise NoMarkdownError
        if not lines[-1]:  # the last line has ended, too
            lines.pop()
        if lines and not lines[-1]:
            raise NoMarkdownError
        # A lone backslash is an empty line.
        return [self._line(line, bold, italic) if line else [Part("\\")] for line in lines]

    def _line(self, nodes: list[_Node], bold: int, italic: int) -> _Parts:
        styles: list[set[str]] = []
        for node in nodes:
            token = node.token
            emphasis = (token.bold - bold, token.italic - italic)
            if _is_space(token):  # it counts as that of an unemphasised text
                emphasis = (0, 0)
            if not set(emphasis) <= {0, 1}:
                raise NoMarkdownError
            marks = ("**", self.style.italic)
            styles.append({mark for mark, times in zip(marks, emphasis, strict=True) if times})
        for at, node in enumerate(nodes[1:-1], start=1):
            if _is_space(node.token):
                styles[at] = styles[at - 1] & styles[at + 1]
        parts: _Parts = []
        open_marks: list[str] = []
        for at, (node, wanted) in enumerate(zip(nodes, styles, strict=True)):
            while not wanted.issuperset(open_marks):
                parts.append(Part(open_marks.pop()))
            lasts = {mark: _lasts(mark, styles, at) for mark in wanted - set(open_marks)}
            for mark in sorted(lasts, key=lambda mark: (-lasts[mark], mark)):
                parts.append(Part(mark))
                open_marks.append(mark)
            parts += self._inline(node)
        return parts + [Part(mark) for mark in reversed(open_marks)]

    def _inline(self, node: _Node) -> _Parts:
        token = node.token
        if token.kind == "text":
            return [Part(token.name.replace("\n", " "), typed=True)]
        if token.kind == "mark":
            return self._mark(token.name)
        attributes = dict(token.attributes)
        if token.name == "img" and attributes.keys() <= {"src", "alt"}:
            return [_embed(attributes.get("src", ""), attributes.get("alt", ""))]
        if token.kind != "open":
            raise NoMarkdownError
        if token.name == "a" and attributes.keys() == {"href"}:
            return [Part("["), *self._inside(node), Part(f"]({_address(attributes['href'])})")]
        if attributes:
            raise NoMarkdownError
        if mark := self.marks.get(token.name):
            return [Part(mark), *self._inside(node), Part(mark)]
        if token.name == "code":
            return [_code(_only_text(node.children))]
        if token.name == "ruby":
            return self._ruby(node)
        raise NoMarkdownError

    def _inside(self, node: _Node) -> _Parts:
        return _joined(self._lines(node.children, node.token.bold, node.token.italic))

    def _ruby(self, node: _Node) -> _Parts:
        *base, reading = node.children or [node]
        if not base or reading.token[:3] != ("open", "rt", ()):
            raise NoMarkdownError
        bold, italic = node.token.bold, node.token.italic
        word = _joined(self._lines(base, bold, italic))
        return [Part("{"), *word, Part("|"), *self._inside(reading), Part("}")]

    def _mark(self, mark: str) -> _Parts:
        if sound := _SOUND.fullmatch(mark):
            return [_embed(sound[1], "")]
        if cloze := _CLOZE.fullmatch(mark):
            return [Part(("{{" if self.style.anki else "==") + cloze[1].lower())]
        if mark == "}}":
            return [Part("}}" if self.style.anki else "==")]
        if mark == "::":
            return [Part("::")]
        raise NoMarkdownError


def _lasts(mark: str, styles: Sequence[set[str]], at: int) -> int:
    """How many parts of a line in a row have a mark."""
    end = at
    while end < len(styles) and mark in styles[end]:
        end += 1
    return end - at


def _is_space(token: Token) -> bool:
    return token.kind == "text" and not token.name.strip(" \n\u00a0")


def _only_text(nodes: list[_Node]) -> str:
    if any(node.token.kind != "text" for node in nodes):
        raise NoMarkdownError
    return "".join(node.token.name for node in nodes)


def _longest(sign: str, text: str) -> int:
    return max(map(len, re.findall(f"{sign}+", text)), default=0)


def _code(text: str) -> Part:
    runs = set(map(len, re.findall("`+", text)))
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    edge = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return Part(f"{fence}{edge}{text}{edge}{fence}")


def _address(url: str) -> str:
    return f"<{url}>" if re.search(r"[()\s]", url) else url


def _embed(name: str, alt: str) -> Part:
    alt = re.sub(r"([\[\]\\])", r"\\\1", alt)
    return Part(f"![{alt}](<{name}>)" if re.search(r'[\s()"]', name) else f"![{alt}]({name})")
