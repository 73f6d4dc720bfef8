"""The secrets of the web app: replaced with nobody signed out, and changed with nothing broken."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from chat_api.supervisor.web_process import START_SCRIPT, find_node
from tests.processes import free_port
from tests.web.running import PROXY, SECRET, WebApp, sign_up

NEW = "another secret of all web apps over one database"
_READY_SECONDS = 40
# An API that has just fetched the key set fetches it again ten seconds later.
_KEYS_SECONDS = 20
_TURNS = 4


@asynccontextmanager
async def replica(
    web_app: WebApp, database_url: str, secrets: str, log: Path
) -> AsyncIterator[httpx2.AsyncClient]:
    """Run the web app once more, with secrets of its own; yields a visitor who is signed out."""
    port, node = free_port(), find_node()
    assert node
    variables = {
        "DATABASE_URL": database_url,
        "BETTER_AUTH_SECRET": secrets,
        "WEB_PORT": str(port),
        "WEB_URL": web_app.url,
        "API_URL": web_app.api_url,
        "MCP_URL": web_app.mcp_url,
        "TRUSTED_PROXIES": PROXY,
    }
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(node, str(START_SCRIPT)),
            env={**os.environ, **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        async with web_app.visitor() as visitor:
            visitor.base_url = f"http://localhost:{port}"
            await until_answer(visitor, "/healthz", _READY_SECONDS)
            yield visitor
    finally:
        process.kill()
        await process.wait()


async def until_answer(visitor: httpx2.AsyncClient, path: str, seconds: float) -> list[int]:
    """Get a path until the answer is 200; return the statuses before."""
    statuses: list[int] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            answer = await visitor.get(path)
        except httpx2.TransportError:
            answer = None
        if answer and answer.status_code == 200:
            return statuses
        statuses += [answer.status_code] if answer else []
        await asyncio.sleep(0.25)
    pytest.fail(f"{path} did not answer: {statuses}")


async def key_ids(visitor: httpx2.AsyncClient) -> set[str]:
    return {key["kid"] for key in (await visitor.get("/api/auth/jwks")).json()["keys"]}


async def chat(
    visitor: httpx2.AsyncClient, stopped: asyncio.Event | None = None, **headers: str
) -> list[int]:
    """Add some tasks by chat, and more until it is stopped; return the statuses."""
    statuses: list[int] = []
    while len(statuses) < _TURNS or (stopped and not stopped.is_set()):
        answer = await visitor.post(
            "/bff/me/chat",
            json={"message": "Add a task to buy milk"},
            headers={"Accept": "application/json", **headers},
        )
        statuses.append(answer.status_code)
    return statuses


@pytest.mark.requirement("FR-WEB-050")
async def test_no_turn_fails_while_the_secret_is_replaced(
    web_app: WebApp, ada: httpx2.AsyncClient, database_url: str, tmp_path: Path
) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
    stopped = asyncio.Event()
    through_old = asyncio.create_task(chat(ada, stopped))
    async with replica(web_app, database_url, f"{NEW},{SECRET}", tmp_path / "log") as visitor:
        through_new = await chat(visitor, Cookie=cookies)
        stopped.set()
        statuses = {*await through_old, *through_new}
    assert statuses == {200}


@pytest.mark.requirement("FR-WEB-050")
async def test_nobody_is_signed_out_when_a_secret_is_replaced(
    web_app: WebApp, ada: httpx2.AsyncClient, database_url: str, tmp_path: Path
) -> None:
    await ada.post("/bff/me/tasks", json={"title": "Hers"})
    cookies = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
    async with replica(web_app, database_url, f"{NEW},{SECRET}", tmp_path / "log") as visitor:
        tasks = await visitor.get("/bff/me/tasks", headers={"Cookie": cookies})
        session = await visitor.get("/api/auth/get-session", headers={"Cookie": cookies})
        forged = await visitor.get(
            "/bff/me/tasks", headers={"Cookie": cookies.replace(".", "x.", 1)}
        )
    assert [task["title"] for task in tasks.json()["tasks"]] == ["Hers"]
    assert session.json()["user"]["name"] == "Ada"
    assert forged.status_code == 401


@pytest.mark.requirement("FR-WEB-051")
async def test_a_changed_secret_leaves_the_relay_working(
    web_app: WebApp, ada: httpx2.AsyncClient, database_url: str, tmp_path: Path
) -> None:
    await ada.get("/bff/me/tasks")
    before = await key_ids(ada)
    async with replica(web_app, database_url, NEW, tmp_path / "log") as visitor:
        await sign_up(visitor)
        refused = await until_answer(visitor, "/bff/me/tasks", _KEYS_SECONDS)
        assert set(refused) <= {502}
        assert before < await key_ids(visitor) == await key_ids(ada)
    async with web_app.visitor() as newcomer:
        await sign_up(newcomer)
        assert (await newcomer.get("/bff/me/tasks")).status_code == 200
