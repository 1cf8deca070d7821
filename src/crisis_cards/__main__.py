"""`crisis-cards`, and `python -m crisis_cards`: the command line as a process of its own."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

from .commands import main


def run() -> None:
    """Runs the command line, and ends the process without tidying it up first.

    The system takes back the memory of a large deck at once; Python would free its facts and notes
    one by one, for a twentieth of the time that a build takes. Where something could not be
    printed, Python ends as it always does, and says so.
    """
    for stream in (sys.stdout, sys.stderr):
        write_all(stream)
    try:
        main(prog_name="crisis-cards")
    except SystemExit as end:
        if isinstance(end.code, int):
            with suppress(OSError, ValueError):
                for stream in (sys.stdout, sys.stderr):
                    print(end="", file=stream, flush=True)  # there may be no stream at all
                os._exit(end.code)
        raise


def write_all(stream: TextIO | None) -> None:
    """Lets a stream take every character, whatever the system's code page is.

    A file or a program gets UTF-8. A terminal keeps its own encoding, which it alone can show: what
    that lacks becomes a question mark.
    """
    if isinstance(stream, TextIOWrapper):  # there may be none, or another kind
        encoding = stream.encoding if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="replace")


if __name__ == "__main__":
    run()
