"""What the preview shows is what Anki shows: every card, compared with the real one.

The comparison is exact: nothing is normalised on either side.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import SHIPPED, cases, faces, lay_out, sound
from crisis_cards import pipeline
from crisis_cards.cards.draft import SEPARATOR
from crisis_cards.cards.render import render
from crisis_cards.cards.theme import CardTemplate, Field, NoteType
from real_anki import collection, import_package, rendered, rendered_with

NOW = 1_790_000_000
GOLDEN = sorted(p for p in (Path(__file__).parent / "golden").iterdir() if p.suffix != ".notes")
OK = cases("ok/*")


@pytest.mark.parametrize("case", [SHIPPED, *GOLDEN, *OK], ids=lambda path: path.stem)
def test_every_card_is_what_anki_shows(case: Path, tmp_path: Path) -> None:
    deck = sound(pipeline.read(lay_out(case, tmp_path)))
    built = pipeline.write(deck, tmp_path / "deck.apkg", NOW)
    assert built is not None
    ours = faces(deck, built)
    assert len(ours) == built.cards
    with collection(tmp_path) as col:
        import_package(col, built.package)
        assert ours == rendered(col)


FRONT = """<!-- {{Nothing}} {{#Text}} -->{{cloze:Text}}
{{#Text}}{{#Extra}}both{{/Extra}}{{^ Extra }}only {{ Text }}{{/Extra}}{{/Text}}
{{^Text}}none{{/Text}}
{{#Tags}}<i>{{Tags}}</i>{{/Tags}}"""
BACK = "{{FrontSide}}<hr>{{cloze:Text}} {{Extra}} {{^Extra}}{{#Text}}x{{/Text}}{{/Extra}}"


@pytest.mark.parametrize(
    "extra", ["", " <br>\n<DIV></div >", "<p></p>", "&nbsp;", "a {{Text}} {{#Tags}}"]
)
@pytest.mark.parametrize(
    "text",
    [
        "{{c1::a}} and {{c2::b::a <b>hint</b>}}, {{c01::::}} {{c1::}} {{c1::x::}} {{c3::y::h::i}}",
        "{{c1::outer {{c2::inner::of it}} rest::of all}} {{c1::a::h {{c2::x}} t}}",
        "{{c1::{{c1::x}}y}} {{c1::p::q {{c1::r}} s::t}}",
        r"\( x^{ {{c1::2 &lt; <u>3</u>}} } \) \[ {{c2::y::<i>z</i>}}\n \] <b>{{c1::\(a\)}}</b> \(b",
        r"{{c1::a\( {{c2::b \) c}} d}}",
        "}} {{c1::a}}}} {{c2::b}} {{C1::x}} {{c1:x}} {{c1::never closed {{c2::inside}}",
        "{{c1::" + "".join(map(chr, (9, 10, *range(32, 127), *range(128, 0x180)))) + "東 🇨🇺}}",
        "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4:oi=1}}<br>"
        "{{c2::image-occlusion:ellipse:left=.1:top=.2:rx=.3:ry=.4}}",
    ],
)
def test_the_template_language_is_that_of_anki(tmp_path: Path, text: str, extra: str) -> None:
    fields, template = (Field(1, "Text"), Field(2, "Extra")), CardTemplate(3, "Card", FRONT, BACK)
    note_type = NoteType(1, "Ours", True, fields, (template,), "", False)
    tags = ("a::b", "c")
    joined = SEPARATOR.join((text, extra))
    ours = [(card.question, card.answer) for card in render(note_type, joined, tags)]
    with collection(tmp_path) as col:
        assert ours == rendered_with(col, FRONT, BACK, {"Text": text, "Extra": extra}, tags)


@pytest.mark.parametrize(
    ("front", "shown"),
    [
        ("{{text:Text}}", "a b"),
        ("{{furigana:Reading}}", "<ruby><rb>漢字</rb><rt>かんじ</rt></ruby>を"),
        ("{{kanji:Reading}}|{{kana:Reading}}", "漢字を|かんじを"),
        ("{{Card}} {{Text}}", "One <b>a</b> b"),
        ("{{#Tags}}{{Text}}{{/Tags}}{{Tags}}", "<b>a</b> bx"),
        ("{{tts en_US:Text}}{{Text}}", "<b>a</b> b"),
    ],
)
def test_adopted_templates_use_more_of_it(front: str, shown: str, tmp_path: Path) -> None:
    fields = Field(None, "Text"), Field(None, "Reading")
    values = {"Text": "<b>a</b> b", "Reading": "漢字[かんじ]を"}
    note_type = NoteType(1, "", False, fields, (CardTemplate(None, "One", front, ""),), "", False)
    card = next(render(note_type, SEPARATOR.join(values.values()), ["x"]))
    assert card.question == shown
    with collection(tmp_path) as col:
        real, _ = rendered_with(col, front, "{{Text}}", values, ["x"])[0]
    real = real.partition("<div>No cloze")[0]  # that note type is one with blanks
    assert re.sub(r"\[anki:tts.*?\]|\[anki:play:q:0\]", "", real).replace("Cloze", "One") == shown
