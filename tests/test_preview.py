"""The preview: what its page holds, what its server gives away, and the page in a real browser."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from conftest import DECK
from crisis_cards import pipeline
from crisis_cards import preview as pages
from crisis_cards.commands import main
from crisis_cards.compiled import Compiled, compile_section
from crisis_cards.preview import server
from crisis_cards.yaml.tree import Document

PATIENCE = 60  # seconds after which something does not happen any more
expect.set_options(timeout=PATIENCE * 1000)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SECTION = """\
section: First
facts:
  capital: {ask: What is the capital of Peru?, answer: Lima, tags: [places], source: book}
  excomm: {term: ExComm, means: Kennedy’s committee, hint: "of advisers", source: book}
  river:
    cloze: The ==Nile::river== flows through ==Egypt==.
    image: nile.png
    alt: Map
    source: book
"""
SECOND = """\
section: Second
facts:
  lake: {ask: What is the largest lake?, answer: The Caspian Sea, source: book}
"""


PICTURE = """\
section: Maps
facts:
  rivers:
    picture: Which river is this?
    image: nile.png
    alt: A map
    regions:
      nile: {answer: Nile, at: [10, 20, 30, 40]}
      niger: {answer: Niger, at: [60, 20, 30, 40]}
"""


def _write(deck: Path, name: str, text: str) -> None:
    (deck / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small deck, in the folder decks/one of the working directory."""
    monkeypatch.chdir(tmp_path)
    folder = Path("decks/one")
    (folder / "media").mkdir(parents=True)
    (folder / "media/nile.png").write_bytes(PIXEL)
    (folder / "deck.yaml").write_text(DECK, encoding="utf-8")
    (folder / "1.yaml").write_text(SECTION, encoding="utf-8")
    (folder / "2.yaml").write_text(SECOND, encoding="utf-8")
    return folder


