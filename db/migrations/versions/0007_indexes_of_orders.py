"""Indexes for every order of tasks, of open and of completed ones, and for keys by their age.

They block writes of tasks while they are built. Who has millions can build them before, with
`create index concurrently` and the same names: those that exist are left as they are.
"""

from alembic import op

revision = "0007"
down_revision: str | None = "0006"

_STATES = {
    "open": "not completed and deleted_at is null",
    "completed": "completed and deleted_at is null",
}
_KEYS = {
    "due": "(case when due_on is null then '9999-12-31'::date else due_on end)",
    "priority": "(case priority when 'high' then -3 when 'medium' then -2 when 'low' then -1 else 0 end)",
    "title": "lower(title)",
    "update": "updated_at",
}


def upgrade() -> None:
    op.execute(
        "create index if not exists tasks_completed on tasks (user_id, id) "
        f"where {_STATES['completed']}"
    )
    for state, where in _STATES.items():
        for name, key in _KEYS.items():
            op.execute(
                f"create index if not exists tasks_{state}_by_{name} "
                f"on tasks (user_id, {key}, id) where {where}"
            )
    op.execute("create index if not exists idempotency_by_age on idempotency (user_id, created_at)")
