"""The public face: what `import crisis_cards` offers, and that docs/python.md is true."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import crisis_cards
from conftest import PIXEL, ROOT
from crisis_cards import api, pipeline
from crisis_cards.api import Values
from crisis_cards.format.shape import plain
from crisis_cards.yaml import tree

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
NOW = 1_790_000_000

SETTINGS = "deck: Cuba\nsources:\n  book: {title: A Book}\n"
SECTION = """\
section: The Crisis
source: book
tags: [war]
facts:
  capital: {ask: What is the capital of Cuba?, answer: Havana, tags: [city], hint: a port}
  excomm: {term: ExComm, means: Kennedy's committee of crisis advisers}
  talks: {cloze: The sides used ==secret== and ==open== channels., when: 1962-10, extra: "a\\n\\nb"}
  speech: {event: Kennedy speaks on television, when: 1962-10-22, both: true}
  steps: {sequence: How it began, steps: [A flight, A picture, A meeting]}
  map: {ask: Where is Havana?, answer: In the west, image: map.png, alt: A map, credit: book}
"""
MORE = "section: Aftermath\nsource: book\nfacts:\n  line: {ask: no, answer: 'yes: 22:30'}\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lay_out(folder: str = "decks/cuba") -> Path:
    place = Path(folder)
    (place / "media").mkdir(parents=True)
    (place / "media" / "map.png").write_bytes(PIXEL)
    (place / "deck.yaml").write_text(SETTINGS, encoding="utf-8")
    (place / "1-crisis.yaml").write_text(SECTION, encoding="utf-8")
    (place / "2-aftermath.yaml").write_text(MORE, encoding="utf-8")
    return place


def values(text: str) -> Any:
    """A file's text as `make` takes it."""
    root = tree.parse(text.encode(), "x.yaml")[0].root
    assert root is not None
    return plain(root)


# --- names ----------------------------------------------------------------------------------------


def test_every_name_is_there_and_explained() -> None:
    assert sorted(crisis_cards.__all__) == crisis_cards.__all__
    assert set(crisis_cards.__all__) - {"__version__"} == set(api.__all__)
    for name in api.__all__:
        value = getattr(crisis_cards, name)
        assert value is getattr(api, name)
        if name != "Values":  # an alias of a type, which has a line below it
            assert inspect.getdoc(value), name
    explained = re.search(r'^Values: TypeAlias = .+\n"""\w', inspect.getsource(api), re.MULTILINE)
    assert explained
    assert set(dir(crisis_cards)) >= {"__all__", "__version__"}


def test_type_checkers_see_what_is_loaded_later() -> None:
    module = ast.parse(inspect.getsource(crisis_cards))
    seen = {
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "api"
        for alias in node.names
    }
    assert seen == set(api.__all__)
    assert (Path(crisis_cards.__file__).parent / "py.typed").is_file()


def test_no_other_name_is_given_out() -> None:
    for name in ("pipeline_", "Path", "json", "Lock"):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(crisis_cards, name)


def test_every_name_is_in_the_documentation_and_every_documented_one_is_there() -> None:
    table = PAGE.split("## Names")[1]
    named = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))
    assert named == set(api.__all__)
    used = {name for block in BLOCKS for name in re.findall(r"\bcrisis_cards\.(\w+)", block)}
    assert used <= set(crisis_cards.__all__)
    assert used >= {"read", "check", "build", "make"}


def test_documented_parts_of_names_are_there() -> None:
    lay_out()
    project = crisis_cards.read("decks/cuba")
    built = crisis_cards.build(project, "cuba.apkg", now=NOW)
    assert built is not None
    Path("decks/cuba/2-aftermath.yaml").write_text(MORE.replace("answer", "anwser"))
    (problem,) = crisis_cards.check("decks/cuba")
    one = {
        "Project": project,
        "Problem": problem,
        "Span": problem.span,
        "Check": problem.check,
        "Built": built,
        "Release": built.release,
        "Edit": crisis_cards.Edit(0, 1, "x"),
    }
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
    for name, value in one.items():
        for part in re.findall(r"`(\w+)`", rows[name]):
            assert hasattr(value, part), (name, part)


