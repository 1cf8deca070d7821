"""The one table of keys: everything that an author can write.

The parser, the explanations of syntax errors, the schema and the reference page read it.
"""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """One key: the shape of its value (a reader of `values`), what it is for, and an example."""

    name: str
    shape: str
    about: str
    example: str


def _table(*keys: Key) -> dict[str, Key]:
    return {key.name: key for key in keys}


DECK_KEYS = _table(
    Key("deck", "deck-name", "the deck's name in Anki; :: nests", "History::Cuban Missile Crisis"),
    Key("id", "id", "the deck's identity, never changed once published", "cuban-missile-crisis"),
    Key("tag", "tag", "the root of all tags; default: the id", "cuban-missile-crisis"),
    Key("language", "language", "the language of the cards; default: en", "en-US"),
    Key("description", "text", "Markdown, shown in Anki's deck overview", "The thirteen days."),
    Key(
        "timeline",
        "when",
        "the span of the timeline on the back of dated cards",
        "1962-10-14/1962-10-28",
    ),
    Key(
        "sources",
        "sources",
        "where facts come from: a key, then title and url",
        "{hotline: {title: The Hotline Agreement}}",
    ),
    Key("avoid", "pairs", "wording not to use, and what to write instead", "{Reds: Soviets}"),
    Key("checks", "switches", "checks that this deck does without", "{off: [no-source]}"),
)
CHECKS_KEYS = _table(
    Key("off", "checks", "the names of checks that are not wanted", "[no-source]"),
)
SECTION_KEYS = _table(
    Key("section", "text", "the section's title, shown on its cards", "Prelude to the Crisis"),
    Key("tag", "tag", "the section's tag; default: its title as a slug", "2-prelude"),
    Key("source", "names", "the source of all facts that name none", "milestone"),
    Key("tags", "tags", "tags for every fact of the section", "[background]"),
    Key("facts", "facts", "the facts, each below its id", "{u-2: {term: U-2, means: A spy plane}}"),
)
SOURCE_KEYS = _table(
    Key("title", "text", "what the card calls the source", "Office of the Historian, Milestones"),
    Key("url", "url", "its address on the web", "https://history.state.gov/milestones"),
)
REGION_KEYS = _table(
    Key("answer", "text", "what the region shows", "Mexico City"),
    Key("at", "box", "left, top, width, height in percent of the picture", "[32, 41, 6, 4]"),
)
KEYS = _table(
    Key("ask", "text", "a question", "Which aircraft photographed the sites?"),
    Key("answer", "text", "its answer", "The U-2"),
    Key("cloze", "passage", "a sentence with ==blanks==", "The Navy enforced a ==quarantine==."),
    Key("term", "text", "a technical term", "ExComm"),
    Key("means", "text", "what it means", "Kennedy's committee of crisis advisers"),
    Key("person", "text", "a person's name", "Anatoly Dobrynin"),
    Key("role", "text", "the role that they had", "Soviet ambassador to the United States"),
    Key("did", "text", "what they did", "met Robert Kennedy in secret on October 27"),
    Key("place", "text", "a place", "San Cristóbal"),
    Key("what", "text", "what it stands for", "Cuban town near the first missile base found"),
    Key("event", "text", "something that happened", "The quarantine of Cuba ends"),
    Key("why", "text", "an effect", "Kennedy said “quarantine”, not “blockade”"),
    Key("because", "text", "its cause", "A blockade assumes a state of war"),
    Key("both", "flag", "true: ask the other way round too", "true"),
    Key("quote", "passage", "somebody's words, with blanks or without", "untie that ==knot=="),
    Key("by", "text", "who said or wrote it", "Nikita Khrushchev"),
    Key("to", "text", "to whom", "John F. Kennedy"),
    Key("sequence", "text", "what the steps lead through", "From the flight to the President"),
    Key("steps", "steps", "3 to 7 steps in order", "[A U-2 takes pictures, Analysts find sites]"),
    Key("contrast", "text", "what the sides have in common", "Which of the two messages"),
    Key("sides", "sides", "2 to 4 sides: side, description", "{MRBM: medium, IRBM: longer}"),
    Key("picture", "text", "what is asked of each region", "Which city is marked?"),
    Key(
        "regions",
        "regions",
        "the regions that are asked: an id, then answer and at",
        "{lima: {answer: Lima, at: [63, 78, 12, 4]}}",
    ),
    Key("hint", "text", "a help behind a tap", "an Executive Committee"),
    Key("extra", "text", "Markdown, shown after the answer", "It met first on October 16."),
    Key("source", "names", "a key of `sources`, or a list of keys", "milestone"),
    Key("tags", "tags", "more tags for this fact", "[people]"),
    Key("when", "when", "an ISO date of any precision, or a span", "1962-10-22"),
    Key("image", "image", "a picture in media/, shown with the answer", "map.svg"),
    Key("alt", "text", "the picture in words, for those who cannot see it", "Map of Cuba"),
    Key("credit", "names", "who made the picture: a key of `sources`, or a list", "atlas"),
    Key("was", "id", "the fact's former id", "ex-comm"),
    Key("retired", "text", "why the card should no longer be learned", "The claim was wrong."),
    Key("allow", "checks", "checks that this fact may break", "[answer-long]"),
)  # fmt: skip
COMMON = (
    "hint", "extra", "source", "tags", "when", "image", "alt", "credit", "was", "retired", "allow",
)  # fmt: skip
"""Keys that every kind of fact may have."""

LISTS = frozenset({"names", "tags", "checks", "steps", "box"})
"""Shapes of values that may be lists in brackets."""
MAPPINGS = frozenset({"sides", "sources", "pairs", "facts", "regions", "switches"})
"""Shapes of values that are mappings."""
