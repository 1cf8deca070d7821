"""The reference of the format: `page` makes docs/format.md, and `make docs` writes it.

Its tables come from the tables of keys that the program itself reads, its examples and their cards
from the deck in docs/example.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from crisis_cards import pipeline
from crisis_cards.cards import markup, ordinals, render
from crisis_cards.cards.fields import Question, Regions, split
from crisis_cards.format import adopted_types, language, typed
from crisis_cards.format.dates import When
from crisis_cards.format.deck import CHECKS_KEYS, DECK_KEYS, SOURCE_KEYS
from crisis_cards.format.folders import DECK_FILE
from crisis_cards.format.keys import COMMON
from crisis_cards.format.kinds import BUILT_IN, Kind
from crisis_cards.format.kinds.own import FIELDS
from crisis_cards.format.kinds.picture import REGION_KEYS
from crisis_cards.format.own_types import CARD_KEYS, TYPE_KEYS
from crisis_cards.format.section import SECTION_KEYS
from crisis_cards.format.shape import AnyKey
from crisis_cards.release.lock import fact_of, slot_of
from crisis_cards.release.plan import Published

EXAMPLE = Path(__file__).resolve().parent.parent / "docs" / "example"
TEXTS = EXAMPLE.parent / "texts"

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
    people.csv          optional: a table of facts that a section names
    media/              pictures and sounds that facts name
    types/              optional: kinds of fact of your own, and note types that were adopted
    theme.css           optional: colours and sizes of your own
    deck.lock           written by the build; commit it
```

Files are UTF-8, a byte-order mark and Windows line ends included. They end in `.yaml` or `.yml`,
tables in `.csv` or `.tsv`. A file whose name begins with a dot is not read.
"""

_TABLES = """\
### Tables

A section can have its facts in a table beside deck.yaml, as programs for tables save it:

```yaml
section: People
source: milestone
table: people.csv
```

```csv
id,person,role,term,means,tags,extra
dobrynin,Anatoly Dobrynin,Soviet ambassador in Washington,,,"diplomats, soviets",
mikoyan,Anastas Mikoyan,Soviet leader who flew to Havana after the crisis,,,soviets,
hotline,,,Hotline,"a direct link between the White House and the Kremlin",,"It came of the crisis.

So did talks about a test ban treaty."
```

- The first row names the columns: the keys of facts, and `id`, in any order. Every other row is one
  fact. An empty cell means that the fact does not have the key; the filled ones decide its kind.
  Empty rows are passed over.
- Commas, semicolons or tabs separate the cells: the one that gives keys in the first row. A text
  with a separator, a line break or a quote stands in quotes, and a quote in it is written twice.
  `#` and `:` are text. The space around a cell does not count.
- A cell with line breaks is a text of several lines, as below a `|`.
- In `tags`, `source`, `credit` and `allow`, a comma, a semicolon or a line break stands between
  several names. The steps of a sequence stand one a line. `sides` and `regions` have keys of their
  own, which no cell can hold: write such facts below `facts:`.
- Where ids are missing, `check --fix` writes them into the table, into a column put first if there
  is none. Rows can be sorted and moved at any time: a card belongs to its id.
- The facts below `facts:` come first, then the rows in their order. One table belongs to one
  section.

In Excel, choose “CSV UTF-8” as the kind of file. What Excel makes of dates (`22.10.1962`) and of
`true` is understood, or answered with what to write; to keep dates as you type them, give the
column the format “Text”.
"""

