"""Kinds of an author's own, in the real Anki: cards, siblings, and releases that change a type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import faces, sound
from crisis_cards import pipeline, preview
from crisis_cards.cards.room import SPARE_FIELDS, SPARE_TEMPLATES, Places, Room, first
from crisis_cards.cards.theme import NoteType
from crisis_cards.commands import stats
from crisis_cards.commands.diff import between
from crisis_cards.problems.rendering import render
from crisis_cards.release import diff, lock
from real_anki import (
    cards,
    collection,
    dirty_rows,
    empty_cards,
    import_package,
    rendered,
    snapshot,
    synchronise,
)

NOW = 1_790_000_000
TYPE = """\
keys: [country, capital, flag]
cards:
  capital: {ask: country, answer: capital, label: "Cap & {{city}}", type: true}
  flag: {ask: [flag, capital], answer: country}
"""
FACTS = {
    "chile": {"country": "Chile", "capital": "*Santiago* & more", "flag": "{{white}} [sound:x]"},
    "peru": {"country": "Peru", "capital": "Lima", "hint": "On the coast"},
    "nauru": {"country": "Nauru", "flag": "A **line** and a star", "extra": "No capital."},
    "plain": {"ask": "Which ocean?", "answer": "The Pacific"},
}
Facts = Mapping[str, Mapping[str, str]]


class Author:
    """Releases of a deck with a kind of its own, each a day after the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "geo"
        self.package = folder / "geo.apkg"
        self.now = NOW
        (self.folder / "types" / "country").mkdir(parents=True)
        settings = "deck: Geo\nsources: {book: {title: A Book}}\n"
        (self.folder / "deck.yaml").write_text(settings)

    def write(self, type_: str = TYPE, facts: Facts = FACTS, **files: str) -> pipeline.Project:
        place = self.folder / "types" / "country"
        (place / "type.yaml").write_text(type_)
        for name, text in files.items():
            stem, _, suffix = name.rpartition("_")
            (place / f"{stem.replace('_', '-')}.{suffix}").write_text(text)
        lines = ["section: Countries", "source: book", "facts:"]
        for name, keys in facts.items():
            lines.append(f"  {name}:")
            lines += [f"    {key}: {text!r}" for key, text in keys.items()]
        (self.folder / "1.yaml").write_text("\n".join(lines) + "\n")
        return pipeline.read(self.folder)

    def release(self, type_: str = TYPE, facts: Facts = FACTS, **files: str) -> pipeline.Built:
        self.deck = sound(self.write(type_, facts, **files))
        self.now += 86_400
        built = pipeline.write(self.deck, self.package, self.now)
        assert built is not None
        return built

    @property
    def lock(self) -> lock.Lock:
        read, problems = lock.read(self.folder / "deck.lock")
        assert read is not None, problems
        return read


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def study(col: Collection) -> None:
    col.sched.set_due_date(col.find_cards(""), "5!")


def names_of(col: Collection) -> tuple[list[str], list[str]]:
    """The fields and templates of the kind's note type."""
    (note_type,) = (m for m in col.models.all() if m["name"] == "geo · country (crisis-cards)")
    return [f["name"] for f in note_type["flds"]], [t["name"] for t in note_type["tmpls"]]


def test_the_cards_are_those_that_anki_makes_and_shows(author: Author, tmp_path: Path) -> None:
    built = author.release()
    assert (built.notes, built.cards) == (4, 5)
    with collection(tmp_path) as col:
        assert import_package(col, built.package).new == 4
        before = cards(col)
        assert faces(author.deck, built) == rendered(col)
        assert empty_cards(col) == 0
        _, fine = col.fix_integrity()
        assert fine
        assert cards(col) == before
        siblings = [len(col.get_note(nid).card_ids()) for nid in col.find_notes("")]
        assert sorted(siblings) == [1, 1, 1, 2]


