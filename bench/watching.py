"""From the save of a file to what comes of it: a line on the terminal, or a card on the screen."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processes import TOOL, Cost, Costs, Place, again, copy, save, word

PATIENCE = 120  # seconds after which nothing comes any more
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

_CHECKED = re.compile(r"\d deck, [\d,]+ facts?: ")
_BUILT = re.compile(r"\d new, \d+ changed, ")
_CHANGED = re.compile(r"\b0 new, [1-9]\d* changed, ")
_ADDRESS = re.compile(r"http://\S+")

_Lines = queue.Queue[tuple[float, str]]


@contextmanager
def _running(place: Place, *arguments: str) -> Iterator[_Lines]:
    """A command that goes on until it is told to end: its lines, and when they came."""
    process = subprocess.Popen(
        (sys.executable, "-u", *TOOL, *arguments, place.deck),
        cwd=place.folder,
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    lines: _Lines = queue.Queue()

    def collect() -> None:
        assert process.stdout
        for line in process.stdout:
            lines.put((time.perf_counter(), line))

    threading.Thread(target=collect, daemon=True).start()
    try:
        yield lines
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()


def _until(lines: _Lines, wanted: re.Pattern[str]) -> tuple[float, re.Match[str]]:
    """When a line came that has this, and what it has."""
    seen: list[str] = []
    while True:
        try:
            moment, line = lines.get(timeout=PATIENCE)
        except queue.Empty:
            sys.exit(f"waited in vain for {wanted.pattern}:\n{''.join(seen[-20:])}")
        seen.append(line)
        if found := wanted.search(line):
            return moment, found


def _pause(number: int) -> None:
    """Until the watcher is at rest, and never for the same part of its beat."""
    time.sleep(0.5 + number * 0.037 % 0.1)


def _saved(lines: _Lines, path: Path, number: int, result: re.Pattern[str]) -> Cost:
    """One save, to the line with its result."""
    _pause(number)
    while not lines.empty():
        lines.get()
    begin, _ = save(path, number)
    end, _ = _until(lines, result)
    time.sleep(end - begin)  # what it still does after the line is in nobody's way
    return Cost(end - begin)


def check(place: Place, saves: int) -> Costs:
    with _running(place, "check", "--watch") as lines:
        _until(lines, _CHECKED)
        path = place.file(0.5)
        return {"check --watch": [_saved(lines, path, n, _CHECKED) for n in range(saves)]}


def build(place: Place, saves: int) -> Costs:
    """Every save beside a build of the same edit in a copy of the deck, which remembers its last
    build as well.
    """
    twin = copy(place, place.folder / "twin")
    first = again(twin)
    costs: Costs = {"build --watch": [], "build after a save": []}
    with _running(place, "build", "--watch") as lines:
        _until(lines, _BUILT)
        time.sleep(first.wall)
        for number in range(saves):
            path = place.file(0.5)
            costs["build --watch"].append(_saved(lines, path, number, _CHANGED))
            save(twin.file(0.5), number)
            costs["build after a save"].append(again(twin))
    return costs


# --- the preview -------------------------------------------------------------------------------

# Looks before every frame that is drawn whether a card has a word. Cards stand in frames.
_LOOK = """word => {
  const hasWord = (frame) => frame.contentDocument?.body?.textContent.includes(word);
  window.wordSeen = new Promise((seen) => {
    const look = () => {
      if ([...document.querySelectorAll("iframe")].some(hasWord))
        seen(performance.timeOrigin + performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}"""
_SEEN = """seconds => Promise.race([
  window.wordSeen,
  new Promise((_, refuse) => setTimeout(() => refuse(new Error("not seen")), 1000 * seconds)),
])"""


def preview(place: Place, saves: int) -> Costs:
    """To the frame of the browser in which the first card has the new word."""
    from playwright.sync_api import sync_playwright

    costs = []
    with _running(place, "preview", "--port", "0") as lines, sync_playwright() as playwright:
        _, address = _until(lines, _ADDRESS)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        page = browser.new_page()
        page.goto(address[0])
        page.locator("iframe").first.wait_for(timeout=1000 * PATIENCE)
        for number in range(saves):
            _pause(number)
            page.evaluate(_LOOK, word(number))
            _, begin = save(place.file(0), number)
            costs.append(Cost(page.evaluate(_SEEN, PATIENCE) / 1000 - begin))
        browser.close()
    return {"preview": costs}
