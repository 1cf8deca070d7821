"""Facts → notes: the card generator.

What a kind says of a fact's notes becomes the fields of Anki's note types, one function a layout.
Numbers of blanks, steps, sides and regions come later, from what was published.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from ..format.cloze import Passage
from ..format.dates import Dated, identity
from ..format.deck import Settings
from ..format.embeds import NO_FILES, Files
from ..format.prompt import FieldValue, Label, Layout, Note, Part, Prompt
from ..format.section import Fact, Section
from ..yaml.tree import Text
from . import adopted, markup, subdecks, timeline
from .draft import PLACE, SEPARATOR, Draft, Former, blanks, hash_of
from .fields import NAMES, Fields, Question, Regions, Sentence


def drafts(
    section: Section, notes: Iterable[tuple[Fact, Sequence[Note]]], settings: Settings
) -> Iterator[Draft]:
    """What a section's facts, each with what its kind says of its notes, become."""
    scene = _Scene(section, settings)
    for fact, own in notes:
        if fact.kind.own and fact.kind.own.adopted:
            yield from (adopted.draft(fact, note, scene.tags, scene.deck, settings) for note in own)
            continue
        shared = _Shared(fact, scene)
        for note in own:
            type_name, fields, written = _note(note, shared, scene)
            if scene.own:
                written = (*written, *scene.own_labels(note, fields))
            joined = SEPARATOR.join(fields)
            embedded = shared.embedded(joined)
            yield Draft(
                fact.id.value,
                note.slot,
                type_name,
                joined,
                shared.tags,
                hash_of(*written, shared.written, *embedded),
                tuple(_parts(note.prompts)),
                note.layout in (Layout.STEP, Layout.SIDE),
                shared.pictures + embedded,
                shared.older(written) if shared.former else None,
                scene.deck,
            )


def _note(note: Note, shared: _Shared, scene: _Scene) -> tuple[str, tuple[str, ...], Sequence[str]]:
    """The note type, the fields, and what was written for them."""
    if note.layout is Layout.OWN:
        return note.slot, shared.own(note.values, scene), _named(note.values)
    fields = _fields(note.layout, note.prompts, shared, scene)
    return NAMES[type(fields)], fields, _written(note.prompts)


def _parts(prompts: Sequence[Prompt]) -> list[Part]:
    """What wants a number: the blanks of a text, or one thing a prompt."""
    parts: list[Part] = []
    for prompt in prompts:
        if prompt.part:
            parts.append(prompt.part)
        elif prompt.answer is None and isinstance(prompt.asked, Passage):
            parts += blanks(prompt.asked)
    return parts


def _written(prompts: Sequence[Prompt]) -> list[str]:
    """The texts of a note's prompts, as they were typed."""
    written: list[str] = []
    for prompt in prompts:
        written += map(_raw, (prompt.asked, prompt.answer, *prompt.seen))
        if prompt.at:
            written.append(repr(tuple(prompt.at)))
        if isinstance(prompt.label, str):
            written.append(prompt.label)
    return written


def _named(values: Iterable[tuple[str, FieldValue | None]]) -> list[str]:
    """The texts of a kind of the author's own: which card asks for which is not in them."""
    return [f"{key}={text.value}" for key, text in values if type(text) is Text]


def _raw(value: Text | Passage | Dated | None) -> str:
    if type(value) is Text:
        return value.value
    if type(value) is Passage:
        return value.text.value
    return identity(value.when) if type(value) is Dated else ""


