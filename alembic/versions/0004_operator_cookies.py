"""operators' cookies.

Why: an operator may lend the patrol the cookies of an own log-in; they lie sealed, one row for
each domain.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operator_cookies",
        sa.Column("domain", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("stored_by", sa.String(length=100), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_operator_cookies")),
    )


def downgrade() -> None:
    op.drop_table("operator_cookies")
