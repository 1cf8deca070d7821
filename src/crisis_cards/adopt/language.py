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
_FEWEST = 6  # different small words: names of birds have one of Spanish here and there
_SURE = 1.5  # times as many of them as in any other language
_WORD = re.compile(r"[^\W\d_]+")


def guess(fields: Iterable[str]) -> str:
    """The code of the language, of those whose small words are known; English where in doubt."""
    found: Counter[str] = Counter()
    for html in islice(fields, _LOOKED_AT):
        found.update(_WORD.findall(plain(html).lower()))
    small = {
        code: [word for word in found if word in words.of(code).stop] for code in words.languages()
    }
    hits = Counter({code: sum(map(found.__getitem__, of)) for code, of in small.items()})
    (code, most), (_, second) = hits.most_common(2)
    is_sure = len(small[code]) >= _FEWEST and most >= _SURE * second
    return code if is_sure else language.english().code
