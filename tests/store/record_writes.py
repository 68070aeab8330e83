"""Record what this release writes, for the next one's test: `python -m tests.store.record_writes`.

Run it at a release. It runs tests of every road to the database against a server that logs each statement that changes
rows, and keeps each of them once, without anybody's values.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from stack import postgres

KEPT = Path(__file__).with_name("previous_release.sql")
ROADS = (
    "tests/ingestion/test_pipeline.py",
    "tests/ingestion/test_identity.py",
    "tests/ingestion/test_merges_undone.py",
    "tests/ingestion/test_relay.py",
    "tests/ingestion/test_reports.py",
    "tests/ingestion/test_message_reconciler.py",
    "tests/ingestion/test_files.py",
    "tests/ingestion/test_authority.py",
    "tests/ingestion/test_segment_membership.py",
    "tests/api/test_attributes.py",
    "tests/api/test_campaigns.py",
    "tests/api/test_campaign_lifecycle.py",
    "tests/api/test_contact_policy.py",
    "tests/api/test_customers.py",
    "tests/api/test_failed_journeys.py",
    "tests/api/test_keys.py",
    "tests/api/test_possible_opt_outs.py",
    "tests/api/test_preferences.py",
    "tests/api/test_privacy.py",
    "tests/api/test_segments.py",
    "tests/api/test_suppressions.py",
    "tests/api/test_templates.py",
    "tests/activities/test_campaign.py",
    "tests/activities/test_fallback.py",
    "tests/activities/test_imports.py",
    "tests/activities/test_migration.py",
    "tests/activities/test_retention.py",
    "tests/activities/test_sending.py",
    "tests/store/test_campaign_counters.py",
    "tests/workflows/test_imports.py",
    "tests/workflows/test_intelligence.py",
    "tests/workflows/test_journey.py",
    "tests/workflows/test_migration.py",
)
_LINE = re.compile(r"^\S+ \S+ UTC \[\d+\] LOG:  execute [^:]*: (.*)$")
_COMMENT = re.compile(r"--.*$")
_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)")


def statements(log: str) -> Iterator[str]:
    """Statements with parameters, as the log has them: one line each, further lines of it behind a tab."""
    current: list[str] = []
    for line in [*log.splitlines(), ""]:
        found = _LINE.match(line)
        if line.startswith("\t") and current:
            current.append(line)
            continue
        if current:
            yield " ".join(" ".join(_COMMENT.sub("", each) for each in current).split())
        current = [found[1]] if found else []


def writes(log: str) -> list[str]:
    """Those that change rows of ours, each once."""
    found = {each for each in statements(log) if _WRITES.search(each) and "alembic_version" not in each}
    return sorted(found)


def understood(url: str, found: list[str]) -> list[str]:
    """Those that the release's own schema takes without their types; a few of the tests' own are left out."""
    kept = []
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in found:
            try:
                connection.execute(f"PREPARE written AS {statement}".encode())
                connection.execute("DEALLOCATE written")
            except psycopg.Error:
                continue
            kept.append(statement)
    return kept


def main() -> None:
    """Record, and keep."""
    server = postgres.start(Path(tempfile.mkdtemp(prefix="campaign-flow-record-")), durable=False)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("ALTER SYSTEM SET log_parameter_max_length = 0")
            connection.execute("SELECT pg_reload_conf()")
        environment = os.environ | {"CAMPAIGN_FLOW_TEST_DATABASE_URL": server.get_uri()}
        subprocess.run([sys.executable, "-m", "tests", "-n0", "-q", *ROADS], env=environment, check=False)
        found = writes((server.pgdata / "log").read_text(errors="replace"))
        url = postgres.database_url(server.get_uri(), "campaign_flow_template")
        KEPT.write_text(";\n".join(understood(url, found)) + ";\n")
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()


if __name__ == "__main__":
    main()
