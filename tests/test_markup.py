"""Author's text → HTML."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crisis_cards.cards import emphasis, markup
from crisis_cards.format import cloze
from crisis_cards.yaml.tree import File, Text

_LONG = " ".join(["running"] * 8)


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("plain", "plain"),
        ("*a* **b** `c` _d_", "<em>a</em> <strong>b</strong> <code>c</code> <em>d</em>"),
        ("snake_case_name", "snake_case_name"),
        ("[a](https://b.org/?c=1&d=2)", '<a href="https://b.org/?c=1&amp;d=2">a</a>'),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](data:text/html,x)", "[a](data:text/html,x)"),
        ("[a](../b)", "[a](../b)"),
        (r"\*a\* 5 \* 6", "*a* 5 * 6"),
        ("<b>x</b> &lt; & <!-- c -->", "&lt;b&gt;x&lt;/b&gt; &amp;lt; &amp; &lt;!-- c --&gt;"),
        ("<https://a.b>", "&lt;https://a.b&gt;"),
        ("# no heading", "# no heading"),
        ("$53 million; $1 million", "$53 million; $1 million"),
        (r"\(x<y\) and \[a_b*c*\]", r"\(x&lt;y\) and \[a_b*c*\]"),
        (r"\(not closed", "(not closed"),
        ("\\\\(not math\\\\)", "\\\u2060(not math\\\u2060)"),
        ("{{Front}} {{c1::x}} {a}", "&#123;&#123;Front}} &#123;&#123;c1::x}} {a}"),
        ("[sound:x.mp3] [Sound:y]", "&#91;sound:x.mp3] &#91;Sound:y]"),
        ("[latex]x[/latex] [$]x[/$] [$$]", "&#91;latex]x&#91;/latex] &#91;$]x&#91;/$] &#91;$$]"),
        ("[[type:Answer]]", "&#91;[type:Answer]]"),
        ("e\u0301", "\u00e9"),
        ("a\nb", "a<br>\nb"),
        ("*a*\nb  \nc", "<em>a</em><br>\nb<br>\nc"),
        ("2*3*4, a*b*c and 5*6=30", "2*3*4, a*b*c and 5*6=30"),
        ("a**2 + b**2, 2*pi*r", "a**2 + b**2, 2*pi*r"),
        ("(a+b)*(a-b)*(c) = f(x)*g(x)*h", "(a+b)*(a-b)*(c) = f(x)*g(x)*h"),
        ("*die* Lehrer*innen, Schüler*innen", "<em>die</em> Lehrer*innen, Schüler*innen"),
        ("**Bürger*innen** und Lehrer*innen", "<strong>Bürger*innen</strong> und Lehrer*innen"),
        (
            "ver*ge*ten H**2**O Hund**e**",
            "ver<em>ge</em>ten H<strong>2</strong>O Hund<strong>e</strong>",
        ),
        (
            "**ge**gangen 19**45** *x*y",
            "<strong>ge</strong>gangen 19<strong>45</strong> <em>x</em>y",
        ),
        ("**「重要」**です", "<strong>「重要」</strong>です"),
        ("これは**重要。**です", "これは<strong>重要。</strong>です"),
        ("한국어에서 **마크다운(Markdown)**을", "한국어에서 <strong>마크다운(Markdown)</strong>을"),
        ("愛*と*死 3*年*後", "愛<em>と</em>死 3<em>年</em>後"),
        ("葛\U000e0100**(x)**葛", "葛\U000e0100<strong>(x)</strong>葛"),
        ("a**!x!**b", "a**!x!**b"),
        ("か**!x!**か", "か<strong>!x!</strong>か"),
    ],
)
def test_inline(written: str, made: str) -> None:
    assert markup.inline(written) == made


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("one line", "<p>one line</p>"),
        ("two\n\nparagraphs", "<p>two</p>\n<p>paragraphs</p>"),
        ("- a\n- *b*\n", "<ul>\n<li>a</li>\n<li><em>b</em></li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("# a\n\n> b\n\n---", "<p># a</p>\n<p>&gt; b</p>\n<p>---</p>"),
        (f"{_LONG}\n*text* of lines", f"<p>{_LONG}\n<em>text</em> of lines</p>"),
        (f"{_LONG}\ntext of lines", f"<p>{_LONG}\ntext of lines</p>"),
        ("Roses are *red*,\nviolets", "<p>Roses are <em>red</em>,<br>\nviolets</p>"),
        ("Roses are red,\nviolets\n", "<p>Roses are red,<br>\nviolets</p>"),
        ("a\nb\n\nc\nd", "<p>a<br>\nb</p>\n<p>c<br>\nd</p>"),
        (
            "```python\nif a < b:\n    f()\n```",
            '<pre><code class="language-python">if a &lt; b:\n    f()\n</code></pre>',
        ),
        ("a\n\n<script>", "<p>a</p>\n<p>&lt;script&gt;</p>"),
    ],
)
def test_block(written: str, made: str) -> None:
    assert markup.block(written) == made


def test_an_address_is_no_mark_of_anki() -> None:
    made = markup.attribute("https://x.org/{{c2::x}}[sound:a.mp3]?a=1&b")
    assert made == "https://x.org/&#123;&#123;c2::x}}&#91;sound:a.mp3]?a=1&amp;b"


def test_a_page_has_headings_but_no_html() -> None:
    assert markup.page("# A\n\n<b> ![x](y)") == "<h1>A</h1>\n<p>&lt;b&gt; ![x](y)</p>"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*"abé1 .(),:;!?-\"“”'_+~|=#", "*", "**", " *", "* ", " **", "** "]))
)
def test_the_short_way_of_emphasis_is_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert markup.inline(text) == str(markup._markdown(breaks=True).renderInline(text, {}))


@given(st.lists(st.sampled_from(["_", "__", "**", "***", "ab", "é", " ", ".", '"', "\n"])))
def test_emphasis_of_whole_words_is_that_of_commonmark(pieces: list[str]) -> None:
    text = "".join(pieces)
    library = MarkdownIt("zero").enable("emphasis")
    own = MarkdownIt("zero").enable("emphasis")
    own.inline.ruler.at("emphasis", emphasis.rule)
    assert own.renderInline(text) == library.renderInline(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"ab1 .)-=#\u00a0", "*", "**", " *", "* ", "**b**", "\n", "1. "])))
def test_the_short_way_of_blocks_is_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        made = markup.block(text)
        patch.setattr(markup, "_simple", lambda _: None)
        assert markup.block(text) == made


def test_plain_characters_are_those_that_nothing_changes() -> None:
    for char in map(chr, range(0x3000)):
        if markup._PLAIN.fullmatch(char):
            assert unicodedata.normalize("NFC", char) == char == html.escape(char, quote=False)
            assert not unicodedata.combining(char)


_BLANKS = [
    "==a==",
    "==b::c==",
    "==c2::d==",
    "==::",
    "==",
    "::",
    ":",
    "}",
    "$",
    "sound:",
    "latex",
    "é",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*_BLANKS, "a", " ", "[", "&", "{{c1::e}}", "*", "\n"])))
def test_the_short_way_of_blanks_is_the_same(pieces: list[str]) -> None:
    value = "".join(pieces)
    passage, problems = cloze.parse(Text(value, 0, len(value), File("x", value)))
    if not problems:
        with pytest.MonkeyPatch.context() as patch:
            made = markup.passage(passage), markup.revealed(passage)
            patch.setattr(markup, "_PLAIN", re.compile("(?!)"))
            assert (markup.passage(passage), markup.revealed(passage)) == made
