"""Rehearsals: what an import would do to a learner, told by the real Anki and nothing lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anki.collection import AddNoteRequest, Collection
from anki.dbproxy import DBProxy
from anki.decks import DeckId
from anki.notes import Note, NoteId

from conftest import DECK, sound
from crisis_cards import pipeline, rehearsal
from crisis_cards.cards import theme
from crisis_cards.cards.fields import TYPES
from crisis_cards.rehearsal import Report, rehearse, states
from crisis_cards.release import lock
from real_anki import answer, collection, import_package, snapshot

FIRST, SECOND, THIRD = 1_790_000_000, 1_790_001_000, 1_790_002_000
EDITED = FIRST + 500  # after the first release and before the second
FACTS = {
    "who": "{ask: Who spoke?, answer: Kennedy}",
    "when": "{ask: When?, answer: On Monday}",
    "where": "{ask: Where?, answer: On air, tags: [zeta, alpha]}",
    "blanks": "{cloze: The ==Soviets== left ==Cuba==}",
}
NEXT = {"who": "{ask: Who spoke on air?, answer: Kennedy}", "when": "{ask: When?, answer: At 7}"}

Make = Callable[..., pipeline.Project]
Publish = Callable[..., Path]


@pytest.fixture
def publish(make_deck: Make, tmp_path: Path) -> Publish:
    """A function that builds the deck at a time, with some facts in other words."""

    def build_it(now: int, changes: dict[str, str] | None = None, settings: str = DECK) -> Path:
        facts = {**FACTS, **(changes or {})}
        body = "".join(f"  {key}: {value}\n" for key, value in facts.items())
        project = make_deck(deck=settings, one=f"section: S\nfacts:\n{body}")
        target = tmp_path / f"{now}.apkg"
        assert pipeline.write(sound(project), target, now)
        return target

    return build_it


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of a learner's collection."""
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    yield
    assert list(temporary.iterdir()) == []


def the_lock() -> lock.Lock:
    """What was published up to now."""
    read, problems = lock.parse(Path("deck/deck.lock").read_text(), "deck.lock")
    assert read is not None
    assert not problems
    return read


def db(col: Collection) -> DBProxy:
    assert col.db is not None
    return col.db


def find(col: Collection, words: str) -> Note:
    (note,) = col.find_notes(f'"{words}"')
    return col.get_note(note)


@contextmanager
def edit(col: Collection, words: str, time: int = EDITED) -> Iterator[Note]:
    """A note to be changed by the learner, at a time."""
    note = find(col, words)
    yield note
    col.update_note(note)
    db(col).execute("UPDATE notes SET mod = ? WHERE id = ?", time, note.id)


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All files of a folder with their bytes and times."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def names(notes: Any) -> list[str]:
    return [note.name for note in notes]


def unharmed(report: Report) -> bool:
    return not (report.rescheduled_cards or report.changed_reviews or report.changed_others)


# --- without a learner's edits ----------------------------------------------------------------


def test_into_an_empty_collection(publish: Publish) -> None:
    package = publish(FIRST)
    report = rehearse(package)
    assert (report.found, report.new, report.new_cards) == (4, 4, 5)
    assert (report.updated, report.unchanged, report.conflicting) == ((), 0, ())
    assert report.decks_added == ("Test",)
    assert report.types_added == ("deck · cloze (crisis-cards)", "deck · question (crisis-cards)")
    assert not report.emptied
    assert not report.would_lose
    assert rehearsal.text(report) == (
        f"{package} into an empty collection\n"
        "  4 notes: 4 new, 0 updated, 0 unchanged, 0 conflicting\n"
        "  5 new cards\n"
        "  new deck: Test\n"
        "  new note type: deck · cloze (crisis-cards)\n"
        "  new note type: deck · question (crisis-cards)\n"
        "\n"
        "This import is safe: the learner loses nothing.\n"
    )


def test_onto_the_release_before(publish: Publish) -> None:
    first = publish(FIRST)
    second = publish(
        SECOND,
        {**NEXT, "blanks": "{cloze: The ==Soviets== left Cuba}", "more": "{ask: Q, answer: A}"},
    )
    report = rehearse(second, first)
    assert sorted(names(report.updated)) == [
        "The [Soviets] left Cuba",
        "When?",
        "Who spoke on air?",
    ]
    assert (report.new, report.unchanged, report.new_cards) == (1, 1, 1)
    assert [(note.name, note.cards) for note in report.emptied] == [
        ("The [Soviets] left Cuba", (2,))
    ]
    assert report.sure
    assert not report.would_lose
    assert "The [Soviets] left Cuba (card 2)\n" in rehearsal.text(report)


