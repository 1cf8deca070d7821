"""Learners who studied a deck before it was adopted, and what the releases after it do to them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence, Set
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..rehearsal import require_anki
from ..rehearsal.copies import COLLECTION
from ..rehearsal.states import (
    Type,
    database,
    harm_done,
    look,
    opened,
    remember,
    run_import,
    watch,
)
from .report import Learner, Release
from .throwaway import export

if TYPE_CHECKING:
    from anki.collection import Collection

_ANSWERED = 40  # cards answered in the scheduler; the others get an interval
_INTERVALS = ("2!", "21!", "200!")  # days
_MEMORY = '{"s":12.5,"d":6.1,"dr":0.9}'  # what FSRS keeps of a card
_LATER = 1  # seconds between the original and a learner's import by CrowdAnki


def learner(
    original: Path, releases: Sequence[Path], *, merge: bool = False, share: float = 0.3
) -> Learner:
    """Somebody who studied a share of the original's cards imports one release after another.

    `merge`: with "Merge note types" on for the first release, as who came by CrowdAnki must. All
    else is as Anki's dialog shows it at first. Raises RehearsalError, UnavailableError.
    """
    require_anki("the proof")
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as folder:
        place = Path(folder, "learner")
        place.mkdir()
        with opened(place, str(original)) as col:
            run_import(col, original)
            _study(col, share)
            db = database(col)
            of, reviews = (db.scalar(f"SELECT count() FROM {name}") for name in ("cards", "revlog"))
            cards = db.scalar("SELECT count(DISTINCT cid) FROM revlog")
        known = _repairs(place)
        imported = []
        for number, package in enumerate(releases):
            with opened(place, str(package)) as col:
                release = _import(col, package, merge=merge and number == 0)
            now = _repairs(place)
            imported.append(release._replace(repaired=len(now - known)))
            known |= now
    return Learner(merge, of, cards, reviews, tuple(imported))


def _study(col: Collection, share: float) -> None:
    """Reviews, intervals, a suspended card, a flag and FSRS data on cards all over the deck."""
    listed = database(col).list("SELECT id FROM cards ORDER BY nid, ord")
    cards: Any = [
        card for at, card in enumerate(listed) if int((at + 1) * share) > int(at * share)
    ] or listed[:1]
    for at, card in enumerate(cards[:_ANSWERED]):
        _answer(col, card, at % 4)
    rest = cards[_ANSWERED:]
    for at, days in enumerate(_INTERVALS):
        if some := rest[at :: len(_INTERVALS)]:
            col.sched.set_due_date(some, days)
    col.sched.suspend_cards(cards[:1])
    col.set_user_flag_for_cards(3, cards[-1:])
    database(col).execute("UPDATE cards SET data = ? WHERE id = ?", _MEMORY, cards[len(cards) // 2])


def _answer(col: Collection, card_id: Any, rating: int) -> None:
    """An answer to any card, whether it is its turn or not; `rating` from 0 to 3."""
    card = col.get_card(card_id)
    card.start_timer()
    states = col._backend.get_scheduling_states(card_id)
    scheduler: Any = col.sched
    scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=rating))


def _import(col: Collection, package: Path, *, merge: bool) -> Release:
    db = database(col)
    watch(col, db.list("SELECT guid FROM notes"))
    before, schema = look(col), db.scalar("SELECT scm FROM col")
    used = set(db.list("SELECT DISTINCT mid FROM notes"))
    remember(col)
    log = run_import(col, package, merge=merge)
    after = look(col)
    cards, reviews, _ = harm_done(col)
    updated = {note.id.nid for note in log.updated}
    stayed = [
        (row, after.notes.get(guid)) for guid, row in before.notes.items() if row.id not in updated
    ]
    twice = db.scalar("SELECT count() - count(DISTINCT nid || ' ' || ord) FROM cards")
    again = db.scalar(
        "SELECT count() FROM cards JOIN notes AS n ON n.id = cards.nid "
        "WHERE n.sfld != '' AND n.id NOT IN (SELECT id FROM temp.before_notes) AND EXISTS ("
        "SELECT 1 FROM notes AS o JOIN temp.before_notes USING (id) WHERE o.csum = n.csum)"
    )
    return Release(
        package=str(package),
        new=len(log.new),
        updated=len(log.updated),
        duplicate=len(log.duplicate),
        conflicting=len(log.conflicting),
        changed_cards=cards,
        changed_reviews=reviews,
        changed_notes=sum(not new or old[2:] != new[2:] for old, new in stayed),
        emptied=len(after.empty - before.empty),
        doubled_cards=twice + again,
        doubled_types=_doubled(before.types, after.types, used),
        full_sync=db.scalar("SELECT scm FROM col") != schema,
        orphans=db.scalar("SELECT count() FROM cards WHERE nid NOT IN (SELECT id FROM notes)"),
        repaired=0,
        retimed=sum(bool(new and old.mod != new.mod) for old, new in stayed),
    )


def _doubled(
    before: Mapping[int, Type], after: Mapping[int, Type], used: Set[int]
) -> tuple[str, ...]:
    """New note types beside used ones of that name: Anki puts a + behind the second's."""
    names = {before[key].name.rstrip("+") for key in used & after.keys()}
    added = (after[key].name for key in after.keys() - before.keys())
    return tuple(sorted(name for name in added if name.rstrip("+") in names))


