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
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect, sync_playwright

from conftest import DECK
from crisis_cards import build
from crisis_cards import preview as pages
from crisis_cards.cli import main

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


class Server:
    """The preview of a deck, as an author starts it."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crisis_cards", "preview", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.said = self.process.stdout.readline()
        found = re.match(r"http://127\.0\.0\.1:(\d+)/  ", self.said)
        assert found, self.said + self.process.stdout.read()
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}/"

    def get(self, target: str, **headers: str) -> http.client.HTTPResponse:
        """The answer to a request for exactly this target."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", target, headers=headers)
        return connection.getresponse()

    def end(self) -> str:
        """Ctrl-C; what was printed after the address."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=30)[0]


@pytest.fixture
def served(deck: Path) -> Iterator[Server]:
    server = Server("--port", "0")
    yield server
    assert server.end() == ""
    assert server.process.returncode == 0


# --- the data ----------------------------------------------------------------------------------


def _page(folder: Path) -> pages.Page:
    return pages.page(build.read(folder))


def test_every_card_has_its_place(deck: Path) -> None:
    cards = {card["id"]: card for card in _page(deck).data["cards"]}
    assert list(cards) == [
        "capital/ask#1",
        "excomm/meaning#1",
        "excomm/term#1",
        "river/cloze#1",
        "river/cloze#2",
        "lake/ask#1",
    ]
    assert cards["river/cloze#2"]["place"] == f"{Path('decks/one/1.yaml')}:5"
    assert cards["capital/ask#1"]["tags"] == ("places",)
    assert cards["lake/ask#1"]["section"] == 1


def test_problems_stand_at_their_fact_though_it_is_broken(deck: Path) -> None:
    text = SECTION.replace("answer: Lima", "anwser: Lima") + "  bad: {ask: Q,\n    answer: ''}\n"
    (deck / "1.yaml").write_text(text, encoding="utf-8")
    (deck / "deck.yaml").write_text(DECK + "colour: red\n", encoding="utf-8")
    found = [(p["fact"], p["check"]) for p in _page(deck).data["problems"]]
    assert found == [("capital", "unknown-key"), ("bad", "wrong-type"), ("", "unknown-key")]


def test_the_last_good_cards_stay_while_the_deck_is_broken(deck: Path) -> None:
    good = _page(deck)
    (deck / "1.yaml").write_text("section: [\n", encoding="utf-8")
    broken = pages.kept(good, _page(deck))
    assert broken.data["cards"] == good.data["cards"]
    assert broken.data["stale"]
    assert [p["check"] for p in broken.data["problems"]] == ["yaml-syntax"]
    again = pages.kept(broken, _page(deck))
    assert again == broken
    (deck / "1.yaml").write_text(SECTION, encoding="utf-8")
    assert pages.kept(again, _page(deck)) == good


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
    (deck / "1.yaml").write_text(SECTION.replace("answer", "anwser"), encoding="utf-8")
    status, printed = _run("--export", "cards.html")
    assert status == 1
    assert "unknown-key" in printed
    assert Path("cards.html").read_text() == "before"


def test_a_port_that_is_taken_is_named_and_another_default_is_found(served: Server) -> None:
    status, printed = _run("--port", str(served.port))
    assert status == 2
    assert f"port {served.port} cannot be used: address already in use" in printed


@pytest.mark.parametrize("library", ["starlette", "uvicorn", "watchfiles"])
@pytest.mark.usefixtures("deck")
def test_missing_libraries_are_named(library: str) -> None:
    start = "import sys; sys.modules[sys.argv.pop(1)] = None; import crisis_cards.__main__"
    command = [sys.executable, "-c", start, library, "preview"]
    run = partial(subprocess.run, capture_output=True, text=True, timeout=60, check=False)
    ended = run([*command, "--port", "0"])
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "pip install 'crisis-cards[preview]'" in ended.stderr
    assert run([*command, "--export", "cards.html"]).returncode == 0, "an export needs none of them"


# --- what the server gives away ----------------------------------------------------------------


def test_only_the_page_and_the_pictures_of_facts_are_served(served: Server, deck: Path) -> None:
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
    served: Server, deck: Path
) -> None:
    (picture,) = json.load(served.get("/deck.json"))["pictures"].values()
    Path("secret.png").write_bytes(PIXEL + b"secret")
    (deck / "media/nile.png").unlink()
    (deck / "media/nile.png").symlink_to(Path("secret.png").resolve())
    assert served.get(f"/{picture}").status == 404


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "192.168.0.1:80", ""])
def test_a_page_of_another_name_gets_nothing(served: Server, host: str) -> None:
    for target in ("/", "/deck.json", "/events"):
        assert served.get(target, Host=host).status == 400


def test_other_sites_may_read_nothing(served: Server) -> None:
    answer = served.get("/deck.json", Origin="https://example.org")
    assert not answer.getheader("Access-Control-Allow-Origin")
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    policy = served.get("/").getheader("Content-Security-Policy") or ""
    assert "default-src 'none'; script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_server_is_there_for_this_computer_alone(served: Server) -> None:
    # The whole of 127.0.0.0/8 is this computer, but only one address of it is listened at.
    for address in ("127.0.0.2", socket.gethostbyname(socket.gethostname())):
        if address != "127.0.0.1":
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((address, served.port), timeout=5)


# --- in a browser ------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no Chromium here to test the preview in: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield opened
        opened.close()


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
        expect(self.page.locator("#cards > li:visible")).to_have_count(cards)

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
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    shown = Shown(context.new_page())
    yield shown
    context.close()
    assert shown.complaints == []


def test_a_card_is_turned_by_click_key_and_button(served: Server, shown: Shown) -> None:
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
    hint = shown.frame("excomm/meaning#1").locator("summary")
    hint.click()
    expect(shown.card("excomm/meaning#1")).to_contain_text("of advisers")
    expect(shown.card("excomm/meaning#1")).not_to_contain_text("committee")


def test_keys_move_from_card_to_card(served: Server, shown: Shown) -> None:
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


def test_filters_and_search(served: Server, shown: Shown) -> None:
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
    served: Server, shown: Shown, deck: Path
) -> None:
    shown.open(served.url, 6)
    shown.page.get_by_label("Kind").select_option("term")
    shown.has(2)
    shown.press("End")
    shown.page.evaluate("window.kept = document.querySelector('[id=\"excomm/meaning#1\"] iframe')")
    text = SECTION.replace("committee", "*council*")
    text = "\n# one line more\n" + text + "  xx: {term: XX, means: YY}\n"
    (deck / "1.yaml").write_text(text, encoding="utf-8")
    shown.has(4)
    expect(shown.card("excomm/term#1")).to_contain_text("council")
    expect(shown.current()).to_have_attribute("id", "excomm/term#1")
    expect(shown.item("excomm/term#1").locator(".place")).to_have_text("1.yaml:6")
    expect(shown.page.locator("#news")).to_have_text("4 cards changed")
    shown.page.reload()
    shown.has(4)
    expect(shown.current()).to_have_attribute("id", "excomm/term#1")


def test_broken_yaml_shows_a_banner_and_the_last_good_cards(
    served: Server, shown: Shown, deck: Path
) -> None:
    shown.open(served.url, 6)
    expect(shown.banner()).to_be_hidden()
    (deck / "1.yaml").write_text(SECTION.replace("answer: Lima", "answer Lima"), encoding="utf-8")
    expect(shown.banner()).to_contain_text("This deck has 1 error")
    expect(shown.banner()).to_contain_text("1.yaml:3")
    expect(shown.banner()).to_contain_text("last version without errors")
    shown.has(6)
    expect(shown.item("capital/ask#1").locator("li.error")).to_be_visible()
    shown.page.get_by_label("Problem").select_option("any error")
    shown.has(1)
    (deck / "1.yaml").write_text(SECTION.replace("Lima", "Cusco"), encoding="utf-8")
    expect(shown.banner()).to_be_hidden()
    shown.page.get_by_label("Problem").select_option("")
    shown.has(6)
    shown.press("a")
    expect(shown.card("capital/ask#1")).to_contain_text("Cusco")


def test_the_place_of_a_fact_is_copied(served: Server, shown: Shown) -> None:
    shown.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.open(served.url, 6)
    shown.item("lake/ask#1").locator(".place").click()
    place = f"{Path('decks/one/2.yaml')}:3"
    expect(shown.page.locator("#news")).to_have_text(f"Copied: {place}")
    assert shown.page.evaluate("navigator.clipboard.readText()") == place


def test_night_and_widths(served: Server, shown: Shown) -> None:
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


def test_pictures_are_shown(served: Server, shown: Shown) -> None:
    shown.open(served.url, 6)
    shown.press("a")
    picture = shown.frame("river/cloze#1").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 1)
