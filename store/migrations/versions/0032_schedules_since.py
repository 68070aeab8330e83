"""since when a campaign's schedule is what it is, so that launches which did not take place can be told

Revision: 0032, after 0031.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | Sequence[str] | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("schedule_since", sa.DateTime(timezone=True), nullable=True))
    # campaigns are few; what was due before this release is not asked for
    op.execute("UPDATE campaigns SET schedule_since = now() WHERE schedule_on")


def downgrade() -> None:
    op.drop_column("campaigns", "schedule_since")
