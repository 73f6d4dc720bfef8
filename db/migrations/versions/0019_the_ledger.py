"""The ledger of what users have used of their limits, and the function that counts in it."""

from alembic import op

revision = "0019"
down_revision: str | None = "0018"

_LEDGER = """
create table ledger (
    user_id text not null,
    kind text not null,
    client text not null default '',
    window_start timestamptz not null,
    amount bigint not null,
    before bigint not null default 0,
    primary key (user_id, kind, client)
)
"""

# Counts one more use by the transaction's user, and raises if the last seconds then hold more than
# the limit. A window begins with a use; the one before it counts as far as it overlaps them.
_SPEND = """
create function spend(spent_kind text, spent_by text, most integer, seconds integer)
returns boolean language plpgsql as $$
declare
    period constant interval := make_interval(secs => seconds);
    moment constant timestamptz := clock_timestamp();
    entry ledger;
    elapsed double precision;
    wait double precision;
begin
    insert into ledger as l (user_id, kind, client, window_start, amount)
    values (current_setting('app.user_id'), spent_kind, spent_by, moment, 1)
    on conflict (user_id, kind, client) do update set
        window_start = case
            when moment < l.window_start + period then l.window_start
            when moment < l.window_start + 2 * period then l.window_start + period
            else moment
        end,
        before = case
            when moment < l.window_start + period then l.before
            when moment < l.window_start + 2 * period then l.amount
            else 0
        end,
        amount = case when moment < l.window_start + period then l.amount else 0 end + 1
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


def upgrade() -> None:
    op.execute(_LEDGER)
    op.execute("create index ledger_by_age on ledger (window_start)")
    op.execute("grant select, insert, update, delete on ledger to todochat_app")
    op.execute("alter table ledger enable row level security")
    op.execute("alter table ledger force row level security")
    op.execute(
        "create policy owner_only on ledger to todochat_app "
        "using (user_id = current_setting('app.user_id', true)) "
        "with check (user_id = current_setting('app.user_id', true))"
    )
    # What is over for days tells nothing.
    op.execute("grant select (window_start), delete on ledger to todochat_sweeper")
    op.execute(
        "create policy over on ledger for all to todochat_sweeper "
        "using (window_start < now() - interval '2 days')"
    )
    op.execute(_SPEND)
