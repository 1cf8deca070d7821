"""A deck's own words for the labels on its cards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import real_anki
from conftest import fields, sound
from crisis_cards import pipeline
from crisis_cards.format import language

HEAD = "deck: Cuba\nid: cuba\ntimeline: 1962-10-14/1962-10-28\nchecks: {off: [no-source]}\n"
FACTS = """\
section: S
facts:
  wrote: {ask: "Who wrote the letter?", answer: Khrushchev}
  speech: {event: Kennedy speaks on television, when: 1962-10-22}
  pledge: {cloze: "Kennedy promised ==no invasion==."}
  lie:
    quote: I would ==not== do it.
    by: Gromyko
    to: Kennedy
"""
NOW = 1_790_000_000


def write(folder: Path, labels: str = "", spoken: str = "en", facts: str = FACTS) -> pipeline.Deck:
    folder.mkdir(exist_ok=True)
    labels = f"labels: {labels}\n" if labels else ""
    (folder / "deck.yaml").write_text(f"{HEAD}language: {spoken}\n{labels}")
    (folder / "1.yaml").write_text(facts)
    return sound(pipeline.read(folder))


def build(folder: Path, labels: str = "", at: int = 0, spoken: str = "en") -> pipeline.Built:
    deck = write(folder, labels, spoken)
    built = pipeline.write(deck, folder / f"{at}.apkg", NOW + at)
    assert built
    return built


SHOWN = [
    ("{ask: Quiz}", {"wrote/ask"}),
    ("{when-day: On which day}", {"speech/when"}),
    ("{cloze: Gap}", {"pledge/cloze"}),
    ("{to: speaking to}", {"lie/quote", "lie/by"}),
    ("{timeline: Line}", {"speech/when"}),
    ("{middle-third: the middle}", {"speech/when"}),
    ("{first-third: the beginning}", set()),
    ("{more: And more, hint: A tip, retired: Gone}", set()),
    ("{where: Where on earth}", set()),
]


@pytest.mark.parametrize(("labels", "changed"), SHOWN)
def test_a_label_changes_the_notes_that_show_it(
    tmp_path: Path, labels: str, changed: set[str]
) -> None:
    """And only the hashes of what was written for these."""
    first = build(tmp_path / "d").release
    second = build(tmp_path / "d", labels, at=10).release
    assert (set(second.changed), second.redrawn) == (changed, ())
    sources = {
        key for key, entry in second.lock.notes.items()
        if entry.source != first.lock.notes[key].source
    }  # fmt: skip
    assert sources == changed
    third = build(tmp_path / "d", labels, at=20).release
    assert third.changed == third.new_types == ()


def test_words_of_the_templates_change_only_the_looks(tmp_path: Path) -> None:
    build(tmp_path / "d")
    made = build(tmp_path / "d", "{more: And more}", at=10).release
    assert set(made.new_types) == {"question", "cloze"}
    assert made.changed == ()


def test_the_same_words_as_those_of_the_language_change_nothing(tmp_path: Path) -> None:
    build(tmp_path / "d")
    made = build(tmp_path / "d", "{ask: Question, more: More, to: to}", at=10).release
    assert made.changed == made.new_types == made.redrawn == ()


def test_labels_are_text_to_anki(tmp_path: Path) -> None:
    """Neither fields nor HTML, wherever they stand."""
    odd = "{{Back}} <b> & [sound:a.mp3]"
    labels = "{" + ", ".join(f'{name}: "{odd}"' for name in language.label_names()) + "}"
    built = build(tmp_path / "d", labels)
    with real_anki.collection(tmp_path) as col:
        real_anki.import_package(col, built.package)
        pages = real_anki.rendered(col).values()
        assert len(pages) == 5
        for question, answer in pages:
            for page in (question, answer):
                assert "<b>" not in page
                assert "[anki:play" not in page
        assert "&#123;&#123;Back}} &lt;b&gt; &amp; " in next(iter(pages))[0]


def test_a_language_without_labels_gets_those_of_the_deck(tmp_path: Path) -> None:
    """They are in the deck's language and direction; the others stay English."""
    spoken = write(tmp_path / "a", "{ask: שאלה}", "he").settings.language
    assert (spoken.label_code, spoken.label_direction) == ("he", "rtl")
    assert (spoken.labels["ask"], spoken.labels["why"], spoken.labels["to"]) == ("שאלה", "Why", "←")
    plain = write(tmp_path / "b", "", "he").settings.language
    assert (plain.label_code, plain.label_direction, plain.labels["to"]) == ("en", "ltr", "←")
    german = write(tmp_path / "c", "{ask: Quiz}", "de-AT").settings.language
    assert german.label_code == write(tmp_path / "d", "", "de-AT").settings.language.label_code


def test_only_notes_with_a_label_of_the_deck_change_where_the_language_has_none(
    tmp_path: Path,
) -> None:
    build(tmp_path / "d", spoken="he")
    made = build(tmp_path / "d", "{ask: שאלה}", at=10, spoken="he").release
    assert made.changed == ("wrote/ask",)


def test_every_label_of_the_card_files_can_be_given(tmp_path: Path) -> None:
    names = language.label_names()
    assert names.keys() == language.english().labels.keys()
    labels = "{" + ", ".join(f"{name}: own-{name}" for name in names) + "}"
    deck = write(tmp_path / "d", labels)
    assert set(deck.settings.language.labels.values()) == {f"own-{name}" for name in names}
    made = pipeline.release(deck, NOW)
    shown = {note.key: fields(note).label for note in made.notes}
    assert shown["wrote/ask"] == "own-ask"
    looks = "".join(text for kind in deck.note_types().values() for text in kind.templates[0][2:])
    assert not re.search(rf">\s*(?:{'|'.join(map(re.escape, names.values()))})\s*<", looks)
