"""What one user may do: turns at once, messages and changes a minute, streams, and their place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from chat_api.turns.line import ServiceBusy, TurnLine
from chat_api.turns.user_streams import UserStreams
from db.engine import Sessions, transaction
from db.ledger import RateLimited, TooManyTurns
from db.sweep import delete_old_entries
from db.user_connection import user_connection
from db.user_streams import ALIVE_SECONDS
from tests.model_server import ModelServer
from tests.stack import Stack, Stacks

LIMITS = {
    "max_turns_per_user": 2,
    "messages_per_minute": 5,
    "writes_per_minute": 4,
    "max_streams_per_user": 3,
}


@pytest.fixture
async def replicas(stacks: Stacks, model_server: ModelServer) -> tuple[Stack, Stack]:
    """Two processes with small limits over one database."""
    settings: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
        **LIMITS,
    }
    return await stacks.get(**settings), await stacks.get(replica=2, **settings)


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


@asynccontextmanager
async def streaming(stack: Stack, user: str, path: str, **request: Any) -> AsyncIterator[int]:
    headers = stack.as_user(user)
    async with stack.client.stream(
        "POST" if "json" in request else "GET", f"/api/{user}{path}", headers=headers, **request
    ) as answer:
        yield answer.status_code


@pytest.mark.requirement("FR-CHAT-061")
async def test_turns_of_one_user_at_once_are_limited_on_all_replicas_together(
    replicas: tuple[Stack, Stack], user: str
) -> None:
    answers = await asyncio.gather(
        *(replica.say(user, "hello [slow 20]") for replica in replicas * 4)
    )
    refused = [answer for answer in answers if answer.status_code != 200]
    assert [code_of(answer) for answer in refused] == [(429, "too_many_turns")] * 6
    assert all(0 < int(answer.headers["Retry-After"]) <= 5 for answer in refused)
    again = await replicas[0].say(user, "hello", conversation_id=conversation(answers))
    assert again.status_code == 200


def conversation(answers: list[httpx2.Response]) -> str:
    (found, *_) = (a.json()["conversation_id"] for a in answers if a.status_code == 200)
    return str(found)


@pytest.mark.requirement("FR-CHAT-061")
async def test_messages_in_a_minute_are_limited_for_chat_chatkit_and_retries_together(
    replicas: tuple[Stack, Stack], user: str
) -> None:
    one, two = replicas
    answers = [await replica.say(user, "hello") for replica in (one, two, one, two, one)]
    assert {answer.status_code for answer in answers} == {200}
    chatkit = {
        "type": "threads.create",
        "params": {
            "input": {
                "content": [{"type": "input_text", "text": "hello"}],
                "attachments": [],
                "inference_options": {},
            }
        },
    }
    refused = [
        await two.say(user, "hello"),
        await two.say(user, "hello", conversation_id=answers[0].json()["conversation_id"]),
        await one.client.post("/chatkit", json=chatkit, headers=one.as_user(user)),
    ]
    assert [code_of(answer) for answer in refused] == [(429, "rate_limited")] * 3
    assert all(0 < int(answer.headers["Retry-After"]) <= 60 for answer in refused)
    assert (await two.say(f"{user}-2", "hello")).status_code == 200


@pytest.mark.requirement("FR-CHAT-061")
async def test_a_repeated_message_is_answered_at_the_limit(
    replicas: tuple[Stack, Stack], user: str
) -> None:
    one, two = replicas
    keyed = {**one.as_user(user), "Accept": "application/json", "Idempotency-Key": "first"}
    first = await one.client.post(f"/api/{user}/chat", json={"message": "hello"}, headers=keyed)
    for _ in range(4):
        await one.say(user, "hello")
    assert code_of(await one.say(user, "hello")) == (429, "rate_limited")
    for replica in (one, two):
        again = await replica.client.post(
            f"/api/{user}/chat", json={"message": "hello"}, headers=keyed
        )
        assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.requirement("FR-CHAT-062")
async def test_changes_in_a_minute_are_limited_over_rest_whatever_they_change(
    replicas: tuple[Stack, Stack], committed: Sessions, user: str
) -> None:
    async def send(replica: Stack, method: str, path: str, **body: Any) -> httpx2.Response:
        return await replica.client.request(
            method, f"/api/{user}{path}", json=body or None, headers=replica.as_user(user)
        )

    one, two = replicas
    written = [
        await send(one, "POST", "/tasks", title="Milk"),
        await send(two, "PATCH", "/tasks/1", title="Oat milk"),
        await send(one, "PATCH", "/settings", timezone="Europe/Berlin"),
        await send(two, "POST", "/lists", name="Home"),
    ]
    assert all(answer.is_success for answer in written), [answer.text for answer in written]
    for replica in replicas:
        refused = await send(replica, "POST", "/tasks", title="Bread")
        assert code_of(refused) == (429, "rate_limited")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert (await send(one, "GET", "/tasks")).json()["total"] == 1
    async with transaction(committed, user) as session:
        # A minute later what was used in the window before counts no more than it overlaps.
        past = "update ledger set window_start = window_start - interval '90 seconds'"
        await session.execute(text(past))
    third = await send(two, "POST", "/tasks", title="Bread")
    assert code_of(third) == (429, "rate_limited"), "the process remembers"


@pytest.mark.requirement("FR-CHAT-062")
async def test_a_window_slides(committed: Sessions, user: str) -> None:
    async def spend(seconds_ago: int = 0) -> None:
        async with transaction(committed, user) as session:
            await session.execute(
                text("update ledger set window_start = window_start - make_interval(secs => :s)"),
                {"s": seconds_ago},
            )
            await session.execute(text("select spend('kind', '', 4, 60)"))

    for _ in range(4):
        await spend()
    with pytest.raises(RateLimited):
        await spend()
    # A quarter of the window before is over: one more has room, and no other.
    await spend(75)
    with pytest.raises(RateLimited):
        await spend()
    for ago in (150, 0, 0, 0):
        await spend(ago)


@pytest.mark.requirement("FR-CHAT-063")
async def test_streams_of_one_user_at_once_are_limited(
    replicas: tuple[Stack, Stack], user: str
) -> None:
    one, _ = replicas
    async with AsyncExitStack() as streams:
        statuses = [
            await streams.enter_async_context(streaming(one, user, "/tasks/events"))
            for _ in range(4)
        ]
        assert statuses == [200, 200, 200, 429]
        refused = await one.say(user, "hello")
        assert code_of(refused) == (429, "too_many_streams")
        assert int(refused.headers["Retry-After"]) > 0
        assert (await one.say(f"{user}-2", "hello")).status_code == 200
    for _ in range(100):
        if (answer := await one.say(user, "hello")).status_code == 200:
            break
        await asyncio.sleep(0.05)
    assert answer.status_code == 200


@pytest.mark.requirement("FR-CHAT-063")
async def test_streams_of_one_user_are_limited_on_all_replicas_together(
    replicas: tuple[Stack, Stack], committed: Sessions, user: str
) -> None:
    one, two = replicas
    streams: UserStreams = one.api.state.runtime.streams

    async def follow(replica: Stack) -> tuple[int, AsyncExitStack]:
        async with AsyncExitStack() as opening:
            path = "/tasks/events"
            status = await opening.enter_async_context(streaming(replica, user, path))
            return status, opening.pop_all()

    async def age(seconds: int) -> None:
        async with transaction(committed, user) as session:
            past = "update ledger set window_start = window_start - make_interval(secs => :s)"
            await session.execute(text(past), {"s": seconds})

    opened = [await follow(replica) for replica in (one, one, two, one, two)]
    assert [status for status, _ in opened] == [200, 200, 200, 429, 429]
    # A process that renews them keeps them, however old they are.
    await age(ALIVE_SECONDS + 1)
    await streams.renew()
    assert (await follow(two))[0] == 429
    # What ended here is free for the others once that is stored.
    await opened[0][1].aclose()
    async with asyncio.timeout(5):
        while (again := await follow(two))[0] == 429:
            await streams.renew()
    assert again[0] == 200
    # Those of a process that died are free after a while.
    await age(ALIVE_SECONDS + 1)
    assert (await follow(two))[0] == 200
    for _, stream in (*opened[1:], again):
        await stream.aclose()


@pytest.mark.requirement("FR-CHAT-064")
async def test_who_waits_in_line_gets_the_next_place_user_by_user() -> None:
    line = TurnLine(1, seconds=20, per_user=10)
    await line.enter("ann")
    order: list[str] = []

    async def turn(user: str) -> None:
        await line.enter(user)
        order.append(user)
        line.leave(user)

    waiting = []
    for name in ("ann", "ann", "ann", "bob", "eve"):
        waiting.append(asyncio.create_task(turn(name)))
        await asyncio.sleep(0)
    line.leave("ann")
    await asyncio.gather(*waiting)
    assert order == ["ann", "bob", "eve", "ann", "ann"]
    await line.enter("bob")
    line.leave("bob")


@pytest.mark.requirement("FR-CHAT-064")
async def test_who_waits_too_long_is_refused_and_leaves_the_line() -> None:
    line = TurnLine(1, seconds=0.01, per_user=2)
    await line.enter("ann")
    with pytest.raises(ServiceBusy):
        await line.enter("bob")
    # One place is free again, not two.
    line.leave("ann")
    await line.enter("bob")
    with pytest.raises(ServiceBusy):
        await line.enter("eve")


@pytest.mark.requirement("FR-CHAT-064")
async def test_a_user_has_so_many_places_of_a_process_and_its_line() -> None:
    line = TurnLine(5, seconds=20, per_user=2)
    for _ in range(2):
        await line.enter("ann")
    with pytest.raises(TooManyTurns):
        await line.enter("ann")
    await line.enter("ann", repeats=True)
    await line.enter("bob")


@pytest.mark.requirement("FR-CHAT-064")
async def test_a_full_process_lets_a_message_wait_and_then_refuses_it(
    stacks: Stacks, model_server: ModelServer, user: str
) -> None:
    stack = await stacks.get(
        chat_provider="openai",
        openai_api_key="sk-test",
        openai_base_url=model_server.url,
        max_running_turns=1,
        turn_wait=0.3,
    )
    long = asyncio.create_task(stack.say(user, "hello [slow 100]"))
    for _ in range(1000):
        if stack.api.state.runtime.turns.running:
            break
        await asyncio.sleep(0.01)
    refused = await stack.say(f"{user}-2", "hello")
    assert code_of(refused) == (503, "service_busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert (await long).status_code == 200
    assert (await stack.say(f"{user}-2", "hello")).status_code == 200


@pytest.mark.requirement("FR-CHAT-062")
async def test_what_was_used_days_ago_is_swept(committed: Sessions, user: str) -> None:
    async with transaction(committed, user) as session:
        for kind in ("old", "new"):
            await session.execute(text(f"select spend('{kind}', '', 1, 60)"))
        past = "update ledger set window_start = now() - interval '3 days' where kind = 'old'"
        await session.execute(text(past))
    await delete_old_entries(committed)
    async with transaction(committed, user) as session:
        assert (await session.scalars(text("select kind from ledger"))).all() == ["new"]


@pytest.mark.requirement("FR-CHAT-066")
@pytest.mark.parametrize("budget", ["daily_tokens_per_user", "daily_tokens"])
async def test_spending_goes_beyond_the_budget_by_one_call_at_most(
    stacks: Stacks, model_server: ModelServer, committed: Sessions, user: str, budget: str
) -> None:
    given: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
        "max_output_tokens": 100,
        budget: 1000,
    }
    replicas = [await stacks.get(replica=number, **given) for number in (1, 2)]
    owner = user if budget == "daily_tokens_per_user" else ""
    users = [user] * 4 if owner else [f"{user}-{number}" for number in range(4)]
    async with user_connection(committed, owner) as connection:
        await connection.fetch("delete from ledger where user_id = $1")
    codes: list[str] = []
    while len(codes) < 80 and not all(codes[-4:] or [""]):
        asked = zip(users, replicas * 2, strict=True)
        answers = await asyncio.gather(*(replica.say(each, "hello") for each, replica in asked))
        codes += [answer.json().get("code", "") for answer in answers]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert all(code_of(answer) == (429, "daily_tokens_spent") for answer in refused)
        assert all(0 < int(answer.headers["Retry-After"]) <= 86_400 for answer in refused)
    async with user_connection(committed, owner) as connection:
        ((spent,),) = await connection.fetch(
            "select amount from ledger where user_id = $1 and kind = 'tokens'"
        )
    calls = len(model_server.requests)
    assert codes.count("") == calls
    assert spent % calls == 0
    assert 1000 <= spent < 1000 + spent // calls
