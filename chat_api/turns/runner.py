"""One turn from the stored message to the stored reply.

It runs in a task of its own, and a client that goes away loses nothing. No transaction is open
while the model speaks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from agents import Agent, RunConfig, Runner, RunResultStreaming, TResponseInputItem

from auth.minting import TokenMinter
from chat_api.agent.failures import CANCELLED, INTERRUPTED, UNSAVED, TurnFailure, failure_of
from chat_api.agent.history import model_input
from chat_api.agent.instructions import instructions
from chat_api.agent.mcp_client import McpClient
from chat_api.agent.mcp_tools import TurnTools
from chat_api.agent.models import ChatModel
from chat_api.agent.reply_supplement import supplement
from chat_api.agent.stream import PARAGRAPH, agent_events
from chat_api.events import AgentEvent, LastEvent, TextDelta, TurnStarted, Usage
from chat_api.settings import ApiSettings
from chat_api.turns.result import Reply, ending, kept, outcome
from chat_api.turns.streams import LiveTurn
from db.engine import Sessions, transaction
from db.errors import DatabaseUnavailable
from db.idempotency import IdempotentWrites, StoredWrite
from db.models import Message
from db.notifier import Notifier, notify, stop_topic, turn_topic
from db.turn_events import UserTurnEvents
from db.turns import Lease, UserTurns

_SAVE_SECONDS = 0.25
_STOP_LOOK_SECONDS = 5
_CLOSE_RETRY_SECONDS = 0.25
_RENEWALS_PER_LEASE = 3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TurnDependencies:
    """What every turn of a process runs with."""

    settings: ApiSettings
    sessions: Sessions
    model: ChatModel
    tools: McpClient
    minter: TokenMinter
    notifier: Notifier

    @property
    def lease(self) -> timedelta:
        """How long a turn outlives the last sign of its process."""
        return timedelta(seconds=self.settings.turn_lease)


@dataclass(frozen=True)
class PreviousAttempt:
    """The first try of a turn that is tried again, and what its tools wrote."""

    turn_id: UUID
    written: Sequence[StoredWrite] = ()


class TurnRun:
    """Runs the agent for one turn, keeps its events, and stores how it ended."""

    def __init__(
        self,
        parts: TurnDependencies,
        live: LiveTurn,
        *,
        message: str,
        timezone: str,
        history: Sequence[Message],
        again: PreviousAttempt | None = None,
    ) -> None:
        self._parts = parts
        self._live = live
        self._message = message
        self._zone = ZoneInfo(timezone)
        self._history = history
        self._again = again or PreviousAttempt(live.turn_id)
        self._reply = Reply(live.conversation_id, live.turn_id)

    async def run_to_end(self) -> None:
        """Run the turn to its end, whatever that is."""
        usage, failure, status = Usage(), None, "finished"
        try:
            async with AsyncExitStack() as beside:
                for task in (self._persist_events, self._watch_for_stop):
                    _run_beside(beside, task)
                usage = await self._run_agent()
        except asyncio.CancelledError:
            status = self._live.stopped or "interrupted"
            failure = CANCELLED if status == "cancelled" else INTERRUPTED
        except Exception as error:
            failure, status = failure_of(error), "failed"
        storing = asyncio.create_task(self._store(status, usage, failure))
        # A shutdown may interrupt the model, never the storing of what it said.
        with suppress(asyncio.CancelledError):
            await asyncio.shield(storing)
        self._live.end(await storing)

    async def _run_agent(self) -> Usage:
        live, parts = self._live, self._parts
        live.publish(
            TurnStarted(
                conversation_id=live.conversation_id, turn_id=live.turn_id, model=parts.model.name
            )
        )
        tools = TurnTools(
            parts.tools,
            parts.minter,
            audience=parts.settings.mcp_resource,
            user_id=live.user_id,
            turn_id=live.turn_id,
            timezone=self._zone.key,
            key_root=self._again.turn_id,
            written=self._again.written,
        )
        budget = parts.settings.history_tokens
        run = self._run(tools, model_input(self._history, self._message, budget=budget))
        try:
            async for event in agent_events(run, tools.outcome):
                self._say(event)
            if missing := supplement(self._reply.text, self._reply.calls):
                self._say(TextDelta(delta=f"{PARAGRAPH}{missing}"))
        finally:
            # A run that is left behind would go on asking the model.
            run.cancel()
        counted = run.context_wrapper.usage
        return Usage(
            requests=counted.requests,
            input_tokens=counted.input_tokens,
            output_tokens=counted.output_tokens,
        )

    def _say(self, event: AgentEvent) -> None:
        self._reply.add(event)
        self._live.publish(event)

    def _run(self, tools: TurnTools, shown: list[TResponseInputItem]) -> RunResultStreaming:
        model = self._parts.model
        agent = Agent(
            name="Todochat",
            instructions=instructions(datetime.now(self._zone)),
            model=model.model,
            model_settings=model.settings,
            mcp_servers=[tools],
        )
        config = RunConfig(tracing_disabled=True, tool_not_found_behavior="return_error_to_model")
        limit = self._parts.settings.max_model_calls
        return Runner.run_streamed(agent, shown, max_turns=limit, run_config=config)

    async def _persist_events(self) -> None:
        """Store new events in batches, and renew the lease while there are none."""
        renew_every = self._parts.lease.total_seconds() / _RENEWALS_PER_LEASE
        pause = min(_SAVE_SECONDS, renew_every)
        quiet = 0.0
        while True:
            await asyncio.sleep(pause)
            quiet += pause
            if not self._live.unsaved() and quiet < renew_every:
                continue
            quiet = 0.0
            with suppress(DatabaseUnavailable):
                lease = await self._save()
                if lease.stop_requested or not lease.held:
                    self._live.stop("cancelled" if lease.held else "interrupted")

    async def _save(self) -> Lease:
        live = self._live
        batch = live.unsaved()
        async with transaction(self._parts.sessions, live.user_id) as session:
            lease = await UserTurns(session, live.user_id).renew(live.turn_id, self._parts.lease)
            if batch and lease.held:
                events = UserTurnEvents(session, live.user_id)
                await events.append(live.turn_id, kept(batch))
                await notify(session, turn_topic(live.turn_id))
        live.saved(len(batch))
        return lease

    async def _watch_for_stop(self) -> None:
        live = self._live
        async with self._parts.notifier.listening(stop_topic(live.turn_id)) as news:
            while True:
                await news.wait(_STOP_LOOK_SECONDS)
                with suppress(DatabaseUnavailable):
                    async with transaction(self._parts.sessions, live.user_id) as session:
                        if await UserTurns(session, live.user_id).stop_requested(live.turn_id):
                            live.stop("cancelled")

    async def _store(self, status: str, usage: Usage, failure: TurnFailure | None) -> LastEvent:
        """Close the turn; Postgres may be restarting, so try for as long as a lease lasts."""
        deadline = asyncio.get_running_loop().time() + self._parts.lease.total_seconds()
        while True:
            try:
                return await self._close(status, usage, failure)
            except DatabaseUnavailable:
                if asyncio.get_running_loop().time() > deadline:
                    logger.exception("Turn %s could not be stored", self._live.turn_id)
                    return ending(self._reply, usage, UNSAVED, "failed")
                await asyncio.sleep(_CLOSE_RETRY_SECONDS)
            except Exception:
                # Listeners must hear an end, and the lease will free the conversation.
                logger.exception("Turn %s can't be stored", self._live.turn_id)
                return ending(self._reply, usage, UNSAVED, "failed")

    async def _close(self, status: str, usage: Usage, failure: TurnFailure | None) -> LastEvent:
        live = self._live
        async with transaction(self._parts.sessions, live.user_id) as session:
            turns = UserTurns(session, live.user_id)
            if self._reply.has_open_calls:
                await turns.await_writes(live.turn_id)
                writes = IdempotentWrites(session, live.user_id)
                self._reply.settle(await writes.of_turn(live.turn_id))
            last = ending(self._reply, usage, failure, status)
            closed = await turns.close(
                live.turn_id,
                outcome(self._reply, usage, failure, status),
                message_id=live.assistant_message_id,
            )
            if not closed:
                # Another process believed this one dead and ended the turn in its place.
                return ending(self._reply, usage, INTERRUPTED, "interrupted")
            batch = [*live.unsaved(), (live.next_seq, last)]
            await UserTurnEvents(session, live.user_id).append(live.turn_id, kept(batch))
            await notify(session, turn_topic(live.turn_id))
        return last


def _run_beside(stack: AsyncExitStack, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` until the stack is left."""

    async def run() -> None:
        await work()

    task = asyncio.create_task(run())

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)
