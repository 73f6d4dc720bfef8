"""Turns as clients use them: started, retried, followed and cancelled on any replica."""

import asyncio
import hashlib
import json
import time
from collections.abc import Container
from dataclasses import dataclass
from uuid import UUID

from chat_api.agent.instructions import Surface
from chat_api.events import TurnStatus
from chat_api.turns.line import TurnLine
from chat_api.turns.recovery import recover
from chat_api.turns.runner import PreviousAttempt, TurnDependencies, TurnRunner
from chat_api.turns.streams import FollowedTurn, LiveTurn, TurnStream
from chat_api.turns.turn_metrics import TurnClock, counting_refusals
from chat_api.turns.user_limits import UserLimits
from db.access import NO_BEARER, Access, Bearer
from db.engine import transaction
from db.errors import ConversationBusy, NoAuthority
from db.idempotency import writes_of_turn
from db.models import Message, Turn
from db.notifier import notify, signal_topic
from db.telemetry.logs import bind_contextvars
from db.telemetry.metrics import metrics
from db.timezones import RequestedTimezone
from db.turn_values import NewTurn, OpenTurn
from db.turn_writes import open_turn
from db.turns import UserTurns
from db.user_connection import connection_of, user_connection

# Older messages could only matter to a budget far above the default.
_HISTORY_MESSAGES = 100


class Draining(Exception):
    """The process is shutting down and takes no new turns."""


@dataclass(frozen=True)
class TurnRequest:
    """A user's message to answer; the same request under the same key is the same turn."""

    user_id: str
    message: str
    conversation_id: UUID | None
    timezone: RequestedTimezone
    idempotency_key: str | None = None
    surface: Surface = "text"
    bearer: Bearer = NO_BEARER

    def fingerprint(self) -> str:
        """Return a hash that differs between requests under one key."""
        fields = [self.message, str(self.conversation_id), self.timezone.requested]
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


@dataclass(frozen=True)
class RetryRequest:
    """A user's message to answer again."""

    user_id: str
    conversation_id: UUID
    message_id: UUID
    timezone: RequestedTimezone
    surface: Surface = "text"
    bearer: Bearer = NO_BEARER


@dataclass(frozen=True)
class ClaimedTurn:
    """A turn that was opened for this process to run; `leased_at` is of `time.monotonic`."""

    opened: OpenTurn
    leased_at: float
    previous: PreviousAttempt | None = None


@dataclass(frozen=True)
class TurnState:
    """A turn as it is stored, with its reply once it has ended."""

    turn: Turn
    reply: Message | None