def test_a_card_is_there_where_question_and_answer_are(author: Author) -> None:
    made = author.release().release
    types = author.deck.note_types()
    shown = {
        note.key: [
            face[0]
            for (guid, _), face in faces(author.deck, built_of(made)).items()
            if guid == note.guid
        ]
        for note in made.notes
    }
    assert [
        len(shown[key]) for key in ("chile/type:country", "peru/type:country", "nauru/type:country")
    ] == [2, 1, 1]
    assert "type:country" in types
    assert "Cap &amp; &#123;&#123;city}}" in shown["peru/type:country"][0]
    assert ">Country<" in shown["nauru/type:country"][0], "a label that is not written is the key"
    assert "[[type:capital]]" in shown["peru/type:country"][0]


def built_of(made: Any) -> Any:
    class Made:
        release = made

    return Made


def test_a_release_changes_what_its_author_changed(author: Author, tmp_path: Path) -> None:
    with collection(tmp_path) as col:
        import_package(col, author.release().package)
        study(col)
        synchronise(col)
        before = snapshot(col)
        peru = {**FACTS["peru"], "flag": "Red, white, red"}
        again = author.release(facts={**FACTS, "peru": peru})
        assert again.release.changed == ("peru/type:country",)
        assert import_package(col, again.package) == (4, 0, 1, 3, 0)
        assert dirty_rows(col)["notes"] == 1
        after = snapshot(col)
        assert after["revlog"] == before["revlog"]
        assert {*before["cards"]} <= {*after["cards"]}
        assert len(after["cards"]) == len(before["cards"]) + 1, "its flag is asked now"
        assert after["fields"] == before["fields"]
        assert faces(author.deck, again) == rendered(col)


def test_what_was_published_takes_new_keys_and_cards(author: Author, tmp_path: Path) -> None:
    wider = TYPE.replace("flag]", "flag, sea, population]") + "  sea: {ask: sea, answer: country}\n"
    facts = {**FACTS, "peru": {**FACTS["peru"], "sea": "The Pacific"}}
    with collection(tmp_path) as col:
        import_package(col, author.release().package)
        study(col)
        before, shape = snapshot(col), names_of(col)
        again = author.release(wider, facts)
        assert (again.release.changed, again.release.redrawn) == (("peru/type:country",), ())
        assert import_package(col, again.package) == (4, 0, 1, 3, 0)
        after = snapshot(col)
        assert names_of(col) == shape, "another name is another shape to Anki 2.1.66 and older"
        assert after["revlog"] == before["revlog"]
        assert {*before["cards"]} <= {*after["cards"]}
        assert len(col.models.all_names()) == len({*col.models.all_names()})
        assert not [name for name in col.models.all_names() if name.endswith("+")]
        assert faces(author.deck, again) == rendered(col)
        made = cards(col)
        col.fix_integrity()
        assert cards(col) == made
        assert empty_cards(col) == 0


def test_a_card_that_is_taken_out_becomes_empty_and_comes_back(
    author: Author, tmp_path: Path
) -> None:
    fewer = "".join(line for line in TYPE.splitlines(keepends=True) if "flag: {" not in line)
    with collection(tmp_path) as col:
        import_package(col, author.release().package)
        study(col)
        before = cards(col)
        made = author.release(fewer, without("nauru"))
        assert made.release.emptied == {"chile/type:country": (2,)}
        assert import_package(col, made.package).conflicting == 0
        assert empty_cards(col) == 2
        assert cards(col) == before
        back = author.release()
        assert author.lock.types["type:country"].room is not None
        assert import_package(col, back.package).conflicting == 0
        assert empty_cards(col) == 0
        assert cards(col) == before
        assert faces(author.deck, back) == rendered(col)
        assert not [name for name in col.models.all_names() if name.endswith("+")]


def without(*names: str) -> Facts:
    return {name: keys for name, keys in FACTS.items() if name not in names}


