"""Pictures with regions: one card each, drawn by Anki's own image occlusion, in the real Anki."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from anki.notes_pb2 import NoteFieldsCheckResponse

from conftest import DECK, PIXEL, fields, sound
from crisis_cards import pipeline
from crisis_cards.commands.diff import between
from crisis_cards.format.folders import LOCK
from crisis_cards.release import diff, lock
from crisis_cards.release.plan import Release
from real_anki import card_rows, cards, collection, empty_card_ids, import_package, study

NOW = 1_790_000_000
ASK = "  who: {ask: Who was there?, answer: They}\n"
HAVANA = "      havana: {answer: Havana, at: [10, 20, 30, 5.5]}\n"
LIMA = "      lima: {answer: Lima, at: [50, 80, 20%, 10%]}\n"
QUITO = "      quito: {answer: Quito, at: [50, 60, 20, 10]}\n"


class Author:
    """Somebody who releases a deck with a picture every day, to one learner."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "deck"
        (self.folder / "media").mkdir(parents=True)
        (self.folder / "media" / "map.png").write_bytes(PIXEL)
        (self.folder / "deck.yaml").write_text(DECK)
        self.now = NOW
        self.package = folder / "deck.apkg"

    def release(self, *regions: str, question: str = "Which place?", ask: str = ASK) -> Release:
        self.now += 86_400
        project = self.write(*regions, question=question, ask=ask)
        assert [problem for problem in project.problems if problem.check != "orphan-media"] == []
        built = pipeline.write(sound(project), self.package, self.now)
        assert built is not None
        return built.release

    def write(
        self, *regions: str, question: str = "Which place?", ask: str = ASK
    ) -> pipeline.Project:
        picture = (
            f"  map:\n    picture: {question}\n    image: map.png\n    alt: Map\n    regions:\n"
            if regions
            else ""
        )
        text = f"section: S\nsource: book\nfacts:\n{ask}{picture}{''.join(regions)}"
        (self.folder / "one.yaml").write_text(text)
        return pipeline.read(self.folder)


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def _numbers(release: Release) -> dict[str, int]:
    """Answer → number of its cloze."""
    (note,) = (note for note in release.notes if note.type == "picture")
    field = fields(note)._asdict()["answer"]
    return {text: int(number) for number, text in re.findall(r"\{\{c(\d+)::(.*?)\}\}", field)}


def test_anki_takes_the_note_for_its_own_image_occlusion(author: Author, tmp_path: Path) -> None:
    """Its editor opens the regions to be moved by the learner, before and after Check Database."""
    author.release(HAVANA, LIMA)
    with collection(tmp_path) as col:
        import_package(col, author.package)
        before = cards(col)
        assert len(before) == 3
        for _ in range(2):
            note_id = col.db.scalar("SELECT id FROM notes WHERE flds LIKE '%occlusion%'")
            note = col.get_image_occlusion_note(note_id).note
            assert note.image_data == PIXEL
            assert note.header == "Which place?"
            assert note.occlude_inactive
            assert col.get_note(note_id).fields_check() == NoteFieldsCheckResponse.NORMAL
            assert {
                occlusion.ordinal: [
                    (shape.shape, {p.name: float(p.value) for p in shape.properties})
                    for shape in occlusion.shapes
                ]
                for occlusion in note.occlusions
            } == {
                1: [("rect", {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.055, "oi": 1})],
                2: [("rect", {"left": 0.5, "top": 0.8, "width": 0.2, "height": 0.1, "oi": 1})],
            }
            assert col.fix_integrity()[1]
        assert cards(col) == before
        assert not empty_card_ids(col)


def test_a_card_names_its_own_region_and_no_other(author: Author, tmp_path: Path) -> None:
    author.release(HAVANA, LIMA)
    with collection(tmp_path) as col:
        import_package(col, author.package)
        for name, other in (("Havana", "Lima"), ("Lima", "Havana")):
            (card_id,) = col.find_cards(f"card:{1 if name == 'Havana' else 2} Answer:*{name}*")
            rendered = col.get_card(card_id).render_output()
            assert name not in rendered.question_text
            assert name in rendered.answer_text
            assert other not in rendered.question_text + rendered.answer_text


def test_the_browser_lists_a_picture_by_its_question(author: Author, tmp_path: Path) -> None:
    author.release(HAVANA, question="Where?")
    with collection(tmp_path) as col:
        import_package(col, author.package)
        assert set(col.db.list("SELECT sfld FROM notes")) == {"Who was there?", "Where?"}
        col.fix_integrity()
        assert set(col.db.list("SELECT sfld FROM notes")) == {"Who was there?", "Where?"}


