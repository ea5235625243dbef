"""The scenario language: what a YAML scenario may say, and one clear error when it says more.

docs/democity.md explains every key. Ages are days before the last night.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

if TYPE_CHECKING:
    from collections.abc import Mapping

Choice = str | list[str] | dict[str, int]
Range = int | tuple[int, int]


class ScenarioError(Exception):
    """A scenario cannot be used; the message names the key by its path."""


class Block(BaseModel):
    """A mapping of the scenario; a key that nobody reads is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


AnyBlock = TypeVar("AnyBlock", bound=Block)


class WindowBlock(Block):
    """采样窗口 in which the nights lie."""

    name: str
    start: date
    end: date


class UnitBlock(Block):
    """A unit of the tree. `sites` and `accounts` are totals; named ones count towards them.

    `called` is how its departments are named, when not after the unit itself.
    """

    name: str
    called: str = ""
    domain: str = Field("", pattern=r"^[a-z0-9-]*$")
    sites: int | None = Field(None, ge=0, le=5000)
    accounts: int | None = Field(None, ge=0, le=20000)
    children: list[UnitBlock] = Field(default_factory=list)


class StateBlock(Block):
    """How a site answers, and on which nights (all, when none are named)."""

    kind: str
    seconds: float = Field(0.0, ge=0, le=600)
    nights: list[int] = Field(default_factory=list)


class SiteWishes(Block):
    """What may be said of one site, of many alike, or of all by default."""

    family: Choice = "trs"
    encoding: Choice = "utf-8"
    scheme: Literal["http", "https"] = "http"
    pages: Range = 20
    columns: Literal["small", "standard", "full", "vast"] = "small"
    registered: bool | None = None
    services: Literal["是", "否", ""] = "是"
    state: StateBlock | str = "ok"
    look: dict[str, Any] = Field(default_factory=dict)
    footer: dict[str, str] = Field(default_factory=dict)
    traps: list[int] = Field(default_factory=list)

    @field_validator("traps")
    @classmethod
    def _known_traps(cls, value: list[int]) -> list[int]:
        unknown = [trap for trap in value if not 1 <= trap <= 48]
        if unknown:
            message = f"traps are numbered 1 to 48, not {unknown[0]}"
            raise ValueError(message)
        return value


class SiteBlock(SiteWishes):
    """One named site, or `count` sites alike. `code`, `host` and `sponsor` are made up otherwise."""

    unit: str
    name: str = ""
    code: str = Field("", pattern=r"^(\d{10}|bm\d{8})?$")
    host: str = Field("", pattern=r"^[a-z0-9.-]*$")
    sponsor: str = ""
    count: int = Field(1, ge=1, le=5000)
    kind: Literal["门户", "部门", "其他"] = "部门"
    canary: bool = False
    running: Literal["正常", "例外", "关停"] = "正常"
    problems: dict[str, dict[str, Any]] = Field(default_factory=dict)
    note: str = ""


class AccountWishes(Block):
    """What may be said of one account, of many alike, or of all by default."""

    platform: Choice = "weixin"
    gap: Range = (1, 3)
    scene: str = "S1"
    nights: list[int] = Field(default_factory=list)
    way: str = ""
    publishing: bool = True
    reposts: int | None = Field(None, ge=0, le=200)
    traps: list[int] = Field(default_factory=list)


class AccountBlock(AccountWishes):
    """One named account, or `count` accounts alike."""

    unit: str
    name: str = ""
    count: int = Field(1, ge=1, le=20000)
    sponsor: str = ""
    printed: str = ""
    canary: bool = False
    running: Literal["正常", "已发关停公告", "冻结期", "注销"] = "正常"
    code: str | None = None
    filing: str = ""
    problems: dict[str, dict[str, Any]] = Field(default_factory=dict)
    note: str = ""


class Defaults(Block):
    """What holds where a block says nothing."""

    site: SiteWishes = Field(default_factory=SiteWishes)
    account: AccountWishes = Field(default_factory=AccountWishes)


class TaskBlock(Block):
    """A mandated repost (整体联动) of the window."""

    title: str
    day: date


class HandBlock(Block):
    """A problem that a person enters: of a target by its code or name, or of a unit.

    `platform` is the printed 账号类型 where two accounts have one name.
    """

    target: str = ""
    platform: str = ""
    unit: str = ""
    check: str
    label: str


class ReplayBlock(Block):
    """What people do in the replay of a published notice, and the layout in which it is printed.

    On `rectified_on` everything was found put right but for what is `open`, by name.
    """

    layout: str
    recheck: date | None = None
    by_hand: list[HandBlock] = Field(default_factory=list)
    rectified_on: date | None = None
    open: list[str] = Field(default_factory=list)


class Document(Block):
    """A whole scenario. `accounts_as_listed`: the register of accounts is not sorted by unit.

    `relay` are the mandated reposts; an account makes the first `reposts` of them.
    """

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = ""
    seed: int
    province: str = "明川省"
    code_prefix: str = Field("97", pattern=r"^\d{2}$")
    domain_tag: str = Field("mc", pattern=r"^[a-z0-9]+$")
    window: WindowBlock
    nights: list[datetime] = Field(min_length=1)
    probe_days: int = Field(7, ge=0, le=90)
    catch_all: bool = False
    accounts_as_listed: bool = False
    relay_scope: str = ""
    relay: list[TaskBlock] = Field(default_factory=list)
    replay: ReplayBlock | None = None
    units: list[UnitBlock] = Field(min_length=1)
    defaults: Defaults = Field(default_factory=Defaults)
    sites: list[SiteBlock] = Field(default_factory=list)
    accounts: list[AccountBlock] = Field(default_factory=list)

    @field_validator("nights")
    @classmethod
    def _in_order(cls, value: list[datetime]) -> list[datetime]:
        if any(night.tzinfo is None for night in value):
            message = "a night needs an offset, e.g. 2023-03-28T01:00:00+08:00"
            raise ValueError(message)
        if sorted(value) != value:
            message = "nights must be in order"
            raise ValueError(message)
        return value


def parse(raw: object, source: str) -> Document:
    """The document in `raw`; an error names the offending key by its path."""
    if not isinstance(raw, dict):
        message = f"{source}: a scenario is a mapping of keys"
        raise ScenarioError(message)
    try:
        return Document.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{source}: {path_of(first['loc'])}: {first['msg']}"
        raise ScenarioError(message) from error


def one_block(kind: type[AnyBlock], raw: Mapping[str, Any], where: str) -> AnyBlock:
    """`raw` read as a block of that kind; a bad key is named by its path."""
    try:
        return kind.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{where}.{path_of(first['loc'])}: {first['msg']}"
        raise ScenarioError(message) from error


def path_of(parts: tuple[int | str, ...]) -> str:
    """`('sites', 3, 'pages')` as `sites[3].pages`."""
    told = ""
    for part in parts:
        told += f"[{part}]" if isinstance(part, int) else f".{part}" if told else str(part)
    return told or "(the whole scenario)"
