"""check --fix: the fault changes, and nothing else."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

import written
from conftest import DECK
from crisis_cards import files, fix, pipeline
from crisis_cards.commands import main
from crisis_cards.format.shape import plain
from crisis_cards.yaml import tree

SECTION = """\
# The section file of a   careful author

section:   Naïve "Ünïcode" — 漢字 👩🏽‍🌾
source: book   # all from one
facts:

  first:
    ask:  Which of the two?      # two blanks
    answer: That

    {key}: {value}
  # between two facts
  third:
     cloze: An ==odd== indentation,
       over two lines
     tags: [ one,two ]
"""
QUOTED = {
    "Kennedy said: go": '"Kennedy said: go"',
    "[sic] he wrote": '"[sic] he wrote"',
    "[sic]": '"[sic]"',
    "*only* this": '"*only* this"',
    "**bold** words": '"**bold** words"',
    "@home": '"@home"',
    "`code` first": '"`code` first"',
    "{} is empty": '"{} is empty"',
    "% of all": '"% of all"',
    "& so on": '"& so on"',
    "!important": '"!important"',
    "|x| is positive": '"|x| is positive"',
    "> 50 tons": '"> 50 tons"',
    "- minus": '"- minus"',
    "? is a mark": '"? is a mark"',
    "#5 in the list": '"#5 in the list"',
    '"Peace" in our time': "'\"Peace\" in our time'",
    "'t was Kennedy's: all": "\"'t was Kennedy's: all\"",
    'He said: "go", they\'re off': "'He said: \"go\", they''re off'",
    "a \\ b: c": "'a \\ b: c'",
    "Überblick: 漢字": '"Überblick: 漢字"',
}
STYLES: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "windows": lambda text: text.replace("\n", "\r\n").encode(),
    "byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "no final newline": lambda text: text.rstrip("\n").encode(),
    "all of it": lambda text: b"\xef\xbb\xbf" + text.rstrip("\n").replace("\n", "\r\n").encode(),
}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("decks/one").mkdir(parents=True)
    Path("decks/one/deck.yaml").write_text(DECK)


FILE = Path("decks/one/1.yaml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def put(text: str) -> None:
    FILE.write_bytes(text.encode())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("value", QUOTED)
def test_a_value_is_quoted_and_nothing_else_changes(value: str, style: str) -> None:
    FILE.write_bytes(STYLES[style](SECTION.format(key="extra", value=value + "   # why")))
    result = run("--fix")
    assert FILE.read_bytes() == STYLES[style](
        SECTION.format(key="extra", value=QUOTED[value] + "   # why")
    )
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("fixed: decks/one/1.yaml:11:")
    project = pipeline.read(Path("decks/one"))
    assert project.deck is not None
    _, (section,) = written.read(project.folder)
    assert section.facts[0].extra is not None
    assert section.facts[0].extra.value == value
    assert run("--fix").stderr == ""


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("typed", "good"),
    [("Second_Fact", "second-fact"), ('"Second Fact"', "second-fact"), ("ÉTÉ", "été")],
)
def test_a_new_id_becomes_one(typed: str, good: str, style: str) -> None:
    more = "\n  {}:   # new\n    ask: Who?\n    answer: Me\n"
    FILE.write_bytes(STYLES[style](SECTION.format(key="hint", value="x" + more.format(typed))))
    assert run("--fix").exit_code == 0
    assert FILE.read_bytes() == STYLES[style](
        SECTION.format(key="hint", value="x" + more.format(good))
    )


FACTS = "section: S\nsource: book\nfacts:\n"


@pytest.mark.parametrize(
    "text",
    [
        "  A_b: {ask: q, answer: r}\n  a-b: {ask: s, answer: t}\n",
        "  A_b: {ask: q, answer: r}\n  a b: {ask: s, answer: t}\n",
        "  A_b: {ask: q, answer: r}\n  c: {ask: s, answer: t, was: a-b}\n",
        # Behind what cannot be read there may be an a-b.
        '  A_b: {ask: q, answer: r}\n  c:\n    ask: "s\n    answer: t\n',
        "  a:\n    ask: q\n    answer: [one, two]\n",
        "  a: {ask: q, answer: r, source: &s book}\n  b: {ask: s, answer: t, source: *s}\n",
        "  a:\n    ask: It is: so\n      and goes on\n    answer: r\n",
        # Perhaps two lines were joined.
        "  a:\n    ask: Who spoke first? answer: Kennedy\n",
        "  a:\n    ask: q\n    answer: # to do\n",
        "  a:\n    ask: q\n    answer: r\n    extra: > a\n      b\n",
    ],
)
def test_without_one_sure_remedy_a_file_stays_as_it_is(text: str) -> None:
    put(FACTS + text)
    result = run("--fix")
    assert result.exit_code == 1
    assert "fixed:" not in result.stderr
    assert FILE.read_text() == FACTS + text


def _publish(facts: str) -> None:
    put(FACTS + facts)
    assert CliRunner().invoke(main, ["build"]).exit_code == 0


def test_an_id_that_was_published_is_not_given_to_a_new_fact() -> None:
    _publish("  old-one: {ask: q, answer: r}\n  b: {ask: s, answer: t}\n")
    put(FACTS + "  Old_One: {ask: new, answer: new}\n  b: {ask: s, answer: t}\n")
    assert "error[bad-id]" in run("--fix").stderr
    assert "  Old_One: " in FILE.read_text()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "  new:  # renamed\n\n    # a comment\n    ask: q\n    answer: r\n",
            "  new:  # renamed\n\n    # a comment\n    was: old\n    ask: q\n    answer: r\n",
        ),
        ("  new: { ask: q, answer: r }\n", "  new: {was: old,  ask: q, answer: r }\n"),
        ("  'new' :\n     ask: q\n     answer: r", None),
    ],
)
def test_a_renamed_fact_keeps_its_history(before: str, after: str | None, newline: str) -> None:
    if after is None:
        after = before.replace("     ask", "     was: old\n     ask")
    _publish("  old: {ask: q, answer: r}\n  b: {ask: s, answer: t}\n")
    rest = "  b: {ask: s, answer: t}\n"
    put((FACTS + rest + before).replace("\n", newline))
    assert "warning[looks-renamed]" in run().stderr
    result = run("--fix", "--strict")
    assert result.exit_code == 0, result.stderr
    assert FILE.read_bytes() == (FACTS + rest + after).replace("\n", newline).encode()


def test_of_two_facts_that_look_renamed_nobody_knows_which_one_it_is() -> None:
    _publish("  old: {ask: q, answer: r}\n")
    text = FACTS + "  new: {ask: q, answer: r}\n  newer: {ask: q, answer: t}\n"
    put(text)
    assert run("--fix").stderr.count("warning[looks-renamed]") == 2
    assert FILE.read_text() == text


def test_many_mistakes_in_several_files_at_once() -> None:
    _publish("  old: {ask: q, answer: r}\n")
    put(FACTS + "  New_Name:\n    ask: q\n    answer: r\n    extra: this: that\n    hint: @x\n")
    Path("decks/one/2.yaml").write_text(
        FACTS + "  b: {ask: q2, answer: a}\n  C d: {cloze: ==e==}\n"
    )
    result = run("--fix")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("fixed: ") == 5
    assert FILE.read_text() == (
        FACTS + "  new-name:\n    was: old\n    ask: q\n    answer: r\n"
        '    extra: "this: that"\n    hint: "@x"\n'
    )
    assert "  c-d: {cloze: ==e==}" in Path("decks/one/2.yaml").read_text()


def test_what_cannot_be_mended_is_still_told() -> None:
    put(FACTS + "  a:\n    ask: this: that\n    back: r\n")
    result = run("--fix")
    assert result.exit_code == 1
    assert "error[unknown-key]" in result.stderr
    assert "yaml-syntax" not in result.stderr.split("\n", maxsplit=1)[1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  a:\n    aks: q\n    Answer: r\n", "  a:\n    ask: q\n    answer: r\n"),
        ("  a:\n    ask: q\n    anwser: r\n", "  a:\n    ask: q\n    answer: r\n"),
        ("  a:\n    ask:q\n    answer: r\n", "  a:\n    ask: q\n    answer: r\n"),
        ("  a:\n    ask: q\n      answer: r\n", "  a:\n    ask: q\n    answer: r\n"),
        ("  a:\n    ask: q\n   answer: r\n", "  a:\n    ask: q\n    answer: r\n"),
        ("  a:\n\task: q\n\tanswer: r\n", "  a:\n    ask: q\n    answer: r\n"),
        ("  a: {ask: q, answer: r}\n b:\n    ask: s\n    answer: t\n",
         "  a: {ask: q, answer: r}\n  b:\n    ask: s\n    answer: t\n"),
    ],
)  # fmt: skip
def test_what_was_surely_meant_is_typed(typed: str, meant: str) -> None:
    put(FACTS + typed)
    assert run("--fix").exit_code == 0
    assert FILE.read_text() == FACTS + meant


@pytest.mark.parametrize("style", STYLES)
def test_the_diff_is_what_fix_does(style: str) -> None:
    FILE.write_bytes(STYLES[style](SECTION.format(key="extra", value="this: that")))
    before = FILE.read_bytes()
    shown = run("--fix", "--diff")
    assert FILE.read_bytes() == before
    assert shown.exit_code == 1
    assert "error[yaml-syntax]" in shown.stderr
    run("--fix")
    after = FILE.read_bytes()
    FILE.write_bytes(before)
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], input=shown.stdout_bytes, check=True
    )
    assert FILE.read_bytes() == after


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("fuel oil #2", '"fuel oil #2"'),
        ("the #1 of  #5  # that is all", '"the #1 of  #5"  # that is all'),
        ("fuel oil  # a comment", None),
        ("fuel oil #why", None),
    ],
)
def test_a_number_that_yaml_takes_for_a_comment(typed: str, quoted: str | None) -> None:
    put(SECTION.format(key="extra", value=typed))
    run("--fix")
    assert FILE.read_text() == SECTION.format(key="extra", value=quoted or typed)


def test_a_blank_behind_a_number_sign() -> None:
    put(FACTS + "  a:\n    cloze: The ==hash== is written # and ==so== on  # that is all\n")
    run("--fix")
    line = '    cloze: "The ==hash== is written # and ==so== on"  # that is all\n'
    assert FILE.read_text() == FACTS + "  a:\n" + line


@pytest.mark.parametrize(
    ("typed", "doubled"),
    [
        (r"\nabla, \theta and \beta", r"\\nabla, \\theta and \\beta"),
        (r"C:\temp\new or a line\nmore", r"C:\\temp\\new or a line\nmore"),
        (r"one line\nand more\tin columns", None),
        (r"an invisible \u0008 character", None),
    ],
)
def test_backslashes_that_begin_an_escape_in_double_quotes(typed: str, doubled: str | None) -> None:
    put(SECTION.format(key="extra", value=f'"{typed}"'))
    run("--fix")
    assert FILE.read_text() == SECTION.format(key="extra", value=f'"{doubled or typed}"')


def test_a_file_without_a_final_newline_whose_last_line_changes() -> None:
    put(FACTS + "  a:\n    ask: q\n    answer: r: s")
    shown = run("--fix", "--diff").stdout_bytes
    subprocess.run(["git", "apply", "-"], input=shown, check=True)
    assert FILE.read_text() == FACTS + '  a:\n    ask: q\n    answer: "r: s"'


def test_all_files_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    put(FACTS + "  a: {ask: q, answer: r}\n  B: {ask: q2, answer: r}\n")
    other = Path("decks/two/2.yaml")
    other.parent.mkdir()
    Path("decks/two/deck.yaml").write_text(DECK)
    other.write_text(FACTS + "  D: {ask: q3, answer: r}\n")
    before = (FILE.read_bytes(), other.read_bytes())
    stored = files._store
    full = iter([False, True])

    def store(path: Path, data: bytes) -> None:
        if next(full, False):
            raise OSError(28, "No space left on device", str(path))
        stored(path, data)

    monkeypatch.setattr(files, "_store", store)
    result = run("--fix")
    assert result.exit_code == 1
    assert "no space left on device" in result.stderr
    assert (FILE.read_bytes(), other.read_bytes()) == before


def test_a_file_that_is_saved_meanwhile_keeps_what_was_saved() -> None:
    put(FACTS + "  A: {ask: q, answer: r}\n")
    fixed = fix.fix(Path("decks/one"))
    put(FACTS + "  A: {ask: better, answer: r}\n")
    with pytest.raises(fix.ChangedError):
        fix.write([fixed])
    assert "better" in FILE.read_text()


def test_a_file_keeps_its_permissions() -> None:
    put(FACTS + "  A: {ask: q, answer: r}\n")
    FILE.chmod(0o640)
    run("--fix")
    assert "  a: " in FILE.read_text()
    assert FILE.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("arguments", "words"), [(["--diff"], "goes with --fix"), (["--fix", "--watch"], "use one of")]
)
def test_options_that_do_not_go_together(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


_ODD = st.lists(
    st.sampled_from([*"""ab:#'"[]{}&*!|>%@`-?,\\=é漢 \t""", ": ", " #", "ab"]),
    min_size=1,
    max_size=9,
).map("".join)


