"""A build that takes over what did not change makes what a build of everything makes."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import DECK, PIXEL
from crisis_cards import source
from crisis_cards.cli import main

Outcome = tuple[int, str, str, dict[Path, bytes]]

BIRDS = """\
section: Birds
source: book
facts:
  hummingbird: {ask: Which bird can fly backwards?, answer: The hummingbird}
  owl: {cloze: The ==owl== hunts at ==night==., tags: [night]}
  crane: {event: The last wild crane of England is shot, when: 1542}
  roc: {term: roc, means: a giant bird of prey in Arabian tales}
"""
ROCKS = """\
section: Rocks
source: page
facts:
  granite: {ask: Which rock forms when magma cools slowly?, answer: Granite}
  marble: {cloze: Marble was ==limestone== once., image: marble.png, alt: A block of marble}
  obsidian: {term: obsidian, means: glass that a volcano has made}
  etna: {event: Etna buries Catania, when: 1669, hint: a volcano}
"""
SHIPS = """\
section: Ships
source: book
facts:
  vasa: {event: The Vasa sinks on her first voyage, when: 1628, both: true}
  keel: {term: keel, means: the beam along the bottom of a ship}
  log: {sequence: How a log is used, steps: [It is thrown, The line runs out, Knots are counted]}
  long: {ask: Why did Nelson win?, answer: one two three four five six seven eight nine ten eleven
    twelve thirteen fourteen}
"""
SECTIONS = {"_1": BIRDS, "_2": ROCKS, "_3": SHIPS}


def put(**files: str) -> None:
    """Files of the deck, by name without the suffix."""
    for name, text in files.items():
        path = Path("decks/d", f"{name.lstrip('_')}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(*options: str) -> Outcome:
    """What a build prints, and what it leaves behind."""
    result = CliRunner().invoke(main, ["build", *options])
    left = {p: p.read_bytes() for top in ("decks", "dist") for p in Path(top).rglob("*.*")}
    return result.exit_code, result.stdout, result.stderr, left


class Twice:
    """One deck in two places: built with what is remembered, and without."""

    def __init__(self, place: Path) -> None:
        self.places = [place / "with", place / "without"]
        self.cache = place / "cache"
        self.now = 1_790_000_000
        for folder in self.places:
            folder.mkdir(parents=True)
            with _inside(folder):
                media = Path("decks/d/media")
                media.mkdir(parents=True)
                (media / "marble.png").write_bytes(PIXEL)

    def build(self, edit: Callable[[], object], *options: str) -> Outcome:
        """The outcome of a build after an edit, which is the same in both places."""
        self.now += 10
        outcomes = []
        for folder, cache in zip(self.places, (str(self.cache), ""), strict=True):
            with _inside(folder), pytest.MonkeyPatch.context() as patch:
                patch.setenv("CRISIS_CARDS_CACHE", cache)
                patch.setenv("SOURCE_DATE_EPOCH", str(self.now))
                edit()
                outcomes.append(run(*options))
        assert outcomes[0] == outcomes[1]
        return outcomes[0]


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.fixture
def twice(tmp_path: Path) -> Twice:
    made = Twice(tmp_path)
    made.build(lambda: put(deck=DECK, **SECTIONS))
    return made


@pytest.fixture
def files_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sections that were read, in both places."""
    names: list[str] = []
    read = source.read

    def noted(path: Path) -> object:
        if "decks" in path.parts and path.name != "deck.yaml":
            names.append(path.name)
        return read(path)

    monkeypatch.setattr(source, "read", noted)
    return names


def change(name: str, old: str, new: str) -> Callable[[], None]:
    assert old in SECTIONS[name]
    return lambda: put(**{name: SECTIONS[name].replace(old, new)})


birds, rocks, ships = (partial(change, name) for name in SECTIONS)
LAST_CRANE = "  crane: {event: The last wild crane of England is shot, when: 1542}\n"
KIWI = "  kiwi: {ask: Which bird has no wings?, answer: The kiwi}\n"
MARBLE = "image: marble.png, alt: A block of marble"

ALONE: dict[str, Callable[[], object]] = {
    "an answer": birds("The hummingbird", "A hummingbird"),
    "a blank": birds("==night==", "==dusk== and ==dawn=="),
    "a blank gone": birds("==night==", "night"),
    "a new fact": birds(LAST_CRANE, KIWI + LAST_CRANE),
    "a fact gone": birds(LAST_CRANE, ""),
    "another id": birds("owl: {", "tawny: {"),
    "a new title": birds("Birds", "Fowls"),
    "a new tag": birds("[night]", "[night, food]"),
    "two files": lambda: put(_1=BIRDS.replace("can fly", "flies"), _3=SHIPS.replace("runs", "ran")),
    "a warning": birds("The hummingbird", "'The hummingbird, the owl and the crane'"),
    "a warning gone": ships("one two three", "one"),
    "an allowed warning": ships("{ask: Why", "{allow: [answer-long], ask: Why"),
    "an allow for nothing": birds("answer: The", "allow: [answer-long], answer: The"),
    "a retired fact": birds("means:", "retired: a tale, means:"),
    "a date of its own": birds("1542", "1543"),
    "another picture's words": rocks("A block", "Some blocks"),
}
"""Changes that are no other section's business."""

