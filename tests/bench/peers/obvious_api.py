"""What a tutorial builds: FastAPI, SQLModel, the stock Agents SDK, an MCP connection a message."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from agents import Agent, Runner, TResponseInputItem, set_tracing_disabled
from agents.mcp import MCPServerStreamableHttp
from fastapi import Depends, FastAPI, HTTPException
from openai.types.responses import ResponseTextDeltaEvent
from pydantic import BaseModel
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sse_starlette.sse import EventSourceResponse

from tests.bench.peers.obvious_store import Conversation, Message, Session, create_tables, now
from tests.bench.peers.work import HISTORY, INSTRUCTIONS

set_tracing_disabled(True)


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    await create_tables()
    yield


app = FastAPI(lifespan=_lifespan)


async def _session() -> AsyncIterator[AsyncSession]:
    async with Session() as session:
        yield session


Database = Annotated[AsyncSession, Depends(_session)]


class ChatRequest(BaseModel):
    """What the user writes."""

    message: str
    conversation_id: int


@app.post("/users/{user_id}/conversations")
async def create_conversation(user_id: str, session: Database) -> int:
    """Create a conversation with the earlier messages that all peers have."""
    conversation = Conversation(user_id=user_id)
    session.add(conversation)
    await session.flush()
    made = conversation.id
    assert made is not None
    for role, content in HISTORY:
        session.add(Message(conversation_id=made, user_id=user_id, role=role, content=content))
    await session.commit()
    return made


@app.post("/users/{user_id}/chat")
async def chat(user_id: str, body: ChatRequest, session: Database) -> EventSourceResponse:
    """Store the message, and stream the answer."""
    conversation = await session.get(Conversation, body.conversation_id)
    if conversation is None or conversation.user_id != user_id:
        raise HTTPException(404)
    query = select(Message).where(Message.conversation_id == conversation.id)
    earlier = (await session.exec(query.order_by(col(Message.id).desc()).limit(20))).all()
    new = Message(
        conversation_id=body.conversation_id, user_id=user_id, role="user", content=body.message
    )
    session.add(new)
    await session.commit()
    return EventSourceResponse(_events(user_id, body.conversation_id, [*reversed(earlier), new]))


async def _events(
    user_id: str, conversation_id: int, messages: list[Message]
) -> AsyncIterator[dict[str, str]]:
    text = ""
    items: list[TResponseInputItem] = [
        {"role": "assistant" if each.role == "assistant" else "user", "content": each.content}
        for each in messages
    ]
    url, headers = os.environ["PEER_MCP_URL"], {"X-User-Id": user_id}
    async with MCPServerStreamableHttp({"url": url, "headers": headers}, name="tasks") as server:
        agent = Agent(name="Tasks", instructions=INSTRUCTIONS, model="bench", mcp_servers=[server])
        async for event in Runner.run_streamed(agent, items).stream_events():
            if event.type == "raw_response_event" and isinstance(
                event.data, ResponseTextDeltaEvent
            ):
                text += event.data.delta
                yield {"event": "delta", "data": json.dumps({"text": event.data.delta})}
    await _store(user_id, conversation_id, text)
    yield {"event": "done", "data": "{}"}


async def _store(user_id: str, conversation_id: int, text: str) -> None:
    async with Session() as session:
        session.add(
            Message(
                conversation_id=conversation_id, user_id=user_id, role="assistant", content=text
            )
        )
        conversation = await session.get(Conversation, conversation_id)
        assert conversation
        conversation.updated_at = now()
        session.add(conversation)
        await session.commit()
