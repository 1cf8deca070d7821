"""Pictures of cards in the real Anki window, without a screen.

    make screenshots                      every card of docs/example, day and night, wide and narrow
    .venv/bin/python tools/screenshots.py decks/cuban-missile-crisis --search tag:*::2-prelude
    .venv/bin/python tools/screenshots.py --docs     the small pictures in docs/pictures/, made anew

Contact sheets and single pictures go to dist/screenshots. Each run of Anki is a process of its own,
with a throw-away profile; no lock is written. Needs the extra `screenshots` (aqt with Qt) and, on
Debian, the packages libegl1 libgl1 libxkbcommon0 libxcomposite1 libxdamage1 libxrandr2 libxtst6
libnss3 libasound2 libdbus-1-3 fonts-noto-core fonts-noto-cjk, and chromium for --docs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from crisis_cards import pipeline
from crisis_cards.release.lock import Lock, fact_of

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "docs" / "example"
TEXTS = ROOT / "docs" / "texts"
CUBA = ROOT / "decks" / "cuban-missile-crisis"
AMERICA = ROOT / "decks" / "south-america"
PICTURES = ROOT / "docs" / "pictures"
LOOKS = (("day", 900), ("night", 900), ("day", 360), ("night", 360))
DOCS_WIDTH = 420
CHROMIUM = shutil.which("chromium")
_HEIGHT = 740
_MARGIN = 24  # pixels kept below what is on a card
_COLUMNS = 8


class Job(NamedTuple):
    """One run of Anki. `names` are what the pictures of a card are called, by its note's GUID.

    One name alone, by nothing, is that of the first card.
    """

    package: str
    folder: str
    width: int
    night: bool
    search: str
    names: dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("deck", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--search", default="", help="the cards, as Anki's browser finds them")
    parser.add_argument("--docs", action="store_true", help="make the pictures of the docs anew")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.job:
        _photograph(Job(*json.loads(chosen.job)))
    elif chosen.docs:
        _for_docs()
    else:
        _sheets(chosen.deck, chosen.search, ROOT / "dist" / "screenshots")


def _sheets(deck: Path, search: str, folder: Path) -> None:
    """All cards in every look, a contact sheet each."""
    with tempfile.TemporaryDirectory() as place:
        package, _ = _package(deck, Path(place))
        for look, width in LOOKS:
            pictures = folder / f"{deck.resolve().name}-{look}-{width}"
            _run(Job(str(package), str(pictures), width, look == "night", search, {}))
            _sheet(sorted(pictures.glob("*.png")), pictures.with_suffix(".png"))
            print(pictures.with_suffix(".png"))


def _for_docs() -> None:
    """For docs/format.md the first card of every kind; for the README a night and the map."""
    with tempfile.TemporaryDirectory() as place:
        package, kinds = _package(EXAMPLE, Path(place))
        first = {kind: note for note, kind in reversed(kinds.items())}
        names = {note: kind for kind, note in first.items()}
        _run(Job(str(package), str(PICTURES), DOCS_WIDTH, False, "", names))
        quote = {first["quote"]: "night"}
        _run(Job(str(package), str(PICTURES), DOCS_WIDTH, True, "", quote))
        package, kinds = _package(CUBA, Path(place))
        maps = {note: "map" for note, kind in kinds.items() if kind == "picture"}
        _run(Job(str(package), str(PICTURES), DOCS_WIDTH, False, "", maps))
        package, _ = _package(TEXTS, Path(place))
        for name in ("code", "table", "reading", "sound"):
            _one(package, f"text-{name}", f"tag:*::texts ({_SHOWN[name]})")
        package, _ = _package(AMERICA, Path(place))
        _one(package, "own", "card:capital Santiago")
        _one(package, "embed", "card:place Peru")
        _preview(Path(place))


_SHOWN = {
    "code": "print", "table": "Nitrogen", "reading": "Question:*ruby*",
    "sound": "orchestras",
}  # fmt: skip
"""Words by which Anki's browser finds the cards of `TEXTS`."""


def _one(package: Path, name: str, search: str) -> None:
    """A picture in docs/ of the first card that a search finds."""
    _run(Job(str(package), str(PICTURES), DOCS_WIDTH, False, search, {"": name}))


def _preview(place: Path) -> None:
    """The page of the preview, with the answers of a deck's first events."""
    from playwright.sync_api import sync_playwright

    page = place / "preview.html"
    command = (sys.executable, "-m", "crisis_cards", "preview", CUBA, "--export", page)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1100, "height": 700})
        tab.goto(page.as_uri())
        tab.get_by_label("Kind").select_option("event")
        tab.get_by_role("button", name="Answers").click()
        tab.wait_for_timeout(1000)
        tab.screenshot(path=PICTURES / "preview.png")
        browser.close()
    _pack(PICTURES / "preview.png")


