"""Three processes of the API and two of the MCP server behind nginx, over one database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.environment import UNLIMITED
from tests.faults.person import Person
from tests.faults.programs import Program
from tests.model_server import ModelServer, running_model_server
from tests.processes import free_port
from tests.replicas.nginx import Nginx, own_nginx
from tests.replicas.page import blocks, shell
from tests.replicas.public_names import PublicNames
from tests.stack import SECRET

_APIS, _MCPS = 3, 2


@dataclass(frozen=True)
class Installation:
    """The replicas, and what stands in front of them; `url` is the public one of the API."""

    apis: list[Program]
    mcps: list[Program]
    nginx: Nginx
    url: str
    mcp_url: str
    client: httpx2.AsyncClient
    certificate: Path
    database_url: str

    def person(self) -> Person:
        """Return a user whom nobody knows yet."""
        return Person(self.client)

    async def roll(self, replica: Program) -> None:
        """Restart a replica as a deploy does: asked to stop, waited for, and started anew."""
        replica.ask_to_stop()
        assert await replica.ended() == 0, replica.log.read_text()
        replica.start()
        await replica.ready()


@asynccontextmanager
async def running_installation(database_url: str, folder: Path) -> AsyncIterator[Installation]:
    """Run everything until the block ends, nginx with the configuration of the page."""
    async with AsyncExitStack() as running:
        nginx = running.enter_context(own_nginx(folder / "nginx"))
        model = await running.enter_async_context(running_model_server())
        apis = [free_port() for _ in range(_APIS)]
        mcps = [free_port() for _ in range(_MCPS)]
        public, api_address, mcp_address = (free_port() for _ in range(3))
        given = {
            "DOMAIN": "localhost",
            "HTTP_PORT": str(free_port()),
            "HTTPS_PORT": str(public),
            "CERTIFICATE": str(folder / "certificate"),
            "CONF_D": str(nginx.configuration),
            "RELOAD_NGINX": nginx.start,
            "WEB_PORTS": str(free_port()),
            "API_PORTS": " ".join(map(str, apis)),
            "MCP_PORTS": " ".join(map(str, mcps)),
            "INTERNAL_WEB": f"127.0.0.1:{free_port()}",
            "INTERNAL_API": f"127.0.0.1:{api_address}",
            "INTERNAL_MCP": f"127.0.0.1:{mcp_address}",
        }
        await asyncio.to_thread(_start_nginx, given, folder)
        url, mcp_url = f"https://api.localhost:{public}", f"https://mcp.localhost:{public}/mcp"
        environment = {
            **_shared(database_url, folder, model),
            "API_ISSUER": url,
            "MCP_URL": mcp_url,
            "MCP_INTERNAL_URL": f"http://127.0.0.1:{mcp_address}/mcp",
            "API_JWKS_URL": f"http://127.0.0.1:{api_address}/.well-known/jwks.json",
        }
        api_programs, mcp_programs = (
            [
                Program(module, port, {**environment, name: str(port)}, folder / f"{port}.log")
                for port in ports
            ]
            for module, name, ports in (
                ("chat_api", "API_PORT", apis),
                ("mcp_server", "MCP_PORT", mcps),
            )
        )
        for replica in (*mcp_programs, *api_programs):
            await running.enter_async_context(replica.running())
        for replica in (*mcp_programs, *api_programs):
            await replica.ready()
        certificate = folder / "certificate" / "fullchain.pem"
        client = httpx2.AsyncClient(transport=PublicNames(certificate), timeout=60)
        await running.enter_async_context(client)
        yield Installation(
            api_programs, mcp_programs, nginx, url, mcp_url, client, certificate, database_url
        )


def _start_nginx(given: dict[str, str], folder: Path) -> None:
    """Paste what the page says about nginx."""
    variables, *_ = blocks()["What you need"]
    with shell(given, folder / "errors") as pasting:
        for block in (variables, *blocks()["nginx"]):
            pasting.paste(block)


def _shared(database_url: str, folder: Path, model: ModelServer) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "TODOCHAT_DATA_DIR": str(folder / "data"),
        "BETTER_AUTH_SECRET": SECRET,
        "MCP_STATE_KEY": "a key that all replicas of the MCP server have",
        "TRUSTED_PROXIES": "127.0.0.1",
        "CHAT_PROVIDER": "openai",
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": model.url,
        "TURN_GRACE": "30",
        **UNLIMITED,
    }
