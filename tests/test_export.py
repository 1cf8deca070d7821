"""Exports: what arrives in the real Anki is what the package brings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from anki.import_export_pb2 import ImportCsvRequest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import real_anki
from conftest import ROOT, run, sound
from crisis_cards import pipeline
from crisis_cards.release.plan import Published
from crisis_cards.targets import apkg, text
from real_anki import Imported, collection, import_package

SHIPPED = ("cuban-missile-crisis", "south-america")
FOLDER = Path("decks", "cuba")
HEAD = "deck: History::Cuba\nid: cuba\ndescription: About *Cuba*.\nchecks: {off: [no-source]}\n"
ONE = """\
section: Prelude
facts:
  wrote: {ask: "Who wrote the letter?", answer: Khrushchev}
  read: {ask: "Who read the letter?", answer: Kennedy}
"""
TWO = """\
section: Talks
facts:
  pledge: {cloze: "Kennedy promised ==no invasion== of ==Cuba==."}
"""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def write(keys: str = "", one: str = ONE, two: str = TWO, head: str = HEAD) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "deck.yaml").write_text(f"{head}{keys}\n", encoding="utf-8")
    (FOLDER / "1.yaml").write_text(one, encoding="utf-8")
    (FOLDER / "2.yaml").write_text(two, encoding="utf-8")


def build(at: int = 1_790_000_000) -> Path:
    """The package of what is written, as built at this time; its name is its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(at))
        done = run("build")
    assert done.exit_code == 0, done.output
    return Path(shutil.copyfile("dist/cuba.apkg", f"{at}.apkg"))


def export(*arguments: str) -> Result:
    done = run("export", *arguments)
    assert done.exit_code == 0, done.output
    return done


def learner(name: str) -> Any:
    """A collection of its own, open for a `with` block."""
    Path(name).mkdir()
    return collection(Path(name).resolve())


def import_text(col: Any, path: Path) -> tuple[Imported, int, int]:
    """What Anki says of an import of a text, of the notes without a type and without a deck."""
    metadata = col.get_csv_metadata(str(path), None)
    log = col.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
    col.models._clear_cache()
    numbers = (len(each) for each in (log.new, log.updated, log.duplicate, log.conflicting))
    said = Imported(log.found_notes, *numbers)
    return said, len(log.missing_notetype), len(log.missing_deck)


def notes(col: Any) -> list[tuple[str, str, str, str]]:
    """Of every note its GUID, the name of its type, its fields and tags."""
    rows = col.db.all(
        "SELECT n.guid, t.name, n.flds, n.tags FROM notes n JOIN notetypes t ON t.id = n.mid"
    )
    return sorted((guid, name, fields, tags) for guid, name, fields, tags in rows)


def places(col: Any) -> dict[tuple[str, int], str]:
    """The deck of every card, by GUID and ordinal."""
    rows = col.db.all("SELECT n.guid, c.ord, c.did FROM cards c JOIN notes n ON n.id = c.nid")
    return {(guid, ordinal): col.decks.name(deck) for guid, ordinal, deck in rows}


def deck_names(col: Any) -> set[str]:
    return {deck.name for deck in col.decks.all_names_and_ids()} - {"Default"}


