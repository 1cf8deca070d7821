"""`.baseline`: the warnings that a deck was adopted with are quiet, and new ones are shown."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crisis_cards
from conftest import DECK
from crisis_cards import files, preview, watch
from crisis_cards.checks import baseline
from crisis_cards.commands import main
from crisis_cards.format.folders import BASELINE
from crisis_cards.problems import CHECKS, Finding, Problem, Span

Facts: TypeAlias = "tuple[str, ...]"

DOUBLE = "{ask: 'Who led Cuba, and when?', answer: Castro}"
YES_NO = "{ask: Did Kennedy hear of the missiles on Tuesday?, answer: Yes}"
GOOD = "{ask: Who took the photographs of the missile sites?, answer: Major Heyser}"
WORDS = " ".join(f"word{at}" for at in range(40))


def run(*arguments: object, ci: bool = False) -> Result:
    runner = CliRunner(env={"CI": "true" if ci else None, "SOURCE_DATE_EPOCH": None})
    return runner.invoke(main, [str(argument) for argument in arguments])


def section(facts: Mapping[str, str], indent: int = 2) -> str:
    lines = (f"{' ' * indent}{name}: {fact}\n" for name, fact in facts.items())
    return "section: S\nsource: book\nfacts:\n" + "".join(lines)


def write(folder: Path, *sections: Mapping[str, str], indent: int = 2) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text(DECK, encoding="utf-8")
    for old in folder.glob("[0-9]*.yaml"):
        old.unlink()
    for at, facts in enumerate(sections):
        (folder / f"{at}.yaml").write_text(section(facts, indent), encoding="utf-8")


def shown(folder: Path, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        run("check", "--format", "json", *options, folder).stdout
    )
    return found


def names(problems: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(problem["check"] for problem in problems)


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck with two old warnings in its baseline."""
    monkeypatch.chdir(tmp_path)
    folder = Path("decks/one")
    write(folder, {"a": DOUBLE, "b": YES_NO, "c": GOOD})
    said = run("check", "--baseline")
    assert said.exit_code == 0
    assert f"{folder / BASELINE}: 2 old warnings" in said.stderr
    return folder


def lines(folder: Path) -> list[str]:
    head, *rest = (folder / BASELINE).read_text(encoding="utf-8").splitlines()
    assert head == "crisis-cards baseline 1"
    return rest


# --- what is shown --------------------------------------------------------------------------------


def test_old_warnings_are_shown_in_no_format(deck: Path) -> None:
    assert lines(deck) == ["double-question a", "yes-no b"]
    for style in ("text", "short", "github", "json"):
        said = run("check", "--strict", "--format", style)
        assert said.exit_code == 0
        assert "double-question" not in said.output
    assert "no problems (2 old warnings are in .baseline)" in run("check").stdout
    assert crisis_cards.check(deck) == ()


def test_a_build_and_the_preview_show_new_ones_alone(deck: Path) -> None:
    for _ in range(2):  # the second one only says so
        said = run("build", "--strict")
        assert said.exit_code == 0
        assert said.stderr == "no problems (2 old warnings are in .baseline)\n"
    page = preview.page(crisis_cards.read(deck))
    assert page.data["problems"] == []
    assert "2 old warnings" in page.data["summary"]
    assert len(run("build", "--format", "json").output.splitlines()) == 1
    (deck / BASELINE).unlink()
    assert run("build", "--strict").exit_code == 1  # what it said before is no longer true


def test_the_old_ones_can_be_seen(deck: Path) -> None:
    assert names(shown(deck, "--no-baseline")) == ["double-question", "yes-no"]
    said = run("check", "--no-baseline", "--strict")
    assert said.exit_code == 1
    assert "1 deck, 3 facts: 2 warnings\n" in said.stderr
    assert lines(deck) == ["double-question a", "yes-no b"]


def test_a_new_fault_of_an_old_fact_is_new(deck: Path) -> None:
    write(deck, {"a": DOUBLE.replace("Castro", f"'{WORDS}'"), "b": YES_NO, "c": GOOD})
    assert names(shown(deck)) == ["answer-long"]


