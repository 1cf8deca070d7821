"""A record of the last build saves time and never changes a result."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conftest import DECK, SHIPPED
from crisis_cards import build, reuse
from crisis_cards.cli import main

SECTION = """\
section: S
source: book
facts:
  a: {ask: Which bird can fly backwards?, answer: The hummingbird}
  b: {cloze: The ==owl== hunts at ==night==.}
"""


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRISIS_CARDS_CACHE", str(tmp_path / "cache"))
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


def run(*arguments: str) -> tuple[int, str, str, dict[Path, bytes]]:
    """What a build prints, and what it leaves behind."""
    result = CliRunner().invoke(main, ["build", *arguments])
    left = {
        p: p.read_bytes()
        for top in ("decks", "dist")
        for p in Path(top).rglob("*.*")
        if p.is_file()
    }
    return result.exit_code, result.stdout, result.stderr, left


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many decks were read since the last time."""
    count = [0]
    read = build.read

    def counted(folder: Path, **options: Any) -> build.Project:
        count[0] += 1
        return read(folder, **options)

    def since() -> int:
        found, count[0] = count[0], 0
        return found

    monkeypatch.setattr(build, "read", counted)
    return since


def records(kind: str = "said") -> list[Path]:
    """Of every run there are two: what was said, and what the sections were."""
    return list(Path("cache").glob(f"*-{kind}.json"))


EDITS: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
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


@pytest.mark.parametrize("options", [(), ("--locked", "--format", "json")])
@pytest.mark.parametrize("edit", EDITS)
def test_builds_are_the_same_with_and_without_records(
    edit: str, options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each build of a history is done over with the cache that there is and with none at all."""
    run()
    for change in (EDITS["nothing"], EDITS[edit], EDITS["nothing"], EDITS["nothing"]):
        change()
        shutil.copytree("decks", tmp_path / "kept" / "decks", dirs_exist_ok=False)
        shutil.copytree("dist", tmp_path / "kept" / "dist")
        with_records = run(*options)
        for name in ("decks", "dist"):
            shutil.rmtree(name)
            shutil.move(tmp_path / "kept" / name, name)
        with monkeypatch.context() as patch:
            patch.setenv("CRISIS_CARDS_CACHE", "")
            assert run(*options) == with_records


def test_a_build_with_nothing_changed_reads_no_deck(reads: Callable[[], int]) -> None:
    assert run()[0] == 0
    assert reads() == 1
    assert "0 new, 0 changed, 2 unchanged" in run()[1]
    assert reads() == 0
    assert len(records()) == 1
    lay_out(SECTION.replace("bird can", "one can"))
    assert "1 changed" in run()[1]
    assert reads() == 1
    assert "0 changed" in run()[1]
    assert reads() == 0


def test_an_options_own_results(reads: Callable[[], int]) -> None:
    run()
    for options in (("--format", "json"), ("-o", "other"), ("--strict",), ("--locked",)):
        reads()
        assert run(*options)[0] == 0
        assert reads() == 1
        run(*options)
        assert reads() == 0


def sealed(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


def damaged(record: bytes) -> dict[str, bytes]:
    flipped = bytearray(record)
    flipped[len(record) - 40] ^= 1
    return {
        "truncated": record[: len(record) // 2],
        "empty": b"",
        "one bit": bytes(flipped),
        "no JSON": b"\x80\x04cos\nsystem\n",
        "deep": b"[" * 100_000,
        "no seal": record.partition(b"\n")[2],
        "another seal": b"0" * 64 + b"\n" + record.partition(b"\n")[2],
        "of another tool": sealed(json.dumps(["0" * 64, {}, {}]).encode()),
    }


def test_a_damaged_record_is_none(reads: Callable[[], int]) -> None:
    run()
    good = run()
    (path,) = records()
    for name, data in damaged(path.read_bytes()).items():
        path.write_bytes(data)
        reads()
        assert run() == good, name
        assert reads() == 1, name


def test_of_a_damaged_record_no_section_is_taken_over() -> None:
    (folder,) = Path("decks").iterdir()
    (folder / "2.yaml").write_text(
        SECTION.replace("a:", "y:")
        .replace("b:", "z:")
        .replace("owl", "bat")
        .replace("bird", "beast")
    )
    run()
    (path,) = records("sections")
    for at, (name, data) in enumerate(damaged(path.read_bytes()).items()):
        path.write_bytes(data)
        lay_out(SECTION.replace("bird can", f"bird number {at} can"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reuse, "from_json", None)  # nobody asks for it
            code, said, *_ = run()
        assert (code, "1 changed, 3 unchanged" in said) == (0, True), name


def test_a_record_of_another_deck_is_none(reads: Callable[[], int]) -> None:
    lay_out(SECTION.replace("bird can", "one can"), "two")
    run("decks/one")
    (one,) = records()
    run("decks/two")
    (two,) = set(records()) - {one}
    shutil.copyfile(two, one)
    reads()
    assert run("decks/one")[1].startswith("dist/one.apkg")
    assert reads() == 1


@pytest.mark.parametrize("part", ["__version__", "sys.version"])
def test_another_version_starts_anew(
    part: str, reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    reads()
    monkeypatch.setattr(f"crisis_cards.cache.{part}", "another")
    run()
    assert reads() == 1


def test_a_source_that_changes_during_a_build_is_not_remembered(
    reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = build.write

    def saved_meanwhile(*arguments: object, **options: object) -> object:
        lay_out(SECTION.replace("bird can", "one can"))
        return write(*arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(build, "write", saved_meanwhile)
        run()
    reads()
    assert "1 changed" in run()[1]
    assert reads() == 1


def test_a_link_to_a_folder_is_looked_into(reads: Callable[[], int], tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    Path("decks/one/media").symlink_to(tmp_path / "pictures")
    (tmp_path / "pictures" / "round").symlink_to(tmp_path / "pictures")
    run()
    reads()
    (tmp_path / "pictures" / "x.png").write_bytes(b"")
    assert "orphan-media" in run()[2]
    assert reads() == 1


def test_a_link_to_another_folder_is_another_deck(reads: Callable[[], int]) -> None:
    link = Path("link")
    link.symlink_to("decks/one")
    run("link")
    shutil.copytree("decks/one", "decks/two")
    shutil.copyfile("dist/one.apkg", "dist/two.apkg")
    link.unlink()
    link.symlink_to("decks/two")
    reads()
    run("link")
    assert reads() == 1


def test_where_no_record_can_be_kept_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    for place in ("", "file", "file/below"):
        monkeypatch.setenv("CRISIS_CARDS_CACHE", place)
        assert run()[0] == 0
        assert run()[0] == 0
    assert Path("file").read_bytes() == b""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("decks/one/2.yaml")
    code, _, said, _ = run()
    assert code == 1
    assert "the file cannot be read: it is a pipe" in said


def test_old_records_go() -> None:
    run()
    (path,) = records()
    os.utime(path, (1, 1))
    run("-o", "other")
    assert path not in records()


def test_the_shipped_deck(tmp_path: Path, reads: Callable[[], int]) -> None:
    shutil.copytree(SHIPPED, "decks/cuban-missile-crisis")
    first = run("decks/cuban-missile-crisis")
    again = run("decks/cuban-missile-crisis")
    assert reads() == 1
    assert first == again
