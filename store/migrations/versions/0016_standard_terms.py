"""tables, columns and stored values get the terms of docs/glossary.md

Revision: 0016, after 0015.
"""

from collections.abc import Sequence
from pathlib import Path

from alembic import op

revision: str = "0016"
down_revision: str | Sequence[str] | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = {
    "tallies": "campaign_counters",
    "tally_changes": "campaign_counter_deltas",
    "refusals": "entry_rejections",
    "breakers": "circuit_breakers",
    "scored_pages": "score_batches",
    "scoring_columns": "score_columns",
    "training_outcomes": "training_runs",
}
# by the new name of the table
_COLUMNS = (
    *((table, *names) for table in ("campaign_counters", "campaign_counter_deltas")
      for names in (("fact", "metric"), ("detail", "dimension"))),
    ("campaign_versions", "listens", "subscribed_events"),
    ("journeys", "interrupt", "exit_signal"),
    ("journeys", "skips", "skip_nodes"),
    ("messages", "withheld_by", "skip_reason"),
    ("messages", "deferred_by", "deferral_reason"),
    ("segments", "watched", "tracked"),
    ("segments", "filled_at", "initialized_at"),
    ("segments", "swept_at", "refreshed_at"),
    ("segments", "trigger_of", "owner_campaign_id"),
    ("customer_merges", "survivor_id", "surviving_id"),
    ("customer_merges", "gone_id", "merged_id"),
    ("customer_merges", "gone_external_id", "merged_external_id"),
    *(("score_columns", f"{of}_place", f"{of}_index") for of in ("value", "percentile", "low", "high")),
)
_INDEXES = {
    "refusals_campaign_customer": "entry_rejections_campaign_customer",
    "refusals_run_customer": "entry_rejections_run_customer",
    "refusals_age": "entry_rejections_age",
    "tally_changes_campaign": "campaign_counter_deltas_campaign",
    "ix_customer_merges_survivor_id": "ix_customer_merges_surviving_id",
    "ix_customer_merges_gone_id": "ix_customer_merges_merged_id",
    "ix_segments_trigger_of": "ix_segments_owner_campaign_id",
    **{f"{old}_pkey": f"{new}_pkey" for old, new in _TABLES.items()},
}
# (table, column, old value, new value)
_VALUES = (
    ("journeys", "state", "held", "paused"),
    ("messages", "state", "withheld", "skipped"),
    *((table, "metric", *names) for table in ("campaign_counters", "campaign_counter_deltas")
      for names in (("inside", "active"), ("left", "exited"), ("acted", "conversions"), ("refused", "rejected"),
                    ("message", "attempted"))),
    *((table, "dimension", "held", "paused") for table in ("campaign_counters", "campaign_counter_deltas")),
)
_DOCUMENTS = (("campaigns", "draft"), ("campaign_versions", "flow"), ("contact_policy", "policy"))
_KEYS = {
    "yield_within": "priority_hold",
    "likely_to_leave": "unsubscribe_percentile",
    "only_if_alone": "last_resort_channels",
    "skip_late_by": "max_lateness",
    "resend_when_unknown": "retry_on_unknown",
    "same_key": "match_entry_key",
    "with_coupon": "require_coupon",
}
_COUNTED = ("journeys", "journey_steps", "messages", "message_events")
_FUNCTIONS = ("new_journeys", "changed_journeys", "new_steps", "changed_steps", "new_messages", "changed_messages")
_ADDRESS = """CREATE UNIQUE INDEX messages_run_address ON messages (run_id, node_id, visit, address)
    WHERE run_id IS NOT NULL AND state NOT IN ('{}','failed')"""

_LEVELS = """CREATE INDEX {0}_levels ON {0} ({1}, {2}) INCLUDE (n) WHERE n <> 0 AND {1} IN ('{3}', 'state')"""


def _drop_triggers(prefix: str, rejections: str) -> None:
    for table in (*_COUNTED, rejections):
        for kind in ("new", "changed"):
            op.execute(f"DROP TRIGGER IF EXISTS {prefix}_{kind} ON {table}")


def _triggers(name: str) -> None:
    text = (Path(__file__).parent.parent / "sql" / name).read_text(encoding="utf-8")
    # since 0005 rejections are counted by their code
    op.execute(text.replace("'refused', reason", "'refused', code").replace("run_id, reason,", "run_id, code,"))


def _rewrite(keys: dict[str, str]) -> None:
    for table, column in _DOCUMENTS:
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        value = f"{column}::text"
        for old, new in keys.items():
            value = f"replace({value}, '\"{old}\":', '\"{new}\":')"
        op.execute(f"UPDATE {table} SET {column} = ({value})::jsonb WHERE {column}::text ~ '\"({'|'.join(keys)})\":'")
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _replace_values(values: Sequence[tuple[str, str, str, str]], prefixes: tuple[str, str]) -> None:
    for table, column, old, new in values:
        op.execute(f"UPDATE {table} SET {column} = '{new}' WHERE {column} = '{old}'")
    old, new = prefixes
    for table in ("campaign_counters", "campaign_counter_deltas"):
        op.execute(
            f"UPDATE {table} SET dimension = '{new}:' || substr(dimension, {len(old) + 2})"
            f" WHERE metric = 'state' AND dimension LIKE '{old}:%'"
        )


def upgrade() -> None:
    _drop_triggers("tally", "refusals")
    functions = [f"tally_{name}" for name in (*_FUNCTIONS, "message_events", "new_refusals")]
    for function in (*functions, "tally_run(uuid)", "tally_amount(jsonb)", "tally_message_state(text, text)"):
        op.execute(f"DROP FUNCTION {function}")
    for old, new in _TABLES.items():
        op.rename_table(old, new)
    for table, old, new in _COLUMNS:
        op.alter_column(table, old, new_column_name=new)
    op.execute("ALTER SEQUENCE tally_changes_id_seq RENAME TO campaign_counter_deltas_id_seq")
    op.execute("ALTER SEQUENCE refusals_id_seq RENAME TO entry_rejections_id_seq")
    for old, new in _INDEXES.items():
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")
    op.execute("DROP INDEX messages_run_address, tallies_levels")
    _replace_values(_VALUES, ("withheld", "skipped"))
    op.execute(_ADDRESS.format("skipped"))
    op.execute(_LEVELS.format("campaign_counters", "metric", "dimension", "active"))
    _rewrite(_KEYS)
    _triggers("0016_campaign_counters.sql")


def downgrade() -> None:
    _drop_triggers("count", "entry_rejections")
    functions = [f"count_{name}" for name in (*_FUNCTIONS, "message_events", "entry_rejections")]
    for function in (*functions, "counter_run(uuid)", "counter_amount(jsonb)", "counter_message_state(text, text)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP INDEX messages_run_address, campaign_counters_levels")
    _replace_values([(table, column, new, old) for table, column, old, new in _VALUES], ("skipped", "withheld"))
    op.execute(_ADDRESS.format("withheld"))
    _rewrite({new: old for old, new in _KEYS.items()})
    for old, new in _INDEXES.items():
        op.execute(f"ALTER INDEX {new} RENAME TO {old}")
    op.execute("ALTER SEQUENCE campaign_counter_deltas_id_seq RENAME TO tally_changes_id_seq")
    op.execute("ALTER SEQUENCE entry_rejections_id_seq RENAME TO refusals_id_seq")
    for table, old, new in reversed(_COLUMNS):
        op.alter_column(table, new, new_column_name=old)
    for old, new in _TABLES.items():
        op.rename_table(new, old)
    op.execute(_LEVELS.format("tallies", "fact", "detail", "inside"))
    _triggers("0001_tallies.sql")