class _Scene:
    """What the notes of one section share."""

    def __init__(self, section: Section, settings: Settings) -> None:
        self.settings = settings
        self.language = settings.language
        labels = self.language.labels
        self.labels = {label: markup.literal(labels[label.value]) for label in Label}
        self.to = markup.literal(labels["to"])
        self.own = sorted(self.language.own)
        self.deck = subdecks.name_of(section, settings)
        span = settings.timeline
        self.draw = timeline.drawing(span.when, self.language) if span else None
        self.citations: dict[tuple[str, ...], tuple[str, str]] = {}
        self.section = html(section.title)
        tags = (tag.value for tag in section.tags)
        self.tags = (*([f"{settings.tag}::{section.tag}"] if section.tag else []), *tags)
        shown = (self.language.code, section.title.value, identity(span.when) if span else "")
        self.written = SEPARATOR.join(shown)

    def own_labels(self, note: Note, fields: Iterable[str]) -> Iterator[str]:
        """The labels of the deck's own that a note with these fields shows."""
        prompt, layout = note.prompts[0], note.layout
        shown = {prompt.label.value if isinstance(prompt.label, Label) else ""}
        if layout in (Layout.QUOTATION, Layout.SPEAKER):
            shown |= {"to"} if prompt.seen[layout is Layout.QUOTATION :] else set()
        drawn = next((field for field in fields if field.startswith("<svg")), "")
        for name in self.own:
            word = self.language.labels[name]
            in_line = name in timeline.LABELS and markup.literal(word, quote=True) in drawn
            if name in shown or in_line:
                yield f"{name}={word}"

    def text(self, value: Text | Dated | None, files: Files = NO_FILES) -> str:
        """What a card asks or answers, as HTML."""
        if type(value) is Text:
            return markup.text(value.value.strip(), files)
        return escape(self.language.date(value.when)) if type(value) is Dated else ""

    def source(self, name: str) -> str:
        """The title of a source, a link where it has an address."""
        title, url = self.settings.sources[name]
        return f'<a href="{markup.attribute(url.value)}">{html(title)}</a>' if url else html(title)

    def cited(self, names: Sequence[Text]) -> tuple[str, str]:
        """Sources as a card names them, and what was written of them."""
        wanted = tuple([name.value for name in names])
        if wanted not in self.citations:
            shown = "".join(f"<div>{self.source(name)}</div>" for name in wanted)
            self.citations[wanted] = shown, self.written_of(wanted)
        return self.citations[wanted]

    def written_of(self, names: Iterable[str]) -> str:
        """What an author wrote of sources."""
        pairs = (self.settings.sources[name] for name in names)
        return SEPARATOR.join(text.value for pair in pairs for text in pair if text)


class _Shared:
    """What the notes of one fact share: fields, tags, and what was written for them."""

    __slots__ = (
        "credit", "date", "extra", "files", "former", "hint", "image", "pictures", "rest", "tags",
        "when", "written",
    )  # fmt: skip

    def __init__(self, fact: Fact, scene: _Scene) -> None:
        written = [scene.written]
        self.hint = self.extra = self.date = self.image = self.credit = retired = cited = ""
        self.former: tuple[tuple[str, str], ...] = ()  # `Former.drawn`
        self.pictures: tuple[str, ...] = ()
        self.when, self.tags = fact.when, scene.tags
        self.files: Files = NO_FILES
        if fact.embeds:
            pairs = ((unicodedata.normalize("NFC", name.value), file) for name, file in fact.embeds)
            self.files = dict(pairs)
        if fact.hint:
            self.hint = markup.text(fact.hint.value.strip(), self.files)
            written.append(f"hint={fact.hint.value}")
        if fact.extra:
            self.extra = markup.block(fact.extra.value, self.files)
            if "<br>" in self.extra:
                self._was(self.extra, markup.block(fact.extra.value, self.files, verse=False))
            written.append(f"extra={fact.extra.value}")
        if fact.when:
            self.date = scene.text(fact.when)
            if fact.when.when.end:
                self._was(self.date, escape(scene.language.brief_date(fact.when.when)))
            written.append(f"when={identity(fact.when.when)}")
        if fact.image:
            name, former = fact.image.picture.name, fact.image.picture.former
            self._was(name, former or name)
            words = markup.plain(html(fact.alt)) if fact.alt else ""
            self.image = f'<img src="{name}" alt="{markup.attribute(words)}">'
            self.pictures = (name,)
            makers = [maker.value for maker in fact.credit]
            self.credit = ", ".join(map(scene.source, makers))
            alt = fact.alt.value if fact.alt else ""
            written += (f"image={name}", f"alt={alt}", f"credit={scene.written_of(makers)}")
        if fact.sources:
            cited, source = scene.cited(fact.sources)
            written.append(f"source={source}")
        own = [tag.value for tag in fact.tags]
        if fact.retired:
            retired = html(fact.retired)
            written.append(f"retired={fact.retired.value}")
            own.append(f"{scene.settings.tag}::retired")
        if own:
            self.tags = tuple(dict.fromkeys((*scene.tags, *own)))
        self.rest = (scene.section, cited, retired)
        self.written = SEPARATOR.join((*written, *self.tags))

    def _was(self, now: str, then: str) -> None:
        if now != then:
            self.former += ((now, then),)

    def embedded(self, fields: str) -> tuple[str, ...]:
        """The files that the texts of a note show, by their names in the package."""
        if not self.files:
            return ()
        names = dict.fromkeys(file.name for file in self.files.values())
        return tuple(name for name in names if name in fields and name not in self.pictures)

    def older(self, asked: Sequence[str]) -> Former:
        """How older versions drew a note; `asked` is what was written of its prompts."""
        written = self.written
        for now, then in self.former:
            written = written.replace(f"image={now}", f"image={then}")
        return Former(self.former, hash_of(*asked, written))

    def fields(self, prompt: Prompt, scene: _Scene) -> tuple[str, ...]:
        """The fields from the label on. No date is shown where the card asks for it, or by it."""
        label = prompt.label
        says_date = type(prompt.asked) is Dated or type(prompt.answer) is Dated
        shown = escape(label, quote=False) if isinstance(label, str) else scene.labels[label]
        return (shown, *self._common(scene, names_date=not says_date))

    def own(
        self, values: Iterable[tuple[str, FieldValue | None]], scene: _Scene
    ) -> tuple[str, ...]:
        """The fields of a note of the author's own kind: its keys, and those that all have."""
        texts = (scene.text(text, self.files) if type(text) is Text else "" for _, text in values)
        return (*texts, *self._common(scene, names_date=True))

    def _common(self, scene: _Scene, *, names_date: bool) -> tuple[str, ...]:
        """The fields that all notes have, from the hint on."""
        when, image = self.when, self.image
        drawn = scene.draw(when.when, names_date) if when and scene.draw else ""
        if self.credit:
            image += f'<figcaption dir="auto">{self.credit}</figcaption>'
        date = self.date if names_date else ""
        return (self.hint, self.extra, date, drawn, image, *self.rest)


