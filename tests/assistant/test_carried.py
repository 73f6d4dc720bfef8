"""What is done to one more task, and what is said of the task of the turn before."""

import pytest

from tests.assistant.talk import Talk

SHOPPING = ("Buy milk", "Buy butter", "Buy eggs", "Pay rent")


@pytest.mark.requirement("FR-CHAT-142")
@pytest.mark.parametrize(
    "words",
    [
        "and the butter",
        "same for the butter",
        "the butter too",
        "do the same with butter",
        "and the second one as well",
        "also the butter please",
    ],
)
async def test_the_same_is_done_to_another_task(words: str) -> None:
    talk = await Talk().has(*SHOPPING)
    await talk.say("show my tasks")
    await talk.say("mark the milk as done")
    await talk.say(words)
    assert talk.done == [1, 2]


@pytest.mark.requirement("FR-CHAT-142")
async def test_another_task_may_get_another_value() -> None:
    talk = await Talk().has(*SHOPPING)
    await talk.say("move rent to friday")
    await talk.say("and the eggs to saturday")
    assert talk.calls[-1] == ("update_task", {"task_id": 3, "due_on": "2026-11-28"})
    await talk.say("same for the butter")
    assert talk.calls[-1] == ("update_task", {"task_id": 2, "due_on": "2026-11-28"})


@pytest.mark.requirement("FR-CHAT-142")
async def test_the_others_are_what_is_left_of_those_shown() -> None:
    talk = await Talk().has(*SHOPPING)
    await talk.say("show my tasks")
    await talk.say("delete the first one")
    await talk.say("and the last one")
    assert "Shall I really mark these 2 tasks" in await talk.say("mark the others as done")
    await talk.say("no")
    await talk.say("delete the eggs")
    await talk.say("and the other one")
    assert talk.titles == []


@pytest.mark.requirement("FR-CHAT-142")
@pytest.mark.parametrize(
    "words", ["and what's the weather?", "and you?", "thanks, you too", "and then"]
)
async def test_not_every_and_carries_on(words: str) -> None:
    talk = await Talk().has(*SHOPPING)
    await talk.say("delete the milk")
    await talk.say(words)
    assert talk.calls == []


@pytest.mark.requirement("FR-CHAT-143")
@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("high priority", {"priority": "high"}),
        ("and low prio please", {"priority": "low"}),
        ("for tomorrow please", {"due_on": "2026-11-22"}),
        ("it's due on friday", {"due_on": "2026-11-27"}),
        ("change the title to Buy oat milk", {"title": "Buy oat milk"}),
        ("tag it shop and food", {"tags": ["shop", "food"]}),
        ("add a note saying get the organic one", {"description": "Get the organic one"}),
        ("note: two litres", {"description": "Two litres"}),
    ],
)
async def test_a_value_by_itself_is_for_the_task_just_added(
    words: str, values: dict[str, object]
) -> None:
    talk = Talk()
    await talk.say("add buy milk")
    await talk.say(words)
    assert talk.calls[-1] == ("update_task", {"task_id": 1, **values})


@pytest.mark.requirement("FR-CHAT-143")
@pytest.mark.parametrize("words", ["tomorrow?", "no", "high five", "what's next"])
async def test_other_words_change_nothing_of_it(words: str) -> None:
    talk = Talk()
    await talk.say("add buy milk")
    await talk.say(words)
    assert all(tool == "list_tasks" for tool, _ in talk.calls)


@pytest.mark.requirement("FR-CHAT-138")
@pytest.mark.parametrize(
    "words", ["when is it due?", "what's the note on that?", "is it important?", "show it"]
)
async def test_a_question_about_it_is_answered_with_all_that_is_kept(words: str) -> None:
    talk = Talk()
    await talk.say("add buy milk tomorrow")
    assert await talk.say(words) == "- **#1** Buy milk · due tomorrow (2026-11-22)"


