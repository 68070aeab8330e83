"""broadcasts, and launches that wait for their time

Revision: 0028, after 0027.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0028"
down_revision: str | Sequence[str] | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("definition", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("resend_of", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
        sa.PrimaryKeyConstraint("campaign_id"),
    )
    op.create_index("ix_broadcasts_resend_of", "broadcasts", ["resend_of"])
    op.add_column("campaign_runs", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("UPDATE campaign_runs SET state = 'stopped' WHERE state = 'cancelled'")
    op.drop_column("campaign_runs", "not_before")
    op.drop_table("broadcasts")
