"""The statements of every turn: one opens it, one closes it.

Each is one round trip; `$1` is the user's id (`db/user_connection.py`).
"""

# The index of running turns lets one transaction open a turn; whoever comes second inserts nothing.
# A message must sort behind the conversation's newest, which may be from a faster clock.
_TURN = "(user_id, id, conversation_id, idempotency_key, request_hash, model, lease_until)"
_MESSAGE = "(user_id, conversation_id, id, turn_id, role, content, tool_calls, status)"
# $2 conversation, $3 turn, $4 message, $5 its text, $6 model, $7 lease, $8 key, $9 request's hash,
# $11 how many turns may run (null for any number).
# The lease begins with the statement: its transaction may have waited for a lock before.
_TURN_VALUES = (
    "$1, cast($3 as uuid), c.id, $8, $9, $6, statement_timestamp() + cast($7 as interval)"
)
_MESSAGE_VALUES = "$1, conversation_id, cast($4 as uuid), id, 'user', $5, '[]', 'finished'"

# The transaction has counted its message in the ledger, by a statement before: whoever else opens a
# turn of the user waits for that row, and counts what runs after it.
_RUNNING = """
    select count(*) from turns
    where user_id = $1 and status = 'running' and lease_until > now()
"""
_WITHIN_LIMITS = f"(cast($11 as int) is null or ({_RUNNING}) < $11)"

OPENED_BEFORE = """
    select id, request_hash from turns where user_id = $1 and idempotency_key = $2
"""

# The index of running turns lets one transaction open a turn; whoever comes second inserts nothing.
# A message must sort behind the conversation's newest, which may be from a faster clock.
OPEN_IN_CONVERSATION = f"""
    with history as (
        select id, role, content, tool_calls, status, task_ids, pending
        from messages
        where user_id = $1 and conversation_id = $2
        order by id desc
        limit $10
    ), turn as (
        insert into turns {_TURN}
        select {_TURN_VALUES}
        from conversations c
        where c.user_id = $1 and c.id = $2
            and not exists (
                select from messages m
                where m.user_id = $1 and m.conversation_id = $2 and m.id >= $4
            )
            and {_WITHIN_LIMITS}
        for update of c
        on conflict do nothing
        returning id, conversation_id
    ), touched as (
        update conversations c set updated_at = now()
        from turn where c.user_id = $1 and c.id = turn.conversation_id
    ), message as (
        insert into messages {_MESSAGE}
        select {_MESSAGE_VALUES} from turn
        returning id
    )
    select s.timezone, h.id, h.role, h.content, h.tool_calls, h.status, h.task_ids, h.pending
    from message
    left join user_settings s on s.user_id = $1
    left join history h on true
    order by h.id
"""  # noqa: S608  the text is ours

OPEN_CONVERSATION = f"""
    with c as (
        insert into conversations (user_id, id, title)
        select $1, $2, $10 where {_WITHIN_LIMITS}
        returning id
    ), turn as (
        insert into turns {_TURN}
        select {_TURN_VALUES} from c
        returning id, conversation_id
    ), message as (
        insert into messages {_MESSAGE}
        select {_MESSAGE_VALUES} from turn
        returning id
    )
    select s.timezone
    from message left join user_settings s on s.user_id = $1
"""  # noqa: S608  the text is ours

# Why a turn could not be opened in a conversation.
OBSTACLE = f"""
    select
        (select t.id from turns t
            where t.user_id = $1 and t.conversation_id = $2 and t.status = 'running'
        ) as running_turn,
        (select m.id from messages m
            where m.user_id = $1 and m.conversation_id = $2 order by m.id desc limit 1
        ) as newest_message,
        ({_RUNNING}) as running
    from conversations c
    where c.user_id = $1 and c.id = $2
    for update
"""  # noqa: S608  the text is ours

# The turn's tool calls hold it until they commit (`db/task_statements.py`).
AWAIT_WRITES = "select from turns where user_id = $1 and id = $2 for update"

# $2 turn, $3 status, $4 error's code, $5 usage, $6 reply's id, $7 its text, $8 tool calls,
# $9 ids of tasks, $10 suggestions, $11 pending question, $12 and $13 the first and the last event's
# number, $14 events, $15 tokens that were reserved for it and not spent.
# Some of these events may have been stored before, by a commit that was not confirmed.
CLOSE = """
    with turn as (
        update turns
        set status = $3, error_code = $4, usage = cast($5 as jsonb), finished_at = now()
        where user_id = $1 and id = $2 and status = 'running'
        returning id, conversation_id, followed_at
    ), message as (
        insert into messages
            (user_id, conversation_id, id, turn_id, role, content, tool_calls, task_ids,
            suggestions, pending, status)
        select $1, conversation_id, cast($6 as uuid), id, 'assistant', $7, cast($8 as jsonb),
            cast($9 as int[]), cast($10 as text[]), cast($11 as jsonb), $3
        from turn
    ), batch as (
        insert into turn_event_batches (user_id, turn_id, first_seq, last_seq, events)
        select $1, id, cast($12 as int), $13, cast($14 as jsonb)
        from turn
        where cast($12 as int) is not null
        on conflict (user_id, turn_id, first_seq) do update
        set last_seq = excluded.last_seq, events = excluded.events
        where excluded.last_seq > turn_event_batches.last_seq
    ), tokens as (
        update ledger l set amount = greatest(0, l.amount - $15)
        from turn
        where l.user_id = $1 and l.kind = 'tokens' and l.client = ''
            and l.window_start = date_trunc('day', now(), 'UTC') and $15 <> 0
    )
    select followed_at is not null as followed from turn
"""
