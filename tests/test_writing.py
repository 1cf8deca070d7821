"""What is written as YAML reads back as it was, without a complaint."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crisis_cards.format.section import KNOWN_KEYS
from crisis_cards.format.shape import plain
from crisis_cards.yaml import tree, writing
from crisis_cards.yaml.characters import INVISIBLE

ODD = "".join(INVISIBLE) + "\xa0\u2009：–—“”„‘’«»#:-?*&!|>'\"%@`{}[],=\\ \t\n\u2028"
TEXT = st.text(
    st.sampled_from(ODD + "abß漢1 ")
    | st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    min_size=1,
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("The U-2", "The U-2"),
        ("50 % of it", "50 % of it"),
        ("a: b", '"a: b"'),
        ("no", '"no"'),
        ('say "no"', "'say \"no\"'"),
        ("one\ntwo", "|-\n    one\n    two"),
        ("one\n\n two\n", "|\n    one\n\n     two"),
        (" x", '" x"'),
        ("a\xa0: b", '"a\\u00a0: b"'),
        ("漢字", "漢字"),
        ("", '""'),
    ],
)
def test_quotes_stand_where_they_are_needed(text: str, written: str) -> None:
    assert writing.scalar(text, 4) == written


@given(
    st.lists(
        st.tuples(
            TEXT, TEXT | st.lists(TEXT, min_size=1) | st.dictionaries(TEXT, TEXT, min_size=1)
        ),
        min_size=1,
    )
)
@example([("a", "x:\u2019 y"), ("b", "- –"), ("c", "“a: b”")])
def test_everything_reads_back(entries: list[tuple[str, writing.Value]]) -> None:
    written = "facts:\n  some-id:\n" + writing.mapping(dict(entries).items(), 4)
    document, problems = tree.parse(written.encode(), "1.yaml", KNOWN_KEYS)
    assert (problems, list(document.errors)) == ([], [])
    assert document.root
    assert plain(document.root) == {"facts": {"some-id": dict(entries)}}