_VALUES = """\
## Values

**Nothing is coerced.** A value is the text that stands there: `no` stays “no”, `22:30` stays
“22:30”, `1.10` stays “1.10”. Duplicate keys, anchors, aliases and YAML's tags are errors.

**Quotes** are needed where YAML would misread a text: where it has a colon with a space after it,
or ` #`, or begins with one of `[ ] { } * & ! | > % @ ? -` or a backquote. `check` says so and
shows the line to type; `check --fix` types it.

**Spaces, colons, hyphens and quotes** that YAML reads are the ordinary ones. No-break spaces, long
dashes and curly quotes are right inside of texts; `check` tells where one stands for a sign of
YAML, and `check --fix` types the sign. It also takes out what nobody sees and what spells nothing.

**Ids** may be left to the tool: write the facts below `facts:` as a list, each after a dash, or in
a [table](#tables), and `check --fix` gives each an id of its own.

**Dates** are written as in EDTF, the standard for the dates of all history (levels 0 and 1 of
[ISO 8601-2](https://www.loc.gov/standards/datetime/)). As much of the date is asked as you write,
and cards show it as the deck's language writes dates.

| you write | an English card shows |
|---|---|
{dates}

- Years have four digits. ISO counts a year 0, so that `-0043` is 44 BC; write the era, in the
  deck's language or in English, and you need not count: `44 BC`, `44 v. Chr.`, `63 BC/14 AD`.
- Dates stand as the source has them: no calendar is converted.
- `~` is about, `?` uncertain, `%` both. An `X` is a digit that nobody knows.
- Seasons are 21 to 24, from spring to winter; the winter of 1942/43 is `1942-24`.
- `..` is an end that there is not, as of what still goes on; nothing is one that nobody knows.
- What else you type, `c. 1200`, `July 14, 1789` or `14. Juli 1789`, is answered with the form to
  write, and where nothing else can be meant, `check --fix` writes it.
- Two dates that differ in `?` or `~` alone are one date where a card asks what happened then.

**Text** is one line or several (the lines are joined; below a `|` they stay apart), with
`*emphasis*`, `**strong**`, `` `code` `` and `[links](https://example.org)`; a backslash makes the
next sign an ordinary one. Stars that multiply (`2*3*4`, `a*b*c`) are stars. `H~2~O` and `m^2^` set
signs lower and higher; `~1200`, `5~10`, `x^2` and `10^6` stay as they are. `{漢字|かんじ}` writes a
reading above a word in Chinese characters, in quotes where a text begins with it.

**Blocks**: every text of a fact may have paragraphs, lists, tables and fenced code, the question,
the answer, and texts with blanks too. They need more than one line, below a `|`; what has one
line is no block, so that `1. Kennedy` is that. An empty line begins a new paragraph.

```yaml
  hannibal:
    cloze: |
      Hannibal's battles in Italy:

      | battle | year |
      |---|--:|
      | Trebia | ==218 BC== |
      | Cannae | ==216 BC== |
```

Items of a list begin with `-` or `1.`; code stands between two lines of ```` ``` ````; the line of
dashes below the first row makes a table, and a colon in it moves a column to the right (`--:`) or
the middle (`:-:`). Code keeps its lines and spaces; what is wider than the screen scrolls. A blank
lies within one paragraph, item or cell. Titles, names and `alt` are one line. In `extra`, the lines
of a paragraph are joined where one of them has 60 characters or more, and in `description` always;
`description` may have headings, quotations and rules as well.

The direction of a text, and of each paragraph, is that of its first letter outside of blanks.
`\\( … \\)` and `\\[ … \\]` are mathematics. Everything else, HTML and braces included, is
shown as you typed it; where that looks like markup, `check` says what to write.

**Pictures and sounds** stand in any text of a fact, beside words or alone, with what a
picture shows in the brackets:

    ask: "![a white star beside a red field](chile.svg)"
    answer: "Chile, in Spanish: ![](chile.mp3)"
    cloze: "The Spanish word for ![a house](house.png) is ==casa ![](casa.mp3)==."

- The files lie in `media/`: AVIF, GIF, JPEG, PNG, SVG, WebP; FLAC, M4A, MP3, Ogg, Opus, WAV;
  each of at most 5 MB. Quotes around the text keep YAML from reading a `!` at its beginning.
- The words in the brackets are read out to whoever cannot see the picture, on the front too:
  let them not tell the answer. A sound needs none.
- Anki plays the sounds of a side when it is shown: those of a question once, those of a text
  with blanks with each of its sides. The hint of a blank can hold a picture, and no sound.
- Titles, the description and `alt` hold neither. A file that is replaced by another of the same
  name reaches learners with the next release, as a change of the notes that show it.

**Blanks** are for `cloze` and `quote`. Elsewhere `==` is text.

| you write | the card asks for |
|---|---|
| `==quarantine==` | “quarantine”, on a card of its own |
| `==quarantine::not “blockade”==` | the same, and shows what stands after `::` as a hint |
| `==c1::Kennedy== and ==c1::Khrushchev==` | both on one card |
| `{{c1::quarantine}}` | the same as `==c1::quarantine==`, as Anki writes it |

The marks touch what they enclose. `\\==` is text, and so is `\\::` inside a blank.
"""


