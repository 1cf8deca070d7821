"""What is read of a deck that was made in Anki."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions

from conftest import ROOT
from crisis_cards.adopt import guard
from crisis_cards.adopt.crowdanki import _ids
from crisis_cards.adopt.original import AdoptionError, Card, Original, Remark, Template, opened
from real_anki import collection

WILD = ROOT.parent / "shared" / "decks-in-the-wild"
wild = pytest.mark.skipif(not WILD.is_dir(), reason="no packages of public decks here")


def add(
    col: Any, fields: list[str], deck: str = "Deck", kind: str = "Basic", tags: str = ""
) -> int:
    """A new note; its id."""
    note = col.new_note(col.models.by_name(kind))
    note.fields, note.tags = fields, tags.split()
    col.add_note(note, col.decks.id(deck))
    return int(note.id)


def exported(col: Any, path: Path, legacy: bool = False, deck: str | None = None) -> Path:
    col.export_anki_package(
        out_path=str(path),
        options=ExportAnkiPackageOptions(with_media=True, legacy=legacy),
        limit=DeckIdLimit(col.decks.id(deck)) if deck else None,
    )
    return path


def package(tmp_path: Path, fill: Callable[[Any], Any], **options: Any) -> Path:
    """A package that Anki exported from a collection."""
    (tmp_path / "author").mkdir()
    with collection(tmp_path / "author") as col:
        fill(col)
        return exported(col, tmp_path / "deck.apkg", **options)


def read(path: Path, deck: str | None = None) -> Original:
    with opened(path, deck) as original:
        return original


@pytest.mark.parametrize("legacy", [True, False])
def test_what_a_learner_gets(tmp_path: Path, legacy: bool) -> None:
    ids: list[int] = []

    def fill(col: Any) -> None:
        ids.append(add(col, ["One", "1"], "Deck::Later"))
        ids.append(add(col, ["Two", "2"], "Deck::Sooner", tags="b a"))
        ids.append(add(col, ["{{c2::x}} {{c1::y}}", ""], "Deck::Sooner", "Cloze"))
        col.db.execute("UPDATE notes SET guid = 'g' || id, mod = 1300000000")
        col.db.execute("UPDATE cards SET due = 9 WHERE nid = ?", ids[0])
        deck = col.decks.by_name("Deck")
        col.decks.save({**deck, "desc": "*About* it", "md": True})

    found = read(package(tmp_path, fill, legacy=legacy))
    assert [note.id for note in found.notes] == [ids[1], ids[2], ids[0]]
    two, cloze, one = found.notes
    assert (two.guid, two.mod) == (f"g{ids[1]}", 1_300_000_000)
    assert (two.fields, two.tags) == (("Two", "2"), ("a", "b"))
    assert one.cards == (Card(0, "Deck::Later", 9),)
    assert [card.ordinal for card in cloze.cards] == [0, 1]
    assert found.decks == {"Deck": "*About* it", "Deck::Later": "", "Deck::Sooner": ""}
    assert found.in_markdown == {"Deck"}
    basic = found.types[one.type]
    assert (basic.name, basic.is_cloze, basic.fields) == ("Basic", False, ("Front", "Back"))
    assert basic.templates == (
        Template("Card 1", "{{Front}}", "{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}"),
    )
    assert basic.options == {"originalStockKind": 1}
    assert found.types[cloze.type].is_cloze
    assert set(found.types) == {one.type, cloze.type}
    assert found.package == tmp_path / "deck.apkg"
    assert not found.empty
    assert not found.uuids


def test_what_else_anki_keeps_of_a_type(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        kind = col.models.by_name("Basic")
        kind["flds"][0] |= {"rtl": True, "font": "Times"}
        kind["tmpls"][0] |= {"bqfmt": "{{Back}}", "did": 1}
        kind |= {"sortf": 1, "latexPre": "x", "from an add-on": [1, None], "originalStockKind": 0}
        col.models.update_dict(kind)
        add(col, ["One", "1"])

    (kind,) = read(package(tmp_path, fill)).types.values()
    assert kind.options == {
        "sortf": 1,
        "latexPre": "x",
        "from an add-on": [1, None],
        "fields": {"Front": {"rtl": True, "font": "Times"}},
        "templates": {"Card 1": {"bqfmt": "{{Back}}"}},
    }


def test_only_media_that_notes_name_arrive(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        for name in ("a b.png", "é.mp3", "_style.css", "unused.png"):
            col.media.write_data(name, name.encode())
        kind = col.models.by_name("Basic")
        col.models.update_dict({**kind, "css": "@import url(_style.css);"})
        add(col, ['<img src="a b.png"> [sound:é.mp3]', ""])

    with opened(package(tmp_path, fill)) as found:
        assert {name: file.read_text() for name, file in found.media.items()} == {
            name: name for name in ("_style.css", "a b.png", "é.mp3")
        }
    assert not any(file.exists() for file in found.media.values())


def test_cards_without_content_and_notes_without_cards(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        for n in range(3):
            add(col, [f"{{{{c{n + 1}::x}}}}", ""], kind="Cloze")
        first, second, _ = col.find_notes("")
        col.db.execute("UPDATE notes SET guid = id")
        col.db.execute("UPDATE notes SET flds = 'x' || char(31) WHERE id = ?", first)
        col.db.execute("DELETE FROM cards WHERE nid = ?", second)

    found = read(package(tmp_path, fill))
    first, _, second = found.notes
    assert found.empty == {(first.guid, 0)}
    assert second.cards == ()


@wild
@pytest.mark.parametrize("path", sorted(WILD.glob("*.apkg")), ids=lambda path: path.stem)
def test_public_decks(path: Path) -> None:
    with opened(path) as found:
        assert len({note.guid for note in found.notes}) == len(found.notes) > 10
        assert all(note.cards and note.type in found.types for note in found.notes)
        assert {card.deck for note in found.notes for card in note.cards} <= set(found.decks)
        assert all(file.is_file() for file in found.media.values())


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(AdoptionError, match="is not there"):
        read(tmp_path / "deck.apkg")


def crowdanki(folder: Path, **changes: Any) -> Path:
    """A deck of CrowdAnki with a subdeck."""
    deck: dict[str, Any] = {
        "__type__": "Deck",
        "name": "World",
        "desc": "About <b>it</b>",
        "crowdanki_uuid": "uuid-world",
        "deck_config_uuid": "uuid-config",
        "deck_configurations": [{"__type__": "DeckConfig", "crowdanki_uuid": "uuid-config"}],
        "media_files": ["a b.png"],
        "note_models": [
            {
                "__type__": "NoteModel",
                "crowdanki_uuid": "uuid-type",
                "name": "Basic",
                "type": 0,
                "css": ".card {}",
                "flds": [{"name": "Front", "ord": 0, "rtl": True}, {"name": "Back", "media": []}],
                "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
            }
        ],
        "notes": [crowdanki_note("g1", "One"), crowdanki_note("g2", '<img src="a b.png">')],
        "children": [
            {
                "__type__": "Deck",
                "name": "Part",
                "crowdanki_uuid": "uuid-part",
                "children": [],
                "notes": [crowdanki_note("g3", "Three")],
            }
        ],
    }
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "a b.png").write_bytes(b"png")
    (folder / "deck.json").write_text(json.dumps(deck | changes), encoding="utf-8")
    return folder


def crowdanki_note(guid: str, *fields: str, kind: str = "uuid-type") -> dict[str, Any]:
    texts = [*fields, ""][:2]
    return {"guid": guid, "fields": texts, "tags": ["t"], "note_model_uuid": kind}


def test_a_deck_of_crowdanki(tmp_path: Path) -> None:
    folder = crowdanki(tmp_path / "world")
    with opened(folder) as found:
        assert [note.guid for note in found.notes] == ["g3", "g1", "g2"]
        assert [note.cards[0].deck for note in found.notes] == ["World::Part", "World", "World"]
        assert found.notes[1].fields == ("One", "")
        assert found.notes[1].tags == ("t",)
        assert found.decks == {"World": "About <b>it</b>", "World::Part": ""}
        (kind,) = found.types.values()
        assert (kind.name, kind.fields, kind.css) == ("Basic", ("Front", "Back"), ".card {}")
        assert kind.options == {"fields": {"Front": {"rtl": True}}}
        assert found.media["a b.png"].read_bytes() == b"png"
        assert found.package.is_file()
    assert not found.package.exists()
    assert found.uuids == {
        "type Basic": "uuid-type",
        "deck World": "uuid-world",
        "deck World::Part": "uuid-part",
        "config": "uuid-config",
    }
    assert 2**41 < kind.id < 2**53
    assert 1_325_376_000 <= kind.mod < 1_356_998_400
    for note in found.notes:
        assert 1_325_376_000_000 <= note.id < 1_420_070_400_000
        assert note.mod == note.id // 1000
    again = read(folder / "deck.json")
    assert (again.notes, again.types) == (found.notes, found.types)
    (folder / "deck.json").rename(folder / "world.json")
    assert read(folder).notes == found.notes
    assert [note.guid for note in read(folder, "World::Part").notes] == ["g3"]


def test_ids_hang_on_guids_alone() -> None:
    guids = [f"g{n}" for n in range(20_000)]
    ids = dict(_ids(guids))
    assert dict(_ids(reversed(guids))) == ids
    in_order = sorted(ids.values())
    assert min(b - a for a, b in pairwise(in_order)) >= 512


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"__type__": "Note"}, "is no deck of CrowdAnki"),
        ({"notes": 1}, "a list of objects as “notes”"),
        ({"notes": [None]}, "a list of objects as “notes”"),
        ({"notes": [{"guid": 1}]}, "no text as “guid”"),
        ({"notes": [crowdanki_note("g", "a", kind="x")]}, "no note type for the note"),
        ({"notes": [{**crowdanki_note("g", "a"), "fields": ["a"]}]}, "has 1 fields"),
        ({"notes": [{**crowdanki_note("g", "a"), "fields": [1, 2]}]}, "a list of texts"),
        ({"notes": [crowdanki_note("g", "a\x1fb")]}, "control character"),
        ({"notes": [crowdanki_note("g", "\ud800")]}, "is damaged"),
        ({"name": None}, "no text as “name”"),
        ({"note_models": []}, "no note type for"),
        ({"note_models": [{"name": "x"}]}, "no text as “crowdanki_uuid”"),
        ({"note_models": [{"name": "x", "crowdanki_uuid": "y"}]}, "no fields or no templates"),
        ({"notes": [], "children": []}, "no notes"),
    ],
)  # fmt: skip
def test_a_deck_of_crowdanki_that_is_none(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(AdoptionError, match=words):
        read(crowdanki(tmp_path / "deck", **changes))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "\xff"])
def test_json_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "deck.json").write_text(text, encoding="latin-1")
    with pytest.raises(AdoptionError, match="is no"):
        read(tmp_path)


def test_decks_of_crowdanki_within_decks_without_end(tmp_path: Path) -> None:
    child: dict[str, Any] = {"name": "x"}
    for _ in range(400):
        child = {"name": "x", "children": [child]}
    with contextlib.suppress(AdoptionError):
        read(crowdanki(tmp_path / "deck", children=[child]))


def test_a_folder_without_a_deck(tmp_path: Path) -> None:
    with pytest.raises(AdoptionError, match="holds no deck"):
        read(tmp_path)


def test_a_note_of_crowdanki_that_comes_twice(tmp_path: Path) -> None:
    notes = [crowdanki_note("g", "One"), crowdanki_note("g", "Two")]
    found = read(crowdanki(tmp_path / "deck", notes=notes))
    assert [note.fields[0] for note in found.notes if note.guid == "g"] == ["Two"]
    assert [(r.kind, r.notes) for r in found.remarks if r.kind == "guid-twice"] == [
        ("guid-twice", ("g",))
    ]


def test_types_of_crowdanki_with_one_name_and_broken_templates(tmp_path: Path) -> None:
    folder = crowdanki(tmp_path / "deck")
    deck = json.loads((folder / "deck.json").read_text())
    (kind,) = deck["note_models"]
    other = {**kind, "crowdanki_uuid": "other"}
    other["tmpls"] = [{**kind["tmpls"][0], "qfmt": "{{Front}} {{Nope}}"}]
    deck["note_models"].append(other)
    deck["notes"].append(crowdanki_note("g9", "x", kind="other"))
    (folder / "deck.json").write_text(json.dumps(deck))
    assert {kind.name for kind in read(folder).types.values()} == {"Basic", "Basic+"}


def test_links_out_of_the_media_folder(tmp_path: Path) -> None:
    folder = crowdanki(tmp_path / "deck")
    (tmp_path / "secret").write_text("secret")
    (folder / "media" / "a b.png").unlink()
    (folder / "media" / "a b.png").symlink_to(tmp_path / "secret")
    assert not read(folder).media


def two_decks(col: Any) -> None:
    add(col, ["One", '<img src="one.png">'], "Deck")
    add(col, ["Two", '<img src="two.png">'], "Deck::Sub")
    add(col, ["Three", ""], "Other")
    for name in ("one.png", "two.png"):
        col.media.write_data(name, name.encode())


def test_one_deck_of_a_package(tmp_path: Path) -> None:
    path = package(tmp_path, two_decks)
    with opened(path, "Deck") as found:
        assert {note.fields[0] for note in found.notes} == {"One", "Two"}
        assert set(found.decks) == {"Deck", "Deck::Sub"}
        assert set(found.media) == {"one.png", "two.png"}
        assert found.package != path
        assert found.package.is_file()
    sub = read(path, "Deck::Sub")
    assert [note.fields[0] for note in sub.notes] == ["Two"]
    assert set(sub.media) == {"two.png"}
    with pytest.raises(AdoptionError, match="has no deck “Dec”; it has “Deck”, “Deck::Sub”, “Oth"):
        read(path, "Dec")


@pytest.mark.parametrize("legacy", [True, False])
def test_one_deck_of_a_collection(tmp_path: Path, legacy: bool) -> None:
    path = tmp_path / "backup.colpkg"
    (tmp_path / "learner").mkdir()
    col = Collection(str(tmp_path / "learner" / "collection.anki2"))
    two_decks(col)
    col.sched.set_due_date(col.find_cards("deck:Deck"), "5!")
    notes = {note.guid: note.mod for note in map(col.get_note, col.find_notes("deck:Deck"))}
    col.export_collection_package(str(path), include_media=True, legacy=legacy)
    with opened(path, "Deck") as found:
        assert {note.guid: note.mod for note in found.notes} == notes
        assert set(found.media) == {"one.png", "two.png"}
        assert {kind.name for kind in found.types.values()} == {"Basic"}
    for deck in (None, "Nope"):
        with pytest.raises(AdoptionError, match="it has “Deck”, “Deck::Sub”, “Other”"):
            read(path, deck)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(AdoptionError, match="damaged"):
        read(path, "Deck")


def kinds(path: Path) -> dict[str, Remark]:
    """The remarks on a package, by their kinds."""
    found = read(path).remarks
    assert len({remark.kind for remark in found}) == len(found)
    return {remark.kind: remark for remark in found}


@pytest.mark.parametrize(
    ("field", "kind", "quote"),
    [
        ("write to jane.doe@example.org", "personal", "jane.doe@example.org"),
        ("call +49 30 1234567", "personal", "+49 30 1234567"),
        (r'<a href="file:///home/jane/x">', "personal", "file:///home/jane/x"),
        (r"C:\Users\Jane\x.png", "personal", r"C:\Users\Jane\x.png"),
        ('<img src="flag@2x.png">', "missing-media", "flag@2x.png"),
        ("<img src=bare.png>", "missing-media", "bare.png"),
        ("[sound:a b.mp3]", "missing-media", "a b.mp3"),
        ('<img src="https://example.org/x.png">', "network", "1 note"),
        ("<video src='//example.org/x.mp4'>", "network", "1 note"),
        ("<div style='background: url(http://example.org/x)'>", "network", "1 note"),
        ('<a href="https://example.org">link</a>', "", ""),
        ('<img src="data:image/png;base64,xx">', "", ""),
        ("1 + 49 = 50, +5 °C", "", ""),
    ],
)
def test_remarks_on_a_field(tmp_path: Path, field: str, kind: str, quote: str) -> None:
    found = kinds(package(tmp_path, lambda col: add(col, ["Name", field])))
    assert set(found) == ({kind} if kind else set())
    if kind:
        assert quote in found[kind].message
        assert found[kind].notes == ("Name",)


@pytest.mark.parametrize(
    ("look", "kind"),
    [
        ({"qfmt": "{{Front}}<script>x</script>"}, "script"),
        ({"qfmt": "<b onclick = 'x'>{{Front}}</b>"}, "script"),
        ({"qfmt": "<a href='javascript:x'>{{Front}}</a>"}, "script"),
        ({"afmt": "<link rel=stylesheet href='https://example.org/x.css'>"}, "network"),
        ({"css": "@import 'https://example.org/x.css';"}, "network"),
        ({"css": ".card { background: url(//example.org/x) }"}, "network"),
        ({"css": "@font-face { src: url('_font.ttf') }"}, "missing-media"),
        ({"afmt": "{{Back}}<img src=_logo.png>"}, "missing-media"),
        ({"afmt": "{{Back}} <p>© 2020 Jane, CC BY 4.0</p>"}, "licence"),
        ({"qfmt": "on {{Front}} = <a href='https://example.org'>x</a><img src='{{Back}}'>"}, ""),
    ],
)
def test_remarks_on_looks(tmp_path: Path, look: dict[str, str], kind: str) -> None:
    def fill(col: Any) -> None:
        basic = col.models.by_name("Basic")
        basic["tmpls"][0].update({k: v for k, v in look.items() if k != "css"})
        basic["css"] = look.get("css", "")
        col.models.update_dict(basic)
        add(col, ["Name", "Text"])

    assert set(kinds(package(tmp_path, fill))) == ({kind} if kind else set())


def test_remarks_on_notes(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        add(col, ["{{c1::open", ""], kind="Cloze")
        ids = [add(col, [name, ""], "Deck") for name in ("a<b>b</b>", "Two", "Three", "Four", " ")]
        add(col, ["{{c1::gone}} {{c2::x {{c3::y}} }}", ""], kind="Cloze")
        cloze = add(col, ["{{c1::gone}}", ""], kind="Cloze")
        col.db.execute("UPDATE notes SET guid = 'g' WHERE id IN (?, ?)", *ids[:2])
        col.db.execute("DELETE FROM cards WHERE nid = ?", ids[2])
        col.db.execute("UPDATE notes SET flds = 'gone' || char(31) WHERE id = ?", cloze)
        deck = col.decks.by_name("Deck")
        col.decks.save({**deck, "desc": "Hello<br>Published under the <b>GPL</b> licence"})

    found = kinds(package(tmp_path, fill))
    assert found.pop("guid-twice").notes == ("a b", "Two")
    assert found.pop("unclosed-cloze").notes == ("{{c1::open",)
    assert found.pop("no-cards").notes == ("Three",)
    assert found.pop("empty-cards").notes[::2] == ("{{c1::open", "gone")
    assert found.pop("licence").message.endswith("1 line: Published under the GPL licence")
    (nameless,) = found.pop("no-fields-text").notes
    assert nameless.startswith("GUID ")
    assert not found


def test_cards_of_a_note_in_several_decks_and_tags_of_anki(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        add(col, ["Both", "x"], kind="Basic (and reversed card)")
        col.db.execute("UPDATE cards SET did = ? WHERE ord = 1", col.decks.id("Other"))

    path = package(tmp_path, fill, legacy=True)
    assert kinds(path)["several-decks"].notes == ("Both",)
    altered(path, "UPDATE notes SET tags = ' Marked x '")
    assert kinds(path)["own-tags"].notes == ("Both",)


def test_media_that_stay_in_the_package(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        for name in ("é one.png", "two.png"):
            col.media.write_data(name, name.encode())
        add(col, ['<img src="é one.png"><img src="two.png">', ""])

    path = package(tmp_path, fill, legacy=True)
    altered(path, "UPDATE notes SET flds = replace(flds, 'two', 'three')")
    found = kinds(path)
    assert found["unused-media"].message.endswith("1 file: two.png")
    assert found["missing-media"].message.endswith("1 file: three.png")


def altered(path: Path, *statements: str) -> Path:
    """A package in Anki's older form, whose database is changed by hand."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert "collection.anki21" in members or not statements, "an older package"
    database = path.with_name("altered.db")
    database.write_bytes(members["collection.anki21"])
    with contextlib.closing(sqlite3.connect(database)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
    members["collection.anki21"] = database.read_bytes()
    zipped(path, members)
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def one(tmp_path: Path, legacy: bool = True) -> Path:
    """A package of one note with a picture."""

    def fill(col: Any) -> None:
        col.media.write_data("a.png", b"png")
        add(col, ["One", '<img src="a.png">'])

    return package(tmp_path, fill, legacy=legacy)


def refused(path: Path, words: str) -> None:
    """The package is refused, and nothing is left of it."""
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(AdoptionError, match=words) as error:
        read(path)
    assert "\n" not in str(error.value)
    assert not str(error.value).endswith(".")
    assert sorted(path.parent.rglob("*")) == before


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04", b"SQLite format 3\x00"])
@pytest.mark.parametrize("name", ["x.apkg", "x.colpkg", "x"])
def test_no_package(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    refused(tmp_path / name, "no package of Anki, or it is damaged")


@pytest.mark.parametrize("legacy", [True, False])
def test_a_package_that_ends_too_soon_or_is_damaged_within(tmp_path: Path, legacy: bool) -> None:
    path = one(tmp_path, legacy)
    whole = path.read_bytes()
    for end in (30, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        refused(path, "damaged")
    for place in range(0, len(whole), max(len(whole) // 40, 1)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with contextlib.suppress(AdoptionError):
            read(path)


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    refused(zipped(tmp_path / "x.apkg", {"a.txt": b"text"}), "but no package of Anki")
    refused(zipped(tmp_path / "x.apkg", {"collection.anki2": b"text"}), "no collection of Anki")


_NESTED = "{{#Front}}" * 3_000  # Anki would end without a word


@pytest.mark.parametrize("made", ["", "CREATE TABLE notes (x)", "CREATE TABLE col (models)"])
def test_a_database_of_something_else(tmp_path: Path, made: str) -> None:
    path = tmp_path / "x.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE other (x)")
        db.execute(made)
        db.commit()
    members = {"collection.anki2": path.read_bytes(), "media": b"{}"}
    refused(zipped(tmp_path / "x.apkg", members), "no collection of Anki")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE notes SET mid = 1", "1 notes without a note type"),
        ("UPDATE notes SET flds = 'a'", "1 fields where their note type has 2"),
        ("UPDATE notes SET flds = flds || char(31) || 'a'", "3 fields where their note type has 2"),
        ("DELETE FROM notes", "holds no notes"),
        ("UPDATE col SET models = '[]'", "no collection of Anki"),
        ("UPDATE col SET models = '{'", "no collection of Anki"),
        ("UPDATE col SET models = '{\"1\": {}}'", "no collection of Anki"),
        ("DELETE FROM col", "no collection of Anki"),
        (f"UPDATE col SET models = replace(models, '{{{{Front}}}}', '{_NESTED}')", "conditions"),
        ("DROP TABLE cards", "cannot be"),
        ("UPDATE col SET decks = '{}'", "1 cards that lie in no deck"),
        ("UPDATE col SET ver = 99", "cannot be"),
        ("CREATE VIEW more AS SELECT * FROM notes", "Anki did not make"),
        ("CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM notes; END", "did not make"),
    ],
)
def test_a_damaged_collection(tmp_path: Path, statement: str, words: str) -> None:
    path = altered(one(tmp_path), statement)
    with pytest.raises(AdoptionError, match=words):
        read(path)


def test_too_many_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_MOST_NOTES", 0)
    refused(one(tmp_path), "holds 1 notes, which is more than 0")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "sub/x", "", ".", ".."])
