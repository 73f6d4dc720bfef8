"""Reminders by e-mail as an account of the web app turns them on."""

import asyncio
import re

import httpx2
import pytest

from tests.mail_server import MailServer
from tests.web.running import WebApp, new_email, sign_up

PATH = "/bff/me/reminder-email"
HEADERS = {"X-Requested-With": "todochat"}


async def turn_on(visitor: httpx2.AsyncClient) -> httpx2.Response:
    return await visitor.put(PATH, headers=HEADERS)


async def request_link(visitor: httpx2.AsyncClient, email: str) -> httpx2.Response:
    body = {"email": email, "callbackURL": "/settings?verified=email"}
    return await visitor.post("/api/auth/send-verification-email", json=body)


async def mailed_link(mail_server: MailServer, email: str) -> str:
    (message,) = await asyncio.to_thread(mail_server.messages_to, email)
    assert message["Subject"] == "Confirm your address for Todochat"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    (link,) = re.findall(r"^http://localhost:\d+/\S+(?=\r?$)", plain.get_content(), re.M)
    assert html.get_content().count(link.replace("&", "&amp;")) == 3
    return str(link)


@pytest.mark.requirement("FR-WEB-035")
async def test_reminders_are_mailed_to_an_address_only_after_its_link_was_opened(
    visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    refused = await turn_on(visitor)
    assert (refused.status_code, refused.json()["code"]) == (422, "email_not_verified")
    assert (await request_link(visitor, email)).status_code == 200
    opened = await visitor.get(await mailed_link(mail_server, email))
    assert opened.status_code == 302
    assert opened.headers["location"].endswith("/settings?verified=email")
    # At once, though the login token from before it would be good for a quarter of an hour.
    assert (await turn_on(visitor)).json()["address"] == email
    minute = {"title": "Call Sam", "reminders": ["in 1m"]}
    assert (await visitor.post("/bff/me/tasks", json=minute, headers=HEADERS)).status_code == 201


@pytest.mark.requirement("FR-WEB-035")
async def test_a_link_that_is_forged_verifies_nothing(visitor: httpx2.AsyncClient) -> None:
    await sign_up(visitor)
    opened = await visitor.get(
        "/api/auth/verify-email", params={"token": "x.y.z", "callbackURL": "/settings"}
    )
    assert opened.status_code == 302
    assert "error=" in opened.headers["location"]
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
