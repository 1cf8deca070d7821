"""Two authors at once: real git merges their branches, and no learner's history moves.

Each branch edits the deck and builds it, so that each has a lock of its own. Git unites the locks
by the line of `.gitattributes` that a new deck gets. The facts may conflict, as authors have to say
what they mean then; the lock never does.

    CRISIS_CARDS_MERGES=1000 pytest tests/test_merges.py
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
import yaml

from conftest import sound
from crisis_cards import pipeline
from crisis_cards.commands.new import TEMPLATE
from crisis_cards.format.folders import LOCK
from crisis_cards.release.lock import Entry, Lock
from crisis_cards.release.numbering import short_hash

NOW = 1_790_000_000
MERGES = int(os.environ.get("CRISIS_CARDS_MERGES", "40"))
WORDS = (
    "anchor bridge cabin dock engine flag galley hull island jetty keel lamp mast net oar".split()
)


@dataclass(frozen=True)
class Fact:
    """A fact as both branches know it: `life` is what it is to a learner, whatever its id."""

    life: str
    id: str
    texts: tuple[str, ...]  # an answer, the blanks of a sentence, or steps
    kind: str
    extra: str = "Nothing"
    was: str = ""

    def yaml(self) -> str:
        """Each value stands apart from the next one: git can merge two changes of a fact."""
        lines = [f"  {self.id}:", "    # ---", *([f"    was: {self.was}"] if self.was else [])]
        lines.append("    tags: [sea]")
        if self.kind == "ask":
            lines += [f"    ask: Which thing is meant by {self.life}?", "    # ---"]
            lines += [f"    answer: {self.texts[0]}"]
        elif self.kind == "cloze":
            lines += ["    cloze: >-", f"      About {self.life} it is known"]
            for text in self.texts:
                lines += ["      that there was a", f"      =={text}==", "      and besides"]
            lines += ["      nothing."]
        else:
            lines += [f"    sequence: What was done with {self.life}", "    steps:"]
            for text in self.texts:
                lines += [f"      - {text}", "      # ---"]
        lines += ["    # ---", f"    extra: {self.extra}", "    # ---"]
        return "\n".join(lines) + "\n"


def written(facts: list[Fact]) -> str:
    return "section: S\nsource: s\nfacts:\n" + "".join(fact.yaml() for fact in facts)


@dataclass
class Author:
    """Somebody who edits in a branch: `name` makes what they write unlike what others write."""

    name: str
    random: Random
    made: int = 0

    def word(self) -> str:
        self.made += 1
        return f"{self.random.choice(WORDS)} {self.name}{self.made}"

    def fact(self) -> Fact:
        life = self.word()
        kind = self.random.choice(("ask", "cloze", "sequence"))
        count = 1 if kind == "ask" else self.random.randint(3, 4)
        texts = tuple(self.word() for _ in range(count))
        return Fact(life, life.replace(" ", "-"), texts, kind)

    def edit(self, facts: list[Fact]) -> list[Fact]:
        facts = list(facts)
        for _ in range(self.random.randint(1, 5)):
            at = self.random.randrange(len(facts))
            fact, texts = facts[at], list(facts[at].texts)
            place = self.random.randrange(len(texts))
            match self.random.randrange(8):
                case 0 | 1:
                    facts.insert(at, self.fact())
                case 2 if len(facts) > 3:
                    del facts[at]
                case 3:
                    facts[at] = replace(fact, extra=self.word())
                case 4:
                    texts[place] = self.word()
                    facts[at] = replace(fact, texts=tuple(texts))
                case 5 if fact.kind != "ask" and len(texts) < 7:
                    texts.insert(place, self.word())
                    facts[at] = replace(fact, texts=tuple(texts))
                case 6 if fact.kind != "ask" and len(texts) > 3:
                    del texts[place]
                    facts[at] = replace(fact, texts=tuple(texts))
                case 7 if not fact.was:
                    facts[at] = replace(fact, id=self.word().replace(" ", "-"), was=fact.id)
        return facts


class Repository:
    """A deck in a repository of git."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deck = folder / "deck"
        self.deck.mkdir(parents=True)
        (self.deck / "deck.yaml").write_text(
            "deck: Sea\nid: sea\nsources:\n  s: {title: A book}\nchecks: {off: [near-twin]}\n"
        )
        shutil.copy(TEMPLATE / ".gitattributes", self.deck)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> int:
        own = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
        own |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in own.items()}
        own |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-c", "gc.auto=0", *words]
        return subprocess.run(
            command, cwd=self.folder, env={**os.environ, **own}, capture_output=True, check=False
        ).returncode

    def commit(self, facts: list[Fact], now: int) -> Lock:
        """Facts and the lock that a build makes of them."""
        (self.deck / "1.yaml").write_text(written(facts))
        lock = self.build(now)
        assert lock
        self.git("add", "--all")
        assert self.git("commit", "--quiet", "--allow-empty", "--message=x") == 0
        return lock

    def build(self, now: int, *, locked: bool = False) -> Lock | None:
        """The lock that a build writes; None where it is locked and would write another one."""
        deck = sound(pipeline.read(self.deck))
        built = pipeline.write(deck, self.folder.with_suffix(".apkg"), now, locked=locked)
        return built.release.lock if built else None

    def conflicts(self) -> list[str]:
        out = subprocess.run(
            ["git", "diff", "--name-only", "--diff-filter=U"],
            cwd=self.folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return out.stdout.split()


@dataclass(frozen=True)
class Branch:
    """What an author made of the deck, and the lock that they built."""

    facts: list[Fact]
    lock: Lock

    def fact(self, life: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.life == life), None)

    def note(self, life: str, slot: str) -> Entry | None:
        fact = self.fact(life)
        return self.lock.notes.get(f"{fact.id}/{slot}") if fact else None

    def numbers(self, life: str) -> dict[str, int]:
        """The number of each text of a fact that has several."""
        fact = self.fact(life)
        if not fact or fact.kind == "ask":
            return {}
        if fact.kind == "sequence":
            used = self.lock.parts[f"{fact.id}/step"]
        else:
            used = self.lock.notes[f"{fact.id}/cloze"].parts
        known = {part.text: part.number for part in used if not part.gone}
        return {text: known[short_hash(text)] for text in fact.texts}


