"""E-mail addresses that take notifications, beside browsers and in the same queue.

The version before, while it still runs, sends nothing to an address: it notes a failure, and the
delivery is tried again.
"""

from alembic import op

revision = "0016"
down_revision: str | None = "0015"


def upgrade() -> None:
    op.execute(
        "alter table push_subscriptions add column channel text not null default 'web_push', "
        "add constraint channel_known check (channel in ('web_push', 'email'))"
    )
    op.execute(
        "create unique index push_subscriptions_email on push_subscriptions (user_id) "
        "where channel = 'email'"
    )
