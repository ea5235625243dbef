"""The tables, nothing else. Vocabularies live with their rooms; enums are stored by value.

Captures, facts, verdicts and decisions are append-only. Moments are stored in UTC and read back
aware; days are Beijing days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

# A 64-bit key that SQLite still auto-increments.
BIG = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite has no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment: it would be read back eight hours off."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Naming convention from the first revision, so that autogenerate is stable everywhere."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Unit(Base):
    """单位 / 地区: an organisation or region in a tree; totals roll up along it."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    position: Mapped[int] = mapped_column(default=0, comment="order of first registration")

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")


class Target(Base):
    """What is inspected: a site or an account; one identity, two kinds."""

    __tablename__ = "targets"
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 -- SQLAlchemy's own protocol
    __table_args__ = (UniqueConstraint("kind", "identity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), comment="site or account")
    identity: Mapped[str] = mapped_column(
        String(400), comment="site: its code; account: platform and id, else platform, name, unit"
    )
    code: Mapped[str] = mapped_column(String(64), default="", comment="网站标识码 or 新媒体标识码")
    name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    sponsor: Mapped[str] = mapped_column(String(200), default="", comment="主办单位 or 开设主体")
    running_state: Mapped[str] = mapped_column(String(16), default="正常")
    canary: Mapped[bool] = mapped_column(default=False, comment="哨兵: counted in no annex")
    position: Mapped[int] = mapped_column(default=0, comment="registry order, for the annexes")
    retired: Mapped[bool] = mapped_column(default=False, comment="no longer in the registry")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="unknown columns, kept")

    unit: Mapped[Unit] = relationship()


class Site(Target):
    """网站."""

    __tablename__ = "sites"
    __mapper_args__ = {"polymorphic_identity": "site"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    home_url: Mapped[str] = mapped_column(Text)
    site_kind: Mapped[str] = mapped_column(String(16), default="其他", comment="门户 部门 其他")
    offers_services: Mapped[bool | None] = mapped_column(comment="提供办事服务; null: not stated")

    columns: Mapped[list[Column]] = relationship(back_populates="site")


class Account(Target):
    """政务新媒体账号."""

    __tablename__ = "accounts"
    __mapper_args__ = {"polymorphic_identity": "account"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    platform: Mapped[str] = mapped_column(String(32), index=True, comment="canonical, e.g. weibo")
    platform_printed: Mapped[str] = mapped_column(String(32), comment="账号类型 as registered")
    platform_id: Mapped[str] = mapped_column(String(200), default="", comment="账号唯一标识")
    filing_number: Mapped[str] = mapped_column(String(64), default="", comment="备案单号")
    home_url: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[str] = mapped_column(Text, default="", comment="信息源, in order")
    publishing: Mapped[bool] = mapped_column(default=True, comment="发布类")
    principal: Mapped[bool] = mapped_column(default=False, comment="主要账号")


class Column(Base):
    """栏目: a list page of a site, with a type and an update deadline."""

    __tablename__ = "columns"
    __table_args__ = (UniqueConstraint("site_id", "name", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32), default="", comment="栏目类型")
    level: Mapped[int] = mapped_column(default=1, comment="1 一级, 2 二级")
    deadline_days: Mapped[int | None] = mapped_column(comment="更新期限, days; null: by kind")
    may_be_empty: Mapped[bool] = mapped_column(default=False, comment="允许空白")
    responsible_unit: Mapped[str] = mapped_column(String(200), default="", comment="责任单位")
    registered: Mapped[bool] = mapped_column(default=True, comment="false: found by the patrol")
    ever_filled: Mapped[bool] = mapped_column(default=False, comment="an item was once seen in it")
    filled_at: Mapped[datetime | None] = mapped_column(
        comment="the first night in which an item was seen; null, if filled: before this was noted"
    )
    retired: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)

    site: Mapped[Site] = relationship(back_populates="columns")


class RelayTask(Base):
    """整体联动任务: a mandated repost."""

    __tablename__ = "relay_tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date]
    original_url: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    scope: Mapped[str] = mapped_column(Text, default="")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ReaderMessage(Base):
    """找错留言: one message of 我为政府网站找错, as the newest imported list tells it.

    Neither its text nor who sent it is kept: the statistics need neither.
    """

    __tablename__ = "reader_messages"

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    number: Mapped[str] = mapped_column(String(64), unique=True, comment="留言编号")
    site_code: Mapped[str] = mapped_column(String(16), comment="as listed; may be unregistered")
    site_name: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(16), comment="one of seven classes, in Chinese")
    state: Mapped[str] = mapped_column(String(24), comment="one of the platform's, in Chinese")
    # Serves the statistics of a period.
    received_on: Mapped[date] = mapped_column(index=True)
    closed_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(
        comment="last day on time; null: the holidays of that year are not known"
    )
    listed_on: Mapped[date] = mapped_column(comment="day of the list that told this")


class Window(Base):
    """采样窗口. Windows do not overlap; a frozen one never changes again."""

    __tablename__ = "windows"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    recheck_on: Mapped[date | None] = mapped_column(comment="复核时间, printed in notes")
    confirm: Mapped[str] = mapped_column(String(16), default="operator", comment="operator or auto")
    frozen_at: Mapped[datetime | None]


class Run(Base):
    """巡查批次: one night. `as_of` is its only clock."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"), index=True)
    as_of: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(
        String(16), comment="crawling, judging, done, held, released, failed"
    )
    ruleset: Mapped[str] = mapped_column(String(100))
    vantage: Mapped[str] = mapped_column(String(64), default="")
    selection: Mapped[list[Any]] = mapped_column(default=list, comment="--only; empty: all")
    targets: Mapped[list[Any]] = mapped_column(default=list, comment="planned target ids")
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    held_reason: Mapped[str] = mapped_column(Text, default="")
    released_by: Mapped[str] = mapped_column(String(100), default="")
    released_why: Mapped[str] = mapped_column(Text, default="")
    lease_owner: Mapped[str] = mapped_column(String(100), default="")
    lease_until: Mapped[datetime | None] = mapped_column(comment="wall clock, not as_of")


class Visit(Base):
    """访问记录 (run, target): the coverage ledger; fresh, or a typed reason why not."""

    __tablename__ = "visits"
    __table_args__ = (UniqueConstraint("run_id", "target_id"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), index=True)
    fresh: Mapped[bool]
    access: Mapped[str] = mapped_column(String(32), comment="an AccessState")
    reason: Mapped[str] = mapped_column(String(64), default="", comment="empty when fresh")
    pages: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BIG, default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)


class Capture(Base):
    """快照: one response. The body lies in the capture store under its SHA-256."""

    __tablename__ = "captures"
    # The first serves the assembly of one target's facts, and evidence pages; the second, of the few
    # rows with a picture, retention: who else names it?
    __table_args__ = (
        Index(None, "run_id", "target_id"),
        Index(
            None,
            "screenshot",
            postgresql_where=text("screenshot <> ''"),
            sqlite_where=text("screenshot <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    column_id: Mapped[int | None] = mapped_column(ForeignKey("columns.id"))
    role: Mapped[str] = mapped_column(
        String(32), comment="home, column, list_data, article, board, guide, not_found, source"
    )
    parent_url: Mapped[str] = mapped_column(Text, default="", comment="the page that led here")
    url: Mapped[str] = mapped_column(Text)
    final_url: Mapped[str] = mapped_column(Text)
    chain: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[int | None]
    headers: Mapped[list[Any]] = mapped_column(default=list)
    sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    size: Mapped[int] = mapped_column(default=0, comment="bytes before compression")
    truncated: Mapped[bool] = mapped_column(default=False)
    encoding: Mapped[str] = mapped_column(String(32), default="")
    rendered: Mapped[bool] = mapped_column(default=False)
    access: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text, default="")
    fetched_at: Mapped[datetime]
    elapsed: Mapped[float] = mapped_column(default=0.0, comment="seconds")
    vantage: Mapped[str] = mapped_column(String(64), default="")
    screenshot: Mapped[str] = mapped_column(String(64), default="", comment="SHA-256 of a PNG")


class Fact(Base):
    """观测: something read off captures, as compressed JSON; `judge` reuses it."""

    __tablename__ = "facts"
    __table_args__ = (Index(None, "run_id", "target_id"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("captures.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32), comment="page, account, links")
    extractor: Mapped[str] = mapped_column(String(32), comment="version of the extractor")
    payload: Mapped[bytes] = mapped_column(LargeBinary, comment="zstd JSON")


class SiteMemory(Base):
    """What the next night may use again of a site's pages: `crawler.site_memory` reads and writes it.

    One row for each site, written anew every night. It may be thrown away: a night without it
    fetches and reads everything.
    """

    __tablename__ = "site_memories"

    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    as_of: Mapped[datetime] = mapped_column(comment="of the night that wrote it")
    extractor: Mapped[str] = mapped_column(String(64), comment="digest of what reads pages")
    payload: Mapped[bytes] = mapped_column(LargeBinary, comment="zstd lines of JSON")


class Item(Base):
    """条目: one dated article or post, with the time we first saw it."""

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("target_id", "key"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    column_id: Mapped[int | None] = mapped_column(ForeignKey("columns.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), comment="SHA-256 of address or post id")
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    provenance: Mapped[str] = mapped_column(String(16), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    first_seen_at: Mapped[datetime]
    first_run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    last_seen_at: Mapped[datetime]


class ProbeDay(Base):
    """Availability probes of one site on one Beijing day, packed: one row a day stays small."""

    __tablename__ = "probe_days"
    __table_args__ = (UniqueConstraint("site_id", "day"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    day: Mapped[date]
    counted: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    excluded: Mapped[int] = mapped_column(default=0)
    rounds: Mapped[list[Any]] = mapped_column(
        default=list,
        comment="[state, text, vantage] for the rounds of one state: crawler.probes_kept packs them",
    )


class Link(Base):
    """One outgoing link under watch: only links that failed are kept."""

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    url_hash: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    status: Mapped[int | None]
    detail: Mapped[str] = mapped_column(Text, default="")
    failures: Mapped[int] = mapped_column(default=0)
    first_failed_at: Mapped[datetime | None]
    last_checked_at: Mapped[datetime]


class Judgement(Base):
    """One pass of the checks over one run, under one ruleset."""

    __tablename__ = "judgements"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    ruleset: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    reextracted: Mapped[bool] = mapped_column(default=False)


class Verdict(Base):
    """判定. Append-only: a new ruleset makes a new judgement with rows of its own."""

    __tablename__ = "verdicts"
    __table_args__ = (
        # Serves `verdicts`, re-judging and the desk's history of one target.
        Index(None, "run_id", "target_id"),
        Index(None, "target_id", "check"),
        # Serves counts by outcome, and the desk's queue of what was not established.
        Index(None, "judgement_id", "outcome", "check"),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    judgement_id: Mapped[int] = mapped_column(ForeignKey("judgements.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    column_id: Mapped[int | None] = mapped_column(ForeignKey("columns.id"))
    check: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))
    warning: Mapped[str] = mapped_column(String(64), default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_update: Mapped[str] = mapped_column(String(40), default="", comment="ISO day or moment")
    captures: Mapped[list[Any]] = mapped_column(default=list)
    ruleset: Mapped[str] = mapped_column(String(100))


class Finding(Base):
    """问题: the life of a failing verdict for one target (or unit) in one window."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("window_id", "subject", "check", "column_key"),
        CheckConstraint(
            "state IN ('flagged', 'confirmed', 'dismissed', 'withdrawn', 'rectified')", name="state"
        ),
        # Serves the review queue.
        Index(None, "window_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"))
    subject: Mapped[str] = mapped_column(String(64), comment="target:ID or unit:ID")
    target_id: Mapped[int | None] = mapped_column(ForeignKey("targets.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    check: Mapped[str] = mapped_column(String(32))
    column_id: Mapped[int | None] = mapped_column(ForeignKey("columns.id"))
    column_key: Mapped[str] = mapped_column(String(32), default="", comment="column id or empty")
    label: Mapped[str] = mapped_column(Text, comment="the label printed in the annex")
    severity: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime] = mapped_column(comment="as_of of the flagging run")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"))
    last_update: Mapped[str] = mapped_column(String(40), default="", comment="as printed source")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    manual: Mapped[bool] = mapped_column(default=False)
    second_look_due: Mapped[datetime | None] = mapped_column(index=True)
    second_look_at: Mapped[datetime | None]
    second_look: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rectified_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, comment="grows with each change of state")

    target: Mapped[Target | None] = relationship()
    unit: Mapped[Unit] = relationship()
    window: Mapped[Window] = relationship()
    column: Mapped[Column | None] = relationship()


