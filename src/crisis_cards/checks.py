"""Facts → findings: what can be said of a deck once all of it is read.

A check is a function and a line in a table: `ERRORS` holds those of a whole deck that stop a build,
`WARNINGS` those that do not, `wording.CHECKS` those of one fact's words. Its name is the function's
with hyphens, and its docstring is its manual page.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from . import media, twins, wording, words
from .cloze import Passage
from .diagnostics import ERRORS, Diagnostic, Edit, Span
from .facts import Deck, Event, Fact, Quote
from .prompts import without_quotes
from .slips import quoting
from .source import File, Text
from .wording import Fault, Reading
from .words import Words


class Finding(NamedTuple):
    """A problem and the facts that it is about: any of them may allow it."""

    facts: tuple[Fact, ...]
    problem: Diagnostic


class Study(NamedTuple):
    """A deck and those of its facts that are not retired and were read without errors.

    `findings` are those of the wording of single facts; the rest is what cards are compared by.
    """

    deck: Deck
    facts: list[Fact]
    findings: list[Finding]
    questions: list[twins.Question]
    asked: list[twins.Asked]
    sound: bool  # there are no errors at all


def bad_was(deck: Deck) -> Iterator[Diagnostic]:
    """`was` names the fact's former id, so that the learners' history stays on its cards.

    An id that is still there, or that two facts claim, would put one history on two cards.
    """
    present = {fact.id.value: fact for fact in deck.facts()}
    claimed: dict[str, Fact] = {}
    for fact in deck.facts():
        if fact.was is None:
            continue
        former = fact.was.value
        if former in present:
            owner = "this fact itself" if present[former] is fact else _place(present[former].id)
            yield Diagnostic(
                fact.was.span,
                "bad-was",
                f'"{former}" is still the id of a fact ({owner})',
                "remove this line"
                if present[former] is fact
                else "remove this line, or give the other fact an id of its own",
            )
        elif former in claimed:
            yield Diagnostic(
                fact.was.span,
                "bad-was",
                f'"{former}" is already claimed by "{claimed[former].id.value}" '
                f"({_place(claimed[former].id)})",
                "keep the line in the fact that the history belongs to",
            )
        else:
            claimed[former] = fact


def shared_date(deck: Deck) -> Iterator[Diagnostic]:
    """A card from a date to its event has one right answer only if no other event has that date."""
    events: dict[object, list[tuple[Fact, Event]]] = {}
    for fact in deck.facts():
        if isinstance(fact.body, Event):
            events.setdefault(fact.body.when.when, []).append((fact, fact.body))
    for same in events.values():
        for fact, body in same:
            if body.both and len(same) > 1:
                other = next(o for o, _ in same if o is not fact)
                yield Diagnostic(
                    body.when.text.span,
                    "shared-date",
                    f'"{other.id.value}" ({_place(other.id)}) has the same date, so that '
                    "this date has two right answers",
                    'remove "both: true" from this fact',
                )


def bad_tag(deck: Deck) -> Iterator[Diagnostic]:
    """Anki keeps one spelling of a tag: two that differ in capitals alone would become one."""
    first: dict[str, tuple[str, Text]] = {}
    for section in deck.sections:
        tags = [(f"{deck.tag}::{section.tag}", section.title)]
        own = (*section.tags, *(tag for fact in section.facts for tag in fact.tags))
        tags += [(tag.value, tag) for tag in own]
        for tag, place in tags:
            spelling = unicodedata.normalize("NFC", tag)
            known, where = first.setdefault(same_tag(tag), (spelling, place))
            if known != spelling:
                first[same_tag(tag)] = (spelling, place)
                yield Diagnostic(
                    place.span,
                    "bad-tag",
                    f'the tag "{spelling}" is written "{known}" in {_place(where)}, '
                    "and Anki makes one of the two",
                    "write it the same way everywhere",
                )


def same_tag(tag: str) -> str:
    """What is equal for tags that are one to Anki."""
    return unicodedata.normalize("NFC", tag).casefold()


# --- warnings -----------------------------------------------------------------------------------


def no_source(study: Study) -> Iterator[Finding]:
    """A fact does not say where it comes from.

    A learner cannot look up what they doubt, and the author cannot either a year later (Wozniak,
    rule 18: provide sources). A section's `source` counts for all its facts. A deck that has no
    `sources` at all gets one message; for decks that need none, such as vocabulary, write
    `checks: {off: [no-source]}` in deck.yaml.

    Bad:

        quarantine-ended:
          event: The quarantine of Cuba ends
          when: 1962-11-20

    Good:

        quarantine-ended:
          event: The quarantine of Cuba ends
          when: 1962-11-20
          source: milestone

    Where the rule comes from: every reader's first question to a history card.
    """
    without = [fact for fact in study.facts if not fact.sources]
    if not without:
        return
    if not study.deck.sources:
        message = "nothing in this deck says where its facts come from"
        hint = (
            'name books and pages under "sources:", and the key of one in each section as "source:"'
        )
        if study.sound:
            yield Finding((), Diagnostic(study.deck.place, "no-source", message, hint))
        return
    for fact in without:
        yield _finding(
            fact,
            "no-source",
            Fault(
                fact.id.span,
                "this fact does not say where it comes from",
                'add the line "source: …" with a key of the sources, here or for the section',
            ),
        )


def avoided_term(study: Study) -> Iterator[Finding]:
    """A text uses wording that the deck's `avoid` forbids.

    One deck has one voice: if some cards say "Turkish missiles" and mean American ones in Turkey,
    learners learn a mistake. Quotations are left as they are.

    Bad, with `avoid: {Turkish missiles: U.S. missiles in Turkey}` in deck.yaml:

        ask: When were the Turkish missiles removed?

    Good:

        ask: When were the U.S. missiles in Turkey removed?

    Where the rule comes from: the deck's own author.
    """
    better = {" ".join(term.value.lower().split()): text.value for term, text in study.deck.avoid}
    if not better:
        return
    longest_first = sorted(better, key=len, reverse=True)
    term = re.compile(
        "|".join(
            rf"(?<!\w){re.escape(name)}(?:e?s)?(?!\w)".replace("\\ ", r"\s+")
            for name in longest_first
        )
    )
    for fact in study.facts:
        for text in texts(fact):
            lower = text.value.lower()
            if not term.search(lower):
                continue
            found = term.search(_quotes_blanked(lower))
            if found:
                wording = " ".join(found[0].split())
                known = next(name for name in longest_first if wording.startswith(name))
                fault = Fault(
                    text.span_of(found.start(), found.end()),
                    f'this deck does not say "{text.value[found.start() : found.end()]}"',
                    f"write: {better[known]}",
                )
                yield _finding(fact, "avoided-term", fault)
                break


def _quotes_blanked(text: str) -> str:
    """The same text, as long as before, with what is quoted made unreadable."""
    return without_quotes(text, keep_length=True)


def dropped_comment(study: Study) -> Iterator[Finding]:
    """A text ends at a # that was probably meant as a part of it.

    To YAML, a # after a space begins a comment, and the rest of the line is gone without a word. A
    real comment has a space after its #, and the text before it is complete.

    Bad, where the card shows only "50 % of":

        answer: 50 % of #2 fuel

    Good:

        answer: "50 % of #2 fuel"

    Where the rule comes from: YAML 1.2, section 6.6.
    """
    files: dict[File, list[Fact]] = defaultdict(list)
    for fact in study.facts:
        files[fact.id.file].append(fact)
    small = words.of(study.deck.language.code).function
    for file, facts in files.items():
        begun = {found.start(): found for found in _COMMENT.finditer(file.text)}
        if not begun:
            continue
        for fact in facts:
            for text in texts(fact):
                found = begun.get(text.end)
                if found is None or file.text[text.start] in "\"'|>":
                    continue
                last = text.value.split()[-1].lower()
                if not found[1] and last not in small:
                    continue
                yield Finding(
                    (fact,),
                    Diagnostic(
                        file.span(found.end() - 1 - len(found[1]), found.end()),
                        "dropped-comment",
                        "the rest of this line is a comment to YAML, and is missing on the card",
                        "put the whole text in quotes, or two spaces before the # and one after it",
                        _with_number(text, found.end()) if found[1].isdigit() else (),
                    ),
                )
                break


def _with_number(text: Text, at: int) -> tuple[Edit, ...]:
    """The edit that quotes a text with its "#2", up to a comment further on in the line."""
    end = _REST_OF_LINE.match(text.file.text, at)
    return quoting(text.file.text, text.start, end.end() if end else at)


_REST_OF_LINE = re.compile(r"(?:(?![ \t]#(?!\d))[^\r\n])*")
_COMMENT = re.compile(r" #(?<=\S #)(?!(?:todo|fixme|xxx|note)\b)(\w?)", re.IGNORECASE)


def thin_section(study: Study) -> Iterator[Finding]:
    """A section has only one or two facts, in a deck that has many.

    A fact that is connected with nothing else is soon forgotten (Nielsen, Augmenting long-term
    memory: no orphan questions), and a tag for one card helps nobody. A deck with fewer than ten
    other facts is still being written, and a section without any is too: both are left alone. It is
    looked for once the deck is without errors: behind one, there may be facts that were not read.

    Bad: a section "Aftermath" with one fact beside five sections of twenty.

    Good: four facts about the aftermath, or the one in the section before it.

    Where the threshold comes from: a convention.
    """
    if not study.sound:
        return
    total = sum(len(section.facts) for section in study.deck.sections)
    for section in study.deck.sections:
        number = len(section.facts)
        if is_thin(number, total):
            message = f"this section has only {'one fact' if number == 1 else 'two facts'}"
            hint = "add what belongs to it, or move what there is to another section"
            yield Finding((), Diagnostic(section.title.span, "thin-section", message, hint))


def is_thin(facts: int, total: int) -> bool:
    """Whether a section has too few facts, of so many in the deck."""
    return 1 <= facts <= 2 and total - facts >= 10


def duplicate_question(study: Study) -> Iterator[Finding]:  # noqa: D103
    for pair in twins.duplicate_question(study.questions):
        yield _of_pair(pair, "duplicate-question")


def near_twin(study: Study) -> Iterator[Finding]:  # noqa: D103
    for pair in twins.near_twin(study.asked, words.of(study.deck.language.code)):
        yield _of_pair(pair, "near-twin")


duplicate_question.__doc__ = twins.duplicate_question.__doc__
near_twin.__doc__ = twins.near_twin.__doc__


def no_alt(study: Study) -> Iterator[Finding]:
    """A picture has no `alt`, which says in words what it shows.

    Who cannot see a picture has its `alt` read out; without one, nothing is read.

    Bad:

        image: cuba.svg

    Good:

        image: cuba.svg
        alt: Map of Cuba with the missile sites in the west of the island

    Where the rule comes from: WCAG 2.2, success criterion 1.1.1.
    """
    for fact in study.facts:
        if fact.image and not fact.alt:
            fault = Fault(
                fact.image.text.span,
                "nothing says what this picture shows to somebody who cannot see it",
                'add the line "alt: …", or allow: [no-alt] where the picture is decoration',
            )
            yield _finding(fact, "no-alt", fault)


def orphan_media(folder: Path, deck: Deck) -> Iterator[Finding]:
    """A file in `media/` is used by no fact.

    It is not packaged: mostly its name was mistyped, or the fact that used it is gone. It is looked
    for once the deck is without errors.

    Bad: `media/cuba-old.svg`, which no fact names.

    Good: every file in `media/` stands in the `image` of a fact.

    Where the rule comes from: Anki's own search for unused media.
    """
    used = (fact.image.picture.path for fact in deck.facts() if fact.image)
    for path in media.unused(folder, used):
        name = path.relative_to(folder / media.FOLDER).as_posix()
        problem = Diagnostic(
            Span(path.as_posix(), 1, 1, 2),
            "orphan-media",
            "no fact uses this file",
            f'name it in a fact, as "image: {name}", or remove it from {media.FOLDER}/',
        )
        yield Finding((), problem)


def unused_allow(
    deck: Deck, used: Collection[Text], elsewhere: Collection[str] = ()
) -> Iterator[Finding]:
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
    for fact in deck.facts():
        for name in fact.allow if not fact.retired else ():
            if name not in used and name.value != "unused-allow":
                yield Finding((fact,), _unused(name, "this fact does not break"))
    for name in deck.off:
        if name not in used and name.value not in (*elsewhere, "unused-allow"):
            yield Finding((), _unused(name, "no fact of this deck breaks"))


def _unused(name: Text, what: str) -> Diagnostic:
    message = f'{what} "{name.value}"'
    if name.value in ERRORS:
        message = f'"{name.value}" is an error, and errors cannot be allowed'
    return Diagnostic(name.span, "unused-allow", message, "remove it")


ERROR_CHECKS: tuple[Callable[[Deck], Iterator[Diagnostic]], ...] = (bad_was, bad_tag, shared_date)
"""The checks of a whole deck that stop a build."""

WARNING_CHECKS: tuple[Callable[[Study], Iterator[Finding]], ...] = (
    no_source, avoided_term, dropped_comment, thin_section, duplicate_question, near_twin, no_alt,
)  # fmt: skip
"""The checks of a whole deck that do not."""


# --- running them ---------------------------------------------------------------------------------


def errors(deck: Deck) -> list[Diagnostic]:
    """What is wrong with a deck as a whole."""
    return [problem for find in ERROR_CHECKS for problem in find(deck)]


def warnings(studied: Study) -> list[Finding]:
    """What could be better about a deck."""
    return [*(finding for find in WARNING_CHECKS for finding in find(studied)), *studied.findings]


def settled(
    deck: Deck, found: Sequence[Finding], complete: bool, elsewhere: Collection[str] = ()
) -> tuple[list[Diagnostic], set[tuple[str, str]]]:
    """What is left to say after facts have allowed, and the deck has switched off, what they may.

    With `complete`, every check has run, so that an `allow` which silenced nothing can be told;
    `elsewhere` are the checks that were switched off to some purpose in sections that are not at
    hand. The second result are the checks that were switched off here, each with the file that it
    would have named.
    """
    settling = _Settling(deck)
    shown = settling.left(found)
    if complete:
        shown += settling.left(list(unused_allow(deck, settling.used, elsewhere)))
    return shown, settling.silenced


class _Settling:
    """Problems that somebody has allowed, and what allowed them."""

    def __init__(self, deck: Deck) -> None:
        self.off = {name.value: name for name in deck.off}
        self.used: set[Text] = set()
        self.silenced: set[tuple[str, str]] = set()

    def left(self, found: Sequence[Finding]) -> list[Diagnostic]:
        """The problems that nobody has allowed."""
        of_fact: dict[str, set[str]] = defaultdict(set)
        for finding in found:
            if finding.facts:
                of_fact[finding.facts[0].id.value].add(finding.problem.check)
        shown = []
        for facts, problem in found:
            permits = [name for fact in facts for name in fact.allow if name.value == problem.check]
            self.used.update(permits)
            if permits:
                continue
            if facts and not of_fact[facts[0].id.value].isdisjoint(
                wording.COVERED.get(problem.check, ())
            ):
                continue
            if problem.check in self.off:
                self.used.add(self.off[problem.check])
                self.silenced.add((problem.span.path, problem.check))
            else:
                shown.append(problem)
        return shown


def study(deck: Deck, problems: Iterable[Diagnostic]) -> Study:
    """The facts without errors, each of them read once."""
    spoken = words.of(deck.language.code)
    hashes = twins.Hashes()
    wrong = _wrong(problems)
    studied = Study(deck, _facts(deck, wrong), [], [], [], sound=not wrong)
    for start in range(0, len(studied.facts), _AT_ONCE):
        facts = studied.facts[start : start + _AT_ONCE]
        readings = [Reading(fact, spoken) for fact in facts]
        studied.findings.extend(_of_wording(readings, spoken))
        for reading in readings:
            studied.questions.extend(twins.questions(reading))
        for reading in readings:
            studied.asked.extend(twins.asked(reading, hashes))
    return studied


_AT_ONCE = 100
"""Facts that one check reads before the next one does: code that goes on running is quicker, by a
seventh, than code that takes turns, and readings are large."""


def _of_wording(readings: Iterable[Reading], spoken: Words) -> Iterator[Finding]:
    """What the checks of one fact's words find."""
    of_kind: dict[type[Any], list[Reading]] = defaultdict(list)
    for reading in readings:
        of_kind[type(reading.fact.body)].append(reading)
    for kind, same in of_kind.items():
        for check in wording.checks(kind._fields[0], spoken):
            for reading in same:
                fault = check(reading)
                if fault is not None:
                    yield _finding(reading.fact, name(check), fault)


