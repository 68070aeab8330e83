"""the shop's currency, and the currencies seen

Revision: 0031, after 0030.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0031"
down_revision: str | Sequence[str] | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Of the newest orders, most likely all: currencies are learned on from now on. What lies further back is not read, so
# that a second one ("" stands for it) has sums look for the currency of each event.
_LEARN = """
    WITH newest AS MATERIALIZED (
        SELECT counter_currency(properties) AS currency FROM events
         WHERE name = 'Order Completed' ORDER BY occurred_at DESC LIMIT 10000),
    named AS (SELECT currency, count(*) AS orders FROM newest WHERE currency <> '' GROUP BY currency)
    INSERT INTO shop_settings (currency, currency_from, currencies)
    SELECT (array_agg(currency ORDER BY orders DESC, currency))[1], 'server',
           array_agg(currency ORDER BY currency)
           || CASE WHEN (SELECT count(*) FROM newest) = 10000 THEN ARRAY[''] ELSE ARRAY[]::text[] END
      FROM named HAVING count(*) > 0
"""


def upgrade() -> None:
    op.create_table(
        "shop_settings",
        sa.Column("id", sa.Integer(), server_default="1", nullable=False),
        sa.Column("currency", sa.String()),
        sa.Column("currency_from", sa.String()),
        sa.Column("currencies", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("id = 1", name="shop_settings_only"),
    )
    op.execute(_LEARN)
    op.execute("""
        CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON shop_settings
           FOR EACH ROW WHEN (current_setting('campaign_flow.actor', true) <> '')
       EXECUTE FUNCTION audit_values('shop', 'id', 'revision')
    """)


def downgrade() -> None:
    op.drop_table("shop_settings")
