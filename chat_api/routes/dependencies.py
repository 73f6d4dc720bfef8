"""What routes depend on: the caller, the transaction, the caller's rows, a page of a list.

All are `async`, since FastAPI runs others in a thread each.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from auth.errors import InvalidToken, RecentLoginRequired
from auth.principal import Principal
from chat_api.problems import Forbidden
from chat_api.routes.idempotency import Keyed
from chat_api.routes.preconditions import IfMatch, matching_versions
from chat_api.runtime import Runtime
from db.access import Access
from db.access_tokens import UserAccessTokens
from db.calendar_feeds import UserCalendarFeed
from db.conversations import UserConversations
from db.engine import transaction
from db.idempotency import KeyedRequest, OneTime
from db.ledger import Limit
from db.lists import UserLists
from db.notifications import UserNotifications
from db.push_subscriptions import UserPushSubscriptions
from db.reminder_email import UserReminderEmail
from db.task_requests import TaskRequest
from db.task_values import Origin
from db.task_writes import TaskWriter
from db.tasks import UserTasks
from db.telemetry.logs import bind_contextvars, user_hash
from db.timezones import RequestedTimezone
from db.user_connection import UserConnection, connection_of, user_connection
from db.user_data import UserData, UserSettings

_REST = "rest"

_bearer = HTTPBearer(auto_error=False, description="A login token: JWT, HS256 or by JWKS")


class MissingToken(InvalidToken):
    """There is no bearer token in the request."""

    code = "missing_token"
    sentence = "A bearer token is needed."


async def runtime_of(request: Request) -> Runtime:
    """Return the parts that the process's requests share."""
    runtime: Runtime = request.state.runtime
    return runtime


RuntimeDep = Annotated[Runtime, Depends(runtime_of)]


def address_of(request: Request) -> str | None:
    """Return the address that sent the request, by the word of trusted proxies."""
    return request.client.host if request.client else None


