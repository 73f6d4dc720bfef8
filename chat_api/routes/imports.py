"""Imports of tasks from a file."""

import asyncio
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from chat_api.formats.import_file import MEDIA_TYPES, FileFormat, UnknownFormat, read_file
from chat_api.problems import COMMON_PROBLEMS, problem, problem_responses
from chat_api.routes.dependencies import Caller, RuntimeDep, import_request
from chat_api.routes.idempotency import Keyed
from db import values
from db.access import Access
from db.task_import import TaskImport, work_out_import
from db.timezones import RequestedTimezone
from db.user_connection import user_connection
from db.user_data import timezone_of

router = APIRouter(tags=["user"], responses=COMMON_PROBLEMS)

# Of the tasks that would come, and of the lines that are refused.
_MOST_SHOWN = 100
_BODY = {
    "requestBody": {
        "required": True,
        "content": {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES},
    }
}


class RefusedLineOut(BaseModel):
    """Why a line is refused: of JSON, `line` is the place of the task among the others."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    code: str
    message: str


class ComingTaskOut(BaseModel):
    """A task that an import brings."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    completed: bool
    due_on: date | None
    due_time: values.WallTime | None
    repeat_text: str | None
    list: str | None


class ImportOut(BaseModel):
    """What an import brings, or would bring, with the first 100 tasks and refused lines."""

    dry_run: bool
    imported: int
    refused: int
    lists_created: list[str]
    tasks: list[ComingTaskOut]
    refused_lines: list[RefusedLineOut]

    @classmethod
    def of(cls, work: TaskImport, *, dry_run: bool) -> "ImportOut":
        """Build it from the import."""
        return cls(
            dry_run=dry_run,
            imported=len(work.changes),
            refused=len(work.refused),
            lists_created=work.made,
            tasks=[
                ComingTaskOut.model_validate(change.task) for change in work.changes[:_MOST_SHOWN]
            ],
            refused_lines=[
                RefusedLineOut.model_validate(each) for each in work.refused[:_MOST_SHOWN]
            ],
        )


@router.post(
    "/import",
    response_model=ImportOut,
    openapi_extra=_BODY,
    responses=problem_responses(
        _409="The key was used for another request",
        _413="The body is over 10 MiB",
        _422="The file can't be read, or `errors` names the lines that are refused",
    ),
)
async def import_tasks(
    caller: Caller,
    runtime: RuntimeDep,
    keyed: Keyed,
    request: Request,
    file_format: Annotated[
        FileFormat | None, Query(alias="format", description="By default that of the Content-Type")
    ] = None,
    dry_run: Annotated[bool, Query(description="Say what would come, and write nothing")] = False,
    skip_refused: Annotated[
        bool, Query(description="Import the other lines if some are refused")
    ] = False,
) -> Any:
    """Import tasks: of an export, of Todoist's CSV template, or the to-dos of an iCalendar file.

    All are imported or none, and one undo takes them back.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    chosen = file_format or MEDIA_TYPES.get(media_type)
    if chosen is None:
        raise UnknownFormat
    zone = RequestedTimezone(claimed=caller.timezone)
    async with user_connection(runtime.sessions, caller.user_id, bearer=caller) as connection:
        here = ZoneInfo(zone.or_else(await timezone_of(connection)))
    file = await asyncio.to_thread(read_file, await request.body(), chosen, here)
    access = Access.READ if dry_run else Access.WRITE
    async with user_connection(
        runtime.sessions, caller.user_id, access, bearer=caller
    ) as connection:
        work = await work_out_import(import_request(connection, caller, keyed), file)
        answer = ImportOut.of(work, dry_run=dry_run)
        if dry_run:
            return answer
        if work.refused and not skip_refused:
            return _refused(answer)
        await work.store(answer.model_dump(mode="json"))
    return answer


def _refused(answer: ImportOut) -> JSONResponse:
    lines = f"{answer.refused} line{'s are' if answer.refused > 1 else ' is'}"
    return problem(
        422,
        "import_refused",
        f"{lines} refused, and nothing was imported.",
        more={
            "hint": "Correct them, or send skip_refused=true to import the others.",
            "errors": [
                {"field": str(each.line), "message": each.message, "code": each.code}
                for each in answer.refused_lines
            ],
        },
    )
