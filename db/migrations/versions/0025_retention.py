"""What retention needs: indexes by age, and the sweeper's rights to find and to claim.

The sweeper sees of changes and tasks whose they are and how old, nothing that they say; each user's
are deleted in a transaction of that user. Building the indexes blocks writes of their tables. Who
has millions of rows can build them before, with `create index concurrently` and the same names.
"""

from alembic import op

revision = "0025"
down_revision: str | None = "0024"

_ENDED = "status <> 'running' and created_at < now() - interval '1 day'"
_RUN = "user_id = '' and kind = 'retention'"
_STATEMENTS = (
    "create index if not exists task_changes_by_age on task_changes (created_at, user_id, id)",
    "create index if not exists tasks_deleted on tasks (deleted_at, user_id, id) "
    "where deleted_at is not null",
    "create index if not exists turns_by_age on turns (created_at) "
    "where idempotency_key is not null",
    "grant select (user_id, id, task_id, group_id, created_at) on task_changes to todochat_sweeper",
    "create policy aged on task_changes for select to todochat_sweeper using (true)",
    "grant select (user_id, id, deleted_at) on tasks to todochat_sweeper",
    "create policy aged on tasks for select to todochat_sweeper using (true)",
    "grant select (created_at, idempotency_key), update (idempotency_key, request_hash) on turns "
    "to todochat_sweeper",
    f"create policy ended_seen on turns for select to todochat_sweeper using ({_ENDED})",
    f"create policy ended on turns for update to todochat_sweeper using ({_ENDED})",
    # One process at a time deletes; the row of nobody says when one began.
    "grant select (user_id, kind, client), insert, update (window_start) on ledger "
    "to todochat_sweeper",
    f"create policy runs on ledger for all to todochat_sweeper using ({_RUN})",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
