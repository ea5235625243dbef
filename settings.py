"""Everything that can be set: environment `XUNCHA_*`, or `xuncha.toml` in the working directory.

The environment wins over the file. Each setting states its unit and its reason;
docs/settings.md is generated from here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

USER_AGENT = "Mozilla/5.0 (compatible; xuncha/0.1; +government website inspection)"


class SettingsError(Exception):
    """A setting cannot be used; the message names it in plain Chinese."""


class Settings(BaseSettings):
    """All settings of the product."""

    model_config = SettingsConfigDict(
        env_prefix="XUNCHA_", toml_file="xuncha.toml", extra="forbid", frozen=True
    )

    home: Path = Field(Path("data"), description="database, captures, exports and logs live here")
    database_url: str = Field("", description="empty: SQLite in the home; postgresql+psycopg://…")
    captures: str = Field("", description="empty: a folder in the home; any fsspec URL")
    browser: str = Field("auto", description="auto (chromium on PATH), off, or a path")
    vantage: str = Field(
        "",
        description="where this machine stands, e.g. 长沙电信; a name that begins with 境外 is "
        "outside the mainland, where W2 stays undetermined",
    )
    allow_private: bool = Field(
        default=False, description="true: private and loopback addresses may be visited"
    )
    origin_map: Path | None = Field(
        None, description="JSON file that maps origins, for tests, demos and staging"
    )
    robots: Literal["ignore-for-registered", "obey"] = Field(
        "ignore-for-registered", description="registered sites asked for the inspection"
    )
    contact: str = Field("", description="mail or address added to the user agent")
    user_agent: str = Field(USER_AGENT, description="how plain HTTP requests name themselves")

    host_delay: float | None = Field(
        None, ge=0, description="seconds between requests to one host; default 1, mapped origins 0"
    )
    host_concurrency: int = Field(2, ge=1, description="requests at once to one host")
    ip_concurrency: int = Field(
        8,
        ge=1,
        description="requests at once to one address: shared platforms host dozens of sites",
    )
    platform_delay: float | None = Field(
        None, ge=0, description="seconds between requests to an account platform; default 10"
    )
    page_timeout: float = Field(20.0, gt=0, description="seconds for a page, to the last byte")
    probe_timeout: float = Field(15.0, gt=0, description="seconds: the legal clock of W2.1")
    body_cap: int = Field(8 * 1024 * 1024, gt=0, description="bytes of a body that are kept")
    parse_cap: int = Field(5 * 1024 * 1024, gt=0, description="bytes of a body that are parsed")
    site_pages: int = Field(60, ge=1, description="pages of one site a night, home page included")
    site_columns: int = Field(40, ge=0, description="columns of one site a night")
    site_articles: int = Field(12, ge=0, description="article pages of one site a night")
    home_links: int = Field(400, ge=0, description="links of one home page that are checked")
    site_links: int = Field(
        150,
        ge=0,
        description="links of other pages of one site that are asked for in one night: the rest "
        "waits its turn, so that a large site costs no more than a small one",
    )
    article_nights: int = Field(
        4,
        ge=1,
        description="nights after which an article or guide that was read is fetched again, spread "
        "over these nights; home page and lists are fetched every night. 1: everything every night",
    )
    link_nights: int = Field(
        4,
        ge=1,
        description="nights after which a link of the home page that answered is asked for again, "
        "spread over these nights; one that failed is asked for every night. 1: all every night",
    )
    targets_at_once: int = Field(16, ge=1, description="targets that one process works on at once")
    database_patience: int = Field(
        75, ge=0, description="seconds that a night waits for a database server that went away"
    )
    hang_seconds: int = Field(
        300, ge=5, description="seconds without a sign of life after which a process is ended"
    )
    target_seconds: int = Field(
        5400, ge=60, description="seconds for one target in all, after which it is given up"
    )
    process_memory: int = Field(
        1500, ge=200, description="MiB that one crawl process may take before it is ended"
    )
    browser_pages: int = Field(2, ge=1, description="pages open at once in the browser")
    browser_recycle: int = Field(200, ge=1, description="pages after which a browser is renewed")
    browser_timeout: float = Field(25.0, gt=0, description="seconds for one page in the browser")
    site_browser_pages: int = Field(8, ge=0, description="browser pages of one site a night")
    breaker_share: float = Field(
        0.2, gt=0, le=1, description="share of targets that may turn for the worse in one night"
    )
    breaker_count: int = Field(20, ge=1, description="and at least so many, before a run is held")
    lease_seconds: int = Field(
        120, ge=5, description="seconds after which a dead run may be resumed"
    )
    weixin_secrets: Path | None = Field(
        None,
        description="JSON file {AppID: AppSecret} of official accounts whose owners allow their "
        "interface to be asked (信息源 weixin-api); kept out of the database",
    )
    operator_cookies: bool = Field(
        default=False,
        description="true: cookies entered with `xuncha registry cookies` are sent to their platform",
    )
    cookie_key: str = Field(
        "",
        repr=False,
        description="key under which operators' cookies are kept, made by `xuncha registry cookies key`",
    )
    cluster: bool = Field(
        default=False,
        description="true: `xuncha schedule` hands its nights to the machines that run "
        "`xuncha worker`, as `nightly --cluster` does",
    )
    nightly_at: str = Field("01:00", description="Beijing time of the nightly job")
    probe_rounds: int = Field(24, ge=20, description="probe rounds a day; the clause asks for 20")
    misfire_hours: int = Field(6, ge=1, description="hours after which a missed job is given up")
    backups: str = Field(
        "",
        description="folder of backups, better on another disk: database and captures; empty: in "
        "the home, the database alone",
    )
    backups_kept: int = Field(14, ge=1, description="copies of the database that are kept")
    keep_days: int = Field(
        180,
        ge=30,
        description="days after which captures of a frozen window, and of nights in no window, are "
        "thinned to the evidence of what was found",
    )
    metrics: Path | None = Field(
        None,
        description="file ending in .prom that jobs write for the textfile collector of "
        "Prometheus' node_exporter",
    )
    dead_man_url: str = Field("", description="address asked after each finished nightly job")
    ruleset: Path | None = Field(None, description="overlay of the national ruleset (YAML)")
    desk_url: str = Field(
        "",
        description="public address of the desk, for links in notices; https makes its cookies "
        "travel encrypted only",
    )
    desk_session_hours: int = Field(
        10, ge=1, le=168, description="hours after which the desk asks for the password again"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then xuncha.toml."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'xuncha.sqlite3'}"

    @property
    def capture_store(self) -> str:
        """The fsspec address under which bodies are kept."""
        return self.captures or str(self.home / "captures")

    @property
    def exports(self) -> Path:
        """The folder for exported files."""
        return self.home / "exports"

    @property
    def agent(self) -> str:
        """The user agent with the contact, if one is set."""
        return f"{self.user_agent} ({self.contact})" if self.contact else self.user_agent

    def origins(self) -> dict[str, str]:
        """The origin map: origin (or `*`) to the origin that answers for it; empty when unset."""
        if self.origin_map is None:
            return {}
        loaded = _pairs(self.origin_map, "XUNCHA_ORIGIN_MAP", "「来源: 目标」")
        return {key.rstrip("/").lower(): value.rstrip("/") for key, value in loaded.items()}

    def owners_secrets(self) -> dict[str, str]:
        """AppSecret by AppID of the official accounts that may be asked; empty when unset."""
        if self.weixin_secrets is None:
            return {}
        return _pairs(self.weixin_secrets, "XUNCHA_WEIXIN_SECRETS", "「AppID: AppSecret」")


def _pairs(path: Path, name: str, form: str) -> dict[str, str]:
    """A JSON object of texts; the message never quotes what stands in the file."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{name} 指向的文件无法读取：{path}（{error.strerror}）"
        raise SettingsError(message) from error
    except ValueError as error:
        message = f"{name} 不是合法的 JSON：{path}（{type(error).__name__}）"
        raise SettingsError(message) from error
    if not isinstance(loaded, dict) or not all(isinstance(v, str) for v in loaded.values()):
        message = f"{name} 应是{form}的 JSON 对象：{path}"
        raise SettingsError(message)
    return loaded


def load() -> Settings:
    """The settings of this process; a bad one is named in one sentence."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"设置项 XUNCHA_{where.upper()} 无效：{first['msg']}"
        raise SettingsError(message) from error
    except ValueError as error:
        message = f"xuncha.toml 无法读取：{error}"
        raise SettingsError(message) from error


def environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for a child process that must see the same."""
    told = settings.model_dump(mode="json", exclude_none=True)
    return {f"XUNCHA_{name.upper()}": str(value) for name, value in told.items()}
