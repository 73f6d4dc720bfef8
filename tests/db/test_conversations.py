import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db import turn_writes
from db.conversations import MessageText, UserConversations, title_of
from db.engine import Sessions, transaction
from db.errors import (
    ConversationBusy,
    ConversationNotFound,
    IdempotencyMismatch,
    InvalidCursor,
    MessageNotFound,
)
from db.ledger import Limit, TooManyTurns
from db.running_turns import RunningTurn, save_events
from db.turn_events import EventBatch
from db.turn_values import OpenTurn, Outcome, TurnLimits
from db.turns import UserTurns
from db.user_connection import connection_of
from db.user_scoped import cursor_of
from tests.db.turns import close_turn, new_turn, open_turn

LEASE = timedelta(seconds=30)


async def take_turn(
    session: AsyncSession, user: str, message: str, conversation: UUID | None = None
) -> OpenTurn:
    opened = await open_turn(session, user, new_turn(message, conversation))
    await close_turn(session, user, opened, Outcome("finished", f"You said {message}."))
    return opened


@pytest.mark.requirement("FR-CHAT-001")
async def test_a_turn_sees_the_messages_before_it_oldest_first(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        first = await take_turn(session, user, "one")
        await take_turn(session, user, "two", first.conversation_id)
        third = await take_turn(session, user, "three", first.conversation_id)
    assert [message.content for message in third.history] == [
        "one",
        "You said one.",
        "two",
        "You said two.",
    ]


@pytest.mark.requirement("FR-CHAT-002")
async def test_only_one_turn_runs_in_a_conversation_and_the_refusal_names_it(
    committed: Sessions, user: str
) -> None:
    async with transaction(committed, user) as session:
        conversation = (await take_turn(session, user, "hello")).conversation_id

    async def open_one() -> UUID:
        async with transaction(committed, user) as session:
            return (await open_turn(session, user, new_turn("again", conversation))).turn_id

    outcomes = await asyncio.gather(*(open_one() for _ in range(8)), return_exceptions=True)
    opened = [outcome for outcome in outcomes if isinstance(outcome, UUID)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, ConversationBusy)]
    assert len(opened) == 1
    assert {error.turn_id for error in refused} == set(opened)
    assert len(refused) == 7