def _repairs(place: Path) -> set[tuple[str, int]]:
    """The cards, by GUID and ordinal, that Check Database would add or remove."""
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as folder:
        shutil.copyfile(place / COLLECTION, Path(folder, COLLECTION))
        with opened(Path(folder), "the learner's collection") as col:
            before = _cards(col)
            col.fix_integrity()
            return before ^ _cards(col)


def _cards(col: Collection) -> set[tuple[str, int]]:
    rows = "SELECT coalesce(guid, ''), ord FROM cards LEFT JOIN notes ON notes.id = nid"
    return {(guid, ordinal) for guid, ordinal in database(col).all(rows)}


def foreign(original: Path, folder: Path) -> Path:
    """The deck as who came by CrowdAnki has it: a package in `folder` for `learner` to start with.

    CrowdAnki keeps GUIDs alone: the ids of note types and notes are others, the times are later.
    """
    require_anki("the proof")
    package = folder / f"{original.stem}-crowdanki.apkg"
    with tempfile.TemporaryDirectory(prefix="crisis-cards-") as temporary:
        place = Path(temporary)
        with opened(place, str(original)) as col:
            run_import(col, original)
            db = database(col)
            # Of two notes with one GUID, the second takes the place of the first.
            db.execute(
                "DELETE FROM notes WHERE id NOT IN (SELECT max(id) FROM notes GROUP BY guid)"
            )
            db.execute("DELETE FROM cards WHERE nid NOT IN (SELECT id FROM notes)")
            for key in db.list("SELECT DISTINCT mid FROM notes"):
                other = 1_400_000_000_000 + _number(key) % 10**11
                for column in ("notetypes.id", "fields.ntid", "templates.ntid", "notes.mid"):
                    table, name = column.split(".")
                    db.execute(f"UPDATE {table} SET {name} = ? WHERE {name} = ?", other, key)
            notes = [
                (10**12 + at * 1009 + _number(key) % 1009, key)
                for at, key in enumerate(db.list("SELECT id FROM notes ORDER BY id"))
            ]
            db.executemany("UPDATE notes SET id = ? WHERE id = ?", notes)
            db.executemany("UPDATE cards SET nid = ? WHERE nid = ?", notes)
            db.execute("UPDATE notetypes SET mtime_secs = mtime_secs + ?", _LATER)
            db.execute("UPDATE notes SET mod = (SELECT max(mod) FROM notes) + ?", _LATER)
        with opened(place, str(original)) as col:  # anew, because Anki remembers note types
            export(col, package.absolute(), str(original), None)
    return package


def _number(key: int) -> int:
    return int(sha256(str(key).encode()).hexdigest()[:12], 16)
