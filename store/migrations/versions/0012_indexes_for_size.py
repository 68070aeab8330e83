"""indexes for what was read whole: audiences of a customer, waits that end, levels of tallies, customers, ages

Revision: 0012, after 0011.
"""

from collections.abc import Sequence

from alembic import op

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORDS = """
    CREATE OR REPLACE FUNCTION customer_words(external_id text, email text, first_name text, last_name text)
    RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('simple', regexp_replace(
            coalesce(external_id, '') || ' ' || coalesce(email, '') || ' ' || coalesce(first_name, '') || ' '
                || coalesce(last_name, ''), '[^[:alnum:]]+', ' ', 'g'))
    $$
"""
_SOUGHT = """
    CREATE OR REPLACE FUNCTION customer_query(sought text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsquery('simple', array_to_string(ARRAY(
            SELECT word || ':*' FROM regexp_split_to_table(sought, '[^[:alnum:]]+') AS word WHERE word <> ''), ' & '))
    $$
"""
_INDEXES = {
    "audience_members_customer": "ON audience_members (customer_id)",
    "journeys_due": "ON journeys (waiting_until) WHERE state = 'active' AND waiting_until IS NOT NULL",
    "tallies_levels": "ON tallies (fact, detail) INCLUDE (n) WHERE n <> 0 AND fact IN ('inside', 'state')",
    "customers_newest": "ON customers (created_at, id) WHERE erased_at IS NULL",
    "customers_words": "ON customers USING gin (customer_words(external_id, email, first_name, last_name))",
    "webhook_rejects_age": "ON webhook_rejects USING brin (received_at)",
    "refusals_age": "ON refusals USING brin (at)",
    "audit_log_age": "ON audit_log USING brin (at)",
}


def upgrade() -> None:
    op.execute(_WORDS)
    op.execute(_SOUGHT)
    for name, definition in _INDEXES.items():
        index_concurrently(name, definition)


def downgrade() -> None:
    for name in _INDEXES:
        drop_index_concurrently(name)
    op.execute("DROP FUNCTION customer_query(text)")
    op.execute("DROP FUNCTION customer_words(text, text, text, text)")
