import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import pytest
from mcp import Client, MCPError
from mcp.client.subscriptions import ResourceUpdated, Subscription

from db.access import Access
from db.engine import Sessions, transaction
from db.notifier import Notifier
from db.user_data import UserData
from db.values import NewTask
from mcp_server.toolset import Toolset
from tests.mcp_server.conftest import facts_of
from tests.mcp_server.offering import add_tasks, attached, complete_tasks, replica

TODAY = "tasks://today"
SECONDS = 20


@pytest.fixture(params=["live", "polling"])
async def notifier(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[Notifier]:
    """With a connection that listens, and without."""
    notifier = Notifier(database_url if request.param == "live" else None)
    await notifier.start()
    yield notifier
    await notifier.aclose()


async def next_of(subscription: Subscription) -> str:
    """Return the resource that is told to have changed."""
    event = await asyncio.wait_for(anext(subscription), SECONDS)
    assert isinstance(event, ResourceUpdated)
    return event.uri


def offered(client: Client) -> list[bool | None]:
    """Whether changes of lists are promised, and those of a resource."""
    capabilities = client.server_capabilities
    parts = (capabilities.tools, capabilities.prompts, capabilities.resources)
    lists = [part.list_changed for part in parts if part]
    return [*lists, capabilities.resources.subscribe if capabilities.resources else None]


@pytest.mark.requirement("FR-MCP-203")
@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("toolset", Toolset)
async def test_nothing_is_promised_that_never_comes(
    committed: Sessions, user: str, toolset: Toolset, mode: str
) -> None:
    polling = Notifier(None)
    async with attached(committed, toolset, user, mode=mode, notifier=polling) as client:
        promised = toolset is Toolset.ALL and mode == "auto"
        assert [bool(part) for part in offered(client)] == [False, False, False, promised]


@pytest.mark.requirement("FR-MCP-214")
async def test_a_change_by_anybody_is_told_to_who_subscribed(
    committed: Sessions, user: str, notifier: Notifier
) -> None:
    await add_tasks(committed, user, NewTask(title="one"), NewTask(title="two"))
    uris = [TODAY, "tasks://2"]
    async with (
        attached(committed, Toolset.ALL, user, notifier=notifier) as client,
        client.listen(resource_subscriptions=uris, tools_list_changed=True) as subscription,
    ):
        assert subscription.honored.resource_subscriptions == uris
        assert subscription.honored.tools_list_changed is None
        await complete_tasks(committed, user, 1)
        assert await next_of(subscription) == TODAY
        await complete_tasks(committed, user, 2)
        assert {await next_of(subscription), await next_of(subscription)} == set(uris)


@pytest.mark.requirement("FR-MCP-214")
async def test_one_replica_tells_over_http_what_another_one_changed(
    committed: Sessions, user: str, notifier: Notifier
) -> None:
    async with (
        replica(committed, user, notifier) as one,
        replica(committed, user, Notifier(None)) as other,
        Client(one) as listening,
        Client(other) as writing,
        listening.listen(resource_subscriptions=[TODAY, "tasks://1"]) as subscription,
    ):
        facts_of(await writing.call_tool("add_task", {"title": "one"}))
        told = {await next_of(subscription), await next_of(subscription)}
    assert told == {TODAY, "tasks://1"}


@pytest.mark.requirement("FR-MCP-214")
async def test_another_users_change_is_not_told(
    committed: Sessions, user: str, notifier: Notifier
) -> None:
    other = f"{user}-other"
    async with (
        attached(committed, Toolset.ALL, user, notifier=notifier) as client,
        client.listen(resource_subscriptions=["tasks://1", "tasks://2"]) as subscription,
    ):
        await add_tasks(committed, other, NewTask(title="theirs"))
        await add_tasks(committed, user, NewTask(title="one"), NewTask(title="two"))
        await complete_tasks(committed, other, 1)
        told = [await next_of(subscription), await next_of(subscription)]
        await complete_tasks(committed, user, 2)
        told.append(await next_of(subscription))
    assert told == ["tasks://1", "tasks://2", "tasks://2"]


@pytest.mark.requirement("FR-MCP-214")
async def test_a_stream_ends_in_order_when_its_token_does(committed: Sessions, user: str) -> None:
    async with (
        attached(committed, Toolset.ALL, user, notifier=Notifier(None), lifetime=2) as client,
        client.listen(resource_subscriptions=[TODAY]) as subscription,
    ):
        async with asyncio.timeout(SECONDS):
            assert [event async for event in subscription] == []


@pytest.mark.requirement("FR-MCP-214")
async def test_a_stream_ends_when_its_user_is_erased(
    committed: Sessions, user: str, notifier: Notifier
) -> None:
    async with (
        attached(committed, Toolset.ALL, user, notifier=notifier) as client,
        client.listen(resource_subscriptions=[TODAY]) as subscription,
    ):
        async with transaction(committed, user, Access.ERASE) as session:
            await UserData(session, user).erase()
        async with asyncio.timeout(SECONDS):
            assert [event async for event in subscription] == []


@pytest.mark.requirement("FR-MCP-214")
async def test_one_user_holds_eight_streams_at_most(committed: Sessions, user: str) -> None:
    async with (
        attached(committed, Toolset.ALL, user, notifier=Notifier(None)) as client,
        AsyncExitStack() as streams,
    ):
        for _ in range(8):
            stream = client.listen(resource_subscriptions=[TODAY])
            await streams.enter_async_context(stream)
        with pytest.raises(MCPError, match="At most 8 subscriptions"):
            async with client.listen(resource_subscriptions=[TODAY]):
                pass


@pytest.mark.requirement("FR-MCP-214")
async def test_a_stream_that_ended_makes_room_for_one_other(committed: Sessions, user: str) -> None:
    async with (
        asyncio.timeout(SECONDS),
        attached(committed, Toolset.ALL, user, notifier=Notifier(None)) as client,
        AsyncExitStack() as streams,
    ):
        for _ in range(7):
            stream = client.listen(resource_subscriptions=[TODAY])
            await streams.enter_async_context(stream)
        async with client.listen(resource_subscriptions=[TODAY]):
            pass
        opened = 0
        while not opened:
            with suppress(MCPError):
                stream = client.listen(resource_subscriptions=[TODAY])
                await streams.enter_async_context(stream)
                opened += 1
        with pytest.raises(MCPError, match="At most 8 subscriptions"):
            async with client.listen(resource_subscriptions=[TODAY]):
                pass
