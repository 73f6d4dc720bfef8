"""A client of the ChatKit protocol, as small as can be."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2

from db.engine import transaction
from db.messages import UserMessages
from db.models import Message
from tests.stack import Stack

Event = dict[str, Any]
Item = dict[str, Any]


def user_input(text: str, **more: Any) -> dict[str, Any]:
    """The input that a client's composer sends."""
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": [], "inference_options": {}, **more}


def done(events: list[Event], kind: str) -> list[Item]:
    """The items of a kind that a stream has brought to their end."""
    items = [event["item"] for event in events if event["type"] == "thread.item.done"]
    return [item for item in items if item["type"] == kind]


def text_of(item: Item) -> str:
    return "\n\n".join(part["text"] for part in item["content"])


@dataclass(frozen=True)
class Panel:
    """A client of the protocol for one user."""

    stack: Stack
    user: str
    metadata: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    async def post(self, request: str, /, **params: Any) -> httpx2.Response:
        body = {"type": request, "params": params, "metadata": self.metadata}
        return await self.stack.client.post("/chatkit", json=body, headers=self._headers)

    async def call(self, request: str, /, **params: Any) -> Any:
        """Send a request whose response is not a stream."""
        answer = await self.post(request, **params)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    async def stream(self, request: str, /, **params: Any) -> list[Event]:
        """Read a whole stream."""
        async with self.streaming(request, **params) as events:
            return [event async for event in events]

    @asynccontextmanager
    async def streaming(
        self, request: str, /, **params: Any
    ) -> AsyncIterator[AsyncIterator[Event]]:
        """Read a stream as it comes; leaving the block disconnects."""
        body = {"type": request, "params": params, "metadata": self.metadata}
        async with self.stack.client.stream(
            "POST", "/chatkit", json=body, headers=self._headers
        ) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-cache, no-transform"
            assert answer.headers["x-accel-buffering"] == "no"
            yield _events(answer)

    async def create(self, text: str) -> tuple[str, list[Event]]:
        """Start a thread."""
        events = await self.stream("threads.create", input=user_input(text))
        return events[0]["thread"]["id"], events

    async def add(self, thread: str, text: str) -> list[Event]:
        """Send a message in a thread."""
        return await self.stream(
            "threads.add_user_message", thread_id=thread, input=user_input(text)
        )

    async def items(self, thread: str, **params: Any) -> list[Item]:
        """Return the items of a thread, the oldest first."""
        paging = {"limit": 100, "order": "asc", **params}
        items: list[Item] = (await self.call("items.list", thread_id=thread, **paging))["data"]
        return items

    async def tasks(self) -> list[dict[str, Any]]:
        """Return the user's tasks as REST has them."""
        answer = await self.stack.client.get(f"/api/{self.user}/tasks", headers=self._headers)
        tasks: list[dict[str, Any]] = answer.json()["tasks"]
        return tasks

    async def messages(self, thread: str) -> list[dict[str, Any]]:
        """Return the messages of the conversation as REST has them, the oldest first."""
        path = f"/api/{self.user}/conversations/{thread}/messages"
        answer = await self.stack.client.get(path, headers=self._headers)
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages[::-1]

    async def conversation(self, thread: str) -> dict[str, Any]:
        """Return the conversation as REST has it."""
        path = f"/api/{self.user}/conversations/{thread}"
        answer = await self.stack.client.get(path, headers=self._headers)
        conversation: dict[str, Any] = answer.json()
        return conversation

    async def stored(self, thread: str) -> Sequence[Message]:
        """Return the messages as they are stored, the oldest first."""
        async with transaction(self.stack.api.state.runtime.sessions, self.user) as session:
            messages = UserMessages(session, self.user)
            return await messages.from_message(UUID(thread), None, limit=100, ascending=True)

    @property
    def _headers(self) -> dict[str, str]:
        return self.stack.as_user(self.user) | self.headers


async def _events(answer: httpx2.Response) -> AsyncIterator[Event]:
    async for line in answer.aiter_lines():
        if line and not line.startswith(":"):
            field, _, data = line.partition(": ")
            assert field == "data"
            yield json.loads(data)
