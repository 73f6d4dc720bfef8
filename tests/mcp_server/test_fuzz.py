"""Arguments that nobody meant: never a crash, never an internal message."""

import asyncio
import json
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mcp_types import INTERNAL_ERROR
from schemathesis.generation.jsonschema.builder import build

from db.engine import Sessions
from db.user_scoped import cursor_of
from mcp_server.toolset import Toolset, tools_of
from tests.db.cursors import SORTS, task_cursors
from tests.mcp_server.plain import calling, headers_of, personal_token
from tests.mcp_server.test_limits import strict_server
from tests.stack import Stack

TOOLS = {
    tool.name: tool.parameters
    for tool in tools_of(Toolset.ALL, read_only=False, web_url="http://localhost:3000")
}
_EXAMPLES = 60
_DRAFT = jsonschema_rs.Draft202012
_INTERNAL = ("Traceback", "sqlalchemy", "asyncpg", "pydantic", "Error executing", 'File "')
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def arguments_of(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What fits the schema, and what has its names but not its types."""
    names = st.sampled_from([*schema["properties"], "user_id"])
    fitting = build(schema, draft=_DRAFT, formats={})
    return st.one_of(fitting, st.dictionaries(names, _ANYTHING, max_size=4))


@pytest.mark.requirement("FR-MCP-112")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("tool", TOOLS)
async def test_no_arguments_bring_out_more_than_a_plain_error(
    stack: Stack, committed: Sessions, user: str, tool: str
) -> None:
    token = await personal_token(committed, user)
    loop = asyncio.get_running_loop()
    async with strict_server(
        stack, committed, requests="9999/minute", writes="9999/minute", toolset=Toolset.ALL
    ) as client:

        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(arguments=arguments_of(TOOLS[tool]))
        def call(arguments: dict[str, Any]) -> None:
            body = calling(tool, **arguments)
            asked = client.post("/mcp", content=_encoded(body), headers=_headers(body, token))
            check(asyncio.run_coroutine_threadsafe(asked, loop).result(30))

        await asyncio.to_thread(call)


@pytest.mark.requirement("FR-MCP-112")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("sort", SORTS)
async def test_no_decoded_cursor_brings_out_more_than_a_plain_error(
    stack: Stack, committed: Sessions, user: str, sort: str
) -> None:
    token = await personal_token(committed, user)
    loop = asyncio.get_running_loop()
    async with strict_server(stack, committed, requests="9999/minute") as client:

        @settings(
            max_examples=_EXAMPLES // 3,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(cursor=task_cursors(sort))
        @example(cursor=cursor_of(sort, "0001-01-01T00:00:00+14:00", 1))
        @example(cursor=cursor_of(sort, True, 1))
        def call(cursor: str) -> None:
            body = calling("list_tasks", sort=sort, cursor=cursor)
            asked = client.post("/mcp", content=_encoded(body), headers=_headers(body, token))
            answer = asyncio.run_coroutine_threadsafe(asked, loop).result(30)
            check(answer)
            result = answer.json()["result"]
            if result["isError"]:
                codes = {"invalid_cursor", "invalid_arguments"}
                assert result["structuredContent"]["code"] in codes

        await asyncio.to_thread(call)


def check(answer: httpx2.Response) -> None:
    assert answer.status_code < 500, answer.text
    for internal in _INTERNAL:
        assert internal not in answer.text
    said = answer.json()
    if "result" in said and not said["result"]["isError"]:
        assert said["result"]["structuredContent"]
    elif "result" in said:
        assert said["result"]["content"][0]["text"]
    else:
        assert said["error"]["code"] != INTERNAL_ERROR


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def _headers(body: dict[str, Any], token: str) -> dict[str, str]:
    return {**headers_of(body, token), "Content-Type": "application/json"}
