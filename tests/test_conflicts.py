"""What git leaves in a file where two branches changed the same lines."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from crisis_cards.format.section import KNOWN_KEYS
from crisis_cards.format.shape import plain
from crisis_cards.yaml import tree
from crisis_cards.yaml.conflicts import conflicts, without

BASE = "section: S\nfacts:\n" + "".join(
    f"  f{n}:\n    ask: q{n}\n    answer: r{n}\n    extra: e\n    hint: h\n" for n in range(5)
)
OURS = BASE.replace("answer: r1", "answer: ours").replace("ask: q4", "ask: ours")
THEIRS = BASE.replace("answer: r1", "answer: theirs").replace("ask: q4", "ask: theirs")


def merged(folder: Path, *style: str) -> str:
    """What git makes of both."""
    for name, text in (("ours", OURS), ("base", BASE), ("theirs", THEIRS)):
        (folder / name).write_text(text)
    command = ["git", "merge-file", "-p", *style, "ours", "base", "theirs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    return done.stdout


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("style", [(), ("--diff3",)])
def test_our_side_is_read_and_every_place_stays(
    tmp_path: Path, style: tuple[str, ...], newline: str
) -> None:
    text = merged(tmp_path, *style).replace("\n", newline)
    found = list(conflicts(text))
    assert [text[slice(*each.ours)].strip() for each in found] == ["answer: ours", "ask: ours"]
    assert [text[slice(*each.theirs)].strip() for each in found] == [
        "answer: theirs",
        "ask: theirs",
    ]
    left = without(text, found)
    assert len(left) == len(text)
    assert [line for line in left.splitlines() if line.strip()] == OURS.splitlines()
    document, problems = tree.parse(text.encode(), "f.yaml", KNOWN_KEYS)
    assert [problem.check for problem in problems] == ["merge-conflict"] * 2
    assert document.errors == ()
    expected = plain(tree.parse(OURS.encode(), "", KNOWN_KEYS)[0].root)  # type: ignore[arg-type]
    assert document.root is not None
    assert plain(document.root) == expected


def test_marks_that_have_lost_their_partners() -> None:
    text = "<<<<<<< a\nx: y\n>>>>>>> b\n=======\n||||||| c\n<<<<<<< d\n=======\n"
    found = list(conflicts(text))
    starts = [text[each.start :].split("\n", maxsplit=1)[0] for each in found]
    assert starts == ["<<<<<<< a", ">>>>>>> b", "||||||| c", "<<<<<<< d", "======="]
    assert all(each.dropped == ((each.start, each.end),) for each in found)


def test_a_line_under_a_heading_is_no_mark() -> None:
    assert not list(conflicts("  extra: |\n    Title\n=======\n<<<<<<<<\nx <<<<<<< y\n"))
