"""Events of a turn stored in batches, and whether another process follows the turn.

`turn_events` stays for the version before, and for turns that it ran.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision: str | None = "0005"

_TIME = sa.DateTime(timezone=True)
_OWNED = "user_id = current_setting('app.user_id', true)"
_OLD = "created_at < now() - interval '1 day'"
_ACCESS = (
    "alter table turn_event_batches enable row level security",
    "alter table turn_event_batches force row level security",
    "grant select, insert, update, delete on turn_event_batches to todochat_app",
    f"create policy owner_only on turn_event_batches to todochat_app using ({_OWNED}) with check ({_OWNED})",
    "grant select (created_at), delete on turn_event_batches to todochat_sweeper",
    f"create policy outdated_seen on turn_event_batches for select to todochat_sweeper using ({_OLD})",
    f"create policy outdated on turn_event_batches for delete to todochat_sweeper using ({_OLD})",
)


def upgrade() -> None:
    op.add_column("turns", sa.Column("followed_at", _TIME))
    op.create_table(
        "turn_event_batches",
        sa.Column("user_id", sa.Text(), primary_key=True),
        sa.Column("turn_id", sa.Uuid(), primary_key=True),
        sa.Column("first_seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("events", JSONB(), nullable=False),
        sa.Column("created_at", _TIME, server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "turn_id"], ["turns.user_id", "turns.id"], ondelete="CASCADE"
        ),
    )
    op.create_index("turn_event_batches_by_age", "turn_event_batches", ["created_at"])
    for statement in _ACCESS:
        op.execute(statement)