TOGETHER: dict[str, Callable[[], object]] = {
    "nothing left": lambda: put(_1="section: Birds\nfacts:\n"),
    "an error": birds("answer", "anwser"),
    "no YAML": birds("  owl: {", "  owl: [{"),
    "an id that is there": birds("roc:", "keel:"),
    "a former id that is there": birds("roc: {", "roc: {was: keel, "),
    "a former id": birds("roc: {", "rok: {was: roc, "),
    "an unknown former id": birds("roc: {", "roc: {was: rock, "),
    "a date that is asked for": birds("1542", "1628"),
    "a tag in other letters": birds("night]", "SHIPS]"),
    "the same question": birds("bird can fly backwards", "rock forms when magma cools slowly"),
    "nearly the same meaning": birds(
        "a giant bird of prey in Arabian tales", "the beam along the top of a ship"
    ),
    "a picture": birds("means:", f"{MARBLE}, means:"),
    "a picture gone": rocks(MARBLE, "hint: hot"),
    "a new source": lambda: put(deck=DECK.replace("A Book", "Another Book")),
    "a style": lambda: Path("decks/d/theme.css").write_text(".card {color: red}"),
    "another language": lambda: put(deck=DECK + "language: de\n"),
    "another picture": lambda: Path("decks/d/media/marble.png").write_bytes(PIXEL + b"\0"),
    "an unused picture": lambda: Path("decks/d/media/x.png").write_bytes(PIXEL),
    "another file": lambda: put(_4=BIRDS.replace("  ", "  x", 4).replace("Birds", "More")),
    "a file gone": lambda: Path("decks/d/1.yaml").unlink(missing_ok=True),
    "no lock": lambda: Path("decks/d/deck.lock").unlink(missing_ok=True),
    "no package": lambda: Path("dist/d.apkg").unlink(missing_ok=True),
    "a check that is off": lambda: put(deck=DECK + "checks: {off: [answer-long]}\n"),
}
"""Changes that may be."""


@pytest.mark.parametrize("edit", ALONE)
def test_a_change_within_a_section_leaves_the_others_alone(
    edit: str, twice: Twice, files_read: list[str]
) -> None:
    changed = 2 if edit == "two files" else 1
    twice.build(ALONE[edit])
    assert len(files_read) == changed + 3  # in one place those that changed, in the other all
    assert twice.build(ALONE[edit])[2] == twice.build(lambda: None)[2]
    files_read.clear()
    twice.build(lambda: put(**SECTIONS))
    assert len(files_read) == changed + 3
    twice.build(rocks("Granite", "A granite"), "--locked")


@pytest.mark.parametrize("edit", TOGETHER)
def test_a_change_that_concerns_other_sections_is_seen_there(edit: str, twice: Twice) -> None:
    for step in (TOGETHER[edit], lambda: None, ALONE["an answer"], TOGETHER[edit]):
        twice.build(step)


def test_options_and_commands_of_their_own(twice: Twice) -> None:
    for options in (("--strict",), ("--locked",), ("--format", "json"), ("-o", "other")):
        twice.build(ALONE["a blank"], *options)
        twice.build(lambda: put(_1=BIRDS), *options)


def test_a_check_that_is_off_silences_what_it_did(tmp_path: Path) -> None:
    """Whether it still silences anything is known of the sections that did not change, too."""
    made = Twice(tmp_path)
    deck = DECK + "checks: {off: [answer-long]}\n"
    made.build(lambda: put(deck=deck, **SECTIONS))
    assert "unused-allow" not in made.build(ALONE["an answer"])[2]
    assert "unused-allow" in made.build(ALONE["a warning gone"])[2]


def test_a_check_of_the_whole_deck_that_is_off(tmp_path: Path, files_read: list[str]) -> None:
    """Most decks without sources say so once, in deck.yaml."""
    made = Twice(tmp_path)
    sections = {
        name: text.replace("source: book\n", "").replace("source: page\n", "")
        for name, text in SECTIONS.items()
    }
    made.build(lambda: put(deck="deck: D\nchecks: {off: [no-source]}\n", **sections))
    files_read.clear()
    assert made.build(lambda: put(_1=sections["_1"].replace("The h", "A h")))[0] == 0
    assert len(files_read) == 1 + 3


def test_a_warning_about_two_sections_stays_while_both_do(
    twice: Twice, files_read: list[str]
) -> None:
    same = rocks("rock forms when magma cools slowly", "bird can fly backwards")
    assert "duplicate-question" in twice.build(same)[2]
    files_read.clear()
    assert "duplicate-question" in twice.build(ships("The line", "A line"))[2]
    assert len(files_read) == 1 + 3
    assert "duplicate-question" not in twice.build(rocks("Granite", "A granite"))[2]
    assert len(files_read) == (1 + 3) + (1 + 3) + 3  # after a look at what changed, everything


