"""Every stored key is replaced while people chat, and no turn fails."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.session import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitRequestParams, ElicitResult

from auth import jwks, key_ring
from auth.state_keys import stored_state_ring
from chat_api.tokens import login_token, stored_login_ring, stored_signing_ring
from db.engine import Sessions
from tests.cli.processes import todochat
from tests.serving import NO_AUTHORITIES
from tests.stack import Stack, running_stack

PEOPLE, TURNS = 4, 6


async def chat(stack: Stack, user: str, stopped: asyncio.Event) -> list[int]:
    """Add tasks, each with a fresh login, until all keys are new; return the statuses."""
    statuses: list[int] = []
    while not stopped.is_set() or len(statuses) < TURNS:
        token = login_token(stack.settings, user, 1)
        answer = await stack.client.post(
            f"/api/{user}/chat",
            json={"message": "Add a task to buy milk"},
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )
        tools = [call["result"] for call in answer.json().get("tool_calls", [])]
        statuses.append(answer.status_code if tools and all(tools) else 0)
    return statuses


async def delete(stack: Stack, user: str, asked: asyncio.Event, answered: asyncio.Event) -> bool:
    """Delete a task by an assistant, whose user takes time to confirm it."""

    async def confirm(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        asked.set()
        await answered.wait()
        return ElicitResult(action="accept", content={"delete": True})

    headers = {"Authorization": f"Bearer {stack.mcp_token(user)}"}
    async with httpx2.AsyncClient(headers=headers, verify=NO_AUTHORITIES) as http:
        transport: Any = streamable_http_client(stack.settings.mcp_resource, http_client=http)
        async with Client(transport, mode="auto", elicitation_callback=confirm) as client:
            for title in ("Meeting with Ann", "Meeting with Bob"):
                await client.call_tool("add_task", {"title": title})
            # The token that the first key signed is good as long as it lives.
            return not (await client.call_tool("delete_task", {"task_id": 1})).is_error


@pytest.mark.requirement("FR-AUTH-021")
async def test_no_turn_fails_while_all_keys_are_replaced(
    committed: Sessions, tmp_path: Path, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is half a minute elsewhere; a verifier may still be as late as it may be by its floor.
    monkeypatch.setattr(key_ring, "LEAD_SECONDS", 3)
    monkeypatch.setattr(jwks, "FETCH_FLOOR", 0.5)
    async with running_stack(
        committed, tmp_path, chat_provider="offline", better_auth_secret=None
    ) as stack:
        stopped = asyncio.Event()
        people = [
            asyncio.create_task(chat(stack, f"{user}-{number}", stopped))
            for number in range(PEOPLE)
        ]
        asked, answered = asyncio.Event(), asyncio.Event()
        deleting = asyncio.create_task(delete(stack, f"{user}-mcp", asked, answered))
        async with asyncio.timeout(20):
            await asked.wait()
        rings = (
            stored_login_ring(stack.settings),
            stored_signing_ring(stack.settings),
            stored_state_ring(stack.settings.data_dir),
        )
        before = [ring.signing().kid for ring in rings]
        added = [ring.rotate().key.kid for ring in rings]
        # Until a while after the new keys sign.
        await asyncio.sleep(key_ring.LEAD_SECONDS + 1.5)
        assert [ring.signing().kid for ring in rings] == added
        answered.set()
        assert await deleting
        stopped.set()
        statuses = [status for person in await asyncio.gather(*people) for status in person]
    assert set(before).isdisjoint(added)
    assert set(statuses) == {200}
    published = [key.kid for key in rings[1].verifying()]
    assert published == [before[1], added[1]]


@pytest.mark.requirement("FR-RUN-028")
def test_the_command_lists_keys_and_replaces_them(tmp_path: Path) -> None:
    todochat(tmp_path, "keys", "list")
    replaced = todochat(tmp_path, "keys", "rotate")
    assert replaced.returncode == 0
    assert len(re.findall(r"signs in 3[01] seconds", replaced.stdout)) == 3
    listed = todochat(tmp_path, "keys", "list").stdout
    assert listed.count("verifies, and signs soon") == 4
    kept = (tmp_path / "data" / "keys" / "login_secret").read_text()
    assert kept not in listed + replaced.stdout


@pytest.mark.requirement("FR-RUN-028")
def test_keys_of_settings_are_replaced_in_the_settings(tmp_path: Path) -> None:
    secret = "a secret of well over 32 characters"
    told = todochat(tmp_path, "keys", "rotate", LOGIN_SECRET=secret)
    assert "LOGIN_SECRET is set" in told.stdout
    assert secret not in told.stdout
    assert not (tmp_path / "data" / "keys" / "login_secret").exists()
