"""What can be said of a deck: the checks, and their manual.

A section is studied by itself, and what it found and collected for `INDEXES` is plain data; a deck
is judged from that of all its sections. Once this package is imported, `CHECKS` knows every check.
"""

from __future__ import annotations

from ..problems import CHECKS
from . import baseline
from .baseline import Held
from .index import Index, Whole
from .link import COVERED, INDEXES, judge
from .record import FactRecord, SectionRecord, fact_records, restore, section_record
from .study import Study, findings, study
from .wording import unchecked

__all__ = [
    "CHECKS", "COVERED", "INDEXES", "FactRecord", "Held", "Index", "SectionRecord", "Study",
    "Whole", "baseline", "fact_records", "findings", "judge", "restore", "section_record", "study",
    "unchecked",
]  # fmt: skip
