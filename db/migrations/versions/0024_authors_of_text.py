"""Who wrote the text of tasks and lists; unknown for what there is.

The version before changes text without its author, so that while both run a text may keep the one
that it had.
"""

from alembic import op

revision = "0024"
down_revision: str | None = "0023"


def upgrade() -> None:
    op.execute("alter table tasks add column text_by jsonb")
    op.execute("alter table lists add column text_by text")
