"""What needs the password again in a session that was left open."""

from collections.abc import Awaitable, Callable

import asyncpg
import httpx2
import pytest

from db.server import connect_to
from tests.web.running import PASSWORD, new_email, sign_up
from tests.web.test_leaving import erase, sign_in

REQUIRED = (403, "recent_login_required")

Grow = Callable[[str], Awaitable[None]]


@pytest.fixture
def let_pass(database_url: str) -> Grow:
    """Make the sessions of an account an hour older."""

    async def grow(email: str) -> None:
        connection = await asyncpg.connect(connect_to(database_url).dsn)
        await connection.execute(
            """update auth.session set "createdAt" = "createdAt" - interval '1 hour'
            where "userId" = (select id from auth."user" where email = $1)""",
            email,
        )
        await connection.close()

    return grow


async def make_token(visitor: httpx2.AsyncClient) -> tuple[int, str | None]:
    answer = await visitor.post("/bff/me/access-tokens", json={"name": "laptop"})
    return answer.status_code, answer.json().get("code")


async def confirm(visitor: httpx2.AsyncClient, password: str) -> int:
    body = {"password": password}
    return (await visitor.post("/api/auth/confirm-password", json=body)).status_code


@pytest.mark.requirement("FR-WEB-043")
async def test_a_session_that_was_left_open_makes_no_token_before_the_password_is_confirmed(
    visitor: httpx2.AsyncClient, let_pass: Grow
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    assert (await make_token(visitor))[0] == 201
    await let_pass(email)
    assert await make_token(visitor) == REQUIRED
    assert (await visitor.get("/bff/me/export")).status_code == 403
    assert (await visitor.get("/bff/me/tasks")).status_code == 200
    assert await confirm(visitor, "wrong password") == 400
    assert await make_token(visitor) == REQUIRED
    assert await confirm(visitor, PASSWORD) == 200
    assert (await make_token(visitor))[0] == 201
    assert (await visitor.get("/bff/me/export")).status_code == 200


@pytest.mark.requirement("FR-WEB-043")
async def test_the_password_that_deletes_an_account_is_enough(
    visitor: httpx2.AsyncClient, let_pass: Grow
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    await let_pass(email)
    assert (await erase(visitor)).status_code == 200
    assert await sign_in(visitor, email) == 401