def merged(text: str, branches: list[Branch]) -> list[Fact]:
    """The facts that git made of two branches, each recognised by its id."""
    lives = {fact.id: fact for branch in branches for fact in branch.facts}
    facts = []
    for name, values in yaml.safe_load(text)["facts"].items():
        if "cloze" in values:
            texts = re.findall("==(.*?)==", values["cloze"])
        else:
            texts = values.get("steps") or [values["answer"]]
        own = {"extra": values["extra"], "was": values.get("was", "")}
        facts.append(replace(lives[name], id=name, texts=tuple(texts), **own))
    return facts


def judge(base: Branch, sides: tuple[Branch, Branch], result: Branch) -> None:
    """Holds what a learner has of a release against the deck that two branches made together."""
    guids = Counter(entry.guid for entry in result.lock.entries())
    assert guids.most_common(1)[0][1] == 1, "two notes have one GUID"
    for fact in result.facts:
        now = result.numbers(fact.life)
        assert len(set(now.values())) == len(now), "two texts share a number"
        published = base.numbers(fact.life)
        of_sides = [side.numbers(fact.life) for side in sides]
        for text, number in now.items():
            if text in published:
                assert number == published[text], "a number went to another text"
            for own, other in (of_sides, of_sides[::-1]):
                taken = other.get(text) != number and own.get(text) in other.values()
                if text in own and own[text] in published.values():
                    assert number == own[text], "a text that was reworded lost its number"
                elif text in own and not taken:
                    assert number == own[text], "a number of one branch was not kept"
        slots = {"ask": ["ask"], "cloze": ["cloze"]}.get(fact.kind) or [
            f"step-{number}" for number in now.values()
        ]
        for slot in slots:
            judge_note(
                base.note(fact.life, slot),
                [side.note(fact.life, slot) for side in sides],
                result.note(fact.life, slot),
            )


def judge_note(base: Entry | None, sides: list[Entry | None], result: Entry | None) -> None:
    assert result
    if not base:
        return
    assert result.guid == base.guid, "a note lost its history"
    mods = [side.mod for side in sides if side]
    if result.content == base.content and mods == [base.mod] * 2:
        assert result.mod == base.mod, "an unchanged note is sent again"
    for own, other in (sides, sides[::-1]):
        if own and other == base and result.content == own.content:
            assert result.mod == own.mod, "what one branch sent is sent again"


def histories(folder: Path) -> Iterator[str]:
    """Merges one random pair of branches after another, and says how each ended."""
    repository = Repository(folder)
    for seed in range(MERGES):
        random = Random(seed)
        start = Author("o", random)
        facts = [start.fact() for _ in range(random.randint(4, 12))]
        repository.git("checkout", "--quiet", "--orphan", f"base-{seed}")
        (repository.deck / LOCK).unlink(missing_ok=True)
        base = Branch(facts, repository.commit(facts, NOW))
        later = NOW + 100 if random.random() < 0.2 else NOW + 200
        sides: list[Branch] = []
        for name, now in (("a", NOW + 100), ("b", later)):
            repository.git("checkout", "--quiet", "-B", name, f"base-{seed}")
            facts = Author(name, random).edit(base.facts)
            sides.append(Branch(facts, repository.commit(facts, now)))
        failed = repository.git("merge", "--quiet", "--no-edit", "a")
        conflicts = repository.conflicts()
        assert f"deck/{LOCK}" not in conflicts, "the lock conflicts"
        if failed:
            assert conflicts
            repository.git("merge", "--abort")
            yield "the facts conflict"
            continue
        text = (repository.deck / "1.yaml").read_text()
        together = merged(text, [base, *sides])
        project = pipeline.read(repository.deck)
        if not project.deck:
            assert {problem.check for problem in project.problems} <= {"duplicate-key", "bad-was"}
            yield "the facts contradict each other"
            continue
        lives = {fact.life: fact for fact in together}
        alone = all(
            (one.fact(life), lives.get(life)) == (base.fact(life), other.fact(life))
            or (other.fact(life), lives.get(life)) == (base.fact(life), one.fact(life))
            for one, other in (sides,)
            for life in {fact.life for branch in (base, one, other) for fact in branch.facts}
        )
        ids = Counter(entry.id for entry in project.deck.lock.notes.values())
        if alone and ids.most_common(1)[0][1] == 1:
            assert repository.build(NOW + 300, locked=True), "the lock is called out of date"
        lock = repository.build(NOW + 300)
        assert lock
        judge(base, (sides[0], sides[1]), Branch(together, lock))
        assert repository.build(NOW + 400, locked=True) == lock
        yield "edited apart" if alone else "edited one fact together"


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_two_branches_are_merged_and_no_history_moves(tmp_path: Path) -> None:
    ends = Counter(histories(tmp_path / "repository"))
    print("\n", dict(ends))  # noqa: T201 (pytest -s shows it)
    assert ends["edited apart"] > MERGES / 4
    assert ends["edited one fact together"]
