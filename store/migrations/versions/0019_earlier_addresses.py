"""addresses that customers had before, so that erasure finds what stands under them

Revision: 0019, after 0018.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | Sequence[str] | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FUNCTION = """
    CREATE FUNCTION keep_earlier_address() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO earlier_addresses (customer_id, address)
        SELECT NEW.id, address FROM unnest(ARRAY[OLD.email, OLD.phone]) AS address
         WHERE address IS NOT NULL AND address IS DISTINCT FROM NEW.email AND address IS DISTINCT FROM NEW.phone
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
"""
# Every event rewrites the profile: all but a few rows pay for the comparison alone.
_TRIGGER = """
    CREATE TRIGGER keep_earlier_address AFTER UPDATE OF email, phone ON customers FOR EACH ROW
      WHEN (NEW.erased_at IS NULL AND (OLD.email <> NEW.email OR OLD.phone <> NEW.phone
            OR (OLD.email IS NOT NULL AND NEW.email IS NULL) OR (OLD.phone IS NOT NULL AND NEW.phone IS NULL)))
      EXECUTE FUNCTION keep_earlier_address()
"""


def upgrade() -> None:
    op.create_table(
        "earlier_addresses",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.PrimaryKeyConstraint("customer_id", "address"),
    )
    op.execute(_FUNCTION)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_earlier_address ON customers")
    op.execute("DROP FUNCTION keep_earlier_address()")
    op.drop_table("earlier_addresses")
