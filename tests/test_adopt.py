"""An Anki deck is adopted: its files, its lock, its proof, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("anki", reason="adopting reads decks through the real Anki")

from anki.collection import ExportAnkiPackageOptions

from conftest import PIXEL, ROOT, run
from crisis_cards import pipeline
from crisis_cards.adopt import adoption, language, original, proof, writing
from crisis_cards.adopt.learners import learner
from crisis_cards.adopt.writing import Wishes
from crisis_cards.release.lock import parse
from real_anki import collection

NOW = 1_790_000_000
WILD = ROOT.parent / "shared" / "decks-in-the-wild"
VOCABULARY = ["Word", "Meaning", "tags", "Picture"]
FRONT = '{{Word}}<script>var a = "{{Meaning}}"</script>'
BACK = "{{FrontSide}}<hr id=answer>{{Meaning}} {{Picture}} {{#tags}}<i>{{tags}}</i>{{/tags}}"


class Source:
    """A deck as its author has it in Anki."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir()

    def fill(self, change: Callable[[Any], None]) -> None:
        with collection(self.place) as col:
            change(col)

    def export(self, name: str = "deck.apkg", *, legacy: bool = True) -> Path:
        target = self.place.parent / name
        options = ExportAnkiPackageOptions(
            with_scheduling=False, with_deck_configs=False, with_media=True, legacy=legacy
        )
        with collection(self.place) as col:
            col.export_anki_package(out_path=str(target), options=options, limit=None)
        return target


def add(col: Any, kind: str, deck: str, *fields: str, tags: str = "", guid: str = "") -> Any:
    note = col.new_note(col.models.by_name(kind))
    note.fields = [*fields, *[""] * (len(note.fields) - len(fields))]
    note.tags = tags.split()
    if guid:
        note.guid = guid
    col.add_note(note, col.decks.id(deck))
    return note


def words(col: Any) -> None:
    """Two note types, three decks, files with odd names, and most that can be odd about a note."""
    kind = col.models.new("Vocabulary (ünï)")
    for name in VOCABULARY:
        col.models.add_field(kind, col.models.new_field(name))
    for name, front, back in (("One way", FRONT, BACK), ("Back", "{{Meaning}}", "{{Word}}")):
        template = col.models.new_template(name)
        template.update(qfmt=front, afmt=back)
        col.models.add_template(kind, template)
    kind["flds"][1]["rtl"] = True
    kind["css"] = ".card { font-family: serif; }"
    col.models.add_dict(kind)
    media = Path(col.media.dir())
    (media / "a b (1) & ü.png").write_bytes(PIXEL)
    (media / "Ton 'x'.mp3").write_bytes(b"ID3" + b"\0" * 50)
    (media / "_logo.png").write_bytes(PIXEL)
    add(col, kind["name"], "Words", "Haus", "house", tags="noun it’s a,b")
    add(col, kind["name"], "Words", "gehen", "to <b>go</b> &amp; *walk*<br>or {run}", "verb")
    picture = '<img src="a b (1) &amp; ü.png">'
    add(
        col,
        kind["name"],
        "Words::Pictures",
        f"{picture}[sound:Ton 'x'.mp3]",
        "a pixel",
        "",
        picture,
    )
    add(col, kind["name"], "Words::Pictures", "<u>odd</u>", '<div style="color:red">x</div>')
    add(col, kind["name"], "Words::10 Ten", "==", "{{c1::no}} [latex]x[/latex]")
    add(col, kind["name"], "Words::2 Two", "lost", '<img src="gone.png">', guid="a b%")
    add(col, "Cloze", "Words", "{{c1::Bonn::city}} and {{c2::<b>Berlin</b>}}, {{c1::Rhine}}", "x")
    add(col, "Cloze", "Words", "{{c3::never}} {{c1::closed", "mail me@example.org")
    add(col, "Basic", "Words", "gehen", "to <b>go</b> &amp; *walk*<br>or {run}")
    moved = add(col, kind["name"], "Words", "zwei", "two")
    col.set_deck([moved.cards()[1].id], col.decks.id("Words::Elsewhere"))
    deck = col.decks.by_name("Words")
    deck["desc"] = "<b>Words</b> of mine. Licence: CC BY 4.0"
    col.decks.save(deck)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    made = Source(tmp_path / "author")
    made.fill(words)
    return made


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NOW))


