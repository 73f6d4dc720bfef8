"""Calendar feeds, whose tokens are looked up like access tokens.

Who comes with a token names its hash, and sees the user of that one row while it is not revoked.
The index finds the changes of a task: undo of an import looks for those of thousands.
"""

from alembic import op

revision = "0015"
down_revision: str | None = "0014"

_FEEDS = """
create table calendar_feeds (
    user_id text not null,
    token_hash text not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    primary key (user_id, token_hash)
)
"""


def upgrade() -> None:
    op.execute("create index task_changes_of_task on task_changes (user_id, task_id, id)")
    op.execute(_FEEDS)
    op.execute("create index calendar_feeds_by_hash on calendar_feeds (token_hash)")
    op.execute(
        "create unique index calendar_feeds_valid on calendar_feeds (user_id) "
        "where revoked_at is null"
    )
    op.execute("grant select, insert, update, delete on calendar_feeds to todochat_app")
    op.execute("alter table calendar_feeds enable row level security")
    op.execute("alter table calendar_feeds force row level security")
    op.execute(
        "create policy owner_only on calendar_feeds to todochat_app "
        "using (user_id = current_setting('app.user_id', true)) "
        "with check (user_id = current_setting('app.user_id', true))"
    )
    op.execute("grant select on calendar_feeds to todochat_tokens")
    op.execute(
        "create policy bearer_only on calendar_feeds for select to todochat_tokens "
        "using (token_hash = current_setting('app.token_hash', true) and revoked_at is null)"
    )