@pytest.mark.parametrize("name", ["read", "make", "check", "build"])
def test_arguments_are_those_that_are_documented(name: str) -> None:
    (written,) = re.findall(rf"^\| `{name}\(([^)]*)\)`", PAGE, re.MULTILINE)
    found = inspect.signature(getattr(crisis_cards, name)).parameters.values()
    positional = [p.name for p in found if p.kind is not p.KEYWORD_ONLY]
    named = [p.name for p in found if p.kind is p.KEYWORD_ONLY]
    assert written == ", ".join([*positional, *(["*", *named] if named else [])])


def test_importing_it_alone_costs_nothing() -> None:
    script = (
        "import sys; import crisis_cards; print(crisis_cards.__version__);"
        "print([n for n in sys.modules if n.split('.')[0] in ('yaml', 'genanki', 'click')"
        " or n.startswith('crisis_cards.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stdout == f"{crisis_cards.__version__}\n[]\n"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import crisis_cards"],
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "crisis_cards" in imported
    assert not imported & {"yaml", "genanki", "click", "babel", "markdown_it"}


def test_checking_does_not_import_what_packs() -> None:
    lay_out()
    script = (
        "import sys; import crisis_cards; crisis_cards.check('decks/cuba');"
        "print('yaml' in sys.modules, 'genanki' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stdout == "True False\n"


# --- docs/python.md -------------------------------------------------------------------------------


def run(block: str) -> None:
    exec(compile(block, "docs/python.md", "exec"), {"__name__": "__main__"})


def test_there_are_no_other_blocks() -> None:
    assert len(BLOCKS) == PAGE.count("```") / 2 == 2


def test_the_block_for_a_folder_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    lay_out()
    shutil.rmtree("decks/cuba/media")
    with pytest.raises(crisis_cards.BrokenDeckError):
        run(BLOCKS[0])
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("decks/cuba/1-crisis.yaml:10:60: error[missing-media] there is no ")


def test_the_block_for_a_folder_builds_it(capsys: pytest.CaptureFixture[str]) -> None:
    lay_out()
    run(BLOCKS[0])
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "11 notes, 12 cards, 11 of them new"
    assert Path("dist/cuba.apkg").is_file()


def test_the_block_for_values_builds_them() -> None:
    run(BLOCKS[1])
    assert Path("dist/south-america.apkg").is_file()
    lock = Path("south-america/deck.lock").read_text(encoding="utf-8")
    assert re.findall(r"^note (\S+)", lock, re.MULTILINE) == [
        "bolivia/ask",
        "chile/ask",
        "peru/ask",
    ]
    assert [path.name for path in Path("south-america").iterdir()] == ["deck.lock"]


# --- what they do ---------------------------------------------------------------------------------


def test_values_make_the_same_package_as_files() -> None:
    lay_out("files/cuba")
    (Path("values/cuba")).mkdir(parents=True)
    shutil.copytree("files/cuba/media", "values/cuba/media")
    read = crisis_cards.read("files/cuba")
    made = crisis_cards.make(
        "values/cuba",
        values(SETTINGS),
        {"1-crisis": values(SECTION), "2-aftermath": values(MORE)},
    )
    assert made.deck is not None
    assert read.deck is not None
    assert [p.check for p in crisis_cards.check(made)] == [
        p.check for p in crisis_cards.check(read)
    ]
    assert made.facts() == read.facts() == 7
    one = crisis_cards.build(read, "one.apkg", now=NOW)
    two = crisis_cards.build(made, "two.apkg", now=NOW)
    assert one
    assert two
    assert two._replace(package=one.package) == one
    assert Path("one.apkg").read_bytes() == Path("two.apkg").read_bytes()
    lock = Path("files/cuba/deck.lock").read_bytes()
    assert Path("values/cuba/deck.lock").read_bytes() == lock


def test_sections_come_in_the_order_of_their_names() -> None:
    sections = {"2-aftermath": values(MORE), "1-crisis": values(SECTION.partition("  map:")[0])}
    made = crisis_cards.make("cuba", values(SETTINGS), sections)
    assert [s.section.title for s in made.sections if s.section] == ["The Crisis", "Aftermath"]


def test_files_in_the_folder_of_values_are_not_read() -> None:
    place = lay_out("cuba")
    (place / "deck.yaml").write_text("deck: [")
    (place / "3-more.yaml").write_text("section: [")
    made = crisis_cards.make(place, values(SETTINGS), {"1-crisis": values(SECTION)})
    assert made.deck is not None
    assert made.facts() == 6


@pytest.mark.parametrize("text", ["C:\\new\nnext", "\\x\tx", "\\alpha\nbeta", "a\\\n\\n"])
def test_backslashes_in_values_are_what_they_are(text: str) -> None:
    fact = {"ask": "Which one is it here", "answer": text}
    sections: Any = {"one": {"section": "S", "source": "book", "facts": {"a": fact}}}
    sources: Any = {"book": {"title": "A Book"}}
    made = crisis_cards.make("x", {"deck": "X", "sources": sources}, sections)
    assert [problem for problem in made.problems if problem.is_error] == []
    assert made.facts() == 1


def test_mistakes_in_values_are_problems_with_a_place() -> None:
    wrong: dict[str, Values] = {"a": {"ask": "Who?", "anwser": "Me"}}
    made = crisis_cards.make("x", {"deck": "X"}, {"one": {"section": "S", "facts": wrong}})
    assert made.deck is None
    (problem,) = crisis_cards.check(made)
    assert (problem.check, problem.span.path, problem.span.line) == ("unknown-key", "x/one.yaml", 6)
    assert problem.span.source.strip() == '"anwser": "Me"'


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1962, r"one\['facts'\]\['a'\]\['when'\] must be a text, a list or a dict, not 1962"),
        (None, r"not None$"),
        (True, r"not True$"),
        (1.5, r"not 1\.5$"),
        (("a", "b"), r"not \('a', 'b'\)$"),
        (b"x", r"not b'x'$"),
        ({"x"}, r"not \{'x'\}$"),
        (["a", None], r"\['when'\]\[1\] must be .* not None$"),
        ({"b": {"c": 1}}, r"\['when'\]\['b'\]\['c'\] must be .* not 1$"),
        ({1: "x"}, r"not 1$"),
    ],
)
def test_no_other_value_is_guessed(value: Any, words: str) -> None:
    facts: dict[str, Values] = {"a": {"ask": "q", "answer": "r", "when": value}}
    with pytest.raises(TypeError, match=words):
        crisis_cards.make("x", {"deck": "X"}, {"one": {"section": "S", "facts": facts}})
    with pytest.raises(TypeError, match="deck"):
        crisis_cards.make("x", {"deck": value}, {})
    assert not Path("x").exists()