_SUBDECKS = """\
**Decks of sections.** With `subdecks: true` in deck.yaml, the cards of every section lie in a deck
below the deck, called as the section is (`History::Cuba::Prelude`). A `deck` in a section names its
deck in full, be it below the deck or elsewhere, with or without `subdecks`; one that is called as
the deck itself puts the cards there. In Anki, a deck holds what lies below it: learners study the
whole deck or one section. It sorts decks by name, and new cards come from one after the other:
begin names with numbers where their order matters. Decide before the first release: an import moves
no card that is there already (`check --explain moved-section`).

**Tags.** Every note has the tag `deck tag::section tag`, and the `tags` of its section and its own.
With `tag: false` (quotes make no difference) its notes have only the latter.
"""

_LABELS = """\
`labels` are in the deck's language; what is left out is as the language has it, or English. They
are plain text. The cards that show a changed label change for learners, those that do not, do not.
The names, and what they are in English:

{labels}
"""

_DATES = (
    "1962, 1962-07, 1962-11-20, 1962-10-27T17:40, 1962-10-16/1962-10-28, 44 BC, -0043-03-15, 0476, "
    "1200~, 1343?, 1400%, 196X, 18XX, -04XX, 1962-22, 1958/.., ../1453-05-29, 1497/"
).split(", ")


def _dates() -> str:
    """Every form of a date, and how an English card shows it."""
    rows = []
    for text in _DATES:
        when = typed.read(text, "en")
        assert isinstance(when, When), text
        shown = " ".join(language.english().date(when).split())
        rows.append(f"| `{text}` | {shown} |")
    return "\n".join(rows)


def _labels() -> str:
    """All labels, in one paragraph."""
    names = language.label_names().items()
    return ", ".join(f"`{name}` ({words})" for name, words in names) + "."


def page() -> str:
    """The reference as Markdown."""
    deck = pipeline.read(EXAMPLE).deck
    assert deck, "the deck of examples has errors"
    cards: dict[str, list[str]] = {}  # rows of a table, by fact
    for note in pipeline.release(deck, 1).notes:
        cards.setdefault(fact_of(note.key), []).extend(_cards(note))
    # By kind: the example as its author wrote it, up to the empty line below it, and its cards.
    examples: dict[str, tuple[str, list[str]]] = {}
    first = ""  # what stands above the facts of the first section
    for section in deck.sections:
        text = Path(section.facts[0].at.path).read_text(encoding="utf-8")
        first = first or text[: section.facts[1].at.start]
        for fact in section.facts:
            start = text.rfind("\n", 0, fact.at.start) + 1
            examples[fact.kind] = text[start:].partition("\n\n")[0], cards[fact.id]
    parts = [
        _HEAD,
        "## deck.yaml\n",
        _table(DECK_KEYS.values(), needs=("deck",)),
        "A source has:\n",
        _table(SOURCE_KEYS.values(), needs=("title",)),
        "`checks` has:\n",
        _table(CHECKS_KEYS.values(), needs=("off",)),
        _LABELS.replace("{labels}", _labels()),
        _yaml((EXAMPLE / DECK_FILE).read_text(encoding="utf-8")),
        "## Section files\n",
        _table(SECTION_KEYS.values(), needs=("section",)),
        "A section has `facts`, a `table`, or both.\n",
        _SUBDECKS,
        _yaml(first),
        _TABLES,
        "## Kinds of fact\n",
        "A fact has exactly one of these keys, which decides its kind, and what goes with it:\n"
        + ", ".join(f"[`{name}`](#{name})" for name in BUILT_IN)
        + ".\n",
    ]
    for name, kind in BUILT_IN.items():
        parts += _kind(kind, *examples[name])
    parts += ["## Keys of every fact\n", _table(COMMON.values(), needs=())]
    parts += [*_own_kinds(), *_adopted()]
    return "\n".join([*parts, _VALUES.replace("{dates}", _dates()), *_texts()])


