"""Frames that the conversation completes: from frames made by hand, without the network."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.dialogue import requests_of
from chat_api.assistant.entity import Entity, Ordinals, When
from chat_api.assistant.frame import Frame, Intent, Request
from chat_api.assistant.state import Question, State
from chat_api.assistant.values import TaskValues

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
IT = Entity("pronoun", 0, 2, "it")
FRIDAY = Entity("when", 0, 6, When(date(2026, 11, 27), date(2026, 11, 27)))
FIVE = Entity("when", 0, 3, When(at=time(17)))
HIGH = Entity("priority", 0, 4, "high")
TASKS = {each: TaskSnapshot(each, title) for each, title in enumerate(["Milk", "Eggs", "Jam"], 1)}
ADDED = State(intent="add", focus=(3,), shown=(3,), tasks=TASKS)
SHOWN = State(intent="list", shown=(1, 2, 3), filters={"list": "Work"}, tasks=TASKS)


def frame(intent: Intent, text: str = "", *entities: Entity, **parts: Any) -> Frame:
    return Frame(intent, 0.9, text, entities=entities, **parts)


def read(state: State, *frames: Frame) -> tuple[Request, ...]:
    text = " ".join(each.text for each in frames)
    return requests_of(frames, text, state, NOW)


def one(state: State, *frames: Frame) -> Request:
    (request,) = read(state, *frames)
    return request


@pytest.mark.requirement("FR-CHAT-111")
def test_it_is_the_task_of_the_last_exchange() -> None:
    request = one(ADDED, frame("delete", "delete it", IT))
    assert (request.intent, request.target.ids) == ("delete", (3,))


@pytest.mark.requirement("FR-CHAT-111")
def test_it_after_several_tasks_is_open() -> None:
    request = one(SHOWN, frame("delete", "delete it", IT))
    assert request.target.missing == "antecedent"
    assert request.target.ids == (1, 2, 3)


@pytest.mark.requirement("FR-CHAT-111")
def test_an_ordinal_is_a_place_in_the_list_shown_last() -> None:
    second = Entity("ordinal", 0, 6, Ordinals((2,)))
    assert one(SHOWN, frame("complete", "the second", second)).target.ids == (2,)
    ninth = Entity("ordinal", 0, 5, Ordinals((9,)))
    assert one(SHOWN, frame("complete", "the ninth", ninth)).target.missing == "place"


@pytest.mark.requirement("FR-CHAT-122")
def test_a_value_alone_changes_the_task_of_the_last_exchange() -> None:
    request = one(ADDED, frame("update", "high priority", HIGH))
    assert (request.target.ids, request.values.priority) == ((3,), "high")
    request = one(ADDED, frame("instead", "no, friday", FRIDAY))
    assert (request.target.ids, request.values.due_on) == ((3,), "2026-11-27")


@pytest.mark.requirement("FR-CHAT-122")
def test_a_time_alone_leaves_the_day_of_a_task() -> None:
    assert one(ADDED, frame("update", "make it 5pm", IT, FIVE)).values == TaskValues(
        due_time="17:00"
    )


@pytest.mark.requirement("FR-CHAT-121")
def test_a_fragment_continues_what_was_done_last() -> None:
    added = one(ADDED, frame("more", "and bread", references=("bread",)))
    assert (added.intent, added.titles) == ("add", ("bread",))
    done = State(intent="complete", focus=(1,), tasks=TASKS)
    completed = one(done, frame("more", "and the eggs", references=("the eggs",)))
    assert (completed.intent, completed.target.words) == ("complete", ("the eggs",))


@pytest.mark.requirement("FR-CHAT-121")
def test_a_new_task_goes_to_the_list_that_was_shown_if_it_is_named_by_it() -> None:
    request = one(SHOWN, frame("add", "add bread to it", IT, titles=("bread",)))
    assert request.values.list == "Work"


@pytest.mark.requirement("FR-CHAT-118")
def test_another_task_that_was_meant_gets_what_the_first_loses() -> None:
    done = State(intent="complete", focus=(1,), tasks=TASKS)
    request = one(done, frame("instead", "I meant the eggs", references=("the eggs",)))
    assert (request.intent, request.undo_first) == ("complete", True)
    assert request.target.words == ("the eggs",)


@pytest.mark.requirement("FR-CHAT-122")
def test_another_title_that_was_meant_renames_the_new_task() -> None:
    request = one(ADDED, frame("instead", "I meant plum jam", references=("plum jam",)))
    assert (request.intent, request.target.ids, request.new_title) == ("update", (3,), "plum jam")


@pytest.mark.requirement("FR-CHAT-123")
def test_a_clause_that_corrects_the_one_before_replaces_it() -> None:
    request = one(
        State(),
        frame("add", "add milk", titles=("milk",)),
        frame("instead", "no, oat milk", references=("oat milk",)),
    )
    assert (request.intent, request.titles) == ("add", ("oat milk",))
    withdrawn = one(
        State(), frame("delete", "delete the jam", references=("jam",)), frame("no", "keep it")
    )
    assert withdrawn.intent == "no"


@pytest.mark.requirement("FR-CHAT-103")
def test_what_a_message_adds_gets_the_values_that_it_says_of_it() -> None:
    request = one(
        State(), frame("add", "add milk", titles=("milk",)), frame("update", "make it", IT, HIGH)
    )
    assert (request.intent, request.values.priority) == ("add", "high")


@pytest.mark.requirement("FR-CHAT-103")
@pytest.mark.requirement("FR-CHAT-108")
def test_what_stands_below_a_heading_is_a_name() -> None:
    first, second = read(
        State(),
        frame("add", "Add these:"),
        frame("delete", "delete all", Entity("quantity", 0, 3, "all")),
        frame("add", "call mom", titles=("call mom",)),
    )
    assert [first.intent, second.intent] == ["add", "add"]
    assert [first.titles, second.titles] == [("delete all",), ("call mom",)]


@pytest.mark.requirement("FR-CHAT-106")
def test_a_question_about_what_was_done_does_nothing() -> None:
    request = one(State(), frame("delete", "did you delete the milk task?", references=("milk",)))
    assert request.intent == "list"


@pytest.mark.requirement("FR-CHAT-103")
def test_a_list_before_what_is_added_holds_for_its_sentence() -> None:
    text = "add to my list jam and tea. call mom"
    work = Entity("list", 4, 14, "food")
    jam = Frame("add", 0.9, text[:18], entities=(work,), titles=("jam",), list_name="food")
    tea = Frame("add", 0.9, "tea.", 23, titles=("tea",))
    mom = Frame("add", 0.9, "call mom", 28, titles=("call mom",))
    lists = [each.values.list for each in requests_of((jam, tea, mom), text, State(), NOW)]
    assert lists == ["food", "food", None]


WHICH = State(question=Question("which", "delete", (1, 2, 3)), shown=(1, 2, 3), tasks=TASKS)
CONFIRM = State(question=Question("confirm", "delete", (1, 2, 3)), shown=(1, 2, 3), tasks=TASKS)
LAST = Entity("ordinal", 0, 4, Ordinals((-1,)))
EXCEPT = Entity("quantity", 0, 7, "except")


@pytest.mark.parametrize(
    ("state", "answer", "ids"),
    [
        (WHICH, frame("instead", "the eggs", references=("the eggs",)), (2,)),
        (WHICH, frame("none", "jam"), (3,)),
        (WHICH, frame("none", "2", Entity("number", 0, 1, (2,))), (2,)),
        (WHICH, frame("instead", "the last one", LAST), (3,)),
        (WHICH, frame("instead", "all of them", Entity("quantity", 0, 3, "all")), (1, 2, 3)),
        (CONFIRM, frame("yes", "yes"), (1, 2, 3)),
        (CONFIRM, frame("instead", "only the jam", references=("the jam",)), (3,)),
        (CONFIRM, frame("instead", "all but the last", EXCEPT, LAST), (1, 2)),
        (CONFIRM, frame("yes", "yes, but not the jam", rest=("the jam",)), (1, 2)),
    ],
)
@pytest.mark.requirement("FR-CHAT-148")
def test_an_answer_chooses_from_the_tasks_in_question(
    state: State, answer: Frame, ids: tuple[int, ...]
) -> None:
    request = one(state, answer)
    assert (request.intent, request.target.ids) == ("delete", ids)


@pytest.mark.requirement("FR-CHAT-112")
def test_no_and_any_other_order_drop_a_question() -> None:
    assert one(CONFIRM, frame("no", "no")).intent == "no"
    assert one(CONFIRM, frame("list", "show my tasks")).intent == "list"


@pytest.mark.requirement("FR-CHAT-107")
def test_the_answer_to_what_to_add_is_a_title() -> None:
    state = State(question=Question("title", "add"))
    request = one(state, frame("none", "batteries"))
    assert (request.intent, request.titles) == ("add", ("batteries",))


DOUBTED = State(question=Question("reading", "add", text="buy milk"))


@pytest.mark.requirement("FR-CHAT-133")
def test_a_yes_carries_out_what_was_read() -> None:
    request = one(DOUBTED, frame("yes", "yes"))
    assert (request.intent, request.titles, request.confidence) == ("add", ("buy milk",), 1.0)


@pytest.mark.requirement("FR-CHAT-133")
def test_values_alone_carry_out_what_was_read_with_them() -> None:
    request = one(DOUBTED, frame("instead", "friday", FRIDAY))
    assert (request.titles, request.values.due_on) == (("buy milk",), "2026-11-27")


@pytest.mark.requirement("FR-CHAT-133")
def test_a_yes_acts_on_the_tasks_that_the_question_named() -> None:
    state = State(question=Question("reading", "complete", (2,), text="eggs done"), tasks=TASKS)
    request = one(state, frame("yes", "yes"))
    assert (request.intent, request.target.ids) == ("complete", (2,))
    assert one(state, frame("no", "no")).intent == "no"


@pytest.mark.requirement("FR-CHAT-133")
def test_another_order_is_no_answer_to_what_was_read() -> None:
    assert one(DOUBTED, frame("list", "show my tasks")).intent == "list"
