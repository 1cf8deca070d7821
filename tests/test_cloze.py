"""Blanks: a text → what Anki gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis_cards.cards import markup, ordinals
from crisis_cards.cards.draft import numbered
from crisis_cards.format import cloze
from crisis_cards.format.cloze import Passage
from crisis_cards.format.prompt import Part
from crisis_cards.release.numbering import number
from crisis_cards.yaml import tree
from crisis_cards.yaml.tree import Text


def text(value: str) -> Text:
    """A text as if a file held it between double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    document, problems = tree.parse(f'key: "{escaped}"'.encode(), "case")
    assert not problems
    assert isinstance(document.root, tree.Mapping)
    node = document.root.items[0][1]
    assert isinstance(node, Text)
    assert node.value == value
    return node


def anki(value: str) -> str:
    passage, problems = cloze.parse(text(value))
    assert not problems
    return numbered(markup.passage(passage), numbers(passage))


def numbers(passage: Passage) -> tuple[int, ...]:
    """The numbers of blanks that were never published."""
    return number((), [Part("", "", blank.number) for blank in passage.walk()]).numbers


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("a ==b== c", "a {{c1::b}} c"),
        ("==a==", "{{c1::a}}"),
        ("==a== and ==b==", "{{c1::a}} and {{c2::b}}"),
        ("==a::hint==", "{{c1::a::hint}}"),
        ("==a::==", "{{c1::a}}"),
        ("==1945::year==", "{{c1::1945::year}}"),
        ("==c2::b== ==a==", "{{c2::b}} {{c1::a}}"),
        ("==c2::b::hint==", "{{c2::b::hint}}"),
        ("==c1::a== ==c1::b== ==c==", "{{c1::a}} {{c1::b}} {{c2::c}}"),
        ("==c500::a==", "{{c500::a}}"),
        ("==c::a==", "{{c1::c::a}}"),
        ("==c02::a==", "{{c2::a}}"),
        # Anki's own marks
        ("{{c1::a}}", "{{c1::a}}"),
        ("{{c3::a::h}} ==b==", "{{c3::a::h}} {{c1::b}}"),
        ("{{c1::a {{c2::b}}}}", "{{c1::a {{c2::b}}}}"),
        ("{{c1::a {{c2::b::h}}::g}}", "{{c1::a {{c2::b::h}}::g}}"),
        ("==a ==b== c==", "{{c1::a {{c2::b}} c}}"),
        # not blanks
        (r"\==a\== ==b==", "==a== {{c1::b}}"),
        ("a == b, ==c==", "a == b, {{c1::c}}"),
        ("== b, ==c==", "== b, {{c1::c}}"),
        ("a = b, a === b, ==c==", "a = b, a === b, {{c1::c}}"),
        ("`x==y` ==c==", "<code>x==y</code> {{c1::c}}"),
        (r"\(a==b\) ==c==", r"\(a==b\) {{c1::c}}"),
        ("[p](https://x.y/?a==b==c) ==d==", '<a href="https://x.y/?a==b==c">p</a> {{c1::d}}'),
        ("{{Front}} ==a==", "&#123;{Front}} {{c1::a}}"),
        # marks of Anki inside an answer
        (r"==std\::vector==", "{{c1::std&#58;:vector}}"),
        ("==`a::b`==", "{{c1::<code>a&#58;:b</code>}}"),
        ("==a:==", "{{c1::a&#58;}}"),
        ("==a}==", "{{c1::a&#125;}}"),
        ("{==a==}", "&#123;{{c1::a}}}"),
        (r"==\(x^{y^{2}}\)==", r"{{c1::\(x^{y^{2&#125;}\)}}"),
        (r"{{c1::\(x^{y^{2}}\)}}", r"{{c1::\(x^{y^{2&#125;}\)}}"),
        (r"\(\frac{{{c1::a}}}{b}\)", r"\(\frac&#123;{{c1::a}}}{b}\)"),
        (r"\(\frac{d}{dx} = {{c1::n x^{n-1}}}\)", r"\(\frac{d}{dx} = {{c1::n x^{n-1&#125;}}\)"),
        ("==a::sound:x.mp3==", "{{c1::a::&#115;ound:x.mp3}}"),
        ("==a::$==", "{{c1::a::&#36;}}"),
        ("==a::[type:Text]==", "{{c1::a::&#91;type:Text]}}"),
        # line breaks, but for those at the ends of a block
        ("==a==\nb\n", "{{c1::a}}<br>\nb"),
        ("*==a==*\nb\n", "<em>{{c1::a}}</em><br>\nb"),
        # Markdown
        ("*the ==secret== deal*", "<em>the {{c1::secret}} deal</em>"),
        ("==**a**::*h*==", "{{c1::<strong>a</strong>::<em>h</em>}}"),
        ("**==a==**", "<strong>{{c1::a}}</strong>"),
        ("*a ==b* c==", "*a {{c1::b* c}}"),
        ("==*a::b*==", "{{c1::*a::b*}}"),
        ("[==a==](https://x.y)", '<a href="https://x.y">{{c1::a}}</a>'),
        # HTML and Anki's other marks
        ("<b> &lt; ==<i>==", "&lt;b&gt; &amp;lt; {{c1::&lt;i&gt;}}"),
        ("[sound:a.mp3] [$] [latex] ==a==", "&#91;sound:a.mp3] &#91;$] &#91;latex] {{c1::a}}"),
        ("==東京::都市==は", "{{c1::東京::都市}}は"),
        ("==दिल्ली== 🇮🇳", "{{c1::दिल्ली}} 🇮🇳"),
    ],
)
def test_what_anki_gets(written: str, made: str) -> None:
    assert anki(written) == made


