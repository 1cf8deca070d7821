"""Facts → notes: the card generator.

A kind of fact is a function that makes its notes and a line in `MAKERS`. A note's identity is its
fact's id and its slot; nothing of its text goes into it.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple, TypeAlias

from . import markup, timeline
from .cloze import Passage
from .dates import When
from .facts import (
    Ask,
    Cloze,
    Contrast,
    Deck,
    Event,
    Fact,
    Occlusion,
    Person,
    Place,
    Quote,
    Section,
    Steps,
    Term,
    Why,
)
from .language import Language
from .media import Picture
from .source import Text


class Question(NamedTuple):
    """The fields of a Q/A note, as HTML, in an order that is frozen with the first release.

    The spare ones are there so that a later release can fill one: a note type that gains a field
    is a conflict to Anki's import, and no note would be updated.
    """

    question: str
    answer: str
    label: str
    hint: str
    extra: str
    date: str
    timeline: str
    image: str
    section: str
    source: str
    retired: str
    spare_1: str = ""
    spare_2: str = ""
    spare_3: str = ""


class Sentence(NamedTuple):
    """The fields of a cloze note; what is said of `Question` holds for them too."""

    text: str
    label: str
    hint: str
    extra: str
    date: str
    timeline: str
    image: str
    section: str
    source: str
    retired: str
    spare_1: str = ""
    spare_2: str = ""
    spare_3: str = ""


class Regions(NamedTuple):
    """The fields of a note with a picture; what is said of `Question` holds for them too.

    `image` holds the picture and nothing else, because a canvas lies on it; its credit is apart.
    `regions` are clozes that Anki's own image occlusion draws on that canvas: shape and place as
    fractions of the picture. `answer` has one cloze of the same number for every region's name.
    """

    regions: str
    image: str
    question: str
    extra: str
    answer: str
    credit: str
    label: str
    hint: str
    date: str
    timeline: str
    section: str
    source: str
    retired: str
    spare_1: str = ""
    spare_2: str = ""
    spare_3: str = ""


TITLE_OF_PICTURE = Regions._fields.index("question")
_IS_PICTURE = re.compile(r"\{\{c\d+::image-occlusion:")

Fields: TypeAlias = Question | Sentence | Regions
TYPES: dict[type[Fields], str] = {Question: "question", Sentence: "cloze", Regions: "picture"}
"""The names of the note types by the fields of their notes."""


def title(fields: Sequence[str]) -> str:
    """The field that stands for a note in lists: its first, and of a picture the question."""
    return fields[TITLE_OF_PICTURE] if _IS_PICTURE.match(fields[0]) else fields[0]


class Note(NamedTuple):
    """One note as Anki gets it, before it has a GUID and a time.

    `key` is `<fact id>/<slot>`, unique in the deck; `fields` decide the note type.
    """

    key: str
    fields: Fields
    tags: tuple[str, ...]
    picture: Picture | None = None

    @property
    def type(self) -> str:
        """The name of its note type."""
        return TYPES[type(self.fields)]


class Part(NamedTuple):
    """A blank, step, side or region on its way to a number.

    `around` is what stands beside it and helps to know it again; `fixed` is the author's number.
    """

    text: str
    around: str = ""
    fixed: int | None = None


Numbering = Callable[[str, Sequence[Part]], Sequence[int]]
"""Numbers for the blanks, steps, sides or regions of the notes of a key, in their order."""


def guid(deck_id: str, key: str) -> str:
    """A note's GUID: from its identity alone, so that it never changes.

    96 bits of a hash: two of a million notes share one with a chance below 1 in 10^17.
    """
    digest = hashlib.sha256(f"crisis-cards/{deck_id}/{key}".encode()).digest()
    return urlsafe_b64encode(digest[:12]).decode()


def generate(deck: Deck, number: Numbering) -> Iterator[Note]:
    """All notes of a deck in the order of its files; `number` knows what was published."""
    draw = timeline.drawing(deck.timeline.when, deck.language) if deck.timeline else None
    for section in deck.sections:
        scene = _Scene(deck, section, number, draw)
        for fact in section.facts:
            yield from MAKERS[fact.kind](fact, fact.body, scene)


class _Scene:
    """What the notes of one section share."""

    def __init__(
        self,
        deck: Deck,
        section: Section,
        number: Numbering,
        draw: Callable[[When, bool], str] | None,
    ) -> None:
        self.deck = deck
        self.language: Language = deck.language
        self.number = number
        labels = deck.language.labels.items()
        self.labels = {name: escape(label, quote=False) for name, label in labels}
        self.draw = draw
        self.sources: dict[str, str] = {}  # as HTML, those that were asked for
        self.fact: Fact | None = None  # the latest, and what its notes share
        self.common: tuple[str, ...] = ()
        self.section = markup.inline(section.title.value.strip())
        self.tags = (f"{deck.tag}::{section.tag}", *(tag.value for tag in section.tags))

    def question(
        self, fact: Fact, slot: str, label: str, question: str, answer: str, dated: bool = True
    ) -> Note:
        """A Q/A note. `dated` is false where the date is asked or shown by the card itself."""
        fields = Question(question, answer, self.labels[label], *self._common(fact, dated))
        return self._note(fact, slot, fields)

    def sentence(self, fact: Fact, slot: str, label: str, text: str) -> Note:
        fields = Sentence(text, self.labels[label], *self._common(fact, dated=True))
        return self._note(fact, slot, fields)

    def picture(self, fact: Fact, slot: str, body: Occlusion) -> Note:
        parts = [Part(region.id.value, region.answer.value) for region in body.regions]
        numbers = self.numbers(fact, slot, parts)
        regions, answers = [], []
        for number, region in zip(numbers, body.regions, strict=True):
            left, top, width, height = (f"{share / 100:.4f}" for share in region.at)
            regions.append(
                f"{{{{c{number}::image-occlusion:rect:left={left}:top={top}"
                f":width={width}:height={height}:oi=1}}}}"
            )
            answers.append(markup.blank(region.answer.value.strip(), number))
        hint, extra, date, timeline, _, *rest = self._common(fact, dated=True)
        fields = Regions(
            "<br>".join(regions), self._image(fact), self.text(body.picture), extra,
            "<br>".join(answers), self._credit(fact), self.labels[slot], hint, date, timeline,
            *rest,
        )  # fmt: skip
        return self._note(fact, slot, fields)

    def to(self) -> str:
        """What stands before the one who is spoken to; a sign where there is no word for it."""
        if self.language.has_labels:
            return self.labels["to"]
        return "←" if self.language.direction == "rtl" else "→"

    def text(self, text: Text) -> str:
        return markup.inline(text.value.strip())

    def numbers(self, fact: Fact, slot: str, parts: Sequence[Part]) -> Sequence[int]:
        return self.number(f"{fact.id.value}/{slot}", parts)

    def passage(self, fact: Fact, slot: str, passage: Passage) -> str:
        """A text with its blanks numbered and marked for Anki."""
        numbers = self.numbers(fact, slot, _blanks(passage))
        return markup.passage(passage, numbers).strip()

    def _note(self, fact: Fact, slot: str, fields: Fields) -> Note:
        tags = self.tags
        if fact.tags or fact.retired:
            own = [tag.value for tag in fact.tags]
            if fact.retired:
                own.append(f"{self.deck.tag}::retired")
            tags = tuple(dict.fromkeys((*tags, *own)))
        return Note(
            f"{fact.id.value}/{slot}", fields, tags, fact.image.picture if fact.image else None
        )

    def _common(self, fact: Fact, dated: bool) -> tuple[str, ...]:
        """The fields that all notes share, from `hint` on; they are made once a fact."""
        if fact is not self.fact:
            self.fact = fact
            self.common = (
                self.text(fact.hint) if fact.hint else "",
                markup.block(fact.extra.value) if fact.extra else "",
                escape(self.language.date(fact.when.when)) if fact.when else "",
                self._timeline(fact, named=True) if self.draw else "",
                self._image(fact) + self._caption(fact) if fact.image else "",
                self.section,
                self._cited(fact.sources) if fact.sources else "",
                self.text(fact.retired) if fact.retired else "",
            )
        if dated:
            return self.common
        hint, extra, _, _, *rest = self.common
        return hint, extra, "", self._timeline(fact, named=False), *rest

    def _cited(self, names: Sequence[Text]) -> str:
        return "".join([f"<div>{self._source(name.value)}</div>" for name in names])

    def _timeline(self, fact: Fact, *, named: bool) -> str:
        """Where the fact's date lies in the deck's span, where both are known."""
        when = fact.body.when if isinstance(fact.body, Event) else fact.when
        return self.draw(when.when, named) if when and self.draw else ""

    def _image(self, fact: Fact) -> str:
        """The fact's picture with its text alternative."""
        if fact.image is None:
            return ""
        words = markup.plain(self.text(fact.alt)) if fact.alt else ""
        return f'<img src="{fact.image.picture.name}" alt="{markup.attribute(words)}">'

    def _caption(self, fact: Fact) -> str:
        credit = self._credit(fact)
        return f'<figcaption dir="auto">{credit}</figcaption>' if credit else ""

    def _credit(self, fact: Fact) -> str:
        """Who made the fact's picture."""
        return ", ".join(self._source(name.value) for name in fact.credit)

    def _source(self, name: str) -> str:
        """The title of a source, a link where it has an address."""
        if name not in self.sources:
            title, url = self.deck.sources[name]
            html = self.text(title)
            if url is not None:
                html = f'<a href="{markup.attribute(url.value)}">{html}</a>'
            self.sources[name] = html
        return self.sources[name]


