"""Replies say nothing that is not so: about changes, completion, the list, alerts and undo."""

import pytest

from tests.assistant.talk import Talk
from tests.assistant.test_contract import details

NO_ALERT = "I can't alert you at a time yet."


@pytest.mark.requirement("FR-CHAT-152")
@pytest.mark.parametrize(
    "sentence", ["rename task 1 to buy milk", "set task 1 to high priority", "reopen task 1"]
)
async def test_a_change_that_changes_nothing_is_not_called_one(sentence: str) -> None:
    talk = await Talk().has("Buy milk", priority="high")
    reply = await talk.say(sentence)
    assert "already" in reply
    assert "so I changed nothing" in reply
    assert "Changed" not in reply


@pytest.mark.requirement("FR-CHAT-152")
async def test_a_task_that_was_done_before_is_not_ticked_off_again() -> None:
    talk = await Talk().has("Buy milk")
    assert "I ticked off" in await talk.say("complete task 1")
    assert await talk.say("complete task 1") == "Task 1, “Buy milk”, was done already."


@pytest.mark.requirement("FR-CHAT-157")
@pytest.mark.parametrize(
    ("sentence", "first", "last"),
    [
        ("what did I complete today", "2026-11-21", "2026-11-21"),
        ("which tasks are completed today", "2026-11-21", "2026-11-21"),
        ("which tasks have I finished this week", "2026-11-16", "2026-11-22"),
        ("what did I get done yesterday?", "2026-11-20", "2026-11-20"),
        ("what did I finish yesterday", "2026-11-20", "2026-11-20"),
    ],
)
async def test_a_day_of_completion_is_not_taken_for_a_due_date(
    sentence: str, first: str, last: str
) -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    await talk.say("complete task 1")
    reply = await talk.say(sentence)
    [(_, arguments)] = talk.calls
    days = {"completed_after": first, "completed_before": last}
    assert arguments == {"status": "completed", "sort": "-updated", **days}
    if first <= "2026-11-21" <= last:
        assert reply == "You have 1 completed task:\n\n- **#1** ~~Buy milk~~ ✓ done"
    else:
        assert reply == "You have no completed tasks that fit."


@pytest.mark.requirement("FR-CHAT-157")
async def test_the_day_before_is_one_of_completion_too() -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("complete task 1")
    await talk.say("what did I complete today")
    reply = await talk.say("and yesterday?")
    assert reply == "You have no completed tasks that fit."
    assert talk.calls[0][1]["completed_before"] == "2026-11-20"


@pytest.mark.requirement("FR-CHAT-157")
async def test_what_was_completed_on_a_day_is_deleted_after_a_yes() -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("complete task 1")
    assert "no completed tasks to delete" in await talk.say("delete all tasks completed yesterday")
    reply = await talk.say("delete all tasks completed today")
    assert reply.startswith("Shall I really delete this 1 task?")
    assert talk.titles == ["Buy milk"]


@pytest.mark.requirement("FR-CHAT-152")
@pytest.mark.parametrize(
    "question", ["is that on my list now?", "is it on my list?", "so is this on the todo list yet?"]
)
async def test_what_was_just_added_is_on_the_list(question: str) -> None:
    talk = await Talk().has("Call mom")
    await talk.say("add buy milk")
    assert await talk.say(question) == "Yes, that's on your list:\n\n- **#2** Buy milk"
    assert details(talk)["task_ids"] == [2]


@pytest.mark.requirement("FR-CHAT-152")
async def test_several_that_were_just_added_are_on_the_list() -> None:
    talk = await Talk().has("Call mom")
    await talk.say("add milk and eggs")
    reply = await talk.say("are they on my list now?")
    assert reply == "Yes, that's on your list:\n\n- **#2** Milk\n- **#3** Eggs"


@pytest.mark.requirement("FR-CHAT-152")
async def test_what_was_just_deleted_is_not_on_the_list() -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("delete task 1")
    assert await talk.say("is that on my list?") == "No. Task 1, “Buy milk”, is not on your list."


@pytest.mark.requirement("FR-CHAT-153")
@pytest.mark.parametrize(
    ("sentence", "time"),
    [
        ("remind me to call mom at 6pm", "6pm"),
        ("remind me tomorrow at 6 to call mom", "at 6"),
        ("set a reminder to call mom at 18:30", "18:30"),
        ("remind me to check the oven in 20 minutes", "“in 20 minutes”"),
    ],
)
async def test_a_reminder_with_a_time_says_that_nothing_will_ring(sentence: str, time: str) -> None:
    reply = await Talk().say(sentence)
    assert reply.startswith("Added ")
    assert reply.endswith(f"I noted {time}, but {NO_ALERT}")


@pytest.mark.requirement("FR-CHAT-153")
async def test_a_reminder_that_gets_another_time_says_it_too() -> None:
    talk = Talk()
    await talk.say("remind me to call mom at 6pm")
    reply = await talk.say("change the reminder to 7pm")
    assert reply.endswith(f"I noted 7pm, but {NO_ALERT}")


@pytest.mark.requirement("FR-CHAT-153")
@pytest.mark.parametrize("sentence", ["remind me to call mom tomorrow", "add buy milk"])
async def test_without_a_time_nothing_is_said_about_alerts(sentence: str) -> None:
    assert "alert" not in await Talk().say(sentence)


async def elsewhere() -> Talk:
    """Return a conversation that starts after another one deleted a task."""
    talk = Talk()
    talk.server.tasks.here = False
    await talk.has("Buy milk", "Call mom")
    talk.server.tasks.delete_task(1)
    talk.server.tasks.here = True
    return talk


@pytest.mark.requirement("FR-CHAT-154")
async def test_undo_where_nothing_was_changed_names_the_last_change_elsewhere_and_asks() -> None:
    talk = await elsewhere()
    reply = await talk.say("undo that")
    assert reply == (
        "I changed nothing in this conversation that I could take back. The last change elsewhere "
        "deleted task 1, “Buy milk”. Shall I take that back?"
    )
    assert talk.titles == ["Call mom"]
    assert details(talk)["suggestions"] == ["Yes", "No"]
    assert details(talk)["pending"] == {
        "kind": "undo",
        "candidates": [{"id": 1, "title": "Buy milk"}],
        "frames": [{"intent": "undo", "slots": {"change_id": 3}}],
    }


@pytest.mark.requirement("FR-CHAT-154")
async def test_a_yes_takes_back_just_that_change() -> None:
    talk = await elsewhere()
    await talk.say("undo that")
    assert await talk.say("yes") == "Undone: task 1, “Buy milk” is back."
    assert talk.calls == [("undo_last_change", {"change_id": 3})]


@pytest.mark.requirement("FR-CHAT-154")
async def test_a_no_leaves_it() -> None:
    talk = await elsewhere()
    await talk.say("undo that")
    assert await talk.say("no") == "All right, I changed nothing."
    assert talk.calls == []


@pytest.mark.requirement("FR-CHAT-154")
async def test_undo_takes_back_what_this_conversation_did_though_another_changed_more() -> None:
    talk = Talk()
    await talk.say("add buy milk")
    talk.server.tasks.here = False
    await talk.has("Call mom")
    talk.server.tasks.here = True
    await talk.say("undo that")
    assert talk.titles == ["Call mom"]
