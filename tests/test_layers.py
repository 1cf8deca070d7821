"""Imports go one way: a module may only use those above it."""

from __future__ import annotations

import ast
from pathlib import Path

import crisis_cards

ORDER = (
    "diagnostics", "keys", "slips", "source", "dates", "language", "media", "cloze", "facts",
    "parsing", "schema", "checks", "markup", "notes", "cards", "theme", "render", "lock", "apkg",
    "files", "new", "build", "watch", "fix", "diff", "rehearsal", "cli",
)  # fmt: skip
PACKAGE = Path(crisis_cards.__file__).parent


def _imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            names |= {node.module.split(".")[0]} if node.module else {a.name for a in node.names}
    return names - {"__version__"}


def test_every_module_has_its_place() -> None:
    present = {path.stem for path in PACKAGE.glob("*.py")} | {"theme"}
    assert present - {"__init__", "__main__"} == set(ORDER)


def test_imports_go_one_way() -> None:
    for place, name in enumerate(ORDER):
        path = PACKAGE / f"{name}.py"
        path = path if path.exists() else PACKAGE / name / "__init__.py"
        below = _imported(path) - set(ORDER[:place])
        assert not below, f"{name} imports {below}"


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
