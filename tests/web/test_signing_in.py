"""Accounts, sessions, and the tokens that stand for them at the API."""

import asyncio

import httpx2
import jwt
import pytest

from tests.mail_server import MailServer
from tests.web.running import (
    PASSWORD,
    WebApp,
    confirm,
    confirmation_link,
    create_account,
    execute,
    new_email,
    sign_up,
)
from tests.web.test_forgotten_password import mailed_secret

WRONG = "a password that is wrong"


async def sign_in(visitor: httpx2.AsyncClient, email: str, password: str = PASSWORD) -> int:
    body = {"email": email, "password": password}
    return (await visitor.post("/api/auth/sign-in/email", json=body)).status_code


async def guess(web_app: WebApp, email: str, password: str = WRONG) -> tuple[int, int]:
    """Try a password from an address of its own; return the status and the seconds to wait."""
    async with web_app.visitor() as stranger:
        body = {"email": email, "password": password}
        answer = await stranger.post("/api/auth/sign-in/email", json=body)
    return answer.status_code, int(answer.headers.get("retry-after", 0))


async def pause(database_url: str) -> float:
    """Return the seconds of the newest pause after a wrong password, which is over then."""
    (row,) = await execute(
        database_url,
        'update auth."signInBackoff" new set "blockedUntil" = now() '
        'from (select * from auth."signInBackoff" order by "updatedAt" desc limit 1) old '
        "where new.id = old.id "
        'returning extract(epoch from old."blockedUntil" - old."updatedAt")::float8 as seconds',
    )
    seconds: float = row["seconds"]
    return seconds


async def set_failures(database_url: str, failures: int) -> None:
    await execute(
        database_url,
        'update auth."signInBackoff" set failures = $1 where "updatedAt" = '
        '(select max("updatedAt") from auth."signInBackoff")',
        failures,
    )


@pytest.mark.requirement("FR-WEB-001")
async def test_a_newcomer_is_signed_in_by_a_cookie_that_no_script_reads(
    visitor: httpx2.AsyncClient, mail_server: MailServer
) -> None:
    email = new_email()
    await create_account(visitor, email)
    message = await asyncio.to_thread(mail_server.take, email)
    answer = await confirm(visitor, confirmation_link(message).fragment)
    cookies = answer.headers.get_list("set-cookie")
    assert any(cookie.startswith("better-auth.session_token=") for cookie in cookies)
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert (await visitor.get("/bff/me/tasks")).json()["tasks"] == []


@pytest.mark.requirement("FR-WEB-001")
@pytest.mark.parametrize("password", ["short", "x" * 129])
async def test_a_password_that_is_too_short_or_too_long_is_refused(
    visitor: httpx2.AsyncClient, password: str
) -> None:
    body = {"name": "Ada", "email": new_email(), "password": password}
    answer = await visitor.post("/api/auth/sign-up/email", json=body)
    assert (answer.status_code, answer.json()["code"][:8]) == (400, "PASSWORD")


