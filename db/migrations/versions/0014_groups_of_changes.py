"""Changes of one request have a group: undo takes back all of them.

A change without one, such as those of the version before, is a group of its own.
"""

from alembic import op

revision = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    op.execute("alter table task_changes add column group_id uuid")
    op.execute(
        "create index task_changes_of_group on task_changes (user_id, group_id) "
        "where group_id is not null"
    )
