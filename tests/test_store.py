"""What earlier runs made saves time and never changes a result."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import DECK, PIXEL, ROOT, SHIPPED
from crisis_cards import compiled, pipeline, store
from crisis_cards.commands import main
from crisis_cards.compiled import Compiled
from crisis_cards.format.media import LARGEST
from crisis_cards.store import Store
from crisis_cards.yaml.tree import Document

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
FOLDER = Path("decks/d")
PICTURE = FOLDER / "media" / "marble.png"


class Outcome(NamedTuple):
    """What a command prints, and what it leaves behind."""

    status: int
    out: str
    err: str
    files: dict[Path, bytes]


def put(**files: str) -> None:
    """Files of the deck, by name without the suffix."""
    for name, text in files.items():
        path = FOLDER / f"{name.lstrip('_')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(*arguments: str) -> Outcome:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr, _files())


def _files() -> dict[Path, bytes]:
    found = (path for top in ("decks", "dist") for path in Path(top).rglob("*.*"))
    return {path: path.read_bytes() for path in found if path.is_file()}


def build(*options: str) -> Outcome:
    return run("build", *options)


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class Twice:
    """One deck in two places: one command with a store, and the same without one."""

    def __init__(self, place: Path) -> None:
        self.places = [place / "with", place / "without"]
        self.cache = place / "cache"
        self.now = 1_790_000_000
        self.compiled: list[str] = []  # the sections that were, with the store
        for folder in self.places:
            folder.mkdir(parents=True)
            with _inside(folder):
                PICTURE.parent.mkdir(parents=True)
                PICTURE.write_bytes(PIXEL)

    def run(self, edit: Callable[[], object], *arguments: str) -> Outcome:
        """The outcome of a command after an edit, which is the same in both places."""
        self.now += 10
        outcomes, made = [], []
        for folder, cache in zip(self.places, (str(self.cache), ""), strict=True):
            with _inside(folder), pytest.MonkeyPatch.context() as patch, _counted(patch) as names:
                patch.setenv(store.VARIABLE, cache)
                patch.setenv("SOURCE_DATE_EPOCH", str(self.now))
                edit()
                outcomes.append(run(*arguments))
                made.append(names)
        assert outcomes[0] == outcomes[1]
        self.compiled, everything = made
        assert set(self.compiled) <= set(everything)
        return outcomes[0]

    def build(self, edit: Callable[[], object], *options: str) -> Outcome:
        return self.run(edit, "build", *options)

    def records(self) -> list[Path]:
        """The stored sections."""
        kept = self.cache.iterdir()
        return [path for path in kept if len(_record(path)) > len(store.Said._fields)]


def _record(path: Path) -> list[Any]:
    record = json.loads(path.read_bytes().partition(b"\n")[2])
    assert isinstance(record, list)
    return record


@contextmanager
def _counted(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the section files that are compiled."""
    names: list[str] = []

    def noted(document: Document, *others: Any) -> Compiled:
        names.append(Path(document.file.path).name)
        return compiled.compile_section(document, *others)

    with patch.context() as inner:
        inner.setattr(pipeline, "compile_section", noted)
        yield names


@pytest.fixture
def twice(tmp_path: Path) -> Twice:
    made = Twice(tmp_path)
    assert made.build(lambda: put(deck=DECK, **SECTIONS)).status == 0
    assert made.compiled == ["1.yaml", "2.yaml", "3.yaml"]
    return made


# --- sections -------------------------------------------------------------------------------------


def change(name: str, old: str, new: str) -> Callable[[], None]:
    assert old in SECTIONS[name]
    return lambda: put(**{name: SECTIONS[name].replace(old, new)})


birds, rocks, ships = (partial(change, name) for name in SECTIONS)
LAST_CRANE = "  crane: {event: The last wild crane of England is shot, when: 1542}\n"
KIWI = "  kiwi: {ask: Which bird has no wings?, answer: The kiwi}\n"
MARBLE = "image: marble.png, alt: A block of marble"


