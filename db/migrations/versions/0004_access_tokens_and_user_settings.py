"""Personal access tokens, and what users settle for all their clients."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from db.migrations.roles import ensure_role

revision = "0004"
down_revision: str | None = "0003"

_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("now()")

# Who comes with a token names its hash, sees that one row while the token is good, and may only
# write down that it was used.
_BEARER = (
    "grant select, update (last_used_at) on access_tokens to todochat_tokens",
    "create policy bearer_only on access_tokens to todochat_tokens "
    "using (token_hash = current_setting('app.token_hash', true) "
    "and revoked_at is null and expires_at > now())",
)


def upgrade() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.CheckConstraint("char_length(name) between 1 and 100", name="name_length"),
        sa.CheckConstraint(
            "scopes <@ array['tasks:read', 'tasks:write'] and cardinality(scopes) > 0",
            name="scopes_known",
        ),
        sa.PrimaryKeyConstraint("user_id", "id"),
    )
    op.create_index("access_tokens_by_hash", "access_tokens", ["token_hash"], unique=True)
    op.create_table(
        "user_settings",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), server_default=sa.text("'UTC'"), nullable=False),
        sa.Column("updated_at", _TIME, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    for table in ("access_tokens", "user_settings"):
        op.execute(f"grant select, insert, update, delete on {table} to todochat_app")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy owner_only on {table} to todochat_app "
            "using (user_id = current_setting('app.user_id', true)) "
            "with check (user_id = current_setting('app.user_id', true))"
        )
    ensure_role("todochat_tokens")
    for statement in _BEARER:
        op.execute(statement)
