"""A line that says that work goes on, for a person who waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

PATIENCE = 2.0
"""Seconds before the line appears."""
_BEAT = 0.5  # seconds from one change of the line to the next


@dataclass
class Line:
    """What is being done, to be shown with the seconds that it all has taken so far."""

    doing: str


@contextmanager
def line(stream: TextIO, doing: str, *, wanted: bool = True) -> Iterator[Line]:
    """A line below the work of a `with` block, on a terminal and from two seconds on.

    It is gone when the block ends; within the block, nothing else may be printed.
    """
    shown = Line(doing)
    if not (wanted and stream.isatty()):
        yield shown
        return
    over = threading.Event()
    thread = threading.Thread(target=_show, args=(shown, stream, over), daemon=True)
    thread.start()
    try:
        yield shown
    finally:
        over.set()
        thread.join()


def _show(line: Line, stream: TextIO, over: threading.Event) -> None:
    from shutil import get_terminal_size  # a quick build is over without it

    begun = time.monotonic()
    patience, width = PATIENCE, 0
    while not over.wait(patience):
        columns = max(20, get_terminal_size().columns)
        text = f"{line.doing} … {time.monotonic() - begun:.0f} s"[-columns + 1 :]
        patience, width = _BEAT, max(width, len(text))
        stream.write(f"\r{text:{width}}")
        stream.flush()
    if width:
        stream.write(f"\r{'':{width}}\r")
        stream.flush()