def test_a_deck_with_errors_is_not_built() -> None:
    place = lay_out()
    assert crisis_cards.build(place, "dist/cuba.apkg", now=NOW)
    before = [Path("dist/cuba.apkg").read_bytes(), (place / "deck.lock").read_bytes()]
    text = SECTION.replace("answer: Havana", "anwser: Havana").replace("means:", "meens:")
    (place / "1-crisis.yaml").write_text(text, encoding="utf-8")
    (place / "2-aftermath.yaml").write_text(MORE.replace("source: book\n", ""), encoding="utf-8")
    with pytest.raises(crisis_cards.BrokenDeckError) as raised:
        crisis_cards.build(place, "dist/cuba.apkg", now=NOW + 1)
    assert [p.check for p in raised.value.problems] == ["unknown-key", "unknown-key"]
    assert "no-source" in {p.check for p in crisis_cards.check(place)}  # a warning is no reason
    assert str(raised.value).startswith("decks/cuba/1-crisis.yaml:5:")
    assert str(raised.value).endswith("(and 1 more)")
    now = [Path("dist/cuba.apkg").read_bytes(), (place / "deck.lock").read_bytes()]
    assert now == before


def test_problems_come_in_the_order_of_their_places() -> None:
    place = lay_out()
    (place / "2-aftermath.yaml").write_text(MORE.replace("answer", "anwser"), encoding="utf-8")
    (place / "1-crisis.yaml").write_text(SECTION.replace("ask", "aks"), encoding="utf-8")
    found = crisis_cards.check("decks/cuba")
    assert isinstance(found, tuple)
    assert len(found) == 3
    assert list(found) == sorted(found)
    assert found == crisis_cards.check(crisis_cards.read(place))


