"""How a function becomes a check: its name with hyphens, and its docstring as the manual page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..problems import Check, Edit, Finding, Problem, Span, warning

if TYPE_CHECKING:
    from .reading import Card, Reading
    from .study import Study


class Fault(NamedTuple):
    """What is wrong, where, and what to do instead.

    `facts` are those that it is about, any of which may allow it; a fault of wording is about the
    fact that was read.
    """

    span: Span
    message: str
    hint: str
    facts: tuple[str, ...] = ()
    fix: tuple[Edit, ...] = ()


def finding(check: Check, fault: Fault) -> Finding:
    """A fault as what a check found."""
    span, message, hint, facts, fix = fault
    return Finding(facts, Problem(span, check, message, hint, fix))


class WordingCheck(NamedTuple):
    """A warning about the wording of one fact: its first fault of this kind.

    Of those with `of_question`, it looks at facts that ask a whole question of the author's own.
    """

    check: Check
    find: Callable[[Reading], Fault | None]
    of_question: bool = False


class FactsCheck(NamedTuple):
    """A warning about single facts that looks at more of them than the words of their cards."""

    check: Check
    find: Callable[[Study], Iterator[Fault]]


def registered(function: Callable[..., object]) -> Check:
    """The warning that a function finds; without a docstring there can be none."""
    return warning(function.__name__.replace("_", "-"), function.__doc__)


def of_wording(find: Callable[[Reading], Fault | None]) -> WordingCheck:
    """Registers what looks at the cards of a fact."""
    return WordingCheck(registered(find), find)


def of_question(find: Callable[[Card, Reading], Fault | None]) -> WordingCheck:
    """Registers what looks at each card that asks a whole question of the author's own."""

    def first(reading: Reading) -> Fault | None:
        for card in reading.questions:
            fault = find(card, reading)
            if fault is not None:
                return fault
        return None

    return WordingCheck(registered(find), first, of_question=True)


def of_facts(find: Callable[[Study], Iterator[Fault]]) -> FactsCheck:
    """Registers what looks at the facts of a section, each by itself."""
    return FactsCheck(registered(find), find)
