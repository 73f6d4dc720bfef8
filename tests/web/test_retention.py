"""What expires of accounts is deleted by the web app, whose tables no other service may write."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.web.running import WebApp, execute, sign_up, web_alone

_SESSIONS = 'select "expiresAt" < now() from auth.session where "userId" = $1'
_ADD = """
    insert into auth.session (id, "userId", token, "expiresAt", "createdAt", "updatedAt")
    select $1 || n, $1, $1 || n, now() + n * interval '1 hour', now(), now()
    from generate_series(-1100, -1) n
"""
_LEFT = 'select count(*) from auth."rateLimit" where "lastRequest" = 1'


@pytest.mark.requirement("FR-RUN-152")
async def test_expired_sessions_are_deleted_in_portions_and_others_stay(
    web_app: WebApp, visitor: httpx2.AsyncClient, database_url: str, tmp_path: Path
) -> None:
    user = (await sign_up(visitor))["id"]
    await execute(database_url, _ADD, user)
    await execute(
        database_url,
        'insert into auth."rateLimit" (id, key, count, "lastRequest") values ($1, $1, 1, 1)',
        user,
    )
    with web_alone(database_url, tmp_path / "web.log"):
        async with asyncio.timeout(50):
            while await _expired(database_url, user) or await _limits(database_url):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    assert [row[0] for row in await execute(database_url, _SESSIONS, user)] == [False]
    assert (await visitor.get("/api/auth/get-session")).json()["user"]["id"] == user


async def _expired(database_url: str, user: str) -> int:
    return sum(row[0] for row in await execute(database_url, _SESSIONS, user))


async def _limits(database_url: str) -> Any:
    ((count,),) = await execute(database_url, _LEFT)
    return count
