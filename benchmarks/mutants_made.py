"""How the rules are spoiled: one change to one place of `checks/`, made in the running process."""

from __future__ import annotations

import ast
import copy
import functools
import importlib
import inspect
import re
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import yaml

from checks import ruleset, scoring
from checks.registry import ALL
from checks.ruleset import FOLDER, NATIONAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

CHECKS = Path(ruleset.__file__).parent
# What declares, prints or writes files judges nothing.
LEFT_OUT = {"__init__", "registry", "facts", "base", "scaffold", "vocabulary", "reported"}
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OUTCOMES = {
    "FAIL": "UNDETERMINED",
    "PASS": "UNDETERMINED",
    "UNDETERMINED": "PASS",
    "NOT_APPLICABLE": "PASS",
}
NUMBERS = ("+1", "-1")
CONSTANTS = (int, float, str, tuple, frozenset, set, dict, re.Pattern, timedelta)


@dataclass(frozen=True)
class Mutant:
    """One change: what it is, how it is made, and words of the tests that should notice first."""

    told: str
    apply: Callable[[], None]
    words: tuple[str, ...] = field(default=())


def mutants(only: set[str], kind: str) -> Iterator[Mutant]:
    """All changes of the modules named (none: of all) and of the kind named."""
    if kind in {"", "operators", "numbers"}:
        for path in sorted(CHECKS.glob("*.py")):
            if path.stem not in LEFT_OUT and (not only or path.stem in only):
                yield from _of_module(path, kind)
    if kind in {"", "parameters"}:
        yield from _of_parameters(only)
    if kind in {"", "overlays"} and not only:
        yield from _of_files()


# Code ---------------------------------------------------------------------------------------------


def _of_module(path: Path, kind: str) -> Iterator[Mutant]:
    module = importlib.import_module(f"checks.{path.stem}")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    check = getattr(module, "CHECK", None)
    words = (check.code,) if check else ()
    for place, (node, change) in enumerate(_changes(tree)):
        if kind and (kind == "numbers") is not (change in NUMBERS):
            continue
        told = f"{path.name}:{node.lineno} {ast.unparse(node)[:60]} {change}"
        yield Mutant(told, functools.partial(_spoil, module, path, place), words)


def _spoil(module: ModuleType, path: Path, place: int) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for number, (node, change) in enumerate(_changes(tree)):
        if number == place:
            _change(node, change)
            break
    code = compile(ast.fix_missing_locations(tree), str(path), "exec")
    made: dict[str, Any] = {"__name__": module.__name__, "__file__": str(path)}
    exec(code, made)
    for name, new in made.items():
        if not name.startswith("__") and name in vars(module):
            _replace(module, name, vars(module)[name], new)


def _changes(tree: ast.Module) -> list[tuple[Any, str]]:
    """Every place that can be changed, with the name of the change."""
    found: list[tuple[Any, str]] = []
    for node in _judging(tree):
        if isinstance(node, ast.Compare):
            found += [
                (node, f"operator {n}") for n, op in enumerate(node.ops) if type(op) in COMPARED
            ]
        elif isinstance(node, ast.BoolOp):
            found.append((node, "and/or"))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            found.append((node, "without not"))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            found.append((node, "+/-"))
        elif isinstance(node, ast.Attribute) and _is_outcome(node):
            found.append((node, "outcome"))
        elif isinstance(node, ast.Constant) and type(node.value) in {int, float}:
            found += [(node, change) for change in NUMBERS]
    return found


