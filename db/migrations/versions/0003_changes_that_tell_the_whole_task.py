"""Recorded changes tell their task as whole as newer ones do, for those who follow them."""

from alembic import op

revision = "0003"
down_revision: str | None = "0002"

# A change counted one version, and its time was that of the task.
_COMPLETE = """
update task_changes as change
set after = change.after || jsonb_build_object(
    'version', numbered.version,
    'created_at', tasks.created_at,
    'updated_at', change.created_at
)
from tasks, (
    select user_id, id, row_number() over (partition by user_id, task_id order by id) as version
    from task_changes
) as numbered
where (tasks.user_id, tasks.id) = (change.user_id, change.task_id)
    and (numbered.user_id, numbered.id) = (change.user_id, change.id)
    and not change.after ? 'version'
"""


def upgrade() -> None:
    # Even the owner of the tables is bound by row-level security while that is forced.
    for table in ("tasks", "task_changes"):
        op.execute(f"alter table {table} no force row level security")
    op.execute(_COMPLETE)
    for table in ("tasks", "task_changes"):
        op.execute(f"alter table {table} force row level security")
