"""A row for each user: the lock of who writes the user's rows, and what is left of an erased one.

`enter_user` is called by the statement that begins a transaction, so that the lock and the check
cost no round trip. The row comes with the user's first write. The lock of the version before is
taken too while that version may run beside this one; always after the row, so that nobody who has
the one waits for the other.
"""

from alembic import op

revision = "0018"
down_revision: str | None = "0017"

_TABLE = """
create table user_states (
    user_id text not null primary key,
    deleted_at timestamptz
)
"""
_ENTER = """
create function enter_user(owner text, access text) returns void language plpgsql as $$
declare
    state user_states;
begin
    loop
        case access
            when 'read' then
                select * into state from user_states s where s.user_id = owner;
            when 'add' then
                select * into state from user_states s where s.user_id = owner for key share;
            when 'write' then
                select * into state from user_states s where s.user_id = owner for no key update;
            when 'erase' then
                select * into state from user_states s where s.user_id = owner for update;
        end case;
        exit when found or access = 'read';
        insert into user_states (user_id) values (owner) on conflict do nothing;
    end loop;
    if access in ('write', 'erase') then
        perform pg_advisory_xact_lock(hashtextextended(owner, 7071));
    end if;
    if state.deleted_at is not null and access <> 'erase' then
        raise exception 'the account was deleted' using errcode = 'TD001';
    end if;
end
$$
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute("grant select, insert, update, delete on user_states to todochat_app")
    op.execute("alter table user_states enable row level security")
    op.execute("alter table user_states force row level security")
    op.execute(
        "create policy owner_only on user_states to todochat_app "
        "using (user_id = current_setting('app.user_id', true)) "
        "with check (user_id = current_setting('app.user_id', true))"
    )
    op.execute(_ENTER)
