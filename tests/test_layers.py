"""Imports go one way: a module may only use those above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import crisis_cards
from crisis_cards.format.kinds import BUILT_IN

ORDER = (
    "files", "git", "problems", "yaml", "format", "cards", "checks", "release", "targets", "store",
    "compiled", "pipeline", "watch", "fix", "api", "preview", "rehearsal", "adopt", "lists",
    "commands",
)  # fmt: skip
APART = (("checks", "release"), ("release", "checks"))
"""Of these, neither may use the other one, wherever they stand in the order."""
PACKAGE = Path(crisis_cards.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 500  # lines of a module


def _imports(path: Path) -> Iterator[str]:
    """Everything that a file imports, by its full name: modules, and the names from them."""
    package = ("crisis_cards", *path.parent.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            yield ".".join(module)
            yield from (".".join((*module, alias.name)) for alias in node.names)


def _parts(path: Path) -> set[str]:
    """The parts of the package that a file imports; its own one is its own business."""
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    names = (name.split(".") for name in _imports(path))
    return {name[1] for name in names if name[0] == "crisis_cards" and len(name) > 1} - {own}


def test_every_module_has_its_place() -> None:
    present = {path.stem for path in PACKAGE.glob("*.py")}
    present |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert present - {"__init__", "__main__"} == set(ORDER)


def test_imports_go_one_way() -> None:
    for place, name in enumerate(ORDER):
        for path in (*PACKAGE.glob(f"{name}.py"), *PACKAGE.glob(f"{name}/**/*.py")):
            below = _parts(path) - set(ORDER[:place]) - {"__version__"}
            assert not below, f"{path} imports {below}"


def test_some_parts_know_nothing_of_each_other() -> None:
    for name, other in APART:
        for path in PACKAGE.glob(f"{name}/**/*.py"):
            assert other not in _parts(path), f"{path} imports {other}"


def test_who_reads_and_who_draws_know_no_single_kind_of_fact() -> None:
    for name in ("cards", "checks"):
        for path in PACKAGE.glob(f"{name}/**/*.py"):
            kinds = set(_imports(path)) & {f"crisis_cards.format.kinds.{kind}" for kind in BUILT_IN}
            assert not kinds, f"{path} imports {kinds}"


def test_only_one_module_knows_genanki() -> None:
    users = {path for path in MODULES if "genanki" in {n.split(".")[0] for n in _imports(path)}}
    assert users == {PACKAGE / "targets" / "apkg.py"}


def test_a_module_fits_into_a_head() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: number for path, number in lines.items() if number > LONGEST} == {}