def nothing() -> None:
    pass


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
    "another file": lambda: put(_4=BIRDS.replace("  ", "  x", 4).replace("Birds", "More")),
}
"""Changes of one section that may be."""

UNREAD: dict[str, Callable[[], object]] = {
    "a file gone": lambda: (FOLDER / "1.yaml").unlink(missing_ok=True),
    "a style": lambda: (FOLDER / "theme.css").write_text(".card {color: red}"),
    "no lock": lambda: (FOLDER / "deck.lock").unlink(missing_ok=True),
    "a line of the lock": lambda: _add("deck.lock", "\nwas x a\n"),
    "a damaged lock": lambda: _add("deck.lock", "\nnote\n"),
    "no package": lambda: Path("dist/d.apkg").unlink(missing_ok=True),
    "another package": lambda: Path("dist/d.apkg").write_bytes(b""),
}
"""Changes of what no section depends on."""

EVERYWHERE: dict[str, Callable[[], object]] = {
    "a new source": lambda: put(deck=DECK.replace("A Book", "Another Book")),
    "another language": lambda: put(deck=DECK + "language: de\n"),
    "a check that is off": lambda: put(deck=DECK + "checks: {off: [answer-long]}\n"),
    "no deck": lambda: put(deck="deck: ["),
    "another picture": lambda: _picture(_write(PIXEL + b"\0")),
    "a larger picture": lambda: _picture(_write(PIXEL + bytes(5_000_000))),
    "a far larger picture": lambda: _picture(_write(PIXEL + bytes(6_000_000))),
    "no picture": lambda: _picture(lambda _: None),
    "a folder for a picture": lambda: _picture(Path.mkdir),
    "a link that leads out": lambda: _picture(_link_out),
    "an unused picture": lambda: PICTURE.with_name("x.png").write_bytes(PIXEL),
}
"""Changes of what every section depends on."""


def _add(name: str, text: str) -> None:
    with (FOLDER / name).open("a", encoding="utf-8") as file:
        file.write(text)


def _picture(make: Callable[[Path], object]) -> None:
    """Puts something in the place of the picture."""
    if PICTURE.is_dir():
        PICTURE.rmdir()
    PICTURE.unlink(missing_ok=True)
    make(PICTURE)


