"""Daily budgets of tokens, in the ledger: what is reserved for calls, and spent by them.

A day is one of UTC. Nobody has the empty user id: its row counts the tokens of all users.
"""

from db.user_connection import UserConnection

ALL_USERS = ""

_TODAY = "date_trunc('day', now(), 'UTC')"
_SPENT = "case when l.window_start = excluded.window_start then l.amount else 0 end"
# $2 what is taken, $3 what is given back of an earlier call, $4 the budget.
_RESERVE = f"""
    insert into ledger as l (user_id, kind, window_start, amount)
    values ($1, 'tokens', {_TODAY}, cast($2 as bigint))
    on conflict (user_id, kind, client) do update
    set amount = greatest(0, {_SPENT} - cast($3 as bigint)) + excluded.amount,
        window_start = excluded.window_start
    where greatest(0, {_SPENT} - cast($3 as bigint)) < cast($4 as bigint)
    returning amount
"""  # noqa: S608  the text is ours
_LEFT_OF_DAY = f"""
    select cast(ceil(extract(epoch from {_TODAY} + interval '1 day' - now())) as int)
    where cast($1 as text) is not null
"""  # noqa: S608  the text is ours
_GIVE_BACK = f"""
    update ledger set amount = greatest(0, amount - $2)
    where user_id = $1 and kind = 'tokens' and client = '' and window_start = {_TODAY}
"""  # noqa: S608  the text is ours


async def reserve_tokens(
    connection: UserConnection, tokens: int, given_back: int, budget: int
) -> int | None:
    """Take tokens if the budget is not spent; else return in how many seconds the next day begins.

    What others have reserved counts as spent until they give it back, so that at most the call
    that is reserved last goes beyond the budget.
    """
    if await connection.fetch(_RESERVE, tokens, given_back, budget):
        return None
    ((seconds,),) = await connection.fetch(_LEFT_OF_DAY)
    left: int = seconds
    return left


async def give_back_tokens(connection: UserConnection, tokens: int) -> None:
    """Return tokens that were reserved and not spent."""
    await connection.fetch(_GIVE_BACK, tokens)
