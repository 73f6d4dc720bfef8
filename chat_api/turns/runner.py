"""One turn from the stored message to the stored reply.

It runs in a task of its own: a client that disconnects loses nothing. No transaction is open
while the model answers.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from agents import RunConfig, Runner, RunResultStreaming
from agents.models.interface import Model
from opentelemetry.trace import Span

from auth.minting import TokenMinter
from chat_api.agent.failures import TURN_DEADLINE, failure_of
from chat_api.agent.history import ModelWithHistory, history_items
from chat_api.agent.instructions import Surface, instructions
from chat_api.agent.mcp_client import McpClient
from chat_api.agent.mcp_tools import CallingTurn, TaskAgent, TurnTools
from chat_api.agent.metered_model import MeteredModel
from chat_api.agent.models import ChatModel
from chat_api.agent.reply_details import ReplyDetails
from chat_api.agent.reply_supplement import supplement
from chat_api.agent.stream import PARAGRAPH, agent_events
from chat_api.agent.traced_model import TracedModel
from chat_api.events import AgentEvent, TextDelta, TurnStarted, TurnStatus, Usage
from chat_api.settings import ApiSettings
from chat_api.turns.persistence import TurnPersistence
from chat_api.turns.result import TURN_CANCELLED, TURN_INTERRUPTED, ReplyBuilder, TurnEnd
from chat_api.turns.running import RunningTurns
from chat_api.turns.streams import LiveTurn
from chat_api.turns.token_budgets import TurnTokens
from chat_api.turns.turn_metrics import TurnClock, count_usage
from db.engine import Sessions
from db.idempotency import StoredWrite
from db.notifier import Notifier
from db.telemetry.tracing import describe, internal_span, is_tracing, mark_failed
from db.turn_values import EarlierMessage

_RUN_CONFIG = RunConfig(tracing_disabled=True, tool_not_found_behavior="return_error_to_model")


@dataclass(frozen=True)
class TurnDependencies:
    """What every turn of a process runs with."""

    settings: ApiSettings
    sessions: Sessions
    model: ChatModel
    tools: McpClient
    minter: TokenMinter
    notifier: Notifier
    running: RunningTurns

    @cached_property
    def agent(self) -> TaskAgent:
        """The agent that each turn takes a copy of."""
        return TaskAgent(name="Todochat", model_settings=self.model.settings)

    @property
    def lease(self) -> timedelta:
        """How long a turn stays its process's after the last renewal."""
        return timedelta(seconds=self.settings.turn_lease)


@dataclass(frozen=True)
class PreviousAttempt:
    """The first attempt of a turn that is retried, and what its tools wrote."""

    turn_id: UUID
    writes: Sequence[StoredWrite] = ()


