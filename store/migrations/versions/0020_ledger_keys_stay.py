"""a version migration keeps the node that a message was sent from

Revision: 0020, after 0019.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | Sequence[str] | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEX = """CREATE UNIQUE INDEX messages_run_address ON messages (run_id, {}, visit, address)
    WHERE run_id IS NOT NULL AND state NOT IN ('skipped','failed')"""


def upgrade() -> None:
    op.add_column("messages", sa.Column("sent_node_id", sa.String(), nullable=True))
    op.drop_index("messages_run_address", table_name="messages")
    op.execute(_INDEX.format("coalesce(sent_node_id, node_id)"))


def downgrade() -> None:
    op.drop_index("messages_run_address", table_name="messages")
    op.execute("UPDATE messages SET node_id = sent_node_id WHERE sent_node_id IS NOT NULL")
    op.drop_column("messages", "sent_node_id")
    op.execute(_INDEX.format("node_id"))
