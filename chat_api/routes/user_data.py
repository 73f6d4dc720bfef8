"""Everything that is stored of a user, over REST."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter, Response, status
from fastapi.responses import StreamingResponse

from chat_api.formats.export import json_of
from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import RECENT_LOGIN, Caller, RuntimeDep, UserDataDep
from db.user_export import Rows, export_user

router = APIRouter(tags=["user"], responses=COMMON_PROBLEMS)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, dependencies=[RECENT_LOGIN])
async def erase_everything(user_data: UserDataDep) -> Response:
    """Delete all of the user's tasks, conversations, access tokens and settings permanently.

    Either all is deleted or nothing; the request can be repeated. The user must have logged in
    lately: else it is answered with 403 `recent_login_required`.
    """
    await user_data.erase()
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get(
    "/export",
    dependencies=[RECENT_LOGIN],
    response_class=StreamingResponse,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def export_everything(caller: Caller, runtime: RuntimeDep) -> StreamingResponse:
    """Return all that the user has as JSON: tasks, lists, conversations, messages, settings.

    Of access tokens, the calendar feed and browsers, it has all but the secrets. `POST /import`
    takes the tasks and lists back. The user must have logged in lately: else it is answered with
    403 `recent_login_required`.
    """
    pages = export_user(runtime.sessions, caller.user_id, caller)
    # An error of the first page is still answered as one.
    first = await anext(pages)
    filename = f"todochat-{datetime.now(UTC):%Y-%m-%d}.json"
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(json_of(_with(first, pages)), 200, headers, "application/json")


async def _with(
    first: tuple[str, Rows], others: AsyncIterator[tuple[str, Rows]]
) -> AsyncIterator[tuple[str, Rows]]:
    yield first
    async for page in others:
        yield page
