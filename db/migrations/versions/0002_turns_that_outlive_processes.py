"""What turns need to be found, stopped and taken over by any process."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.roles import ensure_role

revision = "0002"
down_revision: str | None = "0001"

_TIME = sa.DateTime(timezone=True)

# All that a process may see and do for users it does not know: which running turns nobody keeps
# alive, and events whose day is over.
_SWEEPER = (
    "grant select (user_id, id, status, lease_until) on turns to todochat_sweeper",
    "create policy abandoned on turns for select to todochat_sweeper "
    "using (status = 'running' and lease_until < now())",
    "grant select (created_at), delete on turn_events to todochat_sweeper",
    "create policy outdated_seen on turn_events for select to todochat_sweeper "
    "using (created_at < now() - interval '1 day')",
    "create policy outdated on turn_events for delete to todochat_sweeper "
    "using (created_at < now() - interval '1 day')",
)


def upgrade() -> None:
    op.add_column("turns", sa.Column("request_hash", sa.Text()))
    op.add_column("turns", sa.Column("retry_of", sa.Uuid()))
    op.add_column("turns", sa.Column("cancel_requested_at", _TIME))
    running = sa.text("status = 'running'")
    op.create_index("turns_by_lease", "turns", ["lease_until"], postgresql_where=running)
    op.create_index("turn_events_by_age", "turn_events", ["created_at"])
    op.add_column("messages", sa.Column("feedback", sa.Text()))
    op.create_check_constraint("feedback_known", "messages", "feedback in ('positive', 'negative')")
    nothing = sa.text("'{}'::jsonb")
    op.add_column(
        "idempotency", sa.Column("request", JSONB(), nullable=False, server_default=nothing)
    )
    op.alter_column("idempotency", "request", server_default=None)
    ensure_role("todochat_sweeper")
    for statement in _SWEEPER:
        op.execute(statement)