def test_a_card_that_was_empty_before_is_not_reported_again(publish: Publish) -> None:
    fewer = {"blanks": "{cloze: The ==Soviets== left Cuba}"}
    publish(FIRST)
    shutil.copy(publish(SECOND, fewer), "second.apkg")
    third = publish(THIRD, {**fewer, **NEXT})
    assert rehearse(third, Path("second.apkg")).emptied == ()


def test_the_same_package_again_changes_nothing(publish: Publish) -> None:
    first = publish(FIRST)
    report = rehearse(first, first)
    assert (report.new, report.updated, report.unchanged, report.new_cards) == (0, (), 4, 0)
    assert not report.would_lose


def test_a_release_over_a_later_one_is_kept_out(publish: Publish) -> None:
    first = publish(FIRST)
    report = rehearse(first, publish(SECOND, NEXT))
    assert report.updated == report.kept == ()
    assert sorted(names(report.ahead)) == ["When?", "Who spoke on air?"]
    assert rehearsal.text(report).endswith(
        "\nThis package is older than the release that the learner has: 2 notes stay as they are.\n"
        "\nThis import is safe: the learner loses nothing.\n"
    )


def test_a_learner_of_a_later_release_has_edited_nothing(publish: Publish, place: Path) -> None:
    first = publish(FIRST)
    with collection(place) as col:
        import_package(col, first)
        import_package(col, publish(SECOND, NEXT))
        _study(col)
    path = place / "collection.anki2"
    for published in (None, the_lock()):
        report = rehearse(first, path, published)
        assert (report.kept, report.missed, len(report.ahead)) == ((), (), 2)
        assert "This package is older" in rehearsal.text(report)
        assert "Who spoke" not in rehearsal.text(report)


def test_an_edit_stays_beside_a_later_release(publish: Publish, place: Path) -> None:
    first = publish(FIRST)
    with collection(place) as col:
        import_package(col, publish(SECOND, NEXT))
        with edit(col, "Where?", SECOND + 5) as note:
            note["Hint"] = "my own hint"
    report = rehearse(first, place / "collection.anki2")
    assert names(report.kept) == ["Where?"]
    assert report.missed == ()
    assert sorted(names(report.ahead)) == ["When?", "Who spoke on air?"]


# --- a learner's edits ------------------------------------------------------------------------


def _study(col: Collection) -> None:
    """Answers the cards of the deck, as a learner would."""
    for card in col.find_cards("deck:Test"):
        answer(col, card, rating=3)


def test_among_thousands_of_notes_one_edit_is_found(publish: Publish, place: Path) -> None:
    first = publish(FIRST)
    with collection(place) as col:
        import_package(col, first)
        basic = col.models.by_name("Basic")
        assert basic is not None
        requests = []
        for number in range(3000):
            note = col.new_note(basic)
            note["Front"], note["Back"] = f"front {number}", f"back {number}"
            requests.append(AddNoteRequest(note=note, deck_id=DeckId(1)))
        col.add_notes(requests)
        col.sched.set_due_date(col.find_cards("deck:Default")[:500], "5!")
        _study(col)
        assert db(col).scalar("SELECT count() FROM revlog") >= 4
        with edit(col, "Who spoke?") as note:
            note["Answer"] = "John F. Kennedy"
    second = publish(SECOND, NEXT)
    before = files(place)
    report = rehearse(second, place / "collection.anki2")
    assert names(report.overwritten) == ["Who spoke?"]
    assert [(note.id, note.name) for note in report.overwritten] == [(note.id, "Who spoke?")]
    assert len(report.updated) == 2
    assert unharmed(report)
    assert report.would_lose
    assert files(place) == before
    printed = rehearsal.text(report)
    assert f"replaced:\n  Who spoke?\n  in Anki: Browse, and search for nid:{note.id}\n" in printed
    assert printed.endswith("This import is not safe: something is lost, or cannot be updated.\n")


def test_an_edit_of_a_note_that_the_release_does_not_touch_is_safe(
    publish: Publish, place: Path
) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        with edit(col, "Where?") as note:
            note["Hint"] = "my own hint"
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2")
    assert not report.would_lose
    assert names(report.kept) == ["Where?"]
    assert report.missed == ()
    assert "Where?" not in rehearsal.text(report), "it loses nothing, and misses nothing"


