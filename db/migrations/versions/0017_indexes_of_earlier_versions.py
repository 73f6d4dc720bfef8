"""Drop the indexes that only earlier versions read by: they cost each write of a task.

An earlier version that still runs is slower without them, and no less right. Dropping waits for the
statements that use the tables. Who can't have that drops them before, with `drop index
concurrently`: those that are gone are no error.
"""

from alembic import op

revision = "0017"
down_revision: str | None = "0016"


def upgrade() -> None:
    op.execute("drop index if exists tasks_open_by_due, tasks_completed_by_due, idempotency_by_age")
