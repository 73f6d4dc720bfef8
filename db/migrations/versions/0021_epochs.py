"""From when on signed tokens of a user, or of one client of theirs, are accepted.

Whoever has not revoked any has no epoch. The function of the version before stays for it.
"""

from alembic import op

revision = "0021"
down_revision: str | None = "0020"

_GRANTS = """
create table grant_states (
    user_id text not null,
    client text not null,
    epoch timestamptz not null,
    primary key (user_id, client)
)
"""
_ENTER = """
create function enter_user(owner text, access text, issued_at float8, issued_to text)
returns void language plpgsql as $$
declare
    issued constant timestamptz := to_timestamp(issued_at);
begin
    perform enter_user(owner, access);
    if issued is not null and (
        exists (select from user_states s where s.user_id = owner and s.epoch > issued)
        or exists (
            select from grant_states g
            where g.user_id = owner and g.client = issued_to and g.epoch > issued
        )
    ) then
        raise exception 'the token was revoked' using errcode = 'TD002';
    end if;
end
$$
"""


def upgrade() -> None:
    op.execute("alter table user_states add column epoch timestamptz")
    op.execute(_GRANTS)
    op.execute("grant select, insert, update, delete on grant_states to todochat_app")
    op.execute("alter table grant_states enable row level security")
    op.execute("alter table grant_states force row level security")
    op.execute(
        "create policy owner_only on grant_states to todochat_app "
        "using (user_id = current_setting('app.user_id', true)) "
        "with check (user_id = current_setting('app.user_id', true))"
    )
    op.execute(_ENTER)