@pytest.fixture(params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> Path:
    """The package of a shipped deck; its exports lie beside it."""
    source = ROOT / "decks" / request.param
    shutil.copytree(source, Path("decks", source.name))
    for command in (("build",), ("export",), ("export", "--to", "crowdanki")):
        done = run(*command)
        assert done.exit_code == 0, done.output
    return Path("dist", f"{source.name}.apkg")


# --- text -----------------------------------------------------------------------------------------


def test_a_text_after_its_package_changes_nothing(shipped: Path) -> None:
    with learner("me") as col:
        found = import_package(col, shipped).found
        real_anki.study(col)
        real_anki.synchronise(col)
        before = real_anki.snapshot(col)
        said = import_text(col, shipped.with_suffix(".txt"))
        assert said == (Imported(found, 0, 0, found, 0), 0, 0)
        assert real_anki.snapshot(col) == before
        assert not any(real_anki.dirty_rows(col).values())


def test_a_text_brings_corrections_and_new_facts_to_a_learner_of_the_package() -> None:
    write("subdecks: true")
    old = build()
    write(
        "subdecks: true",
        ONE.replace("Kennedy", "Robert Kennedy"),
        TWO + '  carried: {ask: "Who carried it?", answer: Dobrynin}\n',
    )
    package = build(1_790_000_100)
    export()
    with learner("me") as col, learner("other") as other:
        import_package(col, old)
        real_anki.study(col)
        reviewed = {key: row[5:] for key, row in real_anki.card_rows(col).items()}
        col.tags.bulk_add(col.find_notes("Kennedy"), "mine")
        assert import_text(col, Path("dist/cuba.txt")) == (Imported(4, 1, 2, 1, 0), 0, 0)
        import_package(other, package)
        assert notes(col) == notes(other), "the learner's own tags are gone, as is said"
        assert places(col) == places(other)
        cards = {key: row[5:] for key, row in real_anki.card_rows(col).items()}
        assert {key: cards[key] for key in reviewed} == reviewed
        assert real_anki.empty_cards(col) == 0


def test_a_package_that_is_older_than_the_import_of_a_text_corrects_none_of_its_notes() -> None:
    write()
    first = build()
    write(one=ONE.replace("Kennedy", "Robert Kennedy"))
    export()
    second = build(1_790_000_100)
    with learner("me") as col:
        import_package(col, first)
        import_text(col, Path("dist/cuba.txt"))
        known = notes(col)
        now = col.db.scalar("SELECT max(mod) FROM notes")
        assert import_package(col, second) == Imported(3, 0, 0, 3, 0)
        assert notes(col) == known
        write(one=ONE.replace("Kennedy", "Jack Kennedy"))
        assert import_package(col, build(now + 100)) == Imported(3, 0, 1, 2, 0)


def test_a_text_alone_brings_no_note_and_says_so_before() -> None:
    write()
    said = export()
    assert "note types: import the package first" in said.stderr
    with learner("me") as col:
        assert import_text(col, Path("dist/cuba.txt")) == (Imported(3, 0, 0, 0, 0), 3, 0)
        assert notes(col) == []


def test_an_edit_of_the_learner_goes_and_a_card_that_was_moved_stays() -> None:
    write()
    package = build()
    export()
    with learner("me") as col:
        import_package(col, package)
        before, elsewhere = notes(col), real_anki.make_deck(col, "Elsewhere")
        note = col.get_note(col.find_notes("Khrushchev")[0])
        note.fields[4] = "my own words"
        col.update_note(note)
        col.set_deck(note.card_ids(), elsewhere)
        assert import_text(col, Path("dist/cuba.txt"))[0].updated == 1
        assert notes(col) == before
        assert places(col)[note.guid, 0] == "Elsewhere"


def test_what_a_learner_chose_in_an_earlier_import_does_not_count() -> None:
    write()
    package = build()
    write(one=ONE.replace("Kennedy", "Robert Kennedy"))
    export()
    path = Path("dist/cuba.txt")
    kept = path.read_text(encoding="utf-8").replace("update current", "keep current")
    Path("kept.txt").write_text(kept, encoding="utf-8")
    with learner("me") as col:
        import_package(col, package)
        assert import_text(col, Path("kept.txt"))[0].updated == 0
        assert import_text(col, path)[0].updated == 1


def test_a_deck_and_those_inside_it_come_once_each() -> None:
    """The section in the deck itself comes after the one in a deck inside it."""
    write(one=ONE.replace("facts:", "deck: History::Cuba::Prelude\nfacts:"))
    package = build()
    export()
    with learner("me") as col:
        import_package(col, package)
        col.decks.remove([col.decks.id("History")])
        assert import_text(col, Path("dist/cuba.txt"))[0].new == 3
        assert deck_names(col) == {"History", "History::Cuba", "History::Cuba::Prelude"}


def test_a_deck_whose_name_is_a_number_is_told_of() -> None:
    write(head=HEAD.replace("History::Cuba", '"1984"'))
    assert 'the name "1984": Anki takes it for the number' in " ".join(export().stderr.split())
    with learner("me") as col:
        import_package(col, build())
        col.decks.remove([col.decks.id("1984")])
        assert import_text(col, Path("dist/cuba.txt")) == (Imported(3, 0, 0, 0, 0), 0, 3)


@pytest.fixture(scope="module")
def one_deck(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Deck:
    folder = tmp_path_factory.mktemp("any") / "cuba"
    folder.mkdir()
    (folder / "deck.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "1.yaml").write_text(ONE, encoding="utf-8")
    (folder / "2.yaml").write_text(TWO, encoding="utf-8")
    return sound(pipeline.read(folder))


_TEXT = st.text(st.sampled_from('\t\n\r"#,;:| a<b>&é\u0301\u3000\u200f漢'), max_size=8)
_ROW = st.tuples(
    st.sampled_from(("question", "cloze")),
    st.lists(_TEXT, min_size=14, max_size=14),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=6),
)


@given(st.lists(_ROW, min_size=1, max_size=30, unique_by=lambda row: row[2]))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_arrives_as_from_a_package(
    one_deck: pipeline.Deck,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, list[str], str]],
) -> None:
    """Also GUIDs that Anki itself may give, which have quotes and `#` in them."""

    types = one_deck.note_types()

    def note(at: int, row: tuple[str, list[str], str], first: str) -> Published:
        kind, fields, guid = row
        joined = "\x1f".join([first, *fields][: len(types[kind].fields)])
        return Published(f"f{at}/q", kind, joined, ("t",), (), guid, 1_790_000_000, 512 * (at + 1))

    folder = tmp_path_factory.mktemp("learners")
    old = [note(at, row, "old") for at, row in enumerate(rows)]
    new = [note(at, row, f"new{row[1].pop()}") for at, row in enumerate(rows)]
    for name, published in (("old", old), ("new", new)):
        mods = {"question": 1, "cloze": 1}
        package = apkg.pack(one_deck.settings, published, types, mods, {})
        (folder / f"{name}.apkg").write_bytes(package.data)
    target = folder / "new.txt"
    target.write_bytes(text.render(one_deck.settings, new, types).encode())
    for name in ("text", "package"):
        (folder / name).mkdir()
    with collection(folder / "text") as col, collection(folder / "package") as other:
        import_package(col, folder / "old.apkg")
        said = import_text(col, target)[0]
        assert (said.updated + said.duplicate, said.new) == (len(rows), 0)
        import_package(other, folder / "new.apkg")
        assert notes(col) == notes(other)


