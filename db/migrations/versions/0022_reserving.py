"""The function by which a process takes a part of a limit in advance, and spends it by itself."""

from alembic import op

revision = "0022"
down_revision: str | None = "0021"

# Grants as much as there is room for, up to what is wanted, and says when there is room again if
# there is none, or after a window what then is left. It slides as that of `spend` does.
_RESERVE = """
create function reserve(
    spent_kind text, spent_by text, most integer, seconds integer, wanted integer,
    out granted integer, out wait integer
) language plpgsql as $$
declare
    period constant interval := make_interval(secs => seconds);
    moment timestamptz;
    entry ledger;
    elapsed double precision;
begin
    insert into ledger (user_id, kind, client, window_start, amount)
    values (current_setting('app.user_id'), spent_kind, spent_by, clock_timestamp(), 0)
    on conflict do nothing;
    select * into strict entry from ledger l
    where l.user_id = current_setting('app.user_id') and l.kind = spent_kind
        and l.client = spent_by
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
    update ledger l
    set window_start = entry.window_start, before = entry.before, amount = entry.amount + granted
    where l.user_id = entry.user_id and l.kind = entry.kind and l.client = entry.client;
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
    op.execute(_RESERVE)