@pytest.mark.requirement("FR-CHAT-003")
async def test_only_a_turn_whose_lease_is_over_can_be_taken_over(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        turns = UserTurns(session, user)
        running = await open_turn(session, user, new_turn("one"))
        assert await turns.take_over(running.turn_id) is None
        await session.execute(text("update turns set lease_until = now() - interval '1 second'"))
        assert await turns.take_over(running.turn_id)
        assert await close_turn(session, user, running, Outcome("interrupted", ""))
        assert await turns.take_over(running.turn_id) is None
    batch = EventBatch(1, [{"type": "turn.started"}])
    assert await save_events(sessions, {RunningTurn(user, running.turn_id): batch}) == set()


@pytest.mark.requirement("FR-CHAT-040")
async def test_a_key_opens_one_turn_and_no_other_request_may_use_it(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        keyed = replace(new_turn("one"), key="k", request_hash="h")
        first = await open_turn(session, user, keyed)
        connection = await connection_of(session, user, writes=True)
        assert await turn_writes.open_turn(connection, keyed) == first.turn_id
        with pytest.raises(IdempotencyMismatch):
            await open_turn(session, user, replace(keyed, request_hash="other"))


@pytest.mark.requirement("FR-CHAT-061")
async def test_a_message_is_answered_again_only_while_few_turns_of_its_user_run(
    committed: Sessions, user: str
) -> None:
    other = f"{user}-other"
    for name in (user, other):
        async with transaction(committed, name) as session:
            await open_turn(session, name, new_turn("runs"))
    async with transaction(committed, user) as session:
        ended = await take_turn(session, user, "one")
        limits = TurnLimits(1, Limit("messages", 100))
        new = replace(new_turn("", ended.conversation_id), limits=limits)
        with pytest.raises(TooManyTurns):
            await UserTurns(session, user).open_again(new, ended.message_id)
        more = replace(new, limits=replace(limits, running=2))
        await session.execute(text("savepoint before"))
        await UserTurns(session, user).open_again(more, ended.message_id)
        await session.execute(text("rollback to before"))
        await session.execute(text("update turns set lease_until = now() - interval '1 second'"))
        await UserTurns(session, user).open_again(new, ended.message_id)


@pytest.mark.requirement("FR-CHAT-041")
async def test_a_message_answered_again_loses_what_was_said_after_it(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        conversation = (await take_turn(session, user, "one")).conversation_id
        second = await take_turn(session, user, "two", conversation)
        await take_turn(session, user, "three", conversation)
        new = new_turn("", conversation)
        again = await UserTurns(session, user).open_again(new, second.message_id)
        left = await UserConversations(session, user).messages(conversation)
        for other in (uuid4(), left.rows[1].id):
            with pytest.raises((MessageNotFound, ConversationBusy)):
                await UserTurns(session, user).open_again(new, other)
    assert (again.message, again.retry_of) == ("two", second.turn_id)
    assert [message.content for message in again.history] == ["one", "You said one."]
    assert [message.content for message in left.rows] == ["two", "You said one.", "one"]


@pytest.mark.requirement("FR-CHAT-003")
async def test_a_turn_that_ended_is_not_ended_again(sessions: Sessions, user: str) -> None:
    async with transaction(sessions, user) as session:
        opened = await take_turn(session, user, "one")
        assert not await close_turn(session, user, opened, Outcome("failed", "late"))
        messages = await UserConversations(session, user).messages(opened.conversation_id)
    assert [message.content for message in messages.rows] == ["You said one.", "one"]


@pytest.mark.requirement("FR-CHAT-004")
async def test_conversations_are_listed_last_used_first_in_pages(
    committed: Sessions, user: str
) -> None:
    made = []
    for number in range(5):
        async with transaction(committed, user) as session:
            made.append((await take_turn(session, user, f"talk {number}")).conversation_id)
    async with transaction(committed, user) as session:
        await take_turn(session, user, "again", made[1])
    seen: list[UUID] = []
    async with transaction(committed, user) as session:
        conversations = UserConversations(session, user)
        cursor = None
        while True:
            page = await conversations.page(limit=2, cursor=cursor)
            seen += [row.id for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == [made[1], made[4], made[3], made[2], made[0]]


@pytest.mark.requirement("FR-CHAT-004")
async def test_messages_are_listed_newest_first_in_pages(sessions: Sessions, user: str) -> None:
    async with transaction(sessions, user) as session:
        conversation = (await take_turn(session, user, "one")).conversation_id
        await take_turn(session, user, "two", conversation)
        conversations = UserConversations(session, user)
        first = await conversations.messages(conversation, limit=3)
        rest = await conversations.messages(conversation, limit=3, cursor=first.next_cursor)
    said = [message.content for message in [*first.rows, *rest.rows]]
    assert said == ["You said two.", "two", "You said one.", "one"]
    assert rest.next_cursor is None


@pytest.mark.requirement("FR-CHAT-004")
@pytest.mark.parametrize(
    "cursor", ["?", cursor_of(1), cursor_of("2026-01-01", "x"), cursor_of("2026-01-01T00:00Z", 5)]
)
async def test_a_broken_cursor_is_refused(sessions: Sessions, user: str, cursor: str) -> None:
    async with transaction(sessions, user) as session:
        conversation = (await take_turn(session, user, "one")).conversation_id
        conversations = UserConversations(session, user)
        with pytest.raises(InvalidCursor):
            await conversations.page(cursor=cursor)
        with pytest.raises(InvalidCursor):
            await conversations.messages(conversation, cursor=cursor)


@pytest.mark.requirement("FR-CHAT-005")
async def test_a_conversation_can_be_renamed_and_deleted_and_its_messages_go_with_it(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        conversation = (await take_turn(session, user, "one")).conversation_id
        conversations = UserConversations(session, user)
        assert (await conversations.rename(conversation, "Shopping")).title == "Shopping"
        await conversations.delete(conversation)
        with pytest.raises(ConversationNotFound):
            await conversations.get(conversation)
        left = await session.scalars(text("select 1 from messages union select 1 from turns"))
        assert left.all() == []


@pytest.mark.requirement("FR-CHAT-005")
async def test_another_users_conversation_is_not_found(sessions: Sessions) -> None:
    async with transaction(sessions, "ann") as session:
        conversation = (await take_turn(session, "ann", "secret")).conversation_id
    async with transaction(sessions, "bob") as session:
        conversations = UserConversations(session, "bob")
        for unknown in (conversation, uuid4()):
            with pytest.raises(ConversationNotFound):
                await conversations.get(unknown)
            with pytest.raises(ConversationNotFound):
                await conversations.messages(unknown)
            with pytest.raises(ConversationNotFound):
                await take_turn(session, "bob", "mine now", unknown)


@pytest.mark.requirement("FR-CHAT-007")
@pytest.mark.requirement("FR-CHAT-001")
async def test_messages_keep_their_order_where_the_replicas_clocks_differ(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        first = await open_turn(session, user, new_turn("one"))
        an_hour = 3_600_000 << 80
        fast = UUID(int=first.message_id.int + an_hour)
        said = Outcome("finished", "from an hour ahead")
        await close_turn(session, user, first, said, message_id=fast)
        await take_turn(session, user, "two", first.conversation_id)
        page = await UserConversations(session, user).messages(first.conversation_id)
    assert [message.content for message in page.rows] == [
        "You said two.",
        "two",
        "from an hour ahead",
        "one",
    ]


@pytest.mark.requirement("FR-CHAT-026")
async def test_a_reply_is_stored_with_its_tasks_its_suggestions_and_its_question(
    sessions: Sessions, user: str
) -> None:
    outcome = Outcome(
        "finished",
        "Which one?",
        task_ids=[7, 2],
        suggestions=["the first", "both"],
        pending={"intent": "delete", "task_ids": [7, 2]},
    )
    async with transaction(sessions, user) as session:
        opened = await open_turn(session, user, new_turn("delete milk"))
        await close_turn(session, user, opened, outcome)
    async with transaction(sessions, user) as session:
        page = await UserConversations(session, user).messages(opened.conversation_id)
    reply, question = page.rows
    stored = reply.task_ids, reply.suggestions, reply.pending
    assert stored == (outcome.task_ids, outcome.suggestions, outcome.pending)
    assert (question.task_ids, question.suggestions, question.pending) == (None, [], None)


@pytest.mark.requirement("FR-CHAT-026")
async def test_a_version_that_does_not_know_what_a_reply_is_about_can_store_one(
    sessions: Sessions, user: str
) -> None:
    insert = (
        "insert into messages (user_id, conversation_id, id, turn_id, role, content, tool_calls, "
        "status) values (:user_id, :conversation_id, gen_random_uuid(), :turn_id, 'assistant', "
        "'Done.', '[]', 'finished')"
    )
    async with transaction(sessions, user) as session:
        opened = await open_turn(session, user, new_turn("add milk"))
        place = {"conversation_id": opened.conversation_id, "turn_id": opened.turn_id}
        await session.execute(text(insert), {"user_id": user, **place})
        reply = await UserTurns(session, user).reply(opened.turn_id)
    assert reply is not None
    assert (reply.task_ids, reply.suggestions, reply.pending) == (None, [], None)


def test_a_title_is_the_first_words_of_the_first_message() -> None:
    assert title_of("  Add   milk\n") == "Add milk"
    long = title_of("word " * 40)
    assert len(long) <= 80
    assert long.endswith("word…")


@pytest.mark.requirement("FR-CHAT-006")
@pytest.mark.parametrize("message", ["", " \n ", "x" * 4001, "a\x00b", "\ud800", None, 5, ["x"]])
def test_a_message_that_is_empty_too_long_or_unprintable_is_refused(message: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(MessageText).validate_python(message)