def test_a_note_without_its_first_field_is_told_of() -> None:
    empty = Published("a/q", "question", "\x1f" * 13, (), (), "g", 1, 512)
    full = empty._replace(key="b/q", fields="x" + "\x1f" * 13)
    assert text.left_out([empty, full]) == ["a/q"]


# --- CrowdAnki ------------------------------------------------------------------------------------


def read_crowdanki(col: Any, folder: Path) -> None:
    """What CrowdAnki's import makes of a folder in an empty collection."""
    made = json.loads((folder / "deck.json").read_text(encoding="utf-8"))
    types = {}
    for model in made["note_models"]:
        uuid = model["crowdanki_uuid"]
        data = {key: value for key, value in model.items() if key != "__type__"}
        types[uuid] = col.models.add_dict({**col.models.new(model["name"]), **data}).id

    def add(node: dict[str, Any], above: str) -> None:
        name = f"{above}::{node['name']}" if above else node["name"]
        deck = col.decks.get(col.decks.id(name))
        deck["desc"] = node["desc"]
        col.decks.save(deck)
        for child in node["children"]:
            add(child, name)
        for each in node["notes"]:
            note = col.new_note(col.models.get(types[each["note_model_uuid"]]))
            note.guid, note.fields, note.tags = each["guid"], each["fields"], each["tags"]
            col.add_note(note, deck["id"])

    add(made, "")
    for path in (folder / "media").glob("*"):
        shutil.copy(path, col.media.dir())


_OF_ONE_COLLECTION = {"id", "mod", "usn", "did", "originalId", "crowdanki_uuid"}


def looks(col: Any) -> dict[str, dict[str, Any]]:
    """The note types, without Anki's own and what differs between collections."""
    return {
        model["name"]: {key: model[key] for key in model.keys() - _OF_ONE_COLLECTION}
        for model in col.models.all()
        if "crisis-cards" in model["name"]
    }


