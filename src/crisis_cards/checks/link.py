"""Judging a deck: what its sections found, what they make together, and what is silenced."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..problems import CHECKS, Check, Finding, Problem, Spot
from ..problems.errors import ALIAS, BAD_ID, YAML_SYNTAX
from . import deckwide, filenames, ids, own_types, printed, shared, speakers, subdecks, twins
from .baseline import Held, hold
from .index import Index, Whole
from .record import FactRecord, spot
from .register import Fault, finding, registered
from .wording import answers, blanks, leaks, questions, shape

INDEXES: tuple[Index[Any], ...] = (
    ids.duplicate_id, ids.bad_was, own_types.type_shape,
    own_types.unshown_key, deckwide.bad_tag, deckwide.shared_date,
    deckwide.media_collision, deckwide.no_sources, deckwide.thin_section, twins.duplicate_question,
    twins.near_twin, speakers.speaker_leak, shared.shared_answer, deckwide.orphan_media,
    deckwide.not_read, deckwide.future_lock, deckwide.default_deck, ids.published_id,
    ids.unknown_was, ids.looks_renamed, ids.renamed_deck, ids.reused_number, subdecks.bad_deck,
    subdecks.moved_section,
    printed.printed_titles, filenames.file_order,
)  # fmt: skip
"""The checks that span sections."""

COVERED: Mapping[Check, Collection[Check]] = {
    answers.answer_list.check: (questions.enumeration.check,),
    answers.answer_long.check: (answers.answer_list.check, questions.enumeration.check),
    leaks.answer_leak.check: (questions.yes_no.check,),
    questions.question_size.check: (
        questions.double_question.check, questions.vague_question.check,
        questions.enumeration.check,
    ),
    twins.near_twin.check: (twins.duplicate_question.check,),
    shape.cloze_shape.check: (answers.answer_list.check,),
    questions.vague_question.check: (questions.enumeration.check,),
    printed.printed_as_typed.check: (blanks.odd_blank.check,),
}  # fmt: skip
"""Faults that say nothing new where another one was found: one mistake makes one message."""


def judge(
    whole: Whole,
    entries: Mapping[str, Sequence[Any]],
    local: Iterable[Finding],
    problems: Iterable[Problem],
) -> Held:
    """What is wrong with a deck beside `problems`, and what could be better.

    The warnings are held against its baseline; what is wrong is new in any case.

    `entries` are those of all sections for each of `INDEXES`, by its check, in the order of the
    deck; `local` is what was found in each section by itself. `problems` are those of reading
    deck.yaml, the sections, the style sheet and the lock.
    """
    known = [problem for problem in problems if problem.is_error]
    places = {problem.span[:3] for problem in known if problem.check in _ENOUGH}
    errors = [
        problem
        for index in INDEXES
        if index.check.is_error and not index.needs_sound
        for _, problem in index.findings(whole, entries)
        if problem.span[:3] not in places
    ]
    sound = not known and not errors
    whole = replace(whole, spoiled=_spoiled(whole, (*known, *errors)))
    findings = [
        found
        for index in INDEXES
        if (sound if index.needs_sound else not index.check.is_error)
        for found in index.findings(whole, entries)
    ]
    findings += [
        found
        for found in local
        if all(whole.is_sound(found.problem.span.path, fact) for fact in found.facts)
    ]
    used: set[Spot] = set()
    shown = _left(whole, findings, used)
    if sound:
        unused = [finding(UNUSED_ALLOW, fault) for fault in unused_allow(whole, used)]
        shown += _left(whole, unused, used)
    present = {fact.id for fact in whole.records}
    warnings = (found for found in shown if not found.problem.is_error)
    held = hold(whole.baseline, warnings, whole.folder, present, whole.was)
    errors += (problem for _, problem in shown if problem.is_error)
    return held._replace(new=(*errors, *held.new))


_ENOUGH = (YAML_SYNTAX, ALIAS, BAD_ID)
"""Errors of a value after which nothing else need be said of it."""


def _spoiled(whole: Whole, errors: Iterable[Problem]) -> frozenset[tuple[str, str]]:
    """The facts that errors lie in, each with its file.

    A fact goes on to the next one. An error above the first one of a file spoils all of them.
    """
    wrong: dict[str, list[int]] = defaultdict(list)
    for problem in errors:
        wrong[problem.span.path].append(problem.span.line)
    of_file: dict[str, list[FactRecord]] = defaultdict(list)
    for fact in whole.records if wrong else ():
        if fact.at.path in wrong:
            of_file[fact.at.path].append(fact)
    found: set[tuple[str, str]] = set()
    for path, facts in of_file.items():
        if min(wrong[path]) < facts[0].line:
            found.update((path, fact.id) for fact in facts)
        else:
            starts = [fact.line for fact in facts]
            found.update((path, facts[bisect_right(starts, line) - 1].id) for line in wrong[path])
    return frozenset(found)


def _left(whole: Whole, findings: Sequence[Finding], used: set[Spot]) -> list[Finding]:
    """What no fact has allowed, and the deck has not switched off; errors cannot be.

    The places of the names that silenced something are added to `used`.
    """
    off = {name.value: spot(name) for name in whole.settings.off}
    of_fact: dict[str, set[Check]] = defaultdict(set)
    for facts, problem in findings:
        if facts:
            of_fact[facts[0]].add(problem.check)
    shown = []
    for found in findings:
        facts, check = found.facts, found.problem.check
        permits = [at for fact in facts for name, at in whole.facts[fact].allow if name == check]
        used.update(permits)
        if permits or (facts and not of_fact[facts[0]].isdisjoint(COVERED.get(check, ()))):
            continue
        if check in off and not check.is_error:
            used.add(off[check])
        else:
            shown.append(found)
    return shown


def unused_allow(whole: Whole, used: Collection[Spot]) -> Iterator[Fault]:
    """An `allow` of a fact, or an `off` in deck.yaml, silences nothing.

    It is a leftover that would hide the next mistake. Errors cannot be allowed at all: a deck with
    them cannot be built. It is looked for once the deck is without errors.

    Bad:

        ask: Who was president of the United States during the crisis?
        answer: John F. Kennedy
        allow: [answer-long]

    Good: the same without the last line.

    Where the rule comes from: linters of programs, which all have it after a few years.
    """
    for fact in whole.records:
        for name, at in () if fact.retired else fact.allow:
            if at not in used and name != UNUSED_ALLOW:
                message = _unused(name, "this fact does not break")
                yield Fault(whole.span(at), message, "remove it", (fact.id,))
    for off in whole.settings.off:
        if spot(off) not in used and off.value != UNUSED_ALLOW:
            yield Fault(off.span, _unused(off.value, "no fact of this deck breaks"), "remove it")


UNUSED_ALLOW = registered(unused_allow)


def _unused(name: str, what: str) -> str:
    if CHECKS[name].is_error:
        return f'"{name}" is an error, and errors cannot be allowed'
    return f'{what} "{name}"'
