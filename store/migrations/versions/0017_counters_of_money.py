"""conversions are counted by currency, failed messages by time; an index for figures of all campaigns in a period

Revision: 0017, after 0016.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from alembic import op

from store.migration_steps import drop_index_concurrently, index_concurrently

revision: str = "0017"
down_revision: str | Sequence[str] | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SQL = Path(__file__).parent.parent / "sql"
_CHANGED = ("count_changed_journeys", "count_new_messages", "count_changed_messages")
_IN_TIME = """ON campaign_counters (metric, bucket) INCLUDE (campaign_id, channel, dimension, n, amount)
    WHERE metric IN ('sent', 'opened', 'clicked', 'conversions', 'failed')
       OR (metric = 'ended' AND dimension = 'over_limit')"""
# Of a conversion's counters in several currencies, one stays and takes the others' figures.
_MERGE = """
    WITH gone AS (DELETE FROM campaign_counters WHERE metric = 'conversions' AND dimension <> '' RETURNING *)
    INSERT INTO campaign_counters AS t (campaign_id, run_id, node_id, channel, metric, dimension, bucket, n, amount)
    SELECT campaign_id, run_id, node_id, channel, metric, '', bucket, sum(n), sum(amount)
      FROM gone GROUP BY 1, 2, 3, 4, 5, 7
        ON CONFLICT (campaign_id, run_id, node_id, channel, metric, dimension, bucket)
        DO UPDATE SET n = t.n + excluded.n, amount = t.amount + excluded.amount
"""


def upgrade() -> None:
    op.execute((_SQL / "0017_counters_of_money.sql").read_text(encoding="utf-8"))
    index_concurrently("campaign_counters_in_time", _IN_TIME)


def downgrade() -> None:
    drop_index_concurrently("campaign_counters_in_time")
    before = (_SQL / "0016_campaign_counters.sql").read_text(encoding="utf-8")
    for name in _CHANGED:
        found = re.search(rf"CREATE FUNCTION {name}\(.*?\nEND \$\$;\n", before, re.DOTALL)
        if found is None:
            raise LookupError(name)
        op.execute(found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(_MERGE)
    op.execute("UPDATE campaign_counter_deltas SET dimension = '' WHERE metric = 'conversions'")
    for table in ("campaign_counters", "campaign_counter_deltas"):
        op.execute(f"DELETE FROM {table} WHERE metric = 'failed'")
    op.execute("DROP FUNCTION counter_currency(jsonb)")
