"""How many small faults in the riskiest modules the tests notice: all of them, or a sample.

mutmut makes the faults and runs the tests (its settings stand in pyproject.toml); this draws the
sample, the same one every time for the same code, and counts by module. See docs/mutants.md.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mutmut.configuration import config
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name

ROOT = Path(__file__).parent.parent
HERE = Path(sys.executable).parent
COLUMNS = ("killed", "caught by type check", "timeout", "survived", "no tests")


def mutmut(*arguments: str, quiet: bool = False) -> str:
    path = os.pathsep.join((str(HERE), os.environ["PATH"]))  # mutmut starts mypy
    done = subprocess.run(
        [HERE / "mutmut", *arguments], env={**os.environ, "PATH": path}, check=True, text=True,
        stdout=subprocess.PIPE if quiet else None,
    )  # fmt: skip
    return done.stdout or ""


def names() -> list[str]:
    """The names of all mutants. mutmut tells them only of those that it has run."""
    return [
        get_mutant_name(path, name)
        for path in map(Path, sorted(config().only_mutate))
        if path.exists()
        for name in mutate_file_contents(str(path), path.read_text("utf-8")).mutant_names
    ]


def results() -> dict[str, str]:
    """What became of every mutant, by its name."""
    lines = mutmut("results", "--all", "true", quiet=True).splitlines()
    pairs = (line.strip().rpartition(": ") for line in lines if ": " in line)
    return {name: outcome for name, _, outcome in pairs}


def table(found: dict[str, str]) -> str:
    """The numbers by module, in Markdown."""
    of = {name: name.removeprefix("crisis_cards.").rpartition(".")[0] for name in found}
    rows = [("module", "mutants", *COLUMNS, "other"), ("---", *["--:"] * (len(COLUMNS) + 2))]
    for module in (*sorted(set(of.values())), "all"):
        count = Counter(how for name, how in found.items() if module in (of[name], "all"))
        counted = [count.pop(column, 0) for column in COLUMNS]
        rest = count.total()
        rows.append((module, *map(str, (sum(counted) + rest, *counted, rest))))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sample", nargs="?", type=int, help="so many at random, instead of all")
    parser.add_argument("--seed", type=int, default=1, help="of another sample")
    options = parser.parse_args()
    os.chdir(ROOT)
    shutil.rmtree("mutants", ignore_errors=True)  # results of other tests or settings
    chosen = names()
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    mutmut("run", *(chosen if options.sample else ()))
    every = results()
    found = {name: every[name] for name in chosen}
    unnoticed = sorted(name for name, how in found.items() if how in ("survived", "no tests"))
    print("", table(found), "", "Shown by `mutmut show NAME`, and noticed by no test:", sep="\n")
    print(*unnoticed, sep="\n")


if __name__ == "__main__":
    main()