def test_regions_keep_their_history_when_they_move_or_change_places(
    author: Author, tmp_path: Path
) -> None:
    author.release(HAVANA, LIMA)
    with collection(tmp_path) as col:
        import_package(col, author.package)
        study(col)
        before = card_rows(col)
        moved = LIMA.replace("50, 80", "40, 70").replace("Lima,", "Lima in Peru,")
        release = author.release(moved, QUITO, HAVANA)
        assert release.changed == ("map/picture",)
        assert _numbers(release) == {"Lima in Peru": 2, "Quito": 3, "Havana": 1}
        log = import_package(col, author.package)
        assert (log.updated, log.duplicate, log.conflicting) == (1, 1, 0)
        after = card_rows(col)
        assert {key: after[key] for key in before} == before
        assert len(after) == len(before) + 1
        assert not empty_card_ids(col)


def test_a_region_that_goes_leaves_its_card_and_its_number(author: Author, tmp_path: Path) -> None:
    author.release(HAVANA, LIMA)
    with collection(tmp_path) as col:
        import_package(col, author.package)
        release = author.release(LIMA, QUITO)
        assert release.emptied == {"map/picture": (1,)}
        assert _numbers(release) == {"Lima": 2, "Quito": 3}
        import_package(col, author.package)
        assert len(empty_card_ids(col)) == 1
        assert _numbers(author.release(LIMA, HAVANA)) == {"Lima": 2, "Havana": 1}
        import_package(col, author.package)
        assert not empty_card_ids(col) & {row[0] for row in card_rows(col).values() if not row[3]}


def test_a_later_release_may_bring_the_first_picture(author: Author, tmp_path: Path) -> None:
    """A third note type arrives, and what is there stays as it was."""
    first = author.release()
    assert "picture" not in first.types
    with collection(tmp_path) as col:
        import_package(col, author.package)
        study(col)
        before = card_rows(col)
        types = len(col.models.all_names_and_ids())
        release = author.release(HAVANA, LIMA)
        assert (release.new, release.changed) == (("map/picture",), ())
        assert release.types == {**first.types, "picture": author.now}
        log = import_package(col, author.package)
        assert (log.new, log.duplicate, log.conflicting) == (1, 1, 0)
        assert len(col.models.all_names_and_ids()) == types + 1
        after = card_rows(col)
        assert {key: after[key] for key in before} == before
        assert author.release().types == release.types, "what was published is remembered"


def test_a_first_picture_is_no_change_of_looks(author: Author) -> None:
    author.release()
    made = between(sound(author.write(HAVANA)), author.package, author.now + 1)
    assert [change.name for change in made.new] == ["Which place?"]
    assert made.looks == ()


def test_a_moved_region_is_told_by_the_question(author: Author) -> None:
    author.release(HAVANA)
    deck = sound(author.write(HAVANA.replace("10, 20", "11, 21")))
    told = diff.text(between(deck, author.package, author.now + 1))
    assert "map/picture: Which place?" in told
    assert "image-occlusion" not in told


def test_more_regions_than_cards_are_refused(author: Author) -> None:
    regions = "".join(
        f"      r-{at}: {{answer: A, at: [{at % 25 * 4}, {at // 25 * 4}, 3, 3]}}\n"
        for at in range(501)
    )
    (problem,) = author.write(regions).problems
    assert (problem.check, problem.span.source.strip()[:6]) == ("wrong-count", "r-500:")


def test_neither_alt_nor_hint_may_name_what_is_asked(author: Author) -> None:
    """Both are on the front: the text alternative is read out to whoever cannot see the picture."""
    asked = author.write(LIMA, QUITO)
    assert "answer-leak" not in {problem.check for problem in asked.problems}
    path = author.folder / "one.yaml"
    path.write_text(path.read_text().replace("alt: Map", "alt: Map with Lima"))
    (problem,) = (p for p in pipeline.read(author.folder).problems if p.check == "answer-leak")
    assert (problem.span.source.strip(), problem.span.column) == ("alt: Map with Lima", 19)


def test_a_lock_of_pictures_reads_as_it_was_written(author: Author) -> None:
    release = author.release(HAVANA, LIMA)
    text = (author.folder / LOCK).read_text()
    read, problems = lock.parse(text, LOCK)
    assert problems == []
    assert read == release.lock
