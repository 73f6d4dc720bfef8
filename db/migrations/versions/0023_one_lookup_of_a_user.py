"""Look the state of a user and the epoch of a client up at once: every transaction begins with it."""

from alembic import op

revision = "0023"
down_revision: str | None = "0022"

_STATE = """
    select s.deleted_at, s.epoch, (
        select g.epoch from grant_states g where g.user_id = owner and g.client = issued_to
    ) as client_epoch into state
    from user_states s where s.user_id = owner
"""
_ENTER = f"""
create or replace function enter_user(owner text, access text, issued_at float8, issued_to text)
returns void language plpgsql as $$
declare
    issued constant timestamptz := to_timestamp(issued_at);
    state record;
begin
    loop
        case access
            when 'read' then {_STATE};
            when 'add' then {_STATE} for key share of s;
            when 'write' then {_STATE} for no key update of s;
            when 'erase' then {_STATE} for update of s;
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
    if issued < greatest(state.epoch, state.client_epoch) then
        raise exception 'the token was revoked' using errcode = 'TD002';
    end if;
end
$$
"""  # noqa: S608  the text is ours


def upgrade() -> None:
    op.execute(_ENTER)
