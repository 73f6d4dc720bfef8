"""Reminders by e-mail as an account of the web app turns them on."""

import asyncio
import time

import httpx2
import jwt
import pytest

from auth.minting import mint_password_reset_token
from tests.mail_server import MailServer
from tests.web.running import (
    SECRET,
    WebApp,
    confirm,
    confirmation_link,
    execute,
    new_email,
    sign_up,
)

PATH = "/bff/me/reminder-email"
HEADERS = {"X-Requested-With": "todochat"}


async def turn_on(visitor: httpx2.AsyncClient) -> httpx2.Response:
    return await visitor.put(PATH, headers=HEADERS)


async def request_link(visitor: httpx2.AsyncClient, email: str) -> httpx2.Response:
    body = {"email": email, "callbackURL": "/settings?verified=email"}
    return await visitor.post("/api/auth/send-verification-email", json=body)


async def sign_up_unconfirmed(visitor: httpx2.AsyncClient, database_url: str) -> str:
    """Sign up as before there was a mail server; return the address."""
    email = new_email()
    await sign_up(visitor, email)
    await execute(
        database_url, 'update auth."user" set "emailVerified" = false where email = $1', email
    )
    return email


async def mailed_link(mail_server: MailServer, email: str) -> httpx2.URL:
    message = await asyncio.to_thread(mail_server.take, email)
    assert message["Subject"] == "Confirm your address for Todochat"
    link = confirmation_link(message)
    html = message.get_body(("html",))
    assert html
    assert html.get_content().count(str(link)) == 3
    return link


@pytest.mark.requirement("FR-WEB-035")
async def test_reminders_are_mailed_to_an_address_only_after_its_link_was_opened(
    visitor: httpx2.AsyncClient, mail_server: MailServer, database_url: str
) -> None:
    email = await sign_up_unconfirmed(visitor, database_url)
    refused = await turn_on(visitor)
    assert (refused.status_code, refused.json()["code"]) == (422, "email_not_verified")
    assert (await request_link(visitor, email)).status_code == 200
    link = await mailed_link(mail_server, email)
    assert link.params["next"] == "/settings?verified=email"
    assert (await visitor.get(link.copy_with(fragment=None))).status_code == 200
    assert (await turn_on(visitor)).status_code == 422
    assert (await confirm(visitor, link.fragment)).status_code == 200
    # At once, though the login token from before it would be good for a quarter of an hour.
    assert (await turn_on(visitor)).json()["address"] == email
    minute = {"title": "Call Sam", "reminders": ["in 1m"]}
    assert (await visitor.post("/bff/me/tasks", json=minute, headers=HEADERS)).status_code == 201


@pytest.mark.requirement("FR-WEB-035")
async def test_a_link_that_is_forged_or_another_token_of_ours_confirms_nothing(
    visitor: httpx2.AsyncClient, database_url: str
) -> None:
    email = await sign_up_unconfirmed(visitor, database_url)
    tokens = [
        "x.y.z",
        "",
        mint_password_reset_token(SECRET, email),
        jwt.encode({"email": email, "exp": time.time() - 1}, SECRET),
        jwt.encode({"email": email, "exp": time.time() + 60}, "x" * 40),
    ]
    for token in tokens:
        answer = await confirm(visitor, token)
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_TOKEN")
    opened = await visitor.get("/api/auth/verify-email", params={"token": "x.y.z"})
    assert opened.status_code == 404
    assert (await turn_on(visitor)).status_code == 422


@pytest.mark.requirement("FR-WEB-035")
async def test_an_address_of_somebody_else_gets_no_link(
    web_app: WebApp, visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    await sign_up(visitor)
    other = new_email()
    assert (await request_link(visitor, other)).status_code == 400
    async with web_app.visitor() as stranger:
        answers = [await request_link(stranger, other) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert mail_server.messages_to(other, 0) == []