class TurnService:
    """The turns of this process's users."""

    def __init__(self, dependencies: TurnDependencies, limits: UserLimits) -> None:
        self._dependencies = dependencies
        self._limits = limits
        self._line = TurnLine(
            dependencies.settings.max_running_turns,
            seconds=dependencies.settings.turn_wait,
            per_user=limits.turns.running,
        )
        self._sessions = dependencies.sessions
        self._live: dict[UUID, LiveTurn] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.draining = False

    @property
    def running(self) -> Container[UUID]:
        """The ids of the turns that this process runs."""
        return self._live.keys()

    async def start(self, request: TurnRequest) -> TurnStream:
        """Store the user's message and start the agent.

        Raises:
            ConversationNotFound: The user has no such conversation.
            ConversationBusy: Another turn runs in it.
            IdempotencyMismatch: The key was used for another request.
            TooManyTurns: As many turns of the user run as may.
            RateLimited: The user has sent as many messages as they may.
            ServiceBusy: As many turns run as may, and for long.
            Draining: The process is shutting down.
            DatabaseUnavailable: Nothing was stored.
        """
        started = await self._start(request, repeats=request.idempotency_key is not None)
        if isinstance(started, LiveTurn):
            return started
        return await self.follow(request.user_id, started)

    async def retry(self, request: RetryRequest) -> LiveTurn:
        """Answer a message again; what its tools wrote before is not written twice.

        Raises:
            ConversationNotFound: The user has no such conversation.
            MessageNotFound: It has no such message of the user.
            ConversationBusy: Another turn runs in it.
            TooManyTurns, RateLimited, ServiceBusy, Draining, DatabaseUnavailable: As for `start`.
        """
        started = await self._start(request)
        assert isinstance(started, LiveTurn)  # noqa: S101  a retry has no key
        return started

    async def state(self, user_id: str, turn_id: UUID, bearer: Bearer = NO_BEARER) -> TurnState:
        """Return a turn; one whose process is gone is ended first.

        Raises:
            TurnNotFound: The user has none of that id.
            DatabaseUnavailable: Postgres can't be reached.
        """
        await self._recover(user_id, turn_id)
        async with transaction(self._sessions, user_id, Access.READ, bearer=bearer) as session:
            turns = UserTurns(session, user_id)
            return TurnState(await turns.get(turn_id), await turns.reply(turn_id))

    async def follow(self, user_id: str, turn_id: UUID, bearer: Bearer = NO_BEARER) -> TurnStream:
        """Return the stream of a turn, whichever process runs it.

        Raises:
            TurnNotFound: The user has none of that id.
            DatabaseUnavailable: Postgres can't be reached.
        """
        state = await self.state(user_id, turn_id, bearer)
        return self._live_turn(user_id, turn_id) or self._stream(state.turn)

    async def cancel(self, user_id: str, turn_id: UUID, bearer: Bearer = NO_BEARER) -> TurnState:
        """Ask the process that runs a turn to stop it; an ended one stays as it is.

        Raises:
            TurnNotFound: The user has none of that id.
            DatabaseUnavailable: Postgres can't be reached.
        """
        live = self._live_turn(user_id, turn_id)
        try:
            state = await self.state(user_id, turn_id, bearer)
        except NoAuthority:
            live = None
            raise
        finally:
            if live:
                live.stop(TurnStatus.CANCELLED)
        if state.turn.status == TurnStatus.RUNNING:
            async with transaction(self._sessions, user_id) as session:
                await UserTurns(session, user_id).request_stop(turn_id)
                await notify(session, signal_topic(turn_id))
        return state

    async def drain(self) -> None:
        """Take no new turns, give the running ones their grace, then interrupt them."""
        self.draining = True
        # Streams of tasks never end by themselves: they check `draining` when they wake up.
        self._dependencies.notifier.wake()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._dependencies.settings.turn_grace)
        for live in tuple(self._live.values()):
            live.stop(TurnStatus.INTERRUPTED)
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _recover(self, user_id: str, turn_id: UUID) -> bool:
        """End a turn that was abandoned; one of this process is not, however old its lease."""
        lease = self._dependencies.settings.turn_lease
        return turn_id not in self.running and await recover(
            self._sessions, lease, user_id, turn_id
        )

    def _live_turn(self, user_id: str, turn_id: UUID) -> LiveTurn | None:
        live = self._live.get(turn_id)
        return live if live and live.user_id == user_id else None

    def _stream(self, turn: Turn) -> TurnStream:
        notifier = self._dependencies.notifier
        followed = FollowedTurn(self._sessions, notifier, self._recover, turn)
        return self._live.get(turn.id, followed)

    async def _start(
        self, request: TurnRequest | RetryRequest, *, repeats: bool = False
    ) -> LiveTurn | UUID:
        """Take a place, claim the conversation and run the turn, which leaves the place.

        Returns the id of the turn that the same request has opened before, if there is one.
        """
        if self.draining:
            raise Draining
        user_id, clock = request.user_id, TurnClock()
        with counting_refusals(), self._limits.remembering(user_id, "messages", repeats=repeats):
            await self._line.enter(user_id, repeats=repeats)
            claimed = None
            try:
                claimed = await self._claim(request)
            finally:
                if not isinstance(claimed, ClaimedTurn):
                    self._line.leave(user_id)
        return self._run(request, claimed, clock) if isinstance(claimed, ClaimedTurn) else claimed

    async def _claim(self, request: TurnRequest | RetryRequest) -> ClaimedTurn | UUID:
        """Take the conversation's one running turn; an abandoned one in the way is ended first.

        Returns the id of the turn that the same request has opened before, if there is one.
        """
        if self.draining:
            raise Draining
        try:
            return await self._open(request)
        except ConversationBusy as busy:
            if not await self._recover(request.user_id, busy.turn_id):
                raise
        return await self._open(request)

    async def _open(self, request: TurnRequest | RetryRequest) -> ClaimedTurn | UUID:
        if isinstance(request, RetryRequest):
            return await self._open_retry(request)
        new = NewTurn(
            request.message,
            request.conversation_id,
            self._dependencies.model.name,
            self._dependencies.lease,
            _HISTORY_MESSAGES,
            key=request.idempotency_key,
            request_hash=request.fingerprint() if request.idempotency_key else None,
            limits=self._limits.turns,
        )
        # The message of a request that was answered before is not counted again.
        message = self._limits.turns.messages.spending
        access, counts = (Access.ADD, [message]) if new.key is None else (Access.WRITE, [])
        async with user_connection(
            self._sessions, request.user_id, access, *counts, bearer=request.bearer
        ) as connection:
            leased_at = time.monotonic()
            opened = await open_turn(connection, new)
        return ClaimedTurn(opened, leased_at) if isinstance(opened, OpenTurn) else opened

    async def _open_retry(self, request: RetryRequest) -> ClaimedTurn:
        new = NewTurn(
            "",
            request.conversation_id,
            self._dependencies.model.name,
            self._dependencies.lease,
            _HISTORY_MESSAGES,
            limits=self._limits.turns,
        )
        message = self._limits.turns.messages.spending
        async with transaction(
            self._sessions, request.user_id, Access.ADD, message, bearer=request.bearer
        ) as session:
            opening = UserTurns(session, request.user_id)
            leased_at = time.monotonic()
            opened = await opening.open_again(new, request.message_id)
            first = opened.retry_of or opened.turn_id
            connection = await connection_of(session, request.user_id)
            writes = await writes_of_turn(connection, first)
        return ClaimedTurn(opened, leased_at, PreviousAttempt(first, writes))

    def _run(
        self, request: TurnRequest | RetryRequest, claimed: ClaimedTurn, clock: TurnClock
    ) -> LiveTurn:
        opened = claimed.opened
        bind_contextvars(turn_id=str(opened.turn_id), conversation_id=str(opened.conversation_id))
        live = LiveTurn(request.user_id, opened, claimed.leased_at)
        runner = TurnRunner(
            self._dependencies,
            live,
            message=opened.message,
            timezone=request.timezone.or_else(opened.timezone),
            history=opened.history,
            previous=claimed.previous,
            surface=request.surface,
            clock=clock,
        )
        task = asyncio.create_task(runner.run())
        live.run_by(task)
        self._live[live.turn_id] = live
        self._tasks.add(task)
        metrics().turns.running.inc()
        task.add_done_callback(lambda _: self._forget(live, task))
        return live

    def _forget(self, live: LiveTurn, task: asyncio.Task[None]) -> None:
        metrics().turns.running.dec()
        self._line.leave(live.user_id)
        self._tasks.discard(task)
        self._live.pop(live.turn_id, None)
