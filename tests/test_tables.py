"""Tables as the facts of a section: the same facts as in YAML, each cell with its place."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

import real_anki
import reference
from conftest import DECK, sound
from crisis_cards import fix, pipeline, preview, watch
from crisis_cards.api import _as_yaml
from crisis_cards.commands import main
from crisis_cards.format import cells
from crisis_cards.format.folders import DECK_FILE
from crisis_cards.problems.errors import MISSING_ID
from crisis_cards.store import Store
from crisis_cards.yaml.stops import edited

NOW = 1_790_000_000
SECTION = "section: S\nsource: book\ntable: {}\n"
FOLDER = Path("decks/one")
TABLE = FOLDER / "facts.csv"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)
    (FOLDER / DECK_FILE).write_text(DECK)
    (FOLDER / "1.yaml").write_text(SECTION.format(TABLE.name))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


def read(table: str | bytes, name: str = TABLE.name) -> pipeline.Project:
    """The deck with a table."""
    (FOLDER / "1.yaml").write_text(SECTION.format(name))
    (FOLDER / name).write_bytes(table if isinstance(table, bytes) else table.encode())
    return pipeline.read(FOLDER)


# --- the same facts as in YAML ----------------------------------------------------------------

_CHARS = st.lists(
    st.sampled_from([*"xyzé漢👩 \t\n,;:'\"#=*&!|\\[]{}-_`<>%@~^0", '"', '""', " #", "\u0301"]),
    min_size=1,
    max_size=12,
)
_TEXT = _CHARS.map("".join).map(str.strip).filter(bool)
_FACT = st.one_of(
    st.fixed_dictionaries(
        {"ask": _TEXT, "answer": _TEXT},
        optional={
            "hint": _TEXT,
            "extra": _TEXT,
            "tags": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
            "source": st.lists(st.sampled_from(["book", "page"]), min_size=1, unique=True),
            "when": st.sampled_from(["1962", "1962-10/1963", "44 BC"]),
        },
    ),
    st.fixed_dictionaries({"term": _TEXT, "means": _TEXT}),
    st.fixed_dictionaries(
        {
            "sequence": _TEXT,
            "steps": st.lists(
                _TEXT.map(lambda text: " ".join(text.split())), min_size=2, max_size=4, unique=True
            ),
        }
    ),
)
_KEYS = "ask answer hint extra tags source when term means sequence steps".split()
_DIALECT = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t"),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    }
)


def written(facts: list[dict[str, Any]], dialect: dict[str, Any], *, ids: bool = True) -> str:
    """Facts as a table; lists of names with a semicolon between them, steps one a line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, **dialect)
    writer.writerow([*(["id"] if ids else []), *_KEYS])
    for at, fact in enumerate(facts):
        between = "\n" if "sequence" in fact else "; "
        values = [fact.get(key, "") for key in _KEYS]
        row = [between.join(value) if isinstance(value, list) else value for value in values]
        row = [cell.replace("\n", dialect.get("lineterminator", "\n")) for cell in row]
        writer.writerow([*([f"fact-{at}"] if ids else []), *row])
    return out.getvalue()


def notes(project: pipeline.Project) -> list[tuple[Any, ...]]:
    """All that is published of a deck, and what was written for it."""
    deck = sound(project)
    drafts = [(draft.fact, draft.slot, draft.source) for draft in deck.drafts()]
    made = pipeline.release(deck, NOW).notes
    return [(note.guid, note.fields, note.tags) for note in made] + drafts


