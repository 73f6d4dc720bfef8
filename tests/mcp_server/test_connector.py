import json
from datetime import date

import jsonschema
import pytest

from db.engine import Sessions
from db.values import NewTask
from mcp_server.toolset import Toolset
from tests.mcp_server.conftest import facts_of, text_of
from tests.mcp_server.offering import WEB_URL, add_tasks, attached, complete_tasks


async def search(sessions: Sessions, user: str, query: str) -> list[str]:
    """Return the titles that a query finds."""
    async with attached(sessions, Toolset.CONNECTOR, user) as client:
        found = facts_of(await client.call_tool("search", {"query": query}))
    return [hit["title"] for hit in found["results"]]


@pytest.mark.requirement("FR-MCP-205")
async def test_both_tools_take_one_string_and_only_read(
    committed: Sessions, user: str, era: str
) -> None:
    async with attached(committed, Toolset.CONNECTOR, user, mode=era) as client:
        listed = (await client.list_tools()).tools
    taken = {tool.name: tool.input_schema for tool in listed}
    for name, argument in (("search", "query"), ("fetch", "id")):
        assert list(taken[name]["properties"]) == taken[name]["required"] == [argument]
        assert taken[name]["properties"][argument]["type"] == "string"
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)


@pytest.mark.requirement("FR-MCP-205")
async def test_the_same_json_is_the_structured_content_and_the_only_text(
    committed: Sessions, user: str
) -> None:
    await add_tasks(committed, user, NewTask(title="Größe messen", description="zweimal"))
    async with attached(committed, Toolset.CONNECTOR, user) as client:
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        for name, arguments in (("search", {"query": "messen"}), ("fetch", {"id": "1"})):
            result = await client.call_tool(name, arguments)
            assert len(result.content) == 1
            assert json.loads(text_of(result)) == facts_of(result)
            jsonschema.validate(facts_of(result), schemas[name] or {})


@pytest.mark.requirement("FR-MCP-205")
async def test_what_is_found_can_be_fetched_and_has_an_address(
    committed: Sessions, user: str
) -> None:
    task = NewTask(
        title="Pay rent",
        description="By transfer\nas ever",
        due_on=date(2026, 12, 1),
        priority="high",
        tags=["money", "home"],
    )
    await add_tasks(committed, user, task)
    async with attached(committed, Toolset.CONNECTOR, user) as client:
        found = facts_of(await client.call_tool("search", {"query": "rent"}))
        read = facts_of(await client.call_tool("fetch", {"id": found["results"][0]["id"]}))
    url = f"{WEB_URL}/tasks?task=1"
    assert found == {"results": [{"id": "1", "title": "Pay rent", "url": url}]}
    dates = {name: read["metadata"].pop(name) for name in ("created_at", "updated_at")}
    assert all(dates.values())
    line = "#1 [ ] Pay rent (due 2026-12-01, high, #money, #home)"
    assert read == {
        "id": "1",
        "title": "Pay rent",
        "text": f"<tasks>\n{line}\nBy transfer\nas ever\n</tasks>",
        "url": url,
        "metadata": {
            "status": "pending",
            "due_on": "2026-12-01",
            "priority": "high",
            "tags": "money, home",
        },
    }


@pytest.mark.requirement("FR-MCP-206")
async def test_a_whole_sentence_finds_what_shares_most_words_with_it(
    committed: Sessions, user: str
) -> None:
    titles = ("Call the dentist", "Buy paint", "Buy paint for the kitchen", "Water plants")
    await add_tasks(committed, user, *(NewTask(title=title) for title in titles))
    found = await search(committed, user, "what paint did I want to buy for the kitchen?")
    assert found == ["Buy paint for the kitchen", "Buy paint", "Call the dentist"]
    assert await search(committed, user, "quarterly revenue") == []
    assert await search(committed, user, "") == []


@pytest.mark.requirement("FR-MCP-206")
async def test_open_and_newer_tasks_come_first_and_at_most_twenty(
    committed: Sessions, user: str
) -> None:
    await add_tasks(committed, user, *(NewTask(title=f"milk {n}") for n in range(1, 23)))
    await complete_tasks(committed, user, 22)
    found = await search(committed, user, "milk")
    assert found == [f"milk {number}" for number in range(21, 1, -1)]


@pytest.mark.requirement("FR-MCP-206")
@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("7", "No task 7. search shows what there is."),
        ("x", "id: must be the id of a search result"),
        ("99999999999", "id: must be the id of a search result"),
    ],
)
async def test_what_is_not_there_is_said_plainly(
    committed: Sessions, user: str, wanted: str, message: str
) -> None:
    async with attached(committed, Toolset.CONNECTOR, user) as client:
        result = await client.call_tool("fetch", {"id": wanted})
    assert result.is_error
    assert text_of(result) == message


@pytest.mark.requirement("FR-MCP-206")
async def test_another_users_task_is_neither_found_nor_fetched(
    committed: Sessions, user: str
) -> None:
    await add_tasks(committed, user, NewTask(title="secret plan"))
    other = f"{user}-other"
    assert await search(committed, other, "secret plan") == []
    async with attached(committed, Toolset.CONNECTOR, other) as client:
        assert (await client.call_tool("fetch", {"id": "1"})).is_error


@pytest.mark.requirement("FR-MCP-018")
async def test_hits_and_documents_name_who_else_wrote_them(committed: Sessions, user: str) -> None:
    async with attached(committed, Toolset.ALL, user) as client:
        await client.call_tool("add_task", {"title": "milk by the reader"})
    await add_tasks(committed, user, NewTask(title="milk by the user"))
    await add_tasks(committed, user, NewTask(title="milk"), author="assistant Planner")
    async with attached(committed, Toolset.CONNECTOR, user) as client:
        hits = facts_of(await client.call_tool("search", {"query": "milk"}))["results"]
        read = [facts_of(await client.call_tool("fetch", {"id": hit["id"]})) for hit in hits]
    for found in (hits, read):
        authors = {each["title"]: each.get("text_by") for each in found}
        assert authors == {
            "milk by the reader": None,
            "milk by the user": None,
            "milk": "assistant Planner",
        }
