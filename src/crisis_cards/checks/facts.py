"""Checks of single facts that look at more of them than the words of their cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..format import embeds, keys
from ..format.cloze import Passage
from ..format.prompt import SENTENCE, Html, Layout
from ..format.section import Fact
from ..format.shapes import REMARKS, SENTENCE_ENDS
from ..problems import Edit, excerpt
from ..yaml import characters
from ..yaml.quotes import comment, line_end, quoting
from ..yaml.tree import Text
from .phrase import lowered, without_quotes
from .register import FactsCheck, Fault, of_facts
from .words import Words

if TYPE_CHECKING:
    from .study import Study


@of_facts
def no_source(study: Study) -> Iterator[Fault]:
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
    if not study.settings.sources:
        return  # that is said of the deck, once
    message = "this fact does not say where it comes from"
    hint = 'add the line "source: …" with a key of the sources, here or for the section'
    for fact in study.facts:
        if not fact.sources and keys.SOURCE.name in fact.kind.allowed:
            yield Fault(fact.id.span, message, hint, (fact.id.value,))


@of_facts
def avoided_term(study: Study) -> Iterator[Fault]:
    """A text uses wording that the deck's `avoid` forbids.

    One deck has one voice: if some cards say "Turkish missiles" and mean American ones in Turkey,
    learners learn a mistake. Quotations are left as they are.

    Bad, with `avoid: {Turkish missiles: U.S. missiles in Turkey}` in deck.yaml:

        ask: When were the Turkish missiles removed?

    Good:

        ask: When were the U.S. missiles in Turkey removed?

    Where the rule comes from: the deck's own author.
    """
    avoid = study.settings.avoid
    if not avoid:
        return
    better = {" ".join(lowered(term.value).split()): text.value for term, text in avoid}
    longest_first = sorted(better, key=len, reverse=True)
    names = (re.escape(name).replace("\\ ", r"\s+") for name in longest_first)
    term = re.compile("|".join(rf"(?<!\w){name}(?:e?s)?(?!\w)" for name in names))
    for fact in study.facts:
        for text in texts(fact):
            found = term.search(without_quotes(lowered(text.value), keep_length=True))
            if found and not _is_quoted(fact, text):
                said = " ".join(found[0].split())
                known = next(name for name in longest_first if said.startswith(name))
                message = f'this deck does not say "{text.value[slice(*found.span())]}"'
                hint = f"write: {better[known]}"
                yield Fault(text.span_of(*found.span()), message, hint, (fact.id.value,))
                break


@of_facts
def dropped_comment(study: Study) -> Iterator[Fault]:
    """A text ends at a # that was probably meant as a part of it.

    To YAML, a # after a space begins a comment, and the rest of the line is gone without a word.
    It is missed if the text before it is no whole sentence (a question or a sentence with blanks
    without its full stop, a single letter, a small word at the end), or if the rest goes on in
    small letters. Two spaces before the # say that a comment is one.

    Bad, where the cards show only "50 % of" and "F":

        answer: 50 % of #2 fuel

        answer: F # minor

    Good:

        answer: "50 % of #2 fuel"

        answer: F sharp minor  # three sharps

    Where the rule comes from: YAML 1.2, section 6.6.
    """
    if not study.facts:
        return
    file = study.facts[0].id.file
    begun = {found.start(): found for found in _COMMENT.finditer(file.text)}
    if not begun:
        return
    for fact in study.facts:
        for text in texts(fact):
            found = begun.get(text.end) if text.file is file else None
            if found is None or file.text[text.start] in "\"'|>":
                continue
            # What the author has not finished, as in "(fuel # 2)", goes on behind the #.
            meant = comment(file.text[text.start : line_end(file.text, text.start)])
            goes_on = meant.sure and text.start + meant.start > text.end
            rest = found[1]
            if not goes_on and not _cuts(text.value, rest, study.words, _is_sentence(fact, text)):
                continue
            span = file.span(found.start() + 1, found.start() + 2 + len(rest[:1].strip()))
            message = "the rest of this line is a comment to YAML, and is missing on the card"
            hint = "put the whole text in quotes, or two spaces before the # and one after it"
            fix = quoting(file.text, text.start) if goes_on else ()
            yield Fault(span, message, hint, (fact.id.value,), fix)
            break


def _cuts(text: str, rest: str, words: Words, is_sentence: bool) -> bool:
    """Whether what stands after " #" was meant as a part of the text before it."""
    if rest[:1].isalnum() or rest[:1] == "_":
        return True
    if text.rsplit(maxsplit=1)[-1].lower() in words.sets["function"] or len(text) == 1:
        return True
    first = next(iter(words.tokens(rest.lower())), "")
    if (
        text.rstrip("\"'”’»)*_ ")[-1:] in SENTENCE_ENDS
        or not first
        or first in words.sets["remark"]
    ):
        return False
    goes_on = rest.strip()[:1]
    return is_sentence or (words.known and (goes_on.islower() or goes_on.isdigit()))


def _is_sentence(fact: Fact, text: Text) -> bool:
    """Whether a text of a fact is a whole question, or a sentence with blanks."""
    prompts = (prompt for note in fact.kind.notes(fact.values) for prompt in note.prompts)
    for prompt in prompts:
        asked = prompt.asked.text if type(prompt.asked) is Passage else prompt.asked
        if asked is text and (prompt.wording.question or prompt.wording is SENTENCE):
            return True
    return False


_COMMENT = re.compile(rf" #(?<=\S #)(?!{REMARKS})([^\r\n]*)")


@of_facts
def no_alt(study: Study) -> Iterator[Fault]:
    """Nothing says in words what a picture shows: `alt`, or `![…](…)` in a text.

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
            message = "nothing says what this picture shows to somebody who cannot see it"
            hint = 'add the line "alt: …", or allow: [no-alt] where the picture is decoration'
            yield Fault(fact.image.text.span, message, hint, (fact.id.value,))
        mute = {text.value for text, file in fact.embeds if not file.is_sound}
        for text in texts(fact) if mute else ():
            for each in embeds.find(text.value):
                if each.name in mute and not each.alt.strip():
                    message = "nothing says what this picture shows to somebody who cannot see it"
                    hint = f"write it in the brackets: ![…]({excerpt(each.name)})"
                    yield Fault(text.span_of(each.start, each.end), message, hint, (fact.id.value,))