def test_what_looks_renamed_is_told_of_its_own_section(twice: Twice) -> None:
    assert "was: owl" in twice.build(birds("owl: {", "tawny: {"))[2]


def test_a_template_of_questions_that_becomes_a_pair(tmp_path: Path) -> None:
    """Questions of one pattern confuse nobody as long as there are many."""

    def section(at: int, fact: str) -> str:
        return f"section: S{at}\nsource: book\nfacts:\n  f{at}: {{{fact}}}\n"

    means = "an old machine which carved wooden printing blocks for {0}"
    terms = ("Oslo", "Rome", "Riga", "Bonn")
    made = Twice(tmp_path)
    sections = {
        f"_{at}": section(at, f"term: xylotome {at}, means: {means.format(name)}")
        for at, name in enumerate(terms)
    }
    assert "near-twin" not in made.build(lambda: put(deck=DECK, **sections))[2]
    said = [
        made.build(partial(put, **{f"_{at}": section(at, "cloze: The ==end==")}))[2]
        for at in range(3)
    ]
    assert ["near-twin" in text for text in said] == [True, True, False]


# --- any history ----------------------------------------------------------------------------------

_OWN = ("amber {}", "basalt {}", "copper {}", "dolomite {}")
_SHARED = ("flint", "gneiss")
_ASKED = (
    "Which soft stone of {} was used for lamps?",
    "Which hard stone of {} was used for lamps?",
)
_TERMS = ("stalactite of {}", "stalagmite of {}")
_MEANINGS = ("a stone that hangs from the roof of {}", "a stone that stands on the floor of {}")


class _Author:
    """Somebody who writes sections at random, which now and then have something in common."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.at = 0  # the section in work

    def some(self, share: float, *texts: str) -> str:
        return self.random.choice(texts) if self.random.random() < share else ""

    def word(self) -> str:
        """A word that stands in this section alone, or, seldom, elsewhere too."""
        return self.some(0.02, *_SHARED) or self.random.choice(_OWN).format(self.at)

    def fact(self) -> str:
        pick, word = self.random.choice, self.word()
        body = pick(
            (
                f"ask: {pick(_ASKED).format(word)}, answer: {pick(('The owl', 'A kiwi'))}",
                f"event: The end of {word}, when: {pick((1542, 1700 + self.at, 1710 + self.at))}"
                + self.some(0.1, ", both: true"),
                f"term: {pick(_TERMS).format(word)}, means: {pick(_MEANINGS).format(word)}",
                f"cloze: The ==owl== of {word} hunts {self.some(0.5, 'at ==night==')}",
                f"sequence: How {word} is made, steps: [one, two, three]",
                f"ask: What is {word} made of?, answer: 'x, y and z'",
            )
        )
        return "".join(
            (
                body,
                self.some(0.2, ", hint: small"),
                self.some(0.2, ", tags: [war]", f", tags: [s-{self.at}]"),
                self.some(0.006, ", tags: [War]"),
                self.some(0.1, ", allow: [near-twin]", ", allow: [answer-list]"),
                self.some(0.01, *(f", was: f{at}-{step}" for at in range(4) for step in range(4))),
                self.some(0.1, ", retired: it is wrong"),
                self.some(0.05, ", image: marble.png, alt: M"),
            )
        )

    def section(self, at: int) -> str:
        self.at = at
        ids = self.random.sample(range(5), self.random.choice((3, 3, 4, 5)))
        names = {*(f"f{at}-{number}" for number in ids), *filter(None, [self.some(0.02, "f0-0")])}
        facts = "".join(f"  {name}: {{{self.fact()}}}\n" for name in sorted(names))
        return f"section: S {at}\nsource: book\nfacts:\n{facts}"


_STABLE = """\
section: Stable
source: book
facts:
  picture: {ask: What does a block of marble look like?, answer: 'so, so and so', image: marble.png,
    alt: Marble}
  north: {ask: Which large tropical bird in the far north eats the most fish?, answer: This}
  south: {ask: Which large tropical bird in the far south eats the most fish?, answer: That}
"""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from(["", "checks: {off: [near-twin, answer-list]}\n"]))
def test_any_history_is_the_same_with_and_without_what_is_remembered(seed: int, off: str) -> None:
    author = _Author(seed)
    with tempfile.TemporaryDirectory() as place:
        made = Twice(Path(place))
        sections = {f"_{at}": author.section(at) for at in range(4)}
        made.build(lambda: put(deck=DECK + off, _9=_STABLE, **sections))
        for _ in range(5):
            at = author.random.randrange(4)
            sections[f"_{at}"] = author.section(at)
            made.build(lambda: put(**sections))
