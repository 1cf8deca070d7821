"""What the checks cost: in microseconds a fact, beside reading and parsing, and as decks grow.

python bench/checks.py [--rounds N]

Process time of the fastest of some rounds, on mixed decks of bench/decks.py. "as text" are the
cards in plain words, "wording" the checks of one fact's words, "deck" those of all facts together,
near-twin among them. None of them may grow with the number of facts.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import decks
from crisis_cards import checks, parsing, source, wording, words
from crisis_cards.facts import Deck
from crisis_cards.folders import DECK_FILE, section_files

SIZES = (2_000, 20_000, 40_000)


def _seconds(work: Callable[[], object], rounds: int) -> float:
    """The process time of the fastest of some rounds."""
    took = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


def measure(facts: int, rounds: int) -> tuple[float, ...]:
    """Microseconds a fact for parsing, cards as text, the same and wording, the deck, all."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "deck")
        decks.write(folder, facts)

        def read() -> Deck:
            document, _ = source.read(folder / DECK_FILE)
            documents = [source.read(path)[0] for path in section_files(folder)]
            deck, problems = parsing.parse(folder, document, documents)
            assert deck is not None, problems
            return deck

        parse = _seconds(read, rounds)
        deck = read()
        study = checks.study(deck, ())
        spoken = words.of(deck.language.code)

        def as_text() -> list[wording.Reading]:
            return [wording.Reading(fact, spoken) for fact in study.facts]

        def of_facts() -> None:
            for reading in as_text():
                for check in wording.checks(reading.fact.kind, spoken):
                    check(reading)

        def of_deck() -> None:
            for check in checks.WARNING_CHECKS:
                list(check(study))

        took = (
            parse,
            _seconds(as_text, rounds),
            _seconds(of_facts, rounds),
            _seconds(of_deck, rounds),
            _seconds(lambda: checks.warnings(checks.study(deck, ())), rounds),
        )
    return tuple(seconds / facts * 1e6 for seconds in took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    titles = ("facts", "parsing", "as text", "wording", "deck", "checks", "ratio")
    print("".join(f"{title:>10}" for title in titles))
    for facts in SIZES:
        took = measure(facts, rounds)
        cells = "".join(f"{microseconds:>10.1f}" for microseconds in took)
        print(f"{facts:>10,}{cells}{took[-1] / took[0]:>10.2f}")
    print("microseconds of process time a fact; ratio: all checks to reading and parsing")


if __name__ == "__main__":
    main()
