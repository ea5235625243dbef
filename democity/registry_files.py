"""The registry of the city as the operators would file it: sites, columns, accounts."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import TYPE_CHECKING

from democity.accounts import in_order
from democity.families import FAMILIES
from democity.families.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from democity.plans import AccountPlan, SitePlan
    from democity.scenario import Scenario

SITE_HEADER = (
    "网站标识码", "网站名称", "首页网址", "地区", "主办单位", "上级地区", "网站类型", "提供办事服务",
    "哨兵", "运行状态",
)  # fmt: skip
COLUMN_HEADER = (
    "网站标识码", "栏目名称", "栏目网址", "栏目类型", "级别", "更新期限", "允许空白", "责任单位",
)  # fmt: skip
ACCOUNT_HEADER = (
    "账号名称", "账号类型", "开设主体", "地区", "新媒体标识码", "备案单号", "上级地区", "主页地址",
    "账号唯一标识", "信息源", "发布类", "主要账号", "哨兵", "运行状态",
)  # fmt: skip
RELAY_HEADER = ("任务编号", "标题", "发布日期", "适用范围")


def write(scenario: Scenario, folder: Path) -> list[Path]:
    """`sites.csv`, `columns.csv`, `accounts.csv`, and `relay.csv` where there are tasks; UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _write(folder / "sites.csv", SITE_HEADER, map(_site, scenario.sites)),
        _write(folder / "columns.csv", COLUMN_HEADER, _columns(scenario)),
        _write(folder / "accounts.csv", ACCOUNT_HEADER, map(_account, _listed(scenario))),
    ]
    document = scenario.document
    if document.relay:
        rows = (
            (f"{place:02d}", one.title, one.day.isoformat(), document.relay_scope)
            for place, one in enumerate(document.relay, 1)
        )
        written.append(_write(folder / "relay.csv", RELAY_HEADER, rows))
    return written


LOOK_HEADER = ("查看时间", "账号名称", "账号唯一标识", "账号类型", "从未发布", "说明", "查看人")


def write_looks(scenario: Scenario, path: Path) -> Path:
    """人工查看记录: what operators saw on the day before the last night."""
    day = scenario.last_night - timedelta(days=1)
    rows = [
        (f"{day} 16:00", one.name, one.platform_id, one.printed, "是", "主页没有任何内容", "巡查员")
        for one in scenario.accounts
        if one.looked
    ]
    return _write(path, LOOK_HEADER, rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _site(site: SitePlan) -> Sequence[str]:
    return (
        site.code, site.name, site.home_url, site.unit, site.sponsor, site.parent, site.kind,
        site.services, _yes(site.canary), site.running,
    )  # fmt: skip


def _columns(scenario: Scenario) -> Iterator[Sequence[str]]:
    for site in scenario.sites:
        if not site.registered:
            continue
        family = FAMILIES[site.family]
        for column in site.columns:
            address = family.address(site, Place("column", column.number))
            yield (
                site.code, column.name, f"{site.origin}/{address}", column.kind,
                "一级" if column.level == 1 else "二级", str(column.deadline_days or ""),
                _yes(column.may_be_empty), site.sponsor,
            )  # fmt: skip


def _listed(scenario: Scenario) -> list[AccountPlan]:
    units = {unit.name: unit for unit in scenario.units}
    return in_order(scenario.accounts, scenario.document, units)


def _account(account: AccountPlan) -> Sequence[str]:
    return (
        account.name, account.printed, account.sponsor, account.unit, account.code,
        account.filing,
        account.parent, account.home_url, account.platform_id, ";".join(account.sources),
        _yes(account.publishing), _yes(account.principal), _yes(account.canary),
        account.running,
    )  # fmt: skip
