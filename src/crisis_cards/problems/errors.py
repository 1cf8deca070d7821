"""The errors: what stops a build, and what each means. Warnings stand beside what finds them."""

from __future__ import annotations

from . import error

YAML_SYNTAX = error(
    "yaml-syntax", "the file is not YAML, or uses a character that YAML does not allow"
)
NOT_UTF8 = error("not-utf8", "the file is not written in UTF-8")
DUPLICATE_KEY = error("duplicate-key", "a key stands twice in one place")
UNKNOWN_KEY = error("unknown-key", "a key that the format does not have, mostly a misspelt one")
MISSING_KEY = error("missing-key", "a key that is needed is not there")
WRONG_TYPE = error("wrong-type", "a value has the wrong shape, such as a list instead of a text")
ALIAS = error("alias", "a value begins with `&`, `*` or `!`, which mean something in YAML")
BAD_ID = error(
    "bad-id", "an id is not lower-case words with hyphens, or a published deck got another"
)
MISSING_ID = error(
    "missing-id", "a fact in a list has no id; `check --fix` makes one and writes it into the file"
)
DUPLICATE_ID = error("duplicate-id", "two facts, or two decks, have one id")
NO_KIND = error("no-kind", "nothing says what kind of fact this is")
TWO_KINDS = error("two-kinds", "a fact has the keys of two kinds")
UNKNOWN_SOURCE = error("unknown-source", "a fact names a source that deck.yaml does not have")
UNKNOWN_CHECK = error("unknown-check", "an `allow` or `off` names a check that does not exist")
BAD_DATE = error("bad-date", "a date cannot be read, or is not in the calendar")
SHARED_DATE = error("shared-date", "an event with `both: true` has the date of another event")
BAD_TAG = error("bad-tag", "a tag that Anki would change")
NO_CLOZE = error("no-cloze", "a sentence to be completed has no blank")
UNCLOSED_CLOZE = error("unclosed-cloze", "the mark of a blank has no partner")
EMPTY_CLOZE = error("empty-cloze", "a blank hides nothing")
BAD_CLOZE_NUMBER = error("bad-cloze-number", "a blank has a number that Anki cannot use")
MISSING_MEDIA = error("missing-media", "a picture is not there")
UNSAFE_MEDIA = error("unsafe-media", "a file is too large, or no plain picture")
UNSAFE_STYLE = error("unsafe-style", "theme.css would load something, or break the card")
MEDIA_COLLISION = error("media-collision", "two pictures would be one file in Anki")
BAD_LOCK = error("bad-lock", "deck.lock cannot be read, so that it is not known what learners have")
BAD_WAS = error("bad-was", "`was` names an id that is still there, or that another fact claims")
WRONG_COUNT = error("wrong-count", "a sequence or contrast has fewer than two parts")
BAD_REGION = error("bad-region", "a region of a picture is not four numbers that lie inside it")
REPEATED_TEXT = error("repeated-text", "a step or side stands twice in one fact")
BAD_URL = error("bad-url", "an address does not begin with http:// or https://, or has a space")
BAD_LANGUAGE = error("bad-language", "the code of a language does not exist")
EMPTY_DECK = error("empty-deck", "a deck has no section files")
UNREADABLE_FILE = error("unreadable-file", "the system does not let the file be read")
