"""Answers to repeated requests are deleted by the sweeper, for all users together and by their age.

The version before, which deletes those of a user with the user's next write, may run beside this
one: it keeps answers for a day. The index blocks writes with a key while it is built. Who has
millions can build it before, with `create index concurrently` and the same name.
"""

from alembic import op

revision = "0020"
down_revision: str | None = "0019"


def upgrade() -> None:
    op.execute(
        "create index if not exists idempotency_by_age on idempotency (created_at) "
        "where turn_id is null"
    )
    op.execute("drop index if exists idempotency_without_turn")
    op.execute(
        "grant select (user_id, key, turn_id, created_at), delete on idempotency "
        "to todochat_sweeper"
    )
    op.execute(
        "create policy of_no_turn on idempotency for all to todochat_sweeper "
        "using (turn_id is null and created_at < now() - interval '1 hour')"
    )