def _blanks(passage: Passage) -> list[Part]:
    """The blanks of a passage, each with the two words before and after it."""
    value = passage.text.value
    blanks = list(passage.walk())
    nexts = [*(blank.start for blank in blanks[1:]), len(value)]
    parts = []
    at = 0
    for (start, end, number, (first, last), _, _), after in zip(blanks, nexts, strict=True):
        left = value[at:start].rsplit(maxsplit=2)[-2:]
        right = value[end:after].split(maxsplit=2)[:2]
        parts.append(Part(value[first:last], " ".join((*left, "…", *right)), number))
        at = end
    return parts


def _ask(fact: Fact, body: Ask, scene: _Scene) -> Iterator[Note]:
    yield scene.question(fact, "ask", "ask", scene.text(body.ask), scene.text(body.answer))


def _cloze(fact: Fact, body: Cloze, scene: _Scene) -> Iterator[Note]:
    yield scene.sentence(fact, "cloze", "cloze", scene.passage(fact, "cloze", body.cloze))


def _term(fact: Fact, body: Term, scene: _Scene) -> Iterator[Note]:
    term, means = scene.text(body.term), scene.text(body.means)
    yield scene.question(fact, "meaning", "meaning", term, means)
    yield scene.question(fact, "term", "term", means, term)


