"""crisis-cards import: lists become facts, nothing is lost in silence, a second run adds none."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import PIXEL, run
from crisis_cards import pipeline
from crisis_cards.format.folders import section_files
from crisis_cards.format.shape import Plain, plain
from crisis_cards.lists import deck, kinds, reading, writing
from crisis_cards.yaml import tree


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _facts(folder: Path) -> dict[str, dict[str, Plain]]:
    """All facts of a deck as they were written, by id."""
    found: dict[str, dict[str, Plain]] = {}
    for path in section_files(folder):
        root = tree.read(path)[0].root
        assert root is not None
        read = plain(root)
        assert isinstance(read, dict)
        facts = read["facts"]
        assert isinstance(facts, dict)
        for name, fact in facts.items():
            assert isinstance(fact, dict)
            found[name] = fact
    return found


def _imported(name: str, text: str, *options: str) -> list[dict[str, Plain]]:
    """The facts that a list becomes in a new deck, which has no error."""
    Path(name).write_text(text, encoding="utf-8")
    done = run("import", name, "Deck", *options)
    assert done.exit_code == 0, done.output
    assert not [p for p in pipeline.read(Path("decks/deck")).problems if p.is_error]
    again = run("import", name, "Deck", "--format", "json")
    assert json.loads(again.stdout)["facts"] == []
    return list(_facts(Path("decks/deck")).values())


_FORMS = {
    "words.csv": ("Word,Meaning\nU-2,a plane\n", [{"term": "U-2", "means": "a plane"}]),
    "excel.csv": ("Frage;Antwort\nWer, wo?;Ich\n", [{"ask": "Wer, wo?", "answer": "Ich"}]),
    "plain.tsv": ('one "1"\tuno\n"x" y\tz\n', [
        {"ask": 'one "1"', "answer": "uno"}, {"ask": '"x" y', "answer": "z"},
    ]),
    "dates.csv": ("Berlin Wall falls,9 November 1989\n", [
        {"event": "Berlin Wall falls", "when": "1989-11-09"},
    ]),
    "years.csv": ("1949,NATO begins\n1955,Warsaw Pact\n", [
        {"event": "NATO begins", "when": "1949"}, {"event": "Warsaw Pact", "when": "1955"},
    ]),
    "numbers.csv": ("How many?,1200\ndozen,12\n", [
        {"ask": "How many?", "answer": "1200"}, {"ask": "dozen", "answer": "12"},
    ]),
    "blanks.csv": ("It lasted ==13== days.,in 1962\n", [
        {"cloze": "It lasted ==13== days.", "extra": "in 1962"},
    ]),
    "keys.csv": ("id,ask,answer,hint,tags\nme,Who?,Me,not you,a b\n", [
        {"ask": "Who?", "answer": "Me", "hint": "not you", "tags": ["a", "b"]},
    ]),
    "commas.csv": ("What is 1?,a;b\nWhat, then?,c,d\n", [
        {"ask": "What is 1?", "answer": "a;b"},
        {"ask": "What", "answer": "then?", "extra": "c\n\nd"},
    ]),
    "languages.csv": ("Deutsch;Español\nHund;perro\n", [{"term": "Hund", "means": "perro"}]),
    "more.csv": ("Word,Translation,Example\nhola,hello,Hola!\n", [
        {"term": "hola", "means": "hello", "extra": "Example: Hola!"},
    ]),
    "one.txt": ("Q: Who\nled it?\n\nA: Kennedy\nQ: When was it?\nA: 1962\n", [
        {"ask": "Who\nled it?", "answer": "Kennedy"}, {"ask": "When was it?", "answer": "1962"},
    ]),
    "two.txt": ("Who? ::: Me\nWhere? ::: Here\n", [
        {"ask": "Who?", "answer": "Me"}, {"ask": "Where?", "answer": "Here"},
    ]),
    "notes.md": (
        "# Cuba\n- ExComm: a committee\n  of advisers\n- **U-2**: a plane\n- Castro – led Cuba\n"
        "- 22 October 1962: Kennedy speaks\n\nIt lasted\n==13== days.\n", [
            {"term": "ExComm", "means": "a committee of advisers"},
            {"term": "U-2", "means": "a plane"},
            {"term": "Castro", "means": "led Cuba"},
            {"event": "Kennedy speaks", "when": "1962-10-22"},
            {"cloze": "It lasted ==13== days."},
        ],
    ),
    "list.json": (
        '[{"question": "Who?", "answer": "Me", "tags": ["a b"]}, {"ask": "One?", "answer": 1.50}]',
        [{"ask": "Who?", "answer": "Me", "tags": ["a-b"]}, {"ask": "One?", "answer": "1.50"}],
    ),
    "within.json": ('{"cards": [{"front": "Who?", "back": "Me"}]}', [
        {"ask": "Who?", "answer": "Me"},
    ]),
    "both.txt": ("#separator:Semicolon\n#notetype:Basic (and reversed card)\nhola;hello\n", [
        {"term": "hola", "means": "hello"},
    ]),
    "anki.txt": (
        "#separator:tab\n#html:true\n#notetype column:1\n#tags column:4\n"
        "Basic\tThe <b>capital</b>?\tParis &amp; more\tx::y\n"
        "Cloze\tThe {{c1::Nile}} is long\t\t\n", [
            {"ask": "The **capital**?", "answer": "Paris & more", "tags": ["x::y"]},
            {"cloze": "The {{c1::Nile}} is long"},
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _FORMS)
def test_each_form_becomes_facts(name: str) -> None:
    text, facts = _FORMS[name]
    assert _imported(name, text) == facts


def test_dates_are_read_in_the_language_of_the_deck() -> None:
    facts = _imported("wende.csv", "Mauerfall;9. November 1989\n", "--language", "de")
    assert facts == [{"event": "Mauerfall", "when": "1989-11-09"}]
    settings_ = Path("decks/deck/deck.yaml").read_text(encoding="utf-8")
    assert settings_ == "deck: Deck\nlanguage: de\n"


_CELL = st.text(
    st.one_of(
        st.sampled_from("ab Zé?:=#-|\"',;\t\n{}[]()!*&%@`~\\"),
        st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_CELL, _CELL).filter(lambda pair: "".join(pair).strip()), min_size=1))
def test_every_text_comes_back(pairs: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "deck"
        out = io.StringIO(newline="")
        csv.writer(out).writerows([("ask", "answer"), *pairs])
        data = out.getvalue().encode()

        def again() -> writing.Written:
            there = deck.new("en")
            if place.exists():
                there = deck.read(place, pipeline.read(place))
            found = reading.read(data, "list.csv", {"ask", "answer"})
            judged = kinds.judge(found, there.kinds, "en")
            name = "" if place.exists() else "Deck"
            written = writing.write(judged.made, there, writing.Wanted(place, "One", deck=name))
            written.left.extend(judged.left)
            return written

        first = again()
        for path, (before, after) in first.files.items():
            assert before == b""
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(after)
        added = [fact for group in first.facts.values() for fact in group]
        rows = sum(any(map(str.strip, pair)) for pair in pairs)
        told = len({left.place for left in first.left})
        assert len(added) + len(first.there) + len(first.other) + told == rows
        lacking = ("one of its two sides is empty", "it has no question")
        refused = [left.reason for left in first.left if left.reason not in lacking]
        assert all(" media/" in reason or "Anki does not show" in reason for reason in refused)
        if not added:
            return
        assert not [p for p in pipeline.read(place).problems if p.is_error]
        texts = {
            (_plain(str(fact["ask"])), _plain(str(fact["answer"])))
            for fact in _facts(place).values()
            if "ask" in fact
        }
        typed = {(_plain(ask), _plain(answer)) for ask, answer in pairs}
        assert len(texts) == len([fact for fact in added if fact.kind == "ask"])
        assert texts <= typed
        assert again().facts == {}


def _plain(text: str) -> str:
    """A text as it may come back."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    control = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
    return unicodedata.normalize("NFC", re.sub(control, "", text).strip())


