"""What in the registry deserves a look: nothing here rejects or changes anything."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crawler.platforms.names import code_letters, platform_of_letters
from crawler.platforms.sources import AccountTicket, planned_sources
from models import Account, Column, Site, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

_CLOSED = frozenset({"关停", "注销"})


@dataclass(frozen=True, slots=True)
class RegistryIssue:
    """One remark. `level`: `error` misleads the patrol, `warning` wants a look."""

    level: str
    kind: str
    code: str
    name: str
    message: str

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return asdict(self)


def check(session: Session) -> list[RegistryIssue]:
    """Every remark on the registry as it stands, sites first, in registry order."""
    sites = session.scalars(
        select(Site).where(Site.retired.is_(False)).order_by(Site.position)
    ).all()
    accounts = session.scalars(
        select(Account)
        .where(Account.retired.is_(False))
        .options(joinedload(Account.unit))
        .order_by(Account.position)
    ).all()
    columns = session.scalars(
        select(Column).where(Column.registered.is_(True), Column.retired.is_(False))
    ).all()
    units = {unit.id: unit for unit in session.scalars(select(Unit)).all()}
    return [
        *_shared_addresses(sites),
        *_lone_regions(sites, accounts, units),
        *_columns_elsewhere(sites, columns),
        *_unreadable_accounts(accounts),
        *_code_mismatches(accounts),
        *_shared_codes(accounts),
        *_several_on_one_platform(accounts),
        *_missing_canaries(sites, accounts),
    ]


def _site(level: str, site: Site, message: str) -> RegistryIssue:
    return RegistryIssue(level, "site", site.code, site.name, message)


def _account(level: str, account: Account, message: str) -> RegistryIssue:
    return RegistryIssue(level, "account", account.code, account.name, message)


def _shared_addresses(sites: Iterable[Site]) -> Iterator[RegistryIssue]:
    by_address: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        parts = urlsplit(site.home_url)
        host = (parts.hostname or "").removeprefix("www.")
        by_address[f"{host}:{parts.port or ''}{parts.path.rstrip('/')}?{parts.query}"].append(site)
    for same in by_address.values():
        for site in same[1:]:
            yield _site("error", site, f"首页网址与“{same[0].name}”（{same[0].code}）相同")


def _lone_regions(
    sites: Iterable[Site], accounts: Iterable[Account], units: dict[int, Unit]
) -> Iterator[RegistryIssue]:
    """A region without 上级地区 beside regions that have one is printed as a row of its own."""
    if not any(unit.parent_id for unit in units.values()):
        return
    above = {unit.parent_id for unit in units.values()}
    for target in (*sites, *accounts):
        unit = units[target.unit_id]
        if unit.parent_id is None and unit.id not in above:
            message = f"地区“{unit.name}”没有上级地区，附表中将单列一行"
            yield RegistryIssue("warning", target.kind, target.code, target.name, message)


def _columns_elsewhere(sites: Iterable[Site], columns: Iterable[Column]) -> Iterator[RegistryIssue]:
    by_id = {site.id: site for site in sites}
    for column in columns:
        site = by_id.get(column.site_id)
        if site is not None and _host(column.url) != _host(site.home_url):
            yield _site("warning", site, f"栏目“{column.name}”的网址不在本站域名下")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _unreadable_accounts(accounts: Iterable[Account]) -> Iterator[RegistryIssue]:
    """Accounts that the patrol has nothing to read of, or that only a person can look at."""
    for account in accounts:
        if account.running_state in _CLOSED or not account.publishing:
            continue
        kinds = {spec.kind for spec in planned_sources(_ticket(account))}
        if not kinds:
            message = "没有信息源，由主页地址和账号唯一标识也得不出，巡查无法读取，只能人工核实"
            yield _account("error", account, message)
        elif kinds == {"operator"}:
            yield _account("warning", account, "只有人工核实一种信息源")


def _ticket(account: Account) -> AccountTicket:
    return AccountTicket(
        account.platform,
        account.platform_printed,
        account.name,
        account.sponsor,
        account.platform_id,
        account.home_url,
        account.sources,
    )


def _code_mismatches(accounts: Iterable[Account]) -> Iterator[RegistryIssue]:
    """R-ACCTCODE: a warning only; printed notices disagree with their own codes."""
    for account in accounts:
        if not account.code:
            continue
        letters = code_letters(account.code)
        if letters is None:
            yield _account("warning", account, f"新媒体标识码 {account.code} 不是 16 位的常见格式")
            continue
        platform = platform_of_letters(letters)
        if platform is not None and platform != account.platform:
            message = (
                f"新媒体标识码 {account.code} 的平台字母与账号类型“{account.platform_printed}”不符"
            )
            yield _account("warning", account, message)


def _shared_codes(accounts: Iterable[Account]) -> Iterator[RegistryIssue]:
    by_code: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        if account.code:
            by_code[account.code].append(account)
    for same in by_code.values():
        for account in same[1:]:
            yield _account("warning", account, f"新媒体标识码与账号“{same[0].name}”相同")


def _several_on_one_platform(accounts: Iterable[Account]) -> Iterator[RegistryIssue]:
    """R-DUPLICATE: 同一单位在同一平台开设了多个政务新媒体."""
    by_unit: dict[tuple[str, str], list[Account]] = defaultdict(list)
    for account in accounts:
        if account.running_state not in _CLOSED and not account.canary:
            by_unit["".join(account.sponsor.split()), account.platform].append(account)
    for same in by_unit.values():
        for account in same[1:]:
            message = f"{account.sponsor}在同一平台已登记账号“{same[0].name}”"
            yield _account("warning", account, message)


def _missing_canaries(
    sites: Iterable[Site], accounts: Iterable[Account]
) -> Iterator[RegistryIssue]:
    """Without a canary our own blindness can only be guessed from the batch (design.md 4.6)."""
    if not any(site.canary for site in sites):
        yield RegistryIssue("warning", "site", "", "", "没有登记哨兵网站")
    printed = {account.platform: account.platform_printed for account in accounts}
    guarded = {account.platform for account in accounts if account.canary}
    for platform, name in sorted(printed.items()):
        if platform not in guarded:
            yield RegistryIssue("warning", "account", "", "", f"{name}平台没有登记哨兵账号")
