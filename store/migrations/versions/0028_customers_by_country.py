"""customers of a country, newest first

Revision: 0028, after 0027.
"""

from collections.abc import Sequence

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0028"
down_revision: str | Sequence[str] | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    index_concurrently("customers_of_country", "ON customers (country, created_at, id) WHERE erased_at IS NULL")


def downgrade() -> None:
    drop_index_concurrently("customers_of_country")
