"""Accents in the names of pictures, which systems store in two ways: one package everywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from conftest import DECK, PIXEL, fields, sound
from crisis_cards import pipeline
from crisis_cards.cards import notes
from crisis_cards.format import media
from crisis_cards.release.plan import Release
from test_upgrade import as_first

Form = Literal["NFC", "NFD"]
NOW, LATER = 1_790_000_000, 1_790_864_000
NAME = "Besançon.png"
FACTS = f"""\
section: S
source: book
facts:
  town:
    ask: Which town is it?
    answer: Vesontio
    image: {NAME}
    alt: A town
  map:
    picture: Where is it?
    image: {NAME}
    alt: A town
    regions:
      left: {{answer: West, at: [10, 10, 20, 20]}}
      right: {{answer: East, at: [60, 10, 20, 20]}}
  other:
    ask: Who spoke?
    answer: Kennedy
"""


def _stored(form: Form) -> None:
    """The deck as a system keeps it that stores accents in this form."""
    for former in Path("deck/media").iterdir():
        former.unlink()
    Path("deck/media", unicodedata.normalize(form, NAME)).write_bytes(PIXEL)


@pytest.fixture(params=["lock 1", "lock 2"])
def published(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Release:
    """What an older version published where accents are stored apart, and the lock of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRISIS_CARDS_CACHE", "")
    Path("deck/media").mkdir(parents=True)
    Path("deck/deck.yaml").write_text(DECK)
    Path("deck/one.yaml").write_text(FACTS)
    _stored("NFD")
    name = media._name
    with monkeypatch.context() as former:
        former.setattr(
            media, "_name", lambda _, data: name(unicodedata.normalize("NFD", NAME), data)
        )
        made = _build(NOW)
    lock = Path("deck/deck.lock")
    if request.param == "lock 1":
        lock.write_text(as_first(lock.read_text()))
    return made


def _build(now: int, *, locked: bool = False, rerender: bool = False) -> Release:
    deck = sound(pipeline.read(Path("deck")))
    built = pipeline.write(deck, Path("deck.apkg"), now, locked=locked, rerender=rerender)
    assert built is not None, "the lock would change"
    return built.release


def _names(made: Release) -> set[str]:
    return {picture for note in made.notes for picture in note.pictures}


_WITH_PICTURE = {"town/ask", "map/picture"}


def test_a_package_is_the_same_on_every_system(published: Release) -> None:
    packages = []
    forms: tuple[Form, ...] = ("NFC", "NFD")
    for form in forms:
        _stored(form)
        _build(LATER)
        packages.append(Path("deck.apkg").read_bytes())
    assert packages[0] == packages[1]
    (name,) = _names(_build(LATER))
    assert name.startswith("besan-on-")
    assert {note.key for note in published.notes if note.pictures} == _WITH_PICTURE


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_was_published_under_the_other_name_goes_on(published: Release, form: Form) -> None:
    assert _names(published) != {""}
    _stored(form)
    made = _build(LATER, locked=True)
    assert (made.new, made.changed, made.new_types) == ((), (), ())
    assert set(made.redrawn) == _WITH_PICTURE
    before = {note.key: (note.guid, note.mod, note.id) for note in published.notes}
    assert {note.key: (note.guid, note.mod, note.id) for note in made.notes} == before
    assert all(f'src="{name}"' in _shown(made) for name in _names(made))
    first = _build(LATER)
    assert _build(LATER + 9).lock == first.lock
    assert _build(LATER + 9).redrawn == first.redrawn


def _shown(made: Release) -> str:
    return " ".join(fields(note).image for note in made.notes)


def test_another_drawing_of_the_same_version_does_not_change_it(
    published: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_sources = "lock 2" in Path("deck/deck.lock").read_text()
    drawn = notes.html
    monkeypatch.setattr(notes, "html", lambda text, *_: f"<b>{drawn(text)}</b>")
    made = _build(LATER)
    assert published.notes
    assert bool(_WITH_PICTURE & {*made.changed}) is not has_sources


@pytest.mark.usefixtures("published")
def test_it_changes_with_what_its_author_wrote() -> None:
    path = Path("deck/one.yaml")
    path.write_text(FACTS.replace("Vesontio", "Besançon"))
    assert _build(LATER).changed == ("town/ask",)
    assert _build(LATER + 9).redrawn == ("map/picture",)
    path.write_text(FACTS.replace("Vesontio", "Besançon").replace("A town", "The town"))
    assert set(_build(LATER + 99).changed) == _WITH_PICTURE
    assert _build(LATER + 999).redrawn == ()


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("change", [lambda: None, lambda: _stored("NFC")])
def test_the_new_name_can_be_sent_to_all(change: Callable[[], None]) -> None:
    change()
    assert set(_build(LATER, rerender=True).changed) == _WITH_PICTURE
    made = _build(LATER + 9)
    assert (made.changed, made.redrawn) == ((), ())
