"""What each of our modules imports, read from its source without running it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("registry", "crawler", "checks", "review", "report")


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name, its syntax tree, and what it imports, dotted."""

    name: str
    tree: ast.Module
    imports: frozenset[str]

    @property
    def room(self) -> str:
        return self.name.split(".", 1)[0]

    def within(self, package: str) -> bool:
        return is_within(self.name, package)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(name: str, is_package: bool, tree: ast.Module) -> frozenset[str]:
    """Every import of the file, also under TYPE_CHECKING and in functions."""
    package = name if is_package else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return frozenset(found)


@cache
def modules() -> dict[str, Module]:
    """Our modules by dotted name: top-level files and everything in top-level packages."""
    files = list(ROOT.glob("*.py"))
    for package in ROOT.glob("*/__init__.py"):
        files.extend(package.parent.rglob("*.py"))
    found = {}
    for file in files:
        name, tree = _dotted(file), ast.parse(file.read_text(encoding="utf-8"))
        imports = _imported(name, file.name == "__init__.py", tree)
        found[name] = Module(name, tree, imports)
    return found


def first_party(name: str) -> str | None:
    """The module of ours that a dotted import names, or None for a library."""
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name or None


def reached(start: str) -> dict[str, tuple[str, ...]]:
    """Every module of ours that importing `start` runs, with the way there."""
    ways: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(start, (start,))]
    while waiting:
        name, way = waiting.pop()
        if name in ways:
            continue
        ways[name] = way
        onward = {first_party(imported) for imported in modules()[name].imports}
        # Importing a module runs the packages above it too.
        onward |= {first_party(name.rpartition(".")[0])}
        waiting.extend((ours, (*way, ours)) for ours in onward if ours)
    return ways
