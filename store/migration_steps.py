"""What migrations are made of, so that an installation goes on while they run. The rules: docs/upgrading.md."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import Engine, text

LOCK_TIMEOUT = "3s"
"""The longest that a statement of a migration waits for a table; then the migration is tried again."""
_LOCK = 7203141
_LOOK_SECONDS = 0.2


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Keep every other migrator out until the block ends, however many transactions it takes.

    Danger: the lock is tried for and never waited for. A waiting statement would hold a snapshot, and an index that is
    built concurrently waits for all of those.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
            time.sleep(_LOOK_SECONDS)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def index_concurrently(name: str, definition: str, *, unique: bool = False) -> None:
    """Build an index while its table is read and written. One that an earlier attempt left unfinished is built anew.

    Args:
        name: the index.
        definition: what follows CREATE INDEX <name>, such as `ON journeys (run_id)`.
        unique: whether no two rows may have the same key.

    """
    kind = "UNIQUE INDEX" if unique else "INDEX"
    with op.get_context().autocommit_block():
        # waiting for old snapshots is no lock that anybody queues behind
        op.execute("SET lock_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE {kind} CONCURRENTLY {name} {definition}")
        op.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")


def drop_index_concurrently(name: str) -> None:
    """Drop an index while its table is read and written."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def in_batches(statement: str) -> int:
    """Run a statement that changes a bounded number of rows, a transaction each time, until it changes none.

    Returns:
        How many rows it changed.

    """
    changed = 0
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        while count := connection.execute(text(statement)).rowcount:
            changed += count
    return changed


def validated_check(table: str, name: str, condition: str) -> None:
    """Add a check that new rows meet at once, and then look at the old ones without keeping writers out."""
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
