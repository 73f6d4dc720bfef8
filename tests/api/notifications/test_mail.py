"""Reminders by e-mail, through a real mail server on the loopback."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from auth.errors import SecretsUnusable
from chat_api.worker.smtp_url import read_smtp_url
from db.engine import Sessions, transaction
from tests.api.conftest import api_of
from tests.api.notifications.test_notifications import let_pass, remind, until_unread
from tests.mail_server import SENDER, MailServer, hanging_address, refused_address
from tests.stack import Stack, running_stack

Client = httpx2.AsyncClient
PATH = "/reminder-email"
NOTHING = {
    "available": True,
    "address": None,
    "last_ok_at": None,
    "failures": 0,
    "last_error": None,
}


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def mailing(
    committed: Sessions,
    database_url: str,
    mail_server: MailServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Stack]:
    """An API that sends through our mail server."""
    folder: Path = tmp_path_factory.mktemp("mailing")
    async with running_stack(
        committed,
        folder,
        chat_provider="offline",
        listen_to=database_url,
        run_worker=True,
        smtp_url=mail_server.url,
        web_url="https://todo.example",
    ) as stack:
        yield stack


@pytest.fixture
def address(user: str) -> str:
    return f"{user.lower()}@example.com"


@pytest.fixture
async def api(mailing: Stack, user: str, address: str) -> AsyncIterator[Client]:
    async with api_of(mailing, user, email=address, email_verified=True) as client:
        yield client


async def fire(api: Client, sessions: Sessions, user: str, title: str = "Call Sam") -> None:
    await remind(api, title)
    await let_pass(sessions, user)


async def mailed(server: MailServer, address: str, count: int = 1) -> list[EmailMessage]:
    return await asyncio.to_thread(server.messages_to, address, count)


async def until_noted(api: Client, **fields: Any) -> dict[str, Any]:
    """Wait until what is shown of the address has these fields."""
    async with asyncio.timeout(20):
        shown: dict[str, Any] = (await api.get(PATH)).json()
        while not fields.items() <= shown.items():
            await asyncio.sleep(0.05)
            shown = (await api.get(PATH)).json()
    return shown


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body
    return str(body.get_content())


@pytest.mark.requirement("FR-TASK-315")
async def test_a_reminder_is_mailed_once_as_text_and_as_html(
    api: Client, mail_server: MailServer, committed: Sessions, user: str, address: str
) -> None:
    assert (await api.get(PATH)).json() == NOTHING
    assert (await api.put(PATH)).json() == NOTHING | {"address": address}
    await fire(api, committed, user, "Call <Sam> — ☎")
    (notification,) = (await until_unread(api, 1))["notifications"]
    (message,) = await mailed(mail_server, address)
    assert message["From"] == SENDER
    assert message["Subject"] == "Reminder: Call <Sam> — ☎"
    assert message["Message-ID"] == f"<{notification['id'].replace('-', '')}@todo.example>"
    assert message["List-Unsubscribe"] == "<https://todo.example/settings>"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = part(message, "plain"), part(message, "html")
    assert plain.startswith("Call <Sam> — ☎")
    assert "Call &lt;Sam&gt; — ☎" in html
    for shown in (plain, html):
        assert "https://todo.example/tasks?task=1" in shown
        assert "https://todo.example/settings" in shown
        assert "late" not in shown
    noted = await until_noted(api, failures=0)
    while noted["last_ok_at"] is None:
        noted = await until_noted(api, failures=0)
    assert len(mail_server.messages_to(address)) == 1
    assert (await api.get("/push-subscriptions")).json()["subscriptions"] == []
    exported = (await api.get("/export")).json()
    assert [found["address"] for found in exported["reminder_email"]] == [address]
    assert exported["push_subscriptions"] == []


@pytest.mark.requirement("FR-TASK-315")
async def test_nothing_is_mailed_before_it_is_turned_on_and_after_it_is_turned_off(
    api: Client, mail_server: MailServer, committed: Sessions, user: str, address: str
) -> None:
    await fire(api, committed, user, "before")
    await until_unread(api, 1)
    await api.put(PATH)
    await fire(api, committed, user, "between")
    await mailed(mail_server, address)
    for _ in range(2):
        assert (await api.delete(PATH)).status_code == 204
    assert (await api.get(PATH)).json() == NOTHING
    await fire(api, committed, user, "after")
    await until_unread(api, 3)
    await api.put(PATH)
    await fire(api, committed, user, "again")
    subjects = [message["Subject"] for message in await mailed(mail_server, address, 2)]
    assert subjects == ["Reminder: between", "Reminder: again"]


@pytest.mark.requirement("FR-TASK-317")
async def test_what_a_server_that_is_away_could_not_take_is_mailed_when_it_is_back(
    api: Client, mail_server: MailServer, committed: Sessions, user: str, address: str
) -> None:
    await api.put(PATH)
    with mail_server.away():
        await fire(api, committed, user, "one")
        noted = await until_noted(api, failures=1)
    assert noted["last_error"] == "The mail server can't be used (SMTPConnectError)."
    async with transaction(committed, user) as session:
        # The pause is over.
        await session.execute(text("update push_deliveries set next_at = now()"))
    await fire(api, committed, user, "two")
    subjects = {message["Subject"] for message in await mailed(mail_server, address, 2)}
    assert subjects == {"Reminder: one", "Reminder: two"}
    assert (await until_noted(api, failures=0))["last_error"] is None


@pytest.mark.requirement("FR-TASK-317")
async def test_an_address_that_is_refused_is_shown_as_failed_and_not_tried_again(
    mailing: Stack, committed: Sessions, user: str
) -> None:
    claims = {"email": refused_address(user), "email_verified": True}
    async with api_of(mailing, user, **claims) as api:
        await api.put(PATH)
        await fire(api, committed, user)
        noted = await until_noted(api, failures=1)
    assert noted["last_error"] == "The mail server did not take the message (550)."
    async with transaction(committed, user) as session:
        assert (await session.scalars(text("select attempts from push_deliveries"))).all() == []


@pytest.mark.requirement("FR-TASK-317")
async def test_an_address_whose_server_hangs_keeps_nobody_else_waiting(
    mailing: Stack,
    api: Client,
    mail_server: MailServer,
    committed: Sessions,
    user: str,
    address: str,
) -> None:
    other = f"{user}-other"
    async with api_of(mailing, other, email=hanging_address(user), email_verified=True) as others:
        await others.put(PATH)
        await fire(others, committed, other)
        await asyncio.to_thread(mail_server.until_hanging)
        await api.put(PATH)
        await fire(api, committed, user)
        await mailed(mail_server, address)
        assert (await others.get(PATH)).json()["failures"] == 0
        noted = await until_noted(others, failures=1)
    assert "can't be used" in noted["last_error"]


@pytest.mark.requirement("FR-TASK-316")
@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "ann@example.com"},
        {"email": "ann@example.com", "email_verified": False},
        {"email": "ann@example.com", "email_verified": "true"},
        {"email_verified": True},
        {"email": "no address", "email_verified": True},
        {"email": "a@example.com, b@example.com", "email_verified": True},
        {"email": "a@example.com>\nBcc: b@example.com", "email_verified": True},
        {"email": f"{'a' * 250}@example.com", "email_verified": True},
    ],
)
async def test_an_address_that_is_not_verified_is_refused(
    mailing: Stack, user: str, claims: dict[str, Any]
) -> None:
    async with api_of(mailing, user, **claims) as api:
        refused = await api.put(PATH)
        assert (refused.status_code, refused.json()["code"]) == (422, "email_not_verified")
        assert (await api.get(PATH)).json() == NOTHING


@pytest.mark.requirement("FR-TASK-316")
async def test_without_a_mail_server_reminders_can_not_be_mailed(
    committed: Sessions, tmp_path: Path, user: str
) -> None:
    claims = {"email": "ann@example.com", "email_verified": True}
    async with (
        running_stack(committed, tmp_path, chat_provider="offline") as stack,
        api_of(stack, user, **claims) as api,
    ):
        assert (await api.get(PATH)).json() == NOTHING | {"available": False}
        refused = await api.put(PATH)
    assert (refused.status_code, refused.json()["code"]) == (422, "email_unavailable")


@pytest.mark.requirement("FR-RUN-026")
def test_the_address_of_the_mail_server_says_how_it_is_used() -> None:
    url = "smtp://ann%40example.com:p%40ss@mail.example"
    server = read_smtp_url(url)
    assert (server.host, server.port, server.sender) == ("mail.example", 587, "ann@example.com")
    assert (server.user, server.password) == ("ann@example.com", "p@ss")
    assert (server.tls_from_start, server.start_tls) == (False, True)
    assert "p@ss" not in repr(server)
    secure = read_smtp_url(f"smtps://mail.example?from={SENDER}")
    assert (secure.port, secure.tls_from_start, secure.start_tls) == (465, True, False)
    assert (secure.user, secure.sender) == (None, SENDER)
    assert read_smtp_url("smtp://[::1]:25?from=a@b.example").start_tls is None
    assert read_smtp_url("smtp://u:p@127.0.0.1:25?from=a@b.example").start_tls is None


@pytest.mark.requirement("FR-RUN-026")
@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "https://mail.example?from=a@b.example",
        "smtp://secret:secret@?from=a@b.example",
        "smtp://mail.example:port?from=a@b.example",
        "smtp://[mail?from=a@b.example",
        "smtp://secret:secret@mail.example",
        "smtp://mail.example?from=secret",
        "smtp://mail.example?from=a@b.example%0ABcc:x@y.example",
    ],
)
def test_what_is_no_mail_server_is_refused_without_its_value(url: str) -> None:
    with pytest.raises(SecretsUnusable) as raised:
        read_smtp_url(url)
    assert "SMTP_URL" in str(raised.value)
    assert "secret" not in str(raised.value)
