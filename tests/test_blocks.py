"""Blocks, small signs and readings in the texts of facts; blanks in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DECK, sound
from crisis_cards import pipeline
from crisis_cards.cards import gaps, markup
from crisis_cards.cards.draft import PLACE
from crisis_cards.checks import phrase
from crisis_cards.format import cloze
from crisis_cards.release.plan import Release
from crisis_cards.yaml.tree import File, Text

TABLE = (
    '<div class="table">\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th style="text-align:right">b</th>\n'
    "</tr>\n</thead>\n<tbody>\n<tr>\n<td>{}</td>\n"
    '<td style="text-align:right">{}</td>\n</tr>\n</tbody>\n</table>\n</div>'
)


def _text(value: str) -> Text:
    return Text(value, 0, len(value), File("x", value))


def _passage(value: str) -> cloze.Passage:
    passage, problems = cloze.parse(_text(value))
    assert not problems
    return passage


def _anki(value: str) -> str:
    return markup.passage(_passage(value)).strip().replace(PLACE, "")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("a\n\nb\nc", "<p>a</p>\n<p>b<br>\nc</p>"),
        ("- a\n- *b*\n", "<ul>\n<li>a</li>\n<li><em>b</em></li>\n</ul>"),
        ("a:\n1. b\n2. c", "<p>a:</p>\n<ol>\n<li>b</li>\n<li>c</li>\n</ol>"),
        ("| a | b |\n|---|--:|\n| `x` | y\\|z |", TABLE.format("<code>x</code>", "y|z")),
        (
            "```python\nif a  < b:\n    {{c1::f}}()\n```",
            '<pre><code class="language-python">if a  &lt; b:\n    &#123;&#123;c1::f}}()\n'
            "</code></pre>",
        ),
        # one line is no block, and lines without a block are what they were
        ("1. Kennedy", "1. Kennedy"),
        ("- 5\n", "- 5\n".replace("\n", "<br>\n")),
        ("1945.", "1945."),
        ("It was in\n1945. The war ended", "It was in<br>\n1945. The war ended"),
        ("| a |\n| b |", "| a |<br>\n| b |"),
        ("|a|\n|-|\n|b|c|", "|a|<br>\n|-|<br>\n|b|c|"),  # or c would be lost
        ("a\n# b\n> c", "a<br>\n# b<br>\n&gt; c"),
    ],
)
def test_blocks_of_several_lines(written: str, made: str) -> None:
    assert markup.text(written) == made
    assert markup.has_blocks(made) == made.startswith("<")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("==H==~2~O", "{{c1::H}}<sub>2</sub>O"),
        ("H==~2~==O", "H{{c1::<sub>2</sub>}}O"),
        ("H~==2==~O", "H<sub>{{c1::2}}</sub>O"),
        ("==SO~4~::ion==^2-^", "{{c1::SO<sub>4</sub>::ion}}<sup>2-</sup>"),
        ("==~1200~1300==", "{{c1::~1200~1300}}"),
        (
            "{漢字|==かんじ==}",
            "<ruby>漢字<rp>（</rp><rt>{{c1::かんじ}}</rt><rp>）</rp></ruby>",
        ),
        (
            "{{c1::{漢字|かんじ}}}",
            "{{c1::<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>}}",
        ),
        ("a ==b==\n\n==c::d==", "<p>a {{c1::b}}</p>\n<p>{{c2::c::d}}</p>"),
        ("- ==a==\n- {{c4::b}}", "<ul>\n<li>{{c1::a}}</li>\n<li>{{c2::b}}</li>\n</ul>"),
        ("a | b\n--|-:\n==x== | ==y::z==", TABLE.format("{{c1::x}}", "{{c2::y::z}}")),
        ("```\na==b==c\n```\nd ==e==", "<pre><code>a==b==c\n</code></pre>\n<p>d {{c1::e}}</p>"),
        # a blank in more than one block: the blank wins
        ("==a\n\nb== *c*", "{{c1::a<br>\n<br>\nb}} <em>c</em>"),
    ],
)
def test_blanks_in_blocks(written: str, made: str) -> None:
    assert _anki(written) == made


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("H~2~O, SO~4~^2-^, Ca^2+^", "H2O, SO42-, Ca2+"),
        ("m^2^, 1^er^, ^14^C, ^238^~92~U", "m2, 1er, 14C, 23892U"),
        ("x~n+1~, C~n~H~2n+2~O, ∑~n=1~, log~2~8", "xn+1, CnH2n+2O, ∑n=1, log28"),
        (
            "f^(n)^(x), z^*^, *x*~1~, 5×10^-3^, 面積はm^2^です",
            "f(n)(x), z*, x1, 5×10-3, 面積はm2です",
        ),
    ],
)
def test_small_signs(written: str, made: str) -> None:
    html = markup.inline(written)
    assert markup.plain(html) == phrase.spoken_text(written) == made
    assert html.count("<su") == (written.count("~") + written.count("^")) // 2


@pytest.mark.parametrize(
    "written",
    [
        "~1200, x^2, x^2+y^2, 10^6-10^7, a ~ b ~ c, ~5 to ~10",
        "5~10~15, 2^3^4, e^x^2, x^2,y^2",
        "10~20年~30年, 東京~大阪~福岡, 서울~부산~대구",
        "~~struck~~, H~~2~~O, ^^a^^, [^abc^], (^o^)/, ~/notes ~/x, https://x.org/~joe/~ann",
        "{a|b}, {男|女}, {漢字}, {漢字|}, { |かんじ}",
    ],
)
def test_what_is_no_small_sign_stays_text(written: str) -> None:
    assert markup.inline(written) == written


def test_readings_stand_above_their_words() -> None:
    html = markup.inline("{漢|かん}{字|*じ*}と{韓國|한국}")
    assert html.count("<ruby>") == html.count("<rt>") == 3
    assert markup.plain(html) == "漢（かん）字（じ）と韓國（한국）"
    assert markup.inline(r"\{漢字|かんじ}") == "{漢字|かんじ}"


def test_marks_of_blocks_are_no_words() -> None:
    written = "1. a **b**\n2. c\n\n| d | e |\n|---|---|\n| f | g |\n\n```python\nx = 1\n```"
    assert phrase.spoken_text(written).split() == ["a", "b", "c", "d", "e", "f", "g", phrase.THING]
    assert phrase.spoken_text("```\nprint(1)\nprint(2)\n```").strip() == phrase.THING
    assert phrase.spoken_text("`git log`") == "git log"


PIECES = [
    *"ab1é漢| ~^{}[]()-+*_`\\.:=\n", "\n\n", "\n- ", "\n1. ", "\n```\n", "|---|",
    "| a | b |\n|---|---|\n",
    "==a==", "==b::c==", "{{c2::d}}", "~2~", "^2^", "{漢|かん}", r"\(x\)", "\n  ", "\t",
]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_letters_and_digits_of_a_text_are_on_its_card(pieces: list[str]) -> None:
    value = "".join(pieces).replace("\t", " ")
    letters = re.sub(r"(?m)^.*```.*$", "", value)  # the name of code's language is not shown
    shown = markup.plain(markup.text(value))
    for sign in "abé漢か":
        assert shown.count(sign) >= letters.count(sign)
    if "\n" not in value:
        assert not markup.has_blocks(markup.text(value))


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_every_blank_is_on_the_card_once(pieces: list[str]) -> None:
    passage, problems = cloze.parse(_text("".join(pieces)))
    if problems:
        return
    made = markup.passage(passage)
    numbers = [place for place, _ in enumerate(passage.walk(), start=1)]
    assert re.findall(rf"\{{\{{c{PLACE}(\d+)::", made) == [str(number) for number in numbers]
    assert not re.search(f"[{gaps.MARKS}\x01-\x04]", made + markup.revealed(passage))


def test_a_hostile_text_takes_no_longer_than_many_short_ones() -> None:
    """Each would take minutes if a rule went on to the end at every sign."""
    for piece in [
        "|",
        "| ",
        "|-",
        "^",
        "~",
        "^a",
        "~a~",
        "{漢|",
        "{漢|か",
        "|a|\n|-|\n",
        "{",
        "- ",
        "a\n- ",
        "\n",
    ]:
        value = "a\n\n" + piece * (20_000 // len(piece)) + "|a|b|"
        markup.text(value)
        markup.block(value)
        _anki(f"==a== {value}")


def test_learners_keep_the_drawing_that_they_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "deck.yaml").write_text(DECK)
    (tmp_path / "deck" / "one.yaml").write_text(
        "section: S\nsource: book\nfacts:\n"
        '  a: {ask: Who spoke?, answer: "- Kennedy\\n- Johnson"}\n'
        '  b: {cloze: "Here\\n\\n==there=="}\n'
        "  c: {ask: Who listened?, answer: 1. Stevenson}\n"
    )

    def built(now: int) -> Release:
        made = pipeline.write(sound(pipeline.read(Path("deck"))), Path("deck.apkg"), now)
        assert made
        return made.release

    with pytest.MonkeyPatch.context() as older:
        older.setattr(markup, "_blocks", lambda *_: "")
        first = {note.key: note.mod for note in built(1_790_000_000).notes}
    second = built(1_790_864_000)
    assert {note.key: note.mod for note in second.notes} == first
    assert (second.new, second.changed, second.redrawn) == ((), (), ("a/ask", "b/cloze"))


@pytest.mark.parametrize("text", ["a\n```Paris is it", "a\n```py\nx = 1", "a\n``` one two\nx\n```"])
def test_a_fence_that_hides_words_is_none(text: str) -> None:
    for html in (markup.text(text), markup.block(text)):
        assert "<pre" not in html
        words = re.findall(r"\w+", text)
        assert re.findall(r"\w+", markup.plain(html)) == words
