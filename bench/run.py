"""Measures crisis-cards against other ways to make the same package, and prints a page of tables.

    python bench/run.py [--quick] [--decks FACTSxFILES...] [--pairs N] [--into docs/performance.md]

Every figure is a ratio of two processes that ran one after the other, the median over the pairs:
the speed of a machine changes from minute to minute, their ratio hardly does. Time is user and
system time of the whole process, from the start of Python to its end; memory is its peak.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import yaml

import decks

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "decks" / "cuban-missile-crisis"
PACKAGES = ("crisis-cards", "genanki", "PyYAML", "markdown-it-py", "Babel", "click", "ankiforge")
TOOL = (sys.executable, "-m", "crisis_cards")
SCRIPTS = ("csafe", "safe_load", "ankiforge", "floor")


class Cost(NamedTuple):
    """Of one process: seconds by the clock, seconds of processor time, peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str | Path], cwd: Path) -> Cost:
    """Runs a process to its end; one that fails ends the measurement."""
    environment = {**os.environ, "CRISIS_CARDS_CACHE": str(cwd / "cache"), "PYTHONHASHSEED": "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    if status:
        sys.exit(f"{command} failed:\n{said[-2000:].decode()}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


class Bench:
    """One deck, and everything that is done with it in turn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deck = folder / "deck"
        self.costs: dict[str, list[Cost]] = {}

    def _note(self, name: str, cost: Cost) -> None:
        self.costs.setdefault(name, []).append(cost)

    def script(self, name: str) -> None:
        command = (sys.executable, HERE / "baselines.py", name, self.deck, self.folder / "a.apkg")
        self._note(name, run(command, self.folder))

    def forget(self, lock: bool = True) -> None:
        """As if the deck had never been built, or (with its lock kept) on another machine."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        shutil.rmtree(self.folder / "dist", ignore_errors=True)
        if lock:
            (self.deck / "deck.lock").unlink(missing_ok=True)

    def tool(self, name: str, *arguments: str) -> None:
        self._note(name, run((*TOOL, *arguments, self.deck), self.folder))

    def round(self, scripts: Iterable[str]) -> None:
        """All works once, each beside the ones that it is compared with."""
        for script in scripts:
            self.script(script)
        self.forget()
        self.tool("check", "check")
        self.forget()
        self.tool("build", "build")
        self.tool("unchanged", "build")
        self._edit()
        self.tool("one changed", "build")
        self.forget(lock=False)
        self.tool("build again", "build")

    def _edit(self) -> None:
        """Another answer in the file in the middle."""
        files = sorted(path for path in self.deck.glob("*.yaml") if path.name != "deck.yaml")
        path = files[len(files) // 2]
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(answer: .*)", r"\1 x", text, count=1), encoding="utf-8")

    def ratio(self, work: str, other: str, of: Callable[[Cost], float] = lambda c: c.cpu) -> float:
        return median(
            of(one) / of(two) for one, two in zip(self.costs[work], self.costs[other], strict=False)
        )

    def seconds(self, work: str) -> float:
        return median(cost.wall for cost in self.costs[work])

    def memory(self, work: str) -> float:
        return median(cost.memory for cost in self.costs[work])


class Size(NamedTuple):
    """A deck to measure: how many facts, in how many files, of which shape."""

    facts: int
    files: int
    shape: str = "mixed"

    def __str__(self) -> str:
        shape = "" if self.shape == "mixed" else f", {self.shape}"
        return f"{self.facts:,} facts in {self.files:,} file{'s' * (self.files > 1)}{shape}"


FULL = (
    Size(2_000, 1), Size(20_000, 1), Size(20_000, 100), Size(100_000, 100),
    Size(20_000, 4_000), Size(5_000, 10, "long"), Size(5_000, 10, "blanks"),
)  # fmt: skip
QUICK = (Size(2_000, 20), Size(10_000, 100))


def _size(text: str) -> Size:
    facts, files, *shape = text.split("x", 2)
    return Size(int(facts), int(files), *shape)


def measure(size: Size, pairs: int, folder: Path) -> Bench:
    bench = Bench(folder)
    decks.write(bench.deck, size.facts, size.files, size.shape)
    for at in range(pairs):
        print(f"{size}: pair {at + 1} of {pairs}", file=sys.stderr)
        bench.round(SCRIPTS)
    return bench


def shipped(pairs: int, folder: Path) -> Bench:
    """The shipped deck as if it had never been built, and the start of the program."""
    bench = Bench(folder)
    shutil.copytree(SHIPPED, bench.deck)
    for _ in range(pairs):
        bench.round(("csafe", "safe_load"))
        bench._note("click", run((sys.executable, "-c", "import click"), folder))
        bench._note("help", run((*TOOL, "--help"), folder))
    return bench


_TARGETS = (
    ("full build", "usual script, `CSafeLoader`", "build", "csafe", 0.5, 0.3),
    ("full build", "usual script, `safe_load`", "build", "safe_load", 0.15, 0.08),
    ("full build", "`ankiforge`, `CSafeLoader`", "build", "ankiforge", None, None),
    ("full build", "the floor", "build", "floor", 3, 1.5),
    ("full build over a lock", "full build", "build again", "build", None, None),
    ("`check`", "full build", "check", "build", 0.7, 0.5),
    ("build, nothing changed", "full build", "unchanged", "build", 0.10, 0.03),
    ("build, one file changed", "full build", "one changed", "build", 0.25, 0.12),
)


def _arguments() -> str:
    return "".join(f" {argument}" for argument in sys.argv[1:] if "/" not in argument)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def page(benches: dict[Size, Bench], small: Bench, pairs: int) -> str:
    today = datetime.datetime.now(datetime.timezone.utc).date()
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    libraries = f"SQLite {sqlite3.sqlite_version}, libyaml {'.'.join(map(str, _libyaml()))}"
    lines = [
        f"Measured on {today} with `python bench/run.py{_arguments()}` ({pairs} pairs): {machine};",
        f"Python {platform.python_version()}, {libraries}, {versions}.",
        "",
        "Ratios of processor time, whole processes:",
        "",
        _row("work", "against", "at most", "aim", *benches),
        _row("---", "---", *["--:"] * (len(benches) + 2)),
    ]
    for name, against, work, other, most, aim in _TARGETS:
        ratios = (
            "" if work == "one changed" and size.files == 1 else _number(bench.ratio(work, other))
            for size, bench in benches.items()
        )
        lines.append(_row(name, against, _number(most), _number(aim), *ratios))
    memory = (
        _number(bench.ratio("build", "csafe", lambda c: c.memory)) for bench in benches.values()
    )
    lines.append(_row("peak memory, full build", "usual script, `CSafeLoader`", 0.7, 0.4, *memory))
    lines += [
        "",
        "| work | against | at most | aim | measured |",
        "|---|---|--:|--:|--:|",
        _row("shipped deck, full build", "usual script, `CSafeLoader`", "", "",
             _number(small.ratio("build", "csafe"))),
        _row("shipped deck, full build", "usual script, `safe_load`", 1.5, 1.0,
             _number(small.ratio("build", "safe_load"))),
        _row("shipped deck, nothing changed", "its full build", "", "",
             _number(small.ratio("unchanged", "build"))),
        _row("`crisis-cards --help`", '`python -c "import click"`', 1.6, 1.3,
             _number(small.ratio("help", "click"))),
        *_growth(benches),
        "",
        "For orientation, seconds by the clock and peak memory in MB (medians):",
        "",
        _row("work", *benches),
        _row("---", *["--:"] * len(benches)),
    ]  # fmt: skip
    works = (
        "csafe",
        "safe_load",
        "ankiforge",
        "floor",
        "check",
        "build",
        "unchanged",
        "one changed",
    )
    for work in works:
        cells = (f"{b.seconds(work):.2f} s, {b.memory(work):.0f}" for b in benches.values())
        lines.append(_row(work, *cells))
    return "\n".join(lines) + "\n"


def _libyaml() -> tuple[int, ...]:
    found: tuple[int, ...] = getattr(yaml, "_yaml").get_version()  # noqa: B009
    return found


def _growth(benches: dict[Size, Bench]) -> list[str]:
    """What five times the facts cost, between decks of the same number of files."""
    rows = []
    for small, low in benches.items():
        for large, high in benches.items():
            if small.files == large.files > 1 and small.shape == large.shape == "mixed":
                factor = large.facts / small.facts
                if factor > 1:
                    measured = median(c.cpu for c in high.costs["build"]) / median(
                        c.cpu for c in low.costs["build"]
                    )
                    most, aim = (5.5, 5.1) if factor == 5 else ("", "")
                    work, against = f"full build, {large.facts:,} facts", f"{small.facts:,} facts"
                    rows.append(_row(work, against, most, aim, _number(measured)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller decks, three pairs")
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--decks", nargs="+", type=_size, help="such as 20000x100 or 5000x10xlong")
    parser.add_argument("--into", type=Path, help="a page whose measured part is replaced")
    chosen = parser.parse_args()
    sizes = chosen.decks or (QUICK if chosen.quick else FULL)
    pairs = chosen.pairs or (3 if chosen.quick else 5)
    with tempfile.TemporaryDirectory() as place:
        for at in range(len(sizes) + 1):
            Path(place, str(at)).mkdir()
        small = shipped(max(pairs, 7), Path(place, str(len(sizes))))
        benches = {
            size: measure(size, pairs, Path(place, str(at))) for at, size in enumerate(sizes)
        }
    made = page(benches, small, pairs)
    print(made)
    if chosen.into:
        text = chosen.into.read_text(encoding="utf-8")
        marks = r"(?s)(<!-- measured -->\n).*?(<!-- end -->)"
        chosen.into.write_text(re.sub(marks, lambda m: m[1] + made + m[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
