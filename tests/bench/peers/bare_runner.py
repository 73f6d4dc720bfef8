"""The Agents SDK's runner behind FastAPI, and nothing else: no database, no tokens, no MCP."""

import json
import os
from collections.abc import AsyncIterator

from agents import Agent, RunConfig, Runner, TResponseInputItem, function_tool
from agents.models.openai_provider import OpenAIProvider
from fastapi import FastAPI
from openai.types.responses import ResponseTextDeltaEvent
from pydantic import BaseModel
from sse_starlette.sse import EventSourceResponse

from tests.bench.peers.work import HISTORY, INSTRUCTIONS, TOOLS

_provider = OpenAIProvider(base_url=os.environ["OPENAI_BASE_URL"], api_key="sk-bench")
_config = RunConfig(model_provider=_provider, tracing_disabled=True)
_agent = Agent(
    name="Tasks",
    instructions=INSTRUCTIONS,
    model="bench",
    tools=[function_tool(tool, strict_mode=False) for tool in TOOLS],
)

app = FastAPI()


class Message(BaseModel):
    """What the user writes."""

    message: str


@app.post("/chat")
async def chat(body: Message) -> EventSourceResponse:
    """Stream the answer."""
    return EventSourceResponse(_events(body.message))


async def _events(message: str) -> AsyncIterator[dict[str, str]]:
    items: list[TResponseInputItem] = [
        {"role": "assistant" if role == "assistant" else "user", "content": content}
        for role, content in [*HISTORY, ("user", message)]
    ]
    result = Runner.run_streamed(_agent, items, run_config=_config)
    async for event in result.stream_events():
        if event.type == "raw_response_event" and isinstance(event.data, ResponseTextDeltaEvent):
            yield {"event": "delta", "data": json.dumps({"text": event.data.delta})}
    yield {"event": "done", "data": "{}"}
