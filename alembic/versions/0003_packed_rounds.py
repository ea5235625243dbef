"""packed rounds.

Why: the rounds of a day are packed to five characters each; what the comment of the column says
follows. Rows of the old form are still read, and packed when the next round joins them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BEFORE = "[minute of day, state, milliseconds, vantage] a round"
_NOW = "[state, text, vantage] for the rounds of one state: crawler.probes_kept packs them"


def upgrade() -> None:
    _comment(_BEFORE, _NOW)


def downgrade() -> None:
    _comment(_NOW, _BEFORE)


def _comment(before: str, after: str) -> None:
    if op.get_context().dialect.name != "sqlite":  # SQLite keeps no comments
        op.alter_column(
            "probe_days",
            "rounds",
            existing_type=sa.JSON(),
            existing_nullable=False,
            existing_comment=before,
            comment=after,
        )
