"""Two replicas of the server, and clients whose every request goes to the other one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.session import ClientRequestContext, ElicitationFnT
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitRequestParams, ElicitResult

from tests.clients.conftest import WaysIn
from tests.clients.matrix import LEGACY, MODERN
from tests.clients.steps import STEPS
from tests.faults.programs import Program
from tests.processes import free_port

# While the keys are replaced, one of them may seal with another key than the other.
STATE_KEYS = ("a key that these two replicas have", "another one that both of them have")

MODES = {LEGACY: "legacy", MODERN: "auto"}

pytestmark = [pytest.mark.timeout(120), pytest.mark.requirement("FR-MCP-304")]


class Alternating(httpx2.AsyncHTTPTransport):
    """A load balancer that keeps no client with a replica; `sent` has where requests went."""

    def __init__(self, ports: list[int]) -> None:
        super().__init__()
        self.sent: list[int] = []
        self._ports = cycle(ports)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to the next replica, under the name that the client called."""
        port = next(self._ports)
        self.sent.append(port)
        request.url = request.url.copy_with(port=port)
        return await super().handle_async_request(request)


@pytest.fixture(scope="module")
async def replicas(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Program]]:
    folder = tmp_path_factory.mktemp("replicas")
    async with AsyncExitStack() as running:
        started = []
        for keys in (STATE_KEYS, STATE_KEYS[::-1]):
            port = free_port()
            environment = {
                "DATABASE_URL": database_url,
                "MCP_PORT": str(port),
                "MCP_STATE_KEY": ",".join(keys),
            }
            replica = Program("mcp_server", port, environment, folder / f"{port}.log")
            await running.enter_async_context(replica.running())
            started.append(replica)
        for replica in started:
            await replica.ready()
        yield started


@pytest.fixture
def balancer(replicas: list[Program]) -> Alternating:
    return Alternating([replica.port for replica in replicas])


@asynccontextmanager
async def attached(
    balancer: Alternating, ways_in: WaysIn, mode: str, asked: ElicitationFnT | None = None
) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {ways_in.token}"}
    async with httpx2.AsyncClient(transport=balancer, headers=headers) as http:
        transport: Any = streamable_http_client(ways_in.url, http_client=http)
        async with Client(transport, mode=mode, elicitation_callback=asked) as client:
            yield client


@pytest.mark.parametrize("revision", MODES)
async def test_replicas_serve_one_client_in_turn(
    revision: str, balancer: Alternating, ways_in: WaysIn
) -> None:
    async with attached(balancer, ways_in, MODES[revision]) as client:
        assert client.protocol_version == revision
        for step in STEPS:
            result = await client.call_tool(step.tool, step.arguments)
            step.judge(result.model_dump(mode="json", by_alias=True))
    one, other = set(balancer.sent)
    assert min(balancer.sent.count(one), balancer.sent.count(other)) >= len(STEPS) // 2


@pytest.mark.parametrize("revision", MODES)
async def test_a_call_that_is_sent_again_to_another_replica_is_applied_once(
    revision: str, balancer: Alternating, ways_in: WaysIn
) -> None:
    call = {"title": "Buy milk", "idempotency_key": "once"}
    async with attached(balancer, ways_in, MODES[revision]) as client:
        calls_from = len(balancer.sent)
        answers = [await client.call_tool("add_task", call) for _ in range(2)]
        assert len(set(balancer.sent[calls_from:])) == 2
        listed = await client.call_tool("list_tasks", {})
    first, second = (answer.structured_content for answer in answers)
    assert first == second
    assert listed.structured_content
    assert listed.structured_content["total"] == 1


@pytest.mark.requirement("FR-AUTH-021")
async def test_a_question_of_one_replica_is_answered_at_another(
    balancer: Alternating, ways_in: WaysIn
) -> None:
    async def yes(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action="accept", content={"delete": True})

    async with attached(balancer, ways_in, MODES[MODERN], yes) as client:
        for title in ("Meeting with Ann", "Meeting with Bob"):
            added = await client.call_tool("add_task", {"title": title})
        assert added.structured_content
        number = added.structured_content["task_id"]
        sent = len(balancer.sent)
        deleted = await client.call_tool("delete_task", {"task_id": number})
    assert not deleted.is_error
    assert len(set(balancer.sent[sent:])) == 2