def adopted(package: Path, *options: str, deck: str = "decks/words") -> dict[str, Any]:
    result = run("adopt", str(package), deck, *options, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("legacy", [True, False])
def test_nobody_loses_anything(source: Source, legacy: bool) -> None:
    package = source.export(legacy=legacy)
    found = adopted(package)
    comparison = found["proof"]["comparison"]
    assert comparison["cards"] == comparison["identical"] + comparison["same"] == 18
    for kind in ("missing", "extra", "different", "in_other_decks", "other_tags", "other_types"):
        assert comparison[kind] == [], kind
    first, second = found["proof"]["learners"][0]["releases"]
    assert (first["new"], first["updated"], first["conflicting"]) == (0, 0, 0)
    assert (second["new"], second["updated"], second["conflicting"]) == (1, 1, 0)
    assert not first["full_sync"]
    # The next build touches nothing, and the lock is as it was.
    lock = Path("decks/words/deck.lock").read_bytes()
    assert "0 new, 0 changed" in run("build", "--locked").stdout
    assert Path("decks/words/deck.lock").read_bytes() == lock
    again = proof.compare(package, Path("dist/words.apkg"))
    assert not again.would_lose


def test_what_is_written(source: Source) -> None:
    adopted(source.export())
    folder = Path("decks/words")
    assert sorted(path.name for path in folder.iterdir()) == [
        ".gitattributes", "01-words.yaml", "02-two.yaml", "03-ten.yaml", "04-pictures.yaml",
        "deck.lock", "deck.yaml", "media", "types",
    ]  # fmt: skip
    first = (folder / "01-words.yaml").read_text("utf-8")
    assert first.startswith("section: Words\ntag: false\nfacts:\n  haus:\n")
    assert 'tags: ["a,b", it’s, noun]' in first
    assert "    tags-field: verb\n" in first
    # A script on its card has the text, too, and would have another one.
    assert 'Meaning: {html: "to <b>go</b> &amp; *walk*<br>or {run}"}' in first
    assert "    Back: |-\n      to **go** & \\*walk\\*\n      or {run}\n" in first
    assert "{{c1::Bonn::city}} and {{c2::**Berlin**}}, {{c1::Rhine}}" in first
    assert "    decks: {2: Words::Elsewhere}\n" in first
    pictures = (folder / "04-pictures.yaml").read_text("utf-8")
    assert "deck: Words::Pictures" in pictures
    assert "![](<a b (1) & ü.png>)" in pictures
    assert "html:" in pictures
    settings = (folder / "deck.yaml").read_text("utf-8")
    assert "deck: Words\n" in settings
    assert "**Words** of mine" in settings
    kind = (folder / "types/vocabulary-ünï/type.yaml").read_text("utf-8")
    assert "fields: {Word: Word, Meaning: Meaning, tags: tags-field, Picture: Picture}" in kind
    assert (folder / "types/vocabulary-ünï/front-1.html").read_text("utf-8") == FRONT + "\n"
    options = json.loads((folder / "types/vocabulary-ünï/anki.json").read_text("utf-8"))
    assert options["fields"] == {"Meaning": {"rtl": True}}
    assert {path.name for path in (folder / "media").iterdir()} >= {
        "a b (1) & ü.png",
        "Ton 'x'.mp3",
    }


def test_what_should_be_looked_at_is_named(source: Source) -> None:
    def twice(col: Any) -> None:
        kind = "Basic"
        add(col, kind, "Words", "one", "1", guid="same")
        add(col, kind, "Words", "two", "2", guid="other")
        col.db.execute("UPDATE notes SET guid = 'same' WHERE guid = 'other'")
        empty = add(col, kind, "Words", "gone", "3")
        col.db.execute("UPDATE notes SET flds = ? WHERE id = ?", "\x1f3", empty.id)

    source.fill(twice)
    found = adopted(source.export())
    kinds = {each["kind"]: each for each in found["remarks"]}
    assert kinds.keys() >= {
        "guid-twice", "unclosed-cloze", "several-decks", "script", "missing-media", "personal",
        "licence", "empty-cards",
    }  # fmt: skip
    assert kinds["several-decks"]["notes"] == ["zwei"]
    assert kinds["guid-twice"]["notes"] == ["one", "two"]
    assert [each["reason"] for each in found["left_out"]] == ["Anki makes no card of it"]
    left = Path("decks/words/left-out.txt").read_text("utf-8")
    assert "Anki makes no card of it" in left
    assert "  Back: 3" in left


def test_of_two_notes_with_one_guid_the_one_that_is_edited_becomes_a_new_one(
    source: Source,
) -> None:
    """Anki would put its text in the place of either, and reviews on a wrong one."""

    def twice(col: Any) -> None:
        add(col, "Basic", "Words", "one", "1", guid="same")
        add(col, "Basic", "Words", "two", "2", guid="other")
        col.db.execute("UPDATE notes SET guid = 'same' WHERE guid = 'other'")

    source.fill(twice)
    package = source.export()
    adopted(package)
    file = Path("decks/words/01-words.yaml")
    for number, (old, new) in enumerate((("1", "uno"), ("2", "dos"))):
        text = file.read_text("utf-8")
        file.write_text(text.replace(f"Back: {old}", f"Back: {new}"), "utf-8")
        assert "1 new, 0 changed" in run("build").stdout, text
        Path("dist/words.apkg").rename(f"{number}.apkg")
    found = learner(package, [Path("0.apkg"), Path("1.apkg")], share=1.0)
    for each in found.releases:
        assert (each.new, each.updated, each.changed_cards, each.changed_reviews) == (1, 0, 0, 0)
    lock, _ = parse(Path("decks/words/deck.lock").read_text("utf-8"), "")
    assert lock
    assert [entry.guid for entry in lock.stray.values()] == ["same", "same"]


def test_an_edit_changes_one_note(source: Source) -> None:
    package = source.export()
    adopted(package)
    file = Path("decks/words/01-words.yaml")
    text = file.read_text("utf-8")
    file.write_text(text.replace("Meaning: house", "Meaning: a house"), "utf-8")
    assert "0 new, 1 changed" in run("build").stdout
    Path("decks/words/media/a b (1) & ü.png").write_bytes(PIXEL + b"\0")
    assert "0 new, 1 changed" in run("build").stdout, "a file under its name, with other content"
    assert "0 new, 0 changed" in run("build").stdout
    found = learner(package, [Path("dist/words.apkg")], share=1.0)
    assert [(each.new, each.updated, each.harm) for each in found.releases] == [(0, 2, False)]


def test_a_new_fact_may_have_no_numbers(source: Source) -> None:
    adopted(source.export())
    file = Path("decks/words/01-words.yaml")
    fact = "\n  new:\n    note: cloze-2\n    Text: The ==Elbe== flows through ==Dresden==.\n"
    name = next(path.name for path in Path("decks/words/types").iterdir() if "cloze" in path.name)
    file.write_text(file.read_text("utf-8") + fact.replace("cloze-2", name), "utf-8")
    result = run("build")
    assert "1 new, 0 changed" in result.stdout, result.output


def test_what_was_changed_in_anki_is_shown_and_nothing_written(source: Source) -> None:
    adopted(source.export())
    before = {path: path.read_bytes() for path in Path("decks").rglob("*") if path.is_file()}

    def edit(col: Any) -> None:
        note = col.get_note(col.find_notes("Haus")[0])
        note["Meaning"], note.tags = "home", ["noun", "new"]
        col.update_note(note)
        col.remove_notes(col.find_notes("gehen note:Vocab*"))
        add(col, "Cloze", "Words", "{{c1::Ulm}}")

    source.fill(edit)
    package = source.export("newer.apkg")
    found = adopted(package)
    assert [(each["fact"], each["tags_added"]) for each in found["changed"]] == [("haus", ["new"])]
    assert found["changed"][0]["fields"] == [{"name": "Meaning", "was": "house", "now": "home"}]
    assert [each["name"] for each in found["new"]] == ["[Ulm]"]
    assert [each["fact"] for each in found["removed"]] == ["gehen"]
    shown = run("adopt", str(package), "decks/words")
    assert "haus: Haus\n    Meaning: [-house-] {+home+}\n" in shown.stdout
    assert "Nothing was written" in shown.stdout
    assert before == {
        path: path.read_bytes() for path in Path("decks").rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(
    ("css", "field", "now", "is_changed"),
    [
        (".card { color: red }", "two  <b>words</b>", "two <strong>words</strong>", False),
        (".card { white-space: pre-wrap }", "two  words", "two words", True),
        ("b { color: red }", "<b>two</b>", "<strong>two</strong>", True),
    ],
)
def test_a_change_is_what_the_style_sheet_of_the_type_shows(
    tmp_path: Path, css: str, field: str, now: str, is_changed: bool
) -> None:
    source = Source(tmp_path / "spaces")

    def fill(col: Any) -> None:
        kind = col.models.by_name("Basic")
        kind["css"] = css
        col.models.update_dict(kind)
        add(col, "Basic", "D", "first", field)

    def edit(col: Any) -> None:
        note = col.get_note(col.find_notes("first")[0])
        note["Back"] = now
        col.update_note(note)

    source.fill(fill)
    adopted(source.export())
    source.fill(edit)
    assert bool(adopted(source.export("newer.apkg"))["changed"]) is is_changed


def _a_dozen(col: Any) -> None:
    for number in range(12):
        add(col, "Basic", "D", f"front {number}", f"back {number}")


def test_many_changes_are_counted_and_each_that_is_shown_is_whole(tmp_path: Path) -> None:
    source = Source(tmp_path / "many")
    source.fill(_a_dozen)
    adopted(source.export())

    def edit(col: Any) -> None:
        for key in col.find_notes(""):
            note = col.get_note(key)
            note.fields = [f"{field} now" for field in note.fields]
            col.update_note(note)

    source.fill(edit)
    shown = run("adopt", str(source.export("newer.apkg")), "decks/words").stdout
    assert shown.count("    Front: ") == shown.count("    Back: ") == 10
    assert "12 notes in all" in shown


def test_a_package_without_cards_is_refused(tmp_path: Path) -> None:
    source = Source(tmp_path / "empty")
    source.fill(lambda col: add(col, "Basic", "D", "", "no question"))
    result = run("adopt", str(source.export()), "decks/words")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: deck.apkg: Anki makes no card of any note in it\n",
    )
    assert not Path("decks/words").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["."], "cannot be the id of a deck"),
        (["decks/words", "--language", "../../x"], "is not the code of a language"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    package = tmp_path / "none.apkg"
    package.write_bytes(b"is not read")
    Path("empty").mkdir()
    monkeypatch.chdir("empty")
    result = run("adopt", str(package), *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert list(Path().iterdir()) == []


def test_folders_that_are_there_are_refused(source: Source) -> None:
    package = source.export()
    Path("decks/words").mkdir(parents=True)
    Path("decks/words/notes.txt").write_text("mine")
    result = run("adopt", str(package), "decks/words")
    assert (result.exit_code, "is there already" in result.stderr) == (2, True)
    assert sorted(path.name for path in Path("decks").rglob("*")) == ["notes.txt", "words"]
    result = run("adopt", str(package), "decks/My Words")
    assert "name the folder my-words" in result.stderr


def test_one_deck_of_a_collection(source: Source) -> None:
    source.fill(lambda col: add(col, "Basic", "Other", "not", "this"))
    backup = Path("all.colpkg")
    with collection(source.place) as col:
        col.export_collection_package(str(backup.absolute()), include_media=True, legacy=True)
    refused = run("adopt", str(backup), "decks/words")
    assert refused.exit_code == 2
    assert "holds many decks: name one; it has “Other”, “Words”" in refused.stderr
    assert not Path("decks/words").exists()
    found = adopted(backup, "--deck", "Words")
    assert found["facts"] == 10
    assert not found["proof"]["would_lose"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Der Fluss, der durch die Stadt und in das Meer fließt, ist nicht lang. ", "de"),
        ("The river that flows through the city and into the sea is not long. ", "en"),
        ("Le fleuve qui traverse la ville et se jette dans la mer est long. ", "fr"),
        ("漢字 a e a e a e de ", "en"),
    ],
)
def test_the_language_is_guessed(text: str, code: str) -> None:
    assert language.guess([f"<b>{text}</b>"] * 5) == code


def test_who_came_by_crowdanki_keeps_what_is_left_out() -> None:
    """It stays on their own note type, beside the one that the deck brings."""
    field, template = {"name": "Text"}, {"name": "T", "qfmt": "{{cloze:Text}}", "afmt": "x"}
    kind = {"crowdanki_uuid": "u", "name": "C", "type": 1, "flds": [field], "tmpls": [template]}
    notes = [
        {"guid": guid, "fields": [text], "note_model_uuid": "u", "tags": []}
        for guid, text in (("a", "{{c1::one}}"), ("b", "no blank"))
    ]
    deck = {"__type__": "Deck", "name": "D", "note_models": [kind], "notes": notes}
    Path("crowd").mkdir()
    Path("crowd/deck.json").write_text(json.dumps(deck))
    found = adopted(Path("crowd"))
    assert [each["guid"] for each in found["left_out"]] == ["b"]
    assert found["proof"]["learners"][1]["releases"][0]["doubled_types"] == ["C+"]
    assert not found["proof"]["would_lose"]


def test_sections_by_tag(source: Source) -> None:
    adopted(source.export(), "--by", "tag")
    names = sorted(path.name for path in Path("decks/words").glob("*.yaml"))
    assert "02-a-b.yaml" in names


def test_fields_that_look_otherwise_on_the_card_stay_html(tmp_path: Path) -> None:
    """A block begins a line behind other text, and none in an element of its own."""
    source = Source(tmp_path / "blocks")

    def blocks(col: Any) -> None:
        kind = col.models.by_name("Basic")
        kind["tmpls"][0]["afmt"] = "Answer: {{Back}}<br>end"
        col.models.update_dict(kind)
        add(col, "Basic", "D", "first", "<div>alone</div>")
        add(col, "Basic", "D", "second", "a<div>b</div>")
        add(col, "Basic", "D", "third", "plain<br>text")

    source.fill(blocks)
    found = adopted(source.export())
    comparison = found["proof"]["comparison"]
    assert comparison["identical"] + comparison["same"] == 3
    assert 0 < found["fields_in_html"] < 3


def test_it_can_be_taken_out_again(source: Source) -> None:
    """By package, by CrowdAnki's JSON and back, with its uuids, and by text."""
    package = source.export()
    adopted(package)
    exported = run("export", "decks/words", "--to", "crowdanki", "-o", "out")
    assert exported.exit_code == 0, exported.output
    assert "the decks of single cards: those of 1 note come into one deck" in exported.stderr
    found = adopted(Path("out/words"), deck="decks/again")
    comparison = found["proof"]["comparison"]
    assert comparison["missing"] == comparison["different"] == comparison["extra"] == []
    by_package, by_crowdanki = found["proof"]["learners"]
    assert by_package["releases"][0]["updated"] == 0
    assert (by_crowdanki["merge"], by_crowdanki["releases"][0]["conflicting"]) == (True, 0)
    known = json.loads(Path("decks/again/.crowdanki.json").read_text("utf-8"))
    assert known.keys() >= {"deck Words", "deck Words::Pictures", "type Cloze", "config"}
    assert run("export", "decks/again", "--to", "crowdanki", "-o", "out").exit_code == 0
    one, other = (
        json.loads(Path(f"out/{name}/deck.json").read_text("utf-8")) for name in ("words", "again")
    )
    assert one["crowdanki_uuid"] == other["crowdanki_uuid"]
    assert sorted(note["guid"] for note in _notes(one)) == sorted(n["guid"] for n in _notes(other))
    assert run("export", "decks/words", "-o", "out").exit_code == 0
    rows = Path("out/words.txt").read_text("utf-8")
    assert all(note["guid"].strip('"') in rows for note in _notes(one))


def _notes(deck: dict[str, Any]) -> list[dict[str, Any]]:
    return [*deck["notes"], *(note for child in deck["children"] for note in _notes(child))]


@pytest.mark.parametrize("name", ["ug", "economics", "covid", "esperanto", "laender"])
def test_decks_in_the_wild(name: str) -> None:
    package = WILD / f"{name}.apkg"
    if not package.exists():
        pytest.skip("the public decks are not here")
    found = adopted(package)
    assert found["proof"]["would_lose"] is False
    share = 1 - found["fields_in_html"] / found["fields"]
    assert share >= 0.985


def test_a_deck_that_cannot_be_read_back_leaves_nothing(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_entries", lambda *_, **__: ([("x", "y")], frozenset()))
    with original.opened(source.export()) as found, pytest.raises(original.AdoptionError):
        adoption.adopt(found, Path("decks/words"), Wishes("words"), lambda _: None, NOW)
    assert list(Path("decks").iterdir()) == []


def test_the_lock_is_of_a_version_that_older_tools_refuse(source: Source) -> None:
    adopted(source.export())
    text = Path("decks/words/deck.lock").read_text("utf-8")
    assert text.startswith("crisis-cards lock 4\n")
    assert "a%20b%25" in text
    assert pipeline.read(Path("decks/words")).deck
