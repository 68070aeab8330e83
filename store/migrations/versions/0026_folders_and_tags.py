"""campaigns have a folder and tags

Revision: 0026, after 0025.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0026"
down_revision: str | Sequence[str] | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE campaigns ADD COLUMN folder VARCHAR, ADD COLUMN tags TEXT[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE campaigns DROP COLUMN folder, DROP COLUMN tags")