@settings(max_examples=100, deadline=None)
@example("''[\"", "", "answer")
@given(_ODD, st.sampled_from(["", "\r"]), st.sampled_from(["answer", "steps"]))
def test_whatever_is_typed_only_its_own_value_changes(
    tmp_path_factory: pytest.TempPathFactory, typed: str, carriage: str, key: str
) -> None:
    folder = tmp_path_factory.mktemp("deck")
    (folder / "deck.yaml").write_text(DECK + "id: x\n")
    line = f"    answer: {typed}\n" if key == "answer" else f"    steps:\n    - {typed}\n    - b\n"
    kind = "ask: q" if key == "answer" else "sequence: s"
    text = (
        f"{FACTS}  a: {{ask: x, answer: y}} # z\n  b:\n    {kind}\n{line}  c:\n    cloze: ==w== v\n"
    )
    text = text.replace("\n", carriage + "\n")
    path = folder / "1.yaml"
    path.write_bytes(text.encode())
    fixed = fix.fix(folder)
    if not fixed.mended:
        assert not fixed.files
        return
    ((_, (_, after)),) = fixed.files.items()
    old, new = text.split("\n"), after.decode().split("\n")
    changed = [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    assert len(changed) == 1
    assert typed in old[changed[0]]
    root = tree.parse(after, "")[0].root
    assert root is not None
    made: Any = plain(root)
    facts = made["facts"]
    assert facts["a"] == {"ask": "x", "answer": "y"}
    assert facts["c"] == {"cloze": "==w== v"}
    value = facts["b"][key] if key == "answer" else facts["b"]["steps"][0]
    # To YAML a comment begins at the first # after a space, to an author perhaps further on; outer
    # marks were quotes.
    parts = re.split(r"(?<!^)([ \t]#)", typed.strip())
    bare = ["".join(parts[:size]).rstrip() for size in range(1, len(parts) + 1, 2)]
    inner = [text[1:-1] for text in bare]
    assert value in (*bare, *inner, *(text.replace("''", "'") for text in inner))


def test_a_diff_is_not_mixed_with_json() -> None:
    put(FACTS + "  a:\n    ask: q\n    answer: Kennedy said: go\n")
    result = run("--fix", "--diff", "--format", "json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--diff shows lines of text" in result.stderr


def test_mistakes_in_one_line_do_not_keep_each_other() -> None:
    put(
        FACTS + "  A_b\u00a0: {ask: so\ufeff, answer: x, was: C_d, source: bo\u200bok} # a\ufeffb\n"
    )
    assert run("--fix").stderr.count("fixed: ") == 6
    assert FILE.read_text() == FACTS + "  a-b: {ask: so, answer: x, was: c-d, source: book} # ab\n"


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        (
            "Which songs (Beatles: Hey Jude #1 in 1968)?",
            '"Which songs (Beatles: Hey Jude #1 in 1968)?"',
        ),
        ("Beatles: Hey Jude #1  # why", '"Beatles: Hey Jude #1"  # why'),
        ("[sic] the #1 hit", '"[sic] the #1 hit"'),
        ("*only* #1", '"*only* #1"'),
        ("'it's #1'", "'it''s #1'"),
        ('"Hey Jude" is #1 # why', "'\"Hey Jude\" is #1' # why"),
        ('"the "old" #1 hit"', '"the \\"old\\" #1 hit"'),
        ("the tag: #MeToo", None),  # or a comment without its space
    ],
)
def test_a_text_with_a_number_sign_is_not_cut(typed: str, quoted: str | None) -> None:
    put(SECTION.format(key="extra", value=typed))
    told = run().stderr
    assert (quoted or f'"{typed}"') in told
    run("--fix")
    assert FILE.read_text() == SECTION.format(key="extra", value=quoted or typed)


