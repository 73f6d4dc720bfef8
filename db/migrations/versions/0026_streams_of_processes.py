"""The role that works for all running turns counts the streams of its process in the ledger, too."""

from alembic import op

revision = "0026"
down_revision: str | None = "0025"


def upgrade() -> None:
    op.execute(
        "grant select (user_id, kind, client), update (window_start, amount) on ledger "
        "to todochat_runner"
    )
    op.execute(
        "create policy streams on ledger to todochat_runner "
        "using (kind = 'streams') with check (kind = 'streams')"
    )
