"""shared budgets.

Why: a host that is nobody's own (a common CDN, a badge service) is asked by every crawl process;
its budget must hold for all of them together.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_leases",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=300), nullable=False),
        sa.Column(
            "until",
            sa.Double(),
            nullable=False,
            comment="silent until then, its holder is gone",
        ),
        sa.Column("next_at", sa.Double(), nullable=False, comment="no request may start before"),
        sa.Column("wanted_until", sa.Double(), nullable=False, comment="others wait for it"),
        sa.Column(
            "home_until",
            sa.Double(),
            nullable=False,
            comment="the process whose target it is waits for it",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_budget_leases")),
    )
    op.create_index(op.f("ix_budget_leases_owner"), "budget_leases", ["owner"])


def downgrade() -> None:
    op.drop_index(op.f("ix_budget_leases_owner"), table_name="budget_leases")
    op.drop_table("budget_leases")