_DECK = "deck: Cuba\nlanguage: en\nsources: {book: {title: A Book}}\n"
_SECTION = """\
# mine
section: People
source: book
facts:
    castro:   # a comment
        ask: Who led  Cuba?
        answer: Castro
    rusk: {person: Dean Rusk, role: Secretary of State}  # no line end behind it"""


def _deck(**files: str) -> Path:
    folder = Path("decks/cuba")
    folder.mkdir(parents=True)
    for name, text in {"deck": _DECK, **files}.items():
        (folder / f"{name}.yaml").write_bytes(text.encode())
    return folder


def _lay(text: str, name: str = "list.csv") -> str:
    Path(name).write_text(text, encoding="utf-8", newline="")
    return name


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_stands_in_a_file_stays_and_new_facts_come_behind_it(end: str) -> None:
    text = _SECTION.replace("\n", end)
    folder = _deck(p1=text)
    path = folder / "p1.yaml"
    file = _lay("ask,answer\nWho led Cuba?,Castro\nWho led the USSR?,Khrushchev\n")
    done = run("import", file, "decks/cuba/deck.yaml", "--section", "People")
    assert done.exit_code == 0, done.output
    assert "1 row there already\n" in done.stdout
    new = ["", "    led-ussr:", "        ask: Who led the USSR?", "        answer: Khrushchev", ""]
    assert path.read_bytes().decode() == text + end + end.join(new)
    assert run("check", "decks/cuba").exit_code == 0