def _person(fact: Fact, body: Person, scene: _Scene) -> Iterator[Note]:
    person, role = scene.text(body.person), scene.text(body.role)
    yield scene.question(fact, "who", "who", role, person)
    yield scene.question(fact, "role", "role", person, role)
    if body.did:
        yield scene.question(fact, "did", "did", scene.text(body.did), person)


def _place(fact: Fact, body: Place, scene: _Scene) -> Iterator[Note]:
    place, what = scene.text(body.place), scene.text(body.what)
    yield scene.question(fact, "what", "what", place, what)
    yield scene.question(fact, "where", "where", what, place)


def _event(fact: Fact, body: Event, scene: _Scene) -> Iterator[Note]:
    event, when = scene.text(body.event), body.when.when
    date = escape(scene.language.date(when))
    label = f"when-{when.precision}"
    yield scene.question(fact, "when", label, event, date, dated=False)
    if body.both:
        yield scene.question(fact, "event", "event", date, event, dated=False)


def _why(fact: Fact, body: Why, scene: _Scene) -> Iterator[Note]:
    effect, cause = scene.text(body.why), scene.text(body.because)
    yield scene.question(fact, "why", "why", effect, cause)
    if body.both:
        yield scene.question(fact, "effect", "effect", cause, effect)


def _quote(fact: Fact, body: Quote, scene: _Scene) -> Iterator[Note]:
    by = scene.text(body.by)
    to = f"{scene.to()} {scene.text(body.to)}" if body.to else ""
    if body.quote.blanks:
        passage = scene.passage(fact, "quote", body.quote)
        names = " · ".join(filter(None, (by, to)))
        text = f'<blockquote>{passage}</blockquote><p class="by">{names}</p>'
        yield scene.sentence(fact, "quote", "quote", text)
    words = markup.revealed(body.quote).strip()
    question = f"<blockquote>{words}</blockquote>" + (f'<p class="to">{to}</p>' if to else "")
    yield scene.question(fact, "by", "by", question, by)


def _sequence(fact: Fact, body: Steps, scene: _Scene) -> Iterator[Note]:
    title = scene.text(body.sequence)
    steps = [scene.text(step) for step in body.steps]
    texts = ["", *(step.value for step in body.steps), ""]
    parts = [
        Part(texts[at], f"{texts[at - 1]} … {texts[at + 1]}") for at in range(1, len(texts) - 1)
    ]
    numbers = scene.numbers(fact, "step", parts)
    for at, (number, step) in enumerate(zip(numbers, steps, strict=True)):
        shown = "".join(f"<li>{earlier}</li>" for earlier in steps[:at])
        question = f'<p>{title}</p><ol class="steps">{shown}<li class="next">?</li></ol>'
        label = "next-step" if at else "first-step"
        yield scene.question(fact, f"step-{number}", label, question, step)


def _contrast(fact: Fact, body: Contrast, scene: _Scene) -> Iterator[Note]:
    frame = scene.text(body.contrast)
    parts = [Part(side.value, description.value) for side, description in body.sides]
    numbers = scene.numbers(fact, "side", parts)
    for number, (side, description) in zip(numbers, body.sides, strict=True):
        question = f'<p class="frame">{frame}</p><p>{scene.text(description)}</p>'
        yield scene.question(fact, f"side-{number}", "side", question, scene.text(side))


def _picture(fact: Fact, body: Occlusion, scene: _Scene) -> Iterator[Note]:
    yield scene.picture(fact, "picture", body)


MAKERS: dict[str, Callable[[Fact, Any, _Scene], Iterator[Note]]] = {
    "ask": _ask,
    "cloze": _cloze,
    "term": _term,
    "person": _person,
    "place": _place,
    "event": _event,
    "why": _why,
    "quote": _quote,
    "sequence": _sequence,
    "contrast": _contrast,
    "picture": _picture,
}
"""The kinds of fact by the key that decides them, and what makes their notes."""
