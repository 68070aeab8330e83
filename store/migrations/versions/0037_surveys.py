"""surveys, invitations to them, answers and their themes

Revision: 0037, after 0036.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0037"
down_revision: str | Sequence[str] | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _id(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), primary_key=primary_key, nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str, empty: str = "[]") -> sa.Column:
    return sa.Column(name, JSONB(), server_default=sa.text(f"'{empty}'::jsonb"), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    default = None if nullable else sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "surveys",
        _id("id", primary_key=True),
        _word("key"),
        _word("name"),
        _word("state"),
        _number("wave"),
        _json("definition", "{}"),
        _number("revision"),
        _instant("created_at"),
        _instant("updated_at"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "survey_invitations",
        _id("id", primary_key=True),
        _id("survey_id"),
        _id("customer_id"),
        _number("wave"),
        _word("channel", nullable=True),
        _id("message_id", nullable=True),
        _id("journey_id", nullable=True),
        _id("campaign_id", nullable=True),
        _word("node_id", nullable=True),
        _flag("test"),
        _instant("invited_at"),
    )
    op.create_index("survey_invitations_customer", "survey_invitations", ["customer_id", "invited_at"])
    op.create_index("survey_invitations_survey", "survey_invitations", ["survey_id", "wave", "customer_id"])
    op.create_table(
        "survey_answers",
        _id("id", primary_key=True),
        _id("survey_id"),
        _id("customer_id"),
        _number("wave"),
        _word("question_id"),
        _word("kind"),
        sa.Column("value", JSONB(), nullable=False),
        _number("score", nullable=True),
        _word("answer_group"),
        _word("words", nullable=True),
        _word("language", nullable=True),
        _word("sentiment", nullable=True),
        sa.Column("sentiment_score", sa.Float(), nullable=True),
        _json("theme_ids"),
        _instant("read_at", nullable=True),
        _id("invitation_id"),
        _word("channel", nullable=True),
        _id("campaign_id", nullable=True),
        _word("node_id", nullable=True),
        _number("revision"),
        _flag("test"),
        _instant("answered_at"),
        _instant("changed_at"),
        sa.UniqueConstraint("customer_id", "survey_id", "wave", "question_id", "test", name="survey_answers_once"),
    )
    op.create_index("survey_answers_survey", "survey_answers", ["survey_id", "answered_at", "id"])
    op.create_index(
        "survey_answers_waiting",
        "survey_answers",
        ["answered_at"],
        postgresql_where=sa.text("words IS NOT NULL AND read_at IS NULL"),
    )
    op.create_table(
        "survey_themes",
        _id("id", primary_key=True),
        _id("survey_id"),
        _word("question_id"),
        _word("name"),
        _flag("named_by_hand"),
        _json("terms"),
        _json("quotations"),
        _word("state"),
        _id("merged_into", nullable=True),
        _instant("created_at"),
        _instant("updated_at"),
    )
    op.create_index("survey_themes_survey", "survey_themes", ["survey_id", "question_id"])
    op.execute("""CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON surveys
        FOR EACH ROW EXECUTE FUNCTION audit_values('survey', 'key', 'revision')""")


def downgrade() -> None:
    for table in ("survey_themes", "survey_answers", "survey_invitations", "surveys"):
        op.drop_table(table)
