"""Turns as their users see them: started, followed, stopped and tried again from any replica."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from chat_api.timezones import RequestedTimezone
from chat_api.turns.recovery import recover
from chat_api.turns.runner import PreviousAttempt, TurnDependencies, TurnRun
from chat_api.turns.streams import FollowedTurn, LiveTurn, TurnStream
from db.engine import transaction
from db.errors import ConversationBusy
from db.idempotency import IdempotentWrites
from db.models import Message, Turn
from db.notifier import notify, stop_topic
from db.turns import NewTurn, OpenTurn, UserTurns

# Older messages could only matter to a budget far above the default.
_HISTORY_MESSAGES = 100

Claimed = TypeVar("Claimed")


class Draining(Exception):
    """The process is shutting down and takes no new turns."""


@dataclass(frozen=True)
class TurnRequest:
    """What a user asks for in one turn.

    TurnRequest again under the same `idempotency_key`, it is the same turn.
    """

    user_id: str
    message: str
    conversation_id: UUID | None
    zone: RequestedTimezone
    idempotency_key: str | None = None

    def fingerprint(self) -> str:
        """Return what tells one request from another under the same key."""
        told = [self.message, str(self.conversation_id), self.zone.requested]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class TurnState:
    """A turn as it is stored, with its reply once it has ended."""

    turn: Turn
    reply: Message | None


class Turns:
    """The turns of this process's users."""

    def __init__(self, parts: TurnDependencies) -> None:
        self._parts = parts
        self._live: dict[UUID, LiveTurn] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.draining = False

    async def start(self, asked: TurnRequest) -> TurnStream:
        """Store the user's message and let the agent begin.

        Raises:
            ConversationNotFound: The user has no such conversation.
            ConversationBusy: Another turn runs in it.
            IdempotencyMismatch: The key was used for another request.
            Draining: The process is shutting down.
            DatabaseUnavailable: Nothing was stored.
        """
        opened = await self._claim(asked.user_id, lambda: self._open(asked))
        if isinstance(opened, Turn):
            return self._stream(opened)
        return self._run(asked.user_id, opened, asked.zone)

    async def retry(
        self, user_id: str, conversation_id: UUID, message_id: UUID, zone: RequestedTimezone
    ) -> LiveTurn:
        """Answer a message anew; what its tools wrote before is not written again.

        Raises:
            ConversationNotFound, MessageNotFound, ConversationBusy, Draining, DatabaseUnavailable
        """
        opened, again = await self._claim(
            user_id, lambda: self._open_again(user_id, conversation_id, message_id)
        )
        return self._run(user_id, opened, zone, again)

    async def state(self, user_id: str, turn_id: UUID) -> TurnState:
        """Return a turn; one whose process is gone is ended first.

        Raises:
            TurnNotFound: The user has none of that id.
            DatabaseUnavailable: Postgres can't be reached.
        """
        await recover(self._parts.sessions, user_id, turn_id)
        async with transaction(self._parts.sessions, user_id) as session:
            turns = UserTurns(session, user_id)
            return TurnState(await turns.get(turn_id), await turns.reply(turn_id))

    async def follow(self, user_id: str, turn_id: UUID) -> TurnStream:
        """Return a turn to listen to, run by whichever process.

        Raises:
            TurnNotFound: The user has none of that id.
            DatabaseUnavailable: Postgres can't be reached.
        """
        live = self._live.get(turn_id)
        if live and live.user_id == user_id:
            return live
        return self._stream((await self.state(user_id, turn_id)).turn)

    async def cancel(self, user_id: str, turn_id: UUID) -> TurnState:
        """Ask for a turn to be stopped, in whichever process it runs; an ended one stays.

        Raises:
            TurnNotFound: The user has none of that id.
            DatabaseUnavailable: Postgres can't be reached.
        """
        live = self._live.get(turn_id)
        if live and live.user_id == user_id:
            live.stop("cancelled")
        state = await self.state(user_id, turn_id)
        if state.turn.status == "running":
            async with transaction(self._parts.sessions, user_id) as session:
                await UserTurns(session, user_id).request_stop(turn_id)
                await notify(session, stop_topic(turn_id))
        return state

    async def drain(self) -> None:
        """Take no new turns, give the running ones their grace, then interrupt them."""
        self.draining = True
        # Streams that never end by themselves look whether they should now.
        self._parts.notifier.wake()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._parts.settings.turn_grace)
        for live in tuple(self._live.values()):
            live.stop("interrupted")
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _stream(self, turn: Turn) -> TurnStream:
        return self._live.get(turn.id) or FollowedTurn(
            self._parts.sessions, self._parts.notifier, turn
        )

    async def _claim(self, user_id: str, claim: Callable[[], Awaitable[Claimed]]) -> Claimed:
        """Claim a conversation's one running turn; a dead one in the way is ended first."""
        if self.draining:
            raise Draining
        try:
            return await claim()
        except ConversationBusy as busy:
            if not await recover(self._parts.sessions, user_id, busy.turn_id):
                raise
            return await claim()

    async def _open(self, asked: TurnRequest) -> OpenTurn | Turn:
        async with transaction(self._parts.sessions, asked.user_id) as session:
            return await UserTurns(session, asked.user_id).open(
                NewTurn(
                    asked.message,
                    asked.conversation_id,
                    self._parts.model.name,
                    self._parts.lease,
                    _HISTORY_MESSAGES,
                    key=asked.idempotency_key,
                    request_hash=asked.fingerprint() if asked.idempotency_key else None,
                )
            )

    async def _open_again(
        self, user_id: str, conversation_id: UUID, message_id: UUID
    ) -> tuple[OpenTurn, PreviousAttempt]:
        async with transaction(self._parts.sessions, user_id) as session:
            new = NewTurn(
                "", conversation_id, self._parts.model.name, self._parts.lease, _HISTORY_MESSAGES
            )
            opened = await UserTurns(session, user_id).open_again(new, message_id)
            first = opened.message.turn_id
            written = await IdempotentWrites(session, user_id).of_turn(first)
        return opened, PreviousAttempt(first, written)

    def _run(
        self,
        user_id: str,
        opened: OpenTurn,
        zone: RequestedTimezone,
        again: PreviousAttempt | None = None,
    ) -> LiveTurn:
        live = LiveTurn(user_id, opened.conversation.id, opened.turn_id, opened.message.id)
        run = TurnRun(
            self._parts,
            live,
            message=opened.message.content,
            timezone=zone.or_else(opened.timezone),
            history=opened.history,
            again=again,
        )
        task = asyncio.create_task(run.run_to_end())
        live.run_by(task)
        self._live[live.turn_id] = live
        self._tasks.add(task)
        task.add_done_callback(lambda _: self._forget(live, task))
        return live

    def _forget(self, live: LiveTurn, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._live.pop(live.turn_id, None)
