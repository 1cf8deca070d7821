"""In which language the cards of a deck are, by its small words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from ..checks import words
from ..format import language
from ..release.diff import plain

_LOOKED_AT = 3_000  # fields
_FEWEST = 6  # small words; names of birds have one of Spanish here and there
_SURE = 1.5  # times as many as in any other language
_WORD = re.compile(r"[^\W\d_]+")


def guess(fields: Iterable[str]) -> str:
    """The code of the language, of those whose small words are known; English where in doubt."""
    found: set[str] = set()
    for html in islice(fields, _LOOKED_AT):
        found.update(_WORD.findall(plain(html).lower()))
    # How often each occurs says little: there may be an "a" or "e" in every note of a grammar.
    hits = Counter({code: len(found & words.of(code).stop) for code in words.languages()})
    (code, most), (_, second) = hits.most_common(2)
    return code if most >= max(_FEWEST, _SURE * second) else language.english().code