@pytest.mark.parametrize("last", ["facts: {a: {ask: Who?, answer: Me}}\n", "tag: x\n"])
def test_a_section_that_cannot_be_continued_gets_a_file_beside_it(last: str) -> None:
    facts = "facts:\n  a:\n    ask: Who was it?\n    answer: Me\n" if "tag" in last else ""
    folder = _deck(**{"07-people": f"section: People\n{facts}{last}"})
    before = (folder / "07-people.yaml").read_bytes()
    done = run("import", _lay("ask,answer\nWhere?,Here\n"), "decks/cuba", "--section", "People")
    assert done.exit_code == 0, done.output
    assert (folder / "07-people.yaml").read_bytes() == before
    assert [path.name for path in section_files(folder)] == ["07-people.yaml", "08-people.yaml"]


def test_the_same_question_with_another_answer_is_named_and_not_written() -> None:
    folder = _deck(p1=_SECTION)
    file = _lay("ask,answer\nWho led Cuba?,Batista\nDean Rusk,a minister\nX?,1\nX?,2\n")
    done = run("import", file, "decks/cuba")
    assert '3 not written:\n  line 2: "Who led Cuba?" is there with another' in done.stdout
    assert f"{folder}/p1.yaml:5" in done.stdout
    assert 'line 5: "X?" is there with another answer: line 4 of the list' in done.stdout
    assert set(_facts(folder)) == {"castro", "rusk", "x"}


def test_facts_of_a_table_of_the_deck_are_there_already() -> None:
    folder = _deck(p1="section: People\ntable: people.csv\n")
    _lay("id,ask,answer\nme,Who is it?,Me\n", "decks/cuba/people.csv")
    done = run("import", _lay("Who is it?,Me\nIs it true?,No\n"), "decks/cuba")
    assert "1 row there already" in done.stdout
    assert "1 new fact: 1 ask" in done.stdout
    assert run("check", str(folder)).exit_code == 0


