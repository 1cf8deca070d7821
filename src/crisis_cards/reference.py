"""The reference of the format, made of the table of keys and the deck of examples.

`docs/format.md` is this page as a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from . import cards, markup, render
from .build import Project
from .facts import KINDS, Deck, Fact, needed
from .keys import CHECKS_KEYS, COMMON, DECK_KEYS, KEYS, REGION_KEYS, SECTION_KEYS, SOURCE_KEYS, Key
from .notes import Note, Question, Regions, generate
from .numbering import Numbering

SHAPES = {
    "text": "text",
    "passage": "text with blanks",
    "deck-name": "text; `::` nests decks",
    "id": "an id: lower-case letters and digits, in words with hyphens between them",
    "tag": "a tag: a word without spaces; `::` nests tags",
    "tags": "a list of tags",
    "names": "a key of `sources`, or a list of them",
    "checks": "a list of names of checks",
    "flag": "`true` or `false`",
    "when": "a date or a span",
    "url": "an address that begins with https:// or http://",
    "language": "a language code, such as `en`, `en-US`, `de`",
    "image": "the name of a file in `media/`",
    "steps": "a list of texts",
    "sides": "one line for each: `side: description`",
    "pairs": "one line for each: `wording: better wording`",
    "sources": "a key for each, with `title` and, if you like, `url` below it",
    "facts": "an id for each, with its keys below it",
    "regions": "an id for each, with `answer` and `at` below it",
    "box": "four numbers",
    "switches": "`off`, with a list of names of checks",
}
"""What an author writes as a value, by its shape."""

_HEAD = """\
# The format

Everything that can be written in a deck. The tables are made from the table of keys that the
program itself reads, the examples and their cards from the deck in [example/](example/); `make
docs` makes this page again.