def test_a_list_from_word() -> None:
    Path("decks/one/deck.yaml").write_text(DECK + "language: fr\n")
    put(
        "section\u00a0: La Révolution\nsource\u00a0: book\nfacts\u00a0:\n"
        "  – ask\u00a0: Qui paie la dîme\u00a0?\n    answer\u00a0:\u00a0les paysans\n\u00a0\n"
        "  – term\u00a0: la dîme\n    means\u00a0: un impôt de l’Église\u00a0: le dixième #1\n"
    )
    result = run("--fix")
    assert result.exit_code == 0, result.stderr
    assert FILE.read_text() == (
        "section: La Révolution\nsource: book\nfacts:\n"
        "  paie-dîme:\n    ask: Qui paie la dîme\u00a0?\n    answer: les paysans\n \n"
        "  dîme:\n    term: la dîme\n"
        '    means: "un impôt de l’Église\u00a0: le dixième #1"\n'
    )


def test_dates_as_people_type_them_become_those_of_the_format(tmp_path: Path) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "deck.yaml").write_text("deck: D\nlanguage: fr\ntimeline: de 1789 à 1799\n")
    before = """\
section: S
facts:
  a: {event: La prise de la Bastille, when: "14 juillet 1789"} # un mardi
  b: {event: La marche sur Versailles, when: 1789-10-05 - 1789-10-06}
  c:
    event: Le siècle
    when: XIXe siècle   # de Victor Hugo
  d: {event: Alésia, when: 52 av. J.-C.}
  e: {event: Un traité, when: 10/11/1797}
  f: {event: Le mois de mai, when: mai 68}
"""
    (folder / "1.yaml").write_text(before)
    fixed = fix.fix(folder)
    fix.write([fixed])
    after = before.replace('"14 juillet 1789"', "1789-07-14")
    after = after.replace("1789-10-05 - 1789-10-06", "1789-10-05/1789-10-06")
    after = after.replace("XIXe siècle ", "18XX ")
    assert (folder / "1.yaml").read_text() == after
    assert "timeline: 1789/1799\n" in (folder / "deck.yaml").read_text()
    left = [problem for problem in fixed.project.problems if problem.check == "bad-date"]
    assert [problem.span.line for problem in left] == [9, 10]
