"""Measures what people wait for, against what they would wait for otherwise, and prints a page.

    python bench/run.py [--quick] [--pairs N] [--rows NAME...] [--into docs/performance.md]

Where one process is held against another, the figure is the median of the ratios of pairs that ran
one after the other, of user and system time from the start of Python to its end: the speed of a
machine changes from minute to minute, their ratio hardly does. What somebody waits for with the
file just saved is seconds by the clock, so it needs a quiet machine and names its processor.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

import yaml

import processes
import watching
from processes import Costs, Deck, Place

PACKAGES = (
    "crisis-cards", "PyYAML", "genanki", "ankiforge", "yamllint", "markdown-it-py", "Babel",
    "click", "watchfiles", "starlette", "uvicorn", "playwright",
)  # fmt: skip

SHIPPED = Deck()
LARGE = Deck(20_000, 1)
MANY_FILES = Deck(20_000, 100)
IN_PREVIEW = Deck(5_000, 25)

CLOCK = "the clock"
CLICK = '`python -c "import click"`'


class Row(NamedTuple):
    """A line of the table: the cost of some work, over that of another where there is one."""

    name: str
    says: str
    against: str
    most: float
    aim: float
    deck: Deck
    work: str
    other: str = ""
    of: str = "cpu"  # or wall, or memory


ROWS = (
    Row("watch-check", "`check --watch`, save → result, {}", CLOCK, 0.15, 0.1,
        SHIPPED, "check --watch", of="wall"),
    Row("watch-build", "`build --watch`, one file changed, {}", "its one-shot build", 0.6, 0.3,
        MANY_FILES, "build --watch", "build after a save", "wall"),
    Row("preview-shipped", "preview, save → screen, {}", CLOCK, 0.25, 0.2,
        SHIPPED, "preview", of="wall"),
    Row("preview-large", "preview, save → screen, {}", CLOCK, 0.6, 0.4,
        IN_PREVIEW, "preview", of="wall"),
    Row("check", "`check`, {}", "yamllint on the same files", 0.65, 0.5,
        SHIPPED, "check", "yamllint"),
    Row("build-shipped", "full build, {}", "`safe_load` script", 1.0, 0.8,
        SHIPPED, "build", "safe_load"),
    Row("build-small", "full build, {}", "`safe_load` script", 0.55, 0.45,
        Deck(2_000, 1), "build", "safe_load"),
    Row("build-large", "full build, {}", "`CSafeLoader` script", 1.3, 1.0,
        MANY_FILES, "build", "csafe"),
    Row("ankiforge-files", "full build, {}", "ankiforge behind `CSafeLoader`", 1.0, 0.8,
        MANY_FILES, "build", "ankiforge"),
    Row("ankiforge-one", "full build, {}", "ankiforge behind `CSafeLoader`", 1.0, 0.8,
        LARGE, "build", "ankiforge"),
    Row("changed-file", "one file changed, {}", "full build", 0.4, 0.25,
        MANY_FILES, "build, one fact changed", "build"),
    Row("changed-fact", "one fact changed, {}", "full build", 1.05, 1.0,
        LARGE, "build, one fact changed", "build"),
    Row("unchanged-shipped", "nothing changed, {}", CLICK, 2, 1.5,
        SHIPPED, "build, nothing changed", "import click"),
    Row("unchanged-one", "nothing changed, {}", CLICK, 2, 1.5,
        LARGE, "build, nothing changed", "import click"),
    Row("unchanged-files", "nothing changed, {}", CLICK, 2, 1.5,
        MANY_FILES, "build, nothing changed", "import click"),
    Row("memory", "peak memory, full build, {}", "MB", 120, 80,
        MANY_FILES, "build", of="memory"),
)  # fmt: skip

# What goes on until it is told to end, and is measured by the clock over some saves.
WATCHES: dict[str, Callable[[Place, int], Costs]] = {
    "check --watch": watching.check,
    "build --watch": watching.build,
    "preview": watching.preview,
}

_NEEDS = {
    "ankiforge": ("ankiforge",),
    "yamllint": ("yamllint",),
    "check --watch": ("watchfiles",),
    "build --watch": ("watchfiles",),
    "preview": ("playwright", "starlette", "uvicorn", "watchfiles"),
}


# --- measuring ---------------------------------------------------------------------------------


def absent(row: Row) -> list[str]:
    """What a row needs and this machine has not."""
    needed = (*_NEEDS.get(row.work, ()), *_NEEDS.get(row.other, ()))
    missing = [name for name in needed if find_spec(name) is None]
    if row.work == "preview" and not watching.CHROMIUM:
        missing.append("chromium")
    return missing


def measure(rows: Sequence[Row], pairs: int, folder: Path) -> dict[Deck, Costs]:
    """What everything costs that these rows hold against each other."""
    able = [row for row in rows if not absent(row)]
    kept: dict[Deck, Place] = {}
    costs: dict[Deck, Costs] = {}
    for row in able:
        if row.deck not in kept:
            kept[row.deck] = processes.write(row.deck, folder / str(len(kept)))
    for deck, place in kept.items():
        works = {
            name
            for row in able
            if row.deck == deck and row.work not in WATCHES
            for name in (row.work, row.other)
            if name
        }
        print(f"{deck}: {', '.join(sorted(works)) or 'only watched'}", file=sys.stderr)
        times = pairs if deck.facts else 3 * pairs  # what is short is told by more pairs
        own = processes.copy(place, place.folder / "rounds")
        costs[deck] = processes.rounds(own, works, times)
    for row in able:
        if row.work in WATCHES and row.work not in costs[row.deck]:
            print(f"{row.deck}: {row.work}", file=sys.stderr)
            own = processes.copy(kept[row.deck], kept[row.deck].folder / row.work.split()[0])
            costs[row.deck] |= WATCHES[row.work](own, max(pairs, 7))
    return costs


def value(row: Row, costs: Costs) -> float:
    work: list[float] = [getattr(cost, row.of) for cost in costs[row.work]]
    if not row.other:
        return median(work)
    other: list[float] = [getattr(cost, row.of) for cost in costs[row.other]]
    return median(one / two for one, two in zip(work, other, strict=False))


# --- the page ----------------------------------------------------------------------------------


def _line(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def processor() -> str:
    """As the system calls it."""
    told = Path("/proc/cpuinfo")
    text = told.read_text(encoding="utf-8") if told.is_file() else ""
    named = re.search(r"(?m)^model name\s*:\s*(.+)$", text)
    return (named[1] if named else platform.processor() or platform.machine()).strip()


def figure(row: Row, costs: Costs) -> str:
    """What was measured, in bold where it is more than it may be."""
    if missing := absent(row):
        return f"no {', no '.join(missing)} here"
    number = value(row, costs)
    text = f"{number:.3g}"
    if number > row.most:
        text = f"**{text}**"
    if row.against == CLOCK:
        text += f" s ({processor()})"
    return text


def machine() -> str:
    """Where and with what this runs."""
    libyaml = ".".join(map(str, getattr(yaml, "_yaml").get_version()))  # noqa: B009
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {processor()}"
    parts = [f"SQLite {sqlite3.sqlite_version}", f"libyaml {libyaml}"]
    installed = {found.name.lower(): found.version for found in distributions()}
    parts += [f"{name} {installed[name.lower()]}" for name in PACKAGES if name.lower() in installed]
    if watching.CHROMIUM:
        command = [watching.CHROMIUM, "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        parts.append(" ".join(said[:2]))
    return f"{system};\nPython {platform.python_version()}, {', '.join(parts)}"


def page(rows: Sequence[Row], costs: dict[Deck, Costs], called: str) -> str:
    today = datetime.datetime.now(datetime.timezone.utc).date()
    remark = (
        "\nThe decks are smaller than those that the targets are for."
        if "--quick" in called
        else ""
    )
    lines = [
        f"Measured on {today} with `python bench/run.py{called}`: {machine()}.{remark}",
        "",
        _line("work", "against", "at most", "aim", "measured"),
        _line("---", "---", "--:", "--:", "--:"),
    ]
    for row in rows:
        found = figure(row, costs.get(row.deck, {}))
        unit = " s" if row.against == CLOCK else ""
        targets = (f"{target:g}{unit}" for target in (row.most, row.aim))
        lines.append(_line(row.says.format(row.deck), row.against, *targets, found))
    lines += [
        "",
        "For orientation, medians of seconds by the clock and of peak memory in MB:",
        "",
        _line("deck", "work", "s", "MB", "times"),
        _line("---", "---", "--:", "--:", "--:"),
    ]
    for deck, works in costs.items():
        for work, each in works.items():
            memory = median(cost.memory for cost in each)
            seconds = median(cost.wall for cost in each)
            lines.append(_line(deck, work, f"{seconds:.3g}", f"{memory:.0f}" if memory else "",
                               len(each)))  # fmt: skip
    return "\n".join(lines) + "\n"


def into(text: str, made: str) -> str:
    """A page with its measured part replaced."""
    marks = r"(?s)(<!-- measured -->\n).*?(<!-- end -->)"
    return re.sub(marks, lambda found: found[1] + made + found[2], text)


def smaller(row: Row) -> Row:
    return row._replace(deck=row.deck._replace(facts=min(row.deck.facts, 4_000)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="no more than 4,000 facts, two pairs")
    parser.add_argument("--pairs", type=int, help="how often (5); three times that, what is short")
    parser.add_argument(
        "--rows", nargs="+", default=[""], metavar="NAME",
        help=f"only these, or those that begin so: {', '.join(row.name for row in ROWS)}",
    )  # fmt: skip
    parser.add_argument("--into", type=Path, help="a page whose measured part is replaced")
    chosen = parser.parse_args()
    rows = [row for row in ROWS if row.name.startswith(tuple(chosen.rows))]
    if not rows:
        parser.error(f"no row is called {' or '.join(chosen.rows)}")
    if chosen.quick:
        rows = [smaller(row) for row in rows]
    pairs = chosen.pairs or (2 if chosen.quick else 5)
    called = " --quick" * chosen.quick + f" --pairs {pairs}"
    if any(chosen.rows):
        called += f" --rows {' '.join(chosen.rows)}"
    with tempfile.TemporaryDirectory() as folder:
        made = page(rows, measure(rows, pairs, Path(folder)), called)
    print(made)
    if chosen.into:
        text = chosen.into.read_text(encoding="utf-8")
        chosen.into.write_text(into(text, made), encoding="utf-8")


if __name__ == "__main__":
    main()
