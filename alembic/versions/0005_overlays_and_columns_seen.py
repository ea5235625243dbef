"""overlays in force, columns seen.

Why: an administrator puts an overlay in force from the desk, and every machine must judge by the
same one; a person says which column of a site was looked at.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applied_overlays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="YAML; empty: the settings' own again"
        ),
        sa.Column(
            "name", sa.String(length=80), nullable=False, comment="of the ruleset that it gives"
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("applied_by", sa.String(length=100), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applied_overlays")),
    )
    with op.batch_alter_table("operator_observations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "column_id", sa.Integer(), nullable=True, comment="of a site; null: its home page"
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_operator_observations_column_id_columns"),
            "columns",
            ["column_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("operator_observations", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_operator_observations_column_id_columns"), type_="foreignkey"
        )
        batch_op.drop_column("column_id")
    op.drop_table("applied_overlays")
