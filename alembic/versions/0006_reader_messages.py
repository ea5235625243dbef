"""reader messages.

Why: the list of 我为政府网站找错 is imported, so that its rates stand in the notice.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reader_messages",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("number", sa.String(length=64), nullable=False, comment="留言编号"),
        sa.Column(
            "site_code",
            sa.String(length=16),
            nullable=False,
            comment="as listed; may be unregistered",
        ),
        sa.Column("site_name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind", sa.String(length=16), nullable=False, comment="one of seven classes, in Chinese"
        ),
        sa.Column(
            "state",
            sa.String(length=24),
            nullable=False,
            comment="one of the platform's, in Chinese",
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=True,
            comment="last day on time; null: the holidays of that year are not known",
        ),
        sa.Column("listed_on", sa.Date(), nullable=False, comment="day of the list that told this"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_messages")),
        sa.UniqueConstraint("number", name=op.f("uq_reader_messages_number")),
    )
    op.create_index(op.f("ix_reader_messages_received_on"), "reader_messages", ["received_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_reader_messages_received_on"), table_name="reader_messages")
    op.drop_table("reader_messages")
