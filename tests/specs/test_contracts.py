"""specs/contracts: what the services promise is what they do."""

import json

from tests.specs.write import (
    EVERYTHING,
    OPENAPI,
    TOOLS,
    api_document,
    listed_tools,
    mcp_everything,
    mcp_tools,
    openapi,
)

_TOKEN_BUDGET = 2300
_CHARACTERS_PER_TOKEN = 4


def test_the_openapi_document_is_that_of_the_code() -> None:
    assert OPENAPI.read_text("utf-8") == openapi(), "`make specs` writes it anew"


async def test_the_tools_are_those_of_the_code() -> None:
    assert TOOLS.read_text("utf-8") == await mcp_tools(), "`make specs` writes them anew"


async def test_what_the_largest_set_offers_is_that_of_the_code() -> None:
    assert EVERYTHING.read_text("utf-8") == await mcp_everything(), "`make specs` writes it anew"


async def test_the_list_of_tools_costs_a_model_little() -> None:
    compact = json.dumps(await listed_tools(), separators=(",", ":"), ensure_ascii=False)
    assert len(compact) / _CHARACTERS_PER_TOKEN < _TOKEN_BUDGET


async def test_no_tool_takes_an_identity_or_an_unknown_argument() -> None:
    for tool in await listed_tools():
        schema = tool["inputSchema"]
        assert schema["additionalProperties"] is False
        assert not [name for name in schema["properties"] if "user" in name or "owner" in name]


def test_every_event_of_the_streams_is_in_the_openapi_document() -> None:
    assert events_of("TaskEvent") == [
        *("tasks.ready", "task.changed", "notification", "notifications.read", "lists.changed"),
    ]
    assert events_of("TurnEvent") == [
        "turn.started",
        "text.delta",
        "tool.called",
        "tool.finished",
        "turn.finished",
        "turn.failed",
        "turn.cancelled",
    ]


def events_of(stream: str) -> list[str]:
    sent = api_document()["components"]["schemas"][stream]["oneOf"]
    return [event["properties"]["event"]["const"] for event in sent]
