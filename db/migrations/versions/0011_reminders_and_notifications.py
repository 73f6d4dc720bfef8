"""Reminders, the notifications that they become, and the role that fires them.

The role sees when reminders of all users fire and what their tasks are called, not more: it marks
them, adds notifications and deletes old ones. A task's title is seen while a reminder of it is due.
The time zone of the settings may be unset: who sets another one has not chosen it.
"""

import sqlalchemy as sa
from alembic import op

from db.migrations.roles import ensure_role

revision = "0011"
down_revision: str | None = "0010"

_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("now()")
_OWNED = "user_id = current_setting('app.user_id', true)"
_OLD = "created_at < now() - interval '30 days'"
_FIRING = (
    "grant select (user_id, id, task_id, fires_at, status), update (status, delivered_at) "
    "on reminders to todochat_reminders",
    "create policy firing on reminders to todochat_reminders using (true) with check (true)",
    "grant select (user_id, id, title, completed, deleted_at) on tasks to todochat_reminders",
    "create policy of_due_reminder on tasks for select to todochat_reminders using (exists ("
    "select from reminders r where r.user_id = tasks.user_id and r.task_id = tasks.id "
    "and r.status = 'waiting' and r.fires_at <= now()))",
    "grant insert, delete, select (created_at) on notifications to todochat_reminders",
    "create policy fired on notifications for insert to todochat_reminders with check (exists ("
    "select from reminders r where r.user_id = notifications.user_id "
    "and r.id = notifications.reminder_id and r.fires_at = notifications.fires_at))",
    f"create policy outdated_seen on notifications for select to todochat_reminders using ({_OLD})",
    f"create policy outdated on notifications for delete to todochat_reminders using ({_OLD})",
)


def upgrade() -> None:
    op.execute(
        "alter table user_settings alter column timezone drop not null, "
        "alter column timezone drop default, add column default_reminder text default '0m'"
    )
    _create_reminders()
    _create_notifications()
    for table in ("reminders", "notifications"):
        op.execute(f"grant select, insert, update, delete on {table} to todochat_app")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy owner_only on {table} to todochat_app "
            f"using ({_OWNED}) with check ({_OWNED})"
        )
    ensure_role("todochat_reminders")
    for statement in _FIRING:
        op.execute(statement)


def _create_reminders() -> None:
    op.create_table(
        "reminders",
        *_of_task(),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("fires_at", _TIME, nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("delivered_at", _TIME, nullable=True),
        sa.CheckConstraint(
            "status in ('waiting', 'delivered', 'missed', 'dropped')", name="status_known"
        ),
    )
    op.create_index("reminders_of_task", "reminders", ["user_id", "task_id", "spec"], unique=True)
    waiting = sa.text("status = 'waiting'")
    op.create_index("reminders_due", "reminders", ["fires_at"], postgresql_where=waiting)


def _create_notifications() -> None:
    op.create_table(
        "notifications",
        *_of_task(),
        sa.Column("reminder_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("fires_at", _TIME, nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("read_at", _TIME, nullable=True),
    )
    firing = ["user_id", "reminder_id", "fires_at"]
    op.create_index("notifications_of_firing", "notifications", firing, unique=True)
    unread = sa.text("read_at is null")
    op.create_index(
        "notifications_unread", "notifications", ["user_id", "id"], postgresql_where=unread
    )
    op.create_index("notifications_by_age", "notifications", ["created_at"])


def _of_task() -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "id"),
        sa.ForeignKeyConstraint(
            ["user_id", "task_id"], ["tasks.user_id", "tasks.id"], ondelete="CASCADE"
        ),
    )
