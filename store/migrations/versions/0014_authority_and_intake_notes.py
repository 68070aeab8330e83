"""authority of write keys, what intake noted, names of the erased, merges that can be undone

Existing write keys become browser keys: whether they stand in a page is not known, and such a key does the least.

Revision: 0014, after 0013.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | Sequence[str] | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("authority", sa.String(), nullable=True))
    op.execute("UPDATE api_keys SET authority = 'browser' WHERE tracking")
    op.create_table(
        "intake_notes",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("examples", _JSON, server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "outcome", "reason"),
    )
    op.create_table(
        "erased_names",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.id"]),
        sa.PrimaryKeyConstraint("hash", "erasure_id"),
    )
    op.execute("INSERT INTO erased_names (hash, erasure_id) SELECT subject_hash, id FROM erasures")
    op.add_column("customer_merges", sa.Column("undo", _JSON, nullable=True))
    op.add_column("customer_merges", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("customer_merges", sa.Column("undone_by", sa.String(), nullable=True))


def downgrade() -> None:
    for column in ("undone_by", "undone_at", "undo"):
        op.drop_column("customer_merges", column)
    op.drop_table("erased_names")
    op.drop_table("intake_notes")
    op.drop_column("api_keys", "authority")
