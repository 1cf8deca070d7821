"""Whatever stands in the notes of a deck: its facts are read without an error, and say the same."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crisis_cards import pipeline
from crisis_cards.adopt import looks, writing
from crisis_cards.adopt.package import Card, Note, Original, OriginalType, Template
from crisis_cards.cards.draft import SEPARATOR

FIELDS = ("Front", "tags", "note", "Back: 1", "Größe", "cloze")
TYPES = {
    1: OriginalType(1, "Question", 5, False, FIELDS, (Template("A", "{{Front}}", "{{note}}"),), ""),
    2: OriginalType(2, "CLOZE", 5, True, FIELDS, (Template("C", "{{cloze:Front}}", "x"),), "p{}"),
}
PIECES = st.sampled_from(
    [
        *("a word", ": ", "#", "- ", "> ", "'", '"', "{", "}", "{{c1::", "}}", "::hint}}", "=="),
        *("<b>", "</b>", "<br>", "<div>", "</div>", "<ul><li>", "</li></ul>", "&amp;", "&nbsp;"),
        *("*", "_", "`", "~", "^", "|", "\\", "\\(", "\\)", "[", "](x)", "\n", "  ", "\t", "\xa0"),
        *('<img src="a b.png">', "<img src=x.png alt='y'>", "[sound:x.mp3]", "<script>", "</a>"),
        *(
            "\u200b",
            "\u201c",
            "\u2028",
            "\x07",
            "true",
            "12",
            "漢字",
            "{漢字|かんじ}",
            "e\u0301",
            "א",
        ),
        *('<a href="https://x.y">', "<i>", "</i>", "<table><tr><td>", "[latex]", "$", "---", "..."),
        *("%", "@", "!x", "&x", "*x", "- a", "1. b", "```"),
    ]
)
TEXT = st.lists(PIECES, max_size=6).map("".join)
TAG = st.text(st.sampled_from("ab:#-é’“,[]{}\"'&*!%@`|>"), min_size=1, max_size=6)
NOTE = st.tuples(
    st.sampled_from([1, 2]),
    st.lists(TEXT, min_size=len(FIELDS), max_size=len(FIELDS)),
    st.lists(TAG, max_size=3),
    st.sampled_from(["Deck", "Deck::A: b", "Deck::“Ü” #1", "Other"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(NOTE, min_size=1, max_size=4))
@example([(1, ["x", "", "", "", "", ""], ["a"], "Deck"), (1, ["x"] * 6, [], "Deck")])
def test_every_field_says_the_same(rows: list[tuple[int, list[str], list[str], str]]) -> None:
    notes = []
    for at, (kind, fields, tags, deck) in enumerate(rows):
        first = fields[0] or "x"
        own = (f"{{{{c1::{at}}}}} {first}" if kind == 2 else first + "x", *fields[1:])
        clean = tuple(unicodedata.normalize("NFC", text) for text in own)
        kept = tuple(tag for tag in dict.fromkeys(tags) if not tag.startswith("::"))
        card = Card(0, deck, at)
        notes.append(Note(f"g{at}", 10**12 + at, 5, kind, clean, kept, (card,)))
    original = Original(Path("x"), TYPES, tuple(notes), {}, frozenset(), {}, frozenset())
    written = writing.files(original, writing.Wishes("deck"))
    assert len(written.facts) == len(notes)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "deck")
        for name, data in written.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (folder / "media").mkdir()
        for name in ("a b.png", "x.png", "x.mp3"):
            (folder / "media" / name).write_bytes(b"x")
        project = pipeline.read(folder)
        assert [p for p in project.problems if p.is_error] == []
        assert project.deck
        made = {note.key: note for note in pipeline.release(project.deck, 9).notes}
    for fact in written.facts:
        note = made[fact.key]
        assert note.tags == fact.note.tags
        pairs = zip(fact.note.fields, note.fields.split(SEPARATOR), strict=True)
        for was, now in pairs:
            bare = was.replace("\x07", "")
            assert bare == now or looks.same(bare, now) or not bare.strip(), (was, now)
