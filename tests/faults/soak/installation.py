"""Two replicas of the API, an MCP server for each, and networks to Postgres that can fail."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.faults.network import Network, network_to, through
from tests.faults.programs import Program
from tests.faults.world import World
from tests.processes import free_port


@dataclass(frozen=True)
class Pair:
    """A replica of the API, its MCP server, and the network from both to Postgres."""

    api: Program
    mcp: Program
    network: Network


@dataclass(frozen=True)
class Installation:
    """All that serves: what is killed is of the first pair, so that the second one can age."""

    world: World
    first: Pair
    second: Pair

    @property
    def pairs(self) -> tuple[Pair, Pair]:
        return self.first, self.second

    @property
    def replicas(self) -> tuple[Program, Program]:
        return self.first.api, self.second.api


@asynccontextmanager
async def running_installation(world: World, **environment: str) -> AsyncIterator[Installation]:
    """Run two pairs over a world's Postgres and model until the block ends."""
    async with AsyncExitStack() as running:
        networks = [
            await running.enter_async_context(network_to(world.database_url)) for _ in range(2)
        ]
        first, second = (_pair(world, network, environment) for network in networks)
        for pair in (first, second):
            await running.enter_async_context(pair.api.running())
            await running.enter_async_context(pair.mcp.running())
        for pair in (first, second):
            await pair.mcp.ready()
            await pair.api.ready()
        yield Installation(world, first, second)


def _pair(world: World, network: Network, environment: dict[str, str]) -> Pair:
    mcp_port = free_port()
    own = {
        **environment,
        "DATABASE_URL": through(world.database_url, network),
        "MCP_PORT": str(mcp_port),
    }
    api = world.further_replica(**own)
    keys = {"API_JWKS_URL": f"{api.url}/.well-known/jwks.json"}
    log = world.mcp.log.with_name(f"{mcp_port}.log")
    mcp = Program("mcp_server", mcp_port, {**world.mcp.environment, **own, **keys}, log)
    return Pair(api, mcp, network)
