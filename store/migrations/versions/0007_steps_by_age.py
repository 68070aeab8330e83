"""journey steps are found by their age, for the end of what is kept no longer

Revision: 0007, after 0006.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # BRIN: steps are written in the order of their time, and a page's worth of them costs one entry
    op.create_index("journey_steps_age", "journey_steps", ["entered_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("journey_steps_age", table_name="journey_steps", postgresql_using="brin")