def test_more_of_the_same_in_one_fact_are_all_shown(deck: Path) -> None:
    """Nobody can tell which of them is the new one."""
    html = "{ask: Who took the photographs of the <q>sites</q>?, answer: Heyser, %s}"
    write(deck, {"a": html % "extra: <q>x</q>"})
    (deck / BASELINE).unlink()
    run("check", "--baseline")
    before = shown(deck, "--no-baseline")
    (line,) = lines(deck)
    assert line == f"{before[0]['check']}*{len(before)} a"
    write(deck, {"a": html % "extra: <q>x</q>, hint: a <q>y</q>"})
    assert len(shown(deck)) == len(before) + 1
    run("check")
    assert lines(deck) == [line]
    write(deck, {"a": html % "extra: x"})
    assert shown(deck) == []
    assert "1 mended line taken out" in run("check").stdout
    assert lines(deck) == [f"{before[0]['check']} a"]


def test_errors_are_never_in_it(deck: Path) -> None:
    write(deck, {"a": DOUBLE, "b": YES_NO, "c": "{ask: Who?, anwser: He}"})
    before = (deck / BASELINE).read_bytes()
    for options in (["--baseline"], []):
        said = run("check", *options)
        assert said.exit_code == 1
        assert "unknown-key" in said.stderr
        assert (deck / BASELINE).read_bytes() == before
    (deck / BASELINE).unlink()
    assert "is not written: mend the errors first" in run("check", "--baseline").stderr
    assert not (deck / BASELINE).exists()


def test_a_warning_may_also_be_allowed_and_an_allow_that_silences_nothing_is_told(
    deck: Path,
) -> None:
    allowed = DOUBLE.replace("}", ", allow: [double-question]}")
    write(deck, {"a": allowed, "b": YES_NO, "c": GOOD.replace("}", ", allow: [yes-no]}")})
    assert names(shown(deck)) == ["unused-allow"]
    (deck / BASELINE).unlink()
    run("check", "--baseline")
    assert lines(deck) == ["unused-allow c", "yes-no b"]
    assert shown(deck) == []


