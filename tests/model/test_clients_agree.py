"""The built-in client and the Agents SDK's send the same requests and read the same answers."""

from dataclasses import replace
from typing import Any

import pytest

from chat_api.settings import ProviderName
from tests.model.asking import ask
from tests.model.conftest import BuildModel
from tests.model_server import ModelServer
from tests.model_server.script import Answer, call, calls, say

pytestmark = pytest.mark.parametrize("model_client", ["built-in"])

SEQUENCES: dict[str, list[Answer]] = {
    "text": [say("A reply in several words, with ünïcode ✓ and\n\na second paragraph.")],
    "tool": [call("add_task", {"title": "Milk"}), say("Added.")],
    "tools": [
        calls(call("add_task", {"title": "Milk"}), call("list_tasks", {"status": "all"})),
        call("add_task", {"title": "Überweisung ✓"}),
        say("Added both."),
    ],
    "reasoning": [replace(call("add_task", {"title": "Milk"}), reasoning=True), say("Added.")],
    "text and tool": [replace(call("list_tasks"), text="Let me see. "), say("None.")],
}


@pytest.mark.requirement("FR-CHAT-214")
@pytest.mark.parametrize("name", SEQUENCES)
async def test_both_clients_send_the_same_and_read_the_same(
    make_model: BuildModel, model_server: ModelServer, provider: ProviderName, name: str
) -> None:
    outcomes: list[tuple[Any, ...]] = []
    for client in ("built-in", "sdk"):
        model_server.reset()
        model_server.script(*SEQUENCES[name])
        reply = await ask(await make_model(model_client=client), "Hello")
        outcomes.append((reply.text, reply.added, reply.tokens, _comparable(model_server)))
    assert outcomes[0] == outcomes[1]


def _comparable(model_server: ModelServer) -> list[Any]:
    """Return the request bodies without ids, which the stub makes anew for each answer."""
    return [_without_ids(seen.body) for seen in model_server.requests]


def _without_ids(value: Any) -> Any:
    match value:
        case dict():
            kept = {name: part for name, part in value.items() if not name.endswith("id")}
            # The vendor takes an absent value and an empty one for the same.
            return {
                name: _without_ids(part) for name, part in kept.items() if part not in (None, [])
            }
        case list():
            return [_without_ids(part) for part in value]
        case _:
            return value
