"""journeys can fail: why, and since when

Revision: 0018, after 0017.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0018"
down_revision: str | Sequence[str] | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("journeys", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("journeys", sa.Column("failure_code", sa.String(), nullable=True))
    op.add_column("journeys", sa.Column("failure_error", sa.String(), nullable=True))
    index_concurrently("journeys_failed", "ON journeys (campaign_id, created_at, id) WHERE state = 'failed'")


def downgrade() -> None:
    op.execute("UPDATE journeys SET state = 'active' WHERE state = 'failed'")
    drop_index_concurrently("journeys_failed")
    for name in ("failure_error", "failure_code", "failed_at"):
        op.drop_column("journeys", name)
