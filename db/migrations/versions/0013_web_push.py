"""Browsers that take notifications by Web Push, and what is to be sent to them.

The role that fires reminders sends them too: it sees the subscriptions of all users, and a
notification while it is to be sent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision: str | None = "0012"

_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("now()")
_OWNED = "user_id = current_setting('app.user_id', true)"
_SENDING = (
    "grant select, delete, update (last_ok_at, failures, last_error) on push_subscriptions "
    "to todochat_reminders",
    "create policy sending on push_subscriptions to todochat_reminders using (true) "
    "with check (true)",
    "grant select, insert, delete, update (attempts, next_at) on push_deliveries "
    "to todochat_reminders",
    "create policy sending on push_deliveries to todochat_reminders using (true) with check (true)",
    "grant select (user_id, id, task_id, title, fires_at, late, read_at) on notifications "
    "to todochat_reminders",
    "create policy to_be_sent on notifications for select to todochat_reminders using (exists ("
    "select from push_deliveries d where d.user_id = notifications.user_id "
    "and d.notification_id = notifications.id))",
)


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("user_id", sa.Text(), primary_key=True),
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("last_ok_at", _TIME, nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
    )
    op.create_index(
        "push_subscriptions_by_endpoint", "push_subscriptions", ["user_id", "endpoint"], unique=True
    )
    op.create_table(
        "push_deliveries",
        sa.Column("user_id", sa.Text(), primary_key=True),
        sa.Column("notification_id", sa.Uuid(), primary_key=True),
        sa.Column("subscription_id", sa.Uuid(), primary_key=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", _TIME, server_default=_NOW, nullable=False),
        _of("notifications", "notification_id"),
        _of("push_subscriptions", "subscription_id"),
    )
    op.create_index("push_deliveries_due", "push_deliveries", ["next_at"])
    for table in ("push_subscriptions", "push_deliveries"):
        op.execute(f"grant select, insert, update, delete on {table} to todochat_app")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy owner_only on {table} to todochat_app "
            f"using ({_OWNED}) with check ({_OWNED})"
        )
    for statement in _SENDING:
        op.execute(statement)


def _of(table: str, column: str) -> sa.ForeignKeyConstraint:
    targets = [f"{table}.user_id", f"{table}.id"]
    return sa.ForeignKeyConstraint(["user_id", column], targets, ondelete="CASCADE")
