"""What a tool call costs, counted: transactions and statements. Times are benchmarks."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.mcp_server.plain import calling, post
from tests.stack import Stack
from tests.statements import Transactions, counted

MOST = 5  # of statements, BEGIN and COMMIT among them


def costs(calls: Transactions) -> tuple[int, int]:
    return len(calls.committed), len(calls.statements)


async def call(stack: Stack, user: str, tool: str, **arguments: Any) -> None:
    answer = await post(stack, stack.mcp_token(user), calling(tool, **arguments))
    assert answer.is_success, answer.text
    assert not answer.json()["result"].get("isError"), answer.text


@pytest.mark.requirement("FR-MCP-115")
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("add_task", {"title": "Bread"}),
        ("add_task", {"title": "Bread", "idempotency_key": "k"}),
        ("add_task", {"title": "Bread", "list": "Groceries"}),
        ("update_task", {"task_id": 1, "list": "Groceries"}),
        ("complete_task", {"task_id": 1}),
        ("complete_task", {"task_id": "milk"}),
        ("update_task", {"task_id": 1, "title": "Oat milk", "tags": ["shop"]}),
        ("delete_task", {"task_id": "milk"}),
        ("undo_last_change", {}),
        ("undo_last_change", {"change_id": 1}),
    ],
)
async def test_a_write_takes_one_transaction_of_five_statements(
    stack: Stack, engine: AsyncEngine, user: str, tool: str, arguments: dict[str, Any]
) -> None:
    await call(stack, user, "add_task", title="Milk")
    with counted(engine, user) as calls:
        await call(stack, user, tool, **arguments)
    assert costs(calls) == (1, MOST), calls.committed


@pytest.mark.requirement("FR-MCP-115")
@pytest.mark.parametrize(
    "arguments",
    [{}, {"status": "pending", "sort": "due", "limit": 1}, {"list": "shop"}, {"view": "inbox"}],
)
async def test_a_list_takes_one_transaction_of_four_statements(
    stack: Stack, engine: AsyncEngine, user: str, arguments: dict[str, Any]
) -> None:
    for title in ("Milk", "Bread"):
        await call(stack, user, "add_task", title=title, list="Shop")
    # The first request takes a part of the caller's limit.
    await call(stack, user, "list_tasks")
    with counted(engine, user) as calls:
        await call(stack, user, "list_tasks", **arguments)
    assert costs(calls) == (1, 4), calls.committed


@pytest.mark.requirement("FR-MCP-115")
@pytest.mark.parametrize("in_a_turn", [True, False])
async def test_a_list_by_days_looks_the_zone_up_that_the_call_does_not_name(
    stack: Stack, engine: AsyncEngine, user: str, in_a_turn: bool
) -> None:
    turn = {"turn_id": str(uuid4()), "timezone": "Europe/Berlin"} if in_a_turn else {}
    # The first request takes a part of the caller's limit.
    await call(stack, user, "list_tasks")
    with counted(engine, user) as calls:
        await post(stack, stack.mcp_token(user, **turn), calling("list_tasks", view="today"))
    assert costs(calls) == (1, 4 if in_a_turn else 5), calls.committed