def _write(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def _link_out(path: Path) -> None:
    """The same picture, but in another folder."""
    target = Path("elsewhere.png").resolve()
    target.write_bytes(PIXEL)
    path.symlink_to(target)


COMMANDS = (("check",), ("check", "--format", "json"), ("diff",), ("build",))


@pytest.mark.parametrize("edit", ALONE)
def test_a_section_that_did_not_change_is_not_compiled_again(edit: str, twice: Twice) -> None:
    changed = ["1.yaml", "3.yaml"] if edit == "two files" else ["1.yaml"]
    if edit in ("a warning gone", "an allowed warning"):
        changed = ["3.yaml"]
    elif edit == "another picture's words":
        changed = ["2.yaml"]
    said = twice.build(ALONE[edit])
    assert said.status == 0
    assert twice.compiled == changed
    assert twice.build(ALONE[edit]).err == twice.build(nothing).err
    assert twice.compiled == []
    twice.build(lambda: put(**SECTIONS))
    assert twice.compiled == changed
    assert twice.build(rocks("Granite", "A granite"), "--locked").status == 1
    assert twice.compiled == ["2.yaml"]


@pytest.mark.parametrize("edit", TOGETHER)
def test_a_change_that_concerns_other_sections_is_seen_there(edit: str, twice: Twice) -> None:
    for step in (TOGETHER[edit], nothing, ALONE["an answer"], TOGETHER[edit]):
        for command in COMMANDS:
            twice.run(step, *command)
            assert len(twice.compiled) <= 1


@pytest.mark.parametrize("edit", UNREAD)
def test_what_no_section_depends_on_compiles_none(edit: str, twice: Twice) -> None:
    for command in COMMANDS:
        twice.run(UNREAD[edit], *command)
        assert twice.compiled == []
    for step in (nothing, ALONE["an answer"], UNREAD[edit]):
        for command in COMMANDS:
            twice.run(step, *command)
            assert len(twice.compiled) <= 1


@pytest.mark.parametrize("edit", EVERYWHERE)
def test_what_every_section_depends_on_compiles_all(edit: str, twice: Twice) -> None:
    twice.run(EVERYWHERE[edit], "check")
    assert twice.compiled == ["1.yaml", "2.yaml", "3.yaml"]
    for step in (nothing, ALONE["an answer"], EVERYWHERE[edit]):
        for command in COMMANDS:
            twice.run(step, *command)


@pytest.mark.parametrize("first", EVERYWHERE)
def test_one_change_of_what_all_depend_on_after_another(first: str, twice: Twice) -> None:
    for then in EVERYWHERE.values():
        twice.run(EVERYWHERE[first], "check")
        twice.run(then, "check")


def test_a_hidden_picture_is_looked_at_too(twice: Twice) -> None:
    hidden = PICTURE.with_name(".marble.png")
    twice.build(rocks("image: marble", "image: .marble"))
    assert "missing-media" in twice.run(nothing, "check").err
    assert twice.run(lambda: hidden.write_bytes(PIXEL), "check").status == 0
    assert "unsafe-media" in twice.run(lambda: hidden.write_bytes(b"x"), "check").err


def test_a_kind_that_cannot_be_read_hides_no_fact_for_longer(twice: Twice) -> None:
    kind = FOLDER / "types" / "bird"

    def empty() -> None:
        kind.mkdir(parents=True)
        put(_1=BIRDS + "  tern: {bird: the Arctic tern, sings: no}\n")

    assert "bad-type" in twice.run(empty, "check").err
    assert "no-kind" in twice.run(kind.rmdir, "check").err


def test_a_folder_that_leads_elsewhere_is_looked_at_too(twice: Twice) -> None:
    folder = PICTURE.parent

    def moved() -> None:
        if not folder.is_symlink():
            folder.rename("media")
            folder.symlink_to(Path("media").resolve())

    assert "unsafe-media" in twice.run(moved, "check").err


def test_options_of_their_own(twice: Twice) -> None:
    for options in (("--strict",), ("--locked",), ("--format", "json"), ("-o", "other")):
        twice.build(ALONE["a blank"], *options)
        twice.build(lambda: put(_1=BIRDS), *options)


def test_a_check_that_is_off_silences_what_it_did(tmp_path: Path) -> None:
    """Whether it still silences anything is known of the sections that did not change, too."""
    made = Twice(tmp_path)
    deck = DECK + "checks: {off: [answer-long]}\n"
    made.build(lambda: put(deck=deck, **SECTIONS))
    assert "unused-allow" not in made.build(ALONE["an answer"]).err
    assert "unused-allow" in made.build(ALONE["a warning gone"]).err
    assert made.compiled == ["3.yaml"]


def test_a_check_of_the_whole_deck_that_is_off(tmp_path: Path) -> None:
    made = Twice(tmp_path)
    sections = {
        name: text.replace("source: book\n", "").replace("source: page\n", "")
        for name, text in SECTIONS.items()
    }
    made.build(lambda: put(deck="deck: D\nchecks: {off: [no-source]}\n", **sections))
    changed = sections["_1"].replace("The h", "A h")
    assert made.build(lambda: put(_1=changed)).status == 0
    assert made.compiled == ["1.yaml"]


def test_what_looks_renamed_is_told_of_its_own_section(twice: Twice) -> None:
    assert "was: owl" in twice.build(birds("owl: {", "tawny: {")).err


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
    assert "near-twin" not in made.build(lambda: put(deck=DECK, **sections)).err
    said = [
        made.build(partial(put, **{f"_{at}": section(at, "cloze: The ==end==")})).err
        for at in range(3)
    ]
    assert ["near-twin" in text for text in said] == [True, True, False]


def test_a_process_that_goes_on_compiles_only_what_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    PICTURE.parent.mkdir(parents=True)
    PICTURE.write_bytes(PIXEL)
    put(deck=DECK, **SECTIONS)
    memory = pipeline.Memory()
    with _counted(monkeypatch) as names:
        first = pipeline.read(FOLDER, memory)
        assert names == ["1.yaml", "2.yaml", "3.yaml"]
        assert pipeline.read(FOLDER, memory).sections == first.sections
        assert len(names) == 3
        ALONE["an answer"]()
        again = pipeline.read(FOLDER, memory)
        assert names[3:] == ["1.yaml"]
        assert again.sections[1:] == first.sections[1:]
        anew = pipeline.read(FOLDER)
        assert (again.sections, again.problems) == (anew.sections, anew.problems)
        assert names[4:] == ["1.yaml", "2.yaml", "3.yaml"]


# --- what no build may miss -----------------------------------------------------------------------


def _unreleased(twice: Twice, edit: Callable[[], object], check: str) -> str:
    """An edit of one section makes an error with another one, and nothing is written."""
    before = [path.read_bytes() for path in _released(twice)]
    said = twice.build(edit)
    assert twice.compiled == ["1.yaml"]
    assert said.status == 1
    assert f"error[{check}]" in said.err
    assert [path.read_bytes() for path in _released(twice)] == before
    assert f"error[{check}]" in twice.run(nothing, "check").err
    assert f"error[{check}]" in twice.run(nothing, "diff").err
    assert twice.build(lambda: put(_1=BIRDS)).status == 0
    return said.err


def _released(twice: Twice) -> list[Path]:
    place = twice.places[0]
    return [place / FOLDER / "deck.lock", place / "dist" / "d.apkg"]


def test_two_facts_with_one_id_are_never_released(twice: Twice) -> None:
    said = _unreleased(twice, birds("roc: {", "keel: {"), "duplicate-id")
    assert "1 error" in said
    with _inside(twice.places[0]):
        deck = pipeline.read(FOLDER).deck
    assert deck is not None
    first, *_ = deck.sections
    for sections in ((*deck.sections, first), (first, first._replace(facts=()))):
        with pytest.raises(ValueError, match="hummingbird/ask"):
            pipeline.release(replace(deck, sections=sections), 1)
    one = first._replace(drafts=first.drafts[:1])
    with pytest.raises(ValueError, match="two notes have the key hummingbird/ask"):
        pipeline.release(replace(deck, sections=(one, one)), 1)


def test_a_former_id_that_another_file_has_is_found_where_one_changed(twice: Twice) -> None:
    said = _unreleased(twice, birds("roc: {", "roc: {was: keel, "), "bad-was")
    assert '"keel" is still the id of a fact (decks/d/3.yaml:5)' in said


def test_a_former_id_that_another_file_claims_is_found_where_one_changed(twice: Twice) -> None:
    twice.build(ships("keel: {", "keel: {was: carina, "))
    said = _unreleased(twice, birds("roc: {", "roc: {was: carina, "), "bad-was")
    assert 'is already claimed by "roc"' in said


def test_a_tag_that_another_file_spells_otherwise_is_found_where_one_changed(twice: Twice) -> None:
    said = _unreleased(twice, birds("[night]", "['d::Ships']"), "bad-tag")
    assert "1 error" in said
    twice.build(ships("{term: keel", "{tags: [Sea], term: keel"))
    said = _unreleased(twice, birds("[night]", "[sea]"), "bad-tag")
    assert 'the tag "Sea" is written "sea" in decks/d/1.yaml:5' in said


def test_a_question_that_two_files_ask_is_said_as_long_as_both_do(twice: Twice) -> None:
    same = rocks("rock forms when magma cools slowly", "bird can fly backwards")
    assert "duplicate-question" in twice.build(same).err
    assert twice.compiled == ["2.yaml"]
    assert "duplicate-question" in twice.build(ships("The line", "A line")).err
    assert twice.compiled == ["3.yaml"]
    assert "duplicate-question" in twice.build(nothing).err
    assert twice.compiled == []
    assert "duplicate-question" not in twice.build(rocks("Granite", "A granite")).err
    assert twice.compiled == ["2.yaml"]
    twice.build(same)
    assert "duplicate-question" not in twice.build(birds("can fly", "flies")).err
    assert twice.compiled == ["1.yaml"]
    assert "duplicate-question" not in twice.build(nothing).err


# --- damage ---------------------------------------------------------------------------------------


def sealed(key: str, text: bytes) -> bytes:
    return f"{key} {hashlib.sha256(text).hexdigest()}\n".encode() + text


def damaged(record: bytes, other: bytes = b"") -> dict[str, bytes]:
    """What may become of a record; `other` is one of another section."""
    head, _, text = record.partition(b"\n")
    key, _, seal = head.partition(b" ")
    return {
        "truncated": record[: len(record) // 2],
        "truncated in its first line": record[:40],
        "empty": b"",
        "one bit": _flipped(record, len(record) - 40),
        "the first bit": _flipped(record, 0),
        "the last bit": _flipped(record, len(record) - 1),
        "no JSON": b"\x80\x04cos\nsystem\n",
        "deep": b"[" * 100_000,
        "deep below a seal": sealed("0" * 64, b"[" * 100_000),
        "no seal": text,
        "another seal": key + b" " + b"0" * 64 + b"\n" + text,
        "another key": b"0" * 64 + b" " + seal + b"\n" + text,
        "no first line": b"\n" + text,
        "no ASCII": "é ü\n".encode() + text,
        "of another section": other,
    }


def _flipped(record: bytes, at: int) -> bytes:
    changed = bytearray(record)
    if 0 <= at < len(changed):
        changed[at] ^= 1
    return bytes(changed)


DAMAGES = list(damaged(sealed("0" * 64, b"[]" * 100)))


@pytest.mark.parametrize("damage", DAMAGES)
def test_of_a_damaged_record_nothing_is_taken_over(damage: str, twice: Twice) -> None:
    for command in COMMANDS:
        whole = {path: path.read_bytes() for path in twice.records()}
        assert len(whole) == 3
        others = [*whole.values()][1:] + [*whole.values()][:1]
        for (path, data), other in zip(whole.items(), others, strict=True):
            path.write_bytes(damaged(data, other)[damage])
        twice.run(nothing, *command)
        if command[0] != "build":  # nothing has changed, and that is another record
            assert twice.compiled == ["1.yaml", "2.yaml", "3.yaml"]
            twice.run(nothing, *command)
            assert twice.compiled == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_one_damaged_record_costs_one_section(damage: str, twice: Twice) -> None:
    first, second, _ = twice.records()
    first.write_bytes(damaged(first.read_bytes(), second.read_bytes())[damage])
    twice.run(nothing, "check")
    assert len(twice.compiled) == 1


def test_sections_of_another_tool_are_compiled_again(
    twice: Twice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("__version__", "sys.version"):
        with monkeypatch.context() as patch:
            patch.setattr(f"crisis_cards.store.{part}", "another")
            twice.run(nothing, "check")
            assert twice.compiled == ["1.yaml", "2.yaml", "3.yaml"]
            twice.run(nothing, "check")
            assert twice.compiled == []
    twice.run(nothing, "check")
    assert twice.compiled == ["1.yaml", "2.yaml", "3.yaml"]


def test_a_compiled_section_comes_back_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SHIPPED, FOLDER)
    kept = Store(tmp_path / "cache")
    first = pipeline.read(FOLDER, pipeline.Memory(kept))
    monkeypatch.setattr(pipeline, "compile_section", None)
    again = pipeline.read(FOLDER, pipeline.Memory(kept))
    assert again.problems == first.problems
    assert list(map(_as_made, again.sections)) == list(first.sections)
    assert list(map(repr, map(_as_made, again.sections))) == list(map(repr, first.sections))


def _as_made(section: Compiled) -> Compiled:
    """A section with its entries as they were collected; JSON made lists of them."""
    entries = {check: tuple(entries) for check, entries in section.entries.items()}
    return section._replace(entries=entries)


def test_old_records_go(twice: Twice) -> None:
    for path in twice.cache.iterdir():
        os.utime(path, (1, 1))
    twice.build(ALONE["an answer"])
    assert len(twice.records()) == 1


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

    def damage(self, cache: Path) -> None:
        """Something happens to a record, now and then."""
        # The names depend on where the deck is, and a seed is to mean one history.
        kept = sorted(cache.iterdir(), key=lambda path: path.read_bytes().partition(b"\n")[2])
        if self.random.random() < 0.3:
            path, other = self.random.choice(kept), self.random.choice(kept)
            made = damaged(path.read_bytes(), other.read_bytes())
            path.write_bytes(self.random.choice([*made.values()]))


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
            author.damage(made.cache)
            made.run(lambda: put(**sections), *author.random.choice(COMMANDS))
            author.damage(made.cache)
            made.build(nothing)


# --- runs in which nothing has changed ------------------------------------------------------------

SECTION = """\
section: S
source: book
facts:
  a: {ask: Which bird can fly backwards?, answer: The hummingbird}
  b: {cloze: The ==owl== hunts at ==night==.}
"""


@pytest.fixture
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    lay_out(SECTION)


def lay_out(section: str, name: str = "one") -> Path:
    folder = Path("decks", name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text(DECK, encoding="utf-8")
    (folder / "1.yaml").write_text(section, encoding="utf-8")
    return folder


def add(name: str, text: str) -> None:
    path = Path("decks/one", name)
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, _places: None) -> Callable[[], int]:
    """How many decks were read since the last time."""
    count = [0]
    read = pipeline.read

    def counted(*arguments: Any, **options: Any) -> pipeline.Project:
        count[0] += 1
        return read(*arguments, **options)

    def since() -> int:
        found, count[0] = count[0], 0
        return found

    monkeypatch.setattr(pipeline, "read", counted)
    return since


def said() -> list[Path]:
    """The records of what was said, and not those of sections."""
    cache = Path("cache")
    return [path for path in cache.iterdir() if len(_record(path)) == len(store.Said._fields)]


EDITS: dict[str, Callable[[], object]] = {
    "nothing": nothing,
    "a fact": lambda: lay_out(SECTION.replace("bird can", "one can")),
    "a fact gone": lambda: lay_out(SECTION.split("  b", maxsplit=1)[0]),
    "a new id": lambda: lay_out(SECTION.replace("  a:", "  c:")),
    "a former id": lambda: lay_out(SECTION.replace("a: {", "c: {was: a, ")),
    "an unknown former id": lambda: lay_out(SECTION.replace("a: {", "a: {was: x, ")),
    "a blank": lambda: lay_out(SECTION.replace("==night==", "==dusk== and ==dawn==")),
    "an error": lambda: lay_out(SECTION.replace("answer", "anwser")),
    "another file": lambda: add("2.yaml", SECTION.replace("a:", "y:").replace("b:", "z:")),
    "a picture that nothing uses": lambda: add("media/x.png", ""),
    "another deck": lambda: lay_out(SECTION, "two"),
    "the lock": lambda: Path("decks/one/deck.lock").unlink(),
    "a line of the lock": lambda: add("deck.lock", "\nwas x a\n"),
    "the package": lambda: Path("dist/one.apkg").write_bytes(b""),
    "no package": lambda: Path("dist/one.apkg").unlink(),
}


@pytest.mark.usefixtures("_places")
@pytest.mark.parametrize("options", [(), ("--locked", "--format", "json"), ("--rerender",)])
@pytest.mark.parametrize("edit", EDITS)
def test_builds_are_the_same_with_and_without_records(
    edit: str, options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each build of a history is done over with the store that there is and with none at all."""
    build()
    for step in (nothing, EDITS[edit], nothing, nothing):
        step()
        shutil.copytree("decks", tmp_path / "kept" / "decks", dirs_exist_ok=False)
        shutil.copytree("dist", tmp_path / "kept" / "dist")
        with_records = build(*options)
        for name in ("decks", "dist"):
            shutil.rmtree(name)
            shutil.move(tmp_path / "kept" / name, name)
        with monkeypatch.context() as patch:
            patch.setenv(store.VARIABLE, "")
            assert build(*options) == with_records


def test_a_build_with_nothing_changed_reads_no_deck(reads: Callable[[], int]) -> None:
    assert build().status == 0
    assert reads() == 1
    assert "0 new, 0 changed, 2 unchanged" in build().out
    assert reads() == 0
    assert len(said()) == 1
    lay_out(SECTION.replace("bird can", "one can"))
    assert "1 changed" in build().out
    assert reads() == 1
    assert "0 changed" in build().out
    assert reads() == 0


def test_a_former_id_in_a_first_release_is_known_ever_after(reads: Callable[[], int]) -> None:
    lay_out(SECTION.replace("a: {", "a: {was: x, "))
    assert "unknown-was" not in build().err
    assert "unknown-was" not in build().err
    assert reads() == 1
    lay_out(SECTION.replace("a: {", "a: {was: y, "))
    assert "unknown-was" in build().err
    assert "unknown-was" in build().err
    assert reads() == 2


def test_an_options_own_results(reads: Callable[[], int]) -> None:
    build()
    every = (("--format", "json"), ("-o", "other"), ("--strict",), ("--locked",), ("--rerender",))
    for options in every:
        reads()
        assert build(*options).status == 0
        assert reads() == 1
        build(*options)
        assert reads() == 0


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_record_of_a_run_is_none(damage: str, reads: Callable[[], int]) -> None:
    build()
    good = build()
    (path,) = said()
    (other,) = set(Path("cache").iterdir()) - {path}
    path.write_bytes(damaged(path.read_bytes(), other.read_bytes())[damage])
    reads()
    assert build() == good
    assert reads() == 1


def test_a_record_of_another_deck_is_none(reads: Callable[[], int]) -> None:
    lay_out(SECTION.replace("bird can", "one can"), "two")
    build("decks/one")
    (one,) = said()
    build("decks/two")
    (two,) = set(said()) - {one}
    shutil.copyfile(two, one)
    reads()
    assert build("decks/one").out.startswith("dist/one.apkg")
    assert reads() == 1


@pytest.mark.parametrize("part", ["__version__", "sys.version"])
def test_another_version_starts_anew(
    part: str, reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    reads()
    monkeypatch.setattr(f"crisis_cards.store.{part}", "another")
    build()
    assert reads() == 1


def test_another_tool_or_library_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own files count, so that it can be worked on; not what Python makes of them."""
    package, site = tmp_path / "crisis_cards", tmp_path / "site"
    for folder in (package / "format", package / "__pycache__", site):
        folder.mkdir(parents=True)
    own = package / "format" / "cloze.py"
    own.touch()
    monkeypatch.setattr(store, "__file__", str(package / "store.py"))
    monkeypatch.syspath_prepend(site)

    def lengthen() -> None:
        own.write_text("# longer")
        os.utime(own, (1, 1))

    seen = [Store(tmp_path).tool]
    (package / "__pycache__" / "cloze.pyc").touch()
    (site / "note.txt").touch()
    assert Store(tmp_path).tool == seen[0]
    for change in (
        lambda: os.utime(own, (1, 1)),
        lengthen,
        lambda: own.rename(own.with_name("blanks.py")),
        (site / "genanki-1.0.dist-info").mkdir,
    ):
        change()
        seen.append(Store(tmp_path).tool)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, "home/.cache/crisis-cards"),
        ("linux", {"XDG_CACHE_HOME": "caches"}, "caches/crisis-cards"),
        ("darwin", {}, "home/Library/Caches/crisis-cards"),
        ("win32", {}, "home/AppData/Local/crisis-cards/Cache"),
        ("win32", {"LOCALAPPDATA": "local"}, "local/crisis-cards/Cache"),
        ("linux", {"CRISIS_CARDS_CACHE": "chosen", "XDG_CACHE_HOME": "caches"}, "chosen"),
    ],
)
def test_records_lie_in_the_users_folder_for_caches(
    platform: str, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (store.VARIABLE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    assert store.usual().folder == Path(expected)


def test_without_a_home_there_are_no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv(store.VARIABLE)
    monkeypatch.setattr(Path, "home", nowhere)
    assert store.usual().folder is None


def test_a_source_that_changes_during_a_build_is_not_remembered(
    reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = pipeline.write

    def saved_meanwhile(*arguments: Any, **options: Any) -> pipeline.Built | None:
        lay_out(SECTION.replace("bird can", "one can"))
        return write(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "write", saved_meanwhile)
        build()
    reads()
    assert "1 changed" in build().out
    assert reads() == 1


def test_a_link_to_a_folder_is_looked_into(reads: Callable[[], int], tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    Path("decks/one/media").symlink_to(tmp_path / "pictures")
    (tmp_path / "pictures" / "round").symlink_to(tmp_path / "pictures")
    build()
    reads()
    (tmp_path / "pictures" / "x.png").write_bytes(b"")
    assert "orphan-media" in build().err
    assert reads() == 1


def test_a_link_to_another_folder_is_another_deck(reads: Callable[[], int]) -> None:
    link = Path("link")
    link.symlink_to("decks/one")
    build("link")
    shutil.copytree("decks/one", "decks/two")
    shutil.copyfile("dist/one.apkg", "dist/two.apkg")
    link.unlink()
    link.symlink_to("decks/two")
    reads()
    build("link")
    assert reads() == 1


@pytest.mark.usefixtures("_places")
def test_where_no_record_can_be_kept_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    for place in ("", "file", "file/below"):
        monkeypatch.setenv(store.VARIABLE, place)
        assert build().status == 0
        assert build().status == 0
    assert Path("file").read_bytes() == b""


@pytest.mark.usefixtures("_places")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("decks/one/2.yaml")
    done = CliRunner().invoke(main, ["build"])
    assert done.exit_code == 1
    assert "the file cannot be read: it is a pipe" in done.stderr


@pytest.mark.usefixtures("_places")
def test_old_records_of_runs_go() -> None:
    build()
    (path,) = said()
    os.utime(path, (1, 1))
    build("-o", "other")
    assert path not in said()


def test_the_shipped_deck(reads: Callable[[], int]) -> None:
    shutil.copytree(SHIPPED, "decks/cuban-missile-crisis")
    first = build("decks/cuban-missile-crisis")
    again = build("decks/cuban-missile-crisis")
    assert reads() == 1
    assert first == again


def test_of_a_large_file_that_keeps_its_name_every_byte_counts(tmp_path: Path) -> None:
    """Such a file of an adopted deck may be of any size."""
    deck = tmp_path / "deck"
    shutil.copytree(ROOT / "tests" / "golden" / "adopted", deck)
    film = deck / "media" / "film.mp4"
    film.parent.mkdir(exist_ok=True)
    text = "section: Films\nfacts:\n  film: {note: geo, Country: '[sound:film.mp4]', Capital: x}\n"
    (deck / "films.yaml").write_text(
        text.replace("'[sound:film.mp4]'", "{html: '[sound:film.mp4]'}")
    )
    releases, memory = [], pipeline.Memory()
    for byte in (b"a", b"b"):
        film.write_bytes(byte * (LARGEST + 1))
        project = pipeline.read(deck, memory)
        assert project.deck
        releases.append(pipeline.release(project.deck, 1).lock.notes["film/type:geo"].content)
    assert releases[0] != releases[1]
