"""What looks the same to us is laid out the same by a browser."""

from __future__ import annotations

import random
from collections import defaultdict
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import pytest

from crisis_cards.adopt.looks import Token, tokens
from crisis_cards.adopt.styles import is_plain
from crisis_cards.adopt.tags import MendedError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURE = (
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" alt="">'
)
LEAVES = [
    "a", "b", "a b ", " ", "\n", "<br>", "<br>", " <br>\n", "&nbsp;", "漢", "<!--a-->", "<hr>",
    "<wbr>", PICTURE, "<ruby>漢<rp>(</rp><rt>a</rt></ruby>",
]  # fmt: skip
TAGS = [
    "div", "div", "div", "b", "i", "span", "strong", "em", "code", "p", "pre", "u", "sub",
    'a href="#"', "span class=x", "div class=y", 'div style="float: left"', "font color=red",
    'span style="display: inline-block"', "blockquote", "h3",
]  # fmt: skip
SHEETS = [
    "",
    ".card { text-align: center; line-height: 1.5 } img { max-width: 50% }",
    "img { display: block }",
    "code { padding: 3px } a:link { display: inline-block }",
    ".x { display: none } .y { padding: 2px }",
    ".x { display: block }",
]
# Where every letter, picture and no-break space stands, and how the letters are drawn.
MEASURE = """htmls => htmls.map(html => {
  const field = document.getElementById("field"), found = [];
  field.innerHTML = html;
  const from = field.getBoundingClientRect();
  const put = (what, at) => found.push([what, at.x - from.x, at.y - from.y]);
  const nodes = document.createTreeWalker(field, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node; node = nodes.nextNode();) {
    if (["IMG", "HR", "LI"].includes(node.tagName)) put(node.tagName, node.getBoundingClientRect());
    if (node.nodeType != Node.TEXT_NODE) continue;
    const style = getComputedStyle(node.parentElement);
    const drawn = [style.fontWeight, style.fontStyle, style.fontSize, style.color].join();
    for (let at = 0; at < node.length; at++) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      if (/[^ \\n]/.test(node.data[at]))
        for (const box of range.getClientRects())
          put(node.data[at] + (/\\S/.test(node.data[at]) ? drawn : ""), box);
    }
  }
  return [["field", 0, from.height], ...found];
})"""


def _soup(source: random.Random, depth: int = 0) -> str:
    parts = []
    for _ in range(source.choice((0, 1, 1, 2, 3) if depth else (1, 2, 3, 4))):
        if depth == 3 or source.random() < 0.55:
            parts.append(source.choice(LEAVES))
        elif source.random() < 0.1:
            parts.append(f"<ul><li>{_soup(source, depth + 1)}</li></ul>")
        else:
            tag = source.choice(TAGS)
            parts.append(f"<{tag}>{_soup(source, depth + 1)}</{tag.split()[0]}>")
    return "".join(parts)


def _differ(one: list[tuple[str, float, float]], other: list[tuple[str, float, float]]) -> bool:
    """Whether something is drawn otherwise, or stands elsewhere by more than half a pixel."""
    return len(one) != len(other) or any(
        a != b or abs(x - z) > 0.6 or abs(y - w) > 0.6
        for (a, x, y), (b, z, w) in zip(one, other, strict=True)
    )


@cache
def _pairs() -> list[tuple[str, str]]:
    """Pieces of HTML, two by two, that look the same to us."""
    alike: dict[tuple[Token, ...], set[str]] = defaultdict(set)
    source = random.Random(1)
    for _ in range(15_000):
        html = _soup(source)
        with suppress(MendedError):
            alike[tuple(tokens(html))].add(html)
    return [(one, other) for one, *others in map(sorted, alike.values()) for other in others]


@pytest.mark.parametrize("css", SHEETS)
def test_a_browser_draws_what_looks_the_same_alike(browser: Browser, css: str) -> None:
    assert is_plain(css)
    pairs = _pairs()
    assert len(pairs) > 500
    page = browser.new_page()
    page.set_content(
        f"<!doctype html><style>body {{ font: 16px monospace }} {css}</style>"
        f'<body class="card"><div id="field" style="display: flow-root">{PICTURE}</div>'
    )
    page.wait_for_function("document.images[0].complete")
    drawn = page.evaluate(MEASURE, [html for pair in pairs for html in pair])
    page.close()
    assert [
        pair
        for pair, one, other in zip(pairs, drawn[::2], drawn[1::2], strict=True)
        if _differ(one, other)
    ] == []
