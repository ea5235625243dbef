"""when a column was first seen filled.

Why: a night that is judged again knows no more than it did: what a later night saw in a column
says nothing of this one. Columns filled before are taken as filled always.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "columns",
        sa.Column(
            "filled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the first night in which an item was seen; null, if filled: before this was noted",
        ),
    )


def downgrade() -> None:
    with op.batch_alter_table("columns") as batch:
        batch.drop_column("filled_at")
