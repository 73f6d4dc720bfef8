"""Stored answers that belong to a turn live as long as it does: it can be answered again any time.

The version before forgets its own after a day, as ever.
"""

from alembic import op

revision = "0012"
down_revision: str | None = "0011"

_OF_TURN = """
update idempotency k set turn_id = t.id
from turns t
where t.user_id = k.user_id and k.turn_id is null
    and k.key ~ '^[0-9a-f-]{36}:' and t.id::text = split_part(k.key, ':', 1)
"""


def upgrade() -> None:
    op.execute("alter table idempotency add column turn_id uuid")
    op.execute(_OF_TURN)
    op.execute(
        "alter table idempotency add constraint idempotency_user_id_turn_id_fkey "
        "foreign key (user_id, turn_id) references turns (user_id, id) on delete cascade"
    )
    op.execute("create index idempotency_of_turn on idempotency (user_id, turn_id)")
    op.execute(
        "create index idempotency_without_turn on idempotency (user_id, created_at) "
        "where turn_id is null"
    )
