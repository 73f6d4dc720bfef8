"""The tasks that a reply is about, what the user may say next, and what the reply asked.

`task_ids` is null in messages of versions that did not store it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    op.add_column("messages", sa.Column("task_ids", ARRAY(sa.Integer()), nullable=True))
    op.add_column(
        "messages",
        sa.Column("suggestions", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("messages", sa.Column("pending", JSONB(), nullable=True))
