"""The card generator: facts → notes, as text that a person can read and compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import DECK, PIXEL, lay_out, sound
from crisis_cards import pipeline
from crisis_cards.cards import notes, theme
from crisis_cards.cards.draft import SEPARATOR
from crisis_cards.cards.fields import Question, Regions, Sentence, split
from crisis_cards.format.prompt import Layout, Part
from crisis_cards.release import plan
from crisis_cards.release.lock import Entry, Lock, Used
from crisis_cards.release.numbering import number, short_hash
from crisis_cards.release.plan import Published

GOLDEN = Path(__file__).parent / "golden"


def _released(project: pipeline.Project) -> tuple[Published, ...]:
    """The notes of a deck that was never published."""
    assert project.deck is not None
    assert not project.problems
    assert project.deck.lock == Lock()
    return pipeline.release(project.deck, 1).notes


def _shown(note: Published, types: theme.NoteTypes) -> str:
    lines = [f"{note.key} ({note.type}) {' '.join(note.tags)}"]
    lines += [f"  deck: {note.deck}"] if note.deck else []
    names = (name.lower().replace(" ", "_") for name in types[note.type].named())
    for name, value in zip(names, note.fields.split(SEPARATOR), strict=True):
        if value:
            lines.append(f"  {name}: " + value.replace("\n", "\n    "))
    return "\n".join(lines) + "\n"


_CASES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".notes")


@pytest.mark.parametrize("case", _CASES, ids=lambda path: path.stem)
def test_notes_are_those_on_record(
    case: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    project = pipeline.read(lay_out(case, tmp_path))
    types = sound(project).note_types()
    shown = "\n".join(_shown(note, types) for note in _released(project))
    expected = case.with_suffix(".notes")
    if request.config.getoption("--bless"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_every_layout_has_its_function() -> None:
    assert set(notes._LAYOUTS) == set(Layout) - {Layout.OWN, Layout.ADOPTED}, "keys"


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
    assert plan.guid("cuban-missile-crisis", "excomm/meaning") == "YpzRSv_pn9p9ocoe"


Make = Callable[..., pipeline.Project]

ALL_KEYS = """\
section: S
tags: [shared]
facts:
  asked:
    ask: Which one?
    answer: This one
    hint: not that one
    extra: It is here.
    when: 1962-10-16/1962-10-28
    image: dot.png
    alt: a dot
    credit: book
    source: [book, page]
    tags: [own]
    retired: It moved.
  dated: {event: It began, when: 1962-10, both: true}
  quoted: {quote: We ==will== not, by: Somebody, to: A friend}
  steps: {sequence: How, steps: [First, Second]}
  sides: {contrast: Colour, sides: {Cat: grey, Dog: brown}}
"""


def test_hashes_of_what_authors_wrote_are_frozen(make_deck: Make) -> None:
    """Another hash of the same words would pass for an edit of every published note."""
    Path("deck/media").mkdir(parents=True)
    Path("deck/media/dot.png").write_bytes(PIXEL)
    deck = sound(make_deck(deck=f"{DECK}timeline: 1962-10-14/1962-11-20\n", one=ALL_KEYS))
    assert [(draft.slot, draft.source) for draft in deck.drafts()] == [
        ("ask", "856d4d6ca7e3ed9e"),
        ("when", "7f79d50a14b9207c"),
        ("event", "9b8caf1d8f0eb10a"),
        ("quote", "e14790c40b114f20"),
        ("by", "b63ed671ba9daaaa"),
        ("step", "5ff42ac338f638d5"),
        ("step", "98e88fad867459ab"),
        ("side", "726cc847fd43c351"),
        ("side", "0280f1aa89df1dd7"),
    ]


SECTION = """\
section: {title}
source: book
facts:
  a: {{ask: {ask}, answer: A}}
  b: {{cloze: "The {blank} ==one== and ==two=="}}
"""


def test_identity_does_not_depend_on_text_order_file_or_section(make_deck: Make) -> None:
    def keys(**files: str) -> set[str]:
        return {note.key for note in _released(make_deck(**files))}

    before = keys(one=SECTION.format(title="T", ask="Q", blank="x"))
    after = keys(one=SECTION.format(title="Other", ask="Which of the letters?", blank="y"))
    assert before == after == {"a/ask", "b/cloze"}


def test_numbers_of_parts_that_were_never_published() -> None:
    parts = [Part("a"), Part("b", fixed=3), Part("c", fixed=1), Part("d"), Part("e")]
    assert number((), parts).numbers == (2, 3, 1, 4, 5)


def test_what_was_published_decides_the_numbers(make_deck: Make) -> None:
    """Drafts only say what wants a number."""
    deck = make_deck(
        one="section: S\nfacts:\n  s: {sequence: T, steps: [x, y]}\n  c: {cloze: ==a== ==b==}\n"
    ).deck
    assert deck is not None
    wanted = {
        "s/step": (Part("x", " … y"), Part("y", "x … ")),
        "c/cloze": (Part("a", "…"), Part("b", "…")),
    }
    asked: dict[str, tuple[Part, ...]] = {}
    for draft in deck.drafts():
        key = f"{draft.fact}/{draft.slot}"
        asked[key] = (*asked.get(key, ()), *draft.parts)
    assert asked == wanted
    used = {
        key: tuple(
            Used(at, short_hash(part.text), short_hash(part.around))
            for at, part in zip((7, 5), parts, strict=True)
        )
        for key, parts in wanted.items()
    }
    entry = Entry("A" * 16, 1, 2**41, "0" * 16, "0" * 8, "0" * 16, used["c/cloze"])
    before = Lock(notes={"c/cloze": entry}, parts={"s/step": used["s/step"]})
    made = pipeline.release(replace(deck, lock=before), 1).notes
    assert [note.key for note in made] == ["s/step-7", "s/step-5", "c/cloze"]
    assert split(made[2].type, made[2].fields)[0] == "{{c7::a}} {{c5::b}}"
