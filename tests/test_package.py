"""Packages as files: reproducible, small, complete, and never half written."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PIXEL, SHIPPED, copy_of_shipped, sound
from crisis_cards import pipeline
from crisis_cards.cards import theme
from crisis_cards.cards.ordinals import of_cloze, of_templates
from real_anki import collection, import_package

NOW = 1_790_000_000
Make = Callable[..., pipeline.Project]


@pytest.fixture
def shipped(tmp_path: Path) -> pipeline.Deck:
    return sound(copy_of_shipped(tmp_path))


def _types(deck: pipeline.Deck) -> theme.NoteTypes:
    return theme.load(deck.settings.id, deck.settings.language)


def _database(path: Path, folder: Path) -> sqlite3.Connection:
    with zipfile.ZipFile(path) as archive:
        archive.extract("collection.anki2", folder)
    return sqlite3.connect(folder / "collection.anki2")


def test_two_builds_of_the_same_sources_are_the_same_bytes(
    shipped: pipeline.Deck, tmp_path: Path
) -> None:
    paths = [tmp_path / "one" / "deck.apkg", tmp_path / "two" / "deck.apkg"]
    for path in paths:
        pipeline.write(sound(pipeline.read(shipped.folder)), path, NOW)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_archive_is_compressed_and_carries_no_date_of_its_own(
    shipped: pipeline.Deck, tmp_path: Path
) -> None:
    pipeline.write(shipped, tmp_path / "deck.apkg", NOW)
    with zipfile.ZipFile(tmp_path / "deck.apkg") as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.compress_type == zipfile.ZIP_DEFLATED
        assert len(json.loads(archive.read("media"))) == len(list((SHIPPED / "media").iterdir()))
        sizes = [(info.file_size, info.compress_size) for info in archive.infolist()]
    assert sum(small for _, small in sizes) < sum(full for full, _ in sizes) / 3


def test_nothing_is_left_in_the_temporary_folder(
    shipped: pipeline.Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    pipeline.write(shipped, tmp_path / "dist" / "deck.apkg", NOW)
    assert list(temporary.iterdir()) == []
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["deck.apkg"]


def test_a_full_disk_for_temporary_files_is_named(
    shipped: pipeline.Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def small(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute("PRAGMA max_page_count = 9")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(OSError, match="disk is full") as raised:
        pipeline.write(shipped, tmp_path / "deck.apkg", NOW)
    assert raised.value.filename
    assert not (tmp_path / "deck.apkg").exists()


def test_a_failed_write_leaves_the_former_package_and_lock(
    shipped: pipeline.Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "dist" / "deck.apkg"
    target.parent.mkdir()
    target.write_bytes(b"the former package")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        pipeline.write(shipped, target, NOW)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_package_that_cannot_be_replaced_takes_the_lock_back(
    shipped: pipeline.Deck, tmp_path: Path
) -> None:
    target = tmp_path / "dist" / "deck.apkg"
    target.mkdir(parents=True)  # a folder stands where the package should go
    former = b"crisis-cards lock 1\n"
    lock = shipped.folder / "deck.lock"
    lock.write_bytes(former)
    with pytest.raises(OSError, match=r"deck\.apkg"):
        pipeline.write(sound(pipeline.read(shipped.folder)), target, NOW)
    assert lock.read_bytes() == former
    assert not list(tmp_path.rglob("*.tmp"))


def test_ids_are_frozen(shipped: pipeline.Deck, tmp_path: Path) -> None:
    types = _types(shipped)
    assert {name: kind.id for name, kind in types.items()} == {
        "question": 2172644937979478, "cloze": 456531581311246, "picture": 8015286995395051,
    }  # fmt: skip
    every = [
        key
        for note_type in types.values()
        for key in (note_type.id, note_type.templates[0].id, *(f for f, _ in note_type.fields))
    ]
    assert len(set(every)) == len(every)
    assert all(key and 0 < key < 2**53 for key in every)


def test_ids_reach_the_package(shipped: pipeline.Deck, tmp_path: Path) -> None:
    pipeline.write(shipped, tmp_path / "deck.apkg", NOW)
    types = _types(shipped)
    with _database(tmp_path / "deck.apkg", tmp_path) as connection:
        models = json.loads(connection.execute("SELECT models FROM col").fetchone()[0])
    for note_type in types.values():
        model = models[str(note_type.id)]
        assert [(f["id"], f["name"]) for f in model["flds"]] == list(note_type.fields)
        templates = [(t["id"], t["name"], t["qfmt"], t["afmt"]) for t in model["tmpls"]]
        assert templates == list(note_type.templates)
        assert model["mod"] == NOW


def test_note_ids_are_in_the_past_and_do_not_meet(make_deck: Make, tmp_path: Path) -> None:
    facts = "".join(f"  f{n}: {{ask: Q{n}, answer: A}}\n" for n in range(3000))
    project = make_deck(one=f"section: S\nfacts:\n{facts}")
    pipeline.write(sound(project), tmp_path / "deck.apkg", NOW)
    with _database(tmp_path / "deck.apkg", tmp_path) as connection:
        notes = [row[0] for row in connection.execute("SELECT id FROM notes")]
    assert len(set(notes)) == 3000
    assert all(10**12 < note < NOW * 1000 for note in notes)


def test_pictures_are_packaged_under_the_name_of_their_content(
    make_deck: Make, tmp_path: Path
) -> None:
    media = tmp_path / "deck" / "media"
    media.mkdir(parents=True)
    (media / "The Map é.png").write_bytes(PIXEL)
    (media / "unused.png").write_bytes(PIXEL)
    facts = 'source: book\nfacts:\n  a: {ask: Q, answer: A, image: "The Map é.png", alt: A map}\n'
    project = make_deck(one=f"section: S\n{facts}")
    assert [problem.check for problem in project.problems] == ["orphan-media"]
    package = tmp_path / "deck.apkg"
    pipeline.write(sound(project), package, NOW)
    with zipfile.ZipFile(package) as archive:
        (name,) = json.loads(archive.read("media")).values()
        assert archive.read("0") == PIXEL
    assert name.startswith("the-map-")
    assert name.isascii()
    with collection(tmp_path) as col:
        import_package(col, package)
        assert f'<img src="{name}"' in col.db.scalar("SELECT flds FROM notes")
        assert Path(col.media.dir(), name).read_bytes() == PIXEL


@pytest.mark.parametrize(
    ("fields", "ordinals"),
    [
        (["{{c1::a}} {{c3::b}}"], (0, 2)),
        (["{{c1::a {{c2::b}}}}"], (0, 1)),
        (["{{c1,2::a}}"], (0, 1)),
        (["{{c1::a", "{{c2::b}}"], (1,)),
        (["{{c1::a {{c2::b}}"], ()),
        (["{{c0::a}}", "{{c600::a}}"], (499,)),
        (["{{c1::}}"], (0,)),
        (["plain", ""], ()),
    ],
)
def test_cards_of_clozes(fields: list[str], ordinals: tuple[int, ...]) -> None:
    assert of_cloze(fields) == ordinals


@pytest.mark.parametrize(
    ("front", "fields", "ordinals"),
    [
        ("{{A}}", {"A": "x"}, (0,)),
        ("{{A}}", {"A": "<br> <div></div>"}, ()),
        ("text {{#A}}text{{/A}}", {"A": "x"}, ()),
        ("{{#A}}{{B}}{{/A}}", {"A": "", "B": "x"}, ()),
        ("{{^A}}{{B}}{{/A}}", {"A": "", "B": "x"}, (0,)),
        ("{{hint:A}}{{text:B}}", {"A": "", "B": "x"}, (0,)),
        ("<!-- {{A}} -->", {"A": "x"}, ()),
    ],
)
def test_cards_of_templates(front: str, fields: dict[str, str], ordinals: tuple[int, ...]) -> None:
    assert of_templates([front], fields) == ordinals


def test_asyncio_is_not_loaded_but_there_when_it_is_asked_for() -> None:
    program = (
        "import sys, crisis_cards.targets.apkg, genanki\n"
        "assert 'asyncio' not in sys.modules\n"
        "model = genanki.Model(1, 'm', [{'name': 'a'}], [{'name': 'c', 'qfmt': '{{a}}'}])\n"
        "assert len(genanki.Note(model, ['text']).cards) == 1\n"
        "import asyncio\n"
        "asyncio.run(asyncio.sleep(0))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
