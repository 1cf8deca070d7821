"""Pictures of facts, and the regions of a picture that are asked for."""

from __future__ import annotations

import re
from pathlib import Path

from . import cloze, media
from .facts import Box, Image, Region
from .keys import REGION_KEYS
from .media import Picture, Refused
from .source import Node, Text
from .values import Values, short


class Pictures(Values):
    """Readers of the values that belong to a picture."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.pictures: dict[str, Text] = {}  # a picture without case → as it is first written
        self.found: dict[str, Picture | Refused] = {}

    def _image(self, key: Text, node: Node) -> Image | None:
        text = self._text(key, node)
        if text is None:
            return None
        value = text.value.strip()
        found = self.found.get(value) or media.find(self.folder, value)
        self.found[value] = found
        if isinstance(found, Refused):
            self._report(text.span, *found)
            return None
        first = self.pictures.setdefault(media.same_file_elsewhere(value), text)
        if first.value.strip() != value:
            self._report(
                text.span,
                "media-collision",
                f'"{short(text)}" and "{short(first)}" are one file on Windows and macOS',
                "rename one of the two pictures",
            )
            return None
        return Image(text, found)

    def _regions(self, key: Text, node: Node) -> tuple[Region, ...] | None:
        hint = 'write an id for each, and below it "answer: …" and "at: [left, top, width, height]"'
        mapping = self._mapping(key, node, hint)
        if mapping is None:
            return None
        entries = self._entries(mapping.items)
        made = [self._region(name, value) for name, value in entries]
        regions = tuple(region for region in made if region)
        if len(regions) > cloze.HIGHEST:
            first = regions[cloze.HIGHEST].id
            message = f"Anki makes cards of {cloze.HIGHEST} regions at most, and this is one more"
            self._report(first.span, "wrong-count", message, "make two facts of this one")
        whole = len(regions) == len(mapping.items) and self._apart(regions)
        return regions if whole else None

    def _region(self, name: Text, node: Node) -> Region | None:
        if not self._is_key(name) or not self._id(name, name):
            return None
        mapping = self._mapping(name, node, 'write "answer: …" and "at: [32, 41, 6, 4]" below it')
        if mapping is None:
            return None
        entries = self._entries(mapping.items)
        values, unknown = self._read(entries, REGION_KEYS, "a region")
        present = {key.value for key, _ in entries}
        missing = [key for key in REGION_KEYS if key not in present]
        if missing and not unknown:
            wanted = " and ".join(f'"{key}"' for key in missing)
            hint = " and ".join(f'"{key}: {REGION_KEYS[key].example}"' for key in missing)
            message = f'the region "{short(name)}" has no {wanted}'
            self._report(name.span, "missing-key", message, f"add a line such as {hint}")
        if any(key not in values for key in REGION_KEYS):
            return None
        return Region(name, values["answer"], values["at"])

    def _box(self, key: Text, node: Node) -> Box | None:
        """Left, top, width and height in percent; the sign may stand after each number."""
        if isinstance(node, Text) and node.value:
            numbers = re.findall(r"\d+(?:\.\d+)?", node.value)
            hint = f"write them in brackets: [{', '.join(numbers)}]"
            self._report(
                node.span,
                "bad-region",
                "a region's place is four numbers in brackets",
                hint if len(numbers) == 4 else _BOX,
            )
            return None
        texts = self._texts(key, node)
        if texts is None:
            return None
        if len(texts) != 4:
            message = f"a region's place is four numbers, and these are {len(texts)}"
            hint = "in a number, write a point: 32.5" if len(texts) > 4 else _BOX
            self._report(node.span, "bad-region", message, hint)
            return None
        for text in texts:
            if not re.fullmatch(r"(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%?", text.value):
                message = f'"{short(text)}" is not a percentage from 0 to 100'
                self._report(text.span, "bad-region", message, _BOX)
                return None
        box = Box(*(float(text.value.rstrip("%")) for text in texts))
        if not box.width * box.height:
            text = texts[2] if not box.width else texts[3]
            message = "a region without width or height covers nothing"
            self._report(text.span, "bad-region", message, "write how large it is, in percent")
            return None
        for start, size, first, second in ((0, 2, "left", "width"), (1, 3, "top", "height")):
            end = round(box[start] + box[size], 6)
            if end > 100:
                message = f"the region ends at {end:g} % of the picture's {second}"
                hint = f"{first} and {second} together are at most 100"
                self._report(texts[size].span, "bad-region", message, hint)
                return None
        return box

    def _apart(self, regions: tuple[Region, ...]) -> bool:
        """A region under another one would stay covered when it is the answer."""
        for at, region in enumerate(regions):
            for other in regions[:at]:
                if region.at.covers_middle(other.at) or other.at.covers_middle(region.at):
                    self._report(
                        region.id.span,
                        "bad-region",
                        f'"{short(region.id)}" and "{short(other.id)}" lie on one another, '
                        "so that neither can be shown alone",
                        'correct the "at" of one of the two',
                    )
                    return False
        return True


_BOX = "write left, top, width and height in percent of the picture, as in [32, 41, 6, 4]"
