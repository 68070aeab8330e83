"""since when a provider fails, and of what kind its last failure was

Revision: 0011, after 0010.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("breakers", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("breakers", sa.Column("kind", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("breakers", "kind")
    op.drop_column("breakers", "failing_since")
