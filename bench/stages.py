"""Where the time of a build goes: the stages of the pipeline, one after the other, in one process.

python bench/stages.py DECK_FOLDER

Every stage is linear: its microseconds a fact are nearly the same for 2,000 facts and for 40,000
(`python bench/decks.py FOLDER --facts N` writes such decks). "store: out" is what a second build
does in the place of everything above it.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

_begin = time.process_time()


def main(folder: Path) -> None:
    took: list[tuple[str, float]] = []
    last = _begin

    def done(stage: str) -> None:
        nonlocal last
        took.append((stage, (now := time.process_time()) - last))
        last = now

    from crisis_cards import checks
    from crisis_cards.cards.notes import drafts
    from crisis_cards.cards.theme import load
    from crisis_cards.checks import words
    from crisis_cards.compiled import Compiled, restored
    from crisis_cards.format import deck, folders, section
    from crisis_cards.format.media import Media
    from crisis_cards.release import lock
    from crisis_cards.release.plan import plan
    from crisis_cards.targets import apkg
    from crisis_cards.yaml import tree

    done("imports")
    media = Media(folder)
    document, problems = tree.read(folder / folders.DECK_FILE, section.KNOWN_KEYS)
    documents = []
    for path in folders.section_files(folder):
        read, found = tree.read(path, section.KNOWN_KEYS)
        documents.append(read)
        problems += found
    done("YAML → trees")
    known = deck.read(folder, document, media, has_sections=True)
    files = [section.read(read, known, media) for read in documents]
    problems += known.problems
    for file in files:
        problems += file.problems
    settings = known.settings
    assert settings, problems
    done("trees → facts")
    spoken = words.of(settings.language.code)
    studies = [checks.study(file, settings, spoken) for file in files]
    done("checks: wording")
    sections = [
        Compiled(
            checks.section_record(file, settings),
            checks.fact_records(file),
            (),
            tuple(checks.findings(study)),
            {index.check: tuple(index.collect(study)) for index in checks.INDEXES},
        )
        for file, study in zip(files, studies, strict=True)
    ]
    done("checks: entries")
    sections = [
        compiled._replace(drafts=tuple(drafts(file.section, study.notes, settings)))
        for file, study, compiled in zip(files, studies, sections, strict=True)
        if file.section
    ]
    done("facts → drafts")
    texts = [json.dumps(compiled, ensure_ascii=False) for compiled in sections]
    done("store: in")
    sections = [restored(json.loads(text)) for text in texts]
    done("store: out")
    published, bad = lock.read(folder / folders.LOCK)
    assert published, bad
    done("lock: read")
    records = [fact for compiled in sections for fact in compiled.facts]
    entries: dict[str, list[Any]] = {
        index.check: [entry for compiled in sections for entry in compiled.entries[index.check]]
        for index in checks.INDEXES
    }
    findings = [finding for compiled in sections for finding in compiled.findings]
    by_path = {read.file.path: read.file.text for read in documents}
    made_of = [compiled.section for compiled in sections if compiled.section]
    whole = checks.Whole(settings, folder, made_of, records, by_path.__getitem__)
    said = checks.judge(whole, entries, findings, problems).new
    assert not any(problem.is_error for problem in (*problems, *said)), said
    done("checks: deck")
    types = load(settings.id, settings.language)
    all_drafts = [draft for compiled in sections for draft in compiled.drafts]
    made = plan(published, settings.id, all_drafts, types, int(time.time()))
    done("lock: release")
    text = lock.render(made.lock)
    done("lock: write")
    pictures = {
        image.picture.name: image.picture.path
        for file in files
        for image in (fact.image for fact in (file.section.facts if file.section else ()))
        if image
    }
    package = apkg.pack(settings, made.notes, types, made.types, pictures)
    done("notes → package")
    taken = sum(seconds for _, seconds in took)
    facts = len(records)
    for stage, seconds in took:
        share = seconds / taken
        print(f"{stage:16} {seconds:7.3f} s {share:5.0%} {seconds / facts * 1e6:7.1f} µs a fact")
    print(f"{'whole':16} {taken:7.3f} s; {package.notes:,} notes, lock {len(text):,} characters")


if __name__ == "__main__":
    gc.disable()  # it would run in whatever stage happens to make the millionth object
    main(Path(sys.argv[1]))