def _package(folder: Path, place: Path) -> tuple[Path, dict[str, str]]:
    """A package of a deck as if it were new, and the kinds of its facts by their notes' GUIDs."""
    deck = pipeline.read(folder).deck
    assert deck is not None
    package = place / f"{folder.resolve().name}.apkg"
    built = pipeline.write(replace(deck, folder=place, lock=Lock()), package, int(time.time()))
    assert built is not None
    kinds = {fact.id: fact.kind for section in deck.sections for fact in section.facts}
    return package, {note.guid: kinds[fact_of(note.key)] for note in built.release.notes}


def _run(job: Job) -> None:
    Path(job.folder).mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu --disable-dev-shm-usage",
        "LANG": "C.UTF-8",
    }
    subprocess.run(
        [sys.executable, __file__, "--job", json.dumps(job)],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=600,
    )


def _photograph(job: Job) -> None:
    """Runs Anki and leaves the process with status 0 once all pictures are taken."""
    import anki.lang
    import aqt
    from aqt.profiles import ProfileManager

    with tempfile.TemporaryDirectory() as base:
        os.environ["ANKI_SINGLE_INSTANCE_KEY"] = base
        anki.lang.set_lang("en")
        profiles = ProfileManager(ProfileManager.get_created_base_folder(base))
        profiles.setupMeta()
        profiles.meta |= {"defaultLang": "en", "firstRun": False, "check_for_updates": False}
        profiles.create("User 1")
        profiles.openProfile("User 1")
        profiles.save()
        app = aqt._run(["anki", "-b", base, "-p", "User 1", "-l", "en"], exec=False)
        assert app is not None
        _step(_session(job, aqt.mw))
        app.exec()


def _step(session: Iterator[int]) -> None:
    """Goes on with a session after as many milliseconds as it yields."""
    from aqt.qt import QTimer

    try:
        QTimer.singleShot(next(session), lambda: _step(session))
    except StopIteration:
        os._exit(0)  # Anki would ask whether to sync
    except Exception:
        traceback.print_exc()
        os._exit(1)


def _session(job: Job, window: Any) -> Iterator[int]:
    """Imports the package and shows its cards one by one; none is answered."""
    from anki import import_export_pb2
    from aqt.qt import QPoint, QRect
    from aqt.theme import Theme

    while not window.col:
        yield 200
    window.set_theme(Theme.DARK if job.night else Theme.LIGHT)
    window.col.import_anki_package(
        import_export_pb2.ImportAnkiPackageRequest(package_path=job.package)
    )
    cards = [window.col.get_card(card) for card in window.col.find_cards(job.search, order="c.due")]
    window.reset()
    yield 1500  # the list of decks is drawn late and would replace the card
    window.col.decks.select(cards[0].did)
    window.moveToState("review")
    yield 2500
    # Anki wants 400 pixels; each part of the window has a wish of its own.
    parts = (window.form.centralwidget, window.form.menubar, window.toolbarWeb, window.web)
    for part in (window, *parts, window.bottomWeb):
        part.setMinimumWidth(0)
    window.resize(job.width, _HEIGHT)
    yield 800
    if "" in job.names:
        cards = cards[:1]
        job = job._replace(names={cards[0].note().guid: job.names[""]})
    taken = set()
    for number, card in enumerate(cards, start=1):
        note = card.note().guid
        if job.names and (note not in job.names or note in taken):
            continue
        taken.add(note)
        name = job.names.get(note, f"{number:03}")
        card.start_timer()
        window.reviewer.card = card
        for side, show in (
            ("front", window.reviewer._showQuestion),
            ("back", window.reviewer._showAnswer),
        ):
            show()
            yield 900  # fades, pictures and formulas
            window.reviewer.web.eval("scrollTo(0, 0)")
            yield 150
            corner = window.web.mapTo(window, QPoint(0, 0))
            picture = window.grab(QRect(corner, window.web.size()))
            _save(picture.toImage(), Path(job.folder, f"{name}-{side}.png"))
    window.col.close()


def _save(picture: Any, path: Path) -> None:
    """Without the empty space below the card."""
    last = picture.height() - 1
    blank = picture.copy(0, last, picture.width(), 1)
    while last and picture.copy(0, last, picture.width(), 1) == blank:
        last -= 1
    picture.copy(0, 0, picture.width(), min(picture.height(), last + _MARGIN)).save(str(path))
    _pack(path)


def _pack(path: Path) -> None:
    """A picture in 128 colours of its own, a quarter of the bytes."""
    from PIL import Image

    with Image.open(path) as full:
        full.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def _sheet(pictures: Sequence[Path], path: Path) -> None:
    """Pictures side by side on one."""
    from PIL import Image

    images = [Image.open(picture) for picture in pictures]
    width = max(image.width for image in images)
    height = max(image.height for image in images)
    rows = -(-len(images) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, height * rows), "gray")
    for at, image in enumerate(images):
        sheet.paste(image, (at % _COLUMNS * width, at // _COLUMNS * height))
    sheet.save(path)


if __name__ == "__main__":
    main()
