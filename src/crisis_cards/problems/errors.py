"""The errors: what stops a build. What each means is a page in `checks/errors.md`.

Warnings stand beside what finds them.
"""

from __future__ import annotations

from . import error

YAML_SYNTAX = error("yaml-syntax")
MERGE_CONFLICT = error("merge-conflict")
NOT_UTF8 = error("not-utf8")
DUPLICATE_KEY = error("duplicate-key")
UNKNOWN_KEY = error("unknown-key")
MISSING_KEY = error("missing-key")
WRONG_TYPE = error("wrong-type")
ALIAS = error("alias")
BAD_ID = error("bad-id")
MISSING_ID = error("missing-id")
DUPLICATE_ID = error("duplicate-id")
NO_KIND = error("no-kind")
TWO_KINDS = error("two-kinds")
UNKNOWN_SOURCE = error("unknown-source")
UNKNOWN_CHECK = error("unknown-check")
BAD_DATE = error("bad-date")
SHARED_DATE = error("shared-date")
BAD_TAG = error("bad-tag")
NO_CLOZE = error("no-cloze")
CUT_BLANK = error("cut-blank")
UNCLOSED_CLOZE = error("unclosed-cloze")
EMPTY_CLOZE = error("empty-cloze")
BAD_CLOZE_NUMBER = error("bad-cloze-number")
MISSING_TABLE = error("missing-table")
TABLE_SHAPE = error("table-shape")
MISSING_MEDIA = error("missing-media")
UNSAFE_MEDIA = error("unsafe-media")
UNSAFE_STYLE = error("unsafe-style")
MEDIA_COLLISION = error("media-collision")
BAD_LOCK = error("bad-lock")
BAD_WAS = error("bad-was")
WRONG_COUNT = error("wrong-count")
BAD_REGION = error("bad-region")
REPEATED_TEXT = error("repeated-text")
BAD_URL = error("bad-url")
BAD_LANGUAGE = error("bad-language")
EMPTY_DECK = error("empty-deck")
UNREADABLE_FILE = error("unreadable-file")