@settings(max_examples=150, deadline=None)
@example([{"ask": '"""', "answer": '""'}], {"delimiter": ","}, False)
@example([{"term": "x", "means": "\\x\tx"}], {"delimiter": ","}, False)
@given(st.lists(_FACT, min_size=1, max_size=4), _DIALECT, st.booleans())
def test_a_table_gives_the_facts_that_yaml_gives(
    facts: list[dict[str, Any]], dialect: dict[str, Any], mark: bool
) -> None:
    table = written(facts, dialect)
    by_id: Any = {f"fact-{at}": fact for at, fact in enumerate(facts)}
    typed = _as_yaml({"section": "S", "source": "book", "facts": by_id})
    TABLE.unlink(missing_ok=True)
    (FOLDER / "1.yaml").write_text(typed)
    in_yaml = pipeline.read(FOLDER)
    in_table = read(("\ufeff" * mark + table).encode())
    for project in (in_yaml, in_table):
        if any(problem.is_error for problem in project.problems):
            break
    else:
        assert notes(in_yaml) == notes(in_table)
        assert [(f.id, f.kind) for s in in_table.sections for f in s.facts] == [
            (f.id, f.kind) for s in in_yaml.sections for f in s.facts
        ]
    assert len([p for p in in_yaml.problems if p.is_error]) == len(
        [p for p in in_table.problems if p.is_error]
    ), in_table.problems


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(_TEXT | st.just(""), min_size=2, max_size=4), min_size=1), _DIALECT, st.data()
)
def test_every_character_has_its_place_and_can_be_edited(
    rows: list[list[str]], dialect: dict[str, Any], data: st.DataObject
) -> None:
    out = io.StringIO(newline="")
    broken = [[cell.replace("\n", dialect["lineterminator"]) for cell in row] for row in rows]
    csv.writer(out, **dialect).writerows([["id", "ask", "answer", "hint"], *broken])
    text = out.getvalue()
    table, problems = cells.read(text.encode(), "t.csv")
    assert table
    assert not problems
    found = [[cell.value for cell in record.cells or ()] for record in table.records]
    kept = [row for row in rows if any(row)]
    assert found == [["id", "ask", "answer", "hint"], *kept]
    filled = [cell for record in table.records for cell in record.cells or () if cell.value]
    for cell in filled:
        for at, char in enumerate(cell.value):
            start, end = cell.range_of(at, at + 1)
            raw = text[start:end]
            assert raw == char or (char, raw) in (('"', '""'), ("\n", "\r\n"), ("\n", "\r"))
    cell = data.draw(st.sampled_from(filled))
    start = data.draw(st.integers(0, len(cell.value) - 1))
    end = data.draw(st.integers(start + 1, len(cell.value)))
    new = data.draw(st.sampled_from(["x", '"', ",", 'a "b", c; d\te', "\n", "é"]))
    fix = table.quoted((cell.edit(start, end, new),))
    after, _ = cells.read(edited(text, fix).encode(), "t.csv")
    assert after
    now = [[cell.value for cell in record.cells or ()] for record in after.records]
    wanted = [[cell.value for cell in record.cells or ()] for record in table.records]
    row, column = next(
        (row, column)
        for row, record in enumerate(table.records)
        for column, other in enumerate(record.cells or ())
        if other is cell
    )
    wanted[row][column] = (cell.value[:start] + new + cell.value[end:]).strip()
    assert now == [each for each in wanted if any(each)]


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=80)
    | st.lists(
        st.sampled_from(["id", "ask", "answer", "steps", ",", ";", "\t", '"', '""', "\r\n", "\n",
                         " ", "a", "é", "\0", "\ufeff", "<<<<<<< x\n", "=======\n", ">>>>>>> y\n"])
    ).map(lambda parts: "".join(["id,ask,answer,steps\n", *parts]).encode())
)  # fmt: skip
def test_nothing_in_a_table_raises(data: bytes) -> None:
    project = read(data)
    for problem in project.problems:
        assert problem.message
    fix.fix(FOLDER)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_many_stray_quotes_are_each_told_at_their_line(newline: str) -> None:
    rows = [f'f{at},"Which" of {at}?,x' if at % 2 else f"f{at},Which {at}?,x" for at in range(200)]
    table = newline.join(["id,ask,answer", *rows])
    lines = [p.span.line for p in read(table).problems if p.check == "table-shape"]
    assert lines == [at + 2 for at in range(200) if at % 2]


