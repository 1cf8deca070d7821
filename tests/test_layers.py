"""Imports go one way: a module may only use those above it."""

from __future__ import annotations

import ast
from pathlib import Path

import crisis_cards

ORDER = (
    "folders", "diagnostics", "keys", "slips", "source", "dates", "language", "media",
    "stylesheet", "cloze", "facts", "values", "pictures", "parsing", "schema", "markup", "words",
    "prompts", "wording", "twins", "checks",
    "timeline", "notes", "cards", "theme", "render", "lock", "numbering", "releases",
    "renames", "manual", "apkg", "files", "progress",
    "cache", "new", "reuse", "build", "watch", "fix", "stats", "reference", "diff", "rehearsal",
    "preview", "cli",
)  # fmt: skip
PACKAGE = Path(crisis_cards.__file__).parent


def _imported(path: Path) -> set[str]:
    """The modules that a file imports; those of its own folder are its own business."""
    depth = 1 if path.parent == PACKAGE else 2
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names |= {node.module.split(".")[0]} if node.module else {a.name for a in node.names}
    return names - {"__version__"}


def test_every_module_has_its_place() -> None:
    present = {path.stem for path in PACKAGE.glob("*.py")}
    present |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert present - {"__init__", "__main__"} == set(ORDER)


def test_imports_go_one_way() -> None:
    for place, name in enumerate(ORDER):
        for path in (*PACKAGE.glob(f"{name}.py"), *PACKAGE.glob(f"{name}/*.py")):
            below = _imported(path) - set(ORDER[:place])
            assert not below, f"{path} imports {below}"


def test_only_one_module_knows_genanki() -> None:
    users = {
        path.name
        for path in PACKAGE.rglob("*.py")
        if "genanki"
        in {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
    }
    assert users == {"apkg.py"}