def test_crowdanki_brings_what_the_package_brings(shipped: Path) -> None:
    with learner("package") as col, learner("crowd") as other:
        import_package(col, shipped)
        read_crowdanki(other, shipped.with_suffix(""))
        assert notes(other) == notes(col)
        assert places(other) == places(col)
        assert real_anki.rendered(other) == real_anki.rendered(col)
        assert looks(other) == looks(col)
        for name in deck_names(col):
            known, made = col.decks.by_name(name), other.decks.by_name(name)
            assert known is not None
            assert made is not None
            assert known["desc"] == made["desc"]
        media = [{path.name for path in Path(each.media.dir()).iterdir()} for each in (col, other)]
        assert media[0] == media[1]


def test_a_text_reaches_who_came_by_crowdanki(shipped: Path) -> None:
    with learner("crowd") as col:
        read_crowdanki(col, shipped.with_suffix(""))
        said, *missing = import_text(col, shipped.with_suffix(".txt"))
        assert said == Imported(said.found, 0, 0, said.found, 0)
        assert missing == [0, 0]


def crowdanki(*arguments: str) -> dict[str, Any]:
    export("--to", "crowdanki", *arguments)
    made: dict[str, Any] = json.loads(Path("dist/cuba/deck.json").read_text(encoding="utf-8"))
    return made


def tree(node: dict[str, Any]) -> dict[str, Any]:
    """A deck's name with the number of its notes, and those in it."""
    return {f"{node['name']} {len(node['notes'])}": [tree(child) for child in node["children"]]}


def test_decks_lie_in_decks() -> None:
    write("subdecks: true", TWO.replace("Talks", "One").replace("pledge", "other"))
    assert tree(crowdanki()) == {"History::Cuba 0": [{"One 1": []}, {"Talks 1": []}]}
    write(one=ONE.replace("facts:", "deck: History::Cuba::Part 1::Prelude\nfacts:"))
    assert tree(crowdanki()) == {"History::Cuba 1": [{"Part 1 0": [{"Prelude 2": []}]}]}
    write(one=ONE.replace("facts:", "deck: History::Prelude\nfacts:"))
    assert tree(crowdanki()) == {"History 0": [{"Prelude 2": []}, {"Cuba 1": []}]}


def test_decks_that_lie_apart_are_refused() -> None:
    write(one=ONE.replace("facts:", "deck: Elsewhere\nfacts:"))
    done = run("export", "--to", "crowdanki")
    assert done.exit_code == 1
    assert "Elsewhere, History::Cuba" in done.stderr
    assert not Path("dist").exists()


def uuids(node: dict[str, Any]) -> set[str]:
    own = {node["crowdanki_uuid"], node["deck_config_uuid"]}
    own |= {each["crowdanki_uuid"] for each in node.get("note_models", ())}
    return own.union(*map(uuids, node["children"]))


def test_uuids_stay_whatever_the_deck_is_called() -> None:
    write("subdecks: true")
    before = crowdanki()
    assert len(uuids(before)) == 6  # three decks, two note types, options
    data = Path("dist/cuba/deck.json").read_bytes()
    assert crowdanki() == before
    assert Path("dist/cuba/deck.json").read_bytes() == data
    write("subdecks: true", head=HEAD.replace("History::Cuba", "The Crisis"))
    after = crowdanki()
    assert after["name"] == "The Crisis"
    assert uuids(after) == uuids(before)
    write("subdecks: true", ONE.replace("facts:", "deck: Elsewhere::Prelude\nfacts:"))
    (FOLDER / "deck.yaml").write_text(HEAD.replace("History::", "Elsewhere::"), encoding="utf-8")
    moved = crowdanki()
    assert moved["name"] == "Elsewhere"
    (own,) = (child for child in moved["children"] if child["name"] == "Cuba")
    assert own["crowdanki_uuid"] == before["crowdanki_uuid"]
    write("subdecks: true", head=HEAD.replace("id: cuba", "id: other"))
    assert not uuids(crowdanki()) & uuids(before)


