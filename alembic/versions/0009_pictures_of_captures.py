"""pictures of captures.

Why: nights share pictures; before one is removed, it is asked which other row names it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WHERE = sa.text("screenshot <> ''")


def upgrade() -> None:
    op.create_index(
        op.f("ix_captures_screenshot"),
        "captures",
        ["screenshot"],
        postgresql_where=_WHERE,
        sqlite_where=_WHERE,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_captures_screenshot"), table_name="captures")
