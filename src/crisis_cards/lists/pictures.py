"""Pictures and sounds that lie beside a list."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..format import embeds, media
from ..format.folders import MEDIA
from ..format.media import Media, Picture, Refused
from .kinds import Made


def named(fact: Made) -> set[str]:
    """The names of pictures and sounds in a fact."""
    texts = [value for _, value in fact.entries if isinstance(value, str)]
    named = {each.name for text in texts for each in embeds.find(text)}
    return named | {text for key, text in fact.entries if key == "image" and isinstance(text, str)}


def found(new: Iterable[Made], deck: Path, beside: Path | None) -> dict[Path, Path]:
    """The files beside the list that are to be copied, by where they go."""
    files: dict[Path, Path] = {}
    if beside is None:
        return files
    for name in sorted({name for fact in new for name in named(fact)}):
        if re.search(r"[/\\:\0]", name) or name[0] == "." or len(name) > 200:
            continue
        place, source = deck / MEDIA / name, beside / name
        if not place.exists() and source.is_file():
            files[place] = source
    return files


class _Incoming(Media):
    """The files of a deck, and those that are still to be copied into its `media/`."""

    def __init__(self, deck: Path, incoming: Path) -> None:
        super().__init__(deck)
        self.incoming = incoming

    def find(self, value: str) -> Picture | Refused:
        found = super().find(value)
        if isinstance(found, Refused) and (self.incoming / MEDIA / value).is_file():
            return media.find(self.incoming, value)
        return found


def incoming(deck: Path, folder: Path, files: Mapping[Path, Path]) -> Media:
    """The media of a deck with files that are to be copied; until then, they lie in `folder`."""
    for path, source in files.items():
        place = folder / MEDIA / path.name
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, place)
    return _Incoming(deck, folder)