def test_an_edit_that_is_newer_than_the_release_is_kept(publish: Publish, place: Path) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        with edit(col, "Who spoke?", SECOND + 1) as note:
            note["Answer"] = "Khrushchev"
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2")
    assert names(report.kept) == names(report.missed) == ["Who spoke?"]
    assert names(report.updated) == ["When?"]
    assert not report.would_lose
    assert "keep the learner's text, and miss what is new:\n  Who spoke?" in rehearsal.text(report)


def test_an_edit_that_the_release_makes_too_is_no_loss(publish: Publish, place: Path) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        with edit(col, "When?") as note:
            note["Answer"] = "At 7"
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2")
    assert len(report.updated) == 2
    assert not report.would_lose


def test_own_tags_are_lost_with_an_update(publish: Publish, place: Path) -> None:
    """The lock knows the text, whatever the order of the tags; so only the tags are lost."""
    with collection(place) as col:
        import_package(col, publish(FIRST))
        published = the_lock()
        with edit(col, "Where?") as note:
            note.tags += ["leech", "Mine"]
        assert note.tags != ["deck::one", "zeta", "alpha", "leech", "Mine"], "Anki sorts them"
    path = place / "collection.anki2"
    second = publish(SECOND, {"where": "{ask: Where?, answer: On air, tags: [alpha, other]}"})
    known = rehearse(second, path, published)
    assert [(tagged.name, tagged.tags) for tagged in known.untagged] == [
        ("Where?", ("leech", "Mine"))
    ]
    assert known.overwritten == ()
    assert known.would_lose
    assert "  Where? (leech, Mine)\n" in rehearsal.text(known)
    unknown = rehearse(second, path)
    assert set(unknown.untagged[0].tags) >= {"leech", "Mine"}
    assert unknown.overwritten == (), "the text is the same in both releases"


def test_a_leech_is_no_edit_of_the_text_to_those_who_have_the_lock(
    publish: Publish, place: Path
) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        published = the_lock()
        with edit(col, "Who spoke?") as note:
            note.tags.append("leech")
    second = publish(SECOND, NEXT)
    path = place / "collection.anki2"
    assert names(rehearse(second, path, published).overwritten) == []
    assert names(rehearse(second, path).overwritten) == ["Who spoke?"], "rather one too many"


def test_a_release_in_between_is_known_by_its_lock(publish: Publish, place: Path) -> None:
    """A note that changed in two releases: the third knows nothing of the second one's time."""
    publish(FIRST)
    with collection(place) as col:
        import_package(col, publish(SECOND, {"who": "{ask: Who talked?, answer: Kennedy}"}))
    published = the_lock()
    third = publish(THIRD, NEXT)
    path = place / "collection.anki2"
    careful = rehearse(third, path)
    assert names(careful.overwritten) == ["Who talked?"]
    assert not careful.sure
    assert "--lock" in rehearsal.text(careful)
    known = rehearse(third, path, published)
    assert known.sure
    assert not known.would_lose
    assert len(known.updated) == 2


def test_cards_that_were_never_studied_know_when_they_came(publish: Publish, place: Path) -> None:
    """A release that changes every note and note type knows nothing of the first one's time."""
    with collection(place) as col:
        import_package(col, publish(FIRST))
        with edit(col, "Who spoke?") as note:
            note["Answer"] = "John F. Kennedy"
    second = publish(SECOND, settings=DECK + "language: de\n")
    path = place / "collection.anki2"
    report = rehearse(second, path)
    assert len(report.updated) == 4
    assert names(report.overwritten) == ["Who spoke?"]
    with collection(place) as col:
        _study(col)
    assert len(rehearse(second, path).overwritten) == 4, "rather too many"


def test_an_edit_that_makes_a_card_is_an_edit(publish: Publish, place: Path) -> None:
    """The learner's own card has the time of the edit, but it was not imported."""
    with collection(place) as col:
        import_package(col, publish(FIRST))
        with edit(col, "The") as note:
            note["Text"] += " {{c7::at last}}"
        db(col).execute("UPDATE cards SET mod = ? WHERE ord = 6", EDITED)
    blanks = {"blanks": "{cloze: The ==Soviets== went from ==Cuba==}"}
    report = rehearse(publish(SECOND, {**NEXT, **blanks}), place / "collection.anki2")
    assert names(report.overwritten) == ["The [Soviets] left [Cuba] [at last]"]
    assert [(note.name, note.cards) for note in report.emptied] == [
        ("The [Soviets] went from [Cuba]", (7,))
    ]


