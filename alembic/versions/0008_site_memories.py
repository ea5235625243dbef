"""site memories.

Why: most pages are the same every night; what was read of them is kept beside the night's facts, in
one row for each site, so that the next night need not read them again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_memories",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column(
            "as_of",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="of the night that wrote it",
        ),
        sa.Column(
            "extractor",
            sa.String(length=64),
            nullable=False,
            comment="digest of what reads pages",
        ),
        sa.Column("payload", sa.LargeBinary(), nullable=False, comment="zstd lines of JSON"),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_site_memories_target_id_targets")
        ),
        sa.PrimaryKeyConstraint("target_id", name=op.f("pk_site_memories")),
    )


def downgrade() -> None:
    op.drop_table("site_memories")
