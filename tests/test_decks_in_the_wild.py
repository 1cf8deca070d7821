"""A deck that thousands study, Ultimate Geography, written anew as a table with a kind of its own.

Its package lies in `shared/` beside the project, and is no part of it. Without it, all is skipped.
"""

from __future__ import annotations

import csv
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from conftest import ROOT, faces, sound
from crisis_cards import pipeline
from crisis_cards.format.shapes import slug
from real_anki import cards, collection, empty_cards, import_package, rendered, snapshot

PACKAGE = ROOT.parent / "shared" / "decks-in-the-wild" / "ug.apkg"
pytestmark = pytest.mark.skipif(not PACKAGE.is_file(), reason="no packages of public decks here")

KEYS = "country country-info capital capital-info capital-hint flag flag-similarity map".split()
TYPE = f"""\
keys: [{", ".join(KEYS)}]
cards:
  capital: {{ask: country, answer: [capital, capital-info]}}
  country: {{ask: [capital, capital-hint], answer: [country, country-info]}}
  flag: {{ask: flag, answer: [country, flag-similarity]}}
  map: {{ask: map, answer: country}}
"""


def _text(html: str) -> str:
    """A field as an author would write it."""
    text = re.sub(r"<br ?/?>", "\n", html)
    text = re.sub(r'<img src="([^"]+)" ?/?>', r"![A picture](\1)", text)
    return unescape(re.sub(r"</?(?:div|span|p|i|b|em|strong|a)\b[^>]*>", "", text)).strip()


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """The deck's folder."""
    folder = tmp_path / "ug"
    (folder / "types" / "country").mkdir(parents=True)
    (folder / "deck.yaml").write_text("deck: UG\nchecks: {off: [no-source]}\n")
    (folder / "types" / "country" / "type.yaml").write_text(TYPE)
    (folder / "1.yaml").write_text("section: Countries\ntag: false\ntable: countries.csv\n")
    rows, ids = [], set[str]()
    (tmp_path / "original").mkdir()
    with collection(tmp_path / "original") as col:
        import_package(col, PACKAGE)
        for note in map(col.get_note, col.find_notes("")):
            texts = [_text(field) for field in note.fields]
            name = slug(texts[0])
            while name in ids:
                name += "-2"
            ids.add(name)
            rows.append([name, *texts, "; ".join(note.tags)])
        shutil.copytree(col.media.dir(), folder / "media")
    with (folder / "countries.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", *KEYS, "tags"], *rows])
    return folder


def test_all_its_cards_come_and_reviews_stay(deck: Path, tmp_path: Path) -> None:
    with collection(tmp_path) as col:

        def release(day: int) -> pipeline.Built:
            made = sound(pipeline.read(deck))
            built = pipeline.write(made, tmp_path / "ug.apkg", 1_790_000_000 + day * 86_400)
            assert built is not None
            imported = import_package(col, built.package)
            assert (imported.updated, imported.new) == (
                len(built.release.changed), len(built.release.new),
            )  # fmt: skip
            assert imported.conflicting == 0
            assert rendered(col) == faces(made, built)
            return built

        first = release(0)
        assert (first.notes, first.cards) == (323, 982), "as many as the original has"
        known = cards(col)
        assert col.fix_integrity()[1]
        assert (cards(col), empty_cards(col)) == (known, 0)
        assert len(list(Path(col.media.dir()).iterdir())) == 550
        col.sched.set_due_date(col.find_cards(""), "5!")
        before = snapshot(col)
        table = deck / "countries.csv"
        table.write_text(table.read_text("utf-8").replace("Edinburgh", "Dunedin"), "utf-8")
        shutil.copy(deck / "media" / "ug-flag-chad.svg", deck / "media" / "ug-flag-andorra.svg")
        second = release(1)
        assert sorted(second.release.changed) == ["andorra/type:country", "scotland/type:country"]
        head, *rows = table.read_text("utf-8").splitlines(keepends=True)
        table.write_text("".join([head, *reversed(rows)]), "utf-8")
        assert release(2).release.changed == ()
        after = snapshot(col)
        assert (after["cards"], after["revlog"]) == (before["cards"], before["revlog"])