class Served:
    """The preview of a deck, served from a thread."""

    def __init__(self, folder: Path, fail: Callable[[Exception], None] | None = None) -> None:
        opened = server.listen(0)
        self.port: int = opened.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.server = server.Server(folder)
        self.fail = fail
        self.thread = threading.Thread(target=self.run, args=[opened])
        self.thread.start()

    def run(self, opened: socket.socket) -> None:
        try:
            self.server.run([opened])
        except Exception as error:
            if self.fail is None:
                raise
            self.fail(error)

    def get(self, target: str, **headers: str) -> http.client.HTTPResponse:
        """The answer to a request for exactly this target."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", target, headers=headers)
        return connection.getresponse()

    def end(self) -> None:
        self.server.end()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture
def served(deck: Path) -> Iterator[Served]:
    opened = Served(deck)
    yield opened
    opened.end()


# --- the data ----------------------------------------------------------------------------------


def _page(folder: Path, before: pages.Page | None = None) -> pages.Page:
    return pages.page(pipeline.read(folder), before)


def test_every_card_has_its_place(deck: Path) -> None:
    data = _page(deck).data
    cards = {card["id"]: card for card in data["cards"]}
    assert list(cards) == [
        "capital/ask#1",
        "excomm/meaning#1",
        "excomm/term#1",
        "river/cloze#1",
        "river/cloze#2",
        "lake/ask#1",
    ]
    place = Path("decks/one/1.yaml")
    assert data["places"] == {
        "capital": f"{place}:3",
        "excomm": f"{place}:4",
        "river": f"{place}:5",
        "lake": f"{Path('decks/one/2.yaml')}:3",
    }
    assert cards["river/cloze#2"]["fact"] == "river"
    assert cards["capital/ask#1"]["tags"] == ("places",)
    assert cards["lake/ask#1"]["section"] == 1


def test_problems_stand_at_their_fact_though_it_is_broken(deck: Path) -> None:
    text = SECTION.replace("answer: Lima", "anwser: Lima") + "  bad: {ask: Q,\n    answer: ''}\n"
    _write(deck, "1", text)
    _write(deck, "deck", DECK + "colour: red\n")
    found = [(p["fact"], p["check"]) for p in _page(deck).data["problems"]]
    assert found == [("capital", "unknown-key"), ("bad", "wrong-type"), ("", "unknown-key")]


def test_the_last_good_cards_stay_while_the_deck_is_broken(deck: Path) -> None:
    good = _page(deck)
    _write(deck, "1", "section: [\n")
    broken = _page(deck, good)
    assert broken.data["cards"] == good.data["cards"]
    assert broken.data["stale"]
    assert [p["check"] for p in broken.data["problems"]] == ["yaml-syntax"]
    again = _page(deck, broken)
    assert again == broken
    _write(deck, "1", SECTION)
    assert _page(deck, again) == good


# --- the command -------------------------------------------------------------------------------


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["preview", *arguments])
    return result.exit_code, result.output


def test_one_deck_is_found_and_several_are_named(deck: Path) -> None:
    status, printed = _run("--export", "one.html")
    assert (status, re.sub(r"\d+ kB", "", printed)) == (0, "one.html ()\n  6 cards\n")
    shutil.copytree(deck, "decks/two")
    status, printed = _run()
    assert status == 2
    assert f"name one: {Path('decks/one')}, {Path('decks/two')}" in printed


def test_a_deck_with_errors_is_not_exported(deck: Path) -> None:
    Path("cards.html").write_text("before")
    _write(deck, "1", SECTION.replace("answer", "anwser"))
    status, printed = _run("--export", "cards.html")
    assert status == 1
    assert "unknown-key" in printed
    assert Path("cards.html").read_text() == "before"


@pytest.mark.usefixtures("deck")
def test_the_address_is_printed_and_ctrl_c_ends_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "crisis_cards", "preview", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        said = process.stdout.readline()
        ending = f"/  shows {Path('decks/one')}; Ctrl-C ends it\n"
        assert re.fullmatch(rf"http://127\.0\.0\.1:\d+{re.escape(ending)}", said)
        with urllib.request.urlopen(said.split()[0] + "deck.json", timeout=PATIENCE) as answer:
            assert len(json.load(answer)["cards"]) == 6
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE)[0] == ""
        assert process.returncode == 0


def test_a_port_that_is_taken_is_named_and_another_default_is_found(served: Served) -> None:
    status, printed = _run("--port", str(served.port))
    assert status == 2
    assert f"port {served.port} cannot be used: address already in use" in printed


@pytest.mark.parametrize("library", ["starlette", "uvicorn", "watchfiles"])
@pytest.mark.usefixtures("deck")
def test_missing_libraries_are_named(library: str) -> None:
    missing = "import sys; sys.modules[sys.argv.pop(1)] = None; "
    start = missing + "from crisis_cards.__main__ import run; run()"
    command = [sys.executable, "-c", start, library, "preview"]
    run = partial(subprocess.run, capture_output=True, text=True, timeout=PATIENCE, check=False)
    ended = run([*command, "--port", "0"])
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "pip install 'crisis-cards[preview]'" in ended.stderr
    assert run([*command, "--export", "cards.html"]).returncode == 0, "an export needs none of them"


# --- what the server gives away ----------------------------------------------------------------


def test_only_the_page_and_the_pictures_of_facts_are_served(served: Served, deck: Path) -> None:
    (deck / "media/secret.png").write_bytes(PIXEL + b"1")
    Path("decks/secret.txt").write_text("secret")
    data = json.load(served.get("/deck.json"))
    (picture,) = data["pictures"].values()
    assert served.get(f"/{picture}").read() == PIXEL
    for target in (
        "/deck.yaml", "/1.yaml", "/media/nile.png", "/media/secret.png", "/media/", "/media",
        "/../secret.txt", "/media/../deck.yaml", "/media/../../secret.txt", "//etc/passwd",
        "/%2e%2e/secret.txt", "/media/%2e%2e%2fdeck.yaml", "/media/..%2f..%2fsecret.txt",
        "/media/%2fetc%2fpasswd", "/media/..%5cdeck.yaml", "/etc/passwd", "/server.py",
        "/__init__.py", "/media/" + "a" * 5000, "/media/%00", f"/{picture}/..",
    ):  # fmt: skip
        answer = served.get(target)
        assert answer.status == 404, target
        assert b"secret" not in answer.read()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no links here")
def test_a_picture_that_became_a_link_out_of_the_deck_is_not_served(
    served: Served, deck: Path
) -> None:
    (picture,) = json.load(served.get("/deck.json"))["pictures"].values()
    Path("secret.png").write_bytes(PIXEL + b"secret")
    (deck / "media/nile.png").unlink()
    (deck / "media/nile.png").symlink_to(Path("secret.png").resolve())
    assert served.get(f"/{picture}").status == 404


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "192.168.0.1:80", ""])
def test_a_page_of_another_name_gets_nothing(served: Served, host: str) -> None:
    for target in ("/", "/deck.json", "/events"):
        assert served.get(target, Host=host).status == 400


def test_other_sites_may_read_nothing(served: Served) -> None:
    answer = served.get("/deck.json", Origin="https://example.org")
    assert not answer.getheader("Access-Control-Allow-Origin")
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    policy = served.get("/").getheader("Content-Security-Policy") or ""
    assert "default-src 'none'; script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_server_is_there_for_this_computer_alone(served: Served) -> None:
    # The whole of 127.0.0.0/8 is this computer, but only one address of it is listened at.
    for address in ("127.0.0.2", socket.gethostbyname(socket.gethostname())):
        if address != "127.0.0.1":
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((address, served.port), timeout=5)


# --- what changed ------------------------------------------------------------------------------


def _next(served: Served, version: str) -> dict[str, Any]:
    """What has changed since a version, once something has."""
    for _ in range(PATIENCE * 50):
        data: dict[str, Any] = json.load(served.get(f"/deck.json?since={version}"))
        if data["version"] != version:
            return data
        time.sleep(0.02)
    raise AssertionError("nothing changed")


def test_what_changed_is_told_of_the_version_before_and_otherwise_everything(
    served: Served, deck: Path
) -> None:
    first = json.load(served.get("/deck.json"))
    assert json.load(served.get("/deck.json?since=")) == first
    _write(deck, "1", SECTION.replace("committee", "council"))
    second = _next(served, first["version"])
    assert set(second) == {"version", "since", "cards"}
    assert second["since"] == first["version"]
    assert [card["id"] for card in second["cards"]] == ["excomm/meaning#1", "excomm/term#1"]
    _write(deck, "2", SECOND.replace("lake", "sea"))
    third = _next(served, second["version"])
    assert [card["id"] for card in third["cards"]] == ["sea/ask#1"]
    assert third["order"][-2:] == ["river/cloze#2", "sea/ask#1"]
    for since in (first["version"], third["version"], "1", "x"):
        whole = json.load(served.get(f"/deck.json?since={since}"))
        assert whole.keys() == first.keys()
        assert len(whole["cards"]) == 6


def test_only_the_section_that_was_saved_is_compiled(
    served: Served, deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = json.load(served.get("/deck.json"))["version"]
    compiled: list[str] = []

    def counted(document: Document, *others: Any) -> Compiled:
        compiled.append(document.file.path)
        return compile_section(document, *others)

    monkeypatch.setattr(pipeline, "compile_section", counted)
    _write(deck, "2", SECOND.replace("Caspian", "Black"))
    _next(served, version)
    assert compiled == [str(Path("decks/one/2.yaml"))]


def test_an_error_of_the_tool_ends_the_server_and_is_raised(
    deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[Exception] = []
    served = Served(deck, raised.append)
    version = json.load(served.get("/deck.json"))["version"]
    events = served.get("/events")
    assert events.readline() == f"data: {version}\n".encode()

    def broken(*_: object) -> None:
        raise RuntimeError("a slip of ours")

    monkeypatch.setattr(pipeline, "read", broken)
    _write(deck, "1", SECTION.replace("Lima", "Cusco"))
    assert b"data:" not in events.read(), "the stream ends"
    served.thread.join(PATIENCE)
    assert not served.thread.is_alive()
    assert [str(error) for error in raised] == ["a slip of ours"]


def test_an_error_of_the_tool_at_the_beginning_keeps_nobody_waiting(
    deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a slip of ours")

    monkeypatch.setattr(pipeline, "read", broken)
    raised: list[Exception] = []
    served = Served(deck, raised.append)
    served.thread.join(PATIENCE)
    assert not served.thread.is_alive()
    assert [str(error) for error in raised] == ["a slip of ours"]


# --- in a browser ------------------------------------------------------------------------------


class Shown:
    """A page of the preview."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type != "log" else None,
        )

    def open(self, url: str, cards: int) -> None:
        self.page.goto(url)
        self.has(cards)

    def has(self, cards: int) -> None:
        expect(self.page.locator("#count")).to_have_text(re.compile(rf"^{cards:,}\b"))

    def item(self, card: str) -> Locator:
        return self.page.locator(f'[id="{card}"]')

    def card(self, card: str) -> Locator:
        """What is inside a card's frame."""
        return self.frame(card).locator("#qa")

    def frame(self, card: str) -> FrameLocator:
        return self.page.frame_locator(f'[id="{card}"] iframe')

    def current(self) -> Locator:
        return self.page.locator("#cards > li[aria-current]")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def banner(self) -> Locator:
        return self.page.locator("#problems")


