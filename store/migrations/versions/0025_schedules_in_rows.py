"""whether a campaign's schedule is on, in its row; null where only Temporal knows

Revision: 0025, after 0024.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | Sequence[str] | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("schedule_on", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("campaigns", "schedule_on")
