"""What `crisis-cards check` does with the `.baseline` of a deck, and what it says of that."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .. import files
from ..format.folders import BASELINE
from ..problems import count, reason

if TYPE_CHECKING:
    from ..checks.baseline import Baseline
    from ..pipeline import Project


def written(projects: Iterable[Project]) -> Iterator[str]:
    """Writes the warnings of decks into their baselines, where there is none yet.

    From one that is there, what is mended or gone is taken out; nothing is added. Raises OSError.
    """
    for project in projects:
        place, held = project.folder / BASELINE, project.held
        if project.deck is None:
            yield f"{place} is not written: mend the errors first, more warnings may be behind them"
        elif not place.exists():
            number = count(len(held.new), "old warning")
            if held.found:
                _write(place, held.found)
                yield f"{place}: {number}, which later checks do not show; commit it"
            else:
                yield f"{place} is not needed: there are no warnings"
        else:
            left = {entry: held.left[entry] for entry in held.left if entry not in held.gone}
            out = held.mended + len(held.gone)
            if out or held.changed:
                done = f"{count(out, 'line')} taken out" if out else "brought up to date"
                yield _write(place, left) or f"{place}: {done}"
            if held.new:
                new = count(len(held.new), "new warning")
                yield f"{place} does not take in {new}: mend them, or delete it and do this again"


def kept_up(projects: Iterable[Project], *, writes: bool) -> Iterator[str]:
    """Takes what is mended out of baselines, where that is wanted, and says so.

    Facts that are not in the deck keep their lines: they may be on their way to another file, or to
    another id. So does everything in a deck with errors, which hide warnings.
    """
    for project in projects:
        place, held = project.folder / BASELINE, project.held
        if project.deck is None:
            continue
        mended = count(held.mended, "mended line")
        if writes and held.changed:
            done = f"{mended} taken out" if held.mended else "brought up to date"
            try:
                yield _write(place, held.left) or f"{place}: {done}"
            except OSError as error:
                yield f"{place}: {mended}, and it cannot be written: {reason(error)}"
        elif held.mended:
            yield f"{place}: {mended}, which crisis-cards check takes out"
        if held.gone:
            gone = count(len(held.gone), "line")
            yield f"{place}: {gone} of facts that are gone, which check --baseline takes out"


def may_write() -> bool:
    """Whether somebody is there who commits what is written: not in continuous integration."""
    return not os.environ.get("CI")


def _write(place: Path, baseline: Baseline) -> str:
    """Writes a baseline; where nothing is left in it, removes it and says so."""
    from ..checks.baseline import render

    if baseline:
        files.write([(place, render(baseline).encode())])
        return ""
    place.unlink()
    return f"{place} is removed: all of it is mended"
