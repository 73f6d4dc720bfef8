"""What is added to a reply that leaves out, or contradicts, the results of its tool calls."""

from typing import Any

import pytest

from chat_api.agent.reply_supplement import supplement
from chat_api.events import ToolCall

pytestmark = pytest.mark.requirement("FR-CHAT-017")


TOOLS = {
    "created": "add_task",
    "completed": "complete_task",
    "updated": "update_task",
    "deleted": "delete_task",
    "undone": "undo_last_change",
}


def written(status: str, number: int, title: str) -> ToolCall:
    facts = {"task_id": number, "status": status, "title": title}
    return ToolCall(id="call_1", name=TOOLS[status], arguments={}, result=facts, is_error=False)


def failed(name: str, message: str, *candidates: str) -> ToolCall:
    facts: dict[str, Any] = {"code": "task_not_found", "message": message}
    if candidates:
        tasks = [{"id": number, "title": title} for number, title in enumerate(candidates, 1)]
        facts |= {"hint": "Ask which one is meant.", "candidates": tasks}
    return ToolCall(id="call_1", name=name, arguments={}, result=facts, is_error=True)


def listed(*titles: str) -> ToolCall:
    tasks: list[dict[str, Any]] = [
        {"id": number, "title": title, "completed": title == "Done"}
        for number, title in enumerate(titles, 1)
    ]
    facts = {"tasks": tasks, "total": len(tasks)}
    return ToolCall(id="call_1", name="list_tasks", arguments={}, result=facts, is_error=False)


@pytest.mark.parametrize(
    ("reply", "calls"),
    [
        ("Hello!", []),
        ("I added “buy MILK” for you.", [written("created", 1, "Buy milk")]),
        ("Which one do you mean?", [listed("Milk", "Bread")]),
        ("I couldn't delete it.", [failed("delete_task", "No task 9.")]),
        ("Only milk.", [listed("Milk", "Bread")]),
        ("There is nothing like that.", [listed("Milk", "Bread")]),
        ("Your list is empty.", [listed()]),
        ("Milk is off the list.", [listed("Milk", "Bread"), written("deleted", 1, "Milk")]),
    ],
)
def test_nothing_follows_a_reply_that_names_what_was_done(
    reply: str, calls: list[ToolCall]
) -> None:
    assert supplement(reply, calls) == ""


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("created", "Added task 3, “Pay rent”."),
        ("completed", "Completed task 3, “Pay rent”."),
        ("updated", "Changed task 3, “Pay rent”."),
        ("deleted", "Deleted task 3, “Pay rent”."),
        ("undone", "Took back the last change to task 3, “Pay rent”."),
    ],
)
def test_a_task_that_the_reply_does_not_name_is_named_after_it(status: str, sentence: str) -> None:
    assert supplement("Sure, anything else?", [written(status, 3, "Pay rent")]) == sentence


def test_many_tasks_are_named_in_one_sentence_for_each_kind_of_change() -> None:
    created = [written("created", number, f"Task {number}") for number in range(1, 8)]
    added = supplement("All set, with Task 2 among them!", [*created, written("deleted", 9, "Old")])
    assert added.splitlines() == [
        "Added task 1, “Task 1”; task 3, “Task 3”; task 4, “Task 4”; task 5, “Task 5”; "
        "task 6, “Task 6” and 1 more.",
        "Deleted task 9, “Old”.",
    ]


def test_a_claim_that_no_tool_bears_out_is_corrected() -> None:
    added = supplement(
        "The meeting task has been deleted.", [failed("delete_task", "2 tasks fit “meeting”.")]
    )
    assert added.splitlines() == [
        "Correction: this was not done: “The meeting task has been deleted.”",
        "That did not work: 2 tasks fit “meeting”.",
    ]


def test_tasks_that_were_found_and_are_not_named_are_listed() -> None:
    added = supplement("I found 2 tasks.", [listed("Milk", "Done")])
    assert added.splitlines() == ["- #1 Milk", "- #2 Done (done)"]
    many = supplement("Here you are:", [listed(*(f"Task {number}" for number in range(30)))])
    assert many.splitlines()[-2:] == ["- #20 Task 19", "- and 10 more"]


@pytest.mark.requirement("FR-CHAT-158")
def test_tasks_that_the_client_shows_as_cards_are_not_listed_beside_them() -> None:
    assert supplement("Here you are:", [listed("Milk", "Done")], "cards") == ""
    assert supplement("Here you are!", [listed()], "cards") == "No tasks were found."


def test_a_list_that_is_empty_is_said_to_be_so() -> None:
    assert supplement("Here you are!", [listed()]) == "No tasks were found."
    assert (
        supplement("I'm sorry, but I can't assist with that.", [listed()]) == "No tasks were found."
    )


def test_a_failed_write_that_the_reply_passes_over_is_named_with_its_candidates() -> None:
    message = "No task is called “dentits”."
    added = supplement("Mark the task.", [failed("complete_task", message, "Call the dentist")])
    assert added.splitlines() == [
        "That did not work: No task is called “dentits”.",
        "- #1 Call the dentist",
    ]
    assert supplement("Sure.", [failed("delete_task", "No task 9.")]) == (
        "That did not work: No task 9."
    )


def test_a_failed_call_stored_by_an_older_version_is_named_by_its_text() -> None:
    call = failed("delete_task", "").model_copy(update={"result": {"error": "No task 9."}})
    assert supplement("Sure.", [call]) == "That did not work: No task 9."
