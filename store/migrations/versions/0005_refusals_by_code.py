"""refusals carry the code of their rule and what it speaks of, and are counted by the code

Revision: 0005, after 0004.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BEFORE = "re-entry: has been in this campaign before"
_NO_KEY = "missing key: the event has no "
# Sentences were all there was: the code of what was written down before, and what it speaks of.
_READ = f"""UPDATE refusals SET
    code = CASE WHEN reason = 'paused' THEN 'paused'
                WHEN reason LIKE '{_NO_KEY}%' THEN 'missing_key'
                WHEN reason = '{_BEFORE}' THEN 'been_before'
                WHEN reason LIKE '{_BEFORE} with %' THEN 'been_before_with'
                WHEN reason = 're-entry: is still inside' THEN 'still_inside'
                WHEN reason LIKE 're-entry: entered too short%' THEN 'too_soon'
                ELSE 'trigger_too_soon' END,
    about = CASE WHEN reason LIKE '{_NO_KEY}%' THEN substr(reason, {len(_NO_KEY) + 1})
                 WHEN reason LIKE '{_BEFORE} with %' THEN substr(reason, {len(_BEFORE + " with ") + 1}) END"""


def upgrade() -> None:
    op.add_column("refusals", sa.Column("code", sa.String(), nullable=True))
    op.add_column("refusals", sa.Column("about", sa.String(), nullable=True))
    op.execute(_READ)
    op.alter_column("refusals", "code", nullable=False)
    _count_by("code")


def downgrade() -> None:
    _count_by("reason")
    op.drop_column("refusals", "about")
    op.drop_column("refusals", "code")


def _count_by(detail: str) -> None:
    """Count refusals by this column: those to come, and anew those that are there."""
    counted = f"""INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
        SELECT campaign_id, tally_run(run_id), '', '', 'refused', {detail}, date_trunc('second', at), count(*)
          FROM %s GROUP BY campaign_id, run_id, {detail}, date_trunc('second', at)"""
    op.execute(f"""CREATE OR REPLACE FUNCTION tally_new_refusals() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {counted % "new_rows"}; RETURN NULL; END $$""")
    for table in ("tally_changes", "tallies"):
        op.execute(f"DELETE FROM {table} WHERE fact = 'refused'")
    op.execute(counted % "refusals")
