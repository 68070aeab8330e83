"""batches of promotions' codes, which are disabled as one

Revision: 0037, after 0036.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0037"
down_revision: str | Sequence[str] | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "promotion_code_batches",
        sa.Column("id", sa.Uuid(), primary_key=True, nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index(
        "promotion_code_batches_promotion", "promotion_code_batches", ["promotion_id", "created_at", "id"]
    )
    op.execute(
        """INSERT INTO promotion_code_batches (id, promotion_id, kind, prefix, count, valid_until, disabled, created_at)
           SELECT batch_id, promotion_id, 'made', '', count(*), max(valid_until), false,
                  coalesce(min(issued_at), now())
             FROM promotion_codes WHERE journey_id IS NULL GROUP BY batch_id, promotion_id"""
    )


def downgrade() -> None:
    op.drop_table("promotion_code_batches")
