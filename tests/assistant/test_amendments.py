"""What was just added or changed gets another title or value, and "undo" has many names."""

import pytest

from tests.assistant.talk import Talk
from tests.assistant.task_server import Row


async def _after(*messages: str) -> list[Row]:
    talk = await Talk().has("Buy milk", "Pay rent", "Call mom")
    for message in messages:
        await talk.say(message)
    return list(talk.server.tasks.rows.values())


@pytest.mark.requirement("FR-CHAT-122")
@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("I meant feed the cat", "Feed the cat"),
        ("sorry, I meant to say feed the cat", "Feed the cat"),
        ("no, I meant add feed the cat", "Feed the cat"),
        ("that should be feed the cats", "Feed the cats"),
        ("not can, cat", "Feed the cat"),
        ("I meant cancel the cat food", "Cancel the cat food"),
    ],
)
async def test_what_was_just_added_is_renamed(words: str, title: str) -> None:
    rows = await _after("add feed the can", words)
    assert [row["title"] for row in rows][3:] == [title]


@pytest.mark.requirement("FR-CHAT-122")
@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("no, the day after tomorrow", {"due_on": "2026-11-23"}),
        ("sorry, not tomorrow, monday", {"due_on": "2026-11-23"}),
        ("I meant monday", {"due_on": "2026-11-23"}),
        ("actually, monday please", {"due_on": "2026-11-23"}),
        ("oops, high priority", {"priority": "high", "due_on": "2026-11-22"}),
        ("actually it's urgent, so high priority", {"priority": "high", "due_on": "2026-11-22"}),
        ("no due date please", {}),
        ("it has no deadline", {}),
        ("without a due date", {}),
    ],
)
@pytest.mark.parametrize("before", ["add call dad tomorrow", "move 3 to tomorrow"])
async def test_what_was_just_touched_gets_another_value(
    before: str, words: str, facts: Row
) -> None:
    row = (await _after(before, words))[-1]
    assert {name: row[name] for name in ("due_on", "priority") if name in row} == facts


@pytest.mark.requirement("FR-CHAT-122")
async def test_another_task_is_done_instead_of_the_one_that_was_meant_wrongly() -> None:
    rows = await _after("complete buy milk", "oops, I meant pay rent")
    assert [row["id"] for row in rows if row["completed"]] == [2]


@pytest.mark.requirement("FR-CHAT-122")
@pytest.mark.parametrize(
    "words", ["no, thanks", "no, 3pm", "sorry", "not bread, cheese", "no", "I wanted to add eggs"]
)
async def test_what_corrects_nothing_changes_nothing(words: str) -> None:
    rows = await _after("add feed the cat", words)
    assert rows[3] == {"id": 4, "title": "Feed the cat", "completed": False}


@pytest.mark.requirement("FR-CHAT-122")
@pytest.mark.parametrize(
    "words",
    [
        "wait no, restore that",
        "oh no, bring it back",
        "oops, undo",
        "no, I didn't mean to delete that",
        "that was a mistake",
        "wait, put that back",
    ],
)
async def test_undo_has_many_names(words: str) -> None:
    rows = await _after("delete task 1", words)
    assert [row["id"] for row in rows if row["title"] == "Buy milk"] == [1]


@pytest.mark.requirement("FR-CHAT-122")
async def test_an_ordinal_after_an_undo_counts_the_list_shown_last() -> None:
    rows = await _after(
        "show my tasks",
        "delete the last one",
        "oh no, bring it back",
        "mark the first one as done instead",
    )
    assert [row["id"] for row in rows if row["completed"]] == [1]
    assert len(rows) == 3


@pytest.mark.requirement("FR-CHAT-123")
@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("delete task 2, I mean task 3", ["Buy milk", "Pay rent"]),
        ("delete task 2, no, task 3", ["Buy milk", "Pay rent"]),
        ("delete the rent - sorry, I meant call mom", ["Buy milk", "Pay rent"]),
        ("delete task 2, no wait, delete task 3", ["Buy milk", "Pay rent"]),
        ("delete task 2, no wait, never mind", ["Buy milk", "Pay rent", "Call mom"]),
        (
            "add feed the can, no wait, feed the cat",
            ["Buy milk", "Pay rent", "Call mom", "Feed the cat"],
        ),
        ("add tea or rather coffee", ["Buy milk", "Pay rent", "Call mom", "Coffee"]),
        ("rename task 1 to tea, I mean coffee", ["Coffee", "Pay rent", "Call mom"]),
        (
            "add tell Bob that I mean it",
            ["Buy milk", "Pay rent", "Call mom", "Tell Bob that I mean it"],
        ),
        (
            'add "tea, no wait, coffee"',
            ["Buy milk", "Pay rent", "Call mom", "Tea, no wait, coffee"],
        ),
    ],
)
async def test_a_message_that_corrects_itself_means_what_it_ends_with(
    words: str, left: list[str]
) -> None:
    assert sorted(row["title"] for row in await _after(words)) == sorted(left)


@pytest.mark.requirement("FR-CHAT-123")
@pytest.mark.parametrize(
    "words",
    [
        "add call dad tomorrow, no, monday",
        "add call dad tomorrow, I mean monday",
        "add call dad tomorrow - actually make it monday",
    ],
)
async def test_a_date_in_a_message_is_corrected_alone(words: str) -> None:
    row = (await _after(words))[-1]
    assert (row["title"], row["due_on"]) == ("Call dad", "2026-11-23")


@pytest.mark.requirement("FR-CHAT-123")
async def test_an_order_behind_actually_is_one_more() -> None:
    rows = await _after("add feed the cat, actually mark task 1 as done")
    assert [row["title"] for row in rows if row["completed"]] == ["Buy milk"]


@pytest.mark.requirement("FR-CHAT-124")
@pytest.mark.parametrize(
    "words",
    [
        "Pay rent isn't that important, make it low priority",
        "the rent can wait, so make it low priority",
        "Pay rent is no longer urgent. Set it to low priority",
    ],
)
async def test_it_is_the_task_named_in_the_clause_before(words: str) -> None:
    rows = await _after("set the priority of task 1 to high", words)
    assert [row.get("priority") for row in rows] == ["high", "low", None]


@pytest.mark.requirement("FR-CHAT-124")
async def test_it_is_the_last_task_when_the_clause_before_names_none() -> None:
    rows = await _after("add feed the cat", "it's really important, make it high priority")
    assert [row.get("priority") for row in rows] == [None, None, None, "high"]


@pytest.mark.requirement("FR-CHAT-125")
@pytest.mark.parametrize(
    "words",
    [
        "delete everything except pay rent",
        "remove all tasks but task 2",
        "delete everything apart from the second one",
        "delete all my tasks except for 'Pay rent'",
    ],
)
async def test_everything_except_one_asks_and_then_leaves_it(words: str) -> None:
    assert len(await _after(words)) == 3
    assert [row["title"] for row in await _after(words, "yes")] == ["Pay rent"]


@pytest.mark.requirement("FR-CHAT-125")
async def test_everything_except_nothing_known_changes_nothing() -> None:
    assert len(await _after("delete everything except the piano", "yes")) == 3
