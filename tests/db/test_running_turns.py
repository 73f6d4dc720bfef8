"""What one statement does for many running turns, and that its role can do nothing else."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Sessions, runner_transaction, transaction
from db.running_turns import RunningTurn, read_signals, renew_leases, save_events
from db.turn_events import EventBatch, UserTurnEvents
from db.turn_values import OpenTurn, Outcome, Renewal, TurnSignals
from db.turn_writes import await_writes
from db.turns import UserTurns
from db.user_connection import connection_of
from tests.db.turns import close_turn, open_turn

LONG = timedelta(hours=1)
FINISHED = Outcome("finished", "hello")
NOTHING = TurnSignals(stop_requested=False, followed=False)


async def run_turn(sessions: Sessions, user: str) -> tuple[RunningTurn, OpenTurn]:
    async with transaction(sessions, user) as session:
        opened = await open_turn(session, user)
    return RunningTurn(user, opened.turn_id), opened


async def is_renewed(sessions: Sessions, turn: RunningTurn) -> bool:
    async with transaction(sessions, turn.user_id) as session:
        query = text("select lease_until > now() + interval '30 minutes' from turns where id = :id")
        return bool(await session.scalar(query, {"id": turn.turn_id}))


@pytest.mark.requirement("FR-CHAT-051")
async def test_leases_of_several_users_are_renewed_at_once_and_no_others(
    committed: Sessions, user: str
) -> None:
    (ann, _), (bob, _), (other, _) = [await run_turn(committed, f"{user}-{n}") for n in range(3)]
    both = {ann.turn_id: NOTHING, bob.turn_id: NOTHING}
    assert await renew_leases(committed, [ann, bob], LONG) == Renewal(frozenset(both), both)
    assert [await is_renewed(committed, turn) for turn in (ann, bob, other)] == [True, True, False]
    stranger = RunningTurn(ann.user_id, bob.turn_id)
    others = [stranger, RunningTurn("x", uuid4())]
    assert await renew_leases(committed, others, LONG) == Renewal(frozenset(), {})


@pytest.mark.requirement("FR-CHAT-051")
async def test_signals_are_returned_and_a_turn_that_ended_is_missing(
    committed: Sessions, user: str
) -> None:
    (stopped, _), (followed, _), (ended, opened) = [
        await run_turn(committed, f"{user}-{n}") for n in range(3)
    ]
    for turn in (stopped, followed, ended):
        async with transaction(committed, turn.user_id) as session:
            turns = UserTurns(session, turn.user_id)
            if turn is stopped:
                await turns.request_stop(turn.turn_id)
            elif turn is followed:
                await turns.follow(turn.turn_id)
            else:
                await close_turn(session, turn.user_id, opened, FINISHED)
    expected = {
        stopped.turn_id: TurnSignals(stop_requested=True, followed=False),
        followed.turn_id: TurnSignals(stop_requested=False, followed=True),
    }
    assert await read_signals(committed, [stopped, followed, ended]) == expected
    renewal = await renew_leases(committed, [stopped, followed, ended], LONG)
    assert renewal == Renewal(frozenset(expected), expected)


@pytest.mark.requirement("FR-CHAT-051")
async def test_a_turn_that_is_locked_keeps_no_other_waiting(committed: Sessions, user: str) -> None:
    (locked, _), (free, _) = [await run_turn(committed, f"{user}-{n}") for n in range(2)]
    async with transaction(committed, locked.user_id) as session:
        await await_writes(await connection_of(session, locked.user_id), locked.turn_id)
        async with asyncio.timeout(20):
            renewal = await renew_leases(committed, [locked, free], LONG)
        assert renewal.renewed == {free.turn_id}
        assert set(renewal.signals) == {locked.turn_id, free.turn_id}
    assert [await is_renewed(committed, turn) for turn in (locked, free)] == [False, True]


@pytest.mark.requirement("FR-CHAT-051")
async def test_events_of_several_users_are_stored_at_once_but_for_turns_that_run_no_more(
    committed: Sessions, user: str
) -> None:
    (ann, _), (bob, _), (ended, opened) = [
        await run_turn(committed, f"{user}-{n}") for n in range(3)
    ]
    async with transaction(committed, ended.user_id) as session:
        await close_turn(session, ended.user_id, opened, FINISHED)
    stranger = RunningTurn(ann.user_id, bob.turn_id)
    batches = {
        turn: EventBatch(1, [{"type": "turn.started", "of": turn.user_id}])
        for turn in (ann, bob, ended, stranger)
    }
    assert await save_events(committed, batches) == {ann.turn_id, bob.turn_id}
    for turn in (ann, bob, ended):
        async with transaction(committed, turn.user_id) as session:
            stored = await UserTurnEvents(session, turn.user_id).all_of(turn.turn_id)
        expected = [] if turn is ended else [{"type": "turn.started", "of": turn.user_id}]
        assert [event.payload for event in stored] == expected


@pytest.mark.requirement("FR-CHAT-051")
async def test_its_role_adds_events_to_no_turn_that_ended_and_to_none_of_another_user(
    committed: Sessions, user: str
) -> None:
    (running, _), (ended, opened) = [await run_turn(committed, user) for _ in range(2)]
    async with transaction(committed, user) as session:
        await close_turn(session, user, opened, FINISHED)
    insert = text("insert into turn_event_batches values (:user_id, :turn_id, 1, 1, '[]')")
    for owner, turn_id in ((user, ended.turn_id), (f"{user}-other", running.turn_id)):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with runner_transaction(committed) as session:
                await session.execute(insert, {"user_id": owner, "turn_id": turn_id})


@pytest.mark.requirement("FR-CHAT-051")
@pytest.mark.parametrize(
    "statement",
    [
        "select conversation_id from turns",
        "select * from messages",
        "select * from turn_event_batches",
        "select turn_id from turn_event_batches",
        "update turn_event_batches set last_seq = 1",
        "delete from turn_event_batches",
        "update turns set status = 'finished'",
        "update turns set cancel_requested_at = now()",
        "delete from turns",
    ],
)
async def test_its_role_does_nothing_else(sessions: Sessions, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with runner_transaction(sessions) as session:
            await session.execute(text(statement))


@pytest.mark.requirement("FR-CHAT-051")
async def test_its_role_sees_no_turn_that_ended(committed: Sessions, user: str) -> None:
    (running, _), (_, opened) = [await run_turn(committed, user) for _ in range(2)]
    async with transaction(committed, user) as session:
        await close_turn(session, user, opened, FINISHED)
    async with runner_transaction(committed) as session:
        query = text("select id from turns where user_id = :user_id")
        assert (await session.scalars(query, {"user_id": user})).all() == [running.turn_id]
