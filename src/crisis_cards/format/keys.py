"""The keys that facts of every kind may have, and those that several kinds share."""

from __future__ import annotations

from .shape import Key, table
from .shapes import CHECK_NAMES, FLAG, ID, NAMES, TAGS, TEXT
from .shapes import IMAGE as PICTURE_FILE
from .shapes import WHEN as DATE

HINT = Key("hint", TEXT, "a help behind a tap", "an Executive Committee")
EXTRA = Key("extra", TEXT, "Markdown, shown after the answer", "It met first on October 16.")
SOURCE = Key("source", NAMES, "a key of `sources`, or a list of keys", "milestone")
OWN_TAGS = Key("tags", TAGS, "more tags for this fact", "[people]")
WHEN = Key("when", DATE, "a date of any precision, or a span", "1962-10-22")
IMAGE = Key("image", PICTURE_FILE, "a picture in media/, shown with the answer", "map.svg")
ALT = Key("alt", TEXT, "the picture in words, for those who cannot see it", "Map of Cuba")
CREDIT = Key("credit", NAMES, "who made the picture: a key of `sources`, or a list", "atlas")
WAS = Key("was", ID, "the fact's former id", "ex-comm")
RETIRED = Key("retired", TEXT, "why the card should no longer be learned", "The claim was wrong.")
ALLOW = Key("allow", CHECK_NAMES, "checks that this fact may break", "[answer-long]")

COMMON = table(HINT, EXTRA, SOURCE, OWN_TAGS, WHEN, IMAGE, ALT, CREDIT, WAS, RETIRED, ALLOW)
"""Keys that every kind of fact may have."""

BOTH = Key("both", FLAG, "true: ask the other way round too", "true")
