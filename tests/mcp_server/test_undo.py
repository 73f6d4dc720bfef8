"""Undo in a chat concerns the conversation that it is asked for in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import jsonschema
import pytest
from mcp import Client

from db.engine import Sessions, transaction
from db.turn_values import Outcome
from tests.db.turns import close_turn, new_turn, open_turn
from tests.mcp_server.conftest import OpenClient, facts_of, text_of


class Chat:
    """A conversation whose turns call tools as the chat API does."""

    def __init__(self, sessions: Sessions, open_client: OpenClient, user: str) -> None:
        self._sessions = sessions
        self._open_client = open_client
        self._user = user
        self._conversation: UUID | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Client]:
        """Run a turn: its tools are those of the client."""
        new = new_turn("hello", self._conversation)
        async with transaction(self._sessions, self._user) as session:
            opened = await open_turn(session, self._user, new)
        self._conversation = opened.conversation_id
        async with self._open_client(self._user, turn_id=str(opened.turn_id)) as client:
            yield client
        async with transaction(self._sessions, self._user) as session:
            await close_turn(session, self._user, opened, Outcome("finished", "ok"))


@pytest.fixture
def one(committed: Sessions, open_client: OpenClient, user: str) -> Chat:
    return Chat(committed, open_client, user)


@pytest.fixture
def other(committed: Sessions, open_client: OpenClient, user: str) -> Chat:
    return Chat(committed, open_client, user)


@pytest.mark.requirement("FR-MCP-012")
async def test_undo_takes_back_what_this_conversation_did_last(one: Chat, other: Chat) -> None:
    async with one.turn() as client:
        await client.call_tool("add_task", {"title": "Buy milk"})
    async with other.turn() as client:
        await client.call_tool("add_task", {"title": "Call mom"})
    async with one.turn() as client:
        assert facts_of(await client.call_tool("undo_last_change", {}))["title"] == "Buy milk"
        left = facts_of(await client.call_tool("list_tasks", {}))["tasks"]
        assert [task["title"] for task in left] == ["Call mom"]
    async with other.turn() as client:
        assert facts_of(await client.call_tool("undo_last_change", {}))["title"] == "Call mom"
        nothing = await client.call_tool("undo_last_change", {})
        assert text_of(nothing) == "There is nothing to undo."


@pytest.mark.requirement("FR-MCP-012")
async def test_undo_takes_back_all_that_a_message_did_and_tells_how_many_tasks(
    one: Chat, other: Chat
) -> None:
    async with one.turn() as client:
        for title in ("Buy milk", "Buy bread", "Buy jam"):
            await client.call_tool("add_task", {"title": title})
    async with other.turn() as client:
        await client.call_tool("complete_task", {"task_id": 1})
    async with one.turn() as client:
        undone = await client.call_tool("undo_last_change", {})
        facts = facts_of(undone)
        assert (facts["title"], facts["others"], facts["skipped"]) == ("Buy jam", 1, 1)
        assert text_of(undone) == (
            "undone: <task>#3 Buy jam</task> was created; more tasks as before: 1; "
            "left, since changed by others: 1"
        )


@pytest.mark.requirement("FR-MCP-012")
async def test_a_conversation_that_changed_nothing_names_the_change_elsewhere(
    one: Chat, other: Chat
) -> None:
    async with one.turn() as client:
        await client.call_tool("add_task", {"title": "Buy milk"})
    async with other.turn() as client:
        refused = await client.call_tool("undo_last_change", {})
        assert refused.is_error
        assert text_of(refused) == (
            "No change of this conversation can be taken back. The newest elsewhere is change_id 1:"
            " created <task>#1 Buy milk</task>. Ask the user, then call undo_last_change with its"
            " change_id."
        )
        assert refused.structured_content == {
            "code": "nothing_to_undo_here",
            "message": "No change of this conversation can be taken back.",
            "hint": "Ask the user, then call undo_last_change with its change_id.",
            "change": {"change_id": 1, "action": "created", "task_id": 1, "title": "Buy milk"},
        }
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        jsonschema.validate(refused.structured_content, schemas["undo_last_change"] or {})
        taken = facts_of(await client.call_tool("undo_last_change", {"change_id": 1}))
        assert (taken["undone"], taken["title"]) == ("created", "Buy milk")


@pytest.mark.requirement("FR-MCP-012")
async def test_a_task_that_was_changed_elsewhere_since_is_left_alone(
    one: Chat, other: Chat
) -> None:
    async with one.turn() as client:
        await client.call_tool("add_task", {"title": "Buy milk"})
    async with other.turn() as client:
        await client.call_tool("complete_task", {"task_id": 1})
    async with one.turn() as client:
        refused = (await client.call_tool("undo_last_change", {})).structured_content
        assert isinstance(refused, dict)
        assert (refused["code"], refused["change"]["change_id"]) == ("nothing_to_undo_here", 2)
    async with other.turn() as client:
        await client.call_tool("undo_last_change", {})
    async with one.turn() as client:
        assert facts_of(await client.call_tool("undo_last_change", {}))["undone"] == "created"


@pytest.mark.requirement("FR-MCP-012")
async def test_a_client_outside_the_chat_takes_back_the_newest_change_of_all(
    one: Chat, client: Client
) -> None:
    await client.call_tool("add_task", {"title": "Call mom"})
    async with one.turn() as turn:
        await turn.call_tool("add_task", {"title": "Buy milk"})
    assert facts_of(await client.call_tool("undo_last_change", {}))["title"] == "Buy milk"
    foreign = await client.call_tool("undo_last_change", {"change_id": 2})
    assert foreign.structured_content == {
        "code": "not_the_newest_change",
        "message": "Other changes came after this one, or it was taken back already.",
    }
    assert facts_of(await client.call_tool("undo_last_change", {"change_id": 1}))["task_id"] == 1