def test_ids_are_new_also_where_a_fact_is_gone() -> None:
    folder = _deck(p1="section: One\nfacts:\n  led-cuba:\n    ask: Who led Cuba?\n    answer: He\n")
    assert run("build", str(folder)).exit_code == 0
    (folder / "p1.yaml").write_text(_SECTION, encoding="utf-8")
    file = _lay("id,ask,answer\n,Who led Cuba in 1950?,Prío\nled-cuba,Which man?,X\n")
    done = run("import", file, "decks/cuba")
    assert 'line 3: the id "led-cuba" belongs to another fact' in done.stdout
    assert set(_facts(folder)) == {"castro", "rusk", "led-cuba-1950"}


def test_keys_of_the_decks_own_kinds_are_taken_literally() -> None:
    folder = _deck(p1=_SECTION)
    (folder / "types/country").mkdir(parents=True)
    kind = "keys: [country, river]\ncards: {where: {ask: country, answer: river}}\n"
    (folder / "types/country/type.yaml").write_text(kind, encoding="utf-8")
    run("import", _lay("Country;River;Source\nPeru;Amazon;book\nChad;Chari;no\n"), "decks/cuba")
    facts = _facts(folder)
    assert facts["peru"] == {"country": "Peru", "river": "Amazon", "source": "book"}
    assert "chad" not in facts  # no such source: the row is left over


def test_pictures_beside_the_list_are_copied_and_others_named() -> None:
    Path("flag.png").write_bytes(PIXEL)
    file = _lay("ask,answer\nWhose flag is it? ![](flag.png),Mine\nAnd? ![](gone.png),Me\n")
    done = run("import", file, "Flags")
    assert Path("decks/flags/media/flag.png").read_bytes() == PIXEL
    assert 'line 3: there is no picture "gone.png" in media/' in done.stdout
    assert run("build", "decks/flags").exit_code == 0


def test_diff_writes_nothing_and_applies() -> None:
    done = run("import", _lay("a,b\n"), "New deck", "--diff")
    assert not Path("decks").exists()
    assert "--- /dev/null\n+++ b/decks/new-deck/deck.yaml\n" in done.stdout
    assert "+    ask: a\n+    answer: b\n" in done.stdout
    folder = _deck(p1=_SECTION)
    done = run("import", "list.csv", "decks/cuba", "--diff", "--section", "People")
    subprocess.run(["git", "apply", "-"], input=done.stdout_bytes, check=True)
    assert _facts(folder)["a"] == {"ask": "a", "answer": "b"}


def test_headings_are_sections_and_one_title_makes_one() -> None:
    notes = "## Causes\n- Detente: easing\n## Effects\n- Hotline: a line\n"
    run("import", _lay(notes, "notes.md"), "War")
    files = [path.name for path in section_files(Path("decks/war"))]
    assert files == ["01-causes.yaml", "02-effects.yaml"]
    run("import", "notes.md", "Peace", "--section", "All of it")
    files = [path.name for path in section_files(Path("decks/peace"))]
    assert files == ["01-all-of-it.yaml"]


def test_standard_input_and_json() -> None:
    done = run("import", "-", "Deck", "--format", "json", typed="Who?\tMe\n\tX\nWho?\tMe\n")
    said = json.loads(done.stdout)
    assert said["facts"] == [
        {"id": "who-2", "kind": "ask", "file": "decks/deck/01-imported.yaml", "place": "line 1"}
    ]
    assert said["kinds"] == {"ask": 1}
    assert said["there_already"] == ["line 3"]
    assert said["left_over"] == [
        {"place": "line 2", "text": "X", "reason": "one of its two sides is empty"}
    ]


