"""Pictures and sounds in texts, from their file to the learner's Anki."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from anki.collection import Collection
from anki.dbproxy import DBProxy
from anki.sound import AVTag, SoundOrVideoTag
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from conftest import DECK, PIXEL, faces, sound
from crisis_cards import pipeline, preview
from crisis_cards.format import embeds
from crisis_cards.format.media import LARGEST, Media, Refused
from real_anki import card_rows, collection, import_package, rendered, study

NOW = 1_790_000_000
SOUND = b"ID3\x04\0\0\0\0\0\0"
FACTS = """section: S
source: book
facts:
  flag: {ask: "![a red field](flag.png)", answer: "Peru ![](peru.mp3)"}
  word: {cloze: "The ==![a house](house.png) casa== is ==white ![](casa.mp3)==."}
  both: {term: "casa ![](casa.mp3)", means: "a ![red](flag.png) house"}
  none: {ask: Who was there?, answer: They}
"""


class Author:
    """Somebody who releases a deck every day."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package, self.now = folder / "deck", folder / "deck.apkg", NOW
        self.media = self.folder / "media"
        self.media.mkdir(parents=True)
        (self.folder / "deck.yaml").write_text(DECK)
        for at, name in enumerate(("flag.png", "house.png")):
            (self.media / name).write_bytes(PIXEL + bytes([at]))
        for name in ("peru.mp3", "casa.mp3"):
            (self.media / name).write_bytes(SOUND + name.encode())

    def release(self, facts: str = FACTS) -> tuple[pipeline.Deck, pipeline.Built]:
        self.now += 86_400
        (self.folder / "one.yaml").write_text(facts, encoding="utf-8")
        deck = sound(pipeline.read(self.folder))
        built = pipeline.write(deck, self.package, self.now)
        assert built is not None
        return deck, built


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def test_a_replaced_file_changes_the_notes_that_show_it_alone(
    author: Author, tmp_path: Path
) -> None:
    _, first = author.release()
    with collection(tmp_path) as col:
        assert import_package(col, first.package).new == 5
        study(col)
        reviewed = _db(col).list("SELECT id FROM revlog")
        names = {name for note in first.release.notes for name in note.pictures}
        assert len(names) == 4
        assert set(col.media.check().unused) == set()
        assert col.media.check().missing == []
        assert set(names) <= {path.name for path in Path(col.media.dir()).iterdir()}
        before = card_rows(col)
        (author.media / "house.png").write_bytes(PIXEL + b"another")
        _, second = author.release()
        done = import_package(col, second.package)
        assert (done.new, done.updated, done.duplicate) == (0, 1, 4)
        assert _db(col).list("SELECT id FROM revlog") == reviewed
        assert card_rows(col).keys() == before.keys()
        assert col.media.check().missing == []


def _db(col: Collection) -> DBProxy:
    assert col.db is not None
    return col.db


def _heard(tags: list[AVTag]) -> list[str]:
    return [tag.filename for tag in tags if isinstance(tag, SoundOrVideoTag)]


def test_sounds_play_once_and_in_order(author: Author, tmp_path: Path) -> None:
    deck, built = author.release()
    with collection(tmp_path) as col:
        import_package(col, built.package)
        assert faces(deck, built) == rendered(col)
        for card_id in _db(col).list("SELECT id FROM cards"):
            card = col.get_card(card_id)
            output = card.render_output()
            asked, told = map(_heard, (output.question_av_tags, output.answer_av_tags))
            if "cloze" not in card.note_type()["name"].lower():
                assert not set(asked) & set(told)
            assert len(told) == len(set(told))


