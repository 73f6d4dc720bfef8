"""Another password, and accounts that are deleted."""

from pathlib import Path

import asyncpg
import httpx2
import pytest

from db.server import connect_to
from tests.up import own_ports
from tests.web.assistant import Assistant
from tests.web.running import PASSWORD, SECRET, WebApp, new_email, running_web_app, sign_up

OTHER = "another password that is long enough"
REFUSED = 401


async def sign_in(visitor: httpx2.AsyncClient, email: str, password: str = PASSWORD) -> int:
    body = {"email": email, "password": password}
    return (await visitor.post("/api/auth/sign-in/email", json=body)).status_code


async def change(visitor: httpx2.AsyncClient, current: str, new: str) -> httpx2.Response:
    body = {"currentPassword": current, "newPassword": new, "revokeOtherSessions": True}
    return await visitor.post("/api/auth/change-password", json=body)


async def erase(visitor: httpx2.AsyncClient, password: str = PASSWORD) -> httpx2.Response:
    return await visitor.post("/api/auth/erase-account", json={"password": password})


async def traces(database_url: str, text: str) -> dict[str, int]:
    """Count the rows that say something, in whichever table."""
    connection = await asyncpg.connect(connect_to(database_url).dsn)
    try:
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables "
            "where schemaname in ('auth', 'public')"
        )
        counted = {
            name: await connection.fetchval(
                f"select count(*) from {name} t where t::text like '%' || $1 || '%'", text
            )
            for (name,) in tables
        }
    finally:
        await connection.close()
    return {name: count for name, count in counted.items() if count}


@pytest.mark.requirement("FR-WEB-016")
async def test_a_new_password_is_the_only_one_and_ends_all_other_sessions(
    web_app: WebApp, visitor: httpx2.AsyncClient
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    async with web_app.visitor() as elsewhere:
        await sign_in(elsewhere, email)
        assert (await elsewhere.get("/bff/me/tasks")).status_code == 200
        assert (await change(visitor, PASSWORD, OTHER)).status_code == 200
        assert (await elsewhere.get("/bff/me/tasks")).status_code == REFUSED
        assert await sign_in(elsewhere, email) == REFUSED
        assert await sign_in(elsewhere, email, OTHER) == 200
    assert (await visitor.get("/bff/me/tasks")).status_code == 200


@pytest.mark.requirement("FR-WEB-016")
@pytest.mark.parametrize(
    ("current", "new", "code"),
    [
        ("wrong password", OTHER, "INVALID_PASSWORD"),
        (PASSWORD, "short", "PASSWORD_TOO_SHORT"),
        (PASSWORD, "x" * 129, "PASSWORD_TOO_LONG"),
    ],
)
async def test_a_password_is_changed_only_by_who_knows_it_and_to_a_good_one(
    visitor: httpx2.AsyncClient, current: str, new: str, code: str
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    answer = await change(visitor, current, new)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await sign_in(visitor, email) == 200


@pytest.mark.requirement("FR-WEB-017")
async def test_an_account_that_is_deleted_leaves_one_trace_which_says_so(
    web_app: WebApp, visitor: httpx2.AsyncClient, database_url: str
) -> None:
    email = new_email()
    user = await sign_up(visitor, email)
    assistant = Assistant(web_app.mcp_url, visitor)
    await visitor.post("/bff/me/tasks", json={"title": "Buy milk"})
    await visitor.post("/bff/me/access-tokens", json={"name": "laptop"})
    await visitor.patch("/bff/me/settings", json={"timezone": "Europe/Berlin"})
    await visitor.post(
        "/bff/me/chat", json={"message": "hello"}, headers={"Accept": "application/json"}
    )
    assert "Buy milk" in await assistant.call("list_tasks")
    assert len(await traces(database_url, user["id"])) > 10

    assert (await erase(visitor)).status_code == 200

    assert await traces(database_url, user["id"]) == {"public.user_states": 1}
    assert await traces(database_url, email) == {}
    assert (await visitor.get("/bff/me/tasks")).status_code == REFUSED
    assert await sign_in(visitor, email) == REFUSED
    assert (await sign_up(visitor, email))["id"] != user["id"]
    assert (await visitor.get("/bff/me/tasks")).json()["tasks"] == []


@pytest.mark.requirement("FR-WEB-017")
@pytest.mark.parametrize(
    "body", [{"password": "wrong password"}, {"password": ""}, {}, {"password": None}]
)
async def test_without_the_password_nothing_is_deleted(
    ada: httpx2.AsyncClient, body: dict[str, str | None]
) -> None:
    await ada.post("/bff/me/tasks", json={"title": "Buy milk"})
    answer = await ada.post("/api/auth/erase-account", json=body)
    assert answer.status_code == 400
    assert (await ada.get("/bff/me/tasks")).json()["total"] == 1


@pytest.mark.requirement("FR-WEB-017")
async def test_only_a_page_of_the_app_can_delete_and_only_ones_own_account(
    web_app: WebApp, ada: httpx2.AsyncClient
) -> None:
    answer = await ada.post(
        "/api/auth/erase-account",
        json={"password": PASSWORD},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    async with web_app.visitor() as stranger:
        assert (await erase(stranger)).status_code == REFUSED
    assert (await ada.delete("/bff/me")).status_code == 404
    assert (await ada.get("/bff/me/tasks")).status_code == 200


@pytest.mark.requirement("FR-WEB-017")
async def test_while_the_api_is_away_the_account_stays_but_other_sessions_end(
    database_url: str, tmp_path: Path
) -> None:
    variables = own_ports(
        TODOCHAT_DATA_DIR=str(tmp_path),
        DATABASE_URL=database_url,
        BETTER_AUTH_SECRET=SECRET,
        API_URL="http://127.0.0.1:9",
    )
    email = new_email()
    with running_web_app(variables) as alone:
        async with alone.visitor() as visitor, alone.visitor() as elsewhere:
            await sign_up(visitor, email)
            await sign_in(elsewhere, email)
            answer = await erase(visitor)
            assert (answer.status_code, answer.json()["code"]) == (503, "NOT_ERASED")
            assert (await elsewhere.get("/api/auth/get-session")).json() is None
            assert (await visitor.get("/api/auth/get-session")).json() is not None
            assert await sign_in(visitor, email) == 200
