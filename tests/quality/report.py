"""Hits and false alarms of the checks of wording, on cards that people have labelled.

`make quality` prints it and test_quality.py holds its bars; README.md says how cards are labelled.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from crisis_cards import pipeline
from crisis_cards.checks import CHECKS
from crisis_cards.compiled import Compiled
from crisis_cards.format import folders
from crisis_cards.problems import Problem
from crisis_cards.problems.rendering import render

CARDS = Path(__file__).parent
HALVES = ("tune", "hold-out")
OWN_CHECK = 0.90  # share of the bad cards that must get their own check
ANY_WARNING = 0.03  # share of the good cards that may get a warning

WARNINGS = frozenset(name for name, check in CHECKS.items() if not check.is_error)
ABOUT_PAIRS = frozenset({"duplicate-question", "near-twin", "sibling-leak"})


class Case(NamedTuple):
    """A labelled card, or a pair of them, and the warnings that it got.

    `label` is the check that a bad one must get; a good one has none.
    """

    place: str
    label: str
    warnings: list[Problem]

    @property
    def hit(self) -> bool:
        return self.label in {warning.check for warning in self.warnings}


class Score(NamedTuple):
    """What came of one half."""

    bad: list[Case]
    good: list[Case]

    @property
    def missed(self) -> list[Case]:
        return [case for case in self.bad if not case.hit]

    @property
    def alarmed(self) -> list[Case]:
        return [case for case in self.good if case.warnings]

    @property
    def own_check(self) -> float:
        return 1 - len(self.missed) / len(self.bad)

    @property
    def any_warning(self) -> float:
        return len(self.alarmed) / len(self.good)

    @property
    def passes(self) -> bool:
        return self.own_check >= OWN_CHECK and self.any_warning <= ANY_WARNING


def score(half: str) -> Score:
    """The labelled cards of one of `HALVES`, judged by the checks as they are now."""
    cases = [case for folder in folders.find(CARDS / half) for case in judged(folder)]
    return Score([case for case in cases if case.label], [case for case in cases if not case.label])


def judged(folder: Path) -> Iterator[Case]:
    """The facts of a deck with what was said of each. Raises ValueError where it has errors."""
    project = pipeline.read(folder)
    errors = [problem for problem in project.problems if problem.is_error]
    if project.deck is None or errors:
        raise ValueError(render(errors, "text"))
    for section in project.deck.sections:
        yield from _cases(section, project.problems)


def _cases(compiled: Compiled, problems: Sequence[Problem]) -> Iterator[Case]:
    """The cases of a section file. A warning belongs to the fact in whose lines it stands."""
    section, facts = compiled.section, compiled.facts
    assert section
    starts = [fact.line for fact in facts]
    warnings: list[list[Problem]] = [[] for _ in starts]
    for problem in problems:
        index = bisect_right(starts, problem.span.line) - 1
        if problem.span.path == section.path and index >= 0:
            warnings[index].append(problem)
    found: dict[str, Case] = {}
    for fact, start, own in zip(facts, starts, warnings, strict=True):
        label = next((tag for tag in (*section.tags, *fact.tags) if tag in WARNINGS), "")
        name = fact.id.rpartition("-")[0] if label in ABOUT_PAIRS else fact.id
        found.setdefault(name, Case(f"{section.path}:{start}", label, [])).warnings.extend(own)
    yield from found.values()


def table(result: Score) -> Iterator[str]:
    """Check by check: bad cards with its label, hits, misses, false alarms on the good cards."""
    yield f"{'check':20}{'cards':>8}{'hits':>8}{'misses':>8}{'false alarms':>15}"
    alarms = {warning.check for case in result.good for warning in case.warnings}
    for check in sorted(alarms | {case.label for case in result.bad}):
        cards = [case for case in result.bad if case.label == check]
        hits = sum(case.hit for case in cards)
        false = sum(any(w.check == check for w in case.warnings) for case in result.good)
        yield f"{check:20}{len(cards):>8}{hits:>8}{len(cards) - hits:>8}{false:>15}"
    yield (
        f"bad cards with their own check: {len(result.bad) - len(result.missed)} of "
        f"{len(result.bad)}, {result.own_check:.1%} (bar: at least {OWN_CHECK:.0%})"
    )
    yield (
        f"good cards with any warning: {len(result.alarmed)} of "
        f"{len(result.good)}, {result.any_warning:.1%} (bar: at most {ANY_WARNING:.0%})"
    )


def details(result: Score) -> Iterable[str]:
    """Every miss and every false alarm, with its place."""
    yield from (f"{case.place}: missed {case.label}" for case in result.missed)
    for case in result.alarmed:
        yield from render(case.warnings, "short").splitlines()


@click.command()
@click.option("--verbose", is_flag=True, help="List every miss and every false alarm.")
@click.argument("halves", nargs=-1, type=click.Choice(HALVES))
def main(*, verbose: bool, halves: tuple[str, ...]) -> None:
    """Print how the checks of wording do on the labelled cards; status 1 below a bar."""
    passed = True
    for half in halves or HALVES:
        result = score(half)
        passed &= result.passes
        click.echo(f"\n{half}")
        for line in table(result):
            click.echo(f"  {line}")
        for line in details(result) if verbose else ():
            click.echo(line)
    sys.exit(not passed)


if __name__ == "__main__":
    main()
