"""Tables that sections name: which there are beside deck.yaml, and what they hold."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path, PurePath, PurePosixPath
from types import MappingProxyType

from ..problems import errors, excerpt
from ..yaml import tree
from .folders import TABLES, Unread, table_files
from .media import Refused

_ALONE = "put the table beside deck.yaml, and write its name alone"


def is_table(path: str) -> bool:
    """Whether a file is a table, by its name."""
    return PurePath(path).suffix.lower() in TABLES


class Tables:
    """The tables in a deck's folder, each of which is read once.

    `unsaved` are files as they would be read if they were written.
    """

    def __init__(self, folder: Path, unsaved: Mapping[Path, bytes] = MappingProxyType({})) -> None:
        self.folder = folder
        self._unsaved = unsaved
        self.texts: dict[str, bytes | OSError] = {}
        """What the tables hold that were asked for, by their paths."""

    @cached_property
    def _paths(self) -> Mapping[str, Path]:
        return {unicodedata.normalize("NFC", path.name): path for path in table_files(self.folder)}

    def load(self, path: Path) -> bytes | OSError:
        """What a table holds, or why it cannot be read."""
        if (name := str(path)) not in self.texts:
            self.texts[name] = self._unsaved[path] if path in self._unsaved else tree.load(path)
        return self.texts[name]

    def find(self, value: str) -> Path | Refused:
        """The table that `table: value` names."""
        name, shown = PurePosixPath(value), f'"{excerpt(value)}"'
        if name.is_absolute() or ".." in name.parts or "\\" in value or ":" in value:
            return Refused(errors.MISSING_TABLE, f"{shown} leads out of the deck", _ALONE)
        if len(name.parts) > 1:
            message = f"{shown} does not lie beside deck.yaml"
            return Refused(errors.MISSING_TABLE, message, _ALONE)
        if not is_table(value):
            message = f"{shown} is no table: the names of tables end in .csv or .tsv"
            hint = 'save it as "CSV UTF-8" in the program that it was made with, and name that file'
            return Refused(errors.MISSING_TABLE, message, hint)
        path = self._paths.get(unicodedata.normalize("NFC", value))
        if path is None or not path.exists():
            close = get_close_matches(value, self._paths, 1)
            hint = f"put the file into the folder {self.folder.as_posix()}/, beside deck.yaml"
            hint = f'did you mean "{close[0]}"?' if close else hint
            return Refused(errors.MISSING_TABLE, f"there is no table {shown}", hint)
        if path.is_dir():
            return Refused(errors.MISSING_TABLE, f"{shown} is a folder, not a table", _ALONE)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            message = f"{shown} is a link that leads out of the deck"
            hint = "put the table itself beside deck.yaml"
            return Refused(errors.MISSING_TABLE, message, hint)
        return path

    def seen_by(self, section: bytes) -> Iterator[str | bytes]:
        """What a section file may depend on: which tables there are, and those that it may name."""
        for name, path in self._paths.items():
            yield f"{path.name}\0{os.path.realpath(path)}"
            # Other names, and escapes in quotes, may be written in several ways.
            plain = b"\\" not in section and re.fullmatch(r"[\w.-]+", name, re.ASCII)
            if not plain or name.encode() in section:
                data = self.load(path)
                yield data if isinstance(data, bytes) else f"unreadable: {data.errno}"

    def unread(self, named: Iterable[str]) -> Iterator[Unread]:
        """The tables that no section names; `named` are the paths of the others."""
        known = set(named)
        for path in self._paths.values():
            if str(path) not in known and not path.is_dir():
                hint = f'write "table: {path.name}" in a section file, or move it elsewhere'
                yield Unread(path, "no section names this table, so that it is not read", hint)