_IN_TEXTS = ("text-code", "text-table", "text-reading", "text-sound", "embed")


def _texts() -> Iterator[str]:
    """What texts can hold, as it is written and as Anki shows it."""
    yield "## Texts in pictures\n"
    yield "From the deck in [texts/](texts/); the map is one of decks/south-america.\n"
    yield _yaml((TEXTS / "1-texts.yaml").read_text(encoding="utf-8").partition("facts:\n")[2])
    for name in _IN_TEXTS:
        sides = [f"![{side}](pictures/{name}-{side}.png)" for side in ("front", "back")]
        yield f"{' '.join(sides)}\n"


_OWN = """\
## Kinds of your own

A folder below `types/` is a kind of fact of this deck's own. Its `type.yaml` says which keys the
facts have, and which cards are made of them. This one is from
[decks/south-america](../decks/south-america/):
"""

_OWN_MORE = """\
Facts are written with these keys, in YAML or in a table. All keys of every fact go with them.

![A card in Anki](pictures/own-front.png) ![Its answer](pictures/own-back.png)

- **One fact is one note** in Anki, with a card for each of `cards` whose question and answer are
  there: the first key of `ask`, and the first of `answer`. Anki knows that they belong together,
  and does not show them on one day. The first key is in every fact.
- **Keys** are words without spaces that mean nothing else yet. `keys` may also be a mapping from
  each to an explanation, which editors show.
- **Once it is published**, six keys and three cards can be added, everything can be taken out, and
  the first key stays the first. The lock keeps their places, and `check` says where there is none
  left (`type-shape`).
- **`crisis-cards new --kind NAME DECK`** begins one, and tells editors of its keys.

For the few who need more, files beside `type.yaml` take the place of what is drawn:

- `front-1.html` and `back-1.html` are the templates of the first card, as Anki takes them:
  `{{key}}`, `{{#key}} … {{/key}}` where it has a text, `{{^key}} … {{/key}}` where it has none,
  `{{type:key}}`, `{{Tags}}`, and on the back `{{FrontSide}}`. Beside the keys there are FIELDS.
- `style.css` has rules for the cards of this kind, behind those of `theme.css`.

A front always shows the first key of its `ask`. Nothing may load or run anything, as learners
review without a network: HTML is plain elements with plain attributes, without comments.
"""


_ADOPTED = """\
## Notes of adopted types

`crisis-cards adopt` ([how](adopting.md)) brings a deck along that was made in Anki, with its note
types as they are. Below `types/`, each has a folder of its own:

```yaml
# types/geography/type.yaml
anki:
  id: 1585323248000
  name: Ultimate Geography
  fields: [Country, Capital, Flag]
  templates: [Country - Capital, Flag - Country]
as: {Country: term, Capital: means}
```

"""

