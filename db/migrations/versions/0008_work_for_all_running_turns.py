"""A role for what a process does for all its running turns at once, whoever owns them.

It may read what others noted on running turns, renew their leases, add events to them, and nothing
else: it reads no event and no message.
"""

from alembic import op

from db.migrations.roles import ensure_role

revision = "0008"
down_revision: str | None = "0007"

_RUNNER = (
    "grant select (user_id, id, status, lease_until, cancel_requested_at, followed_at), "
    "update (lease_until) on turns to todochat_runner",
    "create policy running on turns to todochat_runner "
    "using (status = 'running') with check (status = 'running')",
    "grant insert on turn_event_batches to todochat_runner",
    "create policy of_running_turn on turn_event_batches for insert to todochat_runner with check ("
    "exists (select from turns t where t.user_id = turn_event_batches.user_id "
    "and t.id = turn_event_batches.turn_id and t.status = 'running'))",
)


def upgrade() -> None:
    ensure_role("todochat_runner")
    for statement in _RUNNER:
        op.execute(statement)
