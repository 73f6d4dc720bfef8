"""What a tool call costs, counted: transactions and statements. Times are benchmarks."""

from typing import Any

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
@pytest.mark.parametrize("arguments", [{}, {"status": "pending", "sort": "due", "limit": 1}])
async def test_a_list_takes_one_transaction_of_four_statements(
    stack: Stack, engine: AsyncEngine, user: str, arguments: dict[str, Any]
) -> None:
    for title in ("Milk", "Bread"):
        await call(stack, user, "add_task", title=title)
    with counted(engine, user) as calls:
        await call(stack, user, "list_tasks", **arguments)
    assert costs(calls) == (1, 4), calls.committed