_ADOPTED_FACTS = """\
Beside it lie its templates, `front-1.html` and `back-1.html` for the first card and so on, its
`style.css`, and in `anki.json` what else Anki keeps of it. They are as learners have them, scripts
included; `theme.css` does not count for them. Looks may change. Fields and templates never do: the
lock knows them, and `check` refuses others (`type-shape`).

A fact names its type, and then the fields:

```yaml
  scotland:
    note: geography
    Country: Scotland
    Capital: Edinburgh
    Flag: "![the flag of Scotland](ug-flag-scotland.svg)"
    tags: [UG::Europe]
  suez:
    note: geography
    Country: {html: '<u title="a canal">Suez</u>'}
    Capital: It has none.
```

- **A field is Markdown**, as every text, or `{html: '…'}` where Markdown cannot say it. HTML goes
  to Anki as it stands; no check reads it but `lost-file`. An empty first line is a line break.
- **Blanks** stand in the fields of a type with `cloze: true` that its template shows as such:
  `==answer==`, or with Anki's number, `{{c1::answer}}`.
- **Pictures and sounds keep their names**, and may be files of any kind. Files whose names begin
  with `_` are always packaged: templates show them.
- **`as:`** says which keys of a kind of fact the fields stand for. Then the checks of wording
  read them as they read those.
- Beside the fields a fact may have `tags`, `was`, `retired` (which adds the tag alone), `allow`,
  and `decks`, the decks of cards that lie in others than the section's: `decks: {2: Birds::Calls}`.
  A field that is called like one of these, or `note`, has another key: `fields` is a mapping then,
  from each name to its key.
- Facts of all other kinds may stand beside them.
"""


def _adopted() -> Iterator[str]:
    yield _ADOPTED
    yield _table(adopted_types.TYPE_KEYS.values(), ("anki",))
    yield "`anki` has:\n"
    yield _table(adopted_types.ANKI_KEYS.values(), ("id", "name", "fields", "templates"))
    yield _ADOPTED_FACTS


def _own_kinds() -> Iterator[str]:
    folder = EXAMPLE.parent.parent / "decks" / "south-america"
    yield _OWN
    yield _yaml((folder / "types" / "country" / "type.yaml").read_text(encoding="utf-8"))
    yield _table(TYPE_KEYS.values(), tuple(TYPE_KEYS))
    yield "A card has:\n"
    yield _table(CARD_KEYS.values(), ("ask", "answer"))
    yield _OWN_MORE.replace("FIELDS", ", ".join(f"`{name}`" for name in FIELDS))


def _kind(kind: Kind, written: str, cards: list[str]) -> Iterator[str]:
    yield f"### {kind.name}\n"
    yield f"{kind.about}\n"
    yield _table(kind.keys.values(), kind.needed)
    if kind.name == "picture":
        yield "A region has:\n"
        yield _table(REGION_KEYS.values(), needs=tuple(REGION_KEYS))
    yield _yaml(written)
    yield "| card | shows | asks for |\n|---|---|---|"
    yield "".join(cards)
    yield (
        f"![A card in Anki](pictures/{kind.name}-front.png) "
        f"![Its answer](pictures/{kind.name}-back.png)\n"
    )


def _table(keys: Iterable[AnyKey], needs: Collection[str]) -> str:
    rows = ["| key | value | | for instance |", "|---|---|---|---|"]
    for key in keys:
        name = f"`{key.name}`" if key.name in needs else f"`{key.name}` (optional)"
        rows.append(f"| {name} | {key.shape.about} | {key.about} | `{key.example}` |")
    return "\n".join([*rows, ""])


def _yaml(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```\n"


def _cards(note: Published) -> Iterator[str]:
    """For every card of a note a row of a table: its slot, its question and its answer."""
    slot, fields = slot_of(note.key), split(note.type, note.fields)
    if isinstance(fields, Question):
        yield _row(f"`{slot}`", fields.question, fields.answer)
        return
    for number in (ordinal + 1 for ordinal in ordinals.of_cloze(fields)):
        if isinstance(fields, Regions):
            shown, blanks = f"{fields.question} (and the picture)", fields.answer
        else:
            shown, blanks = render.cloze(fields.text, number, hidden=True), fields.text
        yield _row(f"`{slot}` {number}", shown, render.only(blanks, number))


def _row(slot: str, *sides: str) -> str:
    cells = (cell.replace("|", "\\|") for cell in (slot, *map(_plain, sides)))
    return f"| {' | '.join(cells)} |\n"


def _plain(html: str) -> str:
    """Text for a table: a line of it for every paragraph, quotation and list item."""
    blocks = re.split(r"</?(?:p|ol|li|blockquote)\b[^>]*>", html)
    texts = (" ".join(markup.plain(block).split()) for block in blocks)
    return "<br>".join(filter(None, texts))
