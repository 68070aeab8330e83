"""revenue as a column of events, for sums that no heap is read for; when a segment was last compared as a whole

Revision: 0002, after 0001.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What `store.event_sql` counts at `revenue`: numbers, texts that are plain decimals (`domain.matching.DECIMAL`), lists
# of them. A plain number, which nearly every event has there, is read without walking a path.
_SUM = """
    CREATE FUNCTION event_revenue(given jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT sum(number::numeric) FROM jsonb_path_query(given, '$[*] ? (@.type() == "number" || (@.type() == "string"
               && @ like_regex "^-?[0-9]{1,30}([.][0-9]{1,30})?$")).number()') AS number
    $$
"""
_COLUMN = """
    ALTER TABLE events ADD COLUMN revenue numeric GENERATED ALWAYS AS (
        CASE jsonb_typeof(properties -> 'revenue')
        WHEN 'number' THEN (properties -> 'revenue')::numeric
        WHEN 'string' THEN event_revenue(properties -> 'revenue')
        WHEN 'array' THEN event_revenue(properties -> 'revenue') END) STORED
"""


def upgrade() -> None:
    op.execute(_SUM)
    op.execute(_COLUMN)
    op.drop_index("events_name_time", table_name="events")
    op.create_index(
        "events_name_time", "events", ["name", "occurred_at"], postgresql_include=["customer_id", "revenue"]
    )
    op.add_column("segments", sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("segments", "reconciled_at")
    op.drop_index("events_name_time", table_name="events")
    op.drop_column("events", "revenue")
    op.create_index("events_name_time", "events", ["name", "occurred_at"], postgresql_include=["customer_id"])
    op.execute("DROP FUNCTION event_revenue(jsonb)")