def test_what_json_holds_beside_texts_is_named() -> None:
    file = _lay('[{"ask": "Who?", "answer": "Me", "n": {"x": 1}}, 5, ["a"]]', "a.json")
    done = run("import", file, "Deck")
    assert "1 new fact" in done.stdout
    assert '3 left over:\n  item 1: its "n" is no text' in done.stdout
    assert "item 2: it is no object" in done.stdout


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b"[{", "line 1: it is no JSON"),
        ("a.json", b"[" * 100_000, "nests too deep"),
        ("a.json", b'{"a": 1}', "no list of objects"),
        ("a.csv", b"a,b\xff\n", "not written in UTF-8"),
        ("a.csv", "a,b\n".encode("utf-16"), "not written in UTF-8"),
        ("a.csv", b"what the question is,answer\0\n", "NUL"),
        ("a.csv", b"\n \n", "no rows"),
        ("a.csv", b"a,b\n" * 50_001, "more than 50,000 rows"),
        ("a.md", b"- a: b\n" * 50_001, "more than 50,000 rows"),
        ("a.txt", b"#separator:none\na,b\n", "separates no columns"),
        ("a.csv", b"x" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_what_is_no_list_is_told_and_nothing_is_written(name: str, data: bytes, said: str) -> None:
    Path(name).write_bytes(data)
    done = run("import", name, "Deck")
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert not Path("decks").exists()


def test_a_list_without_facts_writes_nothing() -> None:
    done = run("import", _lay("just words\nand more\n"), "Deck")
    assert done.exit_code == 1
    assert "2 left over" in done.stdout
    assert not Path("decks").exists()


def test_a_deck_with_errors_is_mended_first() -> None:
    folder = _deck(p1="section: One\nfacts:\n  a:\n    ask: Who?\n")
    done = run("import", _lay("a,b\n"), "decks/cuba")
    assert done.exit_code == 1
    assert "missing-key" in done.stderr
    assert "nothing was written" in done.stderr
    assert [path.name for path in section_files(folder)] == ["p1.yaml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["decks/cuba", "--language", "de"], "--language is for a new deck"),
        (["decks/cuba", "--section", " "], "--section needs a title"),
        (["decks/cuba", "--diff", "--format", "json"], "--diff shows lines"),
        (["full/mine.txt"], "is there and holds no deck.yaml"),
        (["./full"], "is there and holds no deck.yaml"),
        (["???"], "no deck can be called"),
        (["x" * 5000], "be a deck's folder"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], said: str) -> None:
    _deck(p1=_SECTION)
    Path("full").mkdir()
    Path("full/mine.txt").write_text("mine", encoding="utf-8")
    done = run("import", _lay("a,b\n"), *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_language_that_is_none_is_told() -> None:
    done = run("import", _lay("a,b\n"), "Deck", "--language", "no language")
    assert done.exit_code != 0
    assert "Traceback" not in done.output
    assert not Path("decks").exists()


_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["# A", "## ???", "- a: b", "Q: who", "A: me", "a ::: b", "==x== y.", "", "#html:true"]
        ),
        st.text(st.sampled_from('-*#:=QA \t",;|{}[]\\<>&`!()\x01\u2028\x85Zé9'), max_size=20),
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["csv", "tsv", "txt", "md", "json"]), _LINES)
def test_no_text_is_a_traceback(suffix: str, lines: list[str]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"list.{suffix}"
        file.write_text("\n".join(lines), encoding="utf-8")
        done = run("import", str(file), f"{folder}/deck")
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert done.exit_code in (0, 1, 2)
        if (made := Path(folder) / "deck").exists():
            assert not [p for p in pipeline.read(made).problems if p.is_error]
            again = json.loads(run("import", str(file), str(made), "--format", "json").stdout)
            assert again["facts"] == []


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda each: st.one_of(
    st.lists(each), st.dictionaries(st.sampled_from(["ask", "answer", "n", "tags"]), each),
), max_leaves=12))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_no_json_is_a_traceback(data: object) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "list.json"
        file.write_text(json.dumps([data, {"ask": "\ud800 Who?", "answer": "Me"}]))
        done = run("import", str(file), f"{folder}/deck", "--format", "json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["folder"] == f"{folder}/deck"


def test_two_columns_of_remarks_are_both_kept() -> None:
    (fact,) = _imported("list.csv", "Word,Meaning,Note,Comment\nhola,hello,greeting,loud\n")
    assert fact == {"term": "hola", "means": "hello", "extra": "greeting\n\nComment: loud"}