# --- the separator, and what stands in the cells ----------------------------------------------


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("id,ask,answer\na,Who; then?,Me", ["Who; then?", "Me"]),
        ("id;ask;answer\na;Who, then?;Me", ["Who, then?", "Me"]),
        ("ask\tanswer\tid\nWho, then; when?\tMe\ta", ["Who, then; when?", "Me"]),
        ("id, ask, answer\na, Who?, \"Me, and you\"", ["Who?", "Me, and you"]),
        ("\ufeffid;ask;answer\r\na;# Who?;# Me\r\n", ["# Who?", "# Me"]),
        ("\n,,\nid,ask,answer\n\n,,\na,Who?,Me", ["Who?", "Me"]),
    ],
)  # fmt: skip
def test_the_separator_is_the_one_that_gives_keys(table: str, values: list[str]) -> None:
    project = read(table)
    assert project.facts() == 1
    fields = next(sound(project).drafts()).fields
    assert all(value in fields for value in values)


@pytest.mark.parametrize("cell", ["a,b", "a; b", '"a\nb"', '"a,\r\n b"', " a , b "])
def test_names_in_a_cell_have_any_separator_between_them(cell: str) -> None:
    quoted = cell if '"' in cell else f'"{cell}"'
    project = read(f"id,ask,answer,tags\nx,Who?,Me,{quoted}\n")
    assert [fact.tags for section in project.sections for fact in section.facts] == [("a", "b")]


def test_a_kind_is_that_of_the_cells_of_its_row() -> None:
    table = "id,ask,answer,term,means\na,Who?,Me,,\nb,,,SAM,a missile\n"
    kinds = [fact.kind for section in read(table).sections for fact in section.facts]
    assert kinds == ["ask", "term"]


def test_facts_come_before_rows_and_rows_in_their_order() -> None:
    TABLE.write_text("id,ask,answer\nb,Who?,Me\na,When?,Now\n")
    rest = "facts:\n  z: {term: SAM, means: x}\n"
    (FOLDER / "1.yaml").write_text(SECTION.format(TABLE.name) + rest)
    deck = sound(pipeline.read(FOLDER))
    assert [draft.fact for draft in deck.drafts()] == ["z", "z", "b", "a"]


def test_a_link_out_of_the_deck_is_refused() -> None:
    Path("elsewhere.csv").write_text("id,ask,answer\na,Who?,Me\n")
    TABLE.symlink_to(Path("elsewhere.csv").resolve())
    (problem,) = pipeline.read(FOLDER).problems
    assert (problem.check, problem.span.line) == ("missing-table", 3)
    assert "leads out of the deck" in problem.message


# --- what is mended ---------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(_FACT, min_size=1, max_size=5), _DIALECT, st.booleans(), st.booleans())
def test_ids_are_written_and_no_other_byte_changes(
    facts: list[dict[str, Any]], dialect: dict[str, Any], mark: bool, column: bool
) -> None:
    table = written(facts, dialect)
    before = written(facts, dialect, ids=False)
    if column:
        before = re.sub(r"fact-\d+", "", table)
    else:
        table = re.sub(r'"(id|fact-\d+)"', r"\1", table)  # an id needs no quotes
    errors = [p.check for p in read("\ufeff" * mark + before).problems if p.is_error]
    assert errors.count(MISSING_ID) == 1
    made = fix.fix(FOLDER)
    left = [p.check for p in made.project.problems if p.is_error]
    assert "missing-id" not in left
    if len(errors) == 1:
        assert left == []
        ((_, (_, after)),) = made.files.items()
        ids = iter([fact.id for section in made.project.sections for fact in section.facts])
        wanted = re.sub(r"fact-\d+", lambda _: next(ids), table)
        assert after.decode() == "\ufeff" * mark + wanted
        assert next(ids, None) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id,ask,answer,when\na,Who?,Me,1962-7-1\n", "id,ask,answer,when\na,Who?,Me,1962-07-01\n"),
        ('id,event,when\na,War,"1962-7-1"\n', "id,event,when\na,War,1962-07-01\n"),
        ("id,ask,answr\na,Who?,Me\n", "id,ask,answer\na,Who?,Me\n"),
        ('ID;"ask";"answer"\r\na;Who?;Me\r\n', 'id;"ask";"answer"\r\na;Who?;Me\r\n'),
        ("id,ask,answer\nThe End,Who?,Me\n", "id,ask,answer\nthe-end,Who?,Me\n"),
        ('id,cloze\na,"An ==odd=, ""thing""."\n', 'id,cloze\na,"An ==odd==, ""thing""."\n'),
        ("id,term,means\na,Who,one &quot;thing&quot;\n", 'id,term,means\na,Who,"one ""thing"""\n'),
        ('id,ask,answer\na,"Who, then?",&quot;x&quot; y\n',
         'id,ask,answer\na,"Who, then?","""x"" y"\n'),
        ("id,ask,answer\na,Who?\n,Which?,Now\n", "id,ask,answer\na,Who?\nwhich,Which?,Now\n"),
        ("ask,answer\nWho?,\"Me\" and I\nWhen was it?,Now\n", None),
        ("answer,ask,id\nMe,Who led?\nNow,When was it?,\n",
         "answer,ask,id\nMe,Who led?,led\nNow,When was it?,when-was-it\n"),
    ],
)  # fmt: skip
def test_what_was_meant_is_written_as_a_table_wants_it(before: str, after: str | None) -> None:
    TABLE.write_bytes(before.encode())
    shown = run("check", "--fix", "--diff").stdout_bytes
    run("check", "--fix")
    assert TABLE.read_bytes().decode() == (after or before)
    if after:
        TABLE.write_bytes(before.encode())
        subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=shown, check=True)
        assert TABLE.read_bytes().decode() == after


