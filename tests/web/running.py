"""The whole stack with the web app in it, and people who visit it."""

import asyncio
import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from rich.console import Console

from chat_api.settings import read_settings
from chat_api.supervisor.up_plan import plan_up
from chat_api.supervisor.web_app import is_built
from chat_api.supervisor.web_process import START_SCRIPT, find_node
from db.server import connect_to
from tests.cli.processes import wait_until
from tests.mail_server import MailServer
from tests.processes import free_port, process
from tests.serving import NO_AUTHORITIES

_READY_SECONDS = 40

PASSWORD = "a password that is long enough"

# What is in one database is sealed by one secret, whoever runs over it.
SECRET = "a secret of all web apps over one database"

# Where the tests ask from: the web app believes them whom they ask for.
PROXY = "127.0.0.1"


class Visitor(httpx2.AsyncClient):
    """A browser without the looks; `mail_server` has what is mailed to who uses it."""

    mail_server: MailServer | None = None


@dataclass(frozen=True)
class WebApp:
    """Where the services are, and the log of the web app."""

    url: str
    api_url: str
    mcp_url: str
    log: Path
    mail_server: MailServer | None = None

    def visitor(self, *, comes_from: str = PROXY, **headers: str) -> Visitor:
        """A browser without the looks: it keeps cookies, and says that it asks from a page here."""
        given = {
            "Origin": self.url,
            "Sec-Fetch-Site": "same-origin",
            # Tries are counted by address, and all tests have the same.
            "X-Forwarded-For": str(IPv6Address(secrets.randbits(128))),
            **headers,
        }
        transport = httpx2.AsyncHTTPTransport(verify=NO_AUTHORITIES, local_address=comes_from)
        visitor = Visitor(base_url=self.url, headers=given, transport=transport, timeout=20)
        visitor.mail_server = self.mail_server
        return visitor


@contextmanager
def running_web_app(
    variables: dict[str, str], mail_server: MailServer | None = None
) -> Iterator[WebApp]:
    """Run what `todochat up` would over this database, which is migrated, until the block ends."""
    if not is_built():
        pytest.fail("The web app is not built: `make web` builds it.")
    with pytest.MonkeyPatch.context() as planning:
        for name, value in variables.items():
            planning.setenv(name, value)
        plan = plan_up(read_settings(), Console(quiet=True))
    logs = plan.data_dir / "logs"
    logs.mkdir(exist_ok=True)
    with ExitStack() as running:
        for service in plan.services:
            own = {**variables, **plan.variables, **service.variables}
            running.enter_context(process(service.module, own, logs / f"{service.name}.log"))
        for service in plan.services:
            if service.ready_url:
                wait_until(partial(is_ready, service.ready_url), _READY_SECONDS)
        yield WebApp(
            url=f"http://localhost:{variables['WEB_PORT']}",
            api_url=f"http://127.0.0.1:{variables['API_PORT']}",
            mcp_url=f"http://127.0.0.1:{variables['MCP_PORT']}/mcp",
            log=logs / "web.log",
            mail_server=mail_server,
        )


def is_ready(url: str) -> bool:
    """Whether a service answers 200 there."""
    try:
        return httpx2.get(url, verify=NO_AUTHORITIES).status_code == 200
    except httpx2.TransportError:
        return False


@contextmanager
def web_alone(database_url: str, log: Path) -> Iterator[str]:
    """Run the web app without the other services until the block ends, and yield its URL."""
    node, port = find_node(), free_port()
    assert node
    variables = {
        "DATABASE_URL": database_url,
        "BETTER_AUTH_SECRET": SECRET,
        "WEB_PORT": str(port),
    }
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [node, START_SCRIPT], env={**os.environ, **variables}, stdout=output, stderr=output
        ) as program,
    ):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            program.terminate()
            program.wait(10)


def new_email() -> str:
    """An address that nobody signed up with."""
    return f"{secrets.token_hex(8)}@example.com"


async def create_account(visitor: httpx2.AsyncClient, email: str) -> httpx2.Response:
    """Sign up, without opening the link that is mailed then."""
    body = {"name": "Ada", "email": email, "password": PASSWORD}
    return await visitor.post("/api/auth/sign-up/email", json=body)


async def sign_up(visitor: httpx2.AsyncClient, email: str | None = None) -> dict[str, Any]:
    """Make an account, which leaves the visitor signed in; return the user."""
    email = email or new_email()
    answer = await create_account(visitor, email)
    assert answer.status_code == 200, answer.text
    if answer.json()["token"] is None:
        assert isinstance(visitor, Visitor)
        assert visitor.mail_server
        message = await asyncio.to_thread(visitor.mail_server.take, email)
        confirmed = await confirm(visitor, confirmation_link(message).fragment)
        assert confirmed.status_code == 200, confirmed.text
    user: dict[str, Any] = (await visitor.get("/api/auth/get-session")).json()["user"]
    return user


def confirmation_link(message: EmailMessage) -> httpx2.URL:
    """Return the link that a message brings, by which an address is confirmed."""
    plain = message.get_body(("plain",))
    assert plain
    (link,) = re.findall(
        r"^http://localhost:\d+/confirm-address\S+(?=\r?$)", plain.get_content(), re.M
    )
    return httpx2.URL(link)


async def confirm(
    visitor: httpx2.AsyncClient, token: str, password: str = PASSWORD
) -> httpx2.Response:
    body = {"token": token, "password": password}
    return await visitor.post("/api/auth/confirm-address", json=body)


async def execute(database_url: str, query: str, *arguments: object) -> list[Any]:
    """Run a statement in the database of the web app, and return its rows."""
    connection = await asyncpg.connect(connect_to(database_url).dsn)
    try:
        return list(await connection.fetch(query, *arguments))
    finally:
        await connection.close()
