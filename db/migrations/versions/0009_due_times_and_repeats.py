"""Times of day at which tasks are due, and repeats.

The indexes of the order of due dates stay for the version before, which knows no times. Nothing but
the rules holds that a time has a date: the version before may clear the date alone.
"""

from alembic import op

revision = "0009"
down_revision: str | None = "0008"

_STATES = {
    "open": "not completed and deleted_at is null",
    "completed": "completed and deleted_at is null",
}
_KEY = (
    "(case when due_on is null then 'infinity'::timestamp "
    "when due_time is null then due_on + '23:59:59'::time else due_on + due_time end)"
)


def upgrade() -> None:
    op.execute(
        "alter table tasks add column due_time time, add column repeat text, "
        "add column repeat_from text, add column series integer not null default 0, "
        "add column moved_from date"
    )
    op.execute(
        "alter table tasks add constraint repeat_from_known "
        "check (repeat_from in ('due', 'completion')) not valid"
    )
    op.execute("alter table tasks validate constraint repeat_from_known")
    for state, where in _STATES.items():
        op.execute(
            f"create index if not exists tasks_{state}_by_due_time "
            f"on tasks (user_id, {_KEY}, id) where {where}"
        )
