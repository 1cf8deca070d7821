"""What is run of crisis-cards and of what it is measured against: one process after the other.

crisis-cards is its command line here: what is inside it may be rewritten at any time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "decks" / "cuban-missile-crisis"
TOOL = ("-m", "crisis_cards")


class Cost(NamedTuple):
    """Of one piece of work: seconds by the clock, seconds of processor time, peak memory in MB."""

    wall: float
    cpu: float = 0
    memory: float = 0


Costs = dict[str, list[Cost]]
"""Work → what it cost, as often as it was done."""


class Deck(NamedTuple):
    """A deck to measure: how many facts, in how many files; none at all is the shipped deck."""

    facts: int = 0
    files: int = 0

    def __str__(self) -> str:
        if not self.facts:
            return "shipped deck"
        return f"{self.facts:,} facts in {self.files:,} file{'s' * (self.files > 1)}"


class Place(NamedTuple):
    """A folder with a copy of a deck, and beside it what is made and remembered of it."""

    folder: Path

    @property
    def deck(self) -> Path:
        return self.folder / "deck"

    @property
    def environment(self) -> dict[str, str]:
        own = {"CRISIS_CARDS_CACHE": str(self.folder / "cache"), "PYTHONHASHSEED": "0"}
        environment = {**os.environ, **own}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
        return environment

    def file(self, share: float) -> Path:
        """The section file so far into the deck: 0 is the first one."""
        files = sorted(path for path in self.deck.glob("*.yaml") if path.name != "deck.yaml")
        return files[int(len(files) * share)]


def write(deck: Deck, folder: Path) -> Place:
    """A folder with this deck, as if it had never been built."""
    place = Place(folder)
    if deck.facts:
        # In a process of its own: the memory that this one has ever taken counts as its children's.
        size = ("--facts", str(deck.facts), "--files", str(deck.files))
        subprocess.run([sys.executable, HERE / "decks.py", place.deck, *size], check=True)
    else:
        shutil.copytree(SHIPPED, place.deck)
    forget(place)
    return place


def copy(place: Place, folder: Path) -> Place:
    """The same deck in another folder, never built."""
    shutil.copytree(place.deck, folder / "deck")
    forget(Place(folder))
    return Place(folder)


def forget(place: Place) -> None:
    shutil.rmtree(place.folder / "cache", ignore_errors=True)
    shutil.rmtree(place.folder / "dist", ignore_errors=True)
    (place.deck / "deck.lock").unlink(missing_ok=True)


# --- saving ------------------------------------------------------------------------------------

_ASKED = "ask|cloze|term|person|place|event|why|quote|sequence|contrast"
_FIRST = re.compile(rf'(?m)^(    (?:{_ASKED}): "?)(?:Saved\d+ )?(?=[^\s>|])')


def word(number: int) -> str:
    """What a save adds, to be found on a card again."""
    return f"Saved{number}"


def edited(text: str, number: int) -> str:
    """A section file whose first fact has another word in what it asks than before."""
    changed, count = _FIRST.subn(rf"\g<1>{word(number)} ", text, count=1)
    assert count, "no fact here that can be changed"
    return changed


def save(path: Path, number: int) -> tuple[float, float]:
    """Edits a file as most editors do: a new one is renamed over it. Returns the moment before
    that, of the counter that measures and of the clock on the wall.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(edited(path.read_text(encoding="utf-8"), number), encoding="utf-8")
    moment = time.perf_counter(), time.time()
    beside.replace(path)
    return moment


# --- work --------------------------------------------------------------------------------------


def run(command: Sequence[str | Path], place: Place, statuses: Collection[int] = (0,)) -> Cost:
    """Runs a process to its end; one that fails ends the measurement."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=place.folder,
        env=place.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in statuses:
        sys.exit(f"{command} failed:\n{said[-2000:].decode()}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def _script(name: str, place: Place, _: int) -> Cost:
    target = place.folder / "script.apkg"
    return run((sys.executable, HERE / "baselines.py", name, place.deck, target), place)


def _click(place: Place, _: int) -> Cost:
    return run((sys.executable, "-c", "import click"), place)


def _yamllint(place: Place, _: int) -> Cost:
    # Its own settings find lines too long: it ends with 1, as it does wherever it finds something.
    return run((sys.executable, "-m", "yamllint", place.deck), place, (0, 1))


def _check(place: Place, _: int) -> Cost:
    forget(place)
    return run((sys.executable, *TOOL, "check", place.deck), place)


def _build(place: Place, _: int) -> Cost:
    forget(place)
    return again(place)


def again(place: Place, _: int = 0) -> Cost:
    """A build of what was built before."""
    return run((sys.executable, *TOOL, "build", place.deck), place)


def _changed(place: Place, number: int) -> Cost:
    save(place.file(0.5), number)
    return again(place)


_WORKS: dict[str, Callable[[Place, int], Cost]] = {
    "csafe": partial(_script, "csafe"),
    "safe_load": partial(_script, "safe_load"),
    "ankiforge": partial(_script, "ankiforge"),
    "yamllint": _yamllint,
    "check": _check,
    "build": _build,
    "import click": _click,
    "build, nothing changed": again,
    "build, one fact changed": _changed,
}

_BUILT = ("build, nothing changed", "build, one fact changed")  # what needs a build before it
_BRIEF = ("import click", "build, nothing changed")  # so short that one time tells little


def rounds(place: Place, wanted: Collection[str], times: int) -> Costs:
    """What is wanted, so many times in turn: each beside the work that it is compared with."""
    works = {*wanted, "build"} if {*wanted} & {*_BUILT} else {*wanted}
    turn = [work for work in _WORKS if work in works and work not in _BRIEF]
    at = turn.index("build") + 1 if "build" in turn else len(turn)
    turn[at:at] = [work for work in _BRIEF if work in works] * 3
    costs: Costs = {}
    for number in range(times):
        for work in turn:
            costs.setdefault(work, []).append(_WORKS[work](place, number))
    return costs
