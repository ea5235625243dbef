"""First tables.

Why: nothing is stored before it; everything of the design, from units to leases, begins here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="wall clock"),
        sa.Column(
            "last_due", sa.DateTime(timezone=True), nullable=True, comment="the due time last taken"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("url_hash", name=op.f("uq_links_url_hash")),
    )
    op.create_table(
        "relay_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("original_url", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_tasks")),
        sa.UniqueConstraint("number", name=op.f("uq_relay_tasks_number")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False, comment="order of first registration"),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("name", name=op.f("uq_units_name")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recheck_on", sa.Date(), nullable=True, comment="复核时间, printed in notes"),
        sa.Column("confirm", sa.String(length=16), nullable=False, comment="operator or auto"),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_windows")),
        sa.UniqueConstraint("name", name=op.f("uq_windows_name")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_notices_window_id_windows")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("window_id", "layout", name=op.f("uq_notices_window_id_layout")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=False,
            comment="crawling, judging, done, held, released, failed",
        ),
        sa.Column("ruleset", sa.String(length=100), nullable=False),
        sa.Column("vantage", sa.String(length=64), nullable=False),
        sa.Column("selection", sa.JSON(), nullable=False, comment="--only; empty: all"),
        sa.Column("targets", sa.JSON(), nullable=False, comment="planned target ids"),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("held_reason", sa.Text(), nullable=False),
        sa.Column("released_by", sa.String(length=100), nullable=False),
        sa.Column("released_why", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.String(length=100), nullable=False),
        sa.Column(
            "lease_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="wall clock, not as_of",
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_runs_window_id_windows")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_as_of"), ["as_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_window_id"), ["window_id"], unique=False)

    op.create_table(
        "targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="site or account"),
        sa.Column(
            "identity",
            sa.String(length=400),
            nullable=False,
            comment="site: its code; account: platform and id, else platform, name, unit",
        ),
        sa.Column(
            "code", sa.String(length=64), nullable=False, comment="网站标识码 or 新媒体标识码"
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sponsor", sa.String(length=200), nullable=False, comment="主办单位 or 开设主体"),
        sa.Column("running_state", sa.String(length=16), nullable=False),
        sa.Column("canary", sa.Boolean(), nullable=False, comment="哨兵: counted in no annex"),
        sa.Column(
            "position", sa.Integer(), nullable=False, comment="registry order, for the annexes"
        ),
        sa.Column("retired", sa.Boolean(), nullable=False, comment="no longer in the registry"),
        sa.Column("extra", sa.JSON(), nullable=False, comment="unknown columns, kept"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_targets_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint("kind", "identity", name=op.f("uq_targets_kind_identity")),
    )
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_targets_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "platform", sa.String(length=32), nullable=False, comment="canonical, e.g. weibo"
        ),
        sa.Column(
            "platform_printed",
            sa.String(length=32),
            nullable=False,
            comment="账号类型 as registered",
        ),
        sa.Column("platform_id", sa.String(length=200), nullable=False, comment="账号唯一标识"),
        sa.Column("filing_number", sa.String(length=64), nullable=False, comment="备案单号"),
        sa.Column("home_url", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False, comment="信息源, in order"),
        sa.Column("publishing", sa.Boolean(), nullable=False, comment="发布类"),
        sa.Column("principal", sa.Boolean(), nullable=False, comment="主要账号"),
        sa.ForeignKeyConstraint(["id"], ["targets.id"], name=op.f("fk_accounts_id_targets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_platform"), ["platform"], unique=False)

    op.create_table(
        "judgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("ruleset", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reextracted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_judgements_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
    )
    with op.batch_alter_table("judgements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgements_run_id"), ["run_id"], unique=False)

    op.create_table(
        "operator_observations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), nullable=False, comment="when the person looked"
        ),
        sa.Column(
            "newest_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="newest post seen; null: none",
        ),
        sa.Column("never_posted", sa.Boolean(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("screenshot", sa.String(length=64), nullable=False),
        sa.Column("observed_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_operator_observations_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_observations")),
    )
    with op.batch_alter_table("operator_observations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_operator_observations_target_id"), ["target_id"], unique=False
        )

    op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("home_url", sa.Text(), nullable=False),
        sa.Column("site_kind", sa.String(length=16), nullable=False, comment="门户 部门 其他"),
        sa.Column(
            "offers_services", sa.Boolean(), nullable=True, comment="提供办事服务; null: not stated"
        ),
        sa.ForeignKeyConstraint(["id"], ["targets.id"], name=op.f("fk_sites_id_targets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("access", sa.String(length=32), nullable=False, comment="an AccessState"),
        sa.Column("reason", sa.String(length=64), nullable=False, comment="empty when fresh"),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_visits_run_id_runs")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_visits_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("run_id", "target_id", name=op.f("uq_visits_run_id_target_id")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_target_id"), ["target_id"], unique=False)

    op.create_table(
        "columns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="栏目类型"),
        sa.Column("level", sa.Integer(), nullable=False, comment="1 一级, 2 二级"),
        sa.Column(
            "deadline_days", sa.Integer(), nullable=True, comment="更新期限, days; null: by kind"
        ),
        sa.Column("may_be_empty", sa.Boolean(), nullable=False, comment="允许空白"),
        sa.Column("responsible_unit", sa.String(length=200), nullable=False, comment="责任单位"),
        sa.Column("registered", sa.Boolean(), nullable=False, comment="false: found by the patrol"),
        sa.Column(
            "ever_filled", sa.Boolean(), nullable=False, comment="an item was once seen in it"
        ),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_columns_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_columns")),
        sa.UniqueConstraint("site_id", "name", "url", name=op.f("uq_columns_site_id_name_url")),
    )
    with op.batch_alter_table("columns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_columns_site_id"), ["site_id"], unique=False)

    op.create_table(
        "probe_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column(
            "rounds",
            sa.JSON(),
            nullable=False,
            comment="[minute of day, state, milliseconds, vantage] a round",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_probe_days_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_days")),
        sa.UniqueConstraint("site_id", "day", name=op.f("uq_probe_days_site_id_day")),
    )
    op.create_table(
        "captures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.String(length=32),
            nullable=False,
            comment="home, column, list_data, article, board, guide, not_found, source",
        ),
        sa.Column("parent_url", sa.Text(), nullable=False, comment="the page that led here"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes before compression"),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("encoding", sa.String(length=32), nullable=False),
        sa.Column("rendered", sa.Boolean(), nullable=False),
        sa.Column("access", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("elapsed", sa.Double(), nullable=False, comment="seconds"),
        sa.Column("vantage", sa.String(length=64), nullable=False),
        sa.Column("screenshot", sa.String(length=64), nullable=False, comment="SHA-256 of a PNG"),
        sa.ForeignKeyConstraint(
            ["column_id"], ["columns.id"], name=op.f("fk_captures_column_id_columns")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_captures_run_id_runs")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_captures_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
    )
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_captures_run_id_target_id"), ["run_id", "target_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_captures_sha256"), ["sha256"], unique=False)

    op.create_table(
        "items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=True),
        sa.Column(
            "key", sa.String(length=64), nullable=False, comment="SHA-256 of address or post id"
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provenance", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_run_id", sa.Integer(), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["column_id"], ["columns.id"], name=op.f("fk_items_column_id_columns")
        ),
        sa.ForeignKeyConstraint(
            ["first_run_id"], ["runs.id"], name=op.f("fk_items_first_run_id_runs")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_items_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("target_id", "key", name=op.f("uq_items_target_id_key")),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_items_column_id"), ["column_id"], unique=False)

    op.create_table(
        "verdicts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=True),
        sa.Column("check", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("warning", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("last_update", sa.String(length=40), nullable=False, comment="ISO day or moment"),
        sa.Column("captures", sa.JSON(), nullable=False),
        sa.Column("ruleset", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["column_id"], ["columns.id"], name=op.f("fk_verdicts_column_id_columns")
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgements.id"], name=op.f("fk_verdicts_judgement_id_judgements")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_verdicts_run_id_runs")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_verdicts_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_verdicts_judgement_id"), ["judgement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verdicts_run_id_target_id"), ["run_id", "target_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verdicts_target_id_check"), ["target_id", "check"], unique=False
        )

    op.create_table(
        "waivers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=True),
        sa.Column("check", sa.String(length=32), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.String(length=100), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["column_id"], ["columns.id"], name=op.f("fk_waivers_column_id_columns")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_waivers_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
    )
    with op.batch_alter_table("waivers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waivers_target_id"), ["target_id"], unique=False)

    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column(
            "capture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="page, account, links"),
        sa.Column(
            "extractor", sa.String(length=32), nullable=False, comment="version of the extractor"
        ),
        sa.Column("payload", sa.LargeBinary(), nullable=False, comment="zstd JSON"),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["captures.id"], name=op.f("fk_facts_capture_id_captures")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_facts_run_id_runs")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_facts_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_capture_id"), ["capture_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_facts_run_id_target_id"), ["run_id", "target_id"], unique=False
        )

    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False, comment="target:ID or unit:ID"),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(length=32), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=True),
        sa.Column("column_key", sa.String(length=32), nullable=False, comment="column id or empty"),
        sa.Column("label", sa.Text(), nullable=False, comment="the label printed in the annex"),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column(
            "opened_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="as_of of the flagging run",
        ),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column(
            "verdict_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("last_update", sa.String(length=40), nullable=False, comment="as printed source"),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.Column("second_look_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_look", sa.JSON(), nullable=False),
        sa.Column("rectified_on", sa.Date(), nullable=True),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="grows with each change of state"
        ),
        sa.CheckConstraint(
            "state IN ('flagged', 'confirmed', 'dismissed', 'withdrawn', 'rectified')",
            name=op.f("ck_findings_state"),
        ),
        sa.ForeignKeyConstraint(
            ["column_id"], ["columns.id"], name=op.f("fk_findings_column_id_columns")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_findings_run_id_runs")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_findings_target_id_targets")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_findings_unit_id_units")),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdicts.id"], name=op.f("fk_findings_verdict_id_verdicts")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_findings_window_id_windows")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint(
            "window_id",
            "subject",
            "check",
            "column_key",
            name=op.f("uq_findings_window_id_subject_check_column_key"),
        ),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_findings_second_look_due"), ["second_look_due"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_findings_target_id"), ["target_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_findings_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_findings_window_id_state"), ["window_id", "state"], unique=False
        )

    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.String(length=16), nullable=False),
        sa.Column("new", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_decisions_finding_id_findings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_finding_id"), ["finding_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_finding_id"))

    op.drop_table("decisions")
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_findings_window_id_state"))
        batch_op.drop_index(batch_op.f("ix_findings_unit_id"))
        batch_op.drop_index(batch_op.f("ix_findings_target_id"))
        batch_op.drop_index(batch_op.f("ix_findings_second_look_due"))

    op.drop_table("findings")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facts_run_id_target_id"))
        batch_op.drop_index(batch_op.f("ix_facts_capture_id"))

    op.drop_table("facts")
    with op.batch_alter_table("waivers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waivers_target_id"))

    op.drop_table("waivers")
    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verdicts_target_id_check"))
        batch_op.drop_index(batch_op.f("ix_verdicts_run_id_target_id"))
        batch_op.drop_index(batch_op.f("ix_verdicts_judgement_id"))

    op.drop_table("verdicts")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_items_column_id"))

    op.drop_table("items")
    with op.batch_alter_table("captures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_captures_sha256"))
        batch_op.drop_index(batch_op.f("ix_captures_run_id_target_id"))

    op.drop_table("captures")
    op.drop_table("probe_days")
    with op.batch_alter_table("columns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_columns_site_id"))

    op.drop_table("columns")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visits_target_id"))

    op.drop_table("visits")
    op.drop_table("sites")
    with op.batch_alter_table("operator_observations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operator_observations_target_id"))

    op.drop_table("operator_observations")
    with op.batch_alter_table("judgements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judgements_run_id"))

    op.drop_table("judgements")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_platform"))

    op.drop_table("accounts")
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_targets_unit_id"))

    op.drop_table("targets")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_window_id"))
        batch_op.drop_index(batch_op.f("ix_runs_as_of"))

    op.drop_table("runs")
    op.drop_table("notices")
    op.drop_table("windows")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_parent_id"))

    op.drop_table("units")
    op.drop_table("relay_tasks")
    op.drop_table("links")
    op.drop_table("leases")
