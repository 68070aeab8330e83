"""a version migration keeps the node that a message was sent from

Revision: 0020, after 0019.
"""

from collections.abc import Sequence

from alembic import op

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0020"
down_revision: str | Sequence[str] | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NAME = "messages_run_address"
_NEXT = f"{_NAME}_next"
_KEY = "ON messages (run_id, {}, visit, address) WHERE run_id IS NOT NULL AND state NOT IN ('skipped','failed')"


def _replaced(node: str) -> None:
    """The unique index under another key. The old one guards until the new one does."""
    index_concurrently(_NEXT, _KEY.format(node), unique=True)
    drop_index_concurrently(_NAME)
    op.execute(f"ALTER INDEX IF EXISTS {_NEXT} RENAME TO {_NAME}")


def upgrade() -> None:
    op.execute("ALTER TABLE messages ADD COLUMN IF NOT EXISTS sent_node_id VARCHAR")
    _replaced("coalesce(sent_node_id, node_id)")


def downgrade() -> None:
    op.execute("UPDATE messages SET node_id = sent_node_id WHERE sent_node_id IS NOT NULL")
    _replaced("node_id")
    op.drop_column("messages", "sent_node_id")
