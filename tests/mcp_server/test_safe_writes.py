"""Writes that are sent again, by mistake or in a storm, and that may be taken back."""

import asyncio
from uuid import uuid4

import pytest
from mcp import Client
from mcp.client.session import ClientRequestContext
from mcp_types import ElicitRequestParams, ElicitResult

from tests.mcp_server.conftest import OpenClient, facts_of, text_of
from tests.mcp_server.plain import calling, post
from tests.stack import Stack

STORM = 50
USERS, CALLS_PER_USER = 20, 20


@pytest.mark.requirement("FR-MCP-005")
async def test_a_storm_of_retries_adds_one_task(stack: Stack, user: str) -> None:
    token = stack.mcp_token(user)
    add = calling("add_task", title="Buy milk", idempotency_key="storm")
    answers = await asyncio.gather(*(post(stack, token, add) for _ in range(STORM)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["result"]["structuredContent"]["task_id"] for answer in answers} == {1}
    listed = await post(stack, token, calling("list_tasks"))
    assert listed.json()["result"]["structuredContent"]["total"] == 1


@pytest.mark.requirement("FR-MCP-007")
async def test_many_users_on_one_pool_see_their_own_tasks_only(stack: Stack) -> None:
    users = [f"user-{uuid4().hex[:12]}" for _ in range(USERS)]
    tokens = {user: stack.mcp_token(user) for user in users}

    async def call(number: int) -> None:
        user = users[number % USERS]
        if number % 4 == 3:
            answer = await post(stack, tokens[user], calling("list_tasks", limit=100))
            tasks = answer.json()["result"]["structuredContent"]["tasks"]
            assert {task["title"] for task in tasks} <= {f"{user} {n}" for n in range(number)}
        else:
            title = f"{user} {number // USERS}"
            answer = await post(stack, tokens[user], calling("add_task", title=title))
            assert answer.json()["result"]["structuredContent"]["title"] == title

    some_at_once = asyncio.Semaphore(40)

    async def one(number: int) -> None:
        async with some_at_once:
            await call(number)

    await asyncio.gather(*(one(number) for number in range(USERS * CALLS_PER_USER)))
    for user in users:
        listed = await post(stack, tokens[user], calling("list_tasks", limit=100))
        tasks = listed.json()["result"]["structuredContent"]["tasks"]
        assert all(task["title"].startswith(user) for task in tasks)


@pytest.mark.requirement("FR-MCP-106")
@pytest.mark.parametrize("again", ["Buy milk", "buy  MILK!", "Buy mlik"])
async def test_a_task_that_is_added_twice_says_so(client: Client, again: str) -> None:
    await client.call_tool("add_task", {"title": "Buy milk"})
    result = await client.call_tool("add_task", {"title": again})
    assert facts_of(result)["similar_to"] == 1
    assert "undo_last_change" in text_of(result)


@pytest.mark.requirement("FR-MCP-106")
async def test_other_tasks_and_deleted_ones_are_no_repetition(client: Client) -> None:
    for title in ("Buy milk", "Buy bread", "Read part 1", "Read part 2"):
        assert "similar_to" not in facts_of(await client.call_tool("add_task", {"title": title}))
    await client.call_tool("delete_task", {"task_id": 1})
    assert "similar_to" not in facts_of(await client.call_tool("add_task", {"title": "Buy milk"}))


class Person:
    """Somebody who is asked, and answers always the same."""

    def __init__(self, answer: ElicitResult) -> None:
        self._answer = answer
        self.asked: list[str] = []

    async def __call__(self, _: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(params.message)
        return self._answer


YES = ElicitResult(action="accept", content={"delete": True})
NO = ElicitResult(action="accept", content={"delete": False})
MEETINGS = ("Meeting with Ann", "Meeting with Bob", "Buy milk")


async def add(client: Client, *titles: str) -> None:
    for title in titles:
        await client.call_tool("add_task", {"title": title})


@pytest.mark.requirement("FR-MCP-107")
@pytest.mark.parametrize("named", [1, "meeting with ann"])
async def test_a_delete_that_may_be_meant_for_another_task_is_confirmed(
    open_client: OpenClient, user: str, named: int | str
) -> None:
    person = Person(YES)
    async with open_client(user, asked=person) as client:
        await add(client, *MEETINGS)
        assert facts_of(await client.call_tool("delete_task", {"task_id": named}))["task_id"] == 1
    assert person.asked == ["Delete #1 “Meeting with Ann”? There is also #2 “Meeting with Bob”."]


@pytest.mark.requirement("FR-MCP-107")
@pytest.mark.parametrize(
    "answer",
    [NO, ElicitResult(action="decline"), ElicitResult(action="cancel")],
    ids=["no", "declined", "cancelled"],
)
async def test_nothing_is_deleted_without_the_users_word(
    open_client: OpenClient, user: str, answer: ElicitResult
) -> None:
    async with open_client(user, asked=Person(answer)) as client:
        await add(client, *MEETINGS)
        refused = await client.call_tool("delete_task", {"task_id": 1})
        assert refused.is_error
        assert text_of(refused) == "The user did not confirm. Nothing was deleted."
        assert facts_of(await client.call_tool("list_tasks", {}))["total"] == 3


@pytest.mark.requirement("FR-MCP-107")
async def test_who_is_sure_is_not_asked(open_client: OpenClient, user: str) -> None:
    person = Person(NO)
    async with open_client(user, asked=person) as client:
        await add(client, *MEETINGS)
        assert (await client.call_tool("delete_task", {"task_id": "meeting"})).is_error
        assert facts_of(await client.call_tool("delete_task", {"task_id": 3}))["task_id"] == 3
    async with open_client(user) as client:
        assert facts_of(await client.call_tool("delete_task", {"task_id": 1}))["task_id"] == 1
    assert person.asked == []