def test_keys_keep_their_fields_in_whatever_order_they_stand(author: Author) -> None:
    first_ = author.release()
    again = author.release(TYPE.replace("[country, capital, flag]", "[country, flag, capital]"))
    assert (again.release.changed, again.release.redrawn) == ((), ())
    assert [n.fields for n in again.release.notes] == [n.fields for n in first_.release.notes]
    assert again.release.new_types == ()


def test_a_key_that_goes_keeps_its_field(author: Author) -> None:
    author.release()
    author.release(
        "keys: [country, capital]\ncards: {c: {ask: country, answer: capital}}\n",
        without("nauru", "chile"),
    )
    room = author.lock.types["type:country"].room
    assert room is not None
    assert room.fields.of == {"country": 1, "capital": 2, "flag": 3}
    assert room.templates.of == {"capital": 1, "flag": 2, "c": 3}


def test_a_shape_that_learners_do_not_have_is_refused(author: Author) -> None:
    author.release()
    lock_ = (author.folder / "deck.lock").read_bytes()
    many = ", ".join(f"key-{n}" for n in range(SPARE_FIELDS + 1))
    wide = TYPE.replace("flag]", f"flag, {many}]")
    printed = render(author.write(wide).problems, "text")
    assert printed.count("error[type-shape]") == 1
    assert '"key-6"' in printed
    more = "".join(
        f"  more-{n}: {{ask: country, answer: flag}}\n" for n in range(SPARE_TEMPLATES + 1)
    )
    printed = render(author.write(TYPE + more).problems, "text")
    assert printed.count("error[type-shape]") == 1
    assert '"more-3"' in printed
    uses = {"peru": {"country": "Peru", "key-6": "x", "capital": "Lima"}}
    shown = preview.page(author.write(f"{wide}  last: {{ask: key-6, answer: capital}}\n", uses))
    assert [card["id"] for card in shown.data["cards"]] == ["peru/type:country#1"]
    swapped = TYPE.replace("[country, capital", "[capital, country")
    assert (
        render(author.write(swapped, without("nauru")).problems, "text").count("error[type-shape]")
        == 1
    )
    assert (author.folder / "deck.lock").read_bytes() == lock_


def test_looks_are_free(author: Author, tmp_path: Path) -> None:
    front = (
        '<div class="mine">{{country}} {{#flag}}<b>{{flag}}</b>{{/flag}}{{^flag}}-{{/flag}}</div>'
    )
    back = "{{FrontSide}}<hr id=answer>{{capital}} {{Extra}} {{type:country}} {{Tags}}"
    with collection(tmp_path) as col:
        import_package(col, author.release().package)
        made = author.release(
            front_1_html=front, back_1_html=back, style_css=".mine { color: red }"
        )
        assert (made.release.changed, made.release.redrawn) == ((), ())
        assert made.release.new_types == ("type:country",)
        assert import_package(col, made.package) == (4, 0, 0, 4, 0)
        note_type: NoteType = author.deck.note_types()["type:country"]
        assert note_type.css.endswith(".mine { color: red }")
        shown = rendered(col)
        assert faces(author.deck, made).items() <= shown.items()


@pytest.mark.parametrize("branch", [("a", "b"), ("b", "a")])
def test_two_branches_that_add_a_key_each_are_united(branch: tuple[str, str]) -> None:
    room = first(["country"], ["one"])
    ours, theirs = (room.grown(["country", name], ["one"]) for name in branch)
    entry = {name: lock.TypeEntry(5, "0a", r) for name, r in (("ours", ours), ("theirs", theirs))}
    text = "".join(
        lock.render(lock.Lock(types={"type:x": e}, deck="d")).partition("\n")[2]
        for e in entry.values()
    )
    merged, problems = lock.parse("crisis-cards lock 3\n" + text, "deck.lock")
    assert problems == []
    assert merged is not None
    united = merged.types["type:x"].room
    assert united == Room(Places(7, {"country": 1, "a": 2}), ours.templates)
    assert united.grown(["country", "a", "b"], ["one"]).fields.of == {"country": 1, "a": 2, "b": 3}