The same as JSON Schema, with which an editor completes and checks while you type: `crisis-cards
schema` ([how](ci.md#while-you-type)).

- [writing-good-cards.md](writing-good-cards.md): how to word a fact
- [checks.md](checks.md): what `crisis-cards check` finds
- [updating.md](updating.md): what becomes of people who already study the deck

## A deck is a folder

```
decks/
  cuba/                 its name is the deck's id, unless deck.yaml says otherwise
    deck.yaml           what belongs to the deck as a whole
    1-crisis.yaml       section files, read in the order of their names
    2-aftermath.yaml
    media/              pictures that facts name
    theme.css           optional: colours and sizes of your own
    deck.lock           written by the build; commit it
```

Files are UTF-8, a byte-order mark and Windows line ends included, and end in `.yaml` or `.yml`. A
file whose name begins with a dot is not read.
"""

_VALUES = """\
## Values

**Nothing is coerced.** A value is the text that stands there: `no` stays “no”, `22:30` stays
“22:30”, `1.10` stays “1.10”. Duplicate keys, anchors, aliases and YAML's tags are errors.

**Quotes** are needed where YAML would misread a text: where it has a colon with a space after it,
or ` #`, or begins with one of `[ ] { } * & ! | > % @ ? -` or a backquote. `check` says so and
shows the line to type; `check --fix` types it.

**Dates** are `1962`, `1962-07` or `1962-11-20`, and spans two of them with a `/`:
`1962-10-16/1962-10-28`. As much of the date is asked as you write. Cards show it as the deck's
language writes dates.

**Text** is one line or several (the lines are joined; below a `|` they stay apart), with
`*emphasis*`, `**strong**`, `` `code` `` and `[links](https://example.org)`; a backslash makes the
next sign an ordinary one. `extra` and `description` may also have paragraphs, lists and fenced
code, below a `|`. `\\( … \\)` and `\\[ … \\]` are mathematics. Everything else, HTML and braces
included, is shown as you typed it.

**Blanks** are for `cloze` and `quote`. Elsewhere `==` is text.

| you write | the card asks for |
|---|---|
| `==quarantine==` | “quarantine”, on a card of its own |
| `==quarantine::not “blockade”==` | the same, and shows what stands after `::` as a hint |
| `==c1::Kennedy== and ==c1::Khrushchev==` | both on one card |
| `{{c1::quarantine}}` | the same as `==c1::quarantine==`, as Anki writes it |

The marks touch what they enclose. `\\==` is text, and so is `\\::` inside a blank.
"""


def page(project: Project) -> str:
    """The reference as Markdown; `project` is the deck of examples, without errors."""
    deck, lock = project.deck, project.lock
    assert deck is not None
    assert lock is not None
    notes: dict[str, list[Note]] = {}
    for note in generate(deck, Numbering(lock)):
        notes.setdefault(note.key.split("/")[0], []).append(note)
    settings = (project.folder / "deck.yaml").read_text(encoding="utf-8")
    facts = {fact.kind: fact for fact in deck.facts()}
    parts = [
        _HEAD,
        "## deck.yaml\n",
        _table(DECK_KEYS.values(), needs=("deck",)),
        "A source has:\n",
        _table(SOURCE_KEYS.values(), needs=("title",)),
        "`checks` has:\n",
        _table(CHECKS_KEYS.values(), needs=("off",)),
        _yaml(settings),
        "## Section files\n",
        _table(SECTION_KEYS.values(), needs=("section", "facts")),
        _yaml(_beginning(deck)),
        "## Kinds of fact\n",
        "A fact has exactly one of these keys, which decides its kind, and what goes with it:\n"
        + ", ".join(f"[`{kind}`](#{kind})" for kind in KINDS)
        + ".\n",
    ]
    for kind, body in KINDS.items():
        parts += _kind(kind, body, facts[kind], notes[facts[kind].id.value])
    parts += ["## Keys of every fact\n", _table((KEYS[name] for name in COMMON), needs=())]
    return "\n".join([*parts, _VALUES])


def _kind(kind: str, body: type[Any], fact: Fact, notes: list[Note]) -> Iterator[str]:
    yield f"### {kind}\n"
    yield f"{body.__doc__}\n"
    names = (name for name in body._fields if name not in COMMON or name in needed(body))
    yield _table((KEYS[name] for name in names), needed(body))
    if kind == "picture":
        yield "A region has:\n"
        yield _table(REGION_KEYS.values(), needs=tuple(REGION_KEYS))
    yield _yaml(_written(fact))
    yield "| card | shows | asks for |\n|---|---|---|"
    yield "".join(_row(*card) for note in notes for card in _cards(note))
    yield f"![A card in Anki](pictures/{kind}-front.png) ![Its answer](pictures/{kind}-back.png)\n"


def _table(keys: Iterable[Key], needs: Iterable[str]) -> str:
    rows = ["| key | value | | for instance |", "|---|---|---|---|"]
    for key in keys:
        name = f"`{key.name}`" if key.name in needs else f"`{key.name}` (optional)"
        rows.append(f"| {name} | {SHAPES[key.shape]} | {key.about} | `{key.example}` |")
    return "\n".join([*rows, ""])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```\n"


def _written(fact: Fact) -> str:
    """A fact as its author wrote it, up to the empty line below it."""
    text = fact.id.file.text
    start = text.rfind("\n", 0, fact.id.start) + 1
    end = text.find("\n\n", start)
    return text[start : end if end >= 0 else len(text)]


def _beginning(deck: Deck) -> str:
    """A section file up to its second fact."""
    section = deck.sections[0]
    return section.title.file.text[: section.facts[1].id.start]


def _cards(note: Note) -> Iterator[tuple[str, str, str]]:
    """The slot, question and answer of every card of a note."""
    slot, fields = note.key.split("/")[1], note.fields
    if isinstance(fields, Question):
        yield f"`{slot}`", _plain(fields.question), _plain(fields.answer)
        return
    for number in (ordinal + 1 for ordinal in cards.of_cloze(fields)):
        if isinstance(fields, Regions):
            shown, blanks = f"{fields.question} (and the picture)", fields.answer
        else:
            shown, blanks = render.cloze(fields.text, number, hidden=True), fields.text
        yield f"`{slot}` {number}", _plain(shown), _plain(render.only(blanks, number))


def _plain(html: str) -> str:
    """Text for a table: a line of it for every paragraph, quotation and list item."""
    blocks = re.split(r"</?(?:p|ol|li|blockquote)\b[^>]*>", html)
    texts = (" ".join(markup.plain(block).split()) for block in blocks)
    return "<br>".join(filter(None, texts))
