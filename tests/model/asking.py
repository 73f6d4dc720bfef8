"""Ask a model through the Agents SDK, as a turn does, with two plain tools."""

from dataclasses import dataclass, field

from agents import Agent, RunConfig, Runner, function_tool
from openai.types.responses import ResponseTextDeltaEvent

from chat_api.agent.models import ChatModel


@dataclass
class Reply:
    deltas: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    tokens: int = 0

    @property
    def text(self) -> str:
        return "".join(self.deltas)


async def ask(model: ChatModel, message: str, reply: Reply | None = None) -> Reply:
    """Run the agent to its end; what came before a failure is in `reply`, if one is given."""
    reply = reply or Reply()

    @function_tool
    async def add_task(title: str) -> str:
        reply.added.append(title)
        return f"Added {title}"

    @function_tool
    async def list_tasks(status: str = "all") -> str:
        return f"No {status} tasks"

    agent = Agent(
        name="Todochat",
        model=model.model,
        model_settings=model.settings,
        tools=[add_task, list_tasks],
    )
    config = RunConfig(tracing_disabled=True, tool_not_found_behavior="return_error_to_model")
    run = Runner.run_streamed(agent, message, max_turns=4, run_config=config)
    async for event in run.stream_events():
        if event.type == "raw_response_event" and isinstance(event.data, ResponseTextDeltaEvent):
            reply.deltas.append(event.data.delta)
    reply.tokens = run.context_wrapper.usage.total_tokens
    return reply
