"""The card generator: facts → notes, as text that a person can read and compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import lay_out
from crisis_cards import build, notes, theme
from crisis_cards.facts import KINDS
from crisis_cards.lock import Lock
from crisis_cards.notes import Note, Part, Question, Regions, Sentence
from crisis_cards.numbering import Numbering

GOLDEN = Path(__file__).parent / "golden"


def _shown(note: Note) -> str:
    lines = [f"{note.key} ({note.type}) {' '.join(note.tags)}"]
    for name, value in note.fields._asdict().items():
        if value:
            lines.append(f"  {name}: " + value.replace("\n", "\n    "))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_notes_are_those_on_record(
    case: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _, deck, _, problems, *_ = build.read(lay_out(case, tmp_path))
    assert deck is not None
    assert not problems
    shown = "\n".join(_shown(note) for note in notes.generate(deck, Numbering(Lock())))
    expected = case.with_suffix(".notes")
    if request.config.getoption("--bless"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_every_kind_has_a_maker() -> None:
    assert set(notes.MAKERS) == set(KINDS)


def test_field_lists_are_frozen() -> None:
    """Anki's import refuses every update once a field or template is added, removed or moved."""
    shared = (
        "Label", "Hint", "Extra", "Date", "Timeline", "Image", "Section", "Source", "Retired",
        "Spare 1", "Spare 2", "Spare 3",
    )  # fmt: skip
    assert ("Question", "Answer", *shared) == theme.QUESTION_FIELDS
    assert ("Text", *shared) == theme.CLOZE_FIELDS
    assert theme.PICTURE_FIELDS == (
        "Regions", "Image", "Question", "Extra", "Answer", "Credit", "Label", "Hint", "Date",
        "Timeline", "Section", "Source", "Retired", "Spare 1", "Spare 2", "Spare 3",
    )  # fmt: skip
    for names, fields in (
        (theme.QUESTION_FIELDS, Question),
        (theme.CLOZE_FIELDS, Sentence),
        (theme.PICTURE_FIELDS, Regions),
    ):
        assert tuple(name.lower().replace(" ", "_") for name in names) == fields._fields


def test_guids_are_frozen() -> None:
    assert notes.guid("cuban-missile-crisis", "excomm/meaning") == "YpzRSv_pn9p9ocoe"


Make = Callable[..., build.Project]

SECTION = """\
section: {title}
source: book
facts:
  a: {{ask: {ask}, answer: A}}
  b: {{cloze: "The {blank} ==one== and ==two=="}}
"""


def test_identity_does_not_depend_on_text_order_file_or_section(make_deck: Make) -> None:
    def keys(**files: str) -> set[str]:
        _, deck, _, problems, *_ = make_deck(**files)
        assert deck is not None
        assert not problems
        return {note.key for note in notes.generate(deck, Numbering(Lock()))}

    before = keys(one=SECTION.format(title="T", ask="Q", blank="x"))
    after = keys(one=SECTION.format(title="Other", ask="Which of the letters?", blank="y"))
    assert before == after == {"a/ask", "b/cloze"}


def test_numbers_of_parts_that_were_never_published() -> None:
    parts = [Part("a"), Part("b", fixed=3), Part("c", fixed=1), Part("d"), Part("e")]
    assert Numbering(Lock())("x/cloze", parts) == (2, 3, 1, 4, 5)


def test_numbers_can_come_from_elsewhere(make_deck: Make) -> None:
    """What was published decides; the generator only asks."""
    _, deck, *_ = make_deck(
        one="section: S\nfacts:\n  s: {sequence: T, steps: [x, y]}\n  c: {cloze: ==a== ==b==}\n"
    )
    asked = {}

    def number(key: str, parts: object) -> list[int]:
        asked[key] = parts
        return [7, 5]

    assert deck is not None
    made = list(notes.generate(deck, number))
    assert [note.key for note in made] == ["s/step-7", "s/step-5", "c/cloze"]
    assert made[2].fields[0] == "{{c7::a}} {{c5::b}}"
    assert asked == {
        "s/step": [Part("x", " … y"), Part("y", "x … ")],
        "c/cloze": [Part("a", "…"), Part("b", "…")],
    }
