"""Which tasks a reply is about, and what a model says of that itself."""

from typing import Any
from uuid import UUID

import pytest

from chat_api.agent.reply_details import (
    ReplyDetails,
    mentioned_task_ids,
    stored_task_ids,
)
from chat_api.events import ToolCall
from db.models import Message

pytestmark = pytest.mark.requirement("FR-CHAT-026")


def made(name: str, result: dict[str, Any], *, is_error: bool = False) -> ToolCall:
    return ToolCall(id="call_1", name=name, arguments={}, result=result, is_error=is_error)


LISTED = made(
    "list_tasks",
    {
        "tasks": [
            {"id": 3, "title": "Buy milk"},
            {"id": 1, "title": "Rent"},
            {"id": 5, "title": "X-ray"},
        ]
    },
)
DELETED = made("delete_task", {"task_id": 5, "status": "deleted", "title": "X-ray"})
FAILED = made("delete_task", {"code": "task_not_found", "message": "No task 9."}, is_error=True)


@pytest.mark.parametrize(
    ("reply", "calls", "task_ids"),
    [
        ("Hello!", [], []),
        ("There is no task 9.", [FAILED], []),
        ("I deleted it.", [LISTED, DELETED, DELETED], [5]),
        ("Here is your list.", [LISTED, LISTED], [3, 1, 5]),
        ("The first is #1, then **#3**.", [LISTED], [3, 1]),
        ("Only RENT and buy milk are left.", [LISTED], [3, 1]),
        ("Task 1 is urgent, x-ray can wait.", [LISTED], [1]),
        ("Nothing like #9.", [LISTED], [3, 1, 5]),
    ],
)
def test_a_reply_is_about_what_was_written_or_else_about_the_listed_tasks_that_it_names(
    reply: str, calls: list[ToolCall], task_ids: list[int]
) -> None:
    assert mentioned_task_ids(reply, calls) == task_ids


def test_a_model_gives_the_details_of_its_reply_in_the_metadata_of_its_response() -> None:
    metadata = {
        "task_ids": "[2, 1]",
        "suggestions": '["the first", "both"]',
        "pending": '{"intent": "delete"}',
        "trace": "not of ours",
    }
    details = ReplyDetails.of_metadata(metadata)
    assert details == ReplyDetails(
        task_ids=[2, 1], suggestions=["the first", "both"], pending={"intent": "delete"}
    )
    assert ReplyDetails.of_metadata({"task_ids": "[]"}) == ReplyDetails(task_ids=[])


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"suggestions": "[]"},
        {"task_ids": "nonsense"},
        {"task_ids": "[0]"},
        {"task_ids": "[99999999999]"},
        {"task_ids": '["one"]'},
        {"task_ids": "[1]", "suggestions": '["1", "2", "3", "4", "5"]'},
        {"task_ids": "[1]", "pending": "[]"},
    ],
)
def test_metadata_that_holds_no_details_is_ignored(metadata: dict[str, str] | None) -> None:
    assert ReplyDetails.of_metadata(metadata) is None


@pytest.mark.parametrize(("stored", "shown"), [([], []), ([7], [7]), (None, [1])])
def test_a_stored_reply_keeps_its_tasks_and_those_of_older_ones_follow_from_its_calls(
    stored: list[int] | None, shown: list[int]
) -> None:
    fields: dict[str, Any] = {"role": "assistant", "content": "Pay #1.", "task_ids": stored}
    message = Message(id=UUID(int=1), tool_calls=[LISTED.model_dump()], **fields)
    assert stored_task_ids(message) == shown