def test_an_edit_is_found_with_the_lock_too(publish: Publish, place: Path) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        published = the_lock()
        with edit(col, "Who spoke?") as note:
            note["Extra"] = "what I want to remember"
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2", published)
    assert names(report.overwritten) == ["Who spoke?"]
    assert "--lock" not in rehearsal.text(report)


def test_a_note_with_the_time_of_its_import_is_known_by_its_content(
    publish: Publish, place: Path
) -> None:
    """As Anki 24.11 and older leave a note that they updated."""
    with collection(place) as col:
        import_package(col, publish(FIRST))
        db(col).execute("UPDATE notes SET mod = ?", EDITED)
    published = the_lock()
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2", published)
    assert len(report.updated) == 2
    assert not report.would_lose


# --- note types and decks ---------------------------------------------------------------------


def test_a_field_of_the_learners_own_is_a_conflict(publish: Publish, place: Path) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        db(col).execute("UPDATE notes SET id = id + 1000000")
        db(col).execute("UPDATE cards SET nid = nid + 1000000")
        note_type = col.models.by_name("deck · question (crisis-cards)")
        assert note_type is not None
        col.models.add_field(note_type, col.models.new_field("Mine"))
        col.models.update_dict(note_type)
        note = find(col, "Who spoke?")
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2")
    assert sorted(names(report.conflicting)) == ["When?", "Where?", "Who spoke?"]
    assert note.id in {found.id for found in report.conflicting}, "the learner's id"
    assert report.types_doubled == ("deck · question (crisis-cards)+",)
    assert report.updated == ()
    assert report.would_lose
    assert "Anki adds a second note type" in rehearsal.text(report)


ETYMOLOGY = {(kind, "Spare 1"): "Etymology" for kind in TYPES}


def learned(place: Path, package: Path) -> dict[str, list[Any]]:
    """What a learner has after an import and reviews of all cards."""
    with collection(place) as col:
        import_package(col, package)
        _study(col)
        return snapshot(col)