Form = Literal["NFC", "NFD"]
_ALT = st.text('aé1 []\\(){}:"<>&*`=!', max_size=8)
_FILE = st.sampled_from(["flag.png", "<flag.png>", 'peru.mp3 "t"', " casa.mp3 ", "house.png"])
_PIECE = st.one_of(
    st.builds("![{}]({})".format, _ALT, _FILE),
    st.builds("==![{}]({})==".format, st.text("a :}", max_size=4), _FILE),
    st.builds("=={} ![]({})==".format, st.sampled_from("ab"), _FILE),
    st.sampled_from(
        ["`", "\\", "\\(", "\\)", "*a*", "[", "](", "](https://a.b)", "word", "!", "{{"]
    ),
)
_TEXT = st.lists(_PIECE, min_size=1, max_size=6).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_TEXT, min_size=1, max_size=5), st.lists(_TEXT, min_size=1, max_size=5))
def test_any_text_is_what_anki_shows(asked: list[str], told: list[str]) -> None:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    with tempfile.TemporaryDirectory() as folder:
        author = Author(Path(folder))
        facts = "section: S\nfacts:\n  z: {cloze: ==a== b}\n"
        for at, text in enumerate(asked):
            facts += f"  q{at}:\n    ask: {quoted(text)}\n    answer: {quoted(told[0])}\n"
        for at, text in enumerate(told):
            facts += f"  c{at}:\n    cloze: {quoted(text + ' ==x==')}\n    extra: {quoted(text)}\n"
        (author.folder / "one.yaml").write_text(facts, encoding="utf-8")
        project = pipeline.read(author.folder)
        event(f"a deck: {project.deck is not None}")
        if project.deck is None:
            return
        deck, built = author.release(facts)
        with collection(Path(folder)) as col:
            import_package(col, built.package)
            assert faces(deck, built) == rendered(col)
            assert col.media.check().missing == []
            assert list(col.media.check().unused) == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["Mäp [1] (b).png", "a b.png"])
def test_names_with_spaces_brackets_and_accents(
    author: Author, form: Form, stored: Form, name: str
) -> None:
    (author.media / unicodedata.normalize(stored, name)).write_bytes(PIXEL)
    text = unicodedata.normalize(form, f'"a ![b]({name})"')
    facts = f"section: S\nfacts:\n  a: {{ask: {text}, answer: b, extra: {text}}}\n"
    _, built = author.release(facts)
    (note,) = built.release.notes
    (shown,) = note.pictures
    assert note.fields.count(f'<img src="{shown}" alt="b">') == 2


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("![a](b.png) ![](c.mp3)", ["b.png", "c.mp3"]),
        (r"\![a](b.png) `![a](c.png)` \(![a](d.png)\)", []),
        (r"![a [b] \] c](d (e).png)", ["d (e).png"]),
        ('![a]( <b c.png> "title" )', ["b c.png"]),
        ("![a] (b.png) ![](  ) ![a](b\nc.png)", []),
    ],
)
def test_what_an_embed_is(value: str, names: list[str]) -> None:
    assert [each.name for each in embeds.find(value)] == names


@pytest.mark.parametrize(
    "data", [b"", b"<html>", PIXEL, b"RIFF....WEBP", b"x" * 20, b"ID3" + bytes(LARGEST)]
)
def test_what_is_no_sound_is_refused(author: Author, data: bytes) -> None:
    (author.media / "x.mp3").write_bytes(data)
    assert isinstance(Media(author.folder).find("x.mp3"), Refused)


@pytest.mark.parametrize(
    "data",
    [b"ID3\x03", b"\xff\xfb\x90", b"OggS\0", b"RIFF....WAVEfmt ", b"fLaC\0", b"\0\0\0 ftypM4A \0"],
)
def test_sounds_are_taken_by_what_is_in_them(author: Author, data: bytes) -> None:
    (author.media / "x.ogg").write_bytes(data)
    assert not isinstance(Media(author.folder).find("x.ogg"), Refused)


def test_the_preview_shows_and_plays_all_once(author: Author) -> None:
    author.release()
    shown = preview.page(pipeline.read(author.folder))
    cards = {card["id"]: card for card in shown.data["cards"]}
    flag = cards["flag/ask#1"]
    assert flag["back"].count("<audio controls") == 1
    assert "<audio" not in flag["front"]
    names = {name for name in shown.pictures if name in "".join(map(str, cards.values()))}
    assert names == set(shown.pictures)
    assert len(names) == 4
    page = preview.export(shown)
    assert "data:audio/mpeg;base64," in page
    assert "media-src data:" in page
    assert "anki:play" not in page
