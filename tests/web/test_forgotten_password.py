"""Links to a new password: mailed to users, or made by the operator's command."""

import asyncio
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from auth.minting import mint_login_token, mint_password_reset_token
from tests.cli.processes import todochat, wait_until
from tests.mail_server import SENDER, MailServer, refused_address
from tests.web.running import PASSWORD, SECRET, WebApp, create_account, execute, new_email, sign_up

NEW_PASSWORD = "another password that is long enough"
ANSWER = {
    "status": True,
    "message": "If this email exists in our system, check your email for the reset link",
}


async def request(visitor: httpx2.AsyncClient, email: str) -> httpx2.Response:
    return await visitor.post("/api/auth/request-password-reset", json={"email": email})


async def mailed_secret(mail_server: MailServer, email: str, count: int = 1) -> str:
    """Return what the newest message to an address has in its link."""
    messages = await asyncio.to_thread(mail_server.messages_to, email, count)
    return secret_of(messages[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]


def secret_of(text: str) -> str:
    (found,) = set(re.findall(r"^http://localhost:\d+/reset-password#([\w-]+)\r?$", text, re.M))
    return str(found)


async def check(visitor: httpx2.AsyncClient, secret: str) -> httpx2.Response:
    return await visitor.post("/api/auth/password-reset/check", json={"token": secret})


async def reset(visitor: httpx2.AsyncClient, secret: str) -> httpx2.Response:
    body = {"token": secret, "newPassword": NEW_PASSWORD}
    return await visitor.post("/api/auth/reset-password", json=body)


async def sign_in(visitor: httpx2.AsyncClient, email: str, password: str) -> int:
    body = {"email": email, "password": password}
    return (await visitor.post("/api/auth/sign-in/email", json=body)).status_code


async def run_command(
    folder: Path, web_app: WebApp, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    given = {"BETTER_AUTH_SECRET": SECRET, "WEB_PORT": web_app.url.rpartition(":")[2], **variables}
    return await asyncio.to_thread(todochat, folder, "reset-password", *arguments, **given)


async def logged(web_app: WebApp, line: re.Pattern[str]) -> str:
    """Wait until a line is in the web app's log, and return the log."""
    read: Callable[[], str] = web_app.log.read_text
    await asyncio.to_thread(wait_until, lambda: line.search(read()) is not None)
    return read()


@pytest.mark.requirement("FR-WEB-018")
async def test_a_message_brings_a_link_as_text_and_as_html(
    visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    assert (await request(visitor, email.upper())).json() == ANSWER
    (message,) = await asyncio.to_thread(mail_server.messages_to, email)
    secret = await mailed_secret(mail_server, email)
    html = message.get_body(("html",))
    assert html
    assert html.get_content().count(f"/reset-password#{secret}") == 3
    assert message["From"] == SENDER
    assert message["Subject"] == "Choose a new password for Todochat"
    assert message["Auto-Submitted"] == "auto-generated"
    assert (await check(visitor, secret)).json() == {"email": email}


@pytest.mark.requirement("FR-WEB-019")
async def test_a_link_sets_the_password_once_and_ends_all_sessions(
    web_app: WebApp, ada: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email = (await ada.get("/api/auth/get-session")).json()["user"]["email"]
    async with web_app.visitor() as visitor:
        await request(visitor, email)
        other = await mailed_secret(mail_server, email)
        await request(visitor, email)
        secret = await mailed_secret(mail_server, email, 2)
        assert secret != other
        assert (await reset(visitor, secret)).status_code == 200
        assert (await ada.get("/bff/me/tasks")).status_code == 401
        for used in (secret, other):
            for answer in (await check(visitor, used), await reset(visitor, used)):
                assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_TOKEN")
        assert await sign_in(visitor, email, PASSWORD) == 401
        assert await sign_in(visitor, email, NEW_PASSWORD) == 200


@pytest.mark.requirement("FR-WEB-019")
async def test_a_link_expires_after_an_hour(
    visitor: httpx2.AsyncClient, mail_server: MailServer, database_url: str
) -> None:
    email = new_email()
    user = await sign_up(visitor, email)
    await request(visitor, email)
    secret = await mailed_secret(mail_server, email)
    (row,) = await execute(
        database_url,
        'select "expiresAt" - now() as left from auth.verification where value = $1',
        user["id"],
    )
    assert timedelta(minutes=59) < row["left"] <= timedelta(hours=1)
    await execute(
        database_url,
        'update auth.verification set "expiresAt" = now() where value = $1',
        user["id"],
    )
    for answer in (await check(visitor, secret), await reset(visitor, secret)):
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_TOKEN")
    assert await sign_in(visitor, email, PASSWORD) == 200


@pytest.mark.requirement("FR-WEB-018")
async def test_an_unknown_address_is_answered_like_a_known_one_and_gets_no_message(
    visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    known, unknown = new_email(), new_email()
    await sign_up(visitor, known)
    answers = [await request(visitor, email) for email in (unknown, known)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, ANSWER)] * 2
    await asyncio.to_thread(mail_server.messages_to, known)
    assert mail_server.messages_to(unknown, 0) == []


@pytest.mark.requirement("FR-WEB-018")
async def test_more_than_five_requests_in_a_minute_are_refused(
    visitor: httpx2.AsyncClient,
) -> None:
    email = new_email()
    answers = [await request(visitor, email) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


@pytest.mark.requirement("FR-WEB-034")
async def test_a_mail_server_that_refuses_shows_in_the_log_alone_and_without_the_address(
    web_app: WebApp, visitor: httpx2.AsyncClient
) -> None:
    email = refused_address(new_email().partition("@")[0])
    await create_account(visitor, email)
    assert (await request(visitor, email)).json() == ANSWER
    log = await logged(web_app, re.compile("new password was not sent: EENVELOPE 550$", re.M))
    assert email.partition("@")[0] not in log


@pytest.mark.requirement("FR-WEB-034")
async def test_a_mail_server_that_is_away_shows_in_the_log_alone_and_without_the_address(
    web_app: WebApp, visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    with mail_server.away():
        assert (await request(visitor, email)).json() == ANSWER
        log = await logged(web_app, re.compile("new password was not sent: ESOCKET$", re.M))
    assert email not in log
    await request(visitor, email)
    assert await mailed_secret(mail_server, email)


@pytest.mark.requirement("FR-WEB-034")
async def test_neither_the_table_nor_a_log_has_the_secret_of_a_link(
    web_app: WebApp, visitor: httpx2.AsyncClient, mail_server: MailServer, database_url: str
) -> None:
    email = new_email()
    user = await sign_up(visitor, email)
    await request(visitor, email)
    secret = await mailed_secret(mail_server, email)
    assert (await visitor.get("/reset-password")).status_code == 200
    (row,) = await execute(
        database_url, "select identifier from auth.verification where value = $1", user["id"]
    )
    assert secret not in row["identifier"]
    await check(visitor, secret)
    await reset(visitor, secret)
    for log in web_app.log.parent.iterdir():
        text = log.read_text()
        assert secret not in text, log
        assert email not in text, log


@pytest.mark.requirement("FR-RUN-025")
async def test_the_command_prints_a_link_and_nothing_else(
    web_app: WebApp, visitor: httpx2.AsyncClient, tmp_path: Path
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    done = await run_command(tmp_path, web_app, f" {email.upper()} ")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{web_app.url}/reset-password#")
    secret = secret_of(done.stdout)
    assert (await check(visitor, secret)).json() == {"email": email}
    assert (await reset(visitor, secret)).status_code == 200
    assert (await reset(visitor, secret)).status_code == 400
    assert await sign_in(visitor, email, NEW_PASSWORD) == 200


@pytest.mark.requirement("FR-RUN-025")
@pytest.mark.parametrize(
    ("variables", "url", "line"),
    [
        ({}, "{web}", "No account has this address."),
        ({"BETTER_AUTH_SECRET": "x" * 40}, "{web}", "The web app at {web} has another secret: run"),
        ({}, "{api}", "There is no web app at {api}."),
        ({"WEB_PORT": "9"}, "", "Nothing answers at http://127.0.0.1:9: is it running? `todochat"),
    ],
)
async def test_a_link_that_can_not_be_made_is_told_in_one_line(
    web_app: WebApp, tmp_path: Path, variables: dict[str, str], url: str, line: str
) -> None:
    places = {"web": web_app.url, "api": web_app.api_url}
    options = ["--url", url.format(**places)] if url else []
    done = await run_command(tmp_path, web_app, *options, new_email(), **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert " ".join(done.stderr.split()).startswith(f"todochat: {line.format(**places)}")


@pytest.mark.requirement("FR-RUN-025")
async def test_a_token_of_the_command_is_no_login_token_nor_the_other_way_round(
    web_app: WebApp, visitor: httpx2.AsyncClient
) -> None:
    email = new_email()
    user = str((await sign_up(visitor, email))["id"])
    login = mint_login_token(SECRET, user, lifetime=60)
    login_for_web = mint_login_token(SECRET, user, lifetime=60, audience="todochat-password-reset")
    stale = mint_password_reset_token(SECRET, email, lifetime=-1)
    async with web_app.visitor() as stranger:
        for token in ("", login, login_for_web, stale):
            body = {"token": token}
            answer = await stranger.post("/api/auth/password-reset/link", json=body)
            assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_TOKEN")
        headers = {"Authorization": f"Bearer {mint_password_reset_token(SECRET, email)}"}
        refused = await stranger.get(f"{web_app.api_url}/api/{user}/tasks", headers=headers)
    assert refused.status_code == 401
