"""inbound SMS that may ask to stop, for a person to read

Revision: 0021, after 0020.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | Sequence[str] | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "possible_opt_outs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "possible_opt_outs_open",
        "possible_opt_outs",
        ["channel", "address"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("possible_opt_outs_newest", "possible_opt_outs", ["received_at", "id"])
    op.create_index("possible_opt_outs_customer", "possible_opt_outs", ["customer_id"])
    # Only what a request decides; never the number or the text.
    op.execute("""
        CREATE TRIGGER audit AFTER UPDATE OF state ON possible_opt_outs
            FOR EACH ROW WHEN (current_setting('campaign_flow.actor', true) <> '')
            EXECUTE FUNCTION audit_values(
                'possible_opt_out', 'id', 'address', 'text', 'customer_id', 'received_at', 'decided_at')
    """)


def downgrade() -> None:
    op.drop_table("possible_opt_outs")