class Decision(Base):
    """审核: every change of a finding's state, by the machine or a person. Append-only."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    old: Mapped[str] = mapped_column(String(16), default="")
    new: Mapped[str] = mapped_column(String(16))
    decided_by: Mapped[str] = mapped_column(String(100))
    reason_code: Mapped[str] = mapped_column(String(64), default="")
    why: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]


class Waiver(Base):
    """A dismissal that holds beyond its window, until a date; it is listed."""

    __tablename__ = "waivers"

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), index=True)
    column_id: Mapped[int | None] = mapped_column(ForeignKey("columns.id"))
    check: Mapped[str] = mapped_column(String(32))
    expires_on: Mapped[date]
    granted_by: Mapped[str] = mapped_column(String(100))
    why: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime]


class OperatorObservation(Base):
    """What a person saw on an account or a site: a date with a link, text or a screenshot."""

    __tablename__ = "operator_observations"

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), index=True)
    column_id: Mapped[int | None] = mapped_column(
        ForeignKey("columns.id"), comment="of a site; null: its home page"
    )
    seen_at: Mapped[datetime] = mapped_column(comment="when the person looked")
    newest_at: Mapped[datetime | None] = mapped_column(comment="newest post seen; null: none")
    never_posted: Mapped[bool] = mapped_column(default=False)
    url: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    screenshot: Mapped[str] = mapped_column(String(64), default="")
    observed_by: Mapped[str] = mapped_column(String(100))

    column: Mapped[Column | None] = relationship()


class OperatorCookie(Base):
    """An operator's own cookies for one domain, sealed: of no use without the key in the settings."""

    __tablename__ = "operator_cookies"

    domain: Mapped[str] = mapped_column(String(100), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    stored_by: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[datetime]


class Notice(Base):
    """通报: the annex data of a frozen window under one layout, kept to the byte."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("window_id", "layout"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"))
    layout: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    frozen_at: Mapped[datetime]


class AppliedOverlay(Base):
    """An overlay of the national ruleset put in force by a person; the newest row holds."""

    __tablename__ = "applied_overlays"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text, comment="YAML; empty: the settings' own again")
    name: Mapped[str] = mapped_column(String(80), comment="of the ruleset that it gives")
    digest: Mapped[str] = mapped_column(String(64))
    applied_by: Mapped[str] = mapped_column(String(100))
    applied_at: Mapped[datetime]


class Lease(Base):
    """A named lock with an end, so that two schedulers never run one job twice."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    owner: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime] = mapped_column(comment="wall clock")
    last_due: Mapped[datetime | None] = mapped_column(comment="the due time last taken")


class BudgetLease(Base):
    """Which crawl process uses a host, a platform or an address now; moments in seconds since

    1970 by the clock of the database. Rows of one night, worth nothing after it.
    """

    __tablename__ = "budget_leases"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    owner: Mapped[str] = mapped_column(String(300), index=True)
    until: Mapped[float] = mapped_column(comment="silent until then, its holder is gone")
    next_at: Mapped[float] = mapped_column(comment="no request may start before")
    wanted_until: Mapped[float] = mapped_column(comment="others wait for it")
    home_until: Mapped[float] = mapped_column(comment="the process whose target it is waits for it")


class DeskUser(Base):
    """A person who uses the desk. `unit_id` bounds what is seen and changed to a subtree."""

    __tablename__ = "desk_users"
    __table_args__ = (CheckConstraint("role IN ('viewer', 'operator', 'admin')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True, comment="log-in name, kept as by")
    role: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), comment="null: all units")
    password: Mapped[str] = mapped_column(Text, comment="argon2id, with its parameters")
    disabled: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8), default="zh")
    made_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()


