from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.mail_server import MailServer
from tests.stack import MANY
from tests.up import own_ports
from tests.web.client_site import ClientSite
from tests.web.running import PROXY, SECRET, WebApp, running_web_app, sign_up


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """The mail server of the web app, shared by all tests; use an address of your own."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def client_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClientSite]:
    """The sites of MCP clients, shared by all tests; publish a document of your own."""
    site = ClientSite(tmp_path_factory.mktemp("site"))
    with site.serving():
        yield site


@pytest.fixture(scope="session")
def web_app(
    database_url: str,
    mail_server: MailServer,
    client_site: ClientSite,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[WebApp]:
    """The running web app, shared by all tests; use an account of your own."""
    folder: Path = tmp_path_factory.mktemp("web")
    variables = own_ports(
        TODOCHAT_DATA_DIR=str(folder),
        DATABASE_URL=database_url,
        BETTER_AUTH_SECRET=SECRET,
        TRUSTED_PROXIES=PROXY,
        SMTP_URL=mail_server.url,
        FAILED_TOKENS_PER_MINUTE=str(MANY),
        **client_site.variables,
    )
    with running_web_app(variables, mail_server) as running:
        yield running


@pytest.fixture
async def visitor(web_app: WebApp) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who is signed out."""
    async with web_app.visitor() as visitor:
        yield visitor


@pytest.fixture
async def ada(visitor: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """Somebody who has just signed up."""
    await sign_up(visitor)
    return visitor
