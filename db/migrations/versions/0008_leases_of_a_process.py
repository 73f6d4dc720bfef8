"""A role that renews the leases of running turns, whoever owns them, and does nothing else."""

from alembic import op

from db.migrations.roles import ensure_role

revision = "0008"
down_revision: str | None = "0007"

_LEASES = (
    "grant select (user_id, id, status, lease_until, cancel_requested_at, followed_at), "
    "update (lease_until) on turns to todochat_leases",
    "create policy running on turns to todochat_leases "
    "using (status = 'running') with check (status = 'running')",
)


def upgrade() -> None:
    ensure_role("todochat_leases")
    for statement in _LEASES:
        op.execute(statement)
