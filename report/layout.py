"""The files of layouts: those of the product, and a province's own by path or in the home."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from report.layout_plan import Layout

OWN = "layouts"
"""The folder of the home in which a province keeps its layouts."""
LARGEST = 256 * 1024
_SUFFIXES = (".yaml", ".yml")
_TOLD = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项",
    "list_type": "应是列表",
    "tuple_type": "应是列表",
    "dict_type": "应是“键: 值”",
    "model_type": "应是“键: 值”",
    "string_type": "应是文字",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "float_type": "应是数字",
    "bool_type": "应是 true 或 false",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "string_too_long": "太长",
}


class LayoutError(Exception):
    """A layout that is not there or cannot be used; the message says why in Chinese."""


def names(home: Path | None = None) -> list[str]:
    """The layouts at hand, by name; those of the home are among them."""
    return sorted({*_shipped(), *_own(home)})


def load(name: str, home: Path | None = None) -> Layout:
    """The layout of that name, of the home before ours, or the one in the file of that path.

    Its labels stand over the national ones. Raises LayoutError.
    """
    if name.endswith(_SUFFIXES):
        path = Path(name)
        return _layout(_read_file(path), path.stem, path.name)
    own = _own(home).get(name)
    if own is not None:
        return _layout(_read_file(own), name, own.name)
    if name not in _shipped():
        raise LayoutError(f"没有版式“{name[:40]}”，可用的版式：{'、'.join(names(home))}")
    text = resources.files("report.layouts").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return _layout(text, name, f"{name}.yaml")


def national_labels() -> dict[str, str]:
    """Check code → the label that notices print by default."""
    text = resources.files("report").joinpath("labels.yaml").read_text(encoding="utf-8")
    return {str(code): str(label) for code, label in yaml.safe_load(text).items()}


def _shipped() -> list[str]:
    folder = resources.files("report.layouts")
    return [
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    ]


def _own(home: Path | None) -> dict[str, Path]:
    folder = home / OWN if home is not None else None
    if folder is None or not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in _SUFFIXES}


def _read_file(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise LayoutError(f"版式文件 {path.name} 超过 {LARGEST // 1024} KiB")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LayoutError(f"版式文件 {path} 无法读取：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LayoutError(f"版式文件 {path.name} 不是 UTF-8 编码") from error


def _layout(text: str, name: str, file: str) -> Layout:
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark is not None else ""
        raise LayoutError(f"版式文件 {file} {where}不是合法的 YAML") from error
    if not isinstance(data, dict):
        raise LayoutError(f"版式文件 {file} 应是“键: 值”")
    data.pop("name", None)
    labels = data.pop("labels", None) or {}
    if not isinstance(labels, dict):
        raise LayoutError(f"版式文件 {file} 有误：labels：应是“检查项: 问题表述”")
    merged: dict[str, Any] = national_labels() | labels
    try:
        return Layout.model_validate({**data, "name": name, "labels": merged})
    except ValidationError as error:
        raise LayoutError(f"版式文件 {file} 有误：{_first(error)}") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong: its key by path, and why."""
    told = error.errors()[0]
    path = ""
    for part in told["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    why = _TOLD.get(told["type"])
    if why is None and told["type"] in {"enum", "literal_error"}:
        why = f"“{told['input']}”不可用，可用：{told['ctx']['expected']}"
    why = why or (told["msg"] if "ctx" not in told else _bounds(told["msg"], told["ctx"]))
    return f"{path}：{why}"


def _bounds(message: str, context: dict[str, Any]) -> str:
    """Numbers out of range in Chinese; our own sentences as they are."""
    words = {"ge": "应不小于", "le": "应不大于", "gt": "应大于", "lt": "应小于"}
    for key, word in words.items():
        if key in context:
            return f"{word} {context[key]}"
    return message
