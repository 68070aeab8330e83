"""a customer's scores are one row; `scores` is a view of it

Revision: 0008, after 0007.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_VIEW = """
    CREATE VIEW scores AS
    SELECT s.customer_id, c.name, s.numbers[c.value_place] AS value,
           nullif(s.numbers[c.low_place], 'NaN') AS low, nullif(s.numbers[c.high_place], 'NaN') AS high,
           nullif(s.numbers[c.percentile_place], 'NaN') AS percentile, c.model_id, c.made_at AS at
      FROM customer_scores s JOIN scoring_columns c ON c.scored_at = s.scored_at
     WHERE s.numbers[c.value_place] <> 'NaN'
"""
# The last scores are taken over as those of one scoring, at the moment of the newest. A score that was set by hand, by no
# model, has no reader any more and goes.
_KEPT_COLUMNS = """
    INSERT INTO scoring_columns (scored_at, name, model_id, made_at, value_place, percentile_place, low_place, high_place)
    SELECT max(max(at)) OVER (), name, (array_agg(model_id ORDER BY at DESC))[1], max(at),
           4 * row_number() OVER (ORDER BY name) - 3, 4 * row_number() OVER (ORDER BY name) - 2,
           4 * row_number() OVER (ORDER BY name) - 1, 4 * row_number() OVER (ORDER BY name)
      FROM old_scores WHERE model_id IS NOT NULL GROUP BY name
"""
_KEPT_SCORES = """
    INSERT INTO customer_scores (customer_id, scored_at, numbers)
    SELECT w.customer_id, max(c.scored_at),
           array_agg(coalesce(n.number, 'NaN') ORDER BY c.value_place, n.turn)
      FROM (SELECT DISTINCT customer_id FROM old_scores WHERE model_id IS NOT NULL) w
     CROSS JOIN scoring_columns c
      LEFT JOIN old_scores s ON s.customer_id = w.customer_id AND s.name = c.name AND s.model_id IS NOT NULL
     CROSS JOIN LATERAL (VALUES (1, s.value), (2, s.percentile), (3, s.low), (4, s.high)) AS n (turn, number)
     GROUP BY w.customer_id
"""


def upgrade() -> None:
    op.rename_table("scores", "old_scores")
    op.create_table(
        "customer_scores",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("numbers", postgresql.ARRAY(sa.Float()), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.PrimaryKeyConstraint("customer_id"),
    )
    op.create_table(
        "scoring_columns",
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value_place", sa.Integer(), nullable=False),
        sa.Column("percentile_place", sa.Integer(), nullable=False),
        sa.Column("low_place", sa.Integer(), nullable=True),
        sa.Column("high_place", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("scored_at", "name"),
    )
    op.create_table(
        "scored_pages",
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Uuid(), nullable=False),
        sa.Column("customers", sa.LargeBinary(), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scored_at", "first"),
    )
    # doubles hardly shrink, and trying costs more than writing them
    op.execute("ALTER TABLE scored_pages ALTER customers SET STORAGE EXTERNAL, ALTER numbers SET STORAGE EXTERNAL")
    op.execute(_KEPT_COLUMNS)
    op.execute(_KEPT_SCORES)
    op.drop_table("old_scores")
    op.execute(_VIEW)


def downgrade() -> None:
    op.execute("ALTER VIEW scores RENAME TO new_scores")
    op.create_table(
        "scores",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("percentile", sa.Float(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.PrimaryKeyConstraint("customer_id", "name"),
    )
    op.execute(
        "INSERT INTO scores (customer_id, name, value, low, high, percentile, model_id, at)"
        " SELECT customer_id, name, value, low, high, percentile, model_id, at FROM new_scores"
    )
    op.execute("DROP VIEW new_scores")
    for table in ("scored_pages", "scoring_columns", "customer_scores"):
        op.drop_table(table)
