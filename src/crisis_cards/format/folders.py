"""Which folders are decks, and which of their files are sections."""

from __future__ import annotations

from pathlib import Path

DECK_FILE = "deck.yaml"


def find(root: Path) -> list[Path]:
    """The deck folders below a folder, by name."""
    return sorted(path.parent for path in root.glob(f"*/{DECK_FILE}"))


def section_files(folder: Path) -> list[Path]:
    """A deck's section files in the order of their names; hidden ones are an editor's."""
    files = (
        path
        for path in folder.iterdir()
        if path.suffix.lower() in (".yaml", ".yml")
        and path.name != DECK_FILE
        and not path.name.startswith(".")
        and not path.is_dir()
    )
    return sorted(files, key=lambda path: path.name)
