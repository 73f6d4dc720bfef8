"""What follows a reply that leaves out, or gets wrong, what the tools did."""

from typing import Any

import pytest

from chat_api.agent.claim_check import closing
from chat_api.events import ToolCall

pytestmark = pytest.mark.requirement("FR-CHAT-017")


TOOLS = {
    "created": "add_task",
    "completed": "complete_task",
    "updated": "update_task",
    "deleted": "delete_task",
    "undone": "undo_last_change",
}


def wrote(status: str, number: int, title: str) -> ToolCall:
    facts = {"task_id": number, "status": status, "title": title}
    return ToolCall(id="call_1", name=TOOLS[status], arguments={}, result=facts, is_error=False)


def refused(name: str, error: str) -> ToolCall:
    return ToolCall(id="call_1", name=name, arguments={}, result={"error": error}, is_error=True)


def looked(*titles: str) -> ToolCall:
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
        ("I added “buy MILK” for you.", [wrote("created", 1, "Buy milk")]),
        ("Which one do you mean?", [looked("Milk", "Bread")]),
        ("I couldn't delete it.", [refused("delete_task", "No task 9.")]),
        ("Only milk.", [looked("Milk", "Bread")]),
        ("There is nothing like that.", [looked("Milk", "Bread")]),
        ("Your list is empty.", [looked()]),
        ("Milk is off the list.", [looked("Milk", "Bread"), wrote("deleted", 1, "Milk")]),
    ],
)
def test_nothing_follows_a_reply_that_names_what_was_done(
    reply: str, calls: list[ToolCall]
) -> None:
    assert closing(reply, calls) == ""


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
    assert closing("Sure, anything else?", [wrote(status, 3, "Pay rent")]) == sentence


def test_many_tasks_are_named_in_one_sentence_for_each_kind_of_change() -> None:
    added = [wrote("created", number, f"Task {number}") for number in range(1, 8)]
    said = closing("All set, with Task 2 among them!", [*added, wrote("deleted", 9, "Old")])
    assert said.splitlines() == [
        "Added task 1, “Task 1”; task 3, “Task 3”; task 4, “Task 4”; task 5, “Task 5”; "
        "task 6, “Task 6” and 1 more.",
        "Deleted task 9, “Old”.",
    ]


def test_a_claim_that_no_tool_bears_out_is_corrected() -> None:
    said = closing(
        "The meeting task has been deleted.", [refused("delete_task", "2 tasks fit “meeting”.")]
    )
    assert said.splitlines() == [
        "Correction: this was not done: “The meeting task has been deleted.”",
        "That did not work: 2 tasks fit “meeting”.",
    ]


def test_tasks_that_were_found_and_are_not_named_are_listed() -> None:
    said = closing("I found 2 tasks.", [looked("Milk", "Done")])
    assert said.splitlines() == ["- #1 Milk", "- #2 Done (done)"]
    many = closing("Here you are:", [looked(*(f"Task {number}" for number in range(30)))])
    assert many.splitlines()[-2:] == ["- #20 Task 19", "- and 10 more"]


def test_a_list_that_is_empty_is_said_to_be_so() -> None:
    assert closing("Here you are!", [looked()]) == "No tasks were found."
    assert closing("I'm sorry, but I can't assist with that.", [looked()]) == "No tasks were found."


def test_a_refusal_that_the_reply_passes_over_is_told_without_what_is_meant_for_models() -> None:
    error = (
        "No task is called “dentits”. Closest:\n<tasks>\n#1 Call the dentist\n</tasks>\n"
        "Nothing was changed. list_tasks shows what there is."
    )
    said = closing("Mark the dentits task.", [refused("complete_task", error)])
    expected = "That did not work: No task is called “dentits”. Closest: #1 Call the dentist"
    assert said == expected
    gone = closing("Sure.", [refused("delete_task", "No task 9. list_tasks shows what there is.")])
    assert gone == "That did not work: No task 9."
