"""What the names of section files tell: a copy that a program made, an order that was not meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from ..problems import Span
from .index import Whole, from_records
from .register import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .record import FactRecord


def copies(records: Sequence[FactRecord]) -> Mapping[str, str]:
    """The files that are copies of others, each with the path of the other.

    A copy has most of the other's ids, and its name with something more: "(conflicted copy …)",
    ".sync-conflict-…", " - Copy", "Kopie von ", " 2", "(1)", "~".
    """
    ids: dict[str, set[str]] = defaultdict(set)
    for record in records:
        ids[record.at.path].add(record.id)
    found = {}
    by_length = sorted(ids, key=lambda path: (len(PurePath(path).stem), path))
    for at, path in enumerate(by_length):
        stem, own = PurePath(path).stem, ids[path]
        for other in by_length[:at]:
            if PurePath(other).stem in stem and 2 * len(own & ids[other]) > len(own):
                found[path] = other
                break
    return found


def copied(path: str, other: str) -> Fault:
    """What is said of a copy."""
    name = PurePath(other).name
    by = " that a program made" if re.search("conflict", path, re.IGNORECASE) else ""
    message = f"this file has the facts of {name}: it seems to be a copy of it{by}"
    hint = f"compare the two, put what is missing into {name}, and remove this file"
    return Fault(Span(path, 1, 1, 2), message, hint)


@from_records()
def file_order(whole: Whole) -> Iterator[Fault]:
    """Section files are not read in the order of the numbers in their names.

    Names are sorted sign by sign, as in most lists of files: `10-ten.yaml` comes before
    `2-two.yaml`, and new cards come in that order. A file may be renamed at any time: cards are
    known by their facts' ids, and tags by the section's title, so that learners notice nothing but
    the order of new cards.

    Bad: `1-one.yaml`, `2-two.yaml`, `10-ten.yaml`

    Good: `01-one.yaml`, `02-two.yaml`, `10-ten.yaml`

    Where the rule comes from: the order of names in every shell and on every web page of a
    repository.
    """
    numbers = re.compile(r"(\d+)")
    paths = [section.path for section in whole.sections]
    split = [(path, numbers.split(PurePath(path).name)) for path in paths]
    for (earlier, before), (path, parts) in pairwise(split):
        for at, (left, right) in enumerate(zip(before, parts, strict=False)):
            if left == right:
                continue
            if left.isdecimal() and right.isdecimal() and int(left) > int(right):
                better = "".join((*parts[:at], right.zfill(len(left)), *parts[at + 1 :]))
                message = f"this file is read after {PurePath(earlier).name}"
                hint = (
                    f"rename it to {better}, others likewise: only the order of new cards changes"
                )
                yield Fault(Span(path, 1, 1, 2), message, hint)
                return
            break
