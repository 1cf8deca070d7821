"""`crisis-cards`, and `python -m crisis_cards`: the command line as a process of its own."""

import os
import sys
from contextlib import suppress

from .commands import main


def run() -> None:
    """Runs the command line, and ends the process without tidying it up first.

    The system takes back the memory of a large deck at once; Python would free its facts and notes
    one by one, for a twentieth of the time that a build takes. Where something could not be
    printed, Python ends as it always does, and says so.
    """
    try:
        main(prog_name="crisis-cards")
    except SystemExit as end:
        if isinstance(end.code, int):
            with suppress(OSError, ValueError):
                for stream in (sys.stdout, sys.stderr):
                    print(end="", file=stream, flush=True)  # there may be no stream at all
                os._exit(end.code)
        raise


if __name__ == "__main__":
    run()
