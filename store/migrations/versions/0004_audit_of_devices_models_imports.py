"""the audit log tells of push tokens, models put in force and imports too

Revision: 0004, after 0003.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The functions are those of 0001_audit.sql. A push token is personal: which fields, never what they held. Whoever puts a
# model in force, a request or the weekly learning, changes what is sent. Of an import only what a request did to it.
_TRIGGERS = {
    "devices": """AFTER INSERT OR UPDATE OR DELETE ON devices
        FOR EACH ROW WHEN (current_setting('campaign_flow.actor', true) <> '')
        EXECUTE FUNCTION audit_names('device', 'customer_id')""",
    "models": """AFTER INSERT OR UPDATE OF state ON models
        FOR EACH ROW EXECUTE FUNCTION audit_values('model', 'name', 'artifact', 'card', 'drift')""",
    "imports": """AFTER INSERT OR UPDATE OF stopping ON imports
        FOR EACH ROW WHEN (current_setting('campaign_flow.actor', true) <> '')
        EXECUTE FUNCTION audit_values(
            'import', 'name', 'size', 'sha256', 'read', 'offset', 'taken', 'repeated', 'refused')""",
}


def upgrade() -> None:
    for trigger in _TRIGGERS.values():
        op.execute(f"CREATE TRIGGER audit {trigger}")


def downgrade() -> None:
    for table in _TRIGGERS:
        op.execute(f"DROP TRIGGER audit ON {table}")
