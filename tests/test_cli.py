"""The command line: what is printed where, and the exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import DECK
from crisis_cards.commands import main

GOOD = """\
section: S
facts:
  a: {ask: Q, answer: A}
  b: {cloze: The poles are ==plus== and ==minus==}
source: book
"""
BAD = "section: S\nfacts:\n  a: {ask: Q, anwser: A}\n  b: {ask: Q}\n"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def deck(name: str, section: str = GOOD, settings: str = DECK) -> Path:
    folder = Path("decks", name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text(settings, encoding="utf-8")
    (folder / "1-one.yaml").write_text(section, encoding="utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    "command",
    [[], ["build"], ["check"], ["diff"], ["export"], ["rehearse"], ["new"], ["schema"], ["stats"]],
)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_shows_an_example(command: list[str], flag: str) -> None:
    result = run(*command, flag)
    assert result.exit_code == 0
    assert "Example:\n" in result.stdout
    assert "crisis-cards" in result.stdout.split("Example:\n")[1]


def test_help_says_of_a_command_what_it_says_itself() -> None:
    for name, line in main.commands.items():
        assert f" {line.help} " in " ".join(run(name, "--help").stdout.split())


def test_help_imports_no_more_than_it_prints() -> None:
    code = (
        "import sys; from crisis_cards.commands import main; main(['-h'], standalone_mode=False);"
        "print([name for name in sys.modules if name.startswith('crisis_cards')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.endswith("['crisis_cards', 'crisis_cards.commands']\n")


def test_without_names_every_deck_below_decks_is_taken() -> None:
    deck("one")
    deck("two")
    Path("decks/no-deck").mkdir()
    result = run("build")
    assert result.exit_code == 0
    assert {path.name for path in Path("dist").iterdir()} == {"one.apkg", "two.apkg"}


def test_build_says_what_it_made() -> None:
    deck("one")
    result = run("build", "-o", "out")
    assert result.stderr == ""
    first, second, third = result.stdout.splitlines()
    assert first.startswith("out/one.apkg (")
    assert second == "  2 facts, 2 notes, 3 cards"
    assert third == "  2 new, 0 changed, 0 unchanged, 0 removed"


def test_build_as_json_is_one_object_a_deck() -> None:
    deck("one")
    deck("two")
    lines = run("build", "--format", "json").stdout.splitlines()
    assert json.loads(lines[0]) == {
        "deck": "one",
        "package": "dist/one.apkg",
        "facts": 2,
        "notes": 2,
        "cards": 3,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
    }
    assert json.loads(lines[1])["deck"] == "two"


def test_build_as_json_names_the_notes_that_learners_have_to_know_of() -> None:
    facts = {
        "gone": "{ask: Which card goes?, answer: This one}",
        "left": "{cloze: '==Soviets== left ==Cuba== in ==October=='}",
        "path": "{sequence: How it began, steps: [a flight, a photograph, a speech]}",
    }

    def build() -> dict[str, object]:
        section = "".join(f"  {name}: {fact}\n" for name, fact in facts.items())
        deck("one", f"section: S\nsource: book\nfacts:\n{section}")
        found: dict[str, object] = json.loads(run("build", "--format", "json").stdout)
        return found

    names = ("removed_notes", "emptied_notes", "ambiguous_notes")
    assert not build().keys() & names
    del facts["gone"]
    facts["left"] = "{cloze: 'They left ==Cuba== on a ==day== in ==autumn=='}"
    facts["path"] = "{sequence: How it began, steps: [a flight, two speeches]}"
    found = build()
    assert found["removed"] == 3
    assert [found[name] for name in names] == [
        ["gone/ask", "path/step-2", "path/step-3"], ["left/cloze"], ["left/cloze", "path/step"],
    ]  # fmt: skip
    again = build()
    assert again["removed_notes"] == found["removed_notes"]
    assert not again.keys() & {"emptied_notes", "ambiguous_notes"}


def test_a_deck_with_errors_keeps_its_former_package_and_stops_no_other() -> None:
    deck("one")
    deck("two")
    assert run("build").exit_code == 0
    former = Path("dist/one.apkg").read_bytes()
    Path("dist/two.apkg").unlink()
    deck("one", BAD)
    result = run("build")
    assert result.exit_code == 1
    assert "error[unknown-key]" in result.stderr
    assert "error[missing-key]" in result.stderr
    assert result.stdout.startswith("dist/two.apkg (")
    assert Path("dist/one.apkg").read_bytes() == former


def test_a_folder_that_cannot_be_written_to() -> None:
    deck("one")
    Path("dist/one.apkg").mkdir(parents=True)
    result = run("build")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: dist/one.apkg cannot be written: ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "text",
            "decks/one/1-one.yaml:3:15: error[unknown-key] "
            'a fact with "ask" has no key "anwser"\n'
            "    |\n"
            "  3 |   a: {ask: Q, anwser: A}\n"
            "    |               ^^^^^^\n"
            '    = hint: did you mean "answer"?\n',
        ),
        (
            "short",
            'decks/one/1-one.yaml:3:15: error[unknown-key] a fact with "ask" has no key "anwser"\n',
        ),
        (
            "github",
            "::error file=decks/one/1-one.yaml,line=3,col=15,endColumn=21,title=unknown-key::"
            'a fact with "ask" has no key "anwser" (hint: did you mean "answer"?)\n',
        ),
    ],
)
def test_check_prints_problems_to_standard_error(style: str, expected: str) -> None:
    deck("one", BAD.rsplit("  b", 1)[0])
    result = run("check", "--format", style)
    assert result.exit_code == 1
    assert result.stderr.startswith(expected)
    assert result.stdout == ""


def test_check_as_json_is_one_array_on_standard_output() -> None:
    deck("one", BAD.rsplit("  b", 1)[0])
    result = run("check", "--format", "json")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert json.loads(result.stdout) == [
        {
            "path": "decks/one/1-one.yaml",
            "line": 3,
            "column": 15,
            "end_column": 21,
            "severity": "error",
            "check": "unknown-key",
            "message": 'a fact with "ask" has no key "anwser"',
            "hint": 'did you mean "answer"?',
        }
    ]
    deck("one")
    clean = run("check", "--format", "json")
    assert (clean.exit_code, json.loads(clean.stdout)) == (0, [])


def test_a_clean_check_says_so() -> None:
    deck("one")
    result = run("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "1 deck, 2 facts: no problems\n"


def test_a_language_without_words_is_told_of_once() -> None:
    for name in ("one", "two"):
        deck(name)
        place = Path("decks", name, "deck.yaml")
        place.write_text(f"{place.read_text()}language: it\n")
    deck("three")
    result = run("check", "--strict")
    assert (result.exit_code, result.stderr) == (0, "")
    summary, note, *more = result.stdout.splitlines()
    assert summary == "3 decks, 6 facts: no problems"
    assert note.startswith(
        'note: in the language "it", these are not looked for: dangling-pronoun,'
    )
    assert "answer-leak" not in note
    assert not more


def test_two_folders_of_one_name_are_refused() -> None:
    deck("one")
    other = Path("elsewhere", "one")
    other.mkdir(parents=True)
    (other / "deck.yaml").write_text(DECK)
    result = run("build", "decks/one", other)
    assert result.exit_code == 2
    assert "decks/one and elsewhere/one would both be built as one.apkg" in result.stderr
    assert not Path("dist").exists()


def test_a_folder_named_twice_is_built_once() -> None:
    deck("one")
    result = run("build", "decks/one", "decks/../decks/one/")
    assert result.exit_code == 0
    assert result.stdout.count("one.apkg") == 1


@pytest.mark.parametrize("command", ["build", "check"])
def test_two_decks_of_one_id_are_refused(command: str) -> None:
    deck("one")
    deck("two", settings=DECK + "id: one\n")
    result = run(command)
    assert result.exit_code == 1
    assert result.stderr.startswith("decks/two/deck.yaml:5:5: error[duplicate-id] ")
    assert not Path("dist").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "nowhere"], "there is no folder nowhere"),
        (["check", "empty"], "empty holds no deck.yaml"),
        (["build"], "there is no deck here"),
        (["check", "--format", "xml"], "'xml' is not one of"),
        (["bild"], "No such command 'bild'"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str) -> None:
    Path("empty").mkdir()
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("decks/french-revolutoin", "decks/french-revolution"),
        ("french-revolution", "decks/french-revolution"),
        ("French-Revolution", "decks/french-revolution"),
        ("decks", "decks/french-revolution or decks/rome"),
        ("deck/french-revolution", "decks/french-revolution"),
        ("French Revolution", "decks/french-revolution"),
        ("x" * 300, ""),
        ("somewhere-else", ""),
    ],
)
def test_which_deck_was_meant(typed: str, meant: str) -> None:
    deck("french-revolution")
    deck("rome")
    result = run("check", typed)
    assert result.exit_code == 2
    assert (": did you mean " in result.stderr) == bool(meant)
    assert f"did you mean {meant}?" in result.stderr or not meant


def test_a_file_of_a_deck_stands_for_the_deck() -> None:
    one = deck("one")
    deck("two")
    result = run("check", one / "1-one.yaml", one / "deck.yaml")
    assert (result.exit_code, result.stdout) == (0, "1 deck, 2 facts: no problems\n")


def test_the_time_of_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    deck("one")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    run("build")
    first = Path("dist/one.apkg").read_bytes()
    run("build")
    assert Path("dist/one.apkg").read_bytes() == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    result = run("build")
    assert result.exit_code == 2
    assert "SOURCE_DATE_EPOCH is not a number of seconds: 'yesterday'" in result.stderr


def test_a_deck_can_be_built_from_inside_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(deck("one"))
    result = run("build", ".")
    assert result.exit_code == 0
    assert Path("dist/one.apkg").is_file()


def test_a_folder_that_the_system_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    deck("one")

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied", "decks/one")

    monkeypatch.setattr(Path, "iterdir", refuse)
    result = run("check", "decks/one")
    assert result.exit_code == 1
    assert result.stderr == "Error: decks/one: permission denied\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [["--help"], ["check", "decks/one"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written(arguments: list[str], unbuffered: str) -> None:
    deck("one")
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "crisis_cards", *arguments],
            check=False,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (result.returncode, result.stderr) == (1, "Error: output: no space left on device\n")


@pytest.mark.skipif(os.name != "posix", reason="the shell closes a stream")
def test_nobody_listens() -> None:
    deck("one")
    check = [sys.executable, "-m", "crisis_cards", "check", "decks/one"]
    closed = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *check], check=False, capture_output=True, text=True
    )
    assert (closed.returncode, closed.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for() -> None:
    os.mkfifo(deck("one") / "2-two.yaml")
    result = run("check", "--format", "short")
    assert result.exit_code == 1
    assert "2-two.yaml:1:1: error[unreadable-file] the file cannot be read: it is a pipe" in (
        result.stderr
    )


def test_rehearse_says_what_a_learner_would_meet() -> None:
    deck("one")
    run("build")
    result = run("rehearse", "dist/one.apkg")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("dist/one.apkg into an empty collection\n  2 notes: 2 new, ")
    again = run("rehearse", "dist/one.apkg", "--onto", "dist/one.apkg", "--format", "json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["unchanged"] == 2


def test_rehearse_without_a_package_that_can_be_read() -> None:
    Path("broken.apkg").write_bytes(b"PK")
    result = run("rehearse", "broken.apkg")
    assert result.exit_code == 2
    assert result.stderr == "Error: broken.apkg is no Anki package, or it is damaged\n"


def test_rehearse_exits_with_1_where_something_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crisis_cards.rehearsal.Report.would_lose", True)
    deck("one")
    run("build")
    assert run("rehearse", "dist/one.apkg").exit_code == 1


def test_a_check_is_explained() -> None:
    result = run("check", "--explain", "yes-no")
    assert result.exit_code == 0
    assert result.stdout.startswith("yes-no (warning)\n\nThe question can be answered with yes")
    assert run("check", "--explain", "bad-date").stdout.startswith("bad-date (error)")


def test_a_check_that_does_not_exist_is_guessed() -> None:
    result = run("check", "--explain", "YesNo")
    assert result.exit_code == 2
    assert "did you mean yes-no?" in result.stderr
    assert "there are: " in run("check", "--explain", "zzz").stderr


def test_a_deck_can_do_without_a_check() -> None:
    bad = GOOD.replace("{ask: Q, answer: A}", "{ask: Is it so?, answer: A}")
    deck("one", bad)
    assert "warning[yes-no]" in run("check").stderr
    deck("one", bad, DECK + "checks: {off: [yes-no]}\n")
    assert run("check", "--strict").exit_code == 0


@pytest.mark.parametrize(("named", "advice"), [("id: one\n", "error[duplicate-id]"), ("", None)])
def test_a_copy_of_a_deck_is_found_though_it_is_built_alone(named: str, advice: str | None) -> None:
    """Its package would change the deck that it was made of."""
    deck("one", settings=DECK + "id: one\n")
    assert run("build", "decks/one").exit_code == 0
    copy = Path(shutil.copytree("decks/one", "decks/two"))
    (copy / "deck.yaml").write_text(DECK.replace("deck: ", "deck: Another ") + named)
    deck("one", GOOD.replace("A}", "B}"), DECK + "id: one\n")  # else nothing is to be done
    for name in ("two", "one") if named else ("two",):
        result = run("build", f"decks/{name}")
        assert result.exit_code == 1
        other = {"one": "two", "two": "one"}[name]
        if advice:
            assert result.stderr.startswith(f"decks/{name}/deck.yaml:")
            assert f'{advice} the deck in decks/{other}/deck.yaml has the same id, "one"' in (
                result.stderr
            )
        else:
            assert "if this is a copy of that deck, delete its deck.lock" in result.stderr
    assert not Path("dist/two.apkg").exists()
    (copy / "deck.lock").unlink()
    (copy / "deck.yaml").write_text(DECK.replace("deck: ", "deck: Another "))
    assert run("build").exit_code == 0


def test_a_deck_beside_whose_id_is_only_alike_is_another_one() -> None:
    deck("gr")
    deck("other", settings=DECK + "id: größe\n")
    deck(".hidden", settings=DECK + "id: gr\n")
    assert run("build", "decks/gr").exit_code == 0
    deck("куба", settings=DECK + "id: größe\n")
    assert "duplicate-id" in run("build", "decks/куба").stderr


@pytest.mark.parametrize("clock", [0, 946_684_800, 4_070_908_800])
def test_a_clock_that_cannot_be_right_publishes_nothing(
    clock: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck("one")
    monkeypatch.setattr(time, "time", lambda: float(clock))
    result = run("build")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: this computer's clock says ")
    assert not Path("dist").exists()
    assert not Path("decks/one/deck.lock").exists()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # who sets a time means it
    assert run("build").exit_code == 0