@pytest.fixture
def shown(browser: Browser) -> Iterator[Shown]:
    context = browser.new_context(viewport={"width": 1280, "height": 2000})
    shown = Shown(context.new_page())
    yield shown
    context.close()
    assert shown.complaints == []


def test_a_card_is_turned_by_click_key_and_button(served: Served, shown: Shown) -> None:
    shown.open(served.url, 6)
    card = shown.card("capital/ask#1")
    expect(card).not_to_contain_text("Lima")
    card.click()
    expect(card).to_contain_text("Lima")
    shown.press(" ")
    expect(card).not_to_contain_text("Lima")
    shown.item("capital/ask#1").get_by_role("button", name="Show answer").click()
    expect(card).to_contain_text("Lima")
    shown.press("j", "a")
    expect(shown.card("excomm/meaning#1")).to_contain_text("committee")
    expect(shown.card("capital/ask#1")).to_contain_text("Lima")
    # A hint opens where it is, and does not turn the card.
    shown.press("a")
    hint = shown.frame("excomm/meaning#1").locator(".hint summary")
    hint.click()
    expect(shown.card("excomm/meaning#1")).to_contain_text("of advisers")
    expect(shown.card("excomm/meaning#1")).not_to_contain_text("committee")


def test_keys_move_from_card_to_card(served: Served, shown: Shown) -> None:
    shown.open(served.url, 6)
    ids = [card["id"] for card in json.load(served.get("/deck.json"))["cards"]]
    expect(shown.current()).to_have_attribute("id", ids[0])
    for key, at in (("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0), ("End", 5), ("j", 5)):
        shown.press(key)
        expect(shown.current()).to_have_attribute("id", ids[at])
        expect(shown.current()).to_be_focused()
    shown.press("Home", "?")
    expect(shown.page.get_by_role("dialog")).to_be_visible()
    shown.press("Escape", "/")
    expect(shown.page.locator("#search")).to_be_focused()
    shown.press("j", "Escape")
    expect(shown.page.locator("#search")).to_have_value("")
    expect(shown.current()).to_be_focused()


def test_filters_and_search(served: Served, shown: Shown) -> None:
    shown.open(served.url, 6)
    page = shown.page
    page.get_by_label("Kind").select_option("term")
    shown.has(2)
    page.get_by_label("Section").select_option("Second")
    shown.has(0)
    expect(page.locator("#nothing")).to_be_visible()
    page.locator("#nothing button").click()
    shown.has(6)
    page.get_by_label("Tag").select_option("places")
    shown.has(1)
    page.get_by_label("Tag").select_option("")
    for words, cards in (("LIMA", 1), ("nile egypt", 2), ("kennedy's", 0), ("excomm/term", 1)):
        page.get_by_label("Search").fill(words)
        shown.has(cards)
    expect(page.locator("#count")).to_have_text("1 of 6 cards")


def test_a_save_shows_within_the_same_place_and_filter(
    served: Served, shown: Shown, deck: Path
) -> None:
    shown.open(served.url, 6)
    shown.page.get_by_label("Kind").select_option("term")
    shown.has(2)
    shown.press("End")
    shown.page.evaluate("window.kept = document.querySelector('[id=\"excomm/meaning#1\"] iframe')")
    text = SECTION.replace("committee", "*council*")
    text = "\n# one line more\n" + text + "  xx: {term: XX, means: YY}\n"
    _write(deck, "1", text)
    shown.has(4)
    expect(shown.card("excomm/term#1")).to_contain_text("council")
    expect(shown.current()).to_have_attribute("id", "excomm/term#1")
    expect(shown.item("excomm/term#1").locator(".place")).to_have_text("1.yaml:6")
    expect(shown.page.locator("#news")).to_have_text("4 cards changed")
    shown.page.reload()
    shown.has(4)
    expect(shown.current()).to_have_attribute("id", "excomm/term#1")


# Everything that the page shows, but for marks of what was changed and heights.
_SEEN = """() => [
  document.title,
  document.getElementById("count").textContent,
  document.getElementById("problems").innerText,
  [...document.querySelectorAll("#filters select")].map((select) => select.innerText),
  [...document.querySelectorAll("#cards > li")].map((item) => [
    item.id,
    item.getAttribute("aria-setsize"),
    item.getAttribute("aria-posinset"),
    item.innerText,
    [...item.querySelectorAll("[data-place]")].map((place) => place.dataset.place),
    item.querySelector("iframe").contentDocument.body.outerHTML,
    item.querySelector("iframe").contentDocument.querySelector("style").textContent,
  ]),
]"""


def test_after_many_saves_the_page_is_as_if_loaded_anew(
    served: Served, shown: Shown, browser: Browser, deck: Path
) -> None:
    shown.page.set_viewport_size({"width": 1280, "height": 6000})
    shown.open(served.url, 6)
    shown.press("a")
    expect(shown.card("lake/ask#1")).to_contain_text("Caspian")
    shown.page.evaluate(
        "for (const frame of document.querySelectorAll('iframe')) frame.isFirst = true"
    )
    texts = (
        SECTION.replace("Lima", "*Cusco*"),
        "# a line\n" + SECTION.replace("Lima", "Cusco").replace("[places]", "[towns]"),
        "# a line\n" + SECTION + "  extra: {ask: Why?, answer: So}\n",  # without a source
        SECTION.replace("  excomm", "  other: {term: UN, means: Nations}\n  excomm"),
        SECTION.replace("::river", "").replace("answer: Lima", "anwser: Lima"),
        re.sub(r"(?m)^  capital.*\n", "", SECTION) + "  capital: {ask: Peru?, answer: Lima}\n",
        SECTION.replace("Egypt", "Sudan"),
    )
    fresh = Shown(browser.new_context(viewport={"width": 1280, "height": 6000}).new_page())
    version = json.load(served.get("/deck.json"))["version"]
    for text in texts:
        _write(deck, "1", text)
        version = _next(served, version)["version"]
        fresh.page.goto(f"{served.url}#answers=1")
        fresh.page.reload()
        cards = len(json.load(served.get("/deck.json"))["cards"])
        fresh.has(cards)
        for each in (shown, fresh):
            expect(each.page.locator("#cards > li")).to_have_count(cards)
            expect(each.card("lake/ask#1")).to_contain_text("Caspian")
        before, expected = None, fresh.page.evaluate(_SEEN)
        while before != expected:  # until all frames are there
            time.sleep(0.2)
            before, expected = expected, fresh.page.evaluate(_SEEN)
        for _ in range(200):
            if shown.page.evaluate(_SEEN) == expected:
                break
            time.sleep(0.05)
        assert shown.page.evaluate(_SEEN) == expected
    kept = "[...document.querySelectorAll('iframe')].filter((frame) => frame.isFirst).length"
    assert shown.page.evaluate(kept) == 6, "no card was built anew"
    assert fresh.complaints == []
    fresh.page.context.close()


def test_broken_yaml_shows_a_banner_and_the_last_good_cards(
    served: Served, shown: Shown, deck: Path
) -> None:
    shown.open(served.url, 6)
    expect(shown.banner()).to_be_hidden()
    _write(deck, "1", SECTION.replace("answer: Lima", "answer Lima"))
    expect(shown.banner()).to_contain_text("This deck has 1 error")
    expect(shown.banner()).to_contain_text("1.yaml:3")
    expect(shown.banner()).to_contain_text("last version without errors")
    shown.has(6)
    expect(shown.item("capital/ask#1").locator("li.error")).to_be_visible()
    shown.page.get_by_label("Problem").select_option("any error")
    shown.has(1)
    _write(deck, "1", SECTION.replace("Lima", "Cusco"))
    expect(shown.banner()).to_be_hidden()
    shown.page.get_by_label("Problem").select_option("")
    shown.has(6)
    shown.press("a")
    expect(shown.card("capital/ask#1")).to_contain_text("Cusco")


def test_the_place_of_a_fact_is_copied(served: Served, shown: Shown) -> None:
    shown.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.open(served.url, 6)
    shown.item("lake/ask#1").locator(".place").click()
    place = f"{Path('decks/one/2.yaml')}:3"
    expect(shown.page.locator("#news")).to_have_text(f"Copied: {place}")
    assert shown.page.evaluate("navigator.clipboard.readText()") == place


def test_night_and_widths(served: Served, shown: Shown) -> None:
    shown.open(served.url, 6)
    body = shown.frame("capital/ask#1").locator("body")
    light = body.evaluate("body => getComputedStyle(body).backgroundColor")
    frame = shown.item("capital/ask#1").locator("iframe")
    assert frame.evaluate("frame => frame.clientWidth") == 800
    shown.press("n", "w")
    expect(body).to_have_class("card card1 nightMode night_mode")
    assert body.evaluate("body => getComputedStyle(body).backgroundColor") != light
    expect(frame).to_have_js_property("clientWidth", 360)
    shown.page.set_viewport_size({"width": 360, "height": 700})
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 360
    shown.page.reload()
    expect(body).to_have_class("card card1 nightMode night_mode")


def test_an_answer_is_typed_into_a_box(shown: Shown, served: Served, deck: Path) -> None:
    (deck / "types" / "country").mkdir(parents=True)
    (deck / "types" / "country" / "type.yaml").write_text(
        "keys: [country, city]\n"
        "cards: {city: {ask: country, answer: city, label: City, type: true}}\n"
    )
    facts = "  peru: {country: Peru, city: '*Lima* & <more>'}\n"
    (deck / "3-own.yaml").write_text(f"section: Own\nsource: book\nfacts:\n{facts}")
    shown.open(served.url, 7)
    box = shown.card("peru/type:country#1").locator("input")
    box.click()
    shown.press("j", "n", " ")
    expect(box).to_have_value("jn ")
    shown.press("Enter")
    expect(shown.card("peru/type:country#1").locator("code")).to_have_text("Lima & <more>")


def test_pictures_are_shown(served: Served, shown: Shown) -> None:
    shown.open(served.url, 6)
    shown.press("a")
    picture = shown.frame("river/cloze#1").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 1)


def test_the_style_sheet_of_a_deck_is_followed(served: Served, shown: Shown, deck: Path) -> None:
    shown.open(served.url, 6)
    expect(shown.card("capital/ask#1")).to_be_visible()
    (deck / "theme.css").write_text(".card { --ink: rgb(1, 2, 3); }", encoding="utf-8")
    expect(shown.frame("capital/ask#1").locator("body")).to_have_css("color", "rgb(1, 2, 3)")


def test_regions_of_a_picture_are_covered(shown: Shown, deck: Path) -> None:
    _write(deck, "1", PICTURE)
    served = Served(deck)
    shown.open(served.url, 3)
    covers = shown.frame("rivers/picture#1").locator("#image-occlusion-container > div")
    expect(covers).to_have_count(2)
    frame = shown.item("rivers/picture#1").locator("iframe")
    asked, other = frame.evaluate(
        """frame => [...frame.contentDocument.querySelectorAll("#image-occlusion-container > div")]
            .map(cover => cover.style.background)"""
    )
    assert asked != other
    shown.press(" ")
    expect(shown.card("rivers/picture#1")).to_contain_text("Nile")
    expect(covers.nth(1)).to_be_visible()
    frame.evaluate("frame => frame.contentDocument.querySelector('#toggle').click()")
    expect(covers.nth(1)).to_be_hidden()
    expect(shown.card("rivers/picture#1")).to_contain_text("Nile")
    served.end()


HOSTILE = """\
section: "</title></script><script>document.title = 'hacked'</script>"
facts:
  one:
    ask: "<script>alert(1)</script><img src=x onerror=alert(2)> {{Back}} {{FrontSide}}"
    answer: "</style></template></iframe><svg onload=alert(3)> <!-- &lt;b&gt;"
    hint: "[a link](javascript:alert(4)) <a href=javascript:alert(5)>here</a>"
    extra: "[link](https://example.org/?q=%22onclick=alert(6)) <base href=//evil> {{cloze:Text}}"
  two:
    cloze: '==<b onclick=alert(7)>x</b>::"><script>alert(8)</script>== </div></article> ${x}'
    tags: [a"b<i>, "javascript:alert(9)"]
  three: {ask: Q, anwser: "<script>alert(10)</script>"}
"""


@pytest.mark.parametrize("way", ["served", "exported"])
def test_no_text_is_executed(shown: Shown, deck: Path, way: str) -> None:
    # With an error too, because messages quote the text; an export has none.
    _write(deck, "1", HOSTILE if way == "served" else HOSTILE.rsplit("  three", 1)[0])
    served = Served(deck)
    if way == "served":
        shown.open(served.url, 3)
        expect(shown.banner()).to_contain_text("<script>alert(10)</script>")
    else:
        shown.open(_exported(), 3)
    shown.press("a")
    card = shown.card("one/ask#1")
    expect(card).to_contain_text(
        "<script>alert(1)</script><img src=x onerror=alert(2)> {{Back}} {{FrontSide}}"
    )
    expect(card).to_contain_text("</style></template></iframe><svg onload=alert(3)> <!-- &lt;b&gt;")
    expect(card).to_contain_text("<base href=//evil> {{cloze:Text}}")
    card.locator(".hint summary").click()
    expect(card).to_contain_text("[a link](javascript:alert(4)) <a href=javascript:alert(5)>")
    assert card.locator("a").get_attribute("href") == "https://example.org/?q=%22onclick=alert(6)"
    expect(shown.card("two/cloze#1")).to_contain_text("<b onclick=alert(7)>x</b> </div></article>")
    assert shown.page.locator("script").count() == (1 if way == "served" else 2)
    for frame in shown.page.frames[1:]:
        assert frame.locator("script, img, svg, base[href]").count() == 0
    served.end()


def test_a_script_would_not_run_even_if_it_got_into_a_card(served: Served, shown: Shown) -> None:
    shown.open(served.url, 6)
    expect(shown.card("capital/ask#1")).to_be_visible()
    shown.page.locator('[id="capital/ask#1"] iframe').evaluate(
        """frame => {
            const inner = frame.contentDocument, script = inner.createElement("script");
            script.textContent = "parent.document.title = 'hacked'";
            inner.body.append(script);
            inner.body.insertAdjacentHTML("beforeend", `<p onclick="${script.textContent}">p</p>`);
            inner.querySelector("p[onclick]").click();
        }"""
    )
    expect(shown.page).to_have_title("Test · Preview")
    assert shown.complaints, "the browser says that it was blocked"
    shown.complaints.clear()


@pytest.mark.parametrize(
    ("language", "direction", "section"),
    [
        (
            "ar",
            "rtl",
            "section: تاريخ\nfacts:\n  a: {ask: ما عاصمة مصر؟, answer: القاهرة, tags: [مدن]}\n",
        ),
        (
            "ja",
            "ltr",
            "section: 歴史\nfacts:\n  a: {ask: 日本の首都はどこですか, answer: 東京, tags: [町]}\n",
        ),
    ],
)
def test_other_scripts(
    shown: Shown, deck: Path, language: str, direction: str, section: str
) -> None:
    _write(deck, "deck", f"language: {language}\n{DECK}")
    _write(deck, "1", section)
    (deck / "2.yaml").unlink()
    served = Served(deck)
    shown.open(served.url, 1)
    question, answer = re.findall(r"(?:ask|answer): (.*?),", section)
    expect(shown.card("a/ask#1")).to_contain_text(question)
    assert shown.card("a/ask#1").locator("article").get_attribute("dir") == direction
    shown.page.get_by_label("Search").fill(answer)
    shown.has(1)
    expect(shown.page.locator("#count")).to_have_text("1 card")
    shown.page.get_by_label("Search").fill("Moscow")
    shown.has(0)
    served.end()


def test_few_of_many_cards_are_on_the_page(shown: Shown, deck: Path) -> None:
    facts = "".join(f"  f{n}: {{ask: Question {n}, answer: Answer {n}}}\n" for n in range(5000))
    _write(deck, "1", f"section: S\nfacts:\n{facts}")
    (deck / "2.yaml").unlink()
    served = Served(deck)
    shown.open(served.url, 5000)
    expect(shown.card("f0/ask#1")).to_be_visible()
    for key, card in (("End", "f4999/ask#1"), ("k", "f4998/ask#1"), ("Home", "f0/ask#1")):
        shown.press(key)
        expect(shown.card(card)).to_be_visible()
        expect(shown.current()).to_have_attribute("id", card)
        expect(shown.current()).to_be_in_viewport()
    shown.page.mouse.move(800, 800)
    for _ in range(20):
        shown.page.mouse.wheel(0, 5000)
    expect(shown.card("f0/ask#1")).to_have_count(0)
    assert 0 < shown.page.locator("iframe").count() < 60
    assert shown.page.evaluate("document.querySelectorAll('*').length") < 2500
    shown.page.get_by_label("Search").fill("answer 4321")
    expect(shown.card("f4321/ask#1")).to_be_visible()
    served.end()


# --- as one file -------------------------------------------------------------------------------


def _exported() -> str:
    assert _run("--export", "cards.html")[0] == 0
    return Path("cards.html").resolve().as_uri()


@pytest.mark.usefixtures("deck")
def test_an_export_needs_nothing_else(shown: Shown) -> None:
    shown.page.context.set_offline(True)
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
    shown.open(_exported(), 6)
    shown.press("a")
    expect(shown.card("capital/ask#1")).to_contain_text("Lima")
    expect(shown.frame("river/cloze#1").locator("img")).to_have_js_property("naturalWidth", 1)
    assert set(asked) <= {"file", "data"}


@pytest.mark.usefixtures("deck")
def test_backs_are_printed_where_their_fronts_are_when_the_sheet_is_turned(shown: Shown) -> None:
    shown.open(_exported(), 6)
    shown.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown.page.emulate_media(media="print")
    sheets = shown.page.locator(".sheet")
    expect(sheets).to_have_count(2)
    width = shown.page.evaluate("document.documentElement.clientWidth")
    sides = [
        sheet.locator(".face").evaluate_all(
            """faces => faces.filter(face => face.shadowRoot).map(face => {
                const box = face.getBoundingClientRect(), sheet = face.closest(".sheet");
                return [face.shadowRoot.textContent, (box.left + box.right) / 2,
                        box.top - sheet.getBoundingClientRect().top];
            })"""
        )
        for sheet in sheets.all()
    ]
    for front, back in (("capital of Peru", "Lima"), ("ExComm", "committee"), ("lake", "Caspian")):
        (there,) = (place for text, *place in sides[0] if front in text and back not in text)
        (here,) = (place for text, *place in sides[1] if back in text and front not in text)
        assert here[1] == pytest.approx(there[1], abs=1)
        assert here[0] == pytest.approx(width - there[0], abs=1), "mirrored about the middle"


@pytest.mark.usefixtures("deck")
def test_long_cards_are_made_smaller_until_they_fit(shown: Shown, deck: Path) -> None:
    text = " ".join(["word"] * 120)
    _write(deck, "1", f"section: S\nfacts:\n  a: {{ask: Short, answer: {text} END}}\n")
    shown.open(_exported(), 2)
    shown.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown.page.emulate_media(media="print")
    for face in shown.page.locator(".face").all():
        assert face.evaluate("face => face.scrollHeight <= face.clientHeight + 1")
    expect(shown.page.locator(".face.cut")).to_have_count(0)


# --- accessibility -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["light", "night and narrow", "broken", "keys"])
def test_the_page_is_accessible(served: Served, shown: Shown, deck: Path, state: str) -> None:
    shown.open(served.url, 6)
    shown.press("a")
    if state == "night and narrow":
        shown.press("n")
        shown.page.set_viewport_size({"width": 360, "height": 800})
    elif state == "broken":
        _write(deck, "1", SECTION.replace("answer", "anwser"))
        expect(shown.banner()).to_be_visible()
    elif state == "keys":
        shown.press("?")
    expect(shown.card("capital/ask#1")).to_be_visible()
    found = Axe().run(shown.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []
