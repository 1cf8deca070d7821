"""The proof of an adoption: every difference is named, and nothing else; learners are counted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions

from conftest import PIXEL, ROOT, sound
from crisis_cards import pipeline
from crisis_cards.adopt import looks, proof, report
from crisis_cards.adopt.proof import compare, foreign, is_plain, learner
from crisis_cards.adopt.report import Comparison, Learner, Proof
from crisis_cards.rehearsal import RehearsalError
from real_anki import collection, delete_note, import_package, make_deck, note_rows

WILD = ROOT.parent / "shared" / "decks-in-the-wild"
NOW = 1_790_000_000

Change = Callable[[Collection], None]
Alter = Callable[..., Path]


def _export(col: Collection, package: Path) -> None:
    options = ExportAnkiPackageOptions(with_media=True, legacy=True)
    col.export_anki_package(out_path=str(package), options=options, limit=None)


def _no_change(col: Collection) -> None:
    pass


def the_type(col: Collection) -> Any:
    return col.models.by_name("Country")


def save(col: Collection, note_type: Any) -> None:
    col.models.update_dict(note_type)


def add(col: Collection, note_type: Any, deck: str, fields: list[str], *tags: str) -> None:
    note = col.new_note(note_type)
    note.fields, note.tags = fields, list(tags)
    col.add_note(note, make_deck(col, deck))  # type: ignore[arg-type]


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A deck of two subdecks: two templates a note, clozes, sound, a picture, a hidden field."""
    folder = tmp_path / "author"
    folder.mkdir()
    with collection(folder) as col:
        made: Any = col.models.new("Country")
        for name in ("Country", "Capital", "Remark"):
            col.models.add_field(made, col.models.new_field(name))
        for name, ask, answer in (
            ("Capital?", "Country", "Capital"), ("Country?", "Capital", "Country"),
        ):  # fmt: skip
            template = col.models.new_template(name)
            template["qfmt"] = f"{{{{{ask}}}}}"
            template["afmt"] = f"{{{{FrontSide}}}}<hr>{{{{{answer}}}}}"
            col.models.add_template(made, template)
        col.models.add_dict(made)
        for name in ("flag of chad.png", "salut.mp3"):
            col.media.write_data(name, PIXEL + name.encode())
        country, cloze = the_type(col), col.models.by_name("Cloze")
        picture = 'Chad <img src="flag of chad.png">'
        add(col, country, "World::Africa", [picture, "N'Djamena", "dry"], "geo")
        add(col, country, "World::Africa", ["Niger", "<b>Niamey</b> &amp; more", ""], "geo", "x::y")
        add(col, country, "World::Europe", ["France", "Paris [sound:salut.mp3]", ""])
        add(col, cloze, "World::Europe", ["{{c1::Rome}} is in {{c2::Italy}}", "back"])
        col.db.execute("UPDATE notes SET mod = ?", NOW)
        package = tmp_path / "original.apkg"
        _export(col, package)
    return package


@pytest.fixture
def alter(tmp_path: Path, original: Path) -> Alter:
    """A function that makes a package of the original with a change."""
    made: list[Path] = []

    def altered(*changes: Change, of: Path = original) -> Path:
        package = tmp_path / f"altered-{len(made)}.apkg"
        folder = tmp_path / package.stem
        folder.mkdir()
        with collection(folder) as col:
            import_package(col, of)
            for change in changes:
                change(col)
        with collection(folder) as col:  # anew, because Anki remembers note types
            _export(col, package)
        made.append(package)
        return package

    return altered


def note(col: Collection, words: str) -> Any:
    (found,) = col.find_notes(f"re:{words}")
    return col.get_note(found)


def edit(words: str, field: int, text: str) -> Change:
    def change(col: Collection) -> None:
        edited = note(col, words)
        edited.fields[field] = text
        col.update_note(edited)
        # Later than any import of the test.
        col.db.execute("UPDATE notes SET mod = mod + 600 WHERE id = ?", edited.id)

    return change


def the_same(found: Comparison) -> bool:
    """Whether nothing at all is named."""
    media = report.OtherMedia((), (), ())
    return all(not part or part == media for part in found if isinstance(part, tuple))


def names(cards: Any) -> list[tuple[str, str]]:
    return [(card.note, card.card) for card in cards]


# --- original and rebuild ---------------------------------------------------------------------


def test_a_package_exported_anew_is_the_same(original: Path, alter: Alter) -> None:
    found = compare(original, alter())
    assert (found.notes, found.cards, found.identical, found.same) == (4, 8, 8, 0)
    assert the_same(found)
    assert not found.would_lose
    assert report.text(Proof(found)) == (
        "4 notes, 8 cards\n"
        "  8 identical, 0 the same to the eye, 0 different, 0 missing\n"
        "\n"
        "Nothing is lost: the rebuilt deck is the same.\n"
    )


@pytest.mark.parametrize("name", ["covid", "economics", "esperanto", "laender", "ug"])
def test_public_decks_are_the_same_when_anki_exports_them_anew(name: str, alter: Alter) -> None:
    package = WILD / f"{name}.apkg"
    if not package.is_file():
        pytest.skip("no packages of public decks here")
    again = alter(of=package)
    found = compare(package, again)
    assert found.identical == found.cards > 0
    assert the_same(found)
    studied = learner(package, [again])
    assert not studied.would_lose
    assert studied.reviews >= studied.cards > found.cards // 4
    (release,) = studied.releases
    assert (release.new, release.updated, release.duplicate, release.conflicting) == (
        0, 0, found.notes, 0,
    )  # fmt: skip


def test_another_text_is_named_with_both_texts(original: Path, alter: Alter) -> None:
    found = compare(original, alter(edit("Niger", 1, "<b>Niamey</b> and more")))
    assert names(item.card for item in found.different) == [
        ("Niger", "Capital?"), ("Niger", "Country?"),
    ]  # fmt: skip
    assert [item.side for item in found.different] == ["answer", "question"]
    assert found.different[1][2:] == ("Niamey & more", "Niamey and more")
    assert (found.identical, found.other_fields) == (6, ())
    assert found.would_lose