async def principal_of(
    request: Request,
    runtime: RuntimeDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Return the principal of the request's token.

    Raises:
        InvalidToken: There is no token, or it is not valid.
        KeysUnavailable: The keys to verify it can't be fetched now.
        TooManyFailedTokens: It is not valid, like too many before from the same address.
    """
    if credentials is None:
        raise MissingToken
    with runtime.failed_tokens.counting(address_of(request)):
        principal = await runtime.verifier.verify(credentials.credentials)
    bind_contextvars(user=user_hash(principal.user_id))
    return principal


async def caller_of(
    principal: Annotated[Principal, Depends(principal_of)],
    user_id: Annotated[str, Path(description="The `sub` of the token", max_length=255)],
) -> Principal:
    """Return the caller, who may use only their own paths.

    Raises:
        Forbidden: The path names another user.
    """
    if principal.user_id != user_id:
        raise Forbidden
    return principal


Caller = Annotated[Principal, Depends(caller_of)]


async def session_of(
    request: Request, caller: Caller, runtime: RuntimeDep
) -> AsyncIterator[AsyncSession]:
    """Open the request's one transaction, owned by the caller; one that may write is counted.

    It takes the lock of a writer before it is counted: were it to take it later, it would wait for
    a writer that waits for the count.
    """
    with _counted(request, caller, runtime) as limit:
        access, counts = _access(limit)
        async with transaction(
            runtime.sessions, caller.user_id, access, *counts, bearer=caller
        ) as session:
            yield session


def _access(limit: Limit | None) -> tuple[Access, list[str]]:
    return (Access.WRITE, [limit.spending]) if limit else (Access.READ, [])


@contextmanager
def _counted(request: Request, caller: Principal, runtime: Runtime) -> Iterator[Limit | None]:
    """Return the limit of the request, which remembers if it was exceeded; None for reading."""
    if request.method == "GET":
        yield None
        return
    limit = runtime.limits.writes
    with runtime.limits.remembering(caller.user_id, limit.kind):
        yield limit


# In function scope the commit comes before the response: no 2xx for what was then rolled back.
Session = Annotated[AsyncSession, Depends(session_of, scope="function")]


def tasks_on(
    connection: UserConnection, caller: Principal, timezone: str | None = None
) -> UserTasks:
    """Return the caller's tasks in an open transaction; `timezone` is the one of the request."""
    return UserTasks(connection, _origin(caller), _zone(caller, timezone))


async def request_connection(
    request: Request, caller: Caller, runtime: RuntimeDep
) -> AsyncIterator[UserConnection]:
    """Open the request's one transaction, owned by the caller; one that writes is counted."""
    with _counted(request, caller, runtime) as limit:
        access, counts = _access(limit)
        async with user_connection(
            runtime.sessions, caller.user_id, access, *counts, bearer=caller
        ) as connection:
            yield connection


Connection = Annotated[UserConnection, Depends(request_connection, scope="function")]


async def tasks_to_read(connection: Connection, caller: Caller) -> UserTasks:
    """Return the caller's tasks."""
    return tasks_on(connection, caller)


async def notifications_of(connection: Connection) -> UserNotifications:
    """Return the caller's notifications."""
    return UserNotifications(connection)


async def push_subscriptions_of(connection: Connection) -> UserPushSubscriptions:
    """Return the caller's browsers that take notifications."""
    return UserPushSubscriptions(connection)


async def reminder_email_of(connection: Connection) -> UserReminderEmail:
    """Return the address to which the caller's reminders are mailed."""
    return UserReminderEmail(connection)


async def tasks_to_add(connection: Connection, caller: Caller, keyed: Keyed) -> TaskWriter:
    """Return the writer of a request that is applied once under its key."""
    return TaskWriter(connection, _origin(caller), keyed, timezone=_zone(caller))


async def tasks_to_change(
    connection: Connection, caller: Caller, if_match: IfMatch = None
) -> TaskWriter:
    """Return the writer of a request that changes a task only if it has a version."""
    versions = matching_versions(if_match)
    return TaskWriter(connection, _origin(caller), timezone=_zone(caller), versions=versions)


def import_request(
    connection: UserConnection, caller: Principal, keyed: KeyedRequest | None
) -> TaskRequest:
    """Return an import as a request that is applied once under its key."""
    return TaskRequest(connection, _origin(caller), keyed, None, _zone(caller))


async def lists_of(connection: Connection, caller: Caller) -> UserLists:
    """Return the caller's lists."""
    return UserLists(connection, _origin(caller))


async def calendar_feed_of(connection: Connection) -> UserCalendarFeed:
    """Return the caller's calendar feed."""
    return UserCalendarFeed(connection)


async def one_time(connection: Connection, keyed: Keyed) -> OneTime:
    """Return the request as one that is applied once under its key."""
    return OneTime(connection, keyed)


def _origin(caller: Principal) -> Origin:
    return Origin(caller.client or _REST)


def _zone(caller: Principal, requested: str | None = None) -> RequestedTimezone:
    return RequestedTimezone(requested, caller.timezone)


async def conversations_of(session: Session, caller: Caller) -> UserConversations:
    """Return the caller's conversations."""
    return UserConversations(session, caller.user_id)


async def access_tokens_of(session: Session, caller: Caller) -> UserAccessTokens:
    """Return the caller's access tokens."""
    return UserAccessTokens(session, caller.user_id)


async def one_time_in_session(session: Session, caller: Caller, keyed: Keyed) -> OneTime:
    """Return the request, in its session, as one that is applied once under its key."""
    return OneTime(await connection_of(session, caller.user_id, writes=True), keyed)


async def user_settings_of(session: Session, caller: Caller) -> UserSettings:
    """Return the caller's settings."""
    return UserSettings(session, caller.user_id)


async def require_recent_login(caller: Caller, runtime: RuntimeDep) -> None:
    """Pass a caller who has logged in lately: a session that was left open is not enough.

    Raises:
        RecentLoginRequired: It is too long ago.
    """
    max_age = runtime.settings.recent_login
    if time.time() - (caller.authenticated_at or 0) > max_age:
        raise RecentLoginRequired(max_age)


RECENT_LOGIN = Depends(require_recent_login)


async def user_data_of(caller: Caller, runtime: RuntimeDep) -> AsyncIterator[UserData]:
    """Return everything that the caller owns, in a transaction that erases it."""
    async with transaction(
        runtime.sessions, caller.user_id, Access.ERASE, bearer=caller
    ) as session:
        yield UserData(session, caller.user_id)


Tasks = Annotated[UserTasks, Depends(tasks_to_read)]
AddedTasks = Annotated[TaskWriter, Depends(tasks_to_add)]
ChangedTasks = Annotated[TaskWriter, Depends(tasks_to_change)]
Lists = Annotated[UserLists, Depends(lists_of)]
CalendarFeed = Annotated[UserCalendarFeed, Depends(calendar_feed_of)]
Notifications = Annotated[UserNotifications, Depends(notifications_of)]
PushSubscriptions = Annotated[UserPushSubscriptions, Depends(push_subscriptions_of)]
ReminderEmailDep = Annotated[UserReminderEmail, Depends(reminder_email_of)]
Once = Annotated[OneTime, Depends(one_time)]
Conversations = Annotated[UserConversations, Depends(conversations_of)]
AccessTokens = Annotated[UserAccessTokens, Depends(access_tokens_of)]
OnceInSession = Annotated[OneTime, Depends(one_time_in_session)]
UserSettingsDep = Annotated[UserSettings, Depends(user_settings_of)]
UserDataDep = Annotated[UserData, Depends(user_data_of, scope="function")]


async def stream_of(
    caller: Annotated[Principal, Depends(principal_of)], runtime: RuntimeDep
) -> AsyncIterator[None]:
    """Count a stream of the caller, on all replicas, until its response has ended.

    Raises:
        TooManyStreams: The caller follows as much as one user may at once.
    """
    async with runtime.streams.following(caller.user_id, caller):
        yield


async def waiting_of(
    caller: Annotated[Principal, Depends(principal_of)], runtime: RuntimeDep
) -> AsyncIterator[None]:
    """Count a request of the caller that waits for a reply, until its response has ended.

    Raises:
        TooManyStreams: The caller follows as much as one user may at once.
    """
    with runtime.streams.waiting(caller.user_id):
        yield


CountedStream = Depends(stream_of)
CountedRequest = Depends(waiting_of)


@dataclass(frozen=True)
class Paging:
    """The page of a list to return."""

    limit: int
    cursor: str | None


async def paging_of(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[
        Annotated[str, Field(max_length=1000)] | None,
        Query(description="`next_cursor` of the previous page"),
    ] = None,
) -> Paging:
    """Read the paging of the query."""
    return Paging(limit, cursor)


PagingDep = Annotated[Paging, Depends(paging_of)]
