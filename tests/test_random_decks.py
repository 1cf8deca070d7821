"""Decks that nobody wrote: whatever is accepted becomes notes that the real Anki agrees with."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import PIXEL, faces
from crisis_cards import pipeline
from crisis_cards.format import embeds
from crisis_cards.format.kinds import BUILT_IN
from real_anki import cards, collection, empty_cards, import_package, rendered

NOW = 1_790_000_000

# Letters of several scripts, and every character that means something to YAML, Markdown, HTML,
# Anki or this format.
_ALPHABET = "aZé東عद🇨🇺1 :-#'\"[]{}<>&*_`\\/=$%@!|?,.()~\n"
_TEXT = st.one_of(
    st.text(_ALPHABET, min_size=1, max_size=30),
    st.sampled_from(
        ["no", "22:30", "~", "{{c1::x}}", "{{Front}}", "[sound:a.mp3]", "\\(x^{y^{2}}\\)", "a == b",
         "&lt;", "<br>", "</div>", "[$]x[/$]", "[[type:Answer]]", "<!-- -->", "*a* `b` [c](https://d.e)"]
    ),
).filter(lambda text: text.strip() != "" and not _names_a_file(text))  # fmt: skip


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _names_a_file(text: str) -> bool:
    """Whether it embeds a file, as a text like `![](1)` does by chance; there is none such."""
    return any(map(any, map(embeds.find, (text, _one_line(text)))))


_BLANK = st.builds(
    "=={}{}==".format,
    st.sampled_from(["", "", "c1::", "c2::", "c7::"]),
    st.text("aé東0 }:", min_size=1, max_size=6).filter(lambda t: t == t.strip() and "::" not in t),
)
_WORD = st.sampled_from(["the", "*a*", "`x==y`", "{", "is."])
_PASSAGE = st.lists(st.one_of(_BLANK, _WORD), max_size=6).map(
    lambda parts: " ".join([*parts, "==end=="])
)
_DATE = st.dates().map(lambda day: f"{day:%Y-%m-%d}".zfill(10))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "cloze": _PASSAGE,
    "quote": _PASSAGE,
    "when": st.one_of(_DATE, _DATE.map(lambda text: text[:7]), _DATE.map(lambda text: text[:4])),
    "steps": st.lists(_TEXT, min_size=2, max_size=4, unique_by=_one_line),
    "sides": st.lists(
        st.tuples(_TEXT.map(_one_line), _TEXT),
        min_size=2,
        max_size=3,
        unique_by=(lambda side: side[0], lambda side: _one_line(side[1])),
    ).map(dict),
    "image": st.just("p.png"),
    "regions": st.lists(_TEXT, min_size=1, max_size=4).map(
        lambda answers: {
            f"r{at}": {"answer": text, "at": [f"{at * 25}", "0", "24.5%", "100"]}
            for at, text in enumerate(answers)
        }
    ),
    "source": st.sampled_from(["book", ["book", "page"]]),
    "tags": st.lists(st.sampled_from(["a", "b::c", "東"]), unique=True),
}
_OPTIONAL = ("hint", "extra", "source", "tags", "when", "retired")


@st.composite
def _fact(draw: st.DrawFn) -> dict[str, Any]:
    kind = BUILT_IN[draw(st.sampled_from(sorted(BUILT_IN)))]
    optional = draw(
        st.sets(st.sampled_from(["hint", "extra", "source", "tags", "when", "retired", "image"]))
    )
    needed = [key.name for key in kind.needs]
    keys = [*needed, *sorted(optional - set(needed))]
    keys += ["alt"] if "image" in keys else []
    return {key: draw(_VALUES.get(key, _TEXT)) for key in keys}


_DECK = st.dictionaries(
    st.from_regex(r"[a-z]{1,4}(-[a-z0-9]{1,3})?", fullmatch=True), _fact(), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_DECK, st.sampled_from(["en-US", "de", "ar", "ja"]))
def test_anki_agrees_with_every_deck_that_is_accepted(
    facts: dict[str, dict[str, Any]], language: str
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "deck")
        (folder / "media").mkdir(parents=True)
        (folder / "media" / "p.png").write_bytes(PIXEL)
        sources = {"book": {"title": "B"}, "page": {"title": "P", "url": "https://example.org"}}
        _dump(folder / "deck.yaml", {"deck": "D", "language": language, "sources": sources})
        _dump(folder / "one.yaml", {"section": "S", "facts": facts})
        project = pipeline.read(folder)
        # Random text may hold a blank that is not closed; nothing else may be an error.
        problems = [problem for problem in project.problems if problem.is_error]
        assert {p.check for p in problems} <= {"unclosed-cloze", "empty-cloze", "bad-cloze-number"}
        assert project.facts() == len(facts) - len({p.span.line for p in problems})
        if not project.facts():
            return
        assert (project.deck is None) == bool(problems)
        assert project.settings is not None
        assert project.lock is not None
        # All other facts are built, as the preview shows them.
        deck = pipeline.Deck(folder, project.settings, "", project.sections, project.lock)
        package = folder / "deck.apkg"
        built = pipeline.write(deck, package, NOW)
        assert built is not None
        with collection(Path(place)) as col:
            log = import_package(col, package)
            assert (log.new, log.found) == (built.notes, built.notes)
            before = cards(col)
            assert len(before) == built.cards
            assert empty_cards(col) == 0
            col.fix_integrity()
            assert cards(col) == before
            for card_id in col.db.list("SELECT id FROM cards"):
                output = col.get_card(card_id).render_output()
                assert not output.question_av_tags
                assert "[[type:" not in output.question_text
            assert faces(deck, built) == rendered(col), "the preview shows what Anki shows"
            assert import_package(col, package).duplicate == built.notes


_SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "language": st.sampled_from(["en", "en-US", "de", "ar", "ja"]),
    "timeline": _VALUES["when"],
    "tag": st.sampled_from(["t", "u::v"]),
    "sources": st.builds(
        lambda book, page, url: {"book": {"title": book}, "page": {"title": page, "url": url}},
        _TEXT, _TEXT, st.sampled_from(["https://example.org", "https://example.org/?a=1&b=2"]),
    ),
}  # fmt: skip
_SECTION: dict[str, st.SearchStrategy[Any]] = {
    "section": _TEXT,
    "tag": st.sampled_from(["s", "s2"]),
    "source": _VALUES["source"],
    "tags": _VALUES["tags"],
}


_EDITS: dict[str, st.SearchStrategy[Any]] = {
    **_VALUES,
    "image": st.sampled_from(["p.png", "q.png"]),
    "credit": _VALUES["source"],
    "both": st.booleans().map(str).map(str.lower),
}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_an_author_edits_is_known_as_an_edit(data: st.DataObject) -> None:
    """A note that shows something else is never taken for one that is just drawn otherwise."""
    fact = data.draw(_fact())
    whole = {
        "deck": {key: data.draw(values) for key, values in _SETTINGS.items()},
        "section": {key: data.draw(values) for key, values in _SECTION.items()},
        "fact": fact,
    }
    optional = [*_OPTIONAL, "image", "alt", "both"] + ["credit"] * ("image" in fact)
    before = _made(**whole)
    if before is None:
        return
    first = pipeline.release(before, NOW)
    shown = {note.key: (note.type, note.fields, note.tags) for note in first.notes}
    for part, values in (("deck", _SETTINGS), ("section", _SECTION), ("fact", _EDITS)):
        for key in [*whole[part], *(optional if part == "fact" else ())]:
            edited = {**whole[part], key: data.draw(values.get(key, _TEXT))}
            after = _made(**{**whole, part: edited})
            if after is None:
                continue
            second = pipeline.release(replace(after, lock=first.lock), NOW + 9)
            assert second.redrawn == (), f"{part}: {key}"
            assert set(second.changed) == {
                note.key
                for note in second.notes
                if note.key in shown and shown[note.key] != (note.type, note.fields, note.tags)
            }


def _made(
    deck: dict[str, Any], section: dict[str, Any], fact: dict[str, Any]
) -> pipeline.Deck | None:
    """A deck of one fact; None where random text is an error."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "deck")
        (folder / "media").mkdir(parents=True)
        (folder / "media" / "p.png").write_bytes(PIXEL)
        (folder / "media" / "q.png").write_bytes(PIXEL + b"q")
        _dump(folder / "deck.yaml", {"deck": "D", **deck})
        _dump(folder / "one.yaml", {**section, "facts": {"a": fact}})
        return pipeline.read(folder).deck


class _Dumper(yaml.SafeDumper):
    """Values that occur twice are written twice: the format has no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(path: Path, value: Any) -> None:
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
