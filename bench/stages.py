"""Where the time of a build goes: the stages of the pipeline, one after the other, in one process.

python bench/stages.py DECK_FOLDER
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

_begin = time.process_time()


def main(folder: Path) -> None:
    took: list[tuple[str, float]] = []
    last = _begin

    def done(stage: str) -> None:
        nonlocal last
        took.append((stage, (now := time.process_time()) - last))
        last = now

    from crisis_cards import apkg, build, checks, folders, lock, parsing, releases, source
    from crisis_cards.notes import generate
    from crisis_cards.numbering import Numbering
    from crisis_cards.theme import load

    done("imports")
    document, _ = source.read(folder / folders.DECK_FILE)
    documents = [source.read(path)[0] for path in folders.section_files(folder)]
    done("YAML → trees")
    deck, problems = parsing.parse(folder, document, documents)
    assert deck is not None, problems
    done("trees → facts")
    checks.errors(deck)
    checks.warnings(checks.study(deck, problems))
    done("checks")
    published, _ = build.read_lock(folder / lock.NAME)
    assert published is not None
    done("lock: read")
    numbering = Numbering(published)
    notes = list(generate(deck, numbering))
    done("facts → notes")
    types = load(deck.id, deck.language)
    made = releases.after(published, numbering, deck.id, notes, types, int(time.time()))
    done("lock: release")
    text = lock.render(made.lock)
    done("lock: write")
    package = apkg.pack(deck, made.notes, types, made.types)
    done("notes → package")
    whole = sum(seconds for _, seconds in took)
    facts = sum(1 for _ in deck.facts())
    for stage, seconds in took:
        share = seconds / whole
        print(f"{stage:16} {seconds:7.3f} s {share:5.0%} {seconds / facts * 1e6:7.1f} µs a fact")
    print(f"{'whole':16} {whole:7.3f} s; {package.notes:,} notes, lock {len(text):,} characters")


if __name__ == "__main__":
    gc.set_threshold(1_000_000, 50, 100)  # as the command line does
    main(Path(sys.argv[1]))