def test_warnings_about_no_fact_are_known_by_their_file(deck: Path) -> None:
    (deck / "media").mkdir()
    (deck / "media/old map.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (deck / BASELINE).unlink()
    run("check", "--baseline")
    assert "orphan-media ./media/old map.svg" in lines(deck)
    (deck / "media/new.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert [p["path"] for p in shown(deck)] == ["decks/one/media/new.svg"]
    assert len(shown(Path(deck.resolve()))) == 1  # another way to write the folder
    (deck / "media/old map.svg").unlink()
    run("check")
    assert lines(deck) == ["double-question a", "yes-no b"]


TWIN = (
    "{{ask: What is the capital of the big country in the {} of the continent?, answer: {}}}".format
)
TWINS = {
    "north": TWIN("north", "Lima"),
    "south": TWIN("south", "Quito"),
    "east": TWIN("east", "Bogota"),
}


def test_facts_that_are_alike_stand_on_one_line_in_any_order(deck: Path) -> None:
    write(deck, TWINS)
    (deck / BASELINE).unlink()
    run("check", "--baseline")
    assert lines(deck) == ["near-twin east north south"]
    write(deck, dict(reversed(TWINS.items())))
    assert shown(deck) == []
    write(deck, {**TWINS, "west": TWIN("west", "La Paz")})
    (new,) = shown(deck)
    assert (new["check"], new["line"]) == ("near-twin", 7)
    write(deck, {"north": TWINS["north"], "south": TWINS["south"], "east": GOOD})
    assert shown(deck) == []
    assert "1 mended line taken out" in run("check").stdout
    assert lines(deck) == ["near-twin north south"]


_NEAR = CHECKS["near-twin"]
_SOME = st.sets(st.sampled_from("abcd"), min_size=2, max_size=3).map(sorted).map(tuple)


@given(st.sets(_SOME), st.sets(_SOME))
def test_a_line_about_a_fact_of_a_new_warning_stays(known: set[Facts], found: set[Facts]) -> None:
    before = dict.fromkeys((baseline.Entry("near-twin", about) for about in known), 1)
    findings = [
        Finding(about, Problem(Span("one.yaml", 1, 1, 2), _NEAR, "", "")) for about in found
    ]
    held = baseline.hold(before, findings, Path(), "abcd", {})
    new = [about for about in found if not any({*about} <= {*line} for line in known)]
    assert len(held.new) == len(new)
    kept = {fact for entry in held.left for fact in entry.about}
    for line in known:
        if any({*line} & {*about} for about in new):
            assert {*line} <= kept


# --- who writes it, and when ----------------------------------------------------------------------


def test_what_is_mended_is_taken_out(deck: Path) -> None:
    write(deck, {"a": GOOD, "b": YES_NO})
    place = deck / BASELINE
    assert f"{place}: 1 mended line taken out\n" in run("check").stdout
    assert lines(deck) == ["yes-no b"]
    write(deck, {"a": DOUBLE, "b": YES_NO})
    assert names(shown(deck)) == ["double-question"]  # it came back
    write(deck, {"a": GOOD})
    run("check", "--baseline")
    write(deck, {"a": DOUBLE, "b": YES_NO})
    assert len(shown(deck)) == 2


def test_when_all_is_mended_it_is_removed(deck: Path) -> None:
    write(deck, {"a": GOOD, "b": "{term: ExComm, means: advisers of the President}"})
    assert "is removed: all of it is mended" in run("check").stdout
    assert not (deck / BASELINE).exists()
    assert "is not needed" in run("check", "--baseline").stderr
    assert not (deck / BASELINE).exists()


@pytest.mark.parametrize(
    "options",
    [
        ["check", "--format", "json"], ["check", "--format", "short"], ["check", "--no-baseline"],
        ["check", "--fix", "--diff"], ["build"], ["stats"],
    ],
)  # fmt: skip
def test_nothing_else_writes_it(deck: Path, options: list[str]) -> None:
    write(deck, {"a": GOOD, "b": YES_NO})
    before = (deck / BASELINE).read_bytes()
    run(*options)
    assert (deck / BASELINE).read_bytes() == before


def test_continuous_integration_says_so_and_writes_nothing(deck: Path) -> None:
    write(deck, {"a": GOOD, "b": YES_NO})
    before = (deck / BASELINE).read_bytes()
    said = run("check", ci=True)
    assert f"{deck / BASELINE}: 1 mended line, which crisis-cards check takes out" in said.stdout
    assert (deck / BASELINE).read_bytes() == before


def test_a_folder_that_cannot_be_written_is_checked_all_the_same(
    deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    write(deck, {"a": GOOD, "b": YES_NO})
    monkeypatch.setattr(files, "write", refused)
    said = run("check", "--strict")
    assert said.exit_code == 0
    assert "1 mended line, and it cannot be written: permission denied" in said.stdout


def test_nothing_new_goes_into_one_that_is_there(deck: Path) -> None:
    write(deck, {"a": DOUBLE, "b": GOOD, "c": YES_NO})
    said = run("check", "--baseline", "--strict")
    assert said.exit_code == 1
    assert "1 line taken out" in said.stderr
    assert "does not take in 1 new warning" in said.stderr
    assert lines(deck) == ["double-question a"]
    (deck / BASELINE).unlink()
    assert run("check", "--baseline", "--strict").exit_code == 0
    assert lines(deck) == ["double-question a", "yes-no c"]


def test_facts_that_are_away_keep_their_lines_until_somebody_says_so(deck: Path) -> None:
    """A fact may be cut out of one file, and not be in the other one yet."""
    write(deck, {"a": DOUBLE, "c": GOOD})
    assert "1 line of facts that are gone" in run("check").stdout
    write(deck, {"a": DOUBLE, "c": GOOD}, {"b": YES_NO})
    assert shown(deck) == []
    write(deck, {"a": DOUBLE, "c": GOOD})
    assert "1 line taken out" in run("check", "--baseline").stderr
    assert lines(deck) == ["double-question a"]


def test_it_can_be_written_once_what_is_sure_is_mended(deck: Path) -> None:
    (deck / BASELINE).unlink()
    write(deck, {"a": DOUBLE, "B_b": YES_NO})
    said = run("check", "--fix", "--baseline", "--strict")
    assert said.exit_code == 0
    assert lines(deck) == ["double-question a", "yes-no b-b"]


def test_fix_mends_what_is_shown(deck: Path) -> None:
    soft = GOOD.replace("photographs", "photo\u00adgraphs")
    write(deck, {"a": soft})
    (deck / BASELINE).unlink()
    run("check", "--baseline")
    assert lines(deck) == ["unseen-character a"]
    run("check", "--fix")
    assert "\u00ad" in (deck / "0.yaml").read_text(encoding="utf-8")
    run("check", "--fix", "--no-baseline")
    assert "\u00ad" not in (deck / "0.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("other", ["--no-baseline", "--watch", "--diff"])
def test_it_is_written_once(deck: Path, other: str) -> None:
    said = run("check", "--fix" if other == "--diff" else "--strict", "--baseline", other)
    assert said.exit_code == 2
    assert f"leave out {other}" in said.stderr


def test_one_file_of_a_deck_stands_for_it(deck: Path) -> None:
    """As pre-commit names the files that are in a commit."""
    assert run("check", deck / BASELINE).exit_code == 0


# --- renamed facts --------------------------------------------------------------------------------


def test_a_renamed_fact_keeps_its_lines(deck: Path) -> None:
    run("build")
    renamed = DOUBLE.replace("}", ", was: a}")
    write(deck, {"new-a": DOUBLE, "b": YES_NO, "c": GOOD})
    assert names(shown(deck)) == ["double-question", "looks-renamed"]
    run("check")  # before anybody has written "was"
    write(deck, {"new-a": renamed, "b": YES_NO, "c": GOOD})
    assert shown(deck) == []
    run("build")
    write(deck, {"new-a": DOUBLE, "b": YES_NO, "c": GOOD})  # the lock knows it now
    assert shown(deck) == []
    write(deck, {"newest": DOUBLE.replace("}", ", was: new-a}"), "b": YES_NO, "c": GOOD})
    assert shown(deck) == []
    assert "brought up to date" in run("check").stdout
    assert lines(deck) == ["double-question newest", "yes-no b"]


# --- the file -------------------------------------------------------------------------------------


def test_a_damaged_one_stops_everything(deck: Path) -> None:
    place = deck / BASELINE
    text = place.read_text(encoding="utf-8")
    damaged = f"{text}<<<<<<< HEAD\nyes-no d\n=======\n>>>>>>> other\n"
    place.write_text(damaged, encoding="utf-8")
    for command in (["check"], ["check", "--baseline"], ["build"]):
        said = run(*command)
        assert said.exit_code == 1
        assert f"{place}:4:1: error[bad-baseline]" in said.stderr
        assert place.read_text(encoding="utf-8") == damaged
    for data in (b"", b"\xff\xfe", b"[]"):
        place.write_bytes(data)
        assert f"{place}:1:1: error[bad-baseline]" in run("check").stderr
    place.unlink()
    place.mkdir()
    assert "the baseline cannot be read" in run("check").stderr


def test_git_brings_back_a_damaged_one(deck: Path) -> None:
    for command in (["init", "-q"], ["add", "."], [*_AUTHOR, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True, capture_output=True)
    (deck / BASELINE).write_text("")
    assert "git checkout" in run("check").stderr


_AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.org")


def test_git_may_unite_two_branches(deck: Path) -> None:
    place = deck / BASELINE
    place.write_text(place.read_text(encoding="utf-8") * 2, encoding="utf-8", newline="\r\n")
    assert shown(deck) == []
    assert names(shown(deck, "--no-baseline")) == ["double-question", "yes-no"]


_ENTRIES = st.dictionaries(
    st.one_of(
        st.tuples(
            st.sampled_from(["yes-no", "near-twin", "no-such-check"]),
            st.sets(st.from_regex(r"[a-z0-9é]{1,3}(-[0-9]{1,2})?", fullmatch=True), min_size=1),
        ).map(lambda pair: baseline.Entry(pair[0], tuple(sorted(pair[1])))),
        st.sampled_from(["./a b.yaml", "./media/x*2", "./東.csv"]).map(
            lambda name: baseline.Entry("thin-section", (name,))
        ),
    ),
    st.integers(1, 999_999_999),
)


@given(_ENTRIES)
def test_what_is_written_is_what_is_read(entries: dict[baseline.Entry, int]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, BASELINE)
        path.write_text(baseline.render(entries), encoding="utf-8")
        assert baseline.read(path) == (entries, [])


def test_a_change_of_it_is_a_change_of_the_deck(deck: Path) -> None:
    assert watch._matters(deck.resolve() / BASELINE)
    assert not watch._matters(deck.resolve() / ".baseline.swp")


# --- any deck -------------------------------------------------------------------------------------

_FAULTS = (
    "{ask: Did Kafka write home about the flood?, answer: Yes}",
    "{ask: 'Who taught Goya to paint, and when?', answer: nobody}",
    f"{{ask: Why did Rilke leave the palace at dawn?, answer: '{WORDS}'}}",
    "{cloze: 'In this town lived ==Verdi==, <b>they</b> say.'}",
    "{cloze: 'The town is recently <i>destroyed</i> by a ==flood== of _melting_ snow', extra: <u>}",
    "{quote: 'I ==know== that I know nothing.', by: Socrates, extra: '<u> and $$x$$'}",
    "{ask: What did Hegel eat for breakfast on Sundays?, answer: bread, allow: [yes-no]}",
    *TWINS.values(),
)
_FACTS = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,3}", fullmatch=True), st.sampled_from(_FAULTS)),
    min_size=1,
    max_size=8,  # of more than ten, a section with one is thin
    unique_by=(lambda fact: fact[0], lambda fact: fact[1]),
).map(dict)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_FACTS, st.data())
def test_of_any_deck_only_new_warnings_are_shown(
    facts: dict[str, str], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "deck")
        write(folder, facts)
        assert run("check", "--baseline", "--strict", folder).exit_code == 0
        count = len(shown(folder, "--no-baseline"))
        assert (folder / BASELINE).exists() == bool(count)

        # Another order, other files, another indentation: nothing is new, nothing is mended.
        order = data.draw(st.permutations(list(facts.items())))
        at = data.draw(st.integers(0, len(order)))
        parts = [dict(part) for part in (order[:at], order[at:]) if part]
        write(folder, *parts, indent=data.draw(st.integers(1, 6)))
        before = content(folder)
        said = run("check", "--strict", folder)
        assert said.exit_code == 0
        assert content(folder) == before

        # A new fact shows its own warnings, and all of them.
        write(folder, *parts, {"new-one": YES_NO})
        new = shown(folder)
        own = [
            p for p in shown(folder, "--no-baseline") if p["path"].endswith(f"{len(parts)}.yaml")
        ]
        assert new == own
        assert "yes-no" in names(new)

        # What is mended is taken out, and all else stays quiet.
        name = data.draw(st.sampled_from(sorted(facts)))
        mended = [{**part, **({name: GOOD} if name in part else {})} for part in parts]
        write(folder, *mended)
        assert run("check", "--strict", folder).exit_code == 0
        kept = [line.split(" ") for line in content(folder).splitlines()[1:]]
        assert not any(name in about for _, *about in kept)
        had = [line.split(" ") for line in before.splitlines()[1:]]
        assert all(
            any(
                c.partition("*")[0] == check.partition("*")[0] and {*a} <= {*about}
                for c, *about in had
            )
            for check, *a in kept
        )
        assert {c.partition("*")[0] for c, *_ in kept} == {*names(shown(folder, "--no-baseline"))}


def content(folder: Path) -> str:
    place = folder / BASELINE
    return place.read_text(encoding="utf-8") if place.exists() else ""
