"""A new check from nothing: its file, its line in the registry, and a failing test of its reasons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CODE = re.compile(r"[A-Z]{1,2}(?:-[A-Z0-9]{2,16}|\d)(?:\.\d)?")

_CHECK = '''"""{code} {title}: say in one sentence what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Say what proves a failure, and what proves nothing."""
    del parameters, as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person")


CODE = "{code}"
CHECK = Check(
    code=CODE,
    title="{title}",
    label="{title}",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="",
    reasons={{
        **SITE_STATES,
        **UNREAD_REASONS,
        "needs_person": "由人工核实",
    }},
    judge=judge,
    needs=("home",),
)
'''
_TEST = '''"""{code} {title}: one site for each reason, and both sides of each threshold."""

from __future__ import annotations

import pytest

from checks.base import Outcome
from checks.facts import SiteFacts
from checks.registry import BY_CODE
from tests.unit.checks.world import judged, site


def sound() -> SiteFacts:
    return site()


def wrong() -> SiteFacts:
    return site()


@pytest.mark.parametrize(
    ("made", "outcome"), [(sound(), Outcome.PASS), (wrong(), Outcome.FAIL)], ids=["sound", "wrong"]
)
def test_a_site_gets_its_outcome(made: SiteFacts, outcome: Outcome) -> None:
    assert judged("{code}", made).outcome is outcome


def test_the_clause_is_stated() -> None:
    assert BY_CODE["{code}"].clause
'''


class ScaffoldError(Exception):
    """A check cannot be begun; the message says why, in plain Chinese."""


def begin(root: Path, code: str, title: str) -> list[Path]:
    """Write the check, its test and its line in the registry under the root of the repository.

    Raises ScaffoldError where the code is no code or is taken already.
    """
    if _CODE.fullmatch(code) is None:
        raise ScaffoldError(f"代码 {code} 应形如 F-NAME、D-NAME.1 或 W7.1")
    name = code.lower().replace("-", "_").replace(".", "_")
    check = root / "checks" / f"{name}.py"
    test = root / "tests" / "unit" / "checks" / f"test_{name}.py"
    registry = root / "checks" / "registry.py"
    if not registry.is_file():
        raise ScaffoldError("请在源代码目录里执行：这里没有 checks/registry.py")
    if check.exists() or test.exists():
        raise ScaffoldError(f"检查项 {code} 已经有了：{check.name}")
    registry.write_text(_registered(registry.read_text(encoding="utf-8"), name), encoding="utf-8")
    told = title.strip() or code
    check.write_text(_CHECK.format(code=code, title=told), encoding="utf-8")
    test.parent.mkdir(parents=True, exist_ok=True)
    test.write_text(_TEST.format(code=code, title=told), encoding="utf-8")
    return [check, test, registry]


def _registered(text: str, name: str) -> str:
    """The registry with the check among its imports, in order, and at the end of its list."""
    head, opening, rest = text.partition("from checks import (\n")
    names, closing, rest = rest.partition(")\n")
    if not opening or not closing:
        raise ScaffoldError("checks/registry.py 的写法变了，请手工登记")
    known = sorted({line.strip().rstrip(",") for line in names.splitlines()} | {name})
    imports = "".join(f"    {one},\n" for one in known)
    body, end, tail = rest.partition("\n)\n\nBY_CODE")
    if not end:
        raise ScaffoldError("checks/registry.py 的写法变了，请手工登记")
    return f"{head}{opening}{imports}{closing}{body}\n    {name}.CHECK,{end}{tail}"