def test_a_locked_build_writes_nothing_where_the_lock_would_change() -> None:
    place = lay_out()
    assert crisis_cards.build(place, "cuba.apkg", now=NOW, locked=True) is None
    assert not Path("cuba.apkg").exists()
    assert not (place / "deck.lock").exists()
    built = crisis_cards.build(place, "cuba.apkg", now=NOW)
    assert built is not None
    assert (built.facts, len(built.release.new)) == (7, built.notes)
    again = crisis_cards.build(place, "cuba.apkg", now=NOW + 5, locked=True)
    assert again is not None
    assert len(again.release.unchanged) == again.notes == built.notes


def test_rerender_sends_what_this_version_draws_otherwise() -> None:
    place = lay_out()
    crisis_cards.build(place, "cuba.apkg", now=NOW)
    lock = (place / "deck.lock").read_text(encoding="utf-8")
    line = next(line for line in lock.splitlines() if line.startswith("note capital/ask"))
    content = line.split()[5]
    (place / "deck.lock").write_text(lock.replace(content, "0" * 16), encoding="utf-8")
    project = crisis_cards.read(place)
    kept = crisis_cards.build(project, "cuba.apkg", now=NOW + 5)
    sent = crisis_cards.build(project, "cuba.apkg", now=NOW + 5, rerender=True)
    assert kept
    assert sent
    assert (kept.release.redrawn, kept.release.changed) == (("capital/ask",), ())
    assert (sent.release.redrawn, sent.release.changed) == ((), ("capital/ask",))


def test_the_time_is_now_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out()
    monkeypatch.setattr("time.time", lambda: NOW + 0.5)
    crisis_cards.build("decks/cuba", "cuba.apkg")
    assert f" {NOW} " in Path("decks/cuba/deck.lock").read_text(encoding="utf-8")


def test_what_cannot_be_written_leaves_everything_as_it_was() -> None:
    place = lay_out()
    Path("file").touch()
    with pytest.raises(OSError, match="file"):
        crisis_cards.build(place, "file/cuba.apkg", now=NOW)
    assert not (place / "deck.lock").exists()


def test_a_folder_without_a_deck_is_a_problem_or_an_error_of_the_system() -> None:
    Path("empty").mkdir()
    assert [p.check for p in crisis_cards.read("empty").problems] == ["unreadable-file"]
    with pytest.raises(OSError, match="nowhere"):
        crisis_cards.read("nowhere")


def test_a_project_is_a_value() -> None:
    lay_out()
    project = crisis_cards.read("decks/cuba")
    assert isinstance(project, pipeline.Project)
    for name in ("problems", "deck", "folder"):
        with pytest.raises(AttributeError):
            setattr(project, name, None)


def test_a_section_cannot_take_the_name_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="deck"):
        crisis_cards.make(tmp_path, {"deck": "D"}, {"deck": {"section": "S", "facts": {}}})
