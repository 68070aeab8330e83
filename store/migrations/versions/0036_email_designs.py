"""the brand kit and saved blocks of the visual e-mail editor

Revision: 0036, after 0035.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0036"
down_revision: str | Sequence[str] | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "brand_kit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kit", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "saved_blocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.add_column(
        "campaign_versions", sa.Column("brand_kit", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False)
    )
    op.execute("""CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON brand_kit
        FOR EACH ROW EXECUTE FUNCTION audit_values('brand kit', 'id', 'revision')""")
    op.execute("""CREATE TRIGGER audit AFTER INSERT OR DELETE ON saved_blocks
        FOR EACH ROW EXECUTE FUNCTION audit_values('saved block', 'name')""")


def downgrade() -> None:
    op.drop_column("campaign_versions", "brand_kit")
    op.drop_table("saved_blocks")
    op.drop_table("brand_kit")
