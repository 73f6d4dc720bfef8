"""A chat turn from the user's message to the stored reply.

The turn belongs to the server and not to the connection that asked for it: it runs in a task of
its own, and a client that goes away loses nothing. No transaction is open while the model speaks.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from agents import Agent, RunConfig, Runner, RunResultStreaming, TResponseInputItem

from auth.minting import TokenMinter
from chat_api.agent.failures import TurnFailure, failure_of
from chat_api.agent.history import model_input
from chat_api.agent.instructions import instructions
from chat_api.agent.models import ChatModel
from chat_api.agent.reply import Reply
from chat_api.agent.tool_service import ToolService
from chat_api.agent.toolbox import TurnTools
from chat_api.agent.translate import agent_events
from chat_api.events import LastEvent, TurnFailed, TurnFinished, TurnStarted, Usage
from chat_api.live_turn import LiveTurn
from chat_api.settings import ApiSettings
from db.engine import Sessions, transaction
from db.errors import DatabaseUnavailable
from db.turns import OpenTurn, Outcome, UserTurns

# Older messages could only matter to a budget far above the default.
_HISTORY_MESSAGES = 100
_CLOSE_RETRY_SECONDS = 0.25
_RENEWALS_PER_LEASE = 3

INTERRUPTED = TurnFailure("interrupted", "The service was restarted before the reply ended.", 503)
UNSAVED = TurnFailure("database_unavailable", "The reply could not be stored.", 503)

logger = logging.getLogger(__name__)


class Draining(Exception):
    """The process is shutting down and takes no new turns."""


@dataclass(frozen=True)
class Asked:
    """What a user asks for in one turn; `timezone` is an IANA name."""

    user_id: str
    message: str
    conversation_id: UUID | None
    timezone: str


class Turns:
    """Starts turns and sees each of them through to its end."""

    def __init__(
        self,
        settings: ApiSettings,
        sessions: Sessions,
        model: ChatModel,
        tools: ToolService,
        minter: TokenMinter,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._model = model
        self._tools = tools
        self._minter = minter
        self._lease = timedelta(seconds=settings.turn_lease)
        self._running: set[asyncio.Task[None]] = set()
        self.draining = False

    async def start(self, asked: Asked) -> LiveTurn:
        """Store the user's message and let the agent begin.

        Raises:
            ConversationNotFound: The user has no such conversation.
            ConversationBusy: Another turn runs in it.
            Draining: The process is shutting down.
            DatabaseUnavailable: Nothing was stored.

        """
        if self.draining:
            raise Draining
        async with transaction(self._sessions, asked.user_id) as session:
            opened = await UserTurns(session, asked.user_id).open(
                asked.conversation_id,
                asked.message,
                model=self._model.name,
                lease=self._lease,
                history=_HISTORY_MESSAGES,
            )
        live = LiveTurn(opened.conversation.id, opened.turn_id)
        task = asyncio.create_task(self._see_through(asked, opened, live))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return live

    async def drain(self) -> None:
        """Take no new turns, give the running ones their grace, then interrupt them."""
        self.draining = True
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=self._settings.turn_grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _see_through(self, asked: Asked, opened: OpenTurn, live: LiveTurn) -> None:
        reply = Reply(live.conversation_id, live.turn_id)
        usage, failure, status = Usage(), None, "finished"
        async with self._renewed(asked.user_id, live.turn_id):
            try:
                usage = await self._speak(asked, opened, live, reply)
            except asyncio.CancelledError:
                failure, status = INTERRUPTED, "interrupted"
            except Exception as error:
                failure, status = failure_of(error), "failed"
            outcome = _outcome(reply, status, usage, failure)
            storing = asyncio.create_task(self._store(asked.user_id, live.turn_id, outcome))
            # A shutdown may interrupt the model, never the storing of what it said.
            with suppress(asyncio.CancelledError):
                await asyncio.shield(storing)
            if not await storing:
                failure = UNSAVED
        live.end(_last_event(reply, usage, failure), failure)

    async def _speak(self, asked: Asked, opened: OpenTurn, live: LiveTurn, reply: Reply) -> Usage:
        live.publish(
            TurnStarted(
                conversation_id=live.conversation_id,
                turn_id=live.turn_id,
                model=self._model.name,
            )
        )
        tools = TurnTools(
            self._tools,
            self._minter,
            audience=self._settings.mcp_resource,
            user_id=asked.user_id,
            turn_id=live.turn_id,
            timezone=asked.timezone,
        )
        budget = self._settings.history_tokens
        run = self._run(asked, tools, model_input(opened.history, asked.message, budget=budget))
        try:
            async for event in agent_events(run, tools.outcome):
                reply.add(event)
                live.publish(event)
        finally:
            # A run that is left behind would go on asking the model.
            run.cancel()
        counted = run.context_wrapper.usage
        return Usage(
            requests=counted.requests,
            input_tokens=counted.input_tokens,
            output_tokens=counted.output_tokens,
        )

    def _run(
        self, asked: Asked, tools: TurnTools, shown: list[TResponseInputItem]
    ) -> RunResultStreaming:
        agent = Agent(
            name="Todochat",
            instructions=instructions(datetime.now(ZoneInfo(asked.timezone))),
            model=self._model.model,
            model_settings=self._model.settings,
            mcp_servers=[tools],
        )
        config = RunConfig(tracing_disabled=True, tool_not_found_behavior="return_error_to_model")
        limit = self._settings.max_model_calls
        return Runner.run_streamed(agent, shown, max_turns=limit, run_config=config)

    @asynccontextmanager
    async def _renewed(self, user_id: str, turn_id: UUID) -> AsyncIterator[None]:
        """Keep the turn's lease alive as long as this process is."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._lease.total_seconds() / _RENEWALS_PER_LEASE)
                with suppress(DatabaseUnavailable):
                    async with transaction(self._sessions, user_id) as session:
                        await UserTurns(session, user_id).renew(turn_id, self._lease)

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _store(self, user_id: str, turn_id: UUID, outcome: Outcome) -> bool:
        """Close the turn; Postgres may be restarting, so try for as long as a lease lasts."""
        deadline = asyncio.get_running_loop().time() + self._lease.total_seconds()
        while True:
            try:
                async with transaction(self._sessions, user_id) as session:
                    await UserTurns(session, user_id).close(turn_id, outcome)
            except DatabaseUnavailable:
                if asyncio.get_running_loop().time() > deadline:
                    logger.exception("Turn %s could not be stored", turn_id)
                    return False
                await asyncio.sleep(_CLOSE_RETRY_SECONDS)
            else:
                return True


def _last_event(reply: Reply, usage: Usage, failure: TurnFailure | None) -> LastEvent:
    answer = reply.answer().model_dump()
    if failure is None:
        return TurnFinished(**answer, usage=usage)
    return TurnFailed(**answer, code=failure.code, message=failure.message)


def _outcome(reply: Reply, status: str, usage: Usage, failure: TurnFailure | None) -> Outcome:
    return Outcome(
        status,
        reply.answer().response,
        reply.tool_calls(),
        usage=usage.model_dump(),
        error_code=failure.code if failure else None,
    )