def test_ids_of_a_table_are_its_own() -> None:
    (FOLDER / "2.yaml").write_text("section: T\nsource: book\nfacts:\n  sam: {term: S, means: x}\n")
    TABLE.write_text("id,term,means\nmig,a,b\n,SAM,x y\n,MiG,y z\n,SAM,x z\n,ID,z z\n")
    run("check", "--fix")
    made = [line.split(",")[0] for line in TABLE.read_text().splitlines()[1:]]
    assert made == ["mig", "sam-2", "mig-2", "sam-3", "fact"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id,ask,answer,was\nnew,Who?,Me,\n", "id,ask,answer,was\nnew,Who?,Me,old\n"),
        ('id,was,ask,answer\n"new","",Who?,Me\n', 'id,was,ask,answer\n"new","old",Who?,Me\n'),
        ("id\task\tanswer\thint\twas\nnew\tWho?\tMe\n",
         "id\task\tanswer\thint\twas\nnew\tWho?\tMe\t\told\n"),
        ("id,ask,answer\nnew,Who?,Me\n", None),
    ],
)  # fmt: skip
def test_a_renamed_row_keeps_its_history(before: str, after: str | None) -> None:
    TABLE.write_text("id,ask,answer\nold,Who?,Me\n")
    assert run("build").exit_code == 0
    TABLE.write_text(before)
    assert "warning[looks-renamed]" in run("check").stderr
    run("check", "--fix")
    assert TABLE.read_text() == (after or before)


# --- what is kept, watched, shown and learned -------------------------------------------------


