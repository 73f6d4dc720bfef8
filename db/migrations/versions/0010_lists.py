"""Lists of tasks.

The version before knows none: its tasks stay in the Inbox, and what it changes stays in its list.
"""

from alembic import op

revision = "0010"
down_revision: str | None = "0009"

_STATES = {
    "open": "not completed and deleted_at is null",
    "completed": "completed and deleted_at is null",
}
_LISTS = """
create table lists (
    user_id text not null,
    id integer not null,
    name text not null,
    key text not null,
    position integer not null,
    archived_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (user_id, id),
    constraint name_length check (char_length(name) between 1 and 60)
)
"""


def upgrade() -> None:
    op.execute(_LISTS)
    op.execute("create unique index lists_by_key on lists (user_id, key) where deleted_at is null")
    op.execute("grant select, insert, update, delete on lists to todochat_app")
    op.execute("alter table lists enable row level security")
    op.execute("alter table lists force row level security")
    op.execute(
        "create policy owner_only on lists to todochat_app "
        "using (user_id = current_setting('app.user_id', true)) "
        "with check (user_id = current_setting('app.user_id', true))"
    )
    op.execute("alter table tasks add column list_id integer")
    op.execute("alter table task_changes add column made_list integer")
    op.execute(
        "alter table tasks add constraint tasks_user_id_list_id_fkey "
        "foreign key (user_id, list_id) references lists (user_id, id) "
        "on delete cascade not valid"
    )
    op.execute("alter table tasks validate constraint tasks_user_id_list_id_fkey")
    for state, where in _STATES.items():
        op.execute(
            f"create index if not exists tasks_{state}_by_list "
            f"on tasks (user_id, list_id, id) where {where}"
        )