class TurnRunner:
    """Runs the agent for one turn, publishes its events and has it stored."""

    def __init__(
        self,
        dependencies: TurnDependencies,
        live: LiveTurn,
        *,
        message: str,
        timezone: str,
        history: Sequence[EarlierMessage],
        previous: PreviousAttempt | None = None,
        surface: Surface = "text",
        clock: TurnClock,
    ) -> None:
        self._dependencies = dependencies
        self._live = live
        self._clock = clock
        self._message = message
        self._zone = ZoneInfo(timezone)
        self._history = history
        self._surface: Surface = surface
        self._previous = previous or PreviousAttempt(live.turn_id)
        self._reply = ReplyBuilder(live.conversation_id, live.turn_id)
        self._tokens = TurnTokens(dependencies.sessions, live.user_id, dependencies.settings)
        self._persistence = TurnPersistence(dependencies.sessions, live, self._tokens)

    async def run(self) -> None:
        """Run the turn to its end, and store that end whatever it is."""
        with self._span() as span, self._dependencies.running.leasing(self._live):
            end = await self._run_until_end()
            closing_task = asyncio.create_task(self._persistence.close(self._reply, end))
            # A shutdown may interrupt the model, but not the transaction that stores its reply.
            with suppress(asyncio.CancelledError):
                await asyncio.shield(closing_task)
            last = await closing_task
            _describe(span, end)
        self._clock.ended(last)
        self._live.end(last)

    async def _run_until_end(self) -> TurnEnd:
        deadline = asyncio.timeout(self._dependencies.settings.turn_deadline)
        try:
            async with self._dependencies.running.saving(self._live), deadline:
                return TurnEnd(TurnStatus.FINISHED, usage=await self._run_agent())
        except asyncio.CancelledError:
            cancelled = self._live.stop_reason is TurnStatus.CANCELLED
            return TURN_CANCELLED if cancelled else TURN_INTERRUPTED
        except Exception as error:
            failure = TURN_DEADLINE if deadline.expired() else failure_of(error)
            return TurnEnd(TurnStatus.FAILED, failure)

    async def _run_agent(self) -> Usage:
        live = self._live
        live.publish(
            TurnStarted(
                conversation_id=live.conversation_id,
                turn_id=live.turn_id,
                model=self._dependencies.model.name,
            )
        )
        tools = self._tools()
        run = self._start_agent(tools)
        try:
            async for event in agent_events(run, tools.outcome):
                if isinstance(event, ReplyDetails):
                    self._reply.details = event
                else:
                    self._emit(event)
            if missing := self._supplement():
                self._emit(TextDelta(delta=f"{PARAGRAPH}{missing}"))
        finally:
            # A run that is not cancelled would go on asking the model.
            run.cancel()
            count_usage(_usage(run))
        return _usage(run)

    def _span(self) -> AbstractContextManager[Span]:
        return internal_span(
            "invoke_agent Todochat",
            gen_ai__operation__name="invoke_agent",
            gen_ai__agent__name="Todochat",
            gen_ai__conversation__id=str(self._live.conversation_id),
            gen_ai__request__model=self._dependencies.model.name,
        )

    def _traced_model(self) -> Model:
        model = self._metered_model()
        if not is_tracing():
            return model
        chosen = self._dependencies.model
        return TracedModel(model, chosen.name, chosen.provider)

    def _metered_model(self) -> Model:
        """Return the model, whose calls are paid from the budgets if there are any."""
        model, settings = self._dependencies.model, self._dependencies.settings
        budgets = settings.daily_tokens_per_user, settings.daily_tokens
        if model.provider == "offline" or budgets == (None, None):
            return model.model
        return MeteredModel(model.model, self._tokens, settings.max_output_tokens)

    def _supplement(self) -> str:
        """Return what the reply lacks; a model that gives its details has worded the results."""
        if self._reply.details:
            return ""
        return supplement(self._reply.text, self._reply.calls, self._surface)

    def _emit(self, event: AgentEvent) -> None:
        if isinstance(event, TextDelta):
            self._clock.text()
        self._reply.add(event)
        self._live.publish(event)

    def _tools(self) -> TurnTools:
        dependencies, live = self._dependencies, self._live
        return TurnTools(
            dependencies.tools,
            dependencies.minter,
            audience=dependencies.settings.mcp_resource,
            turn=CallingTurn(
                live.user_id,
                live.turn_id,
                self._zone.key,
                None if dependencies.model.reads_details else self._message,
            ),
            key_root=self._previous.turn_id,
            written=self._previous.writes,
        )

    def _start_agent(self, tools: TurnTools) -> RunResultStreaming:
        dependencies, settings = self._dependencies, self._dependencies.settings
        history = history_items(
            self._history,
            budget=settings.history_tokens,
            details=dependencies.model.reads_details,
        )
        agent = dependencies.agent.for_turn(
            instructions(datetime.now(self._zone), self._surface),
            ModelWithHistory(self._traced_model(), history),
        )
        return Runner.run_streamed(
            agent,
            self._message,
            context=tools,
            max_turns=settings.max_model_calls,
            run_config=_RUN_CONFIG,
        )


def _describe(span: Span, end: TurnEnd) -> None:
    describe(
        span,
        gen_ai__usage__input_tokens=end.usage.input_tokens,
        gen_ai__usage__output_tokens=end.usage.output_tokens,
    )
    if end.failure is not None:
        mark_failed(span, end.failure.code)


def _usage(run: RunResultStreaming) -> Usage:
    usage = run.context_wrapper.usage
    return Usage(
        requests=usage.requests,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
    )
