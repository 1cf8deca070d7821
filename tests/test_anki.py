"""Packages in the real Anki: the shipped deck, card by card."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from anki.collection import Collection

from conftest import copy_of_shipped, fields, sound
from crisis_cards import pipeline
from crisis_cards.cards.fields import TYPES, Question, Regions
from crisis_cards.format.deck import Settings
from crisis_cards.release.plan import Published
from real_anki import (
    cards,
    collection,
    dirty_rows,
    empty_cards,
    import_package,
    snapshot,
    synchronise,
)

NOW = 1_790_000_000


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Project:
    project = copy_of_shipped(tmp_path_factory.mktemp("decks"))
    assert not project.problems
    return project


@pytest.fixture(scope="module")
def deck(project: pipeline.Project) -> Settings:
    return sound(project).settings


@pytest.fixture(scope="module")
def built(project: pipeline.Project, tmp_path_factory: pytest.TempPathFactory) -> pipeline.Built:
    built = pipeline.write(sound(project), tmp_path_factory.mktemp("dist") / "deck.apkg", NOW)
    assert built is not None
    return built


@pytest.fixture(scope="module")
def package(built: pipeline.Built) -> Path:
    return built.package


@pytest.fixture(scope="module")
def col(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    with collection(tmp_path_factory.mktemp("anki")) as opened:
        log = import_package(opened, package)
        assert log.new == log.found
        yield opened


@pytest.fixture(scope="module")
def notes(built: pipeline.Built) -> dict[str, Published]:
    return {note.guid: note for note in built.release.notes}


def test_every_note_arrives(col: Collection, notes: dict[str, Published]) -> None:
    assert set(col.db.list("SELECT guid FROM notes")) == set(notes)


def test_fields_arrive_as_they_were_made(col: Collection, notes: dict[str, Published]) -> None:
    rows = col.db.all("SELECT guid, flds FROM notes")
    assert {key: tuple(flds.split("\x1f")) for key, flds in rows} == {
        key: tuple(fields(note)) for key, note in notes.items()
    }


def test_all_note_types_are_used_and_named_for_the_deck(col: Collection, deck: Settings) -> None:
    used = {col.models.get(mid)["name"] for mid in col.db.list("SELECT DISTINCT mid FROM notes")}  # type: ignore[index]
    assert used == {f"{deck.id} · {kind} (crisis-cards)" for kind in TYPES}


def test_cards_are_those_that_anki_makes(col: Collection) -> None:
    before = cards(col)
    assert empty_cards(col) == 0
    _, fine = col.fix_integrity()
    assert fine
    assert cards(col) == before


def test_new_cards_come_in_the_order_of_the_files(
    col: Collection, deck: Settings, notes: dict[str, Published]
) -> None:
    rows = col.db.all(
        "SELECT n.guid FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.due, c.ord"
    )
    order = list(dict.fromkeys(key for (key,) in rows))
    assert order == list(notes)
    due = col.db.all("SELECT nid, count(DISTINCT due) FROM cards GROUP BY nid")
    assert all(number == 1 for _, number in due), "cards of one note stand at one place"


def test_the_scheduler_shows_the_first_facts_first(
    col: Collection, notes: dict[str, Published]
) -> None:
    col.decks.select(col.decks.id_for_name("Cuban Missile Crisis"))  # type: ignore[arg-type]
    queued = col.sched.get_queued_cards(fetch_limit=5).cards
    shown = [col.get_note(queue.card.note_id).guid for queue in queued]
    assert shown == list(notes)[: len(shown)]


def test_every_note_has_its_section_as_a_tag(
    col: Collection, deck: Settings, notes: dict[str, Published]
) -> None:
    sections: Counter[str] = Counter()
    for note_id in col.db.list("SELECT id FROM notes"):
        note = col.get_note(note_id)
        tagged = [tag for tag in note.tags if re.match(rf"{deck.tag}::\d-", tag)]
        assert len(tagged) == 1
        sections[tagged[0]] += 1
    assert len(sections) == 7
    assert min(sections.values()) >= 3


def _text(html: str) -> str:
    html = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_the_answer_is_hidden_on_the_front_and_shown_on_the_back(
    col: Collection, notes: dict[str, Published]
) -> None:
    for card_id in col.db.list("SELECT id FROM cards"):
        card = col.get_card(card_id)
        rendered = card.render_output()
        front, back = _text(rendered.question_text), _text(rendered.answer_text)
        assert "{{" not in rendered.question_text + rendered.answer_text
        made = fields(notes[card.note().guid])
        if isinstance(made, Question):
            question, answer = _text(made.question), _text(made.answer)
            assert question in front
            assert not re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", front), (question, answer)
        elif isinstance(made, Regions):
            answer, _ = _blanks(made.answer)[card.ord + 1]
            assert answer not in front
        else:
            answer, _ = _blanks(made.text)[card.ord + 1]
            assert "[" in front
            assert not re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", front), made.text
        assert answer in back
        assert front.split("[")[0] in back, "the question stays on the back"


def _blanks(text: str) -> dict[int, tuple[str, str]]:
    """Number → answer and hint of the blanks of a field without nested ones."""
    found = re.findall(r"\{\{c(\d+)::(.*?)(?:::(.*?))?\}\}", text)
    return {int(number): (_text(answer), _text(hint)) for number, answer, hint in found}


def test_a_second_import_of_the_same_package_changes_nothing(package: Path, tmp_path: Path) -> None:
    with collection(tmp_path) as opened:
        import_package(opened, package)
        synchronise(opened)
        before = snapshot(opened)
        log = import_package(opened, package)
        assert (log.new, log.updated, log.conflicting) == (0, 0, 0)
        assert log.duplicate == log.found
        assert snapshot(opened) == before
        assert set(dirty_rows(opened).values()) == {0}
