"""What several replicas behind nginx do for one user, whichever of them each request reaches."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.chatkit_protocol.panel import user_input
from tests.clients.matrix import LEGACY, MODERN
from tests.clients.steps import STEPS
from tests.faults.person import Event, Person
from tests.faults.reminder_rows import reminder_rows
from tests.replicas.installation import Installation
from tests.replicas.public_names import PublicNames

_SECONDS = 60
_REPLICAS = 3
# nginx takes the replicas in turn, and other requests may come between: so many reach all.
_ALL = range(2 * _REPLICAS)

pytestmark = [pytest.mark.timeout(300), pytest.mark.requirement("FR-RUN-171")]


@pytest.fixture
def person(installation: Installation) -> Person:
    return installation.person()


async def test_a_turn_is_followed_and_cancelled_through_other_replicas(
    installation: Installation, person: Person
) -> None:
    async def follow() -> list[Event]:
        async with person.following(installation, turn) as followed:
            await followed.until(1)
            opened.release()
            return await followed.rest()

    opened = asyncio.Semaphore(0)
    async with (
        asyncio.timeout(_SECONDS),
        person.chatting(installation, "[stall]") as stream,
    ):
        await stream.until(1)
        turn = stream.seen[0].data["turn_id"]
        following = [asyncio.create_task(follow()) for _ in _ALL]
        for _ in _ALL:
            await opened.acquire()
        cancelled = await person.request(installation, "POST", f"turns/{turn}/cancel")
        assert cancelled.status_code == 202, cancelled.text
        seen = await stream.rest()
        followed = await asyncio.gather(*following)
    assert seen[-1].data["code"] == "cancelled"
    assert followed == [seen] * len(_ALL)
    (chatting,) = installation.nginx.served(f"{person.user}/chat")
    assert chatting not in installation.nginx.served(f"{turn}/cancel")
    assert len(set(installation.nginx.served(f"{turn}/events"))) == _REPLICAS


async def test_a_stream_that_broke_off_goes_on_at_another_replica(
    installation: Installation, person: Person
) -> None:
    async with asyncio.timeout(_SECONDS):
        async with person.chatting(installation, "[slow 50]\nadd milk") as stream:
            await stream.until(2)
            turn, last = stream.seen[0].data["turn_id"], stream.seen[-1].id
        rest = await person.followed(installation, turn, after=last)
        whole = await person.followed(installation, turn)
    assert [*stream.seen, *rest] == whole
    assert whole[-1].type == "turn.finished"
    chatting, following = (
        set(installation.nginx.served(part))
        for part in (f"{person.user}/chat", f"{person.user}/turns")
    )
    assert chatting.isdisjoint(following)


async def chatkit(
    installation: Installation, person: Person, request: str, **params: Any
) -> httpx2.Response:
    body = {"type": request, "params": params, "metadata": {}}
    return await installation.client.post(
        f"{installation.url}/chatkit", json=body, headers=person.headers
    )


async def test_a_chatkit_thread_is_at_every_replica(
    installation: Installation, person: Person
) -> None:
    created = await chatkit(
        installation, person, "threads.create", input=user_input("[slow 20]\nadd milk")
    )
    events = [
        json.loads(line.removeprefix("data: "))
        for line in created.text.splitlines()
        if line.startswith("data: ")
    ]
    thread = events[0]["thread"]["id"]
    page = {"thread_id": thread, "limit": 100, "order": "asc"}
    lists = [await chatkit(installation, person, "items.list", **page) for _ in _ALL]
    first, *others = [one.json()["data"] for one in lists]
    assert {item["type"] for item in first} >= {"user_message", "assistant_message"}
    assert others == [first] * len(others)
    assert len(set(installation.nginx.served("POST /chatkit"))) == _REPLICAS


@pytest.mark.parametrize(("revision", "mode"), [(LEGACY, "legacy"), (MODERN, "auto")])
async def test_an_mcp_client_is_served_by_both_replicas(
    revision: str, mode: str, installation: Installation, person: Person
) -> None:
    before = len(installation.nginx.served("POST /mcp"))
    token = await access_token(installation, person)
    bearer = {"Authorization": f"Bearer {token}"}
    transport = PublicNames(installation.certificate)
    async with httpx2.AsyncClient(transport=transport, headers=bearer) as http:
        streams: Any = streamable_http_client(installation.mcp_url, http_client=http)
        async with Client(streams, mode=mode) as client:
            assert client.protocol_version == revision
            for step in STEPS:
                result = await client.call_tool(step.tool, step.arguments)
                step.judge(result.model_dump(mode="json", by_alias=True))
    served = installation.nginx.served("POST /mcp")[before:]
    one, other = {replica.url.removeprefix("http://") for replica in installation.mcps}
    assert min(served.count(one), served.count(other)) >= len(STEPS) // 2


async def access_token(installation: Installation, person: Person) -> str:
    body = {"name": "a client", "scopes": ["tasks:read", "tasks:write"]}
    made = await person.request(installation, "POST", "access-tokens", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["token"])


@pytest.mark.requirement("FR-RUN-173")
async def test_changes_reach_the_streams_of_all_replicas(
    installation: Installation, person: Person
) -> None:
    async def changes() -> list[str]:
        seen: list[str] = []
        async with person.tasks_changing(installation) as answer:
            opened.release()
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    seen += [line for title in ("Milk", "bread") if title in line]
                if len(seen) == 2:
                    break
        return seen

    opened = asyncio.Semaphore(0)
    async with asyncio.timeout(_SECONDS):
        following = [asyncio.create_task(changes()) for _ in _ALL]
        for _ in _ALL:
            await opened.acquire()
        await person.request(installation, "POST", "tasks", json={"title": "Milk"})
        answer = await person.say(installation, "add bread")
        first, *others = await asyncio.gather(*following)
    assert answer.status_code == 200, answer.text
    assert others == [first] * len(others)
    assert len(set(installation.nginx.served(f"{person.user}/tasks/events"))) == _REPLICAS


async def test_a_reminder_is_fired_by_one_of_the_replicas(installation: Installation) -> None:
    async with reminder_rows(installation.database_url) as rows:
        count = await rows.add(30, 2, delay=0.2, spread=0.5)
        await rows.until_fired()
        assert await rows.wrong() == []
        assert await rows.notified() == count
