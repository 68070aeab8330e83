"""New migrations go easy on an installation that runs: squawk reads the SQL that they send."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event
from sqlmodel import SQLModel

import models  # noqa: F401 - the tables
from config.settings import Settings
from stack import postgres
from store.events import retention
from store.migrate import alembic_config, migrate

ROOT = Path(__file__).parents[2]
LAST_BEFORE_THE_RULES = "0016"
LEFT_OUT = (
    "require-timeout-settings",  # env.py sets lock_timeout for all
    "prefer-robust-stmts",  # one transaction a migration; what runs outside of it drops first
    "renaming-object",  # of indexes, which nobody names; test_migrations keeps to the names of tables and columns
    "prefer-text-field",
    "prefer-bigint-over-int",
    "prefer-identity",
    "require-table-schema",
)
_NOT_OURS = ("SELECT", "UPDATE ALEMBIC_VERSION", "INSERT INTO ALEMBIC_VERSION", "SET ", "SHOW")


@pytest.fixture
def fresh_database_url(postgres_url: str) -> Iterator[str]:
    name = f"rules_{uuid4().hex[:8]}"
    yield postgres.create_database(postgres_url, name)
    postgres.drop_database(postgres_url, name)


def new_revisions(url: str) -> list[str]:
    """Those after the rules came into force, the oldest first."""
    script = ScriptDirectory.from_config(alembic_config(url))
    found = [each.revision for each in script.walk_revisions() if each.revision > LAST_BEFORE_THE_RULES]
    return sorted(found)


def sent_by(url: str, revision: str) -> str:
    """The statements of one migration, without indexes of the tables that it makes: nobody waits for those."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.strip().upper().startswith(_NOT_OURS):
            sent.append(statement.strip().rstrip(";").replace("%%", "%") + ";")

    event.listen(Engine, "before_cursor_execute", note)
    try:
        command.upgrade(alembic_config(url), revision)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    made = re.findall(r"CREATE TABLE (\w+)", "\n".join(sent))
    theirs = re.compile(rf"CREATE (UNIQUE )?INDEX \w+ ON ({'|'.join(made)}) ") if made else None
    return "\n".join(each for each in sent if not (theirs and theirs.match(each)))


def complaints(path: Path) -> list[str]:
    tool = Path(sys.executable).with_name("squawk")
    excluded = [f"--exclude={rule}" for rule in LEFT_OUT]
    done = subprocess.run(
        [tool, "--reporter=Json", "--pg-version=16.0", *excluded, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return [f"{each['rule_name']}: {each['message']} (line {each['line']})" for each in json.loads(done.stdout or "[]")]


def test_new_migrations_keep_nobody_waiting(fresh_database_url: str, tmp_path: Path):
    migrate(fresh_database_url, revision=LAST_BEFORE_THE_RULES)
    found = {}
    for revision in new_revisions(fresh_database_url):
        path = tmp_path / f"{revision}.sql"
        path.write_text(sent_by(fresh_database_url, revision))
        found[revision] = complaints(path)
    assert {revision: said for revision, said in found.items() if said} == {}


def test_the_linter_finds_what_it_is_there_for(tmp_path: Path):
    path = tmp_path / "bad.sql"
    path.write_text("CREATE INDEX a ON journeys (state);\nALTER TABLE journeys ALTER COLUMN state TYPE varchar(5);\n")
    assert {each.partition(":")[0] for each in complaints(path)} >= {
        "require-concurrent-index-creation",
        "changing-column-type",
    }


def test_every_table_says_how_long_its_rows_are_kept():
    documented = _kept()
    tables = {table.name for table in SQLModel.metadata.tables.values()} - _VIEWS
    assert tables - set(documented) == set(), "docs/data.md, 'What is kept how long': a table grows, until when?"
    assert set(documented) - tables == set(), "there is no such table"
    for table in retention.PURGED:
        setting = re.search(r"`([A-Z_]+_DAYS)`", documented[table])
        assert setting is not None, f"{table} goes by age: name its setting"
        assert setting[1].lower() in Settings.model_fields
    for setting in re.findall(r"`([A-Z_]+_DAYS)`", " ".join(documented.values())):
        assert setting.lower() in Settings.model_fields


_VIEWS = {"scores"}


def _kept() -> dict[str, str]:
    """Table -> how long its rows are kept, as docs/data.md says."""
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    section = text.partition("## What is kept how long")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return {name: kept for tables, kept in rows for name in re.findall(r"`([a-z_]+)`", tables)}
