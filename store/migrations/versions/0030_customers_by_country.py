"""customers of a country, newest first

Revision: 0030, after 0029.
"""

from collections.abc import Sequence

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0030"
down_revision: str | Sequence[str] | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    index_concurrently("customers_of_country", "ON customers (country, created_at, id) WHERE erased_at IS NULL")


def downgrade() -> None:
    drop_index_concurrently("customers_of_country")
