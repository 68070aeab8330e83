"""journeys, steps and messages carry their why as a sentence too, so that it can be said in any language

Revision: 0006, after 0005.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("journeys", "journey_steps", "messages")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("said", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_column(table, "said")
