"""customers by their name

Revision: 0043, after 0042.
"""

from collections.abc import Sequence

from alembic import op

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0043"
down_revision: str | Sequence[str] | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# a page of an index holds no entry of more than 2,700 bytes: of a longer name its beginning orders it
_SORT_NAME = """
    CREATE OR REPLACE FUNCTION customer_sort_name(first_name text, last_name text, external_id text, email text)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT lower(left(coalesce(
            nullif(btrim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''), external_id, email, ''), 200))
    $$
"""


def upgrade() -> None:
    op.execute(_SORT_NAME)
    index_concurrently(
        "customers_by_name",
        "ON customers (customer_sort_name(first_name, last_name, external_id, email), id) WHERE erased_at IS NULL",
    )


def downgrade() -> None:
    drop_index_concurrently("customers_by_name")
    op.execute("DROP FUNCTION customer_sort_name(text, text, text, text)")