@of_facts
def unseen_character(study: Study) -> Iterator[Fault]:
    """A text holds a soft hyphen or a zero-width space, which nobody sees.

    It comes along with text from a web page or a PDF file. Who looks for the word in Anki does not
    find it, and the other checks do not know it: it is another word. `check --fix` takes it out.
    Between letters of Thai, Lao, Burmese and Khmer, a zero-width space is right; for soft hyphens
    that are meant, write `allow: [unseen-character]`.

    Bad, with a soft hyphen before "tine":

        answer: the quaran\xadtine

    Good:

        answer: the quarantine

    Where the rule comes from: the Unicode standard, chapter 23.2.
    """
    if "\xad" not in study.typed and "\u200b" not in study.typed:
        return
    for fact in study.facts:
        for _, start, end, file in (*texts(fact), *((fact.alt,) if fact.alt else ())):
            places = [found.start() for found in _UNSEEN.finditer(file.text, start, end)]
            if places:
                first = places[0]
                called = characters.name(file.text[first])
                message = f"{called}, which nobody sees, makes another word of this one"
                fix = tuple(Edit(place, place + 1, "") for place in places)
                span = file.span(first, first + 1)
                hint = "delete it, or type the word anew"
                yield Fault(span, message, hint, (fact.id.value,), fix)


_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # scripts that write words in a row
_UNSEEN = re.compile(f"\xad|(?<![{_WITHOUT_SPACES}])\u200b(?![{_WITHOUT_SPACES}])")


@of_facts
def none_tag(study: Study) -> Iterator[Fault]:
    """A tag is called "none", which cannot be searched for in Anki.

    Anki takes the search `tag:none` for "notes without tags" (measured with Anki 26.9), so that
    nobody finds the notes that have this one.

    Bad:

        tags: [none]

    Good, where no tag is meant, without this line.

    Where the rule comes from: Anki's manual, "Searching".
    """
    section = study.file.section.tags if study.file.section and study.facts else ()
    for tag, facts in (
        *((tag, ()) for tag in section),
        *((tag, (fact.id.value,)) for fact in study.facts for tag in fact.tags),
    ):
        if tag.value.casefold() == "none":
            message = 'to Anki, "tag:none" means notes without tags'
            yield Fault(tag.span, message, "remove it, or give it another name", facts)


@of_facts
def lost_file(study: Study) -> Iterator[Fault]:
    """HTML of an adopted note names a file that is not in `media/`.

    A learner sees an empty frame, or hears nothing. Many decks have such notes from before they
    were adopted: the file was never in the package.

    Bad, where there is no `media/suez.jpg`:

        Front: {html: '<img src="suez.jpg">'}

    Good: the file in `media/`, or the note without it.

    Where the rule comes from: Anki's own search for missing media.
    """
    for fact in study.facts:
        found = {image.text.value for image in fact.embeds}
        for html in (value.text for value in fact.values.values() if isinstance(value, Html)):
            for name in embeds.named_in(html.value):
                if name not in found and ":" not in name:
                    message = f'there is no file "{excerpt(name)}" in media/'
                    hint = "put it there, or take it out of the HTML"
                    yield Fault(html.span, message, hint, (fact.id.value,))
                    break


CHECKS: tuple[FactsCheck, ...] = (
    no_source, avoided_term, dropped_comment, no_alt, unseen_character, none_tag, lost_file,
)  # fmt: skip
"""The checks of single facts, those of their wording aside."""


def texts(fact: Fact) -> Iterator[Text]:
    """Every text of a fact that a learner reads."""
    return _texts((*map(fact.values.get, fact.kind.keys.values()), fact.hint, fact.extra))


def _texts(value: object) -> Iterator[Text]:
    if type(value) is Text:
        yield value
    elif type(value) is Passage:
        yield value.text
    elif type(value) is tuple:
        for part in value:
            yield from _texts(part)


def _is_quoted(fact: Fact, text: Text) -> bool:
    """Whether a text is a quotation, or says whose it is: it is not the deck's own wording."""
    if text in (fact.hint, fact.extra):
        return False
    notes = fact.kind.notes(fact.values)
    return any(note.layout in (Layout.QUOTATION, Layout.SPEAKER) for note in notes)