def html(text: Text, files: Files = NO_FILES) -> str:
    """A text of one paragraph as HTML."""
    return markup.inline(text.value.strip(), files)


def _fields(layout: Layout, prompts: Sequence[Prompt], shared: _Shared, scene: _Scene) -> Fields:
    """The fields of a note: of a text with blanks, of a picture with regions, or of a question."""
    prompt, front = prompts[0], _LAYOUTS[layout]
    shown = shared.fields(prompt, scene)
    if layout is Layout.REGIONS:
        regions, answers = [], []
        for place, each in enumerate(prompts, start=1):
            assert isinstance(each.answer, Text)
            regions.append(f"{{{{c{PLACE}{place}::{front(each, scene, shared.files)}}}}}")
            answers.append(markup.blank(each.answer.value.strip(), place, shared.files))
        assert isinstance(prompt.asked, Text)
        asked = scene.text(prompt.asked, shared.files)
        label, hint, extra, date, drawn, _, *rest = shown
        return Regions(
            "<br>".join(regions), shared.image, asked, extra, "<br>".join(answers),
            shared.credit, label, hint, date, drawn, *rest,
        )  # fmt: skip
    if prompt.answer is None:
        return Sentence(front(prompt, scene, shared.files), *shown)
    return Question(
        front(prompt, scene, shared.files), scene.text(prompt.answer, shared.files), *shown
    )


def _asked(prompt: Prompt, scene: _Scene, files: Files) -> str:
    asked = prompt.asked
    if isinstance(asked, Passage):
        return markup.passage(asked, files).strip()
    return scene.text(asked, files)


def _quotation(prompt: Prompt, scene: _Scene, files: Files) -> str:
    by, *to = (html(name, files) for name in prompt.seen)
    names = " · ".join((by, *(f"{scene.to} {name}" for name in to)))
    return f'<blockquote>{_asked(prompt, scene, files)}</blockquote><p class="by">{names}</p>'


def _speaker(prompt: Prompt, scene: _Scene, files: Files) -> str:
    assert isinstance(prompt.asked, Passage)
    words = markup.revealed(prompt.asked, files).strip()
    to = "".join(f'<p class="to">{scene.to} {html(name, files)}</p>' for name in prompt.seen)
    return f"<blockquote>{words}</blockquote>{to}"


def _step(prompt: Prompt, scene: _Scene, files: Files) -> str:
    shown = "".join(f"<li>{scene.text(earlier, files)}</li>" for earlier in prompt.seen)
    asked = _paragraph(_asked(prompt, scene, files))
    return f'{asked}<ol class="steps">{shown}<li class="next">?</li></ol>'


def _side(prompt: Prompt, scene: _Scene, files: Files) -> str:
    (frame,) = prompt.seen
    asked = _paragraph(_asked(prompt, scene, files))
    return _paragraph(scene.text(frame, files), ' class="frame"') + asked


def _paragraph(html: str, attributes: str = "") -> str:
    """A text as a part of a question. A paragraph cannot have blocks."""
    tag = "div" if markup.has_blocks(html) else "p"
    return f"<{tag}{attributes}>{html}</{tag}>"


def _region(prompt: Prompt, _: _Scene, __: Files) -> str:
    assert prompt.at
    left, top, width, height = (f"{share / 100:.4f}" for share in prompt.at)
    return f"image-occlusion:rect:left={left}:top={top}:width={width}:height={height}:oi=1"


_LAYOUTS: dict[Layout, Callable[[Prompt, _Scene, Files], str]] = {
    Layout.PLAIN: _asked,
    Layout.SENTENCE: _asked,
    Layout.QUOTATION: _quotation,
    Layout.SPEAKER: _speaker,
    Layout.STEP: _step,
    Layout.SIDE: _side,
    Layout.REGIONS: _region,
}
"""What a card asks, as HTML; of a picture, what lies over one of its regions."""