@pytest.mark.parametrize(
    ("written", "check", "marked"),
    [
        ("a ==b", "unclosed-cloze", "=="),
        ("a b== c", "unclosed-cloze", "=="),
        ("{{c1::a", "unclosed-cloze", "{{c1::"),
        ("==13 days ==", "unclosed-cloze", "==13 days =="),
        ("a ==b= c", "unclosed-cloze", "==b="),
        ("a ==== b", "empty-cloze", "===="),
        ("====`a==b`", "empty-cloze", "===="),
        ("==::hint==", "empty-cloze", "==::hint=="),
        ("{{c1::}}", "empty-cloze", "{{c1::}}"),
        ("==c1::==", "empty-cloze", "==c1::=="),
        ("==c0::a==", "bad-cloze-number", "==c0::"),
        ("==c501::a==", "bad-cloze-number", "==c501::"),
        ("{{c1,2::a}}", "bad-cloze-number", "{{c1,2::"),
        ("{{c::a}}", "bad-cloze-number", "{{c::"),
    ],
)
def test_what_is_refused(written: str, check: str, marked: str) -> None:
    _, problems = cloze.parse(text(written))
    (problem,) = problems
    assert problem.check == check
    assert problem.span.source[problem.span.column - 1 : problem.span.end_column - 1] == marked


def test_more_blanks_than_anki_has_cards_for() -> None:
    _, problems = cloze.parse(text("==a== " * 501))
    assert [problem.check for problem in problems] == ["bad-cloze-number"]


def test_blanks_nested_deeper_than_anki_looks() -> None:
    def nested(deep: int) -> str:
        return "".join(f"{{{{c{at}::a" for at in range(1, deep + 1)) + "}}" * deep

    assert anki(nested(10)) == nested(10)
    assert ordinals.of_cloze([nested(10)]) == tuple(range(10))
    _, problems = cloze.parse(text(nested(11)))
    assert [problem.check for problem in problems] == ["bad-cloze-number"]
    assert ordinals.of_cloze([nested(11)]) == tuple(range(10))


_PIECES = st.sampled_from(
    ["==", "a", " ", "b c", "::", "{{c1::", "{{c2::", "}}", "`", "*", "_", "\\", "\\(", "\\)", "[",
     "](", ")", "<", "&", "{", "}", "$", "é", "東", "\n", "c3::", "===", "https://x.y"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_any_text_is_either_refused_or_makes_exactly_its_blanks(written: str) -> None:
    """The scanner and what Anki finds in the result agree, whatever Markdown is around."""
    if not written.strip():
        return
    passage, problems = cloze.parse(text(written))
    if problems:
        return
    made = numbered(markup.passage(passage), numbers(passage))
    assert ordinals.of_cloze([made]) == tuple(sorted({n - 1 for n in numbers(passage)}))
    assert not any(mark in made for mark in "\x01\x02\x03\x04\x05")
    assert ordinals.of_cloze([markup.revealed(passage)]) == ()


_PLAIN = st.sampled_from(["==", "==", "::", "a", "b c", " ", "\n", "c1", "=", ","])


@given(st.lists(_PLAIN, max_size=12).map("".join))
def test_plain_blanks_are_what_a_look_at_every_mark_finds(written: str) -> None:
    passage = Text(written, 0, len(written), tree.File("one.yaml", written))
    if "==" in written:
        assert cloze.parse(passage) == cloze._Scanner(passage).scan()
