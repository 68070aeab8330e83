"""experiments on random splits

Revision: 0034, after 0033.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision: str = "0034"
down_revision: str | Sequence[str] | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _instant(name: str, *, nullable: bool = True, now: bool = False) -> sa.Column:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=nullable, server_default=sa.text("now()") if now else None
    )


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("plan", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("arms", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("retired", ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("winner", sa.String(), nullable=True),
        sa.Column("ramp", sa.Float(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _instant("started_at"),
        _instant("looked_at"),
        _instant("stepped_at"),
        _instant("ended_at"),
        _instant("created_at", nullable=False, now=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "experiments_one_at_a_split",
        "experiments",
        ["campaign_id", "node_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('running', 'ramping', 'decided', 'rolled_back')"),
    )
    op.create_index("experiments_time", "experiments", ["created_at", "id"])
    op.create_table(
        "experiment_assignments",
        sa.Column("experiment_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("crossed", sa.Boolean(), nullable=False),
        _instant("assigned_at", nullable=False, now=True),
        _instant("exposed_at"),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"]),
        sa.PrimaryKeyConstraint("experiment_id", "customer_id"),
    )
    op.create_index("experiment_assignments_customer", "experiment_assignments", ["customer_id"])
    op.create_table(
        "experiment_looks",
        sa.Column("experiment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _instant("at", nullable=False, now=True),
        sa.Column("readout", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"]),
        sa.PrimaryKeyConstraint("experiment_id", "number"),
    )
    op.create_table(
        "experiment_decisions",
        sa.Column("experiment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arm", sa.String(), nullable=True),
        sa.Column("ramp", sa.Float(), nullable=True),
        sa.Column("look", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        _instant("at", nullable=False, now=True),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"]),
        sa.PrimaryKeyConstraint("experiment_id", "step"),
    )
    op.execute(
        "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON experiments FOR EACH ROW"
        " EXECUTE FUNCTION audit_values('experiment', 'name', 'revision', 'looks', 'looked_at', 'stepped_at')"
    )


def downgrade() -> None:
    op.drop_table("experiment_decisions")
    op.drop_table("experiment_looks")
    op.drop_table("experiment_assignments")
    op.drop_table("experiments")
