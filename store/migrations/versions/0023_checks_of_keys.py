"""what each provider said last of our key

Revision: 0023, after 0022.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | Sequence[str] | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("circuit_breakers", sa.Column("key_check", sa.String(), nullable=True))
    op.add_column("circuit_breakers", sa.Column("key_checked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("circuit_breakers", "key_checked_at")
    op.drop_column("circuit_breakers", "key_check")
