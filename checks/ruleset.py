"""Rulesets: the national base is what the checks declare; an overlay changes parameters.

The version is defined once, here, and stored with a digest on every verdict.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from checks.base import Check, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RULESET_VERSION = "national-2019.1"
"""国办秘函〔2019〕19号, first coding of it. Grows when a check or a parameter changes."""

OVERLAY_BYTES = 1_000_000


class RulesetError(Exception):
    """An overlay cannot be used; the message says where, in plain Chinese."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Parameters and severities for every check, under one name and digest."""

    name: str
    parameters: Mapping[str, Mapping[str, Any]]
    severities: Mapping[str, Severity]

    @property
    def digest(self) -> str:
        """SHA-256 over everything that can turn a verdict."""
        told = json.dumps(
            [self.name, dict(self.parameters), dict(self.severities)],
            sort_keys=True,
            default=str,
            ensure_ascii=False,
        )
        return hashlib.sha256(told.encode()).hexdigest()


def national(checks: tuple[Check, ...]) -> Ruleset:
    """The national base."""
    return Ruleset(
        RULESET_VERSION,
        {check.code: dict(check.parameters) for check in checks},
        {check.code: check.severity for check in checks},
    )


def load(path: Path | None, checks: tuple[Check, ...]) -> Ruleset:
    """The national base, under the overlay at `path` if one is given. Unknown keys are errors."""
    base = national(checks)
    if path is None:
        return base
    overlay = _read(path)
    _only(overlay, {"name", "clause", "checks"}, "")
    name = overlay.get("name")
    if not isinstance(name, str) or not name or len(name) > 40:
        raise RulesetError(f"规则文件 {path.name} 缺少 name（不超过 40 字）")
    parameters = {code: dict(values) for code, values in base.parameters.items()}
    severities = dict(base.severities)
    for code, change in (overlay.get("checks") or {}).items():
        if code not in parameters:
            raise RulesetError(f"规则文件 {path.name}：没有检查项 {code}")
        _only(change, {"parameters", "severity", "clause"}, f"checks.{code}.")
        _only(change.get("parameters") or {}, set(parameters[code]), f"checks.{code}.parameters.")
        for key, value in (change.get("parameters") or {}).items():
            parameters[code][key] = _same_type(value, parameters[code][key], f"{code}.{key}")
        if "severity" in change:
            severities[code] = _severity(change["severity"], code)
    return Ruleset(f"{RULESET_VERSION}+{name}", parameters, severities)


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()[:OVERLAY_BYTES].decode("utf-8")
        loaded = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RulesetError(f"规则文件 {path} 无法读取：{error}") from error
    if not isinstance(loaded, dict):
        raise RulesetError(f"规则文件 {path} 应是一个 YAML 对象")
    return loaded


def _only(mapping: Any, known: set[str], where: str) -> None:
    if not isinstance(mapping, dict):
        raise RulesetError(f"规则文件：{where.rstrip('.') or '顶层'} 应是对象")
    for key in mapping:
        if key not in known:
            raise RulesetError(f"规则文件：不认识 {where}{key}")


def _same_type(value: Any, default: Any, where: str) -> Any:
    number = isinstance(default, (int, float)) and not isinstance(default, bool)
    fits = (
        isinstance(value, (int, float)) and not isinstance(value, bool)
        if number
        else isinstance(value, type(default))
    )
    if not fits:
        raise RulesetError(f"规则文件：{where} 的值 {value!r} 类型不对，应与 {default!r} 同类")
    return value


def _severity(value: Any, code: str) -> Severity:
    try:
        return Severity(value)
    except ValueError as error:
        raise RulesetError(
            f"规则文件：{code} 的 severity {value!r} 不是 veto/deduct/note"
        ) from error
