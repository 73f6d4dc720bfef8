"""Clients that others wrote, each in a process of its own, do all there is to do."""

import pytest

from tests.clients.conftest import WaysIn
from tests.clients.matrix import Row
from tests.clients.programs.wire import Order
from tests.clients.running import perform
from tests.clients.steps import STEPS, TOOLS

pytestmark = pytest.mark.timeout(120)


@pytest.mark.requirement("FR-MCP-301")
async def test_a_client_is_refused_without_a_token_and_gets_its_work_done_with_one(
    row: Row, ways_in: WaysIn
) -> None:
    order = Order(
        url=ways_in.url if row.transport == "HTTP" else "",
        token=ways_in.token,
        command=ways_in.command,
        environment=ways_in.environment,
        revision=row.revision,
        calls=[(step.tool, step.arguments) for step in STEPS],
    )
    answers = await perform(row.client.command(), order)
    *refusals, seen = answers[: -len(STEPS)]
    assert {refusal["refused"] for refusal in refusals} == ({401} if order.url else set())
    assert seen["revision"] == row.revision
    assert set(seen["tools"]) == TOOLS
    for step, answer in zip(STEPS, answers[-len(STEPS) :], strict=True):
        step.judge(answer["result"])
