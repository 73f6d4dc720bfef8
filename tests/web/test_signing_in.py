"""Accounts, sessions, and the tokens that stand for them at the API."""

import asyncpg
import httpx2
import jwt
import pytest

from db.server import connect_to
from tests.web.running import PASSWORD, WebApp, new_email, sign_up


@pytest.mark.requirement("FR-WEB-001")
async def test_a_newcomer_is_signed_in_by_a_cookie_that_no_script_reads(
    visitor: httpx2.AsyncClient,
) -> None:
    body = {"name": "Ada", "email": new_email(), "password": PASSWORD}
    answer = await visitor.post("/api/auth/sign-up/email", json=body)
    (cookie,) = answer.headers.get_list("set-cookie")
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
    body = {"email": new_email(), "password": "wrong password"}
    tries = [await visitor.post("/api/auth/sign-in/email", json=body) for _ in range(21)]
    assert [answer.status_code for answer in tries] == [401] * 20 + [429]


@pytest.mark.requirement("FR-WEB-002")
async def test_tries_are_counted_by_who_asks_not_by_whom_they_say_they_ask_for(
    web_app: WebApp,
) -> None:
    body = {"email": new_email(), "password": "wrong password"}
    statuses = []
    for number in range(21):
        forged = {"X-Forwarded-For": f"203.0.113.{number}, 127.0.0.1"}
        async with web_app.visitor(comes_from="127.0.0.2", **forged) as stranger:
            answer = await stranger.post("/api/auth/sign-in/email", json=body)
        statuses.append(answer.status_code)
    assert statuses == [401] * 20 + [429]


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
    connection = await asyncpg.connect(connect_to(database_url).dsn)
    try:
        found = await connection.fetch("select tablename from pg_tables where schemaname = 'auth'")
    finally:
        await connection.close()
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
    assert [(key["kty"], key["crv"], key["alg"]) for key in keys] == [("OKP", "Ed25519", "EdDSA")]
    assert not any("d" in key for key in keys)
    assert jwt.PyJWKSet.from_dict({"keys": keys}).keys
