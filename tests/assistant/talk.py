"""A conversation with the built-in assistant through the SDK's real runner."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from agents import Agent, RunConfig, Runner
from agents.items import ModelResponse, TResponseInputItem
from agents.stream_events import StreamEvent

from chat_api.agent.instructions import instructions
from chat_api.agent.offline_model import OfflineModel
from tests.assistant.task_server import TaskServer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday


@dataclass
class Talk:
    """Every `say` starts from the items alone, as a request on another replica would."""

    server: TaskServer = field(default_factory=TaskServer)
    now: datetime = NOW
    items: list[TResponseInputItem] = field(default_factory=list)
    events: list[StreamEvent] = field(default_factory=list)
    responses: list[ModelResponse] = field(default_factory=list)
    reply: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def say(self, text: str) -> str:
        """Send a message; return the reply and keep the calls of this turn in `calls`."""
        before = len(self.server.called)
        agent = Agent(
            name="test",
            instructions=instructions(self.now),
            model=OfflineModel(),
            mcp_servers=[self.server],
        )
        self.items.append({"role": "user", "content": text})
        run = Runner.run_streamed(agent, self.items, run_config=RunConfig(tracing_disabled=True))
        self.events = [event async for event in run.stream_events()]
        self.items = run.to_input_list()
        self.responses = run.raw_responses
        self.calls = self.server.called[before:]
        self.reply = str(run.final_output)
        return self.reply

    async def has(self, *titles: str, **facts: Any) -> "Talk":
        """Put tasks on the list."""
        for title in titles:
            self.server.tasks.add_task(title, **facts)
        return self

    @property
    def titles(self) -> list[str]:
        """The titles of all tasks, in order."""
        return [row["title"] for row in self.server.tasks.rows.values()]

    @property
    def done(self) -> list[int]:
        """The numbers of the completed tasks."""
        return [row["id"] for row in self.server.tasks.rows.values() if row["completed"]]
