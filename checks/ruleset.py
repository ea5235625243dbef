"""Rulesets: a national base and overlays that change it, as data files; one name, one digest.

`rulesets/national.yaml` states the parameters, the severity and the clause of every check, and
`rulesets/deductions.yaml` the points of parts two and three. An overlay names what it changes and
nothing else; whatever is not known is an error. The version is defined once, here, and stored with
a digest on every verdict.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from checks import scoring
from checks.base import Check, Severity
from checks.lexicon import Lexicon, LexiconError
from checks.reported import REPORTED
from checks.scoring import PointsError

if TYPE_CHECKING:
    from collections.abc import Mapping

RULESET_VERSION = "national-2019.3"
"""国办秘函〔2019〕19号, first coding of it. Grows when a check or a parameter changes."""

FOLDER = Path(__file__).parent / "rulesets"
NATIONAL = FOLDER / "national.yaml"
OVERLAY_BYTES = 1_000_000


class RulesetError(Exception):
    """An overlay cannot be used; the message says where, in plain Chinese."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Parameters and severities for every check, under one name and digest.

    `clauses` says where a changed parameter comes from, `points` what findings cost, `lexicon`
    which words are looked for. `reports` are the parameters of rows that a report settles.
    """

    name: str
    parameters: Mapping[str, Mapping[str, Any]]
    severities: Mapping[str, Severity]
    clauses: Mapping[str, str] = field(default_factory=dict)
    points: scoring.Points = field(default_factory=scoring.national_points)
    lexicon: Lexicon = field(default_factory=Lexicon.built_in)
    reports: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _reports({}, ""))

    @property
    def digest(self) -> str:
        """SHA-256 over everything that can turn a verdict or a score."""
        told = json.dumps(
            [
                self.name,
                dict(self.parameters),
                dict(self.severities),
                self.points.to_json(),
                self.lexicon.digest,
            ],
            sort_keys=True,
            default=str,
            ensure_ascii=False,
        )
        return hashlib.sha256(told.encode()).hexdigest()


def national(checks: tuple[Check, ...]) -> Ruleset:
    """The national base: what the checks declare, with the values of the data file."""
    stated = _national_file()
    parameters = {check.code: dict(check.parameters) for check in checks}
    severities = {check.code: check.severity for check in checks}
    clauses = {check.code: check.clause for check in checks}
    for code, block in stated.items():
        if code in parameters:
            _change(code, block, parameters, severities, NATIONAL.name)
    return Ruleset(RULESET_VERSION, parameters, severities, clauses)


def load(path: Path | None, checks: tuple[Check, ...]) -> Ruleset:
    """The national base, under the overlay at `path` if one is given. Unknown keys are errors.

    The overlays that come with the product may be given by their bare names.
    """
    if path is None:
        return national(checks)
    path = path if path.exists() else built_in().get(str(path), path)
    return _overlaid(_read(path), path, checks)


def parse(text: str, path: Path, checks: tuple[Check, ...]) -> Ruleset:
    """As `load`, for an overlay that is kept elsewhere than in files.

    Messages call it by the name of `path`, and its word lists are found beside it.
    """
    return _overlaid(_mapping(text.encode(), path), path, checks)


def _overlaid(overlay: dict[str, Any], path: Path, checks: tuple[Check, ...]) -> Ruleset:
    base = national(checks)
    _only(overlay, {"name", "clause", "checks", "scoring", "lexicons", "reports"}, "")
    name = overlay.get("name")
    if not isinstance(name, str) or not name or len(name) > 40:
        raise RulesetError(f"规则文件 {path.name} 缺少 name（不超过 40 字）")
    parameters = {code: dict(values) for code, values in base.parameters.items()}
    severities = dict(base.severities)
    clauses = dict(base.clauses)
    for code, change in (overlay.get("checks") or {}).items():
        if code not in parameters:
            raise RulesetError(f"规则文件 {path.name}：没有检查项 {code}")
        _change(code, change, parameters, severities, path.name)
        clauses[code] = _text(change.get("clause") or overlay.get("clause"), clauses[code])
    return Ruleset(
        f"{RULESET_VERSION}+{name}",
        parameters,
        severities,
        clauses,
        _points(base.points, overlay.get("scoring") or {}),
        _lexicon(base.lexicon, overlay.get("lexicons") or [], path),
        _reports(overlay.get("reports") or {}, path.name),
    )


def changes(before: Ruleset, after: Ruleset, code: str) -> list[str]:
    """What differs between two rulesets for one check, as sentences an operator reads."""
    old, new = before.parameters.get(code, {}), after.parameters.get(code, {})
    told = [
        f"{key} {_shown(old.get(key))} → {_shown(new.get(key))}"
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    ]
    if before.severities.get(code) is not after.severities.get(code):
        told.append(f"性质 {before.severities.get(code)} → {after.severities.get(code)}")
    if told and after.clauses.get(code) != before.clauses.get(code):
        told.append(f"依据：{after.clauses.get(code)}")
    return told


def base_text(checks: tuple[Check, ...]) -> str:
    """The national data file, as the checks declare it: what `rulesets/national.yaml` must hold."""
    stated = {
        check.code: {
            "clause": check.clause,
            "severity": check.severity.value,
            **({"parameters": dict(check.parameters)} if check.parameters else {}),
        }
        for check in checks
    }
    head = (
        "# 全国规则：每个检查项的依据、性质和参数。国办秘函〔2019〕19号；代码见 docs/checks.md。\n"
        "# 本地规则另写一个文件，只写要改的项（见同目录的示例），不要改这个文件。\n"
    )
    body = yaml.safe_dump(
        {"name": RULESET_VERSION, "checks": stated}, allow_unicode=True, sort_keys=False, width=1000
    )
    return head + body


def built_in() -> dict[str, Path]:
    """The overlays that come with the product, by name."""
    known = {NATIONAL.name, "deductions.yaml"}
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml")) if path.name not in known}


@cache
def _national_file() -> dict[str, Any]:
    stated = _read(NATIONAL)
    _only(stated, {"name", "checks"}, "")
    found = stated.get("checks") or {}
    if not isinstance(found, dict):
        raise RulesetError(f"规则文件 {NATIONAL.name}：checks 应是对象")
    return found


def _change(
    code: str,
    change: Any,
    parameters: dict[str, dict[str, Any]],
    severities: dict[str, Severity],
    where: str,
) -> None:
    """One check's block of a file into the parameters and severities."""
    _only(change, {"parameters", "severity", "clause"}, f"checks.{code}.")
    values = change.get("parameters") or {}
    _only(values, set(parameters[code]), f"checks.{code}.parameters.")
    for key, value in values.items():
        parameters[code][key] = _same_type(value, parameters[code][key], f"{code}.{key}")
    if "severity" in change:
        severities[code] = _severity(change["severity"], code)
    if not isinstance(change.get("clause") or "", str):
        raise RulesetError(f"规则文件 {where}：checks.{code}.clause 应是文字")