@pytest.mark.requirement("FR-CHAT-111")
async def test_ordinals_count_tasks_that_were_added_one_by_one() -> None:
    talk = Talk()
    await talk.say("add renew card")
    await talk.say("add return books")
    await talk.say("set the first one to high priority")
    assert talk.calls[-1] == ("update_task", {"task_id": 1, "priority": "high"})
    await talk.say("delete the second one")
    assert talk.titles == ["Renew card"]


@pytest.mark.requirement("FR-CHAT-111")
async def test_ordinals_count_the_list_that_was_shown() -> None:
    talk = await Talk().has("One", "Two", "Three", "Four", "Five")
    await talk.say("show my list")
    await talk.say("complete the first two")
    await talk.say("delete the last one")
    assert talk.titles == ["One", "Two", "Three", "Four"]


@pytest.mark.requirement("FR-CHAT-107")
async def test_a_question_is_no_title() -> None:
    talk = Talk()
    assert "What should the task be called?" in await talk.say("add a task")
    await talk.say("what is a good book?")
    assert talk.titles == []


@pytest.mark.requirement("FR-CHAT-107")
async def test_another_order_is_no_answer() -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    await talk.say("update buy milk")
    await talk.say("done with call mom")
    assert talk.titles == ["Buy milk", "Call mom"]
    assert talk.done == [2]


@pytest.mark.requirement("FR-CHAT-107")
@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("to December 1st", {"due_on": "2026-12-01"}),
        ("a week later", {"due_on": "2026-11-28"}),
        ("it's urgent", {"priority": "high"}),
        ("call her", {"title": "Call her"}),
    ],
)
async def test_a_new_value_is_taken_from_the_answer(words: str, values: dict[str, str]) -> None:
    talk = await Talk().has("Report")
    await talk.say("change the report")
    await talk.say(words)
    assert talk.calls[-1] == ("update_task", {"task_id": 1, **values})


@pytest.mark.requirement("FR-CHAT-121")
@pytest.mark.parametrize("words", ["no", "on second thought, keep it", "oh wait no, not yet"])
async def test_who_says_no_after_the_deed_is_asked_whether_to_undo(words: str) -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("delete buy milk")
    assert "Shall I take the last change back?" in await talk.say(words)
    await talk.say("yes")
    assert talk.titles == ["Buy milk"]


@pytest.mark.requirement("FR-CHAT-105")
async def test_tasks_of_a_kind_are_those_of_a_tag_or_of_a_word() -> None:
    talk = await (await Talk().has("Report", tags=["work"])).has("Call the dentist")
    assert "Report" in await talk.say("show my work tasks")
    assert "Report" not in await talk.say("show my dentist tasks")
    assert "this 1 task" in await talk.say("complete all work tasks")
    assert "no tasks that fit" in await talk.say("show my school tasks")


@pytest.mark.requirement("FR-CHAT-137")
@pytest.mark.parametrize(
    ("words", "done"),
    [
        ("make milk high", [{"task_id": 1, "priority": "high"}]),
        ("cancel my dentist appointment", [{"task_id": 2}]),
        ("do you like milk?", []),
        ("the milk is nice", []),
    ],
)
async def test_a_word_of_one_title_is_enough(words: str, done: list[dict[str, object]]) -> None:
    talk = await Talk().has("Buy milk", "Book dentist appointment")
    await talk.say("show my tasks")
    await talk.say(words)
    assert [arguments for _, arguments in talk.calls] == done


@pytest.mark.requirement("FR-CHAT-137")
async def test_a_day_is_for_the_task_that_is_there() -> None:
    talk = await Talk().has("Pick up kids", "Cook dinner")
    await talk.say("show my tasks")
    await talk.say("put pick up kids on monday, cook dinner on tuesday")
    assert talk.calls == [
        ("update_task", {"task_id": 1, "due_on": "2026-11-23"}),
        ("update_task", {"task_id": 2, "due_on": "2026-11-24"}),
    ]
    await talk.say("cook dinner is due on the 30th")
    assert talk.calls == [("update_task", {"task_id": 2, "due_on": "2026-11-30"})]
