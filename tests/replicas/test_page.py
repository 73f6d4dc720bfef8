"""The page for operators: its commands lead to a Todochat behind nginx that others can use."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx2
import psutil
import pytest
import yaml
from sqlalchemy.engine import URL, make_url

from chat_api.supervisor.web_app import is_built
from db.embedded import embedded_postgres
from tests.faults.network import network_to
from tests.mcp_server.plain import calling, headers_of
from tests.processes import free_port
from tests.replicas.nginx import own_nginx
from tests.replicas.page import blocks, shell, variables
from tests.replicas.public_names import PublicNames
from tests.web.running import PASSWORD, new_email

_STOP_SECONDS = 30
_SERVICES, _METRICS = "The services", "Metrics"
# What a dump begins with, its table of contents, is longer.
_EMPTY_BACKUP = 10_000


@asynccontextmanager
async def empty_postgres() -> AsyncIterator[tuple[URL, str]]:
    """Run a server of its own; yields its superuser's URL, and its address for all others."""
    with TemporaryDirectory() as folder:
        postgres = embedded_postgres(Path(folder))
        url = await asyncio.to_thread(postgres.__enter__)
        try:
            server = make_url(url).set(database="postgres")
            connection = await asyncpg.connect(server.render_as_string(hide_password=False))
            await connection.execute("drop database todochat")
            await connection.close()
            async with network_to(url) as network:
                yield server, f"127.0.0.1:{network.port}"
        finally:
            await asyncio.to_thread(postgres.__exit__, None, None, None)


def ports(count: int) -> str:
    return " ".join(str(free_port()) for _ in range(count))


@contextmanager
def stopping_what_it_starts(data: Path) -> Iterator[None]:
    """End the services whose ids the commands wrote."""
    try:
        yield
    finally:
        started = []
        for file in data.glob("*.pid"):
            with suppress(psutil.NoSuchProcess):
                started.append(psutil.Process(int(file.read_text())))
                started[-1].terminate()
        _, alive = psutil.wait_procs(started, _STOP_SECONDS)
        for process in alive:
            process.kill()
        assert alive == []


@pytest.mark.timeout(600)
@pytest.mark.requirement("FR-RUN-030")
@pytest.mark.requirement("FR-RUN-170")
async def test_the_commands_of_the_page_lead_to_what_it_promises(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("full"):
        pytest.skip("it takes minutes: `make replicas` runs it")
    if not is_built():
        pytest.fail("The web app is not built: `make web` builds it.")
    with own_nginx(tmp_path / "nginx") as nginx:
        async with empty_postgres() as (server, address):
            where = f"-h {server.query['host']} -p {server.query['port']} -U {server.username}"
            given = {
                "DOMAIN": "localhost",
                "HTTP_PORT": ports(1),
                "HTTPS_PORT": ports(1),
                "CERTIFICATE": str(tmp_path / "certificate"),
                "CONF_D": str(nginx.configuration),
                "RELOAD_NGINX": nginx.start,
                "ETC": str(tmp_path / "etc"),
                "DATA": str(tmp_path / "data"),
                "BACKUPS": str(tmp_path / "backups"),
                "POSTGRES": address,
                "PSQL": f"psql {where} postgres",
                "WEB_PORTS": ports(2),
                "API_PORTS": ports(3),
                "MCP_PORTS": ports(2),
                "METRICS_OFFSET": "1",
                "WORKER_METRICS_PORT": ports(1),
                "INTERNAL_WEB": f"127.0.0.1:{ports(1)}",
                "INTERNAL_API": f"127.0.0.1:{ports(1)}",
                "INTERNAL_MCP": f"127.0.0.1:{ports(1)}",
            }
            assert set(given) == variables()
            with stopping_what_it_starts(tmp_path / "data"):
                await follow(given, tmp_path, server)


async def follow(given: Mapping[str, str], folder: Path, server: URL) -> None:
    """Paste one block after the other, and use what is there once the services run."""
    trust = {"CURL_CA_BUNDLE": str(folder / "certificate" / "fullchain.pem")}
    with shell({**given, **trust}, folder / "errors") as pasting:
        for title, commands in blocks().items():
            for block in commands:
                printed = await asyncio.to_thread(pasting.paste, block)
            if title == _SERVICES:
                assert "Added **Buy groceries**" in printed
                new_token = "(with api todochat token demo --mcp)"
                token = await asyncio.to_thread(pasting.paste, new_token)
                await use(given, folder, token.strip())
                await check_roles(server)
            if title == _METRICS:
                check_targets(given, printed)
    settings = list((folder / "etc").iterdir())
    assert all(path.stat().st_mode & 0o077 == 0 for path in settings)
    dump, revocations = sorted((folder / "backups").iterdir())
    assert dump.stat().st_size > _EMPTY_BACKUP
    assert json.loads(revocations.read_bytes())


def check_targets(given: Mapping[str, str], printed: str) -> None:
    """Prometheus reads the worker and each replica that counts, and finds the rules."""
    settings = yaml.safe_load(printed)
    assert all(Path(file).is_file() for file in settings["rule_files"])
    (job,) = settings["scrape_configs"]
    replicas = [*given["API_PORTS"].split(), *given["MCP_PORTS"].split()]
    counting = [given["WORKER_METRICS_PORT"], *(str(int(port) + 1) for port in replicas)]
    assert job["static_configs"] == [{"targets": [f"127.0.0.1:{port}" for port in counting]}]


async def use(given: Mapping[str, str], folder: Path, token: str) -> None:
    """Use the services by their public names, as others do."""
    chat, mcp = (f"https://{name}.localhost:{given['HTTPS_PORT']}" for name in ("chat", "mcp"))
    page = {"Origin": chat, "Sec-Fetch-Site": "same-origin", "X-Requested-With": "todochat"}
    transport = PublicNames(folder / "certificate" / "fullchain.pem")
    async with httpx2.AsyncClient(transport=transport, timeout=30) as client:
        account = {"name": "Ada", "email": new_email(), "password": PASSWORD}
        signed_up = await client.post(f"{chat}/api/auth/sign-up/email", json=account, headers=page)
        assert signed_up.status_code == 200, signed_up.text
        added = await client.post(f"{chat}/bff/me/tasks", json={"title": "Milk"}, headers=page)
        assert added.status_code == 201, added.text
        assert added.headers["strict-transport-security"]
        call = calling("list_tasks")
        listed = await client.post(f"{mcp}/mcp", json=call, headers=headers_of(call, token))
        assert "Buy groceries" in listed.text


async def check_roles(server: URL) -> None:
    """No service is a superuser, and each is connected as the role that it has."""
    url = server.set(database="todochat").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    connected = "select distinct usename::text from pg_stat_activity where datname = 'todochat'"
    roles = {row[0] for row in await connection.fetch(f"{connected} and pid <> pg_backend_pid()")}
    powers = "select rolsuper or rolbypassrls or rolcreatedb from pg_roles where rolname = $1"
    assert await connection.fetchval(powers, "todochat") is False
    await connection.close()
    assert roles == {"todochat_api", "todochat_mcp", "todochat_web"}
