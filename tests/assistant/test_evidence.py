"""The open tasks as evidence for one reading of a clause or another."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chat_api.assistant.contract import CompletedCall, Reply, TaskSnapshot, ToolCalls, ToolResult
from chat_api.assistant.evidence import is_sure, likeliest, settled
from chat_api.assistant.frame import Intent, Request, Target
from chat_api.assistant.replies import Context
from chat_api.assistant.state import State
from chat_api.assistant.steps import Steps, next_step
from chat_api.assistant.values import TaskValues

CONTEXT = Context(datetime(2026, 11, 21, 12, tzinfo=UTC), State())
PROPOSAL = TaskSnapshot(7, "Draft proposal")


def reading(intent: Intent, confidence: float, **parts: Any) -> Request:
    return Request(intent, "draft proposal slips to tuesday", confidence=confidence, **parts)


def slips(add: float, update: float) -> Request:
    change = reading("update", update, target=Target(words=("draft proposal",)))
    other = reading("none", 1 - add - update)
    return reading("add", add, titles=("draft proposal slips",), alternatives=(change, other))


@pytest.mark.requirement("FR-CHAT-133")
def test_words_of_an_open_task_mean_a_change_of_it() -> None:
    assert likeliest(slips(0.7, 0.2), [PROPOSAL]).intent == "update"


@pytest.mark.requirement("FR-CHAT-133")
def test_words_of_no_open_task_mean_a_new_one() -> None:
    changed_first = slips(0.2, 0.7)
    assert likeliest(changed_first, [TaskSnapshot(1, "Buy milk")]).intent == "add"
    assert likeliest(changed_first, []).intent == "add"


@pytest.mark.requirement("FR-CHAT-133")
def test_all_readings_are_kept_with_their_chances() -> None:
    best = likeliest(slips(0.7, 0.2), [PROPOSAL])
    chances = [best.confidence, *(each.confidence for each in best.alternatives)]
    assert sum(chances) == pytest.approx(1)
    assert {best.intent, *(each.intent for each in best.alternatives)} == {"add", "update", "none"}


@pytest.mark.requirement("FR-CHAT-133")
def test_a_number_needs_no_words_to_mean_a_task() -> None:
    number = reading("delete", 0.7, target=Target((3,)), alternatives=(reading("none", 0.3),))
    assert likeliest(number, []).intent == "delete"


WEDNESDAY = TaskValues(due_on="2026-11-25")


def dated(text: str, title: str, *rest: str) -> Request:
    return Request(
        "add", text, titles=(title,), rest=rest, values=WEDNESDAY, confidence=0.98, entities=()
    )


def read_with(request: Request, *titles: str) -> Request:
    """Return what is read if these are the open tasks."""
    tasks = [{"id": number, "title": title} for number, title in enumerate(titles, 1)]
    steps = settled([request], CONTEXT)
    try:
        next(steps)
        steps.send((ToolResult({"tasks": tasks}),))
    except StopIteration as stop:
        (chosen,), _ = stop.value
        return chosen  # type: ignore[no-any-return]
    raise AssertionError("it goes on")


@pytest.mark.requirement("FR-CHAT-161")
def test_several_words_of_an_open_task_beside_a_day_mean_a_change_of_it() -> None:
    gift = dated("leos gift by wed", "gift", "leos")
    changed = read_with(gift, "Bday gift for Leo", "Clean room")
    assert (changed.intent, changed.target.words) == ("update", ("gift leos",))
    assert changed.values == WEDNESDAY
    assert is_sure(changed)
    assert read_with(gift, "Bday gift for Mia").intent == "add"


@pytest.mark.requirement("FR-CHAT-161")
def test_a_single_word_of_an_open_task_beside_a_day_is_asked_about() -> None:
    quartet = read_with(dated("quartet by wed", "quartet"), "Book string quartet")
    assert quartet.intent == "add"
    assert not is_sure(quartet)
    alone = read_with(dated("quartet by wed", "quartet"), "Buy milk")
    assert (alone.intent, is_sure(alone)) == ("add", True)


@pytest.mark.requirement("FR-CHAT-161")
def test_what_is_to_be_added_in_so_many_words_is_new() -> None:
    explicit = dated("add leos gift by wed", "leos gift")
    assert next(settled([explicit], CONTEXT), None) is None


def _steps(request: Request) -> Steps[Reply]:
    (chosen, *_), _ = yield from settled([request], CONTEXT)
    return Reply(chosen.intent)


@pytest.mark.requirement("FR-CHAT-133")
def test_tasks_are_read_only_where_they_decide() -> None:
    new = reading("add", 0.97, titles=("milk",), alternatives=(reading("none", 0.02),))
    assert next_step(_steps(new), []) == Reply("add")
    asked = next_step(_steps(slips(0.6, 0.3)), [])
    assert isinstance(asked, ToolCalls)
    (call,) = asked.calls
    found = ToolResult({"tasks": [{"id": 7, "title": "Draft proposal", "completed": False}]})
    assert next_step(_steps(slips(0.6, 0.3)), [CompletedCall(call, found)]) == Reply("update")
