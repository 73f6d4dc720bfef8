"""Statements that a router can send to the shard of their user, and no lock beside rows.

`set_local` does what `set_config` does, by a statement: a router passes that on to the server that
has the user's rows. `enter_user` takes the advisory lock no more that a version long gone took. The
functions of the ledger keep to what a router permits: nothing in `on conflict` depends on the time
or the zone of a session, and the owner is a value, not a setting that is read for each row.

A user's row gets the last numbers of their tasks and changes, which then outlive the rows.
"""

from alembic import op

revision = "0027"
down_revision: str | None = "0026"

_SET_LOCAL = """
create function set_local(name text, value text) returns void language plpgsql as $$
begin
    execute format('set local %I = %L', name, value);
end
$$
"""
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
    if state.deleted_at is not null and access <> 'erase' then
        raise exception 'the account was deleted' using errcode = 'TD001';
    end if;
    if issued < greatest(state.epoch, state.client_epoch) then
        raise exception 'the token was revoked' using errcode = 'TD002';
    end if;
end
$$
"""  # noqa: S608  the text is ours
_SPEND = """
create or replace function spend(spent_kind text, spent_by text, most integer, seconds integer)
returns boolean language plpgsql as $$
declare
    owner constant text := current_setting('app.user_id');
    period constant interval := make_interval(secs => seconds);
    moment constant timestamptz := clock_timestamp();
    this_window constant timestamptz := moment - period;
    last_window constant timestamptz := moment - 2 * period;
    entry ledger;
    elapsed double precision;
    wait double precision;
begin
    insert into ledger as l (user_id, kind, client, window_start, amount)
    values (owner, spent_kind, spent_by, moment, 1)
    on conflict (user_id, kind, client) do update set
        window_start = case
            when l.window_start > this_window then l.window_start
            when l.window_start > last_window
                then timezone('UTC', timezone('UTC', l.window_start) + period)
            else excluded.window_start
        end,
        before = case
            when l.window_start > this_window then l.before
            when l.window_start > last_window then l.amount
            else 0
        end,
        amount = case when l.window_start > this_window then l.amount else 0 end + 1
    returning * into entry;
    elapsed := greatest(0, extract(epoch from moment - entry.window_start));
    if entry.amount + entry.before * (1 - elapsed / seconds) <= most then
        return true;
    elsif entry.amount <= most then
        wait := seconds * (1 - (most - entry.amount)::float / entry.before) - elapsed;
    else
        wait := seconds - elapsed
            + seconds * (1 - (most - 1)::float / greatest(entry.amount - 1, 1));
    end if;
    raise exception using
        errcode = 'TC429', message = spent_kind, detail = ceil(greatest(wait, 1))::text;
end
$$
"""
_RESERVE = """
create or replace function reserve(
    spent_kind text, spent_by text, most integer, seconds integer, wanted integer,
    out granted integer, out wait integer
) language plpgsql as $$
declare
    owner constant text := current_setting('app.user_id');
    period constant interval := make_interval(secs => seconds);
    moment timestamptz := clock_timestamp();
    entry ledger;
    elapsed double precision;
begin
    insert into ledger (user_id, kind, client, window_start, amount)
    values (owner, spent_kind, spent_by, moment, 0)
    on conflict do nothing;
    select * into strict entry from ledger l
    where l.user_id = owner and l.kind = spent_kind and l.client = spent_by
    for no key update;
    moment := clock_timestamp();
    if moment >= entry.window_start + 2 * period then
        entry.window_start := moment;
        entry.before := 0;
        entry.amount := 0;
    elsif moment >= entry.window_start + period then
        entry.window_start := entry.window_start + period;
        entry.before := entry.amount;
        entry.amount := 0;
    end if;
    elapsed := greatest(0, extract(epoch from moment - entry.window_start));
    granted := greatest(0, least(
        wanted, floor(most - entry.amount - entry.before * (1 - elapsed / seconds))::int
    ));
    entry.amount := entry.amount + granted;
    update ledger l
    set window_start = entry.window_start, before = entry.before, amount = entry.amount
    where l.user_id = owner and l.kind = spent_kind and l.client = spent_by;
    entry.amount := entry.amount - granted;
    if granted > 0 then
        wait := 0;
    elsif most < 1 then
        wait := seconds;
    elsif entry.amount < most then
        wait := seconds * (1 - (most - 1 - entry.amount)::float / entry.before) - elapsed + 1;
    else
        wait := seconds - elapsed + seconds * (1 - (most - 1)::float / entry.amount) + 1;
    end if;
    wait := least(wait, seconds);
end
$$
"""


def upgrade() -> None:
    op.execute(_SET_LOCAL)
    op.execute(_ENTER)
    op.execute(_SPEND)
    op.execute(_RESERVE)
    for number in ("last_task_id", "last_change_id"):
        op.execute(f"alter table user_states add column {number} integer not null default 0")
    op.execute("drop index access_tokens_by_hash")
    op.execute("create index access_tokens_by_hash on access_tokens (token_hash)")
