"""how many rows of an import were taken but for a part

Revision: 0029, after 0028.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | Sequence[str] | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("noted", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("imports", "noted")
