"""The real Anki, as a judge: a throw-away collection and the few questions that tests ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import anki.lang
from anki.collection import Collection
from anki.import_export_pb2 import (
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ImportResponse,
)
from anki.scheduler_pb2 import CardAnswer
from anki.utils import to_json_bytes

anki.lang.set_lang("en")


class Imported(NamedTuple):
    """What Anki says of an import: how many notes fell under each heading."""

    found: int
    new: int
    updated: int
    duplicate: int
    conflicting: int


@contextmanager
def collection(folder: Path) -> Iterator[Collection]:
    col = Collection(str(folder / "collection.anki2"))
    try:
        yield col
    finally:
        col.close()


def _import(col: Collection, package: Path) -> ImportResponse.Log:
    request = ImportAnkiPackageRequest(
        package_path=str(package), options=ImportAnkiPackageOptions()
    )
    log = col.import_anki_package(request).log
    col.models._clear_cache()
    return log


def import_package(col: Collection, package: Path) -> Imported:
    """An import with the options that Anki's dialog shows at first."""
    log = _import(col, package)
    return Imported(
        log.found_notes,
        len(log.new),
        len(log.updated),
        len(log.duplicate),
        len(log.conflicting),
    )


def cards(col: Collection) -> set[tuple[str, int]]:
    """Every card as its note's GUID and its ordinal."""
    rows = col.db.all("SELECT n.guid, c.ord FROM cards c JOIN notes n ON n.id = c.nid")
    return {(guid, ordinal) for guid, ordinal in rows}


def empty_cards(col: Collection) -> int:
    """How many cards "Tools → Empty Cards" would list."""
    return sum(len(note.card_ids) for note in col.get_empty_cards().notes)


def dirty_rows(col: Collection) -> dict[str, int]:
    """Rows that a sync would send, by table: none of them after an import that changed nothing."""
    counts = {}
    for table in ("notes", "cards", "decks", "notetypes"):
        counts[table] = col.db.scalar(f"SELECT count() FROM {table} WHERE usn = -1")
    return counts


def synchronise(col: Collection) -> None:
    """As after a sync: no row waits to be sent."""
    for table in ("notes", "cards", "decks", "notetypes"):
        col.db.execute(f"UPDATE {table} SET usn = 0")


def snapshot(col: Collection) -> dict[str, list[Any]]:
    """All rows of notes, cards, reviews, decks and note types."""
    tables = ("notes", "cards", "revlog", "decks", "notetypes", "fields", "templates")
    return {table: sorted(map(tuple, col.db.all(f"SELECT * FROM {table}"))) for table in tables}


def rendered(col: Collection) -> dict[tuple[str, int], tuple[str, str]]:
    """Question and answer of every card by its note's GUID and its ordinal."""
    faces = {}
    for card_id in col.db.list("SELECT id FROM cards"):
        card = col.get_card(card_id)
        output = card.render_output()
        faces[card.note().guid, card.ord] = (output.question_text, output.answer_text)
    return faces


def rendered_with(
    col: Collection, front: str, back: str, fields: dict[str, str], tags: Sequence[str]
) -> list[tuple[str, str]]:
    """Question and answer of every card that Anki makes with a cloze type of these templates."""
    note_type: Any = col.models.by_name("Cloze")
    col.models.rename_field(note_type, note_type["flds"][1], list(fields)[1])
    note_type["tmpls"][0].update(qfmt=front, afmt=back)
    col.models.update_dict(note_type)
    note = col.new_note(col.models.get(note_type["id"]))  # type: ignore[arg-type]
    note.fields, note.tags = list(fields.values()), list(tags)
    col.add_note(note, col.decks.id("Default"))  # type: ignore[arg-type]
    outputs = [card.render_output() for card in note.cards()]
    return [(output.question_text, output.answer_text) for output in outputs]


# For histories: a learner's doings, at times of the test's choice, and rows by what they are.


def import_guids(col: Collection, package: Path) -> dict[str, set[str]]:
    """The same import as `import_package`; the GUIDs of the notes under each heading."""
    log = _import(col, package)
    listed = {
        "new": log.new,
        "updated": log.updated,
        "duplicate": log.duplicate,
        "conflicting": log.conflicting,
    }
    guids: dict[int, str] = dict(map(tuple, col.db.all("SELECT id, guid FROM notes")))
    return {name: {guids[note.id.nid] for note in notes} for name, notes in listed.items()}


class NoteRow(NamedTuple):
    """A row of the table of notes."""

    id: int
    guid: str
    mid: int
    mod: int
    usn: int
    tags: str
    flds: str
    sfld: Any
    csum: int
    flags: int
    data: str


def note_rows(col: Collection) -> list[NoteRow]:
    return [NoteRow(*row) for row in col.db.all("SELECT * FROM notes")]


def card_rows(col: Collection) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Whole rows of cards by GUID and ordinal; the first column is the card's id."""
    rows = col.db.all("SELECT n.guid, c.* FROM cards c JOIN notes n ON n.id = c.nid")
    return {(guid, row[3]): tuple(row) for guid, *row in rows}


def empty_card_ids(col: Collection) -> set[int]:
    """The cards that "Tools → Empty Cards" would list."""
    return {card for note in col.get_empty_cards().notes for card in note.card_ids}


def make_deck(col: Collection, name: str) -> int:
    return int(col.decks.id(name))  # type: ignore[arg-type]


def delete_note(col: Collection, row: NoteRow) -> None:
    col.remove_notes([row.id])  # type: ignore[list-item]


def remove_empty_cards(col: Collection) -> None:
    col.remove_cards_and_orphaned_notes(list(empty_card_ids(col)))  # type: ignore[arg-type]


def answer(col: Collection, card_id: int, rating: int) -> None:
    """An answer to any card, whether it is its turn or not; `rating` from 0 to 3."""
    card = col.get_card(card_id)  # type: ignore[arg-type]
    card.start_timer()
    states = col._backend.get_scheduling_states(card_id)
    chosen: Any = CardAnswer.Rating.Name(rating)  # type: ignore[arg-type]
    built = col.sched.build_answer(card=card, states=states, rating=CardAnswer.Rating.Value(chosen))
    col.sched.answer_card(built)


def study(col: Collection) -> None:
    """An answer to every card."""
    for card_id in col.db.list("SELECT id FROM cards"):
        answer(col, card_id, 3)


def edit_note(col: Collection, row: NoteRow, text: str, mod: int) -> None:
    """A learner's own words in the fifth field of a note."""
    note = col.get_note(row.id)  # type: ignore[arg-type]
    note.fields[4] += text
    col.update_note(note)
    col.db.execute("UPDATE notes SET mod = ? WHERE id = ?", mod, row.id)


def tag_note(col: Collection, row: NoteRow, tag: str, mod: int) -> None:
    col.tags.bulk_add([row.id], tag)  # type: ignore[list-item]
    col.db.execute("UPDATE notes SET mod = ? WHERE id = ?", mod, row.id)


def style(col: Collection, notetype_id: int, css: str, mod: int) -> None:
    """A learner's own styling of a note type."""
    notetype: Any = col.models.get(notetype_id)  # type: ignore[arg-type]
    data = to_json_bytes({**notetype, "css": notetype["css"] + css, "mod": mod})
    col._backend.add_or_update_notetype(json=data, preserve_usn_and_mtime=True, skip_checks=False)
    col.models._clear_cache()
