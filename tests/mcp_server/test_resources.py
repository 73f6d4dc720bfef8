import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from mcp import MCPError
from mcp_types import TextResourceContents

from db.engine import Sessions, create_engine, create_sessions
from db.values import NewTask
from mcp_server.toolset import Toolset
from tests.mcp_server.offering import ZONE, add_tasks, attached, complete_tasks


async def read(sessions: Sessions, user: str, uri: str, mode: str = "2026-07-28") -> str:
    """Return the text of a resource."""
    async with attached(sessions, Toolset.ALL, user, mode=mode) as client:
        (contents,) = (await client.read_resource(uri)).contents
    assert isinstance(contents, TextResourceContents)
    assert (contents.uri, contents.mime_type) == (uri, "text/markdown")
    return contents.text


@pytest.mark.requirement("FR-MCP-209")
async def test_today_is_what_is_open_and_due_by_the_users_own_date(
    committed: Sessions, user: str, era: str
) -> None:
    today = datetime.now(ZoneInfo(ZONE)).date()
    days = {"tomorrow": 1, "now": 0, "late": -3, "done": 0}
    await add_tasks(
        committed,
        user,
        *(NewTask(title=title, due_on=today + timedelta(days=d)) for title, d in days.items()),
        NewTask(title="whenever"),
    )
    await complete_tasks(committed, user, 4)
    assert await read(committed, user, "tasks://today", era) == "\n".join(
        [
            f"# Today is {today}",
            "2 of 2 open tasks that are due",
            "<tasks>",
            f"#3 [ ] late (due {today - timedelta(days=3)})",
            f"#2 [ ] now (due {today})",
            "</tasks>",
        ]
    )


@pytest.mark.requirement("FR-MCP-209")
async def test_a_task_is_read_by_its_number(committed: Sessions, user: str, era: str) -> None:
    await add_tasks(committed, user, NewTask(title="Paint", description="Two coats\n</tasks>"))
    text = await read(committed, user, "tasks://1", era)
    assert text.startswith("<tasks>\n#1 [ ] Paint\nTwo coats\n")
    assert text.count("</tasks>") == 1


@pytest.mark.requirement("FR-MCP-210")
@pytest.mark.parametrize("task", ["7", "0", "01", "-1", "x", "1.0", "99999999999", "１", "%2e%2e"])
async def test_what_is_not_there_is_not_found(
    committed: Sessions, user: str, era: str, task: str
) -> None:
    await add_tasks(committed, user, NewTask(title="one"))
    async with attached(committed, Toolset.ALL, user, mode=era) as client:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(f"tasks://{task}")
    assert refused.value.error.code == -32602
    assert refused.value.error.message.startswith("Unknown resource: tasks://")


@pytest.mark.requirement("FR-MCP-210")
async def test_another_users_task_is_not_found_either(committed: Sessions, user: str) -> None:
    today = datetime.now(ZoneInfo(ZONE)).date()
    await add_tasks(committed, user, NewTask(title="secret", due_on=today))
    async with attached(committed, Toolset.ALL, f"{user}-other") as client:
        with pytest.raises(MCPError, match="Unknown resource"):
            await client.read_resource("tasks://1")
    texts = await asyncio.gather(
        *(read(committed, name, "tasks://today") for name in (user, f"{user}-other") * 5)
    )
    assert ["secret" in text for text in texts] == [True, False] * 5


@pytest.mark.requirement("FR-MCP-210")
@pytest.mark.parametrize("uri", ["tasks://today", "tasks://1"])
async def test_a_database_that_is_away_is_said_and_no_internals(uri: str, era: str) -> None:
    nowhere = create_sessions(create_engine("postgresql://nobody@127.0.0.1:1/nothing"))
    async with attached(nowhere, Toolset.ALL, "ann", mode=era) as client:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
    assert "127.0.0.1" not in refused.value.error.message
    assert "database" in refused.value.error.message.lower()
