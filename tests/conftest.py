"""What the tests share: case files, decks written on the fly, and the real Anki."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from crisis_cards import pipeline
from crisis_cards.cards.fields import split
from crisis_cards.cards.render import render
from crisis_cards.commands import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from crisis_cards.cards.fields import Fields
    from crisis_cards.release.plan import Published

settings.register_profile("without a clock", deadline=None)  # a busy machine is no fault
settings.load_profile("without a clock")

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "decks" / "cuban-missile-crisis"

DECK = """\
deck: Test
sources:
  book: {title: A Book}
  page: {title: A Page, url: "https://example.org/page"}
"""

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite what the cases must print")


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> Iterator[None]:
    """Ctrl-C reaches the commands that tests start; a shell's background ignores it, for all."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


def cases(pattern: str) -> list[Path]:
    """Section files and deck folders among the cases, without what they must print."""
    return sorted(p for p in CASES.glob(pattern) if p.is_dir() or p.suffix == ".yaml")


def lay_out(case: Path, folder: Path) -> Path:
    """A case as a deck folder: a single file becomes the only section of a small deck."""
    deck = folder / "deck"
    if case.is_dir():
        shutil.copytree(case, deck)
        for copied in deck.rglob(
            "*.copied"
        ):  # a name that not every system can keep beside another
            copied.rename(copied.with_suffix(""))
        return deck
    deck.mkdir()
    (deck / "deck.yaml").write_text(DECK)
    shutil.copyfile(case, deck / case.name)
    return deck


def copy_of_shipped(folder: Path) -> pipeline.Project:
    """The shipped deck in a folder of its own and without its lock, as if never released."""
    without_lock = shutil.ignore_patterns("deck.lock")
    return pipeline.read(Path(shutil.copytree(SHIPPED, folder / SHIPPED.name, ignore=without_lock)))


def sound(project: pipeline.Project) -> pipeline.Deck:
    """The deck of a project that has no errors."""
    assert project.deck is not None, project.problems
    return project.deck


def fields(note: Published) -> Fields:
    """The fields of a note that is released, each by its name."""
    return split(note.type, note.fields)


def faces(deck: pipeline.Deck, built: pipeline.Built) -> dict[tuple[str, int], tuple[str, str]]:
    """Question and answer of every card of a build as the preview shows them."""
    types = deck.note_types()
    return {
        (note.guid, card.ordinal): (card.question, card.answer)
        for note in built.release.notes
        for card in render(types[note.type], note.fields, note.tags)
    }


@pytest.fixture(autouse=True, scope="session")
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRISIS_CARDS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def make_deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pipeline.Project]:
    """A function that writes files by name into a deck folder and reads the deck."""
    monkeypatch.chdir(tmp_path)

    def make(**files: str) -> pipeline.Project:
        folder = Path("deck")
        folder.mkdir(exist_ok=True)
        files.setdefault("deck", DECK)
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return pipeline.read(folder)

    return make


def run(*arguments: str, typed: str | None = None) -> Result:
    """What a command says and how it ends; `typed` is its standard input."""
    return CliRunner().invoke(main, arguments, input=typed)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, for all tests that need one."""
    if CHROMIUM is None:
        reason = "no Chromium here to draw pages in: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield opened
        opened.close()
