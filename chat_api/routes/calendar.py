"""The calendar feed: its address is made and revoked by its user, and read by calendar apps.

An app can't log in: the token in the address is all that it has. It is shown once, and in no log.
"""

import asyncio
import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response, status
from pydantic import BaseModel, Field

from chat_api.formats.calendar import FORMAT, MEDIA_TYPE, calendar_of
from chat_api.problems import COMMON_PROBLEMS, problem_responses
from chat_api.routes.dependencies import CalendarFeed, Once, RuntimeDep, address_of
from chat_api.routes.preconditions import is_known
from db.calendar_feeds import CalendarState, calendar_state, calendar_tasks, find_calendar_user
from db.errors import NotFound, TokenNotRepeated
from db.idempotency import AlreadyWritten
from db.user_connection import user_connection

router = APIRouter(prefix="/calendar-feed", tags=["calendar"], responses=COMMON_PROBLEMS)
feed_router = APIRouter(prefix="/calendar", tags=["calendar"])

_NO_FEED = problem_responses(_404="There is no such calendar feed, or it was revoked")


class CalendarFeedOut(BaseModel):
    """The calendar feed of a user."""

    created_at: datetime | None = Field(description="Null if there is none")


class CreatedCalendarFeedOut(BaseModel):
    """A new calendar feed, with its address at this API, which is not shown again."""

    created_at: datetime
    path: str


@router.get("")
async def get_calendar_feed(feed: CalendarFeed) -> CalendarFeedOut:
    """Return whether there is a calendar feed; its address is not stored."""
    return CalendarFeedOut(created_at=await feed.created_at())


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(_409="The feed was made before under the idempotency key"),
)
async def create_calendar_feed(
    feed: CalendarFeed, response: Response, once: Once
) -> CreatedCalendarFeedOut:
    """Make a calendar feed; the one before is revoked. Only this response has its address."""
    try:
        await once.check()
    except AlreadyWritten as error:
        raise TokenNotRepeated from error
    created_at, token = await feed.create()
    await once.store({"created_at": created_at})
    response.headers["Cache-Control"] = "no-store"
    return CreatedCalendarFeedOut(created_at=created_at, path=f"/calendar/{token}.ics")


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, responses=_NO_FEED)
async def revoke_calendar_feed(feed: CalendarFeed) -> Response:
    """Revoke the calendar feed; the next request for it is answered with 404."""
    await feed.revoke()
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@feed_router.get(
    "/{token}.ics",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
        304: {"description": "The calendar has one of the tags of `If-None-Match`"},
        **_NO_FEED,
        **problem_responses(
            _422="`If-None-Match` is too long",
            _429="The address has sent too many secrets that no feed has",
            _503="The database can't be reached",
        ),
    },
)
async def get_calendar(
    request: Request,
    runtime: RuntimeDep,
    token: Annotated[str, Path(description="The secret of the feed")],
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """Return the tasks with due dates as an iCalendar object (RFC 5545)."""
    with runtime.failed_tokens.counting(address_of(request), NotFound):
        user_id = await find_calendar_user(runtime.sessions, token)
    async with user_connection(runtime.sessions, user_id) as connection:
        state = await calendar_state(connection)
        headers = {"ETag": _tag(state, token), "Cache-Control": "private, no-cache"}
        if is_known(if_none_match, headers["ETag"]):
            return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
        tasks = await calendar_tasks(connection)
    # Thousands of tasks take a tenth of a second, in which others want to be answered.
    calendar = await asyncio.to_thread(calendar_of, tasks, state.timezone or "UTC", user_id)
    return Response(calendar, headers=headers, media_type=f"{MEDIA_TYPE}; charset=utf-8")


def _tag(state: CalendarState, token: str) -> str:
    """Return the entity tag of a feed in a state."""
    content = f"{FORMAT} {token} {state}"
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