@pytest.mark.requirement("FR-WEB-002")
async def test_a_wrong_password_and_an_unknown_address_are_answered_the_same(
    web_app: WebApp, visitor: httpx2.AsyncClient
) -> None:
    known = new_email()
    await sign_up(visitor, known)
    async with web_app.visitor() as stranger:
        answers = [
            await stranger.post(
                "/api/auth/sign-in/email", json={"email": email, "password": "wrong password"}
            )
            for email in (known, new_email())
        ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


@pytest.mark.requirement("FR-WEB-002")
async def test_too_many_tries_in_a_minute_are_refused(visitor: httpx2.AsyncClient) -> None:
    assert [await sign_in(visitor, new_email(), WRONG) for _ in range(21)] == [401] * 20 + [429]


@pytest.mark.requirement("FR-WEB-002")
async def test_tries_are_counted_by_who_asks_not_by_whom_they_say_they_ask_for(
    web_app: WebApp,
) -> None:
    statuses = []
    for number in range(21):
        forged = {"X-Forwarded-For": f"203.0.113.{number}, 127.0.0.1"}
        async with web_app.visitor(comes_from="127.0.0.2", **forged) as stranger:
            statuses.append(await sign_in(stranger, new_email(), WRONG))
    assert statuses == [401] * 20 + [429]


@pytest.mark.requirement("FR-WEB-036")
@pytest.mark.parametrize("exists", [True, False])
async def test_guesses_at_one_account_are_slowed_down_wherever_they_come_from(
    web_app: WebApp, database_url: str, *, exists: bool
) -> None:
    email = new_email()
    if exists:
        async with web_app.visitor() as owner:
            await sign_up(owner, email)
    pauses = []
    for _ in range(7):
        assert (await guess(web_app, email))[0] == 401
        pauses.append(await pause(database_url))
    assert pauses == [0] * 5 + [2, 4]
    await set_failures(database_url, 11)
    guesses = await asyncio.gather(*(guess(web_app, email) for _ in range(5)))
    # What comes at once gains nothing by that.
    assert sorted(status for status, _ in guesses) == [401] + [429] * 4
    assert max(seconds for _, seconds in guesses) in range(100, 129)
    assert (await guess(web_app, email, PASSWORD))[0] == 429
    assert await pause(database_url) == 128
    await set_failures(database_url, 1000)
    await guess(web_app, email)
    assert await pause(database_url) == 900


@pytest.mark.requirement("FR-WEB-036")
async def test_guesses_of_strangers_do_not_lock_out_the_owner(
    web_app: WebApp, mail_server: MailServer, database_url: str
) -> None:
    email = new_email()
    async with web_app.visitor() as owner, web_app.visitor() as newcomer:
        await sign_up(owner, email)
        await owner.post("/api/auth/sign-out", json={})
        await guess(web_app, email)
        await set_failures(database_url, 20)
        await guess(web_app, email)
        assert await sign_in(newcomer, email) == 429
        # In a browser that was signed in before.
        assert await sign_in(owner, email) == 200
        # And in a new one, by a link to a new password.
        await newcomer.post("/api/auth/request-password-reset", json={"email": email})
        secret = await mailed_secret(mail_server, email)
        await newcomer.post("/api/auth/password-reset/check", json={"token": secret})
        assert await sign_in(newcomer, email) == 200


@pytest.mark.requirement("FR-WEB-036")
async def test_a_browser_that_was_signed_in_is_slowed_down_too(
    visitor: httpx2.AsyncClient, database_url: str
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    assert await sign_in(visitor, email, WRONG) == 401
    await set_failures(database_url, 20)
    assert [await sign_in(visitor, email, WRONG) for _ in range(2)] == [401, 429]


@pytest.mark.requirement("FR-WEB-036")
@pytest.mark.parametrize("path", ["erase-account", "confirm-password"])
async def test_a_session_does_not_guess_the_password_either(
    ada: httpx2.AsyncClient, database_url: str, path: str
) -> None:
    body = {"password": WRONG}
    assert (await ada.post(f"/api/auth/{path}", json=body)).status_code == 400
    await set_failures(database_url, 20)
    tries = [await ada.post(f"/api/auth/{path}", json=body) for _ in range(2)]
    assert [answer.status_code for answer in tries] == [400, 429]


@pytest.mark.requirement("FR-WEB-037")
@pytest.mark.parametrize("password", ["Password123", "xxxxxxxxxxxx", "todochat2026"])
async def test_a_password_that_is_guessed_first_is_refused_wherever_one_is_chosen(
    visitor: httpx2.AsyncClient, mail_server: MailServer, password: str
) -> None:
    email = new_email()
    body = {"name": "Ada", "email": email, "password": password}
    refused = [await visitor.post("/api/auth/sign-up/email", json=body)]
    await sign_up(visitor, email)
    change = {"currentPassword": PASSWORD, "newPassword": password}
    refused.append(await visitor.post("/api/auth/change-password", json=change))
    await visitor.post("/api/auth/request-password-reset", json={"email": email})
    link = {"token": await mailed_secret(mail_server, email), "newPassword": password}
    refused.append(await visitor.post("/api/auth/reset-password", json=link))
    assert [answer.status_code for answer in refused] == [400] * 3
    assert {answer.json()["code"] for answer in refused} == {"PASSWORD_TOO_COMMON"}


@pytest.mark.requirement("FR-WEB-002")
async def test_a_page_of_another_origin_can_sign_nobody_in(web_app: WebApp) -> None:
    email = new_email()
    async with web_app.visitor() as visitor:
        await sign_up(visitor, email)
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    async with web_app.visitor(**foreign) as visitor:
        answer = await visitor.post(
            "/api/auth/sign-in/email", json={"email": email, "password": PASSWORD}
        )
    assert answer.status_code == 403


@pytest.mark.requirement("FR-WEB-001")
async def test_who_signed_out_is_refused_and_can_sign_in_again(
    visitor: httpx2.AsyncClient,
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    session = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    await visitor.post("/api/auth/sign-out", json={})
    kept = await visitor.get("/bff/me/tasks", headers={"Cookie": session})
    assert kept.status_code == 401
    await visitor.post("/api/auth/sign-in/email", json={"email": email, "password": PASSWORD})
    assert (await visitor.get("/bff/me/tasks")).status_code == 200


@pytest.mark.requirement("FR-WEB-001")
async def test_two_people_see_nothing_of_each_other(
    web_app: WebApp, ada: httpx2.AsyncClient
) -> None:
    await ada.post("/bff/me/tasks", json={"title": "Hers"})
    async with web_app.visitor() as other:
        await sign_up(other)
        assert (await other.get("/bff/me/tasks")).json()["tasks"] == []


@pytest.mark.requirement("FR-WEB-003")
async def test_the_tables_are_in_a_schema_of_their_own(
    web_app: WebApp, ada: httpx2.AsyncClient, database_url: str
) -> None:
    found = await execute(database_url, "select tablename from pg_tables where schemaname = 'auth'")
    assert {row["tablename"] for row in found} >= {"user", "session", "account", "jwks"}


@pytest.mark.requirement("FR-WEB-004")
async def test_no_page_gets_a_login_token(ada: httpx2.AsyncClient) -> None:
    assert (await ada.get("/api/auth/token")).status_code == 404
    session = await ada.get("/api/auth/get-session")
    assert session.status_code == 200
    assert "set-auth-jwt" not in session.headers


@pytest.mark.requirement("FR-WEB-004")
async def test_the_key_set_is_public_and_has_public_keys_only(ada: httpx2.AsyncClient) -> None:
    await ada.get("/bff/me/tasks")
    keys = (await ada.get("/api/auth/jwks")).json()["keys"]
    kinds = {(key["kty"], key["crv"], key["alg"]) for key in keys}
    assert kinds == {("OKP", "Ed25519", "EdDSA")}
    assert not any("d" in key for key in keys)
    assert jwt.PyJWKSet.from_dict({"keys": keys}).keys