def test_uuids_of_an_adopted_deck_are_kept() -> None:
    write("subdecks: true")
    kept = {
        "deck History::Cuba": "u1", "deck History::Cuba::Talks": "u2", "config": "u3",
        "type cuba · cloze (crisis-cards)": "u4",
    }  # fmt: skip
    (FOLDER / ".crowdanki.json").write_text(json.dumps(kept), encoding="utf-8")
    made = crowdanki()
    assert uuids(made) >= set(kept.values())
    assert made["crowdanki_uuid"] == "u1"
    (cloze,) = (child for child in made["children"] if child["name"] == "Talks")
    assert cloze["crowdanki_uuid"] == "u2"
    assert cloze["notes"][0]["note_model_uuid"] == "u4"
    assert {cloze["deck_config_uuid"], made["deck_configurations"][0]["crowdanki_uuid"]} == {"u3"}


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"config": 3}', b"\xff\xfe"])
def test_uuids_that_cannot_be_read_end_the_export(content: bytes) -> None:
    write()
    (FOLDER / ".crowdanki.json").write_bytes(content)
    done = run("export", "--to", "crowdanki")
    assert done.exit_code == 1
    assert ".crowdanki.json: its uuids" in done.stderr
    assert not Path("dist").exists()


def test_a_learners_deck_options_are_left_to_them() -> None:
    """CrowdAnki writes all that stands in a group of options over the learner's."""
    write()
    (options,) = crowdanki()["deck_configurations"]
    assert options.keys() == {"__type__", "crowdanki_uuid", "name"}


def test_media_come_along_and_go_with_their_facts() -> None:
    write(one=ONE.replace("Khrushchev}", "Khrushchev, image: a.svg, alt: A letter}"))
    (FOLDER / "media").mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    (FOLDER / "media/a.svg").write_text(svg, encoding="utf-8")
    (name,) = crowdanki()["media_files"]
    media = Path("dist/cuba/media")
    assert (media / name).read_text(encoding="utf-8") == svg
    (media / "mine.txt").write_text("a file of mine", encoding="utf-8")
    write()
    assert crowdanki()["media_files"] == []
    assert [path.name for path in media.iterdir()] == ["mine.txt"]


def test_an_export_does_not_go_into_the_decks_own_folder() -> None:
    write()
    before = {path.name for path in FOLDER.iterdir()}
    done = run("export", "--to", "crowdanki", "-o", "decks")
    assert done.exit_code == 2
    assert {path.name for path in FOLDER.iterdir()} == before


# --- both -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "crowdanki"])
def test_what_is_written_and_what_is_lacking_fits_a_terminal(form: str) -> None:
    write()
    done = export("--to", form, "-o", "out")
    name = {"text": "out/cuba.txt", "crowdanki": "out/cuba/deck.json"}[form]
    assert done.stdout.splitlines()[0].startswith(f"{Path(name)} (")
    assert "3 notes" in done.stdout
    assert "This form cannot carry:\n- " in done.stderr
    assert all(len(line) <= 80 for line in done.output.splitlines())


def test_what_was_never_built_is_told_of_and_the_lock_is_left_alone() -> None:
    write()
    assert "3 notes new since the last build" in export().stderr
    assert not (FOLDER / "deck.lock").exists()
    build()
    lock = (FOLDER / "deck.lock").read_bytes()
    assert "last build" not in export().stderr
    write(one=ONE.replace("Kennedy", "Robert Kennedy"))
    assert "1 note changed since the last build" in export().stderr
    assert (FOLDER / "deck.lock").read_bytes() == lock


def test_guids_are_those_of_the_build_that_follows() -> None:
    write()
    export()
    rows = Path("dist/cuba.txt").read_text(encoding="utf-8").splitlines()[7:]
    build()
    lock = (FOLDER / "deck.lock").read_text(encoding="utf-8")
    assert len(rows) == 3
    assert all(row.split("\t")[0] in lock for row in rows)


@pytest.mark.parametrize("form", ["text", "crowdanki"])
def test_a_deck_with_errors_is_not_exported(form: str) -> None:
    write(one=ONE.replace("answer", "anwser"))
    done = run("export", "--to", form)
    assert done.exit_code == 1
    assert "unknown-key" in done.stderr
    assert not Path("dist").exists()


def test_a_lock_that_is_gone_ends_the_export() -> None:
    write()
    build()
    (FOLDER / "deck.lock").unlink()
    done = run("export")
    assert done.exit_code == 1
    assert "bad-lock" in done.stderr
    assert not Path("dist/cuba.txt").exists()


def test_a_place_that_cannot_be_written_is_named() -> None:
    write()
    Path("out").mkdir()
    Path("out/cuba.txt").mkdir()
    done = run("export", "-o", "out")
    assert done.exit_code == 1
    assert str(Path("out/cuba.txt")) in done.stderr
    assert done.stdout == ""
