"""The statements of every turn: one opens it, one closes it.

They are text, so that nothing is compiled anew for each turn, and each is one round trip.
"""

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

# The index of running turns lets one transaction open a turn; whoever comes second inserts nothing.
# A message must sort behind the conversation's newest, which may be from a faster clock.
OPEN_IN_CONVERSATION = text(
    """
    with turn as (
        insert into turns
            (user_id, id, conversation_id, idempotency_key, request_hash, model, lease_until)
        select c.user_id, cast(:turn_id as uuid), c.id, :key, :request_hash, :model,
            now() + cast(:lease as interval)
        from conversations c
        where c.user_id = :user_id and c.id = :conversation_id
            and not exists (
                select from messages m
                where m.user_id = :user_id and m.conversation_id = :conversation_id
                    and m.id >= :message_id
            )
        for update of c
        on conflict do nothing
        returning user_id, id, conversation_id
    ), touched as (
        update conversations c set updated_at = now()
        from turn where c.user_id = turn.user_id and c.id = turn.conversation_id
    ), message as (
        insert into messages
            (user_id, conversation_id, id, turn_id, role, content, tool_calls, status)
        select user_id, conversation_id, cast(:message_id as uuid), id, 'user', :content, '[]',
            'finished'
        from turn
        returning user_id
    )
    select s.timezone, h.id, h.role, h.content, h.tool_calls, h.status
    from message
    left join user_settings s on s.user_id = message.user_id
    left join lateral (
        select m.id, m.role, m.content, m.tool_calls, m.status
        from messages m
        where m.user_id = :user_id and m.conversation_id = :conversation_id
        order by m.id desc
        limit :history
    ) h on true
    order by h.id
    """
).columns(tool_calls=JSONB)

OPEN_CONVERSATION = text(
    """
    with conversation as (
        insert into conversations (user_id, id, title)
        values (:user_id, :conversation_id, :title)
        returning user_id, id
    ), turn as (
        insert into turns
            (user_id, id, conversation_id, idempotency_key, request_hash, model, lease_until)
        select user_id, cast(:turn_id as uuid), id, :key, :request_hash, :model,
            now() + cast(:lease as interval)
        from conversation
        returning user_id, id, conversation_id
    ), message as (
        insert into messages
            (user_id, conversation_id, id, turn_id, role, content, tool_calls, status)
        select user_id, conversation_id, cast(:message_id as uuid), id, 'user', :content, '[]',
            'finished'
        from turn
        returning user_id
    )
    select s.timezone
    from message left join user_settings s on s.user_id = message.user_id
    """
)

# Some of these events may have been stored before, by a commit that was not confirmed.
_INSERT_BATCH = """
        insert into turn_event_batches (user_id, turn_id, first_seq, last_seq, events)
        select user_id, id, cast(:first_seq as int), :last_seq, cast(:events as jsonb)
        from turn
        where cast(:first_seq as int) is not null
        on conflict (user_id, turn_id, first_seq) do update
        set last_seq = excluded.last_seq, events = excluded.events
        where excluded.last_seq > turn_event_batches.last_seq
"""

CLOSE = text(
    f"""
    with turn as (
        update turns
        set status = :status, error_code = :error_code, usage = cast(:usage as jsonb),
            finished_at = now()
        where user_id = :user_id and id = :turn_id and status = 'running'
        returning user_id, id, conversation_id, followed_at
    ), message as (
        insert into messages
            (user_id, conversation_id, id, turn_id, role, content, tool_calls, task_ids,
            suggestions, pending, status)
        select user_id, conversation_id, cast(:message_id as uuid), id, 'assistant', :content,
            cast(:tool_calls as jsonb), cast(:task_ids as int[]), cast(:suggestions as text[]),
            cast(:pending as jsonb), :status
        from turn
    ), batch as ({_INSERT_BATCH})
    select followed_at is not null from turn
    """  # noqa: S608  the text is ours
)
