"""The stored events of a turn."""

from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Sessions, transaction
from db.running_turns import RunningTurn, save_events
from db.turn_events import EventBatch, UserTurnEvents
from db.turn_values import Outcome
from tests.db.turns import close_turn, open_turn


@pytest.mark.requirement("FR-CHAT-042")
async def test_events_whose_commit_was_not_confirmed_are_stored_with_those_that_came_since(
    sessions: Sessions, user: str
) -> None:
    events = [{"type": "text.delta", "delta": word} for word in ("a", "b", "c", "d")]
    async with transaction(sessions, user) as session:
        opened = await open_turn(session, user)
    turn = RunningTurn(user, opened.turn_id)
    for batch in (EventBatch(1, events[:1]), EventBatch(2, events[1:2])):
        # Sent again, it is not stored again.
        for _ in range(2):
            assert await save_events(sessions, {turn: batch}) == {turn.turn_id}
    async with transaction(sessions, user) as session:
        batch = EventBatch(2, events[1:])
        await close_turn(session, user, opened, Outcome("finished", "abcd"), batch=batch)
        stored = await UserTurnEvents(session, user).all_of(opened.turn_id)
    assert [(event.seq, event.payload) for event in stored] == list(enumerate(events, 1))


@pytest.mark.requirement("FR-CHAT-042")
async def test_events_are_read_as_they_were_from_any_number_and_stored_without_repetition(
    sessions: Sessions, user: str
) -> None:
    words = [{"type": "text.delta", "delta": f" word {number}"} for number in range(20)]
    call = {"type": "tool.called", "id": "1", "name": "add_task", "arguments": {}}
    events: list[dict[str, Any]] = [
        {"type": "turn.started"},
        *words,
        call,
        words[0],
        {"type": "turn.finished"},
    ]
    async with transaction(sessions, user) as session:
        opened = await open_turn(session, user)
    await save_events(sessions, {RunningTurn(user, opened.turn_id): EventBatch(1, events)})
    async with transaction(sessions, user) as session:
        stored = UserTurnEvents(session, user)
        for seq in (0, 1, 7, len(events) - 1, len(events)):
            left = await stored.after(opened.turn_id, seq)
            assert [event.seq for event in left] == list(range(seq + 1, len(events) + 1))
            assert [event.payload for event in left] == events[seq:]
        written = await session.scalar(text("select events::text from turn_event_batches"))
    assert written is not None
    assert written.count("text.delta") == 2
