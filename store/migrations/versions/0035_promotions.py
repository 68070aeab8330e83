"""promotions, their codes, budgets, orders and ledger

Revision: 0035, after 0034.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0035"
down_revision: str | Sequence[str] | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")
_TABLES = (
    "promotion_refusals",
    "promotion_ledger",
    "promotion_returns",
    "promotion_redemptions",
    "promotion_orders",
    "promotion_counters",
    "promotion_codes",
    "promotions",
)


def _uuid(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), primary_key=primary_key, nullable=nullable)


def _word(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), primary_key=primary_key, nullable=nullable)


def _amount(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _json(name: str, empty: str = "{}") -> sa.Column:
    return sa.Column(name, JSONB(), server_default=sa.text(f"'{empty}'::jsonb"), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    default = None if nullable else _NOW
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "promotions",
        _uuid("id", primary_key=True),
        _word("name"),
        _word("state"),
        _json("definition"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _instant("created_at"),
        _instant("updated_at"),
    )
    op.create_table(
        "promotion_codes",
        _word("code", primary_key=True),
        _uuid("promotion_id"),
        _uuid("batch_id"),
        _uuid("customer_id", nullable=True),
        _uuid("journey_id", nullable=True),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        _instant("valid_until", nullable=True),
        _instant("issued_at", nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
    )
    op.create_index("promotion_codes_promotion", "promotion_codes", ["promotion_id", "code"])
    op.create_index(
        "promotion_codes_customer",
        "promotion_codes",
        ["customer_id"],
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_table(
        "promotion_counters",
        _uuid("promotion_id", primary_key=True),
        _word("budget", primary_key=True),
        _word("entity", primary_key=True),
        sa.Column("period", sa.Date(), primary_key=True, nullable=False),
        _amount("taken"),
        _amount("most"),
        sa.CheckConstraint("taken >= 0", name="promotion_counters_taken"),
        # one hot row is updated without touching its index
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "promotion_orders",
        _uuid("id", primary_key=True),
        _word("order_id"),
        _word("state"),
        _uuid("customer_id", nullable=True),
        _json("request"),
        _json("result"),
        _instant("reserved_until", nullable=True),
        _instant("created_at"),
        _instant("redeemed_at", nullable=True),
        sa.UniqueConstraint("order_id"),
    )
    op.create_index(
        "promotion_orders_due",
        "promotion_orders",
        ["reserved_until"],
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.create_index(
        "promotion_orders_customer",
        "promotion_orders",
        ["customer_id"],
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_table(
        "promotion_redemptions",
        _uuid("id", primary_key=True),
        _uuid("order_key"),
        _uuid("promotion_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _word("code", nullable=True),
        _amount("amount"),
        _amount("returned"),
        _json("lines", "[]"),
        _json("returned_lines", "[]"),
        _json("counters", "[]"),
        _word("state"),
        _instant("at"),
    )
    op.create_index("promotion_redemptions_order", "promotion_redemptions", ["order_key"])
    op.create_index("promotion_redemptions_promotion", "promotion_redemptions", ["promotion_id", "at", "id"])
    op.create_index(
        "promotion_redemptions_code",
        "promotion_redemptions",
        ["code"],
        postgresql_where=sa.text("code IS NOT NULL"),
    )
    op.create_table(
        "promotion_returns",
        _uuid("order_key", primary_key=True),
        _word("key", primary_key=True),
        _json("units"),
        _json("result"),
        _instant("at"),
    )
    op.create_table(
        "promotion_ledger",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True, nullable=False),
        _uuid("promotion_id"),
        _uuid("order_key"),
        _word("kind"),
        sa.Column("uses", sa.Integer(), nullable=False),
        _amount("amount"),
        _instant("at"),
    )
    op.create_index("promotion_ledger_promotion", "promotion_ledger", ["promotion_id", "id"])
    op.create_table(
        "promotion_refusals",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True, nullable=False),
        _word("code_hash"),
        _word("reason"),
        _uuid("promotion_id", nullable=True),
        _word("caller"),
        _instant("at"),
    )
    op.create_index("promotion_refusals_at", "promotion_refusals", ["at"])
    op.execute("""
        CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON promotions
            FOR EACH ROW EXECUTE FUNCTION audit_values('promotion', 'name', 'revision')
    """)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
