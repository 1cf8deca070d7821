"""Markup of other tools: what is reported where, how it is mended, and what is only text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis_cards import fix
from crisis_cards.checks import foreign
from crisis_cards.format import cloze, near_misses
from crisis_cards.yaml.tree import File, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from crisis_cards.pipeline import Project

FACT = "section: One\nsource: book\nfacts:\n  one:\n    {}\n"


def _text(value: str) -> Text:
    return Text(value, 0, len(value), File("x", value))


def _found(value: str, place: int = foreign.TEXT) -> list[tuple[str, str]]:
    """What is found in a text, each with its hint."""
    text = _text(value)
    found = foreign.find(text, near_misses.readable(value), place)
    return [(value[f.start : f.end], f.hint.removeprefix("write ")) for f in found]


MARKUP = {
    r"$\pi r^2$": r"\(\pi r^2\)",
    "$r$": r"\(r\)",
    "$ x_1 $": r"\(x_1\)",
    r"$$\frac12$$": r"\[\frac12\]",
    "[$]x[/$]": r"\(x\)",
    "[latex]x[/latex]": r"\(x\)",
    r"\begin{pmatrix}": r"put the whole formula between \( and \)",
    r"\sqrt{2}": r"put the whole formula between \( and \)",
    "&eacute;": "é",
    "&#233;": "é",
    "&#xE9;": "é",
    "&nbsp;": "a space",
    "&lt;": "<",
    "<br>": "| after the key's colon and the text below it: a new line there is one on the card",
    "<br />": "| after the key's colon and the text below it: a new line there is one on the card",
    "</b>": "**words** to make them bold",
    '<em class="x">': "*words* to make them slanted",
    "H<sub>2</sub>": "~2~",
    "<SUB>": "H~2~O to set a sign lower",
    "<sup>*x*</sup>": "m^2^ to set a sign higher",
    '<a href="https://a.b">': "a link as [text](https://…)",
    '<img src="a.png">': "put the picture into media/, and write ![what it shows](its name)",
    "<code>": "put code in backquotes: `code`",
    "<font color=red>": "leave it out, or put it in backquotes if the card is about it",
    "<!--": "a comment in a line that begins with #",
    "<https://a.b/c>": "https://a.b/c",
    "~~struck~~": "leave it out",
    "==word==": 'only "cloze" and "quote" take blanks; write **words** to stress them',
    "{{c1::word::hint}}": 'only "cloze" and "quote" take blanks; write **words** to stress them',
    "![[a.png]]": "put the file into media/, and write ![what it shows](a.png)",
    "[sound:a.mp3]": "put the file into media/, and write ![](a.mp3)",
    "![[a.mp3]]": "put the file into media/, and write ![](a.mp3)",
    "[[Lima]]": "Lima",
    "[[Lima (city)|Lima]]": "Lima",
    "[text][1]": "[text](https://…)",
    "[page](page.html)": "[page](https://…)",
    "| a | b | |---|:-:| | 1 | 2 |": "| after the key's colon, each row in a line of its own, and "
    "|---|---| with as many cells below the first one",
    "- [ ] x": "leave out the brackets",
    "[^1]": 'write the note itself into "extra", and where it comes from into "source"',
    "```x": "| after the key's colon and the code below it, between two lines of ```; put one "
    "line of code in single backquotes: `code`",
    "## x": "leave out ##, and write **words** to stress them",
    "> x": "leave out >, and use quotation marks",
    "a\n***\nb": "leave it out; an empty line begins a new paragraph",
    "Title\n=====": "leave it out; an empty line begins a new paragraph",
    "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>": "{漢字|かんじ}",
    "漢字[かんじ]": "{漢字|かんじ}",
}  # fmt: skip


@pytest.mark.parametrize("written", MARKUP)
def test_markup_of_other_tools_is_found(written: str) -> None:
    ((_, hint),) = _found(written)
    assert hint == MARKUP[written].removeprefix("write ")
    assert foreign.MAY_BE.search(written)


def test_every_kind_of_markup_has_an_example() -> None:
    for row in foreign._TABLE:
        assert any(re.search(row.pattern, written) for written in MARKUP), row.called


TEXTS = [
    "$5 and $10",
    "US$ 5_000 and A$",
    "$5 million (10^6) or $6",
    "between $1,000 and $2,000 a year_end",
    "R&D; AT&T; a & b; &notareal;",
    "if a <b and c> d, or x<y",
    "a < b > c, <3, <- and ->, <name>, <source>",
    "~1200, 5~10 and 15~20, ~/notes",
    "x^2 and y^3, ^_^",
    "H~2~SO~4~, x~ij~, x^2^, 19^th^, {漢字|かんじ}",
    "a:\n\n| a | b |\n|---|:-:|\n| 1 | 2 |",
    "```\nx\n```",
    "a == b, x==y, ==, =>, ====",
    "f(x)[1][2], a[i][j], [1][2], [sic] [or so]",
    "[a](https://a.b), https://a.b/?x=[[1]]&eacute;#x",
    "[Soviet](sic) ships",
    "matrix [[1, 2], [3, 4]]",
    "[^abc-z]* or [^a]*",
    "a | b, |x|, || and --",
    "#1, # 2, C# and F#",
    "> 50 %, >=, ->",
    "*** three stars",
    "---",
    "{a, b} and {}, {name}",
    r"\$x^2$, \<b>, \==x==, \[[x]]",
    "`<b>`, `$x^2$`, ``a `[^1]` b``",
    r"\(a_1 <b> $x^2$\) and \[\begin{pmatrix}\]",
    "漢字（かんじ）, 「引用」[1], 漢字[注]",
    "snake_case_name, 2 * 3 * 4, - a dash",
]


@pytest.mark.parametrize("written", TEXTS)
def test_what_is_only_text_stays_text(written: str) -> None:
    assert _found(written) == []


@settings(deadline=None)
@given(st.lists(st.sampled_from([*MARKUP, *TEXTS, *"$&<>~^|[]{}#=*- \na1漢"])))
def test_the_quick_look_passes_by_nothing_but_text(pieces: list[str]) -> None:
    for value in (" ".join(pieces), "".join(pieces)):
        for place in (foreign.TEXT, foreign.BLANKS, foreign.EXTRA):
            assert not _found(value, place) or foreign.MAY_BE.search(value)


def test_a_place_takes_what_it_takes() -> None:
    assert _found("```\nx\n```", foreign.EXTRA) == _found("```\nx\n```", foreign.PAGE) == []
    assert _found("```\nx", foreign.EXTRA), "no fence ends it"
    assert _found("==word==", foreign.BLANKS) == []
    assert _found("[^1]", foreign.EXTRA) == _found("[^1]", foreign.BLANKS) == _found("[^1]") != []


def test_a_long_text_takes_no_longer_than_many_short_ones() -> None:
    """Each would take minutes if a pattern began anew at every character of it."""
    pieces = (
        "[[ ![ ![a]( [a](b [a][ (( a( ~a a~b~ $a $\\a ` ==a =a {{ {a 漢 {漢| --- *** &a [^".split()
    )
    for piece in [*pieces, "](", "\\(", "<a b='", "== ", "| ", "> ", "* * "]:
        value = piece * (20_000 // len(piece)) + "~<$"
        for place in (foreign.TEXT, foreign.BLANKS, foreign.EXTRA):
            _found(value, place)
        near_misses.find(_text(value), alone=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (r"answer: $\pi r^2$ or $r^2$", r"answer: \(\pi r^2\) or \(r^2\)"),
        (r'answer: "$$\\pi r^2$$"', r'answer: "\\[\\pi r^2\\]"'),
        (r"answer: '[$]x^2[/$]'", r"answer: '\(x^2\)'"),
        ("answer: Krak&oacute;w, &#321;&oacute;d&#378;", "answer: Kraków, Łódź"),
        ("answer: 'A&#39;s &quot;B&quot;'", "answer: 'A''s \"B\"'"),
        ('answer: "&quot;B&quot;"', 'answer: "\\"B\\""'),
        ("answer: H<sub>2</sub>O, Ca<SUP>2+</SUP>", "answer: H~2~O, Ca^2+^"),
        (
            "answer: 漢字[かんじ]と<ruby>字<rt>じ</rt></ruby>",
            'answer: "{漢字|かんじ}と{字|じ}"',
        ),
        ("answer: >-\n      &Oslash;\n      &amp; A", "answer: >-\n      Ø\n      & A"),
    ],
)  # fmt: skip
def test_what_is_sure_is_mended(make_deck: Callable[..., Project], before: str, after: str) -> None:
    question = "ask: Which one is it, of all that there are?\n    "
    assert _mended(make_deck, question + before) == question + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("===a=== and ===b c=== x ==d==", "==a== and ==b c== x ==d=="),
        ("==a= x ==b==", "==a== x ==b=="),
        ("x =a== y", "x ==a== y"),
        ("====a==== and ==b==", "==a== and ==b=="),
        ("x {{c1::a} y ==b==", "x ==c1::a== y ==b=="),
        ("x {{c1::a== y", "x ==c1::a== y"),
        ("x ==a}} y", "x ==a== y"),
        ("x == a== y", "x ==a== y"),
        ("x =a=, =b= y", "x ==a==, ==b== y"),
        ("x {c2::a::why} y", "x ==c2::a::why== y"),
        ("x {{C2::a}} y", "x {{c2::a}} y"),
        ("x {{c2:a}} y", "x {{c2::a}} y"),
        ("x {{a}} y", "x ==a== y"),
        ("x [[a]] y", "x ==a== y"),
        ("x {a} and {b} y", "x ==a== and ==b== y"),
    ],
)
@pytest.mark.parametrize("mark", ["", '"', "'"])
def test_marks_that_were_surely_meant_are_mended(
    make_deck: Callable[..., Project], before: str, after: str, mark: str
) -> None:
    wanted = f"cloze: {mark}{after}{mark}"
    assert _mended(make_deck, f"cloze: {mark}{before}{mark}") == wanted


@pytest.mark.parametrize(
    "written",
    [
        "answer: costs $r$ or so",  # perhaps money
        "answer: a &lt; b &num; c",  # signs of YAML
        "cloze: x == a == y ==b==",  # perhaps operators
        "cloze: x =a= y ==b==",
        "cloze: x {{a}} y ==b==",
    ],
)
def test_what_is_not_sure_stays(make_deck: Callable[..., Project], written: str) -> None:
    fact = written if written[0] == "c" else f"ask: Which one is it, of all?\n    {written}"
    assert _mended(make_deck, fact) == fact
    assert "printed-as-typed" in [p.check for p in fix.fix(Path("deck")).project.problems]


def _mended(make_deck: Callable[..., Project], fact: str) -> str:
    make_deck(one=FACT.format(fact))
    fixed = fix.fix(Path("deck"))
    texts = fixed.files.get(Path("deck/one.yaml"))
    head, tail = FACT.split("{}")
    return texts[1].decode()[len(head) : -len(tail)] if texts else fact


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        (r"\(x = ==\frac{1}{2}==\)", r"in a formula, write {{c1::\frac{1}{2}}}"),
        ("`git ==rebase==`", "hide all of the code: ==`git rebase`=="),
    ],
)
def test_code_and_formulas_take_other_marks(written: str, hint: str) -> None:
    for value in (written, f"==a== {written}"):
        passage, problems = cloze.parse(_text(value))
        assert not problems
        (miss,) = near_misses.find(passage.text, passage.readable())
        assert miss.hint == hint
        assert value[miss.start : miss.end].strip("=") in hint


@pytest.mark.parametrize(
    "written",
    [
        "a == b, ==c==",
        "x==y==z and ==c==",
        "a===b and c===d, ==c==",
        r"\===a=== `===b===` \(===c===\) ==d==",
        "x^{2}, {1, 2}, {a} ==c==",
        "[sic] ==c==",
        "m==ice==, ==日====本==",
        "a line of ===== and ==b==",
        "f(a=1, b=2) ==c==",
        r"`x==1 and y==2` \(a==b==c\) https://a.b/?x==1&y==2 ==c==",
    ],
)
def test_what_is_no_near_miss(written: str) -> None:
    passage, problems = cloze.parse(_text(written))
    assert not problems
    assert near_misses.find(passage.text, passage.readable()) == []
