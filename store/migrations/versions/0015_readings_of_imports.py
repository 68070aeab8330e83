"""how files are read: what was asked, what was understood, what was said about consent; mappings are remembered

Revision: 0015, after 0014.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | Sequence[str] | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COLUMNS = ("asked", "reading", "consent")


def upgrade() -> None:
    for name in _COLUMNS:
        empty = sa.text("'{}'::jsonb")
        op.add_column("imports", sa.Column(name, postgresql.JSONB(), server_default=empty, nullable=False))
    op.create_table(
        "import_mappings",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "header"),
    )


def downgrade() -> None:
    op.drop_table("import_mappings")
    for name in _COLUMNS:
        op.drop_column("imports", name)
