"""bi_v1: views for business intelligence, and what was exported of them

Revision: 0038, after 0037.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision: str = "0038"
down_revision: str | Sequence[str] | None = "0037"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SQL = Path(__file__).parent.parent / "sql" / "0038_bi_v1.sql"
_VIEW = re.compile(r"^CREATE VIEW (?P<name>\S+) AS -- (?P<comment>.+)$", re.MULTILINE)
_COLUMN = re.compile(r"\bAS (?P<name>\w+),? -- (?P<comment>.+)$", re.MULTILINE)


def _statements() -> Iterator[str]:
    text = _SQL.read_text(encoding="utf-8")
    start = _VIEW.search(text).start()
    yield text[:start]
    for statement in text[start:].split(";\n"):
        view = _VIEW.search(statement)
        if view is None:
            continue
        yield statement[view.start() :]
        yield f"COMMENT ON VIEW {view['name']} IS '{_quoted(view['comment'])}'"
        for column in _COLUMN.finditer(statement, view.end()):
            yield f"COMMENT ON COLUMN {view['name']}.{column['name']} IS '{_quoted(column['comment'])}'"


def _quoted(comment: str) -> str:
    return comment.replace("'", "''")


def upgrade() -> None:
    op.execute("CREATE SCHEMA bi_v1")
    op.execute("CREATE SCHEMA bi_v1_personal")
    # not by op.execute, which takes a colon in a comment for a parameter
    connection = op.get_bind()
    for statement in _statements():
        connection.exec_driver_sql(statement.replace("%", "%%"))
    for view in ("bi_v1.dim_customer", "bi_v1.dim_segment", "bi_v1_personal.dim_customer"):
        op.execute(f"ALTER VIEW {view} SET (security_barrier = true)")
    op.create_table(
        "export_parts",
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("view", "part"),
    )


def downgrade() -> None:
    op.drop_table("export_parts")
    op.execute("DROP SCHEMA bi_v1_personal CASCADE")
    op.execute("DROP SCHEMA bi_v1 CASCADE")
    op.execute("DROP FUNCTION facts.readable(numeric)")
