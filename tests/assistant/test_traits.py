"""Lists and orders by what tasks lack, or by one of several values."""

import pytest

from tests.assistant.talk import Talk

pytestmark = pytest.mark.requirement("FR-CHAT-146")


async def _list() -> Talk:
    talk = await Talk().has("Buy milk", due_on="2026-11-23", tags=["home"])
    await talk.has("Pay rent", due_on="2026-12-01", priority="high", tags=["home", "bills"])
    await talk.has("Write report", priority="medium", tags=["work"])
    return await talk.has("Call mom")


def _listed(reply: str, talk: Talk) -> list[str]:
    return [title for title in talk.titles if title in reply]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("which tasks have no due date?", ["Write report", "Call mom"]),
        ("show tasks without a deadline", ["Write report", "Call mom"]),
        ("what tasks don't have a due date", ["Write report", "Call mom"]),
        ("show tasks without a due date or priority", ["Call mom"]),
        ("which ones have no priority set", ["Buy milk", "Call mom"]),
        ("show my untagged tasks", ["Call mom"]),
        ("show tasks with no tags", ["Call mom"]),
        ("show tasks that are not tagged home", ["Write report", "Call mom"]),
        ("show tasks not tagged Home or #Work", ["Call mom"]),
        ("show tasks that aren't normal priority", ["Buy milk", "Pay rent", "Call mom"]),
        ("list tasks that are not urgent", ["Buy milk", "Write report", "Call mom"]),
        ("show me everything tagged work or bills", ["Pay rent", "Write report"]),
        ("show my high and medium priority tasks", ["Pay rent", "Write report"]),
        ("show my medium priority tasks and then the high ones", ["Pay rent", "Write report"]),
    ],
)
async def test_a_list_holds_what_lacks_a_value_or_has_one_of_several(
    words: str, titles: list[str]
) -> None:
    talk = await _list()
    assert _listed(await talk.say(words), talk) == titles


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("delete all tasks that are not tagged home", ["Buy milk", "Pay rent"]),
        ("delete everything without a due date", ["Buy milk", "Pay rent"]),
        ("delete undated tasks", ["Buy milk", "Pay rent"]),
        ("delete all tasks without a priority", ["Pay rent", "Write report"]),
        ("delete all tasks tagged bills or work", ["Buy milk", "Call mom"]),
        ("delete everything except home tasks", ["Buy milk", "Pay rent"]),
        ("delete everything except #work", ["Write report"]),
    ],
)
async def test_a_delete_reaches_no_other_task(words: str, left: list[str]) -> None:
    talk = await _list()
    assert (await talk.say(words)).startswith("Shall I really delete")
    await talk.say("yes")
    assert talk.titles == left


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("set all tasks without a due date to friday", {3, 4}),
        ("move everything without a date to monday", {3, 4}),
        ("set everything that is not high priority to high", {1, 3, 4}),
        ("remove tag home from everything", {1, 2}),
    ],
)
async def test_a_change_reaches_no_other_task(words: str, changed: set[int]) -> None:
    talk = await _list()
    assert (await talk.say(words)).startswith("Shall I really")
    await talk.say("yes")
    assert {call["task_id"] for name, call in talk.calls if name == "update_task"} == changed


async def test_a_list_of_several_pages_is_gone_through() -> None:
    talk = await Talk().has(*(f"Chore {number}" for number in range(150)), due_on="2026-11-23")
    await talk.has("Call mom")
    assert "You have 1 pending task that fits:" in await talk.say("which tasks have no due date?")
    assert "#151" in talk.reply
    assert len(talk.calls) == 2


async def test_a_list_that_is_too_long_to_be_gone_through_is_not_guessed_at() -> None:
    talk = await Talk().has(*(f"Chore {number}" for number in range(801)))
    reply = await talk.say("delete all tasks without a due date")
    assert "more tasks on your list than I can go through" in reply
    assert len(talk.titles) == 801


async def test_nothing_that_fits_is_said() -> None:
    talk = await Talk().has("Buy milk", due_on="2026-11-23")
    reply = await talk.say("delete all tasks without a due date")
    assert reply == "No pending task fits that, so there is nothing to delete."
