"""Accounts that somebody has already, and addresses that nobody confirmed yet."""

import asyncio
import statistics
import time
from pathlib import Path

import httpx2
import pytest

from tests.mail_server import MailServer
from tests.up import own_ports
from tests.web.running import (
    PASSWORD,
    SECRET,
    WebApp,
    confirm,
    confirmation_link,
    create_account,
    execute,
    new_email,
    running_web_app,
    sign_up,
)
from tests.web.test_clients import asking, registered
from tests.web.test_signing_in import sign_in

OTHER = "another password that is long enough"


def shape(answer: httpx2.Response) -> object:
    """Return all of an answer that does not differ between two new accounts."""
    body = answer.json()
    own = ("id", "email", "createdAt", "updatedAt")
    user = {name: len(value) if name in own else value for name, value in body["user"].items()}
    headers = {name for name in answer.headers if name != "date"}
    return answer.status_code, body["token"], list(user.items()), headers


@pytest.mark.requirement("FR-WEB-039")
async def test_signing_up_does_not_tell_whether_an_address_has_an_account_but_its_owner(
    web_app: WebApp, visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email, free = new_email(), new_email()
    await sign_up(visitor, email)
    async with web_app.visitor() as stranger:
        answers = [await create_account(stranger, one) for one in (email, email.upper(), free)]
        assert len({str(shape(answer)) for answer in answers}) == 1
        assert (await stranger.get("/bff/me/tasks")).status_code == 401
    # Two tries within the hour are one message.
    (message,) = await asyncio.to_thread(mail_server.messages_to, email)
    assert message["Subject"] == "You already have a Todochat account"
    assert f"{web_app.url}/login" in str(message.get_body(("plain",)))
    await asyncio.to_thread(mail_server.take, free)
    assert len(mail_server.messages_to(email)) == 1
    assert await sign_in(visitor, email) == 200


@pytest.mark.requirement("FR-WEB-039")
async def test_signing_up_takes_as_long_with_an_account_as_without(
    web_app: WebApp, visitor: httpx2.AsyncClient
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    times: dict[bool, list[float]] = {True: [], False: []}
    async with web_app.visitor() as stranger:
        for exists in (True, False) * 7:
            started = time.perf_counter()
            await create_account(stranger, email if exists else new_email())
            times[exists].append(time.perf_counter() - started)
    known, unknown = (statistics.median(times[exists]) for exists in (True, False))
    noise = max(statistics.stdev(times[exists]) for exists in (True, False))
    assert abs(known - unknown) < max(0.02, 2 * noise)


@pytest.mark.requirement("FR-WEB-035")
async def test_an_account_is_of_no_use_until_its_address_is_confirmed(
    visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email = new_email()
    await create_account(visitor, email)
    assert (await visitor.get("/bff/me/tasks")).status_code == 401
    await asyncio.to_thread(mail_server.take, email)
    body = {"email": email, "password": PASSWORD}
    refused = await visitor.post("/api/auth/sign-in/email", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "EMAIL_NOT_VERIFIED")
    # The right password brings another link, a wrong one the usual answer.
    link = confirmation_link(await asyncio.to_thread(mail_server.take, email))
    assert await sign_in(visitor, email, OTHER) == 401
    assert mail_server.messages_to(email, 0) == []
    assert (await confirm(visitor, link.fragment)).status_code == 200
    assert (await visitor.get("/bff/me/tasks")).status_code == 200


@pytest.mark.requirement("FR-WEB-035")
async def test_who_signs_up_with_the_address_of_somebody_else_gains_nothing_by_their_click(
    web_app: WebApp, visitor: httpx2.AsyncClient, mail_server: MailServer, database_url: str
) -> None:
    email = new_email()
    async with web_app.visitor() as squatter:
        await create_account(squatter, email)
        message = await asyncio.to_thread(mail_server.take, email)
        link = confirmation_link(message)
        assert (await visitor.get(link.copy_with(fragment=None))).status_code == 200
        wrong = await confirm(visitor, link.fragment, OTHER)
        assert (wrong.status_code, wrong.json()["code"]) == (401, "INVALID_PASSWORD")
        assert await sign_in(squatter, email) == 403
    (row,) = await execute(
        database_url, 'select "emailVerified" as it from auth."user" where email = $1', email
    )
    assert row["it"] is False


@pytest.mark.requirement("FR-WEB-005")
async def test_a_newcomer_whom_an_assistant_brings_goes_on_to_the_consent_by_the_link(
    web_app: WebApp, visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    question = asking(await registered(web_app), web_app.mcp_url)
    email = new_email()
    body = {
        "name": "Grace",
        "email": email,
        "password": PASSWORD,
        "callbackURL": str(httpx2.URL("/api/auth/oauth2/authorize", params=question)),
    }
    await visitor.post("/api/auth/sign-up/email", json=body)
    link = confirmation_link(await asyncio.to_thread(mail_server.take, email))
    await confirm(visitor, link.fragment)
    asked = await visitor.get(link.params["next"])
    assert httpx2.URL(asked.headers["location"]).path == "/consent"


@pytest.mark.requirement("FR-WEB-036")
async def test_guesses_by_a_link_are_slowed_down(
    visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email = new_email()
    await create_account(visitor, email)
    token = confirmation_link(await asyncio.to_thread(mail_server.take, email)).fragment
    tries = [await confirm(visitor, token, OTHER) for _ in range(6)]
    assert [answer.status_code for answer in tries] == [401] * 6
    assert (await confirm(visitor, token)).status_code == 429


@pytest.mark.requirement("FR-WEB-039")
async def test_without_a_mail_server_one_is_in_at_once_and_who_probes_addresses_is_slowed_down(
    database_url: str, tmp_path: Path
) -> None:
    variables = own_ports(
        TODOCHAT_DATA_DIR=str(tmp_path),
        DATABASE_URL=database_url,
        BETTER_AUTH_SECRET=SECRET,
        TRUSTED_PROXIES="127.0.0.1",
    )
    email = new_email()
    with running_web_app(variables) as alone:
        async with alone.visitor() as visitor, alone.visitor() as stranger:
            await sign_up(visitor, email)
            assert (await visitor.get("/bff/me/tasks")).status_code == 200
            probes = [(await create_account(stranger, email)).status_code for _ in range(7)]
            assert probes == [422] * 6 + [429]
            assert (await create_account(stranger, new_email())).status_code == 429
            assert (await create_account(visitor, new_email())).status_code == 200