def test_what_looks_the_same_is_counted_as_such(
    original: Path, alter: Alter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def same(one: str, other: str, *, plain: bool) -> bool:
        asked.append(plain)
        return one.replace("b>", "strong>") == other

    monkeypatch.setattr(looks, "same", same)
    change = edit("Niger", 1, "<strong>Niamey</strong> &amp; more")
    found = compare(original, alter(change))
    assert (found.identical, found.same) == (6, 2)
    assert the_same(found)
    assert set(asked) == {True}

    def styled(col: Collection) -> None:
        made = the_type(col)
        made["css"] += "b {color: red}"
        save(col, made)

    red = alter(styled)
    asked.clear()
    compare(red, alter(change, of=red))
    assert set(asked) == {False}


def test_a_sound_that_is_another_one_is_a_difference(original: Path, alter: Alter) -> None:
    found = compare(original, alter(edit("France", 1, "Paris [sound:salute.mp3]")))
    assert names(item.card for item in found.different) == [
        ("France", "Capital?"), ("France", "Country?"),
    ]  # fmt: skip
    assert found.other_media.missing == ("salut.mp3",)


def test_a_field_that_no_card_shows_is_not_forgotten(original: Path, alter: Alter) -> None:
    found = compare(original, alter(edit("Chad", 2, "")))
    assert found.identical == 8
    ((_, name, field, was, now),) = found.other_fields
    assert (name, field, was, now) == ("Chad flag of chad.png", "Remark", "dry", "")
    assert found.would_lose


def test_missing_and_new_cards_are_named(original: Path, alter: Alter) -> None:
    def without_chad(col: Collection) -> None:
        delete_note(col, next(row for row in note_rows(col) if "Chad" in row.flds))

    found = compare(original, alter(without_chad, edit("Italy", 0, "{{c2::Rome}} {{c3::x}}")))
    missing = names(found.missing)
    assert missing[:2] == [
        ("Chad flag of chad.png", "Capital?"), ("Chad flag of chad.png", "Country?"),
    ]  # fmt: skip
    assert names(found.extra) == [("[Rome] [x]", "cloze 3")]
    assert found.would_lose
    other_way = compare(alter(without_chad), original)
    assert names(other_way.extra) == missing
    assert other_way.missing == ()
    assert other_way.would_lose


def test_cards_that_were_empty_are_no_loss(original: Path, alter: Alter) -> None:
    def remove_empty(col: Collection) -> None:
        cards = [card for item in col.get_empty_cards().notes for card in item.card_ids]
        assert len(cards) == 1
        col.remove_cards_and_orphaned_notes(cards)  # type: ignore[arg-type]

    with_empty = alter(edit("Italy", 0, "{{c1::Rome}} is in Italy"))
    found = compare(with_empty, alter(remove_empty, of=with_empty))
    assert names(found.empty) == [("[Rome] is in Italy", "cloze 2")]
    assert (found.cards, found.identical, found.missing) == (8, 7, ())
    assert not found.would_lose
    assert "nobody misses them:\n  [Rome] is in Italy, cloze 2\n" in report.text(Proof(found))


def test_tags_and_decks_are_named(original: Path, alter: Alter) -> None:
    def retag(col: Collection) -> None:
        edited = note(col, "Niger")
        edited.tags = ["geo", "new"]
        col.update_note(edited)

    def move(col: Collection) -> None:
        col.set_deck([note(col, "France").cards()[0].id], make_deck(col, "World"))

    found = compare(original, alter(retag))
    ((_, name, lost, gained),) = found.other_tags
    assert (name, lost, gained) == ("Niger", ("x::y",), ("new",))
    assert found.would_lose
    assert "  Niger: -x::y +new\n" in report.text(Proof(found))

    found = compare(original, alter(move))
    ((card, was, now),) = found.in_other_decks
    assert (*card[2:], was, now) == ("France", "Capital?", "World::Europe", "World")
    assert not found.would_lose, "Anki moves no card that a learner has"
    assert "  France, Capital?\n    was  World::Europe\n    is   World\n" in report.text(
        Proof(found)
    )


def test_media_are_compared_by_their_bytes(original: Path, alter: Alter) -> None:
    def redraw(col: Collection) -> None:
        file = Path(col.media.dir(), "flag of chad.png")
        file.write_bytes(file.read_bytes()[::-1])

    found = compare(original, alter(redraw))
    assert found.other_media == ((), (), ("flag of chad.png",))
    assert found.would_lose
    found = compare(original, alter(edit("Niger", 2, '<img src="more.png">')))
    assert found.other_media == ((), (), ()), "there is no such file"

    def more(col: Collection) -> None:
        col.media.write_data("more.png", PIXEL)

    found = compare(alter(edit("Niger", 2, '<img src="more.png">')), alter(
        more, edit("Niger", 2, '<img src="more.png">')
    ))  # fmt: skip
    assert found.other_media == ((), ("more.png",), ())
    assert not found.would_lose


def _styled(made: Any) -> None:
    made["css"] += ".card {color: red}"


def _renamed_field(made: Any) -> None:
    made["flds"][2]["name"] = "Note"


def _other_back(made: Any) -> None:
    made["tmpls"][1]["afmt"] += "!"


def _other_way(made: Any) -> None:
    made["flds"][0]["rtl"] = True


@pytest.mark.parametrize(
    ("change", "shape", "look"),
    [
        (_styled, (), ("styling",)),
        (_renamed_field, ("fields",), ("name of field",)),
        (_other_back, (), ("back of Country?",)),
        (_other_way, (), ("direction of Country",)),
    ],
)
def test_what_differs_of_a_note_type_is_named(
    change: Callable[[Any], None],
    shape: tuple[str, ...],
    look: tuple[str, ...],
    original: Path,
    alter: Alter,
) -> None:
    def changed(col: Collection) -> None:
        made = the_type(col)
        change(made)
        save(col, made)

    found = compare(original, alter(changed))
    ((name, *differs),) = found.other_types
    assert name == "Country"
    assert differs[0] == shape
    assert shape or differs[1] == look
    assert found.would_lose


def test_a_template_more_gives_cards_and_another_shape(original: Path, alter: Alter) -> None:
    def more(col: Collection) -> None:
        made = the_type(col)
        template = col.models.new_template("Remark?")
        template.update(qfmt="{{Remark}}", afmt="{{Country}}")
        col.models.add_template(made, template)
        save(col, made)

    package = alter(more)
    found = compare(original, package)
    assert found.other_types == (("Country", ("templates",), ()),)
    assert names(found.extra) == [("Chad flag of chad.png", "Remark?")]
    studied = learner(original, [package])
    (release,) = studied.releases
    assert (release.conflicting, release.doubled_types) == (3, ("Country+",))
    assert studied.would_lose


def test_one_guid_may_be_there_twice(original: Path, alter: Alter) -> None:
    def twice(col: Collection) -> None:
        guid = note(col, "Niger").guid
        col.db.execute("UPDATE notes SET guid = ? WHERE flds LIKE 'France%'", guid)

    doubled = alter(twice)
    found = compare(doubled, alter(edit("France", 1, "Lyon"), of=doubled))
    assert (found.notes, found.identical) == (4, 6)
    assert {item.card.note for item in found.different} == {"France"}


def test_broken_templates_are_compared_by_the_fields(original: Path, alter: Alter) -> None:
    def broken(col: Collection) -> None:
        made = the_type(col)
        made["tmpls"][0]["afmt"] = "{{Nowhere}}"
        data = json.dumps(made).encode()
        col._backend.add_or_update_notetype(
            json=data, preserve_usn_and_mtime=True, skip_checks=True
        )

    bad = alter(broken)
    assert the_same(compare(bad, alter(of=bad)))
    found = compare(bad, alter(edit("Niger", 1, "Lagos"), of=bad))
    assert ("Niger", "Capital?") in names(item.card for item in found.different)


def test_a_card_may_show_its_id(original: Path, alter: Alter) -> None:
    def with_id(col: Collection) -> None:
        made = the_type(col)
        made["tmpls"][0]["qfmt"] += "{{CardID}}"
        save(col, made)

    def other_ids(col: Collection) -> None:
        col.db.execute("UPDATE cards SET id = id + 1000000")

    shows = alter(with_id)
    assert the_same(compare(shows, alter(other_ids, of=shows)))


def test_a_long_list_is_cut_and_says_so(tmp_path: Path, alter: Alter, original: Path) -> None:
    def many(col: Collection) -> None:
        for number in range(15):
            add(col, the_type(col), "World", [f"Land {number:02} " + "long " * 30, "A", ""])

    found = compare(alter(many), original)
    assert len(found.missing) == 30
    shown = report.text(Proof(found))
    assert "  and 20 more (--format json has all)\n" in shown
    assert max(map(len, shown.splitlines())) <= 80
    told: Any = json.loads(json.dumps(report.record(Proof(found))))
    assert len(told["comparison"]["missing"]) == 30
    assert told["comparison"]["missing"][0]["card"] == "Capital?"
    assert told["would_lose"] is True


def test_what_is_no_package_is_refused(original: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.apkg"
    text.write_text("no package")
    for packages in ((original, text), (text, original)):
        with pytest.raises(RehearsalError, match=r"text\.apkg"):
            compare(*packages)


@pytest.mark.parametrize(
    ("css", "plain"),
    [
        (".card {font: 20px arial} .bold, #b, .i-b {color: red}", True),
        ("/* b {} */ .card {background: url(b.png)} @media (width > 1em) {.card {top: 1em}}", True),
        ("b {color: red}", False),
        (".card>strong{color: red}", False),
        ("@media print {.card em, h1 {color: red}}", False),
        (".front:not(DIV) {top: 0}", False),
        (".card br + img {top: 0}", False),
        ("img:first-child {top: 0}", False),
        ("", True),
    ],
)
def test_a_stylesheet_that_tells_elements_apart(css: str, plain: bool) -> None:
    assert is_plain(css) is plain


@pytest.mark.parametrize(
    ("template", "plain"),
    [
        ("<div><b>{{Front}}</b></div>", True),
        ("<style>.card {top: 0}</style>{{Front}}", True),
        ("<style>.card b {top: 0}</style>{{Front}}", False),
        ("<script>document.querySelectorAll('.card i')</script>", False),
        ('<script>$("#qa > div")</script>', False),
        ('<script>document.getElementById("b"); a.querySelector(".em")</script>', True),
    ],
)
def test_a_template_that_tells_elements_apart(template: str, plain: bool) -> None:
    assert is_plain(".card {color: red}", "{{Back}}", template) is plain


# --- learners ---------------------------------------------------------------------------------

FACTS = {f"fact-{n}": f"{{ask: 'Who was number {n}?', answer: Kennedy {n}}}" for n in range(20)}


@pytest.fixture
def publish(make_deck: Callable[..., pipeline.Project], tmp_path: Path) -> Callable[..., Path]:
    """A function that builds the deck on a day, with some facts in other words."""

    def build(day: int, **changes: str) -> Path:
        facts = {**FACTS, **changes}
        body = "".join(f"  {key}: {value}\n" for key, value in facts.items())
        project = make_deck(one=f"section: S\nfacts:\n{body}")
        package = tmp_path / f"release-{day}.apkg"
        assert pipeline.write(sound(project), package, NOW + day * 86_400)
        return package

    return build


def test_a_learner_keeps_every_review(publish: Callable[..., Path]) -> None:
    first = publish(0)
    again = publish(1)
    next_one = publish(
        2, **{"fact-3": "{ask: Who was the third?, answer: K}"}, more="{ask: Q?, answer: A}"
    )
    found = learner(first, [again, next_one], share=0.5)
    assert (found.of, found.cards, found.reviews) == (20, 10, 10)
    one, two = found.releases
    assert (one.new, one.updated, one.duplicate, one.conflicting) == (0, 0, 20, 0)
    assert (two.new, two.updated, two.duplicate, two.conflicting) == (1, 1, 19, 0)
    assert not any(release.harm or release.full_sync for release in found.releases)
    assert not found.would_lose
    whole = Proof(compare(first, again), (found,))
    assert report.text(whole).endswith(
        "A learner, with 10 reviews on 10 of 20 cards\n"
        "  imports release 1:\n"
        "    0 new notes, 0 updated, 20 unchanged, 0 conflicting\n"
        "  imports release 2:\n"
        "    1 new note, 1 updated, 19 unchanged, 0 conflicting\n"
        "\n"
        "Nothing is lost: every learner keeps every review.\n"
    )


def test_a_first_release_that_touches_notes_is_no_adoption(publish: Callable[..., Path]) -> None:
    first, other = publish(0), publish(1, **{"fact-3": "{ask: Who was the third?, answer: K}"})
    found = learner(first, [other])
    assert not found.releases[0].harm
    assert found.would_lose
    assert "does deck.lock lie beside deck.yaml?" in report.text(
        Proof(compare(first, first), (found,))
    )


def test_a_deck_with_other_guids_comes_twice(publish: Callable[..., Path], alter: Alter) -> None:
    def other_guids(col: Collection) -> None:
        col.db.execute("UPDATE notes SET guid = guid || 'x'")

    first = publish(0)
    found = learner(first, [alter(other_guids, of=first)])
    (release,) = found.releases
    assert (release.new, release.doubled_cards) == (20, 20)
    assert found.would_lose
    assert "    20 cards there twice\n" in report.text(Proof(compare(first, first), (found,)))


def test_who_came_by_crowdanki_merges_once(original: Path, alter: Alter, tmp_path: Path) -> None:
    start = foreign(original, tmp_path)
    compared = compare(original, start)
    assert compared.identical == 8
    assert {kind.shape for kind in compared.other_types} == {("id",)}
    stuck = learner(start, [original])
    assert stuck.releases[0].conflicting == 4
    assert stuck.would_lose
    found = learner(start, [original, alter(edit("Niger", 1, "Niamey"))], merge=True)
    first, second = found.releases
    assert (first.new, first.updated, first.duplicate, first.conflicting) == (0, 0, 4, 0)
    assert (second.new, second.updated, second.duplicate, second.conflicting) == (0, 1, 3, 0)
    assert (first.full_sync, second.full_sync) == (True, False)
    assert (first.retimed, second.retimed) == (4, 0)
    assert not found.would_lose


def test_reviews_on_an_emptied_card_are_counted(original: Path, alter: Alter) -> None:
    found = learner(original, [alter(edit("Italy", 0, "{{c1::Rome}} Italy"))], share=1)
    assert found.releases[0].emptied == 1
    assert found.would_lose


def test_a_field_that_merging_empties_is_a_loss(original: Path, alter: Alter) -> None:
    def renamed(col: Collection) -> None:
        made = the_type(col)
        for field in made["flds"]:
            field["id"] = None
        made["flds"][0]["name"] = "Land"
        made["tmpls"][0]["qfmt"] = "{{Land}}"
        save(col, made)

    found = learner(original, [alter(renamed)], merge=True, share=1)
    (release,) = found.releases
    assert release.changed_notes == 3
    assert found.would_lose
    told = report.text(Proof(compare(original, original), (found,)))
    assert "    3 notes not as before, without an update\n" in told
    assert told.endswith("Not safe: learners would lose something, or could not be updated.\n")


def test_a_shared_guid_of_another_type_is_never_updated(original: Path, alter: Alter) -> None:
    other = foreign(original, original.parent)
    found: Learner = learner(original, [other])
    assert found.releases[0].conflicting == 4
    names = {name.rstrip("+") for name in found.releases[0].doubled_types}
    assert names == {"Cloze", "Country"}


def test_cards_that_check_database_would_add_are_counted(original: Path, alter: Alter) -> None:
    def without_a_card(col: Collection) -> None:
        edit("Italy", 0, "{{c1::Rome}} {{c2::Italy}} {{c3::Europe}}")(col)
        col.db.execute("DELETE FROM cards WHERE ord = 2")

    found = learner(original, [alter(without_a_card)])
    assert found.releases[0].repaired == 1
    assert found.would_lose


def test_nothing_is_left_behind(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    copy = Path(shutil.copy(original, tmp_path / "copy.apkg"))
    before = copy.read_bytes()
    proof.compare(copy, copy)
    proof.learner(copy, [copy])
    proof.foreign(copy, tmp_path)
    assert list(temporary.iterdir()) == []
    assert copy.read_bytes() == before
