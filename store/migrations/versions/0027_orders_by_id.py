"""events of orders are found by the order's id

Revision: 0027, after 0026.
"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text

from store.migration_steps import LOCK_TIMEOUT

revision: str = "0027"
down_revision: str | Sequence[str] | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEX = "events_order"
_DEFINITION = """(customer_id, md5(properties ->> 'order_id'))
    WHERE name IN ('Order Completed', 'Order Refunded', 'Order Cancelled')"""
_PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"
_WITHOUT = """
    SELECT p.inhrelid::regclass::text FROM pg_inherits p
     WHERE p.inhparent = 'events'::regclass
       AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_inherits c ON c.inhrelid = i.indexrelid
                        WHERE i.indrelid = p.inhrelid AND c.inhparent = 'events_order'::regclass)
     ORDER BY 1
"""


def upgrade() -> None:
    """Partition by partition, none of them locked against writing; the parent's index is theirs together."""
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        op.execute("SET lock_timeout = 0")
        for table in connection.scalars(text(_PARTITIONS)).all():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {table}_order")
            op.execute(f"CREATE INDEX CONCURRENTLY {table}_order ON {table} {_DEFINITION}")
        op.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    # of no partition: nothing is built, and nobody waits
    op.execute(f"-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX {_INDEX} ON ONLY events {_DEFINITION}")
    connection = op.get_bind()
    for table in connection.scalars(text(_WITHOUT)).all():
        # one that was made since has none yet, and no rows
        op.execute(
            f"-- squawk-ignore require-concurrent-index-creation\n"
            f"CREATE INDEX IF NOT EXISTS {table}_order ON {table} {_DEFINITION}"
        )
        op.execute(f"ALTER INDEX {_INDEX} ATTACH PARTITION {table}_order")


def downgrade() -> None:
    op.execute(f"DROP INDEX {_INDEX}")
