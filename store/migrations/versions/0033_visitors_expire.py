"""an index for visitors who come no more

Revision: 0033, after 0032.
"""

from collections.abc import Sequence

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0033"
down_revision: str | Sequence[str] | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OF_VISITORS = """ON customers (created_at, id)
    WHERE external_id IS NULL AND email IS NULL AND phone IS NULL AND erased_at IS NULL"""


def upgrade() -> None:
    index_concurrently("customers_visitors", _OF_VISITORS)


def downgrade() -> None:
    drop_index_concurrently("customers_visitors")
