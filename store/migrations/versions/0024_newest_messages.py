"""the newest messages of all campaigns, and those of one that failed

Revision: 0024, after 0023.
"""

from collections.abc import Sequence

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0024"
down_revision: str | Sequence[str] | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    index_concurrently("messages_newest", "ON messages (reserved_at DESC, id DESC)")
    index_concurrently("messages_failed", "ON messages (campaign_id, reserved_at DESC) WHERE state = 'failed'")


def downgrade() -> None:
    drop_index_concurrently("messages_failed")
    drop_index_concurrently("messages_newest")