def test_a_spare_field_gets_a_name_without_a_conflict(
    publish: Publish, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = learned(place, publish(FIRST))
    monkeypatch.setattr(theme, "NAMES", ETYMOLOGY)
    second = publish(SECOND, {"who": NEXT["who"]})
    report = rehearse(second, place / "collection.anki2")
    assert (report.new, names(report.updated), report.unchanged) == (0, ["Who spoke on air?"], 3)
    assert (report.conflicting, report.types_added, report.types_doubled) == ((), (), ())
    assert report.types_changed == ("deck · cloze (crisis-cards)", "deck · question (crisis-cards)")
    assert not report.would_lose
    with collection(place) as col:
        assert import_package(col, second) == (4, 0, 1, 3, 0)
        after = snapshot(col)
        note_type = col.models.by_name("deck · question (crisis-cards)")
        assert note_type is not None
        fields = [field["name"] for field in note_type["flds"]]
        note = find(col, "Who spoke on air?")
        assert note["Etymology"] == ""
    assert fields == [name.replace("Spare 1", "Etymology") for name in theme.QUESTION_FIELDS]
    assert (after["cards"], after["revlog"]) == (before["cards"], before["revlog"])
    assert len(after["revlog"]) == len(after["cards"]) == 5


def test_a_field_with_another_id_is_a_conflict(
    publish: Publish, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why a field's id must not be made of the name that is shown."""
    learned(place, publish(FIRST))
    keys = tuple(name.replace("Spare 1", "Etymology") for name in theme.QUESTION_FIELDS)
    monkeypatch.setattr(theme, "QUESTION_FIELDS", keys)
    report = rehearse(publish(SECOND, {"who": NEXT["who"]}), place / "collection.anki2")
    assert sorted(names(report.conflicting)) == ["When?", "Where?", "Who spoke?"]
    assert report.types_doubled == ("deck · question (crisis-cards)+",)
    assert report.updated == ()
    assert report.would_lose


@pytest.mark.parametrize("own", [False, True])
def test_another_look(publish: Publish, place: Path, own: bool) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        note_type = col.models.by_name("deck · question (crisis-cards)")
        assert note_type is not None
        if own:
            note_type["css"] += " .card { color: red }"
            col.models.update_dict(note_type)
            db(col).execute(
                "UPDATE notetypes SET mtime_secs = ? WHERE id = ?", EDITED, note_type["id"]
            )
    second = publish(SECOND, settings=DECK + "language: de\n")
    report = rehearse(second, place / "collection.anki2")
    assert report.types_changed == ("deck · cloze (crisis-cards)", "deck · question (crisis-cards)")
    assert report.types_restyled == (("deck · question (crisis-cards)",) if own else ())
    assert report.would_lose is own


def test_a_renamed_deck_comes_back(publish: Publish, place: Path) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        deck = col.decks.by_name("Test")
        assert deck is not None
        col.decks.rename(deck, "My history")
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2")
    assert report.decks_added == ("Test",)
    assert unharmed(report)


# --- the promise that no review is touched ----------------------------------------------------


def test_what_anki_must_not_touch_is_watched(
    publish: Publish, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        basic = col.models.by_name("Basic")
        assert basic is not None
        note = col.new_note(basic)
        note["Front"] = "mine"
        col.add_note(note, DeckId(1))
        _study(col)
    second = publish(SECOND, NEXT)
    honest = states.run_import

    def careless(col: Collection, package: Path) -> Any:
        log = honest(col, package)
        if col.find_notes("front:mine"):
            cards = db(col).list("SELECT id FROM cards ORDER BY id LIMIT 2")
            db(col).execute(f"UPDATE cards SET due = due + 1 WHERE id IN ({cards[0]}, {cards[1]})")
            db(col).execute("DELETE FROM revlog WHERE id = (SELECT min(id) FROM revlog)")
            db(col).execute("UPDATE notes SET flds = 'x' || flds WHERE id = ?", note.id)
        return log

    monkeypatch.setattr(states, "run_import", careless)
    report = rehearse(second, place / "collection.anki2")
    assert (report.rescheduled_cards, report.changed_reviews, report.changed_others) == (2, 1, 1)
    assert report.would_lose
    assert "Anki changed 2 cards of the learner's: please report this." in rehearsal.text(report)


# --- the learner's files ----------------------------------------------------------------------

HOLDER = """\
import sys
from anki.collection import Collection
col = Collection(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
col.close()
"""


def test_a_collection_that_is_open_in_anki_is_refused(publish: Publish, place: Path) -> None:
    first = publish(FIRST)
    path = place / "collection.anki2"
    with collection(place) as col:
        import_package(col, first)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        before = files(place)
        with pytest.raises(rehearsal.RehearsalError, match="is open in Anki: close Anki"):
            rehearse(first, path)
        assert files(place) == before
        holder.communicate()
    assert rehearse(first, path).unchanged == 4


def test_what_a_crash_left_in_the_journal_counts(
    publish: Publish, place: Path, tmp_path: Path
) -> None:
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with collection(place) as col:
        import_package(col, publish(FIRST))
        with edit(col, "Who spoke?") as note:
            note["Answer"] = "John F. Kennedy"
        for file in place.glob("collection.anki2*"):
            shutil.copy(file, crashed)
    assert (crashed / "collection.anki2-wal").stat().st_size
    before = files(crashed)
    report = rehearse(publish(SECOND, NEXT), crashed / "collection.anki2")
    assert names(report.overwritten) == ["Who spoke?"]
    assert files(crashed) == before


def test_a_collection_that_changes_while_it_is_copied_is_refused(
    publish: Publish, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(FIRST)
    with collection(place) as col:
        import_package(col, first)
    copy = shutil.copyfile

    def slow(file: Path, target: Path) -> None:
        copy(file, target)
        with file.open("ab") as written:
            written.write(b"x")

    monkeypatch.setattr("shutil.copyfile", slow)
    with pytest.raises(rehearsal.RehearsalError, match="was written to while it was copied"):
        rehearse(first, place / "collection.anki2")


def test_onto_a_backup(publish: Publish, place: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.colpkg"
    col = Collection(str(place / "collection.anki2"))
    import_package(col, publish(FIRST))
    with edit(col, "Who spoke?") as note:
        note["Answer"] = "John F. Kennedy"
    col.export_collection_package(str(backup), include_media=False, legacy=False)
    before = backup.read_bytes()
    report = rehearse(publish(SECOND, NEXT), backup)
    assert names(report.overwritten) == ["Who spoke?"]
    assert backup.read_bytes() == before


def _zip(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)


@pytest.mark.parametrize(
    ("data", "as_package", "as_collection"),
    [
        (None, "cannot be read: no such file", "cannot be read: no such file"),
        (b"", "is no Anki package", "is neither an Anki collection nor a package"),
        (b"hello", "is no Anki package", "is neither an Anki collection nor a package"),
        (b"PK" + bytes(300), "is no Anki package", "is neither an Anki collection nor a package"),
        (b"SQLite format 3\0" + bytes(3000), "is no Anki package", "is no Anki collection, or it"),
        ("zip", "cannot be imported: it is damaged", "cannot be imported: it is damaged"),
        ("empty", "holds no notes that Anki can read", "holds no notes that Anki can read"),
        ("database", "is no Anki package", "is no Anki collection, or it is damaged"),
        ("folder", "is a folder: name the file in it", "is a folder: name the file in it"),
    ],
)
def test_what_cannot_be_rehearsed_is_said_in_one_sentence(
    publish: Publish, tmp_path: Path, data: object, as_package: str, as_collection: str
) -> None:
    good = publish(FIRST)
    bad = tmp_path / "bad"
    if isinstance(data, bytes):
        bad.write_bytes(data)
    elif data == "zip":
        _zip(bad, a_txt=b"x")
    elif data == "empty":
        _zip(bad, collection_anki2=b"x", media=b"{}")
    elif data == "database":
        with sqlite3.connect(bad) as connection:
            connection.execute("CREATE TABLE t (x)")
    elif data == "folder":
        bad.mkdir()
    for package, onto, words in ((bad, good, as_package), (good, bad, as_collection)):
        with pytest.raises(rehearsal.RehearsalError) as raised:
            rehearse(package, onto)
        assert str(raised.value).startswith(f"{bad} {words}")
        assert "\n" not in str(raised.value)


def test_a_collection_of_a_newer_anki(publish: Publish, place: Path) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
    with sqlite3.connect(place / "collection.anki2") as connection:
        connection.execute("UPDATE col SET ver = 99")
    with pytest.raises(rehearsal.RehearsalError, match="was written by a newer Anki"):
        rehearse(publish(SECOND, NEXT), place / "collection.anki2")


def test_without_anki_one_line_says_how_to_install_it(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = publish(FIRST)
    for name in [name for name in sys.modules if name.split(".")[0] == "anki"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(rehearsal.UnavailableError) as raised:
        rehearse(package)
    assert str(raised.value) == ("rehearsing needs the real Anki: pip install 'crisis-cards[anki]'")


def test_the_module_itself_does_not_need_anki() -> None:
    code = "import sys, crisis_cards.rehearsal; sys.exit('anki' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- words ------------------------------------------------------------------------------------


def test_a_long_list_is_cut_for_people_and_whole_for_programs(
    publish: Publish, place: Path
) -> None:
    more = {f"f{n}": f"{{ask: '<b>Question</b> {n} {'x' * 90}', answer: A}}" for n in range(120)}
    first = publish(FIRST, more)
    changed = {key: value.replace("answer: A", "answer: B") for key, value in more.items()}
    with collection(place) as col:
        import_package(col, first)
        for at, note_id in enumerate(col.find_notes("Question")):
            with edit(col, f"nid:{note_id}", EDITED + at) as note:
                note["Hint"] = "my own hint"
    report = rehearse(publish(SECOND, changed), place / "collection.anki2")
    assert len(report.overwritten) == 120
    assert all(len(note.name) == 70 and note.name.endswith("x…") for note in report.overwritten)
    assert report.overwritten[0].name.startswith("<b>Question</b> ")
    printed = rehearsal.text(report)
    assert printed.count("<b>Question</b>") == 10
    assert "  and 110 more\n" in printed
    assert "--format json" in printed
    record = json.loads(json.dumps(rehearsal.record(report)))
    assert record["search"]["overwritten"].count(",") == 119
    assert record["overwritten"][0] == {
        "id": report.overwritten[0].id,
        "name": report.overwritten[0].name,
    }
    assert record["would_lose"] is True


def test_names_have_no_control_characters(publish: Publish, place: Path) -> None:
    with collection(place) as col:
        import_package(col, publish(FIRST))
        for words, text in (("Who spoke?", "\x1b[31mred"), ("When?", "<br>")):
            note: NoteId = find(col, words).id
            fields = db(col).scalar("SELECT flds FROM notes WHERE id = ?", note).split("\x1f")
            db(col).execute(
                "UPDATE notes SET flds = ?, mod = ? WHERE id = ?",
                "\x1f".join([text, *fields[1:]]),
                EDITED,
                note,
            )
    report = rehearse(publish(SECOND, NEXT), place / "collection.anki2")
    assert set(names(report.overwritten)) == {"[31mred", "(no text)"}
