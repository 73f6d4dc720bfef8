"""The transactions, statements and bytes of a turn and a call: goal 4.

They are counted in this process, as `make test` does too.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine, create_sessions
from tests.bench.calls import tool_call
from tests.bench.client import Request
from tests.bench.figures import Goal, Row, at_most
from tests.bench.model import TEXT
from tests.bench.run import Options
from tests.bench.services import MODEL, installation
from tests.bench.turns import OPENAI, ours
from tests.stack import Stack, running_stack
from tests.statements import Transactions, counted

_FIRST = "a caller's first request in a minute takes one transaction more, for its limit"


async def statements(_: Options) -> AsyncIterator[Row]:
    """Count those of a short turn, and of a tool's write."""
    async with _stack() as (stack, engine):
        user = f"user-{uuid4().hex[:12]}"
        conversation = (await stack.say(user, "hello there")).json()["conversation_id"]
        with counted(engine, user) as turn:
            body = await _streamed(stack, user, conversation)
        for row in _rows("plain", turn, at_most(3), at_most(8)):
            yield row
        yield _row("plain", "bytes of a stream a token", len(body) / len(TEXT.split()), "B", None)
        request = tool_call(
            stack.settings.mcp_resource, stack.mcp_token(user), "add_task", {"title": "Oat milk"}
        )
        await _call(stack, request)
        with counted(engine, user) as call:
            await _call(stack, request)
        for row in _rows("MCP: add_task", call, at_most(1), at_most(5), _FIRST):
            yield row


@asynccontextmanager
async def _stack() -> AsyncIterator[tuple[Stack, AsyncEngine]]:
    async with installation() as made:
        engine = create_engine(made.database_url)
        settings: dict[str, Any] = {
            "chat_provider": OPENAI,
            "chat_model": MODEL,
            "openai_api_key": "sk-bench",
            "openai_base_url": made.model_url,
        }
        async with running_stack(
            create_sessions(engine), made.folder, listen_to=made.database_url, **settings
        ) as stack:
            yield stack, engine
        await engine.dispose()


async def _streamed(stack: Stack, user: str, conversation: str) -> bytes:
    body = {"message": "hello there", "conversation_id": conversation}
    headers = {**stack.as_user(user), "content-type": "application/json"}
    answer = await stack.client.post(
        f"/api/{user}/chat", content=orjson.dumps(body), headers=headers
    )
    return answer.content


async def _call(stack: Stack, request: Request) -> None:
    answer = await stack.client.post(request.url, content=request.body, headers=request.headers)
    answer.raise_for_status()


def _rows(
    case: str, counts: Transactions, transactions: Goal, most_statements: Goal, note: str = ""
) -> Iterator[Row]:
    yield _row(case, "transactions", len(counts.committed), "", transactions, note)
    yield _row(case, "statements", len(counts.statements), "", most_statements, note)


def _row(
    case: str, measure: str, value: float, unit: str, goal: Goal | None, note: str = ""
) -> Row:
    return Row(
        bench="statements",
        subject=ours(OPENAI),
        case=case,
        measure=measure,
        value=value,
        unit=unit,
        goal=goal,
        note=note,
    )
