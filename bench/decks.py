"""Decks to measure with: as many facts as wanted, of every kind, the same for the same seed.

python bench/decks.py FOLDER [--facts N] [--files N] [--shape mixed|long|blanks] [--seed N]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path

SHAPES = ("mixed", "long", "blanks")
"""Facts as authors write them; with long texts; with many blanks in every sentence."""

_SMALL = "the of and in to a for with by from at on as after before over under between".split()
_PARTS = """
    ba be bo ca ce co da de do fa fe fi ga ge gi ha he ho ka ke ki la le lo ma me mo na ne no pa pe
    po ra re ro sa se so ta te to va ve vo wa we wi za ze zo bran tor mel din gar sul ven dor nik
    """.split()


class _Words:
    """Sentences of words that nobody has heard, in the proportions of English."""

    def __init__(self, seed: int, shape: str) -> None:
        self.random = random.Random(seed)
        self.shape = shape
        made = {
            "".join(self.random.choices(_PARTS, k=k)) for k in (2, 3, 3, 4) for _ in range(3000)
        }
        self.vocabulary = sorted(made)

    def word(self) -> str:
        """Some words are frequent, most are rare."""
        rank = int(len(self.vocabulary) * self.random.random() ** 2)
        return self.vocabulary[rank]

    def name(self) -> str:
        return " ".join(self.word().capitalize() for _ in range(2))

    def words(self, count: int) -> list[str]:
        if self.shape == "long":
            count *= 20
        chance = self.random.random
        words = [
            self.random.choice(_SMALL) if chance() < 0.4 else self.word() for _ in range(count)
        ]
        words[0] = words[0].capitalize()
        if chance() < 0.1:  # some marks and letters that are no ASCII
            at = self.random.randrange(count)
            words[at] = self.random.choice((f"*{words[at]}*", f"**{words[at]}**", f"“{words[at]}”"))
        if chance() < 0.05:
            words[-1] += "é"
        return words

    def text(self, low: int, high: int) -> str:
        return " ".join(self.words(self.random.randint(low, high)))

    def passage(self) -> str:
        words = self.words(self.random.randint(9, 18))
        blanks = (
            len(words) // 3 if self.shape == "blanks" else self.random.choice((1, 1, 1, 2, 2, 3))
        )
        words.append(self.word())
        rare = [at for at, word in enumerate(words) if word.strip("*“”").lower() not in _SMALL]
        for at in self.random.sample(rare, min(blanks, len(rare))):
            word = words[at].strip("*“”")
            hint = f"::{self.word()}" if self.random.random() < 0.2 else ""
            words[at] = f"=={word}{hint}=="
        return " ".join(words) + "."

    def date(self) -> str:
        year, month, day = (
            self.random.randint(1500, 1999), self.random.randint(1, 12), self.random.randint(1, 28),
        )  # fmt: skip
        return self.random.choice((f"{year}", f"{year}-{month:02}", f"{year}-{month:02}-{day:02}"))


def _ask(w: _Words) -> list[str]:
    return [f"ask: Which {w.text(6, 12).lower()}?", f"answer: {w.name()}"]


def _cloze(w: _Words) -> list[str]:
    return [f"cloze: {_quoted(w.passage())}"]


def _term(w: _Words) -> list[str]:
    return [f"term: {w.name()}", f"means: {_quoted(w.text(5, 9))}"]


def _person(w: _Words) -> list[str]:
    deed = [f"did: {_quoted(w.text(4, 8))}"] if w.random.random() < 0.5 else []
    return [f"person: {w.name()}", f"role: {_quoted(w.text(3, 6))}", *deed]


def _place(w: _Words) -> list[str]:
    return [f"place: {w.name()}", f"what: {_quoted(w.text(4, 8))}"]


def _event(w: _Words) -> list[str]:
    return [f"event: {_quoted(w.text(5, 10))}", f"when: {w.date()}"]


def _why(w: _Words) -> list[str]:
    return [f"why: {_quoted(w.text(5, 10))}", f"because: {_quoted(w.text(4, 9))}"]


def _quote(w: _Words) -> list[str]:
    return [f"quote: {_quoted(w.passage())}", f"by: {w.name()}"]


def _sequence(w: _Words) -> list[str]:
    steps = [f"  - {_quoted(w.text(3, 6))}" for _ in range(w.random.randint(3, 5))]
    return [f"sequence: {_quoted(w.text(4, 7))}", "steps:", *steps]


def _contrast(w: _Words) -> list[str]:
    sides = [f"  {w.name()}: {_quoted(w.text(4, 8))}" for _ in range(2)]
    return [f"contrast: {_quoted(w.text(4, 7))}", "sides:", *sides]


_KINDS: dict[Callable[[_Words], list[str]], int] = {
    _cloze: 36, _ask: 28, _term: 10, _event: 8, _person: 6, _place: 4, _why: 3, _quote: 3,
    _sequence: 1, _contrast: 1,
}  # fmt: skip


def _quoted(text: str) -> str:
    """As an author would: quotes only where YAML needs them."""
    return f'"{text}"' if text[0] in "*“" or ": " in text else text


def _fact(words: _Words, number: int) -> str:
    chance = words.random.random
    make = words.random.choices(list(_KINDS), list(_KINDS.values()))[0]
    lines = make(words)
    if chance() < 0.4:
        lines.append(f"hint: {_quoted(words.text(2, 3))}")
    if chance() < 0.15 and make is not _event:
        lines.append(f"when: {words.date()}")
    if chance() < 0.25:
        lines += ["extra: >-", *(f"  {words.text(8, 14)}" for _ in range(2))]
    if chance() < 0.2:
        lines.append(f"source: {words.random.choice(('book', 'page', '[book, page]'))}")
    if chance() < 0.1:
        lines.append(f"tags: [{words.random.choice(('people', 'talks', 'weapons'))}]")
    return f"  fact-{number}:\n" + "".join(f"    {line}\n" for line in lines)


def write(folder: Path, facts: int, files: int = 1, shape: str = "mixed", seed: int = 1) -> None:
    """A deck folder with so many facts in so many files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text(
        f"deck: Measured {shape} {facts}\nid: measured\nlanguage: en-US\nsources:\n"
        "  book: {title: A Book}\n"
        '  page: {title: A Page, url: "https://example.org/page"}\n'
    )
    words = _Words(seed, shape)
    digits = len(str(files))
    for at in range(files):
        numbers = range(facts * at // files, facts * (at + 1) // files)
        body = "\n".join(_fact(words, number) for number in numbers)
        head = f"section: Part {at + 1}\nsource: page\nfacts:\n"
        (folder / f"{at + 1:0{digits}}.yaml").write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--facts", type=int, default=2000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--shape", choices=SHAPES, default="mixed")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    write(chosen.folder, chosen.facts, chosen.files, chosen.shape, chosen.seed)
