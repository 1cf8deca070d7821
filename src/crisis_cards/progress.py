"""A line that says that work goes on, for a person who waits."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

PATIENCE = 2.0
"""Seconds before the line appears."""
_BEAT = 0.5  # seconds from one change of the line to the next


class Line:
    """What is being done; `doing` is shown with the seconds that it all has taken so far."""

    def __init__(self, stream: TextIO, doing: str) -> None:
        self.doing = doing
        self._stream = stream
        self._begun = time.monotonic()
        self._over = threading.Event()

    def _show(self) -> None:
        if self._over.wait(PATIENCE):
            return
        width = 0
        while True:
            columns = max(20, shutil.get_terminal_size().columns)
            text = f"{self.doing} … {time.monotonic() - self._begun:.0f} s"[-columns + 1 :]
            width = max(width, len(text))
            self._stream.write(f"\r{text:{width}}")
            self._stream.flush()
            if self._over.wait(_BEAT):
                break
        self._stream.write(f"\r{'':{width}}\r")
        self._stream.flush()


@contextmanager
def line(stream: TextIO, doing: str, *, wanted: bool = True) -> Iterator[Line]:
    """A line below the work of a `with` block, on a terminal and from two seconds on.

    It is gone when the block ends; within the block, nothing else may be printed.
    """
    made = Line(stream, doing)
    if not (wanted and stream.isatty()):
        yield made
        return
    thread = threading.Thread(target=made._show, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made._over.set()
        thread.join()