def test_media_that_would_lie_elsewhere(tmp_path: Path, name: str) -> None:
    path = one(tmp_path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    refused(zipped(path, {**members, "media": json.dumps({"0": name}).encode()}), "outside")


@pytest.mark.parametrize("media", [b"{", b"[]", b'{"0": 1}', b"[" * 100_000, b"\xff"])
def test_a_list_of_media_that_is_none(tmp_path: Path, media: bytes) -> None:
    path = one(tmp_path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    refused(zipped(path, {**members, "media": media}), "list of media is")


def test_a_package_that_unpacks_to_too_much(tmp_path: Path) -> None:
    path = tmp_path / "x.apkg"
    refused(zipped(path, {"0": bytes(2**27), "media": b"{}"}), "unpacks to far more")


def test_a_package_that_says_it_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LARGEST", 10_000)
    refused(one(tmp_path), "unpacks to far more")


def test_a_member_larger_than_it_says(tmp_path: Path) -> None:
    """Its checksum is that of the beginning, so that a reader who stops there finds it whole."""
    path, begin = tmp_path / "x.apkg", b"x" * 10
    zipped(path, {"collection.anki21": bytes(2**20)})
    data = bytearray(path.read_bytes())
    crc, size = zlib.crc32(begin).to_bytes(4, "little"), len(begin).to_bytes(4, "little")
    central = data.index(b"PK\x01\x02")
    for place in (14, central + 16):
        data[place : place + 4], data[place + 8 : place + 12] = crc, size
    path.write_bytes(data)
    refused(path, "damaged")


RLE = b"\x28\xb5\x2f\xfd\x00\x58" + (2**17 << 3 | 2).to_bytes(3, "little") + b"x"
"""A frame of Zstandard that begins with a block of 128 KB of one letter."""


@pytest.mark.parametrize("name", ["media", "collection.anki21b", "0"])
def test_a_bomb_in_zstandard(tmp_path: Path, name: str) -> None:
    path = one(tmp_path, legacy=False)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    bomb = RLE[:6] + RLE[6:] * 20_000 + b"\x01\x00\x00"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in {**members, name: bomb}.items():
            archive.writestr(member, data)
    refused(path, "unpacks to far more")


def test_a_bound_on_zstandard(tmp_path: Path) -> None:
    assert guard.bound(io.BytesIO(b"png")) == 0
    assert guard.bound(io.BytesIO(RLE + b"\x01\x00\x00")) == 2**17
    with pytest.raises(ValueError, match="too soon"):
        guard.bound(io.BytesIO(RLE))
    with zipfile.ZipFile(one(tmp_path, legacy=False)) as archive:
        with archive.open("collection.anki21b") as file:
            size = guard.bound(file)
        assert archive.getinfo("collection.anki21b").file_size < size < 2**20


def test_odd_names_of_media_from_crowdanki(tmp_path: Path) -> None:
    names = ["a b", "100%", "a%20b", "it's", "e\u0301", "a(b)", "a&b", "a[b]", "c#d", "A", "日本"]
    notes = [
        crowdanki_note(f"o{n}", name, f'<img src="{name}.png">') for n, name in enumerate(names)
    ]
    folder = crowdanki(tmp_path / "deck", notes=notes, children=[])
    for name in names:
        (folder / "media" / f"{name}.png").write_bytes(name.encode())
    with opened(folder) as found:
        assert {remark.kind for remark in found.remarks} == set()
        for note in found.notes:
            (name,) = re.findall(r'src="(.*)"', note.fields[1])
            assert unicodedata.normalize("NFC", found.media[name].read_text()) == note.fields[0]
            assert note.mod == note.id // 1000