def test_a_deck_without_kinds_of_its_own_keeps_the_older_lock(
    make_deck: Callable[..., pipeline.Project], tmp_path: Path
) -> None:
    deck = sound(make_deck(one="section: S\nsource: book\nfacts:\n  a: {ask: Q?, answer: A}\n"))
    pipeline.write(deck, tmp_path / "deck.apkg", NOW)
    assert (deck.folder / "deck.lock").read_text().startswith("crisis-cards lock 2\n")


def test_wording_is_looked_at_card_by_card(author: Author) -> None:
    facts = {
        "spain": {"country": "Spain", "capital": "Madrid", "flag": "Red and gold, as in Spain"},
        "madrid": {"country": "Madrid", "capital": "Alcalá"},
        "copy": {"country": "Spain", "capital": "Toledo"},
        "list": {
            "country": "Bolivia",
            "capital": "Sucre, La Paz, Cochabamba, Santa Cruz and Oruro",
        },
    }
    problems = author.write(facts=facts).problems
    assert [(problem.check, problem.span.source.strip()) for problem in sorted(problems)] == [
        ("answer-leak", "flag: 'Red and gold, as in Spain'"),
        ("duplicate-question", "country: 'Spain'"),
        ("answer-list", "capital: 'Sucre, La Paz, Cochabamba, Santa Cruz and Oruro'"),
    ]


def test_what_changed_is_told_by_keys(author: Author) -> None:
    author.release()
    facts = {**FACTS, "peru": {**FACTS["peru"], "capital": "Cusco", "population": "34"}}
    wider = TYPE.replace("flag]", "flag, population]").replace(
        "answer: capital", "answer: [capital, population]"
    )
    deck = sound(author.write(wider, facts))
    found = between(deck, author.package, author.now)
    assert diff.text(found).splitlines()[2:6] == [
        "Reworded",
        "  peru/type:country: Peru",
        "    capital: [-Lima-] {+Cusco+}",
        "    population: {+34+}",
    ]
    assert "- Peru: ~~Lima~~ **Cusco**" in diff.markdown(found)
    made = stats.of(deck)
    assert [(share.name, share.cards) for share in made.kinds] == [("country", 4), ("ask", 1)]
    assert made.longest[0].card == "chile/type:country"


_WORD = st.sampled_from(
    ["country", "capital", "ask", "answer", "source", "Two words", "", "9", "é"]
)
_SOME = st.lists(_WORD, max_size=3) | _WORD | st.dictionaries(_WORD, _WORD | st.none(), max_size=3)
_CARD = st.dictionaries(st.sampled_from(["ask", "answer", "label", "type", "x"]), _SOME, max_size=4)
_CARDS = st.dictionaries(_WORD, _CARD | _SOME, max_size=3)
_TYPE = st.fixed_dictionaries({}, optional={"keys": _SOME, "cards": _CARDS | _SOME, "more": _WORD})


@given(_TYPE | _SOME)
@example({"keys": [], "cards": {"a": {"ask": "country", "answer": "capital"}}})
@example({"keys": {}, "cards": {"a": {"ask": "country", "answer": "capital"}}})
@example({"keys": ["country"], "cards": {"a": {"ask": [], "answer": "capital"}}})
def test_no_fact_gets_lost_without_a_word(
    tmp_path_factory: pytest.TempPathFactory, written: object
) -> None:
    """Whatever stands in a type.yaml: all facts are there, or it is told what is wrong with it."""
    author = Author(tmp_path_factory.mktemp("types"))
    facts = {"chile": {"country": "Chile", "capital": "Santiago"}, "plain": FACTS["plain"]}
    project = author.write(json.dumps(written, ensure_ascii=False), facts)
    if not any(problem.is_error for problem in project.problems):
        assert project.facts() == len(facts)
