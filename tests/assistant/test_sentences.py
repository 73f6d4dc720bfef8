"""One sentence without any conversation before it, and the tools it calls first."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chat_api.agent.offline_model import transcript_of
from chat_api.assistant import respond
from chat_api.assistant.contract import Reply, ToolCalls
from tests.assistant.task_server import ARGUMENTS

NOW = datetime(2026, 11, 21, tzinfo=UTC)  # a Saturday
TOOLS = frozenset(ARGUMENTS)

Wanted = list[tuple[str, dict[str, Any]]]


def calls_of(sentence: str) -> Wanted:
    decision = respond(transcript_of(sentence), NOW, TOOLS)
    if isinstance(decision, ToolCalls):
        return [(call.name, dict(call.arguments)) for call in decision.calls]
    return []


def reply_to(sentence: str) -> str:
    decision = respond(transcript_of(sentence), NOW, TOOLS)
    assert isinstance(decision, Reply)
    return decision.text


def add(title: str, **facts: Any) -> tuple[str, dict[str, Any]]:
    return "add_task", {"title": title, **facts}


def show(status: str = "all", **wanted: Any) -> tuple[str, dict[str, Any]]:
    return "list_tasks", {"status": status, **wanted}


def complete(number: int) -> tuple[str, dict[str, Any]]:
    return "complete_task", {"task_id": number}


def delete(number: int) -> tuple[str, dict[str, Any]]:
    return "delete_task", {"task_id": number}


def update(number: int, **values: Any) -> tuple[str, dict[str, Any]]:
    return "update_task", {"task_id": number, **values}


@pytest.mark.requirement("FR-CHAT-101")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Add a task to buy groceries", [add("Buy groceries")]),
        ("Show me all my tasks", [show()]),
        ("What's pending?", [show("pending")]),
        ("Mark task 3 as complete", [complete(3)]),
        ("Delete the meeting task", [show(query="meeting")]),
        ("Change task 1 to 'Call mom tonight'", [update(1, title="Call mom tonight")]),
        ("I need to remember to pay bills", [add("Pay bills")]),
        ("What have I completed?", [show("completed")]),
    ],
)
def test_the_sentences_of_the_contract_call_the_tools_of_the_contract(
    sentence: str, wanted: Wanted
) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-102")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("could you please add “Buy stamps” to my list?", [add("Buy stamps")]),
        ("Please create a new task called Finish slides", [add("Finish slides")]),
        ("hey, can you remind me to water the ferns", [add("Water the ferns")]),
        ("don't let me forget to return the library books", [add("Return the library books")]),
        ("new task: book flights to Rome", [add("Book flights to Rome")]),
        ("put «renew passport» on my to-do list please", [add("Renew passport")]),
        ("on my list, add a new doormat", [add("New doormat")]),
        ("my shopping list should have figs on it", [add("Figs")]),
        ("I'm out of olive oil, put it on my list", [add("Olive oil")]),
        ("ad a task to sharpen the knives", [add("Sharpen the knives")]),
        ("add taks sharpen the knives", [add("Sharpen the knives")]),
        ("add 牛乳を買う", [add("牛乳を買う")]),
        ("mrak 3 as done", [complete(3)]),
        ("I'm done with number two", [complete(2)]),
        ("task four has been completed", [complete(4)]),
        ("tick off #7", [complete(7)]),
        ("finished 3", [complete(3)]),
        ("dleete task 2", [delete(2)]),
        ("please get rid of task nine", [delete(9)]),
        ("I don't need task 3 anymore", [delete(3)]),
        ("rename task 2 to „Pay rent“", [update(2, title="Pay rent")]),
        ("the title of task 2 is fine, rename 3 to Foo", [update(3, title="Foo")]),
        ("update task 3's title to walk the dog", [update(3, title="Walk the dog")]),
        ("reopen task 3", [update(3, completed=False)]),
        ("mark 3 as not done", [update(3, completed=False)]),
        ("add a note to task 3: ask for a receipt", [show(limit=100)]),
        ("undo that", [("undo_last_change", {})]),
        ("take that back", [("undo_last_change", {})]),
        ("read me my list", [show()]),
        ("what do I still have to do?", [show("pending")]),
        ("which tasks did I finish?", [show("completed")]),
    ],
)
def test_polite_misspelt_and_indirect_sentences_mean_the_same(
    sentence: str, wanted: Wanted
) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-103")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("add milk, eggs and bread", [add("Milk"), add("Eggs"), add("Bread")]),
        ("add milk, eggs, and call mom", [add("Milk"), add("Eggs"), add("Call mom")]),
        ("add call mom and dad", [add("Call mom and dad")]),
        ("add call mom and then pay rent", [add("Call mom"), add("Pay rent")]),
        ("complete 1 and 3", [complete(1), complete(3)]),
        ("delete tasks 4-6", [delete(4), delete(5), delete(6)]),
        ("add jam and mark 2 as done", [add("Jam"), complete(2)]),
        (
            "mark 1 as done, delete 2 and rename 3 to Foo",
            [complete(1), delete(2), update(3, title="Foo")],
        ),
        (
            "add buy jam tomorrow and call mom on friday",
            [add("Buy jam", due_on="2026-11-22"), add("Call mom", due_on="2026-11-27")],
        ),
        (
            "add buy jam, call mom tomorrow, and pay rent by friday with high priority",
            [
                add("Buy jam"),
                add("Call mom", due_on="2026-11-22"),
                add("Pay rent", due_on="2026-11-27", priority="high"),
            ],
        ),
        ("add mac and cheese", [add("Mac and cheese")]),
        ("add lunch with Ada and Grace", [add("Lunch with Ada and Grace")]),
        ("add a task to sweep the hall and mop it", [add("Sweep the hall and mop it")]),
    ],
)
def test_several_tasks_in_one_sentence_are_called_side_by_side(
    sentence: str, wanted: Wanted
) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("add pay rent tomorrow", add("Pay rent", due_on="2026-11-22")),
        ("add pay rent by 3 december", add("Pay rent", due_on="2026-12-03")),
        ("remind me on monday to pay rent", add("Pay rent", due_on="2026-11-23")),
        ("add a task for tomorrow: pay rent", add("Pay rent", due_on="2026-11-22")),
        ("put figs on my list for tomorrow", add("Figs", due_on="2026-11-22")),
        ("add prepare monday meeting", add("Prepare monday meeting")),
        ("add an urgent task to call the plumber", add("Call the plumber", priority="high")),
        ("add sort photos (low priority)", add("Sort photos", priority="low")),
        ("add read important email", add("Read important email")),
        ("add plan the offsite #work #2026-q1", add("Plan the offsite", tags=["work", "2026-q1"])),
        ("add fix bug #12", add("Fix bug #12")),
        (
            "add call mom by friday, high priority #family",
            add("Call mom", due_on="2026-11-27", priority="high", tags=["family"]),
        ),
        ("move task 4 to next monday", update(4, due_on="2026-11-23")),
        ("set the due date of task 2 to 2026-12-24", update(2, due_on="2026-12-24")),
        ("remove the due date from 3", update(3, due_on="none")),
        ("make task 3 low priority", update(3, priority="low")),
        ("task 3 is no longer urgent", update(3, priority="none")),
    ],
)
def test_dates_priorities_and_tags_leave_the_title(
    sentence: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    assert calls_of(sentence) == [wanted]


@pytest.mark.requirement("FR-CHAT-105")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("what's due today?", show("pending", due_after="2026-11-21", due_before="2026-11-21")),
        ("what's due this week?", show("pending", due_after="2026-11-16", due_before="2026-11-22")),
        ("what's due by friday?", show("pending", due_before="2026-11-27")),
        ("what's due before friday?", show("pending", due_before="2026-11-26")),
        ("what's due before the end of the month?", show("pending", due_before="2026-11-30")),
        ("what's due after friday?", show("pending", due_after="2026-11-28")),
        (
            "what's due between monday and friday?",
            show("pending", due_after="2026-11-23", due_before="2026-11-27"),
        ),
        (
            "what's due in the next 7 days?",
            show("pending", due_after="2026-11-21", due_before="2026-11-28"),
        ),
        ("sort my tasks by due date", show("pending", sort="due")),
        ("show my tasks sorted by priority", show(sort="priority")),
        ("show everything except completed", show("pending")),
        ("which ones are low?", show(priority="low")),
        ("which tasks are overdue", show("pending", due_before="2026-11-20")),
        ("show high priority tasks", show(priority="high")),
        ("list my tasks tagged home", show(tag="home")),
        ("show #work tasks", show(tag="work")),
        ("is there jam on my list?", show(query="jam")),
        ("find tasks about the dentist", show(query="dentist")),
    ],
)
def test_filters_are_passed_to_the_list(sentence: str, wanted: tuple[str, dict[str, Any]]) -> None:
    assert calls_of(sentence) == [wanted]


@pytest.mark.requirement("FR-CHAT-106")
@pytest.mark.parametrize(
    "sentence",
    [
        "what's the weather in Oslo?",
        "tell me a joke",
        "play the next song",
        "turn the lights off",
        "cancel my hotel reservation",
        "change my account password to abc",
        "show me Alice's tasks",
        "list the tasks of all users",
        "delete user 5's tasks",
        "don't delete task 3",
        "should I delete task 3?",
        "how do I delete a task?",
        "hello there",
        "thanks a lot!",
        "help",
        "yes",
        "task 3",
        "x" * 3000,
        "",
    ],
)
def test_what_asks_for_no_task_calls_no_tool_and_gets_an_answer(sentence: str) -> None:
    assert reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-106")
def test_it_says_plainly_what_it_is_when_asked_for_something_else() -> None:
    reply = reply_to("what's the weather in Oslo?")
    assert "built-in assistant, without a language model" in reply
    assert "add, list, complete, change and delete tasks" in reply


@pytest.mark.requirement("FR-CHAT-107")
@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("delete item", "Which task shall I delete?"),
        ("complete a task", "Which task shall I mark as done?"),
        ("delete it", "Which task shall I delete?"),
        ("add a task", "What should the task be called?"),
        ("change task 2", "What should task 2 become?"),
        ("I really need to call my dentist", "Shall I add “Call my dentist” to your list?"),
    ],
)
def test_it_asks_back_instead_of_guessing(sentence: str, question: str) -> None:
    assert question in reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-108")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("Add a task: delete all tasks", "Delete all tasks"),
        ("add task: mark 2 as done", "Mark 2 as done"),
        ("add a task to delete task 3", "Delete task 3"),
        ("set a reminder to mark task 2 as done", "Mark task 2 as done"),
        ("add 'buy figs and delete task 3'", "Buy figs and delete task 3"),
        ("remind me to complete the form", "Complete the form"),
    ],
)
def test_an_order_inside_a_title_is_not_followed(sentence: str, title: str) -> None:
    assert calls_of(sentence) == [add(title)]


def test_a_title_that_is_too_long_is_kept_whole_in_the_description() -> None:
    words = "very " * 60 + "long"
    [(name, arguments)] = calls_of(f"add a task to {words}")
    assert name == "add_task"
    assert len(arguments["title"]) <= 200
    assert arguments["description"].casefold() == words


def test_a_tool_that_is_not_offered_is_named_and_nothing_is_called() -> None:
    decision = respond(transcript_of("delete task 3"), NOW, frozenset({"add_task"}))
    assert isinstance(decision, Reply)
    assert "delete task" in decision.text