class DeskSession(Base):
    """One browser that is logged in. Only the hash of its cookie is kept."""

    __tablename__ = "desk_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256")
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"), index=True)
    begun_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[DeskUser] = relationship()


class SignInFailure(Base):
    """A log-in that failed; many of one name or address within minutes lock both out."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), index=True, comment="name:… or address:…")
    at: Mapped[datetime]


class ApiToken(Base):
    """A key for programs, with the rights of its user, or to read alone."""

    __tablename__ = "api_tokens"
    __table_args__ = (CheckConstraint("scope IN ('read', 'write')", name="scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256")
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"), index=True)
    scope: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[DeskUser] = relationship()


class AuditEntry(Base):
    """Who changed what at the desk, and when. Append-only."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "subject", "id"),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("desk_users.id"), index=True)
    who: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(64), comment="e.g. finding.confirm")
    subject: Mapped[str] = mapped_column(String(100), default="", comment="e.g. finding:12")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), comment="of the subject")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    address: Mapped[str] = mapped_column(String(64), default="")


class NotificationRule(Base):
    """Where a user wants to be told, and of what."""

    __tablename__ = "notification_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"), index=True)
    address: Mapped[str] = mapped_column(Text, comment="an apprise address: a secret")
    events: Mapped[list[Any]] = mapped_column(comment="digest, veto, held, dead")
    enabled: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    sent_until: Mapped[dict[str, Any]] = mapped_column(
        default=dict, comment="event → what it was last sent for; nothing is told twice"
    )
    failure: Mapped[str] = mapped_column(String(200), default="", comment="why the last one failed")

    user: Mapped[DeskUser] = relationship()


class FindingNote(Base):
    """A remark of an operator on a finding; it decides nothing. Append-only."""

    __tablename__ = "finding_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[str] = mapped_column(String(100))
    noted_at: Mapped[datetime]


class FeedbackFile(Base):
    """整改反馈: a file that a unit sent about a finding, in the capture store by its SHA-256."""

    __tablename__ = "feedback_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    added_by: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime]


class RectificationTerm(Base):
    """整改期限: the day by which a confirmed finding is to be put right."""

    __tablename__ = "rectification_terms"

    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    due_on: Mapped[date]
    set_by: Mapped[str] = mapped_column(String(100))
    set_at: Mapped[datetime]