def _is_outcome(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "Outcome" and node.attr in OUTCOMES


def _judging(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that decide: no declarations, no annotations, no bounds of what is shown."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Slice, ast.FormattedValue, ast.JoinedStr)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CHECK":
            continue
        yield node
        skipped = {"annotation", "returns", "decorator_list"}
        for name, child in ast.iter_fields(node):
            if name not in skipped:
                inner = child if isinstance(child, list) else [child]
                waiting += [one for one in inner if isinstance(one, ast.AST)]


def _change(node: Any, change: str) -> None:
    if change.startswith("operator"):
        place = int(change.split()[1])
        node.ops[place] = COMPARED[type(node.ops[place])]()
    elif change == "and/or":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif change == "without not":
        node.op = ast.UAdd()
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    elif change == "+/-":
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
    elif change == "outcome":
        node.attr = OUTCOMES[node.attr]
    else:
        node.value += 1 if change == "+1" else -1


def _replace(module: ModuleType, name: str, old: Any, new: Any) -> None:
    """Put new code into the functions that everybody holds; constants into every module."""
    if isinstance(old, functools._lru_cache_wrapper):  # noqa: SLF001 -- there is no public name for it
        old.cache_clear()
        old, new = old.__wrapped__, new.__wrapped__
    if isinstance(old, FunctionType):
        if old.__module__ == module.__name__ and isinstance(new, FunctionType):
            old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    elif inspect.isclass(old):
        if old.__module__ == module.__name__:
            for part, value in vars(new).items():
                _replace_part(vars(old).get(part), value)
    elif isinstance(old, CONSTANTS) and isinstance(new, CONSTANTS) and old != new:
        for other in [one for key, one in sys.modules.items() if key.startswith("checks")]:
            if vars(other).get(name) is old:
                setattr(other, name, new)


def _replace_part(old: Any, new: Any) -> None:
    for way in ("fget", "func", "__func__"):
        inner = getattr(old, way, None)
        if isinstance(inner, FunctionType):
            inner.__code__ = getattr(new, way).__code__
            return
    if (
        isinstance(old, FunctionType)
        and isinstance(new, FunctionType)
        and (
            "__create_fn__" not in old.__qualname__
            and old.__code__.co_freevars == new.__code__.co_freevars
        )
    ):
        old.__code__ = new.__code__


# Parameters ---------------------------------------------------------------------------------------


def _of_parameters(only: set[str]) -> Iterator[Mutant]:
    for check in ALL:
        module = check.code.lower().replace("-", "_").replace(".", "_")
        if only and module not in only:
            continue
        for key, value in ruleset.national(ALL).parameters[check.code].items():
            for other in _beside(value):
                yield Mutant(
                    f"{check.code}.{key} {value} → {other}",
                    functools.partial(_set_parameter, check.code, key, other),
                    (check.code,),
                )


def _set_parameter(code: str, key: str, value: Any) -> None:
    stated = ruleset._national_file()  # noqa: SLF001 -- the one place that all rulesets begin with
    stated[code]["parameters"][key] = value
    # The tests read the national rules once; now they must read them again.
    for module in list(sys.modules.values()):
        kept = vars(module).get("stated")
        if isinstance(kept, functools._lru_cache_wrapper):  # noqa: SLF001 -- as above
            kept.cache_clear()


def _beside(value: Any) -> Iterator[Any]:
    """The values next to one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, float):
        yield from (round(value + 0.0001, 6), round(value - 0.0001, 6))
    elif isinstance(value, list):
        yield from (value[:place] + value[place + 1 :] for place in range(len(value)))


# Files --------------------------------------------------------------------------------------------


def _of_files() -> Iterator[Mutant]:
    for path in sorted(FOLDER.glob("*.yaml")):
        if path == NATIONAL:
            continue
        stated = yaml.safe_load(path.read_text(encoding="utf-8"))
        for way in _numbers(stated, ()):
            for other in _beside(_at(stated, way)):
                told = f"{path.name}: {'.'.join(map(str, way))} {_at(stated, way)} → {other}"
                yield Mutant(told, functools.partial(_set_in_file, path.name, way, other))


def _numbers(node: Any, way: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, (dict, list)):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _numbers(child, (*way, key))
    elif isinstance(node, (int, float)):
        yield way


def _at(node: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        node = node[key]
    return node


def _set_in_file(name: str, way: tuple[Any, ...], value: Any) -> None:
    """Every reader of the file is given the other value."""
    text = (FOLDER / name).read_text(encoding="utf-8")

    def load(given: Any) -> Any:
        stated = copy.deepcopy(yaml.safe_load(given))
        if given == text:
            _at(stated, way[:-1])[way[-1]] = value
        return stated

    for module in (ruleset, scoring):
        shim = SimpleNamespace(safe_load=load, safe_dump=yaml.safe_dump, YAMLError=yaml.YAMLError)
        module.yaml = shim  # type: ignore[attr-defined]
    scoring.national_points.cache_clear()
