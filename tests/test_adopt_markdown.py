"""Fields of foreign decks as Markdown, and what looks the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crisis_cards.adopt.looks import same
from crisis_cards.adopt.markdown import LONGEST, markdown, passage
from crisis_cards.adopt.styles import is_plain, keeps_spaces
from crisis_cards.cards import draft, markup
from crisis_cards.format import cloze, embeds
from crisis_cards.format.embeds import Files
from crisis_cards.format.media import Picture
from crisis_cards.yaml.tree import File, Text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a &amp; b&gt;c", "a & b>c"),
        ("&eacute;&#233;&#xe9;", "ééé"),
        ("a&nbsp;b", "a\u00a0b"),
        ("a  b\n c ", "a b c"),
        ("<B>a</B>", "<strong>a</strong>"),
        ("<i>a</i>", "<em >a</em >"),
        ("<b><i>a</i></b>", "<em><strong>a</strong></em>"),
        ("<b>a</b><b>b</b>", "<b>ab</b>"),
        ("<b>a </b>b", "<b>a</b> b"),
        ("<b>a&nbsp;</b>b", "<b>a</b>&nbsp;b"),
        ("<b>a<br>b</b>", "<b>a</b><br><b>b</b>"),
        ("<b></b>a<b><br></b>", "a"),
        ("a<br>b", "a<br />\nb"),
        ("a<div>b</div>", "a<br>b"),
        ("<div>a</div><div>b</div>", "a<br>b"),
        ("<div>a</div> <div><br></div> <div>b</div>", "a<br><br>b"),
        ("<div><div>a</div></div><div></div>b", "a<br>b"),
        ("a<br><div>b</div>", "a<br>b"),
        ("a <br> b<br>", "a<br>b"),
        ("a<ul><li>b</li></ul>", "a<br><ul>\n<li> b</li>\n</ul>"),
        ("<span>a</span>b", "ab"),
        ("<IMG SRC=a.png>", '<img alt="" src="a.png" title=""/>'),
        ('<img src="a b&amp;c.png" alt=\'"\'>', '<img alt="&quot;" src="a b&c.png">'),
        ('<a href="https://a.de/ü?b=1&amp;c=2">a</a>', '<a href="https://a.de/%C3%BC?b=1&c=2">a</a>'),
        ("<pre>a\n  b\n</pre>", "<pre>\na\n  b</pre>"),
        ("<ruby>漢<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "<ruby><rb>漢</rb><rt>b</rt></ruby>"),
        (
            '<div class="a">b<div>c</div></div><script>d</script>',
            '<div class="a">b<br>c</div><script>d</script>',
        ),
        ("<div style='float: left'>b<div>c</div></div>", "<div style='float: left'>b<br>c</div>"),
        (
            '<span class="cloze" data-cloze="&lt;b&gt;a&lt;/b&gt;">b</span>',
            '<span class="cloze" data-cloze="&lt;strong&gt;a&lt;/strong&gt;">b</span>',
        ),
    ],
)  # fmt: skip
def test_some_html_looks_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)
    if "<" in one and "img" not in one.lower():
        assert not same(f"{one}a", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "ab"),
        ("a&nbsp;b", "a b"),
        ("&nbsp;a", "a"),
        ("&lt;b&gt;", "<b></b>"),
        ("&amp;amp;", "&amp;"),
        ("<b>a</b>", "a"),
        ("<b>a</b>", "<i>a</i>"),
        ("<b>a</b>", "<b><b>a</b></b>"),
        ("<u>a</u>", "a"),
        ("<u>a </u>b", "<u>a</u> b"),
        ("a<br>b", "a b"),
        ("a<br>b", "a<br><br>b"),
        ("a<br>", "a<br><br>"),
        ("<br>a", "a"),
        ("<p>a</p>", "a"),
        ("<p>a</p><p>b</p>", "<div>a</div><div>b</div>"),
        ("a<ul><li>b</li></ul>", "a<br><br><ul><li>b</li></ul>"),
        ("<b><ul><li>a</li></ul></b>", "<ul><li><b>a</b></li></ul>"),
        ('<span style="color: red">a</span>', "a"),
        ('<div class="a">a</div>', "<div>a</div>"),
        ('<div id="a">a</div>', "a"),
        ("a<!-- b -->", "a"),
        ("<script>a</script>", "<script>b</script>"),
        ('<img src="a.png" width="3">', '<img src="a.png">'),
        ('<img src="a.png">', '<img src="b.png">'),
        # A style sheet may have the picture stand as a block.
        ('<img src="a.png"><div>b</div>', '<img src="a.png"><br>b'),
        ('<span class="a">a</span><div>b</div>', '<span class="a">a</span><br>b'),
        ('<span class="a"> </span>', '<span class="a"> </span><br>'),
        ("<code></code><div>b</div>", "<code></code><br>b"),
        ("<code>a<div>b</div></code>", "<code>a<br>b</code>"),
        ("<code>a<br></code>", "<code>a<br><b></b></code>"),
        ("<ul><li></li></ul>", "<ul><li><div></div></li></ul>"),
        ('<ul><li><img src="a.png"></li></ul>', '<ul><li><span><img src="a.png"></span></li></ul>'),
        ("漢<div><ruby>漢<rt>a</rt></ruby></div>", "漢<br><ruby>漢<rt>a</rt></ruby>"),
        ("a<wbr>\nb", "a<wbr> b"),
        ("[sound:a&copy=b.mp3]", "[sound:a©=b.mp3]"),
        ("<code>a </code>b", "<code>a</code> b"),
        ("<pre>a\n</pre>", "<pre>a\n\n</pre>"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<pre>a\n<div>b</div></pre>", "<pre>a\n<br>b</pre>"),
        ("漢\n字", "漢 字"),
        ("\\(a%b\nc\\)", "\\(a%b c\\)"),
        # What Anki acts on, and what only looks like it.
        ("{{c1::a}}", "&#123;{c1::a}}"),
        ("{{c1::a::b}}", "{{c1::a&#58;:b}}"),
        ("[sound:a.mp3]", "&#91;sound:a.mp3]"),
        ("[latex]a[/latex]", "&#91;latex]a&#91;/latex]"),
        ("[[type:a]]", "&#91;[type:a]]"),
        # A mark of Anki's shows nothing itself, so that no line ends after it.
        ("{{c1::<div>a</div>}}", "{{c1::<br>a}}"),
        ("[sound:a.mp3]<div>a</div>", "[sound:a.mp3]<br>a"),
        # What a browser would mend is not guessed.
        ("<b>a", "<strong>a"),
        ("<b>a</b>&#0;", "<strong>a</strong>"),
        ("<p>a<div>b</div></p>", "<p>a<div> b</div></p>"),
        ("<b>a<i>b</b></i>", "<strong>a<i>b</strong></i>"),
        ("<table>a<tr><td>b</td></tr></table>", "<table>a<tr><td>b</td></tr> </table>"),
        ("<b/>a</b>", "a"),
        ("<div/>a", "a"),
        ("<li>a</li>", "<li> a</li>"),
        ("a &#99999999999;", "a  &#99999999999;"),
        ('<a href="?a=1&copy=2">a</a>', '<a href="?a=1©=2">a</a>'),
        ("<style>b {top: 0}</style><b>a</b>", "<style>b {top: 0}</style><strong>a</strong>"),
        ('<p style="white-space: pre">a<br>b</p>', '<p style="white-space: pre">a<br>\nb</p>'),
        ('<p style="display: flex">a<br>b</p>', '<p style="display: flex">a<b></b><br>b</p>'),
        ("<style>p{white-space: pre}</style>a", "<style>p{white-space: pre}</style> a"),
        ('a <div style="display: inline">b</div>', 'a<div style="display: inline">b</div>'),
        ("a\x01", "a\x01 "),
    ],
)  # fmt: skip
def test_other_html_does_not(one: str, other: str) -> None:
    assert not same(one, other)
    assert same(one, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("<b>a</b>", "<strong>a</strong>"), ("a<div>b</div>", "a<br>b"), ("<span>a</span>", "a")],
)
def test_a_style_sheet_can_tell_tags_apart(one: str, other: str) -> None:
    assert not same(one, other, plain=False)
    assert same("a  b<br/>c", "a b<br>\nc", plain=False)


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("", True),
        (".card { font: 20px Arial } .b, #div { color: red } /* b {} */", True),
        ("img { display: block } a:link { display: inline-block } .hint { display: none }", True),
        ("@media (max-width: 9px) { .card { color: red } }", True),
        (".card b { color: red }", False),
        ("a{}DIV{color: red}", False),
        ("* { margin: 0 }", False),
        (".a > img { width: 9px }", False),
        (".a li:first-child { width: 9px }", False),
        (".card { display: flex }", False),
        ("li { display: inline }", False),
        ("a { display: block }", False),
        (".cloze { display: none }", False),
        (".cloze { background: yellow }", False),
        ("ul { display: inline-block; text-align: left }", False),
        (".a { display: inline-block }", False),
    ],
)
def test_whether_a_style_sheet_leaves_lines_and_emphasis_alone(css: str, expected: bool) -> None:
    assert is_plain(css) is expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        (" <br>\n", None),
        ("Paris", "Paris"),
        (" a\n  b ", "a b"),
        ("a &amp; b &gt; c", "a & b > c"),
        ("a&nbsp;b", "a\u00a0b"),
        ("&lt;b&gt;a&lt;/b&gt;", "<b>a</b>"),
        ("&amp;lt;", "&lt;"),
        ("<b>a</b> and <i>b</i>", "**a** and *b*"),
        ("<b>a </b>b", "**a** b"),
        ("un<b>believ</b>able", "un**believ**able"),
        ("<b><i>a</i> b</b>", "***a* b**"),
        ("<b>a</b><i>b</i>", "**a***b*"),
        ("<b>a<br>b</b>", "**a**\n**b**"),
        ("<b>a:&nbsp;</b>b", "**a:**\u00a0b"),
        ("<b>a&nbsp;b</b>", "**a\u00a0b**"),
        ("a<br>&nbsp;<br>b", "a\n\u00a0\nb"),
        ("<b>a:</b>b", None),
        ("<u>a</u>", None),
        ("a<div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\\\nb"),
        ("<br>a", "\\\na"),
        ("a<br>", "a"),
        ("a<br><br>", None),
        ("2*3*4", "2*3*4"),
        ("*a* b_c ~1200", "\\*a\\* b_c ~1200"),
        ("`a`", "\\`a\\`"),
        ("C:\\*a*", "C:\\\\*a\\*"),
        ("[a](https://b.de)", "\\[a](https://b.de)"),
        ("![](a.png)", "!\\[](a.png)"),
        ("{漢字|かんじ}", "\\{漢字|かんじ}"),
        ("漢字[かんじ]", "漢字[かんじ]"),
        ("1. a<br>2. b", "1\\. a\n2\\. b"),
        ("- a<br>+ b", "\\- a\n\\+ b"),
        ("- a", "- a"),
        ("|a|b|<br>|-|-|", "\\|a\\|b\\|\n\\|-\\|-\\|"),
        ("```<br>a<br>```", "\\`\\`\\`\na\n\\`\\`\\`"),
        ("a == b ==c==", "a == b ==c=="),
        ("H<sub>2</sub>O, m<sup>2</sup>", "H~2~O, m^2^"),
        ("<code>a`b*</code>", "``a`b*``"),
        ("<ul><li>a</li><li><b>b</b><br>c</li></ul>", "- a\n- **b**\n  c"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ('<ol start="9"><li>a</li><li>b</li></ol>', "9. a\n10. b"),
        ("<ul><li>a</li></ul>", "-\n  a"),
        ("<ul><li><ul><li>a</li></ul></li></ul>", "-\n  - a"),
        ("<ul><li>- a</li><li>b</li></ul>", "- \\- a\n- b"),
        ("<ul><li>a</li><li>b</li></ul><ul><li>c</li></ul>", "- a\n- b\n\n* c"),
        ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b"),
        ("a<ul><li>b</li><li>c</li></ul>", None),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<pre><code>a\n  *b*\n</code></pre>", "```\na\n  *b*\n```"),
        ('<pre><code class="language-py">a</code></pre>', "```py\na\n```"),
        ("<table><tr><td>a</td></tr></table>", None),
        ("<ruby>漢字<rt>かんじ</rt></ruby>", "{漢字|かんじ}"),
        ('<a href="https://a.de/b?c=1&amp;d=2">e</a>', "[e](https://a.de/b?c=1&d=2)"),
        ('<a href="https://a.de/b(c)">d</a>', "[d](<https://a.de/b(c)>)"),
        ('<a href="javascript:a()">b</a>', None),
        ('<a href="https://a.de" target="_blank">b</a>', None),
        ('<img src="a.png" />', "![](a.png)"),
        ('<img src="a b (1).png" alt="c [d]">', "![c \\[d\\]](<a b (1).png>)"),
        ('<img src="a\'&amp;&quot;ü.png">', "![](<a'&\"ü.png>)"),
        ('<img src="a%20b.png">', None),
        ('<img src="100%.png">', "![](100%.png)"),
        ('<img src="https://a.de/b.png">', None),
        ('<img src="a.png" width="3">', None),
        ("casa [sound:a b&amp;c.mp3]", "casa ![](<a b&c.mp3>)"),
        ("[sound:a.mp4]", None),
        (r"\(a_1 &lt; b_1\) and *c*", r"\(a_1 < b_1\) and \*c\*"),
        (r"\[a*b*c\]", r"\[a*b*c\]"),
        (r"\(a", None),
        ("<anki-mathjax>a</anki-mathjax>", None),
        ("[latex]a[/latex]", None),
        ("[$]a[/$]", None),
        ("{{c1::a}}", None),
        ("&#123;&#123;a", "{{a"),
        ("[[type:a]]", None),
        ('<font color="red">a</font>', None),
        ('<span style="color: red">a</span>', None),
        ("<b>a", None),
        ("a\x01", None),
    ],
)
def test_a_field_as_markdown(html: str, expected: str | None) -> None:
    assert markdown(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Paris", "Paris"),
        ("a {{c1::b}} c {{c3::d::e}}", "a {{c1::b}} c {{c3::d::e}}"),
        ("{{c2::a {{c1::b}} c}}", "{{c2::a {{c1::b}} c}}"),
        ("{{c1::<b>a</b>}} &amp; b", "{{c1::**a**}} & b"),
        ("<b>{{c1::a}} b</b>", "**{{c1::a}} b**"),
        ("<div>{{c1::a}}</div><div>{{c1::b}}</div>", "{{c1::a}}\n{{c1::b}}"),
        ("<ul><li>{{c1::a}}</li><li>{{c2::b}}</li></ul>", "- {{c1::a}}\n- {{c2::b}}"),
        ("==a== {{c1::b}}", "\\==a\\== {{c1::b}}"),
        ('{{c1::<img src="a.png">}}', "{{c1::![](a.png)}}"),
        (r"\(a = {{c1::b_1}}\)", r"\(a = {{c1::b_1}}\)"),
        ("{{c1::std&#58;:a}}", "{{c1::std\\::a}}"),
        ("{{c1::a", None),
        ("{{c1::}}", None),
        ("{{c501::a}}", None),
        ("<i>{{c1::a}}</i>s", None),  # the answer alone would lose its italics where it is hidden
        ("[latex]{{c1::a}}[/latex]", None),
        ('<span style="color: red">{{c1::a}}</span>', None),
    ],
)
def test_a_field_with_blanks_as_markdown(html: str, expected: str | None) -> None:
    assert passage(html) == expected


def test_a_style_sheet_that_names_tags_keeps_them() -> None:
    assert markdown("<b>a</b>", plain=False) is None
    assert markdown("<strong>a</strong>", plain=False) == "**a**"
    assert passage("{{c1::a}}<div>b</div>", plain=False) is None
    assert passage("{{c1::a}}<br>b", plain=False) == "{{c1::a}}\nb"


def test_a_style_sheet_tells_tags_apart_that_are_there() -> None:
    css = "ul { display: inline-block }"
    assert is_plain(css, "a<div>b</div>")
    assert not is_plain(css, "a<UL><li>b</li></UL>")


def test_where_spaces_are_shown_nothing_may_change() -> None:
    assert keeps_spaces(".card { white-space: pre-wrap }")
    assert not keeps_spaces(".card { color: white }")
    assert markdown("a<br>b", exact=True) is None
    assert markdown("a<br>\nb", exact=True) == "a\nb"
    assert markdown("a &amp; <em>b</em>", exact=True) == "a & *b*"
    assert markdown("a <i>b</i>", exact=True) is None
    assert passage("{{c1::a}} &amp; <em>b</em>", exact=True) == "{{c1::a}} & *b*"


def _files(text: str) -> Files:
    return {each.name: Picture(Path(each.name), each.name) for each in embeds.find(text)}


def _render(text: str) -> str:
    return markup.text(text, _files(text))


def _render_passage(text: str) -> str | None:
    read, problems = cloze.parse(Text(text, 0, len(text), File("", text)))
    numbers = tuple(blank.number or 0 for blank in read.walk())
    if problems or 0 in numbers:
        return None
    return draft.numbered(markup.passage(read, _files(text)), numbers)


_INLINE = st.sampled_from(
    ["a", "b c", "**d**", "*e*", "`f`", "[g](https://h.de)", "H~2~O", "m^2^", "{漢|かん}", "&", "<",
     "![](i j.png)", "![](k.mp3)", r"\(l_1\)", "b\u00a0c", "é", "1.", "[", "*", "_", "\\*", "{{"]
)  # fmt: skip
_LINE = st.lists(_INLINE, min_size=1, max_size=6).map(" ".join)
_TEXT = st.one_of(
    st.lists(_LINE, min_size=1, max_size=4).map("\n".join),
    st.lists(_LINE, min_size=2, max_size=4).map("\n\n".join),
    st.lists(_LINE, min_size=2, max_size=4).map(lambda lines: "- " + "\n- ".join(lines)),
    st.lists(_LINE, min_size=2, max_size=4).map(lambda lines: "1. " + "\n2. ".join(lines)),
    st.lists(_LINE, min_size=2, max_size=4).map(lambda lines: "- " + "\n  - ".join(lines)),
)


@settings(deadline=None)
@given(_TEXT)
def test_what_was_markdown_is_markdown_again(text: str) -> None:
    html = _render(text)
    found = markdown(html)
    assert found is not None
    assert same(_render(found), html)


@settings(deadline=None)
@given(st.lists(st.one_of(_INLINE, st.sampled_from(["==c1::a==", "==c2::b *c*::d=="])), max_size=6))
def test_what_was_a_passage_is_one_again(parts: list[str]) -> None:
    html = _render_passage(" ".join(parts))
    if html is not None:
        found = passage(html)
        assert found is not None
        again = _render_passage(found)
        assert again is not None
        assert same(again.strip(), html.strip())


_SOUP = st.lists(
    st.sampled_from(
        ["a", "b ", *r"*_`~^[]\|&< ", "](c)", "==", "::", "}}", "{{c1::", "{{c2::", "\\(", "\\)",
         "\n", "&nbsp;", "&amp;", "&lt;", "1. ", "- ", "<b>", "</b>", "<i>", "</i>", "<br>", "<br>",
         "<div>", "</div>", "<p>", "</p>", "<ul><li>", "</li></ul>", "</li><li>", "<span>",
         "</span>", "**",
         "<code>", "</code>", "<sub>", "</sub>", "<img src=a.png>", "[sound:a.mp3]", "![](a.png)"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(_SOUP)
@example("<b>a</b>*")
def test_whatever_is_found_looks_as_the_field_does(html: str) -> None:
    if (text := markdown(html)) is not None:
        assert same(_render(text), html)
    if (text := passage(html)) is not None:
        assert same(_render_passage(text) or "", html)


@pytest.mark.parametrize("plain", [True, False])
@given(html=_SOUP)
def test_space_around_lines_is_never_seen(plain: bool, html: str) -> None:
    assert same(html, html, plain=plain)
    spaced = re.sub("<br>", " <br>\n", html)
    if "pre" not in html and same(html, f"{html} ", plain=plain):
        assert same(html, spaced, plain=plain)


@pytest.mark.parametrize(
    "unit",
    ["<b>", "<div>", "</b>", "<a ", '<a b="', "<a b='\"", "<!--", "&", "&#9", "<", "**a ", "`", "[",
     "![", "\\(", "{{c1::", "}}", "[sound:", "==", "<br>", " ", "- ", "<b>a</b> ", "<ul><li>",
     "<style>", ' style="', "{漢|", "<i>a<b>b</b></i>"],
)  # fmt: skip
@pytest.mark.parametrize("convert", [markdown, passage])
def test_hostile_fields_end(unit: str, convert: Callable[[str], str | None]) -> None:
    for length in (LONGEST, 100_000):
        html = unit * (length // len(unit))
        convert(html)
        assert same(html, html + " ") in (True, False)