def _reports(change: Any, where: str) -> dict[str, dict[str, Any]]:
    """The parameters of the reports, under the `reports` block of an overlay."""
    _only(change, set(REPORTED), "reports.")
    parameters = {code: dict(one.parameters) for code, one in REPORTED.items()}
    for code, block in change.items():
        _only(block, {"parameters", "clause"}, f"reports.{code}.")
        _change(code, block, parameters, {}, where)
    return parameters


def _points(base: scoring.Points, change: Any) -> scoring.Points:
    _only(change, {"pass_mark", "bonus_above", "points", "caps"}, "scoring.")
    try:
        return scoring.changed(base, change)
    except PointsError as error:
        raise RulesetError(f"规则文件：scoring.{error}") from error


def _lexicon(base: Lexicon, files: Any, path: Path) -> Lexicon:
    """The built-in words and those of the files named, which are found beside the overlay."""
    if not isinstance(files, list) or not all(isinstance(one, str) for one in files):
        raise RulesetError("规则文件：lexicons 应是文件名的列表")
    found = base
    for name in files:
        try:
            found = found.with_file(path.parent / name)
        except LexiconError as error:
            raise RulesetError(f"规则文件：{error}") from error
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return _mapping(path.read_bytes(), path)
    except OSError as error:
        raise RulesetError(f"规则文件 {path} 无法读取：{error}") from error


def _mapping(body: bytes, path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(body[:OVERLAY_BYTES].decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
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
    if isinstance(default, list) and fits:
        fits = all(isinstance(one, str) for one in value)
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


def _text(value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) and value else otherwise


def _shown(value: Any) -> str:
    """A parameter as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value) or "无"
    return "无" if value is None else str(value)