class _Keeping(Store):
    """A store that says which sections were compiled."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.names: list[str] = []

    def put(self, name: str, key: str, record: object) -> None:
        self.names.append(Path(name).name)
        super().put(name, key, record)


def test_a_section_is_compiled_anew_when_its_table_has_changed(tmp_path: Path) -> None:
    TABLE.write_text("id,ask,answer\na,Who?,Me\n")
    (FOLDER / "2.yaml").write_text("section: T\nsource: book\nfacts:\n  b: {term: S, means: x}\n")

    def front() -> tuple[str, list[str]]:
        store = _Keeping(tmp_path / "store")
        project = pipeline.read(FOLDER, pipeline.Memory(store))
        return next(sound(project).drafts()).fields, store.names

    assert front()[1] == ["1.yaml", "2.yaml"]
    assert front()[1] == []
    TABLE.write_text("id,ask,answer\na,Who now?,Me\n")
    fields, compiled = front()
    assert "Who now?" in fields
    assert compiled == ["1.yaml"]
    TABLE.unlink()
    assert [p.check for p in pipeline.read(FOLDER).problems] == ["missing-table"]


def test_a_saved_table_is_noticed() -> None:
    assert watch._matters(TABLE)
    assert watch._matters(Path("decks/one/facts.TSV"))


def test_the_preview_says_where_a_row_is() -> None:
    TABLE.write_text('id,ask,answer\na,"Who\nwas it?",Me\nb,How large is it?,\n')
    (FOLDER / "1.yaml").write_text(
        SECTION.format(TABLE.name) + "facts:\n  z: {term: SAM, means: x}\n"
    )
    shown = preview.page(pipeline.read(FOLDER))
    assert shown.data["places"] == {"z": f"{FOLDER}/1.yaml:5", "a": f"{TABLE}:2"}
    problems = list(preview._problems(pipeline.read(FOLDER)))
    assert [(p["place"], p["fact"]) for p in problems] == [(f"{TABLE}:4", "b")]


def test_moving_a_section_into_a_table_changes_nothing_for_learners() -> None:
    facts = (
        "  a:\n    ask: Who led the committee?\n    answer: |\n      Kennedy\n    extra: |\n"
        "      One.\n\n      - two\n      - three\n  b: {term: SAM, means: a missile}\n"
    )
    (FOLDER / "1.yaml").write_text(f"section: S\nsource: book\nfacts:\n{facts}")
    assert run("build").exit_code == 0
    TABLE.write_text(
        "id,ask,answer,extra,term,means\n"
        'a,Who led the committee?,Kennedy,"One.\n\n- two\n- three",,\nb,,,,SAM,a missile\n'
    )
    (FOLDER / "1.yaml").write_text(SECTION.format(TABLE.name))
    assert "0 new, 0 changed, 3 unchanged" in run("build").stdout


def test_a_row_edited_and_a_row_moved_in_the_real_anki(tmp_path: Path) -> None:
    rows = [f"{name},What is {name}?,Thing {name}" for name in ("one", "two", "three", "four")]

    def build(rows: list[str], at: int) -> Path:
        package = tmp_path / f"{at}.apkg"
        deck = sound(read("\r\n".join(["id,ask,answer", *rows])))
        assert pipeline.write(deck, package, NOW + at)
        return package

    with real_anki.collection(tmp_path) as col:
        assert real_anki.import_package(col, build(rows, 0)).new == 4
        real_anki.study(col)
        before = real_anki.card_rows(col)
        assert col.db
        reviews = col.db.scalar("SELECT count() FROM revlog")
        moved = [rows[3], rows[0], rows[1].replace("Thing", "Thing number"), rows[2]]
        log = real_anki.import_package(col, build(moved, 1000))
        assert (log.new, log.updated, log.duplicate) == (0, 1, 3)
        assert real_anki.card_rows(col) == before
        assert col.db.scalar("SELECT count() FROM revlog") == reviews == 4
        assert real_anki.empty_cards(col) == 0


def test_the_example_of_the_reference_is_a_table_without_findings() -> None:
    blocks = re.findall(r"```(yaml|csv)\n(.*?)```", reference._TABLES, re.DOTALL)
    (FOLDER / DECK_FILE).write_text("deck: D\nsources: {milestone: {title: Milestones}}\n")
    for kind, text in blocks:
        (FOLDER / {"yaml": "1.yaml", "csv": "people.csv"}[kind]).write_text(text)
    project = pipeline.read(FOLDER)
    assert project.problems == ()
    assert project.facts() == 3


def test_a_cell_may_be_long(make_deck: Callable[..., pipeline.Project]) -> None:
    Path("deck").mkdir()
    extra = "x " * 100_000
    Path("deck/t.csv").write_text(
        f"id,ask,answer,extra\na,Which river is in Peru?,Amazon,{extra}\n"
    )
    project = make_deck(one="section: S\nsource: book\ntable: t.csv\n")
    assert project.problems == ()
    assert project.facts() == 1