def _wrong(problems: Iterable[Diagnostic]) -> dict[str, set[int]]:
    """The lines of errors in each file."""
    wrong: dict[str, set[int]] = defaultdict(set)
    for problem in problems:
        if problem.is_error:
            wrong[problem.span.path].add(problem.span.line)
    return wrong


def _facts(deck: Deck, wrong: Mapping[str, set[int]]) -> list[Fact]:
    """The facts without errors. An error above the first fact of a file spoils all of them."""
    if deck.place.path in wrong:
        return []
    facts: list[Fact] = []
    for section in deck.sections:
        bad = wrong.get(section.title.file.path)
        facts += _sound(section.facts, sorted(bad)) if bad else section.facts
    return [fact for fact in facts if not fact.retired]


def _sound(facts: Sequence[Fact], wrong: list[int]) -> list[Fact]:
    """The facts that have none of some lines between their id and the next."""
    lines = [fact.id.span.line for fact in facts]
    if not lines or wrong[0] < lines[0]:
        return []
    ends = [*lines[1:], wrong[-1] + 1]
    return [
        fact
        for fact, start, end in zip(facts, lines, ends, strict=True)
        if not any(start <= line < end for line in wrong)
    ]


def _finding(fact: Fact, check: str, fault: Fault) -> Finding:
    return Finding((fact,), Diagnostic(fault.span, check, fault.message, fault.hint))


def _of_pair(pair: twins.Pair, check: str) -> Finding:
    fault = pair.fault
    problem = Diagnostic(fault.span, check, fault.message, fault.hint)
    return Finding((pair.fact, pair.other), problem)


def name(check: Callable[..., Any]) -> str:
    """The name of the check that a function makes."""
    return check.__name__.replace("_", "-")


def texts(fact: Fact) -> Iterator[Text]:
    """Every text of a fact that a learner reads, quotations aside."""
    if type(fact.body) is not Quote:
        for value in fact.body:
            yield from _texts(value)
    for value in (fact.hint, fact.extra):
        if value is not None:
            yield value


def _texts(value: object) -> Iterator[Text]:
    if type(value) is Text:
        yield value
    elif type(value) is Passage:
        yield value.text
    elif type(value) is tuple:
        for part in value:
            yield from _texts(part)


def _place(text: Text) -> str:
    span = text.span
    return f"{span.path}:{span.line}"
