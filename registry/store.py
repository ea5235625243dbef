"""Records into the tables: what is new is added, what differs is changed, the rest is left alone."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from crawler.platforms.names import canonical
from models import Account, Column, RelayTask, Site, Target
from registry import identity
from registry.fields import squeezed
from registry.schema import SCHEMAS, Kind
from registry.units import UnitTree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from registry.rows import Record

Stored = Site | Account | Column | RelayTask


class Change(StrEnum):
    """What a record did."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Store:
    """The registry during one import. `put` raises ValueError for a record that cannot go in."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._units = UnitTree(session)
        self._next = (session.scalar(select(func.max(Target.position))) or 0) + 1
        self._sites = {one.code: one for one in session.scalars(select(Site))}
        accounts = session.scalars(select(Account).order_by(Account.position)).all()
        self._accounts = {one.identity: one for one in accounts}
        self._namesakes: dict[str, list[Account]] = {}
        for account in accounts:
            self._remember_name(account)
        self._columns = _by_site_and_name(session.scalars(select(Column)).all())
        self._relays = {one.number: one for one in session.scalars(select(RelayTask)).all()}
        self._coming: set[tuple[str, str, str]] = set()
        self._coming_names: Counter[tuple[str, str]] = Counter()
        self._taken: dict[tuple[Kind, Any], str] = {}

    def announce(self, records: Iterable[Record]) -> None:
        """Make known which columns this import holds, so that a moved one is told from a new one."""
        columns = (one.values for one in records if one.kind is Kind.COLUMNS)
        self._coming = {(one["code"], squeezed(one["name"]), one["url"]) for one in columns}
        self._coming_names = Counter((code, name) for code, name, _ in self._coming)

    def put(self, record: Record, where: str) -> Change:
        """Add or update one record; `where` is told when a later row gives the same thing again.

        Sites must be flushed before their columns come.
        """
        puts = {
            Kind.SITES: self._put_site,
            Kind.ACCOUNTS: self._put_account,
            Kind.COLUMNS: self._put_column,
            Kind.RELAY_TASKS: self._put_relay,
        }
        change, key = puts[record.kind](record)
        self._taken[record.kind, key] = where
        return change

    def _put_site(self, record: Record) -> tuple[Change, Any]:
        code = record.values["code"]
        self._refuse_taken(Kind.SITES, code)
        return self._put_target(self._sites.get(code), record, code), code

    def _put_account(self, record: Record) -> tuple[Change, Any]:
        values = record.values
        platform = canonical(values["platform_printed"])
        assert platform is not None, "checked by the schema"
        given = values.get("platform_id") or ""
        account = self._find_account(platform, given, values["name"], values["sponsor"])
        kept = given or (account.platform_id if account else "")
        name = identity.account_identity(platform, kept, values["name"], values["sponsor"])
        self._refuse_taken(Kind.ACCOUNTS, name)
        derived = {"platform": platform, "platform_id": kept}
        return self._put_target(account, record, name, **derived), name

    def _find_account(
        self, platform: str, platform_id: str, name: str, sponsor: str
    ) -> Account | None:
        """By its id; else the one of that name and unit, if its id is not known to differ."""
        if platform_id:
            found = self._accounts.get(identity.by_id(platform, platform_id))
            if found is not None:
                return found
        wanted = identity.by_name(platform, name, sponsor)
        namesakes = [one for one in self._namesakes.get(wanted, []) if _known_as(one) == wanted]
        fitting = [one for one in namesakes if not (platform_id and one.platform_id)]
        return fitting[0] if len(fitting) == 1 else None

    def _put_target(
        self, target: Site | Account | None, record: Record, name: str, **derived: str
    ) -> Change:
        values = record.values | derived
        unit = self._units.place(values.pop("region"), values.pop("parent_region", None))
        values |= {"unit_id": unit.id, "identity": name, "retired": False}
        if target is not None:
            changed = self._change(target, values, record.extra)
            self._remember(target)
            return changed
        made = Site() if record.kind is Kind.SITES else Account()
        self._fill(made, _blanks(record.kind) | values, record.extra)
        made.position = self._next
        self._next += 1
        self._session.add(made)
        self._remember(made)
        return Change.ADDED

    def _put_column(self, record: Record) -> tuple[Change, Any]:
        values = dict(record.values)
        site = self._sites.get(values["code"])
        if site is None:
            raise ValueError(
                f"网站标识码 {values['code']} 不在登记的网站中（网站那一行不合格时，先改好它）"
            )
        key = (site.code, squeezed(values["name"]), values["url"])
        self._refuse_taken(Kind.COLUMNS, key)
        column = self._find_column(site, values["name"], values["url"])
        del values["code"]
        values |= {"registered": True, "retired": False}
        if column is not None:
            return self._change(column, values, record.extra), key
        made = Column(site_id=site.id)
        self._fill(made, _blanks(Kind.COLUMNS) | values, record.extra)
        self._session.add(made)
        self._columns.setdefault((site.id, squeezed(made.name)), []).append(made)
        return Change.ADDED, key

    def _find_column(self, site: Site, name: str, url: str) -> Column | None:
        """The column at that address; else the only one of that name, when it has moved here."""
        namesakes = self._columns.get((site.id, squeezed(name)), [])
        for column in namesakes:
            if column.url == url:
                return column
        moved = [
            one
            for one in namesakes
            if one.registered and (site.code, squeezed(one.name), one.url) not in self._coming
        ]
        alone = self._coming_names[site.code, squeezed(name)] == 1
        return moved[0] if len(moved) == 1 and alone else None

    def _put_relay(self, record: Record) -> tuple[Change, Any]:
        values = record.values
        due = values.get("due_on")
        if due is not None and due < values["published_on"]:
            raise ValueError("截止日期早于发布日期")
        number = values["number"]
        self._refuse_taken(Kind.RELAY_TASKS, number)
        relay = self._relays.get(number)
        if relay is not None:
            return self._change(relay, values, record.extra), number
        made = RelayTask()
        self._fill(made, _blanks(Kind.RELAY_TASKS) | values, record.extra)
        self._session.add(made)
        return Change.ADDED, number

    def _refuse_taken(self, kind: Kind, key: Any) -> None:
        earlier = self._taken.get((kind, key))
        if earlier is not None:
            raise ValueError(f"与{earlier}重复")

    def _change(self, stored: Stored, values: dict[str, Any], extra: dict[str, str]) -> Change:
        kept = {**(stored.extra or {}), **extra}
        wanted = {**values, "extra": kept}
        if all(getattr(stored, name) == value for name, value in wanted.items()):
            return Change.UNCHANGED
        self._fill(stored, values, kept)
        return Change.UPDATED

    @staticmethod
    def _fill(stored: Stored, values: dict[str, Any], extra: dict[str, str]) -> None:
        for name, value in values.items():
            setattr(stored, name, value)
        stored.extra = extra

    def _remember(self, target: Site | Account) -> None:
        if isinstance(target, Site):
            self._sites[target.code] = target
        else:
            self._accounts[target.identity] = target
            self._remember_name(target)

    def _remember_name(self, account: Account) -> None:
        namesakes = self._namesakes.setdefault(_known_as(account), [])
        if account not in namesakes:
            namesakes.append(account)


def _known_as(account: Account) -> str:
    return identity.by_name(account.platform, account.name, account.sponsor)


def _blanks(kind: Kind) -> dict[str, Any]:
    """What a new row has where its file has no such column; the unit is placed apart."""
    return {
        field.attribute: field.blank
        for field in SCHEMAS[kind].fields
        if field.attribute not in {"region", "parent_region"}
        and not (kind is Kind.COLUMNS and field.attribute == "code")
    }


def _by_site_and_name(columns: Iterable[Column]) -> dict[tuple[int, str], list[Column]]:
    found: dict[tuple[int, str], list[Column]] = {}
    for column in columns:
        found.setdefault((column.site_id, squeezed(column.name)), []).append(column)
    return found
